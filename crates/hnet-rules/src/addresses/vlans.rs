//! VLAN ids: one id is one wire, within what is connected below the routers.
//!
//! Two houses may both have a VLAN 40. Which subnets are of one site follows from the routers, switches and nodes
//! that they share, as far as the source says it. Start at [`vlan_used_twice`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{Address, Subnet, SubnetId, Traced, Uplink, in_source_order};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;

/// A VLAN id is one wire of a site.
pub(crate) fn vlan_used_twice(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut ids: IndexSet<u16> = IndexSet::new();
    if facts.network.subnets.iter().filter_map(|subnet| subnet.vlan).all(|vlan| ids.insert(vlan.value)) {
        return;
    }
    // What connects two of them may be what was lost.
    if !facts.knows_all_written() {
        return;
    }
    let mut sites = Sites::new(facts);
    let mut first: IndexMap<(usize, u16), (&Subnet, Traced<u16>)> = IndexMap::new();
    for subnet in in_source_order(&facts.network.subnets, |subnet| subnet.span) {
        let Some(vlan) = subnet.vlan else { continue };
        let Some((other, its)) = claim(&mut first, (sites.of(subnet), vlan.value), (subnet, vlan)) else { continue };
        let mut names = [&other.name.value, &subnet.name.value];
        names.sort();
        out.report(
            Diagnostic::new(&codes::VLAN_USED_TWICE, format!("subnets `{}` and `{}` are one VLAN", names[0], names[1]))
                .label(vlan.span(), format!("`{}` is VLAN {}", subnet.name.value, vlan.value))
                .label(its.span(), format!("and so is `{}`", other.name.value))
                .help("give each subnet an id of its own; IPv4 and IPv6 of one wire are one subnet with two prefixes"),
        );
    }
}

/// What is connected below the routers: subnets, then routers, then switches, each with one that it is connected with,
/// up to the one that stands for the site.
struct Sites {
    parents: Vec<usize>,
    /// The places of the subnets, by their statements.
    subnets: IndexMap<Span, usize>,
    /// Whether the source speaks of one site: all that is not connected is only not said.
    is_one: bool,
}

impl Sites {
    fn new(facts: &Facts<'_>) -> Self {
        let network = facts.network;
        let subnets: IndexMap<Span, usize> =
            network.subnets.iter().enumerate().map(|(at, subnet)| (subnet.span, at)).collect();
        let of_router = |at: usize| subnets.len() + at;
        let of_switch = |at: usize| subnets.len() + network.routers.len() + at;
        let end = of_switch(network.switches.len());
        let subnet_of = |address: &Traced<Address>| {
            let place = facts.subnets.holding(address.value.known()?)?;
            subnets.get(&place.subnet.span).copied()
        };
        let mut connected: Vec<(usize, usize)> = Vec::new();
        for (at, subnet) in network.subnets.iter().enumerate() {
            connected.extend(subnet.router.map(|router| (at, of_router(router.value.0))));
        }
        for (at, router) in network.routers.iter().enumerate() {
            connected.extend(router.addresses.iter().filter_map(subnet_of).map(|subnet| (subnet, of_router(at))));
            if let Some(Uplink::Switch(switch)) = router.uplink.map(|uplink| uplink.value) {
                connected.push((of_router(at), of_switch(switch.0)));
            }
        }
        for (at, switch) in network.switches.iter().enumerate() {
            connected.extend(switch.address.iter().filter_map(subnet_of).map(|subnet| (subnet, of_switch(at))));
            connected.extend(switch.uplink.and_then(|uplink| match uplink.value {
                Uplink::Router(router) => Some((of_switch(at), of_router(router.0))),
                Uplink::Switch(other) => Some((of_switch(at), of_switch(other.0))),
                Uplink::Internet(_) => None,
            }));
        }
        for host in &network.hosts {
            let Some(switch) = host.switch else { continue };
            let of_host = host.addresses.iter().filter_map(subnet_of);
            connected.extend(of_host.map(|subnet| (subnet, of_switch(switch.value.0))));
        }
        for interface in facts.nodes().flat_map(|node| &node.interfaces) {
            let own = interface.subnet.into_iter().chain(interface.vlans.iter().filter_map(|vlan| vlan.subnet));
            let on_wire: Vec<usize> = own.map(|SubnetId(at)| at).collect();
            // All wires of a card are of one site.
            connected.extend(on_wire.windows(2).map(|pair| (pair[0], pair[1])));
            let switch = interface.switch.map(|switch| of_switch(switch.value.0));
            connected.extend(on_wire.first().copied().zip(switch));
        }
        let mut sites = Sites { parents: (0..end).collect(), subnets, is_one: false };
        for (one, other) in connected {
            let (one, other) = (sites.root(one), sites.root(other));
            sites.parents[one] = other;
        }
        let devices: IndexSet<usize> = (sites.subnets.len()..end).map(|device| sites.root(device)).collect();
        sites.is_one = devices.len() <= 1;
        sites
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.parents[at] != at {
            // Each step halves the way for those that come after.
            self.parents[at] = self.parents[self.parents[at]];
            at = self.parents[at];
        }
        at
    }

    /// The site of a subnet.
    fn of(&mut self, subnet: &Subnet) -> usize {
        match self.subnets.get(&subnet.span).copied() {
            Some(at) if !self.is_one => self.root(at),
            _ => 0,
        }
    }
}
