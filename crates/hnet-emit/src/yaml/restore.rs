//! Placeholders in what is written: each text that comes from a word with placeholders is told as the word says it.
//!
//! Whoever fills them in does so in the text of a document, after another program may have written it anew with other
//! quotes. So one is written only where that comes out as the same: see [`comes_back`]. Start at [`Restoring`].

use std::net::IpAddr;

use hnet_diagnostics::{Origin, Traced};
use hnet_model::Placeholders;

use super::Scalar;
use super::scalar::is_plain;
use super::sink::Sink;

/// Tells another sink what it is told, with placeholders.
pub(super) struct Restoring<'a> {
    pub(super) inner: &'a mut dyn Sink,
    pub(super) placeholders: &'a Placeholders,
}

impl Restoring<'_> {
    fn restored(&self, text: &str, origin: Origin) -> Option<String> {
        self.placeholders.restored(text, origin.span)
    }
}

impl Sink for Restoring<'_> {
    fn mapping(&mut self, origin: Origin) {
        self.inner.mapping(origin);
    }

    fn sequence(&mut self, origin: Origin) {
        self.inner.sequence(origin);
    }

    fn end(&mut self) {
        self.inner.end();
    }

    fn key(&mut self, key: &str, origin: Origin) {
        self.inner.key(key, origin);
    }

    fn field(&mut self, name: &'static str, origin: Origin) {
        self.inner.field(name, origin);
    }

    fn text(&mut self, text: &str, origin: Origin) {
        let restored = self.restored(text, origin).filter(|restored| comes_back(text, restored));
        self.inner.text(restored.as_deref().unwrap_or(text), origin);
    }

    fn lines(&mut self, lines: &[Traced<String>], origin: Origin) {
        let restored = |line: &Traced<String>| {
            let text = self.restored(&line.value, line.origin).unwrap_or_else(|| line.value.clone());
            Traced::new(text, line.origin)
        };
        let restored: Vec<Traced<String>> = lines.iter().map(restored).collect();
        self.inner.lines(&restored, origin);
    }

    fn scalar(&mut self, scalar: Scalar, written: Option<&str>, origin: Origin) {
        let number = match (scalar, written) {
            (Scalar::Unsigned(number), None) => self.restored(&number.to_string(), origin),
            _ => None,
        };
        self.inner.scalar(scalar, number.as_deref().or(written), origin);
    }
}

/// Whether a text is still the same text when its placeholders are filled in, whether or not somebody leaves out quotes
/// that only the filled text needs.
fn comes_back(text: &str, restored: &str) -> bool {
    // What is no placeholder is a text like letters.
    let as_letters = || text.replace("$${", "").replace('}', "");
    is_plain_text(text)
        || (text.contains("$${") && is_plain_text(&as_letters()))
        || (needs_quotes(restored) && !text.contains(['"', '\'', '\\', '\n']))
}

/// Whether a text is surely a text without quotes: no number, and none of the words that mean something else.
fn is_plain_text(text: &str) -> bool {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let is_address = |text: &str| text.parse::<IpAddr>().is_ok() && !text.ends_with(':');
    let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    is_plain(text)
        || (is_address(address) && length.bytes().all(|byte| byte.is_ascii_digit()))
        // No number has two points.
        || (text.starts_with(|first: char| first.is_ascii_digit()) && is_name(text) && text.matches('.').count() > 1)
}

/// Whether every writer quotes a text, whatever its placeholders stand for.
fn needs_quotes(text: &str) -> bool {
    text.starts_with(['*', '&', '!', '%', '@', '`', '"', '\'', '{', '[', '|', '>', '#'])
        || text.contains(": ")
        || text.contains(" #")
}

#[cfg(test)]
mod tests {
    use super::comes_back;

    #[test]
    fn a_placeholder_is_written_where_the_value_stays_a_text() {
        for (text, restored, expected) in [
            ("a.example.org", "a.${D}", true),
            ("10.0.0.5", "${IP}", true),
            ("10.0.0.0/24", "${NET}", true),
            ("fd00::1", "${IP}", true),
            ("10.0.0.5-10.0.0.9", "${RANGE}", true),
            ("*.example.org", "*.${D}", true),
            // Without quotes it would be an alias.
            ("*.example.org", "${D}", false),
            ("8080", "${PORT}", false),
            ("1.5", "${X}", false),
            ("true", "${X}", false),
            ("", "${X}", false),
            ("a: b", "${X}", false),
            ("a: b", "a: ${X}", true),
            ("a: \"b\"", "a: ${X}", false),
            ("fd00:1::", "${IP}", false),
            ("10.0.0.1/x: y # z", "10.0.0.1/${X}", false),
            ("say $${A} at b", "say $${A} at ${X}", true),
        ] {
            assert_eq!(comes_back(text, restored), expected, "{text} {restored}");
        }
    }
}
