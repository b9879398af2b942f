//! Laying a patch over a document.
//!
//! Maps merge and values replace. What becomes of a list says [`Merging`]. `$patch: delete` takes a map or a member of a
//! list by keys away, `$patch: replace` puts a map, or as a member alone all others of a list, in the place of what is
//! there; a key that is `null` goes, but in values of charts, to which it says something. All that lays patches, or reads
//! how others do, does it with this: on any tree that is a [`Part`]. Start at [`lay_over`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::Value;
use crate::dropped;
use crate::kinds::Kind;
use crate::lists::{Merging, merging};
use crate::schema::{self, Fields, Type};

/// The key of what is done with the part that it stands in: `delete`, `replace` or `merge`.
pub const DIRECTIVE: &str = "$patch";

/// A part of a document over which a patch can be laid.
pub trait Part: Clone {
    /// What it is.
    fn look(&self) -> Look<'_, Self>;
    /// A map that stands where this part does.
    #[must_use]
    fn of_map(&self, entries: Vec<(String, Self)>) -> Self;
    /// A list that stands where this part does.
    #[must_use]
    fn of_list(&self, items: Vec<Self>) -> Self;
}

/// What a part is.
#[derive(Debug)]
pub enum Look<'a, P> {
    /// Nothing, written.
    Null,
    /// A value without parts, as a text.
    Leaf(Cow<'a, str>),
    /// A list.
    List(&'a [P]),
    /// Keys with values, none twice.
    Map(&'a [(String, P)]),
}

impl Part for Value {
    fn look(&self) -> Look<'_, Self> {
        match self {
            Value::Null => Look::Null,
            Value::Bool(value) => Look::Leaf(Cow::Borrowed(if *value { "true" } else { "false" })),
            Value::Number(text) | Value::Text(text) => Look::Leaf(Cow::Borrowed(text)),
            Value::List(items) => Look::List(items),
            Value::Map(entries) => Look::Map(entries),
        }
    }

    fn of_map(&self, entries: Vec<(String, Self)>) -> Self {
        Value::Map(entries)
    }

    fn of_list(&self, items: Vec<Self>) -> Self {
        Value::List(items)
    }
}

/// The document with a patch laid over it; none if the patch removes it.
#[must_use]
pub fn lay_over<P: Part>(kind: &Kind, document: &P, patch: &P) -> Option<P> {
    lay(&mut Place { kind, path: Vec::new() }, kind.fields(), Some(document), patch)
}

/// What is to be done with a part, where it says so.
#[must_use]
pub fn directive<P: Part>(part: &P) -> Option<Cow<'_, str>> {
    match get(part, DIRECTIVE)?.look() {
        Look::Leaf(text) => Some(text),
        _ => None,
    }
}

fn is_told<P: Part>(part: &P, what: &str) -> bool {
    directive(part).is_some_and(|told| told == what)
}

/// Whether a member says what is to be done with its list, and nothing else.
fn is_alone<P: Part>(member: &P, what: &str) -> bool {
    is_told(member, what) && entries(member).len() == 1
}

fn entries<P: Part>(part: &P) -> &[(String, P)] {
    match part.look() {
        Look::Map(entries) => entries,
        _ => &[],
    }
}

fn items<P: Part>(part: &P) -> &[P] {
    match part.look() {
        Look::List(items) => items,
        _ => &[],
    }
}

fn get<'p, P: Part>(part: &'p P, key: &str) -> Option<&'p P> {
    entries(part).iter().find(|(name, _)| name == key).map(|(_, part)| part)
}

/// All that a part says, as one text.
fn text<P: Part>(part: &P) -> String {
    match part.look() {
        Look::Null => String::new(),
        Look::Leaf(text) => text.into_owned(),
        Look::List(items) => format!("[{}]", items.iter().map(|item| text(item) + "\0").collect::<String>()),
        Look::Map(entries) => {
            let mut fields: Vec<String> =
                entries.iter().map(|(key, part)| format!("{key}\0{}\0", text(part))).collect();
            fields.sort();
            format!("{{{}}}", fields.concat())
        }
    }
}

/// Where in a document something is laid.
struct Place<'p> {
    kind: &'p Kind,
    path: Vec<&'p str>,
}

