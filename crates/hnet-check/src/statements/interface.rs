//! `interface` of a node, with its VLANs and routes.

use crate::types::SwitchRef;
use hnet_language::values::refuse;
use hnet_language::{Flag, Head, List, MacPattern, Metric, Mtu, One, Text, Type, ValueType, VlanId, statement};
use indexmap::IndexMap;
use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{
    Address, DEFAULT_METRIC, Interface, InterfaceAddress, IpNet, LinkRef, LinkSelector, MAIN_TABLE, Name, Node, Origin,
    Reason, StaticRoute, Subnet, SubnetId, Traced, VlanLink,
};

use hnet_model::Prefixes;

statement! {
    /// A network interface of a node. The name is hnet's own; where Talos has link aliases it is the
    /// alias. Without a selector the name is the kernel's.
    InterfaceStatement = "interface" Named () {
        /// Select it by MAC; `*` stands for the rest.
        "mac" mac: One<MacPattern>;
        /// Select it by permanent MAC, which a bond does not change.
        "permanent-mac" permanent_mac: One<MacPattern>;
        /// Select it by driver.
        "driver" driver: One<Text>;
        /// Select it by bus path.
        "bus-path" bus_path: One<Text>;
        /// Select it by the kernel's name.
        "kernel-name" kernel_name: One<Text>;
        /// Its static addresses; an index of a subnet carries the subnet's prefix length.
        "address" address: List<InterfaceAddress>;
        /// Whether it asks DHCP for an address.
        "dhcp" dhcp: Flag [default "off; on where it has no static address"];
        /// The addresses that DHCP reserves for it, by its MAC: `reserved lan[11];`
        "reserved" reserved: List<Address>;
        /// Whether the default route by its subnet's router is on this link.
        "default-route" default_route: Flag [only "Talos", default "on for the primary link, unless DHCP brings one"];
        /// Further routes. The default route follows from the subnet's router.
        "route" route: Vec<StaticRouteStatement> [only "Talos"];
        /// The largest packet.
        "mtu" mtu: One<Mtu> [only "Talos", default "the subnet's"];
        /// Virtual IPs that control planes share. The cluster's endpoint need not be repeated.
        "virtual-ip" virtual_ip: List<Address> [only "Talos"];
        /// A VLAN on it.
        "vlan" vlan: Vec<VlanStatement>;
        /// The switch that it is plugged into.
        "switch" switch: One<SwitchRef>;
    }
}

statement! {
    /// A VLAN on an interface, by its id.
    VlanStatement = "vlan" Unnamed (
        /// The id, 1 to 4094.
        id: One<VlanId> [required],
    ) {
        /// Its static addresses.
        "address" address: List<InterfaceAddress>;
        /// Whether it asks DHCP for an address.
        "dhcp" dhcp: Flag [default "off; on where it has no static address"];
        /// The addresses that DHCP reserves for it, by its MAC: `reserved lan[11];`
        "reserved" reserved: List<Address>;
        /// Whether the default route by its subnet's router is on this link.
        "default-route" default_route: Flag [only "Talos", default "on for the primary link, unless DHCP brings one"];
        /// Further routes.
        "route" route: Vec<StaticRouteStatement> [only "Talos"];
        /// The largest packet.
        "mtu" mtu: One<Mtu> [only "Talos", default "the subnet's"];
        /// Virtual IPs that control planes share.
        "virtual-ip" virtual_ip: List<Address> [only "Talos"];
    }
}

statement! {
    /// A route of a link: `route default gateway lan[1];`, `route 10.9.0.0/16 gateway lan[2] metric 100;`
    StaticRouteStatement = "route" Unnamed (
        /// A prefix, or `default`.
        destination: One<Destination> [required],
    ) {
        /// The next hop.
        "gateway" gateway: One<Address> [required];
        /// Its priority: the lower wins.
        "metric" metric: One<Metric>;
        /// The routing table.
        "table" table: One<Metric>;
    }
}

