//! The wires themselves: a subnet's router, its VLAN id, and the size of its packets.

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{IpNet, LinkRef, Links, MadeKind, Node, Router, Subnet, SubnetId, Traced};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::inventory::{link_called, link_span, links_as_written};
use hnet_model::in_source_order;

/// What Ethernet carries unless somebody says otherwise.
const DEFAULT_MTU: u32 = 1500;

/// The smallest packet that every IPv6 link must carry whole (RFC 8200, 5).
const IPV6_MTU: u32 = 1280;

/// A subnet's router is in it.
pub(crate) fn routers(facts: &Facts<'_>, out: &mut Diagnostics) {
    for subnet in &facts.network.subnets {
        let Some(said) = &subnet.router else { continue };
        let Some(router) = facts.network.routers.get(said.value.0) else { continue };
        let is_wrong =
            |prefix: &Traced<IpNet>| facts.subnets.holding(prefix.value.network()).is_some_and(|place| place.is_wrong);
        let judged = !subnet.gateways.is_empty() || subnet.prefixes.iter().any(is_wrong);
        if judged || !facts.whole(router.span) || !facts.whole(subnet.span) {
            continue;
        }
        let (name, called) = (&router.name.value, &subnet.name.value);
        let mut finding =
            Diagnostic::new(&codes::ROUTER_OUTSIDE_SUBNET, format!("router `{name}` has no address in `{called}`"))
                .label(said.span(), "its members need a gateway");
        finding = match router.addresses.first() {
            Some(address) => finding.label(address.span(), "the router's addresses are elsewhere"),
            None => finding.label(router.name.span(), "the router has no address"),
        };
        out.report(finding.help(format!("give the router one: `address {called}[1];`")));
    }
}

/// What the nodes of a subnet say of the way out of it.
#[derive(Default)]
struct WayOut<'a> {
    /// One that has none.
    without: Option<&'a Node>,
    /// Whether one says a default route itself, or is in another subnet as well.
    elsewhere: bool,
}

/// A subnet with a router in it says so, or its nodes have no default route.
pub(crate) fn subnets_without_router(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut routers: IndexMap<Span, Vec<(&Router, Span)>> = IndexMap::new();
    for router in &facts.network.routers {
        for address in &router.addresses {
            let place = address.value.known().and_then(|known| facts.subnets.holding(known));
            if let Some(place) = place.filter(|place| !place.is_wrong) {
                routers.entry(place.subnet.span).or_default().push((router, address.span()));
            }
        }
    }
    let mut ways: IndexMap<SubnetId, WayOut<'_>> = IndexMap::new();
    // Of other nodes hnet writes no routes.
    let clusters = facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some());
    for (cluster, node) in clusters.flat_map(|cluster| cluster.nodes.iter().map(move |node| (cluster, node))) {
        let of_link = |link: LinkRef<'_>| link.subnet();
        let primary = node.primary_link(cluster.said_endpoint(), &facts.network.subnets);
        let Some(subnet) = primary.and_then(of_link).or_else(|| node.links().find_map(of_link)) else { continue };
        let is_default = |link: LinkRef<'_>| link.dhcp() || link.routes().iter().any(|it| it.destination.is_none());
        let is_read = |link: LinkRef<'_>| facts.whole(link_span(link)) && of_link(link).is_none_or(|it| it == subnet);
        let way = ways.entry(subnet).or_default();
        if node.links().any(is_default) || !node.links().all(is_read) {
            way.elsewhere = true;
        } else {
            way.without = way.without.or(Some(node));
        }
    }
    for (SubnetId(at), way) in ways.iter() {
        let Some(subnet) = facts.network.subnets.get(*at) else { continue };
        let (Some(node), Some(found)) = (way.without, routers.get(&subnet.span)) else { continue };
        if way.elsewhere || subnet.router.is_some() || !facts.whole(subnet.span) {
            continue;
        }
        let Some((router, place)) = found.first() else { continue };
        let (name, called) = (&subnet.name.value, &router.name.value);
        let mut finding =
            Diagnostic::new(&codes::SUBNET_WITHOUT_ROUTER, format!("subnet `{name}` does not say its router"))
                .label(subnet.name.span(), format!("so `{}` gets no default route", node.name.value))
                .label(*place, format!("router `{called}` is in it"))
                .help(format!("write `router {called};` in the subnet, or the default route at its nodes"));
        let all_of_one = found.iter().all(|(other, _)| std::ptr::eq(*other, *router));
        if let (true, Some(prefix)) = (all_of_one, subnet.prefixes.last()) {
            let behind = prefix.span().after();
            let text = facts.sources.get(behind.file).text().get(behind.range().start..).unwrap_or_default();
            let title = format!("write `router {called};`");
            finding = match text.trim_start().starts_with('<') {
                true => {
                    let inside = behind.range().start + text.len() - text.trim_start().len() + 1;
                    finding.fix(title, Span::new(behind.file, inside, inside), format!(" router {called};"))
                }
                false => finding.fix(title, behind, format!(" router {called}")),
            };
        }
        out.report(finding);
    }
}

