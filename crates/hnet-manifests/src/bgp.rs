//! Cilium's BGP control plane: who speaks with whom, how, and what is told. `cilium.io/v2` since Cilium 1.18.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

use crate::cilium::LabelSelector;

/// Which nodes speak with which peers.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cilium.io",
    version = "v2",
    kind = "CiliumBGPClusterConfig",
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct CiliumBGPClusterConfigSpec {
    /// The nodes; all where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<Traced<LabelSelector>>,
    /// The routers that run on each of them.
    pub bgp_instances: Vec<BgpInstance>,
}

/// A router that runs on a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BgpInstance {
    /// What it is called.
    pub name: Traced<String>,
    /// Its AS number.
    #[serde(rename = "localASN")]
    pub local_asn: Traced<u32>,
    /// Whom it speaks with.
    pub peers: Vec<BgpPeer>,
}

/// Whom a node speaks with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BgpPeer {
    /// What it is called.
    pub name: Traced<String>,
    /// Its AS number.
    #[serde(rename = "peerASN")]
    pub peer_asn: Option<Traced<u32>>,
    /// Its address.
    pub peer_address: Option<Traced<String>>,
    /// How the session is held.
    pub peer_config_ref: PeerConfigRef,
}

/// A [`CiliumBGPPeerConfig`] by its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeerConfigRef {
    /// Its name.
    pub name: Traced<String>,
}

/// How sessions are held.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cilium.io",
    version = "v2",
    kind = "CiliumBGPPeerConfig",
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct CiliumBGPPeerConfigSpec {
    /// The Secret with the password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_secret_ref: Option<Traced<String>>,
    /// How many hops away the peer may be; 1 where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ebgp_multihop: Option<Traced<u8>>,
    /// What the peer does while an agent starts again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graceful_restart: Option<GracefulRestart>,
    /// How often something is said, and after what silence the session is given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timers: Option<Timers>,
    /// Where the peer answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transport: Option<Transport>,
    /// The families of the routes, each with the advertisements that it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub families: Vec<FamilyAdvertisements>,
}

/// What a peer does while an agent starts again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GracefulRestart {
    /// Whether it keeps the routes.
    pub enabled: bool,
    /// For so many seconds.
    pub restart_time_seconds: Traced<u64>,
}

/// Times in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timers {
    /// Until connecting is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_retry_time_seconds: Option<Traced<u64>>,
    /// Of silence until the session is given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold_time_seconds: Option<Traced<u64>>,
    /// Between what is said; no longer than the hold time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_alive_time_seconds: Option<Traced<u64>>,
}

/// Where a peer answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Transport {
    /// Its port; 179 where there is none.
    pub peer_port: Traced<u16>,
}

/// A family of routes, with its advertisements.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FamilyAdvertisements {
    /// `ipv4` or `ipv6`.
    pub afi: Traced<String>,
    /// `unicast`: Cilium announces nothing else.
    pub safi: String,
    /// Which advertisements are told.
    pub advertisements: Option<LabelSelector>,
}

/// What is told.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cilium.io",
    version = "v2",
    kind = "CiliumBGPAdvertisement",
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct CiliumBGPAdvertisementSpec {
    /// Whose addresses.
    pub advertisements: Vec<Advertisement>,
}

/// Addresses that are told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Advertisement {
    /// `PodCIDR` or `Service`.
    pub advertisement_type: Traced<String>,
    /// Which addresses of services.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceAdvertisement>,
    /// Which services. None selects nothing, an empty one all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// What the routes carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

/// Which addresses of services.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ServiceAdvertisement {
    /// `LoadBalancerIP`, `ClusterIP` or `ExternalIP`.
    pub addresses: Vec<Traced<String>>,
}

/// What routes carry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attributes {
    /// Communities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub communities: Option<Communities>,
    /// How much routers of the same AS like them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub local_preference: Option<Traced<u32>>,
}

/// Communities by their kinds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Communities {
    /// `AS:NUMBER`, or one number. (RFC 1997.)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub standard: Vec<Traced<String>>,
    /// `AS:NUMBER:NUMBER`. (RFC 8092.)
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub large: Vec<Traced<String>>,
    /// By name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub well_known: Vec<Traced<String>>,
}
