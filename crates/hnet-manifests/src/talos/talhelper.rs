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
    /// Where images come from, where that is not the public factory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_factory: Option<ImageFactory>,
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

/// Where images come from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ImageFactory {
    /// Its registry.
    #[serde(rename = "registryURL")]
    pub registry_url: Traced<String>,
}

/// What an image factory puts into an image.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Schematic {
    /// What a board needs besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlay: Option<Overlay>,
    /// What is in every image.
    pub customization: Customization,
}

/// What a board needs besides.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Overlay {
    /// The image that it is in.
    pub image: Traced<String>,
    /// Its name.
    pub name: Traced<String>,
}

/// What is in an image.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Customization {
    /// Further arguments of the kernel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_kernel_args: Vec<Traced<String>>,
    /// Values of the META partition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meta: Vec<MetaValue>,
    /// The extensions of the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_extensions: Option<SystemExtensions>,
}

/// A value of the META partition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetaValue {
    /// Its key.
    pub key: Traced<u8>,
    /// It itself.
    pub value: String,
}

/// The extensions of a system.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemExtensions {
    /// Those of the factory, by their names.
    pub official_extensions: Vec<Traced<String>>,
}

/// What machine one is, which decides its images.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineSpec {
    /// Where it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Traced<&'static str>>,
    /// Its processor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arch: Option<Traced<&'static str>>,
    /// Whether it boots only what is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secureboot: Option<Traced<bool>>,
    /// Whether it boots a unified kernel image.
    #[serde(rename = "useUKI", skip_serializing_if = "Option::is_none")]
    pub use_uki: Option<Traced<bool>>,
    /// How it boots before Talos is installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_method: Option<Traced<&'static str>>,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// Its host name.
    pub hostname: Traced<String>,
    /// Whether it is told no host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_hostname: Option<Traced<bool>>,
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
    /// What the image factory puts into the installer, where none is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schematic: Option<Schematic>,
    /// Whether talhelper leaves it to the factory which extensions there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_schematic_validate: Option<Traced<bool>>,
    /// What machine it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine_spec: Option<MachineSpec>,
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
