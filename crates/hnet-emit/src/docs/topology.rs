//! The pictures of the document: what is cabled to what, and how a request passes through the layers.
//!
//! A picture of more than a few dozen boxes says nothing, so many machines become one box, and many
//! routes too.

use hnet_draw::View;
use hnet_model::{HostName, Name, Origin, Owned, PublishTarget, Route, SwitchId, Traced, Uplink};

use super::Page;
use crate::markdown::Document;
use crate::markdown::mermaid::{Diagram, Vertex};

/// How many things of a kind are drawn one by one.
const DRAWN: usize = 16;

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    document.heading(2, page.shape).literal("Topology");
    document.picture("The network, tier under tier", &page.picture(View::Topology), page.shape);
    document.paragraph(page.shape).literal("More pictures: ");
    for (at, view) in [View::Traffic, View::Addresses, View::Flow].into_iter().enumerate() {
        document.comma(at).link(view.name(), &page.picture(view));
    }
    document.literal(".");
    document.heading(3, page.shape).literal("Physical");
    document.diagram(&physical(page));
    document.heading(3, page.shape).literal("Logical");
    document.diagram(&logical(page));
}

fn physical(page: &Page<'_>) -> Diagram {
    let network = page.network;
    let mut diagram = Diagram::graph(page.shape);
    let list = |addresses: &[hnet_model::Traced<hnet_model::Address>]| {
        addresses.iter().map(|address| address.value.to_string()).collect::<Vec<_>>().join(", ")
    };
    let internets: Vec<Vertex> = network
        .internets
        .iter()
        .map(|internet| diagram.vertex(&format!("Internet: {}", internet.name.value), "", internet.name.origin))
        .collect();
    let routers: Vec<Vertex> = network
        .routers
        .iter()
        .map(|router| {
            diagram.vertex(&format!("Router {}", router.name.value), &list(&router.addresses), router.name.origin)
        })
        .collect();
    let switches: Vec<Vertex> = network
        .switches
        .iter()
        .map(|switch| {
            let address = switch.address.as_ref().map(|address| address.value.to_string()).unwrap_or_default();
            diagram.vertex(&format!("Switch {}", switch.name.value), &address, switch.name.origin)
        })
        .collect();
    let above = |uplink: Uplink| match uplink {
        Uplink::Internet(id) => internets.get(id.0),
        Uplink::Router(id) => routers.get(id.0),
        Uplink::Switch(id) => switches.get(id.0),
    };
    let uplinks = network.routers.iter().map(|router| &router.uplink).zip(&routers);
    for (uplink, vertex) in uplinks.chain(network.switches.iter().map(|switch| &switch.uplink).zip(&switches)) {
        if let Some((uplink, above)) = uplink.as_ref().and_then(|uplink| Some((uplink, above(uplink.value)?))) {
            diagram.edge(*above, *vertex, "", uplink.origin);
        }
    }
    let nodes = page.cluster.nodes.iter().map(|node| {
        let address = node.address.as_ref().map_or("DHCP".to_owned(), |address| address.value.address().to_string());
        let switch = node.interfaces.iter().find_map(|interface| interface.switch).map(|switch| switch.value);
        Box { title: node.name.value.to_string(), below: address, switch, origin: node.name.origin }
    });
    let hosts = network.hosts.iter().map(|host| Box {
        title: host.name.value.to_string(),
        below: list(&host.addresses),
        switch: host.switch.map(|switch| switch.value),
        origin: host.name.origin,
    });
    let fallback = switches.first().or(routers.first()).or(internets.first()).copied();
    hang("nodes", nodes, &switches, fallback, &mut diagram);
    hang("hosts", hosts, &switches, None, &mut diagram);
    diagram
}

struct Box {
    title: String,
    below: String,
    switch: Option<SwitchId>,
    origin: Origin,
}

/// Hangs boxes below their switches, many as one.
fn hang(
    what: &str,
    boxes: impl Iterator<Item = Box>,
    switches: &[Vertex],
    fallback: Option<Vertex>,
    diagram: &mut Diagram,
) {
    let mut boxes: Vec<Box> = boxes.collect();
    boxes.sort_by_key(|one| one.switch);
    for boxes in boxes.chunk_by(|one, next| one.switch == next.switch) {
        let above = boxes[0].switch.and_then(|switch| switches.get(switch.0).copied()).or(fallback);
        let many = boxes.len() > DRAWN;
        if let (true, [first, .., last]) = (many, boxes) {
            let title = format!("{} {what}", boxes.len());
            let vertex = diagram.vertex(&title, &format!("{} to {}", first.title, last.title), first.origin);
            above.into_iter().for_each(|above| diagram.edge(above, vertex, "", first.origin));
        } else {
            for one in boxes {
                let vertex = diagram.vertex(&one.title, &one.below, one.origin);
                above.into_iter().for_each(|above| diagram.edge(above, vertex, "", one.origin));
            }
        }
    }
}

