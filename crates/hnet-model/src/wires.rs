//! Which nodes hear who asks for a pool's addresses.
//!
//! ARP and NDP are asked on the wire of an address, so a node on other wires only never answers. Start at
//! [`Wires::announcers`].

use crate::{Announcer, Cluster, LinkRef, Network, Node, Pool, Prefixes, Subnet, SubnetId};

/// The subnets that the nodes of a cluster are on.
pub struct Wires<'a> {
    cluster: &'a Cluster,
    /// The positions of the nodes by where they are, which mostly is one for all; none where something is not known.
    groups: Vec<(Option<Where>, Vec<usize>)>,
    prefixes: Prefixes,
    /// Whose each of the prefixes is.
    subnets: Vec<SubnetId>,
    /// Where a link may be that asks DHCP, as far as the source says it.
    by_dhcp: Option<Vec<SubnetId>>,
}

/// Where a node is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Where {
    /// The subnets of its links.
    subnets: Vec<SubnetId>,
    /// Whether a link asks DHCP, and may be wherever DHCP gives out addresses.
    asks_dhcp: bool,
}

/// The nodes that announce a pool by what it says, in the order of the cluster.
#[derive(Clone, Debug, Default)]
pub struct Announcers<'a> {
    /// Those that are on the wires of all its addresses, as far as is known.
    pub on: Vec<&'a Node>,
    /// Those that certainly are not.
    pub off: Vec<&'a Node>,
}

impl Announcers<'_> {
    /// Whether those that are on the wires must be named, since others would be asked to announce as well.
    #[must_use]
    pub fn must_be_named(&self) -> bool {
        !self.on.is_empty() && !self.off.is_empty()
    }
}

impl<'a> Wires<'a> {
    /// Prepares the nodes of a cluster to be asked about.
    #[must_use]
    pub fn new(network: &Network, cluster: &'a Cluster) -> Self {
        let mut subnets = Vec::new();
        let mut nets = Vec::new();
        for (at, subnet) in network.subnets.iter().enumerate() {
            for prefix in &subnet.prefixes {
                subnets.push(SubnetId(at));
                nets.push(prefix.value);
            }
        }
        let prefixes = Prefixes::new(nets);
        let by_dhcp = network.subnets_by_dhcp();
        let mut wires = Wires { cluster, groups: Vec::new(), prefixes, subnets, by_dhcp };
        let mut nodes: Vec<_> = cluster.nodes.iter().map(|node| wires.of_node(node)).zip(0..).collect();
        nodes.sort();
        let same = nodes.chunk_by(|(one, _), (other, _)| one == other);
        let groups = same.map(|nodes| (nodes[0].0.clone(), nodes.iter().map(|(_, at)| *at).collect()));
        wires.groups = groups.collect();
        wires
    }

    fn of_address(&self, address: std::net::IpAddr) -> Option<SubnetId> {
        self.prefixes.holding(address).map(|(at, _)| self.subnets[at])
    }

    /// Where a node is; none where it is not known of one of its links.
    fn of_node(&self, node: &Node) -> Option<Where> {
        let (mut subnets, mut asks_dhcp) = (Vec::new(), false);
        for link in node.links() {
            let said = link.vlan.map_or(link.interface.subnet, |vlan| vlan.subnet);
            let is_known = |link: LinkRef<'_>| link.addresses().iter().all(|it| it.value.known().is_some());
            if !is_known(link) {
                return None;
            }
            if said.is_none() && link.dhcp() {
                self.by_dhcp.as_ref().filter(|_| link.addresses().is_empty())?;
                asks_dhcp = true;
            }
            subnets.extend(said);
            for address in link.addresses().iter().filter_map(|address| address.value.known()) {
                subnets.push(self.of_address(address.addr())?);
            }
        }
        subnets.sort();
        subnets.dedup();
        (asks_dhcp || !subnets.is_empty()).then_some(Where { subnets, asks_dhcp })
    }

