//! Cloudflare tunnels: the connector, what it publishes, and where its credentials come from.
//!
//! Start at [`emit`]; what the connector is told is decided in `configuration`, what runs it in `workload`.

mod configuration;
#[cfg(test)]
mod tests;
mod workload;

use hnet_diagnostics::{Lines, Traced};
use hnet_manifests::core::ConfigMap;
use hnet_manifests::external_secrets::{
    Data, ExternalSecret, ExternalSecretSpec, RemoteReference, StoreReference, Target,
};
use hnet_manifests::object::{Labels, Manifest, Metadata, Texts};
use hnet_manifests::prometheus::{Endpoint, Namespaces, PodMonitor, PodMonitorSpec};
use hnet_model::{Cluster, Monitoring, Part, SecretReference, Tunnel, Workload};
use indexmap::IndexSet;

use crate::kubernetes::{
    Folder, Objects, Wave, comes_with_the_cluster, in_wave, matching, metadata, monitor_interval, monitored, namespace,
    shape, texts,
};
use crate::{Context, Receiver, gateway};

/// The key of the secret and the name of the file in which the credentials lie.
pub(crate) const CREDENTIALS: &str = "credentials.json";
/// The port of metrics and readiness.
pub(crate) const METRICS_PORT: u16 = 2000;
/// The label by which the pods of one tunnel are told from those of another.
const NAME_LABEL: &str = "app.kubernetes.io/name";

/// Writes the folder `cloudflared` of every cluster with a tunnel.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for (cluster, _) in context.clusters(Part::Infrastructure) {
        let Some(mut folder) = Folder::new(context, cluster, "cloudflared", outputs) else { continue };
        let mut file = folder.objects();
        add_namespaces(cluster, &mut file);
        folder.insert("namespace.yaml", file);
        let [mut secrets, mut configured, mut deployments, mut daemon_sets] = [(); 4].map(|()| folder.objects());
        let [mut services, mut budgets, mut monitors] = [(); 3].map(|()| folder.objects());
        for tunnel in &cluster.tunnels {
            let origin = shape(tunnel.span);
            if let Some(secret) = external_secret(cluster, tunnel) {
                secrets.add(&secret, origin);
            }
            let written = configuration::write(cluster, tunnel);
            configured.add(&config_map(cluster, tunnel, written.lines), origin);
            let running =
                if tunnel.workload.value == Workload::DaemonSet { &mut daemon_sets } else { &mut deployments };
            workload::add(cluster, tunnel, written.checksum, running);
            services.add(&workload::service(cluster, tunnel), origin);
            if let Some(budget) = workload::disruption_budget(cluster, tunnel) {
                budgets.add(&budget, origin);
            }
            if let Some(monitoring) = &cluster.monitoring {
                monitors.add(&pod_monitor(cluster, tunnel, monitoring), shape(monitoring.span));
            }
        }
        folder.insert("external-secret.yaml", secrets);
        folder.insert("config-map.yaml", configured);
        folder.insert("deployment.yaml", deployments);
        folder.insert("daemon-set.yaml", daemon_sets);
        folder.insert("service.yaml", services);
        folder.insert("pod-disruption-budget.yaml", budgets);
        folder.insert("pod-monitor.yaml", monitors);
        folder.finish(Vec::new());
    }
}

/// What the connector's objects are called: one tunnel has the name to itself.
pub(crate) fn name(cluster: &Cluster, tunnel: &Tunnel) -> String {
    if cluster.tunnels.len() > 1 { format!("cloudflared-{}", tunnel.name.value) } else { "cloudflared".to_owned() }
}

/// The labels of the connector's objects: `app` is what people ask for the logs of all tunnels by.
fn labels(cluster: &Cluster, tunnel: &Tunnel) -> Texts {
    texts([("app", "cloudflared".into()), (NAME_LABEL, name(cluster, tunnel).into())])
}

/// What `kubectl` selects the pods of a tunnel by.
pub(crate) fn selector(cluster: &Cluster, tunnel: &Tunnel) -> String {
    format!("{NAME_LABEL}={}", name(cluster, tunnel))
}

/// Adds the namespaces that no other folder makes.
fn add_namespaces(cluster: &Cluster, to: &mut Objects) {
    let mut seen = IndexSet::new();
    for name in cluster.tunnels.iter().map(|tunnel| &tunnel.namespace) {
        let made = comes_with_the_cluster(name.value.as_str()) || gateway::makes_namespace(cluster, &name.value);
        if seen.insert(&name.value) && !made {
            namespace(cluster, name, to);
        }
    }
}

/// The ConfigMap with the connector's configuration.
fn config_map(cluster: &Cluster, tunnel: &Tunnel, lines: Lines) -> ConfigMap {
    let data = [("config.yaml", Traced::new(lines, shape(tunnel.span)))];
    ConfigMap::new(labelled(cluster, tunnel), data.into_iter().collect())
}

/// What an object of the connector is called, and where it lives.
fn in_namespace(tunnel: &Tunnel, name: String) -> Metadata {
    metadata(Traced::new(name, shape(tunnel.name.span())), &tunnel.namespace)
}

/// The metadata of the connector's core objects.
fn labelled(cluster: &Cluster, tunnel: &Tunnel) -> Metadata {
    let name = Traced::new(name(cluster, tunnel), shape(tunnel.span));
    Metadata { labels: Labels::Own(labels(cluster, tunnel)), ..metadata(name, &tunnel.namespace) }
}

/// The name of the secret with a tunnel's credentials.
pub(crate) fn secret_name(cluster: &Cluster, tunnel: &Tunnel) -> String {
    format!("{}-credentials", name(cluster, tunnel))
}

/// What makes the secret with a tunnel's credentials; none where something else does.
fn external_secret(cluster: &Cluster, tunnel: &Tunnel) -> Option<Manifest<ExternalSecretSpec>> {
    let credentials = tunnel.credentials.as_ref()?;
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
    let metadata = in_wave(cluster, Wave::Secret, in_namespace(tunnel, secret));
    Some(Manifest::custom::<ExternalSecret>(metadata, spec))
}

/// What Prometheus scrapes.
fn pod_monitor(cluster: &Cluster, tunnel: &Tunnel, monitoring: &Monitoring) -> Manifest<PodMonitorSpec> {
    let spec = PodMonitorSpec {
        selector: matching(labels(cluster, tunnel)),
        namespace_selector: Namespaces { match_names: vec![tunnel.namespace.value.to_string()] },
        pod_metrics_endpoints: vec![Endpoint {
            port: "metrics".to_owned(),
            path: "/metrics".to_owned(),
            interval: monitor_interval(monitoring),
        }],
    };
    let metadata = monitored(monitoring, in_namespace(tunnel, name(cluster, tunnel)));
    Manifest::custom::<PodMonitor>(metadata, spec)
}
