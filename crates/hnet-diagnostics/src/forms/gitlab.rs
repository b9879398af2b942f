//! GitLab's Code Quality: one array of issues for a whole run, as its merge requests show them.
//!
//! The members are those of <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>. Start at
//! [`Gitlab`].

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::{Log, safe_json};
use crate::{Diagnostic, Notice, Severity, Sources};

/// A report for GitLab that is being kept.
#[derive(Debug, Default)]
pub struct Gitlab {
    issues: Vec<Issue>,
    fingerprints: Fingerprints,
}

#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: String,
    /// Unique within the report.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// What has no place of its own is said of the first line of the folder: a path must be there.
const NOWHERE: &str = ".";

impl Gitlab {
    fn push(&mut self, notice: &Notice, severity: &'static str) {
        let line = notice.at.map_or(1, |at| at.line);
        self.issues.push(Issue {
            description: described(&notice.message, None, notice.help.as_deref()),
            check_name: "file".to_owned(),
            fingerprint: self.fingerprints.of_notice(notice),
            severity,
            location: Location {
                path: notice.file.clone().unwrap_or_else(|| NOWHERE.to_owned()),
                lines: Lines { begin: line, end: line },
            },
        });
    }
}

impl Log for Gitlab {
    fn add(&mut self, diagnostics: &[Diagnostic], sources: &Sources) {
        for diagnostic in diagnostics {
            let location = match diagnostic.span().filter(|_| !sources.is_empty()) {
                Some(span) => {
                    let source = sources.get(span.file);
                    let (begin, end) = (source.line(span.start as usize), source.line(span.end as usize));
                    Location { path: source.path().to_owned(), lines: Lines { begin, end } }
                }
                None => Location { path: NOWHERE.to_owned(), lines: Lines { begin: 1, end: 1 } },
            };
            let label = diagnostic.labels.first().map(|label| label.text.as_str());
            self.issues.push(Issue {
                description: described(&diagnostic.title, label, diagnostic.help.as_deref()),
                check_name: format!("{} {}", diagnostic.code.number, diagnostic.code.name),
                fingerprint: self.fingerprints.of(diagnostic, sources),
                severity: severity(diagnostic.severity),
                location,
            });
        }
    }

    fn notice(&mut self, notice: &Notice) {
        self.push(notice, severity(notice.severity));
    }

    fn failure(&mut self, notice: &Notice) {
        self.push(notice, "blocker");
    }

    fn text(self: Box<Self>) -> String {
        safe_json(&serde_json::to_string_pretty(&self.issues).expect("strings and numbers are always JSON")) + "\n"
    }
}

/// The one text that GitLab shows, on one line.
fn described(message: &str, label: Option<&str>, help: Option<&str>) -> String {
    let label = label.filter(|label| !label.is_empty()).map_or_else(String::new, |label| format!(": {label}"));
    let help = help.map_or_else(String::new, |help| format!("; {help}"));
    format!("{message}{label}{help}").replace(['\n', '\t'], " ")
}

/// GitLab knows five. The first, `blocker`, is left for a run that could not do its work.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Denied => "major",
        Severity::Warning => "minor",
        Severity::Note => "info",
    }
}
