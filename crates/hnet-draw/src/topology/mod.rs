//! The topology: the physical and the logical network in one picture, tier under tier.
//!
//! Internet, edge, segments as bars, machines, data plane, ways in. Bars are opaque and wires pass behind them,
//! so letters stand in the bars. Start at [`draw`], which decides widths first, then heights, then paints.

mod cards;
mod cluster;
mod edge;
mod members;

use crate::card::{Card, PORT_HEIGHT};
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style};
use crate::scene::{About, Cover, Frame, On, Picture, end, middle, pixels, run, start, tinted};
use crate::survey::{Survey, first_line};
use crate::words::counted;
use cluster::{Plan, Tiers};
use edge::{Block, Descent};
use members::{Drop, Group, Machine};

/// The left edge of everything but the rail.
const LEFT: i32 = 172;
const MARGIN: i32 = 40;
const TOP: i32 = 112;
const BAR_HEIGHT: i32 = 28;
const BLOCK_GAP: i32 = 40;
const CLUSTER_GAP: i32 = 36;

/// Columns that are taken by wires which come down through the segments, in order.
#[derive(Default)]
struct Lanes(Vec<i32>);

impl Lanes {
    /// Two wires keep this far apart.
    const APART: i32 = 7;

    fn take(&mut self, x: i32) {
        let at = self.0.partition_point(|taken| *taken < x);
        self.0.insert(at, x);
    }

    /// The first free column from `x` on, which is then taken.
    fn free(&mut self, mut x: i32) -> i32 {
        let mut at = self.0.partition_point(|taken| *taken < x - Self::APART);
        while let Some(taken) = self.0.get(at).filter(|taken| **taken <= x + Self::APART) {
            x = x.max(taken + Self::APART + 1);
            at += 1;
        }
        self.0.insert(at, x);
        x
    }
}

