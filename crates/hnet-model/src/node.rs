//! A machine of a cluster and its links.

use std::net::IpAddr;

use hnet_diagnostics::{Span, Traced};

use crate::{
    Address, Disk, FirewallRule, HostName, Hostname, Image, InterfaceAddress, KubeletSettings, Mac, MachineSettings,
    Made, Name, OwnHostDns, RawYaml, RouteTarget, Subnet, SubnetId, SwitchId, TimeSettings,
};

/// The priority of a route that says none, and of those that DHCP brings.
/// (siderolabs/talos, `pkg/machinery/nethelpers`, `DefaultRouteMetric`.)
pub const DEFAULT_METRIC: u32 = 1024;

/// The main routing table.
pub const MAIN_TABLE: u32 = 254;

/// A machine of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is called, which is its host name where that is not said.
    pub name: Traced<Name>,
    /// Its host name, where that is another.
    pub hostname: Option<Traced<Hostname>>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// What it does.
    pub role: Traced<Role>,
    /// Where Talos is installed.
    pub disk: Option<Traced<Disk>>,
    /// The image that it is installed from, where it is not Talos's own.
    pub image: Option<Image>,
    /// The UUID of its mainboard, by which Omni knows it.
    pub uuid: Option<Traced<String>>,
    /// Its links, by hnet's own names and in their order.
    pub interfaces: Vec<Interface>,
    /// Its own address: that of its primary link ([`Node::primary_link`]). None where DHCP gives it one that is not
    /// known.
    pub address: Option<Traced<InterfaceAddress>>,
    /// Where `talosctl` reaches it, addresses or names, where that is not its own address.
    pub reached_at: Vec<Traced<String>>,
    /// Those of them that are written as addresses and that it must have, though the source gives them to none of its
    /// links: DHCP does, or what the source does not say.
    pub found_at: Vec<Traced<IpAddr>>,
    /// Its name servers: its own, its subnet's or the cluster's.
    pub name_servers: Vec<Traced<Address>>,
    /// Its search domains.
    pub search_domains: Vec<Traced<HostName>>,
    /// Whether the domain of its own host name is searched, where its statement says it.
    pub default_search: Option<Traced<bool>>,
    /// Where it takes the time from, as its statement says it.
    pub time: TimeSettings,
    /// What its statement says of Talos's caching resolver.
    pub host_dns: OwnHostDns,
    /// Labels of the Kubernetes node, by key.
    pub labels: Vec<(Traced<String>, String)>,
    /// Annotations of the Kubernetes node, by key.
    pub annotations: Vec<(Traced<String>, String)>,
    /// Taints of the Kubernetes node.
    pub taints: Vec<Traced<Taint>>,
    /// Lines of `/etc/hosts`.
    pub static_hosts: Vec<StaticHost>,
    /// What it is told besides that is about no network.
    pub machine: MachineSettings,
    /// What its kubelet is told besides.
    pub kubelet: KubeletSettings,
    /// Rules of its ingress firewall besides those of all machines.
    pub firewall: Vec<FirewallRule>,
    /// Talos patches.
    pub patches: Vec<RawYaml>,
    /// The statement.
    pub span: Span,
}

impl Node {
    /// All links that carry addresses, the interfaces and the VLANs on them, in the order of their names: what is chosen
    /// among them is the same however they are written.
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

    /// Where the source says that it has an address, if it does: on a link, or as one at which it is reached.
    #[must_use]
    pub fn has(&self, address: IpAddr) -> Option<Span> {
        let is_it = |own: &&Traced<InterfaceAddress>| own.value.known().is_some_and(|net| net.addr() == address);
        let found = || self.found_at.iter().find(|own| own.value == address).map(Traced::span);
        self.addresses().find(is_it).map(Traced::span).or_else(found)
    }

    /// The link by which the cluster knows the node: the one in the subnet of the endpoint, where its address is known;
    /// else the one that carries the default route. Where neither decides, the names do.
    #[must_use]
    pub fn primary_link(&self, endpoint: Option<IpAddr>, subnets: &[Subnet]) -> Option<LinkRef<'_>> {
        // A tunnel stands behind the wires that carry it.
        let (mut links, tunnels): (Vec<LinkRef<'_>>, Vec<LinkRef<'_>>) =
            self.links().partition(|link| link.interface.wireguard().is_none());
        links.extend(tunnels);
        let find = |is: &dyn Fn(LinkRef<'_>) -> bool| links.iter().copied().find(|link| is(*link));
        let at_endpoint = endpoint.and_then(|endpoint| {
            find(&|link| link.carries(endpoint)).or_else(|| find(&|link| link.holds(endpoint, subnets)))
        });
        let default_route = || {
            let with_metric = links.iter().filter_map(|link| Some((link.default_metric()?, *link)));
            with_metric.min_by_key(|(metric, _)| *metric).map(|(_, link)| link)
        };
        at_endpoint
            .or_else(default_route)
            .or_else(|| find(&|link| link.dhcp()))
            .or_else(|| find(&|link| !link.addresses().is_empty()))
    }

