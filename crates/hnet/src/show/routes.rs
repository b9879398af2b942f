//! The routes of a cluster as a tree to show.

use hnet_model::{
    Cluster, Cors, Filter, HeaderChange, Match, Mirror, Origin, Parent, PathMatch, PathRewrite, Redirect, Rewrite,
    Route, RouteRule, ValueMatch,
};

use super::Show;
use super::cluster::service_name;
use super::overlay::laid_over;

pub(super) fn route(route: &Route, cluster: &Cluster) -> Show {
    let Route { name, doc, kind, namespace, hostnames, parents, overlay, rules, span } = route;
    let mut shown = Show::new("route", &name.value, *span).doc(doc.as_ref());
    shown.each("kind", [kind], |kind| kind.kind().to_owned());
    shown.one("namespace", namespace);
    shown.list("hostnames", hostnames);
    shown.each("through", parents, |Parent { gateway, listener }| {
        let gateway = &cluster.gateways[gateway.0];
        let listener = listener.map_or_else(String::new, |id| format!("/{}", gateway.listeners[id.0].name.value));
        format!("{}{listener}", gateway.name.value)
    });
    laid_over(overlay, &mut shown);
    for RouteRule { matches, filters, backends, timeout, backend_timeout } in rules {
        let mut rule = Show::new("rule", "", *span);
        rule.texts("matches", matches.iter().map(|one| (match_text(one), match_origin(one, route))).collect());
        rule.each("filters", filters, |filter| filter_text(filter, cluster));
        rule.each("to", backends, |backend| {
            let service = service_name(&cluster.services[backend.service.0]);
            if backend.weight == 1 { service } else { format!("{service} weight {}", backend.weight) }
        });
        rule.maybe("timeout", timeout.as_ref());
        rule.maybe("backend timeout", backend_timeout.as_ref());
        shown.parts.push(rule);
    }
    shown
}

fn match_text(condition: &Match) -> String {
    let Match { path, headers, queries, method, grpc_service, grpc_method } = condition;
    let mut parts = Vec::new();
    parts.extend(method.iter().map(|method| method.value.clone()));
    parts.extend(path.iter().map(|path| match &path.value {
        PathMatch::Prefix(prefix) => format!("path {prefix}"),
        PathMatch::Exact(path) => format!("exact path {path}"),
        PathMatch::Regex(pattern) => format!("path like {pattern}"),
    }));
    parts.extend(grpc_service.iter().map(|service| format!("service {}", service.value)));
    parts.extend(grpc_method.iter().map(|method| format!("method {}", method.value)));
    let value = |what: &str, ValueMatch { name, value, is_regex }: &ValueMatch| {
        format!("{what} {name}{} {value}", if *is_regex { " like" } else { ":" })
    };
    parts.extend(headers.iter().map(|header| value("header", &header.value)));
    parts.extend(queries.iter().map(|query| value("parameter", &query.value)));
    if parts.is_empty() { "every request".to_owned() } else { parts.join(" and ") }
}

fn match_origin(condition: &Match, route: &Route) -> Origin {
    condition.origin().unwrap_or_else(|| Origin::written(route.span))
}

fn filter_text(filter: &Filter, cluster: &Cluster) -> String {
    let rewritten = |path: &PathRewrite| match path {
        PathRewrite::Prefix(prefix) => format!("prefix to {prefix}"),
        PathRewrite::Full(path) => format!("path to {path}"),
    };
    let changed = |what: &str, change: &HeaderChange| match change {
        HeaderChange::Set(name, value) => format!("set {what} header {name}: {value}"),
        HeaderChange::Add(name, value) => format!("add {what} header {name}: {value}"),
        HeaderChange::Remove(name) => format!("remove {what} header {name}"),
    };
    match filter {
        Filter::Redirect(redirect) => {
            let Redirect { scheme, host, port, path, status: _ } = redirect;
            let target = match (scheme, host) {
                (Some(scheme), Some(host)) => format!(" to {}://{}", scheme.value, host.value),
                (Some(scheme), None) => format!(" to {}", scheme.value),
                (None, Some(host)) => format!(" to {}", host.value),
                (None, None) => String::new(),
            };
            let port = port.as_ref().map_or(String::new(), |port| format!(", port {}", port.value));
            let path = path.as_ref().map_or(String::new(), |path| format!(", {}", rewritten(&path.value)));
            format!("redirect{target}{port}{path}, status {}", redirect.status())
        }
        Filter::Rewrite(Rewrite { host, path }) => {
            let host = host.as_ref().map(|host| format!("host to {}", host.value));
            let path = path.as_ref().map(|path| rewritten(&path.value));
            let parts: Vec<String> = host.into_iter().chain(path).collect();
            format!("rewrite {}", parts.join(" and "))
        }
        Filter::RequestHeader(change) => changed("request", change),
        Filter::ResponseHeader(change) => changed("response", change),
        Filter::Mirror(Mirror { service, percent }) => {
            let share = percent.as_ref().map_or(String::new(), |percent| format!(", {} %", percent.value));
            format!("mirror to {}{share}", service_name(&cluster.services[service.0]))
        }
        Filter::Cors(Cors { origins, .. }) => {
            let origins: Vec<&str> = origins.iter().map(|origin| origin.value.as_str()).collect();
            format!("CORS for {}", if origins.is_empty() { "no origin".to_owned() } else { origins.join(", ") })
        }
        Filter::Extension(name) => format!("route-filter {name}"),
    }
}
