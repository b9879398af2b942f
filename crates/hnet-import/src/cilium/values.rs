//! The chart's release: its version, what of its values has words, and what is laid over those that hnet derives.
//!
//! The release stays whose it is; hnet writes the values that it names. Start at [`Release::find`].

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Statement, Value as Word};
use hnet_yaml::{Map, Reader, Value, ValueKind};

use crate::files::Files;
use crate::objects::Object;
use crate::say;
use crate::take::{Said, scalar, texts};

/// A release of Cilium's chart.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    /// The version of the chart.
    pub(crate) version: Said,
    /// Its values.
    pub(crate) values: Value,
}

impl Release {
    /// The release among the files, if there is one.
    pub(crate) fn find(files: &Files, objects: &[Object]) -> Option<Release> {
        objects.iter().find_map(|object| of_flux(object, objects, files)).or_else(|| of_kustomize(files))
    }

    /// The statement: what of the values has words.
    pub(crate) fn statement(&self) -> Statement {
        let Release { version, values } = self;
        let text = version.text.trim_start_matches('v');
        let mut fields: Vec<Statement> = Vec::new();
        let on = |keys: &[&str]| values.at(keys).filter(|value| value.as_bool(Reader::Helm) == Some(true));
        if let Some(hubble) = on(&["hubble", "enabled"]) {
            let parts = [("relay", ["hubble", "relay", "enabled"]), ("ui", ["hubble", "ui", "enabled"])];
            let off: Vec<Statement> = parts
                .into_iter()
                .filter(|(_, keys)| on(keys).is_none())
                .map(|(word, _)| say::flag(word, false, hubble.span))
                .collect();
            let said = Statement::new("hubble", hubble.span);
            fields.push(if off.is_empty() { said } else { said.holding(off) });
        }
        if let Some(encryption) = on(&["encryption", "enabled"])
            && values.str_at(&["encryption", "type"]) == Some("wireguard")
        {
            fields.push(say::field("encryption", "wireguard", encryption.span));
        }
        if let Some(mode) = values.get("routingMode").and_then(scalar).filter(|mode| mode.text == "tunnel") {
            fields.push(say::field("routing", "tunnel", mode.span));
        }
        if let Some(mode) = values.at(&["loadBalancer", "mode"]).and_then(scalar)
            && matches!(mode.text.as_str(), "dsr" | "hybrid")
        {
            fields.push(say::field("load-balancer", &mode.text, mode.span));
        }
        if let Some(devices) = values.get("devices") {
            let listed = texts(devices).or_else(|| {
                let said = scalar(devices)?;
                Some(said.text.split_whitespace().map(|text| Said { text: text.to_owned(), ..said.clone() }).collect())
            });
            let words = listed.into_iter().flatten().map(|one| Word::string(&one.text, one.span));
            let words: Vec<Word> = words.collect();
            if !words.is_empty() {
                fields.push(Statement::new("devices", devices.span).with_list(words));
            }
        }
        if on(&["bpf", "masquerade"]).is_none() {
            let place = values.at(&["bpf", "masquerade"]).map_or(version.span, |value| value.span);
            fields.push(say::flag("bpf-masquerade", false, place));
        }
        let said = say::field("cilium", text, version.span).apart();
        if fields.is_empty() { said } else { said.holding(fields) }
    }
}

fn none(span: Span) -> Value {
    Value::of(ValueKind::Map(Map::new()), span)
}

/// A HelmRelease of the chart, whose values stand in it or in a file beside it.
fn of_flux(release: &Object, objects: &[Object], files: &Files) -> Option<Release> {
    if release.kind != "HelmRelease" {
        return None;
    }
    let spec = release.value.get("spec")?;
    let version = match spec.str_at(&["chart", "spec", "chart"]) {
        Some("cilium") => spec.at(&["chart", "spec", "version"]).and_then(scalar)?,
        Some(_) => return None,
        None => {
            let name = spec.str_at(&["chartRef", "name"])?;
            let is_it = |object: &&Object| {
                object.kind == "OCIRepository"
                    && object.name == name
                    && object.value.str_at(&["spec", "url"]).is_some_and(|url| url.ends_with("/cilium"))
            };
            objects.iter().find(is_it)?.value.at(&["spec", "ref", "tag"]).and_then(scalar)?
        }
    };
    let beside = || {
        let folder = release.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let names = ["values.yaml", "helm-values.yaml", "helm/values.yaml"];
        let root = names.iter().find_map(|name| files.get(&format!("{folder}/{name}"))?.0.root());
        root.map(|root| root.value())
    };
    let values = spec.get("values").cloned().or_else(beside);
    Some(Release { values: values.unwrap_or_else(|| none(version.span)), version })
}

/// The chart in the `helmCharts` of a kustomization.
fn of_kustomize(files: &Files) -> Option<Release> {
    for (path, _, yaml) in files.iter() {
        let Some(charts) = yaml.root().and_then(|root| root.get("helmCharts")) else { continue };
        for chart in charts.items().map(hnet_yaml::Node::value) {
            if chart.str_at(&["name"]) != Some("cilium") {
                continue;
            }
            let version = chart.get("version").and_then(scalar)?;
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let file = chart.str_at(&["valuesFile"]).and_then(|name| {
                let path = format!("{folder}/{}", name.trim_start_matches("./"));
                Some(files.get(path.trim_start_matches('/'))?.0.root()?.value())
            });
            let values = chart.get("valuesInline").cloned().or(file);
            return Some(Release { values: values.unwrap_or_else(|| none(version.span)), version });
        }
    }
    None
}

/// What of some values is not in others: maps are laid over each other, all else is replaced.
pub(crate) fn overlay(values: &Value, derived: &Value) -> Option<Value> {
    let Some(map) = values.as_map().filter(|map| !map.is_empty() && derived.as_map().is_some()) else {
        return (!is_same(values, derived)).then(|| values.clone());
    };
    let fields = map.iter().filter_map(|(key, field)| {
        let value = match derived.get(key) {
            Some(other) => overlay(&field.value, other)?,
            None => field.value.clone(),
        };
        Some((key.clone(), hnet_yaml::Field { value, ..field.clone() }))
    });
    let fields: Map = fields.collect();
    (!fields.is_empty()).then(|| Value { kind: ValueKind::Map(fields), ..values.clone() })
}

/// Whether a chart reads two values alike.
fn is_same(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (ValueKind::Scalar(..), ValueKind::Scalar(..)) => a.typed(Reader::Helm) == b.typed(Reader::Helm),
        (ValueKind::List(a), ValueKind::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_same(a, b)),
        (ValueKind::Map(a), ValueKind::Map(b)) => {
            a.len() == b.len()
                && a.iter().all(|(key, field)| b.get(key).is_some_and(|other| is_same(&field.value, &other.value)))
        }
        _ => false,
    }
}
