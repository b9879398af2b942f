//! What the written files refer to and nothing here writes: a load balancer, controllers with their kinds, secrets.
//! Start at [`write`].

use hnet_manifests::versions::gateway_services::has_service;
use hnet_model::{
    Address, ArgoCd, Cluster, Distribution, EndpointHost, Flux, HostName, Origin, Parent, PublishTarget, RawYaml,
    RouteRule, ServiceTarget, Tool, Traced, own,
};
use indexmap::{IndexMap, IndexSet};
use serde_yaml::Value;

use crate::Context;
use crate::component::Expected;
use crate::markdown::Document;
use crate::{components, namespaces as owned};

/// How many services, and how many namespaces, are named.
const NAMED: usize = 8;

/// The groups of kinds that every cluster has: those of `k8s-openapi` 0.29, over Kubernetes 1.33 to 1.37.
const BUILT_IN: [&str; 23] = [
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "internal.apiserver.k8s.io",
    "lifecycle.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
];

/// Writes the list; nothing where nothing is expected.
pub(super) fn write(context: &Context<'_>, cluster: &Cluster, document: &mut Document) {
    let mut list = Expected::new(document);
    endpoint(cluster, &mut list);
    if components::writes(context, cluster) {
        components::in_order().iter().for_each(|component| component.expects(cluster, &mut list));
        if let Some(monitoring) = &cluster.monitoring {
            list.item(Origin::written(monitoring.span)).literal("the Prometheus operator, which reads the monitors");
        }
        records(cluster, &mut list);
        services(cluster, &mut list);
        kinds(cluster, &mut list);
        namespaces(cluster, &mut list);
    }
    let Some(gitops) = context.synced(cluster) else { return };
    match &gitops.tool {
        Tool::ArgoCd(ArgoCd { project, .. }) if project.value.as_str() != "default" => {
            list.item(project.origin).literal("the Argo CD project ").code_of(&project.value);
        }
        Tool::ArgoCd(_) => {}
        Tool::Flux(Flux { repository, source, substitutes, .. }) => {
            if repository.is_none() {
                list.item(source.origin).literal("Flux, with its source ").code_of(&source.value);
            }
            for object in substitutes {
                let item = list.item(object.origin).literal("what placeholders stand for, in ").code_of(&object.value);
                item.literal(" of namespace ").code_of(&gitops.namespace.value);
            }
        }
    }
}

/// Whether the endpoint is the address of a machine, or one that the machines carry.
pub(super) fn endpoint_is_a_machine(cluster: &Cluster) -> bool {
    match &cluster.endpoint.value.host {
        EndpointHost::Name(_) => false,
        EndpointHost::Address(Address::Placeholder(_)) => true,
        EndpointHost::Address(Address::Known(known)) => {
            cluster.nodes.iter().any(|node| node.has(*known).is_some())
                || cluster.virtual_ip.is_some() && cluster.address_from_elsewhere().is_none()
        }
    }
}

/// What leads to the API where the machines do not have its address.
fn endpoint(cluster: &Cluster, list: &mut Expected<'_>) {
    if cluster.nodes.is_empty() || endpoint_is_a_machine(cluster) {
        return;
    }
    let endpoint = &cluster.endpoint;
    let machines = if cluster.talos().is_some() { "the control planes" } else { "the servers" };
    let item = list.item(endpoint.origin);
    match &endpoint.value.host {
        EndpointHost::Name(name) => item.literal("a DNS record for ").code(name.as_str()),
        EndpointHost::Address(address) => item.literal("a load balancer or a virtual IP at ").code_of(address),
    };
    match &endpoint.value.host {
        EndpointHost::Name(_) => item.literal(", which leads to ").literal(machines),
        EndpointHost::Address(_) => {
            item.literal(", port ").text(&endpoint.value.port.to_string());
            item.literal(", which leads to port 6443 of ").literal(machines)
        }
    };
    if cluster.address_from_elsewhere().is_some() {
        item.literal(": no machine has this address, and k3s brings no virtual IP");
    }
}

/// The names of routes that only the house asks for: its own DNS leads them to the gateways, by a person's hand or by
/// external-dns.
fn records(cluster: &Cluster, list: &mut Expected<'_>) {
    // Those of a tunnel that exists lead there as well.
    let published = cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish);
    let published: Vec<&HostName> = published.map(|publish| &publish.hostname.value).collect();
    let said = cluster.records.iter().flat_map(|records| &records.records).flat_map(|record| &record.names);
    let said: IndexSet<&str> = said.map(|name| name.value.as_str()).collect();
    // A gateway without a service has no address.
    let has_address = |parent: &Traced<Parent>| {
        cluster.gateways.get(parent.value.gateway.0).is_none_or(|gateway| has_service(gateway.class.value.name()))
    };
    let is_published = |name: &HostName| published.iter().any(|published| published.tunnel_takes(name));
    let mut names: IndexMap<&str, Origin> = IndexMap::new();
    let routes = own(&cluster.routes).filter(|route| route.parents.is_empty() || route.parents.iter().any(has_address));
    for hostname in routes.flat_map(|route| &route.hostnames) {
        if !is_published(&hostname.value) && !said.contains(hostname.value.as_str()) {
            names.entry(hostname.value.as_str()).or_insert(hostname.origin);
        }
    }
    names.sort_unstable_keys();
    let Some((_, origin)) = names.first() else { return };
    let (what, leads) = match names.len() {
        1 => ("a DNS record for ", ", which leads to the gateway's address"),
        _ => ("DNS records for ", ", which lead to the gateways' addresses"),
    };
    let item = list.item(*origin).literal(what);
    item.codes(names.keys().take(NAMED));
    if names.len() > NAMED {
        item.literal(" and ").text(&(names.len() - NAMED).to_string()).literal(" more");
    }
    item.literal(leads);
}

