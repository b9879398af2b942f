//! A picture as SVG text.
//!
//! Literal colours with a block for dark, no variables and no filters, so that browsers and librsvg paint the
//! same; every text is escaped. Knows nothing of networks. Start at [`Picture::svg`].

use hnet_diagnostics::Span;

use crate::measure::Face;
use crate::palette::{Ink, Look, Stroke, Style, Tone};
use crate::scene::{Anchor, Cover, Frame, Object, Picture, Place, Point, RUN_GAP, Run, Shape};

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

    /// The SVG document and its parts, in order: each is whole lines. Of a part it is said where it ends, in
    /// bytes, and the text in the source that its object stands for, where it is one.
    #[must_use]
    pub fn svg_parts(&self) -> (String, Vec<(usize, Option<Span>)>) {
        let Writer { text, marks, .. } = self.write(Theme::Automatic);
        (text, marks)
    }

    fn write(&self, theme: Theme) -> Writer<'_> {
        let text = String::with_capacity(10240 + self.objects.len() * 480);
        let mut out = Writer { picture: self, text, marks: Vec::with_capacity(self.objects.len() + 3) };
        out.put("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"hnet\" viewBox=\"0 0 ");
        out.number(self.width);
        out.put(" ");
        out.number(self.height);
        out.attributes(&[("\" width=\"", self.width), ("\" height=\"", self.height)]);
        out.put("\" role=\"graphics-document\" aria-label=\"");
        out.escape(&self.title);
        out.put(": ");
        out.escape(&self.description);
        out.put("\">\n<title>");
        out.escape(&self.title);
        out.put("</title>\n<desc>");
        out.escape(&self.description);
        out.put("</desc>\n<style>\n");
        out.style(theme);
        out.put("</style>\n");
        out.element("<rect class=\"", ("page", None));
        out.attributes(&[("\" width=\"", self.width), ("\" height=\"", self.height)]);
        out.put("\"/>\n");
        out.mark(None);
        let grounds = self.objects.iter().take_while(|object| object.cover == Cover::Ground).count();
        for (at, object) in self.objects.iter().enumerate() {
            if at == grounds {
                out.wires();
            }
            out.object(object);
        }
        if grounds == self.objects.len() {
            out.wires();
        }
        out.put("</svg>\n");
        out.mark(None);
        out
    }
}

struct Writer<'a> {
    picture: &'a Picture,
    text: String,
    /// Where each part ends, and what it stands for.
    marks: Vec<(usize, Option<Span>)>,
}

