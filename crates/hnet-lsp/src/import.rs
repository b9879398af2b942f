//! The request `hnet/import`: files of YAML as a source. They are no documents: the client brings their texts, and keeps
//! what comes back.

use hnet_import::{CommentCount, Fields};
use lsp_types::Range;
use serde::{Deserialize, Serialize};

use crate::places::range;

/// What is imported.
#[derive(Deserialize)]
pub(crate) struct ImportParams {
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
    text: String,
}

/// A source, and what came of the files.
#[derive(Serialize)]
pub(crate) struct Imported {
    text: String,
    report: Report,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    unread: Vec<Unread>,
    as_yaml: Vec<Unread>,
    kinds: Vec<Kind>,
    comments: Comments,
}

#[derive(Serialize)]
struct Unread {
    path: String,
    range: Range,
    why: String,
}

#[derive(Serialize)]
struct Kind {
    kind: String,
    typed: usize,
    raw: usize,
    unread: usize,
}

#[derive(Serialize)]
struct Comments {
    kept: usize,
    moved: usize,
    dropped: usize,
}

/// What the request answers to its parameters, both as JSON; none where the parameters are not its. For who has no server.
#[must_use]
pub fn imported(parameters: &str) -> Option<String> {
    serde_json::to_string(&import(serde_json::from_str(parameters).ok()?)).ok()
}

/// Makes a source of files. Whatever they hold, there is an answer.
pub(crate) fn import(asked: ImportParams) -> Imported {
    let files = asked.files.into_iter().map(|File { path, text }| (path, text)).collect();
    let hnet_import::Imported { sources, text, report, .. } = hnet_import::import(files);
    // A page has no repository beside its source.
    let report = report.unobserved();
    let placed = |all: Vec<hnet_import::Unread>| {
        let one = |one: hnet_import::Unread| Unread {
            path: sources.get(one.span.file).path().to_owned(),
            range: range(&sources, one.span),
            why: one.why,
        };
        all.into_iter().map(one).collect()
    };
    let kinds = report.fields.into_iter().map(|(kind, fields)| {
        let Fields { typed, raw, unread, .. } = fields;
        Kind { kind, typed, raw, unread }
    });
    let CommentCount { kept, moved, dropped } = report.comments;
    let report = Report {
        unread: placed(report.unread),
        as_yaml: placed(report.as_yaml),
        kinds: kinds.collect(),
        comments: Comments { kept, moved, dropped },
    };
    Imported { text, report }
}
