//! Tunnels of WireGuard: what surely keeps two ends from speaking to each other. Start at [`keys`], [`conflicts`] and
//! [`unanswered`].

use std::net::SocketAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes, did_you_mean, nearest};
use hnet_model::{Cluster, Interface, IpNet, LinkRef, Node, ResolvedPeer, Traced, WireGuard};
use indexmap::IndexMap;

use crate::facts::Facts;

/// A link of WireGuard with all that it is a part of.
pub(super) struct Tunnel<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) node: &'a Node,
    pub(super) interface: &'a Interface,
    pub(super) wireguard: &'a WireGuard,
    pub(super) peers: Vec<ResolvedPeer<'a>>,
}

/// The tunnels of which nothing is lost.
pub(super) fn tunnels<'a>(facts: &Facts<'a>) -> Vec<Tunnel<'a>> {
    let network = facts.network;
    let nodes = network.clusters.iter().flat_map(|cluster| cluster.nodes.iter().map(move |node| (cluster, node)));
    let whole = |span: Span| facts.whole(span);
    let of_node = |(cluster, node): (&'a Cluster, &'a Node)| {
        let own = node.wireguards().filter(|(interface, _)| whole(interface.span) && whole(node.span));
        let tunnel = |(interface, wireguard): (&'a Interface, &'a WireGuard)| Tunnel {
            cluster,
            node,
            interface,
            wireguard,
            peers: wireguard.resolved(interface, node, cluster, network),
        };
        own.map(tunnel).collect::<Vec<_>>()
    };
    nodes.flat_map(of_node).collect()
}

/// Talos takes no peer without its public key.
pub(crate) fn keys(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    for Tunnel { node, peers, .. } in tunnels(facts) {
        for peer in peers.iter().filter(|peer| peer.public_key.is_none() && facts.whole(peer.said.span)) {
            let name = &peer.said.name;
            let finding =
                Diagnostic::new(&codes::PEER_WITHOUT_KEY, format!("no public key of `{}` is known", name.value));
            let is_device = network.hosts.iter().any(|host| host.name.value.as_str() == name.value)
                || network.routers.iter().any(|router| router.name.value.as_str() == name.value);
            let finding = match peer.node {
                Some((other, Some((link, _)))) if facts.whole(link.span) && facts.whole(other.span) => finding
                    .label(name.span(), "peers are known by their keys")
                    .label(link.name.span(), "this link of it says none")
                    .help("say `public-key` there: what `wg pubkey` makes of its private key"),
                Some((other, None)) if facts.whole(other.span) => finding
                    .label(name.span(), "peers are known by their keys")
                    .label(other.name.span(), "which of its links it is is not known")
                    .help("give both links one name, or say `public-key` here"),
                None if is_device => {
                    finding.label(name.span(), "peers are known by their keys").help("say `public-key` here")
                }
                None if !peer.said.is_declared => {
                    let finding = finding.label(name.span(), "no node is called so");
                    let others = network.clusters.iter().flat_map(|cluster| &cluster.nodes);
                    let is_new = |other: &Node| {
                        !peers.iter().any(|peer| peer.node.is_some_and(|(node, _)| node.span == other.span))
                    };
                    let others = others.filter(|other| {
                        other.span != node.span && other.wireguards().next().is_some() && is_new(other)
                    });
                    match nearest(&name.value, others.map(|other| other.name.value.as_str())) {
                        Some(near) => did_you_mean(finding, near, name.span()),
                        None => finding.help("say `public-key` here"),
                    }
                }
                // What is lost may say it.
                Some(_) | None => continue,
            };
            out.report(finding);
        }
    }
}

