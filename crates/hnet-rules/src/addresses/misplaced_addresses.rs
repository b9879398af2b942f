//! Addresses in a place where they do not work: in no subnet, with another length, at a subnet's
//! edge, in a cluster's own prefixes, or of a kind that no machine has.
//!
//! Each address gets the first finding that fits. Start at [`misplaced_addresses`].

use std::cell::LazyCell;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{AddressRange, Interface, IpNet, LinkRef, Network, Node, Subnet, Traced, WireGuard};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::inventory::{Claim, Owner, Place, Ranges, addresses_are_known, edge, unusable, unusable_prefix};
use hnet_model::in_source_order;

/// Where each address may lie, whoever has it.
pub(crate) fn misplaced_addresses(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    let cluster_prefixes = cluster_prefixes(network);
    let judge_outside = !network.subnets.is_empty() && facts.knows_all_subnets();
    // The same for each address.
    let in_order = LazyCell::new(|| in_source_order(&network.subnets, |subnet| subnet.span));
    let mut lost: IndexSet<Span> = IndexSet::new();
    // Those of one prefix miss one subnet.
    let mut missing: IndexMap<IpNet, Vec<&Node>> = IndexMap::new();
    for node in facts.nodes().filter(|node| judge_outside && on_no_subnet(facts, node)) {
        lost.insert(node.span);
        if let Some(net) = first_outside(node, &cluster_prefixes) {
            missing.entry(net.trunc()).or_default().push(node);
        }
    }
    missing.values().for_each(|nodes| nodes_on_no_subnet(nodes, &in_order, out));
    let mut wires: IndexMap<Span, Wires> = IndexMap::new();
    let tunnels: Vec<IpNet> = facts.nodes().flat_map(Node::wireguards).flat_map(nets).collect();
    for claim in &facts.claims {
        let found = facts.subnets.holding(claim.address);
        if found.is_some_and(|place| place.is_wrong) {
            continue;
        }
        if let Some(called) = unusable(claim.address) {
            out.report(
                Diagnostic::new(&codes::UNUSABLE_ADDRESS, format!("`{}` is {called}", claim.address))
                    .label(claim.span, format!("{} cannot have it", claim.owner))
                    .help("write an address of the machine's subnet"),
            );
            continue;
        }
        if let Some(place) = found {
            // Of subnets in each other the inner one counts, if it could be read.
            if facts.knows_all_subnets() && !wrong_length(facts, claim, place, &mut wires, out) {
                at_the_edge(claim, place.prefix.value, Some(place), out);
            }
            continue;
        }
        if !claim.owner.is_balanced()
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
        let is_judged = |node: &Node| lost.contains(&node.span) || !facts.whole(node.span);
        let node_is_lost = matches!(claim.owner, Owner::Node(node) if is_judged(node));
        // An anycast address is reached by routes, wherever it is, and so is one that stands alone in its prefix, or at which
        // a node is only said to be reached: a provider's, a VPN's, or one behind a router. That an address has several owners
        // without being meant to is one mistake, said elsewhere.
        let stands_alone = claim.net.is_some_and(|net| net.prefix_len() == net.max_prefix_len());
        let is_routed = stands_alone
            || claim.is_found()
            || facts.network.shared(claim.address).is_some()
            || facts.owners(claim.address).len() > 1;
        let is_of_tunnel = match claim.owner {
            Owner::Node(node) => in_tunnel(node, claim.span),
            _ => tunnels.iter().any(|net| net.contains(&claim.address)),
        };
        let on_a_wire = !is_of_tunnel && matches!(claim.owner, Owner::Node(_) | Owner::Host(_) | Owner::Switch(_));
        if judge_outside && !node_is_lost && !is_routed && on_a_wire {
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

/// An interface believes its own length about who is on its wire.
fn wrong_length<'a>(
    facts: &Facts<'a>,
    claim: &Claim<'a>,
    place: Place<'_>,
    wires: &mut IndexMap<Span, Wires>,
    out: &mut Diagnostics,
) -> bool {
    let (Some(net), Place { subnet, prefix, .. }) = (claim.net, place) else { return false };
    let (own, right) = (net.prefix_len(), prefix.value.prefix_len());
    // A further address of a machine may stand alone.
    let mut is_further = || match claim.owner {
        Owner::Node(node) => !wires.entry(node.span).or_insert_with(|| Wires::of(facts, node)).leave_alone(net),
        _ => true,
    };
    if own == right || own == net.max_prefix_len() && is_further() {
        return false;
    }
    // An index has the length of the prefix that it counts in.
    let written = facts.written_as_at(claim.span, AddressRange { first: claim.address, last: claim.address });
    let meant = if written.ends_with(']') { written } else { format!("{written}/{right}") };
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

/// Which of a node's addresses others are on one wire with.
#[derive(Clone, Copy)]
struct Wires {
    /// Whether all of its addresses are known.
    known: bool,
    /// Whether one is of IPv4.
    v4: bool,
    /// Whether there is one at all.
    any: bool,
}

impl Wires {
    fn of(facts: &Facts<'_>, node: &Node) -> Self {
        let nets = || node.addresses().filter_map(|address| address.value.known());
        let wide = |net: &IpNet| net.prefix_len() < net.max_prefix_len();
        Wires {
            known: all_known(facts, node),
            v4: nets().any(|net| wide(&net) && net.addr().is_ipv4()),
            any: nets().any(|net| wide(&net)),
        }
    }

    /// Whether a node has no address that others are on one wire with: of its family for IPv4, and of any for IPv6,
    /// whose routers may tell the prefix of the wire.
    fn leave_alone(self, own: IpNet) -> bool {
        self.known && !(if own.addr().is_ipv4() { self.v4 } else { self.any })
    }
}

/// Nothing has the first or the last address of a prefix.
fn at_the_edge(claim: &Claim<'_>, prefix: IpNet, place: Option<Place<'_>>, out: &mut Diagnostics) -> bool {
    let Some(called) = edge(prefix, claim.address) else { return false };
    let of = place.map_or_else(|| format!("{}", prefix.trunc()), |place| format!("`{}`", place.subnet.name.value));
    let mut finding = Diagnostic::new(&codes::NETWORK_OR_BROADCAST, format!("`{}` is {called} of {of}", claim.address))
        .label(claim.span, format!("{} cannot have it", claim.owner));
    if let Some(place) = place {
        let verb = if claim.address == prefix.network() { "starts" } else { "ends" };
        finding = finding.label(place.prefix.span(), format!("the subnet {verb} with it"));
    }
    out.report(finding.help("take an address between the first and the last"));
    true
}

/// A prefix is of addresses that machines can have.
pub(crate) fn prefixes(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut check = |called: String, prefix: &Traced<IpNet>| {
        if let Some(wrong) = unusable_prefix(prefix.value) {
            out.report(
                Diagnostic::new(&codes::UNUSABLE_ADDRESS, format!("{called} cannot have `{}`", prefix.value))
                    .label(prefix.span(), wrong)
                    .help("write a private prefix, such as `192.168.10.0/24` or `fd00:10::/64`"),
            );
        }
    };
    for subnet in &facts.network.subnets {
        subnet.prefixes.iter().for_each(|prefix| check(format!("subnet `{}`", subnet.name.value), prefix));
    }
    for cluster in &facts.network.clusters {
        let name = &cluster.name.value;
        cluster.pods.iter().for_each(|prefix| check(format!("the pods of `{name}`"), prefix));
        cluster.services_prefixes.iter().for_each(|prefix| check(format!("the services of `{name}`"), prefix));
    }
}

/// The prefixes of pods and services of all clusters.
pub(crate) fn cluster_prefixes(network: &Network) -> Ranges<(String, Span)> {
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

/// The prefixes of a tunnel.
fn nets<'a>((tunnel, _): (&'a Interface, &'a WireGuard)) -> impl Iterator<Item = IpNet> + 'a {
    tunnel.addresses.iter().filter_map(|own| own.value.known())
}

/// Whether an address is one of a tunnel's, which is no wire.
fn in_tunnel(node: &Node, place: Span) -> bool {
    node.wireguards().any(|(interface, _)| interface.addresses.iter().any(|own| own.span() == place))
}

/// Whether a node's addresses are all known and none lies in a declared subnet.
fn on_no_subnet(facts: &Facts<'_>, node: &Node) -> bool {
    let outside = |net: IpNet| !facts.is_in_a_subnet(net.addr());
    all_known(facts, node)
        && node.addresses().next().is_some()
        && node.addresses().all(|address| address.value.known().is_some_and(outside))
}

/// Whether all addresses of a node stand in the model.
fn all_known(facts: &Facts<'_>, node: &Node) -> bool {
    let known = |link: LinkRef<'_>| addresses_are_known(facts, link) || link.addresses().is_empty() && !link.dhcp();
    facts.whole(node.span) && node.links().all(known)
}

/// The first address of a node, where nothing is wrong with it that is said already.
fn first_outside(node: &Node, cluster_prefixes: &Ranges<(String, Span)>) -> Option<IpNet> {
    let net = node.addresses().next()?.value.known()?;
    (unusable(net.addr()).is_none() && cluster_prefixes.holding(net.addr()).is_none()).then_some(net)
}

fn nodes_on_no_subnet(nodes: &[&Node], subnets: &[&Subnet], out: &mut Diagnostics) {
    /// How many of the others are pointed at; the title counts them all.
    const SHOWN: usize = 3;
    let mut nodes = nodes.iter().filter_map(|node| Some((node, node.addresses().next()?))).collect::<Vec<_>>();
    nodes.sort_by_key(|(node, _)| node.span);
    let Some(((node, address), others)) = nodes.split_first() else { return };
    let family = address.value.known().is_some_and(|net| net.addr().is_ipv4());
    let subnet =
        subnets.iter().find(|subnet| subnet.prefixes.iter().any(|prefix| prefix.value.addr().is_ipv4() == family));
    let title = match others.len() {
        0 => format!("node `{}` is on no declared subnet", node.name.value),
        more => format!("{} nodes are on no declared subnet", more + 1),
    };
    let mut finding = Diagnostic::new(&codes::NODE_ON_NO_SUBNET, title)
        .label(address.span(), format!("`{}` lies in none", address.value));
    if let Some((subnet, prefix)) = subnet.and_then(|subnet| Some((subnet, subnet.prefixes.first()?))) {
        finding = finding.label(prefix.span(), format!("subnet `{}` is {}", subnet.name.value, prefix.value));
    }
    for (_, address) in others.iter().take(SHOWN) {
        finding = finding.label(address.span(), format!("nor does `{}`", address.value));
    }
    let its = if others.is_empty() { "the node's subnet" } else { "their subnet" };
    out.report(finding.help(format!("declare {its}, or write an address of one: {}", listed(subnets))));
}
