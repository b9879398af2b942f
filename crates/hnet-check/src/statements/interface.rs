//! `interface` of a node, with its VLANs and routes, and what links that are made share with it.

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::values::{has_placeholder, refuse};
use hnet_language::{Flag, Head, List, MacPattern, Metric, Mtu, One, Text, Type, ValueType, VlanId, statement};
use hnet_model::{
    Address, ClientId, DEFAULT_METRIC, DhcpOptions, Interface, InterfaceAddress, LinkRef, LinkSelector, MAIN_TABLE,
    Made, MadeKind, Name, Node, Origin, Reason, RouteTarget, StaticRoute, SubnetId, Traced, VlanLink,
};

use super::made::Members;
use super::subnets::Subnets;
use crate::types::{ClientIdWord, FamilyWord, SwitchRef};

statement! {
    /// A network interface of a node. The name is hnet's own; where Talos has link aliases it is the
    /// alias. Without a selector the name is the kernel's; of several selectors all must fit.
    InterfaceStatement = "interface" Named () {
        /// Select it by MAC; `*` stands for the rest.
        "mac" mac: One<MacPattern>;
        /// Select it by permanent MAC, which a bond does not change.
        "permanent-mac" permanent_mac: One<MacPattern>;
        /// Select it by driver.
        "driver" driver: One<Text>;
        /// Select it by bus path.
        "bus-path" bus_path: One<Text>;
        /// Select it by the vendor and product of its card, `8086:1533`.
        "pci-id" pci_id: One<Text>;
        /// Select it by whether it is a card, and no link that is made.
        "physical" physical: Flag;
        /// Select it by the kernel's name.
        "kernel-name" kernel_name: One<Text>;
        ..link: LinkStatement;
    }
}

statement! {
    /// What all links of a node say, whether they are cards or made.
    LinkStatement = "link" Unnamed () {
        /// Its static addresses; an index of a subnet carries the subnet's prefix length.
        "address" address: List<InterfaceAddress>;
        ..dhcp: DhcpStatement;
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
    /// What a link says of DHCP.
    DhcpStatement = "dhcp" Unnamed () {
        /// Whether it asks DHCP for an address.
        "dhcp" dhcp: Flag [default "off; on where it has no static address"];
        /// The priority of the routes that DHCP brings: the lower wins.
        "dhcp-metric" metric: One<Metric> [only "Talos", default "1024"];
        /// The families for which it asks DHCP.
        "dhcp-families" families: List<FamilyWord> [only "Talos", default "IPv4, and those of what is reserved"];
        /// By what DHCP servers know it.
        "dhcp-client-id" client_id: One<ClientIdWord> [only "Talos", default "mac"];
        /// Whether the host name that DHCP brings is left out.
        "dhcp-ignore-hostname" ignore_host_name: Flag [only "Talos", default "off"];
        /// The addresses that DHCP reserves for it, by its MAC: `reserved lan[11];`
        "reserved" reserved: List<Address>;
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
        ..dhcp: DhcpStatement;
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
        /// The next hop. Without one the destination is on the link itself.
        "gateway" gateway: One<Address>;
        /// Its priority: the lower wins.
        "metric" metric: One<Metric>;
        /// The routing table.
        "table" table: One<Metric>;
        /// The address that packets are sent from.
        "source" source: One<Address>;
        /// The largest packet on the way.
        "mtu" mtu: One<Mtu>;
    }
}

/// Where a route leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Everywhere else.
    Default,
    /// To a prefix.
    Prefix(RouteTarget),
}

impl ValueType for Destination {
    const TYPE: Type = Type::Plain { called: "a prefix or `default`", examples: "`default`, `10.9.0.0/16`" };

