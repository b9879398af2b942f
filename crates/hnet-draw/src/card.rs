//! Cards: an icon, a name, a remark, lines; and the gateway's card with its routes as rows.
//!
//! Knows no layout: a view asks how large a card wants to be, decides where it goes and paints it there.
//! Start at [`Card`] and [`GatewayCard`].

use crate::entries::Entry;
use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style, Tone};
use crate::scene::{About, Anchor, Cover, Frame, Picture, Run, Shape, run, runs_width, text};

/// How far below a card's upper edge a line from the side meets it: the middle of its icon.
pub(crate) const PORT_HEIGHT: i32 = 26;

const LEFT: i32 = 12;
const TEXT_LEFT: i32 = 52;
const HEAD: i32 = 54;
const SLIM: i32 = 44;
const ICON: i32 = 30;
const LINE: i32 = 19;
const PORTS_IN_A_ROW: i32 = 24;

/// A line of a card.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) port: Option<Tone>,
    pub(crate) runs: Vec<Run>,
}

impl Line {
    pub(crate) fn new(style: Style, text: impl Into<String>) -> Line {
        Line { port: None, runs: vec![run(style, text)] }
    }

    pub(crate) fn with_port(tone: Tone, text: impl Into<String>) -> Line {
        Line { port: Some(tone), runs: vec![run(Style::Mono, text)] }
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
    pub(crate) note: Option<String>,
    pub(crate) lines: Vec<Line>,
    /// The ports of a switch, at most [`Card::PORTS`].
    pub(crate) ports: Vec<Option<Tone>>,
}

impl Card {
    /// How many ports of a switch are drawn.
    pub(crate) const PORTS: usize = 48;

    pub(crate) fn new(about: About, icon: Icon) -> Card {
        Card { about, icon, tunnel: false, slim: false, note: None, lines: Vec::new(), ports: Vec::new() }
    }

    pub(crate) fn note(mut self, note: Option<impl Into<String>>) -> Card {
        self.note = note.map(Into::into);
        self
    }

    /// Keeps the first lines and counts the rest.
    pub(crate) fn lines(mut self, mut lines: Vec<Line>, limit: usize) -> Card {
        if lines.len() > limit {
            let more = lines.len() - (limit - 1);
            lines.truncate(limit - 1);
            lines.push(Line::new(Style::Note, format!("and {more} more")));
        }
        self.lines = lines;
        self
    }

    /// The width that shows all of it, between two limits.
    pub(crate) fn width(&self, least: i32, most: i32) -> i32 {
        let name = Style::Name.width(&self.about.name);
        let note = self.note.as_ref().map_or(0, |note| Style::Note.width(note));
        let lines = self.lines.iter().map(|line| runs_width(&line.runs) + if line.port.is_some() { 16 } else { 0 });
        let head = TEXT_LEFT + name.max(note);
        let ports = if self.ports.is_empty() { 0 } else { LEFT + PORTS_IN_A_ROW * 8 - 2 };
        let body = LEFT + 2 + lines.max().unwrap_or(0);
        (head.max(body).max(ports) + LEFT).clamp(least, most)
    }

    /// The height at a width.
    pub(crate) fn height(&self) -> i32 {
        if self.slim {
            return SLIM;
        }
        let lines = i32::try_from(self.lines.len()).unwrap_or(i32::MAX / 64) * LINE;
        let ports = match self.ports.len() {
            0 => 0,
            1..=24 => 14,
            _ => 24,
        };
        HEAD + ports + if lines > 0 { lines + 6 } else { 0 }
    }

    /// Paints the card.
    pub(crate) fn paint(&self, picture: &mut Picture, frame: Frame, parent: Option<usize>) -> usize {
        let object = picture.add(self.about.clone(), frame, Cover::Card, parent);
        let shapes = picture.shapes(object);
        self.paint_head(shapes, frame);
        let mut y = frame.y + HEAD;
        for (at, port) in (0i32..).zip(&self.ports) {
            let look = port.map_or(Look::Free, |tone| Look::Taken(tone.colour));
            let (row, column) = (at / PORTS_IN_A_ROW, at % PORTS_IN_A_ROW);
            let place = Frame::new(frame.x + LEFT + column * 8, y - 2 + row * 10, 6, 7);
            shapes.push(Shape::Area { frame: place, radius: 1, look });
        }
        y += match self.ports.len() {
            0 => 0,
            1..=24 => 14,
            _ => 24,
        };
        for line in &self.lines {
            let mut x = frame.x + LEFT + 2;
            if let Some(tone) = line.port {
                shapes.push(Shape::Port { x: x + 4, y: y + 8, tone, filled: true });
                x += 16;
            }
            let runs = fit_runs(&line.runs, frame.right() - LEFT - x);
            shapes.push(Shape::Text { x, y: y + 12, anchor: Anchor::Start, runs });
            y += LINE;
        }
        object
    }

