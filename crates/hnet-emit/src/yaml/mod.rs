//! YAML that every reader reads alike, with an origin for each line.
//!
//! [`write_value`] writes any `Serialize` type. Where the user's YAML is laid over what hnet writes, both are
//! [`Node`]s first ([`Node::of`], [`Node::from_yaml`], [`Node::merge`], [`write()`]). Either way a `Sink` is told the
//! document part by part. Quoting is decided in `scalar`: text is plain only where that is surely safe. Knows
//! nothing of networks, files or Kubernetes.

mod lay;
mod merge;
mod restore;
mod scalar;
mod serialize;
mod sink;
#[cfg(test)]
mod tests;
mod tree;
mod write;

use hnet_diagnostics::{Lines, Origin, Traced};
use hnet_model::Placeholders;
use serde::Serialize;

pub use hnet_compare::DIRECTIVE;

use restore::Restoring;
use tree::Tree;
use write::Writer;

/// A part of a YAML document with the text that decided it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What the part's lines come from.
    pub origin: Origin,
    /// What it says.
    pub value: Value,
    /// How a number or a word is written, where that is the user's.
    pub written: Option<String>,
}

/// What a part of a document says.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A value that is neither a text nor has parts.
    Scalar(Scalar),
    /// A text.
    Text(String),
    /// A text of several lines, each with its own origin and without its line end.
    Lines(Vec<Traced<String>>),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys with values, in the order in which they are written. No key stands twice.
    Mapping(Vec<(String, Node)>),
}

/// A value that is neither a text nor has parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scalar {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of zero or more.
    Unsigned(u64),
    /// A number below zero.
    Signed(i64),
    /// A number with a fraction.
    Float(f64),
}

/// Appends a document to `text` and to `origins` one origin for each of its lines. Every line ends with `\n`.
pub fn write(node: &Node, text: &mut String, origins: &mut Vec<Origin>) {
    node.tell(&mut Writer::new(text, origins));
}

/// As [`write()`] appends a value as a document. Lines of parts that are not traced have the given origin.
///
/// # Panics
/// If the value has map keys that are neither text nor numbers, which no manifest type has.
pub fn write_value(value: &(impl Serialize + ?Sized), origin: Origin, text: &mut String, origins: &mut Vec<Origin>) {
    serialize::tell(value, origin, &mut Writer::new(text, origins));
}

/// As [`write()`] appends a document, with placeholders where its texts come from words that have some.
pub fn write_restored(node: &Node, placeholders: &Placeholders, text: &mut String, origins: &mut Vec<Origin>) {
    node.tell(&mut Restoring { inner: &mut Writer::new(text, origins), placeholders });
}

/// As [`write_value`] appends a value, with placeholders where its texts come from words that have some.
///
/// # Panics
/// As [`write_value`].
pub fn write_value_restored(
    value: &(impl Serialize + ?Sized),
    origin: Origin,
    placeholders: &Placeholders,
    text: &mut String,
    origins: &mut Vec<Origin>,
) {
    serialize::tell(value, origin, &mut Restoring { inner: &mut Writer::new(text, origins), placeholders });
}

/// A value as [`write_value`] writes it, as a text that stands in another document.
///
/// # Panics
/// As [`write_value`].
pub fn lines(value: &(impl Serialize + ?Sized), origin: Origin) -> Lines {
    let (mut text, mut origins) = (String::new(), Vec::new());
    write_value(value, origin, &mut text, &mut origins);
    lines_of(&text, &origins)
}

fn lines_of(text: &str, origins: &[Origin]) -> Lines {
    Lines(text.lines().zip(origins).map(|(line, origin)| Traced::new(line.to_owned(), *origin)).collect())
}

impl Node {
    /// The node as [`write()`] writes it, as a text that stands in another document.
    #[must_use]
    pub fn lines(&self) -> Lines {
        let (mut text, mut origins) = (String::new(), Vec::new());
        write(self, &mut text, &mut origins);
        lines_of(&text, &origins)
    }

    /// A value as a node. Lines of parts that are not traced have the given origin.
    ///
    /// # Panics
    /// If the value has map keys that are neither text nor numbers, which no manifest type has.
    pub fn of(value: &(impl Serialize + ?Sized), origin: Origin) -> Node {
        let mut tree = Tree::default();
        serialize::tell(value, origin, &mut tree);
        tree.finish()
    }

    /// A part that is written as hnet does.
    #[must_use]
    pub fn new(value: Value, origin: Origin) -> Self {
        Node { origin, value, written: None }
    }

    /// A mapping without keys.
    #[must_use]
    pub fn mapping(origin: Origin) -> Self {
        Node::new(Value::Mapping(Vec::new()), origin)
    }

    /// The value of a key; none where this is no mapping or lacks the key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.value {
            Value::Mapping(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The part at a path of keys and, for lists, of positions; an empty path is the node itself.
    pub fn at_mut(&mut self, path: &[&str]) -> Option<&mut Node> {
        path.iter().try_fold(self, |node, key| match &mut node.value {
            Value::Mapping(entries) => entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value),
            Value::Sequence(items) => items.get_mut(key.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Removes a key of a mapping.
    pub fn remove(&mut self, key: &str) {
        if let Value::Mapping(entries) = &mut self.value {
            entries.retain(|(name, _)| name != key);
        }
    }

    /// Puts a value under a key of a mapping: in the place of the value that is there, or last.
    /// What is no mapping becomes one.
    pub fn set(&mut self, key: impl Into<String>, value: Node) {
        let key = key.into();
        match &mut self.value {
            Value::Mapping(entries) => match entries.iter_mut().find(|(name, _)| *name == key) {
                Some((_, old)) => *old = value,
                None => entries.push((key, value)),
            },
            other => *other = Value::Mapping(vec![(key, value)]),
        }
    }
}
