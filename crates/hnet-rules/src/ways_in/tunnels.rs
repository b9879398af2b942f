//! What a tunnel publishes must be taken where it leads, once, and be covered at Cloudflare's edge.
//!
//! The certificate inside is judged in `certificates.rs`. Start at [`publishes`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{
    Cluster, Filter, GatewayId, HostName, ListenerId, ListenerProtocol, Publish, PublishTarget, Route, Traced,
    Workload, own,
};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::attachment::{AttachedName, WaysIn};
use crate::facts::host_index::HostIndex;
use crate::ways_in::route_attachment::redirect_to_itself;
use hnet_model::in_source_order;

/// Each published name must be taken by the listener that it leads to, and be published once.
pub(crate) fn publishes(facts: &Facts<'_>, out: &mut Diagnostics) {
    // A name has one record at Cloudflare, so tunnels of several clusters compete for it too.
    let mut first_of: IndexMap<&HostName, &Traced<HostName>> = IndexMap::new();
    let mut judged = None;
    for ways in in_source_order(&facts.ways, |ways| ways.cluster.span) {
        let tunnels = in_source_order(&ways.cluster.tunnels, |tunnel| tunnel.span);
        for publish in tunnels.into_iter().flat_map(|tunnel| &tunnel.publish) {
            if let Some(first) = claim(&mut first_of, &publish.hostname.value, &publish.hostname) {
                out.report(
                    Diagnostic::new(
                        &codes::PUBLISHED_TWICE,
                        format!("`{}` is published twice", publish.hostname.value),
                    )
                    .label(publish.hostname.span(), "no request gets to this one")
                    .label(first.span(), "it is published here already")
                    .help("leave one out, or publish another name"),
                );
            }
            check_target(ways, publish, out);
            // Names of one statement share what it says.
            if judged.replace(publish.target.span()) != Some(publish.target.span()) {
                without_effect(ways, publish, out);
            }
        }
    }
}

