//! What becomes of a document, in words.

use std::borrow::Cow;

use super::difference::{Change, What};
use super::documents::Document;
use super::masks::Masks;
use crate::Value;
use crate::compare::{Field, Verdict};
use crate::kinds::Kind;
use crate::path::{Path, Step};

/// How many characters of a value are shown.
const LONGEST: usize = 100;

/// How much of the beginning of two long values is shown that begin alike, and how much before the place where they differ.
const HEAD: usize = 20;
const BEFORE: usize = 20;

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
        let fields: Vec<&Field> = comparison.fields.iter().filter(is_wanted).collect();
        if fields.is_empty() {
            return Vec::new();
        }
        let masks = Masks::of(self.before.into_iter().chain(self.after));
        let shown = Shown { kind: &document.kind, masks: &masks };
        fields.into_iter().map(|field| shown.line(field)).collect()
    }
}

/// What a field of a document says and what it would say in another, on one line each and without secrets.
#[must_use]
pub fn sides(documents: [&Document; 2], field: &Field) -> [Option<String>; 2] {
    let shown = Shown { kind: &documents[1].kind, masks: &Masks::of(documents) };
    let is_hidden = shown.is_hidden(field);
    if let (Some(from), Some(to)) = (&field.from, &field.to) {
        return shown.both(field, [from, to], is_hidden).map(Some);
    }
    [&field.from, &field.to].map(|side| Some(shown.side(field, side.as_ref()?, is_hidden)))
}

/// How what documents of a kind say is shown.
#[derive(Clone, Copy)]
struct Shown<'s> {
    kind: &'s Kind,
    masks: &'s Masks,
}

