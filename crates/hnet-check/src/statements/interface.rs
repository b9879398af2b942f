//! `interface` of a node, with its VLANs and routes.

use crate::types::SwitchRef;
use hnet_language::values::refuse;
use hnet_language::{Flag, Head, List, MacPattern, Metric, Mtu, One, Text, Type, ValueType, VlanId, statement};
use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{
    Address, Interface, InterfaceAddress, IpNet, LinkSelector, Name, Reason, StaticRoute, Subnet, SubnetId, Traced,
    VlanLink,
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
        "dhcp" dhcp: Flag [default "off; on where it has no address"];
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
        "dhcp" dhcp: Flag [default "off; on where it has no address"];
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

/// What follows for a link from the subnet that its first address lies in.
struct Link {
    subnet: Option<SubnetId>,
    dhcp: Traced<bool>,
    routes: Vec<StaticRoute>,
    mtu: Option<Traced<u32>>,
}

fn link(
    addresses: &[Traced<InterfaceAddress>],
    dhcp: Flag,
    routes: Vec<StaticRouteStatement>,
    mtu: One<Mtu>,
    subnets: &Subnets<'_>,
    default_route: &mut DefaultRoute,
    span: hnet_model::Span,
) -> Link {
    let found = addresses.iter().find_map(|address| Some((address, subnets.of(address.value.known()?)?)));
    let dhcp = dhcp.0.unwrap_or_else(|| Traced::derived(addresses.is_empty(), span, Reason::Default));
    let mut lowered: Vec<StaticRoute> = routes.into_iter().filter_map(StaticRouteStatement::lower).collect();
    if let Some((address, (_, subnet))) = found {
        for family_v4 in [true, false] {
            let written = lowered.iter().any(|route| {
                route.destination.is_none() && route.gateway.value.known().is_none_or(|hop| hop.is_ipv4() == family_v4)
            });
            let taken = default_route.taken(family_v4);
            if written {
                *taken = true;
            } else if !dhcp.value && !*taken {
                // An address of another length may not reach the router; what is wrong is then the length.
                let reaches = |hop: IpAddr| {
                    addresses.iter().any(|address| address.value.known().is_some_and(|net| net.contains(&hop)))
                };
                let of_family = |hop: IpAddr| hop.is_ipv4() == family_v4 && reaches(hop);
                let gateway = subnet.gateways.iter().find(|gateway| gateway.value.known().is_some_and(of_family));
                if let Some(gateway) = gateway {
                    *taken = true;
                    let origin = address.origin.because(Reason::SubnetRouter);
                    lowered.push(StaticRoute {
                        destination: None,
                        gateway: Traced::new(gateway.value.clone(), origin),
                        metric: None,
                        table: None,
                    });
                }
            }
        }
    }
    let subnet_mtu = || {
        let (_, (_, subnet)) = found.as_ref()?;
        subnet.mtu.map(|mtu| Traced::derived(mtu.value, mtu.origin.span, Reason::SubnetMtu))
    };
    Link {
        subnet: found.map(|(_, (id, _))| id),
        dhcp,
        routes: lowered,
        mtu: mtu.map(|mtu| mtu.map(|Mtu(mtu)| mtu)).or_else(subnet_mtu),
    }
}

/// Which families of a node have their default route: the first link with a router has it.
#[derive(Default)]
pub(crate) struct DefaultRoute {
    v4: bool,
    v6: bool,
}

impl DefaultRoute {
    fn taken(&mut self, v4: bool) -> &mut bool {
        if v4 { &mut self.v4 } else { &mut self.v6 }
    }
}

/// The subnets, to find the one of an address without a look at each.
pub(crate) struct Subnets<'a> {
    all: &'a [Subnet],
    prefixes: Prefixes,
    /// Whose each of them is.
    owners: Vec<usize>,
}

impl<'a> Subnets<'a> {
    pub(crate) fn new(all: &'a [Subnet]) -> Self {
        let of_each = |(at, subnet): (usize, &'a Subnet)| subnet.prefixes.iter().map(move |prefix| (prefix.value, at));
        let (prefixes, owners): (Vec<IpNet>, Vec<usize>) = all.iter().enumerate().flat_map(of_each).unzip();
        Subnets { all, prefixes: Prefixes::new(prefixes), owners }
    }

    /// The subnet of an interface's address.
    pub(crate) fn of(&self, own: IpNet) -> Option<(SubnetId, &'a Subnet)> {
        let at = self.owners[self.prefixes.of(own)?];
        Some((SubnetId(at), &self.all[at]))
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
        mac: One<MacPattern>,
        switch: One<SwitchRef>,
    ) -> Option<Self> {
        let name = Name::new(if mac.is_some() { ONLY_ALIAS } else { ONLY_INTERFACE }).ok()?;
        let head = Head { name: Some(Traced::derived(name, node.span, Reason::Default)), doc: None, span: node.span };
        Some(InterfaceStatement { head, mac, address, switch, ..InterfaceStatement::default() })
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

    pub(crate) fn lower(
        self,
        subnets: &Subnets<'_>,
        default_route: &mut DefaultRoute,
        out: &mut Diagnostics,
    ) -> Option<Interface> {
        let Self {
            head,
            mac,
            permanent_mac,
            driver,
            bus_path,
            kernel_name,
            address,
            dhcp,
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
            (None, false) if address.0.is_empty() => Flag(Some(Traced::derived(false, head.span, Reason::Default))),
            _ => dhcp,
        };
        let link = link(&address.0, dhcp, route, mtu, subnets, default_route, head.span);
        let vlans = vlan.into_iter().filter_map(|vlan| vlan.lower(subnets, default_route)).collect();
        Some(Interface {
            name,
            selector,
            subnet: link.subnet,
            dhcp: link.dhcp,
            addresses: address.0,
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
    fn lower(self, subnets: &Subnets<'_>, default_route: &mut DefaultRoute) -> Option<VlanLink> {
        let Self { head, id, address, dhcp, route, mtu, virtual_ip } = self;
        let link = link(&address.0, dhcp, route, mtu, subnets, default_route, head.span);
        Some(VlanLink {
            id: id?.map(|VlanId(id)| id),
            subnet: link.subnet,
            dhcp: link.dhcp,
            addresses: address.0,
            routes: link.routes,
            mtu: link.mtu,
            virtual_ips: virtual_ip.0,
            span: head.span,
        })
    }
}
