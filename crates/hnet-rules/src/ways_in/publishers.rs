//! Who publishes names: what no external-dns reads, what a provider refuses, and records that two take for their own.
//!
//! Silent where an external-dns may run that nobody says: at least one is said, and what is asked of each is known.

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_emit::annotation_prefix;
use hnet_manifests::versions::external_dns::{ALPHA_PREFIX, CLOUDFLARE, DEFAULT_OWNER, PREFIX, PROXIED};
use hnet_model::{
    Cluster, ExternalDns, Gateway, HostName, Overlay, Owned as _, PublishedRecord, RecordData, RecordPolicy, Records,
    Registry, Route, SelectorTerm, Traced, own,
};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;

/// So many of a cluster are asked about each name.
const MOST: usize = 16;

/// Annotations and properties have the prefix that some external-dns reads.
pub(crate) fn prefixes(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let known: Option<IndexSet<&str>> = cluster.external_dns.iter().map(annotation_prefix).collect();
        let (Some(read), Some(first), true) = (known, cluster.external_dns.first(), all_whole(facts, cluster)) else {
            continue;
        };
        let reading = Reading { read, first };
        own(&cluster.gateways).for_each(|gateway| reading.judge(&gateway.overlay.annotations, out));
        own(&cluster.routes).for_each(|route| reading.judge(&route.overlay.annotations, out));
        for records in own(&cluster.records) {
            records.records.iter().for_each(|record| reading.judge(&record.properties, out));
        }
    }
}

/// Whether all is known that is said of each.
fn all_whole(facts: &Facts<'_>, cluster: &Cluster) -> bool {
    cluster.external_dns.iter().all(|own| facts.whole(own.span))
}

/// The prefixes that are read, and by whom.
struct Reading<'a> {
    read: IndexSet<&'a str>,
    first: &'a ExternalDns,
}

impl Reading<'_> {
    fn judge(&self, pairs: &[(Traced<String>, String)], out: &mut Diagnostics) {
        let is_of_it = |key: &str| key.starts_with(ALPHA_PREFIX) || key.starts_with(PREFIX);
        if !pairs.iter().any(|(key, _)| is_of_it(&key.value)) {
            return;
        }
        let said: IndexSet<&str> = pairs.iter().map(|(key, _)| key.value.as_str()).collect();
        for (key, _) in pairs {
            let text = key.value.as_str();
            let Some(prefix) = [ALPHA_PREFIX, PREFIX].into_iter().find(|prefix| text.starts_with(prefix)) else {
                continue;
            };
            let rest = &text[prefix.len()..];
            // Who changes over says both for a while.
            let is_said = |read: &&str| said.contains(format!("{read}{rest}").as_str());
            if self.read.contains(prefix) || self.read.iter().any(is_said) {
                continue;
            }
            let right = format!("{}{rest}", self.read[0]);
            let place = self.first.annotation_prefix.as_ref().map(Traced::span);
            let place = place.or(self.first.version.as_ref().map(Traced::span)).unwrap_or(self.first.span);
            out.report(
                Diagnostic::new(&codes::ANNOTATION_OF_OTHER_PREFIX, format!("no external-dns reads `{text}`"))
                    .label(key.span(), "it has another prefix than what is read")
                    .label(place, format!("this one reads `{}`", self.read[0]))
                    .help(format!("write `{right}`; while external-dns is changed over, write both")),
            );
        }
    }
}

/// Records are read by some external-dns.
pub(crate) fn records_unread(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let is_whole = cluster.external_dns.len() <= MOST && all_whole(facts, cluster);
        let Some(first) = cluster.external_dns.first().filter(|_| is_whole) else { continue };
        for records in own(&cluster.records).filter(|records| facts.whole(records.span)) {
            if records.records.is_empty() || cluster.external_dns.iter().any(|own| reads(own, records) != Some(false)) {
                continue;
            }
            let (place, why) = match cluster.external_dns.iter().find(|own| own.reads("crd") == Some(true)) {
                Some(filtered) => (filtered.span, "this one reads records with other labels or annotations alone"),
                None => (first.sources.first().map_or(first.span, Traced::span), "this one does not read `crd`"),
            };
            out.report(
                Diagnostic::new(
                    &codes::RECORDS_NOT_READ,
                    format!("no external-dns reads records `{}`", records.name.value),
                )
                .label(records.name.span(), "they are published nowhere")
                .label(place, why)
                .help("give the records the labels that are asked for, or let one of them read `crd`"),
            );
        }
    }
}