    /// All addresses, those of the primary link first.
    pub fn addresses_from_primary(
        &self,
        endpoint: Option<IpAddr>,
        subnets: &[Subnet],
    ) -> impl Iterator<Item = &Traced<InterfaceAddress>> {
        let links = self.primary_link(endpoint, subnets).into_iter().chain(self.links());
        links.flat_map(LinkRef::addresses)
    }

    /// The link that can carry a virtual IP: one in its subnet, else the only one of which it is not known in which
    /// subnet it is.
    #[must_use]
    pub fn carrier(&self, address: IpAddr, subnets: &[Subnet]) -> Option<LinkRef<'_>> {
        let links: Vec<LinkRef<'_>> = self.links().collect();
        links.iter().copied().find(|link| link.holds(address, subnets)).or_else(|| {
            let mut unknown = links.iter().copied().filter(|link| !link.is_known());
            unknown.next().filter(|_| unknown.next().is_none())
        })
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
    /// The addresses that are known to be the link's: the static ones, then those that DHCP reserves for it.
    #[must_use]
    pub fn addresses(self) -> &'a [Traced<InterfaceAddress>] {
        self.vlan.map_or(&self.interface.addresses, |vlan| &vlan.addresses)
    }

    /// How many of its addresses, the last ones, DHCP reserves for it.
    #[must_use]
    pub fn reserved(self) -> usize {
        self.vlan.map_or(self.interface.reserved, |vlan| vlan.reserved)
    }

    /// The addresses that the machine gives itself.
    #[must_use]
    pub fn static_addresses(self) -> &'a [Traced<InterfaceAddress>] {
        let addresses = self.addresses();
        &addresses[..addresses.len() - self.reserved()]
    }

    /// The addresses that DHCP always gives it.
    #[must_use]
    pub fn reserved_addresses(self) -> &'a [Traced<InterfaceAddress>] {
        let addresses = self.addresses();
        &addresses[addresses.len() - self.reserved()..]
    }

    /// The subnet of its first address that lies in one; of a VLAN without a known address the subnet of its id.
    #[must_use]
    pub fn subnet(self) -> Option<SubnetId> {
        self.vlan.map_or(self.interface.subnet, |vlan| vlan.subnet)
    }

    /// Whether all its addresses are known: none is a placeholder, and what DHCP gives is reserved.
    #[must_use]
    pub fn is_known(self) -> bool {
        (!self.dhcp() || self.reserved() > 0) && self.addresses().iter().all(|address| address.value.known().is_some())
    }

    /// Whether an address lies in a subnet that the link is on.
    #[must_use]
    pub fn holds(self, address: IpAddr, subnets: &[Subnet]) -> bool {
        let on_wire = |own: &Traced<InterfaceAddress>| own.value.known().is_some_and(|net| net.contains(&address));
        let subnet = self.subnet().and_then(|subnet| subnets.get(subnet.0));
        self.addresses().iter().any(on_wire)
            || subnet.is_some_and(|subnet| subnet.prefixes.iter().any(|prefix| prefix.value.contains(&address)))
    }

    /// Whether the link may carry a virtual IP.
    #[must_use]
    pub fn carries(self, address: IpAddr) -> bool {
        self.virtual_ips().iter().any(|own| own.value.known() == Some(address))
    }

    /// The priority of its default route, where it has one that the source says or that follows from its subnet.
    fn default_metric(self) -> Option<u32> {
        let defaults = self.routes().iter().filter(|route| route.is_default());
        defaults.map(|route| route.metric.map_or(DEFAULT_METRIC, |metric| metric.value)).min()
    }

    /// The link's virtual addresses.
    #[must_use]
    pub fn virtual_ips(self) -> &'a [Traced<Address>] {
        self.vlan.map_or(&self.interface.virtual_ips, |vlan| &vlan.virtual_ips)
    }

    /// Whether the source says that the default route of the link's subnet is on it, or that it is not.
    #[must_use]
    pub fn default_route(self) -> Option<Traced<bool>> {
        self.vlan.map_or(self.interface.default_route, |vlan| vlan.default_route)
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
            | LinkSelector::BusPath(_)
            | LinkSelector::PciId(_)
            | LinkSelector::Physical(_)
            | LinkSelector::All(_) => self.interface.name.value.as_str(),
        };
        let Some(vlan) = self.vlan else { return parent.to_owned() };
        let name = format!("{parent}.{}", vlan.id.value);
        if name.len() > 15 { format!("vlan{}", vlan.id.value) } else { name }
    }

    /// How the link asks DHCP.
    #[must_use]
    pub fn dhcp_options(self) -> &'a DhcpOptions {
        self.vlan.map_or(&self.interface.dhcp_options, |vlan| &vlan.dhcp_options)
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
    /// How Talos finds it; a link that is made has its name.
    pub selector: Traced<LinkSelector>,
    /// What it is made of, where it is no card.
    pub made: Option<Made>,
    /// The link of which it is a member, and where that is said.
    pub member_of: Option<Traced<Name>>,
    /// The subnet of its first address that lies in one.
    pub subnet: Option<SubnetId>,
    /// Whether it asks DHCP for an address.
    pub dhcp: Traced<bool>,
    /// How it asks.
    pub dhcp_options: DhcpOptions,
    /// Its addresses: the static ones, then those that DHCP reserves for it.
    pub addresses: Vec<Traced<InterfaceAddress>>,
    /// How many of the addresses, the last ones, DHCP reserves for it.
    pub reserved: usize,
    /// Whether the default route that follows from its subnet is on it; where nobody says, that follows as well.
    pub default_route: Option<Traced<bool>>,
    /// Its routes, the default route among them.
    pub routes: Vec<StaticRoute>,
    /// The largest packet in bytes.
    pub mtu: Option<Traced<u32>>,
    /// Virtual IPs that it may carry.
    pub virtual_ips: Vec<Traced<Address>>,
    /// VLANs on it, in the order of their ids.
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
    /// By the vendor and product of its card, `8086:1533`.
    PciId(String),
    /// By whether it is a card at all.
    Physical(bool),
    /// By several of these at once.
    All(Vec<Traced<LinkSelector>>),
}

