//! `# hnet: allow HN610 because …` in YAML: on the line of a finding, or on the lines of comments above it.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use hnet::levels;
use hnet_diagnostics::{Code, Diagnostic, Diagnostics, FileId, Severity, Source, Sources, Span, codes};
use hnet_repository::{Liveness, Repository};
use hnet_syntax::tree::Comment;

use crate::{Ran, Row};

/// A comment that allows.
struct Allow {
    codes: Vec<&'static Code>,
    place: Span,
    used: bool,
}

/// Takes out what is allowed where it stands, and reports what is wrong with the comments.
pub(crate) fn silence(findings: &mut Vec<Diagnostic>, repository: &Repository, sources: &Sources, rules: &[Row]) {
    let mut mistakes = Diagnostics::new();
    // By file and the line that they are about, counted from 1.
    let mut allows: BTreeMap<(FileId, usize), Vec<Allow>> = BTreeMap::new();
    for file in &repository.files {
        let source = sources.get(file.id);
        let text = source.text();
        let below = LazyCell::new(|| below(source));
        for (at, _) in text.match_indices("# hnet:") {
            let line = source.line(at);
            let range = source.line_range(line);
            let comment = text[at..range.end].trim_end();
            let place = Span::new(file.id, at, at + comment.len());
            let (codes, _) = levels::order(&Comment::new(&comment[1..], place), &mut mistakes);
            let alone = text[range.start..at].trim().is_empty();
            let about = if alone { below[line] } else { line };
            if !codes.is_empty() {
                allows.entry((file.id, about)).or_default().push(Allow { codes, place, used: false });
            }
        }
    }
    findings.retain(|finding| {
        let mut allowed = false;
        for label in &finding.labels {
            let line = sources.get(label.span.file).line(label.span.start as usize);
            for allow in allows.get_mut(&(label.span.file, line)).into_iter().flatten() {
                if allow.codes.contains(&finding.code) {
                    (allow.used, allowed) = (true, true);
                }
            }
        }
        !allowed
    });
    // What no cluster gets was not looked at.
    let is_applied = |id: FileId| repository.talos.iter().any(|own| own.file == id && own.is_preferred);
    let is_live = |file: &hnet_repository::File| {
        (0..file.documents.len()).any(|at| repository.liveness(file.id, at as u32) == Liveness::Live)
    };
    let live = repository.files.iter().filter(|file| is_applied(file.id) || is_live(file));
    let read: BTreeSet<FileId> = live.map(|file| file.id).collect();
    for allow in allows.into_values().flatten().filter(|allow| !allow.used && read.contains(&allow.place.file)) {
        // Of what no rule looks at here nobody can say that it is not there.
        let looked_for = |code: &&Code| {
            let is_said = |row: &Row| row.is_own || crate::told::row(code).is_some();
            rules.iter().any(|row| row.ran == Ran::Ran && row.codes.contains(code) && is_said(row))
        };
        if let Some(code) = allow.codes.iter().copied().find(looked_for) {
            mistakes.report(
                Diagnostic::new(&codes::UNUSED_ALLOW, format!("there is no `{}` here to allow", code.number))
                    .label(allow.place, "silences nothing")
                    .help("remove the comment, or move it to the line that it is about"),
            );
        }
    }
    // Whatever a comment says, the programs run.
    findings.extend(
        mistakes.into_sorted().into_iter().map(|mistake| Diagnostic { severity: Severity::Warning, ..mistake }),
    );
}

/// For each line, counted from 1, the first behind it that is no comment and not empty; itself where there is none.
fn below(source: &Source) -> Vec<usize> {
    let count = source.line_count();
    let mut below: Vec<usize> = (0..=count).collect();
    let mut next = None;
    for line in (1..=count).rev() {
        below[line] = next.unwrap_or(line);
        let text = source.text()[source.line_range(line)].trim();
        if !text.is_empty() && !text.starts_with('#') {
            next = Some(line);
        }
    }
    below
}
