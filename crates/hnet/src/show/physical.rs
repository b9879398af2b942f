//! The wires, devices and subnets as a tree to show, and the clusters below them.

use hnet_model::{
    Allowed, Host, HostName, Internet, Mac, Network, Origin, Output, Place, Reservation, Router, Shared, Subnet,
    Switch, Traced, Uplink,
};

use super::Show;
use super::cluster;

pub(super) fn network(network: &Network) -> Show {
    let Network {
        name,
        doc,
        domain,
        internets,
        routers,
        switches,
        hosts,
        subnets,
        shared,
        clusters,
        output,
        // Each value is shown where it is read.
        placeholders: _,
        allowed,
        span,
    } = network;
    let mut shown = Show::new("network", &name.value, *span).doc(doc.as_ref());
    shown.maybe("domain", domain.as_ref());
    self::output(output, &mut shown);
    let text = |it: &Shared| match &it.reason {
        Some(reason) => format!("{} for {reason}", it.address.value),
        None => it.address.value.to_string(),
    };
    shown.texts("shared", shared.iter().map(|it| (text(it), it.address.origin)).collect());
    shown.parts.extend(internets.iter().map(internet));
    shown.parts.extend(routers.iter().map(|one| router(one, network)));
    shown.parts.extend(switches.iter().map(|one| switch(one, network)));
    shown.parts.extend(hosts.iter().map(|one| host(one, network)));
    shown.parts.extend(subnets.iter().map(|one| subnet(one, network)));
    shown.parts.extend(clusters.iter().map(|one| cluster::cluster(one, network)));
    shown.parts.extend(allowed.iter().map(self::allowed));
    shown
}

fn allowed(allowed: &Allowed) -> Show {
    let Allowed { code, finding, reason, span } = allowed;
    let mut shown = Show::new("allowed", code, *span);
    shown.texts("finding", vec![(finding.clone(), Origin::written(*span))]);
    shown.texts("because", vec![(reason.clone(), Origin::written(*span))]);
    shown
}

pub(super) fn output(output: &Output, shown: &mut Show) {
    let Output { folder, places, objects } = output;
    let folder = folder.iter().map(|folder| {
        let path = if folder.value.is_empty() { "." } else { &folder.value };
        (format!("all to {path}"), folder.origin)
    });
    let places = places.iter().map(|(part, place)| {
        let text = match &place.value {
            Place::Off => format!("{} off", part.word()),
            Place::Folder(path) | Place::Files(path) => format!("{} to {path}", part.word()),
        };
        (text, place.origin)
    });
    let objects = objects.iter().map(|(object, path)| (format!("{object} to {}", path.value), path.origin));
    shown.texts("output", folder.chain(places).chain(objects).collect());
}

fn internet(internet: &Internet) -> Show {
    let Internet { name, doc, span } = internet;
    Show::new("internet", &name.value, *span).doc(doc.as_ref())
}

fn uplink(uplink: Option<&Traced<Uplink>>, network: &Network, shown: &mut Show) {
    shown.each("uplink", uplink, |uplink| {
        let name = match uplink {
            Uplink::Internet(id) => &network.internets[id.0].name,
            Uplink::Router(id) => &network.routers[id.0].name,
            Uplink::Switch(id) => &network.switches[id.0].name,
        };
        name.value.to_string()
    });
}

fn router(router: &Router, network: &Network) -> Show {
    let Router { name, doc, uplink, addresses, as_number, system, span } = router;
    let mut shown = Show::new("router", &name.value, *span).doc(doc.as_ref());
    self::uplink(uplink.as_ref(), network, &mut shown);
    shown.list("addresses", addresses);
    shown.maybe("as", as_number.as_ref());
    shown.each("system", system, |system| super::bgp::system(*system).to_owned());
    shown
}

fn switch(switch: &Switch, network: &Network) -> Show {
    let Switch { name, doc, uplink, address, ports, span } = switch;
    let mut shown = Show::new("switch", &name.value, *span).doc(doc.as_ref());
    self::uplink(uplink.as_ref(), network, &mut shown);
    shown.maybe("address", address.as_ref());
    shown.maybe("ports", ports.as_ref());
    shown
}

fn host(host: &Host, network: &Network) -> Show {
    let Host { name, doc, addresses, mac, switch, span } = host;
    let mut shown = Show::new("host", &name.value, *span).doc(doc.as_ref());
    shown.list("addresses", addresses);
    shown.maybe::<Mac>("mac", mac.as_ref());
    shown.each("switch", switch, |id| network.switches[id.0].name.value.to_string());
    shown
}

fn subnet(subnet: &Subnet, network: &Network) -> Show {
    let Subnet {
        name,
        doc,
        prefixes,
        vlan,
        router,
        gateways,
        name_servers,
        search_domains,
        dhcp,
        reservations,
        mtu,
        span,
    } = subnet;
    let mut shown = Show::new("subnet", &name.value, *span).doc(doc.as_ref());
    shown.list("prefixes", prefixes);
    shown.maybe("vlan", vlan.as_ref());
    shown.each("router", router, |id| network.routers[id.0].name.value.to_string());
    shown.list("gateways", gateways);
    shown.list("name servers", name_servers);
    shown.list::<HostName>("search domains", search_domains);
    shown.list("dhcp", dhcp);
    let reserved = reservations.iter().map(|Reservation { range, reason }| {
        let reason = reason.as_ref().map_or_else(String::new, |reason| format!(" ({reason})"));
        (format!("{}{reason}", range.value), range.origin)
    });
    shown.texts("reserved", reserved.collect());
    shown.maybe("mtu", mtu.as_ref());
    shown
}
