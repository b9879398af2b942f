//! What the emitters of Kubernetes objects share: metadata, files of objects, folders with their kustomization, sync
//! waves.
//!
//! Knows the shape of Kubernetes files, not what stands in them. Start at [`Folder`].

use std::fmt::Display;

use hnet_diagnostics::{Origin, Reason, Span};
use hnet_manifests::core::LabelSelector;
use hnet_manifests::kustomize::{HelmChart, Kustomization};
use hnet_manifests::object::{Labels, Map, Metadata, Text, Texts};
use hnet_model::{Cluster, Monitoring, Name, Network, Part, Traced};
use indexmap::IndexMap;
use serde::Serialize;

use crate::overlay::{Over, Written};
use crate::yaml::Node;
use crate::{Context, OutputFile, Receiver};

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
    if let Some(gitops) = &cluster.gitops {
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

/// A file of objects.
pub(crate) struct Objects {
    file: OutputFile,
    first: Option<Origin>,
    /// The objects over which something is to be laid, where nothing else is wanted.
    recorded: Option<Vec<Written>>,
}

impl Objects {
    /// A file of no objects, for somebody.
    pub(crate) fn new(header: &Traced<String>, outputs: &dyn Receiver) -> Self {
        let recorded = outputs.records().then(Vec::new);
        Objects { file: OutputFile::with_header(header), first: None, recorded }
    }

    /// Adds an object with what is laid over it, unless all whose it is are somebody else's: this is where what exists
    /// is left out. Its lines have the given origin where they are not traced.
    pub(crate) fn add(&mut self, object: &impl Serialize, origin: Origin, over: Over<'_>) {
        if over.is_existing() {
            return;
        }
        if let Some(recorded) = &mut self.recorded {
            if !over.is_nothing() {
                recorded.push(over.written(Node::of(object, origin)));
            }
        } else if over.is_nothing() {
            self.first.get_or_insert(origin);
            self.file.value(object, origin);
        } else if let Some(node) = over.laid(Node::of(object, origin)) {
            self.first.get_or_insert(origin);
            self.file.document(&node);
        }
    }

    /// Hands the file over; one of no objects is none. Says what it was written because of.
    pub(crate) fn hand_over(self, path: String, outputs: &mut dyn Receiver) -> Option<Origin> {
        self.recorded.into_iter().flatten().for_each(|written| outputs.record(written));
        let first = self.first?;
        outputs.insert(path, self.file);
        Some(first)
    }

    /// Adds an object that the source writes out.
    pub(crate) fn add_node(&mut self, object: &Node) {
        self.first.get_or_insert(object.origin);
        self.file.document(object);
    }
}

/// A folder of the networking folder: its files, and the kustomization that lists them in the order of their coming.
pub(crate) struct Folder<'a> {
    /// The network that its cluster is one of.
    pub(crate) network: &'a Network,
    header: Traced<String>,
    path: String,
    span: Span,
    resources: Vec<Traced<String>>,
    outputs: &'a mut dyn Receiver,
}

impl<'a> Folder<'a> {
    /// A folder of a cluster by its name; none where the source leaves the manifests out.
    pub(crate) fn new(
        context: &Context<'a>,
        cluster: &Cluster,
        name: &str,
        outputs: &'a mut dyn Receiver,
    ) -> Option<Self> {
        let path = context.path(cluster, Part::Infrastructure, name)?;
        let (network, header) = (context.network, context.header());
        Some(Folder { network, header, path, span: cluster.span, resources: Vec::new(), outputs })
    }

    /// A folder beside this one, whose name goes on where that of this one ends.
    pub(crate) fn beside(&mut self, suffix: &str) -> Folder<'_> {
        let path = format!("{}{suffix}", self.path);
        let (header, span) = (self.header.clone(), self.span);
        Folder { network: self.network, header, path, span, resources: Vec::new(), outputs: &mut *self.outputs }
    }

    /// A file of objects, so far of none.
    pub(crate) fn objects(&self) -> Objects {
        Objects::new(&self.header, self.outputs)
    }

    /// A file of objects with a comment about them behind the header.
    pub(crate) fn objects_after(&self, comment: &str, origin: Origin) -> Objects {
        let mut objects = self.objects();
        objects.file.lines(&format!("# {comment}"), origin);
        objects
    }

    /// Adds a file of objects; a file of none is left out.
    pub(crate) fn insert(&mut self, name: &str, objects: Objects) {
        if let Some(origin) = objects.hand_over(format!("{}/{name}", self.path), self.outputs) {
            self.resources.push(Traced::new(name.to_owned(), origin));
        }
    }

    /// Adds a file of one object.
    pub(crate) fn object(&mut self, name: &str, object: &impl Serialize, origin: Origin, over: Over<'_>) {
        let mut objects = self.objects();
        objects.add(object, origin, over);
        self.insert(name, objects);
    }

    /// Adds a file that is no object: the kustomization names it elsewhere.
    pub(crate) fn values(&mut self, name: &str, values: &Node) {
        let file = OutputFile::with_document(&self.header, values);
        self.outputs.insert(format!("{}/{name}", self.path), file);
    }

    /// Writes the kustomization of all files; none where there is no file and no chart.
    pub(crate) fn finish(self, helm_charts: Vec<HelmChart>) {
        let Folder { network: _, header, path, span, resources, outputs } = self;
        if resources.is_empty() && helm_charts.is_empty() {
            return;
        }
        let kustomization = Kustomization { helm_charts, ..Kustomization::of(resources) };
        let file = OutputFile::with_value(&header, &kustomization, shape(span));
        outputs.insert(format!("{path}/kustomization.yaml"), file);
    }
}