    fn read(
        value: &hnet_syntax::tree::Value,
        _: &hnet_language::Scope<'_>,
        out: &mut Diagnostics,
    ) -> Result<Self, hnet_diagnostics::Reported> {
        let target = match value.text.as_str() {
            "default" | "0.0.0.0/0" | "::/0" => return Ok(Destination::Default),
            text if has_placeholder(value) => RouteTarget::Placeholder(text.to_owned()),
            text => RouteTarget::Known(hnet_language::values::prefix(text).map_err(|wrong| refuse(wrong, value, out))?),
        };
        Ok(Destination::Prefix(target))
    }
}

impl StaticRouteStatement {
    fn lower(self) -> Option<StaticRoute> {
        let Self { head, destination, gateway, metric, table, source, mtu } = self;
        let destination = destination?;
        let to = match destination.value {
            Destination::Default => None,
            Destination::Prefix(prefix) => Some(Traced::new(prefix, destination.origin)),
        };
        Some(StaticRoute {
            destination: to,
            gateway,
            metric: metric.map(|metric| metric.map(|Metric(metric)| metric)),
            table: table.map(|table| table.map(|Metric(table)| table)),
            source,
            mtu: mtu.map(|mtu| mtu.map(|Mtu(mtu)| mtu)),
            span: head.span,
        })
    }
}

/// What follows for a link from its addresses and the subnet that the first of them lies in.
struct Link {
    addresses: Vec<Traced<InterfaceAddress>>,
    reserved: usize,
    subnet: Option<SubnetId>,
    routes: Vec<StaticRoute>,
    mtu: Option<Traced<u32>>,
}

fn link(
    said: List<InterfaceAddress>,
    reserved: List<Address>,
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
        let subnet = subnets.all().get(subnet?.0)?;
        subnet.mtu.map(|mtu| Traced::derived(mtu.value, mtu.origin.span, Reason::SubnetMtu))
    };
    let mut routes: Vec<StaticRoute> = routes.into_iter().filter_map(StaticRouteStatement::lower).collect();
    // As routers list them, whatever the order in the source.
    let number = |number: &Option<Traced<u32>>| number.map(|number| number.value);
    routes.sort_by_cached_key(|route| {
        let destination = route.destination.as_ref().map(|destination| destination.value.clone());
        let gateway = route.gateway.as_ref().map(|gateway| gateway.value.to_string());
        (destination, number(&route.table), number(&route.metric), gateway)
    });
    Link { subnet, routes, mtu: mtu.map(|mtu| mtu.map(|Mtu(mtu)| mtu)).or_else(subnet_mtu), reserved: count, addresses }
}

/// Whether a link asks DHCP by itself.
#[derive(Clone, Copy)]
enum Asks {
    /// Where it has no other address.
    WithoutAddress,
    /// Never: it carries other links, is a part of one, leads nowhere, or through a tunnel.
    Never,
}

impl DhcpStatement {
    /// Whether a link asks DHCP, which is where it is said, where an address is reserved, and by itself where the link has
    /// no other; and how it asks.
    fn lower(
        self,
        own: &List<InterfaceAddress>,
        asks: Asks,
        span: hnet_model::Span,
        out: &mut Diagnostics,
    ) -> (Traced<bool>, DhcpOptions, List<Address>) {
        let Self { head: _, dhcp: said, metric, families, client_id, ignore_host_name, reserved } = self;
        let first = reserved.0.first();
        if let (Some(said), Some(first)) = (said.0.filter(|said| !said.value), first) {
            out.report(
                Diagnostic::new(&codes::RESERVED_WITHOUT_DHCP, "an address is reserved, and nobody asks for it")
                    .label(first.span(), "DHCP gives this address to the link")
                    .label(said.span(), "the link does not ask DHCP")
                    .help("leave `dhcp off` out, or write the address as the link's own: `address`"),
            );
        }
        let dhcp = said.0.unwrap_or_else(|| match (first, asks) {
            (Some(first), _) => Traced::derived(true, first.span(), Reason::ReservedByDhcp),
            (None, Asks::WithoutAddress) => Traced::derived(own.0.is_empty(), span, Reason::Default),
            (None, Asks::Never) => Traced::derived(false, span, Reason::Default),
        });
        // Whoever says families says all of them.
        let family = |wanted: FamilyWord| {
            let first = families.0.first()?;
            let said = families.0.iter().find(|family| family.value == wanted);
            Some(said.map_or(Traced::new(false, first.origin), |said| said.map(|_| true)))
        };
        let options = DhcpOptions {
            metric: metric.map(|metric| metric.map(|Metric(metric)| metric)),
            ipv4: family(FamilyWord::Ipv4),
            ipv6: family(FamilyWord::Ipv6),
            client_id: client_id.map(|word| {
                word.map(|word| match word {
                    ClientIdWord::Mac => ClientId::Mac,
                    ClientIdWord::None => ClientId::None,
                })
            }),
            ignore_host_name: ignore_host_name.0,
        };
        (dhcp, options, reserved)
    }
}

