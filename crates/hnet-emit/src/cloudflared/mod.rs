//! Cloudflare tunnels: the connector, what it publishes, and where its credentials come from.
//!
//! Start at [`emit`]; what the connector is told is decided in `configuration`, what runs it in `workload`.

mod configuration;
#[cfg(test)]
mod tests;
mod workload;

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::external_secrets::{
    Data, ExternalSecret, ExternalSecretSpec, RemoteReference, StoreReference, Target,
};
use hnet_manifests::prometheus::{Endpoint, Namespaces, PodMonitor, PodMonitorSpec, Selector};
use hnet_model::{Cluster, Monitoring, Name, Part, SecretReference, Tunnel, Workload};
use k8s_openapi::api::core::v1::ConfigMap;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use crate::kubernetes::{
    Folder, Wave, comes_with_the_cluster, core_object, in_wave, metadata, monitor, monitor_interval, named, namespace,
    object, texts,
};
use crate::yaml::{Node, Value};
use crate::{Context, Outputs, gateway};

/// The key of the secret and the name of the file in which the credentials lie.
pub(crate) const CREDENTIALS: &str = "credentials.json";
/// The port of metrics and readiness.
const METRICS_PORT: u16 = 2000;

/// Writes the folder `cloudflared` of every cluster with a tunnel.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut Outputs) {
    for (cluster, _) in context.clusters(Part::Infrastructure) {
        let tunnels = &cluster.tunnels;
        let Some(mut folder) = Folder::new(context, cluster, "cloudflared", outputs) else { continue };
        folder.objects("namespace.yaml", namespaces(cluster));
        folder.objects("external-secret.yaml", tunnels.iter().filter_map(|tunnel| external_secret(cluster, tunnel)));
        let configured: Vec<(&Tunnel, configuration::Written)> =
            tunnels.iter().map(|tunnel| (tunnel, configuration::write(cluster, tunnel))).collect();
        folder.objects("config-map.yaml", configured.iter().map(|(tunnel, it)| config_map(cluster, tunnel, it)));
        let running = |daemon_set: bool| {
            configured
                .iter()
                .filter(move |(tunnel, _)| (tunnel.workload.value == Workload::DaemonSet) == daemon_set)
                .map(|(tunnel, it)| workload::object(cluster, tunnel, &it.checksum))
        };
        folder.objects("deployment.yaml", running(false));
        folder.objects("daemon-set.yaml", running(true));
        folder.objects("service.yaml", tunnels.iter().map(|tunnel| workload::service(cluster, tunnel)));
        let budgets = tunnels.iter().filter_map(|tunnel| workload::disruption_budget(cluster, tunnel));
        folder.objects("pod-disruption-budget.yaml", budgets);
        if let Some(monitoring) = &cluster.monitoring {
            let monitors = tunnels.iter().map(|tunnel| pod_monitor(cluster, tunnel, monitoring));
            folder.objects("pod-monitor.yaml", monitors);
        }
        folder.finish(Vec::new());
    }
}

/// What the connector's objects are called: one tunnel has the name to itself.
fn name(cluster: &Cluster, tunnel: &Tunnel) -> String {
    if cluster.tunnels.len() > 1 { format!("cloudflared-{}", tunnel.name.value) } else { "cloudflared".to_owned() }
}

/// The labels of the connector's objects, by which its pods are found: `app` too, by which people ask for its logs.
fn labels(cluster: &Cluster, tunnel: &Tunnel) -> BTreeMap<String, String> {
    texts([("app", "cloudflared"), ("app.kubernetes.io/name", &name(cluster, tunnel))])
}

/// The namespaces that no other folder makes.
fn namespaces(cluster: &Cluster) -> Vec<Node> {
    let mut seen: BTreeSet<&Name> = BTreeSet::new();
    let ours = |name: &Name| !comes_with_the_cluster(name) && !gateway::makes_namespace(cluster, name);
    let names = cluster.tunnels.iter().map(|tunnel| &tunnel.namespace);
    names.filter(|name| seen.insert(&name.value) && ours(&name.value)).map(|name| namespace(cluster, name)).collect()
}

