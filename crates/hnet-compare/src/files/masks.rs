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

/// How many bytes of a name stand before each text that it names.
const OF_NAME: usize = 64;

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
            let first = written.texts.partition_point(|one| one.end() <= place.start);
            for one in written.texts[first..].iter().take_while(|one| one.start < place.end) {
                let [start, end] = [place.start.max(one.start), place.end.min(one.end())];
                let within = start - one.start + one.from..end - one.start + one.from;
                hidden.entry(one.text).or_default().push(within);
            }
        }
        let braced: BTreeSet<&str> =
            written.texts.iter().map(|one| one.text).filter(|text| text.contains(BRACES)).collect();
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

/// What begins JSON.
const BRACES: [char; 2] = ['{', '['];

/// What is hidden in a text that is YAML itself, or JSON, or that holds JSON behind other words.
fn within(text: &str, depth: usize) -> Vec<Range<usize>> {
    let mut places = Vec::new();
    if depth >= DEEPEST || read(text, 0, depth, &mut places) {
        return places;
    }
    let from_braces = |part: &str, start: usize, places: &mut Vec<Range<usize>>| {
        for at in BRACES.into_iter().filter_map(|brace| part.find(brace)) {
            read(&part[at..], start + at, depth, places);
        }
    };
    from_braces(text, 0, &mut places);
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.contains(BRACES) && !read(line, start, depth, &mut places) {
            from_braces(line, start, &mut places);
        }
        start += line.len();
    }
    places
}

/// Adds what is hidden in a part of a text, which begins at a byte of it, as far as that is YAML. Whether it is to its end.
fn read(part: &str, start: usize, depth: usize, places: &mut Vec<Range<usize>>) -> bool {
    let yaml = hnet_yaml::parse(FileId::default(), part);
    let roots = yaml.documents().filter_map(|document| document.root).filter(|root| root.is_map() || root.is_list());
    let mut is_yaml = false;
    for root in roots.map(hnet_yaml::Node::value) {
        is_yaml = true;
        let masks = Masks::of_values([&Value::of(&root, Reader::ApiServer)], depth + 1);
        root.leaves(&mut |_, leaf| {
            if leaf.as_str().is_some_and(|own| masks.get(own).is_some()) {
                let place = leaf.written().range();
                places.push(start + place.start..start + place.end);
            }
        });
    }
    is_yaml && !yaml.problems().iter().any(|problem| problem.trouble.loses_text())
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
        [self.key, self.beside, self.before, above].into_iter().map(end_of).filter(|name| !name.is_empty())
    }
}

/// The end of a long name, which says what it is.
fn end_of(name: &str) -> &str {
    let mut at = name.len().saturating_sub(OF_NAME);
    while !name.is_char_boundary(at) {
        at += 1;
    }
    &name[at..]
}

/// Where a text is written.
struct Place<'v> {
    start: usize,
    text: &'v str,
    /// From which of its bytes on.
    from: usize,
}

impl Place<'_> {
    fn end(&self) -> usize {
        self.start + self.text.len() - self.from
    }
}

/// A text, or what is from a byte of it on, and what stands around that.
type Named<'v> = (Around<'v>, &'v str, usize);

/// Documents as text.
#[derive(Default)]
struct Written<'v> {
    text: String,
    /// The texts of one line in it, in order.
    texts: Vec<Place<'v>>,
    /// Those of more lines, each with its key.
    long: Vec<(&'v str, &'v str)>,
}

