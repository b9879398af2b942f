//! Who is asked for names: a machine that can answer, at an address that exists before the cluster does.
//!
//! What CoreDNS forwards to is judged in `dns_zones.rs`, which asks [`cannot_answer`] as well. Start at
//! [`name_servers`].

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use indexmap::IndexSet;

use crate::addresses::misplaced_addresses::cluster_prefixes;
use crate::facts::Facts;
use crate::facts::inventory::{Owner, edge, unusable};
use crate::ways_in::gateway_addresses::may_share_its_address;

/// Name servers exist, answer names, and do so before the cluster runs.
pub(crate) fn name_servers(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    let prefixes = cluster_prefixes(network);
    let of_subnets = network.subnets.iter().flat_map(|subnet| &subnet.name_servers);
    let of_clusters = network.clusters.iter().flat_map(|cluster| {
        cluster.name_servers.iter().chain(cluster.nodes.iter().flat_map(|node| &node.name_servers))
    });
    let mut seen: IndexSet<(Span, IpAddr)> = IndexSet::new();
    for server in of_subnets.chain(of_clusters) {
        // Nodes take their subnet's servers, with the place where those are said.
        let Some(address) = server.value.known().filter(|address| seen.insert((server.span(), *address))) else {
            continue;
        };
        if cannot_answer(facts, address, server.span(), out) {
            continue;
        }
        if let Some((_, (what, span))) = prefixes.holding(address)
            && !facts.is_in_a_subnet(address)
        {
            out.report(
                Diagnostic::new(&codes::ADDRESS_IN_CLUSTER_PREFIX, format!("name server `{address}` lies in {what}"))
                    .label(server.span(), "machines ask it before the cluster runs")
                    .label(*span, "these addresses exist in the cluster only")
                    .help("write a name server outside the cluster, such as the router"),
            );
        }
    }
}

/// Whether it is said that nobody answers for names at an address, here or of what keeps it from having an owner.
pub(crate) fn cannot_answer(facts: &Facts<'_>, address: IpAddr, said: Span, out: &mut Diagnostics) -> bool {
    let place = facts.subnets.holding(address);
    if place.is_some_and(|place| place.is_wrong) {
        return true;
    }
    // What is wrong with an address that something has is said there.
    let is_owned = !facts.owners(address).is_empty();
    if let Some(called) = unusable(address) {
        if is_owned {
            return true;
        }
        out.report(
            Diagnostic::new(&codes::UNUSABLE_ADDRESS, format!("name server `{address}` is {called}"))
                .label(said, "no name server answers there")
                .help("write the address of a resolver: the router's, or `1.1.1.1`"),
        );
        return true;
    }
    if let Some((place, called)) = place.and_then(|place| Some((place, edge(place.prefix.value, address)?))) {
        if is_owned {
            return true;
        }
        let name = &place.subnet.name.value;
        out.report(
            Diagnostic::new(&codes::NETWORK_OR_BROADCAST, format!("`{address}` is {called} of `{name}`"))
                .label(said, "no name server answers there")
                .label(place.prefix.span(), format!("`{name}` is {}", place.prefix.value))
                .help("write the address of a resolver: the router's, or `1.1.1.1`"),
        );
        return true;
    }
    let owners = facts.owners(address);
    let gateway = owners.iter().find_map(|claim| match claim.owner {
        Owner::Gateway(gateway) if !may_share_its_address(gateway) => Some((gateway, claim.span)),
        _ => None,
    });
    let Some((gateway, place)) = gateway.filter(|_| !facts.is_anothers(address)) else { return false };
    let name = &gateway.name.value;
    out.report(
        Diagnostic::new(&codes::GATEWAY_AS_NAME_SERVER, format!("gateway `{name}` is no name server"))
            .label(said, format!("`{address}` is asked for names"))
            .label(place, format!("`{address}` takes the traffic of `{name}`'s listeners only"))
            .help("write the address of a resolver: the router's, or `1.1.1.1`"),
    );
    true
}
