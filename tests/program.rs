//! The tests that run the program as people do, in one program: each of its own would link the whole compiler once more.
#![expect(clippy::disallowed_methods, reason = "tests write folders and run the program in them")]

mod adopting;
mod builds;
mod cli;
mod console;
#[cfg(unix)]
mod lsp;
