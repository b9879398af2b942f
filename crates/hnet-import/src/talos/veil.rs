//! Secrets of machines: none of them comes into a source. A placeholder stands in the place of each, so that the rest of what
//! they stand in is kept. Keys of tunnels have placeholders of their own (`wireguard.rs`). Start at [`Veil::of`].

use std::cell::RefCell;

use hnet_diagnostics::Span;
use hnet_yaml::{Text, Value, ValueKind, Yaml};
use indexmap::IndexMap;

use super::wireguard;
use crate::write;

/// Keys of machines' configuration whose texts are secrets, whatever they look like.
const SECRET: [&str; 4] = ["passphrase", "password", "identityToken", "auth"];

/// What is shorter is found in too much that is none.
const SHORTEST: usize = 4;

/// The secrets that were found, and the placeholders that stand for them.
#[derive(Debug, Default)]
pub(super) struct Veil {
    known: RefCell<IndexMap<String, Known>>,
}

/// What stands for a secret.
#[derive(Debug)]
struct Known {
    placeholder: String,
    /// Where it was found first.
    place: Span,
}

/// What leads to a text.
#[derive(Clone, Copy, Default)]
struct Way<'a> {
    machine: &'a str,
    key: &'a str,
}

impl Veil {
    /// The secrets of values.
    pub(super) fn of(values: &[&Value]) -> Veil {
        let veil = Veil::default();
        values.iter().for_each(|value| veil.look(value, Way::default()));
        veil
    }

    /// Where secrets were found, and what is said of each.
    pub(super) fn notes(&self) -> Vec<(Span, String)> {
        let note = |known: &Known| {
            let placeholder = &known.placeholder;
            (
                known.place,
                format!("a secret is not written: give `{placeholder}` its value where the files are filled in"),
            )
        };
        self.known.borrow().values().map(note).collect()
    }

    /// The same value with placeholders in the place of its secrets.
    pub(super) fn laid(&self, value: &Value) -> Value {
        let mut value = value.clone();
        if !self.known.borrow().is_empty() {
            self.lay(&mut value);
        }
        value
    }

    /// A file of patches without its secrets.
    pub(super) fn file(&self, (yaml, text): (Yaml, Text)) -> (Yaml, Text) {
        for root in yaml.documents().filter_map(|document| document.root) {
            self.look(&root.value(), Way::default());
        }
        match self.over(&text) {
            Some(_) => {
                let place = yaml.root().map_or_else(Span::default, |root| root.span());
                let text = Text::at(self.documents(&yaml), place);
                (text.yaml(), text)
            }
            None => (yaml, text),
        }
    }

    /// The documents of a text without their secrets. They are written anew, since a placeholder may need quotes where a
    /// secret needed none.
    fn documents(&self, yaml: &Yaml) -> String {
        let roots = yaml.documents().filter_map(|document| document.root);
        let veiled: Vec<String> = roots.map(|root| write::yaml(&self.laid(&root.value()))).collect();
        veiled.join("---\n")
    }

    fn lay(&self, value: &mut Value) {
        match &mut value.kind {
            ValueKind::Scalar(text, _) => {
                if let Some(veiled) = self.over(text) {
                    let yaml = text.yaml();
                    let is_of_documents = text.contains('\n') && yaml.root().is_some_and(|root| root.is_map());
                    let veiled = if is_of_documents { self.documents(&yaml) } else { veiled };
                    let (span, written) = (value.span, value.written);
                    let comments = value.comments.take();
                    *value = Value { written, comments, ..Value::text_at(veiled, span) };
                }
            }
            ValueKind::List(items) => items.iter_mut().for_each(|item| self.lay(item)),
            ValueKind::Map(map) => map.values_mut().for_each(|field| self.lay(&mut field.value)),
        }
    }

    /// A text with placeholders, where it has a secret.
    fn over(&self, text: &str) -> Option<String> {
        let known = self.known.borrow();
        let mut veiled = None;
        for (secret, Known { placeholder, .. }) in known.iter() {
            let now: &str = veiled.as_deref().unwrap_or(text);
            if now.contains(secret.as_str()) {
                veiled = Some(now.replace(secret.as_str(), placeholder));
            }
        }
        veiled
    }

    fn look(&self, value: &Value, way: Way<'_>) {
        match &value.kind {
            ValueKind::List(items) => items.iter().for_each(|item| self.look(item, way)),
            ValueKind::Map(map) => {
                let machine = value.str_at(&["hostname"]).unwrap_or(way.machine);
                map.iter().for_each(|(key, field)| self.look(&field.value, Way { machine, key }));
            }
            ValueKind::Scalar(text, _) => self.look_at(text, value.span, way),
        }
    }

    fn look_at(&self, text: &Text, place: Span, way: Way<'_>) {
        // Keys of tunnels have placeholders by their links.
        if wireguard::is_secret(way.key) || is_open(text) {
            return;
        }
        if text.contains('\n') && !text.contains("-----BEGIN") {
            let yaml = text.yaml();
            let roots: Vec<_> = yaml.documents().filter_map(|document| document.root).collect();
            if roots.iter().any(|root| root.is_map()) {
                roots.iter().for_each(|root| self.look(&root.value(), way));
                return;
            }
        }
        if SECRET.contains(&way.key) {
            return self.note(text, &screaming(way.key), place, way);
        }
        let before = format!("{}: ", way.key);
        for secret in hnet_secrets::find(&format!("{before}{}", &**text)) {
            let Some(start) = secret.place.start.checked_sub(before.len()) else { continue };
            let Some(found) = text.get(start..secret.place.end - before.len()) else { continue };
            if !is_open(found) {
                let what = secret.what.trim_start_matches("a ").trim_start_matches("an ");
                self.note(
                    found,
                    &what.to_ascii_uppercase().replace(|sign: char| !sign.is_ascii_alphanumeric(), "_"),
                    place,
                    way,
                );
            }
        }
    }

    fn note(&self, secret: &str, what: &str, place: Span, way: Way<'_>) {
        let mut known = self.known.borrow_mut();
        if secret.len() < SHORTEST || known.contains_key(secret) {
            return;
        }
        let machine = screaming(way.machine);
        let name = if machine.is_empty() { what.to_owned() } else { format!("{machine}_{what}") };
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut names = std::iter::once(name.clone()).chain(numbered).map(|name| format!("${{{name}}}"));
        let placeholder = names.find(|name| known.values().all(|other| other.placeholder != *name));
        known.insert(secret.to_owned(), Known { placeholder: placeholder.unwrap_or_default(), place });
    }
}

/// Whether a text is no secret: one that somebody fills in, looks up or opens, or none at all.
fn is_open(text: &str) -> bool {
    let text = text.trim();
    text.is_empty()
        || text.contains("${")
        || text.contains("{{")
        || text.starts_with("ref+")
        || text.starts_with("op://")
        || text.starts_with("ENC[")
}

/// A name as placeholders have it: `identityToken` as `IDENTITY_TOKEN`.
fn screaming(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            out.push('_');
        }
        out.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
        before = letter;
    }
    out
}