/// Where a route leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Everywhere else.
    Default,
    /// To a prefix.
    Prefix(IpNet),
}

impl ValueType for Destination {
    const TYPE: Type = Type::Plain { called: "a prefix or `default`", examples: "`default`, `10.9.0.0/16`" };

    fn read(
        value: &hnet_syntax::tree::Value,
        _: &hnet_language::Scope<'_>,
        out: &mut Diagnostics,
    ) -> Result<Self, hnet_diagnostics::Reported> {
        match value.text.as_str() {
            "default" | "0.0.0.0/0" | "::/0" => Ok(Destination::Default),
            text => {
                hnet_language::values::prefix(text).map(Destination::Prefix).map_err(|wrong| refuse(wrong, value, out))
            }
        }
    }
}

impl StaticRouteStatement {
    fn lower(self) -> Option<StaticRoute> {
        let Self { head: _, destination, gateway, metric, table } = self;
        let destination = destination?;
        Some(StaticRoute {
            destination: match destination.value {
                Destination::Default => None,
                Destination::Prefix(prefix) => Some(Traced::new(prefix, destination.origin)),
            },
            gateway: gateway?,
            metric: metric.map(|metric| metric.map(|Metric(metric)| metric)),
            table: table.map(|table| table.map(|Metric(table)| table)),
        })
    }
}

/// What follows for a link from its addresses and the subnet that the first of them lies in.
struct Link {
    addresses: Vec<Traced<InterfaceAddress>>,
    reserved: usize,
    subnet: Option<SubnetId>,
    dhcp: Traced<bool>,
    routes: Vec<StaticRoute>,
    mtu: Option<Traced<u32>>,
}

fn link(
    said: List<InterfaceAddress>,
    reserved: List<Address>,
    dhcp: Traced<bool>,
    routes: Vec<StaticRouteStatement>,
    mtu: One<Mtu>,
    subnets: &Subnets<'_>,
    tagged: Option<SubnetId>,
) -> Link {
    let mut addresses = said.0;
    let reserved: Vec<_> = reserved.0.into_iter().map(|address| subnets.with_length(address)).collect();
    let count = reserved.len();
    addresses.extend(reserved);
    let mut known = addresses.iter().filter_map(|address| address.value.known()).peekable();
    // The tag says the wire of a link whose addresses only DHCP or a placeholder knows.
    let tagged = tagged.filter(|_| known.peek().is_none());
    let subnet = known.find_map(|address| Some(subnets.of(address)?.0)).or(tagged);
    let subnet_mtu = || {
        let subnet = subnets.all.get(subnet?.0)?;
        subnet.mtu.map(|mtu| Traced::derived(mtu.value, mtu.origin.span, Reason::SubnetMtu))
    };
    let mut routes: Vec<StaticRoute> = routes.into_iter().filter_map(StaticRouteStatement::lower).collect();
    // As routers list them, whatever the order in the source.
    let number = |number: &Option<Traced<u32>>| number.map(|number| number.value);
    routes.sort_by_cached_key(|route| {
        let destination = route.destination.map(|destination| destination.value);
        (destination, number(&route.table), number(&route.metric), route.gateway.value.to_string())
    });
    Link {
        subnet,
        dhcp,
        routes,
        mtu: mtu.map(|mtu| mtu.map(|Mtu(mtu)| mtu)).or_else(subnet_mtu),
        reserved: count,
        addresses,
    }
}

