//! Documents compared by what they mean.
//!
//! Two documents of a [`Kind`] go in, as [`Value`]s; [`compare`] says of each field whether it is equal, the same by a
//! default, the same by a fact about networks, or differs, and gives the smallest patch that makes the second of the
//! first when it is laid over it ([`lay_over`]). Whole folders are compared by [`files`], which also says what would hurt.
//! Pure: no disk, the same answer everywhere. Start at [`compare`].
//!
//! What is known of kinds are tables: [`schema`] (written from the schemas of those who read the files), `lists.rs`,
//! `scalars.rs`, `defaults.rs` and `dropped.rs` beside it, and the laws of single kinds under `laws/`.

mod canonical;
mod compare;
mod defaults;
mod dropped;
pub mod files;
mod kinds;
mod laws;
mod laying;
mod lists;
mod pair;
mod path;
mod scalars;
pub mod schema;
#[cfg(test)]
mod tests;
mod value;

pub use canonical::normalised;
pub use compare::{Comparison, Counts, Field, Patch, Verdict, compare};
pub use kinds::Kind;
pub use laying::{DIRECTIVE, Look, Part, directive, lay_over};
pub use lists::{Lists, Merging, merging};
pub use pair::Facts;
pub use path::{Path, Step};
pub use value::Value;