fn logical(page: &Page<'_>) -> Diagram {
    let cluster = page.cluster;
    let mut diagram = Diagram::graph(page.shape);
    let outside = page.network.internets.first().map_or(page.shape, |internet| internet.name.origin);
    let internet = (!page.network.internets.is_empty() || !cluster.tunnels.is_empty())
        .then(|| diagram.vertex("Internet", "", outside));
    let lan =
        diagram.vertex("Local network", "", page.network.subnets.first().map_or(page.shape, |lan| lan.name.origin));
    let cloudflare = cluster.tunnels.first().map(|tunnel| diagram.vertex("Cloudflare", "", tunnel.name.origin));
    diagram.open(&format!("Cluster {}", cluster.name.value), cluster.name.origin);
    let connectors: Vec<Vertex> = cluster
        .tunnels
        .iter()
        .map(|tunnel| diagram.vertex(&called("Tunnel", &tunnel.name, tunnel), "cloudflared", tunnel.name.origin))
        .collect();
    let gateways: Vec<Vertex> = cluster
        .gateways
        .iter()
        .map(|gateway| {
            let addresses: Vec<String> = gateway.addresses.iter().map(|address| address.value.to_string()).collect();
            diagram.vertex(&called("Gateway", &gateway.name, gateway), &addresses.join(", "), gateway.name.origin)
        })
        .collect();
    let services: Vec<Vertex> = if cluster.services.len() > DRAWN {
        let origin = cluster.services.first().map_or(page.shape, |service| service.name.origin);
        let all = diagram.vertex(&format!("{} services", cluster.services.len()), "", origin);
        cluster.services.iter().map(|_| all).collect()
    } else {
        let vertex = |service: &hnet_model::Service| {
            let name = service.written();
            diagram.vertex(&name, "", service.name.origin)
        };
        cluster.services.iter().map(vertex).collect()
    };
    diagram.close(cluster.name.origin);
    for (gateway, vertex) in cluster.gateways.iter().zip(&gateways) {
        diagram.edge(lan, *vertex, "", gateway.name.origin);
    }
    if let (Some(internet), Some(cloudflare)) = (internet, cloudflare) {
        diagram.edge(internet, cloudflare, "", outside);
    }
    for (tunnel, &connector) in cluster.tunnels.iter().zip(&connectors) {
        if let Some(cloudflare) = cloudflare {
            diagram.edge(cloudflare, connector, "", tunnel.name.origin);
        }
        let mut drawn: Vec<(Vertex, &Traced<HostName>)> = Vec::new();
        for publish in &tunnel.publish {
            let target = match publish.target.value {
                PublishTarget::Listener(gateway, _) => gateways.get(gateway.0),
                PublishTarget::Service(service) => services.get(service.0),
            };
            drawn.extend(target.map(|target| (*target, &publish.hostname)));
        }
        drawn.sort_by_key(|(target, _)| *target);
        for names in drawn.chunk_by(|one, next| one.0 == next.0) {
            let (target, first) = names[0];
            let label = if names.len() == 1 { first.value.to_string() } else { format!("{} names", names.len()) };
            diagram.edge(connector, target, &label, first.origin);
        }
    }
    let mut drawn: Vec<(Vertex, Vertex, &Route)> = Vec::new();
    for route in &cluster.routes {
        let backends = route.rules.iter().flat_map(|rule| &rule.backends);
        for service in backends.filter_map(|backend| services.get(backend.value.service.0)) {
            let parents = route.parents.iter().filter_map(|parent| gateways.get(parent.value.gateway.0));
            drawn.extend(parents.map(|gateway| (*gateway, *service, route)));
        }
    }
    drawn.sort_by_key(|(gateway, service, _)| (*gateway, *service));
    for routes in drawn.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
        let (gateway, service, first) = routes[0];
        let count = routes.len();
        let label = if count == 1 { format!("route {}", first.name.value) } else { format!("{count} routes") };
        diagram.edge(gateway, service, &label, first.name.origin);
    }
    diagram
}

/// What a thing is called in the diagram, which marks what exists.
fn called(what: &str, name: &Traced<Name>, thing: &impl Owned) -> String {
    let mark = if thing.is_existing() { " (existing)" } else { "" };
    format!("{what} {}{mark}", name.value)
}
