//! HTTP routes in words.

use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::Value;

use super::{Names, head, is_said, namespace};
use crate::objects::Object;
use crate::report::CommentCount;
use crate::say;
use crate::take::{Said, scalar, take, take_text, take_texts};

/// A route in words; none where the words would say something else.
pub(crate) fn route(object: &Object, names: &Names, counts: &mut CommentCount) -> Option<Statement> {
    let (mut value, statement, mut of_metadata) = head("route", object, counts)?;
    let mut fields: Vec<Statement> = namespace(object).into_iter().collect();
    let own = object.namespace.clone().unwrap_or_default();
    if let Some(hosts) = take_texts(&mut value, &["spec", "hostnames"]).filter(|hosts| !hosts.is_empty()) {
        let said = hosts.iter().map(|host| (host.text.clone(), host.span));
        fields.push(say::list("hostname", hosts[0].span, said));
    }
    let parents = take(&mut value, &["spec", "parentRefs"])?.value;
    let mut through = Vec::new();
    for parent in parents.items() {
        through.push((parent_of(parent.clone(), &own, names)?, parent.span));
    }
    fields.push(say::list("through", parents.span, through));
    fields.append(&mut of_metadata);
    let rules = take(&mut value, &["spec", "rules"])?.value;
    for (at, rule) in rules.items().iter().enumerate() {
        let said = rule_of(rule.clone(), &own, counts)?;
        if at == 0 {
            fields.extend(said);
        } else {
            fields.push(Statement::new("rule", rule.span).holding(said));
        }
    }
    is_said(&value).then(|| statement.holding(fields))
}

fn parent_of(mut parent: Value, own: &str, names: &Names) -> Option<String> {
    let group = take_text(&mut parent, &["group"]);
    let kind = take_text(&mut parent, &["kind"]);
    let is_gateway = group.is_none_or(|group| group.text == "gateway.networking.k8s.io")
        && kind.is_none_or(|kind| kind.text == "Gateway");
    let name = take_text(&mut parent, &["name"])?;
    let namespace = take_text(&mut parent, &["namespace"]).map_or_else(|| own.to_owned(), |said| said.text);
    let section = take_text(&mut parent, &["sectionName"]);
    let gateway = names.gateways.get(&(namespace, name.text))?;
    (is_gateway && is_said(&parent)).then(|| match section {
        Some(section) => format!("{gateway}/{}", section.text),
        None => gateway.clone(),
    })
}

fn rule_of(mut rule: Value, own: &str, counts: &mut CommentCount) -> Option<Vec<Statement>> {
    let mut fields = Vec::new();
    let matches = take(&mut rule, &["matches"]).map(|field| field.value);
    matches_of(matches.as_ref().map_or(&[], Value::items), &mut fields, counts)?;
    for filter in take(&mut rule, &["filters"]).iter().flat_map(|filters| filters.value.items()) {
        filter_of(filter.clone(), &mut fields, counts)?;
    }
    let backends = take(&mut rule, &["backendRefs"]).map(|field| field.value);
    for backend in backends.iter().flat_map(Value::items) {
        fields.push(backend_of(backend.clone(), own)?);
    }
    if let Some(timeout) = take_text(&mut rule, &["timeouts", "request"]) {
        fields.push(say::said("timeout", &timeout, counts));
    }
    is_said(&rule).then_some(fields)
}

