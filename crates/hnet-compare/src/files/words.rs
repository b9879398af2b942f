//! What becomes of a document, in words.

use super::difference::{Change, What};
use super::documents::Document;
use crate::Value;
use crate::compare::{Field, Verdict};
use crate::kinds::Kind;
use crate::path::{Path, Step};

/// How many characters of a value are shown.
const LONGEST: usize = 100;

/// The key of what is called by the `name` beside it.
const VALUE: &str = "value";

impl What {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            What::Added => "add",
            What::Changed => "change",
            What::Gone => "remove",
            What::Renamed => "rename",
            What::Same => "same",
        }
    }
}

impl Change<'_> {
    /// The word for what becomes of it: one that only changes its namespace moves.
    #[must_use]
    pub fn word(&self) -> &'static str {
        if self.moves() { "move" } else { self.what.word() }
    }

    /// Whether it keeps its name and changes its namespace.
    #[must_use]
    pub fn moves(&self) -> bool {
        let is_same = |before: &Document| self.after.is_some_and(|after| after.name == before.name);
        self.what == What::Renamed && self.before.is_some_and(is_same)
    }

    /// What it is about, and where that stands.
    #[must_use]
    pub fn headline(&self) -> String {
        let Some(document) = self.document() else { return String::new() };
        format!("{} ({}:{})", self.title(), document.file, document.line)
    }

    /// What it is about.
    #[must_use]
    pub fn title(&self) -> String {
        let Some(document) = self.document() else { return String::new() };
        match (self.what, self.before) {
            (What::Renamed, Some(before)) if self.moves() => {
                let namespace = |document: &Document| match document.namespace.as_str() {
                    "" => "no namespace".to_owned(),
                    namespace => format!("namespace {namespace}"),
                };
                format!("{} {} from {} to {}", before.kind.kind, before.name, namespace(before), namespace(document))
            }
            (What::Renamed, Some(before)) => format!("{} to {}", before.title(), document.name),
            _ => document.title(),
        }
    }

    /// What becomes of it, and below that a line for each field that differs.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        let fields = self.lines(false).into_iter().map(|field| format!("  {field}"));
        std::iter::once(format!("{} {}", self.word(), self.title())).chain(fields).collect()
    }

    /// A line for each field that differs; with `explains` also for each that is the same for a reason.
    #[must_use]
    pub fn lines(&self, explains: bool) -> Vec<String> {
        let (Some(document), Some(comparison)) = (self.document(), &self.comparison) else { return Vec::new() };
        let is_wanted = |field: &&Field| explains || field.verdict == Verdict::Differs;
        comparison.fields.iter().filter(is_wanted).map(|field| line(&document.kind, field)).collect()
    }
}

/// What a field of a document says and what it would say, on one line each and without secrets.
#[must_use]
pub fn sides(kind: &Kind, field: &Field) -> [Option<String>; 2] {
    let is_hidden = is_hidden(kind, field);
    [&field.from, &field.to].map(|side| Some(shown(kind, field, side.as_ref()?, is_hidden)))
}

/// Whether no side of a field is shown.
fn is_hidden(kind: &Kind, field: &Field) -> bool {
    let keys = field.path.keys();
    let mut sides = [&field.from, &field.to].into_iter().flatten();
    is_secret(kind, &keys) || sides.any(|value| gives_away(called(&field.path), value))
}

/// A side of a field on one line.
fn shown(kind: &Kind, field: &Field, value: &Value, is_hidden: bool) -> String {
    if is_hidden { "a secret".to_owned() } else { short(&without_secrets(kind, called(&field.path), value)) }
}

/// What a field is called: by its key, or by the name beside it, as variables of a container are.
fn called(path: &Path) -> &str {
    match path.0.as_slice() {
        [.., Step::Member { label, .. }, Step::Key(key)] if key == VALUE => label.strip_prefix("name=").unwrap_or(key),
        steps => steps.iter().rev().find_map(Step::key).unwrap_or_default(),
    }
}

