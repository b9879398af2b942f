//! Addresses in a place where they do not work: in no subnet, with another length, at a subnet's
//! edge, in a cluster's own prefixes, or of a kind that no machine has.
//!
//! Each address gets the first finding that fits. Start at [`misplaced_addresses`].

use std::cell::LazyCell;
use std::net::IpAddr;

use hnet_collections::Table;
use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{IpNet, LinkRef, Network, Node, Subnet, Traced};

use super::inventory::{Claim, Owner, Ranges, addresses_are_known, something_is_lost, subnets};
use super::{Facts, in_source_order};

type Subnets<'a> = Ranges<(&'a Subnet, &'a Traced<IpNet>)>;

/// Where each address may lie, whoever has it.
pub(super) fn misplaced_addresses(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    let subnets = subnets(network);
    let cluster_prefixes = cluster_prefixes(network);
    let judge_outside = !network.subnets.is_empty() && !something_is_lost(facts);
    // The same for each address.
    let in_order = LazyCell::new(|| in_source_order(&network.subnets, |subnet| subnet.span));
    let mut lost: Table<Span, ()> = Table::new();
    for node in facts.nodes().filter(|node| judge_outside && on_no_subnet(facts, node, &subnets)) {
        lost.add(node.span);
        node_on_no_subnet(node, &in_order, &cluster_prefixes, out);
    }
    for claim in &facts.claims {
        if let Some(called) = unusable(claim.address) {
            out.report(
                Diagnostic::new(&codes::UNUSABLE_ADDRESS, format!("`{}` is {called}", claim.address))
                    .label(claim.span, format!("{} cannot have it", claim.owner))
                    .help("write an address of the machine's subnet"),
            );
            continue;
        }
        let found = subnets.holding(claim.address).map(|(_, found)| *found);
        if let Some((subnet, prefix)) = found {
            if !wrong_length(claim, subnet, prefix, out) {
                at_the_edge(claim, prefix.value, Some((subnet, prefix)), out);
            }
            continue;
        }
        if !matches!(claim.owner, Owner::Gateway(_))
            && let Some((prefix, (what, span))) = cluster_prefixes.holding(claim.address)
        {
            out.report(
                Diagnostic::new(&codes::ADDRESS_IN_CLUSTER_PREFIX, format!("`{}` lies in {what}", claim.address))
                    .label(claim.span, format!("{} has it", claim.owner))
                    .label(*span, format!("{} to {} belong to the cluster", prefix.first, prefix.last))
                    .help("give the cluster a prefix that nothing on the wires uses"),
            );
            continue;
        }
        if let Some(net) = claim.net
            && at_the_edge(claim, net, None, out)
        {
            continue;
        }
        let node_is_lost = matches!(claim.owner, Owner::Node(node) if lost.has(&node.span));
        if judge_outside && !node_is_lost && matches!(claim.owner, Owner::Node(_) | Owner::Host(_) | Owner::Switch(_)) {
            out.report(
                Diagnostic::new(&codes::ADDRESS_OUTSIDE_SUBNETS, format!("`{}` lies in no subnet", claim.address))
                    .label(claim.span, format!("{} has it", claim.owner))
                    .help(format!("declare its subnet, or write an address of one: {}", listed(&in_order))),
            );
        }
    }
}

/// A few subnets with their prefixes, to choose from.
fn listed(subnets: &[&Subnet]) -> String {
    let named = subnets.iter().take(3).map(|subnet| {
        let prefixes: Vec<String> = subnet.prefixes.iter().map(|prefix| prefix.value.to_string()).collect();
        format!("`{}` is {}", subnet.name.value, prefixes.join(" and "))
    });
    named.collect::<Vec<_>>().join(", ")
}

fn unusable(address: IpAddr) -> Option<&'static str> {
    if address.is_unspecified() {
        return Some("the address of no machine");
    }
    if address.is_loopback() {
        return Some("each machine's own address");
    }
    if address.is_multicast() {
        return Some("the address of a group");
    }
    match address {
        IpAddr::V4(four) if four.is_broadcast() => Some("the address of all machines"),
        IpAddr::V4(four) if four.octets()[0] >= 240 => Some("of a reserved class"),
        IpAddr::V4(four) if four.octets()[0] == 0 => Some("of no network"),
        IpAddr::V4(_) | IpAddr::V6(_) => None,
    }
}

/// An interface believes its own length about who is on its wire.
fn wrong_length(claim: &Claim<'_>, subnet: &Subnet, prefix: &Traced<IpNet>, out: &mut Diagnostics) -> bool {
    let Some(net) = claim.net else { return false };
    let (own, right) = (net.prefix_len(), prefix.value.prefix_len());
    // A further address of a machine may stand alone.
    if own == right || own == net.max_prefix_len() {
        return false;
    }
    let meant = format!("{}/{right}", claim.address);
    let order = format!("write `{meant}`");
    out.report(
        Diagnostic::new(&codes::WRONG_LENGTH, format!("`/{own}` is not the length of subnet `{}`", subnet.name.value))
            .label(claim.span, format!("{} is given a prefix of {own} bits", claim.owner))
            .label(prefix.span(), format!("the subnet has {right}"))
            .help(order.as_str())
            .fix(order, claim.span, meant),
    );
    true
}

