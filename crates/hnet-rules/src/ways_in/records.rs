//! Names that external-dns publishes: what they lead to, and whether all of it can be.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Cluster, HostName, Owned as _, RecordData, RecordType, Records, Traced, in_source_order, own};
use indexmap::IndexMap;

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
    // The first answer of each name, and whether it was told of it.
    let mut first: IndexMap<&HostName, (RecordType, &Traced<HostName>, bool)> = IndexMap::new();
    for record in in_source_order(&records.records, |record| record.span) {
        for (answer, name) in record.answers.iter().flat_map(|answer| record.names.iter().map(move |it| (answer, it))) {
            let kind = answer.kind.value;
            if let (RecordType::Cname, [_, second, ..]) = (kind, answer.data.as_slice()) {
                out.report(
                    Diagnostic::new(&codes::ALIAS_NOT_ALONE, format!("`{}` leads to several names", name.value))
                        .label(second.span(), "an alias has one name")
                        .help("keep one of them"),
                );
            }
            let Some((of_first, place, is_told)) = first.get_mut(&name.value) else {
                first.insert(&name.value, (kind, name, false));
                continue;
            };
            if (*of_first == RecordType::Cname || kind == RecordType::Cname) && !*is_told {
                *is_told = true;
                let is_alias = |kind| if kind == RecordType::Cname { "an alias" } else { "another record of it" };
                out.report(
                    Diagnostic::new(
                        &codes::ALIAS_NOT_ALONE,
                        format!("`{}` is an alias and has other records", name.value),
                    )
                    .label(place.span(), is_alias(*of_first))
                    .label(name.span(), is_alias(kind))
                    .help("keep one of the two"),
                );
            }
        }
    }
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
