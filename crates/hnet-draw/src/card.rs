//! Cards: an icon, a name, a remark, lines; and the gateway's card with its routes as rows.
//!
//! Knows no layout: a view asks how large a card wants to be, decides where it goes and paints it there.
//! Start at [`Card`] and [`GatewayCard`].

use hnet_model::Network;

use crate::entries::Entry;
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style, Tone};
use crate::scene::{About, Cover, Frame, On, Picture, end, middle, pixels, start, tinted};

/// How far below a card's upper edge a line from the side meets it: the middle of its icon.
pub(crate) const PORT_HEIGHT: i32 = 26;

const LEFT: i32 = 12;
const TEXT_LEFT: i32 = 52;
const HEAD: i32 = 54;
const ICON: i32 = 30;
const LINE: i32 = 19;
const PORTS_IN_A_ROW: i32 = 24;

/// A line of a card, with a port before it where its address is on a segment.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) port: Option<Tone>,
    pub(crate) style: Style,
    pub(crate) text: String,
}

impl Line {
    pub(crate) fn new(style: Style, text: String) -> Line {
        Line { port: None, style, text }
    }

    pub(crate) fn with_port(tone: Tone, text: String) -> Line {
        Line { port: Some(tone), style: Style::Mono, text }
    }
}

/// A thing with an icon, its name and what is to be said of it.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) about: About,
    pub(crate) icon: Icon,
    /// Whether it stands on the way from outside.
    pub(crate) tunnel: bool,
    /// Whether it has only its head, and that a low one.
    pub(crate) slim: bool,
    /// May be empty.
    pub(crate) note: String,
    pub(crate) lines: Vec<Line>,
    /// The ports of a switch, or a dot for each machine; at most [`Card::PORTS`].
    pub(crate) ports: Vec<Option<Tone>>,
}

impl Card {
    /// The height of a slim one.
    pub(crate) const SLIM: i32 = 44;
    /// How many ports are drawn.
    pub(crate) const PORTS: usize = 48;

    pub(crate) fn new(about: About, icon: Icon, note: &str) -> Card {
        let note = note.to_owned();
        Card { about, icon, tunnel: false, slim: false, note, lines: Vec::new(), ports: Vec::new() }
    }

    /// The card of Cloudflare, where tunnels start.
    pub(crate) fn cloudflare(network: &Network, path: &[&str]) -> Card {
        let domain = network.domain.as_ref();
        let says = domain.map_or("takes requests for it".to_owned(), |domain| format!("zone {}", domain.value));
        let about = About::new("cloudflare", path, "Cloudflare", domain.map(|domain| domain.span())).saying(&says);
        Card { tunnel: true, ..Card::new(about, Icon::Cloud, &says) }
    }

    /// Keeps the first lines and counts the rest.
    pub(crate) fn lines(mut self, mut lines: Vec<Line>, limit: usize) -> Card {
        if lines.len() > limit {
            let more = (lines.len() - (limit - 1)).to_string();
            lines.truncate(limit - 1);
            lines.push(Line::new(Style::Note, format!("and {more} more")));
        }
        self.lines = lines;
        self
    }

    /// The width that shows all of it, between two limits.
    pub(crate) fn width(&self, least: i32, most: i32) -> i32 {
        let mut width = TEXT_LEFT + Style::Name.width(&self.about.name).max(Style::Note.width(&self.note));
        for line in &self.lines {
            let port = if line.port.is_some() { 16 } else { 0 };
            width = width.max(LEFT + 2 + port + line.style.width(&line.text));
        }
        if !self.ports.is_empty() {
            width = width.max(LEFT + PORTS_IN_A_ROW * 8 - 2);
        }
        (width + LEFT).clamp(least, most)
    }

    /// The height.
    pub(crate) fn height(&self) -> i32 {
        if self.slim {
            return Card::SLIM;
        }
        let lines = pixels(self.lines.len()) * LINE;
        HEAD + ports_height(self.ports.len()) + if lines > 0 { lines + 6 } else { 0 }
    }

    /// Paints the card; says which object it is.
    pub(crate) fn paint(self, picture: &mut Picture, frame: Frame, parent: Option<usize>) -> usize {
        let name = self.about.name.clone();
        let object = picture.add(self.about, frame, Cover::Card, parent);
        let on = On::Object(object);
        picture.area(on, Frame { y: frame.y + 2, ..frame }, 10, Look::Shade);
        picture.area(on, frame, 10, Look::Card);
        let top = frame.y + if self.slim { (Card::SLIM - ICON) / 2 } else { 12 };
        let look = if self.tunnel { Look::TunnelIcon } else { Look::Icon };
        let left = frame.x + LEFT;
        picture.area(on, Frame::new(left, top, ICON, ICON), 8, look);
        picture.icon(on, (left + 6, top + 6), self.icon, self.tunnel);
        let (x, room) = (frame.x + TEXT_LEFT, frame.width - TEXT_LEFT - LEFT);
        let base = top + if self.note.is_empty() { 20 } else { 12 };
        picture.fitted(on, start(x, base), Style::Name, &name, room);
        if !self.note.is_empty() {
            picture.fitted(on, start(x, top + 29), Style::Note, &self.note, room);
        }
        let mut y = frame.y + HEAD;
        for (at, port) in (0i32..).zip(&self.ports) {
            let look = port.map_or(Look::Free, |tone| Look::Taken(tone.colour));
            let (row, column) = (at / PORTS_IN_A_ROW, at % PORTS_IN_A_ROW);
            picture.area(on, Frame::new(left + column * 8, y - 2 + row * 10, 6, 7), 1, look);
        }
        y += ports_height(self.ports.len());
        for line in &self.lines {
            let mut x = left + 2;
            if let Some(tone) = line.port {
                picture.port(on, (x + 4, y + 8), tone, true);
                x += 16;
            }
            picture.fitted(on, start(x, y + 12), line.style, &line.text, frame.right() - LEFT - x);
            y += LINE;
        }
        object
    }
}

