//! What a route says must belong to its kind, and its kind must be served.
//!
//! Whether a listener carries it is in `route_attachment.rs`. Start at [`of_kind`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_manifests::versions::gateway_api;
use hnet_model::{Cluster, Cors, Filter, GatewayClass, Match, Owned as _, Reason, Route, RouteKind, RouteRule, Traced};

use crate::facts::Facts;
use crate::facts::attachment::WaysIn;

/// A route says only what its kind has.
pub(crate) fn of_kind(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        for route in &ways.cluster.routes {
            hostnames(facts, ways, route, out);
            let kind = route.kind.value;
            if !kind.reads_requests() && route.rules.len() > 1 {
                let title = format!(
                    "route `{}` has {} rules, and a {} has one",
                    route.name.value,
                    route.rules.len(),
                    kind.kind()
                );
                out.report(
                    Diagnostic::new(&codes::OBJECT_LIMIT, title)
                        .label(route.name.span(), "all that arrives goes one way")
                        .help("name all services by one `to`, each with its `weight`"),
                );
            }
            for rule in &route.rules {
                all_and_others(rule, out);
                for (what, place) in foreign(kind, rule) {
                    let title = format!("{what} has no effect in {}", one(kind));
                    let mut finding = Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, title)
                        .label(place, format!("{} has none", kind.carries()));
                    if route.kind.origin.reason == Reason::Written {
                        finding = finding.label(route.kind.span(), "this is the kind");
                    }
                    let of_grpc = matches!(what, GRPC_SERVICE | GRPC_METHOD);
                    out.report(finding.help(match (of_grpc, kind) {
                        (true, RouteKind::Http) => "write `kind grpc` into the route, or leave it out",
                        _ => "leave it out, or give it a route of its own of another `kind`",
                    }));
                }
            }
        }
    }
}

/// A route of a kind with its article.
fn one(kind: RouteKind) -> String {
    format!("{} {}", if kind == RouteKind::Http { "an" } else { "a" }, kind.kind())
}

const GRPC_SERVICE: &str = "`grpc-service`";
const GRPC_METHOD: &str = "`grpc-method`";

/// What pages may do names all of something, or some of it. (Gateway API 1.6, the CEL of `HTTPCORSFilter`.)
fn all_and_others(rule: &RouteRule, out: &mut Diagnostics) {
    for filter in &rule.filters {
        let Filter::Cors(Cors { origins, methods, headers, .. }) = &filter.value else { continue };
        for (what, list) in [("origins", origins), ("methods", methods), ("headers", headers)] {
            let all = list.iter().find(|one| one.value == "*");
            let Some((all, other)) = all.zip(list.iter().find(|one| one.value != "*")) else { continue };
            out.report(
                Diagnostic::new(
                    &codes::NOT_OF_A_REQUEST,
                    format!("`*` stands for all {what}, and others stand beside it"),
                )
                .label(all.span(), "this is all of them")
                .label(other.span(), "and this is one")
                .help("leave `*` out, or the others"),
            );
        }
    }
}

/// The names of a route: TCP and UDP have none, and a route of TLS has to say some.
fn hostnames(facts: &Facts<'_>, ways: &WaysIn<'_>, route: &Route, out: &mut Diagnostics) {
    let kind = route.kind.value;
    if let Some(first) = route.hostnames.first().filter(|_| !kind.has_hostnames()) {
        out.report(
            Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`hostname` has no effect in {}", one(kind)))
                .label(first.span(), format!("{} tells no names apart", kind.carries()))
                .help("leave it out; records of DNS lead the name to the gateway's address"),
        );
    }
    let parents = || route.parents.iter().map(|parent| parent.value);
    let is_named = |parent| ways.named(parent).iter().any(|listener| listener.hostname.is_some());
    if kind == RouteKind::Tls && route.hostnames.is_empty() && !parents().any(is_named) && facts.whole(route.span) {
        out.report(
            Diagnostic::new(&codes::MISSING_FIELD, format!("route `{}` has no `hostname`", route.name.value))
                .label(route.name.span(), "a TLSRoute says the server names that it takes, and its listeners say none")
                .help("add `hostname`, or `kind tcp` at a listener that takes whatever comes"),
        );
    }
}

