//! The topology: the physical and the logical network in one picture, tier under tier.
//!
//! Internet, edge, segments as bars, machines, data plane, ways in. Bars are opaque and wires pass behind them,
//! so letters stand in the bars. Start at [`draw`], which decides widths first, then heights, then paints.

mod cards;
mod cluster;
mod edge;
mod members;

use std::collections::BTreeSet;

use crate::card::Card;
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style, Tone};
use crate::scene::{About, Anchor, Cover, Frame, Picture, Shape, run, text, tinted};
use crate::survey::{Survey, counted, first_line};
use cluster::{Plan, Tiers};
use edge::{Block, Descent};
use members::{Drop, Group, Member};

/// The left edge of everything but the rail.
const LEFT: i32 = 172;
const MARGIN: i32 = 40;
const TOP: i32 = 112;
const BAR_HEIGHT: i32 = 28;
const BLOCK_GAP: i32 = 40;
const CLUSTER_GAP: i32 = 36;

/// Columns that are taken by wires which come down through the segments.
#[derive(Default)]
struct Lanes(BTreeSet<i32>);

impl Lanes {
    /// Two wires keep this far apart.
    const APART: i32 = 7;

    fn take(&mut self, x: i32) {
        self.0.insert(x);
    }

    /// The first free column from `x` on, which is then taken.
    fn free(&mut self, mut x: i32) -> i32 {
        while let Some(taken) = self.0.range(x - Self::APART..=x + Self::APART).next_back() {
            x = taken + Self::APART + 1;
        }
        self.take(x);
        x
    }
}

/// Draws the topology of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let network = survey.network;
    let name = network.name.value.as_str();
    let mut picture = Picture::new(name.to_owned(), format!("topology of {}", survey.counts().replace(" · ", ", ")));
    let devices = devices(survey);
    let plans: Vec<Plan<'_>> = network.clusters.iter().map(|cluster| cluster::plan(survey, cluster)).collect();
    let blocks = edge::blocks(survey);

    let mut x = LEFT;
    if let Some(group) = &devices {
        x += group.width() + CLUSTER_GAP;
    }
    let mut cluster_lefts = Vec::new();
    for plan in &plans {
        cluster_lefts.push(x);
        x += plan.width() + CLUSTER_GAP;
    }
    let mut right = x - CLUSTER_GAP;
    let gutters: Vec<Option<(i32, i32)>> = plans
        .iter()
        .zip(&cluster_lefts)
        .map(|(plan, left)| plan.gutter_zone().map(|(start, width)| (left + start, width)))
        .collect();
    let start = if plans.is_empty() { LEFT } else { cluster_lefts[0] + 20 };
    let block_lefts = block_lefts(&blocks, &gutters, start);
    let edge_right = blocks.iter().zip(&block_lefts).map(|(block, left)| left + block.width()).max();

    let has_internet = blocks.iter().any(Block::has_internet) || gutters.iter().any(Option::is_some);
    let has_edge = blocks.iter().any(Block::has_devices);
    let mut rail = Rail::default();
    let mut y = TOP;
    let internet_y = y;
    if has_internet {
        rail.tier("INTERNET", y, 54);
        y += 54 + 44;
    }
    let edge_y = y;
    if has_edge {
        let height = blocks.iter().map(Block::height).max().unwrap_or(0);
        rail.tier("EDGE", y, height);
        y += height + 44;
    }
    let lan_y = y;
    let pitch = BAR_HEIGHT + if survey.segments.len() > 6 { 12 } else { 18 };
    if !survey.segments.is_empty() {
        let height = i32::try_from(survey.segments.len()).unwrap_or(0) * pitch - (pitch - BAR_HEIGHT);
        rail.tier("LAN", y, height);
        y += height + 80;
    } else if has_internet || has_edge {
        y += 30;
    }
    let hosts = y;
    let hosts_height = plans.iter().map(Plan::hosts_height).max().unwrap_or(0);
    // Devices stand beside the clusters and may reach down as far as they like.
    let devices_height = devices.as_ref().map_or(0, Group::height);
    let hosts_height = hosts_height.max(devices_height.min(90));
    if hosts_height > 0 {
        rail.tier("HOSTS", y, hosts_height);
    }
    let plane = hosts + if hosts_height > 0 { hosts_height + 26 } else { 16 };
    if plans.iter().any(Plan::has_plane) {
        rail.tier("DATA PLANE", plane, 38);
    }
    let pills = plans.iter().map(Plan::pills_height).max().unwrap_or(0);
    let ways = plane + 38 + if pills > 0 { pills + 28 } else { 24 };
    let ways_height = plans.iter().map(Plan::ways_height).max().unwrap_or(0);
    if plans.iter().any(Plan::has_ways) {
        rail.tier("WAYS IN", ways, ways_height);
    }

    let bar_right = bar_right(&plans, &cluster_lefts, &devices, edge_right);
    picture.tier = 2;
    let bars = paint_bars(&mut picture, survey, lan_y, pitch, bar_right);
    let bar_y = |segment: usize| lan_y + i32::try_from(segment).unwrap_or(0) * pitch;
    let mut lanes = Lanes::default();
    let mut bottom = hosts;
    let mut drops: Vec<Drop> = Vec::new();
    picture.tier = 3;
    if let Some(group) = &devices {
        let frame = Frame::new(LEFT, hosts, group.width(), group.height());
        drops.extend(group.paint(&mut picture, survey, frame, None).1);
        bottom = frame.bottom();
    }
    let tiers = Tiers { hosts, plane, ways };
    for ((plan, left), gutter) in plans.iter().zip(&cluster_lefts).zip(&gutters) {
        let cloud = gutter.map(|(start, width)| cloud(&mut picture, survey, Frame::new(start, internet_y, width, 54)));
        let painted = plan.paint(&mut picture, survey, *left, tiers, cloud);
        bottom = bottom.max(painted.frame.bottom());
        drops.extend(painted.drops);
    }
    for Drop { segment, x, y } in drops {
        lanes.take(x);
        let from = bar_y(segment) + BAR_HEIGHT;
        let tone = survey.segments[segment].tone;
        picture.wire(vec![(x, from), (x, y)], Stroke::Tone(tone.colour));
        picture.shapes(bars[segment]).push(Shape::Port { x, y: from, tone, filled: false });
    }
    for (block, left) in blocks.iter().zip(&block_lefts) {
        picture.tier = 1;
        let descents = block.paint(&mut picture, survey, (*left, internet_y, edge_y), &mut |x| lanes.free(x));
        for descent in descents {
            connect(&mut picture, survey, descent, &bars, &bar_y);
        }
        right = right.max(left + block.width());
    }
    if !survey.segments.is_empty() {
        right = right.max(bar_right);
    }
    rail.paint(&mut picture);
    title(&mut picture, survey, right);
    picture.width = right.max(LEFT + 400) + MARGIN;
    picture.height = bottom.max(y) + MARGIN;
    picture
}

