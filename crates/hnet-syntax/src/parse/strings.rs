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

/// The text of a string given what stands between its quotes, and the places of mistaken escapes.
/// What is no escape stands for itself, so that nothing is lost.
pub(crate) fn unescape(inner: &str) -> (String, Vec<(Range<usize>, Mistake)>) {
    let mut text = String::with_capacity(inner.len());
    let mut mistakes = Vec::new();
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let start = inner.len() - rest.len() + at;
        rest = &rest[at + 1..];
        let length = match rest.chars().next() {
            Some('"') => literal(&mut text, '"'),
            Some('\\') => literal(&mut text, '\\'),
            Some('n') => literal(&mut text, '\n'),
            Some('t') => literal(&mut text, '\t'),
            Some('r') => literal(&mut text, '\r'),
            Some('u') if let Some((character, length)) = unicode(rest) => {
                text.push(character);
                if forbidden(character) {
                    mistakes.push((start..start + 1 + length, Mistake::Forbidden(character)));
                }
                length
            }
            other => {
                let length = other.map_or(0, char::len_utf8);
                mistakes.push((start..start + 1 + length, Mistake::Unknown));
                text.push('\\');
                text.extend(other);
                length
            }
        };
        rest = &rest[length..];
    }
    text.push_str(rest);
    (text, mistakes)
}

fn literal(text: &mut String, character: char) -> usize {
    text.push(character);
    1
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
    use super::{Mistake, dedent, unescape};

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
