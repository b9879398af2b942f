//! What the client is told unasked: the findings of each document, and that a project was checked.
//!
//! A document that several projects include has the findings of all of them, each once. Start at
//! [`Server::publish`].

use std::collections::BTreeMap;

use hnet_diagnostics::{FileId, Severity};
use indexmap::IndexMap;
use lsp_server::{Message, Notification};
use lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use serde::Serialize;

use crate::documents::Compiled;
use crate::{Server, State, findings};

/// The findings that the client shows, by the URIs of their documents.
pub(crate) type Published = IndexMap<String, Vec<Diagnostic>>;

/// `hnet/compiled`: a project was checked.
#[derive(Serialize)]
struct Checked<'a> {
    uri: &'a str,
    versions: BTreeMap<&'a str, i32>,
    sound: bool,
    errors: usize,
    warnings: usize,
    notes: usize,
}

impl Server {
    /// The findings of all projects, where something changed, and which of them were checked for it.
    pub(crate) fn publish(&mut self, messages: &mut Vec<Message>) {
        if !std::mem::take(&mut self.changed) || self.state != State::Running {
            return;
        }
        let fresh = self.documents.compile_all();
        let mut now = Published::default();
        let mut versions = IndexMap::new();
        for compiled in self.documents.compiled() {
            let files = (0..).map(FileId).zip(compiled.uris.iter().zip(&compiled.versions));
            for (file, (uri, version)) in files {
                let known = now.entry(uri.clone()).or_default();
                for finding in findings::of_file(compiled, file) {
                    if !known.contains(&finding) {
                        known.push(finding);
                    }
                }
                versions.insert(uri.as_str(), *version);
            }
        }
        // What belongs to no project any more has no findings.
        for uri in self.published.keys().filter(|uri| !now.contains_key(*uri)) {
            messages.push(findings_of(uri, None, Vec::new()));
        }
        let of_fresh = |uri: &String| {
            self.documents.compiled().any(|compiled| fresh.contains(&compiled.root) && compiled.uris.contains(uri))
        };
        for (uri, findings) in &now {
            if of_fresh(uri) || self.published.get(uri) != Some(findings) {
                let version = versions.get(uri.as_str()).copied().flatten();
                messages.push(findings_of(uri, version, findings.clone()));
            }
        }
        let checked = self.documents.compiled().filter(|compiled| fresh.contains(&compiled.root)).map(checked);
        messages.extend(checked.map(|checked| Notification::new("hnet/compiled".to_owned(), checked).into()));
        self.published = now;
    }
}

fn findings_of(uri: &str, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> Message {
    let parameters = PublishDiagnosticsParams { uri: Uri::from(uri), version, diagnostics };
    Notification::new("textDocument/publishDiagnostics".to_owned(), parameters).into()
}

fn checked(compiled: &Compiled) -> Checked<'_> {
    let compilation = &compiled.project.compilation;
    let count = |severities: &[Severity]| {
        compilation.diagnostics.iter().filter(|one| severities.contains(&one.severity)).count()
    };
    let open = compiled.uris.iter().zip(&compiled.versions);
    Checked {
        uri: &compiled.root,
        versions: open.filter_map(|(uri, version)| Some((uri.as_str(), (*version)?))).collect(),
        sound: compilation.network.is_some(),
        errors: count(&[Severity::Error, Severity::Denied]),
        warnings: count(&[Severity::Warning]),
        notes: count(&[Severity::Note]),
    }
}
