//! What a picture is made of: objects that a reader can reach, and the wires between them, in whole pixels.
//!
//! Knows nothing of networks and of no output format. Start at [`Picture`]: views fill it through `add` and the
//! painters, from `area` to `arrow`, which take what they paint on. The picture lint checks scenes of this form.

use hnet_diagnostics::Span;

use crate::icons::Icon;
use crate::palette::{Look, Stroke, Style, Tone};

/// A rectangle in pixels; `y` grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The left edge.
    pub x: i32,
    /// The upper edge.
    pub y: i32,
    /// The width.
    pub width: i32,
    /// The height.
    pub height: i32,
}

impl Frame {
    pub(crate) fn new(x: i32, y: i32, width: i32, height: i32) -> Frame {
        Frame { x, y, width, height }
    }

    pub(crate) fn right(&self) -> i32 {
        self.x + self.width
    }

    pub(crate) fn bottom(&self) -> i32 {
        self.y + self.height
    }

    pub(crate) fn middle(&self) -> i32 {
        self.x + self.width / 2
    }
}

/// A number of things as a number of pixels; more than any picture holds where it is too large.
pub(crate) fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX).min(i32::MAX / 1024)
}

/// A point.
pub(crate) type Point = (i32, i32);

/// Where a text's `x` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// Where a line of letters stands; `y` is its base line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) anchor: Anchor,
}

/// Letters that start here.
pub(crate) fn start(x: i32, y: i32) -> Place {
    Place { x, y, anchor: Anchor::Start }
}

/// Letters whose middle is here.
pub(crate) fn middle(x: i32, y: i32) -> Place {
    Place { x, y, anchor: Anchor::Middle }
}

/// Letters that end here.
pub(crate) fn end(x: i32, y: i32) -> Place {
    Place { x, y, anchor: Anchor::End }
}

/// A part of a text in one style, in a segment's colour where it has a tone.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'a> {
    pub(crate) style: Style,
    pub(crate) tone: Option<Tone>,
    pub(crate) text: &'a str,
}

/// A part of a text in one style.
pub(crate) fn run(style: Style, text: &str) -> Run<'_> {
    Run { style, tone: None, text }
}

/// A part of a text in a segment's colour.
pub(crate) fn tinted(style: Style, tone: Tone, text: &str) -> Run<'_> {
    Run { style, tone: Some(tone), text }
}

/// The pixels between two runs of a text.
pub(crate) const RUN_GAP: i32 = 10;

/// A run whose letters lie in the picture's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Written {
    style: Style,
    tone: Option<Tone>,
    from: usize,
    to: usize,
}

/// Something to paint. Letters and points lie in the picture, so that a shape is small and owns nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Area {
        frame: Frame,
        radius: i32,
        look: Look,
    },
    /// A line of letters: the picture's runs from `first` to before `last`.
    Text {
        place: Place,
        first: usize,
        last: usize,
    },
    /// A port: circle, square, diamond or triangle around a point.
    Port {
        at: Point,
        tone: Tone,
        filled: bool,
    },
    /// A line through the picture's points from `first` to before `last`.
    Line {
        first: usize,
        last: usize,
        stroke: Stroke,
        arrow: bool,
    },
    /// A glyph in a square of 18 pixels with its upper left corner here.
    Icon {
        at: Point,
        icon: Icon,
        tunnel: bool,
    },
}

/// How an object and the wires go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cover {
    /// It holds other objects; wires run on it, though never through its letters.
    Ground,
    /// Wires pass behind it: bars and pills.
    Strip,
    /// No wire enters it.
    Card,
    /// A part of a card, painted over it.
    Part,
}

/// Something in the picture that a reader can point at.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Unique in the picture and the same from one edit to the next.
    pub id: String,
    /// What kind of thing it is: `node`, `subnet`, `route`.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What the picture says about it, as a sentence without a full stop; may be empty.
    pub says: String,
    /// The text that declares it.
    pub span: Option<Span>,
    /// Where it is.
    pub frame: Frame,
    pub(crate) cover: Cover,
    /// Its place in the order of reading; within a tier objects are read as they were added.
    pub(crate) tier: u8,
    pub(crate) parent: Option<usize>,
    pub(crate) shapes: Vec<Shape>,
}

