//! What a picture is made of: objects that a reader can reach, and the wires between them, in whole pixels.
//!
//! Knows nothing of networks and of no output format. Start at [`Picture`]; views fill it through its
//! `add`, `wire` and the shapes of an [`Object`]. The picture lint checks scenes of this form.

use hnet_diagnostics::{Sources, Span};

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

/// Where a text's `x` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A part of a text in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) style: Style,
    pub(crate) tone: Option<Tone>,
    pub(crate) text: String,
}

/// The pixels between two runs of a text.
pub(crate) const RUN_GAP: i32 = 10;

/// The width of runs one after the other.
pub(crate) fn runs_width(runs: &[Run]) -> i32 {
    let gaps = RUN_GAP * i32::try_from(runs.len().saturating_sub(1)).unwrap_or(0);
    runs.iter().map(|run| run.style.width(&run.text)).sum::<i32>() + gaps
}

/// Something to paint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Area {
        frame: Frame,
        radius: i32,
        look: Look,
    },
    /// A line of letters; `y` is the base line.
    Text {
        x: i32,
        y: i32,
        anchor: Anchor,
        runs: Vec<Run>,
    },
    /// A port: circle, square, diamond or triangle around a point.
    Port {
        x: i32,
        y: i32,
        tone: Tone,
        filled: bool,
    },
    Line {
        points: Vec<(i32, i32)>,
        stroke: Stroke,
        arrow: bool,
    },
    /// A glyph in a square of 18 pixels with its upper left corner here.
    Icon {
        x: i32,
        y: i32,
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
    pub(crate) fn new(kind: &'static str, path: &[&str], name: impl Into<String>, span: Option<Span>) -> About {
        let mut id = kind.replace(' ', "-");
        for part in path {
            id.push('.');
            id.push_str(part);
        }
        About { id, kind, name: name.into(), says: String::new(), span }
    }

    pub(crate) fn saying(mut self, says: impl Into<String>) -> About {
        self.says = says.into();
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
    /// The lines of the objects in their sources, `path:line`, in the order of the objects.
    pub(crate) lines: Vec<Option<String>>,
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
            lines: Vec::new(),
        }
    }

    /// Adds an object without shapes and says under which position.
    pub(crate) fn add(&mut self, about: About, frame: Frame, cover: Cover, parent: Option<usize>) -> usize {
        let About { id, kind, name, says, span } = about;
        let tier = self.tier;
        self.objects.push(Object { id, kind, name, says, span, frame, cover, tier, parent, shapes: Vec::new() });
        self.objects.len() - 1
    }

    /// The shapes of an object.
    pub(crate) fn shapes(&mut self, object: usize) -> &mut Vec<Shape> {
        &mut self.objects[object].shapes
    }

    /// Adds a wire through points that differ in one coordinate at a time.
    pub(crate) fn wire(&mut self, points: Vec<(i32, i32)>, stroke: Stroke) {
        self.wires.push(Shape::Line { points, stroke, arrow: false });
    }

    /// Adds a wire with an arrow head at its last point.
    pub(crate) fn arrow(&mut self, points: Vec<(i32, i32)>, stroke: Stroke) {
        self.wires.push(Shape::Line { points, stroke, arrow: true });
    }

    /// Brings the objects into painting order, which is the order of reading, and finds their lines.
    pub(crate) fn finish(mut self, sources: &Sources) -> Picture {
        let mut order: Vec<usize> = (0..self.objects.len()).collect();
        hnet_collections::sort_by_key(&mut order, |at| {
            (self.objects[*at].cover != Cover::Ground, self.objects[*at].tier)
        });
        let mut position = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            position[*old] = new;
        }
        let mut objects: Vec<Option<Object>> = self.objects.into_iter().map(Some).collect();
        self.objects = order.iter().filter_map(|at| objects[*at].take()).collect();
        for object in &mut self.objects {
            object.parent = object.parent.map(|parent| position[parent]);
        }
        self.lines = self.objects.iter().map(|object| object.span.and_then(|span| line(sources, span))).collect();
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

fn line(sources: &Sources, span: Span) -> Option<String> {
    let source = sources.iter().nth(span.file.0 as usize)?.1;
    Some(format!("{}:{}", source.path(), source.line(span.start as usize)))
}

/// A text in one style.
pub(crate) fn text(x: i32, y: i32, anchor: Anchor, style: Style, text: impl Into<String>) -> Shape {
    Shape::Text { x, y, anchor, runs: vec![Run { style, tone: None, text: text.into() }] }
}

/// A part of a text in one style.
pub(crate) fn run(style: Style, text: impl Into<String>) -> Run {
    Run { style, tone: None, text: text.into() }
}

/// A part of a text in a segment's colour.
pub(crate) fn tinted(style: Style, tone: Tone, text: impl Into<String>) -> Run {
    Run { style, tone: Some(tone), text: text.into() }
}
