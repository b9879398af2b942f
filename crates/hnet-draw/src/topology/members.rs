//! Machines beside each other: as cards with wires of their own; when they are many, as a grid of small cards
//! whose group has one wire for each segment; and when nobody could read those, as racks with a dot for each.
//!
//! Start at [`Group`]: it says how large it is, then it is painted, and tells which wires come down to it.

use crate::card::{Card, Line};
use crate::icons::Icon;
use crate::palette::{Look, Style};
use crate::scene::{About, Cover, Frame, On, Picture, pixels, start};
use crate::survey::{Link, Survey};
use crate::words::{counted, joined, listed};

/// A machine before it is known how it will be shown.
pub(super) struct Machine<'a> {
    pub(super) about: About,
    pub(super) doc: &'a str,
    pub(super) links: Vec<Link>,
}

impl<'a> Machine<'a> {
    /// `what` is said of it first; its addresses and its remark follow.
    pub(super) fn new(about: About, what: &str, doc: Option<&'a str>, links: Vec<Link>) -> Machine<'a> {
        let addresses = joined(links.iter().map(|link| &link.text));
        let doc = doc.unwrap_or_default();
        let says = listed(&[&listed(&[what, &addresses], ", "), doc], "; ");
        Machine { about: about.saying(&says), doc, links }
    }
}

/// A machine or a rack of them, with the segments that it is on.
struct Member {
    card: Card,
    segments: Vec<usize>,
    /// How many machines it is.
    count: usize,
}

/// How machines are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// As cards side by side.
    Row,
    /// As small cards.
    Grid,
    /// As cards for dozens of machines each.
    Racks,
}

/// Machines with one role.
pub(super) struct Group {
    about: About,
    members: Vec<Member>,
    form: Form,
    /// Whether a box is drawn around them.
    boxed: bool,
    columns: i32,
    card_width: i32,
    card_height: i32,
    /// The width of what stands beside the title.
    beside_title: i32,
    /// What it is wider than it has to be.
    extra: i32,
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
/// From this many machines on they stand in racks.
const MANY: usize = 120;

impl Group {
    /// Machines under a name; up to `few` of them as cards of their own.
    pub(super) fn new(
        survey: &Survey<'_>,
        about: About,
        icon: Icon,
        machines: Vec<Machine<'_>>,
        few: usize,
        boxed: bool,
    ) -> Group {
        let form = match machines.len() {
            count if count <= few => Form::Row,
            ..MANY => Form::Grid,
            _ => Form::Racks,
        };
        let members: Vec<Member> = match form {
            Form::Racks => racks(survey, &about, icon, machines),
            Form::Row | Form::Grid => machines.into_iter().map(|machine| member(survey, icon, machine)).collect(),
        };
        let count = pixels(members.len());
        let widest = |most: i32| members.iter().map(|member| member.card.width(156, most)).max().unwrap_or(0);
        let tallest = members.iter().map(|member| member.card.height()).max().unwrap_or(0);
        let (columns, card_width, card_height) = match form {
            Form::Row => (count.max(1), widest(220), tallest),
            Form::Racks => (count.min(5), widest(250), tallest),
            Form::Grid => {
                let widest = members.iter().map(|member| small_width(&member.card)).max().unwrap_or(0);
                let columns = match count {
                    ..=12 => 4,
                    13..=30 => 6,
                    31..=60 => 8,
                    _ => 10,
                };
                (columns, widest.clamp(128, 176), SMALL_HEIGHT)
            }
        };
        let boxed = boxed || form != Form::Row;
        Group { about, members, form, boxed, columns, card_width, card_height, beside_title: 0, extra: 0 }
    }

    /// Leaves room beside the title.
    pub(super) fn leave_beside_title(&mut self, width: i32) {
        self.beside_title = width;
    }

    /// Fewer columns, where the group stands at the side.
    pub(super) fn narrow(&mut self) {
        if self.form != Form::Row {
            self.columns = self.columns.min(3);
        }
    }

    fn padding(&self) -> i32 {
        if self.boxed { PADDING } else { 0 }
    }

    pub(super) fn width(&self) -> i32 {
        let grid = self.columns * (self.card_width + GAP) - GAP + 2 * self.padding();
        let title = if self.boxed { Style::Note.width(&self.about.name) + 32 + self.beside_title } else { 0 };
        grid.max(title) + self.extra
    }

    /// Whether its machines stand side by side, as cards of their own.
    pub(super) fn is_row(&self) -> bool {
        self.form == Form::Row
    }

    /// Makes it wider: with more columns, then wider cards, as far as that looks well, then what is between them.
    pub(super) fn widen(&mut self, more: i32) {
        let wanted = self.width() + more;
        let columns = (more / (self.card_width + GAP)).min(pixels(self.members.len()) - self.columns);
        self.columns += columns.max(0);
        let limit = if self.is_row() { 264 } else { self.card_width + 24 };
        let left = wanted - self.width();
        self.card_width += (left / self.columns).min(limit - self.card_width).max(0);
        self.extra += (wanted - self.width()).max(0);
    }

    /// From one row of cards to the next.
    fn pitch(&self) -> i32 {
        self.card_height + if self.form == Form::Grid { 8 } else { GAP }
    }

    pub(super) fn height(&self) -> i32 {
        let rows = (pixels(self.members.len()) + self.columns - 1) / self.columns;
        let foot = if self.boxed { FOOT } else { 0 };
        rows * self.pitch() - (self.pitch() - self.card_height) + self.padding() + foot
    }

