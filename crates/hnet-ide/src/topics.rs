//! What several statements have in common, a page each: the types of values, and subjects of the language.
//!
//! [`TOPICS`] is the table; its pages are the Markdown files of `topics/`, whose sources the tests compile.

use hnet_diagnostics::nearest;
use hnet_language::Type;

/// A page.
#[derive(Debug, PartialEq, Eq)]
pub struct Topic {
    /// What it is called.
    pub name: &'static str,
    /// What else people call it.
    pub others: &'static [&'static str],
    /// The types of values that it explains, as messages call them.
    pub types: &'static [&'static str],
    /// What it is about, on one line.
    pub about: &'static str,
    /// The page, as Markdown.
    pub page: &'static str,
}

macro_rules! topics {
    (@types) => { &[] };
    (@types $types:tt) => { &$types };
    ($($name:literal $others:tt $(of $types:tt)? $about:literal;)+) => {
        /// All pages: first the types of values, then the subjects of the language.
        pub static TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            others: &$others,
            types: topics!(@types $($types)?),
            about: $about,
            page: include_str!(concat!("../topics/", $name, ".md")),
        }),+];
    };
}

topics! {
    "address" ["addresses", "ip"]
        of ["an address", "an address, or the name of something that has one", "an address with its prefix length"]
        "addresses, and names that stand for one";
    "prefix" ["prefixes", "cidr"]
        of ["a prefix"]
        "a network with its length";
    "index" ["indexes", "indices"] "`lan[11]`: addresses counted in a prefix";
    "range" ["ranges"]
        of ["a range of addresses"]
        "addresses that follow each other";
    "mac" ["macs"]
        of ["a MAC address", "a MAC address, perhaps with `*`"]
        "hardware addresses";
    "host-name" ["host-names", "hostnames", "wildcard", "wildcards"]
        of ["a host name", "a host name, perhaps with `*.`", "a host name or an address"]
        "host names, and what `*.` means to whom";
    "version" ["versions"]
        of ["a version"]
        "versions of programs";
    "duration" ["durations"]
        of ["a duration"]
        "spans of time";
    "names" ["name", "reference", "references"] "names, and how they are referred to";
    "lists" ["list"] "several values of a field";
    "inline" [] "a statement on one line";
    "strings" ["string", "text", "quotes"]
        of ["a text"]
        "text with spaces, signs or lines";
    "comments" ["comment", "doc"] "comments, and those that document";
    "placeholders" ["variable", "variables"] "`${NAME}`, for what fills it in later";
    "let" ["lets"] "a name for a value";
    "profiles" ["like"] "what several nodes share";
    "include" ["includes", "files"] "a source of several files";
    "allow" ["allowed", "deny", "levels"] "what to do where a finding is meant";
    "patch" ["patches", "raw", "yaml"]
        of ["YAML"]
        "YAML, where the vocabulary ends";
    "clusters" [] "several clusters in one network";
}

/// The page of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name || topic.others.contains(&name))
}

/// The page of a type of values.
#[must_use]
pub fn of_type(kind: Type) -> Option<&'static Topic> {
    match kind {
        Type::Plain { called, .. } | Type::Address { called, .. } | Type::Document { called, .. } => {
            TOPICS.iter().find(|topic| topic.types.contains(&called))
        }
        Type::OneOf(_) | Type::Reference { .. } => None,
    }
}

impl Topic {
    /// What the page says first.
    #[must_use]
    pub fn first_paragraph(&self) -> &'static str {
        self.page.split("\n\n").nth(1).unwrap_or_default()
    }
}

/// The name of a page, or one of the other words, that was probably meant.
#[must_use]
pub fn meant<'w>(name: &str, others: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let names = TOPICS.iter().flat_map(|topic| topic.others.iter().chain([&topic.name]));
    nearest(name, others.into_iter().chain(names.copied()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hnet_check::VOCABULARY;
    use hnet_language::{Shape, Type};

    use super::{TOPICS, of_type};

    /// A type that a topic explains is one of the vocabulary, so that no page is lost when a type is called otherwise.
    #[test]
    fn what_topics_explain_is_in_the_vocabulary() {
        let mut explained = BTreeSet::new();
        for word in VOCABULARY.kinds() {
            word.walk(&mut |_, kind| {
                for field in kind.positional.iter().chain(kind.fields) {
                    let (Shape::One(kind) | Shape::List(kind)) = field.shape else { continue };
                    if let Type::Plain { called, .. } | Type::Address { called, .. } | Type::Document { called, .. } =
                        kind
                        && of_type(kind).is_some()
                    {
                        explained.insert(called);
                    }
                }
            });
        }
        let all: BTreeSet<&str> = TOPICS.iter().flat_map(|topic| topic.types).copied().collect();
        assert_eq!(explained, all);
    }

    #[test]
    fn each_name_leads_to_one_page_which_begins_with_it() {
        let mut seen = BTreeSet::new();
        for topic in TOPICS {
            assert!(topic.page.starts_with(&format!("# {}\n\n", topic.name)), "{}", topic.name);
            assert!(topic.others.iter().chain([&topic.name]).all(|name| seen.insert(*name)), "{}", topic.name);
        }
    }
}
