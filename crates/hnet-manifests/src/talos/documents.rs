//! Typed documents of a Talos machine configuration.
//!
//! Each is a kind of its own in the stream of documents, and names the topic that it took over from
//! the core document. Start at [`Document`].

use hnet_diagnostics::{Origin, Traced};
use serde::Serialize;

pub use super::bond::{BondConfig, BridgeConfig, BridgeVlan, DummyLinkConfig};
pub use super::firewall::{Ingress, NetworkDefaultActionConfig, NetworkRuleConfig, PortSelector, Ports};
pub use super::links::{
    CommonDhcp, CommonLink, DHCPv4Config, DHCPv6Config, Layer2VIPConfig, LinkAddress, LinkAliasConfig, LinkConfig,
    LinkRoute, LinkSelector, VLANConfig,
};
pub use super::services::{
    ConfigFile, ExtensionServiceConfig, RegistryEndpoint, RegistryMirrorConfig, WatchdogTimerConfig,
};
use super::v1alpha1::{Args, Component, HostDns, KubeSpan, TalosApiAccess};
pub use super::volumes::{ExistingVolumeConfig, RawVolumeConfig, SwapVolumeConfig, UserVolumeConfig, VolumeConfig};
pub use super::wireguard::WireguardConfig;
use super::{Deletion, NodeIp, NodeMap, Octal};
use crate::object::Map;

macro_rules! documents {
    ($($kind:ident),+ $(,)?) => {
        /// What a typed document says.
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(untagged)]
        pub enum Body {
            $(#[doc = concat!("`", stringify!($kind), "`.")] $kind($kind),)+
            /// A document that a patch removes from what a generator wrote.
            Removal(Removal),
        }

        impl Body {
            /// The document's kind.
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Body::$kind(_) => stringify!($kind),)+
                    Body::Removal(removal) => removal.kind,
                }
            }
        }

        $(impl From<$kind> for Body {
            fn from(document: $kind) -> Self {
                Body::$kind(document)
            }
        })+
    };
}

documents! {
    HostnameConfig,
    LinkAliasConfig,
    LinkConfig,
    BondConfig,
    BridgeConfig,
    DummyLinkConfig,
    WireguardConfig,
    VLANConfig,
    DHCPv4Config,
    DHCPv6Config,
    Layer2VIPConfig,
    ResolverConfig,
    StaticHostConfig,
    TimeSyncConfig,
    UnattendedInstallConfig,
    KubePrismConfig,
    KubeletConfig,
    KubeNodeConfig,
    KubeNetworkConfig,
    KubeProxyConfig,
    KubeCoreDNSConfig,
    KubeAPIServerConfig,
    KubeControllerManagerConfig,
    KubeSchedulerConfig,
    KubeAdmissionControlConfig,
    KubeAuditPolicyConfig,
    KubeTalosAPIAccessConfig,
    DiscoveryServiceConfig,
    SysctlConfig,
    SysfsConfig,
    KernelModuleConfig,
    UdevRulesConfig,
    EtcFileConfig,
    KubeStaticPodConfig,
    CRICustomizationConfig,
    NetworkDefaultActionConfig,
    NetworkRuleConfig,
    KubeSpanConfig,
    VolumeConfig,
    UserVolumeConfig,
    RawVolumeConfig,
    SwapVolumeConfig,
    ExistingVolumeConfig,
    ExtensionServiceConfig,
    WatchdogTimerConfig,
    RegistryMirrorConfig,
}

/// A typed document: its kind and what it says.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    api_version: &'static str,
    kind: &'static str,
    #[serde(flatten)]
    body: Body,
    /// Where the lines of the document come from that say nothing of their own.
    #[serde(skip)]
    pub origin: Origin,
}

impl Document {
    /// A document whose frame comes from `origin`.
    #[must_use]
    pub fn new(body: impl Into<Body>, origin: Origin) -> Self {
        let body = body.into();
        Document { api_version: "v1alpha1", kind: body.kind(), body, origin }
    }

    /// What a document says as a part of one of another kind, which says it, too.
    #[must_use]
    pub fn in_place_of(kind: &'static str, body: impl Into<Body>, origin: Origin) -> Self {
        Document { kind, ..Document::new(body, origin) }
    }

    /// The removal of a document that generators write, by its kind and, where it has one, its name.
    #[must_use]
    pub fn removed(kind: &'static str, name: Option<&'static str>, origin: Origin) -> Self {
        Document::new(Body::Removal(Removal { kind, name, deletion: Deletion::DELETE }), origin)
    }

    /// The document's kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }
}

/// A document that a patch removes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Removal {
    #[serde(skip)]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'static str>,
    #[serde(flatten)]
    deletion: Deletion,
}

/// The host name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HostnameConfig {
    /// `off` where the name is given; Talos's own choice and a given name exclude each other.
    pub auto: Traced<&'static str>,
    /// The name.
    pub hostname: Traced<String>,
}

/// Name servers, search domains and, from 1.14, the caching resolver.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResolverConfig {
    /// The name servers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nameservers: Vec<NameServer>,
    /// The search domains.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_domains: Option<SearchDomains>,
    /// The caching resolver on the host.
    #[serde(rename = "hostDNS", skip_serializing_if = "Option::is_none")]
    pub host_dns: Option<HostDns>,
}

/// A name server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NameServer {
    /// Its address.
    pub address: Traced<String>,
}

/// Search domains.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SearchDomains {
    /// The domains, which replace those of DHCP.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<Traced<String>>,
    /// Whether the domain of the host name is not searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_default: Option<Traced<bool>>,
}

