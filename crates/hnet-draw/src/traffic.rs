//! The traffic: how a request travels, once from the internet and once from the LAN.
//!
//! Each band is a tree that grows to the right, hop by hop, and ends in gateways with the routes that can be
//! reached this way. Start at [`bands`], which says what is drawn; Mermaid is written from it, too.

use hnet_model::{Cluster, Gateway, GatewayId, PublishTarget};

use crate::card::{Card, GatewayCard, Line, PORT_HEIGHT};
use crate::entries::{entries, tunnel_entries};
use crate::icons::Icon;
use crate::palette::{Stroke, Style};
use crate::scene::{About, Anchor, Frame, Picture, Shape, text};
use crate::survey::{
    Survey, announces, connectors, counted, joined, listener_port, listeners, service_name, short_range,
};
use crate::tree::{Branch, lay};

const MARGIN: i32 = 40;
const GAP: i32 = 150;
const BEND: i32 = 24;
const GATEWAY_WIDTH: i32 = 440;

/// Where a request passes.
pub(crate) struct Hop {
    /// The hop before it, by its position.
    pub(crate) parent: Option<usize>,
    /// What is spoken on the way to it.
    pub(crate) label: String,
    /// Whether the tunnel leads to it.
    pub(crate) tunnel: bool,
    pub(crate) stop: GatewayCard,
}

/// All ways of one kind.
pub(crate) struct Band {
    pub(crate) title: &'static str,
    /// What is said where there is no way.
    pub(crate) otherwise: &'static str,
    pub(crate) hops: Vec<Hop>,
}

fn hop(parent: Option<usize>, label: impl Into<String>, tunnel: bool, mut card: Card) -> Hop {
    card.tunnel |= tunnel;
    Hop { parent, label: label.into(), tunnel, stop: GatewayCard { card, entries: Vec::new() } }
}

/// The ways from the internet and from the LAN.
pub(crate) fn bands(survey: &Survey<'_>) -> [Band; 2] {
    [
        Band {
            title: "From the internet",
            otherwise: "no way in: the network declares no tunnel",
            hops: from_internet(survey),
        },
        Band { title: "From the LAN", otherwise: "no way in: the network declares no gateway", hops: from_lan(survey) },
    ]
}

fn from_internet(survey: &Survey<'_>) -> Vec<Hop> {
    let mut hops = Vec::new();
    let clusters = &survey.network.clusters;
    if clusters.iter().all(|cluster| cluster.tunnels.is_empty()) {
        return hops;
    }
    let visitor = About::new("client", &["internet"], "visitor", None).saying("somewhere on the internet");
    hops.push(hop(None, "", false, Card::new(visitor, Icon::Person).note(Some("on the internet"))));
    let domain = survey.network.domain.as_ref();
    let zone = domain.map_or("takes requests for it".to_owned(), |domain| format!("zone {}", domain.value));
    let about = About::new("cloudflare", &[], "Cloudflare", domain.map(|domain| domain.span())).saying(zone.clone());
    let mut card = Card::new(about, Icon::Cloud).note(Some(zone));
    card.lines.push(Line::new(Style::Note, "TLS ends here"));
    card.tunnel = true;
    hops.push(hop(Some(0), "HTTPS", false, card));
    for cluster in clusters {
        let of = cluster.name.value.as_str();
        let mut reached = tunnel_entries(cluster);
        for (at, tunnel) in cluster.tunnels.iter().enumerate() {
            let name = tunnel.name.value.as_str();
            let connector = hops.len();
            let about = About::new("tunnel", &[of, name], name, Some(tunnel.span)).saying(connectors(tunnel));
            let card = Card::new(about, Icon::Tunnel).note(Some(format!("cloudflared, {}", connectors(tunnel))));
            hops.push(hop(Some(1), "tunnel", true, card));
            for (position, publish) in tunnel.publish.iter().enumerate() {
                let hostname = publish.hostname.value.as_str();
                match publish.target.value {
                    PublishTarget::Listener(gateway, listener) => {
                        // One card for each gateway, with its first listener on the wire.
                        let Some(entries) = reached.remove(&(at, gateway)) else { continue };
                        let GatewayId(gateway) = gateway;
                        let gateway = &cluster.gateways[gateway];
                        let label = listener_port(&gateway.listeners[listener.0]);
                        let mut next =
                            hop(Some(connector), label, true, gateway_card(&["internet", name], cluster, gateway));
                        next.stop.entries = entries;
                        hops.push(next);
                    }
                    PublishTarget::Service(service) => {
                        let title = service_name(cluster, service);
                        let about = About::new(
                            "service",
                            &["internet", of, name, position.to_string().as_str()],
                            title.clone(),
                            Some(publish.target.span()),
                        )
                        .saying(hostname);
                        let card = Card::new(about, Icon::Box).note(Some(hostname));
                        hops.push(hop(Some(connector), "HTTP", true, card));
                    }
                }
            }
        }
    }
    hops
}

