//! The components: what runs in a cluster and is written as one folder of its networking each.
//!
//! A row of [`COMPONENTS`] says which folder, what it holds and because of what, what must stand before it, and
//! what people are told of it. What writes the files, the kustomization over all folders, the steps of bootstrap
//! and the documentation go through the rows, so another component costs its file and its row.

use hnet_model::{Cluster, Part};

use crate::component::{Apart, Component, Thing};
use crate::kubernetes::Folder;
use crate::{Context, Receiver, cilium, cloudflared, coredns, gateway, manifests, namespaces};

/// All components; [`in_order`] puts each behind those that it needs.
pub(crate) static COMPONENTS: &[&dyn Component] = &[
    &namespaces::Namespaces,
    &cilium::Cilium,
    &coredns::CoreDns,
    &gateway::Gateways,
    &cloudflared::Cloudflared,
    &manifests::Manifests,
];

/// All components in the order in which folders are listed and steps are taken: each behind what it needs.
pub(crate) fn in_order() -> Vec<&'static dyn Component> {
    fn depth(component: &dyn Component) -> usize {
        let needed = COMPONENTS.iter().filter(|other| component.after().contains(&other.folder()));
        needed.map(|other| depth(*other) + 1).max().unwrap_or(0)
    }
    let mut ordered = COMPONENTS.to_vec();
    ordered.sort_by_cached_key(|component| depth(*component));
    ordered
}

/// The components of which a cluster has something in their folder, in their order.
pub(crate) fn written(cluster: &Cluster) -> impl Iterator<Item = (&'static dyn Component, Vec<Thing>)> {
    let all = in_order().into_iter().map(|component| (component, component.holds(cluster)));
    all.filter(|(_, holds)| !holds.is_empty())
}

/// The folders that stand beside those of the components.
pub(crate) fn apart(cluster: &Cluster) -> impl Iterator<Item = Apart> {
    COMPONENTS.iter().filter_map(|component| component.apart(cluster))
}

/// Writes the folder of a component in every cluster that has something of it.
pub(crate) fn emit(component: &dyn Component, context: &Context<'_>, outputs: &mut dyn Receiver) {
    for (cluster, _) in context.clusters(Part::Infrastructure) {
        if component.holds(cluster).is_empty() && component.apart(cluster).is_none() {
            continue;
        }
        let Some(mut folder) = Folder::new(context, cluster, component.folder(), outputs) else { continue };
        namespaces::add(component, cluster, &mut folder);
        let charts = component.write(cluster, &mut folder);
        folder.finish(charts);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hnet_model::Network;

    use super::{in_order, written};
    use crate::samples::{emitted, homelab, on_k3s};

    /// What is said to be written is what is.
    fn check(network: &Network) {
        let outputs = emitted(network);
        let below = |path: &str| Some(path.strip_prefix("infrastructure/networking/")?.split_once('/')?.0.to_owned());
        let found: BTreeSet<String> = outputs.files.keys().filter_map(|path| below(path)).collect();
        let said = written(&network.clusters[0]).map(|(component, _)| component.folder().to_owned()).collect();
        assert_eq!(found, said);
    }

    #[test]
    fn the_folders_are_those_that_are_written() {
        type Change = fn(&mut Network);
        let changes: [Change; 8] = [
            |_| (),
            |network| network.clusters[0].cilium = None,
            |network| network.clusters[0].pools.clear(),
            |network| network.clusters[0].dns = None,
            |network| network.clusters[0].monitoring = None,
            |network| network.clusters[0].tunnels.clear(),
            |network| {
                let cluster = &mut network.clusters[0];
                cluster.routes.clear();
                cluster.tunnels.clear();
                cluster.gateways.clear();
                cluster.certificates.clear();
            },
            |network| network.clusters[0].services.clear(),
        ];
        for start in [homelab(), on_k3s()] {
            let mut less = start.clone();
            for (at, change) in changes.into_iter().enumerate() {
                let mut network = start.clone();
                // Routes name services.
                if at + 1 < changes.len() {
                    change(&mut network);
                    check(&network);
                }
                change(&mut less);
                check(&less);
            }
        }
    }

    #[test]
    fn each_stands_behind_what_it_needs() {
        let mut before: Vec<&str> = Vec::new();
        for component in in_order() {
            for needed in component.after() {
                assert!(before.contains(needed), "{} needs {needed}", component.folder());
            }
            assert!(!before.contains(&component.folder()), "{} is there twice", component.folder());
            before.push(component.folder());
        }
    }
}