    fn paint_head(&self, shapes: &mut Vec<Shape>, frame: Frame) {
        let shade = Frame::new(frame.x, frame.y + 2, frame.width, frame.height);
        shapes.push(Shape::Area { frame: shade, radius: 10, look: Look::Shade });
        shapes.push(Shape::Area { frame, radius: 10, look: Look::Card });
        let top = frame.y + if self.slim { (SLIM - ICON) / 2 } else { 12 };
        let look = if self.tunnel { Look::TunnelIcon } else { Look::Icon };
        let ground = Frame::new(frame.x + LEFT, top, ICON, ICON);
        shapes.push(Shape::Area { frame: ground, radius: 8, look });
        shapes.push(Shape::Icon { x: ground.x + 6, y: ground.y + 6, icon: self.icon, tunnel: self.tunnel });
        let room = frame.width - TEXT_LEFT - LEFT;
        let line = |y, style: Style, words: &str| {
            text(frame.x + TEXT_LEFT, top + y, Anchor::Start, style, style.fit(words, room))
        };
        match &self.note {
            Some(note) => {
                shapes.push(line(12, Style::Name, &self.about.name));
                shapes.push(line(29, Style::Note, note));
            }
            None => shapes.push(line(20, Style::Name, &self.about.name)),
        }
    }
}

/// The runs that fit, the last of them shortened.
pub(crate) fn fit_runs(runs: &[Run], limit: i32) -> Vec<Run> {
    let mut fitting: Vec<Run> = Vec::new();
    let mut left = limit;
    for run in runs {
        if left < 24 {
            break;
        }
        let text = run.style.fit(&run.text, left);
        left -= run.style.width(&text) + crate::scene::RUN_GAP;
        fitting.push(Run { text, ..run.clone() });
    }
    fitting
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

    /// Where each route goes, from the upper left corner of the rows; and how high all are.
    fn rows(&self, width: i32) -> (Vec<Frame>, i32) {
        let columns = (width / Self::COLUMN).max(1);
        let column_width = (width - 12) / columns;
        let pitch = self.pitch();
        let mut frames = Vec::with_capacity(self.entries.len());
        let (mut y, mut column, mut tallest) = (0, 0, 0);
        for entry in &self.entries {
            if column == columns {
                y += tallest;
                (column, tallest) = (0, 0);
            }
            let height = entry.rows.iter().map(|row| row_height(row, column_width - 24, pitch)).sum::<i32>();
            frames.push(Frame::new(6 + column * column_width, y, column_width, height));
            tallest = tallest.max(height);
            column += 1;
        }
        (frames, y + tallest)
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
    pub(crate) fn paint(&self, picture: &mut Picture, frame: Frame, parent: Option<usize>) -> usize {
        let object = self.card.paint(picture, frame, parent);
        let (rows, _) = self.rows(frame.width);
        let pitch = self.pitch();
        if !rows.is_empty() {
            let y = frame.y + HEAD + 6;
            picture.shapes(object).push(Shape::Line {
                points: vec![(frame.x + 1, y), (frame.right() - 1, y)],
                stroke: Stroke::Hair,
                arrow: false,
            });
        }
        for (entry, place) in self.entries.iter().zip(rows) {
            let place = Frame::new(frame.x + place.x, frame.y + HEAD + 12 + place.y, place.width, place.height);
            let part = picture.add(entry.about.clone(), place, Cover::Part, Some(object));
            let shapes = picture.shapes(part);
            let mut y = place.y;
            for row in &entry.rows {
                paint_row(shapes, row, place.x + 12, place.right() - 12, y, pitch);
                y += row_height(row, place.width - 24, pitch);
            }
        }
        object
    }
}

/// How high a row is: where name and service do not fit side by side they take two lines.
fn row_height((from, to): &(String, String), room: i32, pitch: i32) -> i32 {
    let beside = Style::Host.width(from) + 16 + Style::MonoFine.width(to) <= room;
    if beside { pitch } else { pitch + 15 }
}

fn paint_row(shapes: &mut Vec<Shape>, row: &(String, String), left: i32, right: i32, y: i32, pitch: i32) {
    let (from, to) = row;
    let room = right - left;
    let base = y + pitch / 2 + 4;
    let from = Style::Host.fit(from, room);
    let to = Style::MonoFine.fit(to, room);
    let (from_end, to_start) = (left + Style::Host.width(&from) + 8, right - Style::MonoFine.width(&to) - 8);
    shapes.push(text(left, base, Anchor::Start, Style::Host, from));
    if row_height(row, room, pitch) > pitch {
        shapes.push(text(right, base + 15, Anchor::End, Style::MonoFine, to));
        return;
    }
    shapes.push(text(right, base, Anchor::End, Style::MonoFine, to));
    if to_start - from_end > 12 {
        shapes.push(Shape::Line {
            points: vec![(from_end, base - 4), (to_start, base - 4)],
            stroke: Stroke::Leader,
            arrow: false,
        });
    }
}

/// A pill with an address, whose middle is at `x` and whose upper edge is at `y`.
pub(crate) fn pill(
    picture: &mut Picture,
    about: About,
    (x, y): (i32, i32),
    tone: Tone,
    words: &str,
    parent: Option<usize>,
) -> usize {
    let width = pill_width(words);
    let frame = Frame::new(x - width / 2, y, width, PILL_HEIGHT);
    let object = picture.add(about, frame, Cover::Strip, parent);
    let shapes = picture.shapes(object);
    shapes.push(Shape::Area { frame, radius: PILL_HEIGHT / 2, look: Look::Bar(tone.colour) });
    shapes.push(Shape::Text {
        x: frame.middle(),
        y: y + 16,
        anchor: Anchor::Middle,
        runs: vec![crate::scene::tinted(Style::Pill, tone, words)],
    });
    object
}

/// The height of a pill.
pub(crate) const PILL_HEIGHT: i32 = 24;

/// The width of a pill with these words.
pub(crate) fn pill_width(words: &str) -> i32 {
    let width = Style::Pill.width(words) + 24;
    width + width % 2
}
