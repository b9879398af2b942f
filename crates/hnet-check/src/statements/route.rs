//! `route`: HTTP routes.

use crate::types::{ListenerRef, MethodWord, RedirectWord, ServiceAddress, ServiceRef};
use hnet_diagnostics::claim;
use hnet_language::{Header, List, One, Reader, UrlPath, Weight, Wildcard, statement};
use hnet_model::{
    Backend, Duration, Filter, Gateway, HeaderMatch, HostName, HttpRoute, Match, Name, Overlay, Parent, PathMatch,
    Reason, Redirect, RouteRule, Service, ServiceId, ServiceTarget, ServiceTls, Traced,
};
use indexmap::IndexMap;

use super::overlay::OverlayStatement;

statement! {
    /// An HTTPRoute: which requests of which gateways go to which service. What stands in the route
    /// itself is its first rule; `rule` adds others.
    RouteStatement = "route" Named () {
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

statement! {
    /// A rule of a route: which requests, and where they go.
    RuleStatement = "rule" Unnamed () {
        /// Requests whose path starts with this.
        "path" path: List<UrlPath>;
        /// Requests whose path is this.
        "exact-path" exact_path: List<UrlPath>;
        /// Requests with this method.
        "method" method: One<MethodWord>;
        /// Requests with this header, `"Name: value"`.
        "header" header: List<Header>;
        /// Where requests go.
        "to" to: Vec<ToStatement>;
        /// Send the client to the same place over HTTPS.
        "redirect" redirect: One<RedirectWord>;
        /// Send the client to another host.
        "redirect-host" redirect_host: One<HostName>;
        /// Replace the path prefix that was matched, for the service or in what the client is sent to.
        "rewrite-path" rewrite_path: One<UrlPath>;
        /// Set a header of the request, `"Name: value"`.
        "set-header" set_header: List<Header>;
        /// Set a header of the response, `"Name: value"`.
        "set-response-header" set_response_header: List<Header>;
        /// How long a request may take.
        "timeout" timeout: One<Duration>;
    }
}

statement! {
    /// Where requests go: a `service` by name, or `namespace/name:port`.
    ToStatement = "to" Unnamed (
        /// The services.
        services: List<ServiceRef> [required],
    ) {
        /// Their share of the requests, where there are several.
        "weight" weight: One<Weight> [default "1"];
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

impl RuleStatement {
    fn is_empty(&self) -> bool {
        let Self {
            head: _,
            path,
            exact_path,
            method,
            header,
            to,
            redirect,
            redirect_host,
            rewrite_path,
            set_header,
            set_response_header,
            timeout,
        } = self;
        path.0.is_empty()
            && exact_path.0.is_empty()
            && method.is_none()
            && header.0.is_empty()
            && to.is_empty()
            && redirect.is_none()
            && redirect_host.is_none()
            && rewrite_path.is_none()
            && set_header.0.is_empty()
            && set_response_header.0.is_empty()
            && timeout.is_none()
    }

    fn lower(self, services: &mut Services) -> RouteRule {
        let headers: Vec<Traced<HeaderMatch>> = self
            .header
            .0
            .into_iter()
            .map(|header| header.map(|Header((name, value))| HeaderMatch { name, value }))
            .collect();
        let method = self.method.map(|word| word.map(|word| word.word().to_owned()));
        let with = |path| Match { path, headers: headers.clone(), method: method.clone() };
        let mut matches = Vec::new();
        for path in self.path.0 {
            matches.push(with(Some(path.map(|UrlPath(path)| PathMatch::Prefix(path)))));
        }
        for path in self.exact_path.0 {
            matches.push(with(Some(path.map(|UrlPath(path)| PathMatch::Exact(path)))));
        }
        if matches.is_empty() && (!headers.is_empty() || method.is_some()) {
            matches.push(with(None));
        }
        let mut filters: Vec<Traced<Filter>> = Vec::new();
        let prefix = self.rewrite_path.map(|path| path.map(|UrlPath(path)| path));
        let https = self.redirect.map(|Traced { value: RedirectWord::Https, origin }| origin);
        let host = self.redirect_host;
        // A rule has one redirect, which says all that the client finds changed.
        match https.or(host.as_ref().map(|host| host.origin)) {
            Some(origin) => {
                let redirect = Redirect { https: https.is_some(), host, prefix };
                filters.push(Traced::new(Filter::Redirect(redirect), origin));
            }
            None => filters.extend(prefix.map(|prefix| prefix.map(Filter::RewritePrefix))),
        }
        let mut set = |list: List<Header>, make: fn(String, String) -> Filter| {
            filters.extend(list.0.into_iter().map(|header| header.map(|Header((name, value))| make(name, value))));
        };
        set(self.set_header, Filter::SetRequestHeader);
        set(self.set_response_header, Filter::SetResponseHeader);
        let mut backends = Vec::with_capacity(self.to.len());
        for ToStatement { head: _, services: list, weight } in self.to {
            let weight = weight.map_or(1, |weight| weight.value.0);
            for service in list.0 {
                let service = services.intern(service);
                backends.push(service.map(|service| Backend { service, weight }));
            }
        }
        RouteRule { matches, filters, backends, timeout: self.timeout }
    }
}

impl RouteStatement {
    /// Lowers a route. One without a backend lives where its gateway does.
    pub(crate) fn lower(
        self,
        services: &mut Services,
        gateways: &[Gateway],
        fallback: &Name,
        reader: &mut Reader<'_>,
    ) -> Option<HttpRoute> {
        let Self { head, namespace, hostname, through, overlay, own, rule } = self;
        if reader.is_partial && own.is_empty() && rule.is_empty() {
            // Which requests it takes is not known.
            reader.holes.insert(head.span);
        }
        let mut rules = Vec::with_capacity(rule.len().max(1));
        if !own.is_empty() || rule.is_empty() {
            rules.push(own.lower(services));
        }
        rules.extend(rule.into_iter().map(|rule| rule.lower(services)));
        let parents: Vec<Traced<Parent>> = through
            .0
            .into_iter()
            .map(|parent| parent.map(|ListenerRef { gateway, listener }| Parent { gateway, listener }))
            .collect();
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
        Some(HttpRoute {
            name: head.name?,
            doc: head.doc,
            namespace,
            hostnames: hostname.0.into_iter().map(|name| name.map(|Wildcard(name)| name)).collect(),
            parents,
            overlay: overlay.lower(head.span),
            rules,
            span: head.span,
        })
    }
}
