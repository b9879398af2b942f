//! JSON schemas with definitions, as Talos and talhelper publish them.

use serde_json::Value;

use super::tree::{Field, Forest, Id, Kind, Shape, fields};

/// What the machine configuration itself is called.
const CORE: &str = "v1alpha1";

/// Fields of the core document that Talos reads as lists, where its schemas have one member (siderolabs/talos v1.11.6 to
/// v1.14.0-alpha.2, `pkg/machinery/config/types/v1alpha1/v1alpha1_types.go`, and its decoder).
const LISTS: [[&str; 2]; 2] = [["cluster", "acceptedCAs"], ["machine", "acceptedCAs"]];

/// The documents of Talos. The first schema is the newest; of the others what is missing in it is added.
pub(super) fn talos(schemas: &[Value], forest: &mut Forest) -> Result<Vec<Kind>, String> {
    let mut found: Vec<(String, Id)> = Vec::new();
    for schema in schemas {
        for one in schema["oneOf"].as_array().into_iter().flatten() {
            let document = resolve(one, schema)?;
            // The machine configuration itself has no kind.
            let kind = document["properties"]["kind"]["enum"][0].as_str().unwrap_or(CORE).to_owned();
            let mut root = of_object(document, schema, forest)?;
            root.retain(|field| !["apiVersion", "kind"].contains(&field.name.as_str()));
            let newer = found.iter_mut().find(|(known, _)| *known == kind);
            let fields = forest.object(root);
            match newer {
                Some((_, known)) => *known = union(*known, fields, forest),
                None => found.push((kind, fields)),
            }
        }
    }
    if let Some((_, core)) = found.iter_mut().find(|(kind, _)| kind == CORE) {
        *core = LISTS.iter().fold(*core, |core, path| listed(core, path, forest));
    }
    let of = |(kind, fields)| kind_of("talos", kind, "v1alpha1", fields);
    Ok(found.into_iter().map(of).collect())
}

/// The one document that a schema describes.
pub(super) fn document(schema: &Value, group: &str, kind: &str, forest: &mut Forest) -> Result<Kind, String> {
    let root = of_object(resolve(schema, schema)?, schema, forest)?;
    let fields = forest.object(root);
    Ok(kind_of(group, kind.to_owned(), "-", fields))
}

fn kind_of(group: &str, kind: String, version: &str, fields: Id) -> Kind {
    Kind { group: group.to_owned(), kind, versions: vec![version.to_owned()], is_namespaced: false, fields }
}

/// What a schema says, behind its reference.
fn resolve<'a>(schema: &'a Value, whole: &'a Value) -> Result<&'a Value, String> {
    match schema["$ref"].as_str() {
        None => Ok(schema),
        Some(path) => {
            let found = path.strip_prefix('#').and_then(|path| whole.pointer(path));
            resolve(found.ok_or_else(|| format!("`{path}` leads nowhere"))?, whole)
        }
    }
}

fn of_object(schema: &Value, whole: &Value, forest: &mut Forest) -> Result<Vec<Field>, String> {
    fields(schema, forest, &mut |schema, forest| tree(schema, whole, forest))
}

fn tree(schema: &Value, whole: &Value, forest: &mut Forest) -> Result<Id, String> {
    let schema = resolve(schema, whole)?;
    let shape = match schema["type"].as_str() {
        Some("object") if schema["properties"].as_object().is_some_and(|some| !some.is_empty()) => {
            let fields = of_object(schema, whole, forest)?;
            return Ok(forest.object(fields));
        }
        Some("array") => Shape::List(String::new(), tree(&schema["items"], whole, forest)?),
        Some("string") => Shape::Scalar('s'),
        Some("integer") => Shape::Scalar('i'),
        Some("number") => Shape::Scalar('n'),
        Some("boolean") => Shape::Scalar('b'),
        _ => match schema["patternProperties"].as_object().and_then(|patterns| patterns.values().next()) {
            Some(of) => Shape::Map(tree(of, whole, forest)?),
            None => Shape::Scalar('a'),
        },
    };
    Ok(forest.add(shape))
}

/// What the newer tree says, and the fields that only the older has.
fn union(newer: Id, older: Id, forest: &mut Forest) -> Id {
    match (forest.get(newer).clone(), forest.get(older).clone()) {
        (Shape::Object(mut fields), Shape::Object(old)) => {
            for field in old {
                match fields.iter_mut().find(|other| other.name == field.name) {
                    Some(same) => same.shape = union(same.shape, field.shape, forest),
                    None => fields.push(field),
                }
            }
            forest.object(fields)
        }
        (Shape::List(kind, newer), Shape::List(_, older)) => {
            let of = union(newer, older, forest);
            forest.add(Shape::List(kind, of))
        }
        (Shape::Map(newer), Shape::Map(older)) => {
            let of = union(newer, older, forest);
            forest.add(Shape::Map(of))
        }
        _ => newer,
    }
}

/// A tree with a list of what stands at a path.
fn listed(of: Id, path: &[&str], forest: &mut Forest) -> Id {
    let Some((first, rest)) = path.split_first() else { return forest.add(Shape::List(String::new(), of)) };
    let Shape::Object(mut fields) = forest.get(of).clone() else { return of };
    for field in fields.iter_mut().filter(|field| field.name == *first) {
        field.shape = listed(field.shape, rest, forest);
    }
    forest.object(fields)
}
