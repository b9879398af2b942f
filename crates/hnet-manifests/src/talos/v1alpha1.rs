//! Fields of the core `v1alpha1` document, as a strategic merge patch.
//!
//! Each part is there only while its topic has no typed document in the target version.

use hnet_diagnostics::Traced;
use serde::Serialize;

pub use super::devices::{Bond, Bridge, BridgeVlan, Device, DeviceSelector, DhcpOptions, Route, Stp, VirtualIp, Vlan};
use super::services::MachineRegistries;
use super::volumes::{MachineDisk, SystemDiskEncryption};
use super::{Deletion, NodeIp, NodeMap, Octal};
use crate::object::Map;

/// A patch of the core document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Config {
    /// What concerns the machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machine: Option<Machine>,
    /// What concerns the cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
}

/// `machine`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// Names, links, resolvers; until 1.11.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<Network>,
    /// Where Talos is installed; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub install: Option<Install>,
    /// The kubelet; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubelet: Option<Kubelet>,
    /// NTP; until 1.11.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Time>,
    /// Single features; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<Features>,
    /// Labels of the node object; until 1.13.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub node_labels: NodeMap,
    /// Annotations of the node object; until 1.13.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub node_annotations: NodeMap,
    /// Taints of the node object, as `value:Effect`; until 1.13.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub node_taints: NodeMap,
    /// Further names in the certificate of Talos's API; in every version.
    #[serde(rename = "certSANs", skip_serializing_if = "Vec::is_empty")]
    pub cert_sans: Vec<Traced<String>>,
    /// Kernel parameters; until 1.13.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub sysctls: Map<Traced<String>>,
    /// Kernel attributes; until 1.13.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub sysfs: Map<Traced<String>>,
    /// Kernel modules; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kernel: Option<Kernel>,
    /// Devices; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub udev: Option<Udev>,
    /// Files; from 1.14 those that no document can say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<Traced<File>>,
    /// Disks that are parted by hand; in every version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub disks: Vec<Traced<MachineDisk>>,
    /// How volumes of Talos's own are encrypted; until 1.10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_disk_encryption: Option<SystemDiskEncryption>,
    /// Who is asked for images; until 1.11.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registries: Option<MachineRegistries>,
}

/// `machine.kernel`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kernel {
    /// The modules that are loaded.
    pub modules: Vec<KernelModule>,
}

/// `machine.kernel.modules[]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KernelModule {
    /// What it is called.
    pub name: Traced<String>,
    /// Its parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Traced<String>>,
}

/// `machine.udev`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Udev {
    /// The rules.
    pub rules: Vec<Traced<String>>,
}

/// `machine.files[]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct File {
    /// What is done.
    pub op: Traced<&'static str>,
    /// The absolute path.
    pub path: Traced<String>,
    /// The permissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permissions: Option<Traced<Octal>>,
    /// What it holds, or what is put at its end.
    pub content: Traced<String>,
}

/// `machine.network`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Network {
    /// The host name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Traced<String>>,
    /// The links.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<Traced<Device>>,
    /// Addresses of name servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nameservers: Vec<Traced<String>>,
    /// Search domains.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub search_domains: Vec<Traced<String>>,
    /// Whether the domain of the host name is not searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_search_domain: Option<Traced<bool>>,
    /// Lines of `/etc/hosts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_host_entries: Vec<ExtraHost>,
    /// The mesh of the machines; until 1.12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubespan: Option<KubeSpan>,
}

/// `machine.network.kubespan`, and as much of the document that took its place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeSpan {
    /// Whether the machine is in it.
    pub enabled: Traced<bool>,
    /// Whether it carries what pods send to each other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advertise_kubernetes_networks: Option<Traced<bool>>,
    /// Whether packets for a silent peer go beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_down_peer_bypass: Option<Traced<bool>>,
    /// Whether addresses at which peers are seen are told to others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub harvest_extra_endpoints: Option<Traced<bool>>,
    /// The largest packet of its link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Traced<u32>>,
    /// What of the machine is told to peers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filters: Option<KubeSpanFilters>,
}

/// `machine.network.kubespan.filters`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeSpanFilters {
    /// At which addresses it may be reached.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Traced<String>>,
    /// Prefixes that are not reached through the mesh; from 1.12.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude_advertised_networks: Vec<Traced<String>>,
}

/// A line of `/etc/hosts`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExtraHost {
    /// The address.
    pub ip: Traced<String>,
    /// Its names.
    pub aliases: Vec<Traced<String>>,
}

/// `machine.install`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Install {
    /// The disk by its path; not together with a selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk: Option<Traced<String>>,
    /// The disk by what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_selector: Option<Traced<DiskSelector>>,
    /// The installer's image with its tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<Traced<String>>,
    /// Further arguments of the kernel, where no image has them in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_kernel_args: Vec<Traced<String>>,
}

/// A disk by what it is. talhelper's `installDiskSelector` is the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiskSelector(
    /// What it is, by Talos's keys; `*` stands for any text.
    pub std::collections::BTreeMap<String, String>,
);

