//! The words of a language: what a statement's declaration says, and what a whole vocabulary is.
//!
//! Plain data, which knows no text of a source. Start at [`Kind`], then [`Vocabulary`].

mod foreign;
mod kind;
mod own;
mod space;
mod vocabulary;

pub use foreign::Foreign;
pub use kind::{Field, Kind, Naming, Shape, Type};
pub use own::OWN_WORDS;
pub use space::Space;
pub use vocabulary::Vocabulary;

/// Whatever its uses make of it.
pub const ANYTHING: Type = Type::Plain { called: "a value", examples: "" };
