//! Names that external-dns publishes. The other way is `hnet-emit/src/external_dns.rs`.

use std::collections::BTreeSet;

use hnet_compare::Value as Compared;
use hnet_diagnostics::Span;
use hnet_manifests::versions::external_dns::PROXIED;
use hnet_model::{Duration, placeholders};
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Reader, Value};

use crate::gateway::{NOWHERE, head, is_in, namespace, pairs_of};
use crate::objects::Object;
use crate::say;
use crate::take::{Said, scalar, take, texts};
use crate::wires::Wires;

/// The kind of the objects.
pub(crate) const KIND: &str = "DNSEndpoint";

/// The namespace of records that do not say theirs.
const NAMESPACE: &str = "external-dns";

/// What a record may say besides, each of which has words.
const KEYS: [&str; 5] = ["dnsName", "recordType", "recordTTL", "targets", "providerSpecific"];

/// What a record says besides its name, as one value and in words.
type Rest = (Compared, Vec<Statement>);

/// A `DNSEndpoint` in words, or why it has none.
pub(crate) fn records(object: &Object, wires: &Wires, prefix: &str) -> Result<Statement, &'static str> {
    object.namespace.as_ref().ok_or(NOWHERE)?;
    let (value, statement, of_metadata) = head("records", object).ok_or("it has no name")?;
    let mut fields: Vec<Statement> = namespace(object).filter(|_| !is_in(object, NAMESPACE)).into_iter().collect();
    let endpoints = value.at(&["spec", "endpoints"]).map(Value::items).unwrap_or_default();
    let mut records: Vec<(Rest, Statement)> = Vec::new();
    for endpoint in endpoints {
        let (rest, name, said) = record(endpoint, wires, prefix)?;
        // Those that say the same one after the other are one.
        match records.pop() {
            Some((before, names))
                if before.0 == rest.0
                    && said.leading.is_empty()
                    && !names.arguments.iter().any(|own| own.value.text == name.text) =>
            {
                records.push((before, names.and(Word::said(&name.text, name.span))));
            }
            last => {
                records.extend(last);
                records.push((rest, said));
            }
        }
    }
    fields.extend(records.into_iter().map(|((_, rest), names)| say::behind(names, rest)));
    fields.extend(of_metadata);
    Ok(statement.holding(fields).apart())
}

/// A record, its name, and the statement that says it.
fn record(endpoint: &Value, wires: &Wires, prefix: &str) -> Result<(Rest, Said, Statement), &'static str> {
    if endpoint.fields().any(|field| !KEYS.contains(&&*field.key)) {
        return Err("a record says what has no words");
    }
    let name = endpoint.get("dnsName").and_then(scalar).ok_or("a record has no name")?;
    let kind = endpoint.get("recordType").and_then(scalar).ok_or("a record has no type")?;
    let targets = endpoint.get("targets").and_then(texts).filter(|all| !all.is_empty());
    let targets = targets.ok_or("a record leads to nothing")?;
    let different: BTreeSet<&str> = targets.iter().map(|target| target.text.as_str()).collect();
    if different.len() < targets.len() {
        return Err("a record says one thing twice");
    }
    let mut properties: Vec<(String, Said)> = Vec::new();
    let mut proxied = None;
    for property in endpoint.items_of("providerSpecific") {
        let pair = property.get("name").and_then(scalar).zip(property.get("value").and_then(scalar));
        let (key, value) = pair.filter(|_| property.fields().count() == 2).ok_or("a record says what has no words")?;
        let is_proxied = key.text.strip_prefix(prefix) == Some(PROXIED);
        match value.text.as_str() {
            // It stands before the others.
            on @ ("true" | "false") if is_proxied && properties.is_empty() && proxied.is_none() => {
                proxied = Some(say::field("proxied", if on == "true" { "on" } else { "off" }, value.span));
            }
            _ => properties.push((key.text, value)),
        }
    }
    let ttl = endpoint.get("recordTTL").map(|ttl| (ttl, ttl.as_integer()));
    let span = targets[0].span;
    let each = |text: &dyn Fn(&str) -> String| -> Vec<(String, Span)> {
        targets.iter().map(|target| (text(&target.text), target.span)).collect()
    };
    let mut fields = Vec::new();
    let say_type = |fields: &mut Vec<Statement>| fields.push(say::field("type", &kind.text, kind.span));
    match kind.text.as_str() {
        "A" | "AAAA" | "CNAME" | "NS" | "PTR" => {
            fields.push(say::list("to", span, each(&|text| wires.said(text))));
            let is_plain = matches!(kind.text.as_str(), "A" | "AAAA" | "CNAME");
            if !is_plain || targets.iter().any(|target| placeholders::is_alone(&target.text)) {
                say_type(&mut fields);
            }
        }
        _ => {
            say_type(&mut fields);
            let texts = targets.iter().map(|target| Word::string(&target.text, target.span));
            fields.push(Statement::new("data", span).with_list(texts));
        }
    }
    if let Some((ttl, seconds)) = ttl {
        let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok()?.checked_mul(1000));
        let time = Duration(seconds.ok_or("a record is kept for no time that can be said")?);
        fields.push(say::field("ttl", &time.to_string(), ttl.span));
    }
    fields.extend(proxied);
    if !properties.is_empty() {
        fields.push(pairs_of("property", &properties));
    }
    let mut value = endpoint.clone();
    take(&mut value, &["dnsName"]);
    let rest = (Compared::of(&value, Reader::ApiServer), fields);
    let of_fields = endpoint.fields().map(|field| &field.comments);
    let all = [&endpoint.comments].into_iter().chain(of_fields);
    let comments: Vec<_> = all.flat_map(|own| say::comments(own.as_deref())).collect();
    let said = say::field("record", &name.text, name.span).under(comments);
    Ok((rest, name, said))
}
