//! The signs that a CEL expression is made of. Start at [`tokens`].

use super::{Kind, Stop, no};

/// Units of sizes, which are constants.
pub(super) const UNITS: &[&str] = &["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "kB", "MB", "GB", "TB", "PB", "EB"];

/// A sign of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Name(String),
    Number(Kind),
    Text,
    Sign(&'static str),
}

/// The signs, longer ones first.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]",
    "{", "}",
];

/// The signs of an expression.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Stop> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_name = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
        let name_ends = rest.find(|sign| !is_name(sign)).unwrap_or(rest.len());
        let prefix = rest[..name_ends].to_ascii_lowercase();
        let is_prefix = matches!(prefix.as_str(), "" | "r" | "b" | "br" | "rb");
        let behind = &rest[name_ends..];
        if is_prefix && behind.starts_with(['"', '\'']) {
            rest = text_behind(behind, prefix.contains('r'))?;
            all.push(Token::Text);
        } else if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, rest)| rest);
        } else if first.is_ascii_digit() {
            let (kind, behind) = number_behind(rest)?;
            rest = behind;
            all.push(Token::Number(kind));
        } else if name_ends > 0 {
            all.push(Token::Name(rest[..name_ends].to_owned()));
            rest = behind;
        } else if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            all.push(Token::Sign(sign));
            rest = &rest[sign.len()..];
        } else {
            return Err(match first {
                '=' => no("`=` alone compares nothing", "write `==`"),
                '&' => no("`&` alone joins nothing", "write `&&`"),
                '|' => no("`|` alone joins nothing", "write `||`"),
                '`' => Stop::Unjudged,
                other => no(format!("`{}` is no sign of CEL", other.escape_debug()), "leave it out"),
            });
        }
        rest = rest.trim_start();
    }
    Ok(all)
}

/// What stands behind a number, and which it is.
fn number_behind(text: &str) -> Result<(Kind, &str), Stop> {
    let ends = text.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '.').unwrap_or(text.len());
    let (number, rest) = text.split_at(ends);
    let (digits, kind) = match number.strip_suffix(['u', 'U']) {
        Some(digits) => (digits, Kind::Unsigned),
        None => (number, Kind::Signed),
    };
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok((kind, rest));
    }
    let unit = number.trim_start_matches(|sign: char| sign.is_ascii_digit());
    match UNITS.contains(&unit) {
        true => {
            let digits = &number[..number.len() - unit.len()];
            Err(no(format!("`{number}` is no number of CEL"), &format!("write `{digits}u * {unit}`")))
        }
        // Fractions, exponents, and numbers by sixteens.
        false => Err(Stop::Unjudged),
    }
}

/// What stands behind a text in quotes.
fn text_behind(text: &str, is_raw: bool) -> Result<&str, Stop> {
    let quote = &text[..1];
    let thrice = quote.repeat(3);
    let end = if text.starts_with(&thrice) { thrice.as_str() } else { quote };
    let mut rest = &text[end.len()..];
    while !rest.is_empty() {
        if let Some(behind) = rest.strip_prefix(end) {
            return Ok(behind);
        }
        let mut signs = rest.chars();
        if signs.next() == Some('\\') && !is_raw {
            signs.next();
        }
        rest = signs.as_str();
    }
    Err(no("a quote is opened and not closed", "close it"))
}
