//! What of the texts in documents is shown to nobody.
//!
//! What looks like a secret is known by the text around it. So a document is written as text again, and what is found in
//! that is hidden wherever the text stands in a comparison; and each of its texts stands once more behind each of the names
//! that it may have in the eyes of people: the key, the name beside it, the key above, the option before it. Start at
//! [`Masks::of`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hnet_diagnostics::FileId;
use hnet_yaml::Reader;

use super::documents::Document;
use super::words::is_long;
use crate::Value;

/// How many texts in texts are read as YAML.
const DEEPEST: usize = 2;

/// The keys of what is called by a name beside them.
const VALUES: [&str; 6] = ["value", "values", "inline", "content", "default", "plaintext"];

/// The keys of that name.
const NAMES: [&str; 3] = ["name", "key", "header"];

/// The keys of what names something else, which no key above them makes a secret.
const REFERS: [&str; 7] = ["name", "namespace", "key", "kind", "path", "file", "property"];

/// Texts of documents, in which what is hidden is stars.
#[derive(Debug, Default)]
pub(super) struct Masks {
    /// Those that hold something hidden, as they are shown.
    shown: BTreeMap<String, String>,
}

impl Masks {
    /// Those of documents.
    pub(super) fn of<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Self {
        Masks::of_values(documents.into_iter().map(|document| &document.value), 0)
    }

    /// How a text is shown that holds something hidden.
    pub(super) fn get(&self, text: &str) -> Option<&str> {
        self.shown.get(text).map(String::as_str)
    }

    fn of_values<'v>(values: impl IntoIterator<Item = &'v Value>, depth: usize) -> Self {
        let mut written = Written::default();
        for value in values {
            written.text.push_str("---\n");
            written.add(value, &Around::default(), 0);
        }
        let mut hidden: BTreeMap<&str, Vec<Range<usize>>> = BTreeMap::new();
        for place in hnet_secrets::find(&written.text).into_iter().map(|secret| secret.place) {
            let first = written.texts.partition_point(|(start, text)| start + text.len() <= place.start);
            for (start, text) in written.texts[first..].iter().take_while(|(start, _)| *start < place.end) {
                let within = place.start.saturating_sub(*start)..(place.end - start).min(text.len());
                hidden.entry(text).or_default().push(within);
            }
        }
        let braced: BTreeSet<&str> =
            written.texts.iter().map(|(_, text)| *text).filter(|text| text.starts_with(['{', '['])).collect();
        for text in braced {
            hidden.entry(text).or_default().extend(within(text, depth));
        }
        let mut shown: BTreeMap<String, String> = BTreeMap::new();
        for (text, places) in hidden.into_iter().filter(|(_, places)| !places.is_empty()) {
            shown.insert(text.to_owned(), starred(text, &places));
        }
        for (key, text) in written.long {
            let by_text = hnet_secrets::masked_behind(key, text);
            let places = within(text, depth);
            if !places.is_empty() || by_text != text {
                shown.insert(text.to_owned(), starred_too(text, &by_text, &places));
            }
        }
        Masks { shown }
    }
}

/// What is hidden in a text that is YAML itself, or JSON.
fn within(text: &str, depth: usize) -> Vec<Range<usize>> {
    if depth >= DEEPEST {
        return Vec::new();
    }
    let yaml = hnet_yaml::parse(FileId::default(), text);
    let roots = yaml.documents().filter_map(|document| document.root).filter(|root| root.is_map() || root.is_list());
    let mut places = Vec::new();
    for root in roots.map(hnet_yaml::Node::value) {
        let masks = Masks::of_values([&Value::of(&root, Reader::ApiServer)], depth + 1);
        root.leaves(&mut |_, leaf| {
            if leaf.as_str().is_some_and(|own| masks.get(own).is_some()) {
                places.push(leaf.written().range());
            }
        });
    }
    places
}

/// A text with stars in some places.
fn starred(text: &str, places: &[Range<usize>]) -> String {
    starred_too(text, text, places)
}