/// A VLAN of a node carries the subnet that has its id, and an interface has each id once.
pub(crate) fn vlan_differs(facts: &Facts<'_>, out: &mut Diagnostics) {
    for node in facts.nodes() {
        for interface in &node.interfaces {
            let mut ids: IndexMap<u16, &Traced<u16>> = IndexMap::new();
            for vlan in &interface.vlans {
                let id = &vlan.id;
                if let Some(first) = claim(&mut ids, id.value, id) {
                    out.report(
                        Diagnostic::new(
                            &codes::LINK_NAME_TWICE,
                            format!("interface `{}` has VLAN {} twice", interface.name.value, id.value),
                        )
                        .label(id.span(), "said again here")
                        .label(first.span(), "said here first")
                        .help("put the addresses of both into one `vlan`"),
                    );
                    continue;
                }
                let Some(subnet) = vlan.subnet.and_then(|at| facts.network.subnets.get(at.0)) else { continue };
                let name = &subnet.name.value;
                let title = format!("subnet `{name}` is not VLAN {}", id.value);
                let link = LinkRef { interface, vlan: Some(vlan) };
                let place = link.addresses().first().map_or(vlan.span, |address| address.span());
                let finding = Diagnostic::new(&codes::VLAN_DIFFERS, title)
                    .label(id.span(), format!("node `{}` tags its packets so", node.name.value))
                    .label(place, format!("its address is in `{name}`"));
                match &subnet.vlan {
                    Some(right) if right.value == id.value => {}
                    Some(right) => {
                        out.report(
                            finding
                                .label(right.span(), format!("`{name}` is VLAN {}", right.value))
                                .help(format!(
                                    "write `vlan {}`, or an address of the subnet of VLAN {}",
                                    right.value, id.value
                                ))
                                .fix(format!("write `{}`", right.value), id.span(), right.value.to_string()),
                        );
                    }
                    None if facts.whole(subnet.span) => {
                        out.report(
                            finding
                                .label(subnet.name.span(), format!("`{name}` says no VLAN, so it is untagged"))
                                .help(format!("write `vlan {};` in the subnet", id.value)),
                        );
                    }
                    None => {}
                }
            }
        }
    }
}

/// A VLAN's packets fit into its interface's, and IPv6's smallest packet fits everywhere.
pub(crate) fn packet_sizes(facts: &Facts<'_>, out: &mut Diagnostics) {
    for subnet in &facts.network.subnets {
        let six = subnet.prefixes.iter().find(|prefix| prefix.value.addr().is_ipv6());
        if let (Some(mtu), Some(six)) = (&subnet.mtu, six) {
            too_small(mtu, &format!("subnet `{}`", subnet.name.value), six.span(), out);
        }
    }
    for link in facts.nodes().flat_map(|node| node.links()) {
        let own = link.vlan.map_or(&link.interface.mtu, |vlan| &vlan.mtu);
        let Some(mtu) = own else { continue };
        let six = link.addresses().iter().find(|address| address.value.known().is_some_and(|net| net.addr().is_ipv6()));
        // What a link takes from its subnet is judged there.
        if let Some(six) = six.filter(|_| mtu.origin.reason.sentence().is_none()) {
            too_small(mtu, &link_called(link), six.span(), out);
        }
        let parent = &link.interface.mtu;
        let most = parent.map_or(DEFAULT_MTU, |parent| parent.value);
        if link.vlan.is_none() || mtu.value <= most || !facts.whole(link.interface.span) {
            continue;
        }
        let finding = Diagnostic::new(
            &codes::MTU_ABOVE_PARENT,
            format!("{} has a larger MTU than its interface", link_called(link)),
        )
        .label(mtu.span(), format!("packets of {} bytes", mtu.value));
        let finding = match parent {
            Some(parent) => finding.label(parent.span(), format!("the interface carries {most}")),
            None => finding.label(link.interface.span, format!("the interface says none, which is {most}")),
        };
        out.report(
            finding.help(format!("write `mtu {}` on the interface as well, or make the VLAN's smaller", mtu.value)),
        );
    }
}

