//! Cilium against the machines: versions, routing, masquerading, and the announcing of addresses.
//!
//! Helm values are judged in `cilium_values.rs`. Start at [`versions`].

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_manifests::versions::{cilium, gateway_api};
use hnet_model::{
    AddressRange, Announcer, Cluster, GatewayClass, LinkRef, LinkSelector, LoadBalancerMode, Network, Node, Pool, Role,
    RoutingMode, Subnet, SubnetId, Traced,
};
use indexmap::{IndexMap, IndexSet};

use crate::data_plane::interface_pattern::matching;
use crate::facts::Facts;
use crate::facts::versions::unknown_version;
use crate::nodes::links::is_kernel_name;
use hnet_diagnostics::quoted;
use hnet_model::Owned as _;
use hnet_model::Reason;
use hnet_model::in_source_order;

/// Versions that hnet knows, and a Gateway API that Cilium's version can work with.
pub(crate) fn versions(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        if let Some(cilium) = &cluster.cilium
            && cilium::row(cilium.version.value.minor()).is_none()
        {
            let known: Vec<_> = cilium::ROWS.iter().map(|row| row.minor).collect();
            out.report(unknown_version("Cilium", &cilium.version, &known));
        }
        let Some(api) = &cluster.gateway_api else { continue };
        let minor = api.version.value.minor();
        if !gateway_api::MINORS.contains(&minor) {
            out.report(unknown_version("the Gateway API", &api.version, gateway_api::MINORS));
        }
        let Some(cilium) = &cluster.cilium else { continue };
        let uses = cluster.gateways.iter().any(|gateway| gateway.class.value == GatewayClass::Cilium);
        let Some(row) = cilium::row(cilium.version.value.minor()).filter(|_| uses) else { continue };
        if minor < row.least_gateway_api {
            let (major, least) = row.least_gateway_api;
            out.report(
                Diagnostic::new(
                    &codes::GATEWAY_API_TOO_OLD,
                    format!("Cilium {} needs Gateway API {major}.{least}", cilium.version.value),
                )
                .label(api.version.span(), "older than that")
                .label(cilium.version.span(), "Cilium looks for its kinds once, when it starts")
                .help(format!("install a newer release: `gateway-api {major}.{least};`"))
                .fix(
                    format!("write `{major}.{least}`"),
                    api.version.span(),
                    format!("{major}.{least}"),
                ),
            );
        }
    }
}

/// How packets travel must fit how the nodes are cabled and what Talos does with DNS.
pub(crate) fn routing(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(cilium) = &cluster.cilium else { continue };
        let mode = cilium.load_balancer.value;
        if cilium.routing.value == RoutingMode::Tunnel && mode != LoadBalancerMode::Snat {
            let word = if mode == LoadBalancerMode::Dsr { "dsr" } else { "hybrid" };
            out.report(
                Diagnostic::new(&codes::DSR_OVER_TUNNEL, format!("`load-balancer {word}` does not work in a tunnel"))
                    .label(cilium.load_balancer.span(), "replies go straight to the client")
                    .label(cilium.routing.span(), "but packets between nodes are wrapped in VXLAN")
                    .help("write `routing native`, or `load-balancer snat`"),
            );
        }
        // A mode that is derived, and whom cluster DNS asks, may have been said in what was lost.
        let is_known = facts.whole(cilium.span) && facts.knows_all_of(cluster);
        if cilium.routing.value == RoutingMode::Native && is_known {
            across_subnets(facts, cluster, &cilium.routing, out);
        }
        let host_dns = &cluster.host_dns;
        if cluster.talos().is_some()
            && cilium.bpf_masquerade.value
            // What one that exists beside a source does is known where it is said.
            && (cilium.is_own() || !facts.is_a_source() || cilium.bpf_masquerade.origin.reason == Reason::Written)
            && host_dns.enabled.value
            && host_dns.forward_kube_dns.value
            && asks_the_host(facts, cluster)
            && is_known
            && cluster.dns.as_ref().is_none_or(|dns| facts.whole(dns.span))
        {
            out.report(
                Diagnostic::new(&codes::MASQUERADE_AND_HOST_DNS, "pods may resolve no names outside the cluster")
                    .label(host_dns.forward_kube_dns.span(), "cluster DNS forwards to Talos's resolver on the host")
                    .label(cilium.bpf_masquerade.span(), "Cilium's masquerading in eBPF may keep the answers from it")
                    .help("leave the forwarding out, or say whom cluster DNS asks: `dns forward ADDRESS;`"),
            );
        }
    }
}

