//! Tunnels of WireGuard: at which ports they listen, and what goes through them. Talos writes no route for what a peer is sent.
//! Start at [`ports`] and [`routes`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{
    Cilium, Cluster, IpNet, KUBE_SPAN_PORT, LinkRef, Node, Owned as _, RawYaml, Reason, ResolvedPeer, RouteTarget,
    Traced, Transport, cilium_ports,
};
use indexmap::IndexMap;
use serde_yaml::Value;

use super::wireguard::{Tunnel, tunnels};
use crate::facts::Facts;

/// One port has one listener.
pub(crate) fn ports(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut taken: IndexMap<(Span, u16), (Span, String)> = IndexMap::new();
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let is_known = |cilium: &&Cilium| !(facts.is_a_source() && cilium.is_existing()) && facts.whole(cilium.span);
        let mesh = cluster.kube_span.as_ref().filter(|mesh| facts.whole(mesh.span));
        let mesh = mesh.map(|mesh| (KUBE_SPAN_PORT, mesh.span, "the mesh listens there".to_owned()));
        let cilium = cluster.cilium.as_ref().filter(is_known).into_iter().flat_map(|cilium| {
            let udp = cilium_ports(cilium).into_iter().filter(|port| port.transport == Transport::Udp);
            udp.map(|port| (port.number, cilium.span, format!("Cilium's {} listens there", port.what)))
        });
        let of_all: Vec<_> = mesh.into_iter().chain(cilium).collect();
        for node in &cluster.nodes {
            for (port, place, label) in &of_all {
                taken.insert((node.span, *port), (*place, label.clone()));
            }
        }
    }
    for Tunnel { node, wireguard, .. } in tunnels(facts) {
        let Some(port) = &wireguard.listen_port else { continue };
        let own = (port.span(), "this link listens there".to_owned());
        let Some((other, label)) = claim(&mut taken, (node.span, port.value), own) else { continue };
        // What a profile says once for two links is two links all the same.
        out.report(
            Diagnostic::new(
                &codes::PORT_TAKEN,
                format!("two of `{}` listen at UDP port {}", node.name.value, port.value),
            )
            .label(port.span(), "this link does not come up")
            .label(*other, label.clone())
            .help("give the link another port: `listen-port 51821`"),
        );
    }
}

/// What a peer is sent has a way through the link, and what is led there is sent to a peer.
pub(crate) fn routes(facts: &Facts<'_>, out: &mut Diagnostics) {
    for tunnel in tunnels(facts) {
        let Tunnel { cluster, node, interface, peers, .. } = &tunnel;
        let link = LinkRef { interface, vlan: None };
        let is_whole = node.interfaces.iter().all(|link| facts.whole(link.span)) && facts.whole(cluster.span);
        // A patch may say the route, or the peer.
        let is_patched = cluster.patches.iter().chain(&node.patches).any(says_links);
        if !is_whole || is_patched || !link.addresses().iter().all(|own| own.value.known().is_some()) {
            continue;
        }
        let own: Vec<IpNet> = link.addresses().iter().filter_map(|own| own.value.known()).collect();
        let known = |target: &Traced<RouteTarget>| match target.value {
            RouteTarget::Known(prefix) => Some(prefix),
            RouteTarget::Placeholder(_) => None,
        };
        if link.routes().iter().filter_map(|route| route.destination.as_ref()).any(|target| known(target).is_none()) {
            continue;
        }
        let led = || link.routes().iter().filter_map(|route| Some((route, known(route.destination.as_ref()?)?)));
        let has_default = link.routes().iter().any(|route| route.destination.is_none());
        for peer in peers.iter().filter(|peer| facts.whole(peer.said.span)) {
            let Some(sent) = sent(facts, peer) else { continue };
            let Some((first, _)) = sent.first() else {
                out.report(
                    Diagnostic::new(
                        &codes::TUNNEL_WITHOUT_WAY,
                        format!("nothing is sent to `{}`", peer.said.name.value),
                    )
                    .label(peer.said.name.span(), "none of its addresses in the tunnel is known")
                    .help("say them: `allowed-ips 10.9.0.20/32`"),
                );
                continue;
            };
            let is_led = |net: &IpNet| {
                has_default
                    || own.iter().any(|own| meets(own, net))
                    || led().any(|(_, route)| meets(&route, net))
                    || goes_elsewhere(cluster, node, interface.span, net)
            };
            let unled = sent.iter().find(|(net, _)| net.prefix_len() > 0 && !is_led(net));
            let Some((net, place)) = unled else { continue };
            let finding = Diagnostic::new(
                &codes::TUNNEL_WITHOUT_WAY,
                format!("`{net}` is not led through `{}` of `{}`", interface.name.value, node.name.value),
            );
            let is_own = place.is_none();
            let finding = match place {
                Some(place) => finding.label(*place, format!("`{}` is sent this", peer.said.name.value)),
                None => finding.label(peer.said.name.span(), "this peer is sent it"),
            };
            let finding = match link.addresses().first() {
                Some(address) => {
                    finding.label(address.span(), "it is not in the prefix of the link, and no route of it leads there")
                }
                None => finding.label(interface.name.span(), "no route of this link leads there"),
            };
            out.report(match (is_own && first == net, own.first()) {
                (true, Some(own)) if own.prefix_len() == own.max_prefix_len() => finding.help(
                    "write the link's address with the length of the tunnel's prefix, or say `route` to the peer's",
                ),
                _ => finding.help(format!("say it in the link: `route {net};`")),
            });
        }
        let all: Option<Vec<_>> = peers.iter().map(|peer| sent(facts, peer)).collect();
        let Some(all) = all.filter(|_| peers.iter().all(|peer| facts.whole(peer.said.span))) else { continue };
        for (route, net) in led() {
            if all.iter().flatten().any(|(sent, _)| meets(sent, &net)) {
                continue;
            }
            let place = route.destination.as_ref().map_or(route.span, Traced::span);
            out.report(
                Diagnostic::new(&codes::TUNNEL_WITHOUT_WAY, format!("no peer of the link is sent `{net}`"))
                    .label(place, "what is led here is dropped")
                    .label(interface.name.span(), "by this link")
                    .help(format!("say whom it is sent to: `allowed-ips {net}` in a `peer`")),
            );
        }
    }
}