/// A field in words: where it is, what it says, and what it would say.
fn line(kind: &Kind, field: &Field) -> String {
    let path = match field.path.0.is_empty() {
        true => "all of it".to_owned(),
        false => field.path.to_string(),
    };
    let hidden = is_hidden(kind, field);
    let shown = |value: &Value| shown(kind, field, value, hidden);
    match (field.verdict, &field.from, &field.to) {
        (Verdict::Differs, Some(Value::Text(from)), Some(Value::Text(to)))
            if !hidden && is_long(from) && is_long(to) =>
        {
            format!("{path}: {}", of_text(called(&field.path), from, to))
        }
        (Verdict::Differs, Some(_), Some(_)) if hidden => format!("{path}: another secret"),
        (Verdict::Differs, Some(from), Some(to)) => format!("{path}: {} → {}", shown(from), shown(to)),
        (Verdict::Differs, Some(from), None) => format!("{path}: no longer {}", shown(from)),
        (Verdict::Differs, None, Some(to)) => format!("{path}: now {}", shown(to)),
        (Verdict::ByFact(fact), Some(from), Some(to)) => {
            format!("{path}: {} = {}, since {fact}", shown(from), shown(to))
        }
        (Verdict::ByFact(fact), from, to) => {
            format!(
                "{path}: {} says nothing, since {fact}",
                from.as_ref().or(to.as_ref()).map_or_else(String::new, shown)
            )
        }
        (Verdict::ByDefault, from, to) => {
            format!("{path}: {} is the default", from.as_ref().or(to.as_ref()).map_or_else(String::new, shown))
        }
        (_, from, to) => format!("{path}: {}", from.as_ref().or(to.as_ref()).map_or_else(String::new, shown)),
    }
}

fn is_long(text: &str) -> bool {
    text.trim_end().contains('\n')
}

/// The first lines by which two texts differ, each without what its text and the key before that give away.
fn of_text(key: &str, from: &str, to: &str) -> String {
    let shown = [from, to].map(|text| hnet_secrets::masked_behind(key, text));
    let [shown_old, shown_new] = shown.each_ref().map(|text| text.lines().collect::<Vec<&str>>());
    let (old, new): (Vec<&str>, Vec<&str>) = (from.lines().collect(), to.lines().collect());
    let before = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = old[before..].iter().rev().zip(new[before..].iter().rev());
    let behind = rest.take_while(|(old, new)| old == new).count();
    let count = (old.len() - before - behind).max(new.len() - before - behind);
    let at = |lines: &[&str], behind: usize| {
        let line = lines[..lines.len() - behind].get(before).map_or("", |line| line.trim());
        short(&Value::Text(line.to_owned()))
    };
    let more = match count {
        0 | 1 => String::new(),
        count => format!(" and {} more", hnet_diagnostics::counted(count - 1, "line")),
    };
    format!("line {}: {} → {}{more}", before + 1, at(&shown_old, behind), at(&shown_new, behind))
}

/// Whether a key and the text behind it look like a secret together.
fn gives_away(key: &str, value: &Value) -> bool {
    value.as_str().is_some_and(|text| !is_long(text) && hnet_secrets::gives_away(key, text))
}

/// A value behind a key, in which what hangs on a key of a secret, or looks like one behind its key, is none.
fn without_secrets(kind: &Kind, key: &str, value: &Value) -> Value {
    let is_of_talos = matches!(kind.group.as_str(), "talos" | "talhelper");
    match value {
        Value::Map(fields) => {
            let name = fields.iter().find(|(key, _)| key == "name").and_then(|(_, name)| name.as_str());
            let field = |(key, value): &(String, Value)| {
                let own = match (key.as_str(), name) {
                    _ if is_of_talos && OF_TALOS.contains(&key.as_str()) => Value::Text("***".to_owned()),
                    (VALUE, Some(name)) => without_secrets(kind, name, value),
                    (key, _) => without_secrets(kind, key, value),
                };
                (key.clone(), own)
            };
            Value::Map(fields.iter().map(field).collect())
        }
        Value::List(items) => Value::List(items.iter().map(|item| without_secrets(kind, key, item)).collect()),
        Value::Text(text) => Value::Text(hnet_secrets::masked_behind(key, text).into_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// A value on one line, not longer than a line, without what looks like a secret.
fn short(value: &Value) -> String {
    let line = value.line();
    let line = hnet_secrets::masked(&line);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.into_owned(),
    }
}

/// Keys of Talos' machine configuration that hold secrets.
const OF_TALOS: &[&str] = &[
    "token",
    "key",
    "secret",
    "aescbcEncryptionSecret",
    "secretboxEncryptionSecret",
    "passphrase",
    "presharedKey",
    "privateKey",
    "apiToken",
    "password",
];

/// Whether a field holds a secret, which no message shows.
fn is_secret(kind: &Kind, keys: &[&str]) -> bool {
    match kind.group.as_str() {
        "core" if kind.kind == "Secret" => matches!(keys, ["data" | "stringData", ..]),
        "talos" | "talhelper" => {
            let whole = matches!(keys, [] | ["machine" | "cluster"] | ["machine" | "cluster", "ca"]);
            whole || keys.iter().any(|key| OF_TALOS.contains(key) || *key == "acceptedCAs" || *key == "aggregatorCA")
        }
        _ => false,
    }
}
