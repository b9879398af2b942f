//! `service`: what routes and tunnels lead to.

use super::gateway::asked_addresses;
use super::overlay::OverlayStatement;
use crate::types::{HostRef, OriginWord, ServiceName};
use hnet_diagnostics::{Diagnostic, Diagnostics, Origin, codes};
use hnet_language::{List, One, Port, Reader, statement};
use hnet_model::{Address, Host, HostName, Name, Reason, Service, ServiceTarget, ServiceTls, Traced};

statement! {
    /// A Kubernetes service that routes may name: one that pods of the cluster stand behind, or a
    /// host outside it, for which hnet writes a Service and an EndpointSlice.
    ServiceStatement = "service" Named (
        /// The service in the cluster, `namespace/name:port`.
        address: One<ServiceName>,
    ) {
        /// The host outside the cluster that stands behind it.
        "host" host: One<HostRef>;
        /// The port of that host.
        "port" port: One<Port>;
        /// The namespace of the service for a host.
        "namespace" namespace: One<Name> [default "gateway-system"];
        /// All ports of the service in the cluster, for those that say which they lead to.
        "ports" ports: List<Port> [default "not known"];
        /// The addresses that a load balancer gives the service in the cluster: nothing else may have one of them.
        "addresses" addresses: List<Address> [default "none, or those that its annotations ask for"];
        /// What it is spoken to in, by gateways and tunnels.
        "protocol" protocol: One<OriginWord> [default "https with `server-name` or `ca-certificate` or at port 443 or 8443, else http"];
        /// The name in its certificate, which is asked for.
        "server-name" server_name: One<HostName> [default "for tunnels the published name"];
        /// The ConfigMap in its namespace whose `ca.crt` gateways verify its certificate by.
        "ca-certificate" ca_certificate: One<Name> [default "those that the gateway's controller trusts"];
        /// What the Service calls the port, where gateways speak TLS to this one alone.
        "port-name" port_name: One<Name> [default "all ports"];
        ..overlay: OverlayStatement;
    }
}

impl ServiceStatement {
    pub(crate) fn lower(self, hosts: &[Host], fallback: &Name, reader: &mut Reader<'_>) -> Option<Service> {
        let Self {
            head,
            address,
            host,
            port,
            namespace,
            ports,
            addresses: balanced,
            protocol,
            server_name,
            ca_certificate,
            port_name,
            overlay,
        } = self;
        let name = head.name?;
        let span = head.span;
        let tls = ServiceTls {
            said: protocol.map(|word| word.map(|word| word == OriginWord::Https)),
            server_name,
            ca_certificate,
            port_name,
        };
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
                ports: Vec::new(),
                addresses: Vec::new(),
                target: ServiceTarget::Host { host, addresses, port },
                tls,
                overlay: overlay.lower(span),
                span,
            });
        }
        let (origin, address) = match address {
            Some(address) => (address.origin, address.value),
            // Neither address nor host: reported, or not known of what exists.
            None => {
                reader.holes.insert(span);
                let origin = Origin::derived(span, Reason::Default);
                (origin, ServiceName { namespace: fallback.clone(), name: name.value.clone(), port: None })
            }
        };
        let overlay = overlay.lower(span);
        let addresses = asked_addresses("service", balanced.0, &overlay.annotations, reader.out);
        let ports: Vec<Traced<u16>> = ports.0.into_iter().map(|port| port.map(|Port(port)| port)).collect();
        let port = match (address.port, ports.as_slice()) {
            (Some(port), _) => Traced::new(port, origin),
            (None, [only]) => *only,
            (None, _) => Traced::new(0, origin),
        };
        Some(Service {
            label: Some(name),
            doc: head.doc,
            namespace: Traced::new(address.namespace, origin),
            name: Traced::new(address.name, origin),
            port,
            ports,
            addresses,
            target: ServiceTarget::Cluster,
            tls,
            overlay,
            span,
        })
    }

    /// What keeps the statement from saying where requests go.
    pub(crate) fn incomplete(&self, is_partial: bool) -> Option<&'static str> {
        match (&self.address, &self.host, &self.port) {
            (None, None, _) => (!is_partial).then_some("neither a service nor a host stands behind it"),
            (Some(_), Some(_), _) => Some("a service and a host both stand behind it"),
            (None, Some(_), None) => Some("the host's port is missing"),
            (Some(_), None, Some(_)) => Some("the port stands in the service's address already"),
            (Some(address), None, None) => {
                let is_said = address.value.port.is_some() || self.ports.0.len() == 1;
                (!is_said && !is_partial).then_some("the port is missing")
            }
            (None, Some(_), Some(_)) => None,
        }
    }

    /// Reports what is said of a service for a host and of one in the cluster, and belongs to the other.
    pub(crate) fn without_effect(&self, out: &mut Diagnostics) {
        let finding = |field: &str| {
            Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect on this service"))
        };
        match (&self.address, &self.host) {
            (Some(address), None) => {
                if let Some(namespace) = &self.namespace {
                    let of_address = &address.value.namespace;
                    out.report(
                        finding("namespace")
                            .label(namespace.span(), "says where hnet writes the Service for a host")
                            .label(address.span(), format!("this service is in `{of_address}`, and hnet writes none"))
                            .help("leave `namespace` out, and say the service's own in its address"),
                    );
                }
            }
            (None, Some(host)) => {
                let of_cluster = [
                    ("ports", self.ports.0.first().map(Traced::span)),
                    ("addresses", self.addresses.0.first().map(Traced::span)),
                ];
                for (field, place) in of_cluster {
                    let Some(place) = place else { continue };
                    out.report(
                        finding(field)
                            .label(place, "is said of a service that runs in the cluster")
                            .label(host.span(), "a host outside it stands behind this one")
                            .help(format!("leave `{field}` out")),
                    );
                }
                if let Some(port) = &self.port_name {
                    out.report(
                        finding("port-name")
                            .label(port.span(), "tells one port of a Service from its others")
                            .label(host.span(), "the Service that hnet writes for a host has one port")
                            .help("leave `port-name` out"),
                    );
                }
            }
            _ => {}
        }
    }
}