/// Whether a link asks DHCP: where it is said, where an address is reserved, and where the link has no other.
fn asks(
    said: Flag,
    own: &List<InterfaceAddress>,
    reserved: &List<Address>,
    span: hnet_model::Span,
    out: &mut Diagnostics,
) -> Traced<bool> {
    let first = reserved.0.first();
    if let (Some(said), Some(first)) = (said.0.filter(|said| !said.value), first) {
        out.report(
            Diagnostic::new(&codes::RESERVED_WITHOUT_DHCP, "an address is reserved, and nobody asks for it")
                .label(first.span(), "DHCP gives this address to the link")
                .label(said.span(), "the link does not ask DHCP")
                .help("leave `dhcp off` out, or write the address as the link's own: `address`"),
        );
    }
    said.0.unwrap_or_else(|| match first {
        Some(first) => Traced::derived(true, first.span(), Reason::ReservedByDhcp),
        None => Traced::derived(own.0.is_empty(), span, Reason::Default),
    })
}

/// Gives a node its default route in each family where the source says none, or only a spare one or one of another
/// table: by the router of its primary link's subnet, or where that has none by another link's, the first by name.
/// Where a link asks DHCP, which brings one, only the link in the endpoint's subnet gets one besides, and one of which
/// the source says it.
pub(crate) fn derive_default_routes(node: &mut Node, endpoint: Option<IpAddr>, subnets: &Subnets<'_>) {
    for is_ipv4 in [true, false] {
        let says = |route: &StaticRoute| {
            route.destination.is_none()
                && route.gateway.value.known().is_none_or(|hop| hop.is_ipv4() == is_ipv4)
                && route.metric.is_none_or(|metric| metric.value <= DEFAULT_METRIC)
                && route.table.is_none_or(|table| table.value == MAIN_TABLE)
        };
        if node.links().any(|link| link.routes().iter().any(says)) {
            continue;
        }
        let said = |link: &LinkRef<'_>| link.default_route().map(|said| said.value);
        let links: Vec<_> = node.links().collect();
        let wanted = links.iter().copied().filter(|link| said(link) == Some(true));
        let primary = node.primary_link(endpoint, subnets.all).into_iter();
        let brings = |link: &LinkRef<'_>| link.dhcp() && said(link) != Some(false);
        let others = links.iter().copied().filter(|_| !links.iter().any(brings));
        let candidates = wanted.chain(primary.chain(others).filter(|link| said(link) != Some(false)));
        let found =
            candidates.filter(|link| !link.dhcp()).find_map(|link| Some((link, router(link, is_ipv4, subnets)?)));
        let Some((link, (gateway, origin))) = found else { continue };
        let route = StaticRoute { destination: None, gateway: Traced::new(gateway, origin), metric: None, table: None };
        let (interface, vlan) = (link.interface.span, link.vlan.map(|vlan| vlan.span));
        let Some(interface) = node.interfaces.iter_mut().find(|own| own.span == interface) else { continue };
        match vlan.and_then(|vlan| interface.vlans.iter_mut().find(|own| own.span == vlan)) {
            Some(vlan) => vlan.routes.push(route),
            None => interface.routes.push(route),
        }
    }
}

/// The router of a link's subnet, in a family, that the link's addresses reach.
fn router(link: LinkRef<'_>, is_ipv4: bool, subnets: &Subnets<'_>) -> Option<(Address, Origin)> {
    let subnet = subnets.all.get(link.subnet()?.0)?;
    // An address of another length may not reach the router; what is wrong is then the length.
    let reaches = |hop: IpAddr| {
        link.addresses().iter().any(|address| address.value.known().is_some_and(|net| net.contains(&hop)))
    };
    let of_family = |hop: IpAddr| hop.is_ipv4() == is_ipv4 && reaches(hop);
    let gateway = subnet.gateways.iter().find(|gateway| gateway.value.known().is_some_and(of_family))?;
    let lies_in =
        |address: &&Traced<InterfaceAddress>| address.value.known().is_some_and(|own| subnets.of(own).is_some());
    let address = link.addresses().iter().find(lies_in)?;
    Some((gateway.value.clone(), address.origin.because(Reason::SubnetRouter)))
}

