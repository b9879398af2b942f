//! A machine of a cluster and its links.

use hnet_diagnostics::{Span, Traced};
use ipnet::IpNet;

use crate::{Address, HostName, InterfaceAddress, Mac, Name, RawYaml, SubnetId, SwitchId};

/// A machine of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its host name.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// What it does.
    pub role: Traced<Role>,
    /// Where Talos is installed.
    pub disk: Option<Traced<Disk>>,
    /// The installer image without a tag, where it is not Talos's own.
    pub image: Option<Traced<String>>,
    /// Its links, by hnet's own names.
    pub interfaces: Vec<Interface>,
    /// Its own address: the first static one. None where DHCP gives them all.
    pub address: Option<Traced<InterfaceAddress>>,
    /// Its name servers: its own, its subnet's or the cluster's.
    pub name_servers: Vec<Traced<Address>>,
    /// Its search domains.
    pub search_domains: Vec<Traced<HostName>>,
    /// Labels of the Kubernetes node, by key.
    pub labels: Vec<(Traced<String>, String)>,
    /// Annotations of the Kubernetes node, by key.
    pub annotations: Vec<(Traced<String>, String)>,
    /// Taints of the Kubernetes node.
    pub taints: Vec<Traced<Taint>>,
    /// Lines of `/etc/hosts`.
    pub static_hosts: Vec<StaticHost>,
    /// Talos patches.
    pub patches: Vec<RawYaml>,
    /// The statement.
    pub span: Span,
}

impl Node {
    /// All links that carry addresses: the interfaces and the VLANs on them.
    pub fn links(&self) -> impl Iterator<Item = LinkRef<'_>> {
        self.interfaces.iter().flat_map(|interface| {
            std::iter::once(LinkRef { interface, vlan: None })
                .chain(interface.vlans.iter().map(move |vlan| LinkRef { interface, vlan: Some(vlan) }))
        })
    }

    /// All addresses of all links.
    pub fn addresses(&self) -> impl Iterator<Item = &Traced<InterfaceAddress>> {
        self.links().flat_map(|link| link.addresses())
    }
}

/// An interface or a VLAN on it.
#[derive(Clone, Copy, Debug)]
pub struct LinkRef<'a> {
    /// The interface.
    pub interface: &'a Interface,
    /// The VLAN on it, where the link is one.
    pub vlan: Option<&'a VlanLink>,
}

impl<'a> LinkRef<'a> {
    /// The link's static addresses.
    #[must_use]
    pub fn addresses(self) -> &'a [Traced<InterfaceAddress>] {
        self.vlan.map_or(&self.interface.addresses, |vlan| &vlan.addresses)
    }

    /// The link's virtual addresses.
    #[must_use]
    pub fn virtual_ips(self) -> &'a [Traced<Address>] {
        self.vlan.map_or(&self.interface.virtual_ips, |vlan| &vlan.virtual_ips)
    }

    /// The link's routes.
    #[must_use]
    pub fn routes(self) -> &'a [StaticRoute] {
        self.vlan.map_or(&self.interface.routes, |vlan| &vlan.routes)
    }

    /// What Talos calls the link: hnet's name for it, which is the alias of a physical link unless that is
    /// selected by the kernel's own name; a VLAN is `<parent>.<id>`, or `vlan<id>` where that is longer
    /// than the 15 characters that Linux takes for a link which is made. Aliases may be longer.
    #[must_use]
    pub fn talos_name(self) -> String {
        let parent = match &self.interface.selector.value {
            LinkSelector::KernelName(name) => name,
            LinkSelector::Mac(_)
            | LinkSelector::PermanentMac(_)
            | LinkSelector::Driver(_)
            | LinkSelector::BusPath(_) => self.interface.name.value.as_str(),
        };
        let Some(vlan) = self.vlan else { return parent.to_owned() };
        let name = format!("{parent}.{}", vlan.id.value);
        if name.len() > 15 { format!("vlan{}", vlan.id.value) } else { name }
    }

    /// Whether the link asks DHCP for an address.
    #[must_use]
    pub fn dhcp(self) -> bool {
        self.vlan.map_or(self.interface.dhcp.value, |vlan| vlan.dhcp.value)
    }
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It runs etcd and the Kubernetes API.
    ControlPlane,
    /// It runs pods.
    Worker,
}

/// Where Talos is installed.
#[derive(Clone, Debug, PartialEq)]
pub enum Disk {
    /// A device path such as `/dev/nvme0n1`.
    Path(String),
    /// A selector by size, an expression such as `>= 100GB`.
    Size(String),
    /// A selector by serial number.
    Serial(String),
    /// A selector by model.
    Model(String),
}

/// A Kubernetes taint.
#[derive(Clone, Debug, PartialEq)]
pub struct Taint {
    /// Its key.
    pub key: String,
    /// Its value; may be empty.
    pub value: String,
    /// `NoSchedule`, `PreferNoSchedule` or `NoExecute`.
    pub effect: String,
}

/// A line of `/etc/hosts`.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticHost {
    /// The address.
    pub address: Traced<Address>,
    /// Its names.
    pub names: Vec<Traced<HostName>>,
}

/// A network interface of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Interface {
    /// hnet's own name for it; the link alias where Talos has them.
    pub name: Traced<Name>,
    /// How Talos finds it.
    pub selector: Traced<LinkSelector>,
    /// The subnet of its first address.
    pub subnet: Option<SubnetId>,
    /// Whether it asks DHCP for an address.
    pub dhcp: Traced<bool>,
    /// Its static addresses.
    pub addresses: Vec<Traced<InterfaceAddress>>,
    /// Its routes, the default route among them.
    pub routes: Vec<StaticRoute>,
    /// The largest packet in bytes.
    pub mtu: Option<Traced<u32>>,
    /// Virtual IPs that it may carry.
    pub virtual_ips: Vec<Traced<Address>>,
    /// VLANs on it.
    pub vlans: Vec<VlanLink>,
    /// The switch that it is plugged into.
    pub switch: Option<Traced<SwitchId>>,
    /// The statement.
    pub span: Span,
}

/// How Talos finds an interface.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkSelector {
    /// By hardware address.
    Mac(Mac),
    /// By permanent hardware address, which bonds do not change.
    PermanentMac(Mac),
    /// By driver.
    Driver(String),
    /// By bus path.
    BusPath(String),
    /// By the kernel's name, `eth0`.
    KernelName(String),
}

/// A VLAN on an interface of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct VlanLink {
    /// Its id, 1 to 4094.
    pub id: Traced<u16>,
    /// The subnet of its first address.
    pub subnet: Option<SubnetId>,
    /// Whether it asks DHCP for an address.
    pub dhcp: Traced<bool>,
    /// Its static addresses.
    pub addresses: Vec<Traced<InterfaceAddress>>,
    /// Its routes.
    pub routes: Vec<StaticRoute>,
    /// The largest packet in bytes.
    pub mtu: Option<Traced<u32>>,
    /// Virtual IPs that it may carry.
    pub virtual_ips: Vec<Traced<Address>>,
    /// The statement.
    pub span: Span,
}

/// A route of a link.
#[derive(Clone, Debug, PartialEq)]
pub struct StaticRoute {
    /// Where to; none for the default route.
    pub destination: Option<Traced<IpNet>>,
    /// The next hop.
    pub gateway: Traced<Address>,
    /// Its priority: the lower wins.
    pub metric: Option<Traced<u32>>,
    /// The routing table.
    pub table: Option<Traced<u32>>,
}
