//! Patches: strategic merge and RFC 6902, on values that keep their places.

use hnet_compare::Kind;
use hnet_compare::schema::{Fields, ListType, Type};
use hnet_diagnostics::Span;
use hnet_yaml::{Field, Map, Text, Value, ValueKind};
use smol_str::SmolStr;

/// Lays one value over another as kustomize does: maps merge, what is null goes, lists merge as the fields of a core kind
/// say; of other kinds, whose fields it does not know, they are replaced.
pub(crate) fn merge(base: &mut Value, patch: &Value, fields: Option<Fields>) {
    let (ValueKind::Map(map), ValueKind::Map(over)) = (&mut base.kind, &patch.kind) else {
        *base = without_directives(patch);
        return;
    };
    if patch.str_at(&["$patch"]) == Some("replace") {
        *base = without_directives(patch);
        return;
    }
    for (key, field) in over.iter().filter(|(key, _)| !key.starts_with("$patch")) {
        if field.value.is_null() || field.value.str_at(&["$patch"]) == Some("delete") {
            map.shift_remove(key);
            continue;
        }
        let behind = fields.and_then(|fields| fields.at(key));
        match map.get_mut(key) {
            None => drop(map.insert(key.clone(), Field { value: without_directives(&field.value), ..field.clone() })),
            Some(own) => match keys(behind) {
                Some((keys, of)) if own.value.as_list().is_some() && field.value.as_list().is_some() => {
                    merge_list(&mut own.value, &field.value, keys, of);
                }
                _ => merge(&mut own.value, &field.value, behind),
            },
        }
    }
}

/// The fields of a kind of Kubernetes itself, of which alone kustomize knows how their lists merge.
pub(super) fn fields_of_core(group: &str, kind: &str) -> Option<Fields> {
    match group {
        "" => Kind::new("core", kind).fields(),
        "apps" | "batch" | "policy" | "networking.k8s.io" | "rbac.authorization.k8s.io" => {
            Kind::new(group, kind).fields()
        }
        _ => None,
    }
}

/// The keys that the members of a list are known by, and their fields.
fn keys(list: Option<Fields>) -> Option<(&'static [&'static str], Fields)> {
    match list?.get() {
        Type::List(ListType::Map(keys), of) => Some((keys, of)),
        _ => None,
    }
}

fn merge_list(base: &mut Value, patch: &Value, keys: &[&str], of: Fields) {
    let Some(items) = base.as_list_mut() else { return };
    for over in patch.items() {
        let said: Vec<&str> = keys.iter().copied().filter(|key| over.get(key).is_some()).collect();
        let same = |item: &Value| !said.is_empty() && said.iter().all(|key| item.str_at(&[key]) == over.str_at(&[key]));
        let found = items.iter().position(same);
        match (found, over.str_at(&["$patch"]) == Some("delete")) {
            (Some(at), true) => drop(items.remove(at)),
            (Some(at), false) => merge(&mut items[at], over, Some(of)),
            (None, true) => {}
            (None, false) => items.push(without_directives(over)),
        }
    }
}

/// The value as it comes in where nothing was: without what only tells the merge what to do.
fn without_directives(value: &Value) -> Value {
    let mut value = value.clone();
    fn clean(value: &mut Value) {
        match &mut value.kind {
            ValueKind::Map(map) => {
                map.retain(|key, field| !key.starts_with("$patch") && !field.value.is_null());
                map.values_mut().for_each(|field| clean(&mut field.value));
            }
            ValueKind::List(items) => {
                items.retain(|item| item.str_at(&["$patch"]) != Some("delete"));
                items.iter_mut().for_each(clean);
            }
            ValueKind::Scalar(..) => {}
        }
    }
    clean(&mut value);
    value
}

/// Lays values of a chart over others as Helm does: maps merge, lists are replaced, what is null goes.
/// `hidden` is told what gives way to what.
pub(crate) fn overlay(base: &mut Value, over: &Value, hidden: &mut impl FnMut(Span, Span)) {
    let (ValueKind::Map(map), ValueKind::Map(fields)) = (&mut base.kind, &over.kind) else {
        hidden(base.span, over.span);
        *base = over.clone();
        return;
    };
    for (key, field) in fields {
        match map.get_mut(key) {
            Some(own) if field.value.is_null() => {
                hidden(own.value.span, field.value.span);
                map.shift_remove(key);
            }
            Some(own) => overlay(&mut own.value, &field.value, hidden),
            None => drop(map.insert(key.clone(), field.clone())),
        }
    }
}

