//! `wireguard` of a node: a tunnel to peers.

use hnet_diagnostics::{Diagnostics, Span};
use hnet_language::{Flag, List, Metric, Mtu, One, Port, Text, statement};
use hnet_model::{Duration, Interface, InterfaceAddress, MadeKind, Node, Traced, WireGuard, WireGuardPeer};
use indexmap::IndexMap;

use super::interface::{LinkStatement, StaticRouteStatement};
use super::made::{Members, made};
use super::node::each;
use super::subnets::Subnets;
use crate::types::{PeerEndpoint, PeerName, PublicKey, SecretKey, Sources};

statement! {
    /// A tunnel of WireGuard: `wireguard wg0 < address 10.9.0.1/24; private-key ${WG_KEY}; listen-port 51820; peer cp-2; >`
    WireGuardStatement = "wireguard" Named () {
        /// Its addresses in the tunnel; peers that are nodes send them here.
        "address" address: List<InterfaceAddress>;
        /// Its private key, by a placeholder: no secret stands in a source.
        "private-key" private_key: One<SecretKey> [required];
        /// Its public key, what `wg pubkey` makes of the private one: peers that are nodes know it by this.
        "public-key" public_key: One<PublicKey>;
        /// The UDP port at which it listens.
        "listen-port" listen_port: One<Port> [default "a random one"];
        /// The mark of the packets that it sends.
        "firewall-mark" firewall_mark: One<Metric>;
        /// Where peers that are nodes reach it: an address with a port.
        "endpoint" endpoint: One<PeerEndpoint> [default "its node's own address and `listen-port`"];
        /// Whom it talks to. Of the peers that a profile says for several nodes each leaves itself out.
        "peer" peer: Vec<PeerStatement>;
        /// Routes through it. What peers are sent besides the prefix of its own address needs one.
        "route" route: Vec<StaticRouteStatement>;
        /// The largest packet.
        "mtu" mtu: One<Mtu> [default "the subnet's, else 1420"];
        /// What Linux calls it, where that is no name of the language: `wg_home`.
        "kernel-name" kernel_name: One<Text> [default "its name"];
    }
}

statement! {
    /// A peer of WireGuard. Of a node of the source all is known: `peer cp-2;` Of a host or a router the addresses are; of
    /// anything else all is said: `peer laptop < public-key …; allowed-ips 10.9.0.20/32; >`
    PeerStatement = "peer" Unnamed (
        /// A node, a host or a router, or what else it is called.
        name: One<PeerName> [required],
    ) {
        /// Its public key.
        "public-key" public_key: One<PublicKey> [default "what the node says"];
        /// A key that both ends share besides, by a placeholder; from Talos 1.12.
        "preshared-key" preshared_key: One<SecretKey>;
        /// Where it is reached: an address with a port.
        "endpoint" endpoint: One<PeerEndpoint> [default "what the node says"];
        /// The port of a host or a router at which it is reached.
        "port" port: One<Port>;
        /// What is sent to it besides its own addresses in the tunnel, and may come from it.
        "allowed-ips" allowed_ips: List<Sources>;
        /// How often it is sent something, so that routers on the way remember it.
        "keepalive" keepalive: One<Duration> [default "never"];
    }
}

impl WireGuardStatement {
    pub(crate) fn lower(self, members: &Members, subnets: &Subnets<'_>, out: &mut Diagnostics) -> Option<Interface> {
        let Self {
            head,
            address,
            private_key,
            public_key,
            listen_port,
            firewall_mark,
            endpoint,
            peer,
            route,
            mtu,
            kernel_name,
        } = self;
        let mut peers: Vec<WireGuardPeer> = peer.into_iter().filter_map(PeerStatement::lower).collect();
        peers.sort_by(|one, other| (&one.name.value, one.span).cmp(&(&other.name.value, other.span)));
        let kind = MadeKind::WireGuard(Box::new(WireGuard {
            private_key: private_key.map(secret),
            public_key: public_key.map(public),
            listen_port: listen_port.map(port),
            firewall_mark: firewall_mark.map(|mark| mark.map(|Metric(mark)| mark)),
            endpoint: endpoint.map(place),
            peers,
        }));
        let link = LinkStatement { address, route, mtu, default_route: Flag::default(), ..LinkStatement::default() };
        made(&head, kind, List::default(), (None, kernel_name), link, members, subnets, out)
    }
}

impl PeerStatement {
    fn lower(self) -> Option<WireGuardPeer> {
        let Self { head, name, public_key, preshared_key, endpoint, port: own_port, allowed_ips, keepalive } = self;
        let Traced { value: PeerName { name, is_declared }, origin } = name?;
        Some(WireGuardPeer {
            name: Traced::new(name, origin),
            is_declared,
            public_key: public_key.map(public),
            preshared_key: preshared_key.map(secret),
            endpoint: endpoint.map(place),
            port: own_port.map(port),
            allowed_ips: each(allowed_ips.0, |Sources(prefixes)| prefixes),
            keepalive,
            span: head.span,
        })
    }
}

/// Leaves the peers of profiles out that are the node itself, so that a mesh is said once for all of its nodes.
pub(crate) fn leave_out_themselves(nodes: &mut [Node]) {
    let mut said: IndexMap<Span, usize> = IndexMap::new();
    for peer in nodes.iter().flat_map(Node::wireguards).flat_map(|(_, wireguard)| &wireguard.peers) {
        *said.entry(peer.span).or_default() += 1;
    }
    // A statement of a single node is its own.
    if said.values().all(|count| *count == 1) {
        return;
    }
    for node in nodes {
        for interface in &mut node.interfaces {
            let Some(MadeKind::WireGuard(wireguard)) = interface.made.as_mut().map(|made| &mut made.kind) else {
                continue;
            };
            wireguard.peers.retain(|peer| peer.name.value != node.name.value.as_str() || said[&peer.span] == 1);
        }
    }
}

fn secret(key: Traced<SecretKey>) -> Traced<String> {
    key.map(|SecretKey(key)| key)
}

fn public(key: Traced<PublicKey>) -> Traced<String> {
    key.map(|PublicKey(key)| key)
}

fn port(port: Traced<Port>) -> Traced<u16> {
    port.map(|Port(port)| port)
}

fn place(endpoint: Traced<PeerEndpoint>) -> Traced<String> {
    endpoint.map(|PeerEndpoint(endpoint)| endpoint)
}