/// Whether cluster DNS asks the resolver that Talos names to it: CoreDNS takes that of its pod, unless it is told whom
/// to ask.
fn asks_the_host(facts: &Facts<'_>, cluster: &Cluster) -> bool {
    let Some(dns) = &cluster.dns else { return true };
    match &dns.corefile {
        Some(corefile) => corefile.value.contains("/etc/resolv.conf"),
        None => dns.forwards.is_empty() && !(facts.is_a_source() && dns.is_existing()),
    }
}

/// Talos names its resolver to pods whether it runs or not.
pub(crate) fn host_dns(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some()) {
        let host_dns = &cluster.host_dns;
        if host_dns.forward_kube_dns.value && !host_dns.enabled.value {
            out.report(
                Diagnostic::new(&codes::FORWARD_TO_HOST_DNS_OFF, "cluster DNS forwards to a resolver that is off")
                    .label(host_dns.forward_kube_dns.span(), "pods are told to ask Talos's resolver on the host")
                    .label(host_dns.enabled.span(), "it does not run")
                    .help("leave the forwarding out, or switch `host-dns` on"),
            );
        }
    }
}

/// Native routing gives each node a route to each other node, which works on one wire only.
fn across_subnets(facts: &Facts<'_>, cluster: &Cluster, routing: &Traced<RoutingMode>, out: &mut Diagnostics) {
    let mut first: Option<(&Node, &Subnet)> = None;
    for node in in_source_order(&cluster.nodes, |node| node.span) {
        // Of one that lost a value it is not known where it is.
        let Some(address) = node.address.as_ref().filter(|_| facts.whole(node.span)) else { continue };
        let known = address.value.address().known();
        let Some(place) = known.and_then(|known| facts.subnets.holding(known)) else { continue };
        let subnet = place.subnet;
        let Some((other, of_other)) = first else {
            first = Some((node, subnet));
            continue;
        };
        if std::ptr::eq(subnet, of_other) {
            continue;
        }
        out.report(
            Diagnostic::new(&codes::NATIVE_ACROSS_SUBNETS, "native routing needs all nodes on one subnet")
                .label(routing.span(), "packets are routed as they are")
                .label(address.span(), format!("node `{}` is on `{}`", node.name.value, subnet.name.value))
                .label(
                    other.address.as_ref().map_or(other.name.span(), |address| address.span()),
                    format!("node `{}` is on `{}`", other.name.value, of_other.name.value),
                )
                .help("write `routing tunnel`, or teach the routers the pods' prefixes and allow this"),
        );
        return;
    }
}

/// A pool announced by ARP must lie on a wire that an announcing node is on.
pub(crate) fn announced_off_the_wire(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for workers_only in [false, true] {
            let nodes_are_known =
                facts.knows_all_of(cluster) && cluster.nodes.iter().all(|node| facts.whole(node.span));
            // Where a node asks DHCP that is judged which lies in a subnet without it.
            let known = wires(facts.network, cluster, workers_only);
            let asks_dhcp = known.is_none();
            let wires = known.or_else(|| possible_wires(facts.network, cluster, workers_only));
            let Some(wires) = wires.filter(|_| nodes_are_known) else { continue };
            let announced =
                cluster.pools.iter().filter(|pool| layer2(pool).is_some_and(|(_, only)| only == workers_only));
            for pool in announced {
                for range in &pool.ranges {
                    if wire_of(&wires, range.value.first).is_some_and(|wire| wire.contains(range.value.last)) {
                        continue;
                    }
                    let dhcp = asks_dhcp.then(|| facts.dhcp_elsewhere(range.value.first)).flatten();
                    if asks_dhcp && dhcp.is_none() {
                        continue;
                    }
                    let on: Vec<String> = wires.iter().take(3).map(|wire| format!("`{wire}`")).collect();
                    let place = pool.announce.as_ref().map_or(pool.name.span(), |announce| announce.span());
                    let finding = Diagnostic::new(
                        &codes::ANNOUNCED_OFF_THE_WIRE,
                        format!("nobody asks the nodes for `{}`", range.value),
                    )
                    .label(range.span(), "not on a subnet that an announcing node has an address in")
                    .label(place, "ARP and NDP are asked on the wire of the address only");
                    let finding = match dhcp {
                        Some(dhcp) => finding.label(dhcp, "a node asks DHCP, which gives out addresses here"),
                        None => finding,
                    };
                    out.report(if on.is_empty() {
                        finding.help("let nodes announce that exist: there are no workers")
                    } else {
                        finding.help(format!("take addresses of the nodes' subnets: {}", on.join(", ")))
                    });
                }
            }
        }
    }
}

