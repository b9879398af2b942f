//! What `<<` takes into a mapping, as the readers of YAML 1.1 take it: hnet writes no anchors, and `<<` without one would
//! be a key like any other to some of them. Start at [`merged`].

use std::collections::BTreeMap;

use hnet_diagnostics::Span;
use hnet_model::RawYaml;
use indexmap::IndexSet;
use serde_yaml::Value;
use serde_yaml::value::{Tag, TaggedValue};

/// The key that takes others in.
const MERGE: &str = "<<";

/// The document with the keys that `<<` takes in, where it stood. A key of the mapping's own hides one that is taken in, and
/// of several mappings the first hides the others.
pub(super) fn merged(raw: RawYaml) -> RawYaml {
    if !has_merge(&raw.value) {
        return raw;
    }
    let RawYaml { value, span, places, mut written } = raw;
    let mut parts = places.into_iter().enumerate().map(|(at, place)| Part { place, written: written.remove(&at) });
    let tree = tree(value, &mut parts, span);
    let mut whole = RawYaml { value: Value::Null, span, places: Vec::new(), written: BTreeMap::new() };
    whole.value = flat(tree, &mut whole);
    whole
}

/// What is known of a part but its value.
struct Part {
    place: Span,
    written: Option<String>,
}

/// A value whose parts are known to it.
enum Tree {
    Leaf(Value),
    List(Vec<(Part, Tree)>),
    Map(Vec<(Value, Part, Tree)>),
    Tagged(Tag, Box<Tree>),
}

fn has_merge(value: &Value) -> bool {
    match value {
        Value::Mapping(entries) => entries.iter().any(|(key, value)| key == MERGE || has_merge(value)),
        Value::Sequence(items) => items.iter().any(has_merge),
        Value::Tagged(tagged) => has_merge(&tagged.value),
        _ => false,
    }
}

/// The value with its parts, which come in the order in which they are read, and all that is taken in.
fn tree(value: Value, parts: &mut impl Iterator<Item = Part>, around: Span) -> Tree {
    let next = |parts: &mut dyn Iterator<Item = Part>| parts.next().unwrap_or(Part { place: around, written: None });
    match value {
        Value::Mapping(entries) => {
            let mut read = Vec::with_capacity(entries.len());
            for (key, value) in entries {
                let part = next(parts);
                let value = tree(value, parts, part.place);
                read.push((key, part, value));
            }
            Tree::Map(take_in(read))
        }
        Value::Sequence(items) => {
            let mut read = Vec::with_capacity(items.len());
            for item in items {
                let part = next(parts);
                let item = tree(item, parts, part.place);
                read.push((part, item));
            }
            Tree::List(read)
        }
        Value::Tagged(tagged) => {
            let TaggedValue { tag, value } = *tagged;
            Tree::Tagged(tag, Box::new(tree(value, parts, around)))
        }
        leaf => Tree::Leaf(leaf),
    }
}

fn take_in(entries: Vec<(Value, Part, Tree)>) -> Vec<(Value, Part, Tree)> {
    if entries.iter().all(|(key, ..)| key != MERGE) {
        return entries;
    }
    let mut known: IndexSet<Value> = entries.iter().map(|(key, ..)| key.clone()).collect();
    let mut all = Vec::with_capacity(entries.len());
    for (key, part, value) in entries {
        let maps: Vec<Vec<_>> = match value {
            Tree::Map(map) if key == MERGE => vec![map],
            Tree::List(items) if key == MERGE && items.iter().all(|(_, item)| matches!(item, Tree::Map(_))) => {
                let map = |(_, item)| if let Tree::Map(map) = item { map } else { Vec::new() };
                items.into_iter().map(map).collect()
            }
            // What nothing can be taken from is refused by those who read it.
            value => {
                all.push((key, part, value));
                continue;
            }
        };
        all.extend(maps.into_iter().flatten().filter(|(key, ..)| known.insert(key.clone())));
    }
    all
}

/// The value, whose parts are noted.
fn flat(tree: Tree, whole: &mut RawYaml) -> Value {
    let note = |part: Part, whole: &mut RawYaml| {
        whole.written.extend(part.written.map(|written| (whole.places.len(), written)));
        whole.places.push(part.place);
    };
    match tree {
        Tree::Leaf(value) => value,
        Tree::Map(entries) => {
            let mut map = serde_yaml::Mapping::with_capacity(entries.len());
            for (key, part, value) in entries {
                note(part, whole);
                map.insert(key, flat(value, whole));
            }
            Value::Mapping(map)
        }
        Tree::List(items) => {
            let mut list = Vec::with_capacity(items.len());
            for (part, item) in items {
                note(part, whole);
                list.push(flat(item, whole));
            }
            Value::Sequence(list)
        }
        Tree::Tagged(tag, value) => Value::Tagged(Box::new(TaggedValue { tag, value: flat(*value, whole) })),
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{FileId, Span};
    use hnet_model::RawYaml;

    use super::merged;
    use crate::types::yaml_forms::forms;
    use crate::types::yaml_places::places;

    fn of(text: &str) -> RawYaml {
        let mut value = serde_yaml::from_str(text).expect("it is YAML");
        let written = forms(&mut value, text);
        let count = places(&value, text).len();
        let places = (0..count).map(|at| Span::new(FileId(0), at, at)).collect();
        merged(RawYaml { value, span: Span::default(), places, written })
    }

    #[test]
    fn what_is_taken_in_stands_in_its_place() {
        let whole = of("a: &a {x: 1, y: 1.10}\nb: {<<: *a, x: 2, z: 3}\nc: [{<<: [*a, {x: 5, w: 6}]}]\n");
        let expected = "a: {x: 1, y: 1.10}\nb: {y: 1.10, x: 2, z: 3}\nc: [{x: 1, y: 1.10, w: 6}]\n";
        assert_eq!(whole.value, serde_yaml::from_str::<serde_yaml::Value>(expected).expect("it is YAML"));
        let keys: Vec<_> = whole.value["b"].as_mapping().into_iter().flatten().map(|(key, _)| key.clone()).collect();
        assert_eq!(keys, ["y", "x", "z"]);
        // a, x, y; b, y, x, z; c, its item, x, y, w.
        assert_eq!(whole.places.len(), 12);
        assert_eq!(whole.written.keys().copied().collect::<Vec<_>>(), [2, 4, 10]);
    }

    #[test]
    fn what_takes_nothing_in_stays() {
        for text in ["a: 1\n", "<<: text\n", "<<: [1]\nb: 2\n"] {
            assert_eq!(of(text).value, serde_yaml::from_str::<serde_yaml::Value>(text).expect("it is YAML"));
        }
    }
}
