//! Who publishes names: external-dns as it runs.

use hnet_diagnostics::{Span, Traced};

use crate::{HostName, Name, Owner, SelectorTerm, Version};

/// An external-dns that runs: its chart is somebody else's, and hnet knows what it reads.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalDns {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// Its version, where it is said.
    pub version: Option<Traced<Version>>,
    /// What the keys of annotations begin with, where it is told so.
    pub annotation_prefix: Option<Traced<String>>,
    /// Where it publishes, by the name of the provider.
    pub provider: Option<Traced<Name>>,
    /// Whether Cloudflare answers for its names unless they say otherwise.
    pub proxied: Option<Traced<bool>>,
    /// What it reads; the chart's own where nothing is said.
    pub sources: Vec<Traced<String>>,
    /// The domains of the names that it publishes; all where empty.
    pub domains: Vec<Traced<HostName>>,
    /// The gateway whose routes it reads, by its name in any namespace; those of all where it says none.
    pub gateway: Option<Traced<Name>>,
    /// What the labels of gateways must be.
    pub gateway_labels: Vec<Traced<SelectorTerm>>,
    /// What the labels of other objects must be.
    pub labels: Vec<Traced<SelectorTerm>>,
    /// What the annotations of objects must be.
    pub annotations: Vec<Traced<SelectorTerm>>,
    /// What it does to records that exist.
    pub policy: Option<Traced<RecordPolicy>>,
    /// How it knows its own records.
    pub registry: Option<Traced<Registry>>,
    /// What it calls itself in its records.
    pub owner_id: Option<Traced<String>>,
    /// What the names of its own TXT records begin with.
    pub txt_prefix: Option<Traced<String>>,
    /// Whose it is said to be; hnet writes none either way.
    pub owner: Owner,
    /// The statement.
    pub span: Span,
}

/// What external-dns does to records that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordPolicy {
    /// It makes, changes and deletes its own.
    Sync,
    /// It makes and changes, and deletes none.
    UpsertOnly,
    /// It makes, and changes none.
    CreateOnly,
}

impl RecordPolicy {
    /// The word of external-dns.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            RecordPolicy::Sync => "sync",
            RecordPolicy::UpsertOnly => "upsert-only",
            RecordPolicy::CreateOnly => "create-only",
        }
    }
}

/// How external-dns knows its own records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registry {
    /// By a TXT record beside each.
    Txt,
    /// Not at all: all are its own.
    Noop,
    /// By a table of DynamoDB.
    DynamoDb,
    /// By AWS Cloud Map.
    AwsSd,
    /// By an object beside each.
    Crd,
}

impl Registry {
    /// The word of external-dns.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Registry::Txt => "txt",
            Registry::Noop => "noop",
            Registry::DynamoDb => "dynamodb",
            Registry::AwsSd => "aws-sd",
            Registry::Crd => "crd",
        }
    }
}

impl ExternalDns {
    /// Whether it reads a source; none where its sources are not known.
    #[must_use]
    pub fn reads(&self, source: &str) -> Option<bool> {
        (!self.sources.is_empty()).then(|| self.sources.iter().any(|own| own.value == source))
    }

    /// Whether it publishes names of a domain; none where that is not known.
    #[must_use]
    pub fn serves(&self, name: &HostName) -> Option<bool> {
        if self.domains.is_empty() {
            return Some(true);
        }
        let is_in = |domain: &HostName| {
            let rest = name.base().strip_suffix(domain.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if self.domains.iter().any(|domain| is_in(&domain.value)) {
            return Some(true);
        }
        // What stands for a placeholder may be any of them.
        let is_open = name.is_template() || self.domains.iter().any(|domain| domain.value.is_template());
        (!is_open).then_some(false)
    }
}

impl SelectorTerm {
    /// Whether labels or annotations are what is wanted.
    #[must_use]
    pub fn fits<'p>(&self, value_of: impl Fn(&str) -> Option<&'p str>) -> bool {
        match self {
            SelectorTerm::Anything => true,
            SelectorTerm::Is(key, value) => value_of(key) == Some(value),
            SelectorTerm::In(key, values) => value_of(key).is_some_and(|own| values.iter().any(|value| value == own)),
            SelectorTerm::NotIn(key, values) => !value_of(key).is_some_and(|own| values.iter().any(|it| it == own)),
            SelectorTerm::Exists(key) => value_of(key).is_some(),
            SelectorTerm::DoesNotExist(key) => value_of(key).is_none(),
        }
    }
}
