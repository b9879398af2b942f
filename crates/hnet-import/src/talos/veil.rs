//! Secrets of machines: none of them comes into a source. A placeholder stands in the place of each, so that the rest of what
//! they stand in is kept. Keys of tunnels have placeholders of their own (`wireguard.rs`). Start at [`Veil::of`].

use std::cell::RefCell;

use hnet_diagnostics::Span;
use hnet_model::placeholders;
use hnet_yaml::{Text, Value, ValueKind, Yaml};
use indexmap::{IndexMap, IndexSet};

use super::wireguard;
use crate::write;

/// Keys of machines' configuration whose texts are secrets, whatever they look like.
const SECRET: [&str; 3] = ["passphrase", "password", "identityToken"];

/// The secrets that were found, and the placeholders that stand for them.
#[derive(Debug, Default)]
pub(super) struct Veil {
    known: RefCell<IndexMap<String, Known>>,
    /// The names of placeholders that the files have themselves.
    taken: RefCell<IndexSet<String>>,
}

/// What stands for a secret.
#[derive(Debug)]
struct Known {
    name: String,
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
    /// For values in which no name that they fill in may stand for something else.
    pub(super) fn of(values: &[&Value]) -> Veil {
        let veil = Veil::default();
        values.iter().for_each(|value| value.leaves(&mut |_, leaf| veil.take_names(leaf.as_str().unwrap_or_default())));
        veil
    }

    /// Where secrets were found, and what is said of each.
    pub(super) fn notes(&self) -> Vec<(Span, String)> {
        let note = |Known { name, place }: &Known| {
            (*place, format!("a secret is not written: give `${{{name}}}` its value where the files are filled in"))
        };
        self.known.borrow().values().map(note).collect()
    }

    /// The same value with placeholders in the place of its secrets.
    pub(super) fn laid(&self, value: &Value) -> Value {
        let mut value = value.clone();
        self.lay(&mut value, Way::default());
        value
    }

    /// A file of patches without its secrets.
    pub(super) fn file(&self, (yaml, text): (Yaml, Text)) -> (Yaml, Text) {
        self.take_names(&text);
        let Some(veiled) = self.documents(&yaml, Way::default()) else { return (yaml, text) };
        let place = yaml.root().map_or_else(Span::default, |root| root.span());
        let text = Text::at(veiled, place);
        (text.yaml(), text)
    }

    fn take_names(&self, text: &str) {
        self.taken.borrow_mut().extend(placeholders::uses(text).map(|(_, name)| name.to_owned()));
    }

    /// The documents of a text without their secrets, where there is one. They are written anew, since a placeholder may need
    /// quotes where a secret needed none.
    fn documents(&self, yaml: &Yaml, way: Way<'_>) -> Option<String> {
        let mut documents: Vec<Value> =
            yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value).collect();
        let is_any = any(documents.iter_mut().map(|document| self.lay(document, way)));
        is_any.then(|| documents.iter().map(write::yaml).collect::<Vec<_>>().join("---\n"))
    }

    /// Puts placeholders in the place of secrets. Whether there was one.
    fn lay(&self, value: &mut Value, way: Way<'_>) -> bool {
        let machine = value.str_at(&["hostname"]).map(str::to_owned);
        let place = value.span;
        match &mut value.kind {
            ValueKind::List(items) => any(items.iter_mut().map(|item| self.lay(item, way))),
            ValueKind::Map(map) => {
                let machine = machine.as_deref().unwrap_or(way.machine);
                any(map.iter_mut().map(|(key, field)| self.lay(&mut field.value, Way { machine, key })))
            }
            ValueKind::Scalar(text, _) => {
                let Some(veiled) = self.over(text, place, way) else { return false };
                value.kind = Value::text_at(veiled, place).kind;
                true
            }
        }
    }

    /// A text with placeholders, where it has a secret.
    fn over(&self, text: &Text, place: Span, way: Way<'_>) -> Option<String> {
        // Keys of tunnels have placeholders by their links.
        if wireguard::is_secret(way.key) {
            return None;
        }
        if text.contains('\n') {
            let yaml = text.yaml();
            if yaml.root().is_some_and(|root| root.is_map()) {
                return self.documents(&yaml, way);
            }
        }
        if SECRET.contains(&way.key) {
            return (!is_open(text)).then(|| self.placeholder(text, &screaming(way.key), place, way));
        }
        let before = format!("{}: ", way.key);
        let mut veiled = text.to_string();
        // From the last to the first, so that the places of those before stay what they are.
        for secret in hnet_secrets::find(&format!("{before}{}", &**text)).iter().rev() {
            let Some(start) = secret.place.start.checked_sub(before.len()) else { continue };
            let range = start..secret.place.end - before.len();
            let Some(found) = text.get(range.clone()).filter(|found| !is_open(found)) else { continue };
            let what = secret.what.trim_start_matches("a ").trim_start_matches("an ");
            veiled.replace_range(range, &self.placeholder(found, &screaming(what), place, way));
        }
        (veiled != **text).then_some(veiled)
    }

    /// The placeholder of a secret, which is the same wherever that stands.
    fn placeholder(&self, secret: &str, what: &str, place: Span, way: Way<'_>) -> String {
        let mut known = self.known.borrow_mut();
        if let Some(Known { name, .. }) = known.get(secret) {
            return format!("${{{name}}}");
        }
        let machine = screaming(way.machine);
        let first = if machine.is_empty() { what.to_owned() } else { format!("{machine}_{what}") };
        let taken = self.taken.borrow();
        let is_free = |name: &String| !taken.contains(name) && known.values().all(|other| other.name != *name);
        let numbered = (2..).map(|number| format!("{first}_{number}"));
        let name = std::iter::once(first.clone()).chain(numbered).find(is_free).unwrap_or_default();
        known.insert(secret.to_owned(), Known { name: name.clone(), place });
        format!("${{{name}}}")
    }
}

/// Whether one of all is so, each of which is looked at.
fn any(all: impl Iterator<Item = bool>) -> bool {
    all.filter(|one| *one).count() > 0
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

/// A name as placeholders have it: `identityToken` as `IDENTITY_TOKEN`, `GitHub token` as `GITHUB_TOKEN`.
pub(super) fn screaming(name: &str) -> String {
    let is_one_word = !name.contains(' ');
    let mut out = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if is_one_word && letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            out.push('_');
        }
        out.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
        before = letter;
    }
    out
}
