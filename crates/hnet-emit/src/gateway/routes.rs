//! HTTP routes, with the API server's defaults written out so that GitOps sees no drift.
//!
//! Very many routes go into folders of their own, since kustomize takes time with the square of the objects
//! that one kustomization lists.

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::gateway_api::{
    BackendReference, GROUP, HTTPRoute, Header, HeaderMatch, HeaderModifier, HttpRouteFilter, HttpRouteMatch,
    HttpRouteRule, HttpRouteSpec, ParentReference, PathRewrite, RequestRedirect, Timeouts, TypedValue, UrlRewrite,
};
use hnet_manifests::object::Manifest;
use hnet_model::{
    Backend, Cluster, Filter, HttpRoute, Match, Parent, Part, PathMatch, Redirect, RouteRule, Traced, own,
};

use crate::kubernetes::{metadata, shape, text};
use crate::overlay::Over;
use crate::place::{Folder, Objects};

/// The most routes that one kustomization lists.
pub(super) const MOST_IN_A_FOLDER: usize = 500;

/// Writes the routes into folders beside that of the gateways, with a file for each namespace, by namespace and name.
pub(super) fn in_folders<'a>(cluster: &'a Cluster, gateways: &mut Folder<'_, 'a>) {
    let mut sorted: Vec<&HttpRoute> = own(&cluster.routes).collect();
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

/// Adds a route.
pub(super) fn add(cluster: &Cluster, route: &HttpRoute, to: &mut Objects<'_>) {
    let HttpRoute { name, doc: _, namespace, hostnames, parents, overlay, rules, span } = route;
    let spec = HttpRouteSpec {
        parent_refs: parents.iter().map(|parent| parent.map(|to| parent_reference(cluster, to))).collect(),
        hostnames: hostnames.iter().map(text).collect(),
        rules: rules.iter().map(|rule| rule_object(cluster, route, rule)).collect(),
    };
    let object = Manifest::custom::<HTTPRoute>(metadata(text(name), namespace), spec);
    to.add(&object, shape(*span), Over::Main(overlay));
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

fn rule_object(cluster: &Cluster, route: &HttpRoute, rule: &RouteRule) -> HttpRouteRule {
    let RouteRule { matches, filters, backends, timeout } = rule;
    let default = Origin::derived(route.span, Reason::ApiServerDefault);
    let all =
        || HttpRouteMatch { path: Traced::new(path("PathPrefix", "/"), default), headers: Vec::new(), method: None };
    HttpRouteRule {
        matches: if matches.is_empty() {
            vec![all()]
        } else {
            matches.iter().map(|condition| match_object(condition, default)).collect()
        },
        filters: filter_objects(filters),
        backend_refs: backends.iter().map(|backend| backend_reference(cluster, route, backend)).collect(),
        timeouts: timeout.map(|timeout| Timeouts { request: timeout.map(|time| time.to_string()) }),
    }
}

fn path(kind: &'static str, value: &str) -> TypedValue {
    TypedValue { kind: kind.into(), value: value.to_owned() }
}

fn match_object(condition: &Match, default: Origin) -> HttpRouteMatch {
    let Match { path: path_match, headers, method } = condition;
    let header = |header: &hnet_model::HeaderMatch| HeaderMatch {
        kind: "Exact".into(),
        name: header.name.clone(),
        value: header.value.clone(),
    };
    HttpRouteMatch {
        path: match path_match {
            Some(path_match) => path_match.as_ref().map(|path_match| match path_match {
                PathMatch::Prefix(value) => path("PathPrefix", value),
                PathMatch::Exact(value) => path("Exact", value),
            }),
            None => Traced::new(path("PathPrefix", "/"), default),
        },
        headers: headers.iter().map(|it| it.as_ref().map(header)).collect(),
        method: method.clone(),
    }
}

/// The filters in their order; the API takes one for request and one for response headers, which sets them all.
fn filter_objects(filters: &[Traced<Filter>]) -> Vec<Traced<HttpRouteFilter>> {
    let mut objects: Vec<Traced<HttpRouteFilter>> = Vec::new();
    for filter in filters {
        let mut object = filter_object(&filter.value);
        let same = objects.iter_mut().find(|earlier| earlier.value.kind == object.kind);
        match same.and_then(|earlier| set_headers(&mut earlier.value)).zip(set_headers(&mut object)) {
            Some((earlier, more)) => earlier.append(more),
            None => objects.push(Traced::new(object, filter.origin)),
        }
    }
    objects
}

/// The headers that a filter sets, where that is what it does.
fn set_headers(filter: &mut HttpRouteFilter) -> Option<&mut Vec<Header>> {
    let HttpRouteFilter { request_header_modifier, response_header_modifier, .. } = filter;
    Some(&mut request_header_modifier.as_mut().or(response_header_modifier.as_mut())?.set)
}

fn filter_object(filter: &Filter) -> HttpRouteFilter {
    let of = |kind: &'static str| HttpRouteFilter { kind: kind.into(), ..HttpRouteFilter::default() };
    let replaced =
        |prefix: &String| PathRewrite { kind: "ReplacePrefixMatch".into(), replace_prefix_match: prefix.clone() };
    let set = |name: &String, value: &String| {
        Some(HeaderModifier { set: vec![Header { name: name.clone(), value: value.clone() }] })
    };
    match filter {
        Filter::Redirect(Redirect { https, host, prefix }) => HttpRouteFilter {
            request_redirect: Some(RequestRedirect {
                scheme: https.then(|| "https".to_owned()),
                hostname: host.as_ref().map(text),
                path: prefix.as_ref().map(|prefix| prefix.as_ref().map(replaced)),
                status_code: if *https { 301 } else { 302 },
            }),
            ..of("RequestRedirect")
        },
        Filter::RewritePrefix(prefix) => {
            HttpRouteFilter { url_rewrite: Some(UrlRewrite { path: replaced(prefix) }), ..of("URLRewrite") }
        }
        Filter::SetRequestHeader(name, value) => {
            HttpRouteFilter { request_header_modifier: set(name, value), ..of("RequestHeaderModifier") }
        }
        Filter::SetResponseHeader(name, value) => {
            HttpRouteFilter { response_header_modifier: set(name, value), ..of("ResponseHeaderModifier") }
        }
    }
}

fn backend_reference(cluster: &Cluster, route: &HttpRoute, backend: &Traced<Backend>) -> Traced<BackendReference> {
    let Backend { service, weight } = backend.value;
    let service = &cluster.services[service.0];
    let elsewhere = service.namespace.value != route.namespace.value;
    backend.map(|_| BackendReference {
        group: "".into(),
        kind: "Service".into(),
        name: service.name.value.to_string(),
        namespace: elsewhere.then(|| service.namespace.value.to_string()),
        port: service.port,
        weight,
    })
}
