//! Services that hnet writes and a patch changes: what they are then stands beside the statement, as something that exists.

use hnet_diagnostics::{Span, Traced};
use hnet_model::{Cluster, Owned as _, Service, ServiceTarget, own};
use indexmap::IndexSet;

/// Where a service is declared or first written out.
pub(crate) fn place_of(service: &Service) -> Span {
    service.label.as_ref().map_or(service.span, Traced::span)
}

/// Tells what a patch makes of a Service that hnet writes from what is there: it stands at the name of the statement.
pub(crate) struct PatchedServices(IndexSet<Span>);

impl PatchedServices {
    pub(crate) fn of(cluster: &Cluster) -> PatchedServices {
        let for_hosts = own(&cluster.services).filter(|it| matches!(it.target, ServiceTarget::Host { .. }));
        let of_tunnels = own(&cluster.tunnels).map(|tunnel| tunnel.name.span());
        PatchedServices(for_hosts.map(place_of).chain(of_tunnels).collect())
    }

    /// Whether a service is what a patch makes of one that hnet writes.
    pub(crate) fn holds(&self, service: &Service) -> bool {
        !service.is_own() && self.0.contains(&place_of(service))
    }
}
