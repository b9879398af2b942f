//! `renovate-hnet.json`, the preset by which Renovate keeps the versions in `.hnet` files current: it knows each version of
//! the vocabulary, and its patterns find those of all sources of the project and nothing else.
//!
//! [`ROWS`] is the table from which it is made; `HNET_BLESS=1` writes it.

use std::collections::BTreeSet;
use std::fs;

use hnet_check::VOCABULARY;
use hnet_diagnostics::{Diagnostics, FileId};
use hnet_language::{Shape, Type};
use hnet_syntax::tree::{Statement, Value};
use hnet_testing::{blessing, difference, files, page, root};
use regex_lite::Regex;
use serde_json::json;

/// Where the versions of a field come from, as Renovate calls it.
struct Row {
    /// The statement and its field.
    field: (&'static str, &'static str),
    datasource: &'static str,
    package: &'static str,
    registry: Option<&'static str>,
    /// What stands before a version there.
    prefix: &'static str,
    versioning: &'static str,
}

/// Talos runs the images of its own kubelet, and cloudflared is pulled as an image, so these are offered once they are there.
const ROWS: &[Row] = &[
    Row {
        field: ("cluster", "talos"),
        datasource: "github-releases",
        package: "siderolabs/talos",
        registry: None,
        prefix: "v",
        versioning: COERCED,
    },
    Row {
        field: ("cluster", "k3s"),
        datasource: "github-releases",
        package: "k3s-io/k3s",
        registry: None,
        prefix: "v",
        versioning: r"regex:^(?<major>\d+)\.(?<minor>\d+)(?:\.(?<patch>\d+))?(?:-(?<prerelease>[^+]+))?(?:\+k3s(?<build>\d+))?$",
    },
    Row {
        field: ("cluster", "kubernetes"),
        datasource: "docker",
        package: "ghcr.io/siderolabs/kubelet",
        registry: None,
        prefix: "v",
        versioning: COERCED,
    },
    Row {
        field: ("cilium", "version"),
        datasource: "helm",
        package: "cilium",
        registry: Some("https://helm.cilium.io/"),
        prefix: "",
        versioning: COERCED,
    },
    Row {
        field: ("gateway-api", "version"),
        datasource: "github-releases",
        package: "kubernetes-sigs/gateway-api",
        registry: None,
        prefix: "v",
        versioning: COERCED,
    },
    Row {
        field: ("tunnel", "version"),
        datasource: "docker",
        package: "cloudflare/cloudflared",
        registry: None,
        prefix: "",
        versioning: COERCED,
    },
    Row {
        field: ("external-dns", "version"),
        datasource: "docker",
        package: "registry.k8s.io/external-dns/external-dns",
        registry: None,
        prefix: "v",
        versioning: COERCED,
    },
];

/// Versions of two or three numbers, as hnet takes them.
const COERCED: &str = "semver-coerced";

/// The version behind a word, in a line of which no comment stands before it. A `#` inside a word begins none.
const LINE: &str = r"(?:^|\n)(?:(?:[^#\n]|[^\s<>;,#]#)*?[\s<>;])?";
const VALUE: &str = r"\s+(?<currentValue>\d+\.\d+(?:\.\d+)?(?:[-+][0-9A-Za-z.+-]+)?)";

impl Row {
    /// Whether the version stands behind the keyword of its statement, and not behind one of its own.
    fn is_behind_the_keyword(&self) -> bool {
        let (statement, field) = self.field;
        VOCABULARY.kind(statement).is_some_and(|kind| kind.positional.iter().any(|value| value.keyword == field))
    }

    fn pattern(&self) -> String {
        let (statement, field) = self.field;
        match (self.is_behind_the_keyword(), field) {
            (true, _) => format!("{LINE}{statement}{VALUE}"),
            // The word says nothing by itself, so it is looked for in its statement.
            (false, "version") => {
                let body = r"<(?:[^<>]|<[^<>]*>)*?[\s<>;]";
                format!(r"{LINE}{statement}\s+[^\s<>;]+(?:\s*{body}|[^;<>]*?\s){field}{VALUE}")
            }
            (false, _) => format!("{LINE}{field}{VALUE}"),
        }
    }