/// Whether an external-dns reads records; none where that is not known.
fn reads(instance: &ExternalDns, records: &Records) -> Option<bool> {
    if !records.overlay.patches.is_empty() {
        return None;
    }
    Some(instance.reads("crd")? && passes(instance, &records.overlay))
}

/// Whether an object has the labels and annotations that are asked for.
fn passes(instance: &ExternalDns, overlay: &Overlay) -> bool {
    fits(&instance.labels, &overlay.labels) && fits(&instance.annotations, &overlay.annotations)
}

fn fits(terms: &[Traced<SelectorTerm>], pairs: &[(Traced<String>, String)]) -> bool {
    let value_of = |key: &str| pairs.iter().find(|(own, _)| own.value == key).map(|(_, value)| value.as_str());
    terms.iter().all(|term| term.value.fits(value_of))
}

/// Cloudflare answers for no private address.
pub(crate) fn private_addresses(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let told = cluster.external_dns.iter().filter(|own| is_of_cloudflare(own) && facts.whole(own.span));
        for instance in told.take(MOST) {
            for records in own(&cluster.records).filter(|it| facts.whole(it.span) && reads(instance, it) == Some(true))
            {
                records.records.iter().for_each(|record| private_record(instance, record, out));
            }
            for route in own(&cluster.routes).filter(|it| it.overlay.patches.is_empty() && facts.whole(it.span)) {
                private_route(facts, cluster, instance, route, out);
            }
        }
    }
}

fn is_of_cloudflare(instance: &ExternalDns) -> bool {
    instance.provider.as_ref().is_some_and(|provider| provider.value.as_str() == CLOUDFLARE)
}

fn is_proxied_by_default(instance: &ExternalDns) -> bool {
    instance.proxied.is_some_and(|proxied| proxied.value)
}

fn private_record(instance: &ExternalDns, record: &PublishedRecord, out: &mut Diagnostics) {
    let says_otherwise = record.properties.iter().any(|(key, _)| key.value.ends_with(PROXIED));
    let is_proxied = record.proxied.map_or(is_proxied_by_default(instance), |proxied| proxied.value);
    if !is_proxied || says_otherwise {
        return;
    }
    let Some(name) = record.names.iter().find(|name| instance.serves(&name.value) == Some(true)) else { return };
    for data in record.answers.iter().flat_map(|answer| &answer.data) {
        if let RecordData::Address(address) = &data.value
            && let Some(address) = address.known().filter(|address| is_private(*address))
        {
            refused(
                instance,
                name,
                data.span(),
                address,
                "add `proxied off`, or leave it to another external-dns",
                out,
            );
            return;
        }
    }
}

fn private_route(facts: &Facts<'_>, cluster: &Cluster, instance: &ExternalDns, route: &Route, out: &mut Diagnostics) {
    if instance.reads("gateway-httproute") != Some(true)
        || !is_proxied_by_default(instance)
        || !passes(instance, &route.overlay)
        || route
            .overlay
            .annotations
            .iter()
            .any(|(key, _)| key.value.ends_with(PROXIED) || key.value.ends_with("/controller"))
    {
        return;
    }
    let Some(name) = route.hostnames.iter().find(|name| instance.serves(&name.value) == Some(true)) else { return };
    let gateways = route.parents.iter().filter_map(|parent| cluster.gateways.get(parent.value.gateway.0));
    for gateway in gateways.filter(|gateway| facts.whole(gateway.span) && takes(instance, gateway)) {
        let known = gateway.addresses.iter().find_map(|address| {
            let known = address.value.known().filter(|known| is_private(*known))?;
            Some((known, address.span()))
        });
        if let Some((address, place)) = known {
            let help =
                "name the public way in by the annotation `target` of the gateway, or let `gateway` choose another";
            refused(instance, name, place, address, help, out);
            return;
        }
    }
}