pub(crate) fn layer2(pool: &Pool) -> Option<(&[Traced<String>], bool)> {
    pool.layer2().map(|layer2| (layer2.interfaces.as_slice(), only_workers(pool)))
}

/// Whether workers announce, and none that is named besides.
pub(crate) fn only_workers(pool: &Pool) -> bool {
    let said = pool.announcers();
    !said.is_empty() && said.iter().all(|announcer| announcer.value == Announcer::Workers)
}

fn announcing(cluster: &Cluster, workers_only: bool) -> impl Iterator<Item = &Node> {
    cluster.nodes.iter().filter(move |node| !workers_only || node.role.value == Role::Worker)
}

/// The one of these wires that an address is on.
pub(crate) fn wire_of(wires: &[AddressRange], address: IpAddr) -> Option<&AddressRange> {
    let after = wires.partition_point(|wire| wire.first <= address);
    wires.get(after.checked_sub(1)?).filter(|wire| wire.contains(address))
}

/// The subnets that announcing nodes are on, merged and in order; none where one of them asks DHCP
/// on a wire that the source does not name, or an address is unknown.
pub(crate) fn wires(network: &Network, cluster: &Cluster, workers_only: bool) -> Option<Vec<AddressRange>> {
    wires_with(network, cluster, workers_only, None)
}

/// The same with the subnets that a node may be on which asks DHCP; none where the source does not say them either.
fn possible_wires(network: &Network, cluster: &Cluster, workers_only: bool) -> Option<Vec<AddressRange>> {
    wires_with(network, cluster, workers_only, Some(network.subnets_by_dhcp()?))
}

fn wires_with(
    network: &Network,
    cluster: &Cluster,
    workers_only: bool,
    by_dhcp: Option<Vec<SubnetId>>,
) -> Option<Vec<AddressRange>> {
    let (mut subnets, mut asks_dhcp): (Vec<SubnetId>, bool) = (Vec::new(), false);
    for link in announcing(cluster, workers_only).flat_map(Node::links) {
        match (link.subnet(), &by_dhcp) {
            (Some(subnet), _) => subnets.push(subnet),
            (None, Some(_)) if link.dhcp() && link.addresses().is_empty() => asks_dhcp = true,
            (None, _) if link.dhcp() || !link.addresses().is_empty() => return None,
            (None, _) => {}
        }
    }
    subnets.extend(by_dhcp.filter(|_| asks_dhcp).into_iter().flatten());
    // Without any subnet there is nothing to compare with, unless there are nodes but none that announces.
    let nobody = !cluster.nodes.is_empty() && announcing(cluster, workers_only).next().is_none();
    if subnets.is_empty() && !nobody {
        return None;
    }
    subnets.sort();
    subnets.dedup();
    let prefixes = subnets.into_iter().flat_map(|subnet| &network.subnets[subnet.0].prefixes);
    let mut ranges: Vec<AddressRange> = prefixes.map(|prefix| AddressRange::from(prefix.value)).collect();
    ranges.sort();
    ranges.dedup_by(|later, first| first.contains(later.first) && first.contains(later.last));
    Some(ranges)
}

