//! What several messages say in the same way.

use std::fmt::Display;

use crate::{Diagnostic, Span};

/// Words in backticks, with something between them.
#[must_use]
pub fn quoted<'w>(words: impl IntoIterator<Item = &'w str>, between: &str) -> String {
    fn write(words: &mut dyn Iterator<Item = &str>, between: &str) -> String {
        let mut text = String::new();
        for word in words {
            if !text.is_empty() {
                text.push_str(between);
            }
            text.push('`');
            text.push_str(word);
            text.push('`');
        }
        text
    }
    write(&mut words.into_iter(), between)
}

/// A text between double quotes, as YAML, JSON and CEL read it alike.
#[must_use]
pub fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// `1 node`, `2 nodes`.
#[must_use]
pub fn counted<T: Display + From<u8> + PartialEq>(count: T, what: &str) -> String {
    if let (false, Some(start)) = (count == T::from(1), what.strip_suffix("cy")) {
        return format!("{count} {start}cies");
    }
    let plural = match &count {
        count if *count == T::from(1) => "",
        _ if what.ends_with("ss") || what.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{count} {what}{plural}")
}

/// Offers the word that was probably meant.
#[must_use]
pub fn did_you_mean(diagnostic: Diagnostic, near: &str, place: Span) -> Diagnostic {
    diagnostic.help(format!("did you mean `{near}`?")).fix(format!("write `{near}`"), place, near)
}
