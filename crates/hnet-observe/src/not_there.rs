//! What objects name and is not there, where it is seen what is meant.

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, Sources, Span, codes};

/// What objects name and is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotThere {
    /// The gateways that routes name.
    pub gateways: Vec<NoGateway>,
    /// The secrets that gateways present.
    pub secrets: Vec<NoSecret>,
}

impl NotThere {
    /// Adds more of it.
    pub fn extend(&mut self, other: NotThere) {
        self.gateways.extend(other.gateways);
        self.secrets.extend(other.secrets);
    }

    /// The secrets of which nothing else in the sources speaks, so that nothing there fills them.
    #[must_use]
    pub fn unfilled(&self, sources: &Sources) -> Vec<&NoSecret> {
        // Through an alias the same place names it more than once.
        let mut places = BTreeSet::new();
        let each: Vec<&NoSecret> = self.secrets.iter().filter(|none| places.insert(none.span)).collect();
        // How often each is named otherwise.
        let mut others: BTreeMap<&str, isize> = BTreeMap::new();
        for none in &each {
            *others.entry(&none.named.1).or_default() -= 1;
        }
        if others.is_empty() {
            return Vec::new();
        }
        let ends_name = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
        for word in sources.iter().flat_map(|(_, source)| source.text().split(ends_name)) {
            if let Some(count) = others.get_mut(word) {
                *count += 1;
            }
        }
        each.into_iter().filter(|none| others[none.named.1.as_str()] == 0).collect()
    }
}

/// A secret that a gateway presents and no certificate fills, while one fills a secret of nearly that name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSecret {
    /// Where the gateway names it.
    pub span: Span,
    /// Its namespace and name.
    pub named: (String, String),
    /// The name of the one that is filled, in the same namespace.
    pub meant: String,
}

impl NoSecret {
    /// What is said of it.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let (namespace, name) = &self.named;
        Diagnostic::new(&codes::SECRET_NOT_THERE, format!("nothing fills secret `{namespace}/{name}`"))
            .label(self.span, "the listener has no certificate without it")
            .help(format!("write `{}`, which a certificate fills", self.meant))
    }
}

/// A gateway that a route names and that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoGateway {
    /// Where the route names it.
    pub span: Span,
    /// What the route is called.
    pub route: String,
    /// Its namespace and name.
    pub named: (String, String),
    /// Those of the one that is there and meant.
    pub meant: (String, String),
}

impl NoGateway {
    /// What is said of it.
    #[must_use]
    pub fn finding(&self) -> Diagnostic {
        let (namespace, name) = &self.named;
        let (meant_namespace, meant) = &self.meant;
        let what = if meant == name { format!("`namespace: {meant_namespace}`") } else { format!("`{meant}`") };
        Diagnostic::new(&codes::GATEWAY_NOT_THERE, format!("there is no gateway `{namespace}/{name}`"))
            .label(self.span, format!("route `{}` attaches to nothing here", self.route))
            .help(format!("write {what}: gateway `{meant_namespace}/{meant}` is there"))
    }
}
