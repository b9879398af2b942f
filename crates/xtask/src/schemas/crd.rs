//! Custom resource definitions.

use serde_json::Value;

use super::tree::{Forest, Id, Kind, Shape, fields};

/// The kinds that the documents define, each in the newest of its versions.
pub(super) fn kinds(documents: &[Value], forest: &mut Forest) -> Result<Vec<Kind>, String> {
    let mut found = Vec::new();
    for document in documents.iter().filter(|document| document["kind"] == "CustomResourceDefinition") {
        let spec = &document["spec"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut versions: Vec<&Value> = spec["versions"].as_array().into_iter().flatten().collect();
        versions.sort_by_key(|version| std::cmp::Reverse(age(version["name"].as_str().unwrap_or_default())));
        let kind = text(&spec["names"]["kind"]);
        let newest = versions.first().ok_or_else(|| format!("{kind} has no version"))?;
        let root = &newest["schema"]["openAPIV3Schema"];
        let mut of_root = fields(root, forest, &mut tree)?;
        of_root.retain(|field| !["apiVersion", "kind", "metadata", "status"].contains(&field.name.as_str()));
        found.push(Kind {
            group: text(&spec["group"]),
            kind,
            versions: versions.iter().map(|version| text(&version["name"])).collect(),
            is_namespaced: spec["scope"] == "Namespaced",
            fields: forest.object(of_root),
        });
    }
    Ok(found)
}

/// Of kinds that are defined in several files, a version each, the newest, which has the versions of all.
pub(super) fn newest(mut kinds: Vec<Kind>) -> Vec<Kind> {
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.versions.first().map(|version| age(version))));
    let mut all: Vec<Kind> = Vec::new();
    for kind in kinds {
        match all.iter_mut().find(|other| other.group == kind.group && other.kind == kind.kind) {
            Some(newer) => newer.versions.extend(kind.versions),
            None => all.push(kind),
        }
    }
    all
}

/// Versions in the order in which Kubernetes prefers them: `v1alpha1` before `v1beta1` before `v1` before `v2`.
fn age(version: &str) -> (u8, u32, u32) {
    let rest = version.trim_start_matches('v');
    let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
    let number = |text: &str| text.parse().unwrap_or(0);
    let (major, stage) = (number(&rest[..digits]), &rest[digits..]);
    let of = |name: &str| stage.strip_prefix(name).map(number);
    match (of("alpha"), of("beta")) {
        (Some(minor), _) => (0, major, minor),
        (_, Some(minor)) => (1, major, minor),
        _ => (2, major, 0),
    }
}

fn tree(schema: &Value, forest: &mut Forest) -> Result<Id, String> {
    let is = |key: &str| schema[key] == Value::Bool(true);
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    let scalar = |letter: char, forest: &mut Forest| Ok(forest.add(Shape::Scalar(letter)));
    // The pattern that Kubernetes gives to quantities.
    if pattern.starts_with(r"^(\+|-)?(([0-9]+(\.[0-9]*)?)") {
        return scalar('q', forest);
    }
    // Whatever it says of some fields, there may be others.
    if is("x-kubernetes-preserve-unknown-fields") {
        return scalar('a', forest);
    }
    if is("x-kubernetes-int-or-string") {
        return scalar('x', forest);
    }
    match schema["type"].as_str() {
        Some("object") if schema["properties"].is_object() => {
            let fields = fields(schema, forest, &mut tree)?;
            Ok(forest.object(fields))
        }
        Some("object") if schema["additionalProperties"].is_object() => {
            let of = tree(&schema["additionalProperties"], forest)?;
            Ok(forest.add(Shape::Map(of)))
        }
        Some("array") => {
            let kind = match schema["x-kubernetes-list-type"].as_str() {
                Some("set") => "~".to_owned(),
                Some("map") => {
                    let keys = schema["x-kubernetes-list-map-keys"].as_array().into_iter().flatten();
                    let keys: Vec<&str> = keys.filter_map(Value::as_str).collect();
                    format!("{}|", keys.join(","))
                }
                _ => String::new(),
            };
            let of = tree(&schema["items"], forest)?;
            Ok(forest.add(Shape::List(kind, of)))
        }
        Some("string") if schema["format"] == "duration" || (pattern.contains("ms") && pattern.contains('h')) => {
            scalar('d', forest)
        }
        Some("string") => scalar('s', forest),
        Some("integer") => scalar('i', forest),
        Some("number") => scalar('n', forest),
        Some("boolean") => scalar('b', forest),
        Some("object") | None => scalar('a', forest),
        Some(other) => Err(format!("the type `{other}` is not known")),
    }
}
