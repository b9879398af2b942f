//! The Prometheus operator: what is scraped.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

use crate::core::LabelSelector;

/// The release of the operator whose kinds a cluster is given before it runs one.
const RELEASE: &str = "0.93.0";

/// The kinds that are written, in the plural that their definitions are named by.
pub const KINDS: [&str; 2] = ["servicemonitors", "podmonitors"];

/// Where the operator's project keeps the definition of a kind
/// (prometheus-operator/prometheus-operator, `example/prometheus-operator-crd/`).
#[must_use]
pub fn definition(kind: &str) -> String {
    format!(
        "https://raw.githubusercontent.com/prometheus-operator/prometheus-operator/v{RELEASE}/example/prometheus-operator-crd/monitoring.coreos.com_{kind}.yaml"
    )
}

/// Services that are scraped.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "monitoring.coreos.com",
    version = "v1",
    kind = "ServiceMonitor",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct ServiceMonitorSpec {
    /// Which services.
    pub selector: LabelSelector,
    /// Of which namespaces.
    pub namespace_selector: Namespaces,
    /// Which of their ports.
    pub endpoints: Vec<Endpoint>,
}

/// Pods that are scraped.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "monitoring.coreos.com",
    version = "v1",
    kind = "PodMonitor",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct PodMonitorSpec {
    /// Which pods.
    pub selector: LabelSelector,
    /// Of which namespaces.
    pub namespace_selector: Namespaces,
    /// Which of their ports.
    pub pod_metrics_endpoints: Vec<Endpoint>,
}

/// Namespaces by their names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Namespaces {
    /// The names.
    pub match_names: Vec<String>,
}

/// A port that is scraped.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Endpoint {
    /// Its name.
    pub port: String,
    /// The path of the metrics.
    pub path: String,
    /// How often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Traced<String>>,
}
