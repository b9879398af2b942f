//! The project's own automation as functions, for `cargo xtask` and the benchmark.
//!
//! Of the compiler, only `book`, `corpus` and `editors` know anything. Start at [`generate::network`].

mod api_server;
pub mod book;
pub mod consumers;
pub mod corpus;
mod dns;
pub mod editors;
pub mod fuzz;
pub mod generate;
mod kustomize;
pub mod release;
pub mod schemas;
pub mod secrets;
mod talos;
pub mod wasm;