/// The first and last address of an IPv4 prefix name the network and all its members; the first of
/// an IPv6 prefix belongs to all its routers (RFC 4291, 2.6.1).
fn at_the_edge(
    claim: &Claim<'_>,
    prefix: IpNet,
    subnet: Option<(&Subnet, &Traced<IpNet>)>,
    out: &mut Diagnostics,
) -> bool {
    if prefix.prefix_len() + 1 >= prefix.max_prefix_len() {
        return false;
    }
    let first = claim.address == prefix.network();
    let last = claim.address == prefix.broadcast() && claim.address.is_ipv4();
    let called = match (first, last, claim.address.is_ipv4()) {
        (true, _, true) => "the network address",
        (true, _, false) => "the address of all routers",
        (_, true, _) => "the broadcast address",
        _ => return false,
    };
    let of = subnet.map_or_else(|| format!("{}", prefix.trunc()), |(subnet, _)| format!("`{}`", subnet.name.value));
    let mut finding = Diagnostic::new(&codes::NETWORK_OR_BROADCAST, format!("`{}` is {called} of {of}", claim.address))
        .label(claim.span, format!("{} cannot have it", claim.owner));
    if let Some((_, prefix)) = subnet {
        let verb = if first { "starts" } else { "ends" };
        finding = finding.label(prefix.span(), format!("the subnet {verb} with it"));
    }
    out.report(finding.help("take an address between the first and the last"));
    true
}

/// The prefixes of pods and services of all clusters.
fn cluster_prefixes(network: &Network) -> Ranges<(String, Span)> {
    let clusters = network.clusters.iter();
    let prefixes = clusters.flat_map(|cluster| {
        let called = |what: &str| format!("the {what} of cluster `{}`", cluster.name.value);
        let (pods, services) = (called("pods"), called("services"));
        let pods = cluster.pods.iter().map(move |prefix| (prefix, pods.clone()));
        let services = cluster.services_prefixes.iter().map(move |prefix| (prefix, services.clone()));
        pods.chain(services)
    });
    prefixes.map(|(prefix, called)| (prefix.value.into(), (called, prefix.span()))).collect()
}

/// Name servers must answer before the cluster does, so they are not in it.
pub(super) fn name_servers(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    let prefixes = cluster_prefixes(network);
    let of_subnets = network.subnets.iter().flat_map(|subnet| &subnet.name_servers);
    let of_clusters = network.clusters.iter().flat_map(|cluster| {
        cluster.name_servers.iter().chain(cluster.nodes.iter().flat_map(|node| &node.name_servers))
    });
    let mut seen: Table<(Span, IpAddr), ()> = Table::new();
    for server in of_subnets.chain(of_clusters) {
        // Nodes take their subnet's servers, with the place where those are said.
        let Some(address) = server.value.known().filter(|address| seen.add((server.span(), *address))) else {
            continue;
        };
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

/// Whether a node's addresses are all known and none lies in a declared subnet.
fn on_no_subnet(facts: &Facts<'_>, node: &Node, subnets: &Subnets<'_>) -> bool {
    facts.whole(node.span)
        && node
            .links()
            .all(|link| addresses_are_known(facts, link) || LinkRef::addresses(link).is_empty() && !link.dhcp())
        && node.addresses().next().is_some()
        && node
            .addresses()
            .all(|address| address.value.known().is_some_and(|net| subnets.holding(net.addr()).is_none()))
}

fn node_on_no_subnet(
    node: &Node,
    subnets: &[&Subnet],
    cluster_prefixes: &Ranges<(String, Span)>,
    out: &mut Diagnostics,
) {
    let Some(address) = node.addresses().next() else { return };
    let known = address.value.known();
    // What is wrong with the address itself is said already.
    let judged =
        known.is_none_or(|net| unusable(net.addr()).is_some() || cluster_prefixes.holding(net.addr()).is_some());
    if judged {
        return;
    }
    let family = known.is_some_and(|net| net.addr().is_ipv4());
    let subnet =
        subnets.iter().find(|subnet| subnet.prefixes.iter().any(|prefix| prefix.value.addr().is_ipv4() == family));
    let mut finding =
        Diagnostic::new(&codes::NODE_ON_NO_SUBNET, format!("node `{}` is on no declared subnet", node.name.value))
            .label(address.span(), format!("`{}` lies in none", address.value));
    if let Some((subnet, prefix)) = subnet.and_then(|subnet| Some((subnet, subnet.prefixes.first()?))) {
        finding = finding.label(prefix.span(), format!("subnet `{}` is {}", subnet.name.value, prefix.value));
    }
    out.report(finding.help(format!("declare the node's subnet, or write an address of one: {}", listed(subnets))));
}
