//! Routes in words.

use hnet_model::RouteKind;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use super::{NOWHERE, Names, head, namespace};
use crate::objects::Object;
use crate::say;
use crate::take::{Said, scalar, take, take_texts, texts};

/// The kind of route that a kind of object is.
pub(crate) fn route_kind(kind: &str) -> Option<RouteKind> {
    RouteKind::ALL.into_iter().find(|known| known.kind() == kind)
}

/// A route in words, or why it has none.
pub(crate) fn route(object: &Object, kind: RouteKind, names: &Names) -> Result<Statement, &'static str> {
    let own = object.namespace.clone().ok_or(NOWHERE)?;
    let (mut value, statement, mut of_metadata) = head("route", object).ok_or("it has no name")?;
    let mut fields: Vec<Statement> = Vec::new();
    if kind != RouteKind::Http {
        fields.push(say::field("kind", kind.word(), object.value.span));
    }
    if let Some(hosts) = take_texts(&mut value, &["spec", "hostnames"]).filter(|hosts| !hosts.is_empty()) {
        let said = hosts.iter().map(|host| (host.text.clone(), host.span));
        fields.push(say::list("hostname", hosts[0].span, said));
    }
    let parents = value.at(&["spec", "parentRefs"]).map(Value::items).unwrap_or_default();
    let through = parents.iter().filter_map(|parent| Some((parent_of(parent, &own, names)?, parent.span)));
    let through: Vec<_> = through.collect();
    let (_, first) = through.first().ok_or("it attaches to no gateway that is here in words")?;
    if implied_namespace(&value, &own, names) != Some(&own) {
        fields.splice(0..0, namespace(object));
    }
    fields.push(say::list("through", *first, through.iter().cloned()));
    fields.append(&mut of_metadata);
    for (at, rule) in value.at(&["spec", "rules"]).map(Value::items).unwrap_or_default().iter().enumerate() {
        let said = rule_of(rule, &own, names);
        if at == 0 {
            fields.extend(said);
        } else {
            fields.push(Statement::new("rule", rule.span).holding(said));
        }
    }
    Ok(statement.holding(fields))
}

/// The namespace of a route that does not say its own: that of its first backend, or of its first gateway.
fn implied_namespace<'v>(value: &'v Value, own: &'v str, names: &Names) -> Option<&'v str> {
    let of = |reference: &'v Value| reference.str_at(&["namespace"]).unwrap_or(own);
    let rules = value.at(&["spec", "rules"]).map(Value::items).unwrap_or_default();
    let mut backends = rules.iter().flat_map(|rule| rule.items_of("backendRefs"));
    match backends.next() {
        Some(backend) => names.services.said(backend, own).map(|_| of(backend)),
        None => value.at(&["spec", "parentRefs"])?.items().first().map(of),
    }
}

fn parent_of(parent: &Value, own: &str, names: &Names) -> Option<String> {
    let is = |key: &str, wanted: &str| parent.str_at(&[key]).is_none_or(|said| said == wanted);
    let namespace = parent.str_at(&["namespace"]).unwrap_or(own);
    let gateway = names.gateways.get(&(namespace.to_owned(), parent.str_at(&["name"])?.to_owned()))?;
    (is("group", "gateway.networking.k8s.io") && is("kind", "Gateway")).then(|| match parent.str_at(&["sectionName"]) {
        Some(section) => format!("{gateway}/{section}"),
        None => gateway.clone(),
    })
}

/// What of a rule has words.
fn rule_of(rule: &Value, own: &str, names: &Names) -> Vec<Statement> {
    let mut fields = matches_of(rule.items_of("matches"));
    for filter in rule.items_of("filters") {
        filter_of(filter, own, names, &mut fields);
    }
    fields.extend(rule.items_of("backendRefs").iter().filter_map(|backend| backend_of(backend, own, names)));
    for (word, key) in [("timeout", "request"), ("backend-timeout", "backendRequest")] {
        fields.extend(rule.at(&["timeouts", key]).and_then(scalar).map(|timeout| say::said(word, &timeout)));
    }
    fields
}

