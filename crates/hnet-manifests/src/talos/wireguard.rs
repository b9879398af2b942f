//! Tunnels of WireGuard: the field of a device, and the typed document.
//!
//! The field names are those of Talos's JSON schemas of 1.11 and 1.14, `v1alpha1.DeviceWireguardConfig` and
//! `network.WireguardConfigV1Alpha1`; the first has no key that both ends share.

use hnet_diagnostics::Traced;
use serde::Serialize;

use super::links::CommonLink;

/// The keys and peers of a tunnel.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tunnel {
    /// The private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<Traced<String>>,
    /// The UDP port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen_port: Option<Traced<u16>>,
    /// The mark of packets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub firewall_mark: Option<Traced<u32>>,
    /// The peers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<TunnelPeer>,
}

/// A peer.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TunnelPeer {
    /// Its public key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Traced<String>>,
    /// The key that both ends share, which only the typed document says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preshared_key: Option<Traced<String>>,
    /// Where it is reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Traced<String>>,
    /// How often it is sent something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistent_keepalive_interval: Option<Traced<String>>,
    /// What it is sent, and what may come from it.
    #[serde(rename = "allowedIPs", skip_serializing_if = "Vec::is_empty")]
    pub allowed_ips: Vec<Traced<String>>,
}

/// A tunnel.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WireguardConfig {
    /// The name of the link that is made.
    pub name: Traced<String>,
    /// Its keys and peers.
    #[serde(flatten)]
    pub tunnel: Tunnel,
    /// What all links have.
    #[serde(flatten)]
    pub common: CommonLink,
}
