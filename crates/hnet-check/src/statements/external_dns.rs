//! `external-dns`: who publishes names.

use hnet_language::{Flag, LabelTerm, List, One, Text, statement};
use hnet_model::{ExternalDns, HostName, Name, Owner, RecordPolicy, Registry, Version};

use crate::types::{RecordPolicyWord, RegistryWord, SourceWord};

statement! {
    /// An external-dns that runs, with what its chart tells it: hnet knows which names it publishes, and writes nothing of it.
    /// `external-dns public < version 0.21.0; provider cloudflare; sources crd, gateway-httproute; gateway external; >`
    ExternalDnsStatement = "external-dns" Named () {
        /// Its version, which is the tag of its image: annotations have another prefix from 0.22 on.
        "version" version: One<Version>;
        /// The prefix of the annotations that it reads.
        "annotation-prefix" annotation_prefix: One<Text> [default "that of its version"];
        /// Where it publishes; a webhook is called after what it speaks to.
        "provider" provider: One<Name>;
        /// Whether Cloudflare answers for its names unless they say otherwise.
        "proxied" proxied: Flag;
        /// What it reads.
        "sources" sources: List<SourceWord>;
        /// The domains of the names that it publishes.
        "domains" domains: List<HostName> [default "all"];
        /// The name of the gateway whose routes it reads.
        "gateway" gateway: One<Name> [default "those of all"];
        /// What the labels of gateways must be whose routes it reads.
        "gateway-labels" gateway_labels: List<LabelTerm>;
        /// What the labels of routes, services and records must be.
        "label-filter" label_filter: List<LabelTerm>;
        /// What their annotations must be.
        "annotation-filter" annotation_filter: List<LabelTerm>;
        /// What it does to records that exist.
        "policy" policy: One<RecordPolicyWord>;
        /// How it knows its own records.
        "registry" registry: One<RegistryWord> [default "txt"];
        /// What it calls itself in them.
        "owner-id" owner_id: One<Text> [default "default"];
        /// What the names of its own TXT records begin with.
        "txt-prefix" txt_prefix: One<Text>;
    }
}

impl ExternalDnsStatement {
    pub(crate) fn lower(self) -> Option<ExternalDns> {
        let Self {
            head,
            version,
            annotation_prefix,
            provider,
            proxied,
            sources,
            domains,
            gateway,
            gateway_labels,
            label_filter,
            annotation_filter,
            policy,
            registry,
            owner_id,
            txt_prefix,
        } = self;
        let terms = |list: List<LabelTerm>| list.0.into_iter().map(|term| term.map(|LabelTerm(term)| term)).collect();
        let text = |text: One<Text>| text.map(|text| text.map(|Text(text)| text));
        Some(ExternalDns {
            name: head.name?,
            doc: head.doc,
            version,
            annotation_prefix: text(annotation_prefix),
            provider,
            proxied: proxied.0,
            sources: sources.0.into_iter().map(|source| source.map(|source| source.word().to_owned())).collect(),
            domains: domains.0,
            gateway,
            gateway_labels: terms(gateway_labels),
            labels: terms(label_filter),
            annotations: terms(annotation_filter),
            policy: policy.map(|policy| policy.map(RecordPolicyWord::policy)),
            registry: registry.map(|registry| registry.map(RegistryWord::registry)),
            owner_id: text(owner_id),
            txt_prefix: text(txt_prefix),
            owner: Owner::Hnet,
            span: head.span,
        })
    }
}

impl RecordPolicyWord {
    fn policy(self) -> RecordPolicy {
        match self {
            RecordPolicyWord::Sync => RecordPolicy::Sync,
            RecordPolicyWord::UpsertOnly => RecordPolicy::UpsertOnly,
            RecordPolicyWord::CreateOnly => RecordPolicy::CreateOnly,
        }
    }
}

impl RegistryWord {
    fn registry(self) -> Registry {
        match self {
            RegistryWord::Txt => Registry::Txt,
            RegistryWord::Noop => Registry::Noop,
            RegistryWord::DynamoDb => Registry::DynamoDb,
            RegistryWord::AwsSd => Registry::AwsSd,
            RegistryWord::Crd => Registry::Crd,
        }
    }
}
