//! What a string says: its escapes resolved, or its common indentation removed.
//!
//! Knows the text between the quotes only. Start at [`unescape`] and [`dedent`].

use std::ops::Range;

use super::lexer::forbidden;

/// What an escape says that is a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// It is none.
    Unknown,
    /// A character that may not stand in a string.
    Forbidden(char),
}

/// A piece of what stands between the quotes of a string.
enum Piece {
    /// It stands for itself.
    Plain,
    /// An escape, and what it stands for.
    Escape(char),
    /// A backslash that begins no escape. It stands for itself too, so that nothing is lost.
    Unknown,
}

/// The pieces between the quotes of a string, each with its place there.
fn pieces(inner: &str) -> impl Iterator<Item = (Range<usize>, Piece)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = &inner[at..];
        let (length, piece) = match rest.strip_prefix('\\') {
            None => (rest.find('\\').unwrap_or(rest.len()), Piece::Plain),
            Some(escape) => {
                let (length, piece) = match escape.chars().next() {
                    Some(character @ ('"' | '\\')) => (1, Piece::Escape(character)),
                    Some('n') => (1, Piece::Escape('\n')),
                    Some('t') => (1, Piece::Escape('\t')),
                    Some('r') => (1, Piece::Escape('\r')),
                    Some('u') if let Some((character, length)) = unicode(escape) => (length, Piece::Escape(character)),
                    other => (other.map_or(0, char::len_utf8), Piece::Unknown),
                };
                (1 + length, piece)
            }
        };
        let place = at..at + length;
        at += length;
        (!place.is_empty()).then_some((place, piece))
    })
}

/// The text of a string given what stands between its quotes, and the places of mistaken escapes.
pub(crate) fn unescape(inner: &str) -> (String, Vec<(Range<usize>, Mistake)>) {
    let mut text = String::with_capacity(inner.len());
    let mut mistakes = Vec::new();
    for (place, piece) in pieces(inner) {
        match piece {
            Piece::Plain => text.push_str(&inner[place]),
            Piece::Escape(character) => {
                text.push(character);
                if forbidden(character) {
                    mistakes.push((place, Mistake::Forbidden(character)));
                }
            }
            Piece::Unknown => {
                text.push_str(&inner[place.clone()]);
                mistakes.push((place, Mistake::Unknown));
            }
        }
    }
    (text, mistakes)
}

/// Where a part of a string's text, which is not empty, is written, given what stands between its quotes.
pub(crate) fn written(inner: &str, part: Range<usize>) -> Range<usize> {
    let mut length = 0;
    let mut found = inner.len()..inner.len();
    for (place, piece) in pieces(inner) {
        let before = length;
        length += match piece {
            Piece::Plain | Piece::Unknown => place.len(),
            Piece::Escape(character) => character.len_utf8(),
        };
        // What an escape stands for has no place within it.
        let plain = !matches!(piece, Piece::Escape(_));
        if (before..length).contains(&part.start) {
            found.start = if plain { place.start + part.start - before } else { place.start };
        }
        if before < part.end && part.end <= length {
            found.end = if plain { place.start + part.end - before } else { place.end };
        }
    }
    found
}

/// The character of `u{…}`, and how many bytes that is.
fn unicode(rest: &str) -> Option<(char, usize)> {
    let digits = rest.strip_prefix("u{")?;
    let length = digits.bytes().take(7).position(|byte| byte == b'}')?;
    let number = u32::from_str_radix(&digits[..length], 16).ok()?;
    Some((char::from_u32(number)?, 2 + length + 1))
}

/// The text of a block string given what stands between its quotes: the rest of the first line if
/// there is any, then the lines without their common indentation; the line of the closing quotes
/// does not count, and the text does not end with a line end.
pub(crate) fn dedent(inner: &str) -> String {
    let mut lines: Vec<&str> = inner.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    let first = if blank(lines[0]) { None } else { Some(lines[0]) };
    lines.remove(0);
    if lines.last().is_some_and(|line| blank(line)) {
        lines.pop();
    }
    let indentation = lines.iter().copied().filter(|line| !blank(line)).map(leading).reduce(common).unwrap_or("");
    let mut text = String::with_capacity(inner.len());
    let mut separate = false;
    for line in first.into_iter().chain(
        // Of a blank line what stands behind the indentation is text too.
        lines.into_iter().map(|line| line.strip_prefix(indentation).unwrap_or(if blank(line) { "" } else { line })),
    ) {
        if separate {
            text.push('\n');
        }
        separate = true;
        text.push_str(line);
    }
    text
}

fn blank(line: &str) -> bool {
    line.bytes().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

/// The white space that a line starts with.
fn leading(line: &str) -> &str {
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// What two pieces of white space start with.
fn common<'t>(a: &'t str, b: &str) -> &'t str {
    let length = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    &a[..length]
}

#[cfg(test)]
mod tests {
    use super::{Mistake, dedent, unescape, written};

    #[test]
    fn escapes_are_resolved_and_unknown_ones_kept() {
        assert_eq!(unescape(r#"a\"b\\c\n\t\r\u{e9}"#), ("a\"b\\c\n\t\ré".to_owned(), vec![]));
        assert_eq!(
            unescape(r"a\.b\u{110000}\u{}"),
            (r"a\.b\u{110000}\u{}".to_owned(), [1..3, 4..6, 14..16].map(|place| (place, Mistake::Unknown)).to_vec())
        );
        let (text, mistakes) = unescape(r"a\u{202e}\u{feff}");
        assert_eq!(text, "a\u{202e}\u{feff}");
        assert_eq!(mistakes, [(1..9, Mistake::Forbidden('\u{202e}')), (9..17, Mistake::Forbidden('\u{feff}'))]);
    }

    #[test]
    fn a_part_of_the_text_has_its_place_where_it_is_written() {
        let inner = r"\u{e9}ab\.c\n\u{32}x";
        let (text, _) = unescape(inner);
        for (part, expected) in
            [("é", r"\u{e9}"), ("ab", "ab"), (r"b\.c", r"b\.c"), ("c\n2", r"c\n\u{32}"), ("2x", r"\u{32}x")]
        {
            let start = text.find(part).expect("the text has it");
            assert_eq!(&inner[written(inner, start..start + part.len())], expected);
        }
    }

    #[test]
    fn a_block_loses_what_all_its_lines_start_with() {
        assert_eq!(dedent("\n    a:\n      b: 1\n\n    c: 2\n  "), "a:\n  b: 1\n\nc: 2");
        assert_eq!(dedent("a\r\n  b\r\n    c"), "a\nb\n  c");
        assert_eq!(dedent("one line"), "one line");
        assert_eq!(dedent(""), "");
        assert_eq!(dedent("\n\ta\n    b\n"), "\ta\n    b");
        assert_eq!(dedent("\n\n  a\n\n\n"), "\na\n\n");
        assert_eq!(dedent("\n  a: |\n    b\n       \n \n  "), "a: |\n  b\n     \n");
    }
}
