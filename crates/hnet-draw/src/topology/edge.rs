//! The edge tier: what is plugged into each internet, router by router and switch by switch, and the wires
//! that go down from there to the segments' bars.
//!
//! Each internet with its devices is a block that grows to the right. A device in the last row drops its wires
//! straight down; from the rows above they leave to the right, the upper the farther, so that none cross.
//! Start at [`blocks`].

use std::collections::{BTreeMap, BTreeSet};

use crate::card::{Card, Line, PORT_HEIGHT};
use crate::icons::Icon;
use crate::palette::{Stroke, Style, Tone};
use crate::scene::{About, Anchor, Frame, Picture, text};
use crate::survey::{Device, Survey, counted, first_line, joined, uplink};
use crate::tree::{Branch, Layout, lay};

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

struct Member {
    device: Device,
    card: Card,
    parent: Option<usize>,
    /// What its own wires lead to.
    serves: Vec<usize>,
    /// What it and those behind it carry.
    carries: BTreeSet<usize>,
}

/// A wire from a device down to bars; drawn when their heights are known.
pub(super) struct Descent {
    /// From the device to the lane.
    pub(super) start: Vec<(i32, i32)>,
    pub(super) x: i32,
    pub(super) segments: Vec<usize>,
}

/// The blocks of a network in the source's order of internets, then what has no uplink.
pub(super) fn blocks(survey: &Survey<'_>) -> Vec<Block> {
    let network = survey.network;
    let devices: Vec<Device> =
        (0..network.routers.len()).map(Device::Router).chain((0..network.switches.len()).map(Device::Switch)).collect();
    let mut children: BTreeMap<Device, Vec<Device>> = BTreeMap::new();
    let mut roots: Vec<Vec<Device>> = vec![Vec::new(); network.internets.len() + 1];
    for device in &devices {
        let up = match device {
            Device::Router(at) => &network.routers[*at].uplink,
            Device::Switch(at) => &network.switches[*at].uplink,
        };
        match up.as_ref().map(|up| uplink(up.value)) {
            Some(Ok(parent)) => children.entry(parent).or_default().push(*device),
            Some(Err(internet)) => roots[internet].push(*device),
            None => roots[network.internets.len()].push(*device),
        }
    }
    let cards = Cards { survey, ports: survey.ports(), switched: survey.switched(), routed: survey.routed() };
    let mut seen = BTreeSet::new();
    let mut blocks = Vec::new();
    for (at, mut roots) in roots.into_iter().enumerate() {
        let internet = network.internets.get(at);
        if internet.is_none() {
            // Uplinks that lead in a circle have no root: each device of it that was not met becomes one.
            let mut met = seen.clone();
            walk(&roots, &children, &mut met, |_, _| {});
            for device in &devices {
                if !met.contains(device) {
                    roots.push(*device);
                    walk(&[*device], &children, &mut met, |_, _| {});
                }
            }
        }
        let mut members: Vec<Member> = Vec::new();
        let mut positions = BTreeMap::new();
        walk(&roots, &children, &mut seen, |device, parent| {
            positions.insert(device, members.len());
            members.push(cards.member(device, parent.and_then(|parent| positions.get(&parent).copied())));
        });
        if internet.is_some() || !members.is_empty() {
            blocks.push(block(survey, internet, members));
        }
    }
    blocks
}

/// Visits devices, each after the one it hangs on.
fn walk(
    roots: &[Device],
    children: &BTreeMap<Device, Vec<Device>>,
    seen: &mut BTreeSet<Device>,
    mut visit: impl FnMut(Device, Option<Device>),
) {
    let mut open: Vec<(Device, Option<Device>)> = roots.iter().rev().map(|root| (*root, None)).collect();
    while let Some((device, parent)) = open.pop() {
        if seen.insert(device) {
            visit(device, parent);
            open.extend(children.get(&device).into_iter().flatten().rev().map(|child| (*child, Some(device))));
        }
    }
}

fn block(survey: &Survey<'_>, internet: Option<&hnet_model::Internet>, mut members: Vec<Member>) -> Block {
    for at in (0..members.len()).rev() {
        if let Some(parent) = members[at].parent {
            let carried = members[at].carries.clone();
            members[parent].carries.extend(carried);
        }
    }
    // A router leads only to those segments itself that no switch behind it leads to.
    let mut behind: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); members.len()];
    for member in &members {
        if let Some(parent) = member.parent {
            behind[parent].extend(&member.carries);
        }
    }
    for (member, behind) in members.iter_mut().zip(behind) {
        if member.card.about.kind == "router" {
            member.serves.retain(|segment| !behind.contains(segment));
        }
    }
    let branches: Vec<Branch> = members
        .iter()
        .map(|member| Branch {
            parent: member.parent,
            width: member.card.width(200, 250),
            height: member.card.height(),
        })
        .collect();
    let layout = lay(&branches, GAP, 22);
    let lanes =
        members.iter().map(|member| if member.serves.len() > WIRES { 1 } else { member.serves.len() }).sum::<usize>();
    let outside = outside(survey, &members);
    Block {
        internet: internet.map(|internet| {
            let name = internet.name.value.as_str();
            let doc = first_line(internet.doc.as_deref());
            let about = About::new("internet", &[name], name, Some(internet.span)).saying(doc.unwrap_or_default());
            Card::new(about, Icon::Globe).note(doc.or(Some("internet")))
        }),
        outside,
        devices: members,
        layout,
        lanes: i32::try_from(lanes).unwrap_or(0),
    }
}

