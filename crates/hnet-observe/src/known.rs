//! Which texts are known: those that hold no symbol, and those whose symbols mean one thing in the whole cluster.

use std::collections::BTreeSet;

use hnet_repository::Cluster;
use hnet_yaml::Value;

/// What of a cluster decides whether a text is known.
pub(crate) struct Known<'c> {
    /// Variables that one Flux Kustomization defines in the clear: another's of that name is another's.
    scoped: BTreeSet<&'c str>,
}

impl<'c> Known<'c> {
    pub(crate) fn of(cluster: &'c Cluster) -> Known<'c> {
        let clear = cluster.variables.iter().filter(|(_, variable)| variable.value.is_some());
        Known { scoped: clear.map(|(name, _)| name.as_str()).collect() }
    }

    /// A text without a symbol.
    pub(crate) fn plain<'v>(&self, value: &'v Value) -> Option<&'v str> {
        value.as_str().filter(|text| !is_template(text) && !text.contains('$'))
    }

    /// A text whose symbols are the same wherever they stand in the cluster.
    pub(crate) fn text<'v>(&self, value: &'v Value) -> Option<&'v str> {
        value.as_str().filter(|text| self.is_one(text))
    }

    /// Whether a text means the same wherever it stands in the cluster.
    pub(crate) fn is_one(&self, text: &str) -> bool {
        !is_template(text) && symbols(text).all(|name| !self.scoped.contains(name))
    }
}

/// Whether a template or Argo CD's plugin for secrets fills a text, or a key opens it.
fn is_template(text: &str) -> bool {
    text.starts_with("ENC[")
        || text.contains("<path:")
        || text.contains("{{")
        || text.contains("<<")
        || text.contains("$(")
}

/// The names in a text that nothing was put in for.
fn symbols(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("${").map(|(at, _)| {
        let rest = &text[at + 2..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}
