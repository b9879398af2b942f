//! What all views want to know about a network, found once in one pass over it.
//!
//! Knows the model and nothing of pictures but which [`Tone`] a segment has. Start at [`Survey`]; below it stand
//! the words for single things, from [`service_name`] on.

use std::net::IpAddr;

use hnet_model::{
    Cluster, Gateway, GatewayId, Interface, InternetId, Listener, ListenerId, Network, Node, Owned, PublishTarget,
    RouterId, ServiceId, SubnetId, SwitchId, Tunnel, Uplink, Workload,
};

use crate::palette::Tone;
use crate::scene::About;
use crate::words::{counted, joined, listed};

/// A wire or VLAN, as the pictures speak of it.
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    pub(crate) about: About,
    /// `VLAN 10 servers`, or its name where it has no VLAN.
    pub(crate) title: String,
    /// `VLAN 10`, or its name.
    pub(crate) short: String,
    /// Its prefixes.
    pub(crate) prefixes: String,
    /// Who leads out of it, and that it is WireGuard's; empty where neither is so.
    pub(crate) gateway: String,
    /// Whether it is no wire: it goes through others.
    pub(crate) is_through: bool,
    pub(crate) tone: Tone,
}

/// An address of a machine, as its card lists it.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) segment: Option<usize>,
    pub(crate) text: String,
}

/// The network with what follows from it.
pub(crate) struct Survey<'a> {
    pub(crate) network: &'a Network,
    pub(crate) segments: Vec<Segment>,
    /// The segment of what lies in no declared subnet, where the network declares none at all.
    stray: Option<usize>,
    /// The first and the last address of each prefix, its number among all, and its segment; in order.
    prefixes: Vec<(IpAddr, IpAddr, usize, usize)>,
}

