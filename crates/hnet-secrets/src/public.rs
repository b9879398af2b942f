//! What looks like a secret and is none, since everybody may know it, or nobody can read it.
//!
//! Start at [`places`] for stretches of a text, and at [`stands_for_one`] for a single value.

use std::ops::Range;

/// The stretches of a text that are public or encrypted, in order: what stands between the lines of PEM and of
/// armour, but for private keys, and the values of a SealedSecret.
pub(crate) fn places(text: &str) -> Vec<Range<usize>> {
    let mut places: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("-----BEGIN ").map(|found| at + found) {
        let title = start + "-----BEGIN ".len();
        let line = text[title..].find('\n').map_or(text.len(), |end| title + end);
        if text[title..line].contains("PRIVATE KEY") || text[title..line].contains("OpenVPN Static key") {
            at = title;
            continue;
        }
        let end = text[title..].find("-----END ").map_or(line, |end| title + end);
        places.push(start..end);
        at = end;
    }
    for (start, word) in text.match_indices("encryptedData:") {
        let end = block_end(text, start, start + word.len());
        places.push(start..end);
    }
    places.sort_by_key(|place| place.start);
    // One may hold the other, and which holds a byte is looked up among those that start before it.
    let mut furthest = 0;
    for place in &mut places {
        furthest = furthest.max(place.end);
        place.end = furthest;
    }
    places
}

/// Where the lines end that stand further right than the one with the key that starts at a place.
fn block_end(text: &str, key: usize, mut end: usize) -> usize {
    let indentation = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let line_start = text[..key].rfind('\n').map_or(0, |newline| newline + 1);
    let of_key = indentation(&text[line_start..]);
    end = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    for line in text[end..].split_inclusive('\n') {
        if !line.trim().is_empty() && indentation(line) <= of_key {
            break;
        }
        end += line.len();
    }
    end
}

/// Parts of a text that is written where a secret belongs and is none.
const PLACEHOLDERS: [&str; 20] = [
    "${",
    "$(",
    "{{",
    "<",
    "ENC[",
    "op://",
    "ref+",
    "vault:",
    "example",
    "changeme",
    "change-me",
    "change_me",
    "placeholder",
    "redacted",
    "replace",
    "your-",
    "your_",
    "abcdefghijklmnop",
    "0123456789",
    "left_out",
];

/// Whether a text only stands where a secret belongs.
pub(crate) fn stands_for_one(text: &str) -> bool {
    // Behind its header a private key is none of these, whatever letters it has.
    if text.starts_with("-----") {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let mut letters = text.bytes();
    let first = letters.next();
    PLACEHOLDERS.iter().any(|part| lower.contains(&part.to_ascii_lowercase()))
        || lower.contains("xxxx")
        || lower.contains("****")
        || lower.contains("....")
        || letters.all(|letter| Some(letter) == first)
}
