//! The defaults of a chart.

use serde_json::Value;

/// A line for each key that has a default, with those below it in braces. A key without a value says nothing, and
/// which images a version is made of is left out.
pub(super) fn text(values: &Value) -> String {
    let mut keys: Vec<(&String, &Value)> = values.as_object().into_iter().flatten().collect();
    keys.sort_by_key(|(key, _)| key.as_str());
    let lines = keys.into_iter().filter_map(|(key, value)| Some(one(key, value)? + "\n"));
    lines.collect()
}

fn one(key: &str, value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Object(map) if map.contains_key("repository") => None,
        Value::Object(map) if !map.is_empty() => {
            let mut below: Vec<(&String, &Value)> = map.iter().collect();
            below.sort_by_key(|(key, _)| key.as_str());
            let below: Vec<String> = below.into_iter().filter_map(|(key, value)| one(key, value)).collect();
            (!below.is_empty()).then(|| format!("{key}{{{}}}", below.join(" ")))
        }
        _ => Some(format!("{key}={value}")),
    }
}
