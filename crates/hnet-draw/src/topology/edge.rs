//! The edge tier: what is plugged into each internet, router by router and switch by switch, and the wires
//! that go down from there to the segments' bars.
//!
//! Each internet with its devices is a block that grows to the right. A device in the last row drops its wires
//! straight down; from the rows above they leave to the right, the upper the farther, so that none cross.
//! Start at [`blocks`].

use hnet_model::{Internet, Network};

use crate::card::{Card, Line, PORT_HEIGHT};
use crate::icons::Icon;
use crate::palette::{Stroke, Style};
use crate::scene::{About, Frame, On, Picture, Point, pixels, start};
use crate::survey::{Survey, each_once, first_line, uplink};
use crate::tree::{Branch, Layout, lay};
use crate::words::{counted, joined, listed};

/// Between the columns of a block, with room for the name of what the trunk carries.
const GAP: i32 = 136;
/// Up to this many segments have wires of their own, more share a trunk.
const WIRES: usize = 3;
const LANE: i32 = 12;
/// Where a wire turns down, right of the device that it comes from; farther if wires to the bars pass there.
const BEND: i32 = 24;
/// Between a wire to the bars that passes between two columns and the bend right of it.
const CLEAR: i32 = 8;

/// An internet, or none, with the devices behind it.
pub(super) struct Block {
    internet: Option<Card>,
    /// The address that the router has outside, to be told beside its wire.
    outside: String,
    devices: Vec<Member>,
    layout: Layout,
    lanes: i32,
}

/// A device: a router or a switch.
struct Member {
    /// Its position among the routers and then the switches of the network.
    device: usize,
    card: Card,
    parent: Option<usize>,
    /// Whether others hang on it.
    has_children: bool,
    /// What its own wires lead to, in the order of the bars.
    serves: Vec<usize>,
    /// What it and those behind it carry, in the order of the bars.
    carries: Vec<usize>,
}

/// A wire from a device down to bars; drawn when their heights are known.
pub(super) struct Descent {
    /// From the device to the lane.
    pub(super) start: Vec<Point>,
    pub(super) x: i32,
    pub(super) segments: Vec<usize>,
}

/// The blocks of a network in the source's order of internets, then what has no uplink.
pub(super) fn blocks(survey: &Survey<'_>) -> Vec<Block> {
    let network = survey.network;
    let uplinks: Vec<_> = (network.routers.iter().map(|router| &router.uplink))
        .chain(network.switches.iter().map(|switch| &switch.uplink))
        .collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); uplinks.len()];
    let mut roots: Vec<Vec<usize>> = vec![Vec::new(); network.internets.len() + 1];
    for (device, up) in uplinks.iter().enumerate() {
        match up.as_ref().map(|up| uplink(network, up.value)) {
            Some(Ok(parent)) => children[parent].push(device),
            Some(Err(internet)) => roots[internet].push(device),
            None => roots[network.internets.len()].push(device),
        }
    }
    let ports = survey.ports();
    let mut cards = Cards { survey, switched: survey.switched(&ports), ports, routed: survey.routed() };
    let mut walk = Walk { children, seen: vec![false; uplinks.len()] };
    let mut blocks = Vec::new();
    for (at, roots) in roots.into_iter().enumerate() {
        let internet = network.internets.get(at);
        let mut found = Vec::new();
        for root in roots {
            walk.from(root, &mut found);
        }
        if internet.is_none() {
            // Uplinks that lead in a circle have no root: each device of it that was not met becomes one.
            for device in 0..uplinks.len() {
                walk.from(device, &mut found);
            }
        }
        let members: Vec<Member> = found.into_iter().map(|(device, parent)| cards.member(device, parent)).collect();
        if internet.is_some() || !members.is_empty() {
            blocks.push(block(survey, internet, members));
        }
    }
    blocks
}

/// A walk through the devices, each after the one that it hangs on.
struct Walk {
    children: Vec<Vec<usize>>,
    seen: Vec<bool>,
}

