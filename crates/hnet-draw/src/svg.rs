//! A picture as SVG text.
//!
//! Literal colours with a block for dark, no variables and no filters, so that browsers and librsvg paint the
//! same; every text is escaped. Knows nothing of networks. Start at [`Picture::svg`].

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hnet_diagnostics::Span;

use crate::measure::Face;
use crate::palette::{Ink, Look, Stroke, Style, Tone};
use crate::scene::{Anchor, Frame, Object, Picture, RUN_GAP, Shape};

/// Which colours an SVG carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Both; the viewer's preference decides.
    #[default]
    Automatic,
    /// Those for a light page.
    Light,
    /// Those for a dark page.
    Dark,
}

impl Picture {
    /// The picture as an SVG document that follows the viewer's preference for light or dark.
    #[must_use]
    pub fn svg(&self) -> String {
        self.svg_in(Theme::Automatic)
    }

    /// The picture as an SVG document in a theme.
    #[must_use]
    pub fn svg_in(&self, theme: Theme) -> String {
        self.write(theme).text
    }

    /// The SVG document in its parts, in order: each is whole lines, with the text in the source
    /// that its object stands for, where it is one.
    #[must_use]
    pub fn svg_parts(&self) -> Vec<(String, Option<Span>)> {
        let Writer { text, marks } = self.write(Theme::Automatic);
        let mut start = 0;
        let cut = |(end, span): (usize, Option<Span>)| {
            let part = text[start..end].to_owned();
            start = end;
            (part, span)
        };
        marks.into_iter().map(cut).collect()
    }

    fn write(&self, theme: Theme) -> Writer {
        let text = String::with_capacity(8192 + self.objects.len() * 640);
        let mut out = Writer { text, marks: Vec::with_capacity(self.objects.len() + 3) };
        let (width, height) = (self.width, self.height);
        out.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hnet\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"graphics-document\" aria-label=\"{}\">\n",
            Escaped(&format!("{}: {}", self.title, self.description))
        ));
        out.put(format_args!("<title>{}</title>\n<desc>{}</desc>\n", Escaped(&self.title), Escaped(&self.description)));
        out.text.push_str("<style>\n");
        self.style(theme, &mut out);
        out.text.push_str("</style>\n");
        out.put(format_args!("<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n"));
        let grounds = self.objects.iter().take_while(|object| object.cover == crate::scene::Cover::Ground).count();
        let lines = |at: usize| self.lines.get(at).and_then(Option::as_deref);
        out.mark(None);
        for (at, object) in self.objects[..grounds].iter().enumerate() {
            out.object(object, lines(at));
        }
        out.text.push_str("<g aria-hidden=\"true\">\n");
        out.shapes(&self.wires);
        out.shapes(&self.furniture);
        out.text.push_str("</g>\n");
        out.mark(None);
        for (at, object) in self.objects[grounds..].iter().enumerate() {
            out.object(object, lines(grounds + at));
        }
        out.text.push_str("</svg>\n");
        out.mark(None);
        out
    }

    fn style(&self, theme: Theme, out: &mut Writer) {
        let mut tones = BTreeSet::new();
        let shapes = self.objects.iter().flat_map(|object| &object.shapes).chain(&self.wires).chain(&self.furniture);
        for shape in shapes {
            tones_of(shape, &mut tones);
        }
        out.text.push_str(
            ".hnet{font-family:Inter,ui-sans-serif,system-ui,-apple-system,\"Segoe UI\",Roboto,\"Liberation Sans\",\
             \"DejaVu Sans\",sans-serif}\n",
        );
        for style in Style::ALL {
            let (class, face, size, weight, _) = style.spec();
            out.put(format_args!(".hnet .{class}{{font-size:{size}px;font-weight:{weight}"));
            if face == Face::Mono {
                out.text.push_str(
                    ";font-family:\"JetBrains Mono\",ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",\
                     monospace;font-feature-settings:\"calt\" 0",
                );
            }
            out.text.push_str("}\n");
        }
        for stroke in Stroke::PLAIN.into_iter().chain(tones.iter().map(|colour| Stroke::Tone(*colour))) {
            out.put(format_args!(".hnet .{}{{fill:none;{}}}\n", stroke.class(), stroke.manner()));
        }
        out.text.push_str(
            ".hnet .ic{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}\n\
             .hnet .port{stroke-width:2}\n.hnet .o:focus{outline:none}\n\
             .hnet .o:focus-visible{outline:3px solid #2457d6;outline-offset:2px}\n",
        );
        match theme {
            Theme::Automatic => {
                colours(&tones, |ink| ink.colours().0, out);
                out.text.push_str("@media(prefers-color-scheme:dark){\n");
                colours(&tones, |ink| ink.colours().1, out);
                out.text.push_str(".hnet .o:focus-visible{outline-color:#7aa7ff}\n}\n");
            }
            Theme::Light => colours(&tones, |ink| ink.colours().0, out),
            Theme::Dark => colours(&tones, |ink| ink.colours().1, out),
        }
    }
}