/// Does the operations of an RFC 6902 patch, each as far as its path is there. Says whether all were done.
pub(crate) fn apply(base: &mut Value, operations: &Value) -> bool {
    operations.items().iter().filter(|operation| apply_one(base, operation).is_none()).count() == 0
}

fn apply_one(base: &mut Value, operation: &Value) -> Option<()> {
    let path = pointer(operation.str_at(&["path"])?);
    let value = || operation.get("value").cloned();
    match operation.str_at(&["op"])? {
        "add" => add(base, &path, operation, value()?),
        "replace" => {
            let target = find(base, &path)?;
            *target = value()?;
            Some(())
        }
        "remove" => remove(base, &path).map(drop),
        "move" => {
            let taken = remove(base, &pointer(operation.str_at(&["from"])?))?;
            add(base, &path, operation, taken)
        }
        "copy" => {
            let copied = find(base, &pointer(operation.str_at(&["from"])?))?.clone();
            add(base, &path, operation, copied)
        }
        "test" => find(base, &path).map(drop),
        _ => None,
    }
}

/// The parts of a JSON pointer.
fn pointer(path: &str) -> Vec<SmolStr> {
    path.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~").into()).collect()
}

fn find<'v>(base: &'v mut Value, path: &[SmolStr]) -> Option<&'v mut Value> {
    path.iter().try_fold(base, |value, part| match &mut value.kind {
        ValueKind::Map(map) => map.get_mut(part).map(|field| &mut field.value),
        ValueKind::List(items) => items.get_mut(part.parse::<usize>().ok()?),
        ValueKind::Scalar(..) => None,
    })
}

fn add(base: &mut Value, path: &[SmolStr], operation: &Value, value: Value) -> Option<()> {
    let Some((last, way)) = path.split_last() else {
        *base = value;
        return Some(());
    };
    match &mut find(base, way)?.kind {
        ValueKind::Map(map) => {
            let span = operation.get("path").map_or(value.span, |path| path.span);
            map.insert(last.clone(), field(last, span, value));
        }
        ValueKind::List(items) => match last.as_str() {
            "-" => items.push(value),
            last => {
                let at = last.parse().ok().filter(|at| *at <= items.len())?;
                items.insert(at, value);
            }
        },
        ValueKind::Scalar(..) => return None,
    }
    Some(())
}

fn remove(base: &mut Value, path: &[SmolStr]) -> Option<Value> {
    let (last, way) = path.split_last()?;
    match &mut find(base, way)?.kind {
        ValueKind::Map(map) => map.shift_remove(last).map(|field| field.value),
        ValueKind::List(items) => {
            let at = last.parse().ok().filter(|at| *at < items.len())?;
            Some(items.remove(at))
        }
        ValueKind::Scalar(..) => None,
    }
}

/// A field that something other than its key wrote.
pub(crate) fn field(key: &str, span: Span, value: Value) -> Field {
    Field { key: Text::at(key, span), comments: None, merged: None, value }
}

/// Sets the text behind several keys, with the maps on the way.
pub(crate) fn set(base: &mut Value, keys: &[&str], text: &str, span: Span) {
    set_value(base, keys, Value::text_at(text, span));
}

/// Sets the value behind several keys, with the maps on the way.
pub(crate) fn set_value(base: &mut Value, keys: &[&str], value: Value) {
    let span = value.span;
    let Some((first, rest)) = keys.split_first() else {
        *base = value;
        return;
    };
    if base.as_map().is_none() {
        base.kind = ValueKind::Map(Map::new());
    }
    let Some(map) = base.as_map_mut() else { return };
    let own = map.entry(SmolStr::from(*first));
    let own = own.or_insert_with(|| field(first, span, Value::of(ValueKind::Map(Map::new()), span)));
    set_value(&mut own.value, rest, value);
}