/// The packets of a bond or a bridge fit into its members. Those of a bond that say no size take its own.
pub(crate) fn packet_sizes_of_members(facts: &Facts<'_>, out: &mut Diagnostics) {
    for node in facts.nodes() {
        let links = Links::of(node);
        for interface in node.interfaces.iter().filter(|interface| facts.whole(interface.span)) {
            let Some(made) = &interface.made else { continue };
            let is_bridge = match &made.kind {
                MadeKind::Bond(_) => false,
                MadeKind::Bridge { .. } => true,
                _ => continue,
            };
            // The kernel gives a bridge that says none the smallest of its members.
            let bytes = match &interface.mtu {
                Some(mtu) => mtu.value,
                None if is_bridge => continue,
                None => DEFAULT_MTU,
            };
            for member in &made.members {
                let Some(link) = links.member(&member.value).filter(|link| facts.whole(link_span(*link))) else {
                    continue;
                };
                let own = match link.vlan {
                    Some(vlan) => vlan.mtu.or(link.interface.mtu),
                    None => link.interface.mtu,
                };
                let (most, place) = match own {
                    Some(own) => (own.value, own.span()),
                    None if is_bridge => (DEFAULT_MTU, link_span(link)),
                    None => continue,
                };
                if most >= bytes {
                    continue;
                }
                let (name, called) = (&interface.name.value, link_called(link));
                out.report(
                    Diagnostic::new(&codes::MTU_ABOVE_PARENT, format!("`{name}` has a larger MTU than its member"))
                        .label(
                            interface.mtu.map_or(interface.span, |mtu| mtu.span()),
                            format!("packets of {bytes} bytes"),
                        )
                        .label(place, format!("{called} carries {most}"))
                        .help(match is_bridge {
                            true => format!("write `mtu {bytes}` on the member as well, or make the bridge's smaller"),
                            false => "leave it out on the member, which then takes that of the bond".to_owned(),
                        }),
                );
            }
        }
    }
}

/// The size of the packets that a link sends, and where that is said.
#[derive(Clone, Copy)]
struct Size<'a> {
    bytes: u32,
    said: Option<Span>,
    node: &'a Node,
    link: LinkRef<'a>,
}

/// The nodes of a subnet send packets of one size.
pub(crate) fn packet_sizes_of_a_subnet(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut sizes: IndexMap<SubnetId, Size<'_>> = IndexMap::new();
    let mut reported: IndexSet<SubnetId> = IndexSet::new();
    // What other nodes do is not known.
    let clusters = facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some());
    for node in clusters.flat_map(|cluster| in_source_order(&cluster.nodes, |node| node.span)) {
        for link in links_as_written(node) {
            let (subnet, own) = match link.vlan {
                Some(vlan) => (vlan.subnet, vlan.mtu.or(link.interface.mtu)),
                // What carries VLANs must take their packets, too.
                None if link.interface.vlans.is_empty() => (link.interface.subnet, link.interface.mtu),
                None => continue,
            };
            let is_whole = |subnet: &SubnetId| {
                let spans = [link_span(link), link.interface.span, facts.network.subnets[subnet.0].span];
                spans.into_iter().all(|span| facts.whole(span))
            };
            let Some(subnet) = subnet.filter(is_whole) else { continue };
            let said = own.filter(|mtu| mtu.origin.reason.sentence().is_none()).map(|mtu| mtu.span());
            let size = Size { bytes: own.map_or(DEFAULT_MTU, |mtu| mtu.value), said, node, link };
            let Some(first) = claim(&mut sizes, subnet, size).copied().filter(|first| first.bytes != size.bytes) else {
                continue;
            };
            if let (Some(subnet), true) = (facts.network.subnets.get(subnet.0), reported.insert(subnet)) {
                sizes_differ(subnet, first, size, out);
            }
        }
    }
}

fn sizes_differ(subnet: &Subnet, first: Size<'_>, second: Size<'_>, out: &mut Diagnostics) {
    // The main place is the one where a size is said.
    let (odd, other) = if second.said.is_none() { (first, second) } else { (second, first) };
    let name = &subnet.name.value;
    let mut finding = Diagnostic::new(&codes::MTU_DIFFERS, format!("the nodes of `{name}` differ in their MTU"))
        .label(
            odd.said.unwrap_or(link_span(odd.link)),
            format!("`{}` sends up to {} bytes", odd.node.name.value, odd.bytes),
        )
        .label(
            other.said.unwrap_or(link_span(other.link)),
            format!("`{}` takes {}", other.node.name.value, other.bytes),
        );
    finding = match &subnet.mtu {
        Some(mtu) => finding
            .label(mtu.span(), format!("the subnet says {}", mtu.value))
            .help("leave it out at the node, which then takes the subnet's"),
        None => finding.help(format!(
            "write `mtu {};` in the subnet, if its switches and its router carry that, or leave it out",
            odd.bytes
        )),
    };
    out.report(finding);
}

fn too_small(mtu: &Traced<u32>, called: &str, six: Span, out: &mut Diagnostics) {
    if mtu.value < IPV6_MTU {
        out.report(
            Diagnostic::new(&codes::MTU_TOO_SMALL, format!("an MTU of {} is too small for IPv6", mtu.value))
                .label(mtu.span(), format!("IPv6 needs {IPV6_MTU} bytes"))
                .label(six, format!("{called} has IPv6"))
                .help(format!("write an MTU of at least {IPV6_MTU}"))
                .fix(format!("write `{IPV6_MTU}`"), mtu.span(), IPV6_MTU.to_string()),
        );
    }
}
