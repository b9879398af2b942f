//! What all views want to know about a network, found once in one pass over it.
//!
//! Knows the model and nothing of pictures but which [`Tone`] a segment has. Start at [`Survey`];
//! [`Entry`] is a line of a gateway, [`published`] what a tunnel leads to.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use hnet_model::{
    AddressRange, Announce, Cluster, Gateway, GatewayId, InternetId, Listener, ListenerId, ListenerProtocol, Network,
    Node, Pool, PublishTarget, RouterId, ServiceId, SubnetId, SwitchId, Tunnel, Uplink, Workload,
};

use crate::palette::Tone;
use crate::scene::About;

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
    /// Who leads out of it; empty where nobody does.
    pub(crate) gateway: String,
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
    /// The segment and the last address of each prefix, by its first address.
    prefixes: BTreeMap<IpAddr, (IpAddr, usize)>,
}

impl<'a> Survey<'a> {
    pub(crate) fn new(network: &'a Network) -> Survey<'a> {
        let mut prefixes = BTreeMap::new();
        for (at, subnet) in network.subnets.iter().enumerate() {
            for prefix in &subnet.prefixes {
                prefixes.insert(prefix.value.network(), (prefix.value.broadcast(), at));
            }
        }
        let mut survey = Survey { network, segments: Vec::new(), stray: None, prefixes };
        survey.segments = (0..network.subnets.len()).map(|at| survey.segment(at)).collect();
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
                tone: Tone::NEUTRAL,
            });
        }
        survey
    }

    fn segment(&self, at: usize) -> Segment {
        let subnet = &self.network.subnets[at];
        let name = subnet.name.value.as_str();
        let (title, short) = match &subnet.vlan {
            Some(vlan) => (format!("VLAN {} {name}", vlan.value), format!("VLAN {}", vlan.value)),
            None => (name.to_owned(), name.to_owned()),
        };
        let prefixes = joined(subnet.prefixes.iter().map(|prefix| prefix.value));
        let gateways = joined(subnet.gateways.iter().map(|gateway| &gateway.value));
        let gateway = if gateways.is_empty() { gateways } else { format!("gateway {gateways}") };
        let mut says = prefixes.clone();
        if let Some(vlan) = &subnet.vlan {
            says.push_str(&format!(", VLAN {}", vlan.value));
        }
        if !gateway.is_empty() {
            says.push_str(&format!(", {gateway}"));
        }
        if let Some(doc) = first_line(subnet.doc.as_deref()) {
            says.push_str(&format!("; {doc}"));
        }
        Segment {
            about: About::new("subnet", &[name], name, Some(subnet.span)).saying(says),
            title,
            short,
            prefixes,
            gateway,
            tone: Tone::of(at),
        }
    }

    /// The segment that an address lies in.
    pub(crate) fn segment_of(&self, address: IpAddr) -> Option<usize> {
        let (first, (last, at)) = self.prefixes.range(..=address).next_back()?;
        (first.is_ipv4() == address.is_ipv4() && address <= *last).then_some(*at).or(self.stray)
    }

    /// The tone of an address.
    pub(crate) fn tone_of(&self, address: Option<IpAddr>) -> Tone {
        address.and_then(|address| self.segment_of(address)).map_or(Tone::NEUTRAL, |at| self.segments[at].tone)
    }

    /// The addresses of a node, link by link.
    pub(crate) fn node_links(&self, node: &Node) -> Vec<Link> {
        let mut links = Vec::new();
        for link in node.links() {
            let declared = link.vlan.map_or(link.interface.subnet, |vlan| vlan.subnet);
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
        links.iter().filter_map(|link| link.segment).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// For each switch the segment of each of its used ports, as far as the source says.
    pub(crate) fn ports(&self) -> Vec<Vec<Option<usize>>> {
        let mut ports = vec![Vec::new(); self.network.switches.len()];
        for cluster in &self.network.clusters {
            for interface in cluster.nodes.iter().flat_map(|node| &node.interfaces) {
                if let Some(SwitchId(switch)) = interface.switch.as_ref().map(|switch| switch.value) {
                    let of_vlan = || interface.vlans.iter().find_map(|vlan| vlan.subnet);
                    ports[switch].push(interface.subnet.or_else(of_vlan).map(|SubnetId(at)| at).or(self.stray));
                }
            }
        }
        for host in &self.network.hosts {
            if let Some(SwitchId(switch)) = host.switch.as_ref().map(|switch| switch.value) {
                ports[switch].push(Self::segments_of(&self.host_links(host)).first().copied());
            }
        }
        ports
    }

    /// For each switch the segments that reach what is plugged into it.
    pub(crate) fn switched(&self) -> Vec<BTreeSet<usize>> {
        let mut switched: Vec<BTreeSet<usize>> =
            self.ports().into_iter().map(|ports| ports.into_iter().flatten().collect()).collect();
        for cluster in &self.network.clusters {
            for interface in cluster.nodes.iter().flat_map(|node| &node.interfaces) {
                if let Some(SwitchId(switch)) = interface.switch.as_ref().map(|switch| switch.value) {
                    switched[switch].extend(interface.vlans.iter().filter_map(|vlan| vlan.subnet).map(|id| id.0));
                }
            }
        }
        switched
    }

    /// For each router the segments that it leads out of.
    pub(crate) fn routed(&self) -> Vec<BTreeSet<usize>> {
        let mut routed = vec![BTreeSet::new(); self.network.routers.len()];
        for (at, subnet) in self.network.subnets.iter().enumerate() {
            if let Some(RouterId(router)) = subnet.router.as_ref().map(|router| router.value) {
                routed[router].insert(at);
            }
        }
        if let (Some(stray), [only, ..]) = (self.stray, routed.as_mut_slice()) {
            only.insert(stray);
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

    /// What the picture is about, counted: `6 Talos nodes, 2 subnets, 2 gateways`.
    pub(crate) fn counts(&self) -> String {
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
        let said: Vec<String> =
            counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
        if said.is_empty() { "nothing declared yet".to_owned() } else { said.join(" · ") }
    }
}

/// `namespace/name:port`.
pub(crate) fn service_name(cluster: &Cluster, ServiceId(at): ServiceId) -> String {
    let service = &cluster.services[at];
    format!("{}/{}:{}", service.namespace.value, service.name.value, service.port.value)
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

/// Which gateways of a cluster tunnels lead to.
pub(crate) fn tunnelled(cluster: &Cluster) -> BTreeSet<usize> {
    let targets = cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish).map(|publish| publish.target.value);
    targets
        .filter_map(|target| match target {
            PublishTarget::Listener(GatewayId(gateway), _) => Some(gateway),
            PublishTarget::Service(_) => None,
        })
        .collect()
}

/// The names that a tunnel leads to one listener, to be asked for many names.
#[derive(Debug, Default)]
pub(crate) struct Published {
    names: BTreeSet<String>,
    below: BTreeSet<String>,
}

impl Published {
    /// Whether a request for the name is taken: cloudflared's wildcards take any depth.
    pub(crate) fn takes(&self, name: &str) -> bool {
        self.names.contains(name) || name.match_indices('.').any(|(dot, _)| self.below.contains(&name[dot + 1..]))
    }
}

/// What a tunnel publishes, by gateway and listener.
pub(crate) fn published(tunnel: &Tunnel) -> BTreeMap<(GatewayId, ListenerId), Published> {
    let mut published: BTreeMap<_, Published> = BTreeMap::new();
    for publish in &tunnel.publish {
        if let PublishTarget::Listener(gateway, listener) = publish.target.value {
            let names = published.entry((gateway, listener)).or_default();
            let name = &publish.hostname.value;
            let set = if name.is_wildcard() { &mut names.below } else { &mut names.names };
            set.insert(name.base().to_owned());
        }
    }
    published
}

/// `https 443 *.example.com, http 80`.
pub(crate) fn listeners(gateway: &Gateway) -> String {
    gateway.listeners.iter().map(listener_name).collect::<Vec<_>>().join(", ")
}

/// `https 443 *.example.com`.
fn listener_name(listener: &Listener) -> String {
    let hostname = listener.hostname.as_ref().map(|name| format!(" {}", name.value)).unwrap_or_default();
    format!("{}{hostname}", listener_port(listener))
}

/// `https 443`.
pub(crate) fn listener_port(listener: &Listener) -> String {
    let protocol = match listener.protocol.value {
        ListenerProtocol::Http => "http",
        ListenerProtocol::Https => "https",
        ListenerProtocol::Tls => "tls",
    };
    format!("{protocol} {}", listener.port.value)
}

/// How many connectors a tunnel has.
pub(crate) fn connectors(tunnel: &Tunnel) -> String {
    match tunnel.workload.value {
        Workload::Deployment(replicas) => counted(usize::try_from(replicas).unwrap_or(usize::MAX), "replica"),
        Workload::DaemonSet => "one on every node".to_owned(),
    }
}

/// What a switch or router is plugged into, as a position in the list of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Device {
    Router(usize),
    Switch(usize),
}

/// The device or the internet behind an uplink.
pub(crate) fn uplink(uplink: Uplink) -> Result<Device, usize> {
    match uplink {
        Uplink::Internet(InternetId(at)) => Err(at),
        Uplink::Router(RouterId(at)) => Ok(Device::Router(at)),
        Uplink::Switch(SwitchId(at)) => Ok(Device::Switch(at)),
    }
}

/// The first line of a doc comment that says something.
pub(crate) fn first_line(doc: Option<&str>) -> Option<&str> {
    doc?.lines().map(str::trim).find(|line| !line.is_empty()).map(|line| line.trim_end_matches('.'))
}

/// `1 node`, `2 nodes`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = match (count, what) {
        (1, _) => "",
        (_, "address" | "switch") => "es",
        _ => "s",
    };
    format!("{count} {what}{plural}")
}

/// Things with commas between them.
pub(crate) fn joined(things: impl Iterator<Item = impl ToString>) -> String {
    things.map(|thing| thing.to_string()).collect::<Vec<_>>().join(", ")
}

/// `10.0.10.128-199`: the last address without what both have in common, where the family is IPv4.
pub(crate) fn short_range(range: &AddressRange) -> String {
    match (range.first, range.last) {
        (IpAddr::V4(first), IpAddr::V4(last)) if first.octets()[..3] == last.octets()[..3] && first != last => {
            format!("{first}-{}", last.octets()[3])
        }
        _ => range.to_string(),
    }
}

/// Whether nodes answer for the virtual IPs of a cluster themselves.
pub(crate) fn announces(cluster: &Cluster) -> bool {
    let by_arp = |pool: &Pool| matches!(pool.announce.as_ref().map(|said| &said.value), Some(Announce::Layer2 { .. }));
    cluster.pools.iter().any(by_arp)
}