/// What is said of TLS must meet TLS.
fn without_effect(ways: &WaysIn<'_>, publish: &Publish, out: &mut Diagnostics) {
    let (with_tls, speaks) = match publish.target.value {
        PublishTarget::Listener(gateway, id) => {
            let protocol = &ways.listener(gateway, id).protocol;
            if let Some(tls) = &publish.origin.tls {
                out.report(
                    Diagnostic::new(&codes::TLS_WITHOUT_EFFECT, "`protocol` has no effect here")
                        .label(tls.span(), "a listener says itself what it speaks")
                        .label(protocol.span(), "this decides")
                        .help("leave it out, or publish to a listener with the wanted protocol"),
                );
            }
            (protocol.value.has_tls(), protocol.span())
        }
        PublishTarget::Service(service) => {
            let service = &ways.cluster.services[service.0];
            let said = publish.origin.tls.as_ref().map_or(service.protocol_place(), Traced::span);
            (publish.speaks_tls_to(service), said)
        }
    };
    let named = publish.origin.server_name.as_ref().map(|name| ("server-name", name.span()));
    let http2 = publish.origin.http2.filter(|on| on.value).map(|on| ("http2", on.span()));
    for (field, place) in named.into_iter().chain(http2).filter(|_| !with_tls) {
        let mut finding = Diagnostic::new(&codes::TLS_WITHOUT_EFFECT, format!("`{field}` has no effect without TLS"))
            .label(place, "this belongs to TLS");
        if speaks != place {
            finding = finding.label(speaks, "plain HTTP is spoken here");
        }
        out.report(finding.help(format!("leave `{field}` out, or publish to what speaks HTTPS")));
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
    let protocol = listener.protocol.value;
    if !protocol.has_names() {
        out.report(
            Diagnostic::new(&codes::ROUTE_ON_TLS_LISTENER, format!("`{described}` takes no requests of HTTP"))
                .label(publish.target.span(), format!("requests for `{name}` are sent here"))
                .label(listener.protocol.span(), format!("this speaks {}", protocol.name()))
                .help("publish to a listener whose protocol is `http` or `https`, or to the service itself"),
        );
        return;
    }
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
    if taken.value.may_admit(name) {
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

/// A gateway is published under the name of its service, or else its address.
pub(crate) fn unreachable_gateway(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        for publish in ways.cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
            let PublishTarget::Listener(gateway, _) = publish.target.value else { continue };
            let gateway = ways.gateway(gateway);
            if gateway.service_name().is_some() || !gateway.addresses.is_empty() || !facts.whole(gateway.span) {
                continue;
            }
            let (name, class) = (&gateway.name.value, gateway.class.value.name());
            out.report(
                Diagnostic::new(
                    &codes::PUBLISHED_GATEWAY_UNKNOWN,
                    format!("where gateway `{name}` is reached is not known"),
                )
                .label(publish.target.span(), "cloudflared has to connect to it")
                .label(gateway.class.span(), format!("hnet does not know what `{class}` calls its service"))
                .help("give the gateway an `address`, or publish its service: `to namespace/name:port`"),
            );
        }
    }
}

/// Who comes through a tunnel speaks HTTPS with Cloudflare, so what sends the request to HTTPS sends it back.
pub(crate) fn redirected(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        let mut redirecting: IndexMap<AtListener, Vec<Redirecting<'_>>> = IndexMap::new();
        for route in &ways.cluster.routes {
            let Some((redirect, host)) = redirect(route) else { continue };
            for (at, _) in plain_listeners(ways, route) {
                let routes = redirecting.entry(at).or_default();
                if routes.len() < COMPARED && routes.last().is_none_or(|(last, ..)| !std::ptr::eq(*last, route)) {
                    routes.push((route, redirect.span(), host));
                }
            }
        }
        if redirecting.is_empty() {
            continue;
        }
        let mut answered: IndexMap<AtListener, Vec<Option<&HostName>>> = IndexMap::new();
        for route in ways.cluster.routes.iter().filter(|route| redirect(route).is_none()) {
            for (at, name) in plain_listeners(ways, route).into_iter().filter(|(at, _)| redirecting.contains_key(at)) {
                answered.entry(at).or_default().push(name);
            }
        }
        let mut indexes = IndexMap::new();
        for (at, names) in answered.iter() {
            indexes.entry(*at).or_insert(HostIndex::new(names.iter().copied().zip(0..)));
        }
        let tunnels = in_source_order(&ways.cluster.tunnels, |tunnel| tunnel.span);
        for publish in tunnels.into_iter().flat_map(|tunnel| &tunnel.publish) {
            let PublishTarget::Listener(gateway, listener) = publish.target.value else { continue };
            let Some(routes) = redirecting.get(&(gateway, listener)) else { continue };
            let name = &publish.hostname.value;
            let is_answered = indexes.get(&(gateway, listener)).is_some_and(|index| !index.meeting(name).is_empty());
            let takes = |route: &Route| {
                route.hostnames.is_empty() || route.hostnames.iter().any(|taken| taken.value.may_admit(name))
            };
            let comes_back =
                |(route, _, host): &&Redirecting<'_>| takes(route) && host.is_none_or(|host| name.may_admit(host));
            if let Some((route, redirect, _)) = routes.iter().find(comes_back).filter(|_| !is_answered) {
                let described = ways.describe(gateway, Some(listener));
                out.report(
                    Diagnostic::new(
                        &codes::REDIRECT_LOOP,
                        format!("route `{}` sends what the tunnel brings back to it", route.name.value),
                    )
                    .label(publish.target.span(), format!("requests for `{name}` come to `{described}` over HTTP"))
                    .label(
                        *redirect,
                        "and are sent to HTTPS, from where they came: the visitor speaks it with Cloudflare",
                    )
                    .help("publish to a listener for HTTPS, or to one that redirects nothing"),
                );
            }
        }
    }
}

/// The first redirect of a route to its own requests' places over HTTPS, and the host where it names one.
fn redirect(route: &Route) -> Option<(&Traced<Filter>, Option<&HostName>)> {
    route.rules.iter().find_map(redirect_to_itself)
}

/// A route, its redirect, and the host that it names.
type Redirecting<'a> = (&'a Route, Span, Option<&'a HostName>);

/// A listener of a gateway.
type AtListener = (GatewayId, ListenerId);

/// How many routes of a listener are looked at in search of one that redirects a name.
const COMPARED: usize = 64;

