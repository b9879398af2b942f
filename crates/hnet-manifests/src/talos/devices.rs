//! Links as devices of the core document, which talhelper's `networkInterfaces` are too.

use hnet_diagnostics::Traced;
use serde::Serialize;

use super::bond::BondValues;
use super::wireguard::Tunnel;

/// `machine.network.interfaces[]`, which talhelper's `networkInterfaces` is too.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Device {
    /// The kernel's name; not together with a selector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interface: Option<Traced<String>>,
    /// How the link is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_selector: Option<Traced<DeviceSelector>>,
    /// The links that it is made of, where it is a bond.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bond: Option<Bond>,
    /// The links that it is made of, where it is a bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<Bridge>,
    /// Whether it is made of nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dummy: Option<Traced<bool>>,
    /// The keys and peers, where it is a tunnel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wireguard: Option<Tunnel>,
    /// The largest packet in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Traced<u32>>,
    /// Whether DHCP is asked.
    pub dhcp: Traced<bool>,
    /// For which families, where it is not IPv4 alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dhcp_options: Option<DhcpOptions>,
    /// Addresses with their prefix lengths.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Traced<String>>,
    /// The routes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// The virtual IP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vip: Option<VirtualIp>,
    /// VLANs on the link.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vlans: Vec<Traced<Vlan>>,
}

/// How a link is found; all that is set must fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviceSelector {
    /// By hardware address; `*` stands for any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hardware_addr: Option<String>,
    /// By permanent hardware address; `*` stands for any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permanent_addr: Option<String>,
    /// By driver; `*` stands for any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub driver: Option<String>,
    /// By bus path; `*` stands for any text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bus_path: Option<String>,
    /// By vendor and product; `*` stands for any text.
    #[serde(rename = "pciID", skip_serializing_if = "Option::is_none")]
    pub pci_id: Option<String>,
    /// By whether it is a card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub physical: Option<bool>,
}

/// What a bond is made of, and how it works.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bond {
    /// Its members by the kernel's names; not together with selectors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interfaces: Vec<Traced<String>>,
    /// Its members by what they are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub device_selectors: Vec<Traced<DeviceSelector>>,
    /// How it works.
    #[serde(flatten)]
    pub values: BondValues,
}

/// What a bridge is made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bridge {
    /// Its ports by the kernel's names.
    pub interfaces: Vec<Traced<String>>,
    /// The spanning tree protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stp: Option<Stp>,
    /// VLANs of its ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vlan: Option<BridgeVlan>,
}

/// The spanning tree protocol of a bridge.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stp {
    /// Whether it runs.
    pub enabled: Traced<bool>,
}

/// VLANs of a bridge's ports.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BridgeVlan {
    /// Whether the ports know them.
    pub vlan_filtering: Traced<bool>,
}

/// A VLAN on a link.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Vlan {
    /// Its id, 1 to 4094.
    pub vlan_id: Traced<u16>,
    /// The largest packet in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Traced<u32>>,
    /// Whether DHCP is asked.
    pub dhcp: Traced<bool>,
    /// For which families, where it is not IPv4 alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dhcp_options: Option<DhcpOptions>,
    /// Addresses with their prefix lengths.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<Traced<String>>,
    /// The routes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<Route>,
    /// The virtual IP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vip: Option<VirtualIp>,
}

/// How DHCP is asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DhcpOptions {
    /// The priority of the routes that it brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_metric: Option<Traced<u32>>,
    /// Whether for IPv4, which it is unless this says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv4: Option<Traced<bool>>,
    /// Whether for IPv6.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6: Option<Traced<bool>>,
}

/// A route of a link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// The destination; `0.0.0.0/0` or `::/0` for the default route.
    pub network: Traced<String>,
    /// The next hop; none where the destination is on the link itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Traced<String>>,
    /// The address that packets are sent from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Traced<String>>,
    /// The lower wins; Talos takes 1024 where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metric: Option<Traced<u32>>,
    /// The largest packet on the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Traced<u32>>,
}

/// A virtual IP of a link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VirtualIp {
    /// The address.
    pub ip: Traced<String>,
}
