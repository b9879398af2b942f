//! Names that external-dns publishes: what they lead to, and whether all of it can be.

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes, quoted};
use hnet_model::{
    Answer, Cluster, HostName, Owned as _, PublishedRecord, RecordData, RecordType, Records, Traced, in_source_order,
    own,
};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;

/// A name that is an alias has nothing else. What another object says may be read by another external-dns.
pub(crate) fn aliases(facts: &Facts<'_>, out: &mut Diagnostics) {
    for records in facts.network.clusters.iter().flat_map(|cluster| &cluster.records) {
        if records.overlay.patches.is_empty() {
            aliases_of(records, out);
        }
    }
}

fn aliases_of(records: &Records, out: &mut Diagnostics) {
    // The first record of each name, with what it answers.
    let mut first: IndexMap<&HostName, (&PublishedRecord, &Answer, &Traced<HostName>)> = IndexMap::new();
    // Two records that meet in several names are one mistake.
    let mut told: IndexSet<(Span, Span)> = IndexSet::new();
    for record in in_source_order(&records.records, |record| record.span) {
        for answer in &record.answers {
            if let (RecordType::Cname, [_, second, ..]) = (answer.kind.value, answer.data.as_slice()) {
                let names: Vec<&str> = record.names.iter().map(|name| name.value.as_str()).collect();
                leads_to_several(&names, out, |finding| finding.label(second.span(), "an alias has one name"));
            }
        }
        for (answer, name) in record.answers.iter().flat_map(|answer| record.names.iter().map(move |it| (answer, it))) {
            let Some((before, other, place)) = claim(&mut first, &name.value, (record, answer, name)) else { continue };
            let [of_first, kind] = [other, &answer].map(|answer| answer.kind.value == RecordType::Cname);
            // What one record answers is told of it alone.
            if before.span == record.span || !(of_first || kind) || !told.insert((before.span, record.span)) {
                continue;
            }
            if of_first && kind {
                let says_the_same =
                    other.data.iter().map(|one| &one.value).eq(answer.data.iter().map(|one| &one.value));
                if says_the_same {
                    continue;
                }
                leads_to_several(&[name.value.as_str()], out, |finding| {
                    finding.label(name.span(), "an alias has one name").label(place.span(), "it is said here already")
                });
                continue;
            }
            let is_alias = |is_alias| if is_alias { "an alias" } else { "another record of it" };
            out.report(
                Diagnostic::new(&codes::ALIAS_NOT_ALONE, format!("`{}` is an alias and has other records", name.value))
                    .label(place.span(), is_alias(of_first))
                    .label(name.span(), is_alias(kind))
                    .help("keep one of the two"),
            );
        }
    }
}

/// Tells of names that are aliases of several names.
fn leads_to_several(names: &[&str], out: &mut Diagnostics, places: impl FnOnce(Diagnostic) -> Diagnostic) {
    let leads = if names.len() == 1 { "leads" } else { "lead" };
    let title = format!("{} {leads} to several names", quoted(names.iter().copied(), ", "));
    out.report(places(Diagnostic::new(&codes::ALIAS_NOT_ALONE, title)).help("keep one of them"));
}

/// The id of the tunnel that a name leads to is known.
pub(crate) fn tunnels(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for records in own(&cluster.records) {
            let answers = records.records.iter().flat_map(|record| &record.answers);
            for data in answers.flat_map(|answer| &answer.data) {
                without_id(cluster, data, out);
            }
        }
    }
}

fn without_id(cluster: &Cluster, data: &Traced<RecordData>, out: &mut Diagnostics) {
    let RecordData::Tunnel(id) = &data.value else { return };
    let Some(tunnel) = cluster.tunnels.get(id.0).filter(|tunnel| tunnel.is_existing() && tunnel.id.value.is_empty())
    else {
        return;
    };
    out.report(
        Diagnostic::new(&codes::MISSING_FIELD, format!("tunnel `{}` has no `id`", tunnel.name.value))
            .label(data.span(), "a record leads to it by its id")
            .label(tunnel.name.span(), "its id is not said")
            .help("add its `id`, as Cloudflare shows it"),
    );
}
