//! Annotations by which services ask load balancers for addresses, where nobody looks for them.
//!
//! Load balancers read them of services. Cilium and Envoy Gateway give the service of a gateway those that stand under its
//! `spec.infrastructure`, and none of its own; what other controllers do is not known. Nobody makes a service of a route.
//! (cilium, `operator/pkg/model/ingestion/gateway.go`; Envoy Gateway 1.9, `internal/gatewayapi`.) Start at
//! [`unread_annotations`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_emit::yaml::Node;
use hnet_manifests::versions::gateway_services::{OF_ADDRESSES, asks_by_annotation};
use hnet_model::{RawYaml, own};

use crate::facts::Facts;

/// The group of gateways and routes.
const GATEWAY_API: &str = "gateway.networking.k8s.io/";

/// No address is asked for where nobody reads it.
pub(crate) fn unread_annotations(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for route in own(&cluster.routes) {
            let said = route.overlay.annotations.iter().map(|(key, _)| (key.value.as_str(), key.span()));
            said.filter(|(key, _)| OF_ADDRESSES.contains(key)).for_each(|(key, place)| unread(key, place, true, out));
            for patch in &route.overlay.patches {
                of_object(&Node::from_raw(patch), "HTTPRoute", true, out);
            }
        }
        for gateway in own(&cluster.gateways).filter(|gateway| takes_none(gateway.class.value.name())) {
            for patch in &gateway.overlay.patches {
                of_object(&Node::from_raw(patch), "Gateway", false, out);
            }
        }
        for manifest in &cluster.manifests {
            of_manifest(manifest, out);
        }
    }
}

/// Whether the controller of a class gives the service of a gateway none of the gateway's own annotations.
fn takes_none(class: &str) -> bool {
    class == "cilium" || asks_by_annotation(class)
}

fn of_manifest(manifest: &RawYaml, out: &mut Diagnostics) {
    let text = |path: &[&str]| path.iter().try_fold(&manifest.value, |value, key| value.get(*key))?.as_str();
    let Some(kind) = text(&["kind"]).filter(|_| text(&["apiVersion"]).is_some_and(|own| own.starts_with(GATEWAY_API)))
    else {
        return;
    };
    let is_gateway = kind == "Gateway" && text(&["spec", "gatewayClassName"]).is_some_and(takes_none);
    let is_route = kind.ends_with("Route");
    if is_gateway || is_route {
        of_object(&Node::from_raw(manifest), kind, is_route, out);
    }
}

/// What an object of a kind says, or YAML that is laid over it; YAML that names another kind is about that.
fn of_object(object: &Node, kind: &str, is_route: bool, out: &mut Diagnostics) {
    if object.get("kind").is_some_and(|own| own.text() != kind) {
        return;
    }
    let Some(annotations) = object.get("metadata").and_then(|metadata| metadata.get("annotations")) else { return };
    for key in OF_ADDRESSES {
        if let Some(value) = annotations.get(key) {
            unread(key, value.origin.span, is_route, out);
        }
    }
}

fn unread(key: &str, place: Span, is_route: bool, out: &mut Diagnostics) {
    let what = if is_route { "route" } else { "gateway" };
    let finding = Diagnostic::new(&codes::ANNOTATION_NOT_READ, format!("nobody reads `{key}` of a {what}"))
        .label(place, "load balancers read it of services");
    out.report(match is_route {
        true => finding.help("say it of the gateway that the route goes through, or of a service of type LoadBalancer"),
        false => finding.help(
            "say it under `spec.infrastructure.annotations`, or by `annotations` of the `gateway`, which go to its service",
        ),
    });
}
