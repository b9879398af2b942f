//! What all Kubernetes objects have: group, version, kind and metadata.
//!
//! Group, version and kind are said by `kube-derive` for custom resources and by `k8s-openapi` for core kinds. Of the
//! metadata there is only what hnet writes, since the whole of it has times, and these bring a calendar into the
//! program (docs/decisions/0010). Start at [`Manifest`].

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::mem;

use hnet_diagnostics::Traced;
use kube_core::object::HasSpec;
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Deserializer, Serialize};

/// An object whose kind says all in its `spec`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest<S> {
    api_version: Text,
    kind: Text,
    metadata: Metadata,
    spec: S,
}

/// A `spec` of a core kind: those of its fields that hnet writes.
pub trait CoreSpec {
    /// The whole kind.
    type Kind: k8s_openapi::Resource;
}

impl<S> Manifest<S> {
    /// An object of a core kind.
    pub fn core(metadata: Metadata, spec: S) -> Self
    where
        S: CoreSpec,
    {
        let api_version = Cow::Borrowed(<S::Kind as k8s_openapi::Resource>::API_VERSION);
        Manifest { api_version, kind: Cow::Borrowed(<S::Kind as k8s_openapi::Resource>::KIND), metadata, spec }
    }

    /// An object of a custom kind.
    pub fn custom<K>(metadata: Metadata, spec: S) -> Self
    where
        K: kube_core::Resource<DynamicType = ()> + HasSpec<Spec = S>,
    {
        Manifest { api_version: K::api_version(&()), kind: K::kind(&()), metadata, spec }
    }
}

impl<S> Manifest<S> {
    /// An object of a kind that is known by its name alone.
    pub fn of(api_version: &'static str, kind: &'static str, metadata: Metadata, spec: S) -> Self {
        Manifest { api_version: Cow::Borrowed(api_version), kind: Cow::Borrowed(kind), metadata, spec }
    }

    /// The same object in another version of its group.
    #[must_use]
    pub fn in_version(mut self, api_version: &'static str) -> Self {
        self.api_version = Cow::Borrowed(api_version);
        self
    }
}

/// What an object is called and what is said about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Metadata {
    /// Its name.
    pub name: Traced<String>,
    /// Its namespace, where its kind lives in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Traced<String>>,
    /// What is said about it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub annotations: Map<Traced<Text>>,
    /// By which others find it.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub labels: Labels,
}

impl Metadata {
    /// A name alone.
    #[must_use]
    pub fn named(name: Traced<String>) -> Self {
        Metadata { name, ..Metadata::default() }
    }
}

/// A text of our own, or one that is made.
pub type Text = Cow<'static, str>;

/// Values by their keys, in the order of the keys.
///
/// The standard library's ordered map is compiled anew for each type, five kilobytes each; these are small.
#[derive(Clone, Debug, PartialEq)]
pub struct Map<V>(Vec<(Text, V)>);

/// Texts by texts, as labels and annotations are.
pub type Texts = Map<Text>;

impl<V> Default for Map<V> {
    fn default() -> Self {
        Map(Vec::new())
    }
}

impl<V> Map<V> {
    /// No values.
    #[must_use]
    pub fn new() -> Self {
        Map::default()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts each value under its key, in the place of one that is there.
    pub fn extend<K: Into<Text>>(&mut self, pairs: impl IntoIterator<Item = (K, V)>) {
        self.0.extend(pairs.into_iter().map(|(key, value)| (key.into(), value)));
        // Those of one key stay in their order, of which the last is taken.
        self.0.sort_by(|(key, _), (other, _)| key.cmp(other));
        self.0.dedup_by(|later, kept| {
            let is_same = later.0 == kept.0;
            if is_same {
                mem::swap(later, kept);
            }
            is_same
        });
    }

    /// Puts a value under a key, in the place of one that is there.
    pub fn insert(&mut self, key: impl Into<Text>, value: V) {
        let key = key.into();
        match self.0.binary_search_by(|(other, _)| other.cmp(&key)) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }
}

impl<K: Into<Text>, V> FromIterator<(K, V)> for Map<V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut map = Map::new();
        map.extend(pairs);
        map
    }
}

impl<V: Serialize> Serialize for Map<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(&**key, value)?;
        }
        map.end()
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Map<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::<String, V>::deserialize(deserializer).map(|map| map.into_iter().collect())
    }
}

/// Labels of an object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Labels {
    /// Those that objects of hnet have.
    Own(Texts),
    /// Those that the source wants.
    Wanted(Traced<Map<Traced<String>>>),
}

impl Default for Labels {
    fn default() -> Self {
        Labels::Own(Texts::new())
    }
}

impl Labels {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Labels::Own(labels) => labels.is_empty(),
            Labels::Wanted(labels) => labels.value.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Map;

    #[test]
    fn a_map_is_in_the_order_of_its_keys() {
        let map: Map<u8> = [("b", 1), ("a", 2), ("b", 3)].into_iter().collect();
        assert_eq!(map.0, [("a".into(), 2), ("b".into(), 3)]);
    }
}