impl Shown<'_> {
    /// Whether no side of a field is shown.
    fn is_hidden(self, field: &Field) -> bool {
        let is_masked = |text: &str| self.text(called(&field.path), text) != text;
        let mut texts = [&field.from, &field.to].into_iter().flatten().filter_map(Value::as_str);
        is_secret(self.kind, &field.path.keys()) || texts.any(|text| !is_long(text) && is_masked(text))
    }

    /// A side of a field on one line.
    fn side(self, field: &Field, value: &Value, is_hidden: bool) -> String {
        if is_hidden { "a secret".to_owned() } else { short(&self.without_secrets(called(&field.path), value)) }
    }

    /// Both sides of a field on one line each.
    fn both(self, field: &Field, sides: [&Value; 2], is_hidden: bool) -> [String; 2] {
        match is_hidden {
            true => sides.map(|side| self.side(field, side, is_hidden)),
            false => short_both(sides.map(|side| self.without_secrets(called(&field.path), side))),
        }
    }

    /// A text behind a key. Laws of a kind may have made another of it than documents hold.
    fn text<'t>(self, key: &str, text: &'t str) -> Cow<'t, str> {
        match self.masks.get(text) {
            Some(shown) => Cow::Owned(shown.to_owned()),
            None => hnet_secrets::masked_behind(key, text),
        }
    }

    /// A field in words: where it is, what it says, and what it would say.
    fn line(self, field: &Field) -> String {
        let path = match field.path.0.is_empty() {
            true => "all of it".to_owned(),
            false => field.path.to_string(),
        };
        let hidden = self.is_hidden(field);
        let shown = |value: &Value| self.side(field, value, hidden);
        match (field.verdict, &field.from, &field.to) {
            (Verdict::Differs, Some(Value::Text(from)), Some(Value::Text(to)))
                if !hidden && is_long(from) && is_long(to) =>
            {
                format!("{path}: {}", self.of_text(called(&field.path), from, to))
            }
            (Verdict::Differs, Some(_), Some(_)) if hidden => format!("{path}: another secret"),
            (Verdict::Differs, Some(from), Some(to)) => {
                let [from, to] = self.both(field, [from, to], hidden);
                format!("{path}: {from} → {to}")
            }
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

    /// The first lines by which two texts differ, each without what its text and the key before that give away.
    fn of_text(self, key: &str, from: &str, to: &str) -> String {
        let shown = [from, to].map(|text| self.text(key, text));
        let [shown_old, shown_new] = shown.each_ref().map(|text| text.lines().collect::<Vec<&str>>());
        let (old, new): (Vec<&str>, Vec<&str>) = (from.lines().collect(), to.lines().collect());
        let before = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let rest = old[before..].iter().rev().zip(new[before..].iter().rev());
        let behind = rest.take_while(|(old, new)| old == new).count();
        let count = (old.len() - before - behind).max(new.len() - before - behind);
        let at = |lines: &[&str]| {
            let line = lines[..lines.len() - behind].get(before).map_or("", |line| line.trim());
            Value::Text(line.to_owned())
        };
        let more = match count {
            0 | 1 => String::new(),
            count => format!(" and {} more", hnet_diagnostics::counted(count - 1, "line")),
        };
        let [old, new] = short_both([at(&shown_old), at(&shown_new)]);
        format!("line {}: {old} → {new}{more}", before + 1)
    }

    /// A value behind a key, in which what hangs on a key of a secret, or looks like one, is none.
    fn without_secrets(self, key: &str, value: &Value) -> Value {
        let is_of_talos = matches!(self.kind.group.as_str(), "talos" | "talhelper");
        match value {
            Value::Map(fields) => {
                let field = |(key, value): &(String, Value)| {
                    let is_login = key == AUTH && value.as_str().is_some();
                    let own = match is_of_talos && (is_login || OF_TALOS.contains(&key.as_str())) {
                        true => Value::Text("***".to_owned()),
                        false => self.without_secrets(key, value),
                    };
                    (key.clone(), own)
                };
                Value::Map(fields.iter().map(field).collect())
            }
            Value::List(items) => Value::List(items.iter().map(|item| self.without_secrets(key, item)).collect()),
            Value::Text(text) => Value::Text(self.text(key, text).into_owned()),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

/// The key that a field hangs on.
fn called(path: &Path) -> &str {
    path.0.iter().rev().find_map(Step::key).unwrap_or_default()
}

/// Whether a text has more lines than one.
pub(super) fn is_long(text: &str) -> bool {
    text.trim_end().contains('\n')
}

/// A value on one line, not longer than a line, without what looks like a secret.
fn short(value: &Value) -> String {
    cut(&masked_line(value))
}

fn masked_line(value: &Value) -> String {
    hnet_secrets::masked(&value.line()).into_owned()
}

/// As much of a line as is shown.
fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// Two values likewise. Of those that are cut before or where they differ, only a little of what is alike is shown.
fn short_both(values: [Value; 2]) -> [String; 2] {
    let lines = values.each_ref().map(masked_line);
    let is_long = lines.iter().any(|line| line.chars().nth(LONGEST).is_some());
    let alike = lines[0].chars().zip(lines[1].chars()).take_while(|(old, new)| old == new).count();
    if !is_long || alike + BEFORE <= LONGEST || lines[0] == lines[1] {
        return lines.map(|line| cut(&line));
    }
    lines.map(|line| {
        let head: String = line.chars().take(HEAD).collect();
        let rest: String = line.chars().skip(alike - BEFORE).collect();
        cut(&format!("{head}…{rest}"))
    })
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
    "identityToken",
];

/// The key of a login of Talos, and of the map that it stands in.
const AUTH: &str = "auth";

/// Whether a field holds a secret, which no message shows.
fn is_secret(kind: &Kind, keys: &[&str]) -> bool {
    match kind.group.as_str() {
        "core" if kind.kind == "Secret" => matches!(keys, ["data" | "stringData", ..]),
        "talos" | "talhelper" => {
            let whole = matches!(keys, [] | ["machine" | "cluster"] | ["machine" | "cluster", "ca"]);
            let is_login = matches!(keys, [AUTH] | [.., AUTH, AUTH]);
            whole
                || is_login
                || keys.iter().any(|key| OF_TALOS.contains(key) || *key == "acceptedCAs" || *key == "aggregatorCA")
        }
        _ => false,
    }
}