/// The subnets, to find the one of an address without a look at each.
pub(crate) struct Subnets<'a> {
    all: &'a [Subnet],
    prefixes: Prefixes,
    /// Whose each of them is.
    owners: Vec<usize>,
    /// Those of each VLAN id; two sites may have one of the same.
    tagged: IndexMap<u16, Vec<SubnetId>>,
}

impl<'a> Subnets<'a> {
    pub(crate) fn new(all: &'a [Subnet]) -> Self {
        let of_each = |(at, subnet): (usize, &'a Subnet)| subnet.prefixes.iter().map(move |prefix| (prefix.value, at));
        let (prefixes, owners): (Vec<IpNet>, Vec<usize>) = all.iter().enumerate().flat_map(of_each).unzip();
        let mut tagged: IndexMap<u16, Vec<SubnetId>> = IndexMap::new();
        for (at, id) in all.iter().enumerate().filter_map(|(at, subnet)| Some((at, subnet.vlan?.value))) {
            tagged.entry(id).or_default().push(SubnetId(at));
        }
        Subnets { all, prefixes: Prefixes::new(prefixes), owners, tagged }
    }

    /// The subnet of an interface's address.
    pub(crate) fn of(&self, own: IpNet) -> Option<(SubnetId, &'a Subnet)> {
        let at = self.owners[self.prefixes.of(own)?];
        Some((SubnetId(at), &self.all[at]))
    }

    /// The subnet that a VLAN carries by its id. Of several that have it, the one behind the router of the subnet that
    /// the interface is in itself, since a site has an id once.
    fn of_vlan(&self, id: u16, beside: Option<SubnetId>) -> Option<SubnetId> {
        let router = |id: SubnetId| self.all.get(id.0)?.router.map(|router| router.value);
        match self.tagged.get(&id)?.as_slice() {
            [only] => Some(*only),
            several => {
                let site = router(beside?)?;
                let mut here = several.iter().copied().filter(|subnet| router(*subnet) == Some(site));
                here.next().filter(|_| here.next().is_none())
            }
        }
    }

    /// An address as DHCP gives it: with the length of its subnet's prefix.
    fn with_length(&self, address: Traced<Address>) -> Traced<InterfaceAddress> {
        address.map(|address| match address {
            Address::Placeholder(text) => InterfaceAddress::Placeholder(text),
            Address::Known(address) => {
                let alone = IpNet::from(address);
                let prefixes = self.of(alone).into_iter().flat_map(|(_, subnet)| &subnet.prefixes);
                let length = prefixes.map(|prefix| prefix.value).find(|prefix| prefix.contains(&address));
                let with_length = length.and_then(|prefix| IpNet::new(address, prefix.prefix_len()).ok());
                InterfaceAddress::Known(with_length.unwrap_or(alone))
            }
        })
    }

    /// All of them.
    pub(crate) fn all(&self) -> &'a [Subnet] {
        self.all
    }
}

/// The name of the one interface of a node that declares none: the kernel's for the first one.
const ONLY_INTERFACE: &str = "eth0";

/// The same where its MAC finds it: then the name is an alias, which should not meet a name of the kernel's.
const ONLY_ALIAS: &str = "lan0";

impl InterfaceStatement {
    /// The interface of a node that says its address itself.
    pub(crate) fn only(
        node: &Head,
        address: List<InterfaceAddress>,
        reserved: List<Address>,
        mac: One<MacPattern>,
        switch: One<SwitchRef>,
    ) -> Option<Self> {
        let name = Name::new(if mac.is_some() { ONLY_ALIAS } else { ONLY_INTERFACE }).ok()?;
        let head = Head { name: Some(Traced::derived(name, node.span, Reason::Default)), doc: None, span: node.span };
        Some(InterfaceStatement { head, mac, address, reserved, switch, ..InterfaceStatement::default() })
    }

