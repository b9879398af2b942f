//! talhelper's `talconfig.yaml`.
//!
//! The keys are those of talhelper's own JSON schema (budimanjojo/talhelper v3.1.16,
//! `pkg/config/schemas/talconfig.json`). talhelper reads without refusing unknown keys, so a wrong one
//! would do nothing; it substitutes `${NAME}` in the whole file, so a `$` that stands for itself is doubled.

use hnet_diagnostics::{Lines, Traced};
use serde::Serialize;

use super::NodeMap;
use super::v1alpha1::{Cni, Device, DiskSelector};

/// The whole file. Patches stand in it as texts.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TalConfig {
    /// The cluster's name.
    pub cluster_name: Traced<String>,
    /// The Talos version with a `v`, which decides the documents that are generated.
    pub talos_version: Traced<String>,
    /// The Kubernetes version with a `v`.
    pub kubernetes_version: Traced<String>,
    /// The URL of the Kubernetes API.
    pub endpoint: Traced<String>,
    /// The domain of cluster names.
    pub domain: Traced<String>,
    /// Prefixes of pods.
    pub cluster_pod_nets: Vec<Traced<String>>,
    /// Prefixes of services.
    pub cluster_svc_nets: Vec<Traced<String>>,
    /// The bundled CNI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cni_config: Option<Cni>,
    /// Whether control planes carry pods.
    pub allow_scheduling_on_control_planes: Traced<bool>,
    /// Further names and addresses in the API server's certificate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub additional_api_server_cert_sans: Vec<Traced<String>>,
    /// The machines.
    pub nodes: Vec<Traced<Node>>,
    /// What control planes are told besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_plane: Option<Group>,
    /// What workers are told besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<Group>,
    /// What all machines are told besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patches: Option<Patches>,
}

/// Patches of the machine configuration, as texts.
pub type Patches = Traced<Vec<Traced<Lines>>>;

/// What the machines of a role are told besides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// As patches.
    pub patches: Patches,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// Its host name.
    pub hostname: Traced<String>,
    /// Where `talosctl` reaches it: an address, or a name where DHCP gives the address.
    pub ip_address: Traced<String>,
    /// Whether it is a control plane.
    pub control_plane: Traced<bool>,
    /// The disk that Talos is installed on; not together with a selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub install_disk: Option<Traced<String>>,
    /// That disk by what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub install_disk_selector: Option<Traced<DiskSelector>>,
    /// The installer's image without a tag.
    #[serde(rename = "talosImageURL", skip_serializing_if = "Option::is_none")]
    pub talos_image_url: Option<Traced<String>>,
    /// Labels of the node object.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub node_labels: NodeMap,
    /// Annotations of the node object.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub node_annotations: NodeMap,
    /// Taints of the node object, as `value:Effect`.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub node_taints: NodeMap,
    /// Addresses of name servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nameservers: Vec<Traced<String>>,
    /// The links; in the shape of the core document, whatever the Talos version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub network_interfaces: Vec<Traced<Device>>,
    /// What it is told besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patches: Option<Patches>,
}
