//! HTTP routes in words.

use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use super::{NOWHERE, Names, head, namespace};
use crate::objects::Object;
use crate::say;
use crate::take::{Said, scalar, take, take_texts};

/// A route in words, or why it has none.
pub(crate) fn route(object: &Object, names: &Names) -> Result<Statement, &'static str> {
    let own = object.namespace.clone().ok_or(NOWHERE)?;
    let (mut value, statement, mut of_metadata) = head("route", object).ok_or("it has no name")?;
    let mut fields: Vec<Statement> = Vec::new();
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
        filter_of(filter, &mut fields);
    }
    fields.extend(rule.items_of("backendRefs").iter().filter_map(|backend| backend_of(backend, own, names)));
    fields.extend(rule.at(&["timeouts", "request"]).and_then(scalar).map(|timeout| say::said("timeout", &timeout)));
    fields
}

/// The matches of a rule that have words: those that differ by their path alone.
fn matches_of(matches: &[Value]) -> Vec<Statement> {
    let mut fields = Vec::new();
    let Some(first) = matches.first() else { return fields };
    let besides = |one: &Value| {
        let mut one = one.clone();
        take(&mut one, &["path"]);
        hnet_compare::Value::of(&one, hnet_yaml::Reader::ApiServer)
    };
    let mut paths: [Vec<Said>; 2] = [Vec::new(), Vec::new()];
    for one in matches.iter().filter(|one| besides(one) == besides(first)) {
        let kind = one.str_at(&["path", "type"]).unwrap_or("PathPrefix");
        let Some(path) = one.at(&["path", "value"]).and_then(scalar) else { continue };
        match kind {
            // The prefix `/` is what holds where nothing is said.
            "PathPrefix" if path.text == "/" && matches.len() == 1 => {}
            "PathPrefix" => paths[0].push(path),
            "Exact" => paths[1].push(path),
            _ => {}
        }
    }
    if let Some(method) = first.get("method").and_then(scalar) {
        fields.push(say::said("method", &method));
    }
    let exact =
        first.items_of("headers").iter().filter(|header| header.str_at(&["type"]).is_none_or(|kind| kind == "Exact"));
    let headers: Vec<Word> = exact.filter_map(header_of).collect();
    if let Some(first) = headers.first().map(|header| header.span) {
        fields.push(Statement::new("header", first).with_list(headers));
    }
    for (word, paths) in ["path", "exact-path"].into_iter().zip(paths) {
        if let Some(first) = paths.first() {
            fields.push(say::list(word, first.span, paths.iter().map(|path| (path.text.clone(), path.span))));
        }
    }
    fields
}

/// A header as a word: `"Name: value"`.
fn header_of(header: &Value) -> Option<Word> {
    let (name, value) = (header.get("name").and_then(scalar)?, header.get("value").and_then(scalar)?);
    Some(Word::string(&format!("{}: {}", name.text, value.text), name.span))
}

/// What of a filter has words.
fn filter_of(filter: &Value, fields: &mut Vec<Statement>) {
    let prefix = |of: &str| filter.at(&[of, "path", "replacePrefixMatch"]).and_then(scalar);
    let mut say = |word: &str, said: Option<Said>| fields.extend(said.map(|said| say::said(word, &said)));
    match filter.str_at(&["type"]).unwrap_or_default() {
        "RequestRedirect" => {
            let of = |key: &str| filter.at(&["requestRedirect", key]).and_then(scalar);
            say("redirect", of("scheme").filter(|scheme| scheme.text == "https"));
            say("redirect-host", of("hostname"));
            say("rewrite-path", prefix("requestRedirect"));
        }
        "URLRewrite" => say("rewrite-path", prefix("urlRewrite")),
        kind @ ("RequestHeaderModifier" | "ResponseHeaderModifier") => {
            let (key, word) = match kind {
                "RequestHeaderModifier" => ("requestHeaderModifier", "set-header"),
                _ => ("responseHeaderModifier", "set-response-header"),
            };
            let set = filter.at(&[key, "set"]).map(Value::items).unwrap_or_default();
            let headers: Vec<Word> = set.iter().filter_map(header_of).collect();
            if let Some(first) = headers.first().map(|header| header.span) {
                fields.push(Statement::new(word, first).with_list(headers));
            }
        }
        _ => {}
    }
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
