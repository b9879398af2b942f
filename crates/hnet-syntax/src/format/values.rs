//! How words and strings are written: as what they are, with the fewest escapes.
//!
//! Start at [`plain`]; block strings are [`block`].

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::parse::{forbidden, strings};
use crate::tree::{Value, ValueKind};

/// A word, or a string in one line. A string keeps its quotes: what they mean is said by where it stands, and bare it
/// could be a name, an index of one, or the keyword of an inline field.
pub(crate) fn plain(value: &Value) -> Cow<'_, str> {
    match value.kind {
        ValueKind::Word => Cow::Borrowed(&value.text),
        ValueKind::String | ValueKind::Block => Cow::Owned(quoted(&value.text)),
    }
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
/// blanks. Where its text would not survive that (its first line is indented, say) it stays as written, or is a string
/// where nobody has written it.
pub(crate) fn block(out: &mut String, value: &Value, source: Option<&str>, indentation: usize) {
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
        match source {
            Some(source) => out.push_str(&source[value.span.range()].replace("\r\n", "\n")),
            None => out.push_str(&quoted(&value.text)),
        }
    }
}
