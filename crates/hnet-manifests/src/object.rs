//! What all Kubernetes objects have: group, version, kind and metadata.
//!
//! Group, version and kind are said by `kube-derive` for custom resources and by `k8s-openapi` for core kinds. Of the
//! metadata there is only what hnet writes, since the whole of it has times, and these bring a calendar into the
//! program (docs/decisions/0010). Start at [`Manifest`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use hnet_diagnostics::Traced;
use kube_core::object::HasSpec;
use serde::Serialize;

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

/// What an object is called and what is said about it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Metadata {
    /// Its name.
    pub name: Traced<String>,
    /// Its namespace, where its kind lives in one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Traced<String>>,
    /// What is said about it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: Texts,
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

/// Texts by texts, as labels and annotations are.
pub type Texts = BTreeMap<Text, Text>;

/// Labels of an object.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Labels {
    /// Those that objects of hnet have.
    Own(Texts),
    /// Those that the source wants.
    Wanted(Traced<BTreeMap<String, Traced<String>>>),
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