fn tones_of(shape: &Shape, tones: &mut BTreeSet<u8>) {
    match shape {
        Shape::Area { look: Look::Bar(colour) | Look::Taken(colour) | Look::Range(colour), .. }
        | Shape::Port { tone: Tone { colour, .. }, .. }
        | Shape::Line { stroke: Stroke::Tone(colour), .. } => {
            tones.insert(*colour);
        }
        Shape::Text { runs, .. } => tones.extend(runs.iter().filter_map(|run| run.tone).map(|tone| tone.colour)),
        Shape::Area { .. } | Shape::Line { .. } | Shape::Icon { .. } => {}
    }
}

/// The rules that say colours, for one theme.
fn colours(tones: &BTreeSet<u8>, of: impl Fn(Ink) -> &'static str, out: &mut Writer) {
    out.put(format_args!(".hnet .page{{fill:{}}}\n", of(Ink::Page)));
    for style in Style::ALL {
        if let (class, _, _, _, Some(ink)) = style.spec() {
            out.put(format_args!(".hnet .{class}{{fill:{}}}\n", of(ink)));
        }
    }
    let looks = |colour: &u8| [Look::Bar(*colour), Look::Taken(*colour), Look::Range(*colour)];
    for look in Look::PLAIN.into_iter().chain(tones.iter().flat_map(looks)) {
        out.put(format_args!(".hnet .{}{{fill:{}", look.class(), of(look.fill())));
        if let Some(border) = look.border() {
            out.put(format_args!(";stroke:{}", of(border)));
        }
        out.text.push_str("}\n");
    }
    for stroke in Stroke::PLAIN.into_iter().chain(tones.iter().map(|colour| Stroke::Tone(*colour))) {
        out.put(format_args!(".hnet .{}{{stroke:{}}}\n", stroke.class(), of(stroke.ink())));
    }
    for stroke in [Stroke::Plain, Stroke::Tunnel, Stroke::Life] {
        out.put(format_args!(".hnet .head-{}{{fill:{}}}\n", stroke.class(), of(stroke.ink())));
    }
    out.put(format_args!(".hnet .ic{{stroke:{}}}\n.hnet .icon-tunnel{{stroke:{}}}\n", of(Ink::Muted), of(Ink::Tunnel)));
    for colour in tones {
        let (ink, card) = (of(Ink::Tone(*colour)), of(Ink::Card));
        out.put(format_args!(
            ".hnet .ink{colour},.hnet .head-wire{colour}{{fill:{ink}}}\n.hnet .open{colour}{{fill:{card};stroke:{ink}}}\n"
        ));
    }
}

struct Writer {
    text: String,
    /// Where each part ends, and what it stands for.
    marks: Vec<(usize, Option<Span>)>,
}

