//! Gateways that routes of manifests and patches name, and secrets that their gateways present, and that are not there.
//!
//! Such a route may attach to what nobody says here, so only one is told that surely means a gateway which is known: it has
//! the name of one in another namespace, or nearly that of one in its own ([`missing`]). A secret may be filled by what
//! nobody says here either, so only one is told that has nearly the name of one which a certificate fills, and of which
//! nothing else speaks ([`unfilled`]).

use hnet_diagnostics::{Diagnostic, Sources};
use hnet_model::{Certificate, Network, Owned as _, Reason};
use hnet_observe::{NoGateway, NoSecret, NotThere};

/// What is said of the gateways that are not there, as the network is known now.
pub(crate) fn missing(network: &Network, named: &[NoGateway]) -> Vec<Diagnostic> {
    let gateways: Vec<_> = network.clusters.iter().flat_map(|cluster| &cluster.gateways).collect();
    let finding = |none: &NoGateway| {
        let (namespace, name) = &none.named;
        let (meant_namespace, meant) = &none.meant;
        let is = |text: &str, other: &str| text == other;
        // Of what exists the namespace need not be said.
        let may_be = gateways.iter().any(|gateway| {
            let is_open = gateway.is_existing() && gateway.namespace.origin.reason == Reason::Default;
            is(gateway.name.value.as_str(), name) && (is_open || is(gateway.namespace.value.as_str(), namespace))
        });
        let is_meant = gateways.iter().find(|gateway| {
            let is_said = !gateway.is_existing() || gateway.namespace.origin.reason != Reason::Default;
            is_said && is(gateway.name.value.as_str(), meant) && is(gateway.namespace.value.as_str(), meant_namespace)
        });
        let there = is_meant.filter(|_| !may_be)?;
        let found = none.finding().label(there.name.span(), format!("gateway `{meant_namespace}/{meant}` is there"));
        Some(found)
    };
    named.iter().filter_map(finding).collect()
}

/// What is said of the secrets that gateways present and that nothing fills.
pub(crate) fn unfilled(network: &Network, not_there: &NotThere, sources: &Sources) -> Vec<Diagnostic> {
    let certificates: Vec<_> = network.clusters.iter().flat_map(|cluster| &cluster.certificates).collect();
    let finding = |none: &NoSecret| {
        let is_meant =
            |own: &&&Certificate| own.secret_name().value == none.meant && own.namespace.value.as_str() == none.named.0;
        let found = none.finding();
        match certificates.iter().find(is_meant) {
            Some(meant) => found.label(meant.name.span(), format!("this certificate fills `{}`", none.meant)),
            None => found,
        }
    };
    not_there.unfilled(sources).into_iter().map(finding).collect()
}
