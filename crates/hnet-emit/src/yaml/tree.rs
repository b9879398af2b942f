//! From what a [`Sink`] is told to a [`Node`].

use hnet_diagnostics::{Origin, Traced};

use super::sink::Sink;
use super::{Node, Scalar, Value};

/// A document that is being told.
#[derive(Default)]
pub(super) struct Tree {
    /// The mappings and lists that have not ended, the innermost last.
    open: Vec<Node>,
    /// The keys of parts that are not there yet, the innermost last.
    keys: Vec<String>,
    /// The document, once its outermost part has ended.
    done: Option<Node>,
}

impl Tree {
    /// The document; an empty one says `null`.
    pub(super) fn finish(self) -> Node {
        self.done.unwrap_or(Node::new(Value::Scalar(Scalar::Null), Origin::default()))
    }

    fn put(&mut self, node: Node) {
        match self.open.last_mut().map(|parent| &mut parent.value) {
            Some(Value::Sequence(items)) => items.push(node),
            Some(Value::Mapping(entries)) => entries.push((self.keys.pop().unwrap_or_default(), node)),
            _ => self.done = Some(node),
        }
    }
}

impl Sink for Tree {
    fn mapping(&mut self, origin: Origin) {
        self.open.push(Node::mapping(origin));
    }

    fn sequence(&mut self, origin: Origin) {
        self.open.push(Node::new(Value::Sequence(Vec::new()), origin));
    }

    fn end(&mut self) {
        if let Some(node) = self.open.pop() {
            self.put(node);
        }
    }

    fn key(&mut self, key: &str, _: Origin) {
        self.keys.push(key.to_owned());
    }

    fn text(&mut self, text: &str, origin: Origin) {
        self.put(Node::new(Value::Text(text.to_owned()), origin));
    }

    fn lines(&mut self, lines: &[Traced<String>], origin: Origin) {
        self.put(Node::new(Value::Lines(lines.to_vec()), origin));
    }

    fn scalar(&mut self, scalar: Scalar, written: Option<&str>, origin: Origin) {
        self.put(Node { origin, value: Value::Scalar(scalar), written: written.map(str::to_owned) });
    }
}
