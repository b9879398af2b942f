//! Values that no file holds as they are: parts of files put together anew, each at its own place.

use hnet_diagnostics::Span;
use hnet_yaml::{Field, Map, Style, Text, Value, ValueKind};

/// Puts a value behind several keys.
pub(crate) fn put<S: AsRef<str>>(into: &mut Value, path: &[S], value: Value) {
    let (Some((first, rest)), Some(map)) = (path.split_first(), into.as_map_mut()) else { return };
    let span = value.span;
    if rest.is_empty() {
        map.insert(first.as_ref().into(), field(first.as_ref(), value));
        return;
    }
    let inner = map
        .entry(first.as_ref().into())
        .or_insert_with(|| field(first.as_ref(), Value::of(ValueKind::Map(Map::new()), span)));
    put(&mut inner.value, rest, value);
}

/// A value behind several keys, alone.
pub(crate) fn nested(path: &[&str], value: Value) -> Value {
    let mut all = Value::of(ValueKind::Map(Map::new()), value.span);
    put(&mut all, path, value);
    all
}

fn field(key: &str, value: Value) -> Field {
    Field { key: Text::at(key, value.span), comments: None, merged: None, value }
}

/// A map of a few keys.
pub(crate) fn map_of<const N: usize>(fields: [(&str, Value); N], span: Span) -> Value {
    let fields = fields.into_iter().map(|(key, value)| (key.into(), field(key, value)));
    Value::of(ValueKind::Map(fields.collect()), span)
}

/// A list.
pub(crate) fn list_of(items: Vec<Value>, span: Span) -> Value {
    Value::of(ValueKind::List(items), span)
}

/// A word that stands as it is.
pub(crate) fn plain(text: &str, span: Span) -> Value {
    Value::of(ValueKind::Scalar(Text::at(text, span), Style::Plain), span)
}
