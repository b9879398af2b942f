//! YAML that every reader reads alike, with an origin for each line.
//!
//! A [`Node`] is made from any `Serialize` type ([`Node::of`]) or from the user's YAML ([`Node::from_yaml`]),
//! may be merged with another ([`Node::merge`]) and is written by [`write()`]. Quoting is decided in `scalar`:
//! text is plain only where that is surely safe. Knows nothing of networks, files or Kubernetes.

mod merge;
mod scalar;
mod serialize;
#[cfg(test)]
mod tests;
mod write;

use std::borrow::Cow;

use hnet_diagnostics::{Origin, Traced};

pub use merge::Lists;
pub use write::write;

/// A part of a YAML document with the text that decided it.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What the part's lines come from.
    pub origin: Origin,
    /// What it says.
    pub value: Value,
}

/// What a part of a document says.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
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
    /// A text.
    Text(Cow<'static, str>),
    /// A text of several lines, each with its own origin and without its line end.
    Lines(Vec<Traced<String>>),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys with values, in the order in which they are written. No key stands twice.
    Mapping(Vec<(Cow<'static, str>, Node)>),
}

impl Node {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<Cow<'static, str>>, origin: Origin) -> Self {
        Node { origin, value: Value::Text(text.into()) }
    }

    /// A mapping without keys.
    #[must_use]
    pub fn mapping(origin: Origin) -> Self {
        Node { origin, value: Value::Mapping(Vec::new()) }
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

    /// Puts a value under a key of a mapping: in the place of the value that is there, or last.
    /// What is no mapping becomes one.
    pub fn set(&mut self, key: impl Into<Cow<'static, str>>, value: Node) {
        let key = key.into();
        match &mut self.value {
            Value::Mapping(entries) => match entries.iter_mut().find(|(name, _)| *name == key) {
                Some((_, old)) => *old = value,
                None => entries.push((key, value)),
            },
            other => *other = Value::Mapping(vec![(key, value)]),
        }
    }

    /// Says where the part at a path of keys comes from, where its type has no place for it.
    /// Nothing happens where there is no such part.
    #[must_use]
    pub fn traced(mut self, path: &[&str], origin: Origin) -> Self {
        if let Some(node) = self.at_mut(path) {
            node.give(origin);
        }
        self
    }

    /// Gives an origin to the node and to all within that had the node's own.
    fn give(&mut self, origin: Origin) {
        let old = std::mem::replace(&mut self.origin, origin);
        let inherits = |node: &mut Node| {
            if node.origin == old {
                node.give(origin);
            }
        };
        match &mut self.value {
            Value::Sequence(items) => items.iter_mut().for_each(inherits),
            Value::Mapping(entries) => entries.iter_mut().map(|(_, value)| value).for_each(inherits),
            _ => {}
        }
    }
}