/// Whether the routes of a gateway are read and lead to its addresses.
fn takes(instance: &ExternalDns, gateway: &Gateway) -> bool {
    let has_target = |(key, _): &(Traced<String>, String)| key.value.ends_with("/target");
    // What one that exists leaves out is not known.
    gateway.is_own()
        && instance.gateway.as_ref().is_none_or(|name| name.value == gateway.name.value)
        && fits(&instance.gateway_labels, &gateway.overlay.labels)
        && gateway.overlay.patches.is_empty()
        && !gateway.overlay.annotations.iter().any(has_target)
}

fn refused(
    instance: &ExternalDns,
    name: &Traced<HostName>,
    place: Span,
    address: IpAddr,
    help: &str,
    out: &mut Diagnostics,
) {
    out.report(
        Diagnostic::new(&codes::PRIVATE_AND_PROXIED, format!("Cloudflare is told of {address} for `{}`", name.value))
            .label(place, "a private address, to which Cloudflare cannot go")
            .label(name.span(), "the name")
            .label(instance.name.span(), "told by this external-dns, proxied")
            .help(help.to_owned()),
    );
}

/// Whether only a house or a site leads to an address.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.is_private() || four.is_link_local() || four.is_loopback(),
        IpAddr::V6(six) => six.is_unique_local() || six.is_unicast_link_local() || six.is_loopback(),
    }
}

/// Records are the own ones of one external-dns.
pub(crate) fn owners(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut all: Vec<&ExternalDns> = facts.network.clusters.iter().flat_map(|cluster| &cluster.external_dns).collect();
    all.sort_by_key(|own| own.span);
    let mut first_of: IndexMap<(&str, &str, &HostName), &ExternalDns> = IndexMap::new();
    for second in all.iter().copied().filter(|own| deletes_its_own(own) && facts.whole(own.span)) {
        let owner = second.owner_id.as_ref().map_or(DEFAULT_OWNER, |owner| owner.value.as_str());
        let prefix = second.txt_prefix.as_ref().map_or("", |prefix| prefix.value.as_str());
        let domains = second.domains.iter().filter(|domain| !domain.value.is_template());
        let claimed =
            domains.filter_map(|domain| claim(&mut first_of, (owner, prefix, &domain.value), second).copied());
        // Each domain is claimed, whatever is found.
        let others: Vec<&ExternalDns> = claimed.filter(|first| first.span != second.span).collect();
        // What a placeholder stands for may be two things in two clusters.
        let Some(first) = others.first().filter(|_| !owner.contains("${") && !prefix.contains("${")) else { continue };
        let place = |own: &ExternalDns| own.owner_id.as_ref().map_or(own.name.span(), Traced::span);
        out.report(
            Diagnostic::new(
                &codes::OWNER_OF_TWO,
                format!("two external-dns take the records of `{owner}` for their own"),
            )
            .label(place(second), "what this one does not want it deletes")
            .label(place(first), "and so does this one")
            .help("give each an `owner-id` of its own; records that it has under the other one stay as they are"),
        );
    }
    for instance in all {
        if let (Some(registry), Some(policy)) = (&instance.registry, &instance.policy)
            && (registry.value, policy.value) == (Registry::Noop, RecordPolicy::Sync)
        {
            out.report(
                Diagnostic::new(
                    &codes::DELETES_OF_OTHERS,
                    format!("external-dns `{}` deletes records that are not its own", instance.name.value),
                )
                .label(policy.span(), "what nobody wants it deletes")
                .label(registry.span(), "and it does not remember which records are its own")
                .help("write `policy upsert-only`, or another registry"),
            );
        }
    }
}

/// Whether one deletes the records of Cloudflare that it takes for its own. Servers of the house may be several.
fn deletes_its_own(own: &ExternalDns) -> bool {
    is_of_cloudflare(own)
        && own.policy.is_some_and(|policy| policy.value == RecordPolicy::Sync)
        && own.registry.is_none_or(|registry| registry.value == Registry::Txt)
}
