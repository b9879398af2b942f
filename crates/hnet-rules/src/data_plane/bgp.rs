//! What routers are told of addresses over BGP, and by whom.

use hnet_diagnostics::{Diagnostic, Diagnostics, claim, codes};
use hnet_model::{
    AdvertisedWhat, Announce, Announcer, Bgp, BgpPeer, Cluster, Owned as _, Pool, Reason, Router, RouterId,
    ServiceAddresses, Traced, in_source_order,
};
use indexmap::IndexMap;

use crate::data_plane::cilium::{wire_of, wires};
use crate::facts::Facts;
use crate::facts::inventory::unusable;

/// A pool that routers are told of is told to some, and is on no wire of its own.
pub(crate) fn pools(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let by_bgp = |pool: &&Pool| {
            let is_told = pool.announce.as_ref().is_some_and(|announce| announce.value == Announce::Bgp);
            is_told && !pool.is_existing() && facts.whole(pool.span)
        };
        let pools = in_source_order(&cluster.pools, |pool| pool.span);
        let mut pools = pools.into_iter().filter(by_bgp).peekable();
        let Some(first) = pools.peek() else { continue };
        // Objects that the source writes out say it as well.
        let is_bgp = |kind: &str| kind.starts_with("CiliumBGP");
        let by_hand = cluster.manifests.iter().any(|manifest| manifest.value["kind"].as_str().is_some_and(is_bgp));
        let tells = |bgp: &Bgp| !bgp.is_own() || bgp.advertised.iter().any(|told| is_of_pools(&told.what.value));
        if !cluster.bgp.iter().any(tells) && !by_hand && facts.knows_all_of(cluster) {
            to_nobody(first, out);
        }
        let nodes_are_known = facts.knows_all_of(cluster)
            && facts.knows_all_subnets()
            && cluster.nodes.iter().all(|node| facts.whole(node.span));
        let Some(wires) = nodes_are_known.then(|| wires(facts.network, cluster, false)).flatten() else { continue };
        // A policy of layer 2 selects services, whatever pool they have their addresses of.
        if cluster.pools.iter().any(|pool| pool.layer2().is_some()) {
            continue;
        }
        for pool in pools {
            if let Some(range) = pool.ranges.iter().find(|range| wire_of(&wires, range.value.first).is_some()) {
                let place = pool.announce.as_ref().map_or(pool.span, Traced::span);
                let title = format!("machines on the nodes' own wire do not reach pool `{}`", pool.name.value);
                out.report(
                    Diagnostic::new(&codes::TOLD_TO_ROUTERS_ALONE, title)
                        .label(range.span(), "they ask for these addresses by ARP or NDP, and nobody answers")
                        .label(place, "routers alone are told")
                        .help("give the pool a prefix of its own that no link carries, or `announce l2` instead"),
                );
            }
        }
    }
}

/// Whether addresses that pools give are told.
fn is_of_pools(what: &AdvertisedWhat) -> bool {
    match what {
        AdvertisedWhat::Pods => false,
        AdvertisedWhat::Services { addresses, .. } => {
            addresses.iter().any(|which| which.value == ServiceAddresses::LoadBalancer)
        }
    }
}

/// Sessions find one advertisement by its label, and no other's. Of two that are found by one label the second is told, in the
/// order of their names.
fn advertised_alone(cluster: &Cluster, out: &mut Diagnostics) {
    let mut labels: IndexMap<(String, String), &Bgp> = IndexMap::new();
    for bgp in &cluster.bgp {
        overwritten(bgp, out);
        let label = bgp.advertisement_label();
        if let Some(other) = claim(&mut labels, label.value.clone(), bgp).filter(|_| bgp.is_own()) {
            let (key, value) = &label.value;
            let title = format!("the sessions of `bgp {}` tell what another says", bgp.name.value);
            out.report(
                Diagnostic::new(&codes::BGP_CONTRADICTS, title)
                    .label(label.span(), format!("they find each advertisement with `{key}={value}`"))
                    .label(other.name.span(), "of which this is one, too")
                    .help("give one of the two another `label`, or leave it out"),
            );
        }
    }
}

