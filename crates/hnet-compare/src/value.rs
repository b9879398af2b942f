//! A value of a document as its reader sees it, without places.

use std::fmt::Write as _;

use hnet_yaml::{Reader, Style, Typed, ValueKind};
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};

/// A value. Keys stand in the order in which they were written, none twice.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written plainly: for a field of texts Talos takes it so.
    Number(String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// Keys with values.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// A value as a program reads it.
    #[must_use]
    pub fn of(value: &hnet_yaml::Value, reader: Reader) -> Value {
        match &value.kind {
            ValueKind::List(items) => Value::List(items.iter().map(|item| Value::of(item, reader)).collect()),
            ValueKind::Map(map) => {
                let fields = map.iter().map(|(key, field)| (key.to_string(), Value::of(&field.value, reader)));
                Value::Map(fields.collect())
            }
            ValueKind::Scalar(written, _) => {
                value.typed(reader).map_or(Value::Null, |typed| Value::of_typed(typed, written.as_str()))
            }
        }
    }

    /// What a program reads where a text stands without quotes.
    #[must_use]
    pub fn of_plain(text: &str, reader: Reader) -> Value {
        Value::of_typed(reader.typed(text, Style::Plain, None), text)
    }

    fn of_typed(typed: Typed<'_>, written: &str) -> Value {
        match typed {
            Typed::Null => Value::Null,
            Typed::Bool(value) => Value::Bool(value),
            Typed::Integer(_) | Typed::Float(_) => Value::Number(written.to_owned()),
            Typed::Text(text) => Value::Text(text.to_owned()),
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The value behind several keys, one in the other.
    #[must_use]
    pub fn at(&self, keys: &[&str]) -> Option<&Value> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The keys and values of a map; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[(String, Value)] {
        match self {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The members of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// How many values without parts there are in it.
    #[must_use]
    pub fn leaves(&self) -> usize {
        match self {
            Value::List(items) => items.iter().map(Value::leaves).sum::<usize>().max(1),
            Value::Map(entries) => entries.iter().map(|(_, value)| value.leaves()).sum::<usize>().max(1),
            _ => 1,
        }
    }

    /// The value on one line, as in JSON but for plain texts and keys.
    #[must_use]
    pub fn line(&self) -> String {
        let mut out = String::new();
        self.write_line(&mut out);
        out
    }

    fn write_line(&self, out: &mut String) {
        match self {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => _ = write!(out, "{value}"),
            Value::Number(number) => out.push_str(number),
            Value::Text(text) => out.push_str(&quoted(text)),
            Value::List(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    item.write_line(out);
                }
                out.push(']');
            }
            Value::Map(entries) => {
                out.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if at == 0 { "" } else { ", " });
                    _ = write!(out, "{}: ", quoted(key));
                    value.write_line(out);
                }
                out.push('}');
            }
        }
    }
}

/// A text as JSON, or as it is where no reader could take it for something else.
fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '*'))
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '$' | '*' | ':' | '@'))
        && !text.ends_with(':')
        && !matches!(text, "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if is_plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Value {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(value) => Value::Bool(value),
            serde_json::Value::Number(number) => Value::Number(number.to_string()),
            serde_json::Value::String(text) => Value::Text(text),
            serde_json::Value::Array(items) => Value::List(items.into_iter().map(Value::from).collect()),
            serde_json::Value::Object(map) => {
                Value::Map(map.into_iter().map(|(key, value)| (key, Value::from(value))).collect())
            }
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Number(number) => match hnet_yaml::number(number) {
                Some(Typed::Integer(number)) => match (i64::try_from(number), u64::try_from(number)) {
                    (Ok(number), _) => serializer.serialize_i64(number),
                    (_, Ok(number)) => serializer.serialize_u64(number),
                    _ => serializer.serialize_str(&number.to_string()),
                },
                Some(Typed::Float(number)) => serializer.serialize_f64(number),
                _ => serializer.serialize_str(number),
            },
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}
