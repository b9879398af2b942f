//! What Envoy Gateway is told, in words. The words are the tables of `hnet-check`, and the other way is
//! `hnet-emit/src/gateway/envoy.rs`.
//!
//! Start at [`envoy`].

use hnet_check::envoy_words;
use hnet_model::{EnvoyKind, Name};
use hnet_syntax::tree::Statement;
use hnet_yaml::Value;

use super::{GATEWAYS, NAMELESS, NOWHERE, SYMBOLIC, head, is_in, namespace, pairs_of};
use crate::objects::{ENVOY_CLASS, Object, is_envoy_class};
use crate::say;
use crate::take::{Said, scalar, take};
use crate::told::said;

/// The kind of an object of Envoy Gateway's by its word.
fn kind_of(word: &str) -> Option<EnvoyKind> {
    EnvoyKind::ALL.into_iter().find(|kind| kind.word() == word)
}

/// An object in words with the objects that they are, or why it has none.
pub(crate) fn envoy(objects: &[Object], at: usize) -> Result<(Statement, Vec<usize>), &'static str> {
    let object = &objects[at];
    let kind = kind_of(&object.kind).ok_or("hnet has no words for it")?;
    object.namespace.as_ref().ok_or(NOWHERE)?;
    if Name::new(&object.name).is_err() {
        return Err(SYMBOLIC);
    }
    let (mut value, statement, of_metadata) = head(kind.keyword(), object).ok_or(NAMELESS)?;
    let mut fields: Vec<Statement> = namespace(object).filter(|_| !is_in(object, GATEWAYS)).into_iter().collect();
    let mut own = vec![at];
    let mut spec = take(&mut value, &["spec"]).map_or_else(|| value.clone(), |spec| spec.value);
    let mut workload = "envoyDeployment";
    if kind == EnvoyKind::Proxy {
        let class = objects.iter().enumerate().find(|(_, other)| is_class_of(other, object));
        if let Some((at, class)) = class {
            fields.push(say::field("class", &class.name, class.value.span));
            own.push(at);
        }
        take(&mut spec, &["provider", "type"]);
        if let Some(run) = spec.at(&["provider", "kubernetes", "envoyDaemonSet"]) {
            fields.push(say::field("run", "daemonset", run.span));
            workload = "envoyDaemonSet";
        }
    }
    if kind.is_policy() {
        fields.extend(targets(&mut spec)?);
    }
    let (_, said) = said(envoy_words(kind), &mut spec, workload).ok_or("it lacks what words need")?;
    fields.extend(said);
    fields.extend(of_metadata);
    Ok((statement.holding(fields).apart(), own))
}

/// Whether an object is the class whose gateways have these proxies.
fn is_class_of(class: &Object, proxy: &Object) -> bool {
    let said = |key: &str| class.value.str_at(&["spec", "parametersRef", key]);
    class.kind == ENVOY_CLASS
        && is_envoy_class(&class.value)
        && said("name") == Some(&proxy.name)
        && said("namespace") == proxy.namespace.as_deref()
        && Name::new(&class.name).is_ok()
}

/// The words for each kind of what a policy is attached to.
const TARGETS: [(&str, &str); 4] =
    [("Gateway", "gateways"), ("HTTPRoute", "routes"), ("GRPCRoute", "grpc-routes"), ("TCPRoute", "tcp-routes")];

/// What a policy is attached to. All gateways of its namespace need not be said.
fn targets(spec: &mut Value) -> Result<Vec<Statement>, &'static str> {
    let mut named: Vec<(&str, Vec<(String, hnet_diagnostics::Span)>)> = Vec::new();
    let mut fields = Vec::new();
    let mut is_default = true;
    let word = |target: &Value| {
        let kind = target.str_at(&["kind"])?;
        TARGETS.iter().find(|(own, _)| *own == kind).map(|(_, word)| *word)
    };
    let mut put = |word: &'static str, text: String, span| match named.iter_mut().find(|(own, _)| *own == word) {
        Some((_, all)) => all.push((text, span)),
        None => named.push((word, vec![(text, span)])),
    };
    let one = take(spec, &["targetRef"]).map(|field| field.value);
    let several = take(spec, &["targetRefs"]).map(|field| field.value);
    for target in one.iter().chain(several.iter().flat_map(Value::items)) {
        let word = word(target).ok_or("it is attached to something that has no word")?;
        let name = target.get("name").and_then(scalar).ok_or("it is attached to something without a name")?;
        let section = target.str_at(&["sectionName"]).map(|section| format!("/{section}")).unwrap_or_default();
        put(word, format!("{}{section}", name.text), name.span);
        is_default = false;
    }
    let selectors = take(spec, &["targetSelectors"]).map(|field| field.value);
    for target in selectors.iter().flat_map(Value::items) {
        let word = word(target).ok_or("it is attached to something that has no word")?;
        if target.get("matchExpressions").is_some() || target.get("namespaces").is_some() {
            return Err("what it is attached to is chosen in a way that has no words");
        }
        let labels: Vec<(String, Said)> = (target.get("matchLabels").into_iter().flat_map(Value::fields))
            .filter_map(|field| Some((field.key.to_string(), scalar(&field.value)?)))
            .collect();
        if labels.is_empty() {
            put(word, "all".to_owned(), target.span);
            is_default &= word == "gateways";
            continue;
        }
        let with = match word {
            "gateways" => "gateways-with",
            "routes" => "routes-with",
            _ => return Err("what it is attached to is chosen in a way that has no words"),
        };
        fields.push(pairs_of(with, &labels));
        is_default = false;
    }
    if !is_default {
        let lists = named.into_iter().map(|(word, all)| say::list(word, all[0].1, all));
        fields.splice(0..0, lists.collect::<Vec<_>>());
    }
    Ok(fields)
}
