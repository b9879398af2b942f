//! The components: what runs in a cluster and is written as one folder of its networking each.
//!
//! A row of [`COMPONENTS`] says which folder, what it holds and because of what, what must stand before it, and
//! what people are told of it. What writes the files, the kustomization over all folders, the steps of bootstrap
//! and the documentation go through the rows, so another component costs its file and its row.

use hnet_model::{Cluster, Part};
use indexmap::IndexMap;

use crate::component::{Apart, Component, Thing};
use crate::context::join;
use crate::place::{Folder, Nowhere, Pieces};
use crate::{
    Context, Receiver, cilium, cloudflared, coredns, external_dns, gateway, manifests, namespaces, networking,
};

/// All components; [`in_order`] puts each behind those that it needs.
pub(crate) static COMPONENTS: &[&dyn Component] = &[
    &namespaces::Namespaces,
    &cilium::Cilium,
    &coredns::CoreDns,
    &gateway::Gateways,
    &cloudflared::Cloudflared,
    &external_dns::ExternalDns,
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

/// A folder of hnet's own, or a pattern of files beside those of others, with what stands there.
pub(crate) struct Stand {
    /// The folder or the pattern.
    pub(crate) path: String,
    /// Whether it is a folder, which has a kustomization of hnet's.
    pub(crate) is_folder: bool,
    /// What stands there.
    pub(crate) holds: Vec<Thing>,
}

/// Where the objects of a cluster stand, in the order of the components.
pub(crate) fn stands(context: &Context<'_>, cluster: &Cluster) -> Vec<Stand> {
    let mut stands: IndexMap<(String, bool), Vec<Thing>> = IndexMap::new();
    for component in in_order() {
        for (place, things) in places(context, cluster, component) {
            let holds = stands.entry(place).or_default();
            for thing in things {
                if holds.iter().all(|other| other.what != thing.what) {
                    holds.push(thing);
                }
            }
        }
    }
    stands.into_iter().map(|((path, is_folder), holds)| Stand { path, is_folder, holds }).collect()
}

/// Where the things of a component are: for each folder and each pattern what stands there.
pub(crate) fn places(
    context: &Context<'_>,
    cluster: &Cluster,
    component: &dyn Component,
) -> IndexMap<(String, bool), Vec<Thing>> {
    let mut places: IndexMap<(String, bool), Vec<Thing>> = IndexMap::new();
    let things = component.holds(cluster);
    let Some(first) = things.first() else { return places };
    let apart = component.apart(context, cluster);
    let is_left_out = |thing: &Thing| context.place(cluster, thing.part).is_none();
    if !context.moves_objects() && !things.iter().any(is_left_out) {
        let apart = apart.map(|apart| apart.holds.part);
        let own = things.iter().filter(|thing| Some(thing.part) != apart).copied();
        if let Some(parent) = context.folder(cluster, Part::Infrastructure) {
            for thing in own {
                let folder = context.component(cluster, &parent, component.folder(), thing.part);
                places.entry((folder, true)).or_default().push(thing);
            }
        }
        return places;
    }
    // Only who writes the objects knows which of them go elsewhere.
    let mut nowhere = Nowhere;
    let mut pieces = Pieces::of_one(context, &mut nowhere);
    write(component, context, cluster, &mut pieces);
    let parent = context.folder(cluster, Part::Infrastructure);
    let beside_it = apart.zip(parent).map(|(apart, parent)| join(&parent, apart.prefix));
    for (place, parts) in pieces.finish().places {
        if beside_it.as_ref().is_some_and(|start| place.0.starts_with(start.as_str())) {
            continue;
        }
        let mut here: Vec<Thing> = things.iter().filter(|thing| parts.contains(&thing.part)).copied().collect();
        if here.is_empty() {
            // What a component is not said to hold stands beside it.
            let beside = |part: &Part| Thing { part: *part, what: beside(*part), origin: first.origin };
            here.extend(parts.iter().map(beside));
        }
        places.insert(place, here);
    }
    places
}

/// What people are told of a part that stands beside what its component is there for.
fn beside(part: Part) -> &'static str {
    match part {
        Part::Namespaces => "namespaces",
        Part::ReferenceGrants => "ReferenceGrants",
        Part::BackendTlsPolicies => "BackendTLSPolicies",
        Part::ExternalSecrets => "ExternalSecrets",
        Part::Monitors => "monitors",
        _ => "further objects",
    }
}

/// Whether objects of a cluster are written at all.
pub(crate) fn writes(context: &Context<'_>, cluster: &Cluster) -> bool {
    context.folder(cluster, Part::Infrastructure).is_some() || !stands(context, cluster).is_empty()
}

/// The folders that stand beside those of the components.
pub(crate) fn apart(context: &Context<'_>, cluster: &Cluster) -> impl Iterator<Item = Apart> {
    COMPONENTS.iter().filter_map(|component| component.apart(context, cluster))
}

/// Writes what a component is in every cluster that has something of it.
pub(crate) fn emit(component: &dyn Component, context: &Context<'_>, outputs: &mut dyn Receiver) {
    for cluster in &context.network.clusters {
        let mut pieces = Pieces::of_one(context, outputs);
        write(component, context, cluster, &mut pieces);
        pieces.finish();
    }
}

