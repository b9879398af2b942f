//! What the text of a scalar means to the program that reads it.

use crate::node::Style;

/// A program that reads YAML. They agree in all but what a few plain words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// kubectl and the API server, and what Flux, kustomize and Argo CD hand to it: sigs.k8s.io/yaml on its fork of
    /// yaml.v2, where plain `yes`, `no`, `on`, `off`, `y` and `n` are booleans.
    ApiServer,
    /// Helm's values and charts, which sigs.k8s.io/yaml reads as well.
    Helm,
    /// Talos, talhelper and topf: yaml.v3, where those words are texts, and booleans in a field that is one.
    Talos,
    /// cloudflared: yaml.v3.
    Cloudflared,
}

/// What a scalar is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Typed<'t> {
    /// Nothing: an empty plain scalar, `~` or `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number that 64 bits hold, with or without sign.
    Integer(i128),
    /// Another number.
    Float(f64),
    /// A text.
    Text(&'t str),
}

/// Whether the text is one of the words as people write them: small, with a capital, or all capitals.
fn is_one(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| {
        let capital = || text.chars().next().is_some_and(char::is_uppercase);
        let rest_is = |upper: bool| text.chars().skip(1).all(|c| !c.is_alphabetic() || c.is_uppercase() == upper);
        text.eq_ignore_ascii_case(word)
            && (text == *word || (capital() && (text.len() == 1 || rest_is(true) || rest_is(false))))
    })
}

impl Reader {
    fn is_old(self) -> bool {
        matches!(self, Reader::ApiServer | Reader::Helm)
    }

    /// What a scalar is where nothing says what it should be: in a value of any type.
    #[must_use]
    pub fn typed<'t>(self, text: &'t str, style: Style, tag: Option<&str>) -> Typed<'t> {
        let resolves = match tag {
            None => style == Style::Plain,
            Some(tag) => matches!(tag, "!!int" | "!!float" | "!!bool" | "!!null"),
        };
        if !resolves {
            return Typed::Text(text);
        }
        match text.as_bytes().first() {
            None => return Typed::Null,
            Some(b'0'..=b'9' | b'+' | b'-' | b'.') => return number(text).unwrap_or(Typed::Text(text)),
            Some(b'~' | b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => {}
            Some(_) => return Typed::Text(text),
        }
        if text == "~" || is_one(text, &["null"]) {
            Typed::Null
        } else if is_one(text, &["true"]) || (self.is_old() && is_one(text, &["y", "yes", "on"])) {
            Typed::Bool(true)
        } else if is_one(text, &["false"]) || (self.is_old() && is_one(text, &["n", "no", "off"])) {
            Typed::Bool(false)
        } else {
            Typed::Text(text)
        }
    }

    /// What a scalar is in a field that holds a truth value.
    #[must_use]
    pub fn bool(self, text: &str, style: Style, tag: Option<&str>) -> Option<bool> {
        match (self.typed(text, style, tag), self.is_old()) {
            (Typed::Bool(value), _) => Some(value),
            // yaml.v3 takes these few, quoted as well.
            (Typed::Text("y" | "Y" | "yes" | "on"), false) => Some(true),
            (Typed::Text("n" | "N" | "no" | "off"), false) => Some(false),
            _ => None,
        }
    }
}

/// A plain text that is a truth value to the readers of YAML 1.1 among those of [`Reader`]: `yes` and `off`, too.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    Reader::ApiServer.bool(text, Style::Plain, None)
}

/// A plain text that is a number, as all readers of [`Reader`] read it: [`Typed::Integer`] or [`Typed::Float`].
#[must_use]
pub fn number(text: &str) -> Option<Typed<'static>> {
    match text.strip_prefix(['+', '-']).unwrap_or(text) {
        ".inf" | ".Inf" | ".INF" => {
            return Some(Typed::Float(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }));
        }
        ".nan" | ".NaN" | ".NAN" if text.starts_with('.') => return Some(Typed::Float(f64::NAN)),
        _ => {}
    }
    let plain = text.replace('_', "");
    let (negative, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (radix, body) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'o' | b'O', ..] => (8, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    // `from_str_radix` takes a sign of its own.
    let value = body.as_bytes().first().filter(|first| first.is_ascii_alphanumeric());
    if let Some(value) = value.and_then(|_| i128::from_str_radix(body, radix).ok()) {
        let value = if negative { -value } else { value };
        if (i128::from(i64::MIN)..=i128::from(u64::MAX)).contains(&value) {
            return Some(Typed::Integer(value));
        }
    }
    let mantissa = digits.split(['e', 'E']).next().unwrap_or_default();
    let exponent = digits.get(mantissa.len()..).unwrap_or_default();
    let exponent_digits = exponent.trim_start_matches(['e', 'E']).trim_start_matches(['+', '-']);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_float = mantissa.bytes().any(|byte| byte.is_ascii_digit())
        && mantissa.split_once('.').map_or(is_digits(mantissa), |(whole, part)| is_digits(whole) && is_digits(part))
        && (exponent.is_empty() || (!exponent_digits.is_empty() && is_digits(exponent_digits)));
    is_float.then(|| plain.parse().ok().map(Typed::Float)).flatten()
}