    fn manager(&self) -> serde_json::Value {
        let mut manager = json!({
            "customType": "regex",
            "managerFilePatterns": [r"/\.hnet$/"],
            "matchStrings": [self.pattern()],
            "datasourceTemplate": self.datasource,
            "depNameTemplate": self.package,
            "versioningTemplate": self.versioning,
        });
        if let Some(registry) = self.registry {
            manager["registryUrlTemplate"] = registry.into();
        }
        if !self.prefix.is_empty() {
            manager["extractVersionTemplate"] = format!("^{}(?<version>.+)$", self.prefix).into();
        }
        manager
    }
}

/// Each field of the vocabulary that takes a version.
fn versions_of_the_vocabulary() -> BTreeSet<(&'static str, &'static str)> {
    let mut found = BTreeSet::new();
    for word in VOCABULARY.kinds() {
        word.walk(&mut |_, kind| {
            for field in kind.positional.iter().chain(kind.fields) {
                if let Shape::One(Type::Plain { called: "a version", .. }) = field.shape {
                    found.insert((kind.keyword, field.keyword));
                }
            }
        });
    }
    found
}

#[test]
fn the_preset_knows_each_version_of_the_vocabulary() {
    let rows: BTreeSet<_> = ROWS.iter().map(|row| row.field).collect();
    assert_eq!(rows, versions_of_the_vocabulary(), "write a row for each, which says where its versions come from");
    let managers: Vec<_> = ROWS.iter().map(Row::manager).collect();
    let preset = json!({
        "$schema": "https://docs.renovatebot.com/renovate-schema.json",
        "description": ["The versions in sources of hnet: talos, k3s, kubernetes, cilium, gateway-api, tunnels, external-dns"],
        "customManagers": managers,
    });
    let made = serde_json::to_string_pretty(&preset).expect("strings are always JSON") + "\n";
    let path = root().join("renovate-hnet.json");
    if blessing() {
        fs::write(&path, &made).expect("the preset can be written");
    }
    let written = fs::read_to_string(&path).expect("the preset lies in the project");
    assert_eq!(difference(&made, &written), None, "HNET_BLESS=1 writes it");
}

/// The versions of a tree with their places, by what the tree says and not by patterns.
fn read(statements: &[Statement], found: &mut BTreeSet<(usize, usize, String)>) {
    for statement in statements {
        let word = statement.keyword.text.as_str();
        let values: Vec<&Value> = statement.arguments.iter().map(|argument| &argument.value).collect();
        let mut take = |row: usize, value: Option<&&Value>| {
            if let Some(value) = value {
                found.insert((row, value.span.range().start, value.text.to_string()));
            }
        };
        for (at, row) in ROWS.iter().enumerate() {
            let (kind, field) = row.field;
            if row.is_behind_the_keyword() {
                if word == kind {
                    take(at, values.first());
                }
                continue;
            }
            if field != "version" && word == field {
                take(at, values.first());
            }
            let mut of_statement = statement.statements().iter().filter(|_| field == "version" && word == kind);
            if let Some(nested) = of_statement.find(|nested| nested.keyword.text == field) {
                take(at, nested.arguments.first().map(|argument| &argument.value).as_ref());
            }
            if word == kind {
                let inline = values.iter().position(|value| value.text == field).map(|place| place + 1);
                take(at, inline.and_then(|place| values.get(place)));
            }
        }
        read(statement.statements(), found);
    }
}

