//! How a text is quoted: by permission.
//!
//! A text is plain only if it surely is a text for every reader of YAML 1.1 and 1.2; a block only if its lines
//! surely come back; all else is double-quoted, with escapes that both versions have. Start at [`is_plain`].

use std::fmt::Write as _;

/// Words that some reader takes for something else than text, in lower case.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// Characters that may stand anywhere in a plain text but at its start.
const fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'@' | b'+')
}

/// Whether a text means itself without quotes, as a key and as a value, for every reader. It starts with a letter,
/// so it is no number, date, marker or indicator; a colon is followed by more of the word and a space by another.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return false };
    if !first.is_ascii_alphabetic() {
        return false;
    }
    let mut between = false;
    for &byte in rest {
        if is_plain_byte(byte) {
            between = false;
        } else if matches!(byte, b' ' | b':') && !between {
            between = true;
        } else {
            return false;
        }
    }
    let is_word = bytes.len() <= 5 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    !between && !is_word
}

/// Whether every reader shows the character as it is, in a block or between double quotes.
fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        // Invisible characters would make two texts look alike, and some break lines for YAML 1.1.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => false,
        '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' => false,
        '\u{e000}'..='\u{f8ff}' | '\u{e0000}'.. => false,
        other => other >= '\u{a0}',
    }
}

/// Whether a line comes back from a block as it is: shown by every reader, with no tab where indentation ends
/// and no blanks at its end, which editors remove.
fn is_block_line(line: &str) -> bool {
    !line.starts_with('\t')
        && !line.ends_with([' ', '\t'])
        && line.chars().all(|character| character == '\t' || is_printable(character))
}

/// Whether lines come back from a literal block: the first is neither empty, which would shift the others,
/// nor indented, which would need an indentation indicator, and the last is not empty.
pub(super) fn is_block<'a>(mut lines: impl DoubleEndedIterator<Item = &'a str> + Clone) -> bool {
    lines.clone().all(is_block_line)
        && lines.next().is_some_and(|first| !first.is_empty() && !first.starts_with(' '))
        && lines.next_back().is_none_or(|last| !last.is_empty())
}

/// Appends a text between double quotes.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut from = 0;
    for (at, character) in text.char_indices() {
        if !matches!(character, '"' | '\\') && is_printable(character) {
            continue;
        }
        out.push_str(&text[from..at]);
        from = at + character.len_utf8();
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            other => {
                let code = u32::from(other);
                let written = if code > 0xffff { write!(out, "\\U{code:08X}") } else { write!(out, "\\u{code:04X}") };
                written.expect("a String takes all text");
            }
        }
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// Appends a number with a fraction so that YAML 1.1 sees one too: with a point, and a sign in the exponent.
pub(super) fn push_float(out: &mut String, number: f64) {
    if number.is_nan() {
        return out.push_str(".nan");
    }
    if number.is_infinite() {
        return out.push_str(if number > 0.0 { ".inf" } else { "-.inf" });
    }
    let text = format!("{number:?}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, ""));
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    if !exponent.is_empty() {
        out.push_str(if exponent.starts_with('-') { "e" } else { "e+" });
        out.push_str(exponent);
    }
}
