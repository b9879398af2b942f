//! The Talos half: `talos/talconfig.yaml` for talhelper, and the same as machine configuration patches
//! in `talos/machines/` for `talosctl`; where the source asks for it a folder for topf, and a cluster
//! template for Omni.
//!
//! [`plan`] derives what the model does not say itself, [`settings`] collects what each group of machines
//! is told whatever its shape, [`shape`] gives it the shape that the Talos version wants, [`machines`] and
//! [`talconfig`] write the two forms. [`levels`] takes what all machines are told apart by who is told it and by [`topics`],
//! and [`topf`] and [`omni`] write that; [`templates`] keeps placeholders apart. Start at [`settings`].

mod control_plane;
mod dhcp;
mod expressions;
pub(crate) mod firewall;
mod image;
mod kube_span;
mod kubelet;
mod laid;
mod levels;
mod links;
mod machine;
mod machines;
mod made;
mod omni;
mod plan;
mod schematics;
mod selectors;
mod services;
mod settings;
mod shape;
mod talconfig;
mod templates;
#[cfg(test)]
mod tests;
mod tofu;
mod topf;
mod topics;
mod volumes;

use hnet_model::{Cluster, Network, Node, Origin, Part, Version};
use indexmap::IndexMap;

pub use laid::{Absent, Refused, SaidAgain};

use crate::{Context, Receiver, yaml};

/// What machines of a cluster are told by words, whatever patches say.
pub struct Told<'a>(plan::Plan<'a>);

impl<'a> Told<'a> {
    /// That of a cluster on Talos.
    #[must_use]
    pub fn of(network: &'a Network, cluster: &'a Cluster) -> Option<Told<'a>> {
        Some(Told(plan::Plan::new(network, cluster, cluster.talos()?)))
    }

    /// The documents of one of its machines, the core document first.
    #[must_use]
    pub fn documents(&self, node: &'a Node) -> Vec<yaml::Node> {
        machines::shaped(&self.0, node).nodes()
    }

    /// What patches of one of its machines take away though it is not there, or say again though no one file can say it.
    #[must_use]
    pub fn refused(&self, node: &'a Node) -> Refused {
        machines::laid(&self.0, node).refused(self.0.talos)
    }

    /// The placeholders in what its machines are told by words and patches, each where it first stands.
    #[must_use]
    pub fn placeholders(&self) -> IndexMap<String, Origin> {
        placeholders(&self.0)
    }
}

pub(crate) use schematics::{emit as emit_schematics, untold};
pub(crate) use tofu::FILE as TOFU;

/// The placeholders in what is written for topf and for OpenTofu besides the patches of a cluster's machines: nobody fills
/// them in. Each with the file.
#[must_use]
pub fn unfilled(context: &Context<'_>, cluster: &Cluster) -> Vec<(&'static str, Part, String, Origin)> {
    let Some(version) = cluster.talos().filter(|_| !cluster.nodes.is_empty()) else { return Vec::new() };
    let plan = plan::Plan::new(context.network, cluster, version);
    let mut all = Vec::new();
    if context.folder(cluster, Part::Topf).is_some() {
        let found = topf::unfilled(context, &plan).into_iter();
        all.extend(found.map(|(name, origin)| ("topf.yaml", Part::Topf, name, origin)));
    }
    if context.folder(cluster, Part::Tofu).is_some() {
        all.extend(tofu::unfilled(&plan).into_iter().map(|(name, origin)| (TOFU, Part::Tofu, name, origin)));
    }
    all
}

/// The placeholders in what the machines of a cluster are told, each where it first stands.
fn placeholders(plan: &plan::Plan<'_>) -> IndexMap<String, Origin> {
    let mut found = IndexMap::new();
    for node in &plan.cluster.nodes {
        for (name, origin) in templates::placeholders(&machines::documents(plan, node)) {
            found.entry(name).or_insert(origin);
        }
    }
    found
}

/// Writes the files of all clusters that run Talos.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for cluster in &context.network.clusters {
        // A source may speak of a cluster whose machines are somebody else's.
        let Some(version) = cluster.talos().filter(|_| !cluster.nodes.is_empty()) else { continue };
        let plan = plan::Plan::new(context.network, cluster, version);
        if let Some(path) = context.talconfig(cluster) {
            outputs.insert(path, talconfig::file(context, &plan));
        }
        if let Some(folder) = context.folder(cluster, Part::Topf) {
            topf::emit(context, &plan, &folder, outputs);
        }
        if let Some(path) = context.omni(cluster) {
            outputs.insert(path, omni::file(context, &plan));
        }
        if let Some(folder) = context.folder(cluster, Part::Tofu) {
            tofu::emit(context, &plan, &folder, outputs);
        }
        for node in &cluster.nodes {
            if let Some(path) = context.machine(cluster, node.name.value.as_str()) {
                outputs.insert(path, machines::file(context, &plan, node));
            }
        }
    }
}

/// The Talos release that a version means: where it leaves out the patch, the newest one known.
pub(crate) fn release(version: &Version) -> String {
    match (version.patch, hnet_manifests::versions::talos::newest_patch(version.minor())) {
        (None, Some(patch)) => format!("v{}.{}.{patch}{}", version.major, version.minor, version.suffix),
        _ => format!("v{}", version.full()),
    }
}