/// Writes all components and what syncs them, of which several may stand in one file.
pub(crate) fn emit_all(context: &Context<'_>, outputs: &mut dyn Receiver) {
    let mut pieces = Pieces::of_all(context, outputs);
    for cluster in &context.network.clusters {
        in_order().into_iter().for_each(|component| write(component, context, cluster, &mut pieces));
        networking::add_syncs(context, cluster, &mut pieces);
    }
    pieces.finish();
}

/// Adds what a component is in a cluster, if it has something of it.
pub(crate) fn write<'a>(
    component: &dyn Component,
    context: &Context<'a>,
    cluster: &'a Cluster,
    pieces: &mut Pieces<'a>,
) {
    if component.holds(cluster).is_empty() {
        return;
    }
    let mut folder = Folder::new(context, cluster, component.folder(), pieces);
    namespaces::add(component, cluster, &mut folder);
    component.write(cluster, &mut folder);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hnet_model::{Cluster, Network, Overlay, Owner, ServiceTarget};

    use super::{in_order, stands};
    use crate::Context;
    use crate::samples::{emitted, homelab, on_k3s};

    /// Each kind of thing that may be somebody else's: what objects of it are called, and how it is made theirs.
    type Theirs = (&'static str, fn(&mut Cluster) -> Vec<&mut Overlay>);

    const KINDS: &[Theirs] = &[
        ("namespace", |cluster| cluster.namespaces.iter_mut().map(|it| &mut it.overlay).collect()),
        ("pool", |cluster| cluster.pools.iter_mut().map(|it| &mut it.overlay).collect()),
        ("policy", |cluster| cluster.policies.iter_mut().map(|it| &mut it.overlay).collect()),
        ("envoy", |cluster| cluster.envoy.iter_mut().map(|it| &mut it.overlay).collect()),
        ("gateway", |cluster| cluster.gateways.iter_mut().map(|it| &mut it.overlay).collect()),
        ("route", |cluster| cluster.routes.iter_mut().map(|it| &mut it.overlay).collect()),
        ("service", |cluster| cluster.services.iter_mut().map(|it| &mut it.overlay).collect()),
        ("dns", |cluster| cluster.dns.iter_mut().map(|it| &mut it.overlay).collect()),
        ("tunnel", |cluster| cluster.tunnels.iter_mut().map(|it| &mut it.overlay).collect()),
        ("records", |cluster| cluster.records.iter_mut().map(|it| &mut it.overlay).collect()),
        ("certificate", |cluster| cluster.certificates.iter_mut().map(|it| &mut it.overlay).collect()),
        ("certificate-issuer", |cluster| cluster.issuers.iter_mut().map(|it| &mut it.overlay).collect()),
    ];

    fn give_away(cluster: &mut Cluster, kind: &Theirs) {
        for overlay in kind.1(cluster) {
            overlay.owner = Owner::Existing;
        }
    }

    /// The paths of what is written for a cluster by whoever syncs it.
    fn networking(network: &Network) -> Vec<String> {
        let files = emitted(network).files;
        files.keys().filter(|path| path.starts_with("infrastructure/")).cloned().collect()
    }

    #[test]
    fn of_what_exists_nothing_is_written() {
        for mut network in [homelab(), on_k3s()] {
            let cluster = &mut network.clusters[0];
            KINDS.iter().for_each(|kind| give_away(cluster, kind));
            cluster.cilium.as_mut().expect("it has one").owner = Owner::Existing;
            cluster.gateway_api.as_mut().expect("it has one").owner = Owner::Existing;
            cluster.monitoring = None;
            assert_eq!(networking(&network), [""; 0]);
            let outputs = emitted(&network);
            let bootstrap = outputs.files.get("bootstrap/README.md").map_or("", |file| file.text());
            for step in ["Install Cilium", "Gateway API", "CoreDNS", "Make the namespaces", "Apply the rest"] {
                assert!(!bootstrap.contains(&format!("– {step}")), "{step} in\n{bootstrap}");
            }
        }
    }

    /// Each kind alone: what is written of the others is what it was, and of this one nothing.
    #[test]
    fn what_exists_takes_nothing_else_away() {
        for start in [homelab(), on_k3s()] {
            let before: BTreeSet<String> = networking(&start).into_iter().collect();
            for kind in KINDS {
                let mut network = start.clone();
                give_away(&mut network.clusters[0], kind);
                let after: BTreeSet<String> = networking(&network).into_iter().collect();
                assert!(after.is_subset(&before), "{}: {after:?}", kind.0);
                let cluster = &start.clusters[0];
                let is_written = match kind.0 {
                    "namespace" => !cluster.namespaces.is_empty(),
                    "service" => cluster.services.iter().any(|it| matches!(it.target, ServiceTarget::Host { .. })),
                    "certificate" => cluster.certificates.iter().any(|it| it.issuer.is_some()),
                    _ => !kind.1(&mut cluster.clone()).is_empty(),
                };
                assert_eq!(after.len() < before.len(), is_written, "{}: {after:?}", kind.0);
                check(&network);
            }
        }
    }

    /// What is said to be written is what is.
    fn check(network: &Network) {
        let outputs = emitted(network);
        let below = |path: &str| Some(path.strip_prefix("infrastructure/networking/")?.split_once('/')?.0.to_owned());
        let found: BTreeSet<String> = outputs.files.keys().filter_map(|path| below(path)).collect();
        let sources = hnet_diagnostics::Sources::default();
        let said = stands(&Context { network, sources: &sources }, &network.clusters[0]);
        let said = said.iter().filter_map(|stand| below(&format!("{}/", stand.path))).collect();
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
                cluster.issuers.clear();
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
