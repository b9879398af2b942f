//! What the tests share: messages as short lines, and realistic sources.

use hnet_diagnostics::{Diagnostic, Diagnostics, FileId};
use hnet_syntax::{Parse, parse};
use proptest::prelude::*;

/// Reads a text; the findings in the order of their places.
pub(crate) fn read(text: &str) -> (Parse, Vec<Diagnostic>) {
    let mut out = Diagnostics::new();
    let parse = parse(FileId(0), text, &mut out);
    (parse, out.into_sorted())
}

/// A piece of text that means something to the language or to its reader, or another one.
pub(crate) fn piece(others: &[&'static str]) -> impl Strategy<Value = &'static str> + use<> {
    let pieces = [
        "<", ">", ";", ",", "\"", "\"\"\"", "#", "##", "{", "}", "=", ":", "\\", "\n", "\r\n", " ", "\t", "\0",
        "\u{A0}", "\u{FEFF}", "é", "\u{202E}", "a",
    ];
    prop::sample::select([&pieces[..], others].concat())
}

/// The findings as `line:column code title`.
pub(crate) fn messages(text: &str) -> Vec<String> {
    let lines = |offset: usize| {
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    };
    read(text)
        .1
        .iter()
        .map(|finding| {
            let (line, column) = lines(finding.labels[0].span.range().start);
            format!("{line}:{column} {} {}", finding.code.number, finding.title)
        })
        .collect()
}

/// The text after all first fixes of its findings, applied from the end so that places stay right.
pub(crate) fn mended(text: &str) -> String {
    let mut edits: Vec<_> = read(text)
        .1
        .into_iter()
        .filter_map(|finding| finding.fixes.into_iter().next())
        .flat_map(|fix| fix.edits)
        .collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let mut text = text.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}

/// The example of the language's design, whole.
pub(crate) const HOME: &str = include_str!("../valid/home.hnet");
/// Bodies of several lines, block strings, comments in every place.
pub(crate) const ROOMY: &str = include_str!("../valid/roomy.hnet");
/// One line bodies, long lists, strings.
pub(crate) const DENSE: &str = include_str!("../valid/dense.hnet");
