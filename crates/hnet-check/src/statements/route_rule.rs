//! The rules of a route: which requests, what is done to them, where they go.

use crate::types::{CorsMethodWord, MethodWord, RedirectStatusWord, RedirectWord, ServiceRef};
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{
    Flag, GrpcName, Header, HeaderName, List, One, PathPattern, Percent, Port, Query, UrlPath, WebOrigin, Weight,
    statement,
};
use hnet_model::{
    Backend, Cors, Duration, Filter, HeaderChange, HostName, Match, Mirror, Name, PathMatch, PathRewrite, Redirect,
    Rewrite, RouteRule, Traced, ValueMatch,
};

use super::route::Services;

statement! {
    /// A rule of a route: which requests, and where they go.
    RuleStatement = "rule" Unnamed () {
        ..own: MatchStatement;
        /// Other requests that it takes as well.
        "match" or: Vec<MatchStatement>;
        /// Where requests go.
        "to" to: Vec<ToStatement>;
        /// Send the client to the same place by another scheme.
        "redirect" redirect: One<RedirectWord>;
        /// Send the client to another host.
        "redirect-host" redirect_host: One<HostName>;
        /// Send the client to another port.
        "redirect-port" redirect_port: One<Port>;
        /// The status that sends the client elsewhere.
        "redirect-status" redirect_status: One<RedirectStatusWord> [default "301 to https, else 302"];
        /// Ask the service for another host.
        "rewrite-host" rewrite_host: One<HostName>;
        /// Replace the path prefix that was matched, for the service or in what the client is sent to.
        "rewrite-path" rewrite_path: One<UrlPath>;
        /// Replace the whole path, for the service or in what the client is sent to.
        "rewrite-full-path" rewrite_full_path: One<UrlPath>;
        /// Set a header of the request, `"Name: value"`.
        "set-header" set_header: List<Header>;
        /// Add a header to the request, `"Name: value"`, besides one that is there.
        "add-header" add_header: List<Header>;
        /// Take a header from the request.
        "remove-header" remove_header: List<HeaderName>;
        /// Set a header of the response, `"Name: value"`.
        "set-response-header" set_response_header: List<Header>;
        /// Add a header to the response, `"Name: value"`, besides one that is there.
        "add-response-header" add_response_header: List<Header>;
        /// Take a header from the response.
        "remove-response-header" remove_response_header: List<HeaderName>;
        /// Send copies to another service.
        "mirror" mirror: Vec<MirrorStatement>;
        /// What browsers may let pages of other origins ask.
        "cors" cors: Option<CorsStatement>;
        /// What a `route-filter` of its namespace says.
        "filter" filter: List<Name> [only "Envoy Gateway"];
        /// How long a request may take.
        "timeout" timeout: One<Duration>;
        /// How long one try at a service may take.
        "backend-timeout" backend_timeout: One<Duration>;
    }
}