fn ports_height(count: usize) -> i32 {
    match count {
        0 => 0,
        1..=24 => 14,
        _ => 24,
    }
}

/// A gateway with its routes.
#[derive(Clone, Debug)]
pub(crate) struct GatewayCard {
    pub(crate) card: Card,
    pub(crate) entries: Vec<Entry>,
}

impl GatewayCard {
    /// From this many rows on they stand closer.
    const MANY: usize = 14;
    /// The width that two columns of rows want each.
    const COLUMN: i32 = 360;

    /// The width that holds so many columns of rows.
    pub(crate) fn width(columns: i32) -> i32 {
        columns * Self::COLUMN + 12
    }

    /// Where each route goes, from the upper left corner of the rows; and how high all are. A route goes under the
    /// shortest column, so that columns end together and, at one width, a further route moves none.
    fn rows(&self, width: i32) -> (Vec<Frame>, i32) {
        let columns = (width / Self::COLUMN).max(1);
        let column_width = (width - 12) / columns;
        let pitch = self.pitch();
        let mut bottoms = vec![0; usize::try_from(columns).unwrap_or(1)];
        let mut frames = Vec::with_capacity(self.entries.len());
        for entry in &self.entries {
            let (mut column, mut y) = (0, i32::MAX);
            for (at, bottom) in bottoms.iter().enumerate() {
                if *bottom < y {
                    (column, y) = (at, *bottom);
                }
            }
            let height = entry.rows.iter().map(|row| row_height(row, column_width - 24, pitch)).sum::<i32>();
            frames.push(Frame::new(6 + pixels(column) * column_width, y, column_width, height));
            bottoms[column] += height;
        }
        (frames, bottoms.into_iter().max().unwrap_or(0))
    }

    fn pitch(&self) -> i32 {
        if self.entries.iter().map(|entry| entry.rows.len()).sum::<usize>() > Self::MANY { 22 } else { 28 }
    }

    /// The height at a width.
    pub(crate) fn height(&self, width: i32) -> i32 {
        let (_, height) = self.rows(width);
        HEAD + 6 + if height > 0 { height + 12 } else { 4 }
    }

    /// Paints the card and its rows.
    pub(crate) fn paint(self, picture: &mut Picture, frame: Frame, parent: Option<usize>) {
        let (rows, _) = self.rows(frame.width);
        let pitch = self.pitch();
        let object = self.card.paint(picture, frame, parent);
        if !rows.is_empty() {
            let y = frame.y + HEAD + 6;
            picture.line(On::Object(object), &[(frame.x + 1, y), (frame.right() - 1, y)], Stroke::Hair, false);
        }
        for (Entry { about, rows, kind: _ }, place) in self.entries.into_iter().zip(rows) {
            let place = Frame { x: frame.x + place.x, y: frame.y + HEAD + 12 + place.y, ..place };
            let part = On::Object(picture.add(about, place, Cover::Part, Some(object)));
            let mut y = place.y;
            for row in &rows {
                y +=
                    paint_row(picture, part, row, Frame { x: place.x + 12, y, width: place.width - 24, height: pitch });
            }
        }
    }
}

/// How high a row is: where name and service do not fit side by side they take two lines.
fn row_height((from, to): &(String, String), room: i32, pitch: i32) -> i32 {
    let beside = Style::Host.width(from) + 16 + Style::MonoFine.width(to) <= room;
    if beside { pitch } else { pitch + 15 }
}

/// Paints a row into a place as high as one that takes one line; says how high it is.
fn paint_row(picture: &mut Picture, on: On, row: &(String, String), place: Frame) -> i32 {
    let (from, to) = row;
    let height = row_height(row, place.width, place.height);
    let base = place.y + place.height / 2 + 4;
    picture.fitted(on, start(place.x, base), Style::Host, from, place.width);
    let below = height - place.height;
    picture.fitted(on, end(place.right(), base + below), Style::MonoFine, to, place.width);
    let from_end = place.x + Style::Host.width(from) + 8;
    let to_start = place.right() - Style::MonoFine.width(to) - 8;
    if below == 0 && to_start - from_end > 12 {
        picture.line(on, &[(from_end, base - 4), (to_start, base - 4)], Stroke::Leader, false);
    }
    height
}

/// Paints a pill with words in a segment's colour, whose middle is at `x` and whose upper edge is at `y`.
pub(crate) fn pill(
    picture: &mut Picture,
    about: About,
    (x, y): (i32, i32),
    tone: Tone,
    words: &str,
    parent: Option<usize>,
) {
    let width = pill_width(words);
    let frame = Frame::new(x - width / 2, y, width, PILL_HEIGHT);
    let on = On::Object(picture.add(about, frame, Cover::Strip, parent));
    picture.area(on, frame, PILL_HEIGHT / 2, Look::Bar(tone.colour));
    picture.line_of(on, middle(x, y + 16), i32::MAX, &[tinted(Style::Pill, tone, words)]);
}

/// The height of a pill.
pub(crate) const PILL_HEIGHT: i32 = 24;

/// The width of a pill with these words.
pub(crate) fn pill_width(words: &str) -> i32 {
    let width = Style::Pill.width(words) + 24;
    width + width % 2
}
