//! What Envoy Gateway is told.

use hnet_model::{EnvoyObject, EnvoyTarget, Origin, Targeted, Told, ToldValue};

use super::Show;
use super::overlay::laid_over;

pub(super) fn object(object: &EnvoyObject) -> Show {
    let EnvoyObject { kind, name, doc, namespace, class, targets, settings, overlay, span } = object;
    let mut shown = Show::new(kind.keyword(), &name.value, *span).doc(doc.as_ref());
    shown.one("namespace", namespace);
    shown.maybe("class", class.as_ref());
    shown.each("attached to", targets, target);
    let mut said = Vec::new();
    leaves(settings, String::new(), &mut said);
    shown.texts("says", said);
    laid_over(overlay, &mut shown);
    shown
}

fn target(EnvoyTarget { kind, which }: &EnvoyTarget) -> String {
    match which {
        Targeted::Named(name, None) => format!("{kind} {name}"),
        Targeted::Named(name, Some(section)) => format!("{kind} {name}/{section}"),
        Targeted::Labelled(labels) if labels.is_empty() => format!("each {kind} of its namespace"),
        Targeted::Labelled(labels) => {
            let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
            format!("each {kind} with {}", labels.join(", "))
        }
    }
}

/// Each value with the keys that lead to it.
pub(super) fn leaves(told: &Told, path: String, said: &mut Vec<(String, Origin)>) {
    match &told.value {
        ToldValue::Map(entries) if !entries.is_empty() => {
            for (key, value) in entries {
                let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
                leaves(value, path, said);
            }
        }
        ToldValue::List(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                leaves(item, format!("{path}[{at}]"), said);
            }
        }
        ToldValue::Map(_) | ToldValue::List(_) => said.push((path, told.origin)),
        ToldValue::Text(text) => said.push((format!("{path} {text}"), told.origin)),
        ToldValue::Number(number) => said.push((format!("{path} {number}"), told.origin)),
        ToldValue::Flag(flag) => said.push((format!("{path} {flag}"), told.origin)),
    }
}
