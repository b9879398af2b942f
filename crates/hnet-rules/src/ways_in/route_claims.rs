//! What a route does with a request, and that no other route claims the same request.
//!
//! Of two routes that claim a request the older object wins, in silence. Start at [`route_claims`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{Filter, HostName, ListenerId, Match, Parent, Route, RouteKind, RouteRule, Traced};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::attachment::WaysIn;
use hnet_model::in_source_order;

/// A rule must answer: by a backend that has a share, or by a redirect.
pub(crate) fn route_answers(facts: &Facts<'_>, out: &mut Diagnostics) {
    for route in facts.network.clusters.iter().flat_map(|cluster| &cluster.routes) {
        let name = &route.name.value;
        for rule in &route.rules {
            let redirects = rule.filters.iter().find(|filter| matches!(filter.value, Filter::Redirect(_)));
            match (redirects, &rule.backends[..]) {
                (None, []) if facts.whole(route.span) && !may_answer(rule) => {
                    out.report(
                        Diagnostic::new(&codes::ROUTE_WITHOUT_BACKEND, format!("route `{name}` leads nowhere"))
                            .label(route.name.span(), "requests that it takes are answered with an error")
                            .help("say where they go, `to grafana;`, or redirect them"),
                    );
                }
                (None, backends @ [first, ..])
                    if facts.whole(route.span) && backends.iter().all(|backend| backend.value.weight == 0) =>
                {
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

/// Whether something of the implementation's may answer.
fn may_answer(rule: &RouteRule) -> bool {
    rule.filters.iter().any(|filter| matches!(filter.value, Filter::Extension(_)))
}

/// What a route claims at a listener: the name and the condition, in one spelling.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Claim<'a> {
    /// Where the gateway is declared.
    gateway: Span,
    hostname: Option<&'a HostName>,
    /// What the route routes: a listener may have several kinds.
    kind: RouteKind,
    /// How the path is compared.
    how: &'static str,
    path: &'a str,
    /// Of headers by small letters, whether the value is a pattern, and the value.
    headers: Vec<(String, bool, &'a str)>,
    queries: Vec<(&'a str, bool, &'a str)>,
    /// The method, of gRPC with its service.
    method: [Option<&'a str>; 3],
}

impl<'a> Claim<'a> {
    fn new(gateway: Span, kind: RouteKind, hostname: Option<&'a HostName>, condition: Option<&'a Match>) -> Self {
        let headers = condition.into_iter().flat_map(|condition| &condition.headers).map(|header| &header.value);
        let mut headers: Vec<_> =
            headers.map(|it| (it.name.to_ascii_lowercase(), it.is_regex, it.value.as_str())).collect();
        headers.sort();
        let queries = condition.into_iter().flat_map(|condition| &condition.queries).map(|query| &query.value);
        let mut queries: Vec<_> = queries.map(|it| (it.name.as_str(), it.is_regex, it.value.as_str())).collect();
        queries.sort_unstable();
        let path = condition.and_then(|condition| condition.path.as_ref());
        let (how, path) = path.map_or(("PathPrefix", ""), |path| path.value.parts());
        // `/app/` and `/app` are one prefix, since prefixes are compared by whole elements.
        let path = if how == "PathPrefix" { path.trim_end_matches('/') } else { path };
        let text = |text: &'a Option<Traced<String>>| text.as_ref().map(|text| text.value.as_str());
        let method =
            condition.map_or([None; 3], |it| [text(&it.method), text(&it.grpc_service), text(&it.grpc_method)]);
        Claim { gateway, hostname, kind, how, path, headers, queries, method }
    }
}

/// Who claims something: the route, the listener (all of the gateway's where none), the rule.
#[derive(Clone, Copy)]
struct Claimant<'a> {
    route: &'a Route,
    parent: Parent,
    rule: usize,
    place: Span,
}

/// Visits each claim of each route.
fn each_claim<'a>(ways: &WaysIn<'a>, visit: &mut dyn FnMut(Claim<'a>, Claimant<'a>)) {
    for route in in_source_order(&ways.cluster.routes, |route| route.span) {
        let named = route.hostnames.iter().map(|hostname| (Some(&hostname.value), hostname.span()));
        // A route without names claims those of its listeners.
        let unnamed = route.hostnames.is_empty().then_some((None, route.name.span()));
        for (hostname, place) in named.chain(unnamed) {
            for parent in route.parents.iter().map(|parent| parent.value) {
                let gateway = ways.gateway(parent.gateway).span;
                // That one of connections has several rules is a mistake of its own.
                let rules = if route.kind.value.reads_requests() { route.rules.len() } else { 1 };
                for (at, rule) in route.rules.iter().enumerate().take(rules) {
                    let claimant = Claimant { route, parent, rule: at, place };
                    let all = rule.matches.is_empty().then_some(None);
                    for condition in rule.matches.iter().map(Some).chain(all) {
                        visit(Claim::new(gateway, route.kind.value, hostname, condition), claimant);
                    }
                }
            }
        }
    }
}

/// One name, path, header and method at a listener belongs to one route.
pub(crate) fn route_claims(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        let mut seen: IndexSet<Claim<'_>> = IndexSet::new();
        let mut repeated: IndexMap<Claim<'_>, Vec<Claimant<'_>>> = IndexMap::new();
        each_claim(ways, &mut |claim, _| {
            if seen.contains(&claim) {
                repeated.entry(claim).or_default();
            } else {
                seen.insert(claim);
            }
        });
        if repeated.is_empty() {
            continue;
        }
        // Few claims are made twice, so who makes them is asked only now.
        each_claim(ways, &mut |claim, claimant| {
            if let Some(claimants) = repeated.get_mut(&claim) {
                claimants.push(claimant);
            }
        });
        repeated.sort_keys();
        let mut reported: IndexSet<(Span, Span, usize)> = IndexSet::new();
        for (claim, claimants) in &repeated {
            for (first, second) in conflicts(claimants) {
                // Two routes which share many names make one mistake, and one that lost a condition may have another.
                if facts.whole(first.route.span)
                    && facts.whole(second.route.span)
                    && reported.insert((first.route.span, second.route.span, second.rule))
                {
                    out.report(conflict(ways, claim, first, second));
                }
            }
        }
    }
}

/// The claimants that are too late, each with the one before it. Those of one claim are few, or
/// each but the first is a mistake.
fn conflicts<'c, 'a>(claimants: &'c [Claimant<'a>]) -> Vec<(&'c Claimant<'a>, &'c Claimant<'a>)> {
    let mut found = Vec::new();
    let mut by_listener: IndexMap<Option<ListenerId>, &Claimant<'_>> = IndexMap::new();
    for claimant in claimants {
        // A claim on a whole gateway meets those on each of its listeners.
        let same = claim(&mut by_listener, claimant.parent.listener, claimant).copied();
        let earlier = match claimant.parent.listener {
            None => claimants.first().filter(|first| !std::ptr::eq(*first, claimant)),
            Some(_) => same.or_else(|| by_listener.get(&None).copied()),
        };
        match earlier {
            Some(earlier) if !std::ptr::eq(earlier.route, claimant.route) || earlier.rule != claimant.rule => {
                found.push((earlier, claimant));
            }
            _ => {}
        }
    }
    found
}

fn conflict(ways: &WaysIn<'_>, claim: &Claim<'_>, first: &Claimant<'_>, second: &Claimant<'_>) -> Diagnostic {
    let name = claim.hostname.map_or("every name".to_owned(), |hostname| format!("`{hostname}`"));
    let path = match claim.path {
        "" => String::new(),
        path => format!(" under `{path}`"),
    };
    let described = ways.describe(second.parent.gateway, second.parent.listener.or(first.parent.listener));
    if std::ptr::eq(first.route, second.route) {
        return Diagnostic::new(
            &codes::CLAIMED_TWICE,
            format!("two rules of route `{}` take the same requests", second.route.name.value),
        )
        .label(second.place, format!("{name}{path} at `{described}`"))
        .help("leave the later rule out, or give it another path, header or method");
    }
    // Which of the two is the first in the source means nothing to them.
    let mut names = [&first.route.name.value, &second.route.name.value];
    names.sort();
    Diagnostic::new(&codes::CLAIMED_TWICE, format!("routes `{}` and `{}` claim the same", names[0], names[1]))
        .label(second.place, format!("{name}{path} at `{described}`, again"))
        .label(first.place, format!("route `{}` claims it here", first.route.name.value))
        .help("give one of the routes another host name or path, or make them rules of one route")
}