/// Reports a label of the objects that takes the place of the one by which sessions find what they tell.
fn overwritten(bgp: &Bgp, out: &mut Diagnostics) {
    let label = bgp.advertisement_label();
    let (key, value) = &label.value;
    let other = bgp.overlay.labels.iter().find(|(own, said)| own.value == *key && said != value);
    if let Some((place, _)) = other.filter(|_| bgp.is_own()) {
        out.report(
            Diagnostic::new(&codes::BGP_CONTRADICTS, format!("the sessions of `bgp {}` tell nothing", bgp.name.value))
                .label(place.span(), format!("takes the place of `{key}={value}` at the advertisement"))
                .label(label.span(), "by which the sessions find it")
                .help("leave it out of `labels`: `label` is the word for it"),
        );
    }
}

/// A node has one cluster configuration: Cilium leaves out what it finds second. (docs.cilium.io, "BGP Control Plane
/// Resources".)
pub(crate) fn on_one_node(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.knows_all_of(cluster)) {
        advertised_alone(cluster, out);
        let mut first: IndexMap<&str, &Bgp> = IndexMap::new();
        for bgp in in_source_order(&cluster.bgp, |bgp| bgp.span) {
            let nodes = cluster.nodes.iter().filter(|node| bgp.is_for(node)).map(|node| node.name.value.as_str());
            let taken: Vec<(&str, &Bgp)> =
                nodes.filter_map(|node| Some((node, *claim(&mut first, node, bgp)?))).collect();
            if let Some((node, other)) = taken.first().filter(|(_, other)| bgp.is_own() || other.is_own()) {
                let title = format!("node `{node}` has two configurations of BGP");
                out.report(
                    Diagnostic::new(&codes::BGP_CONTRADICTS, title)
                        .label(bgp.name.span(), "Cilium leaves one of the two out")
                        .label(other.name.span(), "this one is for the node as well")
                        .help("say the peers of both in one `bgp`, or let each have `nodes` of its own"),
                );
            }
        }
    }
}

fn to_nobody(pool: &Pool, out: &mut Diagnostics) {
    let place = pool.announce.as_ref().map_or(pool.span, Traced::span);
    out.report(
        Diagnostic::new(&codes::TOLD_TO_NOBODY, format!("nobody is told of pool `{}`", pool.name.value))
            .label(place, "no `bgp` tells a router of the addresses of pools")
            .help("write one: `bgp home < as 64514; peer edge; >`, with `as 64513;` in `router edge`"),
    );
}

/// The address and the AS number of each peer are known.
pub(crate) fn peers(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let said = || cluster.bgp.iter().filter(|bgp| bgp.is_own() && facts.whole(bgp.span));
        for bgp in said().filter(|bgp| bgp.peers.is_empty()) {
            out.report(
                Diagnostic::new(&codes::MISSING_FIELD, format!("`bgp {}` has no `peer`", bgp.name.value))
                    .label(bgp.name.span(), "nobody is told")
                    .help("name a router: `peer edge;`, with `as 64513;` in `router edge`"),
            );
        }
        let said = said();
        for (bgp, peer) in said.flat_map(|bgp| bgp.peers.iter().map(move |peer| (bgp, peer))) {
            let router = peer.router.and_then(|RouterId(at)| facts.network.routers.get(at));
            let is_known = router.map_or_else(|| facts.knows_all_of(cluster), |router| facts.whole(router.span));
            let fields = [("as", peer.as_number.is_some()), ("address", peer.address.is_some())];
            for (field, _) in fields.into_iter().filter(|(_, is_there)| is_known && !is_there) {
                missing(field, bgp, peer, router, out);
            }
            let address = peer.address.as_ref().filter(|address| address.origin.reason == Reason::Written);
            if let Some((address, what)) = address.and_then(|own| Some((own, unusable(own.value.known()?)?))) {
                out.report(
                    Diagnostic::new(&codes::UNUSABLE_ADDRESS, format!("nobody speaks BGP at `{}`", address.value))
                        .label(address.span(), format!("this is {what}"))
                        .help("write the address of the router on the nodes' side"),
                );
            }
            if peer.address.is_some() && peer.session.families.is_empty() {
                out.report(
                    Diagnostic::new(
                        &codes::MISSING_FIELD,
                        format!("what peer `{}` is told is not known", peer.name.value),
                    )
                    .label(peer.name.span(), "its address is a placeholder, of which the family is not known")
                    .help("write `families ipv4;`, `families ipv6;` or both"),
                );
            }
            if let (Some(said), Some(own)) = (&peer.as_number, router.and_then(|router| router.as_number.as_ref()))
                && said.value != own.value
            {
                out.report(
                    Diagnostic::new(&codes::BGP_CONTRADICTS, format!("peer `{}` has two AS numbers", peer.name.value))
                        .label(said.span(), "what the nodes expect")
                        .label(own.span(), "what the router says")
                        .help("leave the one at the peer out, or write the same"),
                );
            }
        }
    }
}

