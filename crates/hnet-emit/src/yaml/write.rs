//! From what a [`Sink`] is told to lines of text with one origin each.

use std::fmt::Write as _;

use hnet_diagnostics::{Origin, Traced};

use super::Scalar;
use super::scalar::{is_block, is_plain, push_float, push_quoted};
use super::sink::Sink;

/// The longest key, in bytes, that is written before its colon. Readers may refuse one above 1,024 characters.
const LONGEST_SIMPLE_KEY: usize = 512;

/// Few documents are deeper.
const USUAL_DEPTH: usize = 12;

/// Writes one document behind what stands in a text, with one origin for each of its lines.
pub(super) struct Writer<'a> {
    text: &'a mut String,
    origins: &'a mut Vec<Origin>,
    /// The mappings and lists that have not ended, the innermost last.
    open: Vec<Open>,
    /// Where the next value stands.
    place: Place,
}

/// A mapping or a list that has not ended.
struct Open {
    is_sequence: bool,
    is_empty: bool,
    /// Where it stands itself.
    place: Place,
    origin: Origin,
}

/// What stands on the line before a value.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing: the value is the whole document.
    Start,
    /// A key with its colon.
    Key,
    /// The dash of a list's item.
    Dash,
}

impl<'a> Writer<'a> {
    /// A writer of one document. Every line that it appends ends with `\n`.
    pub(super) fn new(text: &'a mut String, origins: &'a mut Vec<Origin>) -> Self {
        Writer { text, origins, open: Vec::with_capacity(USUAL_DEPTH), place: Place::Start }
    }

    fn end_line(&mut self, origin: Origin) {
        self.text.push('\n');
        self.origins.push(origin);
    }

    fn indent(&mut self, mut width: usize) {
        const BLANKS: &str = "                                                                ";
        while width > 0 {
            let piece = width.min(BLANKS.len());
            self.text.push_str(&BLANKS[..piece]);
            width -= piece;
        }
    }

    /// Goes to where the next key or dash of the innermost mapping or list stands.
    fn next(&mut self) {
        let depth = self.open.len();
        let Some(innermost) = self.open.last_mut() else { return };
        let is_first = std::mem::take(&mut innermost.is_empty);
        let (place, origin) = (innermost.place, innermost.origin);
        // The first stands behind a dash, as the first of all does behind nothing, but not behind a key.
        if is_first && place == Place::Key {
            self.end_line(origin);
        }
        if !is_first || place == Place::Key {
            self.indent(2 * (depth - 1));
        }
    }

    /// Goes to where the next value stands.
    fn begin(&mut self) -> Place {
        if self.open.last().is_some_and(|innermost| innermost.is_sequence) {
            self.next();
            self.text.push_str("- ");
            self.place = Place::Dash;
        }
        self.place
    }

    fn open(&mut self, is_sequence: bool, origin: Origin) {
        let place = self.begin();
        self.open.push(Open { is_sequence, is_empty: true, place, origin });
    }

    /// Goes to where the next value stands, which has no parts.
    fn begin_leaf(&mut self) {
        if self.begin() == Place::Key {
            self.text.push(' ');
        }
    }

    fn block_line(&mut self, line: &str, origin: Origin) {
        if !line.is_empty() {
            self.indent(2 * self.open.len());
            self.text.push_str(line);
        }
        self.end_line(origin);
    }
}

impl Sink for Writer<'_> {
    fn mapping(&mut self, origin: Origin) {
        self.open(false, origin);
    }

    fn sequence(&mut self, origin: Origin) {
        self.open(true, origin);
    }

    fn end(&mut self) {
        if let Some(Open { is_sequence, is_empty: true, place, origin }) = self.open.pop() {
            if place == Place::Key {
                self.text.push(' ');
            }
            self.text.push_str(if is_sequence { "[]" } else { "{}" });
            self.end_line(origin);
        }
    }

    fn key(&mut self, key: &str, origin: Origin) {
        self.next();
        if key.len() > LONGEST_SIMPLE_KEY {
            self.text.push_str("? ");
            push_quoted(self.text, key);
            self.end_line(origin);
            self.indent(2 * (self.open.len() - 1));
        } else if is_plain(key) {
            self.text.push_str(key);
        } else {
            push_quoted(self.text, key);
        }
        self.text.push(':');
        self.place = Place::Key;
    }

    fn field(&mut self, name: &'static str, origin: Origin) {
        if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            return self.key(name, origin);
        }
        debug_assert!(is_plain(name), "a field is called `{name}`");
        self.next();
        self.text.push_str(name);
        self.text.push(':');
        self.place = Place::Key;
    }

    fn text(&mut self, text: &str, origin: Origin) {
        self.begin_leaf();
        // Most texts are plain, so this is asked first.
        if is_plain(text) {
            self.text.push_str(text);
            return self.end_line(origin);
        }
        let body = text.strip_suffix('\n');
        let lines = body.unwrap_or(text).split('\n');
        // A block needs something that it is indented against.
        if self.place != Place::Start && text.contains('\n') && is_block(lines.clone()) {
            self.text.push_str(if body.is_some() { "|" } else { "|-" });
            self.end_line(origin);
            lines.for_each(|line| self.block_line(line, origin));
        } else {
            push_quoted(self.text, text);
            self.end_line(origin);
        }
    }

    fn lines(&mut self, lines: &[Traced<String>], origin: Origin) {
        self.begin_leaf();
        if self.place != Place::Start && is_block(lines.iter().map(|line| line.value.as_str())) {
            self.text.push('|');
            self.end_line(origin);
            lines.iter().for_each(|line| self.block_line(&line.value, line.origin));
        } else {
            let text: String = lines.iter().flat_map(|line| [line.value.as_str(), "\n"]).collect();
            push_quoted(self.text, &text);
            self.end_line(origin);
        }
    }

    fn scalar(&mut self, scalar: Scalar, written: Option<&str>, origin: Origin) {
        self.begin_leaf();
        match scalar {
            _ if let Some(written) = written => self.text.push_str(written),
            Scalar::Null => self.text.push_str("null"),
            Scalar::Bool(value) => self.text.push_str(if value { "true" } else { "false" }),
            Scalar::Unsigned(number) => write!(self.text, "{number}").expect("a String takes all text"),
            Scalar::Signed(number) => write!(self.text, "{number}").expect("a String takes all text"),
            Scalar::Float(number) => push_float(self.text, number),
        }
        self.end_line(origin);
    }
}
