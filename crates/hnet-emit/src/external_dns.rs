//! Names that external-dns publishes.
//!
//! Start at [`ExternalDns`].

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::external_dns::{DNSEndpoint, DNSEndpointSpec, Endpoint, Property};
use hnet_manifests::object::Manifest;
use hnet_manifests::versions::external_dns::{
    CLOUDFLARE, Known, PROXIED, annotation_prefix as annotation_prefix_of, prefix_of_records,
};
use hnet_model::{
    Answer, Cluster, Duration, ExternalDns as Instance, HostName, Name, Part, PublishedRecord, RecordData, Records,
    Traced, Tunnel, TunnelId, own,
};

use crate::component::{Component, Expected, Thing, things};
use crate::kubernetes::{Wave, in_wave, metadata, shape, text};
use crate::overlay::Over;
use crate::place::Folder;

/// Names that external-dns publishes.
#[derive(Debug)]
pub(crate) struct ExternalDns;

impl Component for ExternalDns {
    fn folder(&self) -> &'static str {
        "external-dns"
    }

    fn holds(&self, cluster: &Cluster) -> Vec<Thing> {
        let first = own(&cluster.records).next();
        things([(Part::Records, "DNS records", first.map(|records| Origin::written(records.span)))])
    }

    fn lives_in<'c>(&self, cluster: &'c Cluster) -> Vec<&'c Traced<Name>> {
        // One that is said is that of an application, or of who runs external-dns.
        let is_default = |records: &&Records| records.namespace.origin.reason == Reason::Default;
        own(&cluster.records).filter(is_default).map(|records| &records.namespace).collect()
    }

    fn write<'a>(&self, cluster: &'a Cluster, folder: &mut Folder<'_, 'a>) {
        let mut file = folder.objects(Part::Records, "dns-endpoints.yaml");
        let prefix = prefix_of_records(cluster.external_dns.iter().map(known));
        for records in &cluster.records {
            let metadata = metadata(text(&records.name), &records.namespace);
            let all = records.records.iter().flat_map(|record| endpoints(cluster, prefix, record));
            let mut endpoints: Vec<Endpoint> = all.collect();
            // Where they stand means nothing.
            endpoints.sort_by(|one, other| key(one).cmp(&key(other)));
            let object = Manifest::custom::<DNSEndpoint>(
                in_wave(cluster, Wave::CustomResource, metadata),
                DNSEndpointSpec { endpoints },
            );
            file.add(&object, shape(records.span), Over::Main(&records.overlay));
        }
        folder.insert(file);
    }

    fn expects(&self, cluster: &Cluster, list: &mut Expected<'_>) {
        if let Some(records) = own(&cluster.records).next() {
            list.item(Origin::written(records.span)).literal("external-dns with the source ").code("crd");
        }
    }

    fn groups(&self, cluster: &Cluster) -> Vec<&'static str> {
        own(&cluster.records).next().map(|_| "externaldns.k8s.io").into_iter().collect()
    }
}

/// By what records are told from each other.
fn key(one: &Endpoint) -> (&str, &str) {
    (one.dns_name.value.as_str(), one.record_type.value.as_str())
}

/// A record of each name and of each type.
fn endpoints(cluster: &Cluster, prefix: &str, record: &PublishedRecord) -> Vec<Endpoint> {
    let PublishedRecord { names, answers, ttl, proxied, properties, span: _ } = record;
    let proxied = proxied.map(|proxied| Property {
        name: Traced::new(format!("{prefix}{PROXIED}"), proxied.origin),
        value: proxied.map(|proxied| proxied.to_string()),
    });
    let property = |(key, value): &(Traced<String>, String)| Property {
        name: key.clone(),
        value: Traced::new(value.clone(), key.origin),
    };
    let one = |name: &Traced<HostName>, answer: &Answer| {
        let Answer { kind, data } = answer;
        Endpoint {
            dns_name: text(name),
            record_type: kind.map(|kind| kind.word().to_owned()),
            record_ttl: ttl.map(|ttl| ttl.map(Duration::seconds)),
            targets: data.iter().map(|one| one.as_ref().map(|data| answered(cluster, data))).collect(),
            provider_specific: proxied.iter().cloned().chain(properties.iter().map(property)).collect(),
        }
    };
    names.iter().flat_map(|name| answers.iter().map(|answer| one(name, answer)).collect::<Vec<_>>()).collect()
}

/// What the keys of annotations begin with that an external-dns reads; none where nobody says it.
#[must_use]
pub fn annotation_prefix(own: &Instance) -> Option<&str> {
    let of_version = || own.version.as_ref().map(|version| annotation_prefix_of(version.value.minor()));
    own.annotation_prefix.as_ref().map(|prefix| prefix.value.as_str()).or_else(of_version)
}

/// What is known of one that runs, to those who choose the prefix of records' properties.
fn known(own: &Instance) -> Known<'_> {
    let is_of_cloudflare = own.provider.as_ref().is_some_and(|provider| provider.value.as_str() == CLOUDFLARE);
    (is_of_cloudflare, own.reads("crd"), annotation_prefix(own))
}

/// What is answered, as it stands in a record.
pub(crate) fn answered(cluster: &Cluster, data: &RecordData) -> String {
    match data {
        RecordData::Address(address) => address.to_string(),
        RecordData::Name(name) => name.to_string(),
        RecordData::Tunnel(TunnelId(at)) => {
            cluster.tunnels.get(*at).map_or_else(String::new, Tunnel::name_at_cloudflare)
        }
        RecordData::Text(text) => text.clone(),
    }
}
