//! Services outside the cluster: a Service without a selector, and EndpointSlices that say where it is.

use hnet_model::{Address, Service, ServiceTarget, Traced};
use k8s_openapi::api::core::v1::{Service as ServiceObject, ServicePort, ServiceSpec};
use k8s_openapi::api::discovery::v1::{Endpoint, EndpointConditions, EndpointPort, EndpointSlice};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::kubernetes::{core_object, metadata, named, texts};
use crate::yaml::Node;

/// The port's name, by which the Service and its slices find each other.
const PORT: &str = "http";

/// The objects of a service outside the cluster; none of one inside it.
pub(super) fn objects(service: &Service) -> Vec<Node> {
    let Service { label: _, doc: _, namespace: _, name: _, port, target, span: _ } = service;
    let ServiceTarget::Host { host: _, addresses, port: host_port } = target else { return Vec::new() };
    let spec = ServiceSpec {
        type_: Some("ClusterIP".to_owned()),
        ports: Some(vec![ServicePort {
            name: Some(PORT.to_owned()),
            port: port.value.into(),
            protocol: Some("TCP".to_owned()),
            target_port: Some(IntOrString::Int(host_port.value.into())),
            ..ServicePort::default()
        }]),
        ..ServiceSpec::default()
    };
    let manifest = ServiceObject { spec: Some(spec), ..ServiceObject::default() };
    let node = finish(service, &manifest, service.name.value.to_string(), None)
        .traced(&["spec", "ports", "0", "port"], port.origin)
        .traced(&["spec", "ports", "0", "targetPort"], host_port.origin);
    let mut nodes = vec![node];
    // A placeholder's family is unknown, so it is taken for IPv4, which it is nearly always.
    let is_ipv6 = |address: &Traced<Address>| address.value.known().is_some_and(|known| known.is_ipv6());
    let (ipv6, ipv4): (Vec<&Traced<Address>>, Vec<&Traced<Address>>) =
        addresses.iter().partition(|address| is_ipv6(address));
    nodes.extend(slice(service, "IPv4", &ipv4, host_port));
    nodes.extend(slice(service, "IPv6", &ipv6, host_port));
    nodes
}

fn slice(service: &Service, family: &str, addresses: &[&Traced<Address>], port: &Traced<u16>) -> Option<Node> {
    let origin = addresses.first()?.origin;
    let endpoint = |address: &&Traced<Address>| Endpoint {
        addresses: vec![address.value.to_string()],
        conditions: Some(EndpointConditions { ready: Some(true), ..EndpointConditions::default() }),
        ..Endpoint::default()
    };
    let manifest = EndpointSlice {
        metadata: ObjectMeta::default(),
        address_type: family.to_owned(),
        endpoints: Some(addresses.iter().map(endpoint).collect()),
        ports: Some(vec![EndpointPort {
            name: Some(PORT.to_owned()),
            port: Some(port.value.into()),
            protocol: Some("TCP".to_owned()),
            ..EndpointPort::default()
        }]),
    };
    let name = format!("{}-{}", service.name.value, family.to_ascii_lowercase());
    let labels = texts([
        ("endpointslice.kubernetes.io/managed-by", "hnet"),
        ("kubernetes.io/service-name", service.name.value.as_str()),
    ]);
    let node = finish(service, &manifest, name, Some(labels));
    Some(node.traced(&["endpoints"], origin).traced(&["ports"], port.origin))
}

/// The object under its name and in its namespace.
fn finish(
    service: &Service,
    manifest: &impl serde::Serialize,
    name: String,
    labels: Option<std::collections::BTreeMap<String, String>>,
) -> Node {
    let mut node = core_object(manifest, service.span);
    let metadata = ObjectMeta { labels, ..metadata(name, Some(service.namespace.value.as_str())) };
    node.set("metadata", core_object(&metadata, service.span));
    named(node, service.name.origin, service.namespace.origin)
}