impl<'v> Written<'v> {
    /// Adds a value, and then its texts behind their names.
    fn add(&mut self, value: &'v Value, around: &Around<'v>, depth: usize) {
        let mut named = Vec::new();
        self.value(value, around, depth, &mut named);
        for (around, text, from) in named {
            for name in around.names() {
                // As of one of several, or of one that is misspelt at its end.
                let mut shorter = name.chars();
                shorter.next_back();
                let lower = name.to_ascii_lowercase();
                let is_password = ["pass", "pwd"].iter().any(|short| lower.ends_with(short));
                let is_login = lower == "auth" && (text.len() - from) % 4 == 0;
                let more = [shorter.as_str(), if is_password { "password" } else { "" }];
                for name in [name].into_iter().chain(more).filter(|name| !name.is_empty()) {
                    self.behind(&[name, ": "], text, from);
                }
                if is_login {
                    self.behind(&["authorization: basic "], text, from);
                }
            }
        }
    }

    /// Adds a text behind words, apart from what is before and behind it.
    fn behind(&mut self, words: &[&str], text: &'v str, from: usize) {
        self.text.push_str(".\n");
        words.iter().for_each(|word| self.text.push_str(word));
        self.line(text, from);
    }

    /// Adds a text from a byte of it on, and ends the line.
    fn line(&mut self, text: &'v str, from: usize) {
        self.texts.push(Place { start: self.text.len(), text, from });
        self.text.push_str(&text[from..]);
        self.text.push('\n');
    }

    /// Adds a value as it would stand in a file.
    fn value(&mut self, value: &'v Value, around: &Around<'v>, depth: usize, named: &mut Vec<Named<'v>>) {
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
                self.line(text, 0);
                named.push((around.clone(), text, 0));
                // An option and what it is set to may be one text.
                if let Some((option, _)) = text.split_once(' ').filter(|_| text.starts_with('-')) {
                    let key = option.trim_start_matches('-');
                    named.push((Around { key, ..Around::default() }, text, option.len() + 1));
                }
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
    use super::{Around, Written};
    use crate::Value;

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

    #[test]
    fn what_stands_within_a_text_is_not_shown() {
        let texts = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: b}
data:
  lead: 'x = {"DB_PASSWORD": {"value": "9f#vTq81LmZx0W"}}'
  marked: '[x] {"DB_PASSWORD": {"value": "9f#vTq81LmZx0W"}} # x'
  option: --password 9f#vTq81LmZx0W
  line: "a\n{\"password\": {\"value\": \"9f#vTq81LmZx0W\"}}\n#\n"
  lines: "a\nb = {\n\"password\": {\"value\": \"9f#vTq81LmZx0W\"}\n}\n"
  later: "a {}\nb = {\"password\": {\"value\": \"9f#vTq81LmZx0W\"}}\n"
  shape: ${A#} {b}
  size: --size 9f#x
"#;
        insta::assert_snapshot!(of_secrets(texts), @r#"
        change ConfigMap b/a (a.yaml:1)
          data.later: line 2: "b = {\"password\": {\"value\": ****************}}" → "b = {\"password\": {\"value\": ****************}}"
          data.lead: another secret
          data.line: line 2: "{\"password\": {\"value\": ****************}}" → "{\"password\": {\"value\": ****************}}" and 1 line more
          data.lines: line 3: "\"password\": {\"value\": ****************}" → "\"password\": {\"value\": ****************}"
          data.marked: another secret
          data.option: another secret
          data.shape: "${A7} {b}" → "${A8} {b}"
          data.size: "--size 9f7x" → "--size 9f8x"
        same 0, others 0
        "#);
    }

    /// A name beside many texts stands before each of them.
    #[test]
    fn a_long_name_is_not_written_again_for_each_text() {
        let texts: Vec<Value> = (0..200).map(|at| Value::Text(format!("v{at}"))).collect();
        let of = |length: usize| {
            let name = Value::Text(format!("{}password", "é".repeat(length)));
            let value = Value::Map(vec![("name".to_owned(), name), ("values".to_owned(), Value::List(texts.clone()))]);
            let mut written = Written::default();
            written.add(&value, &Around::default(), 0);
            assert!(written.text.contains("password: v199"));
            written.text.len()
        };
        assert!(of(10_000) < of(1_000) + 200_000, "{} and {}", of(10_000), of(1_000));
    }
}
