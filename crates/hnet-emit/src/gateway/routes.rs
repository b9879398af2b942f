//! Routes, with the API server's defaults written out so that GitOps sees no drift.
//!
//! Very many routes go into folders of their own, since kustomize takes time with the square of the objects
//! that one kustomization lists.

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::gateway_api::{
    BackendReference, CorsFilter, GROUP, GRPCRoute, GrpcMethodMatch, GrpcRouteMatch, GrpcRouteRule, GrpcRouteSpec,
    HTTPRoute, Header, HeaderMatch, HeaderModifier, HttpRouteFilter, HttpRouteMatch, HttpRouteRule, HttpRouteSpec,
    LocalReference, MirrorReference, ParentReference, PathRewrite, RequestMirror, RequestRedirect, StreamRouteRule,
    StreamRouteSpec, Timeouts, TypedValue, UrlRewrite,
};
use hnet_manifests::object::Manifest;
use hnet_manifests::versions::gateway_api;
use hnet_model::{
    Backend, Cluster, Cors, EnvoyKind, Filter, HeaderChange, Match, Mirror, Parent, Part, PathMatch, Redirect, Rewrite,
    Route, RouteKind, RouteRule, Service, Traced, ValueMatch, own,
};

use crate::kubernetes::{metadata, shape, text};
use crate::overlay::Over;
use crate::place::{Folder, Objects};

/// The most routes that one kustomization lists.
pub(super) const MOST_IN_A_FOLDER: usize = 500;

/// Writes the routes into folders beside that of the gateways, with a file for each namespace, by namespace and name.
pub(super) fn in_folders<'a>(cluster: &'a Cluster, gateways: &mut Folder<'_, 'a>) {
    let mut sorted: Vec<&Route> = own(&cluster.routes).collect();
    sorted.sort_by_key(|route| (&route.namespace.value, &route.name.value));
    for (at, routes) in sorted.chunks(MOST_IN_A_FOLDER).enumerate() {
        let mut folder = gateways.beside(&format!("-routes-{}", at + 1));
        for routes in routes.chunk_by(|one, next| one.namespace.value == next.namespace.value) {
            let mut file = folder.objects(Part::Routes, &format!("{}.yaml", routes[0].namespace.value));
            routes.iter().for_each(|route| add(cluster, route, &mut file));
            folder.insert(file);
        }
    }
}

/// Adds a route, in the version that the release of the Gateway API serves.
pub(super) fn add(cluster: &Cluster, route: &Route, to: &mut Objects<'_>) {
    let Route { name, doc: _, kind, namespace, hostnames, parents, overlay, rules, span } = route;
    let parent_refs = parents.iter().map(|parent| parent.map(|to| parent_reference(cluster, to))).collect();
    let hostnames: Vec<Traced<String>> = hostnames.iter().map(text).collect();
    let metadata = metadata(text(name), namespace);
    let minor = cluster.gateway_api.as_ref().map_or_else(gateway_api::newest, |api| api.version.value.minor());
    let version = gateway_api::route_version(kind.value.kind(), minor);
    let over = Over::Main(overlay);
    match kind.value {
        RouteKind::Http => {
            let rules = rules.iter().map(|rule| rule_object(cluster, route, rule)).collect();
            let spec = HttpRouteSpec { parent_refs, hostnames, rules };
            to.add(&Manifest::custom::<HTTPRoute>(metadata, spec).in_version(version), shape(*span), over);
        }
        RouteKind::Grpc => {
            let rules = rules.iter().map(|rule| grpc_rule(cluster, route, rule)).collect();
            let spec = GrpcRouteSpec { parent_refs, hostnames, rules };
            to.add(&Manifest::custom::<GRPCRoute>(metadata, spec).in_version(version), shape(*span), over);
        }
        RouteKind::Tls | RouteKind::Tcp | RouteKind::Udp => {
            let hostnames = if kind.value == RouteKind::Tls { server_names(cluster, route) } else { Vec::new() };
            let backends =
                |rule: &RouteRule| StreamRouteRule { backend_refs: backend_references(cluster, route, rule) };
            let spec = StreamRouteSpec { parent_refs, hostnames, rules: rules.iter().map(backends).collect() };
            to.add(&Manifest::of(version, kind.value.kind(), metadata, spec), shape(*span), over);
        }
    }
}

/// The server names of a route of TLS, which has to say some: its own, or those of its listeners.
fn server_names(cluster: &Cluster, route: &Route) -> Vec<Traced<String>> {
    if !route.hostnames.is_empty() {
        return route.hostnames.iter().map(text).collect();
    }
    let mut names: Vec<Traced<String>> = Vec::new();
    for parent in &route.parents {
        let gateway = &cluster.gateways[parent.value.gateway.0];
        for listener in gateway.attached(parent.value, route) {
            let taken = gateway.listeners[listener.0].hostname.as_ref().map(text);
            names.extend(taken.filter(|taken| names.iter().all(|known| known.value != taken.value)));
        }
    }
    names
}

