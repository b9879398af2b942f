//! Routes of nodes that lead nowhere or against each other, and links that answer for one another.
//!
//! Start at [`gateways`] for the next hops, at [`default_routes`] for what competes.

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::versions::talos_documents::DHCP_WITHOUT_ROUTES;
use hnet_model::{DEFAULT_METRIC, InterfaceAddress, IpNet, LinkRef, MAIN_TABLE, Node, Reason, SubnetId, Traced};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::inventory::{Owner, addresses_are_known, link_called, link_span, links_as_written};

/// A next hop is another machine, reached through the route's own link.
pub(crate) fn gateways(facts: &Facts<'_>, out: &mut Diagnostics) {
    for node in facts.nodes() {
        // A machine has few addresses, and the last that says one counts.
        let own = |hop: IpAddr| {
            let same = |address: &&Traced<InterfaceAddress>| address.value.known().is_some_and(|net| net.addr() == hop);
            node.addresses().filter(same).last().map(Traced::span)
        };
        for link in node.links() {
            for route in link.routes() {
                let Some(hop) = &route.gateway else { continue };
                let Some(gateway) = hop.value.known() else { continue };
                if let Some(span) = own(gateway) {
                    // The router's own address is then the node's, too, and has two owners.
                    if facts.owners(gateway).iter().any(|claim| !matches!(claim.owner, Owner::Node(_))) {
                        continue;
                    }
                    out.report(
                        Diagnostic::new(&codes::OWN_GATEWAY, format!("node `{}` is its own gateway", node.name.value))
                            .label(hop.span(), format!("`{gateway}` is the next hop"))
                            .label(span, "and the node's own address")
                            .help("write the router's address"),
                    );
                } else if addresses_are_known(facts, link) && !on_link(link, gateway) {
                    off_link(link, hop.span(), gateway, out);
                }
            }
        }
    }
}

/// A route to everywhere is by a next hop.
pub(crate) fn without_hop(facts: &Facts<'_>, out: &mut Diagnostics) {
    for link in facts.nodes().flat_map(Node::links).filter(|link| facts.whole(link_span(*link))) {
        for route in link.routes().iter().filter(|route| route.destination.is_none() && route.gateway.is_none()) {
            out.report(
                Diagnostic::new(&codes::MISSING_FIELD, "a default route has no `gateway`")
                    .label(route.span, "a route to everywhere needs a next hop")
                    .help("write `route default gateway ADDRESS`"),
            );
        }
    }
}

fn on_link(link: LinkRef<'_>, gateway: IpAddr) -> bool {
    // Every IPv6 link has link-local addresses.
    matches!(gateway, IpAddr::V6(six) if six.is_unicast_link_local())
        || link.addresses().iter().any(|address| address.value.known().is_some_and(|net| net.contains(&gateway)))
}

fn off_link(link: LinkRef<'_>, hop: Span, gateway: IpAddr, out: &mut Diagnostics) {
    let finding = Diagnostic::new(
        &codes::GATEWAY_NOT_ON_LINK,
        format!("gateway `{gateway}` is not reached by {}", link_called(link)),
    )
    .label(hop, "a next hop must be a neighbour");
    let finding = match link.addresses().first() {
        Some(address) => finding.label(address.span(), format!("the link has `{}`", address.value)),
        None => finding.label(link_span(link), "the link has no address"),
    };
    out.report(finding.help("write the address of a router in the link's subnet, or move the route to its link"));
}

/// The default route of a link in a family: written, derived, or brought by DHCP.
#[derive(Clone, Copy)]
struct DefaultRoute<'a> {
    link: LinkRef<'a>,
    span: Span,
    from: From,
}

/// Where a default route comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    /// The source says it.
    Source,
    /// It follows from the router of the link's subnet.
    Router,
    /// DHCP brings it.
    Dhcp,
}

/// The routes among which a node would have to choose: family, table and priority.
type Choice = (bool, u32, u32);

