//! Findings as the protocol shows them.
//!
//! Start at [`of_file`].

use hnet_diagnostics::{Diagnostic, Edit, FileId, Fix, Severity, Span};
use lsp_types::{CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, Location, Message, Range, Uri};
use serde::Serialize;

use crate::documents::Compiled;
use crate::places::{location, range};

/// What a finding carries beyond the standard.
#[derive(Serialize)]
struct Data<'a> {
    name: &'a str,
    level: &'static str,
    allowance: Option<String>,
    title: &'a str,
    label: &'a str,
    help: Option<&'a str>,
    fixes: Vec<FixData<'a>>,
}

#[derive(Serialize)]
struct FixData<'a> {
    title: &'a str,
    edits: Vec<EditData<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EditData<'a> {
    uri: Uri,
    range: Range,
    new_text: &'a str,
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error | Severity::Denied => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Note => DiagnosticSeverity::Information,
    }
}

/// The findings in a file of a project. One about the whole project stands at the start of the root.
pub(crate) fn of_file(compiled: &Compiled, file: FileId) -> impl Iterator<Item = lsp_types::Diagnostic> {
    let all = compiled.project.compilation.diagnostics.iter();
    let here = all.filter(move |diagnostic| diagnostic.span().unwrap_or_default().file == file);
    here.map(|diagnostic| finding(compiled, diagnostic))
}

/// A finding.
pub(crate) fn finding(compiled: &Compiled, diagnostic: &Diagnostic) -> lsp_types::Diagnostic {
    let label = diagnostic.labels.first().map_or("", |label| label.text.as_str());
    let help = diagnostic.help.as_deref();
    let mut message = diagnostic.title.clone();
    let allowance = diagnostic.allowance();
    let further =
        [("\n", label), ("\nhelp: ", help.unwrap_or_default()), ("\n", allowance.as_deref().unwrap_or_default())];
    for (start, more) in further {
        if !more.is_empty() {
            message.push_str(start);
            message.push_str(more);
        }
    }
    let number = diagnostic.code.number;
    let data = Data {
        name: diagnostic.code.name,
        level: diagnostic.severity.word(),
        allowance,
        title: &diagnostic.title,
        label,
        help,
        fixes: diagnostic.fixes.iter().map(|fix| fix_data(compiled, fix)).collect(),
    };
    let related: Vec<_> = diagnostic
        .labels
        .iter()
        .skip(1)
        .map(|label| DiagnosticRelatedInformation {
            location: location(compiled, label.span),
            message: label.text.clone(),
        })
        .collect();
    let span = diagnostic.span().unwrap_or(Span::new(FileId(0), 0, 0));
    lsp_types::Diagnostic {
        range: range(&compiled.project.compilation.sources, span),
        severity: Some(severity(diagnostic.severity)),
        code: Some(number.to_owned().into()),
        code_description: Some(CodeDescription { href: Uri::from(["hnet:explain/", number].concat()) }),
        source: Some("hnet".to_owned()),
        message: Message::String(message),
        related_information: (!related.is_empty()).then_some(related),
        data: serde_json::to_value(data).ok(),
        ..lsp_types::Diagnostic::default()
    }
}

fn fix_data<'a>(compiled: &Compiled, fix: &'a Fix) -> FixData<'a> {
    let edit = |edit: &'a Edit| {
        let Location { uri, range } = location(compiled, edit.span);
        EditData { uri, range, new_text: &edit.text }
    };
    FixData { title: &fix.title, edits: fix.edits.iter().map(edit).collect() }
}