fn parent_reference(cluster: &Cluster, Parent { gateway, listener }: Parent) -> ParentReference {
    let gateway = &cluster.gateways[gateway.0];
    ParentReference {
        group: GROUP.into(),
        kind: "Gateway".into(),
        name: gateway.name.value.to_string(),
        namespace: gateway.namespace.value.to_string(),
        section_name: listener.map(|listener| gateway.listeners[listener.0].name.value.to_string()),
    }
}

fn rule_object(cluster: &Cluster, route: &Route, rule: &RouteRule) -> HttpRouteRule {
    let RouteRule { matches, filters, backends: _, timeout, backend_timeout } = rule;
    let default = Origin::derived(route.span, Reason::ApiServerDefault);
    let all = HttpRouteMatch {
        path: Traced::new(path("PathPrefix", "/"), default),
        headers: Vec::new(),
        query_params: Vec::new(),
        method: None,
    };
    let timeouts = Timeouts {
        request: timeout.map(|timeout| timeout.map(|time| time.to_string())),
        backend_request: backend_timeout.map(|timeout| timeout.map(|time| time.to_string())),
    };
    HttpRouteRule {
        matches: if matches.is_empty() {
            vec![all]
        } else {
            matches.iter().map(|condition| match_object(condition, default)).collect()
        },
        filters: filter_objects(cluster, route, filters),
        backend_refs: backend_references(cluster, route, rule),
        timeouts: (timeout.is_some() || backend_timeout.is_some()).then_some(timeouts),
    }
}

fn grpc_rule(cluster: &Cluster, route: &Route, rule: &RouteRule) -> GrpcRouteRule {
    let condition = |one: &Match| {
        let Match { path: _, headers, queries: _, method: _, grpc_service, grpc_method } = one;
        let origin = grpc_service.as_ref().or(grpc_method.as_ref()).map(|name| name.origin);
        let value = |name: &Option<Traced<String>>| name.as_ref().map(|name| name.value.clone());
        let method = GrpcMethodMatch { kind: "Exact".into(), service: value(grpc_service), method: value(grpc_method) };
        GrpcRouteMatch {
            method: origin.map(|origin| Traced::new(method, origin)),
            headers: headers.iter().map(|it| it.as_ref().map(value_match)).collect(),
        }
    };
    GrpcRouteRule {
        matches: rule.matches.iter().map(condition).collect(),
        filters: filter_objects(cluster, route, &rule.filters),
        backend_refs: backend_references(cluster, route, rule),
    }
}

fn path(kind: &'static str, value: &str) -> TypedValue {
    TypedValue { kind: kind.into(), value: value.to_owned() }
}

fn value_match(ValueMatch { name, value, is_regex }: &ValueMatch) -> HeaderMatch {
    let kind = if *is_regex { "RegularExpression" } else { "Exact" };
    HeaderMatch { kind: kind.into(), name: name.clone(), value: value.clone() }
}

fn match_object(condition: &Match, default: Origin) -> HttpRouteMatch {
    let Match { path: path_match, headers, queries, method, grpc_service: _, grpc_method: _ } = condition;
    let of_path = |path_match: &PathMatch| {
        let (kind, value) = path_match.parts();
        path(kind, value)
    };
    HttpRouteMatch {
        path: match path_match {
            Some(path_match) => path_match.as_ref().map(of_path),
            None => Traced::new(path("PathPrefix", "/"), default),
        },
        headers: headers.iter().map(|it| it.as_ref().map(value_match)).collect(),
        query_params: queries.iter().map(|it| it.as_ref().map(value_match)).collect(),
        method: method.clone(),
    }
}

/// The filters in their order; the API takes one for request and one for response headers, which changes them all.
fn filter_objects(cluster: &Cluster, route: &Route, filters: &[Traced<Filter>]) -> Vec<Traced<HttpRouteFilter>> {
    let mut objects: Vec<Traced<HttpRouteFilter>> = Vec::new();
    for filter in filters {
        let mut object = filter_object(cluster, route, filter);
        let same = objects.iter_mut().find(|earlier| earlier.value.kind == object.kind);
        match same.and_then(|earlier| headers(&mut earlier.value)).zip(headers(&mut object)) {
            Some((earlier, more)) => {
                earlier.set.append(&mut more.set);
                earlier.add.append(&mut more.add);
                earlier.remove.append(&mut more.remove);
            }
            None => objects.push(Traced::new(object, filter.origin)),
        }
    }
    objects
}

