//! Who is asked for names and the time, seen from the machines that ask: within reach, and not too many.
//!
//! Whether the one that is asked can answer is judged in `addresses/name_servers.rs`. Start at [`reachable`].

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Cluster, IpNet, Node, Reason, Traced};
use indexmap::IndexSet;

use super::talos_owned::Owned;
use crate::facts::Facts;
use crate::facts::inventory::{addresses_are_known, link_span};

/// How many name servers the C library and the kubelet ask. (resolv.conf(5), `MAXNS`; kubernetes
/// `pkg/apis/core/validation`, `MaxDNSNameservers`.)
const MOST: usize = 3;

/// The clusters whose machines hnet configures, without those of which something is lost.
fn on_talos<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a Cluster> {
    let is_it = |cluster: &&Cluster| cluster.talos().is_some() && facts.whole(cluster.span);
    facts.network.clusters.iter().filter(is_it).collect::<Vec<_>>().into_iter()
}

/// A machine is not told more name servers than are asked.
pub(crate) fn too_many(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut reported: IndexSet<Span> = IndexSet::new();
    for node in on_talos(facts).flat_map(|cluster| &cluster.nodes) {
        let Some(fourth) = node.name_servers.get(MOST).filter(|fourth| reported.insert(fourth.span())) else {
            continue;
        };
        out.report(
            Diagnostic::new(
                &codes::TOO_MANY_NAME_SERVERS,
                format!("`{}` is told {} name servers", node.name.value, node.name_servers.len()),
            )
            .label(fourth.span(), "kubelet and the C library ask three, and leave this one out")
            .help("keep the three that are to be asked"),
        );
    }
}

/// Machines that have IPv6 alone ask nobody at IPv4 addresses.
pub(crate) fn reachable(facts: &Facts<'_>, out: &mut Diagnostics) {
    // Whom nodes ask is said by subnets too, and by what has the address that these name.
    if !facts.knows_all_written() {
        return;
    }
    let mut reported: IndexSet<Span> = IndexSet::new();
    for cluster in on_talos(facts) {
        for node in &cluster.nodes {
            let Some(own) = only_ipv6(facts, node) else { continue };
            let name = node.name.value.as_str();
            let servers: Vec<Traced<IpAddr>> = known(&node.name_servers, |server| server.known());
            if let Some(first) = all_ipv4(&servers, node.name_servers.len())
                && reported.insert(first.span())
            {
                out.report(out_of_reach(name, "name server", first, own, "2606:4700:4700::1111"));
            }
            let time = if node.time.servers.is_empty() { &cluster.time.servers } else { &node.time.servers };
            let times: Vec<Traced<IpAddr>> = known(time, |server| server.parse().ok());
            if let Some(first) = all_ipv4(&times, time.len())
                && reported.insert(first.span())
            {
                out.report(out_of_reach(name, "NTP server", first, own, "time.cloudflare.com"));
            }
            let mut patches = cluster.patches.iter().chain(&node.patches);
            if node.name_servers.is_empty()
                && !patches.any(|patch| Owned::is_said(&patch.value, "nameservers"))
                && reported.insert(cluster.span)
            {
                out.report(
                    Diagnostic::new(&codes::NO_NAME_SERVER_OF_FAMILY, format!("`{name}` is told no name server"))
                        .label(own, format!("`{name}` has IPv6 addresses only"))
                        .label(cluster.span, "Talos's own, 1.1.1.1 and 8.8.8.8, are IPv4")
                        .help("write `dns` in the subnet, or `name-servers` in the cluster"),
                );
            }
        }
    }
}

/// CoreDNS asks nobody at IPv4 addresses from pods that have IPv6 alone.
pub(crate) fn upstreams(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in on_talos(facts) {
        let Some(dns) = &cluster.dns else { continue };
        let of_zones = dns.zones.iter().filter_map(|zone| zone.forward.as_ref()).map(|forward| &forward.servers);
        for servers in std::iter::once(&dns.forwards).chain(of_zones) {
            let addresses = known(servers, |server| server.known());
            if addresses.len() == servers.len() {
                check_family(facts, cluster, &addresses, out);
            }
        }
    }
}

/// Those whom CoreDNS asks for one zone, all of them.
pub(crate) fn check_family(facts: &Facts<'_>, cluster: &Cluster, servers: &[Traced<IpAddr>], out: &mut Diagnostics) {
    let is_ipv6 = |pods: &Traced<IpNet>| pods.value.addr().is_ipv6();
    let Some(pods) = cluster.pods.first().filter(|_| facts.knows_all_written() && cluster.pods.iter().all(is_ipv6))
    else {
        return;
    };
    // Those that follow from the nodes' are theirs.
    let first = all_ipv4(servers, servers.len()).filter(|first| first.origin.reason == Reason::Written);
    let Some(first) = first else { return };
    out.report(
        Diagnostic::new(&codes::FAMILY_OUT_OF_REACH, format!("CoreDNS cannot reach its upstream `{}`", first.value))
            .label(first.span(), "an IPv4 address, as are all that it asks here")
            .label(pods.span(), "its pods have IPv6 addresses only")
            .help("write one that has an IPv6 address, such as `2606:4700:4700::1111`"),
    );
}

fn out_of_reach(node: &str, what: &str, server: Traced<IpAddr>, own: Span, such: &str) -> Diagnostic {
    Diagnostic::new(&codes::FAMILY_OUT_OF_REACH, format!("`{node}` cannot reach its {what} `{}`", server.value))
        .label(server.span(), "an IPv4 address, as are all that it is told")
        .label(own, format!("`{node}` has IPv6 addresses only"))
        .help(format!("write one that has an IPv6 address, such as `{such}`"))
}

fn known<T>(servers: &[Traced<T>], address: impl Fn(&T) -> Option<IpAddr>) -> Vec<Traced<IpAddr>> {
    servers.iter().filter_map(|server| Some(Traced::new(address(&server.value)?, server.origin))).collect()
}

/// The first of the servers where all of them are known and IPv4.
fn all_ipv4(servers: &[Traced<IpAddr>], count: usize) -> Option<Traced<IpAddr>> {
    let first = servers.first().filter(|_| servers.len() == count)?;
    servers.iter().all(|server| server.value.is_ipv4()).then_some(*first)
}

/// An address of a node that has IPv6 addresses only, all of which are known. One of IPv4 alone is nobody's fault: routers
/// tell links their IPv6 prefix.
fn only_ipv6(facts: &Facts<'_>, node: &Node) -> Option<Span> {
    let is_known =
        |link| facts.whole(link_span(link)) && (addresses_are_known(facts, link) || link.addresses().is_empty());
    let ipv6 = |own: &Traced<hnet_model::InterfaceAddress>| own.value.known().is_some_and(|net| net.addr().is_ipv6());
    let all = facts.whole(node.span)
        && node.links().all(|link| !link.dhcp() || link.reserved() > 0)
        && node.links().all(is_known)
        && node.addresses().all(ipv6);
    node.addresses().next().filter(|_| all).map(Traced::span)
}
