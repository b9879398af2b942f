//! SARIF 2.1.0, as GitHub's code scanning takes it. Start at [`Sarif`].
//!
//! What GitHub wants beyond the standard: each rule has a full description and a help page, each result a fingerprint,
//! and paths are relative to the repository. `.ci/forms` asks its validator.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::{Log, level, safe_json, uri};
use crate::{Code, Diagnostic, Fix, Notice, Sources, Span, codes, site};

/// A SARIF 2.1.0 log that is being kept, with the rules that it found broken.
#[derive(Debug, Default)]
pub struct Sarif {
    results: Vec<Value>,
    broken: BTreeSet<&'static str>,
    failures: Vec<Value>,
    fingerprints: Fingerprints,
}

impl Log for Sarif {
    fn add(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        for diagnostic in diagnostics {
            self.broken.insert(diagnostic.code.number);
            let mut result = result(diagnostic, sources);
            result["partialFingerprints"] = fingerprint(self.fingerprints.of(diagnostic, sources));
            self.results.push(result);
        }
    }

    fn notice(&mut self, notice: &Notice) {
        let mut result = said(notice);
        result["ruleId"] = FILE.into();
        result["partialFingerprints"] = fingerprint(self.fingerprints.of_notice(notice));
        self.results.push(result);
    }

    fn failure(&mut self, notice: &Notice) {
        self.failures.push(said(notice));
    }

    fn text(mut self: Box<Self>) -> String {
        let broken = codes::ALL.iter().copied().filter(|code| self.broken.contains(code.number));
        let mut rules: Vec<Value> = broken.map(rule).collect();
        if self.results.iter().any(|result| result["ruleId"] == FILE) {
            rules.push(rule_of_files());
        }
        for result in &mut self.results {
            if let Some(index) = rules.iter().position(|rule| rule["id"] == result["ruleId"]) {
                result["ruleIndex"] = index.into();
            }
        }
        let mut driver = json!({
            "name": "hnet",
            "version": env!("CARGO_PKG_VERSION"),
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        if let Some(site) = site() {
            driver["informationUri"] = site.into();
        }
        let mut run = json!({
            "tool": { "driver": driver },
            "columnKind": "utf16CodeUnits",
            "results": self.results,
        });
        if !self.failures.is_empty() {
            run["invocations"] = json!([{ "executionSuccessful": false, "toolExecutionNotifications": self.failures }]);
        }
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [run],
        });
        safe_json(&serde_json::to_string_pretty(&log).expect("strings and numbers are always JSON")) + "\n"
    }
}

fn rule(code: &Code) -> Value {
    let mut rule = json!({
        "id": code.number,
        "name": code.name,
        "shortDescription": { "text": code.name.replace('-', " ") },
        "fullDescription": { "text": code.description() },
        "help": { "text": code.page(), "markdown": code.page() },
        "defaultConfiguration": { "level": level(code.severity) },
        "properties": { "level": code.severity.word() },
    });
    if let Some(page) = code.address() {
        rule["helpUri"] = page.into();
    }
    rule
}

/// What is said of a file is no row of the table, and each result needs a rule.
const FILE: &str = "file";

fn rule_of_files() -> Value {
    json!({
        "id": FILE,
        "name": "said-of-a-file",
        "shortDescription": { "text": "what is to be said of a file" },
        "fullDescription": { "text": "A file is not as hnet would write it, or something is to be said of the whole of it." },
        "help": { "text": "hnet build --help says what is compared, hnet fmt --help what is formatted." },
        "defaultConfiguration": { "level": "error" },
    })
}

/// GitHub knows a finding again by this name only.
fn fingerprint(fingerprint: String) -> Value {
    json!({ "primaryLocationLineHash": fingerprint })
}

fn said(Notice { severity, file, message, help, at }: &Notice) -> Value {
    let text = help.iter().fold(message.clone(), |text, help| format!("{text}\n{help}"));
    let mut result = json!({ "level": level(*severity), "message": { "text": text } });
    if let Some(file) = file {
        let mut place = json!({ "artifactLocation": { "uri": reference(file) } });
        place["region"] = match at {
            Some(at) => json!({ "startLine": at.line, "startColumn": at.column_utf16 }),
            // Of a whole file GitHub shows the first line.
            None => json!({ "startLine": 1 }),
        };
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

/// Where a file is; one outside the folder in which the run began by its whole path.
fn reference(path: &str) -> String {
    match path.starts_with('/') {
        true => format!("file://{}", uri(path)),
        false => uri(path),
    }
}

fn result(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut text = diagnostic.title.clone();
    if let Some(help) = &diagnostic.help {
        text.push_str(&format!("\n{help}"));
    }
    let mut result = json!({
        "ruleId": diagnostic.code.number,
        "level": level(diagnostic.severity),
        "properties": { "level": diagnostic.severity.word() },
        "message": { "text": text },
    });
    if sources.is_empty() {
        return result;
    }
    let mut locations = diagnostic.labels.iter().map(|label| {
        json!({
            "physicalLocation": {
                "artifactLocation": { "uri": reference(sources.get(label.span.file).path()) },
                "region": region(label.span, sources),
            },
            "message": { "text": label.text },
        })
    });
    if let Some(main) = locations.next() {
        result["locations"] = json!([main]);
    }
    let related: Vec<Value> = locations.collect();
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    if !diagnostic.fixes.is_empty() {
        result["fixes"] = diagnostic.fixes.iter().map(|fix| fix_of(fix, sources)).collect();
    }
    result
}

fn fix_of(fix: &Fix, sources: &Sources) -> Value {
    let mut files: Vec<_> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort();
    files.dedup();
    let change = |file| {
        let replacements: Vec<Value> = fix
            .edits
            .iter()
            .filter(|edit| edit.span.file == file)
            .map(|edit| {
                json!({
                    "deletedRegion": region(edit.span, sources),
                    "insertedContent": { "text": edit.text },
                })
            })
            .collect();
        json!({ "artifactLocation": { "uri": reference(sources.get(file).path()) }, "replacements": replacements })
    };
    json!({
        "description": { "text": fix.title },
        "artifactChanges": files.into_iter().map(change).collect::<Vec<_>>(),
    })
}

fn region(span: Span, sources: &Sources) -> Value {
    let source = sources.get(span.file);
    let place = |offset: u32| source.position_without_mark(offset as usize);
    let (start, end) = (place(span.start), place(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column_utf16,
        "endLine": end.line,
        "endColumn": end.column_utf16,
    })
}
