//! Indexed prefixes: `lan[11]`, `lan[-2]`, `lan[32-63]`, `lan.v6[0x11]`.
//!
//! Start at [`index`], which reads the word; `hnet_model::address_at` counts in a prefix.

use std::ops::Range;

use hnet_diagnostics::codes;
use hnet_model::Family;

use super::{Part, Wrong, shown};

/// An indexed word: what is indexed and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// What is indexed, as it is written: `lan`, `home.pods`.
    pub base: String,
    /// The family, where the word says it.
    pub family: Option<Family>,
    /// The position, or the first one; negative ones count from the end.
    pub first: i128,
    /// The last position of a range.
    pub last: Option<i128>,
    /// The bytes of the base without the family.
    pub base_range: Range<usize>,
    /// The bytes of the first position.
    pub first_range: Range<usize>,
    /// The bytes of the last position; those of the first where there is no range.
    pub last_range: Range<usize>,
}

/// Reads an indexed word; none where the word is not indexed.
pub fn index(text: &str) -> Option<Result<Index, Wrong>> {
    let open = text.find('[')?;
    let base = &text[..open];
    // Brackets of IPv6 addresses, alone and in URLs, are no index.
    let foreign = base.contains(['/', ':', '$']) || (base.is_empty() && text.contains(':'));
    (!foreign).then(|| read(text, open))
}

fn read(text: &str, open: usize) -> Result<Index, Wrong> {
    let code = &codes::NOT_AN_INDEX;
    let called = shown(text);
    let Some(close) = text.find(']') else {
        return Err(Wrong::new(code, open..text.len(), format!("`{called}` has no `]`"), "the bracket is not closed")
            .help(format!("write `{called}]`"))
            .replace(format!("{text}]")));
    };
    if close < open {
        return Err(Wrong::new(
            code,
            close..close + 1,
            format!("`{called}` is no index"),
            "this bracket closes nothing",
        ));
    }
    if close + 1 < text.len() {
        let wrong = Wrong::new(
            code,
            close + 1..text.len(),
            format!("`{called}` goes on behind its index"),
            "nothing may stand here",
        );
        return Err(if text[close + 1..].starts_with('/') {
            wrong.help("the length comes from the prefix that is indexed").replace(&text[..=close])
        } else {
            wrong
        });
    }
    let whole = Part::all(text);
    if open == 0 {
        return Err(Wrong::new(
            code,
            0..1,
            format!("`{called}` has no name"),
            "what is indexed is missing before this",
        )
        .help("write the name of a subnet or prefix, such as `lan[11]`"));
    }
    let (base, family) = match text[..open].rsplit_once('.') {
        Some((base, "v4")) => (base, Some(Family::V4)),
        Some((base, "v6")) => (base, Some(Family::V6)),
        _ => (&text[..open], None),
    };
    let inner = whole.cut(open + 1, close);
    // The hyphen of a range is one behind a digit; others are signs.
    let hyphen = inner.text().char_indices().skip(1).find(|(_, character)| *character == '-').map(|(at, _)| at);
    let (first_part, last_part) = match hyphen {
        Some(at) => (inner.cut(0, at), Some(inner.cut(at + 1, inner.text().len()))),
        None => (inner, None),
    };
    let first = position(first_part)?;
    let last = last_part.map(position).transpose()?;
    if let Some(last) = last
        && first > last
        && (first < 0) == (last < 0)
    {
        let (low, high) = (last_part.map_or("", Part::text), first_part.text());
        return Err(Wrong::new(code, inner.range(), "the range is reversed", format!("{first} is above {last}"))
            .help("write the lower position first")
            .replace(inner.replaced(&format!("{low}-{high}"))));
    }
    Ok(Index {
        base: base.to_owned(),
        family,
        first,
        last,
        base_range: 0..base.len(),
        first_range: first_part.range(),
        last_range: last_part.unwrap_or(first_part).range(),
    })
}

fn position(part: Part<'_>) -> Result<i128, Wrong> {
    let text = part.text();
    let wrong = |label: &str| {
        let range = if text.is_empty() { part.start - 1..part.end + 1 } else { part.range() };
        Wrong::new(&codes::NOT_AN_INDEX, range, format!("`{}` is no index", shown(text)), label)
            .help("write a position such as `[11]`, `[-2]`, `[0x11]`, or a range such as `[32-63]`")
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (digits, radix) = match digits.strip_prefix("0x") {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    if digits.is_empty() || !digits.chars().all(|character| character.is_digit(radix)) {
        return Err(wrong("a number is wanted here"));
    }
    let value = i128::from_str_radix(digits, radix).map_err(|_| wrong("this is more than any prefix holds"))?;
    Ok(if negative { -value } else { value })
}
