//! Advice: what is declared and then used by nothing.
//!
//! Pools, gateways' addresses and services of the cluster may be used by what hnet does not see, so
//! only what nothing else can use is named. Start at [`unused`].

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{CertificateId, GatewayId, PublishTarget, ServiceId};

use super::Facts;

/// What is declared is used.
pub(super) fn unused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        // Something that lost a value may have been what used the thing.
        if !facts.holes.is_empty() {
            return;
        }
        let mut services: BTreeSet<ServiceId> = BTreeSet::new();
        let mut targets: BTreeSet<GatewayId> = BTreeSet::new();
        for route in &cluster.routes {
            targets.extend(route.parents.iter().map(|parent| parent.value.gateway));
            let backends = route.rules.iter().flat_map(|rule| &rule.backends);
            services.extend(backends.map(|backend| backend.value.service));
        }
        for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            if let PublishTarget::Service(service) = publish.target.value {
                services.insert(service);
            }
        }
        let listeners = cluster.gateways.iter().flat_map(|gateway| &gateway.listeners);
        let certificates: BTreeSet<CertificateId> = listeners
            .filter_map(|listener| listener.tls.as_ref())
            .flat_map(|tls| tls.certificates.iter().map(|certificate| certificate.value))
            .collect();
        let issuers: BTreeSet<_> = cluster
            .certificates
            .iter()
            .filter_map(|certificate| certificate.issuer.as_ref().map(|issuer| issuer.value))
            .collect();
        let stores: BTreeSet<_> = cluster
            .tunnels
            .iter()
            .filter_map(|tunnel| tunnel.credentials.as_ref().map(|credentials| credentials.value.store))
            .collect();

        for (at, service) in cluster.services.iter().enumerate() {
            if let (Some(label), false) = (&service.label, services.contains(&ServiceId(at))) {
                advise("service", label.value.as_str(), label.span(), "no route and no tunnel leads to it", out);
            }
        }
        for (at, certificate) in cluster.certificates.iter().enumerate() {
            if !certificates.contains(&CertificateId(at)) {
                let name = &certificate.name;
                advise("certificate", name.value.as_str(), name.span(), "no listener presents it", out);
            }
        }
        for (at, issuer) in cluster.issuers.iter().enumerate() {
            if !issuers.contains(&hnet_model::IssuerId(at)) {
                let name = &issuer.name;
                advise("certificate-issuer", name.value.as_str(), name.span(), "it issues no certificate", out);
            }
        }
        for (at, store) in cluster.secret_stores.iter().enumerate() {
            if !stores.contains(&hnet_model::SecretStoreId(at)) {
                let name = &store.name;
                advise("secret-store", name.value.as_str(), name.span(), "nothing is taken from it", out);
            }
        }
        for (at, gateway) in cluster.gateways.iter().enumerate() {
            if !targets.contains(&GatewayId(at)) {
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

fn advise(keyword: &str, name: &str, place: Span, label: &str, out: &mut Diagnostics) {
    out.report(
        Diagnostic::new(&codes::UNUSED, format!("{keyword} `{name}` is used by nothing"))
            .label(place, label)
            .help("leave it out, or use it"),
    );
}

/// Monitoring needs something that it can watch.
pub(super) fn monitoring_without_target(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(monitoring) = &cluster.monitoring else { continue };
        let watched = cluster.cilium.is_some() || cluster.dns.is_some() || !cluster.tunnels.is_empty();
        if watched || !facts.whole(cluster.span) || !facts.whole(facts.network.span) {
            continue;
        }
        out.report(
            Diagnostic::new(&codes::MONITORING_WITHOUT_TARGET, "monitoring has nothing to watch")
                .label(monitoring.span, "there is no Cilium, no CoreDNS and no tunnel here")
                .help("leave it out, or declare what it should watch"),
        );
    }
}

/// Credentials are one property of a secret's entry; without its name the whole entry is taken.
pub(super) fn credentials_without_property(facts: &Facts<'_>, out: &mut Diagnostics) {
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
