//! The rules of a whole network: each refuses one thing that would break it.
//!
//! A rule is a function over the model, one file for each theme, one row in [`ALL`]. It knows no syntax.
//! Rules run on what is sound: a value that failed is not in the model, and [`Facts::whole`] says
//! of a statement whether it lost one, so a rule about something missing asks that first.

mod addresses;
mod data_plane;
mod facts;
mod nodes;
mod objects;
mod ways_in;

use hnet_diagnostics::{Diagnostics, Sources, Span};
use hnet_model::Network;
use indexmap::IndexSet;

use facts::Facts;

/// Reports all that breaks a rule. `holes` are the statements that lost a value, by the spans of their heads.
pub fn apply(network: &Network, holes: &IndexSet<Span>, sources: &Sources, out: &mut Diagnostics) {
    let facts = Facts::new(network, holes, sources);
    for rule in ALL {
        rule(&facts, out);
    }
}

/// A rule: it reports what breaks it.
type Rule = fn(&Facts<'_>, &mut Diagnostics);

/// All rules, in the order of their codes.
static ALL: &[Rule] = &[
    addresses::misplaced_addresses::misplaced_addresses,
    addresses::misplaced_addresses::prefixes,
    addresses::name_servers::name_servers,
    addresses::resolvers::contradicting,
    addresses::resolvers::in_own_pool,
    addresses::used_twice::addresses,
    addresses::used_twice::macs,
    addresses::overlaps::prefixes,
    addresses::overlaps::pools,
    addresses::node_routes::gateways,
    addresses::node_routes::default_routes,
    addresses::node_routes::said_default_routes,
    addresses::node_routes::links_in_one_subnet,
    addresses::overlaps::pools_with_used_addresses,
    addresses::overlaps::pools_with_dhcp,
    addresses::dhcp_ranges::addresses_in_ranges,
    addresses::dhcp_ranges::reserved_in_dhcp,
    addresses::segments::routers,
    addresses::segments::subnets_without_router,
    addresses::vlans::vlan_used_twice,
    addresses::segments::vlan_differs,
    addresses::segments::packet_sizes,
    addresses::segments::packet_sizes_of_a_subnet,
    addresses::cables::uplinks,
    addresses::cables::ports,
    addresses::dhcp_ranges::ranges_outside_subnet,
    addresses::dhcp_ranges::overlapping,
    addresses::dhcp_ranges::edges,
    nodes::machines::members,
    nodes::machines::disks,
    nodes::machines::disks_of_several,
    nodes::machines::reachable_and_useful,
    nodes::virtual_ips::virtual_ips,
    nodes::virtual_ips::endpoints,
    nodes::cluster_prefixes::dns_address,
    nodes::cluster_prefixes::families,
    nodes::cluster_prefixes::sizes,
    nodes::machines::node_restriction,
    addresses::used_twice::selectors,
    nodes::links::unsayable,
    nodes::links::aliases,
    nodes::links::names,
    nodes::resolvers::reachable,
    nodes::resolvers::too_many,
    nodes::firewall::firewalls,
    ways_in::gateway_addresses::gateway_address_in_no_pool,
    ways_in::gateway_addresses::gateway_without_means,
    ways_in::gateway_addresses::gateways_share_address,
    ways_in::sharing::elected_apart,
    ways_in::listeners::listener_tls,
    ways_in::listeners::listener_conflicts,
    ways_in::certificates::listener_certificate,
    ways_in::certificates::route_certificate,
    ways_in::route_attachment::route_attaches,
    ways_in::route_attachment::redirect_loops,
    ways_in::redirect_circles::redirect_circles,
    ways_in::route_attachment::parent_repeated,
    ways_in::route_claims::route_answers,
    ways_in::route_claims::route_claims,
    objects::object_limits::object_limits,
    objects::identity::same_object,
    objects::identity::connector_names,
    objects::identity::long_names,
    objects::identity::service_without_address,
    objects::identity::service_names,
    objects::ports::ports,
    ways_in::route_rules::rewrites,
    ways_in::route_rules::headers_repeated,
    ways_in::route_rules::header_values,
    ways_in::tunnels::publishes,
    ways_in::backend_tls::gateways_speak_tls,
    ways_in::backend_tls::without_effect,
    ways_in::tunnels::unreachable_gateway,
    ways_in::tunnels::redirected,
    ways_in::certificates::tunnel_server_name,
    ways_in::tunnels::deep_names,
    ways_in::tunnels::idle_tunnel,
    ways_in::tunnels::ids,
    ways_in::dns_zones::forwards,
    ways_in::dns_zones::zones,
    ways_in::dns_zones::records,
    ways_in::dns_zones::pods,
    ways_in::dns_zones::cluster_domain,
    ways_in::corefile::corefiles,
    data_plane::cilium::versions,
    data_plane::cilium::routing,
    data_plane::cilium::host_dns,
    data_plane::announcements::announcements,
    data_plane::cilium::announced_off_the_wire,
    data_plane::announcements::announcers,
    data_plane::cilium::announcing_interfaces,
    data_plane::cilium::devices,
    data_plane::cilium::hubble_without_relay,
    data_plane::cilium::announced_ipv6,
    data_plane::cilium_values::helm_values,
    objects::raw_manifests::manifests,
    objects::overlays::overlays,
    nodes::talos_patches::talos_patches,
    nodes::machines::kubernetes_version,
    objects::output_folders::synced_folders,
    objects::unused::unused,
    objects::unused::monitoring_without_target,
    objects::unused::credentials_without_property,
    objects::unused::cilium_implied,
];
