//! What becomes of a document, in words.

use std::borrow::Cow;

use super::difference::{Change, What};
use super::documents::Document;
use crate::Value;
use crate::compare::{Field, Verdict};
use crate::kinds::Kind;

/// How many characters of a value are shown.
const LONGEST: usize = 100;

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
    [&field.from, &field.to].map(|side| Some(shown(kind, side.as_ref()?, is_hidden)))
}

/// Whether no side of a field is shown.
fn is_hidden(kind: &Kind, field: &Field) -> bool {
    let keys = field.path.keys();
    let mut sides = [&field.from, &field.to].into_iter().flatten();
    is_secret(kind, &keys) || sides.any(|value| gives_away(&keys, value))
}

/// A side of a field on one line.
fn shown(kind: &Kind, value: &Value, is_hidden: bool) -> String {
    if is_hidden { "a secret".to_owned() } else { short(&without_secrets(kind, value)) }
}

/// A field in words: where it is, what it says, and what it would say.
fn line(kind: &Kind, field: &Field) -> String {
    let path = match field.path.0.is_empty() {
        true => "all of it".to_owned(),
        false => field.path.to_string(),
    };
    let hidden = is_hidden(kind, field);
    let shown = |value: &Value| shown(kind, value, hidden);
    match (field.verdict, &field.from, &field.to) {
        (Verdict::Differs, Some(Value::Text(from)), Some(Value::Text(to)))
            if !hidden && is_long(from) && is_long(to) =>
        {
            format!("{path}: {}", of_text(from, to))
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

/// The first lines by which two texts differ.
fn of_text(from: &str, to: &str) -> String {
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
    format!("line {}: {} → {}{more}", before + 1, at(&old, behind), at(&new, behind))
}

/// Whether a key and the text behind it look like a secret together.
fn gives_away(keys: &[&str], value: &Value) -> bool {
    let (Some(key), Value::Text(text)) = (keys.last(), value) else { return false };
    !text.contains('\n') && !hnet_secrets::find(&format!("{key}: {text}")).is_empty()
}

/// A value in which what hangs on a key of a secret is none.
fn without_secrets<'v>(kind: &Kind, value: &'v Value) -> Cow<'v, Value> {
    if !matches!(kind.group.as_str(), "talos" | "talhelper") {
        return Cow::Borrowed(value);
    }
    let inner = |value: &Value| without_secrets(kind, value).into_owned();
    match value {
        Value::Map(fields) => {
            let field = |(key, value): &(String, Value)| {
                let is_secret = OF_TALOS.contains(&key.as_str());
                (key.clone(), if is_secret { Value::Text("***".to_owned()) } else { inner(value) })
            };
            Cow::Owned(Value::Map(fields.iter().map(field).collect()))
        }
        Value::List(items) => Cow::Owned(Value::List(items.iter().map(inner).collect())),
        _ => Cow::Borrowed(value),
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
