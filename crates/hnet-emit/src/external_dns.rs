//! Names that external-dns publishes.
//!
//! Start at [`ExternalDns`].

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::external_dns::{DNSEndpoint, DNSEndpointSpec, Endpoint, Property};
use hnet_manifests::object::Manifest;
use hnet_model::{
    Answer, Cluster, Duration, Name, Part, PublishedRecord, RecordData, Records, Traced, Tunnel, TunnelId, own,
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
        for records in &cluster.records {
            let metadata = metadata(text(&records.name), &records.namespace);
            let endpoints = records.records.iter().flat_map(|record| endpoints(cluster, record)).collect();
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

/// A record of each name and of each type.
fn endpoints<'a>(cluster: &'a Cluster, record: &'a PublishedRecord) -> impl Iterator<Item = Endpoint> + 'a {
    let PublishedRecord { names, answers, ttl, properties, span: _ } = record;
    let property = |(key, value): &(Traced<String>, String)| Property {
        name: key.clone(),
        value: Traced::new(value.clone(), key.origin),
    };
    let one = move |name, answer: &Answer| {
        let Answer { kind, data } = answer;
        Endpoint {
            dns_name: text(name),
            record_type: kind.map(|kind| kind.word().to_owned()),
            record_ttl: ttl.map(|ttl| ttl.map(Duration::seconds)),
            targets: data.iter().map(|one| one.as_ref().map(|data| answered(cluster, data))).collect(),
            provider_specific: properties.iter().map(property).collect(),
        }
    };
    names.iter().flat_map(move |name| answers.iter().map(move |answer| one(name, answer)))
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
