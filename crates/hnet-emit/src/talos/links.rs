//! The links of a node in both shapes: what typed documents say, and v1alpha1 devices, which are
//! talhelper's `networkInterfaces` too. Start at [`of`].

use std::rc::Rc;

use hnet_manifests::talos::documents::{
    CommonLink, DHCPv4Config, DHCPv6Config, Document, Layer2VIPConfig, LinkAddress, LinkAliasConfig, LinkConfig,
    LinkRoute, LinkSelector as Selector, VLANConfig,
};
use hnet_manifests::talos::v1alpha1::{Device, Route, VirtualIp, Vlan};
use hnet_manifests::versions::talos::Minor;
use hnet_model::{
    Cluster, Interface, InterfaceAddress, LinkRef, LinkSelector, Links, Network, Node, Origin, RawYaml, Reason,
    StaticRoute, Traced, VlanLink,
};

use super::dhcp::Asked;
use super::made::Members;
use super::plan::{Plan, link_name};
use super::{expressions, selectors};

/// An interface with the virtual IPs that it and its VLANs carry.
#[derive(Clone)]
pub(super) struct Link<'a> {
    network: &'a Network,
    cluster: &'a Cluster,
    node: &'a Node,
    links: Rc<Links<'a>>,
    interface: &'a Interface,
    virtual_ips: Vec<Traced<String>>,
    vlans: Vec<(&'a VlanLink, Vec<Traced<String>>)>,
    /// The document by which a patch makes the link, where one does.
    made_by: Option<&'static str>,
    talos: Minor,
}

/// The documents that make a link which is no machine's hardware. Each says all that [`LinkConfig`] says, too, and
/// Talos takes one document for each link. (siderolabs/talos `pkg/machinery/config/types/network`; `container.go`, New.)
const MAKE_A_LINK: [&str; 5] = ["BondConfig", "BridgeConfig", "DummyLinkConfig", "VRFConfig", "WireguardConfig"];

/// The links of a node.
pub(super) fn of<'a>(plan: &Plan<'a>, node: &'a Node) -> Vec<Link<'a>> {
    let carried = |interface, vlan| Plan::virtual_ips(node, LinkRef { interface, vlan });
    let links = Rc::new(Links::of(node));
    node.interfaces
        .iter()
        .map(|interface| Link {
            network: plan.network,
            cluster: plan.cluster,
            node,
            links: Rc::clone(&links),
            interface,
            virtual_ips: carried(interface, None),
            vlans: interface.vlans.iter().map(|vlan| (vlan, carried(interface, Some(vlan)))).collect(),
            made_by: made_by(&plan.cluster.patches, interface).or_else(|| made_by(&node.patches, interface)),
            talos: plan.talos,
        })
        .collect()
}

/// The document by which one of these patches makes a link.
fn made_by(patches: &[RawYaml], interface: &Interface) -> Option<&'static str> {
    let name = link_name(interface, None).value;
    patches.iter().find_map(|patch| {
        let says = |key: &str| patch.value.get(key).and_then(|value| value.as_str());
        MAKE_A_LINK.into_iter().find(|kind| says("kind") == Some(*kind) && says("name") == Some(name.as_str()))
    })
}

