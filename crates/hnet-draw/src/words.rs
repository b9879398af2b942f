//! Words put together: lists and counts.
//!
//! Knows neither networks nor pictures.

use std::fmt::Display;

pub(crate) use hnet_diagnostics::counted;

/// What is said, with something between; of what is empty nothing is said.
pub(crate) fn listed(parts: &[&str], between: &str) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(between)
}

/// Things with commas between them.
pub(crate) fn joined(things: impl Iterator<Item = impl Display>) -> String {
    things.map(|thing| thing.to_string()).collect::<Vec<_>>().join(", ")
}
