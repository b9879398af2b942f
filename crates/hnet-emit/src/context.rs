//! What every emitter is given: the network, where its files go, and how they start.
//!
//! No emitter makes a path of its own: what a file is called and what leads to it is asked here, so that what is moved
//! is named where it lies. Start at [`Context::place`].

use hnet_diagnostics::{Origin, Reason, Sources};
use hnet_model::{
    Cluster, Distribution, Network, ObjectName, Output, Part, Pattern, Place, Traced, Values, Variable, own,
};

use crate::Owners;

/// The network with what its files have in common.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The checked network.
    pub network: &'a Network,
    /// The texts that it was read from.
    pub sources: &'a Sources,
}

/// Where a part of one cluster goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Where {
    /// Into the folder of the part that holds it, which is this, under the name that hnet gives it.
    Own(String),
    /// Into this folder, which the source names for it.
    Folder(String),
    /// Into the files of a pattern, in which the cluster is known.
    Files(Pattern),
}

/// A place that is said for one cluster, which starts at the folder of the whole output.
pub(crate) fn own_pattern(cluster: &Cluster, pattern: &Pattern) -> Pattern {
    pattern.of_cluster(cluster.name.value.as_str())
}

impl<'a> Context<'a> {
    /// Where a part of one cluster goes; none where the source leaves it out. With several clusters each has a folder of
    /// its own, in which all that does not name it lies.
    #[must_use]
    pub fn place(&self, cluster: &Cluster, part: Part) -> Option<Where> {
        match self.said(cluster, part) {
            Some(Place::Off) => None,
            Some(Place::Folder(folder)) => Some(Where::Folder(folder.to_string())),
            Some(Place::Files(pattern)) => Some(Where::Files(pattern)),
            None if !part.is_written_unasked() => None,
            None => match self.parent(cluster, part) {
                Some(parent) => self.folder(cluster, parent).map(Where::Own),
                None => {
                    let folder = Pattern::plain(part.default_folder())?;
                    Some(Where::Folder(self.of_cluster(cluster, &folder).to_string()))
                }
            },
        }
    }

    /// What the source says of where a part of one cluster goes, with the cluster in it.
    fn said(&self, cluster: &Cluster, part: Part) -> Option<Place> {
        let own = cluster.output.place(part).map(|place| place.value.map(|pattern| own_pattern(cluster, pattern)));
        let of_all = || self.network.output.place(part);
        own.or_else(|| of_all().map(|place| place.value.map(|pattern| self.of_cluster(cluster, pattern))))
    }

    /// The file of a single object of one cluster, where the source says one.
    pub(crate) fn file_of(&self, cluster: &Cluster, object: &ObjectName) -> Option<Pattern> {
        let own = cluster.output.objects.get(object).map(|place| own_pattern(cluster, &place.value));
        let of_all = || self.network.output.objects.get(object);
        own.or_else(|| of_all().map(|place| self.of_cluster(cluster, &place.value)))
    }

    /// Whether the source says the files of single objects of one cluster.
    pub(crate) fn names_objects(&self, cluster: &Cluster) -> bool {
        !self.network.output.objects.is_empty() || !cluster.output.objects.is_empty()
    }

    /// Whether objects are taken out of their components' folders, so that several components may write one file.
    pub(crate) fn moves_objects(&self) -> bool {
        let own = self.network.clusters.iter().map(|cluster| &cluster.output);
        own.chain([&self.network.output]).any(Output::moves_objects)
    }

    /// The part in whose folder another lies by default.
    fn parent(&self, cluster: &Cluster, part: Part) -> Option<Part> {
        match (part, &cluster.distribution) {
            (Part::Machines, Distribution::K3s(_)) => Some(Part::Bootstrap),
            _ => part.parent(),
        }
    }

    /// A place as it is for one of the clusters.
    pub(crate) fn of_cluster(&self, cluster: &Cluster, pattern: &Pattern) -> Pattern {
        let name = cluster.name.value.as_str();
        let is_named = pattern.variables().any(|variable| variable == Variable::Cluster);
        let named = pattern.of_cluster(name);
        if self.network.clusters.len() > 1 && !is_named { named.below(name) } else { named }
    }

    /// The folder of a part of one cluster that holds several files; none where the source leaves the part out.
    #[must_use]
    pub fn folder(&self, cluster: &Cluster, part: Part) -> Option<String> {
        match self.place(cluster, part)? {
            Where::Own(folder) | Where::Folder(folder) => Some(folder),
            Where::Files(_) => None,
        }
    }

    /// The path of a file in the folder of a part of one cluster; none where the source leaves the part out.
    #[must_use]
    pub fn path(&self, cluster: &Cluster, part: Part, file: &str) -> Option<String> {
        self.folder(cluster, part).map(|folder| join(&folder, file))
    }