/// Gives a node its default route in each family where the source says none, or only a spare one or one of another
/// table: by the router of its primary link's subnet, or where that has none by another link's, the first by name.
/// Where a link asks DHCP, which brings one, only the link in the endpoint's subnet gets one besides, and one of which
/// the source says it.
pub(crate) fn derive_default_routes(node: &mut Node, endpoint: Option<IpAddr>, subnets: &Subnets<'_>) {
    for is_ipv4 in [true, false] {
        let says = |route: &StaticRoute| {
            route.destination.is_none()
                && route.gateway.as_ref().and_then(|hop| hop.value.known()).is_none_or(|hop| hop.is_ipv4() == is_ipv4)
                && route.metric.is_none_or(|metric| metric.value <= DEFAULT_METRIC)
                && route.table.is_none_or(|table| table.value == MAIN_TABLE)
        };
        if node.links().any(|link| link.routes().iter().any(says)) {
            continue;
        }
        let said = |link: &LinkRef<'_>| link.default_route().map(|said| said.value);
        // Through a tunnel one leads where that is said.
        let links: Vec<_> = node.links().filter(|link| link.interface.wireguard().is_none()).collect();
        let wanted = links.iter().copied().filter(|link| said(link) == Some(true));
        let primary = node.primary_link(endpoint, subnets.all()).into_iter();
        let brings = |link: &LinkRef<'_>| link.dhcp() && said(link) != Some(false);
        let others = links.iter().copied().filter(|_| !links.iter().any(brings));
        let candidates = wanted.chain(primary.chain(others).filter(|link| said(link) != Some(false)));
        let found =
            candidates.filter(|link| !link.dhcp()).find_map(|link| Some((link, router(link, is_ipv4, subnets)?)));
        let Some((link, (gateway, origin))) = found else { continue };
        let route = StaticRoute::by(Traced::new(gateway, origin));
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
    let subnet = subnets.all().get(link.subnet()?.0)?;
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
        let dhcp = DhcpStatement { reserved, ..DhcpStatement::default() };
        let link = LinkStatement { address, dhcp, switch, ..LinkStatement::default() };
        Some(InterfaceStatement { head, mac, link, ..InterfaceStatement::default() })
    }

    pub(crate) fn lower(self, members: &Members, subnets: &Subnets<'_>, out: &mut Diagnostics) -> Option<Interface> {
        let Self { head, mac, permanent_mac, driver, bus_path, pci_id, physical, kernel_name, link } = self;
        let mut said: Vec<Traced<LinkSelector>> = Vec::new();
        said.extend(mac.map(|mac| mac.map(|MacPattern(mac)| LinkSelector::Mac(mac))));
        said.extend(permanent_mac.map(|mac| mac.map(|MacPattern(mac)| LinkSelector::PermanentMac(mac))));
        said.extend(driver.map(|driver| driver.map(|Text(driver)| LinkSelector::Driver(driver))));
        said.extend(bus_path.map(|path| path.map(|Text(path)| LinkSelector::BusPath(path))));
        said.extend(pci_id.map(|id| id.map(|Text(id)| LinkSelector::PciId(id))));
        said.extend(physical.0.map(|is_card| is_card.map(LinkSelector::Physical)));
        if let (Some(kernel_name), Some(other)) = (&kernel_name, said.first()) {
            out.report(
                Diagnostic::new(&codes::TWO_SELECTORS, "an interface is selected in two ways")
                    .label(kernel_name.span(), "by this")
                    .label(other.span(), "and by this")
                    .help("keep one of the two: the kernel's name says which card it is"),
            );
        }
        said.extend(kernel_name.map(|name| name.map(|Text(name)| LinkSelector::KernelName(name))));
        let name = head.name.clone()?;
        let selector = match said.len() {
            0 => Traced::new(LinkSelector::KernelName(name.value.to_string()), name.origin.because(Reason::Default)),
            1 => said.remove(0),
            _ => Traced::new(LinkSelector::All(said.clone()), said[0].origin),
        };
        link.lower(&head, selector, None, members, subnets, out)
    }
}

