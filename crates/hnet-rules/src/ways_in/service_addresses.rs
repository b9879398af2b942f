//! An address that a Service asks Cilium for must lie in a pool.
//!
//! A service that exists beside a source has its address already; what a source writes out or patches asks for it. Start
//! at [`service_address_in_no_pool`].

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reason, Span, codes};
use hnet_manifests::versions::gateway_services::CLASSES;
use hnet_model::{Cluster, Owned as _, Owner, RawYaml, Service, in_source_order, own};
use indexmap::IndexSet;
use serde_yaml::Value;

use super::gateway_addresses::{MOST_SHOWN, PoolRanges, pools_are_known, serves_without_class};
use crate::facts::Facts;
use crate::facts::patched_services::{PatchedServices, place_of};

/// The address that a service asks for lies in one of the pools, all of which are known.
pub(crate) fn service_address_in_no_pool(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| pools_are_known(facts, cluster)) {
        let ranges = PoolRanges::new(cluster);
        let patched = PatchedServices::of(cluster);
        let of_cilium = OfCilium::in_cluster(cluster);
        let is_asking = |service: &Service| {
            let is_asking = !facts.is_a_source() || service.owner() == Owner::Manifest || patched.holds(service);
            is_asking && of_cilium.holds(service)
        };
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

/// Tells the services that get addresses of pools: all, unless Cilium's values ask for a class, and then those of its own.
enum OfCilium<'a> {
    /// All.
    All,
    /// Those that name a class of Cilium's.
    Named {
        /// By their namespaces and names, as manifests say them.
        manifests: IndexSet<(&'a str, &'a str)>,
        /// By the places of statements whose patches say the class.
        patched: IndexSet<Span>,
    },
}

impl<'a> OfCilium<'a> {
    fn in_cluster(cluster: &'a Cluster) -> OfCilium<'a> {
        if serves_without_class(cluster) {
            return OfCilium::All;
        }
        let text = |raw: &'a RawYaml, [outer, key]: [&str; 2]| raw.value.get(outer)?.get(key)?.as_str();
        let says_class =
            |raw: &'a RawYaml| text(raw, ["spec", "loadBalancerClass"]).is_some_and(|class| CLASSES.contains(&class));
        let is_service = |raw: &RawYaml| raw.value.get("kind").and_then(Value::as_str) == Some("Service");
        let services = cluster.manifests.iter().filter(|raw| is_service(raw) && says_class(raw));
        let manifests = services.filter_map(|raw| {
            let namespace = text(raw, ["metadata", "namespace"]).unwrap_or("default");
            Some((namespace, text(raw, ["metadata", "name"])?))
        });
        let patched = own(&cluster.services).filter(|service| service.overlay.patches.iter().any(says_class));
        OfCilium::Named { manifests: manifests.collect(), patched: patched.map(place_of).collect() }
    }

    fn holds(&self, service: &Service) -> bool {
        match self {
            OfCilium::All => true,
            OfCilium::Named { manifests, patched } => {
                let named = (service.namespace.value.as_str(), service.name.value.as_str());
                service.owner() == Owner::Manifest && manifests.contains(&named) || patched.contains(&place_of(service))
            }
        }
    }
}
