//! The table of all that is checked: each diagnostic with what it is about, how serious it is, and where it is decided.

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::codes::{self, LAYERS};
use hnet_testing::{files, root};

use super::{Book, Entry, read};

/// Adds the page.
pub(super) fn write(book: &mut Book) -> Result<(), String> {
    let constants = constants()?;
    let places = places(&constants)?;
    let told = read(&root().join("crates/hnet-audit/src/told.rs"))?;
    let mut text = "---\naside: false\npageClass: wide\n---\n\n# All that is checked\n\nEach row is a diagnostic: its number, how serious it is, whether `hnet audit` says it of \
                    a repository that has no source, and the files in which it is decided, below `crates/`. The table is \
                    written from the compiler's own, and the files from its sources. What Talos asks for, rule by rule, \
                    stands in [what breaks machines on Talos](/talos-rules).\n"
        .to_owned();
    for (digit, layer) in LAYERS {
        text.push_str(&format!(
            "\n## {layer} {{#hn{digit}}}\n\n| Code | Rule | Level | Audit | Where |\n|---|---|---|---|---|\n"
        ));
        for code in codes::ALL.iter().filter(|code| code.layer() == *layer) {
            let constant = constants.get(code.number).map_or("", String::as_str);
            let audit = if words(&told).contains(constant) { "yes" } else { "" };
            let place: Vec<String> =
                places.get(constant).into_iter().flatten().map(|path| format!("`{path}`")).collect();
            let (number, name, level) = (code.number, code.name, code.severity.word());
            let place = place.join(", ");
            text.push_str(&format!("| [{number}](/diagnostics/{number}) | {name} | {level} | {audit} | {place} |\n"));
        }
    }
    book.page("rules", text);
    book.parts.push((
        "Rules".to_owned(),
        vec![Entry::page("All that is checked", "rules"), Entry::page("What breaks machines on Talos", "talos-rules")],
    ));
    Ok(())
}

/// The names of the codes in the sources, by their numbers.
fn constants() -> Result<BTreeMap<String, String>, String> {
    let text = read(&root().join("crates/hnet-diagnostics/src/codes.rs"))?;
    let rows = text.lines().filter_map(|line| {
        let (constant, rest) = line.trim().split_once(" = \"HN")?;
        Some((format!("HN{}", rest.split('"').next()?), constant.to_owned()))
    });
    Ok(rows.collect())
}

/// The files that name each code, without its table and the tests.
fn places(constants: &BTreeMap<String, String>) -> Result<BTreeMap<String, BTreeSet<String>>, String> {
    let crates = root().join("crates");
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in files(&crates, ".rs") {
        let name = path.strip_prefix(&crates).map_err(|error| error.to_string())?.to_string_lossy().into_owned();
        let is_source =
            name.split('/').nth(1) == Some("src") && !name.ends_with("tests.rs") && !name.contains("/tests/");
        let is_table = ["hnet-diagnostics/src/codes.rs", "hnet-rules/src/lib.rs"].contains(&name.as_str());
        if !is_source || is_table || name.starts_with("hnet-audit/") || name.starts_with("xtask/") {
            continue;
        }
        let text = read(&path)?;
        let said = words(&text);
        for constant in constants.values().filter(|constant| said.contains(constant.as_str())) {
            places.entry(constant.clone()).or_default().insert(name.clone());
        }
    }
    Ok(places)
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_').collect()
}