/// The listeners for HTTP that a route attaches to, with each name that it takes there.
fn plain_listeners<'a>(ways: &WaysIn<'a>, route: &'a Route) -> Vec<(AtListener, Option<&'a HostName>)> {
    let mut found = Vec::new();
    for parent in &route.parents {
        let gateway = parent.value.gateway;
        let names = route.hostnames.iter().map(|name| Some(&name.value));
        for name in names.chain(route.hostnames.is_empty().then_some(None)) {
            let listeners = ways.attached(route, parent.value, name).into_iter();
            let plain = listeners.filter(|it| ways.listener(gateway, *it).protocol.value == ListenerProtocol::Http);
            found.extend(plain.map(|listener| ((gateway, listener), name)));
        }
    }
    found
}

/// To Cloudflare an id is one tunnel, whoever runs its connectors.
pub(crate) fn ids(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut first_of: IndexMap<&str, &Traced<String>> = IndexMap::new();
    for ways in in_source_order(&facts.ways, |ways| ways.cluster.span) {
        let known = in_source_order(&ways.cluster.tunnels, |tunnel| tunnel.span).into_iter();
        for tunnel in known.filter(|tunnel| !tunnel.id.value.is_empty()) {
            if let Some(first) = claim(&mut first_of, &tunnel.id.value, &tunnel.id) {
                out.report(
                    Diagnostic::new(&codes::TUNNEL_ID_TWICE, "two tunnels have one id")
                        .label(tunnel.id.span(), format!("tunnel `{}` has it", tunnel.name.value))
                        .label(first.span(), "and so has this one")
                        .help("to Cloudflare they are one tunnel, and each gets a part of the other's requests: create another"),
                );
            }
        }
    }
}

/// A tunnel must publish something, and something must run it.
pub(crate) fn idle_tunnel(facts: &Facts<'_>, out: &mut Diagnostics) {
    for tunnel in facts.network.clusters.iter().flat_map(|cluster| own(&cluster.tunnels)) {
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
pub(crate) fn deep_names(facts: &Facts<'_>, out: &mut Diagnostics) {
    let Some(domain) = &facts.network.domain else { return };
    if domain.value.is_template() || domain.value.is_wildcard() {
        return;
    }
    let deep = |name: &HostName| {
        let below = name.as_str().strip_suffix(domain.value.as_str()).is_some_and(|rest| rest.ends_with('.'));
        below && !name.is_template() && !HostName::edge_certificate_covers(&domain.value, name)
    };
    for ways in &facts.ways {
        let mut found: Vec<&Traced<HostName>> = Vec::new();
        let published = published_wildcards(ways.cluster);
        if !published.is_empty() {
            // A wildcard publishes whatever the routes behind it ask for.
            for AttachedName { name, gateway, listener } in ways.attached_names() {
                let names = published.get(&(*gateway, *listener)).filter(|_| deep(&name.value));
                if names.is_some_and(|names| !names.meeting(&name.value).is_empty()) {
                    found.push(name);
                }
            }
        }
        found.sort_by_key(|name| name.span());
        let tunnels = in_source_order(&ways.cluster.tunnels, |tunnel| tunnel.span);
        let published = tunnels.into_iter().flat_map(|tunnel| &tunnel.publish).map(|publish| &publish.hostname);
        let mut reported: IndexSet<&HostName> = IndexSet::new();
        for name in published.filter(|name| deep(&name.value)).chain(found) {
            if !reported.insert(&name.value) {
                continue;
            }
            out.report(
                Diagnostic::new(
                    &codes::DEEPER_THAN_EDGE_CERTIFICATE,
                    format!("Cloudflare's certificate does not cover `{}`", name.value),
                )
                .label(name.span(), format!("more than one label below `{}`", domain.value))
                .label(domain.span(), "the certificate covers the domain and one label below it")
                .help("use a name with one label before the domain, or order an advanced certificate and allow this"),
            );
        }
    }
}

/// The wildcards that tunnels publish, by the listeners that they lead to.
fn published_wildcards(cluster: &Cluster) -> IndexMap<(GatewayId, ListenerId), HostIndex<'_>> {
    let mut published: IndexMap<(GatewayId, ListenerId), Vec<&HostName>> = IndexMap::new();
    for publish in cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish) {
        let name = &publish.hostname.value;
        if let PublishTarget::Listener(gateway, listener) = publish.target.value
            && name.is_wildcard()
            && !name.is_template()
        {
            published.entry((gateway, listener)).or_default().push(name);
        }
    }
    let mut indexes = IndexMap::new();
    for (listener, names) in published.iter() {
        indexes.entry(*listener).or_insert(HostIndex::new(names.iter().copied().map(Some).zip(0..)));
    }
    indexes
}
