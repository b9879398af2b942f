//! An address that a Service asks Cilium for must lie in a pool.
//!
//! A service that exists beside a source has its address already; what a source writes out or patches asks for it. Start
//! at [`service_address_in_no_pool`].

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reason, Span, codes};
use hnet_model::{Owned as _, Owner, Service, in_source_order};

use super::gateway_addresses::{MOST_SHOWN, PoolRanges, pools_are_known};
use crate::facts::Facts;
use crate::facts::patched_services::PatchedServices;

/// The address that a service asks for lies in one of the pools, all of which are known.
pub(crate) fn service_address_in_no_pool(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| pools_are_known(facts, cluster)) {
        let ranges = PoolRanges::new(cluster);
        let patched = PatchedServices::of(cluster);
        let is_asking =
            |service: &Service| !facts.is_a_source() || service.owner() == Owner::Manifest || patched.holds(service);
        // Each service by itself, since each may be allowed by itself.
        for service in in_source_order(&cluster.services, |service| service.span) {
            let mut outside: Vec<(Span, IpAddr)> = Vec::new();
            for address in service.addresses.iter().filter(|_| is_asking(service)) {
                let known = address.value.known().filter(|_| address.origin.reason == Reason::AskedByAnnotation);
                // One that something else has has two owners, whatever the pools hold.
                if let Some(known) = known.filter(|it| ranges.holding(*it).is_none() && !facts.is_anothers(*it)) {
                    outside.push((address.span(), known));
                }
            }
            let Some((_, first)) = outside.first() else { continue };
            let name = format!("service `{}/{}`", service.namespace.value, service.name.value);
            let title = match outside.as_slice() {
                [_] => format!("`{first}` is in no pool"),
                several => format!("{} addresses of {name} are in no pool", several.len()),
            };
            let mut finding = Diagnostic::new(&codes::SERVICE_ADDRESS_IN_NO_POOL, title);
            for (place, address) in outside.iter().take(MOST_SHOWN) {
                finding = finding.label(
                    *place,
                    match outside.as_slice() {
                        [_] => format!("{name} asks for it"),
                        _ => format!("it asks for {address}"),
                    },
                );
            }
            out.report(ranges.shown(finding).help("add the address to a pool, or ask for one of a pool"));
        }
    }
}
