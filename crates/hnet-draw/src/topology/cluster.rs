//! A cluster: its machines, the data plane under them, and the ways in that hang from it.
//!
//! Gateways that a tunnel leads to stand last, beside the tunnel's gutter, so that nothing crosses. No width
//! depends on a route: adding one makes its gateway's card longer and moves nothing.
//! Start at [`plan`], which measures; [`Plan::paint`] paints.

use hnet_model::Cluster;

use super::cards::{Way, about, connector_cards, data_plane, distribution, groups, support, virtual_ip, ways};
use super::members::{Drop, Group};
use crate::card::{Card, PILL_HEIGHT, PORT_HEIGHT, fit_runs, pill, pill_width};
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style};
use crate::scene::{About, Anchor, Cover, Frame, Picture, Shape, run, text};
use crate::survey::{Survey, joined, short_range};

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
    about: About,
    groups: Vec<Group>,
    ways: Vec<Way>,
    gateway_width: i32,
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

pub(super) fn plan<'a>(survey: &Survey<'_>, cluster: &'a Cluster) -> Plan<'a> {
    let groups = groups(survey, cluster);
    let ways = ways(survey, cluster);
    let support = support(cluster);
    let connectors = connector_cards(cluster);
    let count = i32::try_from(ways.len()).unwrap_or(i32::MAX / 1024);
    let gateways = |width: i32| count * (width + GATEWAY_GAP);
    let support_width = if support.is_empty() { 0 } else { SUPPORT_WIDTH + GATEWAY_GAP };
    let groups_width = |groups: &[Group]| {
        groups.iter().map(|group| group.width() + GROUP_GAP).sum::<i32>()
            - if groups.is_empty() { 0 } else { GROUP_GAP }
    };
    let wanted = (support_width + gateways(GATEWAY_WIDTH) - GATEWAY_GAP).max(440);
    let mut plan = Plan {
        cluster,
        about: about(cluster),
        inner: groups_width(&groups).max(wanted),
        groups,
        ways,
        gateway_width: GATEWAY_WIDTH,
        support,
        support_columns: 1,
        connector_width: connectors.iter().map(|(card, _)| card.width(190, 250)).max().unwrap_or(0),
        connectors,
    };
    for position in 0..plan.groups.len() {
        let share =
            (plan.inner - groups_width(&plan.groups)) / i32::try_from(plan.groups.len() - position).unwrap_or(1);
        plan.groups[position].widen(share);
    }
    if count > 0 {
        // On a wide cluster the gateways are wide enough for columns of routes.
        let most = if plan.inner > 1500 { i32::MAX } else { 460 };
        let share = (plan.inner - support_width + GATEWAY_GAP) / count - GATEWAY_GAP;
        plan.gateway_width = share.clamp(GATEWAY_WIDTH, most);
    }
    let left = plan.inner - gateways(plan.gateway_width);
    plan.support_columns = (left / (SUPPORT_WIDTH + SUPPORT_GAP)).max(1);
    plan
}