/// What an object is, before it has a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct About {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) span: Option<Span>,
}

impl About {
    pub(crate) fn new(kind: &'static str, path: &[&str], name: &str, span: Option<Span>) -> About {
        let length = kind.len() + path.iter().map(|part| part.len() + 1).sum::<usize>();
        let mut id = String::with_capacity(length);
        for (at, word) in kind.split(' ').enumerate() {
            id.push_str(if at > 0 { "-" } else { "" });
            id.push_str(word);
        }
        for part in path {
            id.push('.');
            id.push_str(part);
        }
        About { id, kind, name: name.to_owned(), says: String::new(), span }
    }

    pub(crate) fn saying(mut self, says: &str) -> About {
        self.says.push_str(says);
        self
    }
}

/// A row of the table that says the same as the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    /// What kind of thing it is.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What the picture says about it.
    pub says: String,
    /// The text that declares it.
    pub span: Option<Span>,
}

/// What is painted on: an object by its position, the layer of wires, or the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Object(usize),
    Wires,
    Page,
}

/// A picture, laid out: it can be written as SVG or read as a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Pixels from left to right.
    pub width: i32,
    /// Pixels from top to bottom.
    pub height: i32,
    /// What it is a picture of.
    pub title: String,
    /// What it shows, in a sentence.
    pub description: String,
    /// What can be pointed at, in the order of reading.
    pub objects: Vec<Object>,
    pub(crate) wires: Vec<Shape>,
    /// Letters and lines that belong to no object.
    pub(crate) furniture: Vec<Shape>,
    /// The tier of what is added next.
    pub(crate) tier: u8,
    /// The colours of segments that are used, a bit for each.
    pub(crate) tones: u16,
    /// Those of them that lines go through others in.
    pub(crate) through: u16,
    /// The letters of all texts, one after the other.
    letters: String,
    runs: Vec<Written>,
    points: Vec<Point>,
}

impl Picture {
    pub(crate) fn new(title: String, description: String) -> Picture {
        Picture {
            width: 0,
            height: 0,
            title,
            description,
            objects: Vec::new(),
            wires: Vec::new(),
            furniture: Vec::new(),
            tier: 0,
            tones: 0,
            through: 0,
            letters: String::new(),
            runs: Vec::new(),
            points: Vec::new(),
        }
    }

    /// Adds an object without shapes and says under which position.
    pub(crate) fn add(&mut self, about: About, frame: Frame, cover: Cover, parent: Option<usize>) -> usize {
        let About { id, kind, name, says, span } = about;
        let tier = self.tier;
        self.objects.push(Object { id, kind, name, says, span, frame, cover, tier, parent, shapes: Vec::new() });
        self.objects.len() - 1
    }

    fn push(&mut self, on: On, shape: Shape) {
        let shapes = match on {
            On::Object(at) => &mut self.objects[at].shapes,
            On::Wires => &mut self.wires,
            On::Page => &mut self.furniture,
        };
        shapes.push(shape);
    }

    fn use_tone(&mut self, colour: u8) {
        self.tones |= 1 << colour;
    }

    /// Fills an area.
    pub(crate) fn area(&mut self, on: On, frame: Frame, radius: i32, look: Look) {
        if let Look::Bar(colour) | Look::Taken(colour) | Look::Range(colour) = look {
            self.use_tone(colour);
        }
        self.push(on, Shape::Area { frame, radius, look });
    }

    /// Paints a port, filled beside an address and open where a wire ends.
    pub(crate) fn port(&mut self, on: On, at: Point, tone: Tone, filled: bool) {
        self.use_tone(tone.colour);
        self.push(on, Shape::Port { at, tone, filled });
    }