impl<'a> Survey<'a> {
    pub(crate) fn new(network: &'a Network) -> Survey<'a> {
        let mut prefixes = Vec::new();
        for (at, subnet) in network.subnets.iter().enumerate() {
            for prefix in &subnet.prefixes {
                prefixes.push((prefix.value.network(), prefix.value.broadcast(), prefixes.len(), at));
            }
        }
        prefixes.sort();
        let mut survey = Survey { network, segments: Vec::new(), stray: None, prefixes };
        let through = survey.through();
        survey.segments = through.iter().enumerate().map(|(at, is_through)| survey.segment(at, *is_through)).collect();
        let wired = !network.hosts.is_empty()
            || !network.routers.is_empty()
            || !network.switches.is_empty()
            || network.clusters.iter().any(|cluster| !cluster.nodes.is_empty());
        if network.subnets.is_empty() && wired {
            survey.stray = Some(0);
            survey.segments.push(Segment {
                about: About::new("segment", &[], "LAN", None).saying("the network declares no subnet"),
                title: "LAN".to_owned(),
                short: "LAN".to_owned(),
                prefixes: "no subnet declared".to_owned(),
                gateway: String::new(),
                is_through: false,
                tone: Tone::NEUTRAL,
            });
        }
        survey
    }

    /// Of each subnet, whether it is no wire: nodes are in it, and all of them by WireGuard.
    fn through(&self) -> Vec<bool> {
        let mut links = vec![(false, false); self.network.subnets.len()];
        let nodes = self.network.clusters.iter().flat_map(|cluster| &cluster.nodes);
        for link in nodes.flat_map(Node::links) {
            let known = link.addresses().iter().filter_map(|own| self.segment_of(own.value.known()?.addr()));
            for at in known.chain(link.subnet().map(|SubnetId(at)| at)) {
                let Some((by_wire, by_wireguard)) = links.get_mut(at) else { continue };
                let is_wireguard = link.vlan.is_none() && link.interface.wireguard().is_some();
                *by_wire |= !is_wireguard;
                *by_wireguard |= is_wireguard;
            }
        }
        links.into_iter().map(|(by_wire, by_wireguard)| by_wireguard && !by_wire).collect()
    }

    fn segment(&self, at: usize, is_through: bool) -> Segment {
        let subnet = &self.network.subnets[at];
        let name = subnet.name.value.as_str();
        let (title, short) = match &subnet.vlan {
            Some(vlan) => {
                let short = format!("VLAN {}", vlan.value);
                (format!("{short} {name}"), short)
            }
            None => (name.to_owned(), name.to_owned()),
        };
        let prefixes = joined(subnet.prefixes.iter().map(|prefix| prefix.value));
        let gateways = joined(subnet.gateways.iter().map(|gateway| &gateway.value));
        let gateway = if gateways.is_empty() { gateways } else { format!("gateway {gateways}") };
        let gateway = listed(&[if is_through { "WireGuard" } else { "" }, &gateway], ", ");
        let vlan = if subnet.vlan.is_some() { short.as_str() } else { "" };
        let facts = listed(&[&prefixes, vlan, &gateway], ", ");
        let says = listed(&[&facts, first_line(subnet.doc.as_deref()).unwrap_or_default()], "; ");
        Segment {
            about: About::new("subnet", &[name], name, Some(subnet.span)).saying(&says),
            title,
            short,
            prefixes,
            gateway,
            is_through,
            tone: Tone::of(at),
        }
    }

    /// The prefix that an address lies in: its number among those of all subnets, and its segment.
    pub(crate) fn prefix_of(&self, address: IpAddr) -> Option<(usize, usize)> {
        let after = self.prefixes.partition_point(|(first, ..)| *first <= address);
        let (first, last, number, segment) = self.prefixes[after.checked_sub(1)?];
        (first.is_ipv4() == address.is_ipv4() && address <= last).then_some((number, segment))
    }

    /// The segment that an address lies in.
    pub(crate) fn segment_of(&self, address: IpAddr) -> Option<usize> {
        self.prefix_of(address).map(|(_, segment)| segment).or(self.stray)
    }

    /// The tone of a segment.
    pub(crate) fn tone(&self, segment: Option<usize>) -> Tone {
        segment.map_or(Tone::NEUTRAL, |at| self.segments[at].tone)
    }

    /// The tone of an address.
    pub(crate) fn tone_of(&self, address: Option<IpAddr>) -> Tone {
        self.tone(address.and_then(|address| self.segment_of(address)))
    }

    /// The addresses of a node, link by link.
    pub(crate) fn node_links(&self, node: &Node) -> Vec<Link> {
        let mut links = Vec::new();
        for link in node.links() {
            let declared = link.subnet();
            let fallback = declared.map(|SubnetId(at)| at).or(self.stray);
            for address in link.addresses() {
                let segment = address.value.known().and_then(|known| self.segment_of(known.addr())).or(fallback);
                links.push(Link { segment, text: address.value.address().to_string() });
            }
            if link.addresses().is_empty() && link.dhcp() {
                links.push(Link { segment: fallback, text: "DHCP".to_owned() });
            } else if link.addresses().is_empty() && declared.is_some() {
                links.push(Link { segment: fallback, text: "no address".to_owned() });
            }
        }
        if links.is_empty() && self.stray.is_some() {
            links.push(Link { segment: self.stray, text: "no address".to_owned() });
        }
        links
    }

    /// The addresses of a device that is no node.
    pub(crate) fn host_links(&self, host: &hnet_model::Host) -> Vec<Link> {
        host.addresses
            .iter()
            .map(|address| Link {
                segment: address.value.known().and_then(|known| self.segment_of(known)).or(self.stray),
                text: address.value.to_string(),
            })
            .collect()
    }

    /// The segments of links, each once, in the order of the bars.
    pub(crate) fn segments_of(links: &[Link]) -> Vec<usize> {
        each_once(links.iter().filter_map(|link| link.segment).collect())
    }

    /// For each switch the segment of each of its used ports, as far as the source says.
    pub(crate) fn ports(&self) -> Vec<Vec<Option<usize>>> {
        let mut ports = vec![Vec::new(); self.network.switches.len()];
        for interface in self.interfaces() {
            if let Some(switch) = &interface.switch {
                let of_vlan = || interface.vlans.iter().find_map(|vlan| vlan.subnet);
                let segment = interface.subnet.or_else(of_vlan).map(|SubnetId(at)| at);
                ports[switch.value.0].push(segment.or(self.stray));
            }
        }
        for host in &self.network.hosts {
            if let Some(switch) = &host.switch {
                ports[switch.value.0].push(Self::segments_of(&self.host_links(host)).first().copied());
            }
        }
        ports
    }

    /// For each switch the segments that reach what is plugged into it, in the order of the bars; `ports` are its.
    pub(crate) fn switched(&self, ports: &[Vec<Option<usize>>]) -> Vec<Vec<usize>> {
        let mut switched: Vec<Vec<usize>> =
            ports.iter().map(|ports| ports.iter().flatten().copied().collect()).collect();
        for interface in self.interfaces() {
            if let Some(switch) = &interface.switch {
                let vlans = interface.vlans.iter().filter_map(|vlan| vlan.subnet);
                switched[switch.value.0].extend(vlans.map(|SubnetId(at)| at));
            }
        }
        switched.into_iter().map(each_once).collect()
    }

    fn interfaces(&self) -> impl Iterator<Item = &'a Interface> {
        self.network.clusters.iter().flat_map(|cluster| &cluster.nodes).flat_map(|node| &node.interfaces)
    }

    /// For each router the segments that it leads out of, in the order of the bars.
    pub(crate) fn routed(&self) -> Vec<Vec<usize>> {
        let mut routed = vec![Vec::new(); self.network.routers.len()];
        for (at, subnet) in self.network.subnets.iter().enumerate() {
            if let Some(RouterId(router)) = subnet.router.as_ref().map(|router| router.value) {
                routed[router].push(at);
            }
        }
        if let (Some(stray), [only, ..]) = (self.stray, routed.as_mut_slice()) {
            only.push(stray);
        }
        routed
    }

    /// A few segments by their VLANs or names: `VLAN 10, 20, lan`.
    pub(crate) fn short_names(&self, segments: &[usize]) -> String {
        let mut said = String::new();
        let mut after_vlan = false;
        for segment in segments.iter().map(|at| &self.segments[*at]) {
            let number = segment.short.strip_prefix("VLAN ").filter(|_| after_vlan);
            said.push_str(if said.is_empty() { "" } else { ", " });
            said.push_str(number.unwrap_or(&segment.short));
            after_vlan = segment.short.starts_with("VLAN ");
        }
        said
    }

