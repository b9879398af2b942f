//! What a document is told to, part by part: [`Writer`](super::write::Writer) makes lines of it,
//! [`Tree`](super::tree::Tree) a [`Node`].
//!
//! The two sides that tell are [`Serializer`](super::serialize::Serializer) and [`Node::tell`]. A part is told with
//! the origin of its lines; in a mapping it follows its key.

use hnet_diagnostics::{Origin, Traced};

use super::{Node, Scalar, Value};

/// Something that is told a document.
pub(super) trait Sink {
    /// A mapping begins, whose entries follow until [`Sink::end`].
    fn mapping(&mut self, origin: Origin);

    /// A list begins, whose items follow until [`Sink::end`].
    fn sequence(&mut self, origin: Origin);

    /// The innermost mapping or list ends.
    fn end(&mut self);

    /// The key of the part that follows, with the origin of that part.
    fn key(&mut self, key: &str, origin: Origin);

    /// The name of the field that follows, which is plain where it starts with a letter.
    fn field(&mut self, name: &'static str, origin: Origin) {
        self.key(name, origin);
    }

    /// A text.
    fn text(&mut self, text: &str, origin: Origin);

    /// A text of several lines, each with its own origin and without its line end.
    fn lines(&mut self, lines: &[Traced<String>], origin: Origin);

    /// A value that is neither a text nor has parts, and how it is written where that is the user's, or holds a placeholder.
    fn scalar(&mut self, scalar: Scalar, written: Option<&str>, origin: Origin);
}

impl Node {
    /// Tells the node with all its parts.
    pub(super) fn tell(&self, sink: &mut dyn Sink) {
        let origin = self.origin;
        match &self.value {
            Value::Scalar(scalar) => sink.scalar(*scalar, self.written.as_deref(), origin),
            Value::Text(text) => sink.text(text, origin),
            Value::Lines(lines) => sink.lines(lines, origin),
            Value::Sequence(items) => {
                sink.sequence(origin);
                items.iter().for_each(|item| item.tell(sink));
                sink.end();
            }
            Value::Mapping(entries) => {
                sink.mapping(origin);
                for (key, node) in entries {
                    sink.key(key, node.origin);
                    node.tell(sink);
                }
                sink.end();
            }
        }
    }
}
