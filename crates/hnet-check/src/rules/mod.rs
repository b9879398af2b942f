//! The rules of a whole network: each refuses one thing that would break it.
//!
//! A rule is a function over the model, one file for each theme, one row in [`ALL`]. It knows no syntax.
//! Rules run on what is sound: a value that failed is not in the model, and [`Facts::whole`] says
//! of a statement whether it lost one, so a rule about something missing asks that first.

mod attachment;
mod certificates;
mod cilium_values;
mod data_plane;
mod dns_zones;
mod gateway_addresses;
mod host_index;
mod listeners;
mod objects;
mod raw_manifests;
mod route_attachment;
mod route_claims;
mod talos_patches;
mod tunnels;
mod unused;

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostics, Span};
use hnet_model::Network;

/// What a rule may know.
pub(crate) struct Facts<'a> {
    /// The network, without the values that failed.
    pub(crate) network: &'a Network,
    /// The statements that lost a value.
    pub(crate) holes: &'a BTreeSet<Span>,
}

impl Facts<'_> {
    /// Whether all that the statement says is in the model.
    pub(crate) fn whole(&self, statement: Span) -> bool {
        !self.holes.contains(&statement)
    }
}

/// A rule: it reports what breaks it.
pub(crate) type Rule = fn(&Facts<'_>, &mut Diagnostics);

/// All rules, in the order of their codes.
pub(crate) static ALL: &[Rule] = &[
    gateway_addresses::gateway_address_in_no_pool,
    gateway_addresses::gateway_without_controller,
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
    objects::same_object,
    objects::service_without_address,
    tunnels::publishes,
    certificates::tunnel_server_name,
    tunnels::deep_names,
    tunnels::idle_tunnel,
    dns_zones::forwards,
    dns_zones::zones,
    dns_zones::field_without_effect,
    data_plane::versions,
    data_plane::routing,
    data_plane::announced_off_the_wire,
    data_plane::announcing_interfaces,
    cilium_values::helm_values,
    raw_manifests::manifests,
    talos_patches::talos_patches,
    unused::unused,
    unused::monitoring_without_target,
    unused::credentials_without_property,
];
