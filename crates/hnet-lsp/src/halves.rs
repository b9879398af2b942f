//! Halves of characters: text of JavaScript may hold one half of a pair of UTF-16, and writes it into JSON as an
//! escape that stands for no character, which no reader of JSON in Rust takes.

use std::borrow::Cow;

/// The message with U+FFFD in place of each half that has no other half beside it.
pub(crate) fn mended(message: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = message[at..].find('\\') {
        let start = at + found;
        let Some(unit) = unit(message, start) else {
            // Another escape: what it escapes starts none.
            at = start + 1 + message[start + 1..].chars().next().map_or(0, char::len_utf8);
            continue;
        };
        at = start + ESCAPE;
        if matches!(unit, 0xd800..=0xdbff) && matches!(self::unit(message, at), Some(0xdc00..=0xdfff)) {
            at += ESCAPE;
        } else if matches!(unit, 0xd800..=0xdfff) {
            mended.push_str(&message[copied..start]);
            mended.push('\u{fffd}');
            copied = at;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(message);
    }
    mended.push_str(&message[copied..]);
    Cow::Owned(mended)
}

/// The bytes of `\ud800`.
const ESCAPE: usize = 6;

/// The unit of UTF-16 that an escape stands for.
fn unit(message: &str, start: usize) -> Option<u16> {
    let digits = message.get(start..start + ESCAPE)?.strip_prefix("\\u")?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::mended;

    #[test]
    fn a_half_becomes_the_sign_for_what_is_no_character() {
        for (message, expected) in [
            (r#""a\ud800b""#, "\"a\u{fffd}b\""),
            (r#""\udc00\ud83d\ude00\ud800""#, "\"\u{fffd}\\ud83d\\ude00\u{fffd}\""),
            (r#""\\ud800 \n é \u00e9""#, r#""\\ud800 \n é \u00e9""#),
            ("\\", "\\"),
            ("\\u+123", "\\u+123"),
        ] {
            assert_eq!(mended(message), expected);
        }
    }
}
