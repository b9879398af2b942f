//! A certificate must cover the names that clients ask for: the listener's, the routes' and the tunnel's.
//!
//! The wildcard of a certificate takes one label, that of a listener any number, so a name may be
//! routed and yet refused by every browser. Start at [`listener_certificate`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes, is_slip};
use hnet_model::{Certificate, GatewayId, HostName, Listener, ListenerId, PublishTarget, Traced, own};
use indexmap::IndexSet;

use crate::facts::Facts;
use crate::facts::attachment::{AttachedName, WaysIn, hostname, terminates};

/// A listener's certificate must cover the listener's own host name.
pub(crate) fn listener_certificate(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        for listener in ways.cluster.gateways.iter().flat_map(|gateway| &gateway.listeners) {
            let (Some(hostname), Some(certificate)) = (&listener.hostname, first_certificate(ways, listener)) else {
                continue;
            };
            if ways.covers_itself(listener) || !facts.whole(certificate.span) {
                continue;
            }
            out.report(
                uncovered(ways, hostname, certificate)
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

/// How many certificates are looked at for one that covers a name.
const MOST_COMPARED: usize = 64;

fn uncovered(ways: &WaysIn<'_>, name: &Traced<HostName>, certificate: &Certificate) -> Diagnostic {
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
        None => finding.label(
            last.span(),
            match certificate.names.len() {
                1 => "the only name that it covers".to_owned(),
                count => format!("the last of the {count} names that it covers"),
            },
        ),
    };
    let beside = ways.cluster.certificates.iter().take(MOST_COMPARED).find(|other| {
        !std::ptr::eq(*other, certificate)
            && other.names.iter().any(|covered| covered.value.certificate_covers(&name.value))
    });
    if let Some(beside) = beside {
        let right = &beside.name.value;
        return finding
            .label(beside.name.span(), "this certificate covers it")
            .help(format!("present that one at a listener for the name: `tls {right}`"));
    }
    let wanted = name.value.as_str();
    let wanted = match (wildcard, wanted.split_once('.')) {
        (Some(_), Some((_, parent))) => format!("`*.{parent}` or `{wanted}`"),
        _ => format!("`{wanted}`"),
    };
    finding.help(format!("add {wanted} to the names of certificate `{}`", certificate.name.value))
}

/// A certificate is about something: cert-manager refuses one without a name, an address or a common name.
pub(crate) fn covers_something(facts: &Facts<'_>, out: &mut Diagnostics) {
    for certificate in facts.network.clusters.iter().flat_map(|cluster| own(&cluster.certificates)) {
        let request = &certificate.request;
        let is_about = !certificate.names.is_empty()
            || !request.addresses.is_empty()
            || request.common_name.as_ref().is_some_and(|name| !name.value.trim().is_empty());
        if is_about || !certificate.overlay.patches.is_empty() || !facts.whole(certificate.span) {
            continue;
        }
        let name = &certificate.name;
        out.report(
            Diagnostic::new(&codes::CERTIFICATE_OF_NOTHING, format!("certificate `{}` covers nothing", name.value))
                .label(name.span(), "it says no `names`, no `addresses` and no `common-name`")
                .help("say the names of hosts that it covers, as in `names example.com, *.example.com;`"),
        );
    }
}

/// How long a certificate holds unless it says otherwise, in milliseconds.
const NINETY_DAYS: u64 = 2160 * 3_600_000;

/// The shortest that cert-manager takes: how long a certificate holds, and how long before its end another is asked for,
/// in milliseconds.
const SHORTEST: (u64, u64) = (3_600_000, 300_000);

/// A certificate holds for an hour at least, and another is asked for while it holds, as cert-manager's webhook wants it.
pub(crate) fn lifetime(facts: &Facts<'_>, out: &mut Diagnostics) {
    for certificate in facts.network.clusters.iter().flat_map(|cluster| own(&cluster.certificates)) {
        if !facts.whole(certificate.span) {
            continue;
        }
        let (duration, before) = (&certificate.request.duration, &certificate.request.renew_before);
        let holds = duration.as_ref().map_or(NINETY_DAYS, |duration| duration.value.0);
        let finding = match (duration, before) {
            (Some(duration), _) if holds < SHORTEST.0 => {
                let title = format!("certificate `{}` holds for {} only", certificate.name.value, duration.value);
                Diagnostic::new(&codes::CERTIFICATE_TOO_SHORT, title)
                    .label(duration.span(), "cert-manager takes an hour at least")
                    .help("write `1h` or more")
            }
            (_, Some(before)) if before.value.0 < SHORTEST.1 => {
                let title =
                    format!("certificate `{}` is renewed {} before its end", certificate.name.value, before.value);
                Diagnostic::new(&codes::CERTIFICATE_TOO_SHORT, title)
                    .label(before.span(), "cert-manager takes five minutes at least")
                    .help("write `5m` or more")
            }
            (_, Some(before)) if before.value.0 >= holds => {
                let title = format!("certificate `{}` would be renewed before it holds", certificate.name.value);
                let finding = Diagnostic::new(&codes::CERTIFICATE_TOO_SHORT, title)
                    .label(before.span(), "so long before its end another is asked for");
                let finding = match duration {
                    Some(duration) => finding.label(duration.span(), "so long it holds"),
                    None => {
                        finding.label(certificate.name.span(), "it holds for 2160h, since it does not say `duration`")
                    }
                };
                finding.help("write less than it holds, or leave `renew-before` out: a third of it is usual")
            }
            _ => continue,
        };
        out.report(finding);
    }
}

/// The names of the routes at a listener, where TLS ends, must be covered by its certificate.
pub(crate) fn route_certificate(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        let mut uncovered_names: Vec<(AttachedName<'_>, &Certificate)> = Vec::new();
        for attached in ways.attached_names() {
            let listener = ways.listener(attached.gateway, attached.listener);
            let presented = listener.tls.iter().flat_map(|tls| &tls.certificates);
            let mut presented = presented.map(|certificate| ways.certificate(certificate.value).span);
            if !facts.whole(listener.span) || !presented.all(|certificate| facts.whole(certificate)) {
                continue;
            }
            // A listener for exactly this name, or whose own name is not covered, has been judged already.
            if ways.covered(listener, &attached.name.value)
                || hostname(listener).is_some_and(|hostname| !hostname.is_wildcard())
                || !ways.covers_itself(listener)
            {
                continue;
            }
            uncovered_names.extend(first_certificate(ways, listener).map(|certificate| (*attached, certificate)));
        }
        uncovered_names.sort_by_key(|(attached, _)| attached.name.span());
        let mut reported: IndexSet<(&HostName, Span)> = IndexSet::new();
        for (AttachedName { name, gateway, listener }, certificate) in uncovered_names {
            if reported.insert((&name.value, certificate.span)) {
                let finding = uncovered(ways, name, certificate).label(
                    ways.listener(gateway, listener).name.span(),
                    format!("`{}` presents it", ways.describe(gateway, Some(listener))),
                );
                out.report(match meant(facts, ways, &name.value, certificate) {
                    Some(right) => finding.help(format!("did you mean `{right}`?")),
                    None => finding,
                });
            }
        }
    }
}

/// The name that a certificate covers and of which this one is surely a slip: its domain is nobody's else.
fn meant(facts: &Facts<'_>, ways: &WaysIn<'_>, name: &HostName, certificate: &Certificate) -> Option<String> {
    if name.is_wildcard() || name.is_template() {
        return None;
    }
    let (first, parent) = name.as_str().split_once('.')?;
    // First what is cheap: who else says the domain is asked of all names.
    let covered = certificate.names.iter().take(MOST_COMPARED).map(|covered| &covered.value);
    let mut wildcards = covered.filter(|covered| covered.is_wildcard());
    let wildcard = wildcards.find(|covered| is_slip(parent, covered.base()))?;
    let below = format!(".{parent}");
    let is_of_parent = |other: &HostName| other.base() == parent || other.base().ends_with(&below);
    let cluster = ways.cluster;
    let routed = ways.attached_names().iter().map(|other| &other.name.value).filter(|other| *other != name);
    let certified = cluster.certificates.iter().flat_map(|other| &other.names).map(|other| &other.value);
    let listened = cluster.gateways.iter().flat_map(|gateway| &gateway.listeners).filter_map(hostname);
    let published = cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish).map(|publish| &publish.hostname.value);
    let zones = cluster.dns.iter().flat_map(|dns| &dns.zones).map(|zone| &zone.name.value);
    let domain = facts.network.domain.iter().map(|domain| &domain.value);
    let mut said = routed.chain(certified).chain(listened).chain(published).chain(zones).chain(domain);
    // What a placeholder stands for is said elsewhere, and may be the domain where that is not known.
    let mut placeholders = facts.network.placeholders.declared().map(|own| own.value.as_str());
    let is_said = placeholders.any(|value| value == parent || value.ends_with(&below))
        || said.any(|other| is_of_parent(other) || other.is_template());
    (!is_said).then(|| format!("{first}.{}", wildcard.base()))
}

/// The server name that a tunnel sends must be one that the listener takes and its certificate covers.
pub(crate) fn tunnel_server_name(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        let routed = routed_names(ways);
        for publish in ways.cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            let PublishTarget::Listener(gateway, id) = publish.target.value else { continue };
            let listener = ways.listener(gateway, id);
            if !facts.whole(listener.span) {
                continue;
            }
            if publish.origin.server_name.as_ref().is_some_and(|name| name.value.is_wildcard()) {
                continue;
            }
            let sent = publish.origin.server_name.as_ref().unwrap_or(&publish.hostname);
            let described = ways.describe(gateway, Some(id));
            let explicit = publish.origin.server_name.is_some();
            let takes = hostname(listener).is_none_or(|taken| taken.may_admit(&sent.value));
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
            let Some(certificate) = first_certificate(ways, listener) else { continue };
            // A name that a route there says too has been judged with the route.
            let judged = !explicit && routed.contains(&(gateway, id, &sent.value));
            if !takes
                || judged
                || !facts.whole(certificate.span)
                || !ways.covers_itself(listener)
                || ways.covered(listener, &sent.value)
            {
                continue;
            }
            out.report(
                uncovered(ways, sent, certificate)
                    .label(publish.target.span(), format!("cloudflared connects to `{described}`, which presents it")),
            );
        }
    }
}

/// The names of the routes at each listener.
fn routed_names<'a>(ways: &WaysIn<'a>) -> IndexSet<(GatewayId, ListenerId, &'a HostName)> {
    let mut names = IndexSet::new();
    if !ways.cluster.tunnels.is_empty() {
        for AttachedName { name, gateway, listener } in ways.attached_names() {
            names.insert((*gateway, *listener, &name.value));
        }
    }
    names
}