/// The interfaces of an announcement must exist on an announcing node.
pub(crate) fn announcing_interfaces(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for workers_only in [false, true] {
            let pools = cluster.pools.iter().filter_map(layer2).filter(|(_, only)| *only == workers_only);
            let patterns: Vec<&Traced<String>> = pools.flat_map(|(patterns, _)| patterns).collect();
            for pattern in &patterns {
                if matching(&pattern.value, &[]).is_none() {
                    out.report(
                        Diagnostic::new(
                            &codes::INTERFACE_OF_NO_NODE,
                            format!("`{}` is no regular expression", pattern.value),
                        )
                        .label(pattern.span(), "Cilium cannot read this, and announces nothing")
                        .help("write a name such as `enp1s0`, or an expression such as `^enp.*`"),
                    );
                }
            }
            if patterns.is_empty() || report_aliases(facts, cluster, patterns.iter().copied(), out) {
                continue;
            }
            let Some(names) = kernel_names(facts, cluster, workers_only) else { continue };
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            for pattern in patterns {
                if matching(&pattern.value, &names).is_none_or(|found| !found.is_empty()) {
                    continue;
                }
                let listed = quoted(names.iter().take(5).copied(), ", ");
                out.report(
                    Diagnostic::new(
                        &codes::INTERFACE_OF_NO_NODE,
                        format!("no node has an interface `{}`", pattern.value),
                    )
                    .label(pattern.span(), "the pool is announced on no wire")
                    .help(format!("the nodes have {}; without `interfaces` all of them announce", listed)),
                );
            }
        }
    }
}

/// The names that hnet gives to interfaces which are found by something else, and that no kernel gives.
fn aliases<'a>(facts: &Facts<'a>, cluster: &'a Cluster) -> IndexMap<&'a str, Span> {
    let mut aliases = IndexMap::new();
    let mut of_kernel: IndexSet<&str> = IndexSet::new();
    let interfaces = || cluster.nodes.iter().flat_map(|node| &node.interfaces).filter(|it| facts.whole(it.span));
    for interface in interfaces() {
        if let LinkSelector::KernelName(name) = &interface.selector.value {
            of_kernel.insert(name.as_str());
        }
    }
    for interface in interfaces() {
        let name = interface.name.value.as_str();
        if !is_kernel_name(name) && !of_kernel.contains(name) {
            aliases.entry(name).or_insert(interface.name.span());
        }
    }
    aliases
}

/// Reports those of the names that are aliases, and says whether there were any.
fn report_aliases<'n>(
    facts: &Facts<'_>,
    cluster: &Cluster,
    names: impl Iterator<Item = &'n Traced<String>>,
    out: &mut Diagnostics,
) -> bool {
    let aliases = aliases(facts, cluster);
    let mut found = false;
    for named in names {
        let name = named.value.trim_start_matches('^').trim_end_matches('$');
        let Some(alias) = aliases.get(name) else { continue };
        found = true;
        out.report(
            Diagnostic::new(&codes::INTERFACE_OF_NO_NODE, format!("`{name}` is no name that Linux knows"))
                .label(named.span(), "Cilium looks for an interface by the kernel's name")
                .label(*alias, "hnet's own name for the one that is found otherwise")
                .help(
                    "write the kernel's name, such as `enp1s0`, or leave it out: Cilium finds its interfaces by itself",
                ),
        );
    }
    found
}

/// The Linux names of the links of announcing nodes; none where one is found by something else than its name, or
/// something of it is lost.
fn kernel_names(facts: &Facts<'_>, cluster: &Cluster, workers_only: bool) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for link in announcing(cluster, workers_only).flat_map(Node::links) {
        if !facts.whole(link.interface.span) {
            return None;
        }
        let LinkSelector::KernelName(name) = &link.interface.selector.value else { return None };
        names.push(match link.vlan {
            Some(vlan) => format!("{name}.{}", vlan.id.value),
            None => name.clone(),
        });
    }
    names.sort();
    names.dedup();
    (!names.is_empty()).then_some(names)
}

