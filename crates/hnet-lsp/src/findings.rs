//! Findings as the protocol shows them.
//!
//! Start at [`by_document`].

use hnet_diagnostics::{Diagnostic, FileId, Severity, Span};
use serde_json::{Value, json};

use crate::documents::Compiled;
use crate::messages::to_value;
use crate::places::{edit, location, range};
use crate::protocol::Fix;

/// The number of a severity.
fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Error => 1,
        Severity::Warning => 2,
        Severity::Note => 3,
    }
}

/// The findings of each document of a project, in the order of its sources. One about the whole
/// project stands at the start of the root.
pub(crate) fn by_document(compiled: &Compiled) -> Vec<Vec<Value>> {
    let mut findings = vec![Vec::new(); compiled.uris.len()];
    for diagnostic in &compiled.project.compilation.diagnostics {
        let span = diagnostic.span().unwrap_or_default();
        if let Some(list) = findings.get_mut(span.file.0 as usize) {
            list.push(finding(compiled, diagnostic));
        }
    }
    findings
}

/// A finding.
pub(crate) fn finding(compiled: &Compiled, diagnostic: &Diagnostic) -> Value {
    let sources = &compiled.project.compilation.sources;
    let label = diagnostic.labels.first().map_or("", |label| label.text.as_str());
    let mut message = diagnostic.title.clone();
    if !label.is_empty() {
        message.push_str(&format!("\n{label}"));
    }
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    let fixes: Vec<Fix> = diagnostic
        .fixes
        .iter()
        .map(|fix| Fix { title: fix.title.clone(), edits: fix.edits.iter().map(|one| edit(compiled, one)).collect() })
        .collect();
    let number = diagnostic.code.number;
    let span = diagnostic.span().unwrap_or(Span::new(FileId(0), 0, 0));
    let mut shown = json!({
        "range": range(sources, span),
        "severity": severity(diagnostic.severity),
        "code": number,
        "codeDescription": { "href": format!("hnet:explain/{number}") },
        "source": "hnet",
        "message": message,
        "data": {
            "name": diagnostic.code.name,
            "title": diagnostic.title,
            "label": label,
            "help": diagnostic.help,
            "fixes": fixes,
        },
    });
    let related: Vec<Value> = diagnostic
        .labels
        .iter()
        .skip(1)
        .map(|label| json!({ "location": location(compiled, label.span), "message": label.text }))
        .collect();
    if !related.is_empty() {
        shown["relatedInformation"] = to_value(related);
    }
    shown
}

/// How many findings there are, by severity.
pub(crate) fn summary(compiled: &Compiled) -> Value {
    let compilation = &compiled.project.compilation;
    let count = |wanted| compilation.diagnostics.iter().filter(|diagnostic| diagnostic.severity == wanted).count();
    json!({
        "sound": compilation.network.is_some(),
        "errors": count(Severity::Error),
        "warnings": count(Severity::Warning),
        "notes": count(Severity::Note),
    })
}