impl Walk {
    /// Adds a device and all behind it that were not seen, each with the position of the one that it hangs on.
    fn from(&mut self, root: usize, found: &mut Vec<(usize, Option<usize>)>) {
        let mut open = vec![(root, None)];
        while let Some((device, parent)) = open.pop() {
            if !std::mem::replace(&mut self.seen[device], true) {
                open.extend(self.children[device].iter().rev().map(|child| (*child, Some(found.len()))));
                found.push((device, parent));
            }
        }
    }
}

fn block(survey: &Survey<'_>, internet: Option<&Internet>, mut members: Vec<Member>) -> Block {
    // What is behind each device; devices stand before those behind them.
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); members.len()];
    for at in (0..members.len()).rev() {
        let carries = [behind[at].as_slice(), &members[at].serves].concat();
        members[at].carries = each_once(carries);
        if let Some(parent) = members[at].parent {
            behind[parent].extend(&members[at].carries);
            members[parent].has_children = true;
        }
    }
    // A router leads only to those segments itself that no switch behind it leads to.
    for (member, behind) in members.iter_mut().zip(behind) {
        if member.card.about.kind == "router" {
            let behind = each_once(behind);
            member.serves.retain(|segment| behind.binary_search(segment).is_err());
        }
    }
    let branch = |member: &Member| Branch {
        parent: member.parent,
        width: member.card.width(200, 250),
        height: member.card.height(),
    };
    let layout = lay(&members.iter().map(branch).collect::<Vec<_>>(), GAP, 22);
    let lanes = |member: &Member| if member.serves.len() > WIRES { 1 } else { pixels(member.serves.len()) };
    Block {
        internet: internet.map(|internet| {
            let name = internet.name.value.as_str();
            let doc = first_line(internet.doc.as_deref());
            let about = About::new("internet", &[name], name, Some(internet.span)).saying(doc.unwrap_or_default());
            Card::new(about, Icon::Globe, doc.unwrap_or("internet"))
        }),
        outside: outside(survey, &members),
        lanes: members.iter().map(lanes).sum(),
        devices: members,
        layout,
    }
}

/// The addresses that the only router at an internet has outside all subnets.
fn outside(survey: &Survey<'_>, members: &[Member]) -> String {
    let mut roots = members.iter().filter(|member| member.parent.is_none()).map(|member| member.device);
    let (Some(at), None) = (roots.next(), roots.next()) else { return String::new() };
    let Some(router) = survey.network.routers.get(at) else { return String::new() };
    let addresses = router.addresses.iter().filter_map(|address| address.value.known());
    joined(addresses.filter(|address| survey.segment_of(*address).is_none()).take(2))
}

struct Cards<'a> {
    survey: &'a Survey<'a>,
    ports: Vec<Vec<Option<usize>>>,
    switched: Vec<Vec<usize>>,
    routed: Vec<Vec<usize>>,
}

impl Cards<'_> {
    fn member(&mut self, device: usize, parent: Option<usize>) -> Member {
        let Network { routers, .. } = self.survey.network;
        let (card, serves) = match device.checked_sub(routers.len()) {
            None => (self.router(device), &mut self.routed[device]),
            Some(at) => (self.switch(at), &mut self.switched[at]),
        };
        let serves = std::mem::take(serves);
        Member { device, card, parent, has_children: false, serves, carries: Vec::new() }
    }

    fn router(&self, at: usize) -> Card {
        let router = &self.survey.network.routers[at];
        let name = router.name.value.as_str();
        let inside = router
            .addresses
            .iter()
            .filter(|address| address.value.known().is_none_or(|address| self.survey.segment_of(address).is_some()));
        let lines: Vec<Line> = inside
            .map(|address| Line::with_port(self.survey.tone_of(address.value.known()), address.value.to_string()))
            .collect();
        let doc = first_line(router.doc.as_deref());
        let addresses = joined(router.addresses.iter().map(|address| &address.value));
        let says = listed(&[&addresses, doc.unwrap_or_default()], "; ");
        let about = About::new("router", &[name], name, Some(router.span)).saying(&says);
        Card::new(about, Icon::Router, doc.unwrap_or("router")).lines(lines, 4)
    }

    fn switch(&self, at: usize) -> Card {
        let switch = &self.survey.network.switches[at];
        let name = switch.name.value.as_str();
        let used = &self.ports[at];
        let total = switch.ports.as_ref().map(|ports| usize::try_from(ports.value).unwrap_or(usize::MAX));
        let plugged = counted(used.len(), "machine");
        let (note, says) = match total.map(|total| counted(total, "port")) {
            Some(ports) => (format!("switch, {ports}"), format!("{plugged} on {ports}")),
            None => ("switch".to_owned(), format!("{plugged} plugged in")),
        };
        let about = About::new("switch", &[name], name, Some(switch.span)).saying(&says);
        let doc = first_line(switch.doc.as_deref());
        let mut card = Card::new(about, Icon::Switch, doc.unwrap_or(&note));
        if let Some(address) = &switch.address {
            let tone = self.survey.tone_of(address.value.known());
            card.lines.push(Line::with_port(tone, address.value.to_string()));
        }
        if let Some(total) = total.filter(|total| *total <= Card::PORTS && used.len() <= *total) {
            card.ports = used.iter().map(|segment| Some(self.survey.tone(*segment))).collect();
            card.ports.sort();
            card.ports.resize(total, None);
        }
        card
    }
}

