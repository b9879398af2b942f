//! Words put together: parts, lists, counts.
//!
//! Knows neither networks nor pictures.

use std::fmt::{Display, Write as _};

/// Parts, one after the other.
pub(crate) fn words(parts: &[&str]) -> String {
    listed(parts, "")
}

/// What is said, with something between; of what is empty nothing is said.
pub(crate) fn listed(parts: &[&str], between: &str) -> String {
    let length: usize = parts.iter().map(|part| part.len() + between.len()).sum();
    let mut listed = String::with_capacity(length);
    for part in parts.iter().filter(|part| !part.is_empty()) {
        listed.push_str(if listed.is_empty() { "" } else { between });
        listed.push_str(part);
    }
    listed
}

/// A thing as it is displayed.
pub(crate) fn written(thing: &dyn Display) -> String {
    let mut said = String::new();
    append(&mut said, thing);
    said
}

/// Things with commas between them.
pub(crate) fn joined(things: impl Iterator<Item = impl Display>) -> String {
    let mut joined = String::new();
    for thing in things {
        append(&mut joined, &thing);
    }
    joined
}

/// Adds a thing, after a comma where it is not the first.
fn append(list: &mut String, thing: &dyn Display) {
    list.push_str(if list.is_empty() { "" } else { ", " });
    write!(list, "{thing}").expect("a string takes whatever is written");
}

/// `1 node`, `2 nodes`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = match (count, what) {
        (1, _) => "",
        (_, "address" | "switch") => "es",
        _ => "s",
    };
    words(&[&written(&count), " ", what, plural])
}
