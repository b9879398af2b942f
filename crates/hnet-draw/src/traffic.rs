//! The traffic: how a request travels, once from the internet and once from the LAN.
//!
//! Each band is a tree that grows to the right, hop by hop, and ends in gateways with the routes that can be
//! reached this way. Start at [`bands`], which says what is drawn; Mermaid is written from it, too.

use hnet_model::{Cluster, Gateway, PublishTarget};

use crate::card::{Card, GatewayCard, Line, PORT_HEIGHT};
use crate::entries::{AS_MANY_AS_FIT, Entry, entries, tunnel_entries};
use crate::icons::Icon;
use crate::palette::{Stroke, Style};
use crate::scene::{About, Frame, On, Picture, pixels, start};
use crate::survey::{Survey, announces, connectors, listener_port, listeners, service_name, short_range};
use crate::tree::{Branch, lay};
use crate::words::{counted, joined, listed};

const MARGIN: i32 = 40;
const GAP: i32 = 150;
const BEND: i32 = 24;
/// How wide a gateway is that lists its routes in one column.
const GATEWAY_WIDTH: i32 = 440;
/// For each so many routes of a band all its gateways have a column more, and how many they have at most.
const FOR_A_COLUMN: usize = 14;
const COLUMNS: usize = 3;

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

fn hop(parent: Option<usize>, label: &str, tunnel: bool, mut card: Card, entries: Vec<Entry>) -> Hop {
    card.tunnel |= tunnel;
    Hop { parent, label: label.to_owned(), tunnel, stop: GatewayCard { card, entries } }
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
    hops.push(hop(None, "", false, Card::new(visitor, Icon::Person, "on the internet"), Vec::new()));
    let mut card = Card::cloudflare(survey.network, &[]);
    card.lines.push(Line::new(Style::Note, "TLS ends here".to_owned()));
    hops.push(hop(Some(0), "HTTPS", false, card, Vec::new()));
    for cluster in clusters {
        let of = cluster.name.value.as_str();
        let mut reached = tunnel_entries(cluster, AS_MANY_AS_FIT);
        for (at, tunnel) in cluster.tunnels.iter().enumerate() {
            let name = tunnel.name.value.as_str();
            let connector = hops.len();
            let says = connectors(tunnel);
            let about = About::new("tunnel", &[of, name], name, Some(tunnel.span)).saying(&says);
            let card = Card::new(about, Icon::Tunnel, &format!("cloudflared, {says}"));
            hops.push(hop(Some(1), "tunnel", true, card, Vec::new()));
            for (position, publish) in tunnel.publish.iter().enumerate() {
                hops.push(match publish.target.value {
                    PublishTarget::Listener(gateway, listener) => {
                        // One card for each gateway, with its first listener on the wire.
                        let Some(routes) = reached.take(at, gateway) else { continue };
                        let gateway = &cluster.gateways[gateway.0];
                        let label = listener_port(&gateway.listeners[listener.0]);
                        let card = gateway_card(&["internet", name], cluster, gateway);
                        hop(Some(connector), &label, true, card, routes.entries)
                    }
                    PublishTarget::Service(service) => {
                        let (title, hostname) = (service_name(cluster, service), publish.hostname.value.as_str());
                        let path = ["internet", of, name, &position.to_string()];
                        let about = About::new("service", &path, &title, Some(publish.target.span())).saying(hostname);
                        hop(Some(connector), "HTTP", true, Card::new(about, Icon::Box, hostname), Vec::new())
                    }
                });
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
    let says = format!("on the LAN, {}", counted(survey.segments.len(), "subnet"));
    let about = About::new("client", &["lan"], "client", None).saying(&says);
    let line = |segment: &crate::survey::Segment| {
        Line::with_port(segment.tone, format!("{} {}", segment.about.name, segment.prefixes))
    };
    let card = Card::new(about, Icon::Person, "on the LAN").lines(survey.segments.iter().map(line).collect(), 4);
    hops.push(hop(None, "", false, card, Vec::new()));
    for cluster in clusters.iter().filter(|cluster| !cluster.gateways.is_empty()) {
        let of = cluster.name.value.as_str();
        let (name, span) = match &cluster.cilium {
            Some(cilium) => ("Cilium", Some(cilium.span)),
            None => ("load balancer", None),
        };
        let says = if announces(cluster) { "a node answers ARP" } else { "takes the virtual IPs" };
        let about = About::new("data plane", &[of], name, span).saying(&format!("{says}, cluster {of}"));
        let ranges = cluster.pools.iter().flat_map(|pool| &pool.ranges);
        let lines = ranges.map(|range| Line::new(Style::Mono, short_range(range.value.first, range.value.last)));
        let card = Card::new(about, Icon::Honeycomb, says).lines(lines.collect(), 4);
        let data_plane = hops.len();
        hops.push(hop(Some(0), "virtual IP", false, card, Vec::new()));
        for (gateway, routes) in cluster.gateways.iter().zip(entries(cluster, &["lan"], AS_MANY_AS_FIT)) {
            let label = gateway.addresses.first().map_or("from a pool".to_owned(), |first| first.value.to_string());
            hops.push(hop(Some(data_plane), &label, false, gateway_card(&["lan"], cluster, gateway), routes.entries));
        }
    }
    hops
}

fn gateway_card(view: &[&str], cluster: &Cluster, gateway: &Gateway) -> Card {
    let name = gateway.name.value.as_str();
    let path = [view, &[cluster.name.value.as_str(), gateway.namespace.value.as_str(), name]].concat();
    let addresses = joined(gateway.addresses.iter().map(|address| &address.value));
    let listeners = listeners(gateway);
    let about = About::new("gateway", &path, name, Some(gateway.span)).saying(&listed(&[&addresses, &listeners], ", "));
    Card::new(about, Icon::Gate, &listeners)
}

/// Draws the traffic of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let name = survey.network.name.value.as_str();
    let description = "how a request travels from the internet and from the LAN";
    let mut picture = Picture::new(format!("{name}, traffic"), description.to_owned());
    let mut y = crate::heading(&mut picture, name, "how a request travels");
    let mut right = MARGIN + 580;
    for Band { title, otherwise, hops } in bands(survey) {
        picture.text(On::Page, start(MARGIN, y + 12), Style::Group, title);
        y += 34;
        if hops.is_empty() {
            picture.text(On::Page, start(MARGIN, y + 12), Style::Note, otherwise);
            y += 52;
            continue;
        }
        let (width, height) = paint_band(&mut picture, hops, y);
        right = right.max(MARGIN + width);
        y += height + 44;
        picture.tier += 1;
    }
    picture.width = right + MARGIN;
    picture.height = y;
    picture
}

/// How wide the gateways of a band are, so that many routes make it wider as well as higher.
fn gateway_width(hops: &[Hop]) -> i32 {
    let routes: usize = hops.iter().map(|hop| hop.stop.entries.len()).sum();
    match routes.div_ceil(FOR_A_COLUMN).min(COLUMNS) {
        0 | 1 => GATEWAY_WIDTH,
        columns => GatewayCard::width(pixels(columns)),
    }
}

/// Paints the ways of a kind from a height on; says how large they are.
fn paint_band(picture: &mut Picture, hops: Vec<Hop>, top: i32) -> (i32, i32) {
    let wide = gateway_width(&hops);
    let branch = |hop: &Hop| match hop.stop.card.about.kind {
        "gateway" => Branch { parent: hop.parent, width: wide, height: hop.stop.height(wide) },
        _ => Branch { parent: hop.parent, width: hop.stop.card.width(180, 300), height: hop.stop.card.height() },
    };
    let branches: Vec<Branch> = hops.iter().map(branch).collect();
    let layout = lay(&branches, GAP, 26);
    let place = |at: usize| {
        let frame = layout.frames[at];
        // A hop may stand in a column that is wider than itself.
        Frame::new(frame.x + MARGIN, frame.y + top, branches[at].width, frame.height)
    };
    for (at, Hop { parent, label, tunnel, stop }) in hops.into_iter().enumerate() {
        let frame = place(at);
        stop.paint(picture, frame, None);
        let Some(parent) = parent else { continue };
        let from = place(parent);
        let (out, into) = (from.y + PORT_HEIGHT, frame.y + PORT_HEIGHT);
        let bend = layout.frames[parent].right() + MARGIN + BEND;
        let stroke = if tunnel { Stroke::Tunnel } else { Stroke::Plain };
        match layout.rows[parent] == layout.rows[at] {
            true => picture.arrow(&[(from.right(), out), (frame.x, into)], stroke),
            false => picture.arrow(&[(from.right(), out), (bend, out), (bend, into), (frame.x, into)], stroke),
        }
        let room = frame.x - bend - 20;
        picture.fitted(On::Page, start(bend + 8, into - 8), Style::MonoFine, &label, room);
    }
    (layout.width, layout.height)
}
