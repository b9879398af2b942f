//! What CoreDNS answers and where it asks: no loops, no zone twice, no record that nobody is led to.
//!
//! A forward that leads back to CoreDNS stops it at its start. Start at [`forwards`]; what a written Corefile must
//! have is judged in `corefile.rs`.

use std::iter;
use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{Cluster, HostName, Owned as _, Reason, StaticRecord, Traced, Zone};
use indexmap::IndexMap;

use crate::addresses::name_servers::cannot_answer;
use crate::facts::Facts;
use crate::facts::inventory::{unusable, zone_head};

/// Queries must not be forwarded to CoreDNS itself, to its own host, or into the cluster.
pub(crate) fn forwards(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(dns) = &cluster.dns else { continue };
        let zones = dns.zones.iter().filter_map(|zone| zone.forward.as_ref()).flat_map(|forward| &forward.servers);
        for server in zones.chain(&dns.forwards) {
            if let Some(address) = server.value.known() {
                check_forward(facts, cluster, server.span(), address, out);
            }
        }
    }
}

/// A server that CoreDNS forwards to, and the place where that is said.
pub(crate) fn check_forward(
    facts: &Facts<'_>,
    cluster: &Cluster,
    server: Span,
    address: IpAddr,
    out: &mut Diagnostics,
) {
    let finding = |title: String, label: &str| {
        Diagnostic::new(&codes::FORWARD_LOOP, title)
            .label(server, label)
            .help("forward to a resolver outside the cluster: the router, or `1.1.1.1`")
    };
    let within = |prefixes: &[Traced<hnet_model::IpNet>]| {
        prefixes.iter().find(|prefix| prefix.value.contains(&address)).map(|prefix| prefix.span())
    };
    let in_a_subnet = facts.subnets.holding(address);
    let owned = unusable(address).is_some() && !facts.owners(address).is_empty();
    if owned || in_a_subnet.is_some_and(|place| place.is_wrong) {
        // What is wrong is the address of something, or the subnet's prefix.
    } else if address == cluster.dns_address.value {
        out.report(
            finding(format!("`{address}` is cluster DNS itself"), "the query comes back here, without end")
                .label(cluster.dns_address.span(), "cluster DNS answers at this address"),
        );
    } else if address.is_loopback() {
        out.report(finding(format!("`{address}` is CoreDNS's own pod"), "the query comes back here, without end"));
    } else if address.is_unspecified() {
        out.report(finding(format!("`{address}` is no resolver"), "nobody has this address"));
    } else if cannot_answer(facts, address, server, out) || in_a_subnet.is_some() {
        // It is outside the cluster, whose prefixes overlap that subnet if they hold it, too.
    } else if let Some(prefix) = within(&cluster.services_prefixes) {
        out.report(
            finding(format!("`{address}` is a service of the cluster"), "it is found by asking CoreDNS, which asks it")
                .label(prefix, "the services' prefix"),
        );
    } else if let Some(prefix) = within(&cluster.pods) {
        out.report(
            finding(format!("`{address}` is a pod of the cluster"), "a pod's address changes with every restart")
                .label(prefix, "the pods' prefix"),
        );
    }
}

/// A zone is named once and is not the cluster's own.
pub(crate) fn zones(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(dns) = &cluster.dns else { continue };
        let mut first_of: IndexMap<&HostName, &Traced<HostName>> = IndexMap::new();
        for zone in &dns.zones {
            let name = &zone.name.value;
            if let Some(first) = claim(&mut first_of, name, &zone.name) {
                out.report(
                    Diagnostic::new(&codes::ZONE_REPEATED, format!("zone `{name}` is declared twice"))
                        .label(zone.name.span(), "CoreDNS does not start with two of it")
                        .label(first.span(), "the first")
                        .help("put both into one `zone`"),
                );
            }
            let own = &cluster.dns_domain.value;
            if lies_in(own, name) || lies_in(name, own) {
                out.report(
                    Diagnostic::new(&codes::ZONE_OF_CLUSTER, format!("zone `{name}` takes the cluster's own names"))
                        .label(zone.name.span(), "services are no longer found by their names")
                        .label(cluster.dns_domain.span(), format!("the cluster's names end in `{own}`"))
                        .help("name a zone outside the cluster's domain"),
                );
            }
        }
    }
}