impl Link<'_> {
    /// The documents of the link. Every link has one that brings it up, because as soon as one link is
    /// configured Talos leaves all others down, a VLAN's parent among them.
    pub(super) fn documents(&self, out: &mut Vec<Document>) {
        let Interface {
            name: _,
            selector,
            made: _,
            member_of: _,
            subnet: _,
            dhcp: _,
            dhcp_options: _,
            addresses: _,
            reserved: _,
            default_route: _,
            routes,
            mtu,
            virtual_ips: _,
            vlans: _,
            switch: _,
            span,
        } = self.interface;
        let origin = Origin::written(*span);
        let name = link_name(self.interface, None);
        let expression = expressions::link(&selector.value);
        let is_alias = expression.is_some();
        if let Some(expression) = expression {
            let selector = Selector { expression: Traced::new(expression, selector.origin) };
            out.push(Document::new(LinkAliasConfig { name: name.clone(), selector }, origin));
        }
        let link = LinkRef { interface: self.interface, vlan: None };
        let mut common = common_link(origin, *mtu, link.static_addresses(), routes);
        if is_alias {
            common.addresses.iter_mut().for_each(give_priority);
        }
        if let Some(members) = self.members() {
            let aliases = members.aliases().into_iter().map(|alias| {
                let origin = alias.selector.expression.origin;
                Document::new(alias, origin)
            });
            out.extend(aliases);
            out.push(Document::new(members.document(name.clone(), common, self.talos), origin));
        } else if self.says_something() {
            let config = LinkConfig { name: name.clone(), common };
            out.push(match self.made_by {
                Some(kind) => Document::in_place_of(kind, config, origin),
                None => Document::new(config, origin),
            });
        }
        further(&name, link, &self.virtual_ips, out);
        for (vlan, virtual_ips) in &self.vlans {
            let origin = Origin::written(vlan.span);
            let link = LinkRef { interface: self.interface, vlan: Some(vlan) };
            let common = common_link(origin, vlan.mtu, link.static_addresses(), &vlan.routes);
            let vlan_name = link_name(self.interface, Some(vlan));
            let config = VLANConfig { name: vlan_name.clone(), vlan_id: vlan.id, parent: name.clone(), common };
            out.push(Document::new(config, origin));
            further(&vlan_name, link, virtual_ips, out);
        }
    }
}

impl Link<'_> {
    /// What it is made of, where it is made.
    fn members(&self) -> Option<Members<'_>> {
        let Interface { name, selector, made, span, .. } = self.interface;
        let name = match &selector.value {
            LinkSelector::KernelName(called) => called,
            _ => name.value.as_str(),
        };
        let Link { network, cluster, node, links, interface, .. } = self;
        Some(Members { links, name, made: made.as_ref()?, interface, node, cluster, network, span: *span })
    }

    /// Whether there is anything to say of the link: a member of another is brought up with that.
    pub(super) fn says_something(&self) -> bool {
        let Interface { member_of, made, dhcp, addresses, routes, mtu, vlans, .. } = self.interface;
        let is_bare = !dhcp.value && mtu.is_none() && addresses.is_empty() && routes.is_empty() && vlans.is_empty();
        member_of.is_none() || made.is_some() || !is_bare || !self.virtual_ips.is_empty()
    }
}

/// The documents of a link that stand beside its own.
fn further(name: &Traced<String>, link: LinkRef<'_>, virtual_ips: &[Traced<String>], out: &mut Vec<Document>) {
    let asked = Asked::of(link);
    if let Some(origin) = asked.ipv4 {
        let ignore_routes = asked.ignore_routes;
        let config = DHCPv4Config { name: name.clone(), common: asked.common.clone(), ignore_routes };
        out.push(Document::new(config, origin));
    }
    if let Some(origin) = asked.ipv6 {
        out.push(Document::new(DHCPv6Config { name: name.clone(), common: asked.common }, origin));
    }
    for address in virtual_ips {
        let config = Layer2VIPConfig { name: address.clone(), link: name.clone() };
        out.push(Document::new(config, address.origin));
    }
}

fn common_link(
    origin: Origin,
    mtu: Option<Traced<u32>>,
    addresses: &[Traced<InterfaceAddress>],
    routes: &[StaticRoute],
) -> CommonLink {
    let route = |StaticRoute { destination, gateway, metric, table, source, mtu, span: _ }: &StaticRoute| LinkRoute {
        destination: destination.as_ref().map(text),
        gateway: gateway.as_ref().map(text),
        source: source.as_ref().map(text),
        metric: *metric,
        mtu: *mtu,
        table: table.as_ref().map(text),
    };
    CommonLink {
        up: Traced::new(true, origin.because(Reason::Shape)),
        mtu,
        addresses: addresses
            .iter()
            .map(|address| LinkAddress { address: text(address), route_priority: None })
            .collect(),
        routes: routes.iter().map(route).collect(),
    }
}

/// Talos's own default metric. Where an address of an aliased link has none, Talos takes the kernel's zero
/// for a change and configures the link again and again, which cuts the node off for seconds each time.
/// (siderolabs/talos issue 12738.)
fn give_priority(address: &mut LinkAddress) {
    let origin = address.address.origin.because(Reason::AliasedLink);
    address.route_priority = Some(Traced::new(1024, origin));
}

fn text<T: ToString>(value: &Traced<T>) -> Traced<String> {
    value.as_ref().map(T::to_string)
}