/// A line of `/etc/hosts`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StaticHostConfig {
    /// The address.
    pub name: Traced<String>,
    /// Its names.
    pub hostnames: Vec<Traced<String>>,
}

/// Where the time comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TimeSyncConfig {
    /// Whether it is taken from servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<Traced<bool>>,
    /// How long a start waits for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub boot_timeout: Option<Traced<String>>,
    /// The servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ntp: Option<Ntp>,
}

/// NTP servers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ntp {
    /// Names or addresses.
    pub servers: Vec<Traced<String>>,
}

/// The installation to disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct UnattendedInstallConfig {
    /// What is installed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub installer: Option<Installer>,
    /// Where to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning: Option<Provisioning>,
}

/// What is installed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Installer {
    /// The image with its tag.
    pub image: Traced<String>,
}

/// Where Talos is installed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Provisioning {
    /// Which disk.
    pub disk_selector: DiskExpression,
}

/// Which disk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiskExpression {
    /// A CEL expression over `disk`; the first disk that matches is taken.
    #[serde(rename = "match")]
    pub expression: Traced<String>,
}

/// The load balancer of the API server on every node; it runs where the document is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KubePrismConfig {
    /// Its port.
    pub port: Traced<u16>,
}

/// The kubelet. As a patch it leaves out the image, which generators write.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeletConfig {
    /// Where pods ask for names.
    #[serde(rename = "clusterDNS", skip_serializing_if = "Vec::is_empty")]
    pub cluster_dns: Vec<Traced<String>>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub extra_args: Map<Traced<String>>,
    /// Whether containers run under the seccomp profile of their runtime.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_runtime_seccomp_profile_enabled: Option<Traced<bool>>,
}

/// The node object.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct KubeNodeConfig {
    /// Whether it is called by all of its host name.
    #[serde(rename = "registerWithFQDN", skip_serializing_if = "Option::is_none")]
    pub register_with_fqdn: Option<Traced<bool>>,
    /// Where its address is picked from.
    #[serde(rename = "nodeIP", skip_serializing_if = "Option::is_none")]
    pub node_ip: Option<NodeIp>,
    /// Its labels.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub labels: NodeMap,
    /// Its annotations.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub annotations: NodeMap,
    /// Its taints, as `value:Effect`.
    #[serde(skip_serializing_if = "NodeMap::is_empty")]
    pub taints: NodeMap,
}

/// The cluster's own addresses and names.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeNetworkConfig {
    /// The domain of cluster names.
    pub dns_domain: Traced<String>,
    /// Prefixes of pods; they replace the generator's.
    pub pod_subnets: Vec<Traced<String>>,
    /// Prefixes of services; they replace the generator's.
    pub service_subnets: Vec<Traced<String>>,
}

/// kube-proxy. Talos needs its image only where it runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KubeProxyConfig {
    /// Whether it runs.
    pub enabled: Traced<bool>,
}

/// The bundled CoreDNS.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KubeCoreDNSConfig {
    /// Whether it runs.
    pub enabled: Traced<bool>,
}

/// The API server. As a patch it leaves out the image, which generators write.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KubeAPIServerConfig {
    /// Further names and addresses in its certificate.
    #[serde(rename = "certExtraSANs", skip_serializing_if = "Vec::is_empty")]
    pub cert_extra_sans: Vec<Traced<String>>,
    /// Its arguments.
    #[serde(skip_serializing_if = "Args::is_empty")]
    pub extra_args: Args,
}

/// The controller manager.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct KubeControllerManagerConfig(pub Component);

/// The scheduler. Its configuration is YAML, which is put in beside this.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct KubeSchedulerConfig(pub Component);

/// A plugin that judges what is admitted. Its configuration is YAML, which is put in beside this.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KubeAdmissionControlConfig {
    /// The plugin.
    pub name: Traced<String>,
}

/// The policy of the audit log, which is YAML and is put in beside this.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct KubeAuditPolicyConfig {}

/// Who in the cluster may use Talos's API.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct KubeTalosAPIAccessConfig(pub TalosApiAccess);

/// The mesh of the machines.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct KubeSpanConfig(pub KubeSpan);

/// A discovery service; members are looked for where the document is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiscoveryServiceConfig {
    /// Its name; generators write one called `default`.
    pub name: &'static str,
    /// Its URL.
    pub endpoint: Traced<String>,
}

/// Kernel parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SysctlConfig {
    /// By key.
    pub params: Map<Traced<String>>,
}

/// Kernel attributes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SysfsConfig {
    /// By key.
    pub params: Map<Traced<String>>,
}

/// A kernel module that is loaded.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KernelModuleConfig {
    /// What it is called.
    pub name: Traced<String>,
    /// Its parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Traced<String>>,
}

/// A pod that the kubelet runs by itself. The pod is YAML, which is put in beside this.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KubeStaticPodConfig {
    /// What it is called.
    pub name: Traced<String>,
}

/// Rules of udev.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UdevRulesConfig {
    /// One after the other.
    pub rules: Vec<Traced<String>>,
}

/// A file below `/etc`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EtcFileConfig {
    /// Its path below `/etc`.
    pub name: Traced<String>,
    /// Its permissions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<Traced<Octal>>,
    /// What it holds.
    pub contents: Traced<String>,
}

/// A part of containerd's configuration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CRICustomizationConfig {
    /// What it is called.
    pub name: Traced<&'static str>,
    /// What it holds.
    pub content: Traced<String>,
}