/// A zone answers something, and CoreDNS asks it for its records: of several zones it asks the longest that fits.
pub(crate) fn records(facts: &Facts<'_>, out: &mut Diagnostics) {
    for dns in facts.network.clusters.iter().filter_map(|cluster| cluster.dns.as_ref()) {
        let mut zones: IndexMap<&str, &Zone> = IndexMap::new();
        for zone in &dns.zones {
            let again = claim(&mut zones, zone.name.value.as_str(), zone).is_some();
            if zone.forward.is_none() && zone.records.is_empty() && !again && facts.whole(zone_head(zone)) {
                let name = &zone.name.value;
                out.report(
                    Diagnostic::new(&codes::ZONE_WITHOUT_ANSWER, format!("nothing answers zone `{name}`"))
                        .label(zone.name.span(), "neither a `forward` nor a `record`")
                        .help("say who answers it: `forward 192.168.10.1;`, or leave the zone out"),
                );
            }
        }
        let templates = dns.zones.iter().any(|zone| zone.name.value.is_template());
        for zone in &dns.zones {
            for record in zone.records.iter().filter(|record| !record.name.value.is_template()) {
                let asked = record.name.value.base();
                let mut names = iter::successors(Some(asked), |name| Some(name.split_once('.')?.1));
                if !lies_in(&HostName::checked(asked), &zone.name.value) {
                    if !zone.name.value.is_template() {
                        outside(zone, record, out);
                    }
                } else if let Some(nearer) = names.find_map(|name| zones.get(name)).filter(|_| !templates)
                    && nearer.name.value != zone.name.value
                {
                    hidden(zone, record, nearer, out);
                }
            }
        }
    }
}

fn outside(zone: &Zone, record: &StaticRecord, out: &mut Diagnostics) {
    let name = &zone.name.value;
    out.report(
        Diagnostic::new(&codes::RECORD_OUTSIDE_ZONE, format!("`{}` is not in zone `{name}`", record.name.value))
            .label(record.name.span(), "nobody who asks for this name is led to the zone")
            .label(zone.name.span(), "the zone's names end so")
            .help(format!("write a name that ends in `.{name}`, or a zone for this one")),
    );
}

fn hidden(zone: &Zone, record: &StaticRecord, nearer: &Zone, out: &mut Diagnostics) {
    let (name, nearer_name) = (&record.name.value, &nearer.name.value);
    out.report(
        Diagnostic::new(&codes::RECORD_OUTSIDE_ZONE, format!("zone `{nearer_name}` is asked for `{name}`"))
            .label(record.name.span(), format!("the record stands in `{}` and is never seen", zone.name.value))
            .label(nearer.name.span(), "of the zones that end the name the longest answers")
            .help(format!("move the record into `zone {nearer_name}`")),
    );
}

/// Cluster DNS runs somewhere.
pub(crate) fn pods(facts: &Facts<'_>, out: &mut Diagnostics) {
    let on_talos = facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some());
    for dns in on_talos.filter_map(|cluster| cluster.dns.as_ref()).filter(|dns| dns.is_own() && dns.replicas.value == 0)
    {
        out.report(
            Diagnostic::new(&codes::DNS_WITHOUT_PODS, "cluster DNS has no pod")
                .label(dns.replicas.span(), "no pod runs CoreDNS")
                .help("write `replicas 2`, or leave it out"),
        );
    }
}

/// The cluster's domain holds services only: CoreDNS answers that any other name of it does not exist.
pub(crate) fn cluster_domain(facts: &Facts<'_>, out: &mut Diagnostics) {
    let network = facts.network;
    for cluster in &network.clusters {
        let own = &cluster.dns_domain;
        let is_said = own.origin.reason == Reason::Written;
        let routes = cluster.routes.iter().flat_map(|route| &route.hostnames).map(|name| (name, "is a route's name"));
        let published = cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish);
        let published = published.map(|publish| (&publish.hostname, "is published"));
        // Nodes may well search the cluster's own names, where nobody chose a domain that others have.
        let searched = network.subnets.iter().flat_map(|subnet| &subnet.search_domains);
        let searched = searched.chain(cluster.nodes.iter().flat_map(|node| &node.search_domains));
        let searched = searched.filter(|_| is_said).map(|name| (name, "is searched by machines"));
        let domain = network.domain.iter().map(|name| (name, "is the network's domain"));
        let mut found: Vec<(&Traced<HostName>, &str)> = Vec::new();
        for (name, what) in domain.chain(routes).chain(published).chain(searched) {
            let is_of_it = !name.value.is_template() && lies_in(&HostName::checked(name.value.base()), &own.value);
            if is_of_it && found.len() < 3 && !found.iter().any(|(other, _)| other.span() == name.span()) {
                found.push((name, what));
            }
        }
        let [(first, _), ..] = found.as_slice() else { continue };
        let (title, help) = match is_said {
            true => (
                format!("the cluster's domain `{}` has other names", own.value),
                "give the cluster a domain of its own: leave `dns-domain` out".to_owned(),
            ),
            false => (
                format!("`{}` is a name of the cluster's own domain", first.value),
                format!("take a name outside of `{}`", own.value),
            ),
        };
        let mut finding = Diagnostic::new(&codes::ZONE_OF_CLUSTER, title);
        if is_said {
            finding = finding.label(own.span(), "CoreDNS answers that no names but those of services exist in it");
        }
        for (name, what) in &found {
            finding = finding.label(name.span(), format!("`{}` {what}", name.value));
        }
        out.report(finding.help(help));
    }
}

/// Whether a name is a zone's or lies below it.
pub(crate) fn lies_in(name: &HostName, zone: &HostName) -> bool {
    let rest = name.as_str().strip_suffix(zone.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
