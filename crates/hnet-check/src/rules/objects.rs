//! Two statements must not come out as one Kubernetes object.
//!
//! Names of statements are unique in their kind before this is asked; here it is the objects that are
//! compared, raw manifests among them. Start at [`same_object`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Announce, Cluster, GatewayClass, ServiceTarget, Workload};
use serde_yaml::Value;

use super::Facts;

/// An object as the API server tells it from others: group and kind, namespace, name.
type Key = (String, Option<String>, String);

/// What a raw manifest is called in messages.
const MANIFEST: &str = "this manifest";

/// Who writes an object.
struct Writer {
    what: String,
    place: Span,
}

/// No object is written by two statements.
pub(super) fn same_object(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut writers: BTreeMap<Key, Writer> = BTreeMap::new();
        written(cluster, &mut |kind, namespace, name, what, place| {
            let key = (kind.to_owned(), namespace.map(str::to_owned), name.to_owned());
            let Some(first) = writers.get(&key) else {
                writers.insert(key, Writer { what, place });
                return;
            };
            // Two statements of one kind and name are two names that are the same, which is said of the names.
            if !(what == MANIFEST || first.what == MANIFEST || matches!(kind, "/Service" | "/Secret")) {
                return;
            }
            let kind = kind.rsplit('/').next().unwrap_or(kind);
            let whole = namespace.map_or(name.to_owned(), |namespace| format!("{namespace}/{name}"));
            out.report(
                Diagnostic::new(&codes::SAME_OBJECT, format!("{kind} `{whole}` is written twice"))
                    .label(place, format!("by {what}"))
                    .label(first.place, format!("and by {}", first.what))
                    .help("give one of them another name or namespace, or leave it out"),
            );
        });
    }
}

/// Visits each object that is written, with who writes it.
fn written(cluster: &Cluster, visit: &mut impl FnMut(&str, Option<&str>, &str, String, Span)) {
    for gateway in &cluster.gateways {
        let (namespace, name) = (gateway.namespace.value.as_str(), gateway.name.value.as_str());
        let place = gateway.name.span();
        visit("gateway.networking.k8s.io/Gateway", Some(namespace), name, format!("gateway `{name}`"), place);
        if gateway.class.value == GatewayClass::Cilium
            && let Some(service) = gateway.service_name()
        {
            let what = format!("Cilium for gateway `{name}`");
            visit("/Service", Some(namespace), &service, what, place);
        }
    }
    for route in &cluster.routes {
        let (namespace, name) = (route.namespace.value.as_str(), route.name.value.as_str());
        let what = format!("route `{name}`");
        visit("gateway.networking.k8s.io/HTTPRoute", Some(namespace), name, what, route.name.span());
    }
    for certificate in cluster.certificates.iter().filter(|certificate| certificate.issuer.is_some()) {
        let (namespace, name) = (certificate.namespace.value.as_str(), certificate.name.value.as_str());
        let what = format!("certificate `{name}`");
        visit("cert-manager.io/Certificate", Some(namespace), name, what.clone(), certificate.name.span());
        visit("/Secret", Some(namespace), name, what, certificate.name.span());
    }
    connectors(cluster, visit);
    services(cluster, visit);
    for pool in &cluster.pools {
        let name = pool.name.value.as_str();
        let place = pool.name.span();
        visit("cilium.io/CiliumLoadBalancerIPPool", None, name, format!("pool `{name}`"), place);
        if let Some(Announce::Layer2 { .. }) = pool.announce.as_ref().map(|announce| &announce.value) {
            visit("cilium.io/CiliumL2AnnouncementPolicy", None, name, format!("pool `{name}`"), place);
        }
    }
    for manifest in &cluster.manifests {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let value = &manifest.value;
        let (Some(api_version), Some(kind), Some(metadata)) =
            (text(value, "apiVersion"), text(value, "kind"), value.get("metadata"))
        else {
            continue;
        };
        let Some(name) = text(metadata, "name") else { continue };
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        let namespace = text(metadata, "namespace");
        let kind = format!("{group}/{kind}");
        visit(&kind, namespace.as_deref(), &name, MANIFEST.to_owned(), manifest.span);
    }
}

/// What runs the tunnels. One tunnel has the name `cloudflared` to itself.
fn connectors(cluster: &Cluster, visit: &mut impl FnMut(&str, Option<&str>, &str, String, Span)) {
    for tunnel in &cluster.tunnels {
        let name = match cluster.tunnels.len() {
            1 => "cloudflared".to_owned(),
            _ => format!("cloudflared-{}", tunnel.name.value),
        };
        let secret = format!("{name}-credentials");
        let workload = match tunnel.workload.value {
            Workload::Deployment(_) => "apps/Deployment",
            Workload::DaemonSet => "apps/DaemonSet",
        };
        let objects = [
            (workload, &name),
            ("/ConfigMap", &name),
            ("/Service", &name),
            ("external-secrets.io/ExternalSecret", &secret),
            ("/Secret", &secret),
        ];
        // A secret that something else makes may well be among the raw manifests.
        let ours = if tunnel.credentials.is_some() { objects.len() } else { objects.len() - 2 };
        for (kind, object) in &objects[..ours] {
            let what = format!("tunnel `{}`", tunnel.name.value);
            visit(kind, Some(tunnel.namespace.value.as_str()), object, what, tunnel.name.span());
        }
    }
}

/// The services: a cluster's own may be named with several ports, one for a host is written by hnet.
fn services(cluster: &Cluster, visit: &mut impl FnMut(&str, Option<&str>, &str, String, Span)) {
    let mut hosts: BTreeSet<(&str, &str)> = BTreeSet::new();
    for service in &cluster.services {
        if let ServiceTarget::Host { .. } = service.target {
            hosts.insert((service.namespace.value.as_str(), service.name.value.as_str()));
        }
    }
    for service in &cluster.services {
        let key = (service.namespace.value.as_str(), service.name.value.as_str());
        let place = service.label.as_ref().map_or(service.span, |label| label.span());
        match service.target {
            ServiceTarget::Host { .. } => {
                visit("/Service", Some(key.0), key.1, format!("service `{}` for a host", key.1), place);
            }
            // Somebody else writes it, which is a conflict only with one that hnet writes.
            ServiceTarget::Cluster if hosts.contains(&key) => {
                visit("/Service", Some(key.0), key.1, format!("whoever runs `{}/{}`", key.0, key.1), place);
            }
            ServiceTarget::Cluster => {}
        }
    }
}

/// A host behind a service must have an address.
pub(super) fn service_without_address(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for service in &cluster.services {
            let ServiceTarget::Host { host, addresses, .. } = &service.target else { continue };
            let behind = &facts.network.hosts[host.value.0];
            if !addresses.is_empty() || !facts.whole(behind.span) {
                continue;
            }
            let name = &behind.name.value;
            out.report(
                Diagnostic::new(&codes::SERVICE_WITHOUT_ADDRESS, format!("host `{name}` has no address to lead to"))
                    .label(host.span(), format!("service `{}` leads there", service.name.value))
                    .label(behind.name.span(), "no `address` is said of it")
                    .help("give the host its address: `address lan[20];`"),
            );
        }
    }
}
