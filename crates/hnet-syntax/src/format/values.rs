//! How words and strings are written: bare where that says the same, quoted where it must be.
//!
//! Start at [`plain`]; block strings are [`block`].

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::parse::{forbidden, is_keyword, strings};
use crate::tree::{Value, ValueKind};

/// A word, or a string in one line.
pub(super) fn plain(value: &Value) -> Cow<'_, str> {
    if value.kind == ValueKind::Word || may_be_bare(&value.text) {
        Cow::Borrowed(&value.text)
    } else {
        Cow::Owned(quoted(&value.text))
    }
}

/// Whether a string says the same without its quotes. One that looks like a keyword keeps them:
/// bare, it could start an inline field. So does one with braces or signs that get a message.
fn may_be_bare(text: &str) -> bool {
    let ordinary =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b';' | b',' | b'"' | b'{' | b'}');
    !text.is_empty()
        && text.bytes().all(ordinary)
        && !text.starts_with('#')
        && !text.ends_with(':')
        && text != "="
        && !text.contains('\\')
        && !is_keyword(text)
}

fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            // Writing into a string does not fail.
            _ if forbidden(character) => drop(write!(out, "\\u{{{:x}}}", u32::from(character))),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

/// A block string with its lines indented below the statement, which starts at `indentation`
/// blanks. Where its text would not survive that (its first line is indented, say) it stays as written.
pub(super) fn block(out: &mut String, value: &Value, source: &str, indentation: usize) {
    let start = out.len() + 3;
    out.push_str("\"\"\"\n");
    for line in value.text.split('\n').filter(|_| !value.text.is_empty()) {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indentation + 2));
            out.push_str(line);
        }
        out.push('\n');
    }
    out.extend(std::iter::repeat_n(' ', indentation));
    if strings::dedent(&out[start..]) == value.text {
        out.push_str("\"\"\"");
    } else {
        out.truncate(start - 3);
        out.push_str(&source[value.span.range()].replace("\r\n", "\n"));
    }
}