/// `machine.kubelet`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kubelet {
    /// Where pods ask for names, where it is not the tenth address of the service prefix.
    #[serde(rename = "clusterDNS", skip_serializing_if = "Vec::is_empty")]
    pub cluster_dns: Vec<Traced<String>>,
    /// Where the node's address is picked from.
    #[serde(rename = "nodeIP", skip_serializing_if = "Option::is_none")]
    pub node_ip: Option<NodeIp>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra_args: Map<Traced<String>>,
    /// What is mounted into its container; in every version.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extra_mounts: Vec<Traced<ExtraMount>>,
    /// Whether containers run under the seccomp profile of their runtime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_runtime_seccomp_profile_enabled: Option<Traced<bool>>,
    /// Whether it reads no static pods from a folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_manifests_directory: Option<Traced<bool>>,
    /// Whether the node is called by all of its host name.
    #[serde(rename = "registerWithFQDN", skip_serializing_if = "Option::is_none")]
    pub register_with_fqdn: Option<Traced<bool>>,
}

/// `machine.kubelet.extraMounts[]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExtraMount {
    /// Where it is in the container.
    pub destination: Traced<String>,
    /// What kind of mount it is.
    #[serde(rename = "type")]
    pub kind: Traced<String>,
    /// What it is on the machine.
    pub source: Traced<String>,
    /// Its options.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Traced<String>>,
}

/// `machine.time`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Time {
    /// Whether it is taken from nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Traced<bool>>,
    /// NTP servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub servers: Vec<Traced<String>>,
    /// How long a start waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_timeout: Option<Traced<String>>,
}

/// `machine.features`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Features {
    /// The load balancer of the API server on every node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kube_prism: Option<KubePrism>,
    /// The caching resolver on every node.
    #[serde(rename = "hostDNS", skip_serializing_if = "Option::is_none")]
    pub host_dns: Option<HostDns>,
    /// Who in the cluster may use Talos's API.
    #[serde(rename = "kubernetesTalosAPIAccess", skip_serializing_if = "Option::is_none")]
    pub talos_api_access: Option<TalosApiAccess>,
}

/// `machine.features.kubePrism`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KubePrism {
    /// Whether it runs.
    pub enabled: Traced<bool>,
    /// Its port on every node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<Traced<u16>>,
}

/// `machine.features.kubernetesTalosAPIAccess`, and its document, which has no `enabled`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TalosApiAccess {
    /// Whether anybody may.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<Traced<bool>>,
    /// The roles that may be asked for.
    pub allowed_roles: Vec<Traced<String>>,
    /// The namespaces whose pods may ask.
    pub allowed_kubernetes_namespaces: Vec<Traced<String>>,
}

/// `machine.features.hostDNS`, and `hostDNS` of a resolver document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HostDns {
    /// Whether it runs.
    pub enabled: Traced<bool>,
    /// Whether cluster DNS forwards to it.
    #[serde(rename = "forwardKubeDNSToHost")]
    pub forward_kube_dns_to_host: Traced<bool>,
    /// Whether it answers for the names of the cluster's machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve_member_names: Option<Traced<bool>>,
}

/// `cluster`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Prefixes, domain and CNI; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<ClusterNetwork>,
    /// The API server; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_server: Option<ApiServer>,
    /// The controller manager; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controller_manager: Option<Component>,
    /// The scheduler; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<Component>,
    /// kube-proxy; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Switch>,
    /// The bundled CoreDNS; until 1.13.
    #[serde(rename = "coreDNS", skip_serializing_if = "Option::is_none")]
    pub core_dns: Option<Switch>,
    /// The discovery service; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery: Option<Discovery>,
    /// etcd; in every version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etcd: Option<Etcd>,
    /// Whether control planes carry pods; until 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_scheduling_on_control_planes: Option<Traced<bool>>,
}

/// `cluster.network`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterNetwork {
    /// The bundled CNI.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cni: Option<Cni>,
    /// The domain of cluster names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_domain: Option<Traced<String>>,
    /// Prefixes of pods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pod_subnets: Vec<Traced<String>>,
    /// Prefixes of services.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_subnets: Vec<Traced<String>>,
}

/// `cluster.network.cni`, and talhelper's `cniConfig`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cni {
    /// `none` where something else installs one, or `flannel`.
    pub name: Traced<&'static str>,
}

/// Arguments of a program, by key.
pub type Args = Map<Traced<String>>;

/// `cluster.apiServer`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiServer {
    /// Further names and addresses in its certificate.
    #[serde(rename = "certSANs", skip_serializing_if = "Vec::is_empty")]
    pub cert_sans: Vec<Traced<String>>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Args::is_empty")]
    pub extra_args: Args,
    /// That the plugins which are configured by themselves are not wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub admission_control: Option<Traced<Deletion>>,
}

/// `cluster.controllerManager` and `cluster.scheduler`, and their documents. As a patch it leaves out the image, which
/// generators write.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Its arguments.
    #[serde(skip_serializing_if = "Args::is_empty")]
    pub extra_args: Args,
}

/// Something that Talos runs unless it is told not to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Switch {
    /// Whether it is off.
    pub disabled: Traced<bool>,
}

/// `cluster.discovery`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Discovery {
    /// Whether members are looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<Traced<bool>>,
    /// How.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registries: Option<Registries>,
}

/// `cluster.discovery.registries`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Registries {
    /// By the nodes of Kubernetes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kubernetes: Option<Switch>,
    /// By a service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceRegistry>,
}

/// `cluster.discovery.registries.service`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServiceRegistry {
    /// Whether it is off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Traced<bool>>,
    /// Its URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Traced<String>>,
}

/// `cluster.etcd`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Etcd {
    /// Its arguments.
    #[serde(skip_serializing_if = "Args::is_empty")]
    pub extra_args: Args,
    /// Prefixes of the addresses at which members reach each other; one with `!` before it excludes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advertised_subnets: Vec<Traced<String>>,
}