    /// What the interface is found by; one thing must decide.
    fn selector(
        mac: One<MacPattern>,
        permanent_mac: One<MacPattern>,
        driver: One<Text>,
        bus_path: One<Text>,
        kernel_name: One<Text>,
        out: &mut Diagnostics,
    ) -> Option<Traced<LinkSelector>> {
        let mut said: Vec<Traced<LinkSelector>> = Vec::new();
        said.extend(mac.map(|mac| mac.map(|MacPattern(mac)| LinkSelector::Mac(mac))));
        said.extend(permanent_mac.map(|mac| mac.map(|MacPattern(mac)| LinkSelector::PermanentMac(mac))));
        said.extend(driver.map(|driver| driver.map(|Text(driver)| LinkSelector::Driver(driver))));
        said.extend(bus_path.map(|path| path.map(|Text(path)| LinkSelector::BusPath(path))));
        said.extend(kernel_name.map(|name| name.map(|Text(name)| LinkSelector::KernelName(name))));
        if let [first, second, ..] = said.as_slice() {
            out.report(
                Diagnostic::new(&codes::TWO_SELECTORS, "an interface is selected in two ways")
                    .label(second.span(), "by this")
                    .label(first.span(), "and by this")
                    .help("keep the one that finds exactly this card; its MAC does"),
            );
        }
        said.into_iter().next()
    }

    pub(crate) fn lower(self, subnets: &Subnets<'_>, out: &mut Diagnostics) -> Option<Interface> {
        let Self {
            head,
            mac,
            permanent_mac,
            driver,
            bus_path,
            kernel_name,
            address,
            dhcp,
            reserved,
            default_route,
            route,
            mtu,
            virtual_ip,
            vlan,
            switch,
        } = self;
        let name = head.name?;
        let said = Self::selector(mac, permanent_mac, driver, bus_path, kernel_name, out);
        let selector = said.unwrap_or_else(|| {
            Traced::new(LinkSelector::KernelName(name.value.to_string()), name.origin.because(Reason::Default))
        });
        // A trunk that only carries VLANs asks nobody for an address.
        let dhcp = match (dhcp.0, vlan.is_empty()) {
            (None, false) if address.0.is_empty() && reserved.0.is_empty() => {
                Flag(Some(Traced::derived(false, head.span, Reason::Default)))
            }
            _ => dhcp,
        };
        let dhcp = asks(dhcp, &address, &reserved, head.span, out);
        let link = link(address, reserved, dhcp, route, mtu, subnets, None);
        let mut vlans: Vec<_> = vlan.into_iter().filter_map(|vlan| vlan.lower(link.subnet, subnets, out)).collect();
        vlans.sort_by_key(|vlan| vlan.id.value);
        Some(Interface {
            name,
            selector,
            subnet: link.subnet,
            dhcp: link.dhcp,
            addresses: link.addresses,
            reserved: link.reserved,
            default_route: default_route.0,
            routes: link.routes,
            mtu: link.mtu,
            virtual_ips: virtual_ip.0,
            vlans,
            switch: switch.map(|switch| switch.map(|SwitchRef(switch)| switch)),
            span: head.span,
        })
    }
}

impl VlanStatement {
    /// Lowers a VLAN on an interface that is in a subnet, if that is known.
    fn lower(self, beside: Option<SubnetId>, subnets: &Subnets<'_>, out: &mut Diagnostics) -> Option<VlanLink> {
        let Self { head, id, address, dhcp, reserved, default_route, route, mtu, virtual_ip } = self;
        let dhcp = asks(dhcp, &address, &reserved, head.span, out);
        let id = id?.map(|VlanId(id)| id);
        let tagged = subnets.of_vlan(id.value, beside);
        let link = link(address, reserved, dhcp, route, mtu, subnets, tagged);
        Some(VlanLink {
            id,
            subnet: link.subnet,
            dhcp: link.dhcp,
            addresses: link.addresses,
            reserved: link.reserved,
            default_route: default_route.0,
            routes: link.routes,
            mtu: link.mtu,
            virtual_ips: virtual_ip.0,
            span: head.span,
        })
    }
}
