//! Words as values: an address, a prefix, a MAC, a host name, a version, a duration.
//!
//! Each theme is one file with one function a type, from text to value; what is wrong is said to the
//! byte, in a [`Wrong`] that the caller turns into a diagnostic. Knows nothing of statements and
//! names. A `${NAME}` placeholder is a legal part of the texts that are kept as text; where a value
//! is wanted the caller looks for placeholders first. Start at [`Wrong`], then `address.rs`.

mod address;
mod duration;
mod header;
mod host_name;
mod index;
mod label;
mod locator;
mod mac;
mod number;
mod pattern;
mod policy;
mod refuse;
mod request;
mod setting;
mod size;
mod version;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

use hnet_diagnostics::Code;

pub use address::{address, interface_address, is_like_ipv4, prefix, range};
pub use duration::duration;
pub use header::{header, header_name};
pub use host_name::{host_name, name, record_name, subdomain};
pub use index::{Index, index};
pub use label::{annotation, label, taint};
pub use locator::{path, relative_path, url, uuid};
pub use mac::mac;
pub use number::{integer, port, ports, vlan_id};
pub use pattern::{file, folder_or_off, object_name, place, root};
pub use policy::{icmp_message, name_pattern, policy_port, selector_term};
pub(crate) use refuse::refused_name;
pub use refuse::{has_placeholder, refuse};
pub use request::{grpc_name, origin, path_pattern, query};
pub use setting::{permissions, setting, system_path};
pub use size::{size, size_or_share};
pub use version::version;

/// A character that must not stand somewhere, as a message shows it: one beyond ASCII with its code point too, since
/// it may look like another or like nothing.
fn shown_sign(character: char) -> String {
    match character {
        '!'..='~' => format!("`{character}`"),
        _ if character.escape_debug().len() > 1 => format!("`{}`", character.escape_default()),
        _ => format!("`{character}` (U+{:04X})", u32::from(character)),
    }
}

/// What is wrong with a word, before its place in the source is known. Elsewhere, since nearly every
/// word is sound and what reading it gives is passed on by many hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(Box<Fault>);

/// The parts of a [`Wrong`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The row of the table of diagnostics.
    pub code: &'static Code,
    /// The bytes of the text that are wrong.
    pub range: Range<usize>,
    /// What is wrong.
    pub title: String,
    /// What stands there.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    /// What the whole text should be, where there is one sensible edit.
    pub replacement: Option<String>,
}

impl Wrong {
    fn new(code: &'static Code, range: Range<usize>, title: impl Into<String>, label: impl Into<String>) -> Self {
        Wrong(Box::new(Fault { code, range, title: title.into(), label: label.into(), help: None, replacement: None }))
    }

    /// The same where the edit that it offers is not the sensible one.
    pub fn without_replacement(mut self) -> Self {
        self.0.replacement = None;
        self
    }

    /// Its parts.
    pub fn open(self) -> Fault {
        *self.0
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// Drops a replacement that is itself no value and is not one edit away from one: a fix must lead
    /// somewhere.
    fn keep_what_mends<T>(mut self, read: impl Fn(&str) -> Result<T, Wrong>) -> Self {
        let mends = |text: &str| match read(text) {
            Ok(_) => true,
            Err(next) => next.open().replacement.is_some_and(|text| read(&text).is_ok()),
        };
        self.0.replacement = self.0.replacement.filter(|text| mends(text));
        self
    }

    fn replace(mut self, text: impl Into<String>) -> Self {
        self.0.replacement = Some(text.into());
        self
    }

    /// The same finding under the row of the type that was wanted.
    fn under(mut self, code: &'static Code) -> Self {
        self.0.code = code;
        self
    }
}

/// A part of a word, which remembers the whole for places and replacements.
#[derive(Clone, Copy, Debug)]
struct Part<'a> {
    whole: &'a str,
    start: usize,
    end: usize,
}

impl<'a> Part<'a> {
    fn all(whole: &'a str) -> Self {
        Part { whole, start: 0, end: whole.len() }
    }

    fn text(self) -> &'a str {
        &self.whole[self.start..self.end]
    }

    fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The part from byte `start` to before byte `end` of this one.
    fn cut(self, start: usize, end: usize) -> Self {
        Part { whole: self.whole, start: self.start + start, end: self.start + end }
    }

    /// The parts between the separators.
    fn split(self, separator: char) -> impl Iterator<Item = Part<'a>> {
        let mut start = self.start;
        self.text().split(separator).map(move |text| {
            let part = Part { whole: self.whole, start, end: start + text.len() };
            start = part.end + separator.len_utf8();
            part
        })
    }

    /// The whole with another text in place of this part.
    fn replaced(self, text: &str) -> String {
        format!("{}{text}{}", &self.whole[..self.start], &self.whole[self.end..])
    }

    /// The parts before and behind the first separator.
    fn split_once(self, separator: char) -> Option<(Part<'a>, Part<'a>)> {
        let at = self.text().find(separator)?;
        Some((self.cut(0, at), self.cut(at + separator.len_utf8(), self.text().len())))
    }
}

/// The text with letters in place of its `${NAME}` placeholders, byte for byte, so that what
/// surrounds them can be checked.
fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains("${") {
        return Cow::Borrowed(text);
    }
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        out.push_str(&rest[..start]);
        out.extend(std::iter::repeat_n('x', length + 1));
        rest = &rest[start + length + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The first bytes of a text that the caller found no other fault with, for messages: a long text is cut.
fn shown(text: &str) -> Cow<'_, str> {
    if text.len() <= 40 || text.chars().count() <= 40 {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().take(37).chain("...".chars()).collect())
}

/// The range of the first character that is not allowed.
fn first_not(text: &str, allowed: impl Fn(char) -> bool) -> Option<(Range<usize>, char)> {
    text.char_indices()
        .find(|(_, character)| !allowed(*character))
        .map(|(at, character)| (at..at + character.len_utf8(), character))
}