/// Blocks side by side, none of them where a tunnel comes down.
fn block_lefts(blocks: &[Block], gutters: &[Option<(i32, i32)>], start: i32) -> Vec<i32> {
    let mut zones = gutters.iter().flatten().copied().peekable();
    let mut x = start;
    let mut lefts = Vec::new();
    for block in blocks {
        while let Some((left, width)) = zones.peek().copied() {
            if left + width < x {
                zones.next();
            } else if left < x + block.width() {
                x = left + width + BLOCK_GAP;
                zones.next();
            } else {
                break;
            }
        }
        lefts.push(x);
        x += block.width() + BLOCK_GAP;
    }
    lefts
}

/// Bars end before the last tunnel, unless something stands beyond it.
fn bar_right(plans: &[Plan<'_>], lefts: &[i32], devices: &Option<Group>, edge: Option<i32>) -> i32 {
    let cluster = plans
        .iter()
        .zip(lefts)
        .next_back()
        .map(|(plan, left)| left + plan.gutter_zone().map_or(plan.width(), |(start, _)| start - 48));
    let devices = devices.as_ref().map(|group| LEFT + group.width());
    cluster.into_iter().chain(devices).chain(edge).max().unwrap_or(LEFT).max(LEFT + 420)
}

fn devices(survey: &Survey<'_>) -> Option<Group> {
    let hosts = &survey.network.hosts;
    let members: Vec<Member> = hosts
        .iter()
        .map(|host| {
            let links = survey.host_links(host);
            let segments = Survey::segments_of(&links);
            let name = host.name.value.as_str();
            let doc = first_line(host.doc.as_deref());
            let addresses = crate::survey::joined(links.iter().map(|link| &link.text));
            let says = [addresses.as_str(), doc.unwrap_or_default()];
            let says = says.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
            let about = About::new("host", &[name], name, Some(host.span)).saying(says);
            let lines: Vec<_> = links
                .into_iter()
                .map(|link| {
                    let tone = link.segment.map_or(Tone::NEUTRAL, |at| survey.segments[at].tone);
                    crate::card::Line::with_port(tone, link.text)
                })
                .collect();
            Member { card: Card::new(about, Icon::Disks).note(doc).lines(lines, 4), segments }
        })
        .collect();
    let compact = members.len() > 3;
    let title = counted(members.len(), "host");
    let about = About::new("hosts", &[], title.clone(), None).saying("devices that are no nodes");
    let mut group = Group::new(about, title, members, compact, false);
    group.narrow();
    (!hosts.is_empty()).then_some(group)
}

/// The bars, whose positions are those of the segments.
fn paint_bars(picture: &mut Picture, survey: &Survey<'_>, top: i32, pitch: i32, right: i32) -> Vec<usize> {
    let mut bars = Vec::new();
    for (at, segment) in (0i32..).zip(&survey.segments) {
        let frame = Frame::new(LEFT, top + at * pitch, right - LEFT, BAR_HEIGHT);
        let object = picture.add(segment.about.clone(), frame, Cover::Strip, None);
        let shapes = picture.shapes(object);
        shapes.push(Shape::Area { frame, radius: 9, look: Look::Bar(segment.tone.colour) });
        shapes.push(Shape::Port { x: LEFT + 18, y: frame.y + 14, tone: segment.tone, filled: true });
        let gateway = Style::MonoFine.fit(&segment.gateway, frame.width / 3);
        let room = frame.width - 32 - 14 - Style::MonoFine.width(&gateway) - 20;
        let runs =
            [tinted(Style::Bar, segment.tone, segment.title.as_str()), run(Style::Mono, segment.prefixes.as_str())];
        let runs = crate::card::fit_runs(&runs, room);
        shapes.push(Shape::Text { x: LEFT + 32, y: frame.y + 18, anchor: Anchor::Start, runs });
        if !gateway.is_empty() {
            shapes.push(text(frame.right() - 14, frame.y + 18, Anchor::End, Style::MonoFine, gateway));
        }
        bars.push(object);
    }
    bars
}

/// A device's wire down to the bars that it serves: behind those in between, with a port at each of its own.
fn connect(picture: &mut Picture, survey: &Survey<'_>, descent: Descent, bars: &[usize], bar_y: &dyn Fn(usize) -> i32) {
    let Some(lowest) = descent.segments.iter().copied().max() else { return };
    let mut points = descent.start;
    points.push((descent.x, bar_y(lowest)));
    let stroke = match descent.segments.as_slice() {
        [only] => Stroke::Tone(survey.segments[*only].tone.colour),
        _ => Stroke::Trunk,
    };
    picture.wire(points, stroke);
    for segment in descent.segments {
        let tone = survey.segments[segment].tone;
        picture.shapes(bars[segment]).push(Shape::Port { x: descent.x, y: bar_y(segment), tone, filled: false });
    }
}

/// Cloudflare, above a gutter; says where its tunnels start.
fn cloud(picture: &mut Picture, survey: &Survey<'_>, frame: Frame) -> i32 {
    picture.tier = 0;
    let domain = survey.network.domain.as_ref();
    let says = domain.map_or("takes requests for it".to_owned(), |domain| format!("zone {}", domain.value));
    let path = if frame.x > LEFT { vec![frame.x.to_string()] } else { Vec::new() };
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let about = About::new("cloudflare", &path, "Cloudflare", domain.map(|domain| domain.span())).saying(says.clone());
    let mut card = Card::new(about, Icon::Cloud).note(Some(says));
    card.tunnel = true;
    card.paint(picture, frame, None);
    frame.bottom()
}

fn title(picture: &mut Picture, survey: &Survey<'_>, right: i32) {
    let network = survey.network;
    let room = right - MARGIN;
    let name = Style::Title.fit(network.name.value.as_str(), room);
    picture.furniture.push(text(MARGIN, 58, Anchor::Start, Style::Title, name));
    let counts = survey.counts();
    let with_doc = first_line(network.doc.as_deref()).map(|doc| format!("{doc} · {counts}"));
    let lead = with_doc.filter(|lead| Style::Lead.width(lead) <= room).unwrap_or(counts);
    let lead = Style::Lead.fit(&lead, room);
    picture.furniture.push(text(MARGIN, 82, Anchor::Start, Style::Lead, lead));
}

/// The names of the tiers, at the left.
#[derive(Default)]
struct Rail(Vec<(&'static str, i32, i32)>);

impl Rail {
    fn tier(&mut self, name: &'static str, y: i32, height: i32) {
        self.0.push((name, y, height));
    }

    fn paint(&self, picture: &mut Picture) {
        for (name, y, height) in &self.0 {
            let frame = Frame::new(MARGIN, *y, 3, *height);
            picture.furniture.push(Shape::Area { frame, radius: 1, look: Look::Rail });
            // A tall tier says its name where its first line is, so that growing does not move it.
            let base = if *height > 140 { y + 31 } else { y + height / 2 + 4 };
            picture.furniture.push(text(MARGIN + 14, base, Anchor::Start, Style::Tier, *name));
        }
    }
}
