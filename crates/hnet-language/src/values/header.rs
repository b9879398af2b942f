//! Headers of HTTP requests and responses, as the Gateway API takes them.

use hnet_diagnostics::codes;

use super::{Part, Wrong, first_not, masked, shown, shown_sign};

/// The longest name and the longest value (gateway-api v1.6.1, `config/crd`).
const LONGEST_NAME: usize = 256;
const LONGEST_VALUE: usize = 4096;

/// A header as `Name: value`.
pub fn header(text: &str) -> Result<(String, String), Wrong> {
    let code = &codes::NOT_A_HEADER;
    let mask = masked(text);
    let whole = Part::all(&mask);
    let Some((name, value)) = whole.split_once(':') else {
        return Err(Wrong::new(
            code,
            whole.range(),
            format!("`{}` has no `:`", shown(text).escape_debug()),
            "a header is written `\"Name: value\"`",
        )
        .help("write the name, a `:` and the value"));
    };
    let (name, value) = (trimmed(name), trimmed(value));
    if name.text().is_empty() {
        return Err(Wrong::new(code, whole.range(), "a header without a name", "the name is missing before the `:`")
            .help("write the name before the `:`"));
    }
    let called = &text[name.range()];
    if let Some(wrong) = wrong_name(name, called) {
        return Err(wrong);
    }
    if value.text().is_empty() {
        return Err(Wrong::new(
            code,
            whole.range(),
            format!("header `{}` has no value", shown(called)),
            "the value is missing behind the `:`",
        )
        .help("write the value, or leave the header out"));
    }
    if let Some((range, character)) =
        first_not(value.text(), |character| character == '\t' || !character.is_ascii_control())
    {
        return Err(Wrong::new(
            code,
            value.cut(range.start, range.end).range(),
            format!("the value of header `{}` is not one line", shown(called)),
            format!("{} stands in no header", shown_sign(character)),
        )
        .help("write the value on one line"));
    }
    let length = value.text().chars().count();
    if length > LONGEST_VALUE {
        return Err(Wrong::new(
            code,
            value.range(),
            format!("the value of header `{}` is too long", shown(called)),
            format!("{length} characters, and {LONGEST_VALUE} are the most"),
        ));
    }
    Ok((called.to_owned(), text[value.range()].to_owned()))
}

/// The name of a header, or `*` where all may be meant.
pub fn header_name(text: &str) -> Result<String, Wrong> {
    let mask = masked(text);
    let name = Part::all(&mask);
    if name.text().is_empty() {
        return Err(Wrong::new(&codes::NOT_A_HEADER, 0..0, "a header without a name", "the name is missing"));
    }
    wrong_name(name, text).map_or(Ok(text.to_owned()), Err)
}

/// What is wrong with the name of a header.
fn wrong_name(name: Part<'_>, called: &str) -> Option<Wrong> {
    let code = &codes::NOT_A_HEADER;
    if let Some((range, character)) = first_not(name.text(), is_token) {
        let wrong = Wrong::new(
            code,
            name.cut(range.start, range.end).range(),
            format!("`{}` is no name of a header", shown(called).escape_debug()),
            format!("{} stands in no name of a header", shown_sign(character)),
        );
        return Some(wrong.help("write the name with letters, digits and `-`"));
    }
    (name.text().len() > LONGEST_NAME).then(|| {
        Wrong::new(
            code,
            name.range(),
            format!("`{}` is too long for a header", shown(called)),
            format!("{} characters, and {LONGEST_NAME} are the most", name.text().len()),
        )
    })
}

/// Whether a character may stand in the name of a header, or of a parameter. (RFC 9110, 5.6.2.)
pub(super) fn is_token(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || matches!(character, '!' | '#' | '$' | '%' | '&' | '\'' | '*' | '+' | '-' | '.' | '^' | '_' | '`' | '|' | '~')
}

/// The part without white space at its ends.
fn trimmed(part: Part<'_>) -> Part<'_> {
    let text = part.text();
    let start = text.len() - text.trim_start().len();
    part.cut(start, start + text.trim().len())
}
