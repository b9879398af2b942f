//! A service that the source writes out has the ports that routes and tunnels lead to. Start at [`ports`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Cluster, PublishTarget, ServiceId, ServiceTarget};
use indexmap::IndexMap;
use serde_yaml::Value;

use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// Each port that requests are sent to is one of its service, where the service is known.
pub(crate) fn ports(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let known = known(facts, cluster);
        if known.is_empty() {
            continue;
        }
        let backends = cluster.routes.iter().flat_map(|route| &route.rules).flat_map(|rule| &rule.backends);
        let backends = backends.map(|backend| (backend.value.service, backend.span()));
        let publishes = cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish);
        let published = publishes.filter_map(|publish| match publish.target.value {
            PublishTarget::Service(service) => Some((service, publish.target.span())),
            PublishTarget::Listener(..) => None,
        });
        let mut used: Vec<(ServiceId, Span)> = backends.chain(published).collect();
        used.sort_by_key(|(_, place)| *place);
        used.dedup();
        for (id, place) in used {
            let service = &cluster.services[id.0];
            if service.target != ServiceTarget::Cluster || service.port.value == 0 {
                continue;
            }
            let name = (service.namespace.value.as_str(), service.name.value.as_str());
            let Some((ports, there)) = known.get(&name) else { continue };
            if ports.contains(&u64::from(service.port.value)) {
                continue;
            }
            let listed: Vec<String> = ports.iter().map(|port| format!("`{port}`")).collect();
            out.report(
                Diagnostic::new(
                    &codes::PORT_NOT_OF_SERVICE,
                    format!("service `{}/{}` has no port {}", name.0, name.1, service.port.value),
                )
                .label(place, "requests are sent to this port")
                .label(*there, format!("it has {}", listed.join(", ")))
                .help("write the port of the Service, not that of its pods"),
            );
        }
    }
}

/// The ports of the Services that the source writes out, or of which it says all of them, each with the place.
fn known<'a>(facts: &Facts<'_>, cluster: &'a Cluster) -> IndexMap<(&'a str, &'a str), (Vec<u64>, Span)> {
    let mut known = IndexMap::new();
    for service in cluster.services.iter().filter(|service| service.target == ServiceTarget::Cluster) {
        if let Some(first) = service.ports.first() {
            let ports = service.ports.iter().map(|port| u64::from(port.value)).collect();
            let name = (service.namespace.value.as_str(), service.name.value.as_str());
            known.entry(name).or_insert((ports, first.span()));
        }
    }
    for manifest in &cluster.manifests {
        let value = &manifest.value;
        let text = |path: &[&str]| path.iter().try_fold(value, |value, key| value.get(*key))?.as_str();
        if (text(&["apiVersion"]), text(&["kind"])) != (Some("v1"), Some("Service")) {
            continue;
        }
        let (Some(name), Some(ports)) = (text(&["metadata", "name"]), value.get("spec").and_then(|it| it.get("ports")))
        else {
            continue;
        };
        let Some(ports) = ports.as_sequence() else { continue };
        // A port that cannot be read may be the one.
        let read: Option<Vec<u64>> = ports.iter().map(|port| port.get("port").and_then(Value::as_u64)).collect();
        if let Some(read) = read {
            let namespace = text(&["metadata", "namespace"]).unwrap_or("default");
            let place = key_place(facts.sources, manifest.span, ["spec", "ports"]);
            known.entry((namespace, name)).or_insert((read, place));
        }
    }
    known
}