impl LinkStatement {
    /// Lowers a link that is found by a selector, or made.
    pub(super) fn lower(
        self,
        head: &Head,
        selector: Traced<LinkSelector>,
        made: Option<Made>,
        members: &Members,
        subnets: &Subnets<'_>,
        out: &mut Diagnostics,
    ) -> Option<Interface> {
        let Self { head: _, address, dhcp, default_route, route, mtu, virtual_ip, vlan, switch } = self;
        let name = head.name.clone()?;
        let called = match &selector.value {
            LinkSelector::KernelName(called) => called.clone(),
            _ => name.value.to_string(),
        };
        let member_of = members.of(name.value.as_str()).or_else(|| members.of(&called)).or_else(|| {
            let mut macs = selector.value.parts().filter_map(LinkSelector::one_mac);
            macs.find_map(|mac| members.of(&mac.to_string()))
        });
        let leads_nowhere =
            made.as_ref().is_some_and(|made| matches!(made.kind, MadeKind::Dummy | MadeKind::WireGuard(_)));
        // A trunk that only carries VLANs asks nobody for an address.
        let is_trunk = !vlan.is_empty() && address.0.is_empty();
        let asks = match is_trunk || leads_nowhere || member_of.is_some() {
            true => Asks::Never,
            false => Asks::WithoutAddress,
        };
        let (dhcp, dhcp_options, reserved) = dhcp.lower(&address, asks, head.span, out);
        let link = link(address, reserved, route, mtu, subnets, None);
        let mut vlans: Vec<_> = vlan
            .into_iter()
            .filter_map(|vlan| vlan.lower([name.value.as_str(), &called], members, link.subnet, subnets, out))
            .collect();
        vlans.sort_by_key(|vlan| vlan.id.value);
        Some(Interface {
            name,
            selector,
            made,
            member_of,
            subnet: link.subnet,
            dhcp,
            dhcp_options,
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
    /// Lowers a VLAN on a link of these names that is in a subnet, if that is known.
    fn lower(
        self,
        parent: [&str; 2],
        members: &Members,
        beside: Option<SubnetId>,
        subnets: &Subnets<'_>,
        out: &mut Diagnostics,
    ) -> Option<VlanLink> {
        let Self { head, id, address, dhcp, default_route, route, mtu, virtual_ip } = self;
        let id = id?.map(|VlanId(id)| id);
        let is_member = parent.iter().any(|parent| members.of(&format!("{parent}.{}", id.value)).is_some());
        let asks = if is_member { Asks::Never } else { Asks::WithoutAddress };
        let (dhcp, dhcp_options, reserved) = dhcp.lower(&address, asks, head.span, out);
        let tagged = subnets.of_vlan(id.value, beside);
        let link = link(address, reserved, route, mtu, subnets, tagged);
        Some(VlanLink {
            id,
            subnet: link.subnet,
            dhcp,
            dhcp_options,
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
