//! `route`: routes of the Gateway API.

use crate::types::{ListenerRef, RouteKindWord, ServiceAddress, ServiceRef};
use hnet_diagnostics::claim;
use hnet_language::{List, One, Reader, Wildcard, statement};
use hnet_model::{
    Gateway, Name, Overlay, Parent, Reason, Route, RouteKind, Service, ServiceId, ServiceTarget, ServiceTls, Traced,
};
use indexmap::IndexMap;

use super::overlay::OverlayStatement;
use super::route_rule::RuleStatement;

statement! {
    /// A route: which requests or connections of which gateways go to which service. What stands in the route itself is its
    /// first rule; `rule` adds others. It becomes an HTTPRoute, or what its `kind` says.
    RouteStatement = "route" Named () {
        /// What it routes.
        "kind" kind: One<RouteKindWord> [default "by its listeners: `http`, `tls` where TLS is passed on, `tcp`, `udp`"];
        /// Its namespace.
        "namespace" namespace: One<Name> [default "that of its first backend, or of its gateway"];
        /// The host names that it takes.
        "hostname" hostname: List<Wildcard> [default "its listeners'"];
        /// The gateways or listeners that it attaches to.
        "through" through: List<ListenerRef> [required];
        ..overlay: OverlayStatement;
        ..own: RuleStatement;
        /// Another rule of the route.
        "rule" rule: Vec<RuleStatement>;
    }
}

/// The services of a cluster, which routes add to by writing one out in place.
pub(crate) struct Services {
    pub(crate) all: Vec<Service>,
    /// None until the first one is written out in place.
    by_address: Option<IndexMap<ServiceAddress, ServiceId>>,
}

impl Services {
    pub(crate) fn new(declared: Vec<Service>) -> Self {
        Services { all: declared, by_address: None }
    }

    /// The identifier of a service that is named or written out.
    pub(crate) fn intern(&mut self, service: Traced<ServiceRef>) -> Traced<ServiceId> {
        let origin = service.origin;
        service.map(|service| match service {
            ServiceRef::Declared(id) => id,
            ServiceRef::Written(address) => {
                let next = ServiceId(self.all.len());
                let by_address = self.by_address.get_or_insert_with(|| by_address(&self.all));
                if let Some(known) = claim(by_address, address.clone(), next) {
                    return *known;
                }
                self.all.push(Service {
                    label: None,
                    doc: None,
                    namespace: Traced::new(address.namespace, origin),
                    name: Traced::new(address.name, origin),
                    port: Traced::new(address.port, origin),
                    ports: Vec::new(),
                    addresses: Vec::new(),
                    target: ServiceTarget::Cluster,
                    tls: ServiceTls::default(),
                    overlay: Overlay::nothing(origin.span),
                    span: origin.span,
                });
                next
            }
        })
    }
}

fn by_address(services: &[Service]) -> IndexMap<ServiceAddress, ServiceId> {
    let mut by_address = IndexMap::new();
    for (at, service) in services.iter().enumerate() {
        let (namespace, name) = (service.namespace.value.clone(), service.name.value.clone());
        by_address.entry(ServiceAddress { namespace, name, port: service.port.value }).or_insert(ServiceId(at));
    }
    by_address
}

impl RouteStatement {
    /// Lowers a route. One without a backend lives where its gateway does.
    pub(crate) fn lower(
        self,
        services: &mut Services,
        gateways: &[Gateway],
        fallback: &Name,
        reader: &mut Reader<'_>,
    ) -> Option<Route> {
        let Self { head, kind, namespace, hostname, through, overlay, own, rule } = self;
        if reader.is_partial && own.is_empty() && rule.is_empty() {
            // Which requests it takes is not known.
            reader.holes.insert(head.span);
        }
        let reads_requests = own.reads_requests() || rule.iter().any(RuleStatement::reads_requests);
        let mut rules = Vec::with_capacity(rule.len().max(1));
        if !own.is_empty() || rule.is_empty() {
            rules.push(own.lower(services, reader.out));
        }
        rules.extend(rule.into_iter().map(|rule| rule.lower(services, reader.out)));
        let parents: Vec<Traced<Parent>> = through
            .0
            .into_iter()
            .map(|parent| parent.map(|ListenerRef { gateway, listener }| Parent { gateway, listener }))
            .collect();
        let kind = match kind {
            Some(word) => word.map(RouteKindWord::kind),
            // What only requests have shows that requests are meant.
            None if reads_requests => Traced::derived(RouteKind::Http, head.span, Reason::Default),
            None => {
                let of_listener = usual_kind(&parents, gateways);
                let (kind, span) = of_listener.unwrap_or((RouteKind::Http, head.span));
                Traced::derived(kind, span, Reason::KindOfListener)
            }
        };
        let namespace = namespace.unwrap_or_else(|| {
            let backend = rules.iter().flat_map(|rule| &rule.backends).next();
            match backend {
                Some(backend) => {
                    let service = &services.all[backend.value.service.0];
                    Traced::new(service.namespace.value.clone(), backend.origin.because(Reason::BackendNamespace))
                }
                None => {
                    let gateway = parents.first().and_then(|parent| gateways.get(parent.value.gateway.0));
                    let namespace = gateway.map_or(fallback, |gateway| &gateway.namespace.value);
                    let span = parents.first().map_or(head.span, Traced::span);
                    Traced::derived(namespace.clone(), span, Reason::Default)
                }
            }
        });
        Some(Route {
            name: head.name?,
            doc: head.doc,
            kind,
            namespace,
            hostnames: hostname.0.into_iter().map(|name| name.map(|Wildcard(name)| name)).collect(),
            parents,
            overlay: overlay.lower(head.span),
            rules,
            span: head.span,
        })
    }
}

/// The kind that the listeners of a route are for, and where that follows from: requests, where one of them takes some.
fn usual_kind(parents: &[Traced<Parent>], gateways: &[Gateway]) -> Option<(RouteKind, hnet_model::Span)> {
    let listeners = parents.iter().flat_map(|parent| {
        let listeners = gateways.get(parent.value.gateway.0).map_or(&[][..], |gateway| &gateway.listeners);
        let named = listeners.iter().enumerate().filter(|(at, _)| parent.value.listener.is_none_or(|own| own.0 == *at));
        named.map(|(_, listener)| (listener.usual_kind(), listener.protocol.span()))
    });
    let mut first = None;
    for found in listeners {
        if found.0 == RouteKind::Http {
            return Some(found);
        }
        first.get_or_insert(found);
    }
    first
}