/// Draws the topology of a network.
pub(crate) fn draw(survey: &Survey<'_>) -> Picture {
    let network = survey.network;
    let name = network.name.value.as_str();
    let mut picture = Picture::new(name.to_owned(), format!("topology of {}", survey.counts(", ")));
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
    let gutter = |(plan, left): (&Plan<'_>, &i32)| plan.gutter_zone().map(|(start, width)| (left + start, width));
    let gutters: Vec<Option<(i32, i32)>> = plans.iter().zip(&cluster_lefts).map(gutter).collect();
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
        let height = pixels(survey.segments.len()) * pitch - (pitch - BAR_HEIGHT);
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
    let bar_y = |segment: usize| lan_y + pixels(segment) * pitch;
    let mut lanes = Lanes::default();
    let mut bottom = hosts;
    let mut drops: Vec<Drop> = Vec::new();
    picture.tier = 3;
    if let Some(group) = devices {
        let frame = Frame::new(LEFT, hosts, group.width(), group.height());
        drops.extend(group.paint(&mut picture, survey, frame, None).1);
        bottom = frame.bottom();
    }
    let tiers = Tiers { hosts, plane, ways };
    let mut clouds: Vec<Frame> = Vec::new();
    for ((plan, left), gutter) in plans.into_iter().zip(cluster_lefts).zip(gutters) {
        let cloud = gutter.map(|(start, width)| {
            // Each gutter has its Cloudflare; those after the first are told apart by their clusters.
            let of = if clouds.is_empty() { &[][..] } else { &[plan.name()] };
            let frame = Frame::new(start, internet_y, width, 54);
            picture.tier = 0;
            Card::cloudflare(network, of).paint(&mut picture, frame, None);
            clouds.push(frame);
            frame.bottom()
        });
        let painted = plan.paint(&mut picture, survey, left, tiers, cloud);
        bottom = bottom.max(painted.frame.bottom());
        drops.extend(painted.drops);
    }
    for Drop { segment, x, y } in drops {
        lanes.take(x);
        let from = bar_y(segment) + BAR_HEIGHT;
        let tone = survey.segments[segment].tone;
        let stroke = match survey.segments[segment].is_through {
            true => Stroke::Through(tone.colour),
            false => Stroke::Tone(tone.colour),
        };
        picture.wire(&[(x, from), (x, y)], stroke);
        picture.port(On::Object(bars[segment]), (x, from), tone, false);
    }
    let mut internets = Vec::new();
    for (block, left) in blocks.into_iter().zip(block_lefts) {
        picture.tier = 1;
        right = right.max(left + block.width());
        let (internet, descents) =
            block.paint(&mut picture, survey, (left, internet_y, edge_y), &mut |x| lanes.free(x));
        internets.extend(internet);
        for descent in descents {
            connect(&mut picture, survey, descent, &bars, &bar_y);
        }
    }
    if let Some(cloud) = clouds.first() {
        visitors(&mut picture, survey, &internets, *cloud);
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
    let machines: Vec<Machine<'_>> = (hosts.iter())
        .map(|host| {
            let name = host.name.value.as_str();
            let about = About::new("host", &[name], name, Some(host.span));
            Machine::new(about, "", first_line(host.doc.as_deref()), survey.host_links(host))
        })
        .collect();
    let about = About::new("hosts", &[], &counted(hosts.len(), "host"), None).saying("devices that are no nodes");
    let mut group = Group::new(survey, about, Icon::Disks, machines, 3, false);
    group.narrow();
    (!hosts.is_empty()).then_some(group)
}

/// The bars, whose positions are those of the segments.
fn paint_bars(picture: &mut Picture, survey: &Survey<'_>, top: i32, pitch: i32, right: i32) -> Vec<usize> {
    let mut bars = Vec::new();
    for (at, segment) in (0i32..).zip(&survey.segments) {
        let frame = Frame::new(LEFT, top + at * pitch, right - LEFT, BAR_HEIGHT);
        let object = picture.add(segment.about.clone(), frame, Cover::Strip, None);
        let on = On::Object(object);
        picture.area(on, frame, 9, Look::Bar(segment.tone.colour));
        picture.port(on, (LEFT + 18, frame.y + 14), segment.tone, true);
        let gateway = Style::MonoFine.fit(&segment.gateway, frame.width / 3);
        let room = frame.width - 32 - 14 - Style::MonoFine.width(&gateway) - 20;
        let runs = [tinted(Style::Bar, segment.tone, &segment.title), run(Style::Mono, &segment.prefixes)];
        picture.line_of(on, start(LEFT + 32, frame.y + 18), room, &runs);
        picture.text(on, end(frame.right() - 14, frame.y + 18), Style::MonoFine, &gateway);
        bars.push(object);
    }
    bars
}

/// A device's wire down to the bars that it serves: behind those in between, with a port at each of its own.
fn connect(picture: &mut Picture, survey: &Survey<'_>, descent: Descent, bars: &[usize], bar_y: &dyn Fn(usize) -> i32) {
    let Descent { mut start, x, segments } = descent;
    let Some(lowest) = segments.iter().copied().max() else { return };
    start.push((x, bar_y(lowest)));
    let stroke = match segments.as_slice() {
        [only] => Stroke::Tone(survey.segments[*only].tone.colour),
        _ => Stroke::Trunk,
    };
    picture.wire(&start, stroke);
    for segment in segments {
        picture.port(On::Object(bars[segment]), (x, bar_y(segment)), survey.segments[segment].tone, false);
    }
}

/// How requests from outside come to Cloudflare: from the internet that stands before it, for a public name.
fn visitors(picture: &mut Picture, survey: &Survey<'_>, internets: &[Frame], cloud: Frame) {
    let Some(internet) = internets.iter().rfind(|internet| internet.right() < cloud.x) else { return };
    let (from, to, y) = (internet.right(), cloud.x, cloud.y + PORT_HEIGHT);
    picture.arrow(&[(from, y), (to, y)], Stroke::Tunnel);
    let clusters = &survey.network.clusters;
    let published = || clusters.iter().flat_map(|cluster| &cluster.tunnels).flat_map(|tunnel| &tunnel.publish);
    let Some(first) = published().next() else { return };
    let more = published().count() - 1;
    let more = if more > 0 { format!(" +{more}") } else { String::new() };
    let words = format!("HTTPS {}{more}", first.hostname.value);
    let words = Style::Group.fit(&words, to - from - 80);
    let width = Style::Group.width(&words) + 32;
    if width > to - from - 48 {
        return;
    }
    let frame = Frame::new((from + to - width) / 2, y - 15, width, 30);
    picture.tier = 0;
    let about = About::new("public name", &[], first.hostname.value.as_str(), Some(first.hostname.span()));
    let on = On::Object(picture.add(about, frame, Cover::Strip, None));
    picture.area(on, frame, 9, Look::TunnelTag);
    picture.text(on, middle(frame.middle(), y + 5), Style::Group, &words);
}

fn title(picture: &mut Picture, survey: &Survey<'_>, right: i32) {
    let network = survey.network;
    let room = right - MARGIN;
    picture.fitted(On::Page, start(MARGIN, 58), Style::Title, network.name.value.as_str(), room);
    let mut lead = survey.counts(" · ");
    if let Some(doc) = first_line(network.doc.as_deref()) {
        let with_doc = format!("{doc} · {lead}");
        if Style::Lead.width(&with_doc) <= room {
            lead = with_doc;
        }
    }
    picture.fitted(On::Page, start(MARGIN, 82), Style::Lead, &lead, room);
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
            picture.area(On::Page, Frame::new(MARGIN, *y, 3, *height), 1, Look::Rail);
            // A tall tier says its name where its first line is, so that growing does not move it.
            let base = if *height > 140 { y + 31 } else { y + height / 2 + 4 };
            picture.text(On::Page, start(MARGIN + 14, base), Style::Tier, name);
        }
    }
}