/// The class of an element, with the number that it ends with.
type Class = (&'static str, Option<u8>);

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn number(&mut self, number: i32) {
        if number < 0 {
            self.text.push('-');
        }
        self.digits(number.unsigned_abs());
    }

    fn digits(&mut self, number: u32) {
        if number >= 10 {
            self.digits(number / 10);
        }
        self.text.push(char::from_digit(number % 10, 10).unwrap_or('0'));
    }

    /// Writes attributes after the value of another, whose quote they close: a name is as in `" x="`. The last
    /// one's quote is left open.
    fn attributes(&mut self, attributes: &[(&'static str, i32)]) {
        for (name, value) in attributes {
            self.put(name);
            self.number(*value);
        }
    }

    fn class(&mut self, (name, number): Class) {
        self.put(name);
        if let Some(number) = number {
            self.digits(number.into());
        }
    }

    /// Starts an element, as in `<rect class="`, and leaves the quote after its class open.
    fn element(&mut self, start: &'static str, class: Class) {
        self.put(start);
        self.class(class);
    }

    /// Writes a path: each command is a letter with its numbers.
    fn path(&mut self, class: Class, commands: &[(&str, &[i32])]) {
        self.element("<path class=\"", class);
        self.put("\" d=\"");
        for (letter, numbers) in commands {
            self.put(letter);
            for (at, number) in numbers.iter().enumerate() {
                self.put(if at > 0 { " " } else { "" });
                self.number(*number);
            }
        }
        self.put("\"/>\n");
    }

    /// Text as it may stand in an element or a quoted attribute of XML 1.0.
    fn escape(&mut self, text: &str) {
        let harmless = |byte| !matches!(byte, 0..b' ' | b'&' | b'<' | b'>' | b'"' | b'\'' | b'\x7f'..);
        if text.bytes().all(harmless) {
            return self.put(text);
        }
        // What lies between two signs is written in one go, since most texts have few.
        let mut from = 0;
        for (at, character) in text.char_indices() {
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
            self.put(&text[from..at]);
            self.put(escape);
            from = at + character.len_utf8();
        }
        self.put(&text[from..]);
    }

    /// Ends a part of the document.
    fn mark(&mut self, span: Option<Span>) {
        self.marks.push((self.text.len(), span));
    }

    /// All that is no object: it stands over the grounds and under the cards.
    fn wires(&mut self) {
        self.put("<g aria-hidden=\"true\">\n");
        self.shapes(&self.picture.wires);
        self.shapes(&self.picture.furniture);
        self.put("</g>\n");
        self.mark(None);
    }

    fn object(&mut self, object: &Object) {
        self.put("<g id=\"");
        self.escape(&object.id);
        self.put("\" class=\"o\" role=\"graphics-object\" tabindex=\"0\" aria-label=\"");
        self.label(object);
        self.put("\" data-kind=\"");
        self.put(object.kind);
        self.put("\"");
        self.put(">");
        // A part of a card says all of it in its letters, unless they were cut; a pointer asks the others.
        if object.cover != Cover::Part || self.is_cut(object) {
            self.put("<title>");
            self.label(object);
            self.put("</title>");
        }
        self.put("\n");
        self.shapes(&object.shapes);
        self.put("</g>\n");
        self.mark(object.span);
    }

    fn label(&mut self, object: &Object) {
        self.put(object.kind);
        self.put(" ");
        self.escape(&object.name);
        if !object.says.is_empty() {
            self.put(": ");
            self.escape(&object.says);
        }
    }

    fn is_cut(&self, object: &Object) -> bool {
        let mut runs = object.shapes.iter().flat_map(|shape| self.picture.runs_of(shape));
        runs.any(|run| run.text.ends_with(crate::measure::ELLIPSIS))
    }

    fn shapes(&mut self, shapes: &[Shape]) {
        for shape in shapes {
            match *shape {
                Shape::Area { frame, radius, look } => self.area(frame, radius, look.class()),
                Shape::Text { place, .. } => self.letters(place, shape),
                Shape::Port { at, tone, filled } => self.port(at, tone, filled),
                Shape::Line { stroke, arrow, .. } => self.line(self.picture.points_of(shape), stroke, arrow),
                Shape::Icon { at: (x, y), icon, tunnel } => {
                    self.element("<path class=\"", (if tunnel { "ic icon-tunnel" } else { "ic" }, None));
                    self.attributes(&[("\" transform=\"translate(", x), (" ", y)]);
                    self.put(")\" d=\"");
                    self.put(icon.path());
                    self.put("\"/>\n");
                }
            }
        }
    }

    fn area(&mut self, frame: Frame, radius: i32, class: Class) {
        let (Frame { x, y, width, height }, radius) = (frame, ("\" rx=\"", radius));
        let attributes = [("\" x=\"", x), ("\" y=\"", y), ("\" width=\"", width), ("\" height=\"", height), radius];
        self.element("<rect class=\"", class);
        self.attributes(if radius.1 > 0 { &attributes } else { &attributes[..4] });
        self.put("\"/>\n");
    }

    fn letters(&mut self, Place { x, y, anchor }: Place, shape: &Shape) {
        self.attributes(&[("<text x=\"", x), ("\" y=\"", y)]);
        let runs = self.picture.runs_of(shape);
        let single = runs.len() == 1;
        self.put(match (anchor, single) {
            (Anchor::Start, true) => "\" class=\"",
            (Anchor::Middle, true) => "\" text-anchor=\"middle\" class=\"",
            (Anchor::End, true) => "\" text-anchor=\"end\" class=\"",
            (Anchor::Start, false) => "\">",
            (Anchor::Middle, false) => "\" text-anchor=\"middle\">",
            (Anchor::End, false) => "\" text-anchor=\"end\">",
        });
        for (at, Run { style, tone, text }) in runs.enumerate() {
            if !single {
                self.put("<tspan class=\"");
            }
            self.put(style.spec().0);
            if let Some(tone) = tone {
                self.class((" ink", Some(tone.colour)));
            }
            if at > 0 {
                self.attributes(&[("\" dx=\"", RUN_GAP)]);
            }
            self.put("\">");
            self.escape(text);
            if !single {
                self.put("</tspan>");
            }
        }
        self.put("</text>\n");
    }

    fn port(&mut self, (x, y): Point, tone: Tone, filled: bool) {
        let class = (if filled { "use" } else { "port open" }, Some(tone.colour));
        let reach = if filled { 4 } else { 5 };
        match tone.shape {
            0 => {
                self.element("<circle class=\"", class);
                self.attributes(&[("\" cx=\"", x), ("\" cy=\"", y), ("\" r=\"", reach)]);
                self.put("\"/>\n");
            }
            1 => self.area(Frame::new(x - reach, y - reach, 2 * reach, 2 * reach), 2, class),
            2 => {
                let reach = reach + 1;
                let (up, right, down, left) = ([x, y - reach], [x + reach, y], [x, y + reach], [x - reach, y]);
                self.path(class, &[("M", &up), ("L", &right), ("L", &down), ("L", &left), ("Z", &[])]);
            }
            _ => {
                let (tip, right) = ([x, y - reach - 1], [x + reach + 1, y + reach]);
                self.path(class, &[("M", &tip), ("L", &right), ("H", &[x - reach - 1]), ("Z", &[])]);
            }
        }
    }

    fn line(&mut self, points: &[Point], stroke: Stroke, arrow: bool) {
        let Some((mut x, mut y)) = points.first().copied() else { return };
        let reach = 8;
        let (mut dx, mut dy) = (0, 0);
        self.element("<path class=\"", stroke.class());
        self.attributes(&[("\" d=\"M", x), (" ", y)]);
        for (at, (to_x, to_y)) in points.iter().copied().enumerate().skip(1) {
            (dx, dy) = ((to_x - x).signum(), (to_y - y).signum());
            (x, y) = (to_x, to_y);
            // The line ends inside its head, so that its square end does not show beside the tip.
            let back = if arrow && at + 1 == points.len() { reach - 2 } else { 0 };
            self.put(if dy == 0 { "H" } else { "V" });
            self.number(if dy == 0 { x - back * dx } else { y - back * dy });
        }
        self.put("\"/>\n");
        if arrow {
            let (base_x, base_y) = (x - reach * dx, y - reach * dy);
            let one = [base_x + 5 * dy, base_y + 5 * dx];
            let other = [base_x - 5 * dy, base_y - 5 * dx];
            self.path((stroke.head(), None), &[("M", &[x, y]), ("L", &one), ("L", &other), ("Z", &[])]);
        }
    }
}

/// What the rules say of the families of letters.
const SANS: &str = ".hnet{font-family:Inter,ui-sans-serif,system-ui,-apple-system,\"Segoe UI\",Roboto,\
                    \"Liberation Sans\",\"DejaVu Sans\",sans-serif}\n";
const MONO: &str = ";font-family:\"JetBrains Mono\",ui-monospace,SFMono-Regular,Menlo,Consolas,\
                    \"DejaVu Sans Mono\",monospace;font-feature-settings:\"calt\" 0";
/// The rules for glyphs, open ports, and the object that the keyboard is at.
const REST: &str = ".hnet .ic{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}\n\
                    .hnet .port{stroke-width:2}\n.hnet .o:focus{outline:none}\n\
                    .hnet .o:focus-visible{outline:3px solid #2457d6;outline-offset:2px}\n";

impl Writer<'_> {
    fn style(&mut self, theme: Theme) {
        self.put(SANS);
        for style in Style::ALL {
            let (class, face, size, weight, _) = style.spec();
            self.rule((class, None), "font-size:");
            self.number(size);
            self.put("px;font-weight:");
            self.number(weight);
            self.put(if face == Face::Mono { MONO } else { "" });
            self.put("}\n");
        }
        for stroke in self.strokes() {
            self.rule(stroke.class(), "fill:none;");
            self.put(stroke.manner());
            self.put("}\n");
        }
        self.put(REST);
        self.colours(theme == Theme::Dark);
        if theme == Theme::Automatic {
            self.put("@media(prefers-color-scheme:dark){\n");
            self.colours(true);
            self.put(".hnet .o:focus-visible{outline-color:#7aa7ff}\n}\n");
        }
    }

    /// The colours of segments that are used.
    fn tones(&self) -> impl Iterator<Item = u8> + use<> {
        let used = self.picture.tones;
        (0..16).filter(move |colour| used >> colour & 1 == 1)
    }

    fn strokes(&self) -> Vec<Stroke> {
        let through = self.picture.through;
        let through = self.tones().filter(|colour| through >> colour & 1 == 1).map(Stroke::Through);
        Stroke::PLAIN.into_iter().chain(self.tones().map(Stroke::Tone)).chain(through).collect()
    }

    /// Starts a rule.
    fn rule(&mut self, class: Class, property: &str) {
        self.put(".hnet .");
        self.class(class);
        self.put("{");
        self.put(property);
    }

    /// The rules that say colours, for one theme.
    fn colours(&mut self, dark: bool) {
        self.colour(("page", None), Some(Ink::Page), None, dark);
        for style in Style::ALL {
            if let (class, _, _, _, Some(ink)) = style.spec() {
                self.colour((class, None), Some(ink), None, dark);
            }
        }
        let mut looks: Vec<Look> = Look::PLAIN.to_vec();
        for colour in self.tones() {
            looks.extend([Look::Bar(colour), Look::Taken(colour), Look::Range(colour)]);
            self.colour(("ink", Some(colour)), Some(Ink::Tone(colour)), None, dark);
            self.colour(("open", Some(colour)), Some(Ink::Card), Some(Ink::Tone(colour)), dark);
        }
        for look in looks {
            self.colour(look.class(), Some(look.fill()), look.border(), dark);
        }
        for stroke in self.strokes() {
            self.colour(stroke.class(), None, Some(stroke.ink()), dark);
        }
        for stroke in [Stroke::Plain, Stroke::Tunnel, Stroke::Life] {
            self.colour((stroke.head(), None), Some(stroke.ink()), None, dark);
        }
        self.colour(("ic", None), None, Some(Ink::Muted), dark);
        self.colour(("icon-tunnel", None), None, Some(Ink::Tunnel), dark);
    }

    /// A rule that says what a class is filled and bordered with.
    fn colour(&mut self, class: Class, fill: Option<Ink>, border: Option<Ink>, dark: bool) {
        let of = |ink: Ink| if dark { ink.colours().1 } else { ink.colours().0 };
        self.rule(class, "");
        if let Some(fill) = fill {
            self.put("fill:");
            self.put(of(fill));
        }
        if let Some(border) = border {
            self.put(if fill.is_some() { ";stroke:" } else { "stroke:" });
            self.put(of(border));
        }
        self.put("}\n");
    }
}