impl Block {
    /// The width with the lanes at its right.
    pub(super) fn width(&self) -> i32 {
        self.layout.width.max(220) + self.lanes * 40 + 24
    }

    /// The height of the devices.
    pub(super) fn height(&self) -> i32 {
        self.layout.height
    }

    /// Whether there is a card for the tier above.
    pub(super) fn has_internet(&self) -> bool {
        self.internet.is_some()
    }

    /// Whether there is anything in this tier.
    pub(super) fn has_devices(&self) -> bool {
        !self.devices.is_empty()
    }

    /// Paints the block; `internet_y` is the tier above. `free` finds a lane that nobody uses from an `x` on.
    /// Says where the internet is, and which wires go down.
    pub(super) fn paint(
        mut self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        (x, internet_y, y): (i32, i32, i32),
        free: &mut dyn FnMut(i32) -> i32,
    ) -> (Option<Frame>, Vec<Descent>) {
        let right = x + self.layout.width;
        for frame in &mut self.layout.frames {
            frame.x += x;
            frame.y += y;
        }
        let mut internet = None;
        if let Some(card) = self.internet.take() {
            let width = self.layout.frames.first().map_or(220, |frame| frame.width).max(200);
            let frame = Frame::new(x, internet_y, width, card.height());
            card.paint(picture, frame, None);
            self.wires_from_internet(picture, frame);
            internet = Some(frame);
        }
        let (descents, bends) = self.descents(right, free);
        self.trunks(picture, survey, &bends);
        for (device, frame) in self.devices.into_iter().zip(self.layout.frames) {
            device.card.paint(picture, frame, None);
        }
        (internet, descents)
    }

    fn wires_from_internet(&self, picture: &mut Picture, frame: Frame) {
        let mut first = true;
        for (member, device) in self.devices.iter().zip(&self.layout.frames) {
            if member.parent.is_some() {
                continue;
            }
            if std::mem::replace(&mut first, false) {
                let (x, from, to) = (frame.x + 60, frame.bottom(), device.y);
                picture.wire(&[(x, from), (x, to)], Stroke::Plain);
                picture.text(On::Page, start(frame.x + 72, (from + to) / 2 + 4), Style::MonoFine, &self.outside);
            } else {
                let (lane, from, to) = (frame.x - 16, frame.y + PORT_HEIGHT, device.y + PORT_HEIGHT);
                picture.wire(&[(frame.x, from), (lane, from), (lane, to), (device.x, to)], Stroke::Plain);
            }
        }
    }