/// Of two peers with one key or one prefix the second takes the place of the first, and nothing is sent to oneself.
pub(crate) fn conflicts(facts: &Facts<'_>, out: &mut Diagnostics) {
    for Tunnel { node, interface, wireguard, peers, .. } in tunnels(facts) {
        let mut by_key: IndexMap<&str, Span> = IndexMap::new();
        let mut by_prefix: IndexMap<IpNet, (Span, usize)> = IndexMap::new();
        for (at, peer) in peers.iter().enumerate() {
            let own_key = wireguard
                .public_key
                .as_ref()
                .filter(|own| Some(&own.value) == peer.public_key.as_ref().map(|key| &key.value));
            let is_itself = peer.node.is_some_and(|(other, link)| {
                other.span == node.span && link.is_some_and(|(link, _)| link.span == interface.span)
            });
            if is_itself || own_key.is_some() {
                let place = own_key.filter(|_| !is_itself).map_or(interface.name.span(), |key| key.span());
                out.report(
                    Diagnostic::new(&codes::PEERS_CONFLICT, "a link is a peer of itself")
                        .label(peer.said.name.span(), "this peer")
                        .label(place, "is this link")
                        .help("leave the peer out, or write another one's name or key"),
                );
                continue;
            }
            if let Some(key) = &peer.public_key
                && let Some(first) = claim(&mut by_key, &key.value, peer.said.name.span())
            {
                out.report(
                    Diagnostic::new(&codes::PEERS_CONFLICT, "two peers of a link have one key")
                        .label(peer.said.name.span(), "this one")
                        .label(*first, "and this one")
                        .help("WireGuard takes both for one: leave one of them out, or write its own key"),
                );
                continue;
            }
            for prefix in &peer.allowed_ips {
                let Ok(net) = prefix.value.parse::<IpNet>() else { continue };
                let Some((first, other)) = claim(&mut by_prefix, net.trunc(), (prefix.span(), at)) else { continue };
                if *other == at {
                    continue;
                }
                out.report(
                    Diagnostic::new(&codes::PEERS_CONFLICT, format!("`{net}` is sent to two peers of a link"))
                        .label(prefix.span(), format!("to `{}`", peer.said.name.value))
                        .label(*first, format!("and to `{}`", peers[*other].said.name.value))
                        .help("WireGuard sends it to the last one alone: leave it out of one of them"),
                );
            }
        }
    }
}

