//! Links of WireGuard and their peers. What a peer that is a machine of the source says of itself is taken from there.
//! Start at [`WireGuard::resolved`].

use std::net::{IpAddr, SocketAddr};

use hnet_diagnostics::{Reason, Span, Traced};
use ipnet::IpNet;

use crate::{Address, Cluster, Duration, Interface, LinkRef, MadeKind, Network, Node};

/// The length of a key in bytes. (WireGuard, Curve25519; siderolabs/talos, `validateWireguardKey`.)
pub const KEY_BYTES: usize = 32;

/// What a link of WireGuard is told.
#[derive(Clone, Debug, PartialEq)]
pub struct WireGuard {
    /// The placeholder of its private key, which stands in no source; none where it could not be read.
    pub private_key: Option<Traced<String>>,
    /// Its public key, by which peers know it.
    pub public_key: Option<Traced<String>>,
    /// The UDP port at which it listens; a random one where it is not said.
    pub listen_port: Option<Traced<u16>>,
    /// The mark of the packets that it sends.
    pub firewall_mark: Option<Traced<u32>>,
    /// Where peers reach it, where that is not its machine's own address: an address with a port.
    pub endpoint: Option<Traced<String>>,
    /// Its peers, by their names.
    pub peers: Vec<WireGuardPeer>,
}

/// A peer of a link as it is said.
#[derive(Clone, Debug, PartialEq)]
pub struct WireGuardPeer {
    /// What it is called: a node, a host or a router of the source, or anything else.
    pub name: Traced<String>,
    /// Whether the source declares something of this name, be it lost.
    pub is_declared: bool,
    /// Its public key.
    pub public_key: Option<Traced<String>>,
    /// The placeholder of the key that both ends share besides.
    pub preshared_key: Option<Traced<String>>,
    /// Where it is reached: an address with a port.
    pub endpoint: Option<Traced<String>>,
    /// The port of a host at which it is reached.
    pub port: Option<Traced<u16>>,
    /// What is sent to it besides its own addresses, and may come from it.
    pub allowed_ips: Vec<Traced<String>>,
    /// How often it is sent something, so that routers on the way remember it.
    pub keepalive: Option<Traced<Duration>>,
    /// The statement.
    pub span: Span,
}

/// A peer with what follows from the machine that it is.
#[derive(Clone, Debug)]
pub struct ResolvedPeer<'a> {
    /// As it is said.
    pub said: &'a WireGuardPeer,
    /// The machine, with its link of WireGuard where it is known which.
    pub node: Option<(&'a Node, Option<(&'a Interface, &'a WireGuard)>)>,
    /// Its public key, where it is known.
    pub public_key: Option<Traced<String>>,
    /// Where it is reached, where that is known.
    pub endpoint: Option<Traced<String>>,
    /// What is sent to it: its own addresses, and what is said besides.
    pub allowed_ips: Vec<Traced<String>>,
}

impl Interface {
    /// What it is told of WireGuard, where it is such a link.
    #[must_use]
    pub fn wireguard(&self) -> Option<&WireGuard> {
        match &self.made.as_ref()?.kind {
            MadeKind::WireGuard(wireguard) => Some(wireguard),
            MadeKind::Bond(_) | MadeKind::Bridge { .. } | MadeKind::Dummy => None,
        }
    }
}

impl Node {
    /// Its links of WireGuard.
    pub fn wireguards(&self) -> impl Iterator<Item = (&Interface, &WireGuard)> {
        self.interfaces.iter().filter_map(|interface| Some((interface, interface.wireguard()?)))
    }
}

impl WireGuard {
    /// Its peers with what follows from the machines that they are. It is the link `interface` of a machine.
    #[must_use]
    pub fn resolved<'a>(
        &'a self,
        interface: &'a Interface,
        node: &'a Node,
        cluster: &'a Cluster,
        network: &'a Network,
    ) -> Vec<ResolvedPeer<'a>> {
        self.peers.iter().map(|said| resolved(said, interface, node, cluster, network)).collect()
    }
}

