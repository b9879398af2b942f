//! k3s's own configuration file, `/etc/rancher/k3s/config.yaml`: each key is a flag of `k3s server` or
//! `k3s agent` (docs.k3s.io, "Configuration File", "k3s server", "k3s agent").

use hnet_diagnostics::Traced;
use serde::Serialize;

/// What a machine's k3s is told. An agent knows only the first keys.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Config {
    /// The name of the node object.
    pub node_name: Traced<String>,
    /// The node's addresses, one for each family, with commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_ip: Option<Traced<String>>,
    /// Labels as `key=value`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub node_label: Vec<Traced<String>>,
    /// Taints as `key=value:Effect`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub node_taint: Vec<Traced<String>>,
    /// The URL of a server to join; the first server has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Traced<String>>,
    /// What only servers are told.
    #[serde(flatten)]
    pub of_server: Option<Server>,
}

/// What only servers are told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Server {
    /// Whether this server starts an etcd that others join.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster_init: Option<Traced<bool>>,
    /// Where the cluster's state is kept in place of etcd.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datastore_endpoint: Option<Traced<String>>,
    /// Further names and addresses in the API server's certificate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tls_san: Vec<Traced<String>>,
    /// Prefixes of pods, one for each family, with commas.
    pub cluster_cidr: Traced<String>,
    /// Prefixes of services, one for each family, with commas.
    pub service_cidr: Traced<String>,
    /// Where cluster DNS answers.
    pub cluster_dns: Traced<String>,
    /// The domain of cluster names.
    pub cluster_domain: Traced<String>,
    /// The bundled CNI; `none` where something else installs one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flannel_backend: Option<Traced<&'static str>>,
    /// Whether the bundled network policy controller is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_network_policy: Option<Traced<bool>>,
    /// Whether kube-proxy is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_kube_proxy: Option<Traced<bool>>,
    /// Bundled components that are not installed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disable: Vec<Traced<&'static str>>,
}
