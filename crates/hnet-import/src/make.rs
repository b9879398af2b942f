//! Values that no file holds as they are: parts of files put together anew, each at its own place.

use hnet_compare::Value as Meant;
use hnet_diagnostics::Span;
use hnet_yaml::{Field, Map, Reader, Style, Text, Typed, Value, ValueKind};

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

/// A value as YAML: each part as it is written in another value, where it stands there.
pub(crate) fn styled(meant: &Meant, like: Option<&Value>, span: Span) -> Value {
    let reader = Reader::ApiServer;
    if let Some(like) = like.filter(|like| Meant::of(like, reader) == *meant) {
        return like.clone();
    }
    match meant {
        Meant::Null => plain("null", span),
        Meant::Bool(value) => plain(if *value { "true" } else { "false" }, span),
        Meant::Number(number) => plain(number, span),
        Meant::Text(text) => self::word(text, span),
        Meant::List(items) => {
            let written = like.map(Value::items).unwrap_or_default();
            let items = items.iter().map(|item| {
                let own = written.iter().find(|own| Meant::of(own, reader) == *item);
                styled(item, own, span)
            });
            Value::of(ValueKind::List(items.collect()), span)
        }
        Meant::Map(entries) => {
            let fields = entries.iter().map(|(key, value)| {
                let own = like.and_then(|like| like.field(key));
                let styled = styled(value, own.map(|own| &own.value), span);
                let comments = own.and_then(|own| own.comments.clone());
                (key.as_str().into(), Field { comments, ..field(key, styled) })
            });
            Value::of(ValueKind::Map(fields.collect()), span)
        }
    }
}

/// A text, in quotes where a reader could take it for something else.
pub(crate) fn word(text: &str, span: Span) -> Value {
    if is_plain(text) { plain(text, span) } else { Value::text_at(text, span) }
}

/// Whether every reader takes a text for the same text without quotes.
fn is_plain(text: &str) -> bool {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'/' | b'-');
    text.bytes().next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'/')
        && text.bytes().all(safe)
        && [Reader::ApiServer, Reader::Helm]
            .iter()
            .all(|reader| matches!(reader.typed(text, Style::Plain, None), Typed::Text(_)))
}
