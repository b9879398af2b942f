//! A certificate must cover the names that clients ask for: the listener's, the routes' and the tunnel's.
//!
//! The wildcard of a certificate takes one label, that of a listener any number, so a name may be
//! routed and yet refused by every browser. Start at [`listener_certificate`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{
    Certificate, CertificateId, Cluster, GatewayId, HostName, Listener, ListenerId, PublishTarget, Traced,
};

use super::Facts;
use super::attachment::{WaysIn, terminates};

/// A listener's certificate must cover the listener's own host name.
pub(super) fn listener_certificate(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let ways = WaysIn::new(cluster);
        for listener in cluster.gateways.iter().flat_map(|gateway| &gateway.listeners) {
            let (Some(hostname), Some(certificate)) = (&listener.hostname, first_certificate(&ways, listener)) else {
                continue;
            };
            if ways.covers_itself(listener) || !facts.whole(certificate.span) {
                continue;
            }
            out.report(
                uncovered(hostname, certificate)
                    .label(listener.name.span(), format!("listener `{}` presents it", listener.name.value)),
            );
        }
    }
}

/// The certificate of a listener at which TLS ends.
fn first_certificate<'a>(ways: &WaysIn<'a>, listener: &Listener) -> Option<&'a Certificate> {
    let tls = listener.tls.as_ref().filter(|_| terminates(listener))?;
    Some(ways.certificate(tls.certificates.first()?.value))
}

fn uncovered(name: &Traced<HostName>, certificate: &Certificate) -> Diagnostic {
    let finding = Diagnostic::new(
        &codes::NAME_NOT_COVERED,
        format!("certificate `{}` does not cover `{}`", certificate.name.value, name.value),
    )
    .label(name.span(), "clients that ask for this name refuse the certificate");
    let Some(last) = certificate.names.last() else {
        return finding.label(certificate.name.span(), "it covers no name");
    };
    let wildcard = certificate.names.iter().find(|covered| covered.value.tunnel_takes(&name.value));
    let finding = match wildcard {
        Some(wildcard) => finding.label(
            wildcard.span(),
            format!("the wildcard covers one label before `{}`, not more", wildcard.value.base()),
        ),
        None => finding.label(last.span(), format!("the last of the {} names that it covers", certificate.names.len())),
    };
    let wanted = name.value.as_str();
    let wanted = match (wildcard, wanted.split_once('.')) {
        (Some(_), Some((_, parent))) => format!("`*.{parent}` or `{wanted}`"),
        _ => format!("`{wanted}`"),
    };
    finding.help(format!("add {wanted} to the names of certificate `{}`", certificate.name.value))
}

/// The names of the routes at a listener, where TLS ends, must be covered by its certificate.
pub(super) fn route_certificate(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let ways = WaysIn::new(cluster);
        let mut reported: BTreeSet<(&HostName, CertificateId)> = BTreeSet::new();
        for_each_attached_name(&ways, |name, gateway, listener_id| {
            let listener = ways.listener(gateway, listener_id);
            let Some(certificate) = first_certificate(&ways, listener) else { return };
            // A listener for exactly this name, or whose own name is not covered, has been judged already.
            if !ways.covers_itself(listener)
                || ways.covered(listener, &name.value)
                || listener.hostname.as_ref().is_some_and(|hostname| !hostname.value.is_wildcard())
                || !facts.whole(certificate.span)
            {
                return;
            }
            let id = listener.tls.as_ref().and_then(|tls| tls.certificates.first()).map(|first| first.value);
            if id.is_some_and(|id| reported.insert((&name.value, id))) {
                out.report(uncovered(name, certificate).label(
                    listener.name.span(),
                    format!("`{}` presents it", ways.describe(gateway, Some(listener_id))),
                ));
            }
        });
    }
}

/// Visits each name of each route at each listener that takes it.
pub(super) fn for_each_attached_name<'a>(
    ways: &WaysIn<'a>,
    mut visit: impl FnMut(&'a Traced<HostName>, GatewayId, ListenerId),
) {
    for route in &ways.cluster.routes {
        for hostname in &route.hostnames {
            for parent in &route.parents {
                for listener in ways.attached(route, parent.value, Some(&hostname.value)) {
                    visit(hostname, parent.value.gateway, listener);
                }
            }
        }
    }
}

/// The server name that a tunnel sends must be one that the listener takes and its certificate covers.
pub(super) fn tunnel_server_name(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let ways = WaysIn::new(cluster);
        let routed = routed_names(&ways, cluster);
        for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            let PublishTarget::Listener(gateway, id) = publish.target.value else { continue };
            let listener = ways.listener(gateway, id);
            if publish.origin.server_name.as_ref().is_some_and(|name| name.value.is_wildcard()) {
                continue;
            }
            let sent = publish.origin.server_name.as_ref().unwrap_or(&publish.hostname);
            let described = ways.describe(gateway, Some(id));
            let explicit = publish.origin.server_name.is_some();
            let takes = listener.hostname.as_ref().is_none_or(|hostname| {
                hostname.value.is_template() || sent.value.is_template() || hostname.value.listener_admits(&sent.value)
            });
            if explicit && !takes && terminates(listener) {
                let mut finding = Diagnostic::new(
                    &codes::SERVER_NAME_NOT_TAKEN,
                    format!("`{described}` does not take the server name `{}`", sent.value),
                )
                .label(sent.span(), "cloudflared sends this name when it connects");
                if let Some(hostname) = &listener.hostname {
                    finding = finding.label(hostname.span(), "the listener takes these names only");
                }
                out.report(finding.help("leave `server-name` out: what is published is sent then"));
                continue;
            }
            let Some(certificate) = first_certificate(&ways, listener) else { continue };
            // A name that a route there says too has been judged with the route.
            let judged = !explicit && routed.get(&(gateway, id)).is_some_and(|names| names.contains(&sent.value));
            if !takes
                || judged
                || !facts.whole(certificate.span)
                || !ways.covers_itself(listener)
                || ways.covered(listener, &sent.value)
            {
                continue;
            }
            out.report(
                uncovered(sent, certificate)
                    .label(publish.target.span(), format!("cloudflared connects to `{described}`, which presents it")),
            );
        }
    }
}

/// The names of the routes at each listener.
fn routed_names<'a>(
    ways: &WaysIn<'a>,
    cluster: &'a Cluster,
) -> BTreeMap<(GatewayId, ListenerId), BTreeSet<&'a HostName>> {
    let mut names: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
    if cluster.tunnels.is_empty() {
        return names;
    }
    for_each_attached_name(ways, |name, gateway, listener| {
        names.entry((gateway, listener)).or_default().insert(&name.value);
    });
    names
}
