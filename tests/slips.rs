//! One wrong word anywhere in a sound source: it is one mistake, so it gets one message, and never a panic.
//!
//! What depends on a thing that could not be read is silent, so that a message leads to what is to be mended.
#![expect(clippy::disallowed_methods, reason = "a test reads the project's own files")]

use std::fs;
use std::ops::Range;

use hnet::{Input, Options};
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Severity};
use hnet_syntax::TokenKind;
use hnet_testing::{files, page, root, run_all};

/// How a word is spoilt, and whether nothing of it is left.
const SLIPS: [(&str, bool); 3] = [("@@@", true), ("@", false), ("", true)];

/// Words that may be any text: a revision of a repository, the name of a network interface.
const FREE: [&str; 2] = ["main", "eth0"];

#[test]
fn a_wrong_word_is_one_mistake() {
    let examples: Vec<_> = files(&root().join("examples"), "network.hnet");
    run_all(&examples, |path| {
        let text = fs::read_to_string(path).expect("the example was listed just now");
        let words = words(&text);
        let slips = words.into_iter().flat_map(|word| SLIPS.map(|(sign, replaces)| (word.clone(), sign, replaces)));
        slips.filter_map(|(word, sign, replaces)| slip(&text, word, sign, replaces)).collect()
    });
}

/// What the cases say is spoilt as well, be it sound or not: there, all that holds is that there is an answer.
#[test]
fn a_wrong_word_gets_an_answer() {
    let pages = files(&root().join("tests/cases"), ".md");
    run_all(&pages, |path| {
        let text = fs::read_to_string(path).expect("the page was listed just now");
        for block in page::blocks(&text).iter().filter(|block| block.language == "hnet") {
            for word in words(&block.text) {
                for (sign, replaces) in SLIPS {
                    found(&block.text, &word, sign, replaces);
                }
            }
        }
        Vec::new()
    });
}

/// The words of a text that are not in quotes.
fn words(text: &str) -> Vec<Range<usize>> {
    let tokens = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tokens;
    tokens.iter().filter(|token| token.kind == TokenKind::Word).map(|token| token.span.range()).collect()
}

/// The findings about a text in which a word was spoilt.
fn found(text: &str, word: &Range<usize>, sign: &str, replaces: bool) -> Vec<Diagnostic> {
    let kept = if replaces { word.start } else { word.end };
    let spoilt = [&text[..kept], sign, &text[word.end..]].concat();
    hnet::check(Input::one("network.hnet", spoilt), &Options::default()).diagnostics
}

/// What is wrong with the messages about a text in which a word was spoilt: by the sign in its place, which is
/// wrong nearly anywhere, by the sign behind it, which tells what was meant, or by leaving it out.
fn slip(text: &str, word: Range<usize>, sign: &str, replaces: bool) -> Option<String> {
    let found = found(text, &word, sign, replaces);
    let errors: Vec<_> = found.iter().filter(|finding| finding.severity == Severity::Error).collect();
    // A sign in the place of a field's keyword is not known to be that field, so what needs it may miss it.
    let is_right = match (sign, replaces) {
        // Without a word the others may say something else, so all that holds is that there is an answer.
        ("", _) => true,
        (_, true) => !errors.is_empty() || FREE.contains(&&text[word.clone()]),
        (_, false) => errors.len() <= 1,
    };
    (!is_right).then(|| {
        let said: Vec<String> =
            errors.iter().map(|error| format!("\n  {}: {}", error.code.number, error.title)).collect();
        let line = text[..word.start].matches('\n').count() + 1;
        format!("line {line}, `{}` spoilt with `{sign}`: {} errors{}", &text[word], errors.len(), said.concat())
    })
}
