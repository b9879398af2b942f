//! From the shape of a statement to the typed struct of its declaration.
//!
//! Start at [`Reader`]; how a statement is declared is `statement.rs`.

mod order;
mod partial;
mod reader;
pub(crate) mod slots;
pub(crate) mod statement;

pub use order::arranged;
pub use partial::Partial;
pub use reader::{Reader, say_written_names};
