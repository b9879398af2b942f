//! Cloudflare tunnels: the connector, what it publishes, and where its credentials come from.
//!
//! Start at [`Cloudflared`]; what the connector is told is decided in `configuration`, what runs it in `workload`.

mod configuration;
#[cfg(test)]
mod tests;
mod workload;

use hnet_diagnostics::{Lines, Origin, Traced, counted};
use hnet_manifests::core::ConfigMap;
use hnet_manifests::external_secrets::{
    Data, ExternalSecret, ExternalSecretSpec, RemoteReference, StoreReference, Target,
};
use hnet_manifests::object::{Labels, Manifest, Metadata, Texts};
use hnet_manifests::prometheus::{Endpoint, Namespaces, PodMonitor, PodMonitorSpec};
use hnet_model::{Cluster, Monitoring, Name, Owned as _, Part, SecretReference, Tunnel, Workload, own};
use indexmap::IndexSet;

use crate::component::{Component, Expected, Rows, Thing, things};
use crate::kubernetes::{Wave, in_wave, matching, metadata, monitor_interval, monitored, shape, text, texts};
use crate::overlay::Over;
use crate::place::Folder;

/// The key of the secret and the name of the file in which the credentials lie.
pub(crate) const CREDENTIALS: &str = "credentials.json";
/// The port of metrics and readiness.
pub(crate) const METRICS_PORT: u16 = 2000;
/// The label by which Kubernetes' own tools know what an object belongs to.
const NAME_LABEL: &str = "app.kubernetes.io/name";

/// The connectors of Cloudflare tunnels.
#[derive(Debug)]
pub(crate) struct Cloudflared;

impl Component for Cloudflared {
    fn folder(&self) -> &'static str {
        "cloudflared"
    }

    fn after(&self) -> &'static [&'static str] {
        &["coredns", "gateway"]
    }

    fn holds(&self, cluster: &Cluster) -> Vec<Thing> {
        let first = own(&cluster.tunnels).next();
        things([(Part::Cloudflared, "Cloudflare tunnels", first.map(|tunnel| Origin::written(tunnel.span)))])
    }

    fn lives_in<'c>(&self, cluster: &'c Cluster) -> Vec<&'c Traced<Name>> {
        own(&cluster.tunnels).map(|tunnel| &tunnel.namespace).collect()
    }

    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
        let part = |file: &str| folder.objects(Part::Cloudflared, file);
        let mut secrets = folder.objects(Part::ExternalSecrets, "external-secret.yaml");
        let mut configured = part("config-map.yaml");
        let (mut deployments, mut daemon_sets) = (part("deployment.yaml"), part("daemon-set.yaml"));
        let (mut services, mut budgets) = (part("service.yaml"), part("pod-disruption-budget.yaml"));
        let mut monitors = folder.objects(Part::Monitors, "pod-monitor.yaml");
        for tunnel in own(&cluster.tunnels) {
            let (origin, beside) = (shape(tunnel.span), Over::Beside(&tunnel.overlay));
            if let Some(secret) = external_secret(cluster, tunnel) {
                secrets.add(&secret, origin, beside);
            }
            let object = config_map(tunnel, configuration::write(cluster, tunnel));
            let checksum = configuration::checksum(&object, origin, beside);
            configured.add(&object, origin, beside);
            let running =
                if tunnel.workload.value == Workload::DaemonSet { &mut daemon_sets } else { &mut deployments };
            workload::add(tunnel, checksum, running);
            services.add(&workload::service(tunnel), origin, beside);
            if let Some(budget) = workload::disruption_budget(tunnel) {
                budgets.add(&budget, origin, beside);
            }
            if let Some(monitoring) = &cluster.monitoring {
                let monitor = pod_monitor(tunnel, monitoring);
                monitors.add(&monitor, shape(monitoring.span), Over::Beside(&monitoring.overlay));
            }
        }
        for objects in [secrets, configured, deployments, daemon_sets, services, budgets, monitors] {
            folder.insert(objects);
        }
    }

    /// The tunnels at Cloudflare, and where their credentials come from.
    fn expects(&self, cluster: &Cluster, list: &mut Expected<'_>) {
        let mut stores: IndexSet<String> = IndexSet::new();
        let mut first = None;
        for tunnel in own(&cluster.tunnels) {
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
        for tunnel in own(&cluster.tunnels) {
            let item = list.item(tunnel.id.origin).literal("the tunnel ").code(&tunnel.id.value);
            item.literal(" at Cloudflare, and DNS records there that lead its names to it");
            if tunnel.credentials.is_none() {
                let secret = format!("{}/{}", tunnel.namespace.value, tunnel.secret_name());
                let item = list.item(Origin::written(tunnel.span)).literal("the Secret ").code(&secret);
                item.literal(" with the tunnel's credentials in the key ").code(CREDENTIALS);
            }
        }
    }

    fn groups(&self, cluster: &Cluster) -> Vec<&'static str> {
        let ours = own(&cluster.tunnels).any(|tunnel| tunnel.credentials.is_some());
        ours.then_some("external-secrets.io").into_iter().collect()
    }

    fn rows(&self, cluster: &Cluster, rows: &mut Rows<'_>) {
        for tunnel in &cluster.tunnels {
            let row = rows.row("cloudflared", tunnel.version.origin);
            row.literal("tunnel ").code(tunnel.name.value.as_str()).literal(", ");
            match tunnel.workload.value {
                Workload::Deployment(replicas) => row.text(&counted(replicas, "replica")),
                Workload::DaemonSet => row.literal("on every node"),
            };
            if tunnel.is_existing() {
                row.literal(", existing");
            }
            row.cell().code_of(&tunnel.version.value);
            rows.files();
        }
    }
}

