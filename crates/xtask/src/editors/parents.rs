//! Words that are a statement in one body and a field in another: `subnet` in a network and in a policy.
//!
//! A query of tree-sitter sees the statement around, so it can tell them; regular expressions cannot.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use hnet_check::VOCABULARY;
use hnet_language::Naming;

/// What such a word is.
#[derive(Default)]
struct Both {
    /// Whether it has a name where it is a statement.
    named: bool,
    /// The keywords in whose bodies it is a statement, each with how deep that is.
    statement_in: BTreeMap<&'static str, usize>,
    /// Those in whose bodies it is a field.
    field_in: BTreeMap<&'static str, usize>,
    /// The fields that it may have on its line.
    inline: BTreeSet<&'static str>,
}

fn words() -> BTreeMap<&'static str, Both> {
    let mut words: BTreeMap<&'static str, Both> = BTreeMap::new();
    for root in VOCABULARY.kinds() {
        root.walk(&mut |path, parent| {
            for field in parent.fields {
                let both = words.entry(field.keyword).or_default();
                let found = match field.shape.kind() {
                    None => &mut both.field_in,
                    Some(_) => &mut both.statement_in,
                };
                for keyword in written(parent.keyword) {
                    let depth = found.entry(keyword).or_insert(path.len());
                    *depth = path.len().min(*depth);
                }
                if let Some(kind) = field.shape.kind() {
                    both.named |= kind.naming != Naming::Unnamed;
                    both.inline
                        .extend(kind.fields.iter().filter(|field| field.shape.inline()).map(|field| field.keyword));
                }
            }
        });
    }
    words.retain(|_, both| !both.field_in.is_empty() && !both.statement_in.is_empty());
    for both in words.values_mut() {
        // Where two statements of one keyword have it, what stands further out is what people write more.
        both.statement_in.retain(|parent, depth| both.field_in.get(parent).is_none_or(|other| *depth < *other));
        both.field_in.retain(|parent, _| !both.statement_in.contains_key(parent));
    }
    words
}

/// The keywords that people write where a declaration stands in a body: what may stand in a network or a cluster is one, and
/// a profile takes what a node takes.
fn written(keyword: &'static str) -> Vec<&'static str> {
    match keyword {
        _ if keyword == VOCABULARY.contents.keyword => vec!["network", "cluster"],
        "node" => vec!["node", "profile"],
        _ => vec![keyword],
    }
}

/// A list of words as a query writes it.
fn quoted<'a>(words: impl IntoIterator<Item = &'a &'static str>) -> String {
    words.into_iter().map(|word| format!(" \"{word}\"")).collect()
}

/// The patterns that tell them.
pub(super) fn patterns() -> String {
    let mut text = String::new();
    for (word, both) in words() {
        let parents = quoted(both.statement_in.keys());
        let mut add = |capture: &str, inner: &str, parents: &str, rest: &str| {
            // Writing into a text never fails.
            let _ = write!(
                text,
                "\n((statement keyword: (keyword) @_in\n    body: (body (statement !body keyword: (keyword) {capture}{inner})))\n  \
                 (#eq? {capture} \"{word}\") (#any-of? @_in{parents}){rest})\n"
            );
        };
        add("@property", "", &quoted(both.field_in.keys()), "");
        if both.statement_in.is_empty() {
            continue;
        }
        add("@keyword", "", &parents, "");
        if both.named {
            add("@_keyword", " subject: (subject) @type", &parents, "");
        }
        if !both.inline.is_empty() {
            let inline = format!("\n  (#any-of? @property{})", quoted(&both.inline));
            add("@_keyword", " (value) @property", &parents, &inline);
            if !both.named {
                add("@_keyword", " subject: (subject) @property", &parents, &inline);
            }
        }
    }
    text
}