    /// The wires from each device to those that are plugged into it. A single one shows its segments in their
    /// colours; several share one wire down, which has no colour. `bends` says by row of the parent's column where
    /// they may turn at the earliest.
    fn trunks(&self, picture: &mut Picture, survey: &Survey<'_>, bends: &[i32]) {
        let mut children = vec![0; self.devices.len()];
        for parent in self.devices.iter().filter_map(|device| device.parent) {
            children[parent] += 1;
        }
        for (at, device) in self.devices.iter().enumerate() {
            let Some(parent) = device.parent else { continue };
            let (from, to) = (self.layout.frames[parent], self.layout.frames[at]);
            let segments = &device.carries;
            let strokes: Vec<Stroke> = match segments.len() {
                0 => vec![Stroke::Plain],
                _ if children[parent] > 1 => vec![Stroke::Plain],
                1..=WIRES => segments.iter().map(|at| Stroke::Tone(survey.segments[*at].tone.colour)).collect(),
                _ => vec![Stroke::Trunk],
            };
            let count = pixels(strokes.len());
            let bend = bends[self.layout.columns[parent]].max(from.right() + BEND);
            let (out, into) = (from.y + PORT_HEIGHT, to.y + PORT_HEIGHT);
            if self.layout.rows[parent] == self.layout.rows[at] {
                for (lane, stroke) in (0i32..).zip(strokes) {
                    let y = out + lane * 6 - (count - 1) * 3;
                    picture.wire(&[(from.right(), y), (to.x, y)], stroke);
                }
            } else {
                picture.wire(&[(from.right(), out), (bend, out), (bend, into), (to.x, into)], Stroke::Plain);
            }
            let label = match segments.len() {
                0 => continue,
                1..=3 => survey.short_names(segments),
                count => counted(count, "subnet"),
            };
            let place = start(bend + 8, into - (count - 1) * 3 - 8);
            picture.fitted(On::Page, place, Style::Fine, &label, to.x - bend - 14);
        }
    }

    /// The wires down to the bars and, by column, where trunks may bend at the earliest: a wire between two columns
    /// passes all rows below its own, so the bends and labels of the whole column keep clear.
    fn descents(&self, right: i32, free: &mut dyn FnMut(i32) -> i32) -> (Vec<Descent>, Vec<i32>) {
        let Layout { rows, columns, frames, .. } = &self.layout;
        let mut bends = vec![0; columns.len()];
        let mut lowest = vec![0; columns.len()];
        for (row, column) in rows.iter().zip(columns) {
            lowest[*column] = lowest[*column].max(*row);
        }
        let last_row = rows.iter().copied().max().unwrap_or(0);
        let mut order: Vec<usize> = (0..self.devices.len()).collect();
        order.sort_by_key(|at| (std::cmp::Reverse(rows[*at]), *at));
        let mut descents = Vec::new();
        let mut lane = right + LANE;
        for at in order {
            let (device, frame) = (&self.devices[at], frames[at]);
            let bundles: Vec<&[usize]> = match device.serves.len() {
                0 => continue,
                1..=WIRES => device.serves.chunks(1).collect(),
                _ => vec![&device.serves],
            };
            let count = pixels(bundles.len());
            if rows[at] == last_row || (device.has_children && lowest[columns[at]] == rows[at]) {
                for (position, segments) in (0i32..).zip(bundles) {
                    let x = free(frame.x + frame.width * (2 * position + 1) / (2 * count));
                    descents.push(Descent { start: vec![(x, frame.bottom())], x, segments: segments.to_vec() });
                }
            } else if device.has_children {
                // Others stand below and to the right: one wire goes down between the columns.
                let (x, y) = (free(frame.right() + 6), frame.y + PORT_HEIGHT + 16);
                let bend = &mut bends[columns[at]];
                *bend = (x + CLEAR).max(*bend);
                descents.push(Descent { start: vec![(frame.right(), y), (x, y)], x, segments: device.serves.clone() });
            } else {
                // The upper of a device's wires goes to the farther lane.
                for (position, segments) in (0i32..).zip(bundles).collect::<Vec<_>>().into_iter().rev() {
                    let y = frame.y + PORT_HEIGHT + (2 * position - count + 1) * 4;
                    lane = free(lane);
                    let start = vec![(frame.right(), y), (lane, y)];
                    descents.push(Descent { start, x: lane, segments: segments.to_vec() });
                    lane += LANE;
                }
            }
        }
        (descents, bends)
    }
}
