//! What the written files refer to and nothing here writes: a load balancer, controllers with their kinds, secrets.
//! Start at [`write`].

use hnet_model::{
    Address, Cluster, Distribution, EndpointHost, GatewayClass, Origin, Part, PublishTarget, RawYaml, ServiceTarget,
};
use indexmap::{IndexMap, IndexSet};
use serde_yaml::Value;

use crate::kubernetes::comes_with_the_cluster;
use crate::markdown::Document;
use crate::networking::synced;
use crate::{Context, cloudflared};

/// How many services are named.
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

/// The list that is being written: its first item brings the sentence before it.
struct List<'a> {
    document: &'a mut Document,
    any: bool,
}

impl List<'_> {
    fn item(&mut self, origin: Origin) -> &mut Document {
        if !self.any {
            self.document.paragraph(origin).literal("These files expect, from elsewhere:");
            self.document.list(false);
            self.any = true;
        }
        self.document.item(origin)
    }
}

/// Writes the list; nothing where nothing is expected.
pub(super) fn write(context: &Context<'_>, cluster: &Cluster, document: &mut Document) {
    let mut list = List { document, any: false };
    endpoint(cluster, &mut list);
    if context.folder(cluster, Part::Infrastructure).is_some() {
        gateways(cluster, &mut list);
        certificates(cluster, &mut list);
        tunnels(cluster, &mut list);
        if let Some(monitoring) = &cluster.monitoring {
            let item = list.item(Origin::written(monitoring.span)).literal("the Prometheus operator, whose CRDs ");
            item.literal(if cluster.cilium.is_some() {
                "Cilium's chart and the monitors need"
            } else {
                "the monitors need"
            });
        }
        services(cluster, &mut list);
        manifests(cluster, &mut list);
    }
    if let Some(gitops) = synced(context, cluster).filter(|gitops| gitops.project.value.as_str() != "default") {
        list.item(gitops.project.origin).literal("the Argo CD project ").code_of(&gitops.project.value);
    }
}

/// Whether the endpoint is the address of a machine, or one that the machines carry.
pub(super) fn endpoint_is_a_machine(cluster: &Cluster) -> bool {
    match &cluster.endpoint.value.host {
        EndpointHost::Name(_) => false,
        EndpointHost::Address(Address::Placeholder(_)) => true,
        EndpointHost::Address(Address::Known(known)) => {
            let mut own = cluster.nodes.iter().flat_map(hnet_model::Node::addresses);
            own.any(|own| own.value.known().is_some_and(|own| own.addr() == *known))
                || cluster.virtual_ip.is_some() && cluster.address_from_elsewhere().is_none()
        }
    }
}

