//! Damaged sources: whatever is done to a text, reading it does not panic, its tokens cover it, and
//! what is missing is said.

use hnet_syntax::{TokenKind, format, same_meaning};
use proptest::prelude::*;

use crate::common::{DENSE, HOME, ROOMY, piece, read};

/// A change of a text: bytes from `at` on are deleted and something is put there.
#[derive(Clone, Debug)]
struct Change {
    at: prop::sample::Index,
    delete: usize,
    insert: String,
}

fn change() -> impl Strategy<Value = Change> {
    let piece = piece(&["", "", "${", "\r", "a b\n", "> >", "< <", "\n\n", "\u{200B}#", "{#"]);
    (any::<prop::sample::Index>(), prop_oneof![4 => 0..3_usize, 1 => 0..200_usize], prop::collection::vec(piece, 0..4))
        .prop_map(|(at, delete, pieces)| Change { at, delete, insert: pieces.concat() })
}

fn source() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![HOME, ROOMY, DENSE])
}

fn apply(text: &str, changes: &[Change]) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for change in changes {
        let at = change.at.index(text.len() + 1);
        let end = (at + change.delete).min(text.len());
        text.splice(at..end, change.insert.chars());
    }
    text.into_iter().collect()
}

/// Whatever the text: tokens in order, between them nothing but white space.
fn check_tokens(text: &str) -> Result<(), TestCaseError> {
    let (parse, findings) = read(text);
    let mut at = 0;
    for token in &parse.tokens {
        let range = token.span.range();
        prop_assert!(at <= range.start && range.start < range.end, "{:?} in {:?}", token, text);
        let gap = text[at..range.start].trim_start_matches('\u{FEFF}');
        prop_assert!(
            gap.chars().all(|character| " \t\r\n".contains(character)),
            "{:?} between tokens of {:?}",
            gap,
            text
        );
        at = range.end;
    }
    let rest = text[at..].trim_start_matches('\u{FEFF}');
    prop_assert!(rest.chars().all(|character| " \t\r\n".contains(character)), "{:?} behind tokens", rest);
    for finding in &findings {
        prop_assert!(!finding.labels.is_empty() && finding.title.chars().count() < 60, "{:?}", finding);
        for label in &finding.labels {
            prop_assert!(text.get(label.span.range()).is_some(), "{:?} in {:?}", finding, text);
        }
        for edit in finding.fixes.iter().flat_map(|fix| &fix.edits) {
            prop_assert!(text.get(edit.span.range()).is_some(), "{:?} in {:?}", finding, text);
        }
    }
    // A text that nothing is said about is one that formatting may touch.
    if findings.is_empty() {
        let once = format(&parse.tree, text);
        let (again, findings) = read(&once);
        prop_assert!(findings.is_empty(), "{:?}\n{}\nbecame\n{}", findings, text, once);
        prop_assert!(same_meaning(&parse.tree, &again.tree), "{}\nbecame\n{}", text, once);
        prop_assert_eq!(format(&again.tree, &once), once);
    }
    Ok(())
}

/// The brackets of a text: how many more open than close, and whether one closes nothing.
fn balance(text: &str) -> (isize, bool) {
    let mut depth = 0;
    let mut below = false;
    for token in read(text).0.tokens {
        match token.kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        below |= depth < 0;
    }
    (depth, below)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_sources(source in source(), changes in prop::collection::vec(change(), 1..6)) {
        check_tokens(&apply(source, &changes))?;
    }

    #[test]
    fn truncated_sources(source in source(), end in any::<prop::sample::Index>()) {
        let end = (0..=end.index(source.len())).rev().find(|end| source.is_char_boundary(*end)).unwrap_or(0);
        let text = &source[..end];
        check_tokens(text)?;
        if balance(text).0 > 0 {
            prop_assert!(!read(text).1.is_empty());
        }
    }

    #[test]
    fn soup(pieces in prop::collection::vec(change(), 1..40)) {
        check_tokens(&pieces.iter().map(|change| change.insert.as_str()).collect::<String>())?;
    }

    #[test]
    fn unbalanced_brackets_are_said(source in source(), changes in prop::collection::vec(change(), 1..4)) {
        let text = apply(source, &changes);
        if balance(&text) != (0, false) {
            prop_assert!(!read(&text).1.is_empty(), "{}", text);
        }
    }
}

#[test]
fn a_removed_bracket_is_found() {
    let mut count = 0;
    for source in [
        include_str!("../formatted/home.hnet"),
        include_str!("../formatted/roomy.hnet"),
        include_str!("../formatted/dense.hnet"),
    ] {
        let (parse, _) = read(source);
        let mut open = Vec::new();
        for token in &parse.tokens {
            match token.kind {
                TokenKind::Open => open.push(token.span),
                TokenKind::Close => {
                    let partner = open.pop().expect("the source is sound");
                    let mut text = source.to_owned();
                    text.replace_range(token.span.range(), "");
                    let findings = read(&text).1;
                    assert_eq!(findings.len(), 1, "{findings:?}\n{text}");
                    assert_eq!(findings[0].code.number, "HN002");
                    // Of several bodies that open on one line, any may be the one left open.
                    let blamed = &findings[0].labels[1].span;
                    let line = |place: u32| source[..place as usize].matches('\n').count();
                    assert_eq!(line(blamed.end - 1), line(partner.start), "{text}");
                    count += 1;
                }
                _ => {}
            }
        }
    }
    assert!(count >= 40, "only {count} brackets were removed");
}
