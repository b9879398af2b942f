//! `service`: what routes and tunnels lead to.

use crate::types::{HostRef, ServiceAddress};
use hnet_language::{One, Port, statement};
use hnet_model::{Host, Name, Reason, Service, ServiceTarget, Traced};

statement! {
    /// A Kubernetes service that routes may name: one that pods of the cluster stand behind, or a
    /// host outside it, for which hnet writes a Service and an EndpointSlice.
    ServiceStatement = "service" Named (
        /// The service in the cluster, `namespace/name:port`.
        address: One<ServiceAddress>,
    ) {
        /// The host outside the cluster that stands behind it.
        "host" host: One<HostRef>;
        /// The port of that host.
        "port" port: One<Port>;
        /// The namespace of the service for a host.
        "namespace" namespace: One<Name> [default "gateway-system"];
    }
}

impl ServiceStatement {
    pub(crate) fn lower(self, hosts: &[Host], fallback: &Name) -> Option<Service> {
        let Self { head, address, host, port, namespace } = self;
        let name = head.name?;
        let span = head.span;
        if let Some(host) = host {
            let host = host.map(|HostRef(host)| host);
            let port = port.map_or_else(|| Traced::written(0, span), |port| port.map(|Port(port)| port));
            let addresses = hosts.get(host.value.0).map(|host| host.addresses.clone()).unwrap_or_default();
            return Some(Service {
                label: Some(name.clone()),
                doc: head.doc,
                namespace: namespace.unwrap_or_else(|| Traced::derived(fallback.clone(), span, Reason::Default)),
                name,
                port,
                target: ServiceTarget::Host { host, addresses, port },
                span,
            });
        }
        let (origin, address) = match address {
            Some(address) => (address.origin, address.value),
            // Neither address nor host: reported, and the source is refused.
            None => (name.origin, ServiceAddress { namespace: fallback.clone(), name: name.value.clone(), port: 0 }),
        };
        Some(Service {
            label: Some(name),
            doc: head.doc,
            namespace: Traced::new(address.namespace, origin),
            name: Traced::new(address.name, origin),
            port: Traced::new(address.port, origin),
            target: ServiceTarget::Cluster,
            span,
        })
    }

    /// What keeps the statement from saying where requests go.
    pub(crate) fn incomplete(&self) -> Option<&'static str> {
        match (&self.address, &self.host, &self.port) {
            (None, None, _) => Some("neither a service nor a host stands behind it"),
            (Some(_), Some(_), _) => Some("a service and a host both stand behind it"),
            (None, Some(_), None) => Some("the host's port is missing"),
            (Some(_), None, Some(_)) => Some("the port stands in the service's address already"),
            (Some(_), None, None) | (None, Some(_), Some(_)) => None,
        }
    }
}