/// A node has one default route for each family and priority.
pub(crate) fn default_routes(facts: &Facts<'_>, out: &mut Diagnostics) {
    for node in facts.nodes() {
        let mut first: IndexMap<Choice, DefaultRoute<'_>> = IndexMap::new();
        for (choice, route) in default_routes_of(node) {
            // One whose table or metric is lost may be another.
            if !facts.whole(link_span(route.link)) {
                continue;
            }
            if let Some(other) = claim(&mut first, choice, route) {
                // What DHCP brings on the link of another is mostly the same route, and then there is one.
                let is_dhcp = route.from == From::Dhcp || other.from == From::Dhcp;
                if is_dhcp && link_span(route.link) == link_span(other.link) {
                    continue;
                }
                compete(node, choice, &route, other, out);
            }
        }
    }
}

fn default_routes_of(node: &Node) -> Vec<(Choice, DefaultRoute<'_>)> {
    let mut all = Vec::new();
    for link in links_as_written(node) {
        for route in link.routes() {
            let Some(hop) = route.gateway.as_ref().filter(|_| route.destination.is_none()) else { continue };
            let Some(gateway) = hop.value.known() else { continue };
            let number = |number: &Option<Traced<u32>>, default: u32| number.map_or(default, |said| said.value);
            let choice = (gateway.is_ipv4(), number(&route.table, MAIN_TABLE), number(&route.metric, DEFAULT_METRIC));
            let derived = hop.origin.reason == Reason::SubnetRouter;
            let from = if derived { From::Router } else { From::Source };
            all.push((choice, DefaultRoute { link, span: hop.span(), from }));
        }
        // Where the version cannot leave it out, that is said of the words.
        if link.dhcp() && link.default_route().is_none_or(|said| said.value) {
            let span = dhcp_span(link);
            let metric = link.dhcp_options().metric.map_or(DEFAULT_METRIC, |said| said.value);
            let asks_ipv4 = link.dhcp_options().ipv4.is_none_or(|said| said.value);
            all.extend(
                asks_ipv4.then_some(((true, MAIN_TABLE, metric), DefaultRoute { link, span, from: From::Dhcp })),
            );
        }
    }
    all
}

fn compete(node: &Node, choice: Choice, route: &DefaultRoute<'_>, other: &DefaultRoute<'_>, out: &mut Diagnostics) {
    let family = if choice.0 { "IPv4" } else { "IPv6" };
    let says = |route: &DefaultRoute<'_>| match route.from {
        From::Dhcp => format!("{} takes what DHCP brings", link_called(route.link)),
        From::Router => format!("{} has one by its subnet's router", link_called(route.link)),
        From::Source => format!("{} says one", link_called(route.link)),
    };
    let name = &node.name.value;
    let is_any = |from: From| route.from == from || other.from == from;
    let finding = if is_any(From::Dhcp) {
        let help = if is_any(From::Router) {
            "write `default-route off` where the subnet's router is not the way out, or switch DHCP off".to_owned()
        } else if is_any(From::Source) {
            format!("switch DHCP off on a link, or give the written route a `metric` other than {DEFAULT_METRIC}")
        } else {
            "switch DHCP off on one of the links".to_owned()
        };
        Diagnostic::new(&codes::DHCP_AND_DEFAULT_ROUTE, format!("`{name}` may get two {family} default routes"))
            .help(help)
    } else {
        Diagnostic::new(&codes::TWO_DEFAULT_ROUTES, format!("`{name}` has two {family} default routes"))
            .help("keep one of them, or give one a higher `metric`, which makes it the spare")
    };
    out.report(finding.label(route.span, says(route)).label(other.span, says(other)));
}

