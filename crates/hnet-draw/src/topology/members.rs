//! Machines beside each other: as cards with wires of their own, or, when they are many, as a grid of small
//! cards whose group has one wire for each segment.
//!
//! Start at [`Group`]: it says how large it is, then it is painted, and tells which wires come down to it.

use crate::card::Card;
use crate::palette::{Look, Style, Tone};
use crate::scene::{About, Anchor, Cover, Frame, Picture, Shape, text};
use crate::survey::{Segment, Survey, counted};

/// A machine with the segments that it is on.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) card: Card,
    pub(super) segments: Vec<usize>,
}

/// Machines with one role.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) about: About,
    pub(super) title: String,
    pub(super) members: Vec<Member>,
    /// Whether there are too many for a wire each.
    compact: bool,
    /// Whether a box is drawn around them.
    boxed: bool,
    columns: i32,
    card_width: i32,
    card_height: i32,
    /// The width of what stands beside the title.
    beside_title: i32,
}

/// A wire that comes down from a segment's bar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Drop {
    pub(super) segment: usize,
    pub(super) x: i32,
    pub(super) y: i32,
}

const GAP: i32 = 12;
const PADDING: i32 = 12;
const FOOT: i32 = 40;
const SMALL_HEIGHT: i32 = 42;
/// A card has wires of its own for at most this many segments.
const WIRES: usize = 8;

impl Group {
    pub(super) fn new(about: About, title: String, members: Vec<Member>, compact: bool, boxed: bool) -> Group {
        let count = i32::try_from(members.len()).unwrap_or(i32::MAX / 1024);
        let mut group = Group {
            about,
            title,
            members,
            compact,
            boxed: boxed || compact,
            columns: count.max(1),
            card_width: 150,
            card_height: 0,
            beside_title: 0,
        };
        if compact {
            let widest = group.members.iter().map(|member| small_width(&member.card)).max();
            group.card_width = widest.unwrap_or(0).clamp(128, 176);
            group.card_height = SMALL_HEIGHT;
            group.columns = match count {
                ..=12 => 4,
                13..=30 => 6,
                31..=60 => 8,
                _ => 10,
            };
        } else {
            group.card_width =
                group.members.iter().map(|member| member.card.width(156, 220)).max().unwrap_or(group.card_width);
            group.card_height = group.members.iter().map(|member| member.card.height()).max().unwrap_or(0);
        }
        group
    }

    /// Leaves room beside the title.
    pub(super) fn leave_beside_title(&mut self, width: i32) {
        self.beside_title = width;
    }

    /// Fewer columns, where the group stands at the side.
    pub(super) fn narrow(&mut self) {
        if self.compact {
            self.columns = self.columns.min(3);
        }
    }

    fn padding(&self) -> i32 {
        if self.boxed { PADDING } else { 0 }
    }

    pub(super) fn width(&self) -> i32 {
        let grid = self.columns * (self.card_width + GAP) - GAP + 2 * self.padding();
        let title = if self.boxed { Style::Note.width(&self.title) + 32 + self.beside_title } else { 0 };
        grid.max(title)
    }

    /// Takes up to `more` pixels, in whole pixels for each column; says how many.
    pub(super) fn widen(&mut self, more: i32) -> i32 {
        let limit = if self.compact { 196 } else { 240 };
        let each = (more / self.columns).min(limit - self.card_width).max(0);
        self.card_width += each;
        each * self.columns
    }

    pub(super) fn height(&self) -> i32 {
        let count = i32::try_from(self.members.len()).unwrap_or(i32::MAX / 1024);
        let rows = if self.compact { (count + self.columns - 1) / self.columns } else { 1 };
        let gap = if self.compact { 8 } else { GAP };
        let foot = if self.boxed { FOOT } else { 0 };
        rows * (self.card_height + gap) - gap + self.padding() + foot
    }

    /// Paints the group in a frame that is at least as large as it wants; says what holds its members, too.
    pub(super) fn paint(
        &self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        frame: Frame,
        parent: Option<usize>,
    ) -> (Option<usize>, Vec<Drop>) {
        let inside = if self.boxed {
            let object = picture.add(self.about.clone(), frame, Cover::Ground, parent);
            let title = text(frame.x + 16, frame.bottom() - 15, Anchor::Start, Style::Note, self.title.as_str());
            picture.shapes(object).extend([Shape::Area { frame, radius: 14, look: Look::Group }, title]);
            Some(object)
        } else {
            parent
        };
        let drops = if self.compact {
            self.paint_grid(picture, survey, frame, inside)
        } else {
            self.paint_row(picture, survey, frame, inside)
        };
        (inside, drops)
    }