fn lay<'p, P: Part>(place: &mut Place<'p>, fields: Option<Fields>, base: Option<&P>, patch: &'p P) -> Option<P> {
    match patch.look() {
        Look::Map(new) => {
            if is_told(patch, "delete") {
                return None;
            }
            let old = match base {
                Some(base) if !is_told(patch, "replace") => entries(base),
                _ => &[],
            };
            let places: BTreeMap<&str, usize> =
                old.iter().enumerate().map(|(at, (key, _))| (key.as_str(), at)).collect();
            let mut map: Vec<(String, Option<P>)> =
                old.iter().map(|(key, part)| (key.clone(), Some(part.clone()))).collect();
            let keeps_null = dropped::keeps_null(place.kind, &place.path);
            for (key, part) in new.iter().filter(|(key, _)| key != DIRECTIVE) {
                let behind = match (place.path.as_slice(), key.as_str()) {
                    ([], "metadata") if place.kind.is_object() => Some(schema::metadata()),
                    _ => fields.and_then(|fields| fields.at(key)),
                };
                let at = places.get(key.as_str()).copied();
                place.path.push(key);
                let laid = match part.look() {
                    Look::Null if !keeps_null => None,
                    _ => lay(place, behind, at.map(|at| &old[at].1), part),
                };
                place.path.pop();
                match at {
                    Some(at) => map[at].1 = laid,
                    None => map.push((key.clone(), laid)),
                }
            }
            let kept = map.into_iter().filter_map(|(key, part)| Some((key, part?))).collect();
            let stands = base.filter(|base| matches!(base.look(), Look::Map(_)) && !is_told(patch, "replace"));
            Some(stands.unwrap_or(patch).of_map(kept))
        }
        Look::List(new) => Some(lay_list(place, fields, base, patch, new)),
        _ => Some(patch.clone()),
    }
}

fn lay_list<'p, P: Part>(
    place: &mut Place<'p>,
    fields: Option<Fields>,
    base: Option<&P>,
    patch: &'p P,
    new: &'p [P],
) -> P {
    let (schema, of) = match fields.map(Fields::get) {
        Some(Type::List(list, of)) => (Some(list), Some(of)),
        _ => (None, None),
    };
    let base = base.filter(|base| matches!(base.look(), Look::List(_)));
    let merging = merging(place.kind, &place.path, schema);
    let fresh = |item: &'p P| lay(place, of, None, item);
    let Some(base) = base.filter(|_| !new.iter().any(|item| is_alone(item, "replace"))) else {
        let rest = new.iter().filter(|item| !is_alone(*item, "replace"));
        return patch.of_list(rest.filter_map(fresh).collect());
    };
    let old = items(base);
    match merging {
        Merging::Replace => patch.of_list(new.iter().filter_map(fresh).collect()),
        Merging::Append => base.of_list(old.iter().cloned().chain(new.iter().filter_map(fresh)).collect()),
        Merging::Union => {
            let mut known: std::collections::BTreeSet<String> = old.iter().map(text).collect();
            let added = new.iter().filter(|item| known.insert(text(*item))).filter_map(fresh);
            base.of_list(old.iter().cloned().chain(added).collect())
        }
        Merging::Keyed(keys) => {
            let mut merged: Vec<Option<P>> = old.iter().cloned().map(Some).collect();
            let mut index = Index { keys: &keys, of, old, of_said: BTreeMap::new() };
            for item in new {
                match index.find(item) {
                    Some(at) => merged[at] = lay(place, of, merged[at].clone().as_ref(), item),
                    None => merged.push(lay(place, of, None, item)),
                }
            }
            base.of_list(merged.into_iter().flatten().collect())
        }
    }
}

/// The members of a list, by the keys that tell them apart.
struct Index<'p, P> {
    keys: &'p [&'static str],
    of: Option<Fields>,
    old: &'p [P],
    /// By which of the keys are said: for each text of these the member that it means.
    of_said: BTreeMap<Vec<bool>, BTreeMap<String, usize>>,
}

impl<P: Part> Index<'_, P> {
    /// The member that one of a patch is about: the one with the same keys as far as it says them. Of several the one
    /// whose other keys are what they are where nobody writes them.
    fn find(&mut self, item: &P) -> Option<usize> {
        let said: Vec<bool> = self.keys.iter().map(|key| get(item, key).is_some()).collect();
        if !said.contains(&true) {
            return None;
        }
        let wanted = self.text(item, &said);
        if !self.of_said.contains_key(&said) {
            let mut members = BTreeMap::new();
            for (at, member) in self.old.iter().enumerate() {
                let is_default = (0..self.keys.len()).all(|key| said[key] || self.is_default(member, self.keys[key]));
                let slot = members.entry(self.text(member, &said)).or_insert((at, is_default));
                if is_default && !slot.1 {
                    *slot = (at, true);
                }
            }
            let members = members.into_iter().map(|(text, (at, _))| (text, at)).collect();
            self.of_said.insert(said.clone(), members);
        }
        self.of_said.get(&said)?.get(&wanted).copied()
    }

    fn text(&self, member: &P, said: &[bool]) -> String {
        let keys = self.keys.iter().zip(said).filter(|(_, is_said)| **is_said);
        let value = |key: &str| match get(member, key) {
            Some(part) => text(part),
            None => self.default(key).map(text).unwrap_or_default(),
        };
        keys.map(|(key, _)| value(key) + "\0").collect()
    }

    fn is_default(&self, member: &P, key: &str) -> bool {
        get(member, key).is_none_or(|part| self.default(key).is_some_and(|default| text(part) == text(default)))
    }

    fn default(&self, key: &str) -> Option<&'static Value> {
        match self.of.map(Fields::get) {
            Some(Type::Object(fields)) => fields.iter().find(|field| field.name == key)?.default.as_ref(),
            _ => None,
        }
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
