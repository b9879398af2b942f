//! What the emitters of Kubernetes objects share: objects as nodes, folders with their kustomization, sync waves.
//!
//! Knows the shape of Kubernetes files, not what stands in them. Start at [`Folder`].

use std::collections::BTreeMap;

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_manifests::kustomize::{HelmChart, Kustomization};
use hnet_model::{Cluster, Monitoring, Name, Part, Traced};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use serde::Serialize;

use crate::yaml::{Node, Value};
use crate::{Context, OutputFile, Outputs};

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
pub(crate) fn texts<const N: usize>(entries: [(&str, &str); N]) -> BTreeMap<String, String> {
    entries.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// A selector of what has these labels.
pub(crate) fn matching(labels: &BTreeMap<String, String>) -> LabelSelector {
    LabelSelector { match_labels: Some(labels.clone()), ..LabelSelector::default() }
}

/// The metadata of an object.
pub(crate) fn metadata(name: impl Into<String>, namespace: Option<&str>) -> ObjectMeta {
    ObjectMeta { name: Some(name.into()), namespace: namespace.map(str::to_owned), ..ObjectMeta::default() }
}

/// The metadata of an object that Argo CD, where there is one, applies in a wave.
pub(crate) fn in_wave(cluster: &Cluster, wave: Wave, metadata: ObjectMeta) -> ObjectMeta {
    let annotations = cluster.gitops.as_ref().map(|_| texts([("argocd.argoproj.io/sync-wave", wave.number())]));
    ObjectMeta { annotations, ..metadata }
}

/// An object whose lines come from a statement unless they are traced.
pub(crate) fn object(value: &impl Serialize, span: Span) -> Node {
    let mut node = Node::of(value, Origin::derived(span, Reason::Shape));
    if let Some(metadata) = node.at_mut(&["metadata"]) {
        reorder(metadata);
    }
    node
}

/// An object of a core kind, with its keys in the order in which people write them.
pub(crate) fn core_object(value: &impl Serialize, span: Span) -> Node {
    let mut node = object(value, span);
    reorder(&mut node);
    node
}

/// The generated types have their keys in alphabetical order.
fn reorder(node: &mut Node) {
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().for_each(reorder),
        Value::Mapping(entries) => {
            const FIRST: [&str; 7] = ["apiVersion", "kind", "metadata", "name", "namespace", "image", "replicas"];
            hnet_collections::sort_by_key(entries, |(key, _)| {
                FIRST.iter().position(|first| first == key).unwrap_or(FIRST.len())
            });
            entries.iter_mut().for_each(|(_, value)| reorder(value));
        }
        _ => {}
    }
}

/// Says where an object's name and namespace come from.
pub(crate) fn named(node: Node, name: Origin, namespace: Origin) -> Node {
    node.traced(&["metadata", "name"], name).traced(&["metadata", "namespace"], namespace)
}

/// A namespace that objects of this network live in.
pub(crate) fn namespace(cluster: &Cluster, name: &Traced<Name>) -> Node {
    let metadata = in_wave(cluster, Wave::Namespace, metadata(name.value.as_str(), None));
    let namespace = k8s_openapi::api::core::v1::Namespace { metadata, ..Default::default() };
    core_object(&namespace, name.span()).traced(&[], name.origin.because(Reason::NamespaceInUse))
}

/// Whether a namespace comes with the cluster.
pub(crate) fn comes_with_the_cluster(name: &Name) -> bool {
    matches!(name.as_str(), "default" | "kube-system" | "kube-public" | "kube-node-lease")
}

/// The labels by which Prometheus selects its monitors, each with its origin.
pub(crate) fn monitor_labels(monitoring: &Monitoring) -> BTreeMap<String, Traced<String>> {
    let Monitoring { labels, interval: _, span: _ } = monitoring;
    labels.iter().map(|(key, value)| (key.value.clone(), Traced::new(value.clone(), key.origin))).collect()
}

/// How often Prometheus scrapes, where the source says.
pub(crate) fn monitor_interval(monitoring: &Monitoring) -> Option<Traced<String>> {
    monitoring.interval.map(|interval| interval.map(|interval| interval.to_string()))
}

/// A monitor with the labels by which Prometheus selects it.
pub(crate) fn monitor(value: &impl Serialize, monitoring: &Monitoring) -> Node {
    let mut node = object(value, monitoring.span);
    let labels = monitor_labels(monitoring);
    if let (false, Some(metadata)) = (labels.is_empty(), node.at_mut(&["metadata"])) {
        metadata.set("labels", Node::of(&labels, Origin::written(monitoring.span)));
    }
    node
}

/// A folder of the networking folder: its files, and the kustomization that lists them in the order of their coming.
pub(crate) struct Folder<'a> {
    header: Traced<String>,
    path: String,
    span: Span,
    resources: Vec<Traced<String>>,
    outputs: &'a mut Outputs,
}

impl<'a> Folder<'a> {
    /// A folder of a cluster by its name; none where the source leaves the manifests out.
    pub(crate) fn new(context: &Context<'_>, cluster: &Cluster, name: &str, outputs: &'a mut Outputs) -> Option<Self> {
        let path = context.path(cluster, Part::Infrastructure, name)?;
        Some(Folder { header: context.header(), path, span: cluster.span, resources: Vec::new(), outputs })
    }

    /// Adds a file of objects; a file of none is left out.
    pub(crate) fn objects(&mut self, name: &str, objects: impl IntoIterator<Item = Node>) {
        self.objects_after(name, None, objects);
    }

    /// Adds a file of objects with a comment about them behind the header.
    pub(crate) fn objects_after(
        &mut self,
        name: &str,
        comment: Option<Traced<&str>>,
        objects: impl IntoIterator<Item = Node>,
    ) {
        let mut objects = objects.into_iter().peekable();
        let Some(first) = objects.peek() else { return };
        self.resources.push(Traced::new(name.to_owned(), first.origin));
        let mut file = OutputFile::with_header(&self.header);
        for line in comment.iter().flat_map(|comment| comment.value.lines()) {
            file.lines(&format!("# {line}"), comment.map_or_else(Origin::default, |comment| comment.origin));
        }
        objects.for_each(|object| file.document(&object));
        self.outputs.insert(format!("{}/{name}", self.path), file);
    }

    /// Adds a file that is no object: the kustomization names it elsewhere.
    pub(crate) fn values(&mut self, name: &str, values: &Node) {
        let file = OutputFile::with_document(&self.header, values);
        self.outputs.insert(format!("{}/{name}", self.path), file);
    }

    /// Writes the kustomization of all files; none where there is no file and no chart.
    pub(crate) fn finish(self, helm_charts: Vec<HelmChart>) {
        let Folder { header, path, span, resources, outputs } = self;
        if resources.is_empty() && helm_charts.is_empty() {
            return;
        }
        let kustomization = Kustomization { helm_charts, ..Kustomization::of(resources) };
        let file = OutputFile::with_document(&header, &object(&kustomization, span));
        outputs.insert(format!("{path}/kustomization.yaml"), file);
    }
}
