//! What a tunnel publishes must be taken where it leads, once, and be covered at Cloudflare's edge.
//!
//! The certificate inside is judged in `certificates.rs`. Start at [`publishes`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Cluster, GatewayId, HostName, ListenerId, Publish, PublishTarget, Traced, Workload};

use super::Facts;
use super::attachment::WaysIn;
use super::certificates::for_each_attached_name;
use super::host_index::HostIndex;

/// Each published name must be taken by the listener that it leads to, and be published once.
pub(super) fn publishes(facts: &Facts<'_>, out: &mut Diagnostics) {
    // A name has one record at Cloudflare, so tunnels of several clusters compete for it too.
    let mut first_of: BTreeMap<&HostName, &Traced<HostName>> = BTreeMap::new();
    for cluster in &facts.network.clusters {
        let ways = WaysIn::new(cluster);
        for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            if let Some(first) = first_of.get(&publish.hostname.value) {
                out.report(
                    Diagnostic::new(
                        &codes::PUBLISHED_TWICE,
                        format!("`{}` is published twice", publish.hostname.value),
                    )
                    .label(publish.hostname.span(), "no request gets to this one")
                    .label(first.span(), "it is published here already")
                    .help("leave one out, or publish another name"),
                );
            } else {
                first_of.insert(&publish.hostname.value, &publish.hostname);
            }
            check_target(&ways, publish, out);
        }
    }
}

fn check_target(ways: &WaysIn<'_>, publish: &Publish, out: &mut Diagnostics) {
    if let Some(name) = publish.origin.server_name.as_ref().filter(|name| name.value.is_wildcard()) {
        out.report(
            Diagnostic::new(&codes::WILDCARD_SERVER_NAME, format!("`{}` is no server name", name.value))
                .label(name.span(), "a client sends one concrete name")
                .help("leave `server-name` out: the name that was asked for is sent then"),
        );
        return;
    }
    let PublishTarget::Listener(gateway, id) = publish.target.value else { return };
    let listener = ways.listener(gateway, id);
    let described = ways.describe(gateway, Some(id));
    let name = &publish.hostname.value;
    if listener.tls.as_ref().is_some_and(|tls| tls.passthrough) && publish.origin.server_name.is_none() {
        out.report(
            Diagnostic::new(&codes::PUBLISHED_TO_PASSTHROUGH, format!("`{described}` does not open TLS"))
                .label(publish.target.span(), format!("requests for `{name}` are sent here over TLS"))
                .label(listener.name.span(), "TLS is passed on to something whose certificate hnet does not know")
                .help("publish to a listener that ends TLS, or say `server-name` with a name of that certificate"),
        );
        return;
    }
    let Some(taken) = &listener.hostname else { return };
    if taken.value.is_template() || name.is_template() || taken.value.listener_admits(name) {
        return;
    }
    let finding = Diagnostic::new(&codes::PUBLISHED_NAME_NOT_TAKEN, format!("`{described}` does not take `{name}`"))
        .label(publish.hostname.span(), format!("requests for it are sent to `{described}`"))
        .label(taken.span(), format!("the listener takes `{}`", taken.value));
    let apex = taken.value.is_wildcard() && taken.value.base() == name.as_str();
    out.report(if apex {
        finding.help(format!(
            "a wildcard does not take the name itself: give the gateway a listener with `hostname {name}`, and publish to it"
        ))
    } else {
        finding.help("publish to a listener that takes the name, or give this one another `hostname`")
    });
}

/// A tunnel must publish something, and something must run it.
pub(super) fn idle_tunnel(facts: &Facts<'_>, out: &mut Diagnostics) {
    for tunnel in facts.network.clusters.iter().flat_map(|cluster| &cluster.tunnels) {
        let name = &tunnel.name.value;
        if tunnel.publish.is_empty() && facts.whole(tunnel.span) {
            out.report(
                Diagnostic::new(&codes::TUNNEL_WITHOUT_PUBLISH, format!("tunnel `{name}` publishes nothing"))
                    .label(tunnel.name.span(), "every request is answered with 404")
                    .help("say what it publishes: `publish *.example.com to external/https;`"),
            );
        }
        if tunnel.workload.value == Workload::Deployment(0) {
            out.report(
                Diagnostic::new(&codes::TUNNEL_WITHOUT_CONNECTOR, format!("tunnel `{name}` has no connector"))
                    .label(tunnel.workload.span(), "no pod runs cloudflared")
                    .help("write `replicas 2`, or leave it out"),
            );
        }
    }
}

/// Cloudflare's certificate for a zone covers the zone and one label below it.
pub(super) fn deep_names(facts: &Facts<'_>, out: &mut Diagnostics) {
    let Some(domain) = &facts.network.domain else { return };
    if domain.value.is_template() || domain.value.is_wildcard() {
        return;
    }
    let deep = |name: &HostName| {
        let below = name.as_str().strip_suffix(domain.value.as_str()).is_some_and(|rest| rest.ends_with('.'));
        below && !name.is_template() && !HostName::edge_certificate_covers(&domain.value, name)
    };
    for cluster in &facts.network.clusters {
        let mut reported: BTreeSet<&HostName> = BTreeSet::new();
        let report = |name: &Traced<HostName>, out: &mut Diagnostics| {
            out.report(
                Diagnostic::new(
                    &codes::DEEPER_THAN_EDGE_CERTIFICATE,
                    format!("Cloudflare's certificate does not cover `{}`", name.value),
                )
                .label(name.span(), format!("more than one label below `{}`", domain.value))
                .label(domain.span(), "the certificate covers the domain and one label below it")
                .help("use a name with one label before the domain, or order an advanced certificate and allow this"),
            );
        };
        for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            if deep(&publish.hostname.value) && reported.insert(&publish.hostname.value) {
                report(&publish.hostname, out);
            }
        }
        let published = published_wildcards(cluster);
        if published.is_empty() {
            continue;
        }
        // A wildcard publishes whatever the routes behind it ask for.
        for_each_attached_name(&WaysIn::new(cluster), |name, gateway, listener| {
            let through =
                published.get(&(gateway, listener)).is_some_and(|names| !names.meeting(&name.value).is_empty());
            if through && deep(&name.value) && reported.insert(&name.value) {
                report(name, out);
            }
        });
    }
}

/// The wildcards that tunnels publish, at the listeners that they lead to.
fn published_wildcards(cluster: &Cluster) -> BTreeMap<(GatewayId, ListenerId), HostIndex<()>> {
    let mut published: BTreeMap<_, HostIndex<()>> = BTreeMap::new();
    for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
        if let PublishTarget::Listener(gateway, listener) = publish.target.value
            && publish.hostname.value.is_wildcard()
            && !publish.hostname.value.is_template()
        {
            let names = published.entry((gateway, listener)).or_insert_with(HostIndex::new);
            names.insert(Some(&publish.hostname.value), ());
        }
    }
    published
}
