//! Advice: what is declared and then used by nothing.
//!
//! Pools, gateways' addresses and services of the cluster may be used by what hnet does not see, so
//! only what nothing else can use is named. Start at [`unused`].

use std::cell::OnceCell;
use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Cluster, Owned as _, PublishTarget, Reason, RouteRule, ServiceTarget};

use crate::facts::Facts;

/// What is declared is used.
pub(crate) fn unused(facts: &Facts<'_>, out: &mut Diagnostics) {
    // What an error is about may have been what used the thing.
    if out.has_errors() {
        return;
    }
    for cluster in &facts.network.clusters {
        let mut services = vec![false; cluster.services.len()];
        let mut gateways = vec![false; cluster.gateways.len()];
        let mut certificates = vec![false; cluster.certificates.len()];
        let mut issuers = vec![false; cluster.issuers.len()];
        let mut stores = vec![false; cluster.secret_stores.len()];
        for route in &cluster.routes {
            route.parents.iter().for_each(|parent| gateways[parent.value.gateway.0] = true);
            let used = route.rules.iter().flat_map(RouteRule::services);
            used.for_each(|service| services[service.value.0] = true);
        }
        for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            if let PublishTarget::Service(service) = publish.target.value {
                services[service.0] = true;
            }
        }
        let listeners = cluster.gateways.iter().flat_map(|gateway| &gateway.listeners);
        for presented in listeners.filter_map(|listener| listener.tls.as_ref()).flat_map(|tls| &tls.certificates) {
            certificates[presented.value.0] = true;
        }
        cluster.certificates.iter().filter_map(|one| one.issuer).for_each(|issuer| issuers[issuer.value.0] = true);
        for credentials in cluster.tunnels.iter().filter_map(|tunnel| tunnel.credentials.as_ref()) {
            stores[credentials.value.store.0] = true;
        }

        let raw = OnceCell::new();
        let is_named = |name: &str| raw.get_or_init(|| named_in_yaml(facts, cluster)).contains(name);
        for (service, used) in cluster.services.iter().zip(services) {
            // One for a host is an object that pods reach by its name; one that exists is there for others.
            let used = used || !service.is_own() || matches!(service.target, ServiceTarget::Host { .. });
            let used = used || is_named(service.name.value.as_str());
            if let (Some(label), false) = (&service.label, used) {
                advise("service", label.value.as_str(), label.span(), "no route and no tunnel leads to it", out);
            }
        }
        for (certificate, used) in cluster.certificates.iter().zip(certificates) {
            // One that says its namespace is for the workloads there, which mount its Secret.
            let is_for_others = certificate.namespace.origin.reason == Reason::Written;
            if !used && certificate.is_own() && !is_for_others && !is_named(certificate.secret_name().value) {
                let name = &certificate.name;
                advise("certificate", name.value.as_str(), name.span(), "no listener presents it", out);
            }
        }
        for (issuer, used) in cluster.issuers.iter().zip(issuers) {
            // One that is written may be there for those who ask by an annotation.
            if !used && issuer.is_own() && !issuer.is_written() && !is_named(issuer.name.value.as_str()) {
                let name = &issuer.name;
                advise("certificate-issuer", name.value.as_str(), name.span(), "it issues no certificate", out);
            }
        }
        for (store, used) in cluster.secret_stores.iter().zip(stores) {
            if !used && store.is_own() && !is_named(store.name.value.as_str()) {
                let name = &store.name;
                advise("secret-store", name.value.as_str(), name.span(), "nothing is taken from it", out);
            }
        }
        for (gateway, used) in cluster.gateways.iter().zip(gateways) {
            if !used && gateway.is_own() && !is_named(gateway.name.value.as_str()) {
                out.report(
                    Diagnostic::new(
                        &codes::GATEWAY_WITHOUT_ROUTE,
                        format!("no route goes through gateway `{}`", gateway.name.value),
                    )
                    .label(gateway.name.span(), "it answers every request with 404")
                    .help("add a route, or leave the gateway out where nothing outside this source uses it"),
                );
            }
        }
    }
}

/// The words of all that is written out as YAML, or laid over it: what is named there is used.
fn named_in_yaml<'a>(facts: &Facts<'a>, cluster: &'a Cluster) -> BTreeSet<&'a str> {
    let overlays = || cluster.overlays().map(|(_, overlay)| overlay);
    let values = cluster.cilium.iter().flat_map(|cilium| &cilium.values);
    let raw = cluster.manifests.iter().chain(overlays().flat_map(|overlay| &overlay.patches)).chain(values);
    let raw = raw.map(|raw| facts.sources.text(raw.span));
    let pairs = overlays().flat_map(|overlay| &overlay.annotations).map(|(_, value)| value.as_str());
    raw.chain(pairs).flat_map(words).collect()
}

/// The words of a text that may be names of objects.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|word| !word.is_empty())
}

fn advise(keyword: &str, name: &str, place: Span, label: &str, out: &mut Diagnostics) {
    out.report(
        Diagnostic::new(&codes::UNUSED, format!("{keyword} `{name}` is used by nothing"))
            .label(place, label)
            .help("leave it out, or use it"),
    );
}

/// Monitoring needs something that it can watch.
pub(crate) fn monitoring_without_target(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(monitoring) = &cluster.monitoring else { continue };
        let watched = cluster.cilium.is_some() || cluster.dns.is_some() || !cluster.tunnels.is_empty();
        if watched || !facts.knows_all_of(cluster) {
            continue;
        }
        out.report(
            Diagnostic::new(&codes::MONITORING_WITHOUT_TARGET, "monitoring has nothing to watch")
                .label(monitoring.span, "there is no Cilium, no CoreDNS and no tunnel here")
                .help("leave it out, or declare what it should watch"),
        );
    }
}

/// A Cilium that nobody declared is said, with what it follows from.
pub(crate) fn cilium_implied(facts: &Facts<'_>, out: &mut Diagnostics) {
    // Where something is refused this is no news yet.
    if out.has_errors() {
        return;
    }
    for cilium in facts.network.clusters.iter().filter_map(|cluster| cluster.cilium.as_ref()) {
        let by = match cilium.version.origin.reason {
            Reason::ImpliedByGateway => "this gateway is of class `cilium`",
            Reason::ImpliedByPool => "Cilium gives out the addresses of this pool",
            _ => continue,
        };
        out.report(
            Diagnostic::new(&codes::CILIUM_IMPLIED, format!("Cilium {} is implied", cilium.version.value.full()))
                .label(cilium.span, by)
                .help(match cilium.is_existing() {
                    true => format!("say which one runs: `existing < cilium {}; >`", cilium.version.value.full()),
                    false => format!("say which one runs: `cilium {};`", cilium.version.value.full()),
                }),
        );
    }
}

/// Credentials are one property of a secret's entry; without its name the whole entry is taken.
pub(crate) fn credentials_without_property(facts: &Facts<'_>, out: &mut Diagnostics) {
    for tunnel in facts.network.clusters.iter().flat_map(|cluster| &cluster.tunnels) {
        let whole_entry = tunnel.credentials.as_ref().filter(|credentials| credentials.value.property.is_none());
        let Some(credentials) = whole_entry else { continue };
        out.report(
            Diagnostic::new(
                &codes::CREDENTIALS_WITHOUT_PROPERTY,
                format!("tunnel `{}` takes a whole entry as credentials", tunnel.name.value),
            )
            .label(credentials.span(), "no property of the entry is named")
            .help("name it: `#credentials.json` behind the key, unless the entry is the file itself"),
        );
    }
}
