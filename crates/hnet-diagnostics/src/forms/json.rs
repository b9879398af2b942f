//! One JSON object a line. What its members mean says `docs/messages.schema.json`.
//!
//! Start at [`json`].

use serde::Serialize;

use super::{Place, level, safe_json};
use crate::{Diagnostic, Notice, Sources};

#[derive(Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    code: &'a str,
    name: &'a str,
    /// `error` where it stops the build.
    severity: &'a str,
    /// Which kind it is: of what stops the build, `denied` can be allowed and `error` cannot.
    level: &'a str,
    message: &'a str,
    labels: Vec<JsonLabel<'a>>,
    help: Option<&'a str>,
    fixes: Vec<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonNotice<'a> {
    file: Option<&'a str>,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

/// One JSON object on one line, with its line end.
#[must_use]
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = |span| Place::new(Some(span), sources);
    let object = JsonDiagnostic {
        place: Place::new(diagnostic.span(), sources),
        code: diagnostic.code.number,
        name: diagnostic.code.name,
        severity: level(diagnostic.severity),
        level: diagnostic.severity.word(),
        message: &diagnostic.title,
        labels: diagnostic
            .labels
            .iter()
            .map(|label| JsonLabel { place: place(label.span), message: &label.text })
            .collect(),
        help: diagnostic.help.as_deref(),
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| JsonFix {
                title: &fix.title,
                edits: fix.edits.iter().map(|edit| JsonEdit { place: place(edit.span), text: &edit.text }).collect(),
            })
            .collect(),
    };
    safe_json(&serde_json::to_string(&object).expect("strings and numbers are always JSON")) + "\n"
}

/// What a notice says as one JSON object on one line, with its line end: the members of a finding, as far as it has them.
#[must_use]
pub fn json_notice(notice: &Notice) -> String {
    let Notice { severity, file, message, help, at } = notice;
    let object = JsonNotice {
        file: file.as_deref(),
        severity: severity.word(),
        message,
        help: help.as_deref(),
        line: at.map(|at| at.line),
        column: at.map(|at| at.column),
    };
    safe_json(&serde_json::to_string(&object).expect("strings are always JSON")) + "\n"
}
