//! The tests of the compiler and of the project itself, in one program: each of its own would link the whole compiler once
//! more.
#![expect(clippy::disallowed_methods, reason = "tests read the project's own files")]

mod circles;
mod contradicted;
mod editors;
mod fields;
mod fixes;
mod kinds;
mod moves;
mod raw;
mod renovate;
mod shapes;
mod slips;
mod suite;
mod tidy;
mod topf;
