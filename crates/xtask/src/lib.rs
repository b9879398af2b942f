//! The project's own automation as functions, for `cargo xtask` and the benchmark.
//!
//! Depends on nothing of the compiler. Start at [`generate::network`].

mod api_server;
pub mod consumers;
pub mod fuzz;
pub mod generate;
pub mod secrets;
pub mod wasm;