/// What a filter does to headers, where that is what it does.
fn headers(filter: &mut HttpRouteFilter) -> Option<&mut HeaderModifier> {
    filter.request_header_modifier.as_mut().or(filter.response_header_modifier.as_mut())
}

fn filter_object(cluster: &Cluster, route: &Route, filter: &Traced<Filter>) -> HttpRouteFilter {
    let of = |kind: &'static str| HttpRouteFilter { kind: kind.into(), ..HttpRouteFilter::default() };
    let default = filter.origin.because(Reason::ApiServerDefault);
    match &filter.value {
        Filter::Redirect(redirect) => {
            let Redirect { scheme, host, port, path, status } = redirect;
            HttpRouteFilter {
                request_redirect: Some(RequestRedirect {
                    scheme: scheme.as_ref().map(text),
                    hostname: host.as_ref().map(text),
                    path: path.as_ref().map(|path| path.as_ref().map(rewritten)),
                    port: *port,
                    status_code: Traced::new(redirect.status(), status.as_ref().map_or(default, |said| said.origin)),
                }),
                ..of("RequestRedirect")
            }
        }
        Filter::Rewrite(Rewrite { host, path }) => HttpRouteFilter {
            url_rewrite: Some(UrlRewrite {
                hostname: host.as_ref().map(text),
                path: path.as_ref().map(|path| path.as_ref().map(rewritten)),
            }),
            ..of("URLRewrite")
        },
        Filter::RequestHeader(change) => {
            HttpRouteFilter { request_header_modifier: Some(changed(change)), ..of("RequestHeaderModifier") }
        }
        Filter::ResponseHeader(change) => {
            HttpRouteFilter { response_header_modifier: Some(changed(change)), ..of("ResponseHeaderModifier") }
        }
        Filter::Mirror(Mirror { service, percent }) => {
            let service = &cluster.services[service.0];
            let backend_ref = MirrorReference {
                group: "".into(),
                kind: "Service".into(),
                name: service.name.value.to_string(),
                namespace: elsewhere(route, service),
                port: service.port,
            };
            HttpRouteFilter {
                request_mirror: Some(RequestMirror { backend_ref, percent: *percent }),
                ..of("RequestMirror")
            }
        }
        Filter::Cors(Cors { origins, methods, headers, expose, credentials, max_age }) => HttpRouteFilter {
            cors: Some(CorsFilter {
                allow_origins: origins.clone(),
                allow_credentials: *credentials,
                allow_methods: methods.clone(),
                allow_headers: headers.clone(),
                expose_headers: expose.clone(),
                max_age: max_age.unwrap_or(Traced::new(5, default)),
            }),
            ..of("CORS")
        },
        Filter::Extension(name) => HttpRouteFilter {
            extension_ref: Some(LocalReference {
                group: ENVOY.into(),
                kind: EnvoyKind::Filter.word().into(),
                name: Traced::new(name.to_string(), filter.origin),
            }),
            ..of("ExtensionRef")
        },
    }
}

/// The group of Envoy Gateway's objects.
const ENVOY: &str = "gateway.envoyproxy.io";

fn rewritten(path: &hnet_model::PathRewrite) -> PathRewrite {
    let (kind, prefix, full) = match path {
        hnet_model::PathRewrite::Prefix(prefix) => ("ReplacePrefixMatch", Some(prefix.clone()), None),
        hnet_model::PathRewrite::Full(full) => ("ReplaceFullPath", None, Some(full.clone())),
    };
    PathRewrite { kind: kind.into(), replace_prefix_match: prefix, replace_full_path: full }
}

fn changed(change: &HeaderChange) -> HeaderModifier {
    let header = |name: &String, value: &String| vec![Header { name: name.clone(), value: value.clone() }];
    match change {
        HeaderChange::Set(name, value) => HeaderModifier { set: header(name, value), ..HeaderModifier::default() },
        HeaderChange::Add(name, value) => HeaderModifier { add: header(name, value), ..HeaderModifier::default() },
        HeaderChange::Remove(name) => HeaderModifier { remove: vec![name.clone()], ..HeaderModifier::default() },
    }
}

fn backend_references(cluster: &Cluster, route: &Route, rule: &RouteRule) -> Vec<Traced<BackendReference>> {
    let reference = |backend: &Traced<Backend>| {
        let Backend { service, weight } = backend.value;
        let service = &cluster.services[service.0];
        backend.map(|_| BackendReference {
            group: "".into(),
            kind: "Service".into(),
            name: service.name.value.to_string(),
            namespace: elsewhere(route, service),
            port: service.port,
            weight,
        })
    };
    rule.backends.iter().map(reference).collect()
}

/// The namespace of a service, where it is another than the route's.
fn elsewhere(route: &Route, service: &Service) -> Option<String> {
    (service.namespace.value != route.namespace.value).then(|| service.namespace.value.to_string())
}
