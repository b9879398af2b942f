//! The links of a node as a tree to show. Start at [`interface`].

use hnet_model::{
    ClientId, Cluster, DhcpOptions, Interface, LinkRef, LinkSelector, Made, MadeKind, Network, Node, Origin,
    StaticRoute, Traced, VlanLink, WireGuard, WireGuardPeer,
};

use super::Show;

/// A link with its VLANs.
pub(super) fn interface(interface: &Interface, node: &Node, network: &Network) -> Show {
    let Interface {
        name,
        selector,
        made,
        member_of: _,
        subnet,
        dhcp,
        dhcp_options,
        addresses: _,
        reserved: _,
        default_route: _,
        routes,
        mtu,
        virtual_ips,
        vlans,
        switch,
        span,
    } = interface;
    let link = LinkRef { interface, vlan: None };
    let mut shown = Show::new(made.as_ref().map_or("interface", Made::word), &name.value, *span);
    match made {
        Some(made) => {
            of_made(made, &mut shown);
            interface.wireguard().iter().for_each(|own| tunnel(own, interface, node, network, &mut shown));
        }
        None => shown.each("found by", [selector], found_by),
    };
    let subnet = subnet.map(|id| (network.subnets[id.0].name.value.to_string(), Origin::written(*span)));
    shown.texts("subnet", subnet.into_iter().collect());
    shown.flag("dhcp", dhcp);
    asking(dhcp_options, &mut shown);
    shown.list("addresses", link.static_addresses());
    shown.list("reserved", link.reserved_addresses());
    static_routes(routes, &mut shown);
    shown.maybe("mtu", mtu.as_ref());
    shown.list("virtual ips", virtual_ips);
    shown.each("switch", switch, |id| network.switches[id.0].name.value.to_string());
    shown.parts.extend(vlans.iter().map(|one| vlan(interface, one, network)));
    shown
}

fn found_by(selector: &LinkSelector) -> String {
    match selector {
        LinkSelector::Mac(mac) => format!("mac {mac}"),
        LinkSelector::PermanentMac(mac) => format!("permanent mac {mac}"),
        LinkSelector::Driver(driver) => format!("driver {driver}"),
        LinkSelector::BusPath(path) => format!("bus path {path}"),
        LinkSelector::KernelName(name) => format!("name {name}"),
        LinkSelector::PciId(id) => format!("pci id {id}"),
        LinkSelector::Physical(is_card) => format!("physical {is_card}"),
        LinkSelector::All(parts) => parts.iter().map(|part| found_by(&part.value)).collect::<Vec<_>>().join(" and "),
    }
}

fn of_made(made: &Made, shown: &mut Show) {
    let Made { kind, members, mac } = made;
    shown.list("members", members);
    match kind {
        MadeKind::Bond(settings) => settings.iter().for_each(|(word, setting)| shown.one(word, setting)),
        MadeKind::Bridge { stp, vlan_filtering } => {
            shown.maybe("stp", stp.as_ref());
            shown.maybe("vlan filtering", vlan_filtering.as_ref());
        }
        MadeKind::Dummy => {}
        MadeKind::WireGuard(_) => {}
    }
    shown.maybe("hardware address", mac.as_ref());
}

/// A tunnel, and its peers with what follows from the machines that they are.
fn tunnel(wireguard: &WireGuard, interface: &Interface, node: &Node, network: &Network, shown: &mut Show) {
    let WireGuard { private_key, public_key, listen_port, firewall_mark, endpoint, peers: _ } = wireguard;
    shown.maybe("private key", private_key.as_ref());
    shown.maybe("public key", public_key.as_ref());
    shown.maybe("listen port", listen_port.as_ref());
    shown.maybe("firewall mark", firewall_mark.as_ref());
    shown.maybe("endpoint", endpoint.as_ref());
    let is_own = |cluster: &&Cluster| cluster.nodes.iter().any(|own| own.span == node.span);
    let Some(cluster) = network.clusters.iter().find(is_own) else { return };
    for peer in wireguard.resolved(interface, node, cluster, network) {
        let WireGuardPeer { name, preshared_key, keepalive, span, .. } = peer.said;
        let mut part = Show::new("peer", &name.value, *span);
        part.maybe("public key", peer.public_key.as_ref());
        part.maybe("preshared key", preshared_key.as_ref());
        part.maybe("endpoint", peer.endpoint.as_ref());
        part.list("allowed ips", &peer.allowed_ips);
        part.maybe("keepalive", keepalive.as_ref());
        shown.parts.push(part);
    }
}

fn asking(options: &DhcpOptions, shown: &mut Show) {
    let DhcpOptions { metric, ipv4, ipv6, client_id, ignore_host_name } = options;
    shown.maybe("dhcp metric", metric.as_ref());
    shown.maybe("dhcp for ipv4", ipv4.as_ref());
    shown.maybe("dhcp for ipv6", ipv6.as_ref());
    shown.each("dhcp client id", client_id, |id| match id {
        ClientId::Mac => "mac".to_owned(),
        ClientId::None => "none".to_owned(),
    });
    shown.maybe("dhcp ignores the host name", ignore_host_name.as_ref());
}

fn vlan(interface: &Interface, vlan: &VlanLink, network: &Network) -> Show {
    let VlanLink {
        id,
        subnet,
        dhcp,
        dhcp_options,
        addresses: _,
        reserved: _,
        default_route: _,
        routes,
        mtu,
        virtual_ips,
        span,
    } = vlan;
    let link = LinkRef { interface, vlan: Some(vlan) };
    let mut shown = Show::new("vlan", id.value, *span);
    let subnet = subnet.map(|id| (network.subnets[id.0].name.value.to_string(), Origin::written(*span)));
    shown.texts("subnet", subnet.into_iter().collect());
    shown.flag("dhcp", dhcp);
    asking(dhcp_options, &mut shown);
    shown.list("addresses", link.static_addresses());
    shown.list("reserved", link.reserved_addresses());
    static_routes(routes, &mut shown);
    shown.maybe("mtu", mtu.as_ref());
    shown.list("virtual ips", virtual_ips);
    shown
}

fn static_routes(routes: &[StaticRoute], shown: &mut Show) {
    let of = |StaticRoute { destination, gateway, metric, table, source, mtu, span }: &StaticRoute| {
        let origin = gateway.as_ref().map(|gateway| gateway.origin).or(destination.as_ref().map(|to| to.origin));
        let mut text = destination.as_ref().map_or_else(|| "default".to_owned(), |to| to.value.to_string());
        let number = |said: &Option<Traced<u32>>| said.map(|said| said.value.to_string());
        for (word, said) in [
            ("via", gateway.as_ref().map(|gateway| gateway.value.to_string())),
            ("metric", number(metric)),
            ("table", number(table)),
            ("from", source.as_ref().map(|source| source.value.to_string())),
            ("mtu", number(mtu)),
        ] {
            if let Some(said) = said {
                text.push_str(&format!(" {word} {said}"));
            }
        }
        (text, origin.unwrap_or(Origin::written(*span)))
    };
    shown.texts("routes", routes.iter().map(of).collect());
}
