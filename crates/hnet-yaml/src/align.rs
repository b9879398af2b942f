//! Where the characters of a scalar's text stand in what is written.
//!
//! White space is what folding, chomping and indentation change, and nothing else; so the other characters of both
//! are the same, one after the other, once escapes are read. Where they are not, nothing is said.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::node::Style;

/// A stretch of a text and the stretch that it is written as, by bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) inner: (u32, u32),
    pub(crate) outer: (u32, u32),
}

impl Segment {
    /// Whether each byte of the text is a byte of what is written.
    pub(crate) fn is_plain(self) -> bool {
        self.inner.1 - self.inner.0 == self.outer.1 - self.outer.0
    }
}

/// The stretches of a text in what is written, in order, none longer than a line.
pub(crate) fn align(raw: &str, style: Style, text: &str) -> Option<Vec<Segment>> {
    let content = match style {
        Style::Single | Style::Double => 1..raw.len().saturating_sub(1),
        Style::Plain | Style::Literal | Style::Folded => 0..raw.len(),
    };
    let mut units =
        Units { raw, chars: raw.get(content.clone())?.char_indices().peekable(), from: content.start, style };
    let mut segments: Vec<Segment> = Vec::new();
    let mut line_ended = false;
    let mut inner = text.char_indices().filter(|(_, character)| !is_space(*character));
    loop {
        let unit = loop {
            match units.next() {
                Some(unit) if unit.character.is_none_or(is_space) => line_ended |= unit.ends_line,
                other => break other,
            }
        };
        let (unit, (at, character)) = match (unit, inner.next()) {
            (None, None) => return Some(segments),
            (Some(unit), Some(inner)) if unit.character == Some(inner.1) => (unit, inner),
            _ => return None,
        };
        let here = Segment {
            inner: (at as u32, (at + character.len_utf8()) as u32),
            outer: (unit.start as u32, unit.end as u32),
        };
        match segments.last_mut() {
            Some(last)
                if last.is_plain()
                    && here.is_plain()
                    && !line_ended
                    && here.inner.0 - last.inner.1 == here.outer.0.saturating_sub(last.outer.1) =>
            {
                last.inner.1 = here.inner.1;
                last.outer.1 = here.outer.1;
            }
            _ => segments.push(here),
        }
        line_ended = false;
    }
}

fn is_space(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// A character as it is written: an escape is one.
struct Unit {
    /// What it means; nothing if it joins two lines.
    character: Option<char>,
    start: usize,
    end: usize,
    ends_line: bool,
}

struct Units<'t> {
    raw: &'t str,
    chars: Peekable<CharIndices<'t>>,
    from: usize,
    style: Style,
}

impl Iterator for Units<'_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        let (at, character) = self.chars.next()?;
        let start = self.from + at;
        let meant = match (self.style, character) {
            (Style::Single, '\'') => {
                self.chars.next_if(|(_, next)| *next == '\'');
                Some('\'')
            }
            (Style::Double, '\\') => self.escape(),
            _ => Some(character),
        };
        let next = self.chars.peek().map(|(at, _)| self.from + at);
        let end = next.unwrap_or_else(|| self.content_end(start, character));
        Some(Unit { character: meant, start, end, ends_line: matches!(character, '\n' | '\r') })
    }
}

impl Units<'_> {
    /// The end of the last unit: that of the content.
    fn content_end(&self, start: usize, character: char) -> usize {
        let quote = usize::from(matches!(self.style, Style::Single | Style::Double));
        (self.raw.len() - quote).max(start + character.len_utf8())
    }

    fn escape(&mut self) -> Option<char> {
        let (_, code) = self.chars.next()?;
        let digits = match code {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' => return Some('\0'),
            'a' => return Some('\x07'),
            'b' => return Some('\x08'),
            't' => return Some('\t'),
            'n' => return Some('\n'),
            'v' => return Some('\x0b'),
            'f' => return Some('\x0c'),
            'r' => return Some('\r'),
            'e' => return Some('\x1b'),
            'N' => return Some('\u{85}'),
            '_' => return Some('\u{a0}'),
            'L' => return Some('\u{2028}'),
            'P' => return Some('\u{2029}'),
            '\n' | '\r' => return None,
            other => return Some(other),
        };
        let mut value = 0;
        for _ in 0..digits {
            let (_, digit) = self.chars.next_if(|(_, next)| next.is_ascii_hexdigit())?;
            value = value * 16 + digit.to_digit(16)?;
        }
        char::from_u32(value)
    }
}