/// What of a rule a kind of route does not have, and where that is said.
fn foreign(kind: RouteKind, rule: &RouteRule) -> Vec<(&'static str, Span)> {
    let mut found = Vec::new();
    let is_http = kind == RouteKind::Http;
    for one in &rule.matches {
        let Match { path, headers, queries, method, grpc_service, grpc_method } = one;
        let place = |text: &Option<Traced<String>>| text.as_ref().map(Traced::span);
        let of_http = [
            ("`path`", path.as_ref().map(Traced::span)),
            ("`query`", queries.first().map(Traced::span)),
            ("`method`", place(method)),
        ];
        let of_grpc = [(GRPC_SERVICE, place(grpc_service)), (GRPC_METHOD, place(grpc_method))];
        let of_both = [("`header`", headers.first().map(Traced::span))];
        let not_here = of_http.into_iter().filter(|_| !is_http);
        let not_here = not_here.chain(of_grpc.into_iter().filter(|_| kind != RouteKind::Grpc));
        let not_here = not_here.chain(of_both.into_iter().filter(|_| !kind.reads_requests()));
        found.extend(not_here.filter_map(|(what, place)| Some((what, place?))));
    }
    for filter in &rule.filters {
        let what = match &filter.value {
            Filter::Redirect(_) if !is_http => "`redirect`",
            Filter::Rewrite(_) if !is_http => "`rewrite-path`",
            Filter::Cors(_) if !is_http => "`cors`",
            Filter::RequestHeader(_) | Filter::ResponseHeader(_) if !kind.reads_requests() => "a header",
            Filter::Mirror(_) if !kind.reads_requests() => "`mirror`",
            Filter::Extension(_) if !kind.reads_requests() => "`filter`",
            _ => continue,
        };
        found.push((what, filter.span()));
    }
    let timeouts = [("`timeout`", &rule.timeout), ("`backend-timeout`", &rule.backend_timeout)];
    let timeouts = timeouts.into_iter().filter(|_| !is_http);
    found.extend(timeouts.filter_map(|(what, time)| Some((what, time.as_ref()?.span()))));
    // One that is said once belongs to several matches.
    found.sort_by_key(|(_, place)| *place);
    found.dedup_by_key(|(_, place)| *place);
    found
}

/// The kind of a route is served by the release of the Gateway API, and read by Cilium where the gateway is its own.
pub(crate) fn served(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let mut told = Vec::new();
        for route in hnet_model::in_source_order(&cluster.routes, |route| route.span) {
            let kind = route.kind.value;
            if !route.is_own() || told.contains(&kind) {
                continue;
            }
            if let Some(finding) = not_served(cluster, route).or_else(|| not_read(cluster, route)) {
                told.push(kind);
                out.report(finding);
            }
        }
    }
}

fn not_served(cluster: &Cluster, route: &Route) -> Option<Diagnostic> {
    let api = cluster.gateway_api.as_ref()?;
    let (kind, minor) = (route.kind.value.kind(), api.version.value.minor());
    let (major, since) = gateway_api::route_since(kind);
    if api.experimental.value || minor >= (major, since) {
        return None;
    }
    let title = format!("Gateway API {}.{} has no {kind} in its standard channel", minor.0, minor.1);
    Some(
        Diagnostic::new(&codes::KIND_NOT_SERVED, title)
            .label(route.name.span(), format!("this is {}", one(route.kind.value)))
            .label(api.version.span(), "the API server knows the kinds of this release")
            .help(format!("take `gateway-api {major}.{since}` or a later one, or its `channel experimental`")),
    )
}

fn not_read(cluster: &Cluster, route: &Route) -> Option<Diagnostic> {
    let cilium = cluster.cilium.as_ref()?;
    let is_stream = matches!(route.kind.value, RouteKind::Tcp | RouteKind::Udp);
    if !is_stream || cilium.version.value.minor() >= SINCE_CILIUM {
        return None;
    }
    let gateways = route.parents.iter().filter_map(|parent| cluster.gateways.get(parent.value.gateway.0));
    gateways.into_iter().find(|gateway| gateway.class.value == GatewayClass::Cilium)?;
    let (kind, (major, minor)) = (route.kind.value.kind(), SINCE_CILIUM);
    let title = format!("Cilium {} reads no {kind}", cilium.version.value);
    Some(
        Diagnostic::new(&codes::KIND_NOT_SERVED, title)
            .label(route.name.span(), format!("this is a {kind}, at a gateway of Cilium's"))
            .label(cilium.version.span(), format!("it is read since {major}.{minor}"))
            .help(format!("take `cilium {major}.{minor}.0` or a later one, or a gateway of another class")),
    )
}

/// Since when Cilium's gateways take connections of TCP and datagrams of UDP (cilium 1.20, `Documentation/network/
/// servicemesh/gateway-api/gateway-api.rst`).
const SINCE_CILIUM: (u32, u32) = (1, 20);