    /// What the picture is about, counted: `6 nodes, 2 subnets, 2 gateways`.
    pub(crate) fn counts(&self, between: &str) -> String {
        let network = self.network;
        let of = |count: fn(&Cluster) -> usize| network.clusters.iter().map(count).sum::<usize>();
        let counts = [
            (if network.clusters.len() > 1 { network.clusters.len() } else { 0 }, "cluster"),
            (of(|cluster| cluster.nodes.len()), "node"),
            (network.hosts.len(), "host"),
            (network.subnets.len(), "subnet"),
            (of(|cluster| cluster.gateways.len()), "gateway"),
            (of(|cluster| cluster.routes.len()), "route"),
            (of(|cluster| cluster.tunnels.len()), "tunnel"),
        ];
        let mut said = String::new();
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            said.push_str(if said.is_empty() { "" } else { between });
            said.push_str(&counted(count, what));
        }
        if said.is_empty() { "nothing declared yet".to_owned() } else { said }
    }
}

/// `namespace/name:port`.
pub(crate) fn service_name(cluster: &Cluster, ServiceId(at): ServiceId) -> String {
    let service = &cluster.services[at];
    service.written()
}

/// `gateway/listener`, or the service.
pub(crate) fn target_name(cluster: &Cluster, target: PublishTarget) -> String {
    match target {
        PublishTarget::Listener(GatewayId(gateway), ListenerId(listener)) => {
            let gateway = &cluster.gateways[gateway];
            format!("{}/{}", gateway.name.value, gateway.listeners[listener].name.value)
        }
        PublishTarget::Service(service) => service_name(cluster, service),
    }
}

/// Whether tunnels lead to each gateway of a cluster.
pub(crate) fn tunnelled(cluster: &Cluster) -> Vec<bool> {
    let mut tunnelled = vec![false; cluster.gateways.len()];
    for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
        if let PublishTarget::Listener(GatewayId(gateway), _) = publish.target.value {
            tunnelled[gateway] = true;
        }
    }
    tunnelled
}

/// `https 443 *.example.com, http 80`.
pub(crate) fn listeners(gateway: &Gateway) -> String {
    // What nobody says of one that exists is not known.
    let is_said = |listener: &&Listener| gateway.is_own() || listener.span != gateway.span && listener.port.value > 0;
    let listeners = joined(gateway.listeners.iter().filter(is_said).map(|listener| {
        let name = listener.hostname.as_ref().map(|name| name.value.as_str()).unwrap_or_default();
        listed(&[&listener_port(listener), name], " ")
    }));
    listed(&[existing(gateway), &listeners], ", ")
}

/// The word for what exists and is somebody else's; none for what hnet writes.
pub(crate) fn existing(thing: &impl Owned) -> &'static str {
    if thing.is_existing() { "existing" } else { "" }
}

/// `https 443`.
pub(crate) fn listener_port(listener: &Listener) -> String {
    format!("{} {}", listener.protocol.value.word(), listener.port.value)
}

/// How many connectors a tunnel has.
pub(crate) fn connectors(tunnel: &Tunnel) -> String {
    // How it is run is not said of one that exists.
    if tunnel.is_existing() {
        return existing(tunnel).to_owned();
    }
    match tunnel.workload.value {
        Workload::Deployment(replicas) => counted(usize::try_from(replicas).unwrap_or(usize::MAX), "replica"),
        Workload::DaemonSet => "one on every node".to_owned(),
    }
}

/// The position of the device behind an uplink, among the routers and then the switches; or else of the internet.
pub(crate) fn uplink(network: &Network, uplink: Uplink) -> Result<usize, usize> {
    match uplink {
        Uplink::Internet(InternetId(at)) => Err(at),
        Uplink::Router(RouterId(at)) => Ok(at),
        Uplink::Switch(SwitchId(at)) => Ok(network.routers.len() + at),
    }
}

/// The first line of a doc comment that says something.
pub(crate) fn first_line(doc: Option<&str>) -> Option<&str> {
    doc?.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.trim_end_matches('.'))
}

/// Positions in order, each once.
pub(crate) fn each_once(mut positions: Vec<usize>) -> Vec<usize> {
    positions.sort();
    positions.dedup();
    positions
}

/// `10.0.10.128-199`: the last address without what both have in common, where the family is IPv4.
pub(crate) fn short_range(first: IpAddr, last: IpAddr) -> String {
    match (first, last) {
        _ if first == last => first.to_string(),
        (IpAddr::V4(first), IpAddr::V4(last)) if first.octets()[..3] == last.octets()[..3] => {
            format!("{first}-{}", last.octets()[3])
        }
        _ => format!("{first}-{last}"),
    }
}

/// Whether nodes answer for the virtual IPs of a cluster themselves.
pub(crate) fn announces(cluster: &Cluster) -> bool {
    cluster.pools.iter().any(|pool| pool.layer2().is_some())
}