fn from_lan(survey: &Survey<'_>) -> Vec<Hop> {
    let mut hops = Vec::new();
    let clusters = &survey.network.clusters;
    if clusters.iter().all(|cluster| cluster.gateways.is_empty()) {
        return hops;
    }
    let segments = counted(survey.segments.len(), "subnet");
    let about = About::new("client", &["lan"], "client", None).saying(format!("on the LAN, {segments}"));
    let lines = survey
        .segments
        .iter()
        .map(|segment| Line::with_port(segment.tone, format!("{} {}", segment.about.name, segment.prefixes)))
        .collect();
    hops.push(hop(None, "", false, Card::new(about, Icon::Person).note(Some("on the LAN")).lines(lines, 4)));
    for cluster in clusters.iter().filter(|cluster| !cluster.gateways.is_empty()) {
        let of = cluster.name.value.as_str();
        let (name, span) = match &cluster.cilium {
            Some(cilium) => ("Cilium", Some(cilium.span)),
            None => ("load balancer", None),
        };
        let says = if announces(cluster) { "a node answers ARP" } else { "takes the virtual IPs" };
        let about = About::new("data plane", &[of], name, span).saying(format!("{says}, cluster {of}"));
        let pools = cluster.pools.iter().flat_map(|pool| &pool.ranges);
        let lines = pools.map(|range| Line::new(Style::Mono, short_range(&range.value))).collect();
        let data_plane = hops.len();
        let card = Card::new(about, Icon::Honeycomb).note(Some(says)).lines(lines, 4);
        hops.push(hop(Some(0), "virtual IP", false, card));
        for (gateway, entries) in cluster.gateways.iter().zip(entries(cluster, &["lan"])) {
            let label = gateway.addresses.first().map_or("from a pool".to_owned(), |first| first.value.to_string());
            let mut next = hop(Some(data_plane), label, false, gateway_card(&["lan"], cluster, gateway));
            next.stop.entries = entries;
            hops.push(next);
        }
    }
    hops
}

fn gateway_card(view: &[&str], cluster: &Cluster, gateway: &Gateway) -> Card {
    let name = gateway.name.value.as_str();
    let mut path = view.to_vec();
    path.extend([cluster.name.value.as_str(), gateway.namespace.value.as_str(), name]);
    let addresses = joined(gateway.addresses.iter().map(|address| &address.value));
    let about = About::new("gateway", &path, name, Some(gateway.span)).saying(if addresses.is_empty() {
        listeners(gateway)
    } else {
        format!("{addresses}, {}", listeners(gateway))
    });
    Card::new(about, Icon::Gate).note(Some(listeners(gateway)).filter(|said| !said.is_empty()))
}

/// Draws the traffic of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let name = survey.network.name.value.as_str();
    let mut picture =
        Picture::new(format!("{name}, traffic"), "how a request travels from the internet and from the LAN".to_owned());
    let mut y = crate::heading(&mut picture, name, "how a request travels");
    let mut right = MARGIN + 580;
    for band in bands(survey) {
        picture.furniture.push(text(MARGIN, y + 12, Anchor::Start, Style::Group, band.title));
        y += 34;
        if band.hops.is_empty() {
            picture.furniture.push(text(MARGIN, y + 12, Anchor::Start, Style::Note, band.otherwise));
            y += 52;
            continue;
        }
        let (width, height) = paint_band(&mut picture, &band, y);
        right = right.max(MARGIN + width);
        y += height + 44;
        picture.tier += 1;
    }
    picture.width = right + MARGIN;
    picture.height = y;
    picture
}

fn paint_band(picture: &mut Picture, band: &Band, top: i32) -> (i32, i32) {
    let is_leaf = {
        let mut leaf = vec![true; band.hops.len()];
        for parent in band.hops.iter().filter_map(|hop| hop.parent) {
            leaf[parent] = false;
        }
        leaf
    };
    let branches: Vec<Branch> = (band.hops.iter().zip(is_leaf))
        .map(|(hop, leaf)| {
            let gateway = leaf && hop.stop.card.about.kind == "gateway";
            let width = if gateway { GATEWAY_WIDTH } else { hop.stop.card.width(180, 300) };
            let height = if gateway { hop.stop.height(GATEWAY_WIDTH) } else { hop.stop.card.height() };
            Branch { parent: hop.parent, width, height }
        })
        .collect();
    let layout = lay(&branches, GAP, 26);
    let place = |at: usize| {
        let frame = layout.frames[at];
        // A leaf may stand in a column that is wider than itself; a gateway takes the width it was measured for.
        Frame::new(frame.x + MARGIN, frame.y + top, branches[at].width, frame.height)
    };
    for (at, hop) in band.hops.iter().enumerate() {
        let frame = place(at);
        hop.stop.paint(picture, frame, None);
        let Some(parent) = hop.parent else { continue };
        let from = place(parent);
        let column_end = layout.frames[parent].right() + MARGIN;
        let (start, end) = (from.y + PORT_HEIGHT, frame.y + PORT_HEIGHT);
        let bend = column_end + BEND;
        let stroke = if hop.tunnel { Stroke::Tunnel } else { Stroke::Plain };
        let points = if layout.rows[parent] == layout.rows[at] {
            vec![(from.right(), start), (frame.x, end)]
        } else {
            vec![(from.right(), start), (bend, start), (bend, end), (frame.x, end)]
        };
        picture.arrow(points, stroke);
        let label = Style::MonoFine.fit(&hop.label, frame.x - bend - 20);
        picture.furniture.push(Shape::Text {
            x: bend + 8,
            y: end - 8,
            anchor: Anchor::Start,
            runs: vec![crate::scene::run(Style::MonoFine, label)],
        });
    }
    (layout.width, layout.height)
}
