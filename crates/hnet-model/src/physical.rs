//! What is cabled: uplinks, routers, switches, devices, and the subnets on the wires.

use hnet_diagnostics::{Span, Traced};
use ipnet::IpNet;

use crate::{Address, AddressRange, HostName, InterfaceAddress, InternetId, Mac, Name, RouterId, SwitchId};

/// An uplink to the outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Internet {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// The statement.
    pub span: Span,
}

/// What a router or switch is plugged into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uplink {
    /// The outside.
    Internet(InternetId),
    /// A router.
    Router(RouterId),
    /// A switch.
    Switch(SwitchId),
}

/// A router: it leads from its subnets to its uplink.
#[derive(Clone, Debug, PartialEq)]
pub struct Router {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Where it leads to.
    pub uplink: Option<Traced<Uplink>>,
    /// Its addresses, one for each subnet that it routes.
    pub addresses: Vec<Traced<Address>>,
    /// Its AS number, where it speaks BGP. (RFC 6793.)
    pub as_number: Option<Traced<u32>>,
    /// What it runs, where its own configuration is wanted.
    pub system: Option<Traced<RouterSystem>>,
    /// The statement.
    pub span: Span,
}

/// What a router runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouterSystem {
    /// FRRouting, as on Linux and VyOS's base.
    Frr,
    /// UniFi, which takes FRRouting's text.
    UniFi,
    /// MikroTik's RouterOS 7.
    MikroTik,
    /// OPNsense with its plugin `os-frr`.
    OpnSense,
}

/// A switch.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// What it is plugged into.
    pub uplink: Option<Traced<Uplink>>,
    /// Its management address.
    pub address: Option<Traced<Address>>,
    /// How many ports it has.
    pub ports: Option<Traced<u32>>,
    /// The statement.
    pub span: Span,
}

/// A device that is no node: a NAS, a printer, a camera.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its addresses.
    pub addresses: Vec<Traced<Address>>,
    /// Its hardware address.
    pub mac: Option<Traced<Mac>>,
    /// The switch that it is plugged into.
    pub switch: Option<Traced<SwitchId>>,
    /// The statement.
    pub span: Span,
}

/// The addresses of one wire or VLAN.
#[derive(Clone, Debug, PartialEq)]
pub struct Subnet {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its prefix, or one for each family. There is at least one.
    pub prefixes: Vec<Traced<IpNet>>,
    /// Its VLAN id, 1 to 4094; none for an untagged wire.
    pub vlan: Option<Traced<u16>>,
    /// The router that leads out of it.
    pub router: Option<Traced<RouterId>>,
    /// The router's addresses in this subnet: the gateways, one for each family.
    pub gateways: Vec<Traced<Address>>,
    /// The name servers of its members.
    pub name_servers: Vec<Traced<Address>>,
    /// The search domains of its members.
    pub search_domains: Vec<Traced<HostName>>,
    /// What DHCP gives out.
    pub dhcp: Vec<Traced<AddressRange>>,
    /// What is kept free for something that hnet does not know.
    pub reservations: Vec<Reservation>,
    /// The largest packet in bytes.
    pub mtu: Option<Traced<u32>>,
    /// The statement.
    pub span: Span,
}

impl Subnet {
    /// The prefix that holds the address, as the address of an interface.
    #[must_use]
    pub fn interface_address(&self, address: std::net::IpAddr) -> Option<InterfaceAddress> {
        let prefix = self.prefixes.iter().find(|prefix| prefix.value.contains(&address))?;
        IpNet::new(address, prefix.value.prefix_len()).ok().map(InterfaceAddress::Known)
    }
}

/// An address that several machines have on purpose: they take turns, or each answers who is near.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// The address.
    pub address: Traced<Address>,
    /// What shares it, and how.
    pub reason: Option<String>,
}

/// Addresses that are taken by something outside the source.
#[derive(Clone, Debug, PartialEq)]
pub struct Reservation {
    /// The addresses.
    pub range: Traced<AddressRange>,
    /// Who has them.
    pub reason: Option<String>,
}
