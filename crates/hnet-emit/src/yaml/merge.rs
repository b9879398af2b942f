//! The user's YAML, laid over what hnet wrote.

use std::collections::BTreeMap;

use hnet_compare::{Kind, Merging, merging};
use hnet_diagnostics::{Origin, Span};
use hnet_model::RawYaml;

use super::{Node, Scalar, Value};

impl Node {
    /// YAML that was read from the source; each of its lines has its own there as its origin.
    #[must_use]
    pub fn from_raw(raw: &RawYaml) -> Node {
        let mut node = Node::from_yaml(&raw.value, Origin::written(raw.span));
        place(&mut node, &mut raw.places.iter().copied().enumerate(), raw);
        node
    }

    /// YAML that was read from the source; all its lines have the given origin.
    #[must_use]
    pub fn from_yaml(value: &serde_yaml::Value, origin: Origin) -> Node {
        let value = match value {
            serde_yaml::Value::Null => Value::Scalar(Scalar::Null),
            serde_yaml::Value::Bool(value) => Value::Scalar(Scalar::Bool(*value)),
            serde_yaml::Value::Number(number) => {
                Value::Scalar(match (number.as_u64(), number.as_i64(), number.as_f64()) {
                    (Some(number), _, _) => Scalar::Unsigned(number),
                    (None, Some(number), _) => Scalar::Signed(number),
                    (None, None, number) => Scalar::Float(number.unwrap_or(f64::NAN)),
                })
            }
            serde_yaml::Value::String(text) => Value::Text(text.clone()),
            serde_yaml::Value::Sequence(items) => {
                Value::Sequence(items.iter().map(|item| Node::from_yaml(item, origin)).collect())
            }
            serde_yaml::Value::Mapping(entries) => Value::Mapping(
                entries.iter().map(|(name, value)| (key(name), Node::from_yaml(value, origin))).collect(),
            ),
            // Nothing that hnet writes for knows tags, so only what is tagged goes on.
            serde_yaml::Value::Tagged(tagged) => return Node::from_yaml(&tagged.value, origin),
        };
        Node::new(value, origin)
    }

    /// Makes one of two that are laid over something of this kind one after the other: mappings are merged key by key, a
    /// list follows where whoever lays it would add to the one before, all else is replaced. New keys come last, in the
    /// other's order. What tells the one who lays it what to do stays: a `null`, `$patch`, and items with equal keys.
    pub fn merge(&mut self, over: Node, kind: &Kind) {
        self.merge_at(over, kind, &mut Vec::new());
    }

    fn merge_at(&mut self, over: Node, kind: &Kind, path: &mut Vec<String>) {
        match (&mut self.value, over.value) {
            (Value::Mapping(entries), Value::Mapping(new)) => {
                // Of a few, looking through the old ones costs less than an index.
                let mut index = (new.len() > 8).then(|| index(entries));
                for (key, node) in new {
                    let at = match &index {
                        Some(index) => index.get(&key).copied(),
                        None => entries.iter().position(|(name, _)| *name == key),
                    };
                    match at {
                        Some(at) => {
                            path.push(key);
                            entries[at].1.merge_at(node, kind, path);
                            path.pop();
                        }
                        None => {
                            if let Some(index) = &mut index {
                                index.insert(key.clone(), entries.len());
                            }
                            entries.push((key, node));
                        }
                    }
                }
            }
            (Value::Sequence(items), Value::Sequence(new)) if adds(kind, path) => items.extend(new),
            (_, value) => *self = Node { value, ..over },
        }
    }
}

/// Where each key first stands.
fn index(entries: &[(String, Node)]) -> BTreeMap<String, usize> {
    entries.iter().enumerate().rev().map(|(at, (key, _))| (key.clone(), at)).collect()
}

/// Whether what is laid over a list adds to it.
fn adds(kind: &Kind, path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    merging(kind, &path, None) != Merging::Replace
}

/// Gives each part its place and the form that it is written in, in the order in which they are read.
fn place(node: &mut Node, places: &mut impl Iterator<Item = (usize, Span)>, raw: &RawYaml) {
    let parts: Vec<&mut Node> = match &mut node.value {
        Value::Mapping(entries) => entries.iter_mut().map(|(_, node)| node).collect(),
        Value::Sequence(items) => items.iter_mut().collect(),
        _ => Vec::new(),
    };
    for part in parts {
        if let Some((position, at)) = places.next() {
            part.origin = Origin::written(at);
            part.written = raw.written.get(&position).cloned();
        }
        place(part, places, raw);
    }
}

/// A key as text: Kubernetes and Helm know no others, and read numbers and words as text there.
fn key(value: &serde_yaml::Value) -> String {
    match value {
        serde_yaml::Value::String(text) => text.clone(),
        other => {
            let (mut text, mut origins) = (String::new(), Vec::new());
            super::write(&Node::from_yaml(other, Origin::default()), &mut text, &mut origins);
            text.trim_end().to_owned()
        }
    }
}