/// The sources of the project that can be read: the examples, and the blocks of all pages.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in files(&root().join("examples"), ".hnet") {
        found.push((path.display().to_string(), fs::read_to_string(&path).expect("it was listed just now")));
    }
    for folder in ["tests/cases", "crates/hnet-diagnostics/explain", "crates/hnet-ide/topics", "web/lessons", "docs"] {
        for path in files(&root().join(folder), ".md") {
            let text = fs::read_to_string(&path).expect("it was listed just now");
            let blocks = page::blocks(&text).into_iter().filter(|block| block.language == "hnet");
            found.extend(blocks.map(|block| (format!("{}:{}", path.display(), block.line), block.text)));
        }
    }
    // Where the tree had to be mended, it may say what the text does not.
    found.retain(|(_, text)| {
        let mut out = Diagnostics::new();
        hnet_syntax::parse(FileId::default(), text, &mut out);
        !out.has_errors()
    });
    found
}

fn matches(patterns: &[Regex], text: &str) -> BTreeSet<(usize, usize, String)> {
    let of_row = |(row, pattern): (usize, &Regex)| {
        let values = pattern.captures_iter(text).filter_map(|one| one.name("currentValue"));
        values.map(|value| (row, value.start(), value.as_str().to_owned())).collect::<Vec<_>>()
    };
    // A pattern takes long in a debug build, and most texts hold few of the words.
    let is_there = |(row, _): &(usize, &Regex)| {
        let (statement, field) = ROWS[*row].field;
        text.contains(if ROWS[*row].is_behind_the_keyword() { statement } else { field })
    };
    patterns.iter().enumerate().filter(is_there).flat_map(of_row).collect()
}

#[test]
fn the_patterns_find_the_versions_of_all_sources_and_no_others() {
    // The syntax is that of RE2 without what only some know: no look-around, no references.
    let patterns: Vec<Regex> = ROWS.iter().map(|row| Regex::new(&row.pattern()).expect("a pattern")).collect();
    let sources = sources();
    let (mut count, mut failures) = ([0; ROWS.len()], Vec::new());
    for (place, text) in &sources {
        let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
        let mut expected = BTreeSet::new();
        read(&tree.statements, &mut expected);
        // What is no version at all is an error, and none of Renovate's business.
        expected.retain(|(.., text)| text.starts_with(|first: char| first.is_ascii_digit()) && text.contains('.'));
        expected.iter().for_each(|(row, ..)| count[*row] += 1);
        let found = matches(&patterns, text);
        if expected != found {
            let only = |a: &BTreeSet<_>, b: &BTreeSet<_>| format!("{:?}", a.difference(b).collect::<Vec<_>>());
            failures.push(format!(
                "{place}: not found {}, found in vain {}",
                only(&expected, &found),
                only(&found, &expected)
            ));
        }
    }
    assert!(failures.is_empty(), "{} of {}\n{}", failures.len(), sources.len(), failures.join("\n"));
    assert!(count.iter().all(|count| *count > 0), "each row has an example: {count:?}");
}

#[test]
fn a_version_in_a_comment_or_in_another_word_is_none() {
    let patterns: Vec<Regex> = ROWS.iter().map(|row| Regex::new(&row.pattern()).expect("a pattern")).collect();
    let text = "# talos 1.12.0\nnetwork x < # cilium 1.19.0\n  ## Runs on\n  ## talos 1.11.1\n  cluster home talos 1.13.9 kubernetes \
                1.36.2;\n  host talos address lan[1];\n  version 1.2.3;\n  tunnel one credentials a/b#c version 2026.8.2;\n  \
                tunnel two <\n    publish a to b < no-tls; >\n    version 2026.8.1;\n  >\n  cilium 1.20.0 < hubble; > \
                gateway-api 1.6.0-rc.1;\n>\ncluster k < k3s 1.33.4+k3s2; >";
    let found: Vec<String> = matches(&patterns, text).into_iter().map(|(.., value)| value).collect();
    assert_eq!(found, ["1.13.9", "1.33.4+k3s2", "1.36.2", "1.20.0", "1.6.0-rc.1", "2026.8.2", "2026.8.1"]);
}
