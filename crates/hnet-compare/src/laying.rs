//! Laying a patch over a document.
//!
//! Maps merge and values replace. A list merges with the members of the same keys where its kind has keys, Talos
//! appends to its lists, and all others are replaced. `$patch: delete` takes a map or a member of a list by keys away,
//! `$patch: replace` puts a map, or as the first member of a list all others, in the place of what is there; a key that
//! is `null` goes, but in values of charts, to which it says something. Start at [`lay_over`].

use std::collections::BTreeMap;

use crate::Value;
use crate::canonical::member_key;
use crate::dropped;
use crate::kinds::Kind;
use crate::lists::{self, Lists};
use crate::schema::{self, Fields, Type};

const DIRECTIVE: &str = "$patch";

/// The document with a patch laid over it; none if the patch deletes it.
#[must_use]
pub fn lay_over(kind: &Kind, document: &Value, patch: &Value) -> Option<Value> {
    lay(kind, kind.fields(), &mut Vec::new(), Some(document), patch)
}

fn directive(value: &Value) -> Option<&str> {
    value.get(DIRECTIVE).and_then(Value::as_str)
}

fn without_directive(value: &Value) -> Value {
    Value::Map(value.entries().iter().filter(|(key, _)| key != DIRECTIVE).cloned().collect())
}

fn lay<'p>(
    kind: &Kind,
    fields: Option<Fields>,
    path: &mut Vec<&'p str>,
    base: Option<&'p Value>,
    patch: &'p Value,
) -> Option<Value> {
    match patch {
        Value::Map(entries) => match directive(patch) {
            Some("delete") => None,
            Some("replace") => Some(without_directive(patch)),
            _ => {
                let mut map: Vec<(String, Value)> = match base {
                    Some(Value::Map(entries)) => entries.clone(),
                    _ => Vec::new(),
                };
                let mut places: BTreeMap<&str, usize> = BTreeMap::new();
                for (at, (key, _)) in base.map_or(&[][..], Value::entries).iter().enumerate() {
                    places.insert(key, at);
                }
                let mut gone = Vec::new();
                for (key, value) in entries {
                    let place = places.get(key.as_str()).copied();
                    let old = place.and_then(|at| base.and_then(|base| base.entries().get(at))).map(|(_, old)| old);
                    let behind = match (path.as_slice(), key.as_str()) {
                        ([], "metadata") if kind.is_object() => Some(schema::metadata()),
                        _ => fields.and_then(|fields| fields.at(key)),
                    };
                    let keeps_null = dropped::keeps_null(kind, path);
                    path.push(key);
                    let new = match value {
                        Value::Null if !keeps_null => None,
                        _ => lay(kind, behind, path, old, value),
                    };
                    path.pop();
                    match (new, place) {
                        (Some(new), Some(at)) => map[at].1 = new,
                        (Some(new), None) => map.push((key.clone(), new)),
                        (None, Some(at)) => gone.push(at),
                        (None, None) => {}
                    }
                }
                gone.sort_unstable();
                gone.into_iter().rev().for_each(|at| _ = map.remove(at));
                Some(Value::Map(map))
            }
        },
        Value::List(items) => Some(lay_list(kind, fields, path, base.map_or(&[], Value::items), items)),
        _ => Some(patch.clone()),
    }
}

fn lay_list<'p>(
    kind: &Kind,
    fields: Option<Fields>,
    path: &mut Vec<&'p str>,
    base: &'p [Value],
    items: &'p [Value],
) -> Value {
    if let [first, rest @ ..] = items
        && directive(first) == Some("replace")
        && first.entries().len() == 1
    {
        return Value::List(rest.to_vec());
    }
    let (list, of) = match fields.map(Fields::get) {
        Some(Type::List(list, of)) => (Some(list), Some(of)),
        _ => (None, None),
    };
    match lists::of(kind, path, list, base) {
        Lists::Keyed(keys) if lists::are_merged(kind, list) => {
            let mut merged: Vec<Option<Value>> = base.iter().cloned().map(Some).collect();
            let way = path.clone();
            let key = |member: &Value| member_key(kind, &way, of, member, &keys);
            let mut places: BTreeMap<String, usize> = BTreeMap::new();
            for (at, member) in base.iter().enumerate() {
                places.entry(key(member)).or_insert(at);
            }
            for item in items {
                let place = places.get(&key(&without_directive(item))).copied();
                let old = place.and_then(|at| base.get(at));
                match (lay(kind, of, path, old, item), place) {
                    (new, Some(at)) => merged[at] = new,
                    (Some(new), None) => merged.push(Some(new)),
                    (None, None) => {}
                }
            }
            Value::List(merged.into_iter().flatten().collect())
        }
        _ if lists::are_appended(kind, path) => Value::List(base.iter().chain(items).cloned().collect()),
        _ => Value::List(items.to_vec()),
    }
}

/// What takes a map away.
pub(crate) fn delete() -> Value {
    Value::Map(vec![(DIRECTIVE.to_owned(), Value::Text("delete".to_owned()))])
}

/// What takes a key of the map at this path away.
pub(crate) fn deletion(kind: &Kind, path: &[&str]) -> Value {
    if kind.is_object() && !dropped::keeps_null(kind, path) { Value::Null } else { delete() }
}

fn replace() -> (String, Value) {
    (DIRECTIVE.to_owned(), Value::Text("replace".to_owned()))
}

/// What puts a map in the place of what is there.
pub(crate) fn replace_map(map: &Value) -> Value {
    Value::Map([replace()].into_iter().chain(map.entries().iter().cloned()).collect())
}

/// What puts a list in the place of what is there.
pub(crate) fn replace_list(list: &Value) -> Value {
    let first = Value::Map(vec![replace()]);
    Value::List([first].into_iter().chain(list.items().iter().cloned()).collect())
}
