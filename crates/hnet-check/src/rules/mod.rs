//! The rules of a whole network: each refuses one thing that would break it.
//!
//! A rule is a function over the model, one file for each theme, one row in [`ALL`]. It knows no syntax.
//! Rules run on what is sound: a value that failed is not in the model, and [`Facts::whole`] says
//! of a statement whether it lost one, so a rule about something missing asks that first.

mod announcements;
mod attachment;
mod cables;
mod certificates;
mod cilium_values;
mod cluster_prefixes;
mod data_plane;
mod dhcp_ranges;
mod dns_zones;
mod gateway_addresses;
mod host_index;
mod interface_pattern;
mod inventory;
mod links;
mod listeners;
mod machines;
mod misplaced_addresses;
mod name_servers;
mod node_routes;
mod object_limits;
mod objects;
mod overlaps;
mod raw_manifests;
mod route_attachment;
mod route_claims;
mod route_rules;
mod segments;
mod talos_patches;
mod tunnels;
mod unused;
mod used_twice;
mod virtual_ips;
mod yaml_place;

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostics, Sources, Span};
use hnet_model::{AddressRange, Network, Node};
use indexmap::IndexSet;

use crate::order::in_source_order;
use attachment::WaysIn;
use inventory::{Claim, Owner, Subnets};

/// What a rule may know.
pub(crate) struct Facts<'a> {
    /// The network, without the values that failed. Its things stand in the order of their names; where
    /// a message speaks of a first and a second, rules go by the source ([`in_source_order`]).
    pub(crate) network: &'a Network,
    /// The statements that lost a value.
    pub(crate) holes: &'a IndexSet<Span>,
    /// The texts, to point into raw YAML, which the model holds as values without places.
    pub(crate) sources: &'a Sources,
    /// Who has which address.
    claims: Vec<Claim<'a>>,
    /// Where each address lies.
    subnets: Subnets<'a>,
    /// The clusters with what routes attach to.
    ways: Vec<WaysIn<'a>>,
}

impl<'a> Facts<'a> {
    /// Prepares what several rules ask.
    pub(crate) fn new(network: &'a Network, holes: &'a IndexSet<Span>, sources: &'a Sources) -> Self {
        let ways = network.clusters.iter().map(WaysIn::new).collect();
        Facts { network, holes, sources, claims: inventory::claims(network), subnets: Subnets::new(network), ways }
    }

    /// Whether all that the statement says is in the model.
    pub(crate) fn whole(&self, statement: Span) -> bool {
        !self.holes.contains(&statement)
    }

    /// Whether an address lies in a subnet. Where a cluster's prefix does so too, the two overlap, which is said
    /// of them and of nothing within.
    fn is_in_a_subnet(&self, address: IpAddr) -> bool {
        self.subnets.holding(address).is_some()
    }

    /// Who has an address, as the source says it.
    fn owners(&self, address: IpAddr) -> &[Claim<'a>] {
        self.claimed(AddressRange { first: address, last: address })
    }

    /// Who has the addresses of a run, in their order.
    fn claimed(&self, range: AddressRange) -> &[Claim<'a>] {
        let start = self.claims.partition_point(|claim| claim.address < range.first);
        let end = self.claims.partition_point(|claim| claim.address <= range.last);
        self.claims.get(start..end).unwrap_or_default()
    }

    /// Whether something besides a gateway has an address. That it has two owners then is said once.
    fn is_anothers(&self, address: IpAddr) -> bool {
        self.owners(address).iter().any(|claim| !matches!(claim.owner, Owner::Gateway(_)))
    }

    /// All nodes, of all clusters.
    fn nodes(&self) -> impl Iterator<Item = &'a Node> {
        self.network.clusters.iter().flat_map(|cluster| &cluster.nodes)
    }
}

/// Reports all that breaks a rule.
pub(crate) fn apply(facts: &Facts<'_>, out: &mut Diagnostics) {
    for rule in ALL {
        rule(facts, out);
    }
}

/// A rule: it reports what breaks it.
type Rule = fn(&Facts<'_>, &mut Diagnostics);

/// All rules, in the order of their codes.
static ALL: &[Rule] = &[
    misplaced_addresses::misplaced_addresses,
    misplaced_addresses::prefixes,
    name_servers::name_servers,
    used_twice::addresses,
    used_twice::macs,
    overlaps::prefixes,
    overlaps::pools,
    node_routes::gateways,
    node_routes::default_routes,
    node_routes::links_in_one_subnet,
    overlaps::pools_with_used_addresses,
    overlaps::pools_with_dhcp,
    dhcp_ranges::addresses_in_ranges,
    dhcp_ranges::reserved_in_dhcp,
    segments::routers,
    segments::subnets_without_router,
    segments::vlan_used_twice,
    segments::vlan_differs,
    segments::packet_sizes,
    segments::packet_sizes_of_a_subnet,
    cables::uplinks,
    cables::ports,
    dhcp_ranges::ranges_outside_subnet,
    dhcp_ranges::overlapping,
    dhcp_ranges::edges,
    machines::members,
    machines::disks,
    machines::reachable_and_useful,
    virtual_ips::virtual_ips,
    virtual_ips::endpoints,
    cluster_prefixes::dns_address,
    cluster_prefixes::families,
    cluster_prefixes::sizes,
    machines::node_restriction,
    used_twice::selectors,
    links::unsayable,
    links::aliases,
    links::names,
    gateway_addresses::gateway_address_in_no_pool,
    gateway_addresses::gateway_without_means,
    gateway_addresses::gateways_share_address,
    listeners::listener_tls,
    listeners::listener_conflicts,
    certificates::listener_certificate,
    certificates::route_certificate,
    route_attachment::route_attaches,
    route_attachment::redirect_loops,
    route_attachment::parent_repeated,
    route_claims::route_answers,
    route_claims::route_claims,
    object_limits::object_limits,
    objects::same_object,
    objects::long_names,
    objects::service_without_address,
    objects::service_names,
    route_rules::rewrites,
    route_rules::headers_repeated,
    route_rules::header_values,
    tunnels::publishes,
    tunnels::unreachable_gateway,
    tunnels::redirected,
    certificates::tunnel_server_name,
    tunnels::deep_names,
    tunnels::idle_tunnel,
    tunnels::ids,
    dns_zones::forwards,
    dns_zones::zones,
    dns_zones::records,
    dns_zones::pods,
    dns_zones::plugins,
    data_plane::versions,
    data_plane::routing,
    data_plane::host_dns,
    announcements::announcements,
    data_plane::announced_off_the_wire,
    data_plane::announcing_interfaces,
    data_plane::devices,
    data_plane::hubble_without_relay,
    data_plane::announced_ipv6,
    cilium_values::helm_values,
    raw_manifests::manifests,
    talos_patches::talos_patches,
    machines::kubernetes_version,
    unused::unused,
    unused::monitoring_without_target,
    unused::credentials_without_property,
];
