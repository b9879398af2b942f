//! TLS between gateways and the services behind their routes. Start at [`tls_backends`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Span, Traced};
use serde_yaml::Value;

use crate::{Cluster, GatewayClass, GatewayId, HostName, Name, Service};

/// The kind of object that says how a gateway speaks TLS to a service.
pub const BACKEND_TLS_POLICY: &str = "BackendTLSPolicy";

/// How a service is spoken to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceTls {
    /// Whether over TLS, where it is said.
    pub said: Option<Traced<bool>>,
    /// The name that is asked for, which its certificate has to bear.
    pub server_name: Option<Traced<HostName>>,
    /// The ConfigMap in its namespace by which its certificate is verified; the system's CAs where there is none.
    pub ca_certificate: Option<Traced<Name>>,
    /// What the Service calls the port, where only this one speaks TLS.
    pub port_name: Option<Traced<Name>>,
}

impl Service {
    /// Whether TLS is spoken to it: where it is said, by itself or by what belongs to TLS, or at a port of HTTPS.
    #[must_use]
    pub fn speaks_tls(&self) -> bool {
        let ServiceTls { said, server_name, ca_certificate, port_name: _ } = &self.tls;
        let implied = server_name.is_some() || ca_certificate.is_some() || matches!(self.port.value, 443 | 8443);
        said.map_or(implied, |said| said.value)
    }

    /// What the policy is called that says how gateways speak TLS to it.
    #[must_use]
    pub fn policy_name(&self) -> String {
        match &self.tls.port_name {
            Some(port) => format!("{}-{}", self.name.value, port.value),
            None => self.name.value.to_string(),
        }
    }

    /// What decides whether TLS is spoken to it.
    #[must_use]
    pub fn protocol_place(&self) -> Span {
        let ServiceTls { said, server_name, ca_certificate, port_name: _ } = &self.tls;
        let named = server_name.as_ref().map(Traced::span).or(ca_certificate.as_ref().map(Traced::span));
        said.as_ref().map(Traced::span).or(named).unwrap_or(self.port.span())
    }
}

/// A service that routes lead to over TLS.
#[derive(Clone, Copy, Debug)]
pub struct TlsBackend<'a> {
    /// The service.
    pub service: &'a Service,
    /// Where a route first leads to it.
    pub used: Span,
    /// The first gateway of Cilium's from which it is reached.
    pub through_cilium: Option<GatewayId>,
    /// What the source writes out itself about TLS to it.
    pub written: Option<Span>,
}

/// The services that routes lead to over TLS, in their order in the cluster.
#[must_use]
pub fn tls_backends(cluster: &Cluster) -> Vec<TlsBackend<'_>> {
    let mut used: BTreeMap<usize, (Span, BTreeSet<GatewayId>)> = BTreeMap::new();
    // A route that reads no requests passes on what the client says, TLS and all.
    for route in cluster.routes.iter().filter(|route| route.kind.value.reads_requests()) {
        for backend in route.rules.iter().flat_map(|rule| &rule.backends) {
            let at = backend.value.service.0;
            if !cluster.services[at].speaks_tls() {
                continue;
            }
            let (place, gateways) = used.entry(at).or_insert_with(|| (backend.span(), BTreeSet::new()));
            *place = backend.span().min(*place);
            gateways.extend(route.parents.iter().map(|parent| parent.value.gateway));
        }
    }
    if used.is_empty() {
        return Vec::new();
    }
    let written = written_out(cluster);
    let backend = |(at, (used, gateways)): (usize, (Span, BTreeSet<GatewayId>))| {
        let service = &cluster.services[at];
        let of_cilium = |id: &GatewayId| cluster.gateways[id.0].class.value == GatewayClass::Cilium;
        TlsBackend {
            service,
            used,
            through_cilium: gateways.into_iter().find(of_cilium),
            written: written.get(&(service.namespace.value.as_str(), service.name.value.as_str())).copied(),
        }
    };
    used.into_iter().map(backend).collect()
}

/// The Services, by namespace and name, for which the source writes a policy out.
fn written_out(cluster: &Cluster) -> BTreeMap<(&str, &str), Span> {
    let mut written = BTreeMap::new();
    for manifest in &cluster.manifests {
        let value = &manifest.value;
        if value.get("kind").and_then(Value::as_str) != Some(BACKEND_TLS_POLICY) {
            continue;
        }
        let namespace = value.get("metadata").and_then(|it| it.get("namespace")).and_then(Value::as_str);
        let targets = value.get("spec").and_then(|spec| spec.get("targetRefs")).and_then(Value::as_sequence);
        for target in targets.into_iter().flatten() {
            let name = target.get("name").and_then(Value::as_str);
            if let (Some(name), Some("Service")) = (name, target.get("kind").and_then(Value::as_str)) {
                written.entry((namespace.unwrap_or("default"), name)).or_insert(manifest.span);
            }
        }
    }
    written
}
