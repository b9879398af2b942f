//! Gateways, routes, certificates, name servers and tunnels.

pub(crate) mod backend_tls;
pub(crate) mod certificate_requests;
pub(crate) mod certificates;
pub(crate) mod corefile;
pub(crate) mod dns_zones;
pub(crate) mod envoy;
mod envoy_laws;
pub(crate) mod envoy_refused;
pub(crate) mod gateway_addresses;
pub(crate) mod issuers;
pub(crate) mod listeners;
pub(crate) mod publishers;
pub(crate) mod records;
pub(crate) mod redirect_circles;
pub(crate) mod route_attachment;
pub(crate) mod route_claims;
pub(crate) mod route_kinds;
pub(crate) mod route_rules;
pub(crate) mod service_addresses;
pub(crate) mod sharing;
pub(crate) mod tunnels;
pub(crate) mod unread_annotations;
