//! `route`: HTTP routes.

use hnet_model::{
    Backend, Duration, Filter, HeaderMatch, HostName, HttpRoute, Match, Name, Parent, PathMatch, Reason, RouteRule,
    Service, ServiceId, ServiceTarget, Span, Traced,
};

use crate::reader::{List, One};
use crate::types::{Count, ListenerRef, MethodWord, RedirectWord, ServiceRef, Text, UrlPath, Wildcard};
use crate::vocabulary::statement;

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
        /// Requests whose path starts with this.
        "path" path: List<UrlPath>;
        /// Requests whose path is this.
        "exact-path" exact_path: List<UrlPath>;
        /// Requests with this method.
        "method" method: One<MethodWord>;
        /// Requests with this header, `"Name: value"`.
        "header" header: List<Text>;
        /// Where requests go.
        "to" to: Vec<ToStatement>;
        /// Send the client to the same place over HTTPS.
        "redirect" redirect: One<RedirectWord>;
        /// Send the client to another host.
        "redirect-host" redirect_host: One<HostName>;
        /// Replace the path prefix that was matched.
        "rewrite-path" rewrite_path: One<UrlPath>;
        /// Set a header of the request, `"Name: value"`.
        "set-header" set_header: List<Text>;
        /// Set a header of the response, `"Name: value"`.
        "set-response-header" set_response_header: List<Text>;
        /// How long a request may take.
        "timeout" timeout: One<Duration>;
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
        "header" header: List<Text>;
        /// Where requests go.
        "to" to: Vec<ToStatement>;
        /// Send the client to the same place over HTTPS.
        "redirect" redirect: One<RedirectWord>;
        /// Send the client to another host.
        "redirect-host" redirect_host: One<HostName>;
        /// Replace the path prefix that was matched.
        "rewrite-path" rewrite_path: One<UrlPath>;
        /// Set a header of the request, `"Name: value"`.
        "set-header" set_header: List<Text>;
        /// Set a header of the response, `"Name: value"`.
        "set-response-header" set_response_header: List<Text>;
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
        "weight" weight: One<Count> [default "1"];
    }
}

/// The services of a cluster, which routes add to by writing one out in place.
pub(crate) struct Services {
    pub(crate) all: Vec<Service>,
    by_address: std::collections::BTreeMap<(String, String, u16), usize>,
}

impl Services {
    pub(crate) fn new(declared: Vec<Service>) -> Self {
        let mut by_address = std::collections::BTreeMap::new();
        for (at, service) in declared.iter().enumerate() {
            by_address
                .entry((service.namespace.value.to_string(), service.name.value.to_string(), service.port.value))
                .or_insert(at);
        }
        Services { all: declared, by_address }
    }

    /// The identifier of a service that is named or written out.
    pub(crate) fn intern(&mut self, service: Traced<ServiceRef>) -> Traced<ServiceId> {
        let origin = service.origin;
        let id = match service.value {
            ServiceRef::Declared(id) => id,
            ServiceRef::Written(address) => {
                let key = (address.namespace.to_string(), address.name.to_string(), address.port);
                let next = self.all.len();
                let at = *self.by_address.entry(key).or_insert(next);
                if at == next {
                    self.all.push(Service {
                        label: None,
                        doc: None,
                        namespace: Traced::new(address.namespace, origin),
                        name: Traced::new(address.name, origin),
                        port: Traced::new(address.port, origin),
                        target: ServiceTarget::Cluster,
                        span: origin.span,
                    });
                }
                ServiceId(at)
            }
        };
        Traced::new(id, origin)
    }
}

/// The parts of a rule, from the route itself or from a `rule`.
struct Rule {
    path: List<UrlPath>,
    exact_path: List<UrlPath>,
    method: One<MethodWord>,
    header: List<Text>,
    to: Vec<ToStatement>,
    redirect: One<RedirectWord>,
    redirect_host: One<HostName>,
    rewrite_path: One<UrlPath>,
    set_header: List<Text>,
    set_response_header: List<Text>,
    timeout: One<Duration>,
}

/// `Name: value` cut in two; a text without a colon is a name with no value.
fn header(text: &str) -> (String, String) {
    let (name, value) = text.split_once(':').unwrap_or((text, ""));
    (name.trim().to_owned(), value.trim().to_owned())
}

impl Rule {
    fn is_empty(&self) -> bool {
        let Rule {
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
            .map(|text| {
                text.map(|Text(text)| {
                    let (name, value) = header(&text);
                    HeaderMatch { name, value }
                })
            })
            .collect();
        let method = self.method.map(|word| word.map(|word| format!("{word:?}").to_uppercase()));
        let prefixes = self.path.0.into_iter().map(|path| path.map(|UrlPath(path)| PathMatch::Prefix(path)));
        let exact = self.exact_path.0.into_iter().map(|path| path.map(|UrlPath(path)| PathMatch::Exact(path)));
        let with = |path| Match { path, headers: headers.clone(), method: method.clone() };
        let mut matches: Vec<Match> = prefixes.chain(exact).map(|path| with(Some(path))).collect();
        if matches.is_empty() && (!headers.is_empty() || method.is_some()) {
            matches.push(with(None));
        }
        let redirect = self.redirect.map(|word| word.map(|RedirectWord::Https| Filter::RedirectToHttps));
        let redirect_host = self.redirect_host.map(|host| host.map(Filter::RedirectToHost));
        let rewrite = self.rewrite_path.map(|path| path.map(|UrlPath(path)| Filter::RewritePrefix(path)));
        let set = |text: Traced<Text>, make: fn(String, String) -> Filter| {
            text.map(|Text(text)| {
                let (name, value) = header(&text);
                make(name, value)
            })
        };
        let request = self.set_header.0.into_iter().map(|text| set(text, Filter::SetRequestHeader));
        let response = self.set_response_header.0.into_iter().map(|text| set(text, Filter::SetResponseHeader));
        let filters = redirect.into_iter().chain(redirect_host).chain(rewrite).chain(request).chain(response).collect();
        let mut backends = Vec::new();
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
    /// Lowers a route; `gateway_namespace` is where a route without a backend lives.
    pub(crate) fn lower(
        self,
        services: &mut Services,
        gateway_namespace: impl Fn(&Parent) -> Option<Name>,
        fallback: &Name,
    ) -> Option<HttpRoute> {
        let Self {
            head,
            namespace,
            hostname,
            through,
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
            rule,
        } = self;
        let own = Rule {
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
        };
        let mut rules = Vec::new();
        if !own.is_empty() || rule.is_empty() {
            rules.push(own.lower(services));
        }
        for RuleStatement {
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
        } in rule
        {
            let rule = Rule {
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
            };
            rules.push(rule.lower(services));
        }
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
                    let found = parents.first().and_then(|parent| gateway_namespace(&parent.value));
                    let span: Span = parents.first().map_or(head.span, Traced::span);
                    Traced::derived(found.unwrap_or_else(|| fallback.clone()), span, Reason::Default)
                }
            }
        });
        Some(HttpRoute {
            name: head.name?,
            doc: head.doc,
            namespace,
            hostnames: hostname.0.into_iter().map(|name| name.map(|Wildcard(name)| name)).collect(),
            parents,
            rules,
            span: head.span,
        })
    }
}