/// What the connector's objects are called.
pub(crate) fn name(tunnel: &Tunnel) -> String {
    tunnel.connector.value.to_string()
}

/// The labels of the connector's objects: `app` is what people ask for the logs by.
fn labels(tunnel: &Tunnel) -> Texts {
    texts([("app", name(tunnel).into()), (NAME_LABEL, name(tunnel).into())])
}

/// What selects the pods of a tunnel: no more than is needed to tell them from others. A Deployment never changes
/// its selector, and one that runs already has `app` alone, as people select it.
fn selected(tunnel: &Tunnel) -> Texts {
    texts([("app", name(tunnel).into())])
}

/// What `kubectl` selects the pods of a tunnel by.
pub(crate) fn selector(tunnel: &Tunnel) -> String {
    format!("app={}", tunnel.connector.value)
}

/// The ConfigMap with the connector's configuration.
fn config_map(tunnel: &Tunnel, lines: Lines) -> ConfigMap {
    let data = [(configuration::CONFIGURATION, Traced::new(lines, shape(tunnel.span)))];
    let mut metadata = labelled(tunnel);
    if let Some(name) = &tunnel.config_map {
        metadata.name = text(name);
    }
    ConfigMap::new(metadata, data.into_iter().collect())
}

/// What an object of the connector is called, and where it lives.
fn in_namespace(tunnel: &Tunnel, name: String) -> Metadata {
    metadata(Traced::new(name, shape(tunnel.name.span())), &tunnel.namespace)
}

/// The metadata of the connector's core objects.
fn labelled(tunnel: &Tunnel) -> Metadata {
    let name = text(&tunnel.connector);
    Metadata { labels: Labels::Own(labels(tunnel)), ..metadata(name, &tunnel.namespace) }
}

/// What makes the secret with a tunnel's credentials; none where something else does.
fn external_secret(cluster: &Cluster, tunnel: &Tunnel) -> Option<Manifest<ExternalSecretSpec>> {
    let credentials = tunnel.credentials.as_ref()?;
    let SecretReference { store, key, property } = &credentials.value;
    let store = &cluster.secret_stores[store.0];
    let kind = store.cluster_wide.map(|wide| if wide { "ClusterSecretStore" } else { "SecretStore" }.to_owned());
    let secret = tunnel.secret_name();
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
    let mut metadata = in_wave(cluster, Wave::Secret, in_namespace(tunnel, secret));
    if let Some(name) = &tunnel.secret {
        metadata.name.origin = name.origin;
    }
    Some(Manifest::custom::<ExternalSecret>(metadata, spec))
}

/// What Prometheus scrapes.
fn pod_monitor(tunnel: &Tunnel, monitoring: &Monitoring) -> Manifest<PodMonitorSpec> {
    let spec = PodMonitorSpec {
        selector: matching(selected(tunnel)),
        namespace_selector: Namespaces { match_names: vec![tunnel.namespace.value.to_string()] },
        pod_metrics_endpoints: vec![Endpoint {
            port: "metrics".to_owned(),
            path: "/metrics".to_owned(),
            interval: monitor_interval(monitoring),
        }],
    };
    let metadata = monitored(monitoring, in_namespace(tunnel, name(tunnel)));
    Manifest::custom::<PodMonitor>(metadata, spec)
}