impl Writer {
    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        self.text.write_fmt(arguments).expect("writing to a string does not fail");
    }

    fn object(&mut self, object: &Object, line: Option<&str>) {
        let says = if object.says.is_empty() { String::new() } else { format!(": {}", object.says) };
        let label = format!("{} {}{says}", object.kind, object.name);
        self.put(format_args!(
            "<g id=\"{}\" class=\"o\" role=\"graphics-object\" tabindex=\"0\" aria-label=\"{}\" data-kind=\"{}\"",
            Escaped(&object.id),
            Escaped(&label),
            Escaped(object.kind)
        ));
        if let Some(span) = object.span {
            self.put(format_args!(" data-span=\"{}:{}-{}\"", span.file.0, span.start, span.end));
        }
        if let Some(line) = line {
            self.put(format_args!(" data-line=\"{}\"", Escaped(line)));
        }
        self.put(format_args!("><title>{}</title>\n", Escaped(&label)));
        self.shapes(&object.shapes);
        self.text.push_str("</g>\n");
        self.mark(object.span);
    }

    /// Ends a part of the document.
    fn mark(&mut self, span: Option<Span>) {
        self.marks.push((self.text.len(), span));
    }

    fn shapes(&mut self, shapes: &[Shape]) {
        for shape in shapes {
            self.shape(shape);
        }
    }

    fn shape(&mut self, shape: &Shape) {
        match shape {
            Shape::Area { frame: Frame { x, y, width, height }, radius, look } => {
                let class = look.class();
                self.put(format_args!(
                    "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\""
                ));
                if *radius > 0 {
                    self.put(format_args!(" rx=\"{radius}\""));
                }
                self.text.push_str("/>\n");
            }
            Shape::Text { x, y, anchor, runs } => self.letters(*x, *y, *anchor, runs),
            Shape::Port { x, y, tone, filled } => self.port(*x, *y, *tone, *filled),
            Shape::Line { points, stroke, arrow } => self.line(points, *stroke, *arrow),
            Shape::Icon { x, y, icon, tunnel } => {
                let class = if *tunnel { "ic icon-tunnel" } else { "ic" };
                self.put(format_args!(
                    "<path class=\"{class}\" transform=\"translate({x} {y})\" d=\"{}\"/>\n",
                    icon.path()
                ));
            }
        }
    }

    fn letters(&mut self, x: i32, y: i32, anchor: Anchor, runs: &[crate::scene::Run]) {
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\""));
        match anchor {
            Anchor::Start => {}
            Anchor::Middle => self.text.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.text.push_str(" text-anchor=\"end\""),
        }
        let class = |run: &crate::scene::Run| match run.tone {
            Some(tone) => format!("{} ink{}", run.style.spec().0, tone.colour),
            None => run.style.spec().0.to_owned(),
        };
        if let [run] = runs {
            self.put(format_args!(" class=\"{}\">{}</text>\n", class(run), Escaped(&run.text)));
            return;
        }
        self.text.push('>');
        for (at, run) in runs.iter().enumerate() {
            let gap = if at == 0 { String::new() } else { format!(" dx=\"{RUN_GAP}\"") };
            self.put(format_args!("<tspan class=\"{}\"{gap}>{}</tspan>", class(run), Escaped(&run.text)));
        }
        self.text.push_str("</text>\n");
    }

    fn port(&mut self, x: i32, y: i32, tone: Tone, filled: bool) {
        let colour = tone.colour;
        let class = if filled { format!("use{colour}") } else { format!("port open{colour}") };
        let reach = if filled { 4 } else { 5 };
        match tone.shape {
            0 => self.put(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{reach}\"/>\n")),
            1 => self.put(format_args!(
                "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"2\"/>\n",
                x - reach,
                y - reach,
                2 * reach,
                2 * reach
            )),
            2 => {
                let reach = reach + 1;
                self.put(format_args!(
                    "<path class=\"{class}\" d=\"M{x} {}L{} {y}L{x} {}L{} {y}Z\"/>\n",
                    y - reach,
                    x + reach,
                    y + reach,
                    x - reach
                ));
            }
            _ => self.put(format_args!(
                "<path class=\"{class}\" d=\"M{x} {}L{} {}H{}Z\"/>\n",
                y - reach - 1,
                x + reach + 1,
                y + reach,
                x - reach - 1
            )),
        }
    }

    fn line(&mut self, points: &[(i32, i32)], stroke: Stroke, arrow: bool) {
        let class = stroke.class();
        let Some((mut x, mut y)) = points.first().copied() else { return };
        let (mut from_x, mut from_y) = (x, y);
        self.put(format_args!("<path class=\"{class}\" d=\"M{x} {y}"));
        let reach = 8;
        for (at, (next_x, next_y)) in points.iter().copied().enumerate().skip(1) {
            (from_x, from_y) = (x, y);
            (x, y) = (next_x, next_y);
            // The line ends inside its head, so that its square end does not show beside the tip.
            let back = if arrow && at + 1 == points.len() { reach - 2 } else { 0 };
            if from_y == y {
                self.put(format_args!("H{}", x - back * (x - from_x).signum()));
            } else {
                self.put(format_args!("V{}", y - back * (y - from_y).signum()));
            }
        }
        self.text.push_str("\"/>\n");
        if arrow {
            let (dx, dy) = ((x - from_x).signum(), (y - from_y).signum());
            let (base_x, base_y) = (x - reach * dx, y - reach * dy);
            self.put(format_args!(
                "<path class=\"head-{class}\" d=\"M{x} {y}L{} {}L{} {}Z\"/>\n",
                base_x + 5 * dy,
                base_y + 5 * dx,
                base_x - 5 * dy,
                base_y - 5 * dx
            ));
        }
    }
}

/// Text as it may stand in an element or a quoted attribute of XML 1.0.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What lies between two signs is written in one go, since most texts have none.
        let mut from = 0;
        for (at, character) in self.0.char_indices() {
            let escape = match character {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\t' | '\n' | '\r' => " ",
                // XML 1.0 has no way to write these.
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
                _ => continue,
            };
            f.write_str(&self.0[from..at])?;
            f.write_str(escape)?;
            from = at + character.len_utf8();
        }
        f.write_str(&self.0[from..])
    }
}