/// The same, and where another form of it of as many letters has stars.
fn starred_too(text: &str, other: &str, places: &[Range<usize>]) -> String {
    // How many places more begin than end at a byte.
    let mut edges: BTreeMap<usize, isize> = BTreeMap::new();
    for place in places {
        *edges.entry(place.start).or_default() += 1;
        *edges.entry(place.end).or_default() -= 1;
    }
    let (mut depth, mut edges) = (0, edges.into_iter().peekable());
    let star = |((at, letter), other): ((usize, char), char)| {
        while let Some((_, change)) = edges.next_if(|(edge, _)| *edge <= at) {
            depth += change;
        }
        if depth > 0 && letter != '\n' { '*' } else { other }
    };
    text.char_indices().zip(other.chars()).map(star).collect()
}

/// What stands around a value.
#[derive(Clone, Default)]
struct Around<'v> {
    /// The nearest key.
    key: &'v str,
    /// The key above that.
    above: &'v str,
    /// The name beside it.
    beside: &'v str,
    /// The option before it in a list.
    before: &'v str,
}

impl<'v> Around<'v> {
    /// The names that a text may have.
    fn names(&self) -> impl Iterator<Item = &'v str> {
        let above = if REFERS.contains(&self.key) { "" } else { self.above };
        [self.key, self.beside, self.before, above].into_iter().filter(|name| !name.is_empty())
    }
}

/// Documents as text.
#[derive(Default)]
struct Written<'v> {
    text: String,
    /// The texts of one line in it, with where each begins; in order.
    texts: Vec<(usize, &'v str)>,
    /// Those of more lines, each with its key.
    long: Vec<(&'v str, &'v str)>,
}

impl<'v> Written<'v> {
    /// Adds a value, and then its texts behind their names.
    fn add(&mut self, value: &'v Value, around: &Around<'v>, depth: usize) {
        let mut named = Vec::new();
        self.value(value, around, depth, &mut named);
        for (around, text) in named {
            for name in around.names() {
                // As of one of several, or of one that is misspelt at its end.
                let mut shorter = name.chars();
                shorter.next_back();
                let lower = name.to_ascii_lowercase();
                let is_password = ["pass", "pwd"].iter().any(|short| lower.ends_with(short));
                let is_login = lower == "auth" && text.len() % 4 == 0;
                let more = [shorter.as_str(), if is_password { "password" } else { "" }];
                for name in [name].into_iter().chain(more).filter(|name| !name.is_empty()) {
                    self.behind(&[name, ": "], text);
                }
                if is_login {
                    self.behind(&["authorization: basic "], text);
                }
            }
        }
    }