fn missing(field: &str, bgp: &Bgp, peer: &BgpPeer, router: Option<&Router>, out: &mut Diagnostics) {
    let name = &peer.name.value;
    let (what, value) = if field == "as" { ("AS number", "64513") } else { ("address", "192.168.1.1") };
    let title = format!("the {what} of peer `{name}` of `bgp {}` is not known", bgp.name.value);
    let diagnostic =
        Diagnostic::new(&codes::MISSING_FIELD, title).label(peer.name.span(), format!("`{field}` is missing"));
    out.report(match router {
        Some(router) => diagnostic
            .label(router.span, "the router that it is")
            .help(format!("write it there: `router {} {field} {value};`", router.name.value)),
        None => diagnostic.help(format!("write it, `peer {name} {field} {value};`, or declare a router of that name")),
    });
}

/// What a router says of BGP counts where somebody speaks with it.
pub(crate) fn without_effect(facts: &Facts<'_>, out: &mut Diagnostics) {
    let sessions = || facts.network.clusters.iter().flat_map(|cluster| &cluster.bgp);
    if !facts.knows_all_written() {
        return;
    }
    for (at, router) in facts.network.routers.iter().enumerate() {
        if sessions().flat_map(|bgp| &bgp.peers).any(|peer| peer.router == Some(RouterId(at))) {
            continue;
        }
        let said =
            [("as", router.as_number.as_ref().map(Traced::span)), ("system", router.system.as_ref().map(Traced::span))];
        for (field, place) in said.into_iter().filter_map(|(field, place)| Some((field, place?))) {
            let title = format!("`{field}` of router `{}` has no effect", router.name.value);
            out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, title)
                    .label(place, "no node speaks BGP with this router")
                    .help(format!("name it in a `bgp`, `peer {};`, or leave `{field}` out", router.name.value)),
            );
        }
    }
}

/// A cluster configuration names its nodes by what they are called in Kubernetes.
pub(crate) fn node_names(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for bgp in cluster.bgp.iter().filter(|bgp| !bgp.is_existing()) {
            if bgp.nodes.iter().any(|said| said.value == Announcer::All) {
                continue;
            }
            let unknown = bgp.nodes.iter().find_map(|said| Some((said.span(), unnamed(cluster, &said.value)?)));
            if let Some((place, node)) = unknown {
                let title = format!("what node `{}` is called in Kubernetes is not known", node.name.value);
                out.report(
                    Diagnostic::new(&codes::NODE_NAME, title)
                        .label(node.hostname.as_ref().map_or(node.span, Traced::span), "only the machine knows it")
                        .label(place, format!("`bgp {}` names it", bgp.name.value))
                        .help("say its `hostname`, or let all nodes speak"),
                );
            }
        }
    }
}

/// The node that is named, where its name is not known.
fn unnamed<'a>(cluster: &'a Cluster, said: &Announcer) -> Option<&'a hnet_model::Node> {
    let Announcer::Node(name) = said else { return None };
    let node = cluster.nodes.iter().find(|node| node.name.value == *name)?;
    cluster.kubernetes_name(node).is_none().then_some(node)
}
