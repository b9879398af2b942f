//! YAML text as nodes that know where they stand: spans, styles, comments, anchors as edges. Never fails.
//!
//! Knows nothing of networks, Kubernetes or disks. [`parse`] makes a [`Yaml`] of a source; its [`Node`]s are what
//! stands there, with aliases and merge keys as edges. [`Node::value`] makes the [`Value`] that a reader of the file
//! sees: aliases and merges resolved, each part with its own place, so that a value may be changed and still knows
//! where it came from. A scalar is a [`Text`] with its style; what it means is said by a [`Reader`], since programs
//! differ. A text in a scalar is a source of its own: [`Text::yaml`] reads it, and its spans are those of the file.
//!
//! What cannot be read is a [`Problem`] beside what could, and the next document goes on. Nothing that a text can
//! say makes reading or walking it more than linear: aliases are bounded where they are read.

mod align;
mod compose;
mod node;
mod problem;
mod reader;
#[cfg(test)]
mod tests;
mod text;
mod value;

pub use compose::parse;
pub use node::{Comment, Document, Entry, Node, Placement, Style, Yaml};
pub use problem::{Problem, Trouble};
pub use reader::{Reader, Typed, number, truth};
pub use text::Text;
pub use value::{Comments, Field, Map, Step, Steps, Value, ValueKind};