    /// Adds a text behind words, apart from what is before and behind it.
    fn behind(&mut self, words: &[&str], text: &'v str) {
        self.text.push_str(".\n");
        words.iter().for_each(|word| self.text.push_str(word));
        self.texts.push((self.text.len(), text));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Adds a value as it would stand in a file.
    fn value(&mut self, value: &'v Value, around: &Around<'v>, depth: usize, named: &mut Vec<(Around<'v>, &'v str)>) {
        // What is deeper is not told by its place.
        let blank = |text: &mut String| (0..depth.min(30)).for_each(|_| text.push(' '));
        match value {
            Value::Map(entries) => {
                self.text.push('\n');
                let name = NAMES.iter().find_map(|name| value.get(name)?.as_str()).filter(|name| !is_long(name));
                for (key, value) in entries {
                    let beside = name.filter(|_| VALUES.contains(&key.as_str())).unwrap_or_default();
                    blank(&mut self.text);
                    self.text.push_str(key);
                    self.text.push_str(": ");
                    let around = Around { key, above: around.key, beside, before: "" };
                    self.value(value, &around, depth + 2, named);
                }
            }
            Value::List(items) => {
                self.text.push('\n');
                let mut before = "";
                for item in items {
                    blank(&mut self.text);
                    self.text.push_str("- ");
                    self.value(item, &Around { before, ..around.clone() }, depth + 2, named);
                    let option = item.as_str().filter(|text| text.starts_with('-') && !text.contains(['=', ' ']));
                    before = option.map_or("", |text| text.trim_start_matches('-'));
                }
            }
            Value::Text(text) if is_long(text) => {
                self.text.push_str("|\n");
                self.long.push((around.key, text));
            }
            Value::Text(text) => {
                self.texts.push((self.text.len(), text));
                self.text.push_str(text);
                self.text.push('\n');
                named.push((around.clone(), text));
            }
            Value::Number(number) => {
                self.text.push_str(number);
                self.text.push('\n');
            }
            Value::Null | Value::Bool(_) => self.text.push('\n'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::said;

    /// What is said of a document in which every secret is another.
    fn of_secrets(text: &str) -> String {
        let [old, new] = ["7", "8"].map(|one| text.replace('#', one));
        let shown = said(&[("a.yaml", &old)], &[("a.yaml", &new)]);
        assert!(!shown.contains("vTq81LmZx0W") && !shown.contains("dXNlcjpw"), "{shown}");
        shown
    }

    #[test]
    fn what_a_document_gives_away_is_not_shown_wherever_it_stands() {
        let release = "apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: a, namespace: b}
spec:
  values:
    containers:
      env: {A_PASSWORD: {value: 9f#vTq81LmZx0Wa}, B_PASSWORD: 9f#vTq81LmZx0W}
      args: [--api-token, 9f#vTq81LmZx0Wb3RnE, --size, 9f#x]
    extraEnv: [{name: C_PASSWORD, value: 9f#vTq81LmZx0Wc}]
    password: {inline: 9f#vTq81LmZx0Wd}
    passwords: [9f#vTq81LmZx0We]
    pass: 9f#vTq81LmZx0Wf
    tokenn: 9f#vTq81LmZx0Wb3Rnk
    httpHeaders: [{name: X-Trace, value: a}, {name: X-Api-Key, value: 9f#vTq81LmZx0Wb3Rng}]
    headers: {Authorization: [Bearer 9f#vTq81LmZx0Wb3RnE9h]}
    more: [{key: token, value: 9f#vTq81LmZx0Wb3Rni}]
    size: 9f#x
    secretRef: {name: release-9f#x}
    config: |
      a: 1
      env: {D_PASSWORD: {value: 9f#vTq81LmZx0Wj}}
";
        insta::assert_snapshot!(of_secrets(release), @r#"
        change HelmRelease b/a (a.yaml:1)
          spec.values.config: line 2: "env: {D_PASSWORD: {value: ***************}}" → "env: {D_PASSWORD: {value: ***************}}"
          spec.values.containers.args[1]: another secret
          spec.values.containers.args[3]: "9f7x" → "9f8x"
          spec.values.containers.env.A_PASSWORD.value: another secret
          spec.values.containers.env.B_PASSWORD: another secret
          spec.values.extraEnv[0].value: another secret
          spec.values.headers.Authorization[0]: another secret
          spec.values.httpHeaders[1].value: another secret
          spec.values.more[0].value: another secret
          spec.values.pass: another secret
          spec.values.password.inline: another secret
          spec.values.passwords[0]: another secret
          spec.values.secretRef.name: release-9f7x → release-9f8x
          spec.values.size: "9f7x" → "9f8x"
          spec.values.tokenn: another secret
        same 0, others 0
        "#);
        let application = "apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: a, namespace: argocd}
spec: {source: {helm: {parameters: [{name: admin.password, value: 9f#vTq81LmZx0W}], values: \"password: 9f#vTq81LmZx0Wb\\n\"}}}
";
        insta::assert_snapshot!(of_secrets(application), @r"
        change Application argocd/a (a.yaml:1)
          spec.source.helm.parameters[0].value: another secret
          spec.source.helm.values: another secret
        same 0, others 0
        ");
        let logins = "apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: b}
data: {config.json: '{\"auths\": {\"ghcr.io\": {\"auth\": \"dXNlcjpw#Xdv\"}}}', auth: none}
";
        insta::assert_snapshot!(of_secrets(logins), @r#"
        change ConfigMap b/a (a.yaml:1)
          data."config.json": another secret
        same 0, others 0
        "#);
        let machine = "machine: {type: worker, registries: {config: {ghcr.io: {auth: {username: 'me#', auth: dXNlcjpw#, identityToken: dXNlcjpw#}}}}}\n";
        insta::assert_snapshot!(of_secrets(machine), @r#"
        change machine configuration a (a.yaml:1)
          machine.registries.config."ghcr.io".auth.auth: another secret
          machine.registries.config."ghcr.io".auth.identityToken: another secret
          machine.registries.config."ghcr.io".auth.username: me7 → me8
        same 0, others 0
        "#);
    }
}