    fn paint_row(&self, picture: &mut Picture, survey: &Survey<'_>, frame: Frame, parent: Option<usize>) -> Vec<Drop> {
        let mut drops = Vec::new();
        for (at, member) in (0i32..).zip(&self.members) {
            let place = Frame::new(
                frame.x + self.padding() + at * (self.card_width + GAP),
                frame.y + self.padding(),
                self.card_width,
                self.card_height,
            );
            let object = member.card.paint(picture, place, parent);
            let wires = &member.segments[..member.segments.len().min(WIRES)];
            let count = i32::try_from(wires.len()).unwrap_or(0);
            for (lane, segment) in (0i32..).zip(wires) {
                let x = place.x + place.width * (2 * lane + 1) / (2 * count);
                let tone = survey.segments[*segment].tone;
                picture.shapes(object).push(Shape::Port { x, y: place.y, tone, filled: false });
                drops.push(Drop { segment: *segment, x, y: place.y });
            }
        }
        drops
    }

    fn paint_grid(&self, picture: &mut Picture, survey: &Survey<'_>, frame: Frame, parent: Option<usize>) -> Vec<Drop> {
        let mut counts = vec![0usize; survey.segments.len()];
        for (at, member) in (0i32..).zip(&self.members) {
            let place = Frame::new(
                frame.x + self.padding() + at % self.columns * (self.card_width + GAP),
                frame.y + self.padding() + at / self.columns * (self.card_height + 8),
                self.card_width,
                self.card_height,
            );
            paint_small(picture, member, &survey.segments, place, parent);
            for segment in &member.segments {
                counts[*segment] += 1;
            }
        }
        let used: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] > 0).collect();
        let pitch = frame.width / i32::try_from(used.len() + 1).unwrap_or(i32::MAX);
        let mut drops = Vec::new();
        for (lane, segment) in (1i32..).zip(used) {
            let (x, tone) = (frame.x + pitch * lane, survey.segments[segment].tone);
            if let Some(group) = parent {
                let shapes = picture.shapes(group);
                shapes.push(Shape::Port { x, y: frame.y, tone, filled: false });
            }
            let label = counted(counts[segment], self.about.kind.trim_end_matches('s'));
            if pitch > Style::Fine.width(&label) + 24 {
                picture.furniture.push(text(x + 10, frame.y - 8, Anchor::Start, Style::Fine, label));
            }
            drops.push(Drop { segment, x, y: frame.y });
        }
        drops
    }
}

fn small_width(card: &Card) -> i32 {
    let address = card.lines.first().map_or(0, |line| crate::scene::runs_width(&line.runs));
    Style::Name.width(&card.about.name).max(address + 32) + 24
}

fn paint_small(picture: &mut Picture, member: &Member, segments: &[Segment], frame: Frame, parent: Option<usize>) {
    let card = &member.card;
    let object = picture.add(card.about.clone(), frame, Cover::Card, parent);
    let shapes = picture.shapes(object);
    shapes.push(Shape::Area { frame, radius: 8, look: Look::Card });
    let room = frame.width - 22;
    let name = Style::Group.fit(&card.about.name, room);
    shapes.push(text(frame.x + 11, frame.y + 17, Anchor::Start, Style::Group, name));
    let Some(line) = card.lines.first() else { return };
    let ports: Vec<Tone> = member.segments.iter().take(3).map(|at| segments[*at].tone).collect();
    let ports_width = i32::try_from(ports.len()).unwrap_or(0) * 13;
    let address = line.runs.first().map(|run| run.text.as_str()).unwrap_or_default();
    let address = Style::MonoFine.fit(address, room - ports_width);
    shapes.push(text(frame.x + 11, frame.y + 34, Anchor::Start, Style::MonoFine, address));
    for (lane, tone) in (0i32..).zip(ports.into_iter().rev()) {
        shapes.push(Shape::Port { x: frame.right() - 15 - lane * 13, y: frame.y + 30, tone, filled: true });
    }
}
