//! A service that the source writes out has the ports that routes and tunnels lead to, and those that one may have. Start
//! at [`ports`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_emit::yaml::{Node, Value as Part};
use hnet_model::{Cluster, PublishTarget, RouteRule, ServiceId, ServiceTarget, own};
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
        let backends = cluster.routes.iter().flat_map(|route| &route.rules).flat_map(RouteRule::services);
        let backends = backends.map(|service| (service.value, service.span()));
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
            let Some(Known { ports, place: there, is_written, help }) = known.get(&name) else { continue };
            // That one is declared which hnet writes as well is another mistake.
            if ports.contains(&u64::from(service.port.value)) || *is_written && service.label.is_some() {
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
                .help(*help),
            );
        }
    }
}

/// The ports of a Service, all of which are known.
struct Known {
    ports: Vec<u64>,
    place: Span,
    /// Whether hnet writes it for a host.
    is_written: bool,
    help: &'static str,
}

impl Known {
    /// Those of one that pods stand behind.
    fn of_pods(ports: Vec<u64>, place: Span) -> Known {
        Known { ports, place, is_written: false, help: "write the port of the Service, not that of its pods" }
    }
}

/// The ports of the Services that the source writes out, or of which it says all of them, each with the place.
fn known<'a>(facts: &Facts<'_>, cluster: &'a Cluster) -> IndexMap<(&'a str, &'a str), Known> {
    let mut known = IndexMap::new();
    for service in own(&cluster.services).filter(|service| service.port.value > 0 && facts.whole(service.span)) {
        // What a patch makes of its ports is said beside it.
        if matches!(service.target, ServiceTarget::Host { .. }) && service.overlay.patches.is_empty() {
            let help = "write the port of the service, or give the host another service for this one";
            let ports = Known {
                ports: vec![u64::from(service.port.value)],
                place: service.port.span(),
                is_written: true,
                help,
            };
            known.entry((service.namespace.value.as_str(), service.name.value.as_str())).or_insert(ports);
        }
    }
    for service in cluster.services.iter().filter(|service| service.target == ServiceTarget::Cluster) {
        if let Some(first) = service.ports.first() {
            let ports = service.ports.iter().map(|port| u64::from(port.value)).collect();
            let name = (service.namespace.value.as_str(), service.name.value.as_str());
            known.entry(name).or_insert_with(|| Known::of_pods(ports, first.span()));
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
            known.entry((namespace, name)).or_insert_with(|| Known::of_pods(read, place));
        }
    }
    known
}

/// What the API server refuses of the ports of a Service: two of one name, two of one number and protocol, and one of
/// several without a name. `is_patched` where a patch has added some to those that were there.
pub(super) fn refused_ports(object: &Node, is_patched: bool) -> Vec<Diagnostic> {
    // What is not said is an empty text, and what a placeholder says is none that is known.
    let text = |node: &Node, path: &[&str]| {
        let value = path.iter().try_fold(node, |node, key| node.get(key)).map(Node::text).unwrap_or_default();
        Some(value).filter(|text| !text.contains('$'))
    };
    if text(object, &["apiVersion"]).as_deref() != Some("v1") || text(object, &["kind"]).as_deref() != Some("Service") {
        return Vec::new();
    }
    let Some(Part::Sequence(ports)) = object.get("spec").and_then(|spec| spec.get("ports")).map(|ports| &ports.value)
    else {
        return Vec::new();
    };
    let name = object.get("metadata").and_then(|metadata| metadata.get("name"));
    let service = format!("Service `{}`", name.map(Node::text).unwrap_or_default());
    let refused = |title: String, port: &Node, what: &str| {
        Diagnostic::new(&codes::SERVICE_PORTS_REFUSED, title).label(port.origin.span, what)
    };
    let mut found = Vec::new();
    let (mut names, mut numbers) = (IndexMap::new(), IndexMap::new());
    for port in ports {
        let name = text(port, &["name"]);
        let number = text(port, &["port"]).filter(|number| !number.is_empty());
        let protocol = text(port, &["protocol"]).map(|said| if said.is_empty() { "TCP".to_owned() } else { said });
        if let Some(name) = name.as_ref().filter(|name| !name.is_empty())
            && let Some(first) = claim(&mut names, name.clone(), port)
        {
            let help = match is_patched {
                true => {
                    "give each its own name; a patch adds a port of another number, unless `- $patch: replace` in its list takes away what is there"
                }
                false => "give each its own name",
            };
            found.push(
                refused(format!("{service} has two ports `{name}`"), port, "the API server refuses the second")
                    .label(first.origin.span, "the first stands here")
                    .help(help),
            );
        } else if name.is_some_and(|name| name.is_empty()) && ports.len() > 1 {
            let which = number.map_or(String::new(), |number| format!(" {number}"));
            found.push(
                refused(format!("port{which} of {service} has no name"), port, "one of several")
                    .help("give each a name: the API server takes a port without one where it is the only one"),
            );
        } else if let (Some(number), Some(protocol)) = (number, protocol)
            && let Some(first) = claim(&mut numbers, (number.clone(), protocol.clone()), port)
        {
            found.push(
                refused(format!("{service} has port {number} twice"), port, "the API server refuses the second")
                    .label(first.origin.span, format!("{protocol} has it already"))
                    .help("leave one out"),
            );
        }
    }
    found
}