/// The services of the cluster behind routes and tunnels.
fn services(cluster: &Cluster, list: &mut Expected<'_>) {
    let mut used = vec![false; cluster.services.len()];
    let rules = own(&cluster.routes).flat_map(|route| &route.rules);
    rules.flat_map(RouteRule::services).for_each(|service| used[service.value.0] = true);
    for publish in own(&cluster.tunnels).flat_map(|tunnel| &tunnel.publish) {
        if let PublishTarget::Service(service) = publish.target.value {
            used[service.0] = true;
        }
    }
    let mut seen = IndexSet::new();
    let mut names: Vec<(String, Origin)> = Vec::new();
    for (service, used) in cluster.services.iter().zip(used) {
        let (namespace, name) = (service.namespace.value.as_str(), service.name.value.as_str());
        let elsewhere = used && service.target == ServiceTarget::Cluster && !is_a_manifest(cluster, namespace, name);
        if elsewhere && seen.insert((namespace, name)) {
            names.push((format!("{namespace}/{name}"), Origin::written(service.span)));
        }
    }
    names.sort_by(|(one, _), (other, _)| one.cmp(other));
    let Some((_, origin)) = names.first() else { return };
    let item = list.item(*origin).literal("the services that requests are passed on to: ");
    item.codes(names.iter().take(NAMED).map(|(name, _)| name));
    if names.len() > NAMED {
        item.literal(" and ").text(&(names.len() - NAMED).to_string()).literal(" more");
    }
}

fn text<'a>(object: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(object, |value, key| value.get(*key))?.as_str()
}

/// Whether the source writes a service out.
fn is_a_manifest(cluster: &Cluster, namespace: &str, name: &str) -> bool {
    cluster.manifests.iter().any(|RawYaml { value, span: _, places: _, written: _ }| {
        text(value, &["kind"]) == Some("Service")
            && text(value, &["metadata", "name"]) == Some(name)
            && text(value, &["metadata", "namespace"]).unwrap_or("default") == namespace
    })
}

/// The kinds of objects that the source writes out.
fn kinds(cluster: &Cluster, list: &mut Expected<'_>) {
    let of_kind = |raw: &&RawYaml| text(&raw.value, &["kind"]) == Some("CustomResourceDefinition");
    let defined: Vec<&str> =
        cluster.manifests.iter().filter(of_kind).filter_map(|raw| text(&raw.value, &["spec", "group"])).collect();
    let mut groups = IndexMap::new();
    for raw in &cluster.manifests {
        let group = text(&raw.value, &["apiVersion"]).and_then(|version| version.split_once('/'));
        if let Some((group, _)) = group.filter(|(group, _)| !comes_with(cluster, group) && !defined.contains(group)) {
            groups.entry(group).or_insert(Origin::written(raw.span));
        }
    }
    groups.sort_keys();
    for (group, origin) in &groups {
        list.item(*origin).literal("the CRDs of ").code(group).literal(", for objects that the source writes out");
    }
}

/// The namespaces of others, which objects of this network live in.
fn namespaces(cluster: &Cluster, list: &mut Expected<'_>) {
    let elsewhere = owned::of_applications(cluster);
    let Some((_, origin)) = elsewhere.first() else { return };
    let item = list.item(*origin).literal(if elsewhere.len() == 1 {
        "the namespace, which hnet does not own: "
    } else {
        "the namespaces, which hnet does not own: "
    });
    item.codes(elsewhere.keys().take(NAMED));
    if elsewhere.len() > NAMED {
        item.literal(" and ").text(&(elsewhere.len() - NAMED).to_string()).literal(" more");
    }
}

/// Whether the cluster has a group of kinds without anything that somebody else installs, or the list names it already.
fn comes_with(cluster: &Cluster, group: &str) -> bool {
    let is_k3s = matches!(cluster.distribution, Distribution::K3s(_));
    BUILT_IN.contains(&group)
        || components::in_order().iter().any(|component| component.groups(cluster).contains(&group))
        || matches!(group, "helm.cattle.io" | "k3s.cattle.io") && is_k3s
        || group == "argoproj.io" && cluster.argo_cd().is_some()
        || group.ends_with(".toolkit.fluxcd.io") && cluster.flux().is_some()
        || group == "monitoring.coreos.com" && cluster.monitoring.is_some()
}
