//! A cluster: its machines, the data plane under them, and the ways in that hang from it.
//!
//! Gateways that a tunnel leads to stand last, beside the tunnel's gutter, so that nothing crosses. No width
//! depends on a route: adding one makes its gateway's card longer and moves nothing.
//! Start at [`plan`], which measures; [`Plan::paint`] paints.

use hnet_model::Cluster;

use super::cards::{
    Way, about, connector_cards, crowd, data_plane, distribution, groups, pods, services, support, virtual_ip, ways,
};
use super::members::{Drop, Group};
use crate::card::{Card, PILL_HEIGHT, PORT_HEIGHT, pill, pill_width};
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style};
use crate::scene::{About, Cover, Frame, On, Picture, end, middle, pixels, run, start};
use crate::survey::{Survey, short_range};
use crate::words::joined;

const PADDING: i32 = 20;
const GROUP_GAP: i32 = 22;
pub(super) const GATEWAY_WIDTH: i32 = 372;
const GATEWAY_GAP: i32 = 20;
const SUPPORT_WIDTH: i32 = 248;
const SUPPORT_GAP: i32 = 10;
/// Between two connectors.
const CONNECTOR_GAP: i32 = 16;
/// Between the last gateway and the tunnel's connector, with the wire that joins them.
const GUTTER_GAP: i32 = 48;
const TUNNEL_LANE: i32 = 14;
/// The data plane's bar.
const PLANE_HEIGHT: i32 = 38;

/// A cluster, measured.
pub(super) struct Plan<'a> {
    cluster: &'a Cluster,
    groups: Vec<Group>,
    ways: Vec<Way>,
    /// The gateways instead of `ways`, where they are too many.
    crowd: Option<Group>,
    gateway_width: i32,
    /// The height of the highest gateway, with the wires below.
    gateways_height: i32,
    support: Vec<Card>,
    support_columns: i32,
    connectors: Vec<(Card, bool)>,
    connector_width: i32,
    /// The width of all but the gutter.
    inner: i32,
}

/// The heights that all clusters of a picture share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tiers {
    pub(super) hosts: i32,
    pub(super) plane: i32,
    pub(super) ways: i32,
}

/// What a painted cluster leaves to be joined with the tiers above.
pub(super) struct Painted {
    pub(super) drops: Vec<Drop>,
    pub(super) frame: Frame,
}

fn groups_width(groups: &[Group]) -> i32 {
    groups.iter().map(|group| group.width() + GROUP_GAP).sum::<i32>() - if groups.is_empty() { 0 } else { GROUP_GAP }
}

pub(super) fn plan<'a>(survey: &Survey<'_>, cluster: &'a Cluster) -> Plan<'a> {
    let mut groups = groups(survey, cluster);
    let ways = ways(survey, cluster);
    let mut crowd = crowd(survey, cluster);
    let support = support(cluster);
    let connectors = connector_cards(cluster);
    let count = pixels(ways.len());
    let support_width = if support.is_empty() { 0 } else { SUPPORT_WIDTH + GATEWAY_GAP };
    let gateways_width = match &crowd {
        Some(crowd) => crowd.width(),
        None => count * (GATEWAY_WIDTH + GATEWAY_GAP) - GATEWAY_GAP,
    };
    let inner = groups_width(&groups).max(support_width + gateways_width).max(440);
    if let Some(crowd) = &mut crowd {
        crowd.widen(inner - support_width - crowd.width());
    }
    // Where many machines stand in a grid, that takes the room which is left.
    let wide = |group: &Group| !group.is_row();
    let grids = groups.iter().any(wide);
    for position in 0..groups.len() {
        let left = inner - groups_width(&groups);
        let shared_by = groups[position..].iter().filter(|group| wide(group) == grids).count();
        if wide(&groups[position]) == grids {
            groups[position].widen(left / pixels(shared_by));
        }
    }
    // On a wide cluster the gateways are wide enough for columns of routes.
    let most = if inner > 1500 { i32::MAX } else { 460 };
    let share = (inner - support_width + GATEWAY_GAP) / count.max(1) - GATEWAY_GAP;
    let gateway_width = share.clamp(GATEWAY_WIDTH, most);
    let left = inner
        - match &crowd {
            Some(crowd) => crowd.width() + GATEWAY_GAP,
            None => count * (gateway_width + GATEWAY_GAP),
        };
    Plan {
        cluster,
        groups,
        gateways_height: match &crowd {
            Some(crowd) => crowd.height(),
            None => gateways_height(&ways, gateway_width),
        },
        ways,
        crowd,
        gateway_width,
        support_columns: (left / (SUPPORT_WIDTH + SUPPORT_GAP)).max(1),
        support,
        connector_width: connectors.iter().map(|(card, _)| card.width(190, 250)).max().unwrap_or(0),
        connectors,
        inner,
    }
}