fn resolved<'a>(
    said: &'a WireGuardPeer,
    interface: &'a Interface,
    node: &'a Node,
    cluster: &'a Cluster,
    network: &'a Network,
) -> ResolvedPeer<'a> {
    let name = said.name.value.as_str();
    let others = network.clusters.iter().filter(|other| other.span != cluster.span);
    let mut nodes = cluster.nodes.iter().chain(others.flat_map(|other| &other.nodes));
    let found = nodes.find(|other| other.name.value.as_str() == name);
    let mut peer = ResolvedPeer {
        said,
        node: found.map(|found| (found, link_of(found, interface))),
        public_key: said.public_key.clone(),
        endpoint: said.endpoint.clone(),
        allowed_ips: Vec::new(),
    };
    match peer.node {
        Some((found, link)) => {
            if let Some((link, wireguard)) = link {
                peer.public_key = peer.public_key.or_else(|| wireguard.public_key.clone());
                peer.endpoint = peer.endpoint.or_else(|| wireguard.endpoint.clone());
                let own = LinkRef { interface: link, vlan: None }.addresses();
                peer.allowed_ips.extend(own.iter().filter_map(|own| {
                    Some(Traced::new(alone(own.value.known()?.addr()), own.origin.because(Reason::WireGuardPeer)))
                }));
                let port = wireguard.listen_port;
                peer.endpoint = peer.endpoint.or_else(|| socket(reached(found, node)?, port?));
            }
        }
        None => {
            let addresses = addresses_of(name, network);
            let wires: Vec<IpNet> =
                LinkRef { interface, vlan: None }.addresses().iter().filter_map(|own| own.value.known()).collect();
            let (inside, outside): (Vec<_>, Vec<_>) =
                addresses.into_iter().partition(|own| wires.iter().any(|wire| wire.contains(&own.value)));
            peer.allowed_ips.extend(
                inside.iter().map(|own| Traced::new(alone(own.value), own.origin.because(Reason::WireGuardPeer))),
            );
            peer.endpoint = peer.endpoint.or_else(|| socket(nearest(&outside, node)?, said.port?));
        }
    }
    for more in &said.allowed_ips {
        if !peer.allowed_ips.iter().any(|own| own.value == more.value) {
            peer.allowed_ips.push(more.clone());
        }
    }
    peer
}

/// The link of a machine that talks to this one: the one of the same name, or else its only one.
fn link_of<'a>(node: &'a Node, interface: &Interface) -> Option<(&'a Interface, &'a WireGuard)> {
    let named = node.wireguards().find(|(own, _)| own.name.value == interface.name.value);
    let mut all = node.wireguards();
    named.or_else(|| all.next().filter(|_| all.next().is_none()))
}

/// Where a machine is reached from another: on a wire that both are on, or else at its own address.
fn reached(node: &Node, from: &Node) -> Option<Traced<IpAddr>> {
    let links = node.links().filter(|link| link.interface.wireguard().is_none());
    let known = links.flat_map(LinkRef::addresses).filter_map(|own| {
        let net = own.value.known()?;
        Some(Traced::new(net.addr(), own.origin))
    });
    let known: Vec<Traced<IpAddr>> = known.collect();
    let own = node.address.as_ref().and_then(|own| Some(Traced::new(own.value.known()?.addr(), own.origin)));
    let is_real = |own: &Traced<IpAddr>| known.iter().any(|other| other.value == own.value);
    let said = || node.found_at.first().copied();
    shared(&known, from).or(own.filter(is_real)).or_else(|| known.first().copied()).or_else(said)
}

/// The first of addresses on a wire that a machine is on, or else the first.
fn nearest(addresses: &[Traced<IpAddr>], from: &Node) -> Option<Traced<IpAddr>> {
    shared(addresses, from).or_else(|| addresses.first().copied())
}

fn shared(addresses: &[Traced<IpAddr>], from: &Node) -> Option<Traced<IpAddr>> {
    let links = from.links().filter(|link| link.interface.wireguard().is_none());
    let wires: Vec<IpNet> = links.flat_map(LinkRef::addresses).filter_map(|own| own.value.known()).collect();
    addresses.iter().find(|own| wires.iter().any(|wire| wire.contains(&own.value))).copied()
}

/// The addresses of what is no node.
fn addresses_of(name: &str, network: &Network) -> Vec<Traced<IpAddr>> {
    let hosts = network.hosts.iter().map(|host| (host.name.value.as_str(), &host.addresses));
    let routers = network.routers.iter().map(|router| (router.name.value.as_str(), &router.addresses));
    let found = hosts.chain(routers).find(|(own, _)| *own == name);
    let known = |address: &Traced<Address>| Some(Traced::new(address.value.known()?, address.origin));
    found.into_iter().flat_map(|(_, addresses)| addresses.iter().filter_map(known)).collect()
}

fn alone(address: IpAddr) -> String {
    IpNet::from(address).to_string()
}

fn socket(address: Traced<IpAddr>, port: Traced<u16>) -> Option<Traced<String>> {
    let text = SocketAddr::new(address.value, port.value).to_string();
    Some(Traced::new(text, port.origin.because(Reason::WireGuardPeer)))
}