impl Plan<'_> {
    /// The width of the box.
    pub(super) fn width(&self) -> i32 {
        2 * PADDING + self.inner + self.gutter()
    }

    fn gutter(&self) -> i32 {
        let lanes = i32::try_from(self.connectors.len()).unwrap_or(0);
        match lanes {
            0 => 0,
            1 => GUTTER_GAP + self.connector_width,
            _ => GUTTER_GAP + self.connector_width + TUNNEL_LANE * lanes,
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
        self.cluster.cilium.is_some() || !self.groups.is_empty() || !self.ways.is_empty()
    }

    /// The height of the wires with pills between data plane and gateways.
    pub(super) fn pills_height(&self) -> i32 {
        let pills = self.ways.iter().map(|way| way.pills.len()).max().unwrap_or(0);
        i32::try_from(pills).unwrap_or(0) * (PILL_HEIGHT + 6)
    }

    pub(super) fn has_ways(&self) -> bool {
        !self.ways.is_empty() || !self.support.is_empty() || !self.connectors.is_empty()
    }

    fn support_frames(&self, x: i32, y: i32) -> Vec<Frame> {
        let (mut frames, mut top, mut tallest) = (Vec::new(), y, 0);
        for (at, card) in (0i32..).zip(&self.support) {
            let column = at % self.support_columns;
            if column == 0 && at > 0 {
                top += tallest + SUPPORT_GAP;
                tallest = 0;
            }
            let left = x + column * (SUPPORT_WIDTH + SUPPORT_GAP);
            frames.push(Frame::new(left, top, SUPPORT_WIDTH, card.height()));
            tallest = tallest.max(card.height());
        }
        frames
    }

    fn gateways_height(&self) -> i32 {
        let tallest = self.ways.iter().map(|way| way.card.height(self.gateway_width)).max().unwrap_or(0);
        let below = self.ways.iter().rev().skip(1).filter(|way| way.tunnelled).count();
        tallest + if below > 0 { 26 } else { 0 }
    }

    pub(super) fn ways_height(&self) -> i32 {
        let support = self.support_frames(0, 0).iter().map(Frame::bottom).max().unwrap_or(0);
        let connectors = self.connectors.iter().map(|(card, _)| card.height() + CONNECTOR_GAP).sum::<i32>();
        support.max(self.gateways_height()).max(connectors - CONNECTOR_GAP)
    }

    /// Paints the cluster with its left edge at `x`; `cloud` is where its tunnels come from, if any.
    pub(super) fn paint(
        &self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        x: i32,
        tiers: Tiers,
        cloud: Option<i32>,
    ) -> Painted {
        let bottom = match (self.has_ways(), self.has_plane()) {
            (true, _) => tiers.ways + self.ways_height(),
            (false, true) => tiers.plane + PLANE_HEIGHT,
            (false, false) => tiers.hosts,
        };
        let frame = Frame::new(x, tiers.hosts - 34, self.width(), bottom + 48 - (tiers.hosts - 34));
        picture.tier = 3;
        let object = picture.add(self.about.clone(), frame, Cover::Ground, None);
        let said = [
            run(Style::Group, self.about.name.as_str()),
            run(Style::Note, format!("{}, Kubernetes {}", distribution(self.cluster), self.cluster.kubernetes.value)),
            run(Style::MonoFine, format!("pods {}", joined(self.cluster.pods.iter().map(|prefix| prefix.value)))),
            run(
                Style::MonoFine,
                format!("services {}", joined(self.cluster.services_prefixes.iter().map(|prefix| prefix.value))),
            ),
        ];
        let title = Shape::Text {
            x: x + PADDING,
            y: frame.bottom() - 18,
            anchor: Anchor::Start,
            runs: fit_runs(&said, frame.width - 2 * PADDING),
        };
        picture.shapes(object).extend([Shape::Area { frame, radius: 18, look: Look::Cluster }, title]);
        let drops = self.paint_groups(picture, survey, x + PADDING, tiers, object);
        if self.has_plane() {
            picture.tier = 4;
            self.paint_plane(picture, x + PADDING, tiers.plane, object);
        }
        picture.tier = 5;
        self.paint_ways(picture, x + PADDING, tiers, object);
        if let Some(cloud) = cloud {
            self.paint_connectors(picture, x + PADDING, tiers, cloud, object);
        }
        Painted { drops, frame }
    }

    fn paint_groups(
        &self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        x: i32,
        tiers: Tiers,
        parent: usize,
    ) -> Vec<Drop> {
        let (mut drops, mut left) = (Vec::new(), x);
        let full = self.hosts_height();
        for (position, group) in self.groups.iter().enumerate() {
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
                let about = About::new("endpoint", &[self.about.name.as_str()], words.clone(), Some(address.span()))
                    .saying("the virtual IP that the control planes share");
                pill(picture, about, place, survey.tone_of(Some(address.value)), &words, inside);
            }
            let middle = frame.middle();
            picture.wire(vec![(middle, frame.bottom()), (middle, tiers.plane)], Stroke::Plain);
            left += group.width() + GROUP_GAP;
        }
        drops
    }

    fn paint_plane(&self, picture: &mut Picture, x: i32, y: i32, parent: usize) {
        let frame = Frame::new(x, y, self.inner, PLANE_HEIGHT);
        let (name, says, span) = data_plane(self.cluster);
        let about = About::new("data plane", &[self.about.name.as_str()], name.clone(), span).saying(says.clone());
        let object = picture.add(about, frame, Cover::Strip, Some(parent));
        picture.shapes(object).extend([
            Shape::Area { frame, radius: 10, look: Look::Plane },
            Shape::Icon { x: x + 14, y: y + 10, icon: Icon::Honeycomb, tunnel: false },
        ]);
        // The pools stand at the right as far as they leave room for the name; the remark takes what is left.
        let left = x + 42;
        let mut right = frame.right() - 14;
        let least = left + Style::Name.width(&name) + 24;
        for pool in self.cluster.pools.iter().rev() {
            let ranges = joined(pool.ranges.iter().map(|range| short_range(&range.value)));
            let words = format!("pool {} {ranges}", pool.name.value);
            let width = Style::Mono.width(&words);
            if right - width < least {
                break;
            }
            let path = [self.about.name.as_str(), pool.name.value.as_str()];
            let about = About::new("pool", &path, pool.name.value.as_str(), Some(pool.span)).saying(ranges);
            let place = Frame::new(right - width, y + 8, width, 22);
            let part = picture.add(about, place, Cover::Part, Some(object));
            picture.shapes(part).push(text(right, y + 24, Anchor::End, Style::Mono, words));
            right -= width + 20;
        }
        let runs = fit_runs(&[run(Style::Name, name), run(Style::Note, says)], right - left);
        picture.shapes(object).push(Shape::Text { x: left, y: y + 24, anchor: Anchor::Start, runs });
    }

    fn gateway_frame(&self, x: i32, y: i32, position: usize) -> Frame {
        let from_right = i32::try_from(self.ways.len() - position).unwrap_or(1);
        let left = x + self.inner - from_right * (self.gateway_width + GATEWAY_GAP) + GATEWAY_GAP;
        Frame::new(left, y, self.gateway_width, self.ways[position].card.height(self.gateway_width))
    }

    fn paint_ways(&self, picture: &mut Picture, x: i32, tiers: Tiers, parent: usize) {
        for (card, frame) in self.support.iter().zip(self.support_frames(x, tiers.ways)) {
            card.paint(picture, frame, Some(parent));
        }
        for (position, way) in self.ways.iter().enumerate() {
            let frame = self.gateway_frame(x, tiers.ways, position);
            let middle = frame.middle();
            let stroke = way.pills.first().map_or(Stroke::Plain, |(_, tone, _)| Stroke::Tone(tone.colour));
            picture.wire(vec![(middle, tiers.plane + PLANE_HEIGHT), (middle, frame.y)], stroke);
            let mut y = tiers.plane + PLANE_HEIGHT + 16;
            for (about, tone, words) in &way.pills {
                pill(picture, about.clone(), (middle, y), *tone, words, Some(parent));
                y += PILL_HEIGHT + 6;
            }
            way.card.paint(picture, frame, Some(parent));
        }
    }

    fn paint_connectors(&self, picture: &mut Picture, x: i32, tiers: Tiers, cloud: i32, parent: usize) {
        let left = x + self.inner + GUTTER_GAP;
        let bus = left - GUTTER_GAP / 2;
        let entrance = tiers.ways + PORT_HEIGHT;
        let last = self.ways.len().checked_sub(1).filter(|last| self.ways[*last].tunnelled);
        let mut y = tiers.ways;
        for (lane, (card, to_gateway)) in (0i32..).zip(&self.connectors) {
            let frame = Frame::new(left, y, self.connector_width, card.height());
            card.paint(picture, frame, Some(parent));
            let side = y + PORT_HEIGHT;
            if lane == 0 {
                picture.arrow(vec![(frame.middle(), cloud), (frame.middle(), y)], Stroke::Tunnel);
            } else {
                let down = frame.right() + TUNNEL_LANE * lane;
                picture.arrow(vec![(down, cloud), (down, side), (frame.right(), side)], Stroke::Tunnel);
            }
            if let (true, Some(last)) = (to_gateway, last) {
                let gateway = self.gateway_frame(x, tiers.ways, last);
                let points = if lane == 0 {
                    vec![(left, side), (gateway.right(), entrance)]
                } else {
                    vec![(left, side), (bus, side), (bus, entrance), (gateway.right(), entrance)]
                };
                picture.arrow(points, Stroke::Tunnel);
            }
            y += card.height() + CONNECTOR_GAP;
        }
        // What stands farther from the gutter is reached from below, where nothing is in the way.
        let below = tiers.ways + self.gateways_height() - 10;
        for (position, way) in self.ways.iter().enumerate() {
            if way.tunnelled && Some(position) != last {
                let frame = self.gateway_frame(x, tiers.ways, position);
                let middle = frame.middle();
                picture.arrow(
                    vec![(bus, entrance), (bus, below), (middle, below), (middle, frame.bottom())],
                    Stroke::Tunnel,
                );
            }
        }
        let width = self.gutter() - GUTTER_GAP;
        let tag = Frame::new(left, tiers.hosts + 14, width, 42);
        let about = About::new("tunnel line", &[self.about.name.as_str()], "Cloudflare Tunnel", None)
            .saying("the connector dials out, so no port is open");
        let object = picture.add(about, tag, Cover::Strip, Some(parent));
        let middle = tag.middle();
        picture.shapes(object).extend([
            Shape::Area { frame: tag, radius: 9, look: Look::TunnelTag },
            text(middle, tag.y + 18, Anchor::Middle, Style::Group, "Cloudflare Tunnel"),
            text(middle, tag.y + 34, Anchor::Middle, Style::Note, "dials out only"),
        ]);
    }
}
