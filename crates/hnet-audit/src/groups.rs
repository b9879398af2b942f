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
pub(crate) struct Cause {
    /// What is said, where all of them say the same.
    text: Option<String>,
    /// The places beside the main one, where these are the cause.
    places: Vec<Span>,
}

impl Cause {
    pub(crate) fn of(finding: &Diagnostic) -> Cause {
        let others = || finding.labels.iter().skip(1).map(|label| label.span);
        let text = Some(finding.title.clone());
        match () {
            // A certificate lacks several names for one reason.
            () if *finding.code == codes::NAME_NOT_COVERED => Cause { text: None, places: others().collect() },
            // What has several owners is in conflict with the first of them, in each cluster by itself.
            () if has_two_owners(finding) => Cause { text, places: others().take(1).collect() },
            () => Cause { text, places: Vec::new() },
        }
    }
}

/// Whether it is that something has more than one owner.
fn has_two_owners(finding: &Diagnostic) -> bool {
    [&codes::ADDRESS_USED_TWICE, &codes::MAC_USED_TWICE].contains(&finding.code)
}

/// Equal findings once, with the other places, and those that have one cause: the same second places, like a certificate
/// that does not cover several names. All in the order of the first of them.
#[must_use]
pub fn together(findings: &[Finding]) -> Vec<Finding> {
    let mut all: IndexMap<(&str, Cause, Option<&str>), Vec<&Finding>> = IndexMap::new();
    for finding in findings {
        let one = &finding.diagnostic;
        // The help for one place may not be that for another; that for several names is made of all of them.
        let help = one.help.as_deref().filter(|_| *one.code != codes::NAME_NOT_COVERED || is_name_meant(one));
        all.entry((one.code.number, Cause::of(one), help)).or_default().push(finding);
    }
    all.into_values().filter_map(|equal| equal.split_first().map(|(first, rest)| with(first, rest))).collect()
}

/// Whether a name that no certificate covers is a slip of one that is covered, and should not be added to any.
pub(crate) fn is_name_meant(one: &Diagnostic) -> bool {
    *one.code == codes::NAME_NOT_COVERED && one.help.as_deref().is_some_and(|help| help.starts_with("did you mean"))
}

/// What to add to a certificate that lacks the names which the titles end with.
fn wildcards<'t>(titles: impl Iterator<Item = &'t str>) -> String {
    let names = titles.filter_map(|title| title.strip_suffix('`')?.rsplit('`').next());
    let mut beside: IndexMap<&str, IndexSet<&str>> = IndexMap::new();
    for name in names {
        // A wildcard of a domain that is shared, such as `com` or `co.uk`, is no name that anybody certifies.
        let parent = name.split_once('.').map(|(_, parent)| parent).filter(|parent| !may_be_shared(parent));
        beside.entry(parent.unwrap_or_default()).or_default().insert(name);
    }
    let covering = |(parent, names): (&str, IndexSet<&str>)| match names.len() {
        2.. if !parent.is_empty() => vec![format!("*.{parent}")],
        _ => names.into_iter().map(str::to_owned).collect(),
    };
    let all: Vec<String> = beside.into_iter().flat_map(covering).collect();
    let more = if all.len() > MOST_NAMES { " and more" } else { "" };
    let all = quoted(all.iter().map(String::as_str).take(MOST_NAMES), ", ");
    format!("add the names to the certificate's `dnsNames`, or what covers them: {all}{more}")
}

/// Whether a domain may be one under which everybody has names: one of two short labels or of one.
fn may_be_shared(domain: &str) -> bool {
    let mut labels = domain.rsplit('.');
    let (last, before) = (labels.next().unwrap_or_default(), labels.next());
    before.is_none_or(|before| labels.next().is_none() && last.len() <= 2 && before.len() <= 3)
}

/// So many names to add are said.
const MOST_NAMES: usize = 6;

/// A finding with the places of others.
fn with(first: &Finding, rest: &[&Finding]) -> Finding {
    let Finding { diagnostic: mut one, object } = first.clone();
    if has_two_owners(&one) && !rest.is_empty() {
        one.title = one.title.replace("two owners", &format!("{} owners", rest.len() + 2));
    }
    if *one.code == codes::NAME_NOT_COVERED && !rest.is_empty() && !is_name_meant(&one) {
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
