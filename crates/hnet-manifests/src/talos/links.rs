//! The typed documents of links, and of what stands beside them. Links that are made stand in `bond.rs`.

use hnet_diagnostics::Traced;
use serde::Serialize;

/// A name for the one physical link that an expression matches.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkAliasConfig {
    /// The alias, which stands for the link everywhere.
    pub name: Traced<String>,
    /// Which link.
    pub selector: LinkSelector,
}

/// Which link an alias is for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkSelector {
    /// A CEL expression over `link`, the protobuf form of Talos's LinkStatus.
    #[serde(rename = "match")]
    pub expression: Traced<String>,
}

/// A physical link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkConfig {
    /// The link's alias or the kernel's name.
    pub name: Traced<String>,
    /// What all links have.
    #[serde(flatten)]
    pub common: CommonLink,
}

/// What all links have.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct CommonLink {
    /// Whether the link is brought up: only some links are by themselves, a VLAN's parent is not.
    pub up: Traced<bool>,
    /// The largest packet in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mtu: Option<Traced<u32>>,
    /// The static addresses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<LinkAddress>,
    /// The routes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<LinkRoute>,
}

/// A static address.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkAddress {
    /// The address with its prefix length.
    pub address: Traced<String>,
    /// The metric of the route to the address's own prefix; the kernel's zero where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_priority: Option<Traced<u32>>,
}

/// A route of a link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkRoute {
    /// The destination; none for the default route, since `0.0.0.0/0` is refused here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<Traced<String>>,
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
    /// The routing table's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Traced<String>>,
}

/// A VLAN.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VLANConfig {
    /// The name of the link that is made.
    pub name: Traced<String>,
    /// The VLAN's id, 1 to 4094.
    #[serde(rename = "vlanID")]
    pub vlan_id: Traced<u16>,
    /// The link below: an alias or the kernel's name.
    pub parent: Traced<String>,
    /// What all links have.
    #[serde(flatten)]
    pub common: CommonLink,
}

/// A link that asks DHCP for an IPv4 address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DHCPv4Config {
    /// The link.
    pub name: Traced<String>,
    /// How it asks.
    #[serde(flatten)]
    pub common: CommonDhcp,
    /// Whether the routes that DHCP brings are left out.
    #[serde(rename = "ignoreRoutes", skip_serializing_if = "Option::is_none")]
    pub ignore_routes: Option<Traced<bool>>,
}

/// A link that asks DHCPv6 for an IPv6 address.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DHCPv6Config {
    /// The link.
    pub name: Traced<String>,
    /// How it asks.
    #[serde(flatten)]
    pub common: CommonDhcp,
}

/// How a link asks DHCP for either family.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CommonDhcp {
    /// The priority of the routes that it brings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route_metric: Option<Traced<u32>>,
    /// Whether the host name that it brings is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignore_hostname: Option<Traced<bool>>,
    /// By what servers know the link: `mac` or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_identifier: Option<Traced<&'static str>>,
}

/// An address that one of the control planes holds at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Layer2VIPConfig {
    /// The address.
    pub name: Traced<String>,
    /// The link that carries its subnet.
    pub link: Traced<String>,
}