/// What a link says of the default route by its subnet's router comes out so.
pub(crate) fn said_default_routes(facts: &Facts<'_>, out: &mut Diagnostics) {
    // What follows by itself is only known where all is read.
    if facts.something_of_its_own_is_lost() {
        return;
    }
    let nodes = facts.network.clusters.iter().filter_map(|cluster| Some((cluster.talos()?, &cluster.nodes)));
    for (talos, node) in nodes.flat_map(|(talos, nodes)| nodes.iter().map(move |node| (talos, node))) {
        if !node.links().all(|link| facts.whole(link_span(link))) {
            continue;
        }
        let (first, second) = DHCP_WITHOUT_ROUTES;
        for link in node.links() {
            let Some(said) = link.default_route().filter(|said| said.origin.reason == Reason::Written) else {
                continue;
            };
            let own = link.routes().iter().filter(|route| route.is_default()).find_map(|route| route.gateway.as_ref());
            let finding = |title: &str, label: &str| {
                let title = format!("{} {title}", link_called(link));
                Diagnostic::new(&codes::DEFAULT_ROUTE_CONTRADICTED, title).label(said.span(), label)
            };
            match (said.value, own) {
                (false, Some(hop)) => out.report(
                    finding("has a default route and has none", "no default route on this link")
                        .label(hop.span(), "and here is one")
                        .help("keep one of the two"),
                ),
                (false, None) if link.dhcp() && talos.value.minor() < DHCP_WITHOUT_ROUTES => out.report(
                    finding("has the default route of DHCP", "this version knows no way to leave it out")
                        .label(dhcp_span(link), "DHCP's answer brings it")
                        .label(talos.span(), format!("Talos leaves it out from {first}.{second} on"))
                        .help("leave `default-route off` out, or write the link's address as its own: `address`"),
                ),
                (true, None) if !link.dhcp() => out.report(no_default_route(node, finding)),
                _ => continue,
            };
        }
    }
}

/// That nothing makes the default route that a link says it has.
fn no_default_route(node: &Node, finding: impl Fn(&str, &str) -> Diagnostic) -> Diagnostic {
    let finding = finding("gets no default route", "nothing follows from this");
    let defaults = node.links().flat_map(|link| link.routes()).filter(|route| route.is_default());
    match defaults.filter_map(|route| route.gateway.as_ref()).next() {
        Some(other) => finding.label(other.span(), "the node's default route is this").help("keep one of the two"),
        None => finding.help("say the `router` of the link's subnet, or write `route default gateway ADDRESS`"),
    }
}

fn dhcp_span(link: LinkRef<'_>) -> Span {
    link.vlan.map_or(link.interface.dhcp.span(), |vlan| vlan.dhcp.span())
}

/// Two links of a node in one subnet both answer for it, and the wrong one may.
pub(crate) fn links_in_one_subnet(facts: &Facts<'_>, out: &mut Diagnostics) {
    // A single link meets no other.
    for node in facts.nodes().filter(|node| node.links().nth(1).is_some()) {
        let mut seen: IndexMap<IpNet, (usize, LinkRef<'_>, Span)> = IndexMap::new();
        let mut reported: IndexSet<(usize, Option<SubnetId>)> = IndexSet::new();
        for (at, link) in links_as_written(node).into_iter().enumerate() {
            for address in link.addresses() {
                let Some(net) = address.value.known().filter(|net| net.prefix_len() < net.max_prefix_len()) else {
                    continue;
                };
                let Some((first_at, first, span)) = claim(&mut seen, net.trunc(), (at, link, address.span())) else {
                    continue;
                };
                let subnet = link.subnet();
                // A VLAN that is said twice on its interface is the mistake.
                let same_vlan = std::ptr::eq(first.interface, link.interface)
                    && matches!((first.vlan, link.vlan), (Some(one), Some(other)) if one.id.value == other.id.value);
                if *first_at == at || same_vlan || !reported.insert((at, subnet)) {
                    continue;
                }
                out.report(
                    Diagnostic::new(
                        &codes::TWO_LINKS_IN_SUBNET,
                        format!("two links of `{}` are in one subnet", node.name.value),
                    )
                    .label(address.span(), format!("{} is in {}", link_called(link), net.trunc()))
                    .label(*span, format!("and so is {}", link_called(*first)))
                    .help("bond the links, or put one of them into a subnet of its own"),
                );
            }
        }
    }
}
