//! Lists that the Gateway API limits: an object with a longer one is refused as a whole.
//!
//! The limits are `maxItems` of the definitions (gateway-api v1.6.1, `config/crd/standard`). Start at
//! [`object_limits`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};

use super::Facts;

/// Gateways and routes hold no more than the API server takes.
pub(super) fn object_limits(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for gateway in &cluster.gateways {
            let owner = Owner { kind: "gateway", name: gateway.name.value.as_str(), place: gateway.name.span() };
            owner.limit(64, "listeners", gateway.listeners.iter().map(|listener| listener.name.span()), out);
            owner.limit(16, "addresses", gateway.addresses.iter().map(|address| address.span()), out);
        }
        for route in &cluster.routes {
            let owner = Owner { kind: "route", name: route.name.value.as_str(), place: route.name.span() };
            owner.limit(16, "host names", route.hostnames.iter().map(|hostname| hostname.span()), out);
            owner.limit(32, "parents", route.parents.iter().map(|parent| parent.span()), out);
            // A rule has no place of its own in the model; the route's name stands for it.
            owner.limit(16, "rules", route.rules.iter().map(|_| route.name.span()), out);
            for rule in &route.rules {
                let paths = rule
                    .matches
                    .iter()
                    .map(|condition| condition.path.as_ref().map_or(route.name.span(), |path| path.span()));
                owner.limit(64, "conditions in a rule", paths, out);
                owner.limit(16, "filters in a rule", rule.filters.iter().map(|filter| filter.span()), out);
                owner.limit(16, "backends in a rule", rule.backends.iter().map(|backend| backend.span()), out);
            }
        }
    }
}

/// The object that holds the lists.
struct Owner<'a> {
    kind: &'a str,
    name: &'a str,
    place: Span,
}

impl Owner<'_> {
    fn limit(&self, limit: usize, what: &str, places: impl ExactSizeIterator<Item = Span>, out: &mut Diagnostics) {
        let count = places.len();
        let mut beyond = places.skip(limit);
        let Some(first) = beyond.next() else { return };
        let mut finding = Diagnostic::new(
            &codes::OBJECT_LIMIT,
            format!("{} `{}` has {count} {what}, more than {limit}", self.kind, self.name),
        )
        .label(first, "the first that is too many");
        if first != self.place {
            finding = finding.label(self.place, format!("the API server refuses the whole {}", self.kind));
        }
        out.report(finding.help(format!("split the {} in two", self.kind)));
    }
}
