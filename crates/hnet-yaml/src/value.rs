//! What a reader of a file sees: aliases and merge keys resolved, each part with its own place.

use std::fmt;
use std::sync::Arc;

use hnet_diagnostics::Span;
use indexmap::IndexMap;
use smol_str::SmolStr;

use crate::node::{Comment, Node, Style};
use crate::{Reader, Text, Typed};

/// A value with its place. It owns what it says, so that it may be patched; the parts keep where they came from.
#[derive(Clone, Debug)]
pub struct Value {
    /// Where it stands: behind an alias, where the `*name` is.
    pub span: Span,
    /// Where it is written, if that is elsewhere: what the anchor names.
    pub written: Option<Span>,
    /// The comments above it and behind it.
    pub comments: Option<Arc<Comments>>,
    /// Its tag, like `!vault` or `!!str`.
    pub tag: Option<SmolStr>,
    /// What it is.
    pub kind: ValueKind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum ValueKind {
    /// A text, a number, a truth value or nothing: its reader says which.
    Scalar(Text, Style),
    /// A list.
    List(Vec<Value>),
    /// A map.
    Map(Map),
}

/// The fields of a map in their order.
pub type Map = IndexMap<SmolStr, Field>;

/// A field of a map.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its key.
    pub key: Text,
    /// The comments above the key and behind it.
    pub comments: Option<Arc<Comments>>,
    /// The `<<` that took it in, if it is not the map's own.
    pub merged: Option<Span>,
    /// Its value.
    pub value: Value,
}

/// The comments of a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Those directly above it.
    pub above: Vec<Comment>,
    /// That behind it on its line.
    pub behind: Option<Comment>,
}

impl Comments {
    fn of(node: Node<'_>) -> Option<Arc<Comments>> {
        let (above, behind) = (node.comments_above(), node.comment_behind());
        let is_any = !above.is_empty() || behind.is_some();
        is_any.then(|| Arc::new(Comments { above: above.to_vec(), behind: behind.cloned() }))
    }
}

impl Node<'_> {
    /// What a reader sees. Its size is bounded by that of the file.
    #[must_use]
    pub fn value(self) -> Value {
        let written = self.written();
        let kind = if let Some((text, style)) = self.scalar() {
            ValueKind::Scalar(text.clone(), style)
        } else if self.is_list() {
            ValueKind::List(self.items().map(Node::value).collect())
        } else if self.is_map() {
            let fields = self.entries().into_iter().map(|entry| {
                let key = entry.key.scalar().map_or_else(|| Text::at("", entry.key.span()), |(text, _)| text.clone());
                let merged = entry.merged.map(Node::span);
                let field = Field { key, comments: Comments::of(entry.key), merged, value: entry.value.value() };
                (field.key.to_smol(), field)
            });
            ValueKind::Map(fields.collect())
        } else {
            // An alias that names nothing.
            ValueKind::Scalar(Text::at("", self.span()), Style::Plain)
        };
        Value {
            span: self.span(),
            written: self.is_alias().then(|| written.span()),
            comments: Comments::of(self),
            tag: self.tag().map(Into::into),
            kind,
        }
    }
}

impl Value {
    /// A text that stands at a place in some other form.
    #[must_use]
    pub fn text_at(text: impl Into<SmolStr>, span: Span) -> Value {
        Value::of(ValueKind::Scalar(Text::at(text, span), Style::Double), span)
    }

    /// A value at a place, with nothing else.
    #[must_use]
    pub fn of(kind: ValueKind, span: Span) -> Value {
        Value { span, written: None, comments: None, tag: None, kind }
    }

    /// Where its text is: where an alias leads, if it is one.
    #[must_use]
    pub fn written(&self) -> Span {
        self.written.unwrap_or(self.span)
    }

    /// The text and style of a scalar.
    #[must_use]
    pub fn scalar(&self) -> Option<(&Text, Style)> {
        match &self.kind {
            ValueKind::Scalar(text, style) => Some((text, *style)),
            _ => None,
        }
    }

    /// The text of a scalar with the places of its parts.
    #[must_use]
    pub fn text(&self) -> Option<&Text> {
        self.scalar().map(|(text, _)| text)
    }

