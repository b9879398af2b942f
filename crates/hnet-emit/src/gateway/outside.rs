//! Services outside the cluster: a Service without a selector, and EndpointSlices that say where it is.

use hnet_manifests::core::{
    Endpoint, EndpointConditions, EndpointPort, EndpointSlice, IntOrString, ServicePort, ServiceSpec,
};
use hnet_manifests::object::{Labels, Manifest, Metadata, Texts};
use hnet_model::{Address, Reason, Service, ServiceTarget, Traced};

use crate::kubernetes::{metadata, shape, text, texts};
use crate::overlay::Over;
use crate::place::Objects;

/// The port's name, by which the Service and its slices find each other.
const PORT: &str = "http";

/// Adds the objects of a service outside the cluster; none of one inside it.
pub(super) fn add(service: &Service, to: &mut Objects<'_>) {
    let Service { label: _, doc: _, namespace, name, port, ports: _, addresses: _, target, tls: _, overlay, span } =
        service;
    let ServiceTarget::Host { host: _, addresses, port: host_port } = target else { return };
    // A placeholder's family is unknown, so it is taken for IPv4, which it is nearly always.
    let is_ipv6 = |address: &Traced<Address>| address.value.known().is_some_and(|known| known.is_ipv6());
    // A service has the cluster's first family only, mostly IPv4, unless it asks for more: endpoints of the other
    // family are then of no use.
    let of_ipv6 = addresses.iter().find(|address| is_ipv6(address));
    let spec = ServiceSpec {
        cluster_ip: None,
        cluster_ips: None,
        ip_family_policy: of_ipv6
            .map(|address| Traced::new("PreferDualStack", address.origin.because(Reason::Ipv6Endpoint))),
        ports: vec![ServicePort {
            name: PORT,
            port: *port,
            protocol: "TCP",
            target_port: host_port.map(IntOrString::Int),
        }],
        selector: Texts::new(),
        type_: "ClusterIP",
    };
    to.add(&Manifest::core(metadata(text(name), namespace), spec), shape(*span), Over::Main(overlay));
    for (family, label, wanted) in [("IPv4", "ipv4", false), ("IPv6", "ipv6", true)] {
        let of_family = addresses.iter().filter(|address| is_ipv6(address) == wanted);
        slice(service, family, label, &of_family.collect::<Vec<_>>(), host_port, to);
    }
}

fn slice(
    service: &Service,
    family: &'static str,
    label: &str,
    addresses: &[&Traced<Address>],
    port: &Traced<u16>,
    to: &mut Objects<'_>,
) {
    let Some(first) = addresses.first() else { return };
    let endpoint = |address: &&Traced<Address>| Endpoint {
        addresses: vec![address.value.to_string()],
        conditions: EndpointConditions { ready: true },
    };
    let own = texts([
        ("endpointslice.kubernetes.io/managed-by", "hnet".into()),
        ("kubernetes.io/service-name", service.name.value.to_string().into()),
    ]);
    let name = service.name.as_ref().map(|name| format!("{name}-{label}"));
    let metadata = Metadata { labels: Labels::Own(own), ..metadata(name, &service.namespace) };
    let endpoints = Traced::new(addresses.iter().map(endpoint).collect(), first.origin);
    let ports = port.map(|port| vec![EndpointPort { name: PORT, port, protocol: "TCP" }]);
    let object = EndpointSlice::new(metadata, family, endpoints, ports);
    to.add(&object, shape(service.span), Over::Beside(&service.overlay));
}
