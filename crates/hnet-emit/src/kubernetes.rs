//! What the emitters of Kubernetes objects share: metadata, labels, selectors, sync waves.
//!
//! Knows the shape of objects, not what stands in them. Where they go is `place.rs`.

use std::fmt::Display;

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_manifests::core::LabelSelector;
use hnet_manifests::object::{Labels, Map, Metadata, Text, Texts};
use hnet_model::{Cluster, Monitoring, Name, Traced};
use indexmap::IndexMap;

/// The order in which Argo CD applies the objects of a folder; others are between the second and the last.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wave {
    /// What others live in.
    Namespace,
    /// What others mount.
    Secret,
    /// What others define the kind of.
    CustomResource,
}

impl Wave {
    fn number(self) -> &'static str {
        match self {
            Wave::Namespace => "-2",
            Wave::Secret => "-1",
            Wave::CustomResource => "1",
        }
    }
}

/// Texts by texts, as labels and annotations are.
pub(crate) fn texts<const N: usize>(entries: [(&'static str, Text); N]) -> Texts {
    entries.into_iter().collect()
}

/// Each of the names once, where it stands first, in the order of the names.
pub(crate) fn distinct<'a>(names: impl Iterator<Item = &'a Traced<Name>>) -> Vec<&'a Traced<Name>> {
    let mut first = IndexMap::new();
    for name in names {
        first.entry(&name.value).or_insert(name);
    }
    let mut distinct: Vec<&Traced<Name>> = first.iter().map(|(_, name)| *name).collect();
    distinct.sort_by_key(|name| &name.value);
    distinct
}

/// A selector of what has these labels.
pub(crate) fn matching(match_labels: Texts) -> LabelSelector {
    LabelSelector { match_labels }
}

/// A value as a text.
pub(crate) fn text(value: &Traced<impl Display>) -> Traced<String> {
    Traced::new(value.value.to_string(), value.origin)
}

/// What an object of this kind always says because of a statement.
pub(crate) fn shape(span: Span) -> Origin {
    Origin::derived(span, Reason::Shape)
}

/// The metadata of an object in a namespace.
pub(crate) fn metadata(name: Traced<String>, namespace: &Traced<Name>) -> Metadata {
    Metadata { namespace: Some(text(namespace)), ..Metadata::named(name) }
}

/// The metadata of an object that Argo CD, where there is one, applies in a wave.
pub(crate) fn in_wave(cluster: &Cluster, wave: Wave, mut metadata: Metadata) -> Metadata {
    if let Some((gitops, _)) = cluster.argo_cd() {
        let number = Traced::new(wave.number().into(), shape(gitops.span));
        metadata.annotations.insert("argocd.argoproj.io/sync-wave", number);
    }
    metadata
}

/// What the source says by keys, as labels and annotations are.
pub(crate) fn pairs<V: From<String>>(
    said: &[(Traced<String>, String)],
) -> impl Iterator<Item = (String, Traced<V>)> + use<'_, V> {
    said.iter().map(|(key, value)| (key.value.clone(), Traced::new(value.clone().into(), key.origin)))
}

/// A count of pods, which Kubernetes holds in 31 bits.
pub(crate) fn replicas(count: Traced<u32>) -> Traced<u32> {
    count.map(|count| count.min(i32::MAX.unsigned_abs()))
}

/// Whether a namespace comes with the cluster.
pub(crate) fn comes_with_the_cluster(name: &str) -> bool {
    matches!(name, "default" | "kube-system" | "kube-public" | "kube-node-lease")
}

/// The labels by which Prometheus selects its monitors, each with its origin.
pub(crate) fn monitor_labels(monitoring: &Monitoring) -> Map<Traced<String>> {
    let Monitoring { labels, interval: _, overlay: _, span: _ } = monitoring;
    pairs(labels).collect()
}

/// How often Prometheus scrapes, where the source says.
pub(crate) fn monitor_interval(monitoring: &Monitoring) -> Option<Traced<String>> {
    monitoring.interval.map(|interval| interval.map(|interval| interval.to_string()))
}

/// The metadata of a monitor, with the labels by which Prometheus selects it.
pub(crate) fn monitored(monitoring: &Monitoring, metadata: Metadata) -> Metadata {
    let labels = Traced::written(monitor_labels(monitoring), monitoring.span);
    Metadata { labels: Labels::Wanted(labels), ..metadata }
}
