//! Every edit that a message offers, made: what it belongs to is gone, and nothing else is wrong afterwards.
//!
//! The sources are those of the pages and the cases, and the same with a word of theirs spoilt.
#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use hnet::{Input, Options};
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Fix};
use hnet_syntax::TokenKind;
use hnet_testing::{files, page, root, run_all};

/// Of the words of the sources, every so many-th is spoilt: a prime, so that all places have their turn.
const STRIDE: usize = 13;

fn pages() -> Vec<PathBuf> {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("crates/hnet-diagnostics/explain"), ".md"));
    pages
}

/// The sources of a page that are whole projects of one file.
fn sources(path: &std::path::Path) -> Vec<page::Block> {
    let text = fs::read_to_string(path).expect("the page was listed just now");
    let mut blocks = page::blocks(&text);
    blocks.retain(|block| block.language == "hnet" && !block.has("fragment") && block.value("file").is_none());
    blocks
}

#[test]
fn a_fix_mends_what_it_belongs_to() {
    run_all(&pages(), |path| {
        let of = |block: &page::Block| {
            let failures = faults(&block.text, &[]).into_iter();
            failures.map(|fault| format!("{}:{} {fault}", path.display(), block.line)).collect::<Vec<_>>()
        };
        sources(path).iter().flat_map(of).collect()
    });
}

#[test]
fn a_fix_mends_a_slip() {
    run_all(&pages(), |path| {
        let mut failures = Vec::new();
        for block in sources(path) {
            let text = &block.text;
            let sound = found(text);
            let tokens = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tokens;
            let words = tokens.iter().filter(|token| token.kind == TokenKind::Word).map(|token| token.span.range());
            for (at, word) in words.enumerate().filter(|(at, _)| (at + block.line) % STRIDE == 0) {
                let written = &text[word.clone()];
                let (first, last) = (&written[..1.min(written.len())], written.char_indices().last());
                let shorter = last.map_or("", |(last, _)| &written[..last]);
                // A letter too few, a capital, what other languages write, and a word that is missing.
                let slips = [
                    shorter.to_owned(),
                    first.to_uppercase() + &written[first.len()..],
                    format!("{written}:"),
                    String::new(),
                ];
                let slip = &slips[at / STRIDE % slips.len()];
                let spoilt = [&text[..word.start], slip, &text[word.end..]].concat();
                let place = format!("{}:{} `{written}` as `{slip}`", path.display(), block.line);
                // What the spoilt word says may be read only once something else is mended.
                let of_slip = |fault: &String| {
                    !slip.is_empty()
                        && fault.rsplit("then ").next().is_some_and(|new| new.contains(&format!("`{slip}` has")))
                };
                failures.extend(
                    faults(&spoilt, &sound)
                        .into_iter()
                        .filter(|fault| !of_slip(fault))
                        .map(|fault| format!("{place}: {fault}")),
                );
            }
        }
        failures
    });
}

fn found(text: &str) -> Vec<Diagnostic> {
    hnet::check(Input::one("network.hnet", text), &Options::default()).diagnostics
}

/// How often each code stops the build.
fn stopping(found: &[Diagnostic]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in found.iter().filter(|finding| finding.severity.stops()) {
        *counts.entry(finding.code.number).or_default() += 1;
    }
    counts
}

/// What is wrong with the fixes that are offered about a text, but for what is found in the text that was spoilt.
fn faults(text: &str, unspoilt: &[Diagnostic]) -> Vec<String> {
    let before = found(text);
    let mut faults = Vec::new();
    for finding in &before {
        for fix in &finding.fixes {
            faults.extend(
                fault(text, &before, unspoilt, finding, fix)
                    .map(|fault| format!("{} `{}`, {}: {fault}", finding.code.number, finding.title, fix.title)),
            );
        }
    }
    faults
}

fn fault(
    text: &str,
    before: &[Diagnostic],
    unspoilt: &[Diagnostic],
    finding: &Diagnostic,
    fix: &Fix,
) -> Option<String> {
    let after = found(&fix.made(text));
    // Of several alike each has a fix of its own.
    let offers = |one: &Diagnostic| one.fixes.iter().any(|own| own.title == fix.title);
    let same = |one: &&Diagnostic| one.code == finding.code && one.title == finding.title && offers(one);
    let (was, is) = (before.iter().filter(same).count(), after.iter().filter(same).count());
    if is >= was {
        return Some("it is still found".to_owned());
    }
    // What was not read before may have mistakes of its own, which it had before the fix as well.
    if finding.code.number.starts_with("HN0") {
        return None;
    }
    let (counts, hidden) = (stopping(before), stopping(unspoilt));
    let more = stopping(&after).into_iter().find(|(code, count)| {
        // A mistake of the source itself, which the slip hid, is not the fix's.
        *count > [&counts, &hidden].into_iter().filter_map(|had| had.get(code).copied()).max().unwrap_or(0)
    });
    more.map(|(code, _)| {
        let new = after.iter().find(|one| one.code.number == code).map_or("", |one| &one.title);
        format!("then {code} `{new}` is found")
    })
}