/// The matches of a rule: one of any form, or several that differ by their path alone.
fn matches_of(matches: &[Value], fields: &mut Vec<Statement>, counts: &mut CommentCount) -> Option<()> {
    let mut paths: [Vec<Said>; 2] = [Vec::new(), Vec::new()];
    for one in matches {
        let mut one = one.clone();
        if let Some(mut path) = take(&mut one, &["path"]).map(|field| field.value) {
            let kind = take_text(&mut path, &["type"]).map_or_else(|| "PathPrefix".to_owned(), |kind| kind.text);
            let value = take_text(&mut path, &["value"])?;
            match kind.as_str() {
                // The prefix `/` is what holds where nothing is said.
                "PathPrefix" if value.text == "/" && matches.len() == 1 => {}
                "PathPrefix" => paths[0].push(value),
                "Exact" => paths[1].push(value),
                _ => return None,
            }
        } else if matches.len() > 1 {
            return None;
        }
        if let Some(method) = take_text(&mut one, &["method"]) {
            fields.push(say::said("method", &method, counts));
        }
        let mut headers = Vec::new();
        for header in take(&mut one, &["headers"]).iter().flat_map(|headers| headers.value.items()) {
            if header.str_at(&["type"]).is_some_and(|kind| kind != "Exact") {
                return None;
            }
            let (name, value) = (scalar(header.get("name")?)?, scalar(header.get("value")?)?);
            headers.push(Word::string(&format!("{}: {}", name.text, value.text), name.span));
        }
        if let Some(first) = headers.first().map(|header| header.span) {
            fields.push(Statement::new("header", first).with_list(headers));
        }
        let is_more = fields.iter().any(|field| matches!(&*field.keyword.text, "method" | "header"));
        if !is_said(&one) || (is_more && matches.len() > 1) {
            return None;
        }
    }
    for (word, paths) in ["path", "exact-path"].into_iter().zip(paths) {
        if let Some(first) = paths.first() {
            fields.push(say::list(word, first.span, paths.iter().map(|path| (path.text.clone(), path.span))));
        }
    }
    Some(())
}

fn filter_of(mut filter: Value, fields: &mut Vec<Statement>, counts: &mut CommentCount) -> Option<()> {
    match take_text(&mut filter, &["type"])?.text.as_str() {
        "RequestRedirect" => {
            if let Some(scheme) = take_text(&mut filter, &["requestRedirect", "scheme"]) {
                fields.push(say::said("redirect", &scheme, counts));
            }
            if let Some(host) = take_text(&mut filter, &["requestRedirect", "hostname"]) {
                fields.push(say::said("redirect-host", &host, counts));
            }
            let code = take_text(&mut filter, &["requestRedirect", "statusCode"]);
            code.is_none_or(|code| code.text == "301").then_some(())?;
        }
        "URLRewrite" => {
            let prefix = take_text(&mut filter, &["urlRewrite", "path", "replacePrefixMatch"])?;
            take_text(&mut filter, &["urlRewrite", "path", "type"]);
            fields.push(say::said("rewrite-path", &prefix, counts));
        }
        kind @ ("RequestHeaderModifier" | "ResponseHeaderModifier") => {
            let (key, word) = match kind {
                "RequestHeaderModifier" => ("requestHeaderModifier", "set-header"),
                _ => ("responseHeaderModifier", "set-response-header"),
            };
            let set = take(&mut filter, &[key, "set"])?.value;
            let mut headers = Vec::new();
            for header in set.items() {
                let (name, value) = (scalar(header.get("name")?)?, scalar(header.get("value")?)?);
                headers.push(Word::string(&format!("{}: {}", name.text, value.text), name.span));
            }
            fields.push(Statement::new(word, set.span).with_list(headers));
        }
        _ => return None,
    }
    is_said(&filter).then_some(())
}

fn backend_of(mut backend: Value, own: &str) -> Option<Statement> {
    let group = take_text(&mut backend, &["group"]);
    let kind = take_text(&mut backend, &["kind"]);
    let is_service = group.is_none_or(|group| group.text.is_empty()) && kind.is_none_or(|kind| kind.text == "Service");
    take(&mut backend, &["group"]);
    let name = take_text(&mut backend, &["name"])?;
    let namespace = take_text(&mut backend, &["namespace"]).map_or_else(|| own.to_owned(), |said| said.text);
    let port = take_text(&mut backend, &["port"])?;
    let weight = take_text(&mut backend, &["weight"]).filter(|weight| weight.text != "1");
    let said = say::field("to", &format!("{namespace}/{}:{}", name.text, port.text), name.span);
    let said = match weight {
        Some(weight) => said.holding([say::field("weight", &weight.text, weight.span)]),
        None => said,
    };
    (is_service && !namespace.is_empty() && is_said(&backend)).then_some(said)
}