/// Somebody must know where the other is, and both must know each other.
pub(crate) fn unanswered(facts: &Facts<'_>, out: &mut Diagnostics) {
    let all = tunnels(facts);
    // What a profile says is one statement of several machines.
    let place = |node: &Node, interface: &Interface| (node.span, interface.span);
    let by_place: IndexMap<(Span, Span), &Tunnel<'_>> =
        all.iter().map(|tunnel| (place(tunnel.node, tunnel.interface), tunnel)).collect();
    for own in &all {
        let report =
            |peer: &ResolvedPeer<'_>, title: String, other: Option<(Span, &str)>, help: &str, out: &mut Diagnostics| {
                let finding =
                    Diagnostic::new(&codes::PEER_NEVER_ANSWERS, title).label(peer.said.name.span(), "this peer");
                let finding = match other {
                    Some((place, label)) => finding.label(place, label),
                    None => finding,
                };
                out.report(finding.help(help));
            };
        for peer in own.peers.iter().filter(|peer| facts.whole(peer.said.span)) {
            let name = &peer.said.name.value;
            let Some((other, link)) = peer.node else {
                let knows = own.wireguard.listen_port.is_some() || peer.endpoint.is_some();
                if !peer.said.is_declared && peer.public_key.is_some() && !knows {
                    let title = format!("nobody knows where to find `{name}`, nor it this link");
                    report(
                        peer,
                        title,
                        None,
                        "say its `endpoint`, or the `listen-port` at which it finds this link",
                        out,
                    );
                }
                continue;
            };
            let theirs = link.and_then(|(link, _)| by_place.get(&place(other, link)));
            let is_other =
                |theirs: &&&Tunnel<'_>| place(theirs.node, theirs.interface) != place(own.node, own.interface);
            let Some(theirs) = theirs.filter(is_other) else { continue };
            let is_me = |other: &&ResolvedPeer<'_>| {
                let key = |key: &Option<Traced<String>>| key.as_ref().map(|key| key.value.clone());
                let by_name = other.node.is_some_and(|(node, link)| {
                    node.span == own.node.span && link.is_none_or(|(link, _)| link.span == own.interface.span)
                });
                // A placeholder may be anybody's.
                let by_key = key(&other.public_key)
                    .is_some_and(|other| other.contains("${") || Some(other) == key(&own.wireguard.public_key));
                by_name || by_key || !facts.whole(other.said.span)
            };
            let Some(back) = theirs.peers.iter().find(is_me) else {
                let title = format!("`{name}` does not know this link, and answers it nothing");
                let help = format!("say it there, too: `peer {};`", own.node.name.value);
                report(
                    peer,
                    title,
                    Some((theirs.interface.name.span(), "no peer of this link is this one")),
                    &help,
                    out,
                );
                continue;
            };
            if let (Some(port), Some(wrong)) = (&theirs.wireguard.listen_port, elsewhere(theirs, peer)) {
                out.report(
                    Diagnostic::new(
                        &codes::PEER_NEVER_ANSWERS,
                        format!("`{name}` listens at port {}, not at {}", port.value, wrong.value),
                    )
                    .label(wrong.span(), "nothing of the tunnel listens here")
                    .label(port.span(), "its link listens there")
                    .help("write the port at which it listens, or leave the endpoint out"),
                );
                continue;
            }
            // Both say it, and it is one mistake.
            let named = |tunnel: &Tunnel<'_>| {
                [&tunnel.cluster.name.value, &tunnel.node.name.value, &tunnel.interface.name.value]
                    .map(ToString::to_string)
            };
            let is_second = named(own) > named(theirs);
            let listens = |tunnel: &Tunnel<'_>| tunnel.wireguard.listen_port.is_some();
            if is_second {
                continue;
            }
            let knows_me = back.node.is_some_and(|(node, _)| node.span == own.node.span) && facts.whole(back.said.span);
            let shared = [&peer.said.preshared_key, &back.said.preshared_key];
            if knows_me && shared[0].as_ref().map(|key| &key.value) != shared[1].as_ref().map(|key| &key.value) {
                let place = |key: &Option<Traced<String>>, peer: &ResolvedPeer<'_>| {
                    key.as_ref().map_or(peer.said.name.span(), Traced::span)
                };
                out.report(
                    Diagnostic::new(&codes::PEER_NEVER_ANSWERS, "the two ends of a tunnel share different keys")
                        .label(place(shared[0], peer), format!("one towards `{name}`"))
                        .label(
                            place(shared[1], back),
                            format!("and another, or none, towards `{}`", own.node.name.value),
                        )
                        .help("write the same placeholder as `preshared-key` of both"),
                );
                continue;
            }
            if !listens(own) && !listens(theirs) {
                let title = format!("neither this link nor that of `{name}` says at which port it listens");
                let place = (theirs.interface.name.span(), "its link");
                report(peer, title, Some(place), "say `listen-port` in one of them: `listen-port 51820;`", out);
            } else if peer.endpoint.is_none() && back.endpoint.is_none() {
                let title = format!("neither this link nor that of `{name}` knows where the other is");
                let place = (theirs.interface.name.span(), "its link");
                report(peer, title, Some(place), "say `endpoint` in the link that others find", out);
            }
        }
    }
}

/// The port of the place at which the source says that a peer is reached, where that is the peer's own address and no port of its
/// link.
fn elsewhere(theirs: &Tunnel<'_>, peer: &ResolvedPeer<'_>) -> Option<Traced<u16>> {
    let said = peer.said.endpoint.as_ref().or(theirs.wireguard.endpoint.as_ref())?;
    let place = said.value.parse::<SocketAddr>().ok()?;
    let links = theirs.node.links().filter(|link| link.interface.wireguard().is_none());
    let mut own = links.flat_map(LinkRef::addresses).filter_map(|own| own.value.known());
    // Another link of the machine may be meant.
    let mut listens = theirs.node.wireguards().filter_map(|(_, wireguard)| wireguard.listen_port);
    let is_heard = listens.any(|port| port.value == place.port());
    (own.any(|own| own.addr() == place.ip()) && !is_heard).then(|| Traced::new(place.port(), said.origin))
}