    /// Paints a glyph.
    pub(crate) fn icon(&mut self, on: On, at: Point, icon: Icon, tunnel: bool) {
        self.push(on, Shape::Icon { at, icon, tunnel });
    }

    /// Writes words in one style.
    pub(crate) fn text(&mut self, on: On, place: Place, style: Style, words: &str) {
        self.line_of(on, place, i32::MAX, &[run(style, words)]);
    }

    /// Writes as much of the words as is not wider than `room`.
    pub(crate) fn fitted(&mut self, on: On, place: Place, style: Style, words: &str, room: i32) {
        self.line_of(on, place, room, &[run(style, words)]);
    }

    /// Writes the runs that are together not wider than `room`, the last of them shortened.
    pub(crate) fn line_of(&mut self, on: On, place: Place, room: i32, runs: &[Run<'_>]) {
        let first = self.runs.len();
        let mut left = room;
        for Run { style, tone, text } in runs.iter().filter(|run| !run.text.is_empty()) {
            if left < room && left < 24 {
                break;
            }
            let from = self.letters.len();
            left -= style.fit_into(&mut self.letters, text, left) + RUN_GAP;
            if let Some(tone) = tone {
                self.use_tone(tone.colour);
            }
            self.runs.push(Written { style: *style, tone: *tone, from, to: self.letters.len() });
        }
        if self.runs.len() > first {
            self.push(on, Shape::Text { place, first, last: self.runs.len() });
        }
    }

    /// Draws a line.
    pub(crate) fn line(&mut self, on: On, points: &[Point], stroke: Stroke, arrow: bool) {
        if let Stroke::Tone(colour) | Stroke::Through(colour) = stroke {
            self.use_tone(colour);
        }
        if let Stroke::Through(colour) = stroke {
            self.through |= 1 << colour;
        }
        let first = self.points.len();
        self.points.extend_from_slice(points);
        self.push(on, Shape::Line { first, last: self.points.len(), stroke, arrow });
    }

    /// Adds a wire through points that differ in one coordinate at a time.
    pub(crate) fn wire(&mut self, points: &[Point], stroke: Stroke) {
        self.line(On::Wires, points, stroke, false);
    }

    /// Adds a wire with an arrow head at its last point.
    pub(crate) fn arrow(&mut self, points: &[Point], stroke: Stroke) {
        self.line(On::Wires, points, stroke, true);
    }

    /// The runs of a text; none of another shape.
    pub(crate) fn runs_of(&self, shape: &Shape) -> impl ExactSizeIterator<Item = Run<'_>> {
        let (first, last) = match shape {
            Shape::Text { first, last, .. } => (*first, *last),
            _ => (0, 0),
        };
        self.runs[first..last].iter().map(|run| Run {
            style: run.style,
            tone: run.tone,
            text: &self.letters[run.from..run.to],
        })
    }

    /// The points of a line; none of another shape.
    pub(crate) fn points_of(&self, shape: &Shape) -> &[Point] {
        match shape {
            Shape::Line { first, last, .. } => &self.points[*first..*last],
            _ => &[],
        }
    }

    /// Brings the objects into painting order, which is the order of reading.
    pub(crate) fn finish(mut self) -> Picture {
        let rank = |object: &Object| (object.cover != Cover::Ground, object.tier);
        let mut order: Vec<usize> = (0..self.objects.len()).collect();
        order.sort_by_key(|at| rank(&self.objects[*at]));
        let mut position = vec![0; order.len()];
        for (new, old) in order.into_iter().enumerate() {
            position[old] = new;
        }
        self.objects.sort_by_key(rank);
        for object in &mut self.objects {
            object.parent = object.parent.map(|parent| position[parent]);
        }
        self
    }

    /// The picture as a table, for those who cannot see it: what is in it, in the order of reading.
    #[must_use]
    pub fn table(&self) -> Vec<TableRow> {
        let row = |object: &Object| TableRow {
            kind: object.kind,
            name: object.name.clone(),
            says: object.says.clone(),
            span: object.span,
        };
        self.objects.iter().map(row).collect()
    }
}