fn gateways_height(ways: &[Way], width: i32) -> i32 {
    let tallest = ways.iter().map(|way| way.card.height(width)).max().unwrap_or(0);
    let below = ways.iter().rev().skip(1).any(|way| way.tunnelled);
    tallest + if below { 26 } else { 0 }
}

impl Plan<'_> {
    pub(super) fn name(&self) -> &str {
        self.cluster.name.value.as_str()
    }

    /// The width of the box.
    pub(super) fn width(&self) -> i32 {
        2 * PADDING + self.inner + self.gutter()
    }

    fn gutter(&self) -> i32 {
        match pixels(self.connectors.len()) {
            0 => 0,
            1 => GUTTER_GAP + self.connector_width,
            lanes => GUTTER_GAP + self.connector_width + TUNNEL_LANE * lanes,
        }
    }

    /// Where the tunnels come down, from the box's left edge: left end and width.
    pub(super) fn gutter_zone(&self) -> Option<(i32, i32)> {
        let start = PADDING + self.inner + GUTTER_GAP;
        (self.gutter() > 0).then_some((start, self.gutter() - GUTTER_GAP))
    }

    pub(super) fn hosts_height(&self) -> i32 {
        self.groups.iter().map(Group::height).max().unwrap_or(0)
    }

    pub(super) fn has_plane(&self) -> bool {
        self.cluster.cilium.is_some() || !self.groups.is_empty() || !self.cluster.gateways.is_empty()
    }

    /// The height of the wires with pills between data plane and gateways.
    pub(super) fn pills_height(&self) -> i32 {
        let pills = self.ways.iter().map(|way| way.pills.len()).max().unwrap_or(0);
        pixels(pills) * (PILL_HEIGHT + 6)
    }

    pub(super) fn has_ways(&self) -> bool {
        !self.cluster.gateways.is_empty() || !self.support.is_empty() || !self.connectors.is_empty()
    }

    pub(super) fn ways_height(&self) -> i32 {
        let rows = (pixels(self.support.len()) + self.support_columns - 1) / self.support_columns;
        let support = rows * (Card::SLIM + SUPPORT_GAP) - SUPPORT_GAP;
        let connectors = self.connectors.iter().map(|(card, _)| card.height() + CONNECTOR_GAP).sum::<i32>();
        support.max(self.gateways_height).max(connectors - CONNECTOR_GAP).max(0)
    }

    /// Paints the cluster with its left edge at `x`; `cloud` is where its tunnels come from, if any.
    pub(super) fn paint(
        mut self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        x: i32,
        tiers: Tiers,
        cloud: Option<i32>,
    ) -> Painted {
        let has_plane = self.has_plane();
        let bottom = match (self.has_ways(), has_plane) {
            (true, _) => tiers.ways + self.ways_height(),
            (false, true) => tiers.plane + PLANE_HEIGHT,
            (false, false) => tiers.hosts,
        };
        let top = tiers.hosts - 34;
        let frame = Frame::new(x, top, self.width(), bottom + 48 - top);
        picture.tier = 3;
        let object = picture.add(about(self.cluster), frame, Cover::Ground, None);
        let on = On::Object(object);
        picture.area(on, frame, 18, Look::Cluster);
        let (version, pods, services) = (distribution(self.cluster), pods(self.cluster), services(self.cluster));
        let notes = [(Style::Note, &version), (Style::MonoFine, &pods), (Style::MonoFine, &services)];
        let notes = notes.into_iter().filter(|(_, text)| !text.is_empty());
        let said: Vec<_> = std::iter::once(run(Style::Group, self.name()))
            .chain(notes.map(|(style, text)| run(style, text)))
            .collect();
        picture.line_of(on, start(x + PADDING, frame.bottom() - 18), frame.width - 2 * PADDING, &said);
        let drops = self.paint_groups(picture, survey, x + PADDING, tiers, object);
        if has_plane {
            picture.tier = 4;
            self.paint_plane(picture, x + PADDING, tiers.plane, object);
        }
        picture.tier = 6;
        if let Some(cloud) = cloud {
            self.paint_connectors(picture, x + PADDING, tiers, cloud, object);
        }
        picture.tier = 5;
        self.paint_ways(picture, survey, x + PADDING, tiers, object);
        Painted { drops, frame }
    }

    fn paint_groups(
        &mut self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        x: i32,
        tiers: Tiers,
        parent: usize,
    ) -> Vec<Drop> {
        let (mut drops, mut left) = (Vec::new(), x);
        let full = self.hosts_height();
        for (position, group) in std::mem::take(&mut self.groups).into_iter().enumerate() {
            // Groups end together, unless that would leave one of them mostly empty.
            let own = group.height();
            let height = if full - own > 60 { own } else { full };
            let frame = Frame::new(left, tiers.hosts, group.width(), height);
            let (inside, wires) = group.paint(picture, survey, frame, Some(parent));
            drops.extend(wires);
            if position == 0
                && let (Some(address), Some(words)) = (&self.cluster.virtual_ip, virtual_ip(self.cluster))
                && self.cluster.control_planes().next().is_some()
            {
                let place = (frame.right() - 12 - pill_width(&words) / 2, frame.bottom() - 32);
                let path = [self.name()];
                let about = About::new("endpoint", &path, &words, Some(address.span()))
                    .saying("the virtual IP that the control planes share");
                pill(picture, about, place, survey.tone_of(Some(address.value)), &words, inside);
            }
            let middle = frame.middle();
            picture.wire(&[(middle, frame.bottom()), (middle, tiers.plane)], Stroke::Plain);
            left = frame.right() + GROUP_GAP;
        }
        drops
    }

    fn paint_plane(&self, picture: &mut Picture, x: i32, y: i32, parent: usize) {
        let frame = Frame::new(x, y, self.inner, PLANE_HEIGHT);
        let (name, says, span) = data_plane(self.cluster);
        let of = self.name();
        let about = About::new("data plane", &[of], &name, span).saying(&says);
        let object = picture.add(about, frame, Cover::Strip, Some(parent));
        let on = On::Object(object);
        picture.area(on, frame, 10, Look::Plane);
        picture.icon(on, (x + 14, y + 10), Icon::Honeycomb, false);
        // The pools stand at the right as far as they leave room for the name; the remark takes what is left.
        let left = x + 42;
        let mut right = frame.right() - 14;
        let least = left + Style::Name.width(&name) + 24;
        for pool in self.cluster.pools.iter().rev() {
            let ranges = joined(pool.ranges.iter().map(|range| short_range(range.value.first, range.value.last)));
            let pool_name = pool.name.value.as_str();
            let words = format!("pool {pool_name} {ranges}");
            let width = Style::Mono.width(&words);
            if right - width < least {
                break;
            }
            let about = About::new("pool", &[of, pool_name], pool_name, Some(pool.span)).saying(&ranges);
            let place = Frame::new(right - width, y + 8, width, 22);
            let part = On::Object(picture.add(about, place, Cover::Part, Some(object)));
            picture.text(part, end(right, y + 24), Style::Mono, &words);
            right -= width + 20;
        }
        let runs = [run(Style::Name, &name), run(Style::Note, &says)];
        picture.line_of(on, start(left, y + 24), right - left, &runs);
    }

    fn gateway_frame(&self, x: i32, y: i32, position: usize) -> Frame {
        let left =
            x + self.inner - pixels(self.ways.len() - position) * (self.gateway_width + GATEWAY_GAP) + GATEWAY_GAP;
        Frame::new(left, y, self.gateway_width, self.ways[position].card.height(self.gateway_width))
    }

    fn paint_ways(mut self, picture: &mut Picture, survey: &Survey<'_>, x: i32, tiers: Tiers, parent: usize) {
        let plane = tiers.plane + PLANE_HEIGHT;
        if let Some(crowd) = self.crowd.take() {
            let (width, height) = (crowd.width(), crowd.height());
            let frame = Frame::new(x + self.inner - width, tiers.ways, width, height);
            let (_, drops) = crowd.paint(picture, survey, frame, Some(parent));
            if drops.is_empty() {
                picture.wire(&[(frame.middle(), plane), (frame.middle(), frame.y)], Stroke::Plain);
            }
            for Drop { segment, x, y } in drops {
                picture.wire(&[(x, plane), (x, y)], Stroke::Tone(survey.segments[segment].tone.colour));
            }
        }
        for (at, card) in (0i32..).zip(std::mem::take(&mut self.support)) {
            let left = x + at % self.support_columns * (SUPPORT_WIDTH + SUPPORT_GAP);
            let top = tiers.ways + at / self.support_columns * (Card::SLIM + SUPPORT_GAP);
            card.paint(picture, Frame::new(left, top, SUPPORT_WIDTH, Card::SLIM), Some(parent));
        }
        let frames: Vec<Frame> = (0..self.ways.len()).map(|at| self.gateway_frame(x, tiers.ways, at)).collect();
        for (way, frame) in self.ways.into_iter().zip(frames) {
            let middle = frame.middle();
            let stroke = way.pills.first().map_or(Stroke::Plain, |(_, tone, _)| Stroke::Tone(tone.colour));
            picture.wire(&[(middle, plane), (middle, frame.y)], stroke);
            let mut y = plane + 16;
            for (about, tone, words) in way.pills {
                pill(picture, about, (middle, y), tone, &words, Some(parent));
                y += PILL_HEIGHT + 6;
            }
            way.card.paint(picture, frame, Some(parent));
        }
    }

    fn paint_connectors(&mut self, picture: &mut Picture, x: i32, tiers: Tiers, cloud: i32, parent: usize) {
        let left = x + self.inner + GUTTER_GAP;
        let bus = left - GUTTER_GAP / 2;
        let width = self.gutter() - GUTTER_GAP;
        let entrance = tiers.ways + PORT_HEIGHT;
        let last = self.ways.len().checked_sub(1).filter(|last| self.ways[*last].tunnelled);
        let last = last.map(|last| self.gateway_frame(x, tiers.ways, last).right());
        let last = last.or(self.crowd.is_some().then_some(x + self.inner));
        let mut y = tiers.ways;
        for (lane, (card, to_gateway)) in (0i32..).zip(std::mem::take(&mut self.connectors)) {
            let frame = Frame::new(left, y, self.connector_width, card.height());
            card.paint(picture, frame, Some(parent));
            let side = y + PORT_HEIGHT;
            if lane == 0 {
                picture.arrow(&[(frame.middle(), cloud), (frame.middle(), y)], Stroke::Tunnel);
            } else {
                let down = frame.right() + TUNNEL_LANE * lane;
                picture.arrow(&[(down, cloud), (down, side), (frame.right(), side)], Stroke::Tunnel);
            }
            match last.filter(|_| to_gateway) {
                Some(right) if lane == 0 => picture.arrow(&[(left, side), (right, entrance)], Stroke::Tunnel),
                Some(right) => {
                    let points = [(left, side), (bus, side), (bus, entrance), (right, entrance)];
                    picture.arrow(&points, Stroke::Tunnel);
                }
                None => {}
            }
            y = frame.bottom() + CONNECTOR_GAP;
        }
        // What stands farther from the gutter is reached from below, where nothing is in the way.
        let below = tiers.ways + self.gateways_height - 10;
        for (position, way) in self.ways.iter().enumerate().rev().skip(if last.is_some() { 1 } else { 0 }) {
            if way.tunnelled {
                let frame = self.gateway_frame(x, tiers.ways, position);
                let (to, bottom) = (frame.middle(), frame.bottom());
                picture.arrow(&[(bus, entrance), (bus, below), (to, below), (to, bottom)], Stroke::Tunnel);
            }
        }
        let tag = Frame::new(left, tiers.hosts + 14, width, 42);
        let about = About::new("tunnel line", &[self.name()], "Cloudflare Tunnel", None)
            .saying("the connector dials out, so no port is open");
        let on = On::Object(picture.add(about, tag, Cover::Strip, Some(parent)));
        picture.area(on, tag, 9, Look::TunnelTag);
        picture.text(on, middle(tag.middle(), tag.y + 18), Style::Group, "Cloudflare Tunnel");
        picture.text(on, middle(tag.middle(), tag.y + 34), Style::Note, "dials out only");
    }
}