/// What Cilium attaches to must exist, and hold the interfaces that announce.
pub(crate) fn devices(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(cilium) = &cluster.cilium else { continue };
        if cilium.devices.is_empty() || report_aliases(facts, cluster, cilium.devices.iter(), out) {
            continue;
        }
        let (Some(first), Some(names)) = (cilium.devices.first(), kernel_names(facts, cluster, false)) else {
            continue;
        };
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut attached: Vec<&str> = Vec::new();
        let mut complete = true;
        for device in &cilium.devices {
            let takes = |name: &str| match device.value.strip_suffix('+') {
                Some(start) => name.starts_with(start),
                None => name == device.value,
            };
            let found: Vec<&str> = names.iter().copied().filter(|name| takes(name)).collect();
            attached.extend(&found);
            if found.is_empty() {
                complete = false;
                let listed = quoted(names.iter().take(5).copied(), ", ");
                out.report(
                    Diagnostic::new(
                        &codes::INTERFACE_OF_NO_NODE,
                        format!("no node has an interface `{}`", device.value),
                    )
                    .label(device.span(), "Cilium finds nothing to attach to")
                    .help(format!("the nodes have {}; `bond+` stands for all that start with `bond`", listed)),
                );
            }
        }
        if !complete {
            continue;
        }
        addresses_of_devices(cluster, first, &attached, out);
        for pattern in cluster.pools.iter().filter_map(layer2).flat_map(|(patterns, _)| patterns) {
            let Some(found) = matching(&pattern.value, &names) else { continue };
            if !found.is_empty() && !found.iter().any(|name| attached.contains(name)) {
                out.report(
                    Diagnostic::new(
                        &codes::INTERFACE_OF_NO_NODE,
                        format!("Cilium does not attach to `{}`", pattern.value),
                    )
                    .label(pattern.span(), "the pool is announced on no interface that Cilium sees")
                    .label(first.span(), "it attaches to these only")
                    .help("name the interface under `devices` too, or announce on one that stands there"),
                );
            }
        }
    }
}

/// Cilium attaches to the interface that carries a node's own address, which may be a VLAN on one that is named.
fn addresses_of_devices(cluster: &Cluster, first: &Traced<String>, attached: &[&str], out: &mut Diagnostics) {
    for node in in_source_order(&cluster.nodes, |node| node.span) {
        let Some(own) = &node.address else { continue };
        let carries = |link: &LinkRef<'_>| link.addresses().iter().any(|address| address.value == own.value);
        let Some(name) = node.links().find(carries).map(LinkRef::talos_name) else { continue };
        if attached.contains(&name.as_str()) {
            continue;
        }
        out.report(
            Diagnostic::new(
                &codes::DEVICES_WITHOUT_ADDRESS,
                format!("`devices` leave out the address of node `{}`", node.name.value),
            )
            .label(first.span(), "Cilium attaches to these only")
            .label(own.span(), format!("this address is on `{name}`"))
            .help(format!("name `{name}` under `devices`, or leave them out: Cilium finds its interfaces by itself")),
        );
        return;
    }
}

/// The user interface of Hubble asks its relay.
pub(crate) fn hubble_without_relay(facts: &Facts<'_>, out: &mut Diagnostics) {
    let ciliums = facts.network.clusters.iter().filter_map(|cluster| cluster.cilium.as_ref());
    for hubble in ciliums.filter_map(|cilium| cilium.hubble.as_ref()) {
        if hubble.ui.value && !hubble.relay.value {
            out.report(
                Diagnostic::new(&codes::HUBBLE_WITHOUT_RELAY, "Hubble's user interface needs its relay")
                    .label(hubble.relay.span(), "the relay is off")
                    .label(hubble.ui.span(), "the user interface is on")
                    .help("leave `relay off` out, or write `ui off` as well"),
            );
        }
    }
}

/// Older versions of Cilium announce IPv4 addresses only.
pub(crate) fn announced_ipv6(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(cilium) = &cluster.cilium else { continue };
        if cilium::row(cilium.version.value.minor()).is_none_or(|row| row.announces_ipv6) {
            continue;
        }
        for pool in cluster.pools.iter().filter(|pool| layer2(pool).is_some()) {
            let Some(range) = pool.ranges.iter().find(|range| range.value.first.is_ipv6()) else { continue };
            out.report(
                Diagnostic::new(
                    &codes::ANNOUNCES_NO_IPV6,
                    format!("Cilium {} announces no IPv6 addresses", cilium.version.value),
                )
                .label(range.span(), format!("pool `{}` holds IPv6 addresses and is announced by NDP", pool.name.value))
                .label(cilium.version.span(), "Cilium answers NDP from 1.19 on")
                .help("raise the version to `cilium 1.19.0` or later, or leave the range out"),
            );
        }
    }
}
