//! Which nodes hear who asks for a pool's addresses.
//!
//! ARP and NDP are asked on the wire of an address, so a node on other wires only never answers. Start at
//! [`Wires::announcers`].

use crate::{Announcer, Cluster, LinkRef, Network, Node, Pool, Prefixes, SubnetId};

/// The subnets that the nodes of a cluster are on.
pub struct Wires<'a> {
    cluster: &'a Cluster,
    /// The positions of the nodes by their subnets, which mostly are those of all; without any where something is not
    /// known.
    groups: Vec<(Option<Vec<SubnetId>>, Vec<usize>)>,
    prefixes: Prefixes,
    /// Whose each of the prefixes is.
    subnets: Vec<SubnetId>,
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
        let mut wires = Wires { cluster, groups: Vec::new(), prefixes: Prefixes::new(nets), subnets };
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

    /// The subnets of a node's links; none where one of them is not known.
    fn of_node(&self, node: &Node) -> Option<Vec<SubnetId>> {
        let mut subnets = Vec::new();
        for link in node.links() {
            let said = link.vlan.map_or(link.interface.subnet, |vlan| vlan.subnet);
            let is_known = |link: LinkRef<'_>| link.addresses().iter().all(|it| it.value.known().is_some());
            if said.is_none() && link.dhcp() || !is_known(link) {
                return None;
            }
            subnets.extend(said);
            for address in link.addresses().iter().filter_map(|address| address.value.known()) {
                subnets.push(self.of_address(address.addr())?);
            }
        }
        subnets.sort();
        subnets.dedup();
        (!subnets.is_empty()).then_some(subnets)
    }

    /// The nodes that announce a pool, and those of them that nobody asks.
    #[must_use]
    pub fn announcers(&self, pool: &Pool) -> Announcers<'a> {
        let mut wanted: Vec<SubnetId> =
            pool.ranges.iter().filter_map(|range| self.of_address(range.value.first)).collect();
        wanted.sort();
        wanted.dedup();
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for (subnets, nodes) in &self.groups {
            let is_on = subnets.as_ref().is_none_or(|own| wanted.iter().all(|it| own.binary_search(it).is_ok()));
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
        match self.announce.as_ref().map(|announce| &announce.value) {
            Some(crate::Announce::Layer2 { nodes, .. }) => nodes,
            None => &[],
        }
    }
}
