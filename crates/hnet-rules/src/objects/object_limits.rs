//! Lists that the Gateway API limits: an object with a longer one is refused as a whole.
//!
//! The limits are `maxItems` of the definitions (gateway-api v1.6.1, `config/crd/standard`). Start at
//! [`object_limits`].

use std::cmp::Reverse;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Filter, Match, Route, RouteRule, Traced};

use crate::facts::Facts;

/// Gateways and routes hold no more than the API server takes.
pub(crate) fn object_limits(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for gateway in &cluster.gateways {
            let owner = Owner { kind: "gateway", name: gateway.name.value.as_str(), place: gateway.name.span() };
            owner.limit(64, "listeners", &gateway.listeners, |listener| listener.name.span(), out);
            owner.limit(16, "addresses", &gateway.addresses, Traced::span, out);
        }
        for route in &cluster.routes {
            let place = route.name.span();
            let owner = Owner { kind: "route", name: route.name.value.as_str(), place };
            owner.limit(16, "host names", &route.hostnames, Traced::span, out);
            owner.limit(32, "parents", &route.parents, Traced::span, out);
            // A rule has no place of its own in the model; the route's name stands for it.
            owner.limit(16, "rules", &route.rules, |_| place, out);
            for rule in &route.rules {
                let of_condition = |condition: &Match| condition.origin().map_or(place, |origin| origin.span);
                owner.limit(64, "conditions in a rule", &rule.matches, of_condition, out);
                // The conditions that differ by their paths alone have the same headers.
                let mut longest = rule.matches.iter().collect::<Vec<_>>();
                longest.sort_by_key(|one| Reverse((one.headers.len(), one.queries.len())));
                let asked = longest.first().map_or(&[][..], |one| &one.headers);
                owner.limit(16, "headers to match in a rule", asked, Traced::span, out);
                longest.sort_by_key(|one| Reverse(one.queries.len()));
                let asked = longest.first().map_or(&[][..], |one| &one.queries);
                owner.limit(16, "parameters to match in a rule", asked, Traced::span, out);
                for what in ["set", "added", "removed"] {
                    let of = |is_request: bool| -> Vec<&Traced<Filter>> {
                        let is_it = |filter: &&Traced<Filter>| match (&filter.value, is_request) {
                            (Filter::RequestHeader(own), true) | (Filter::ResponseHeader(own), false) => {
                                own.done() == what
                            }
                            _ => false,
                        };
                        rule.filters.iter().filter(is_it).collect()
                    };
                    let (of_request, of_response) = (of(true), of(false));
                    let (requests, responses) =
                        (format!("request headers {what} in a rule"), format!("response headers {what} in a rule"));
                    owner.limit(16, &requests, &of_request, |filter| filter.span(), out);
                    owner.limit(16, &responses, &of_response, |filter| filter.span(), out);
                }
                owner.limit(16, "backends in a rule", &rule.backends, Traced::span, out);
            }
            all_conditions(&owner, route, out);
        }
    }
}

/// All rules of a route together hold no more than 128 conditions. A rule with none has one, which holds always.
fn all_conditions(owner: &Owner<'_>, route: &Route, out: &mut Diagnostics) {
    const MOST: usize = 128;
    let count = |rule: &RouteRule| rule.matches.len().max(1);
    let total = route.rules.iter().map(count).sum();
    // Of too many rules, or of one with too many conditions, that is said.
    if total <= MOST || route.rules.len() > 16 || route.rules.iter().any(|rule| rule.matches.len() > 64) {
        return;
    }
    let mut before = 0;
    let first = route.rules.iter().find_map(|rule| {
        let at = MOST - before;
        before += count(rule);
        (before > MOST).then(|| rule.matches.get(at).and_then(|condition| condition.path.as_ref()).map(Traced::span))
    });
    owner.report(MOST, "conditions in its rules", total, first.flatten().unwrap_or(owner.place), out);
}

/// The object that holds the lists.
struct Owner<'a> {
    kind: &'a str,
    name: &'a str,
    place: Span,
}

impl Owner<'_> {
    /// Reports a list that is longer than the limit, at its first item that is too many.
    fn limit<T>(&self, limit: usize, what: &str, items: &[T], place: impl Fn(&T) -> Span, out: &mut Diagnostics) {
        if let Some(first) = items.get(limit) {
            self.report(limit, what, items.len(), place(first), out);
        }
    }

    fn report(&self, limit: usize, what: &str, count: usize, first: Span, out: &mut Diagnostics) {
        let mut finding = Diagnostic::new(
            &codes::OBJECT_LIMIT,
            format!("{} `{}` has {count} {what}, more than {limit}", self.kind, self.name),
        )
        .label(first, "the first that is too many");
        if first != self.place {
            finding = finding.label(self.place, format!("the API server refuses the whole {}", self.kind));
        }
        out.report(match what.contains("header") {
            // Another route would not add to this one's headers.
            true => finding.help("leave some of the headers out"),
            false => finding.help(format!("split the {} in two", self.kind)),
        });
    }
}
