//! How a text is quoted: by permission.
//!
//! A text is plain only if it surely is a text for every reader of YAML 1.1 and 1.2; a block only if its lines
//! surely come back; all else is double-quoted, with escapes that both versions have. Start at [`is_plain`].

use std::fmt::Write as _;

/// Words that some reader takes for something else than text, in lower case.
const WORDS: [&str; 11] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"];

/// What a byte may be in a plain text: anywhere but at its start, where only letters stand;
const ANYWHERE: u8 = 0;
/// between two others of it;
const BETWEEN: u8 = 1;
/// nowhere in it.
const NOWHERE: u8 = 2;

/// What all bytes may be.
static PLACES: [u8; 256] = {
    let mut places = [NOWHERE; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        places[byte as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b'@' | b'+' => ANYWHERE,
            b' ' | b':' => BETWEEN,
            _ => NOWHERE,
        };
        byte += 1;
    }
    places
};

/// Whether a text means itself without quotes, as a key and as a value, for every reader. It starts with a letter,
/// so it is no number, date, marker or indicator; a colon is followed by more of the word and a space by another.
pub(super) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((first, rest)) = bytes.split_first() else { return false };
    if !first.is_ascii_alphabetic() {
        return false;
    }
    // Nearly all texts that start with a letter are plain, so the bytes are looked at without asking in between.
    let (mut before, mut wrong) = (ANYWHERE, 0);
    for &byte in rest {
        let place = PLACES[byte as usize];
        // Two that stand only between others stand nowhere beside each other.
        wrong |= place | (place & before) << 1;
        before = place;
    }
    wrong & NOWHERE == 0 && before == ANYWHERE && !is_word(text, first.to_ascii_lowercase())
}

/// Whether the text is one of [`WORDS`]; most are told apart by their first letter.
fn is_word(text: &str, first: u8) -> bool {
    text.len() <= 5
        && matches!(first, b'y' | b'n' | b'o' | b't' | b'f' | b'i')
        && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
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
///
/// The digits, and the words for what is not finite, are serde_yaml's.
pub(super) fn push_float(out: &mut String, number: f64) {
    let text = serde_yaml::Number::from(number).to_string();
    if !number.is_finite() {
        return out.push_str(&text);
    }
    let (sign, digits) = text.split_at(usize::from(text.starts_with('-')));
    out.push_str(sign);
    // What is smaller than a ten-thousandth has an exponent.
    if let Some(digits) = digits.strip_prefix("0.0000") {
        let (first, rest) = digits.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        return out.extend([first, ".", rest, "e-5"]);
    }
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((digits, ""));
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    if !exponent.is_empty() {
        out.push_str(if exponent.starts_with('-') { "e" } else { "e+" });
        out.push_str(exponent);
    }
}
