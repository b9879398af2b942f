//! What other programs are told, as a tree: what their objects hold, each part with its origin.
//!
//! For objects that are little but settings, whose words are a table (`hnet-check`, `envoy/`): a field of the
//! model for each would say no more than the path at which it stands. Start at [`Told`].

use std::borrow::Cow;

use hnet_diagnostics::{Origin, Traced};
use serde::ser::{Serialize, SerializeMap as _, Serializer};

/// A part of what an object says, with where it comes from.
pub type Told = Traced<ToldValue>;

/// What a part of an object is.
#[derive(Clone, Debug, PartialEq)]
pub enum ToldValue {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Whether something is so.
    Flag(bool),
    /// Parts one after the other.
    List(Vec<Told>),
    /// Parts by their keys, in the order in which they were said.
    Map(Vec<(Cow<'static, str>, Told)>),
}

impl Default for ToldValue {
    fn default() -> Self {
        ToldValue::Map(Vec::new())
    }
}

impl ToldValue {
    /// The text, where it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            ToldValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A text, a number or a truth value as YAML has it; none of a list and a map.
    #[must_use]
    pub fn scalar(&self) -> Option<String> {
        match self {
            ToldValue::Text(text) => Some(text.clone()),
            ToldValue::Number(number) => Some(number.to_string()),
            ToldValue::Flag(flag) => Some(flag.to_string()),
            ToldValue::List(_) | ToldValue::Map(_) => None,
        }
    }

    /// The parts of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Told] {
        match self {
            ToldValue::List(items) => items,
            _ => &[],
        }
    }

    /// The parts of a map; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[(Cow<'static, str>, Told)] {
        match self {
            ToldValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The parts of a map for good; none of anything else.
    #[must_use]
    pub fn into_entries(self) -> Vec<(Cow<'static, str>, Told)> {
        match self {
            ToldValue::Map(entries) => entries,
            _ => Vec::new(),
        }
    }

    /// Adds a part to a map under a key, as [`put`](Self::put) does.
    pub fn add(&mut self, key: Cow<'static, str>, value: Told) {
        let ToldValue::Map(entries) = self else { return };
        let Some((_, there)) = entries.iter_mut().find(|(own, _)| *own == key) else {
            entries.push((key, value));
            return;
        };
        match (&mut there.value, value.value) {
            (ToldValue::List(items), ToldValue::List(more)) => items.extend(more),
            (there @ ToldValue::Map(_), ToldValue::Map(more)) => {
                more.into_iter().for_each(|(key, value)| there.add(key, value));
            }
            _ => {}
        }
    }

    /// A document as a part of an object. What Kubernetes holds has texts for keys.
    #[must_use]
    pub fn of_yaml(value: &serde_yaml::Value, origin: Origin) -> Self {
        match value {
            serde_yaml::Value::Null => ToldValue::default(),
            serde_yaml::Value::Bool(flag) => ToldValue::Flag(*flag),
            serde_yaml::Value::Number(number) => {
                number.as_i64().map_or_else(|| ToldValue::Text(number.to_string()), ToldValue::Number)
            }
            serde_yaml::Value::String(text) => ToldValue::Text(text.clone()),
            serde_yaml::Value::Sequence(items) => {
                ToldValue::List(items.iter().map(|item| Traced::new(Self::of_yaml(item, origin), origin)).collect())
            }
            serde_yaml::Value::Mapping(entries) => {
                let key = |key: &serde_yaml::Value| match key {
                    serde_yaml::Value::String(text) => text.clone(),
                    other => serde_yaml::to_string(other).unwrap_or_default().trim().to_owned(),
                };
                let entry = |(own, value)| (key(own).into(), Traced::new(Self::of_yaml(value, origin), origin));
                ToldValue::Map(entries.iter().map(entry).collect())
            }
            serde_yaml::Value::Tagged(tagged) => Self::of_yaml(&tagged.value, origin),
        }
    }

    /// Whether it is a map or a list that holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            ToldValue::Map(entries) => entries.is_empty(),
            ToldValue::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// The part under keys with full stops between them, where there is one.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Told> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let (_, found) = self.entries().iter().find(|(key, _)| key == first)?;
        rest.map_or(Some(found), |rest| found.value.at(rest))
    }

    /// Puts a part under keys, making the maps that lead to it. Lists that meet become one, and so do maps; anything else
    /// stays as it was said first.
    pub fn put(&mut self, path: &[&'static str], value: Told) {
        let Some((first, rest)) = path.split_first() else { return };
        let wrap = |value: Told, key: &&'static str| {
            let origin = value.origin;
            Traced::new(ToldValue::Map(vec![(Cow::Borrowed(*key), value)]), origin)
        };
        self.add(Cow::Borrowed(*first), rest.iter().rev().fold(value, wrap));
    }
}

/// A map without parts.
#[must_use]
pub fn nothing(origin: Origin) -> Told {
    Traced::new(ToldValue::default(), origin)
}

impl Serialize for ToldValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            ToldValue::Text(text) => serializer.serialize_str(text),
            ToldValue::Number(number) => serializer.serialize_i64(*number),
            ToldValue::Flag(flag) => serializer.serialize_bool(*flag),
            ToldValue::List(items) => serializer.collect_seq(items),
            ToldValue::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(&**key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Origin, Traced};

    use super::{ToldValue, nothing};

    fn text(text: &str) -> super::Told {
        Traced::new(ToldValue::Text(text.to_owned()), Origin::default())
    }

    #[test]
    fn parts_meet_where_their_keys_do() {
        let mut all = ToldValue::default();
        all.put(&["tls", "minVersion"], text("1.2"));
        all.put(&["tls", "maxVersion"], text("1.3"));
        all.put(&["tls", "minVersion"], text("1.0"));
        let list = |word| Traced::new(ToldValue::List(vec![text(word)]), Origin::default());
        all.put(&["sinks"], list("a"));
        all.put(&["sinks"], list("b"));
        all.put(&["http3"], nothing(Origin::default()));
        assert_eq!(all.at("tls.minVersion"), Some(&text("1.2")));
        assert_eq!(all.at("tls.maxVersion"), Some(&text("1.3")));
        assert_eq!(all.at("sinks").map(|sinks| sinks.value.items().len()), Some(2));
        assert!(all.at("http3").is_some_and(|on| on.value.is_empty()));
        assert_eq!(all.at("http3.more"), None);
    }
}