    /// The path of a part that is one file, which hnet calls `file` in its own folder.
    #[must_use]
    pub fn file(&self, cluster: &Cluster, part: Part, file: &str) -> Option<String> {
        Some(match self.place(cluster, part)? {
            Where::Own(folder) | Where::Folder(folder) => join(&folder, file),
            Where::Files(pattern) => pattern.path(Values::default()),
        })
    }

    /// Which of the clusters each file of the output is of.
    #[must_use]
    pub fn owners(&self) -> Owners {
        Owners::of(self)
    }

    /// talhelper's talconfig of a cluster.
    #[must_use]
    pub fn talconfig(&self, cluster: &Cluster) -> Option<String> {
        self.file(cluster, Part::Talconfig, "talconfig.yaml")
    }

    /// topf's file of a cluster.
    #[must_use]
    pub fn topf(&self, cluster: &Cluster) -> Option<String> {
        self.path(cluster, Part::Topf, "topf.yaml")
    }

    /// Omni's template of a cluster.
    #[must_use]
    pub fn omni(&self, cluster: &Cluster) -> Option<String> {
        self.path(cluster, Part::Omni, "cluster-template.yaml")
    }

    /// OpenTofu's file of a cluster.
    #[must_use]
    pub fn tofu(&self, cluster: &Cluster) -> Option<String> {
        self.path(cluster, Part::Tofu, crate::talos::TOFU)
    }

    /// What a machine is told, by its name.
    #[must_use]
    pub fn machine(&self, cluster: &Cluster, node: &str) -> Option<String> {
        let folder = if cluster.talos().is_some() { "machines" } else { "k3s" };
        let named = Values { node, ..Values::default() };
        match self.place(cluster, Part::Machines)? {
            Where::Own(parent) => Some(join(&join(&parent, folder), &format!("{node}.yaml"))),
            Where::Folder(folder) => Some(join(&folder, &format!("{node}.yaml"))),
            Where::Files(pattern) => Some(pattern.path(named)),
        }
    }

    /// The files of all machines of a cluster, for people: their folder, or their pattern.
    #[must_use]
    pub fn machines(&self, cluster: &Cluster) -> Option<String> {
        let folder = if cluster.talos().is_some() { "machines" } else { "k3s" };
        Some(match self.place(cluster, Part::Machines)? {
            Where::Own(parent) => format!("{}/", join(&parent, folder)),
            Where::Folder(folder) => format!("{folder}/"),
            Where::Files(pattern) => pattern.to_string(),
        })
    }

    /// The folder of a part of a component in the folder of all: its own, or one in that which Flux applies.
    pub(crate) fn component(&self, cluster: &Cluster, parent: &str, component: &str, part: Part) -> String {
        let own = join(parent, component);
        match cluster.flux() {
            Some(_) => join(&own, crate::flux::within(self, cluster, part)),
            None => own,
        }
    }

    /// Whether the values of Cilium's chart stand in a release of Flux's.
    #[must_use]
    pub(crate) fn helm_release(&self, cluster: &Cluster) -> bool {
        cluster.flux().is_some() && self.renders_cilium(cluster)
    }

    /// The file with the values of Cilium's chart, of which `folder` is the component's own.
    #[must_use]
    pub(crate) fn helm_values(&self, cluster: &Cluster, folder: &str) -> Option<String> {
        let file = if self.helm_release(cluster) { RELEASE } else { VALUES };
        match self.place(cluster, Part::Cilium)? {
            Where::Own(parent) => Some(join(&self.component(cluster, &parent, folder, Part::Cilium), file)),
            _ => self.file(cluster, Part::Cilium, file),
        }
    }

    /// Whether Cilium's chart is rendered by a kustomization of hnet's, or installed by a release of it.
    #[must_use]
    pub(crate) fn renders_cilium(&self, cluster: &Cluster) -> bool {
        let place = self.place(cluster, Part::Cilium).filter(|_| own(&cluster.cilium).next().is_some());
        matches!(place, Some(Where::Own(_) | Where::Folder(_)))
    }

    /// What a file says first, without comment signs: who wrote it and from what.
    #[must_use]
    pub fn header(&self) -> Traced<String> {
        let source = self.sources.iter().find(|(id, _)| *id == self.network.span.file).map(|(_, source)| source.path());
        let source = source.unwrap_or("the source");
        Traced::new(
            format!("Generated by hnet from {source}.\nNot to be edited: change the source and build again."),
            Origin::derived(self.network.span, Reason::Shape),
        )
    }
}

/// What the values of a chart are called in a folder of hnet's own.
pub(crate) const VALUES: &str = "values.yaml";

/// What the release of a chart is called in a folder that Flux applies.
pub(crate) const RELEASE: &str = "helmrelease.yaml";

/// A path in a folder; the output's own is empty.
pub(crate) fn join(folder: &str, file: &str) -> String {
    match (folder, file) {
        ("", only) | (only, "") => only.to_owned(),
        _ => format!("{folder}/{file}"),
    }
}