    /// Whether a node may be in a subnet.
    fn may_be_in(&self, at: &Where, subnet: SubnetId) -> bool {
        let is_given = || self.by_dhcp.as_ref().is_some_and(|given| given.binary_search(&subnet).is_ok());
        at.subnets.binary_search(&subnet).is_ok() || at.asks_dhcp && is_given()
    }

    /// The nodes that announce a pool, and those of them that nobody asks.
    #[must_use]
    pub fn announcers(&self, pool: &Pool) -> Announcers<'a> {
        let mut wanted: Vec<SubnetId> =
            pool.ranges.iter().filter_map(|range| self.of_address(range.value.first)).collect();
        wanted.sort();
        wanted.dedup();
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for (at, nodes) in &self.groups {
            let is_on = at.as_ref().is_none_or(|at| wanted.iter().all(|subnet| self.may_be_in(at, *subnet)));
            let side = if is_on { &mut on } else { &mut off };
            side.extend(nodes.iter().copied().filter(|at| pool.asks(&self.cluster.nodes[*at])));
        }
        let nodes = |mut places: Vec<usize>| -> Vec<&'a Node> {
            places.sort_unstable();
            places.into_iter().map(|at| &self.cluster.nodes[at]).collect()
        };
        Announcers { on: nodes(on), off: nodes(off) }
    }
}

impl Network {
    /// The subnets in which a link may be that asks DHCP for an address, where the source says ranges of DHCP: those with
    /// ranges, those in which a machine gets its address by its MAC, and those with IPv6, whose prefixes routers tell.
    /// None where it says no range of IPv4, as where DHCP is nobody's concern.
    #[must_use]
    pub fn subnets_by_dhcp(&self) -> Option<Vec<SubnetId>> {
        let gives = |subnet: &Subnet| subnet.dhcp.iter().any(|range| range.value.first.is_ipv4());
        if !self.subnets.iter().any(gives) {
            return None;
        }
        let links = self.clusters.iter().flat_map(|cluster| &cluster.nodes).flat_map(Node::links);
        let by_lease =
            links.flat_map(|link| link.reserved_addresses()).filter_map(|own| Some(own.value.known()?.addr()));
        let hosts = self.hosts.iter().filter(|host| host.mac.is_some()).flat_map(|host| &host.addresses);
        let by_mac = hosts.filter_map(|address| address.value.known());
        let prefixes = || {
            let subnets = self.subnets.iter().zip(0..);
            subnets.flat_map(|(subnet, at)| subnet.prefixes.iter().map(move |prefix| (at, prefix.value)))
        };
        let all = Prefixes::new(prefixes().map(|(_, prefix)| prefix));
        let mut holds: Vec<bool> = self.subnets.iter().map(gives).collect();
        let owners: Vec<usize> = prefixes().map(|(at, _)| at).collect();
        let leases = by_lease.chain(by_mac).filter_map(|lease| all.holding(lease)).map(|(at, _)| owners[at]);
        let of_ipv6 = prefixes().filter(|(_, prefix)| prefix.addr().is_ipv6()).map(|(at, _)| at);
        for at in leases.chain(of_ipv6) {
            holds[at] = true;
        }
        Some(holds.into_iter().zip(0..).filter(|(holds, _)| *holds).map(|(_, at)| SubnetId(at)).collect())
    }
}

impl Pool {
    /// Whether the pool says that a node announces it.
    #[must_use]
    pub fn asks(&self, node: &Node) -> bool {
        let announcers = self.announcers();
        announcers.is_empty() || announcers.iter().any(|announcer| announcer.value.is(node))
    }

    /// The nodes that announce it, as the source says them; all where empty.
    #[must_use]
    pub fn announcers(&self) -> &[hnet_diagnostics::Traced<Announcer>] {
        self.layer2().map_or(&[], |layer2| &layer2.nodes)
    }
}