/// The addresses that the only router at an internet has outside all subnets.
fn outside(survey: &Survey<'_>, members: &[Member]) -> String {
    let mut roots = members.iter().filter(|member| member.parent.is_none()).map(|member| member.device);
    let (Some(Device::Router(at)), None) = (roots.next(), roots.next()) else { return String::new() };
    let addresses = survey.network.routers[at].addresses.iter().filter_map(|address| address.value.known());
    joined(addresses.filter(|address| survey.segment_of(*address).is_none()).take(2))
}

struct Cards<'a> {
    survey: &'a Survey<'a>,
    ports: Vec<Vec<Option<usize>>>,
    switched: Vec<BTreeSet<usize>>,
    routed: Vec<BTreeSet<usize>>,
}

impl Cards<'_> {
    fn member(&self, device: Device, parent: Option<usize>) -> Member {
        let (card, serves) = match device {
            Device::Router(at) => (self.router(at), &self.routed[at]),
            Device::Switch(at) => (self.switch(at), &self.switched[at]),
        };
        Member { device, card, parent, serves: serves.iter().copied().collect(), carries: serves.clone() }
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
        let mut says = joined(router.addresses.iter().map(|address| &address.value));
        if let Some(doc) = doc {
            says = if says.is_empty() { doc.to_owned() } else { format!("{says}; {doc}") };
        }
        let about = About::new("router", &[name], name, Some(router.span)).saying(says);
        Card::new(about, Icon::Router).note(doc.or(Some("router"))).lines(lines, 4)
    }

    fn switch(&self, at: usize) -> Card {
        let switch = &self.survey.network.switches[at];
        let name = switch.name.value.as_str();
        let used = &self.ports[at];
        let total = switch.ports.as_ref().map(|ports| usize::try_from(ports.value).unwrap_or(usize::MAX));
        let doc = first_line(switch.doc.as_deref());
        let plugged = counted(used.len(), "machine");
        let about = About::new("switch", &[name], name, Some(switch.span)).saying(match total {
            Some(total) => format!("{plugged} on {}", counted(total, "port")),
            None => format!("{plugged} plugged in"),
        });
        let note = doc.map_or_else(
            || total.map_or_else(|| "switch".to_owned(), |total| format!("switch, {}", counted(total, "port"))),
            str::to_owned,
        );
        let mut card = Card::new(about, Icon::Switch).note(Some(note));
        if let Some(address) = &switch.address {
            let tone = self.survey.tone_of(address.value.known());
            card.lines.push(Line::with_port(tone, address.value.to_string()));
        }
        if let Some(total) = total.filter(|total| *total <= Card::PORTS && used.len() <= *total) {
            let tone =
                |segment: &Option<usize>| Some(segment.map_or(Tone::NEUTRAL, |at| self.survey.segments[at].tone));
            card.ports = used.iter().map(tone).collect();
            hnet_collections::sort(&mut card.ports);
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
    pub(super) fn paint(
        &self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        (x, internet_y, y): (i32, i32, i32),
        free: &mut dyn FnMut(i32) -> i32,
    ) -> Vec<Descent> {
        let place = |at: usize| {
            let frame = self.layout.frames[at];
            Frame::new(frame.x + x, frame.y + y, frame.width, frame.height)
        };
        if let Some(card) = &self.internet {
            let width = self.layout.frames.first().map_or(220, |frame| frame.width).max(200);
            let frame = Frame::new(x, internet_y, width, card.height());
            card.paint(picture, frame, None);
            self.wires_from_internet(picture, frame, &place);
        }
        for (at, device) in self.devices.iter().enumerate() {
            device.card.paint(picture, place(at), None);
        }
        let (descents, bends) = self.descents(&place, x + self.layout.width, free);
        self.trunks(picture, survey, &place, &bends);
        descents
    }

    fn wires_from_internet(&self, picture: &mut Picture, frame: Frame, place: &dyn Fn(usize) -> Frame) {
        let roots = (0..self.devices.len()).filter(|at| self.devices[*at].parent.is_none());
        for (position, at) in roots.enumerate() {
            let device = place(at);
            let (from, to) = (frame.bottom(), device.y);
            if position == 0 {
                picture.wire(vec![(frame.x + 60, from), (frame.x + 60, to)], Stroke::Plain);
                if !self.outside.is_empty() {
                    let y = (from + to) / 2 + 4;
                    picture.furniture.push(text(
                        frame.x + 72,
                        y,
                        Anchor::Start,
                        Style::MonoFine,
                        self.outside.as_str(),
                    ));
                }
            } else {
                let lane = frame.x - 16;
                let y = device.y + PORT_HEIGHT;
                picture.wire(
                    vec![(frame.x, frame.y + PORT_HEIGHT), (lane, frame.y + PORT_HEIGHT), (lane, y), (device.x, y)],
                    Stroke::Plain,
                );
            }
        }
    }

    /// The wires from each device to those that are plugged into it. A single one shows its segments in their
    /// colours; several share one wire down, which has no colour.
    fn trunks(
        &self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        place: &dyn Fn(usize) -> Frame,
        bends: &BTreeMap<i32, i32>,
    ) {
        let mut children = vec![0usize; self.devices.len()];
        for parent in self.devices.iter().filter_map(|device| device.parent) {
            children[parent] += 1;
        }
        for (at, device) in self.devices.iter().enumerate() {
            let Some(parent) = device.parent else { continue };
            let (from, to) = (place(parent), place(at));
            let segments: Vec<usize> = device.carries.iter().copied().collect();
            let strokes: Vec<Stroke> = match segments.len() {
                0 => vec![Stroke::Plain],
                _ if children[parent] > 1 => vec![Stroke::Plain],
                1..=WIRES => segments.iter().map(|at| Stroke::Tone(survey.segments[*at].tone.colour)).collect(),
                _ => vec![Stroke::Trunk],
            };
            let count = i32::try_from(strokes.len()).unwrap_or(1);
            let bend = from.right() + BEND;
            let bend = bends.get(&from.right()).map_or(bend, |cleared| bend.max(*cleared));
            let (start, end) = (from.y + PORT_HEIGHT, to.y + PORT_HEIGHT);
            if self.layout.rows[parent] == self.layout.rows[at] {
                for (lane, stroke) in (0i32..).zip(strokes) {
                    let y = start + lane * 6 - (count - 1) * 3;
                    picture.wire(vec![(from.right(), y), (to.x, y)], stroke);
                }
            } else {
                picture.wire(vec![(from.right(), start), (bend, start), (bend, end), (to.x, end)], Stroke::Plain);
            }
            let label = match segments.as_slice() {
                [] => continue,
                [_, _, _, _, ..] => counted(segments.len(), "subnet"),
                few => survey.short_names(few),
            };
            let label = Style::Fine.fit(&label, to.x - bend - 14);
            let y = end - (count - 1) * 3 - 8;
            picture.furniture.push(text(bend + 8, y, Anchor::Start, Style::Fine, label));
        }
    }

    /// The wires down to the bars and, by the right edge of a column, where trunks may bend at the earliest: a wire
    /// between two columns passes all rows below its own, so the bends and labels of the whole column keep clear.
    fn descents(
        &self,
        place: &dyn Fn(usize) -> Frame,
        right: i32,
        free: &mut dyn FnMut(i32) -> i32,
    ) -> (Vec<Descent>, BTreeMap<i32, i32>) {
        let mut bends: BTreeMap<i32, i32> = BTreeMap::new();
        let mut lowest: BTreeMap<i32, usize> = BTreeMap::new();
        let mut has_children = vec![false; self.devices.len()];
        for (at, device) in self.devices.iter().enumerate() {
            let row = lowest.entry(self.layout.frames[at].x).or_default();
            *row = self.layout.rows[at].max(*row);
            if let Some(parent) = device.parent {
                has_children[parent] = true;
            }
        }
        let last_row = lowest.values().copied().max().unwrap_or(0);
        let mut order: Vec<usize> = (0..self.devices.len()).collect();
        hnet_collections::sort_by_key(&mut order, |at| (std::cmp::Reverse(self.layout.rows[*at]), *at));
        let mut descents = Vec::new();
        let mut lane = right + LANE;
        for at in order {
            let (device, frame) = (&self.devices[at], place(at));
            let bundles: Vec<Vec<usize>> = match device.serves.len() {
                0 => continue,
                1..=WIRES => device.serves.iter().map(|segment| vec![*segment]).collect(),
                _ => vec![device.serves.clone()],
            };
            let count = i32::try_from(bundles.len()).unwrap_or(1);
            let row = self.layout.rows[at];
            if row == last_row || (has_children[at] && lowest.get(&self.layout.frames[at].x) == Some(&row)) {
                for (position, segments) in (0i32..).zip(bundles) {
                    let x = free(frame.x + frame.width * (2 * position + 1) / (2 * count));
                    descents.push(Descent { start: vec![(x, frame.bottom())], x, segments });
                }
            } else if has_children[at] {
                // Others stand below and to the right: one wire goes down between the columns.
                let (x, y) = (free(frame.right() + 6), frame.y + PORT_HEIGHT + 16);
                let bend = bends.entry(frame.right()).or_default();
                *bend = (x + CLEAR).max(*bend);
                descents.push(Descent { start: vec![(frame.right(), y), (x, y)], x, segments: device.serves.clone() });
            } else {
                // The upper of a device's wires goes to the farther lane.
                for (position, segments) in (0i32..).zip(bundles).collect::<Vec<_>>().into_iter().rev() {
                    let y = frame.y + PORT_HEIGHT + (2 * position - count + 1) * 4;
                    lane = free(lane);
                    descents.push(Descent { start: vec![(frame.right(), y), (lane, y)], x: lane, segments });
                    lane += LANE;
                }
            }
        }
        (descents, bends)
    }
}