/// The ConfigMap with the connector's configuration.
fn config_map(cluster: &Cluster, tunnel: &Tunnel, written: &configuration::Written) -> Node {
    let config_map = ConfigMap { metadata: in_namespace(cluster, tunnel), ..ConfigMap::default() };
    let mut node = core_object(&config_map, tunnel.span).traced(&["metadata", "namespace"], tunnel.namespace.origin);
    let mut data = Node::mapping(node.origin);
    data.set("config.yaml", Node { origin: node.origin, value: Value::Lines(written.lines.clone()) });
    node.set("data", data);
    node
}

/// The metadata of the connector's objects.
fn in_namespace(cluster: &Cluster, tunnel: &Tunnel) -> ObjectMeta {
    ObjectMeta {
        labels: Some(labels(cluster, tunnel)),
        ..metadata(name(cluster, tunnel), Some(tunnel.namespace.value.as_str()))
    }
}

/// The name of the secret with a tunnel's credentials.
pub(crate) fn secret_name(cluster: &Cluster, tunnel: &Tunnel) -> String {
    format!("{}-credentials", name(cluster, tunnel))
}

/// What makes the secret with a tunnel's credentials; none where something else does.
fn external_secret(cluster: &Cluster, tunnel: &Tunnel) -> Option<Node> {
    let Tunnel { credentials, namespace, span, .. } = tunnel;
    let credentials = credentials.as_ref()?;
    let SecretReference { store, key, property } = &credentials.value;
    let store = &cluster.secret_stores[store.0];
    let kind = store.cluster_wide.map(|wide| if wide { "ClusterSecretStore" } else { "SecretStore" }.to_owned());
    let secret = secret_name(cluster, tunnel);
    let spec = ExternalSecretSpec {
        refresh_interval: "1h0m0s".to_owned(),
        secret_store_ref: credentials.as_ref().map(|_| StoreReference { kind, name: store.name.value.to_string() }),
        target: Target {
            name: secret.clone(),
            creation_policy: "Owner".to_owned(),
            deletion_policy: "Retain".to_owned(),
        },
        data: vec![Data {
            secret_key: CREDENTIALS.to_owned(),
            remote_ref: credentials.as_ref().map(|_| RemoteReference {
                key: key.clone(),
                property: property.clone(),
                conversion_strategy: "Default".to_owned(),
                decoding_strategy: "None".to_owned(),
                metadata_policy: "None".to_owned(),
            }),
        }],
    };
    let mut manifest = ExternalSecret::new(&secret, spec);
    manifest.metadata = in_wave(cluster, Wave::Secret, metadata(secret, Some(namespace.value.as_str())));
    Some(named(object(&manifest, *span), Origin::derived(tunnel.name.span(), Reason::Shape), namespace.origin))
}

/// What Prometheus scrapes.
fn pod_monitor(cluster: &Cluster, tunnel: &Tunnel, monitoring: &Monitoring) -> Node {
    let spec = PodMonitorSpec {
        selector: Selector { match_labels: labels(cluster, tunnel) },
        namespace_selector: Namespaces { match_names: vec![tunnel.namespace.value.to_string()] },
        pod_metrics_endpoints: vec![Endpoint {
            port: "metrics".to_owned(),
            path: "/metrics".to_owned(),
            interval: monitor_interval(monitoring),
        }],
    };
    let mut manifest = PodMonitor::new(&name(cluster, tunnel), spec);
    manifest.metadata = metadata(name(cluster, tunnel), Some(tunnel.namespace.value.as_str()));
    named(monitor(&manifest, monitoring), Origin::derived(tunnel.name.span(), Reason::Shape), tunnel.namespace.origin)
}
