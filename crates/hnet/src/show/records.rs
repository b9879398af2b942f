//! Names that external-dns publishes.

use hnet_model::{Answer, Cluster, Name, PublishedRecord, RecordData, Records, Traced};

use super::Show;
use super::overlay::{laid_over, pairs};

pub(super) fn records(records: &Records, cluster: &Cluster) -> Show {
    let Records { name, doc, namespace, records, overlay, span } = records;
    let mut shown = Show::new("records", &name.value, *span).doc(doc.as_ref());
    shown.one("namespace", namespace);
    laid_over(overlay, &mut shown);
    shown.parts.extend(records.iter().map(|one| record(one, cluster)));
    shown
}

fn record(record: &PublishedRecord, cluster: &Cluster) -> Show {
    let PublishedRecord { names, answers, ttl, proxied, properties, span } = record;
    let all: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
    let mut shown = Show::new("record", all.join(", "), *span);
    for Answer { kind, data } in answers {
        shown.each(kind.value.word(), data, |data| answered(data, cluster));
    }
    shown.maybe("ttl", ttl.as_ref());
    proxied.iter().for_each(|proxied| shown.flag("proxied", proxied));
    pairs("properties", properties, &mut shown);
    shown
}

fn answered(data: &RecordData, cluster: &Cluster) -> String {
    match data {
        RecordData::Address(address) => address.to_string(),
        RecordData::Name(name) => name.to_string(),
        RecordData::Tunnel(id) => {
            let name = |name: &Traced<Name>| name.value.to_string();
            cluster.tunnels.get(id.0).map_or_else(String::new, |tunnel| format!("tunnel {}", name(&tunnel.name)))
        }
        RecordData::Text(text) => text.clone(),
    }
}
