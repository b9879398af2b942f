//! Findings that have one reason, said once with all their places.
//!
//! Each is found by itself: what a baseline holds and what changed is decided for each, and only then are those that are
//! left put together. Start at [`together`].

use hnet_diagnostics::{Diagnostic, Span, codes, counted, quoted};
use indexmap::{IndexMap, IndexSet};

use crate::Finding;

/// So many places are said of findings that are equal.
const MOST_PLACES: usize = 8;

/// What findings have in common that are said once.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Cause {
    /// What is said.
    Text(String),
    /// The places beside the main one.
    Places(Vec<Span>),
}

impl Cause {
    pub(crate) fn of(finding: &Diagnostic) -> Cause {
        // A certificate lacks several names for one reason.
        match *finding.code == codes::NAME_NOT_COVERED {
            true => Cause::Places(finding.labels.iter().skip(1).map(|label| label.span).collect()),
            false => Cause::Text(finding.title.clone()),
        }
    }
}

/// Equal findings once, with the other places, and those that have one cause: the same second places, like a certificate
/// that does not cover several names. All in the order of the first of them.
#[must_use]
pub fn together(findings: &[Finding]) -> Vec<Finding> {
    let mut all: IndexMap<(&str, Cause), Vec<&Finding>> = IndexMap::new();
    for finding in findings {
        let one = &finding.diagnostic;
        all.entry((one.code.number, Cause::of(one))).or_default().push(finding);
    }
    all.into_values().filter_map(|equal| equal.split_first().map(|(first, rest)| with(first, rest))).collect()
}

/// What to add to a certificate that lacks the names which the titles end with.
fn wildcards<'t>(titles: impl Iterator<Item = &'t str>) -> String {
    let names = titles.filter_map(|title| title.strip_suffix('`')?.rsplit('`').next());
    let all: IndexSet<String> =
        names.map(|name| name.split_once('.').map_or(name.to_owned(), |(_, parent)| format!("*.{parent}"))).collect();
    let more = if all.len() > MOST_NAMES { " and more" } else { "" };
    let all = quoted(all.iter().map(String::as_str).take(MOST_NAMES), ", ");
    format!("add the names to the certificate's `dnsNames`, or what covers them: {all}{more}")
}

/// So many names to add are said.
const MOST_NAMES: usize = 6;

/// A finding with the places of others.
fn with(first: &Finding, rest: &[&Finding]) -> Finding {
    let Finding { diagnostic: mut one, object } = first.clone();
    if let Some(owned) = one.title.strip_suffix("has two owners").filter(|_| !rest.is_empty()) {
        one.title = format!("{owned}has {} owners", rest.len() + 2);
    }
    if *one.code == codes::NAME_NOT_COVERED && !rest.is_empty() {
        let all = std::iter::once(first).chain(rest.iter().copied());
        one.help = Some(wildcards(all.map(|finding| finding.diagnostic.title.as_str())));
    }
    for other in rest.iter().take(MOST_PLACES).map(|other| &other.diagnostic) {
        if let Some(label) = other.labels.first() {
            let text = if other.title == first.diagnostic.title { &label.text } else { &other.title };
            one = one.label(label.span, text.clone());
        }
    }
    if let Some(more) = rest.len().checked_sub(MOST_PLACES).filter(|more| *more > 0) {
        let help = one.help.take().map_or(String::new(), |help| format!("{help}; "));
        one = one.help(format!("{help}{} of this kind", counted(more, "more place")));
    }
    Finding { diagnostic: one, object }
}
