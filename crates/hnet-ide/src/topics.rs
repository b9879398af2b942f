//! What several statements have in common, a page each: the types of values, and subjects of the language.
//!
//! [`TOPICS`] is the table; its pages are the Markdown files of `topics/`, whose sources the tests compile.

use hnet_diagnostics::nearest;

/// A page.
#[derive(Debug, PartialEq, Eq)]
pub struct Topic {
    /// What it is called.
    pub name: &'static str,
    /// What else people call it.
    pub others: &'static [&'static str],
    /// What it is about, on one line.
    pub about: &'static str,
    /// The page, as Markdown.
    pub page: &'static str,
}

macro_rules! topics {
    ($($name:literal $others:tt $about:literal;)+) => {
        /// All pages: first the types of values, then the subjects of the language.
        pub static TOPICS: &[Topic] = &[$(Topic {
            name: $name,
            others: &$others,
            about: $about,
            page: include_str!(concat!("../topics/", $name, ".md")),
        }),+];
    };
}

topics! {
    "address" ["addresses", "ip"] "addresses, and names that stand for one";
    "prefix" ["prefixes", "cidr"] "a network with its length";
    "index" ["indexes", "indices"] "`lan[11]`: addresses counted in a prefix";
    "range" ["ranges"] "addresses that follow each other";
    "mac" ["macs"] "hardware addresses";
    "host-name" ["host-names", "hostnames", "wildcard", "wildcards"] "host names, and what `*.` means to whom";
    "version" ["versions"] "versions of programs";
    "duration" ["durations"] "spans of time";
    "names" ["name", "reference", "references"] "names, and how they are referred to";
    "lists" ["list"] "several values of a field";
    "inline" [] "a statement on one line";
    "strings" ["string", "text", "quotes"] "text with spaces, signs or lines";
    "comments" ["comment", "doc"] "comments, and those that document";
    "placeholders" ["variable", "variables"] "`${NAME}`, for what fills it in later";
    "let" ["lets"] "a name for a value";
    "profiles" ["like"] "what several nodes share";
    "include" ["includes", "files"] "a source of several files";
    "allow" ["allowed", "deny", "levels"] "what to do where a finding is meant";
    "patch" ["patches", "raw", "yaml"] "YAML, where the vocabulary ends";
    "clusters" [] "several clusters in one network";
}

/// The page of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.name == name || topic.others.contains(&name))
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

    use super::TOPICS;

    #[test]
    fn each_name_leads_to_one_page_which_begins_with_it() {
        let mut seen = BTreeSet::new();
        for topic in TOPICS {
            assert!(topic.page.starts_with(&format!("# {}\n\n", topic.name)), "{}", topic.name);
            assert!(topic.others.iter().chain([&topic.name]).all(|name| seen.insert(*name)), "{}", topic.name);
        }
    }
}