/// The matches of a rule: those that differ by their path alone are one, and the first stand in the rule itself.
fn matches_of(matches: &[Value]) -> Vec<Statement> {
    let besides = |one: &Value| {
        let mut one = one.clone();
        take(&mut one, &["path"]);
        hnet_compare::Value::of(&one, hnet_yaml::Reader::ApiServer)
    };
    let mut groups: Vec<Vec<&Value>> = Vec::new();
    for one in matches {
        match groups.iter_mut().find(|group| besides(group[0]) == besides(one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let mut fields = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        let said = match_of(group, matches.len() == 1);
        match at {
            0 => fields.extend(said),
            _ => fields.push(Statement::new("match", group[0].span).holding(said)),
        }
    }
    fields
}

/// Matches that differ by their path alone.
fn match_of(group: &[&Value], is_alone: bool) -> Vec<Statement> {
    let (mut fields, first) = (Vec::new(), group[0]);
    let kinds = [("path", "PathPrefix"), ("exact-path", "Exact"), ("path-regex", "RegularExpression")];
    let mut paths: [Vec<Said>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    for one in group {
        let kind = one.str_at(&["path", "type"]).unwrap_or("PathPrefix");
        let Some(path) = one.at(&["path", "value"]).and_then(scalar) else { continue };
        // The prefix `/` is what holds where nothing is said.
        if let Some(at) = kinds.iter().position(|(_, own)| *own == kind).filter(|at| {
            !(*at == 0 && path.text == "/" && (is_alone || group.len() == 1 && first.fields().count() > 1))
        }) {
            paths[at].push(path);
        }
    }
    // Of gRPC the method is a map.
    if let Some(method) = first.get("method").and_then(scalar) {
        fields.push(say::said("method", &method));
    }
    if first.str_at(&["method", "type"]).is_none_or(|kind| kind == "Exact") {
        for (word, key) in [("grpc-service", "service"), ("grpc-method", "method")] {
            fields.extend(first.at(&["method", key]).and_then(scalar).map(|name| say::said(word, &name)));
        }
    }
    for (key, word, mark) in [("headers", "header", ": "), ("queryParams", "query", "=")] {
        for is_regex in [false, true] {
            let of_kind = first
                .items_of(key)
                .iter()
                .filter(|own| (own.str_at(&["type"]).unwrap_or("Exact") == "RegularExpression") == is_regex);
            let values: Vec<Word> = of_kind.filter_map(|own| pair_of(own, mark)).collect();
            let word = if is_regex { format!("{word}-regex") } else { word.to_owned() };
            if let Some(span) = values.first().map(|value| value.span) {
                fields.push(Statement::new(&word, span).with_list(values));
            }
        }
    }
    for ((word, _), paths) in kinds.into_iter().zip(paths) {
        if let Some(first) = paths.first() {
            fields.push(say::list(word, first.span, paths.iter().map(|path| (path.text.clone(), path.span))));
        }
    }
    fields
}

/// A name and a value as a word: `"Name: value"`.
fn pair_of(pair: &Value, mark: &str) -> Option<Word> {
    let (name, value) = (pair.get("name").and_then(scalar)?, pair.get("value").and_then(scalar)?);
    Some(Word::string(&format!("{}{mark}{}", name.text, value.text), name.span))
}

/// What of a filter has words.
fn filter_of(filter: &Value, own: &str, names: &Names, fields: &mut Vec<Statement>) {
    match filter.str_at(&["type"]).unwrap_or_default() {
        "RequestRedirect" => {
            let mut say = |word: &str, key: &str| {
                let said = filter.at(&["requestRedirect", key]).and_then(scalar);
                fields.extend(said.map(|said| say::said(word, &said)));
            };
            say("redirect", "scheme");
            say("redirect-host", "hostname");
            say("redirect-port", "port");
            let status = filter.str_at(&["requestRedirect", "statusCode"]).unwrap_or("302");
            let to_https = filter.str_at(&["requestRedirect", "scheme"]) == Some("https");
            if status != if to_https { "301" } else { "302" } {
                say("redirect-status", "statusCode");
                if fields.last().is_none_or(|last| last.keyword.text != "redirect-status") {
                    fields.push(say::field("redirect-status", status, filter.span));
                }
            }
            path_of(filter, "requestRedirect", fields);
        }
        "URLRewrite" => {
            let host = filter.at(&["urlRewrite", "hostname"]).and_then(scalar);
            fields.extend(host.map(|host| say::said("rewrite-host", &host)));
            path_of(filter, "urlRewrite", fields);
        }
        kind @ ("RequestHeaderModifier" | "ResponseHeaderModifier") => {
            let (key, of) = match kind {
                "RequestHeaderModifier" => ("requestHeaderModifier", "header"),
                _ => ("responseHeaderModifier", "response-header"),
            };
            for change in ["set", "add"] {
                let headers = filter.at(&[key, change]).map(Value::items).unwrap_or_default();
                let headers: Vec<Word> = headers.iter().filter_map(|header| pair_of(header, ": ")).collect();
                if let Some(first) = headers.first().map(|header| header.span) {
                    fields.push(Statement::new(&format!("{change}-{of}"), first).with_list(headers));
                }
            }
            list_of(filter, &[key, "remove"], &format!("remove-{of}"), fields);
        }
        "RequestMirror" => fields.extend(mirror_of(filter, own, names)),
        "CORS" => {
            let mut inner = Vec::new();
            let lists = [("origins", "allowOrigins"), ("methods", "allowMethods"), ("headers", "allowHeaders")];
            for (word, key) in lists.into_iter().chain([("expose", "exposeHeaders")]) {
                list_of(filter, &["cors", key], word, &mut inner);
            }
            if let Some(credentials) = filter.at(&["cors", "allowCredentials"]).and_then(scalar) {
                let word = if credentials.text == "true" { "on" } else { "off" };
                inner.push(say::field("credentials", word, credentials.span));
            }
            let age = filter.at(&["cors", "maxAge"]).and_then(scalar).filter(|age| age.text != "5");
            inner.extend(age.map(|age| say::field("max-age", &format!("{}s", age.text), age.span)));
            fields.push(Statement::new("cors", filter.span).holding(inner));
        }
        "ExtensionRef" if filter.str_at(&["extensionRef", "kind"]) == Some("HTTPRouteFilter") => {
            let name = filter.at(&["extensionRef", "name"]).and_then(scalar);
            fields.extend(name.map(|name| say::said("filter", &name)));
        }
        _ => {}
    }
}

/// What a path becomes.
fn path_of(filter: &Value, of: &str, fields: &mut Vec<Statement>) {
    for (word, key) in [("rewrite-path", "replacePrefixMatch"), ("rewrite-full-path", "replaceFullPath")] {
        let path = filter.at(&[of, "path", key]).and_then(scalar);
        fields.extend(path.map(|path| say::said(word, &path)));
    }
}

/// A list of texts.
fn list_of(filter: &Value, path: &[&str], word: &str, fields: &mut Vec<Statement>) {
    let said = filter.at(path).and_then(texts).filter(|said| !said.is_empty());
    fields.extend(said.map(|said| say::list(word, said[0].span, said.iter().map(|one| (one.text.clone(), one.span)))));
}

fn mirror_of(filter: &Value, own: &str, names: &Names) -> Option<Statement> {
    let backend = filter.at(&["requestMirror", "backendRef"])?;
    let said = say::field("mirror", &names.services.said(backend, own)?, backend.span);
    let percent = filter.at(&["requestMirror", "percent"]).and_then(scalar);
    Some(match percent {
        Some(percent) => said.holding([say::said("percent", &percent)]),
        None => said,
    })
}

fn backend_of(backend: &Value, own: &str, names: &Names) -> Option<Statement> {
    let name = backend.get("name").and_then(scalar)?;
    let said = say::field("to", &names.services.said(backend, own)?, name.span);
    let weight = backend.get("weight").and_then(scalar).filter(|weight| weight.text != "1");
    Some(match weight {
        Some(weight) => said.holding([say::field("weight", &weight.text, weight.span)]),
        None => said,
    })
}
