//! What CoreDNS answers and where it asks: no loops, no zone twice, no record outside its zone.
//!
//! A forward that leads back to CoreDNS stops it at its start. Start at [`forwards`].

use std::net::IpAddr;

use hnet_collections::Table;
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Address, Cluster, HostName, Traced};

use super::Facts;

/// Queries must not be forwarded to CoreDNS itself, to its own host, or into the cluster.
pub(super) fn forwards(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(dns) = &cluster.dns else { continue };
        let zones = dns.zones.iter().filter_map(|zone| zone.forward.as_ref()).flat_map(|forward| &forward.servers);
        for server in zones.chain(&dns.forwards) {
            if let Some(address) = server.value.known() {
                check_forward(facts, cluster, server, address, out);
            }
        }
    }
}

fn check_forward(
    facts: &Facts<'_>,
    cluster: &Cluster,
    server: &Traced<Address>,
    address: IpAddr,
    out: &mut Diagnostics,
) {
    let finding = |title: String, label: &str| {
        Diagnostic::new(&codes::FORWARD_LOOP, title)
            .label(server.span(), label)
            .help("forward to a resolver outside the cluster: the router, or `1.1.1.1`")
    };
    let within = |prefixes: &[Traced<hnet_model::IpNet>]| {
        prefixes.iter().find(|prefix| prefix.value.contains(&address)).map(|prefix| prefix.span())
    };
    if address == cluster.dns_address.value {
        out.report(
            finding(format!("`{address}` is cluster DNS itself"), "the query comes back here, without end")
                .label(cluster.dns_address.span(), "cluster DNS answers at this address"),
        );
    } else if address.is_loopback() {
        out.report(finding(format!("`{address}` is CoreDNS's own pod"), "the query comes back here, without end"));
    } else if address.is_unspecified() {
        out.report(finding(format!("`{address}` is no resolver"), "nobody has this address"));
    } else if facts.is_in_a_subnet(address) {
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

/// A zone is named once, is not the cluster's own, and holds its records.
pub(super) fn zones(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(dns) = &cluster.dns else { continue };
        let mut first_of: Table<&HostName, &Traced<HostName>> = Table::new();
        for zone in &dns.zones {
            let name = &zone.name.value;
            if let Some(first) = first_of.claim(name, &zone.name) {
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
            for record in &zone.records {
                let base = HostName::checked(record.name.value.base());
                if !lies_in(&base, name) && !record.name.value.is_template() && !name.is_template() {
                    out.report(
                        Diagnostic::new(
                            &codes::RECORD_OUTSIDE_ZONE,
                            format!("`{}` is not in zone `{name}`", record.name.value),
                        )
                        .label(record.name.span(), "nobody who asks for this name is led to the zone")
                        .label(zone.name.span(), "the zone's names end so")
                        .help(format!("write a name that ends in `.{name}`, or a zone for this one")),
                    );
                }
            }
        }
    }
}

/// Whether a name is a zone's or lies below it.
fn lies_in(name: &HostName, zone: &HostName) -> bool {
    let rest = name.as_str().strip_suffix(zone.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
