//! Lists that the Gateway API limits: an object with a longer one is refused as a whole.
//!
//! The limits are `maxItems` of the definitions (gateway-api v1.6.1, `config/crd/standard`). Start at
//! [`object_limits`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{Match, Traced};

use super::Facts;

/// Gateways and routes hold no more than the API server takes.
pub(super) fn object_limits(facts: &Facts<'_>, out: &mut Diagnostics) {
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
                let of_condition = |condition: &Match| condition.path.as_ref().map_or(place, Traced::span);
                owner.limit(64, "conditions in a rule", &rule.matches, of_condition, out);
                owner.limit(16, "filters in a rule", &rule.filters, Traced::span, out);
                owner.limit(16, "backends in a rule", &rule.backends, Traced::span, out);
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
        out.report(finding.help(format!("split the {} in two", self.kind)));
    }
}
