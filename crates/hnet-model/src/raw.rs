//! YAML from the source, for what the vocabulary lacks: by itself, or laid over what a statement comes out as.

use std::collections::BTreeMap;

use hnet_diagnostics::{Span, Traced};

use crate::{Cluster, Owner};

/// One YAML document that stands in the source, read and found to be well formed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawYaml {
    /// What it says.
    pub value: serde_yaml::Value,
    /// The text in the source.
    pub span: Span,
    /// Where each part stands, in the order in which they are read: an entry of a mapping where its key does, an item
    /// of a list where it begins. The document itself has none. Parts that are not found stand where those around
    /// them do.
    pub places: Vec<Span>,
    /// How numbers, `yes` and `~` are written where hnet would write them in another way, by the position of their part
    /// in that order: Talos takes `1.10` in a field of texts for `1.10`, and `0644` is a number in octal to all readers.
    pub written: BTreeMap<usize, String>,
}

impl RawYaml {
    /// Whether it is a list of mappings each of which says a text under a key.
    #[must_use]
    pub fn is_list_with(&self, key: &str) -> bool {
        let says_it = |item: &serde_yaml::Value| item.get(key).is_some_and(serde_yaml::Value::is_string);
        self.value.as_sequence().is_some_and(|items| items.iter().all(says_it))
    }

    /// The text under keys that lead to it, where there is one.
    #[must_use]
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        path.iter().try_fold(&self.value, |value, key| value.get(key))?.as_str()
    }

    /// Whether a text stands in one of its texts.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        says(&self.value, text)
    }
}

fn says(value: &serde_yaml::Value, text: &str) -> bool {
    match value {
        serde_yaml::Value::String(own) => own.contains(text),
        serde_yaml::Value::Sequence(items) => items.iter().any(|item| says(item, text)),
        serde_yaml::Value::Mapping(entries) => entries.iter().any(|(key, value)| says(key, text) || says(value, text)),
        serde_yaml::Value::Tagged(tagged) => says(&tagged.value, text),
        _ => false,
    }
}

/// What the source lays over the objects that a statement comes out as.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overlay {
    /// Labels of each object.
    pub labels: Vec<(Traced<String>, String)>,
    /// Annotations of each object.
    pub annotations: Vec<(Traced<String>, String)>,
    /// YAML for one of the objects: that which it names, or else the one that the statement is about.
    pub patches: Vec<RawYaml>,
    /// Whose the objects are. Those of somebody else are not written.
    pub owner: Owner,
    /// The statement.
    pub span: Span,
}

impl Overlay {
    /// Nothing, over the objects of a statement.
    #[must_use]
    pub fn nothing(statement: Span) -> Self {
        Overlay { span: statement, ..Overlay::default() }
    }

    /// Whether nothing is laid over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.annotations.is_empty() && self.patches.is_empty()
    }
}

impl Cluster {
    /// What is laid over the objects that hnet writes for its statements, each with the keyword of the statement.
    pub fn overlays(&self) -> impl Iterator<Item = (&'static str, &Overlay)> {
        let namespaces = self.namespaces.iter().map(|namespace| ("namespace", &namespace.overlay));
        let pools = self.pools.iter().map(|pool| ("pool", &pool.overlay));
        let policies = self.policies.iter().map(|policy| ("policy", &policy.overlay));
        let bgp = self.bgp.iter().map(|bgp| ("bgp", &bgp.overlay));
        let envoy = self.envoy.iter().map(|object| (object.kind.keyword(), &object.overlay));
        let gateways = self.gateways.iter().map(|gateway| ("gateway", &gateway.overlay));
        let routes = self.routes.iter().map(|route| ("route", &route.overlay));
        let services = self.services.iter().map(|service| ("service", &service.overlay));
        let dns = self.dns.iter().map(|dns| ("dns", &dns.overlay));
        let tunnels = self.tunnels.iter().map(|tunnel| ("tunnel", &tunnel.overlay));
        let certificates = self.certificates.iter().map(|certificate| ("certificate", &certificate.overlay));
        let issuers = self.issuers.iter().map(|issuer| ("certificate-issuer", &issuer.overlay));
        let records = self.records.iter().map(|records| ("records", &records.overlay));
        let gitops = self.gitops.iter().map(|gitops| ("gitops", &gitops.overlay));
        let monitoring = self.monitoring.iter().map(|monitoring| ("monitoring", &monitoring.overlay));
        let all = namespaces
            .chain(pools)
            .chain(policies)
            .chain(bgp)
            .chain(envoy)
            .chain(gateways)
            .chain(routes)
            .chain(services)
            .chain(dns);
        let all = all.chain(tunnels).chain(records).chain(issuers).chain(certificates).chain(gitops).chain(monitoring);
        all.filter(|(_, overlay)| !overlay.is_empty() && overlay.owner == Owner::Hnet)
    }
}
