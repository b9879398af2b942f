//! The names that external-dns publishes by themselves.

use hnet_model::{Origin, Owned as _, RecordData};

use super::Page;
use crate::external_dns::answered;
use crate::markdown::Document;

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
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