impl Link<'_> {
    /// The link as a v1alpha1 device.
    pub(super) fn device(&self) -> Traced<Device> {
        let selector = &self.interface.selector;
        let (interface, device_selector) = match &selector.value {
            LinkSelector::KernelName(name) => (Some(Traced::new(name.clone(), selector.origin)), None),
            other => (None, Some(Traced::new(selectors::device(other), selector.origin))),
        };
        let link = LinkRef { interface: self.interface, vlan: None };
        let mut device = Device {
            interface,
            device_selector,
            mtu: self.interface.mtu,
            dhcp: self.interface.dhcp,
            dhcp_options: Asked::of(link).options(),
            addresses: link.static_addresses().iter().map(text).collect(),
            routes: self.interface.routes.iter().map(device_route).collect(),
            vip: device_virtual_ip(&self.virtual_ips),
            vlans: self
                .vlans
                .iter()
                .map(|(vlan, virtual_ips)| {
                    let link = LinkRef { interface: self.interface, vlan: Some(vlan) };
                    let device = Vlan {
                        vlan_id: vlan.id,
                        mtu: vlan.mtu,
                        dhcp: vlan.dhcp,
                        dhcp_options: Asked::of(link).options(),
                        addresses: link.static_addresses().iter().map(text).collect(),
                        routes: vlan.routes.iter().map(device_route).collect(),
                        vip: device_virtual_ip(virtual_ips),
                    };
                    Traced::written(device, vlan.span)
                })
                .collect(),
            ..Device::default()
        };
        if let Some(members) = self.members() {
            members.add_to(&mut device);
        }
        Traced::written(device, self.interface.span)
    }

    /// Whether talhelper makes of the device all that the link says. It does not where a patch makes the link, a route
    /// has a table or a link carries several virtual IPs, since devices have no place for them, nor for a link that does
    /// without the routes of DHCP. What asks DHCPv6 is left to a document as well, and it forgets to bring up a link that carries nothing but VLANs. (budimanjojo/talhelper v3.1.16,
    /// `pkg/talos/networkconfig.go`; issues 1390, 1391, 1624.)
    pub(super) fn fits_device(&self) -> bool {
        let fits = |routes: &[StaticRoute], virtual_ips: &[Traced<String>]| {
            routes.iter().all(|route| route.table.is_none()) && virtual_ips.len() < 2
        };
        let Interface { dhcp, addresses, routes, mtu, vlans, .. } = self.interface;
        let asks_ipv4 = |vlan| {
            let asked = Asked::of(LinkRef { interface: self.interface, vlan });
            asked.is_sayable_of_device()
        };
        let is_made = self.members().is_none_or(|members| members.fit_device());
        // Of what is selected talhelper makes an alias for each place where it is.
        let is_member = self.interface.member_of.is_some() && self.says_something();
        let is_once = !is_member || matches!(self.interface.selector.value, LinkSelector::KernelName(_));
        let carries = dhcp.value || mtu.is_some() || !(addresses.is_empty() && routes.is_empty());
        self.made_by.is_none()
            && is_made
            && is_once
            && asks_ipv4(None)
            && vlans.iter().all(|vlan| asks_ipv4(Some(vlan)))
            && fits(routes, &self.virtual_ips)
            && self.vlans.iter().all(|(vlan, virtual_ips)| fits(&vlan.routes, virtual_ips))
            && (carries || vlans.is_empty() || self.interface.made.is_some())
    }
}

fn device_virtual_ip(virtual_ips: &[Traced<String>]) -> Option<VirtualIp> {
    virtual_ips.first().map(|address| VirtualIp { ip: address.clone() })
}

fn device_route(route: &StaticRoute) -> Route {
    let gateway = route.gateway.as_ref();
    let is_ipv6 = gateway.and_then(|gateway| gateway.value.known()).is_some_and(|gateway| gateway.is_ipv6());
    let all = if is_ipv6 { "::/0" } else { "0.0.0.0/0" };
    Route {
        network: match &route.destination {
            Some(destination) => text(destination),
            None => Traced::new(all.to_owned(), Origin::written(route.span)),
        },
        gateway: gateway.map(text),
        source: route.source.as_ref().map(text),
        metric: route.metric,
        mtu: route.mtu,
    }
}
