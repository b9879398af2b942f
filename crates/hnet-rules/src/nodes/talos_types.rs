//! Whether Talos can read a patch: keys that it knows, and where its schema has a mapping, a list or a single value,
//! such a one. What a single value is, is not judged.
//!
//! Talos decodes the whole of a configuration or nothing. Start at [`unreadable`].

use hnet_compare::directive;
use hnet_compare::schema::{Fields, Scalar as Of, Type};
use hnet_diagnostics::{Diagnostic, Span, codes, nearest};
use hnet_emit::yaml::{Node, Scalar, Value};

use crate::objects::overlay_types::shape;

/// What each document has beside its fields.
const OF_DOCUMENTS: [&str; 2] = ["apiVersion", "kind"];

/// What Talos cannot read of a part of a patch, all the way down.
#[derive(Default)]
pub(super) struct Unreadable {
    /// What is wrong.
    pub(super) found: Vec<Diagnostic>,
    /// The places, by their paths, at which something else stands than Talos takes.
    pub(super) wrong: Vec<String>,
}

/// What Talos cannot read of a document that has these fields.
pub(super) fn unreadable(document: &Node, fields: Fields) -> Unreadable {
    let mut out = Unreadable::default();
    out.part(document, fields, &mut Vec::new());
    out
}

/// A key that Talos does not know, where it may mean another.
pub(super) fn unknown(what: &str, place: Span, near: &str) -> Diagnostic {
    Diagnostic::new(&codes::UNKNOWN_TALOS_KEY, format!("Talos knows no `{what}`"))
        .label(place, "the node refuses a configuration with it")
        .help(format!("did you mean `{near}`?"))
}

impl Unreadable {
    fn part<'n>(&mut self, part: &'n Node, fields: Fields, path: &mut Vec<&'n str>) {
        let type_ = fields.get();
        if let Some(wanted) = wanted(part, type_) {
            let whole = path.join(".");
            self.found.push(
                Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, format!("`{whole}` is not {wanted} here"))
                    .label(part.origin.span, format!("Talos takes {wanted}, and refuses the whole configuration"))
                    .help(format!("write {wanted}")),
            );
            self.wrong.push(whole);
            return;
        }
        match (&part.value, type_) {
            (Value::Mapping(entries), Type::Object(known)) => {
                for (key, value) in entries.iter().filter(|(key, _)| !key.starts_with('$')) {
                    path.push(key);
                    match known.iter().find(|field| field.name == key) {
                        Some(field) => self.part(value, field.fields, path),
                        None if path.len() == 1 && OF_DOCUMENTS.contains(&key.as_str()) => {}
                        // One that is near to none may be of a version that the table does not tell of.
                        None => {
                            if let Some(near) = nearest(key, known.iter().map(|field| field.name)) {
                                self.found.push(unknown(&path.join("."), value.origin.span, near));
                            }
                        }
                    }
                    path.pop();
                }
            }
            (Value::Mapping(entries), Type::Map(of)) => {
                for (key, value) in entries.iter().filter(|(key, _)| !key.starts_with('$')) {
                    path.push(key);
                    self.part(value, of, path);
                    path.pop();
                }
            }
            (Value::Sequence(items), Type::List(_, of)) => items.iter().for_each(|item| self.part(item, of, path)),
            _ => {}
        }
    }
}

/// What should stand here, where something else does.
fn wanted(part: &Node, type_: Type) -> Option<&'static str> {
    let wanted = match type_ {
        Type::Object(_) | Type::Map(_) => "a mapping",
        Type::List(..) => "a list",
        Type::Scalar(Of::Any) => return None,
        Type::Scalar(_) => "a single value",
    };
    let is_open = match &part.value {
        // Nothing at all is left out, and of a placeholder nobody knows what it will be.
        Value::Scalar(Scalar::Null) => true,
        Value::Text(text) => text.contains("${"),
        // What is removed may be anything.
        Value::Mapping(_) if directive(part).is_some() => true,
        // Of an empty mapping or list earlier versions read an empty text.
        Value::Mapping(entries) => entries.is_empty() && wanted == "a single value",
        Value::Sequence(items) => items.is_empty() && wanted == "a single value",
        Value::Scalar(_) | Value::Lines(_) => false,
    };
    (!is_open && shape(part) != wanted).then_some(wanted)
}