    /// The text of a scalar that is there: not of an empty one, `~` or `null`.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if self.is_null() { None } else { self.text().map(Text::as_str) }
    }

    /// What a scalar is to its reader; nothing of a list or map.
    #[must_use]
    pub fn typed(&self, reader: Reader) -> Option<Typed<'_>> {
        self.scalar().map(|(text, style)| reader.typed(text, style, self.tag.as_deref()))
    }

    /// The truth value of a scalar in a field that holds one.
    #[must_use]
    pub fn as_bool(&self, reader: Reader) -> Option<bool> {
        self.scalar().and_then(|(text, style)| reader.bool(text, style, self.tag.as_deref()))
    }

    /// The whole number of a scalar; all readers agree in that.
    #[must_use]
    pub fn as_integer(&self) -> Option<i128> {
        match self.typed(Reader::Talos) {
            Some(Typed::Integer(value)) => Some(value),
            _ => None,
        }
    }

    /// Whether it says nothing; all readers agree in that.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.typed(Reader::Talos), Some(Typed::Null))
    }

    /// The members of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match &self.kind {
            ValueKind::List(items) => items,
            _ => &[],
        }
    }

    /// The map.
    #[must_use]
    pub fn as_map(&self) -> Option<&Map> {
        match &self.kind {
            ValueKind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The map, to change it.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match &mut self.kind {
            ValueKind::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match &self.kind {
            ValueKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The list, to change it.
    pub fn as_list_mut(&mut self) -> Option<&mut Vec<Value>> {
        match &mut self.kind {
            ValueKind::List(items) => Some(items),
            _ => None,
        }
    }

    /// The fields of a map in their order; none of anything else.
    pub fn fields(&self) -> impl DoubleEndedIterator<Item = &Field> {
        self.as_map().into_iter().flat_map(|map| map.values())
    }

    /// The field of a key, with its place and comments.
    #[must_use]
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.as_map()?.get(key)
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.field(key).map(|field| &field.value)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.as_map_mut()?.get_mut(key).map(|field| &mut field.value)
    }

    /// The value behind several keys, one in the other.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The members of the list of a key; none if there is no such list.
    #[must_use]
    pub fn items_of(&self, key: &str) -> &[Value] {
        self.get(key).map(Value::items).unwrap_or_default()
    }

    /// The text of the scalar behind several keys.
    #[must_use]
    pub fn str_at(&self, keys: &[&str]) -> Option<&str> {
        self.at(keys)?.as_str()
    }

    /// Looks at each scalar, empty list and empty map, with the way to it.
    pub fn leaves<'v>(&'v self, look: &mut impl FnMut(Steps<'_>, &'v Value)) {
        fn walk<'v>(value: &'v Value, steps: &mut Vec<Step>, look: &mut impl FnMut(Steps<'_>, &'v Value)) {
            match &value.kind {
                ValueKind::List(items) if !items.is_empty() => {
                    for (at, item) in items.iter().enumerate() {
                        steps.push(Step::Index(at));
                        walk(item, steps, look);
                        steps.pop();
                    }
                }
                ValueKind::Map(map) if !map.is_empty() => {
                    for (key, field) in map {
                        steps.push(Step::Key(key.clone()));
                        walk(&field.value, steps, look);
                        steps.pop();
                    }
                }
                _ => look(Steps(steps), value),
            }
        }
        walk(self, &mut Vec::new(), look);
    }

    /// Changes each scalar that is no key.
    pub fn scalars_mut(&mut self, change: &mut impl FnMut(&mut Text, &mut Style)) {
        match &mut self.kind {
            ValueKind::Scalar(text, style) => change(text, style),
            ValueKind::List(items) => items.iter_mut().for_each(|item| item.scalars_mut(change)),
            ValueKind::Map(map) => map.values_mut().for_each(|field| field.value.scalars_mut(change)),
        }
    }
}

/// Values are the same if they say the same in the same way: fields in any order, scalars by text and by whether they
/// are plain. Places and comments do not count.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (&self.kind, &other.kind) {
            (ValueKind::Scalar(a, a_style), ValueKind::Scalar(b, b_style)) => {
                a == b && self.tag == other.tag && (*a_style == Style::Plain) == (*b_style == Style::Plain)
            }
            (ValueKind::List(a), ValueKind::List(b)) => a == b,
            (ValueKind::Map(a), ValueKind::Map(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(key, field)| b.get(key).is_some_and(|other| other.value == field.value))
            }
            _ => false,
        }
    }
}

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the value of a key.
    Key(SmolStr),
    /// To a member of a list.
    Index(usize),
}

/// A way into a value, as people write it: `spec.listeners[0].name`, `metadata.annotations."a.b/c"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps<'s>(pub &'s [Step]);

impl fmt::Display for Steps<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(out, "[{index}]")?,
                Step::Key(key) => {
                    let dot = if at == 0 { "" } else { "." };
                    let is_word = !key.is_empty()
                        && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '$' | '/'));
                    if is_word { write!(out, "{dot}{key}")? } else { write!(out, "{dot}\"{key}\"")? }
                }
            }
        }
        Ok(())
    }
}
