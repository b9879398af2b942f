//! The names that external-dns publishes by themselves.

use hnet_model::{ExternalDns, Origin, Owned as _, RecordData, SelectorTerm, Traced};

use super::Page;
use crate::external_dns::answered;
use crate::markdown::Document;

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    publishers(page, document);
    records(page, document);
}

/// Who publishes names, what of, and whose records it takes for its own.
fn publishers(page: &Page<'_>, document: &mut Document) {
    let Some(first) = page.cluster.external_dns.first() else { return };
    document.heading(2, Origin::written(first.span)).literal("Who publishes names");
    document.table(&["external-dns", "At", "Names of", "Among them", "Its records"]);
    for own in &page.cluster.external_dns {
        let ExternalDns { name, version, provider, proxied, sources, domains, gateway, policy, registry, .. } = own;
        document.row(name.origin).cell().code(name.value.as_str());
        if let Some(version) = version {
            document.literal(", ").text(&version.value.to_string());
        }
        document.cell().codes(provider.iter().map(|provider| &provider.value));
        if proxied.is_some_and(|proxied| proxied.value) {
            document.literal(", proxied");
        }
        document.cell().codes(sources.iter().map(|source| &source.value)).cell();
        let mut count = 0;
        let mut say = |what: &'static str, texts: Vec<String>| {
            if !texts.is_empty() {
                document.comma(count).literal(what).codes(texts);
                count += 1;
            }
        };
        let terms = |terms: &[Traced<SelectorTerm>]| terms.iter().map(|term| term.value.to_string()).collect();
        say("domains ", domains.iter().map(|domain| domain.value.to_string()).collect());
        say("gateway ", gateway.iter().map(|gateway| gateway.value.to_string()).collect());
        say("gateways labelled ", terms(&own.gateway_labels));
        say("labelled ", terms(&own.labels));
        say("annotated ", terms(&own.annotations));
        say("annotations of ", own.annotation_prefix.iter().map(|prefix| prefix.value.clone()).collect());
        document.cell();
        let mut count = 0;
        let mut say = |what: &'static str, text: Option<&str>| {
            if let Some(text) = text {
                document.comma(count).literal(what).code(text);
                count += 1;
            }
        };
        say("policy ", policy.as_ref().map(|policy| policy.value.word()));
        say("registry ", registry.as_ref().map(|registry| registry.value.word()));
        say("owner ", own.owner_id.as_ref().map(|owner| owner.value.as_str()));
        say("prefix ", own.txt_prefix.as_ref().map(|prefix| prefix.value.as_str()));
    }
    for own in &page.cluster.external_dns {
        document.doc_of(own.name.value.as_str(), own.doc.as_deref(), Origin::written(own.span));
    }
}

fn records(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let Some(first) = cluster.records.first() else { return };
    document.heading(2, Origin::written(first.span)).literal("DNS records");
    document.paragraph(Origin::written(first.span)).literal("external-dns publishes them beside those of routes.");
    document.table(&["Name", "Type", "Leads to", "Said by"]);
    for records in &cluster.records {
        for record in &records.records {
            for answer in &record.answers {
                document.row(Origin::written(record.span)).cell().codes(record.names.iter().map(|name| &name.value));
                document.cell().literal(answer.kind.value.word()).cell();
                for (at, data) in answer.data.iter().enumerate() {
                    let document = document.comma(at);
                    match &data.value {
                        RecordData::Tunnel(id) => {
                            document.literal("tunnel ");
                            document.codes(cluster.tunnels.get(id.0).map(|tunnel| &tunnel.name.value));
                        }
                        other => _ = document.code(&answered(cluster, other)),
                    }
                }
                document.cell().code_of(&format_args!("{}/{}", records.namespace.value, records.name.value));
                if records.is_existing() {
                    document.literal(" (existing)");
                }
            }
        }
    }
    for records in &cluster.records {
        document.doc_of(records.name.value.as_str(), records.doc.as_deref(), Origin::written(records.span));
    }
}