/// What a peer is sent, with the place where the source says it of this peer, where all of it is known.
fn sent(facts: &Facts<'_>, peer: &ResolvedPeer<'_>) -> Option<Vec<(IpNet, Option<Span>)>> {
    let is_known = match peer.node {
        Some((node, link)) => {
            let (link, _) = link?;
            let own = LinkRef { interface: link, vlan: None };
            facts.whole(node.span)
                && facts.whole(link.span)
                && !own.addresses().is_empty()
                && own.addresses().iter().all(|own| own.value.known().is_some())
        }
        None => {
            let network = facts.network;
            let name = peer.said.name.value.as_str();
            let host = network.hosts.iter().find(|host| host.name.value.as_str() == name);
            let router = network.routers.iter().find(|router| router.name.value.as_str() == name);
            let addresses = host.map(|host| (host.span, &host.addresses));
            match addresses.or(router.map(|router| (router.span, &router.addresses))) {
                Some((span, addresses)) => {
                    facts.whole(span) && addresses.iter().all(|address| address.value.known().is_some())
                }
                None => !peer.said.is_declared && peer.public_key.is_some(),
            }
        }
    };
    if !is_known {
        return None;
    }
    let net = |prefix: &Traced<String>| {
        let place = (prefix.origin.reason != Reason::WireGuardPeer).then_some(prefix.span());
        Some((prefix.value.parse::<IpNet>().ok()?.trunc(), place))
    };
    peer.allowed_ips.iter().map(net).collect()
}

/// Whether something else than the link may lead to a prefix: another link of the machine, or what carries the pods.
fn goes_elsewhere(cluster: &Cluster, node: &Node, link: Span, net: &IpNet) -> bool {
    let others = || node.links().filter(|other| other.interface.span != link);
    let wires = others().flat_map(LinkRef::addresses).map(|own| own.value.known());
    let routes = others().flat_map(LinkRef::routes).filter_map(|route| route.destination.as_ref());
    let routes = routes.map(|target| match target.value {
        RouteTarget::Known(prefix) => Some(prefix),
        RouteTarget::Placeholder(_) => None,
    });
    let of_cluster = cluster.pods.iter().chain(&cluster.services_prefixes).map(|prefix| Some(prefix.value));
    wires.chain(routes).chain(of_cluster).any(|other| other.is_none_or(|other| meets(&other, net)))
}

fn meets(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}

/// Whether a patch says something of links.
fn says_links(patch: &RawYaml) -> bool {
    match patch.value.get("kind").and_then(Value::as_str) {
        Some(kind) => kind == "WireguardConfig" || kind == "LinkConfig" || kind == "RoutingRuleConfig",
        None => {
            patch.value.get("machine").and_then(|machine| machine.get("network")).is_some() || !patch.value.is_mapping()
        }
    }
}