    /// Paints the group in a frame that is at least as large as it wants; says what holds its members, too.
    pub(super) fn paint(
        self,
        picture: &mut Picture,
        survey: &Survey<'_>,
        frame: Frame,
        mut parent: Option<usize>,
    ) -> (Option<usize>, Vec<Drop>) {
        let (padding, pitch) = (self.padding(), self.pitch());
        let cell = (frame.width - 2 * padding + GAP) / self.columns;
        let indent = padding + (cell - GAP - self.card_width) / 2;
        let kind = self.about.kind.trim_end_matches('s');
        if self.boxed {
            let title = self.about.name.clone();
            let object = picture.add(self.about, frame, Cover::Ground, parent);
            picture.area(On::Object(object), frame, 14, Look::Group);
            picture.text(On::Object(object), start(frame.x + 16, frame.bottom() - 15), Style::Note, &title);
            parent = Some(object);
        }
        let mut drops = Vec::new();
        let mut counts = vec![0; survey.segments.len()];
        for (at, Member { card, segments, count }) in (0i32..).zip(self.members) {
            let (column, row) = (at % self.columns, at / self.columns);
            let (x, y) = (frame.x + indent + column * cell, frame.y + padding + row * pitch);
            let place = Frame::new(x, y, self.card_width, self.card_height);
            for segment in &segments {
                counts[*segment] += count;
            }
            if self.form == Form::Grid {
                paint_small(picture, survey, card, &segments, place, parent);
                continue;
            }
            let object = card.paint(picture, place, parent);
            if self.form == Form::Row {
                let wires = &segments[..segments.len().min(WIRES)];
                for (lane, segment) in (0i32..).zip(wires) {
                    let x = place.x + place.width * (2 * lane + 1) / (2 * pixels(wires.len()));
                    picture.port(On::Object(object), (x, y), survey.segments[*segment].tone, false);
                    drops.push(Drop { segment: *segment, x, y });
                }
            }
        }
        if self.form != Form::Row {
            let used: Vec<usize> = (0..counts.len()).filter(|at| counts[*at] > 0).collect();
            let pitch = frame.width / (pixels(used.len()) + 1);
            for (lane, segment) in (1i32..).zip(used) {
                let x = frame.x + pitch * lane;
                if let Some(group) = parent {
                    picture.port(On::Object(group), (x, frame.y), survey.segments[segment].tone, false);
                }
                let label = counted(counts[segment], kind);
                if pitch > Style::Fine.width(&label) + 24 {
                    picture.text(On::Page, start(x + 10, frame.y - 8), Style::Fine, &label);
                }
                drops.push(Drop { segment, x, y: frame.y });
            }
        }
        (parent, drops)
    }
}

fn member(survey: &Survey<'_>, icon: Icon, machine: Machine<'_>) -> Member {
    let Machine { about, doc, links } = machine;
    let segments = Survey::segments_of(&links);
    let line = |link: Link| Line::with_port(survey.tone(link.segment), link.text);
    let card = Card::new(about, icon, doc).lines(links.into_iter().map(line).collect(), 4);
    Member { card, segments, count: 1 }
}

/// Racks of machines that are on the same segments, about equally full.
fn racks(survey: &Survey<'_>, of: &About, icon: Icon, machines: Vec<Machine<'_>>) -> Vec<Member> {
    let mut machines: Vec<(Vec<usize>, Machine<'_>)> =
        machines.into_iter().map(|machine| (Survey::segments_of(&machine.links), machine)).collect();
    machines.sort_by(|one, other| one.0.cmp(&other.0));
    let mut racks = Vec::new();
    for alike in machines.chunk_by(|one, other| one.0 == other.0) {
        let count = alike.len().div_ceil(Card::PORTS);
        for rack in alike.chunks(alike.len().div_ceil(count)) {
            let ((segments, first), last) = (&rack[0], &rack[rack.len() - 1].1);
            let between =
                |one: &str, other: &str| if one == other { one.to_owned() } else { format!("{one} to {other}") };
            let name = between(&first.about.name, &last.about.name);
            let size = counted(rack.len(), of.kind.trim_end_matches('s'));
            let id = of.id[of.kind.len()..].trim_start_matches('.');
            let mut lines = Vec::new();
            for (one, other) in first.links.iter().zip(&last.links) {
                lines.push(Line::with_port(survey.tone(one.segment), between(&one.text, &other.text)));
            }
            let says = listed(&[&size, &joined(lines.iter().map(|line| &line.text))], ", ");
            let about = About::new(of.kind, &[id, &first.about.name], &name, first.about.span).saying(&says);
            let mut card = Card::new(about, icon, &size).lines(lines, 3);
            card.ports = vec![Some(survey.tone(segments.first().copied())); rack.len()];
            racks.push(Member { card, segments: segments.clone(), count: rack.len() });
        }
    }
    racks
}

fn small_width(card: &Card) -> i32 {
    let address = card.lines.first().map_or(0, |line| line.style.width(&line.text));
    Style::Name.width(&card.about.name).max(address + 32) + 24
}

fn paint_small(
    picture: &mut Picture,
    survey: &Survey<'_>,
    card: Card,
    segments: &[usize],
    frame: Frame,
    parent: Option<usize>,
) {
    let name = card.about.name.clone();
    let on = On::Object(picture.add(card.about, frame, Cover::Card, parent));
    picture.area(on, frame, 8, Look::Card);
    let room = frame.width - 22;
    picture.fitted(on, start(frame.x + 11, frame.y + 17), Style::Group, &name, room);
    let Some(line) = card.lines.first() else { return };
    let shown = &segments[..segments.len().min(3)];
    let room = room - pixels(shown.len()) * 13;
    picture.fitted(on, start(frame.x + 11, frame.y + 34), Style::MonoFine, &line.text, room);
    for (lane, segment) in (0i32..).zip(shown.iter().rev()) {
        let tone = survey.segments[*segment].tone;
        picture.port(on, (frame.right() - 15 - lane * 13, frame.y + 30), tone, true);
    }
}
