//! What a route does with a request, and that no other route claims the same request.
//!
//! Of two routes that claim a request the older object wins, in silence. Start at [`route_claims`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Filter, GatewayId, HostName, HttpRoute, ListenerId, Match, PathMatch};

use super::Facts;
use super::attachment::WaysIn;

/// A rule must answer: by a backend that has a share, or by a redirect.
pub(super) fn route_answers(facts: &Facts<'_>, out: &mut Diagnostics) {
    for route in facts.network.clusters.iter().flat_map(|cluster| &cluster.routes) {
        let name = &route.name.value;
        for rule in &route.rules {
            let redirects = rule
                .filters
                .iter()
                .find(|filter| matches!(filter.value, Filter::RedirectToHttps | Filter::RedirectToHost(_)));
            match (redirects, &rule.backends[..]) {
                (None, []) if facts.whole(route.span) => {
                    out.report(
                        Diagnostic::new(&codes::ROUTE_WITHOUT_BACKEND, format!("route `{name}` leads nowhere"))
                            .label(route.name.span(), "requests that it takes are answered with an error")
                            .help("say where they go, `to grafana;`, or redirect them"),
                    );
                }
                (None, backends @ [first, ..]) if backends.iter().all(|backend| backend.value.weight == 0) => {
                    out.report(
                        Diagnostic::new(
                            &codes::NO_BACKEND_HAS_WEIGHT,
                            format!("no backend of route `{name}` gets requests"),
                        )
                        .label(first.span(), "all weights are 0")
                        .help("give one of them a weight above 0; without a weight it is 1"),
                    );
                }
                (Some(redirect), [first, ..]) => {
                    out.report(
                        Diagnostic::new(
                            &codes::REDIRECT_WITH_BACKEND,
                            format!("route `{name}` redirects and has a backend"),
                        )
                        .label(first.span(), "no request gets here")
                        .label(redirect.span(), "all are redirected")
                        .help("leave one of the two out; a redirect for HTTP is a route of its own"),
                    );
                }
                _ => {}
            }
        }
    }
}

/// What a route claims at a listener: the name and the condition, in one spelling.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Claim<'a> {
    gateway: GatewayId,
    hostname: Option<&'a HostName>,
    path: PathMatch,
    headers: Vec<(String, &'a str)>,
    method: Option<&'a str>,
}

impl<'a> Claim<'a> {
    fn new(gateway: GatewayId, hostname: Option<&'a HostName>, condition: Option<&'a Match>) -> Self {
        let headers = condition.map_or(&[][..], |condition| &condition.headers);
        let mut headers: Vec<_> = headers
            .iter()
            .map(|header| (header.value.name.to_ascii_lowercase(), header.value.value.as_str()))
            .collect();
        hnet_collections::sort(&mut headers);
        let path = condition.and_then(|condition| condition.path.as_ref());
        let path = match path.map(|path| &path.value) {
            // `/app/` and `/app` are one prefix, since prefixes are compared by whole elements.
            Some(PathMatch::Prefix(prefix)) => PathMatch::Prefix(prefix.trim_end_matches('/').to_owned()),
            Some(PathMatch::Exact(path)) => PathMatch::Exact(path.clone()),
            None => PathMatch::Prefix(String::new()),
        };
        let method = condition.and_then(|condition| condition.method.as_ref()).map(|method| method.value.as_str());
        Claim { gateway, hostname, path, headers, method }
    }
}

/// Who claims something: the route, the listener (all of the gateway's where none), the rule.
#[derive(Clone, Copy)]
struct Claimant<'a> {
    route: &'a HttpRoute,
    listener: Option<ListenerId>,
    rule: usize,
    place: Span,
}

/// One name, path, header and method at a listener belongs to one route.
pub(super) fn route_claims(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let ways = WaysIn::new(cluster);
        let mut claims: BTreeMap<Claim<'_>, Vec<Claimant<'_>>> = BTreeMap::new();
        for route in &cluster.routes {
            let names: Vec<(Option<&HostName>, Span)> = if route.hostnames.is_empty() {
                vec![(None, route.name.span())]
            } else {
                route.hostnames.iter().map(|hostname| (Some(&hostname.value), hostname.span())).collect()
            };
            let conditions: Vec<(usize, Option<&Match>)> = route
                .rules
                .iter()
                .enumerate()
                .flat_map(|(at, rule)| {
                    let all = rule.matches.is_empty().then_some((at, None));
                    rule.matches.iter().map(move |condition| (at, Some(condition))).chain(all)
                })
                .collect();
            for parent in &route.parents {
                for (name, place) in &names {
                    for (rule, condition) in &conditions {
                        let claimants = claims.entry(Claim::new(parent.value.gateway, *name, *condition)).or_default();
                        let listener = parent.value.listener;
                        claimants.push(Claimant { route, listener, rule: *rule, place: *place });
                    }
                }
            }
        }
        let mut reported = BTreeSet::new();
        for (claim, claimants) in &claims {
            for (first, second) in conflicts(claimants) {
                // Two routes which share many names make one mistake.
                let pair = (first.route.span, second.route.span, second.rule);
                if reported.insert(pair) {
                    out.report(conflict(&ways, claim, first, second));
                }
            }
        }
    }
}

/// The claimants that are too late, each with the one before it. Those of one claim are few, or
/// each but the first is a mistake.
fn conflicts<'c, 'a>(claimants: &'c [Claimant<'a>]) -> Vec<(&'c Claimant<'a>, &'c Claimant<'a>)> {
    let mut found = Vec::new();
    let mut by_listener: BTreeMap<Option<ListenerId>, &Claimant<'_>> = BTreeMap::new();
    let mut first_of_all: Option<&Claimant<'_>> = None;
    for claimant in claimants {
        // A claim on a whole gateway meets those on each of its listeners.
        let earlier = match claimant.listener {
            None => first_of_all,
            Some(_) => by_listener.get(&claimant.listener).or_else(|| by_listener.get(&None)).copied(),
        };
        match earlier {
            Some(earlier) if !std::ptr::eq(earlier.route, claimant.route) || earlier.rule != claimant.rule => {
                found.push((earlier, claimant));
            }
            _ => {}
        }
        by_listener.entry(claimant.listener).or_insert(claimant);
        first_of_all.get_or_insert(claimant);
    }
    found
}

fn conflict(ways: &WaysIn<'_>, claim: &Claim<'_>, first: &Claimant<'_>, second: &Claimant<'_>) -> Diagnostic {
    let name = claim.hostname.map_or("every name".to_owned(), |hostname| format!("`{hostname}`"));
    let path = match &claim.path {
        PathMatch::Prefix(prefix) if prefix.is_empty() => String::new(),
        PathMatch::Prefix(path) | PathMatch::Exact(path) => format!(" under `{path}`"),
    };
    let described = ways.describe(claim.gateway, second.listener.or(first.listener));
    if std::ptr::eq(first.route, second.route) {
        return Diagnostic::new(
            &codes::CLAIMED_TWICE,
            format!("two rules of route `{}` take the same requests", second.route.name.value),
        )
        .label(second.place, format!("{name}{path} at `{described}`"))
        .help("leave the later rule out, or give it another path, header or method");
    }
    Diagnostic::new(
        &codes::CLAIMED_TWICE,
        format!("routes `{}` and `{}` claim the same", first.route.name.value, second.route.name.value),
    )
    .label(second.place, format!("{name}{path} at `{described}`, again"))
    .label(first.place, format!("route `{}` claims it here", first.route.name.value))
    .help("give one of the routes another host name or path, or make them rules of one route")
}