statement! {
    /// Requests that a rule takes: all that is said holds of them. `match < path /api; header "X-Version: 2"; >`
    MatchStatement = "match" Unnamed () [idle] {
        /// Requests whose path starts with this.
        "path" path: List<UrlPath>;
        /// Requests whose path is this.
        "exact-path" exact_path: List<UrlPath>;
        /// Requests whose path this regular expression describes.
        "path-regex" path_regex: List<PathPattern>;
        /// Requests with this method.
        "method" method: One<MethodWord>;
        /// Requests with this header, `"Name: value"`.
        "header" header: List<Header>;
        /// Requests with a header whose value a regular expression describes, `"Name: v[0-9]+"`.
        "header-regex" header_regex: List<Header>;
        /// Requests with this parameter behind the path, `name=value`.
        "query" query: List<Query>;
        /// Requests with a parameter whose value a regular expression describes.
        "query-regex" query_regex: List<Query>;
        /// Calls of this service of gRPC, `package.Service`.
        "grpc-service" grpc_service: One<GrpcName>;
        /// Calls of this method of gRPC.
        "grpc-method" grpc_method: One<GrpcName>;
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

statement! {
    /// A service that gets copies of requests, and whose answers count for nothing: `mirror web/next:80 percent 10;`
    MirrorStatement = "mirror" Unnamed (
        /// The service.
        service: One<ServiceRef> [required],
    ) {
        /// How many of a hundred requests.
        "percent" percent: One<Percent> [default "100"];
    }
}

statement! {
    /// What browsers may let pages of other origins ask: `cors < origins https://app.example.com; methods GET; >`
    CorsStatement = "cors" Unnamed () {
        /// The origins; `*` stands for any.
        "origins" origins: List<WebOrigin>;
        /// The methods; `*` stands for any.
        "methods" methods: List<CorsMethodWord>;
        /// The headers of requests; `*` stands for any.
        "headers" headers: List<HeaderName>;
        /// The headers of answers that pages may read.
        "expose" expose: List<HeaderName>;
        /// Whether cookies and the like go along.
        "credentials" credentials: Flag [default "off"];
        /// How long browsers remember the answer.
        "max-age" max_age: One<Duration> [default "5s"];
    }
}

impl MatchStatement {
    fn is_empty(&self) -> bool {
        let Self {
            head: _,
            path,
            exact_path,
            path_regex,
            method,
            header,
            header_regex,
            query,
            query_regex,
            grpc_service,
            grpc_method,
        } = self;
        path.0.is_empty()
            && exact_path.0.is_empty()
            && path_regex.0.is_empty()
            && method.is_none()
            && header.0.is_empty()
            && header_regex.0.is_empty()
            && query.0.is_empty()
            && query_regex.0.is_empty()
            && grpc_service.is_none()
            && grpc_method.is_none()
    }

    /// The matches: one for each path, with all else in each.
    fn lower(self, matches: &mut Vec<Match>) {
        if self.is_empty() {
            return;
        }
        let value = |is_regex: bool| move |(name, value): (String, String)| ValueMatch { name, value, is_regex };
        let headers = each(self.header.0, |Header(pair)| pair).into_iter().map(|it| it.map(value(false)));
        let by_regex = each(self.header_regex.0, |Header(pair)| pair).into_iter().map(|it| it.map(value(true)));
        let headers = headers.chain(by_regex).collect();
        let queries = each(self.query.0, |Query(pair)| pair).into_iter().map(|it| it.map(value(false)));
        let by_regex = each(self.query_regex.0, |Query(pair)| pair).into_iter().map(|it| it.map(value(true)));
        let queries = queries.chain(by_regex).collect();
        let method = self.method.map(|word| word.map(|word| word.word().to_owned()));
        let grpc_service = self.grpc_service.map(|name| name.map(|GrpcName(name)| name));
        let grpc_method = self.grpc_method.map(|name| name.map(|GrpcName(name)| name));
        let all = Match { path: None, headers, queries, method, grpc_service, grpc_method };
        let mut paths = each(self.path.0, |UrlPath(path)| PathMatch::Prefix(path));
        paths.extend(each(self.exact_path.0, |UrlPath(path)| PathMatch::Exact(path)));
        paths.extend(each(self.path_regex.0, |PathPattern(path)| PathMatch::Regex(path)));
        match paths.is_empty() {
            true => matches.push(all),
            false => matches.extend(paths.into_iter().map(|path| Match { path: Some(path), ..all.clone() })),
        }
    }
}

/// The values of a list, each made into something else.
fn each<T, U>(list: Vec<Traced<T>>, make: impl Fn(T) -> U) -> Vec<Traced<U>> {
    list.into_iter().map(|value| value.map(&make)).collect()
}

impl CorsStatement {
    fn lower(self) -> Traced<Filter> {
        let Self { head, origins, methods, headers, expose, credentials, max_age } = self;
        let seconds = |time: Duration| u32::try_from(time.seconds()).unwrap_or(u32::MAX);
        let cors = Cors {
            origins: each(origins.0, |WebOrigin(origin)| origin),
            methods: each(methods.0, |word| word.word().to_owned()),
            headers: each(headers.0, |HeaderName(name)| name),
            expose: each(expose.0, |HeaderName(name)| name),
            credentials: credentials.0,
            max_age: max_age.map(|time| time.map(seconds)),
        };
        Traced::written(Filter::Cors(cors), head.span)
    }
}

impl RuleStatement {
    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        !self.reads_requests() && self.to.is_empty()
    }

    /// Whether it says something that only requests of HTTP have.
    pub(super) fn reads_requests(&self) -> bool {
        let Self {
            head: _,
            own,
            or,
            to: _,
            redirect,
            redirect_host,
            redirect_port,
            redirect_status,
            rewrite_host,
            rewrite_path,
            rewrite_full_path,
            set_header,
            add_header,
            remove_header,
            set_response_header,
            add_response_header,
            remove_response_header,
            mirror,
            cors,
            filter,
            timeout,
            backend_timeout,
        } = self;
        let headers = [set_header, add_header, set_response_header, add_response_header];
        !own.is_empty()
            || !or.is_empty()
            || redirect.is_some()
            || redirect_host.is_some()
            || redirect_port.is_some()
            || redirect_status.is_some()
            || rewrite_host.is_some()
            || rewrite_path.is_some()
            || rewrite_full_path.is_some()
            || headers.iter().any(|list| !list.0.is_empty())
            || [remove_header, remove_response_header].iter().any(|list| !list.0.is_empty())
            || !mirror.is_empty()
            || cors.is_some()
            || !filter.0.is_empty()
            || timeout.is_some()
            || backend_timeout.is_some()
    }

    /// What of it has no effect beside something else.
    fn contradictions(&self, out: &mut Diagnostics) {
        let redirects = [
            self.redirect.as_ref().map(Traced::span),
            self.redirect_host.as_ref().map(Traced::span),
            self.redirect_port.as_ref().map(Traced::span),
            self.redirect_status.as_ref().map(Traced::span),
        ];
        let redirect = redirects.into_iter().flatten().next();
        let host = self.rewrite_host.as_ref().zip(redirect);
        let paths = self.rewrite_full_path.as_ref().zip(self.rewrite_path.as_ref());
        let found = [
            host.map(|(host, redirect)| {
                (
                    "rewrite-host",
                    host.span(),
                    redirect,
                    "the client is sent elsewhere, and no service is asked",
                    "redirect-host",
                )
            }),
            paths.map(|(full, prefix)| {
                (
                    "rewrite-full-path",
                    full.span(),
                    prefix.span(),
                    "this replaces the start of the path alone",
                    "rewrite-path",
                )
            }),
        ];
        for (word, span, beside, why, other) in found.into_iter().flatten() {
            out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{word}` has no effect here"))
                    .label(span, "it is said beside the other")
                    .label(beside, why)
                    .help(format!("leave one of the two out; `{other}` may be what is meant")),
            );
        }
    }

    pub(super) fn lower(self, services: &mut Services, out: &mut Diagnostics) -> RouteRule {
        self.contradictions(out);
        let mut matches = Vec::new();
        self.own.lower(&mut matches);
        self.or.into_iter().for_each(|one| one.lower(&mut matches));
        let mut filters: Vec<Traced<Filter>> = Vec::new();
        let prefix = self.rewrite_path.map(|path| path.map(|UrlPath(path)| PathRewrite::Prefix(path)));
        let path = prefix.or(self.rewrite_full_path.map(|path| path.map(|UrlPath(path)| PathRewrite::Full(path))));
        let scheme = self.redirect.map(|word| word.map(RedirectWord::word));
        let port = self.redirect_port.map(|port| port.map(|Port(port)| port));
        let status = self.redirect_status.map(|word| word.map(RedirectStatusWord::status));
        let host = self.redirect_host;
        let origins = [scheme.as_ref().map(|it| it.origin), host.as_ref().map(|it| it.origin)];
        let origins =
            origins.into_iter().chain([port.as_ref().map(|it| it.origin), status.as_ref().map(|it| it.origin)]);
        // A rule has one redirect, which says all that the client finds changed.
        match origins.flatten().next() {
            Some(origin) => {
                filters.push(Traced::new(Filter::Redirect(Redirect { scheme, host, port, path, status }), origin));
            }
            None => {
                let host = self.rewrite_host;
                let origin = host.as_ref().map(|host| host.origin).or(path.as_ref().map(|path| path.origin));
                filters.extend(origin.map(|origin| Traced::new(Filter::Rewrite(Rewrite { host, path }), origin)));
            }
        }
        let set = |Header((name, value)): Header| HeaderChange::Set(name, value);
        let add = |Header((name, value)): Header| HeaderChange::Add(name, value);
        let remove = |HeaderName(name): HeaderName| HeaderChange::Remove(name);
        let of_request = each(self.set_header.0, set).into_iter().chain(each(self.add_header.0, add));
        let of_request = of_request.chain(each(self.remove_header.0, remove));
        filters.extend(of_request.map(|change| change.map(Filter::RequestHeader)));
        let of_response =
            each(self.set_response_header.0, set).into_iter().chain(each(self.add_response_header.0, add));
        let of_response = of_response.chain(each(self.remove_response_header.0, remove));
        filters.extend(of_response.map(|change| change.map(Filter::ResponseHeader)));
        for MirrorStatement { head: _, service, percent } in self.mirror {
            let percent = percent.map(|percent| percent.map(|Percent(share)| u8::try_from(share).unwrap_or(100)));
            filters
                .extend(service.map(|service| {
                    services.intern(service).map(|service| Filter::Mirror(Mirror { service, percent }))
                }));
        }
        filters.extend(self.cors.map(CorsStatement::lower));
        filters.extend(self.filter.0.into_iter().map(|name| name.map(Filter::Extension)));
        let mut backends = Vec::with_capacity(self.to.len());
        for ToStatement { head: _, services: list, weight } in self.to {
            let weight = weight.map_or(1, |weight| weight.value.0);
            for service in list.0 {
                let service = services.intern(service);
                backends.push(service.map(|service| Backend { service, weight }));
            }
        }
        RouteRule { matches, filters, backends, timeout: self.timeout, backend_timeout: self.backend_timeout }
    }
}
