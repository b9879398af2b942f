//! Words put together: lists and counts.
//!
//! Knows neither networks nor pictures.

use std::fmt::Display;

/// What is said, with something between; of what is empty nothing is said.
pub(crate) fn listed(parts: &[&str], between: &str) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

/// Things with commas between them.
pub(crate) fn joined(things: impl Iterator<Item = impl Display>) -> String {
    things.map(|thing| thing.to_string()).collect::<Vec<_>>().join(", ")
}

/// `1 node`, `2 nodes`.
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = match (count, what) {
        (1, _) => "",
        (_, "address" | "switch") => "es",
        _ => "s",
    };
    format!("{count} {what}{plural}")
}