/// What leads to the API where the machines do not have its address.
fn endpoint(cluster: &Cluster, list: &mut List<'_>) {
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

/// Who implements gateways, and the kinds of them.
fn gateways(cluster: &Cluster, list: &mut List<'_>) {
    let Some(first) = cluster.gateways.first() else { return };
    if cluster.gateway_api.is_none() {
        list.item(Origin::written(first.span)).literal("the kinds of the Gateway API");
    }
    let mut seen = IndexSet::new();
    for class in cluster.gateways.iter().map(|gateway| &gateway.class) {
        let is_here = class.value == GatewayClass::Cilium && cluster.cilium.is_some();
        if !is_here && seen.insert(class.value.name()) {
            list.item(class.origin).literal("a controller with the GatewayClass ").code(class.value.name());
        }
    }
}

/// Who issues certificates, and the secrets of those that nobody here has issued.
fn certificates(cluster: &Cluster, list: &mut List<'_>) {
    let mut issuers: IndexSet<String> = IndexSet::new();
    let mut first = None;
    for certificate in &cluster.certificates {
        let Some(id) = certificate.issuer else { continue };
        let issuer = &cluster.issuers[id.value.0];
        first = first.or(Some(Origin::written(certificate.span)));
        issuers.insert(match issuer.cluster_wide.value {
            true => format!("ClusterIssuer {}", issuer.name.value),
            false => format!("Issuer {}/{}", certificate.namespace.value, issuer.name.value),
        });
    }
    if let Some(origin) = first {
        let item = list.item(origin).literal("cert-manager, with ");
        item.codes(issuers.iter());
    }
    let listeners = cluster.gateways.iter().flat_map(|gateway| &gateway.listeners);
    let presented = listeners.filter_map(|listener| listener.tls.as_ref()).flat_map(|tls| &tls.certificates);
    let mut seen = IndexSet::new();
    for id in presented {
        let certificate = &cluster.certificates[id.value.0];
        if certificate.issuer.is_none() && seen.insert(id.value.0) {
            let secret = format!("{}/{}", certificate.namespace.value, certificate.name.value);
            let item = list.item(Origin::written(certificate.span)).literal("the TLS Secret ").code(&secret);
            item.literal(" with a certificate for ").codes(certificate.names.iter().map(|name| &name.value));
        }
    }
}

/// The tunnels at Cloudflare, and where their credentials come from.
fn tunnels(cluster: &Cluster, list: &mut List<'_>) {
    let mut stores: IndexSet<String> = IndexSet::new();
    let mut first = None;
    for tunnel in &cluster.tunnels {
        let Some(credentials) = &tunnel.credentials else { continue };
        let store = &cluster.secret_stores[credentials.value.store.0];
        first = first.or(Some(credentials.origin));
        stores.insert(match store.cluster_wide.value {
            true => format!("ClusterSecretStore {}", store.name.value),
            false => format!("SecretStore {}/{}", tunnel.namespace.value, store.name.value),
        });
    }
    if let Some(origin) = first {
        list.item(origin).literal("External Secrets, with ").codes(stores.iter());
    }
    for tunnel in &cluster.tunnels {
        let item = list.item(tunnel.id.origin).literal("the tunnel ").code(&tunnel.id.value);
        item.literal(" at Cloudflare, and DNS records there that lead its names to it");
        if tunnel.credentials.is_none() {
            let secret = format!("{}/{}", tunnel.namespace.value, cloudflared::secret_name(cluster, tunnel));
            let item = list.item(Origin::written(tunnel.span)).literal("the Secret ").code(&secret);
            item.literal(" with the tunnel's credentials in the key ").code(cloudflared::CREDENTIALS);
        }
    }
}

/// The services of the cluster behind routes and tunnels.
fn services(cluster: &Cluster, list: &mut List<'_>) {
    let mut used = vec![false; cluster.services.len()];
    let rules = cluster.routes.iter().flat_map(|route| &route.rules);
    rules.flat_map(|rule| &rule.backends).for_each(|backend| used[backend.value.service.0] = true);
    for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
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
    cluster.manifests.iter().any(|RawYaml { value, span: _ }| {
        text(value, &["kind"]) == Some("Service")
            && text(value, &["metadata", "name"]) == Some(name)
            && text(value, &["metadata", "namespace"]).unwrap_or("default") == namespace
    })
}

/// The kinds and the namespaces of objects that the source writes out.
fn manifests(cluster: &Cluster, list: &mut List<'_>) {
    let written = |kind: &'static str, path: &'static [&'static str]| {
        let of_kind = cluster.manifests.iter().filter(move |raw| text(&raw.value, &["kind"]) == Some(kind));
        of_kind.filter_map(move |raw| text(&raw.value, path))
    };
    let defined: Vec<&str> = written("CustomResourceDefinition", &["spec", "group"]).collect();
    let made: Vec<&str> = written("Namespace", &["metadata", "name"]).collect();
    let ours = super::namespaces(cluster);
    let (mut groups, mut namespaces) = (IndexMap::new(), IndexMap::new());
    for raw in &cluster.manifests {
        let origin = Origin::written(raw.span);
        let group = text(&raw.value, &["apiVersion"]).and_then(|version| version.split_once('/'));
        if let Some((group, _)) = group.filter(|(group, _)| !comes_with(cluster, group) && !defined.contains(group)) {
            groups.entry(group).or_insert(origin);
        }
        let Some(namespace) = text(&raw.value, &["metadata", "namespace"]) else { continue };
        let is_ours = ours.iter().any(|own| own.value.as_str() == namespace);
        if !is_ours && !comes_with_the_cluster(namespace) && !made.contains(&namespace) {
            namespaces.entry(namespace).or_insert(origin);
        }
    }
    let sorted = |table: IndexMap<&'_ str, Origin>| {
        let mut sorted: Vec<(String, Origin)> =
            table.iter().map(|(name, origin)| ((*name).to_owned(), *origin)).collect();
        sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
        sorted
    };
    for (group, origin) in sorted(groups) {
        list.item(origin).literal("the CRDs of ").code(&group).literal(", for objects that the source writes out");
    }
    for (namespace, origin) in sorted(namespaces) {
        list.item(origin).literal("the namespace ").code(&namespace);
    }
}

/// Whether the cluster has a group of kinds without anything that somebody else installs.
fn comes_with(cluster: &Cluster, group: &str) -> bool {
    let is_k3s = matches!(cluster.distribution, Distribution::K3s(_));
    BUILT_IN.contains(&group)
        || group == "cilium.io" && cluster.cilium.is_some()
        || group == "gateway.networking.k8s.io" && cluster.gateway_api.is_some()
        || matches!(group, "helm.cattle.io" | "k3s.cattle.io") && is_k3s
        || group == "argoproj.io" && cluster.gitops.is_some()
        // These are listed already.
        || group == "monitoring.coreos.com" && cluster.monitoring.is_some()
        || group == "cert-manager.io" && cluster.certificates.iter().any(|certificate| certificate.issuer.is_some())
        || group == "external-secrets.io" && cluster.tunnels.iter().any(|tunnel| tunnel.credentials.is_some())
}
