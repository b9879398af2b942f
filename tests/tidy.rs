//! The walls of the architecture, read from the sources: who may name what, and how long a file is.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use hnet_testing::{files, root, run_all};

/// The Rust sources of the project, with paths from its root.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let folders = ["crates", "tests", "fuzz"];
    let paths = folders.iter().flat_map(|folder| files(&root.join(folder), ".rs"));
    paths
        .filter(|path| !path.components().any(|part| part.as_os_str() == "target"))
        .map(|path| {
            let name = path.strip_prefix(&root).expect("it was found below").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("the source was listed just now"))
        })
        .collect()
}

/// What a wall says: a word, and the places that may name it.
struct Wall {
    word: &'static str,
    allowed: &'static [&'static str],
}

#[test]
fn each_dependency_is_named_in_its_own_place_only() {
    let front_ends = &["crates/hnet-cli/", "crates/hnet-wasm/", "crates/hnet-testing/", "crates/xtask/", "tests/"];
    let walls = [
        Wall { word: "pest", allowed: &["crates/hnet-syntax/src/parse/"] },
        Wall { word: "codespan_reporting", allowed: &["crates/hnet-diagnostics/src/render.rs"] },
        Wall { word: "granit_parser", allowed: &["crates/hnet-yaml/"] },
        Wall { word: "lsp_types", allowed: &["crates/hnet-lsp/"] },
        Wall { word: "lsp_server", allowed: &["crates/hnet-lsp/"] },
        Wall { word: "wasm_bindgen", allowed: &["crates/hnet-wasm/"] },
        Wall { word: "std::fs", allowed: front_ends },
        Wall { word: "std::io::stdin", allowed: front_ends },
        Wall { word: "std::env", allowed: front_ends },
        Wall { word: "std::net::TcpStream", allowed: &[] },
    ];
    let mut failures = Vec::new();
    for (path, text) in sources() {
        if path.contains("/benches/") || path == "tests/tidy.rs" {
            continue;
        }
        for Wall { word, allowed } in &walls {
            // A test may read an example; the crate that it tests may not.
            let is_test = word.starts_with("std::") && (path.ends_with("/tests.rs") || path.contains("/tests/"));
            if is_test || allowed.iter().any(|place| path.starts_with(place)) {
                continue;
            }
            let names = |line: &&str| {
                let code = line.split("//").next().unwrap_or_default();
                code.contains(&format!("{word}::")) || code.contains(&format!("use {word}")) || code.trim() == *word
            };
            if let Some(line) = text.lines().find(names) {
                failures.push(format!("{path} names `{word}`: {}", line.trim()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_long_file_says_why_and_none_is_too_long() {
    let mut failures = Vec::new();
    for (path, text) in sources() {
        let count = text.lines().count();
        let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect::<Vec<_>>().join(" ");
        if !path.starts_with("tests/") && !head.starts_with("//! ") {
            failures.push(format!("{path} has no head that says what it does"));
        }
        if count > 800 || (count > 500 && !head.contains("long")) {
            failures
                .push(format!("{path} has {count} lines; over 500 its head must say why it is long, 800 is the end"));
        }
        for word in ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!("] {
            if path != "tests/tidy.rs" && text.contains(word) {
                failures.push(format!("{path} holds `{word}`"));
            }
        }
    }
    let runner: usize = files(&root().join("crates/hnet-testing"), ".rs")
        .iter()
        .map(|path| fs::read_to_string(path).expect("a source").lines().count())
        .sum();
    if runner > 500 {
        failures.push(format!("the case runner has {runner} lines, and 500 are what it may have"));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn no_crate_writes_unsafe_code() {
    let root = root();
    let manifest = |path: PathBuf| fs::read_to_string(path).expect("the manifest was listed just now");
    let mut failures = Vec::new();
    if !manifest(root.join("Cargo.toml")).contains("[workspace.lints.rust]\nunsafe_code = \"forbid\"\n") {
        failures.push("Cargo.toml no longer forbids unsafe code".to_owned());
    }
    let crates = files(&root.join("crates"), "Cargo.toml");
    assert!(crates.len() > 10, "the crates were not found");
    for path in crates {
        let takes_them = manifest(path.clone()).contains("\n[lints]\nworkspace = true\n");
        if !takes_them {
            failures.push(format!("{} does not take the lints of the workspace", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn the_grammar_is_short() {
    let lines = fs::read_to_string(root().join("grammar/hnet.pest")).expect("the grammar").lines().count();
    assert!(lines < 100, "the grammar has {lines} lines and may have under 100");
}

/// The language takes its words from a vocabulary that is given to it; of its own it has those of `OWN_WORDS`.
#[test]
fn the_language_knows_no_word_of_networks() {
    let mut words = BTreeSet::new();
    for kind in [hnet_check::VOCABULARY.root, hnet_check::VOCABULARY.contents] {
        kind.walk(&mut |_, kind| words.extend(kind.fields.iter().map(|field| field.keyword).chain([kind.keyword])));
    }
    // What every vocabulary may say: how profiles are taken, and which file a text stands in.
    words.remove("like");
    words.remove("from");
    let mut failures = Vec::new();
    for (path, text) in sources().iter().filter(|(path, _)| path.starts_with("crates/hnet-language/src/")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        // What a port is called, and the language's own words, are no statements of networks.
        let is_other = path.contains("/values/") || path.ends_with("/own.rs") || path.ends_with("/tests.rs");
        let named = words.iter().filter(|word| !is_other && code.contains(&format!("\"{word}\"")));
        failures.extend(named.map(|word| format!("{path} names `{word}`")));
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The records are known by their numbers.
#[test]
fn each_decision_has_a_number_of_its_own() {
    let records = files(&root().join("docs/decisions"), ".md");
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let number = |path: &Path| name(path).split_once('-').map(|(number, _)| number.to_owned());
    run_all(&records, |path| {
        let Some(own) = number(path) else { return Vec::new() };
        let text = fs::read_to_string(path).expect("the record was listed just now");
        let is_another = !text.starts_with(&format!("# {}. ", own.trim_start_matches('0')));
        let is_twice = records.iter().filter(|other| number(other).as_ref() == Some(&own)).count() > 1;
        let wrong = [(is_another, "has another number in its heading"), (is_twice, "shares its number")];
        wrong.iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, why)| format!("{} {why}", name(path))).collect()
    });
}

/// A text that two people changed, and that nobody has joined, is no text.
#[test]
fn nothing_is_left_of_a_merge() {
    let folders = ["crates", "docs", "examples", "tests", "web/src", "web/tests"];
    let all = folders
        .iter()
        .flat_map(|folder| {
            ["rs", "md", "ts", "tsx", "hnet", "tsv"].map(|end| files(&root().join(folder), &format!(".{end}")))
        })
        .flatten();
    let own = all.filter(|path| !path.components().any(|part| part.as_os_str() == "target")).collect::<Vec<_>>();
    run_all(&own, |path| {
        let text = fs::read_to_string(path).expect("the file was listed just now");
        let marks = ["<<<<<<< ", ">>>>>>> "];
        let left = text.lines().enumerate().filter(|(_, line)| marks.iter().any(|mark| line.starts_with(mark)));
        left.map(|(at, _)| format!("{}:{} is left of a merge", path.display(), at + 1)).collect()
    });
}

/// The platform that this test runs on, as cargo names it.
fn host() -> String {
    let rustc = env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let output = Command::new(rustc).arg("-vV").output().expect("rustc is where cargo is");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("rustc names its host").to_owned()
}

/// Rules, emitters, pictures and the model see no syntax, whatever a dependency of theirs depends on.
#[test]
fn what_comes_after_the_checker_sees_no_syntax() {
    let cargo = env::var_os("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
    let output = Command::new(cargo)
        // Crates of other platforms need not be on this machine.
        .args(["metadata", "--format-version=1", "--offline", "--locked", "--filter-platform", &host()])
        .current_dir(root())
        .output()
        .expect("cargo runs this test");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let of = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let packages = metadata["packages"].as_array().expect("a list").clone();
    let name_of = |id: &str| {
        packages.iter().find(|package| package["id"] == id).map_or_else(String::new, |package| of(&package["name"]))
    };
    let nodes = metadata["resolve"]["nodes"].as_array().expect("a list");
    run_all(&["hnet-model", "hnet-manifests", "hnet-rules", "hnet-emit", "hnet-draw"].map(PathBuf::from), |name| {
        let name = name.to_string_lossy().into_owned();
        let mut open: Vec<String> = nodes.iter().map(|node| of(&node["id"])).filter(|id| name_of(id) == name).collect();
        let mut seen = open.clone();
        while let Some(id) = open.pop() {
            let node = nodes.iter().find(|node| node["id"] == id.as_str()).expect("each id has a node");
            for dependency in node["deps"].as_array().into_iter().flatten() {
                let ordinary =
                    dependency["dep_kinds"].as_array().into_iter().flatten().any(|kind| kind["kind"].is_null());
                let id = of(&dependency["pkg"]);
                if ordinary && !seen.contains(&id) {
                    seen.push(id.clone());
                    open.push(id);
                }
            }
        }
        let forbidden = ["hnet-syntax", "hnet-language", "hnet-check", "pest"];
        let names = seen.iter().map(|id| name_of(id)).filter(|other| forbidden.contains(&other.as_str()));
        names.map(|other| format!("{name} depends on {other}")).collect()
    });
}

/// The page of Talos's rules names each of them, codes that there are and are as serious as it says, and files that there are.
#[test]
fn the_page_of_rules_names_what_is_there() {
    let page = fs::read_to_string(root().join("docs/talos-rules.md")).expect("the page is the project's own");
    let rows: Vec<Vec<&str>> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| "))
        .map(|line| line.split('|').map(str::trim).collect())
        .filter(|row: &Vec<&str>| row[0].parse::<u32>().is_ok())
        .collect();
    let numbers: Vec<u32> = rows.iter().filter_map(|row| row[0].parse().ok()).collect();
    assert_eq!(numbers, (1..=52).collect::<Vec<u32>>(), "each rule once, in order");
    let mut failures = Vec::new();
    for row in rows {
        let (what, place) = (row[2], row[3].trim_matches('`'));
        let codes = what.match_indices("HN").map(|(at, _)| what[at..].chars().take(5).collect::<String>());
        failures.extend(codes.filter(|code| hnet_diagnostics::codes::find(code).is_none()));
        for part in what.split(';') {
            let mut is_refused = None;
            for word in part.split(|letter: char| !letter.is_alphanumeric()) {
                is_refused = match word {
                    "refused" => Some(true),
                    "warned" => Some(false),
                    _ => is_refused,
                };
                let (Some(code), Some(is_refused)) = (hnet_diagnostics::codes::find(word), is_refused) else {
                    continue;
                };
                if is_refused == (code.severity == hnet_diagnostics::Severity::Warning) {
                    failures.push(format!("rule {}: {word} is {:?}", row[0], code.severity));
                }
            }
        }
        if place.is_empty() && !what.starts_with("left") {
            failures.push(format!("rule {}: where is it done?", row[0]));
        }
        if !place.is_empty() && !root().join("crates").join(place).exists() {
            failures.push(format!("rule {}: no {place}", row[0]));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