impl LinkSelector {
    /// The one MAC by which it finds a card.
    #[must_use]
    pub fn one_mac(&self) -> Option<&Mac> {
        match self {
            LinkSelector::Mac(mac) | LinkSelector::PermanentMac(mac) if !matches!(mac, Mac::Glob(_)) => Some(mac),
            _ => None,
        }
    }

    /// What all must fit: itself, or the several that it is.
    pub fn parts(&self) -> impl Iterator<Item = &LinkSelector> {
        let several: &[Traced<LinkSelector>] = if let LinkSelector::All(parts) = self { parts } else { &[] };
        let own = (!matches!(self, LinkSelector::All(_))).then_some(self);
        own.into_iter().chain(several.iter().map(|part| &part.value))
    }
}

/// How a link asks DHCP, where that is not as Talos does by itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DhcpOptions {
    /// The priority of the routes that DHCP brings.
    pub metric: Option<Traced<u32>>,
    /// Whether it asks for IPv4.
    pub ipv4: Option<Traced<bool>>,
    /// Whether it asks for IPv6.
    pub ipv6: Option<Traced<bool>>,
    /// By what servers know it.
    pub client_id: Option<Traced<ClientId>>,
    /// Whether it does without the host name that DHCP brings.
    pub ignore_host_name: Option<Traced<bool>>,
}

/// By what DHCP servers know a link. Talos takes an identifier of the machine only with its octets, which are a patch's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientId {
    /// By its MAC.
    Mac,
    /// By nothing that is sent besides.
    None,
}

/// A VLAN on an interface of a node.
#[derive(Clone, Debug, PartialEq)]
pub struct VlanLink {
    /// Its id, 1 to 4094.
    pub id: Traced<u16>,
    /// The subnet of its first address that lies in one; where no address is known, the subnet of its id.
    pub subnet: Option<SubnetId>,
    /// Whether it asks DHCP for an address.
    pub dhcp: Traced<bool>,
    /// How it asks.
    pub dhcp_options: DhcpOptions,
    /// Its addresses: the static ones, then those that DHCP reserves for it.
    pub addresses: Vec<Traced<InterfaceAddress>>,
    /// How many of the addresses, the last ones, DHCP reserves for it.
    pub reserved: usize,
    /// Whether the default route that follows from its subnet is on it; where nobody says, that follows as well.
    pub default_route: Option<Traced<bool>>,
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
    pub destination: Option<Traced<RouteTarget>>,
    /// The next hop; none where the destination is on the link itself.
    pub gateway: Option<Traced<Address>>,
    /// Its priority: the lower wins.
    pub metric: Option<Traced<u32>>,
    /// The routing table.
    pub table: Option<Traced<u32>>,
    /// The address that packets are sent from.
    pub source: Option<Traced<Address>>,
    /// The largest packet on the way.
    pub mtu: Option<Traced<u32>>,
    /// The statement, or the place that it follows from.
    pub span: Span,
}

impl StaticRoute {
    /// A default route by this next hop.
    #[must_use]
    pub fn by(gateway: Traced<Address>) -> StaticRoute {
        let span = gateway.origin.span;
        let (metric, table, source, mtu) = (None, None, None, None);
        StaticRoute { destination: None, gateway: Some(gateway), metric, table, source, mtu, span }
    }

    /// Whether it is a default route of the main table.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.destination.is_none() && self.table.is_none_or(|table| table.value == MAIN_TABLE)
    }
}
