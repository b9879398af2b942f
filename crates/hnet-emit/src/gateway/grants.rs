//! ReferenceGrants: what must be allowed because a route's backend, or a listener's certificate, is in another
//! namespace. One grant for each pair of namespaces, so that nobody may refer to more than is referred to.

use std::collections::BTreeMap;

use hnet_diagnostics::{Origin, Reason, Traced};
use hnet_manifests::gateway_api::{GROUP, GrantFrom, GrantTo, ReferenceGrant, ReferenceGrantSpec};
use hnet_manifests::object::{Manifest, Metadata};
use hnet_model::{Cluster, Name};

use crate::kubernetes::Objects;

/// The most objects that one grant may name.
const MOST_IN_A_GRANT: usize = 16;

/// Who refers across namespaces to what.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// A route to a service.
    Backend,
    /// A gateway to a secret.
    Certificate,
}

/// Adds the grants of a cluster, by the namespaces that they are in.
pub(super) fn add(cluster: &Cluster, to: &mut Objects) {
    let mut needed: BTreeMap<(&Name, Kind, &Name), BTreeMap<&Name, Origin>> = BTreeMap::new();
    for route in &cluster.routes {
        for backend in route.rules.iter().flat_map(|rule| &rule.backends) {
            let service = &cluster.services[backend.value.service.0];
            if service.namespace.value != route.namespace.value {
                let origin = backend.origin.because(Reason::CrossNamespaceBackend);
                let key = (&service.namespace.value, Kind::Backend, &route.namespace.value);
                needed.entry(key).or_default().entry(&service.name.value).or_insert(origin);
            }
        }
    }
    for gateway in &cluster.gateways {
        for id in
            gateway.listeners.iter().filter_map(|listener| listener.tls.as_ref()).flat_map(|tls| &tls.certificates)
        {
            let certificate = &cluster.certificates[id.value.0];
            if certificate.namespace.value != gateway.namespace.value {
                let origin = id.origin.because(Reason::CrossNamespaceCertificate);
                let key = (&certificate.namespace.value, Kind::Certificate, &gateway.namespace.value);
                needed.entry(key).or_default().entry(&certificate.name.value).or_insert(origin);
            }
        }
    }
    for ((namespace, kind, from), names) in needed {
        let names: Vec<(&Name, Origin)> = names.into_iter().collect();
        for (at, names) in names.chunks(MOST_IN_A_GRANT).enumerate() {
            let origin = names.first().map_or_else(Origin::default, |(_, origin)| *origin);
            to.add(&grant(namespace, kind, from, at, names, origin), origin);
        }
    }
}

fn grant(
    namespace: &Name,
    kind: Kind,
    from: &Name,
    at: usize,
    names: &[(&Name, Origin)],
    origin: Origin,
) -> Manifest<ReferenceGrantSpec> {
    let (who, what, label) = match kind {
        Kind::Backend => ("HTTPRoute", "Service", "routes"),
        Kind::Certificate => ("Gateway", "Secret", "gateways"),
    };
    let who = GrantFrom { group: GROUP.into(), kind: who.into(), namespace: from.to_string() };
    let to = names.iter().map(|(name, origin)| {
        Traced::new(GrantTo { group: "".into(), kind: what.into(), name: name.to_string() }, *origin)
    });
    let spec = ReferenceGrantSpec { from: vec![Traced::new(who, origin)], to: to.collect() };
    let name = if at == 0 { format!("{label}-of-{from}") } else { format!("{label}-of-{from}.{}", at + 1) };
    let namespace = Some(Traced::new(namespace.to_string(), origin));
    let metadata = Metadata { namespace, ..Metadata::named(Traced::new(name, origin)) };
    Manifest::custom::<ReferenceGrant>(metadata, spec)
}
