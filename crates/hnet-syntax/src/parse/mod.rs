//! Text to tree. The only folder that names pest.
//!
//! The text is cut into tokens ([`lexer`]), its quotes and brackets are made to balance
//! ([`brackets`], [`patch`]), pest reads the shapes (`grammar/hnet.pest`), and [`build`] makes the
//! tree of them and names the holes. A text in order is not copied. Start at [`parse`].

mod brackets;
mod build;
mod lexer;
mod lists;
mod patch;
mod report;
pub(crate) mod strings;

pub(crate) use self::lexer::forbidden;

use hnet_diagnostics::{Diagnostics, Edit, FileId, Span};
use pest::Parser as _;

use self::patch::Patches;
use self::report::Report;
use crate::tokens::{Token, TokenKind};
use crate::tree::{Comment, Statement, Tree};

/// A larger text is refused before it is read: 16 MiB.
pub const SIZE_LIMIT: usize = 16 << 20;

/// A text of more words, strings and signs is refused before its tree is made: four times as many as a network of a
/// thousand nodes and ten thousand routes has. The tree of 16 MiB of `a;` and what is wrong with each would take
/// gigabytes.
const TOKEN_LIMIT: usize = 1 << 20;

/// So many bodies may stand in each other. pest and the tree use the stack, and in WebAssembly an
/// instance does not survive the end of it.
pub const DEPTH_LIMIT: usize = 64;

/// The parser that pest makes of the grammar, and the rules that name what it read.
mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "../../grammar/hnet.pest"]
    pub(super) struct Grammar;
}

/// What a text says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parse {
    /// The statements. Where something was wrong they are what the text most likely means.
    pub tree: Tree,
    /// The tokens of the text as it is written, in order.
    pub tokens: Vec<Token>,
}

/// Reads a text. It never fails: what is wrong is reported to `out`, one message a mistake, and the
/// tree holds the rest. A text over [`SIZE_LIMIT`] or `TOKEN_LIMIT`, or deeper than [`DEPTH_LIMIT`] has an empty tree.
pub fn parse(file: FileId, text: &str, out: &mut Diagnostics) -> Parse {
    let mut report = Report::new(file, out);
    let mut tree = Tree { file, ..Tree::default() };
    if text.len() > SIZE_LIMIT {
        report.say(report::too_large(report.span(0..0), text.len(), SIZE_LIMIT));
        return Parse { tree, tokens: vec![Token { kind: TokenKind::Bad, span: report.span(0..text.len()) }] };
    }
    let mut patches = Patches::default();
    let mut tokens = lexer::lex(text, &mut patches, &mut report);
    if tokens.len() > TOKEN_LIMIT {
        report.say(report::too_many(tokens[TOKEN_LIMIT].span, TOKEN_LIMIT));
        return Parse { tree, tokens };
    }
    if brackets::check(text, &mut tokens, &mut patches, &mut report).is_err() {
        return Parse { tree, tokens };
    }
    let repaired = patches.apply(text);
    match grammar::Grammar::parse(grammar::Rule::source, &repaired) {
        Ok(pairs) => {
            build::tree(pairs, text, &repaired, &patches, &mut report, &mut tree);
            docs_of_nothing(&tree.trailing, &tree.statements, &mut report);
        }
        Err(error) => {
            let (pest::error::InputLocation::Pos(place) | pest::error::InputLocation::Span((place, _))) =
                error.location;
            let place = patches.written(place).min(text.len());
            let length = text[place..].chars().next().map_or(0, char::len_utf8);
            report.say(report::unreadable_text(report.span(place..place + length)));
        }
    }
    Parse { tree, tokens }
}

/// Reports the doc comments behind the last statement, of a file or of a body in it.
fn docs_of_nothing(trailing: &[Comment], statements: &[Statement], report: &mut Report<'_>) {
    let docs: Vec<Span> = trailing.iter().filter(|comment| comment.doc).map(|comment| comment.span).collect();
    if let (Some(first), Some(last)) = (docs.first(), docs.last()) {
        let edit = |doc: &Span| Edit { span: doc.part(0..1), text: String::new() };
        report.say(report::doc_of_nothing(first.to(*last), docs.iter().map(edit).collect()));
    }
    for body in statements.iter().filter_map(Statement::body) {
        docs_of_nothing(&body.trailing, &body.statements, report);
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostics, FileId, codes};
    use pest::Parser as _;
    use pest::iterators::Pairs;
    use proptest::prelude::*;

    use super::grammar::{Grammar, Rule};
    use super::patch::Patches;
    use super::report::Report;
    use super::{brackets, lexer};

    /// Where the tokens that pest read start and end.
    fn ends(text: &str, pairs: Pairs<'_, Rule>, into: &mut Vec<(usize, usize)>) {
        for pair in pairs {
            let (start, end) = (pair.as_span().start(), pair.as_span().end());
            match pair.as_rule() {
                Rule::source => ends(text, pair.into_inner(), into),
                Rule::body => {
                    into.push((start, start + 1));
                    ends(text, pair.into_inner(), into);
                    into.push((end - 1, end));
                }
                Rule::statement => {
                    let mut at = start;
                    for part in pair.into_inner() {
                        silent(text, at, part.as_span().start(), into);
                        at = part.as_span().end();
                        ends(text, Pairs::single(part), into);
                    }
                    silent(text, at, end, into);
                }
                Rule::EOI => {}
                _ => into.push((start, end)),
            }
        }
    }

    /// What stands between the parts that pest names: words, commas and the `;` at the end.
    fn silent(text: &str, start: usize, end: usize, into: &mut Vec<(usize, usize)>) {
        let mut at = start;
        for piece in text[start..end].split_inclusive([' ', '\t', '\n', '\u{B}', '\u{C}', '\r', ',', ';']) {
            let word = piece.trim_end_matches([' ', '\t', '\n', '\u{B}', '\u{C}', '\r', ',', ';']);
            if !word.is_empty() {
                into.push((at, at + word.len()));
            }
            at += piece.len();
            if piece.ends_with([',', ';']) {
                into.push((at - 1, at));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever the text, the grammar accepts what the repairs made of it, and cuts it as the
        /// scanner does.
        #[test]
        fn scanner_and_grammar_cut_alike(pieces in prop::collection::vec(prop::sample::select(vec![
            "<", ">", ";", ",", "\"", "\"\"\"", "#", "##", "{", "}", "${", "=", ":", "\\", "\n", "\r\n", "\r", " ", "\t",
            "\0", "\u{B}", "\u{7F}", "\u{A0}", "\u{85}", "\u{FEFF}", "é", "\u{202E}", "a", "b-1", "\u{200B}", "\n  ", "a <\n", "x;",
            "\u{201C}", "\u{201D}", ">=", "<=", "//", "--", "/*", "*/", "\na b\n", "\n  c d;", "\n>",
            "a |\n   b", "|", "a | # \u{1}\n   b\0", "a |- # c\n  b:\n",
        ]), 0..40)) {
            let text = pieces.concat();
            let mut out = Diagnostics::new();
            let mut report = Report::new(FileId(0), &mut out);
            let mut patches = Patches::default();
            let mut tokens = lexer::lex(&text, &mut patches, &mut report);
            prop_assert!(brackets::check(&text, &mut tokens, &mut patches, &mut report).is_ok());
            let others = [&codes::STRAY_CLOSING_BRACKET, &codes::UNREADABLE_CHARACTER, &codes::TEXT_WITHOUT_QUOTES];
            let several = out.iter().any(|said| others.contains(&said.code));
            let repaired = patches.apply(&text).into_owned();
            let pairs = Grammar::parse(Rule::source, &repaired);
            prop_assert!(pairs.is_ok(), "{:?} was repaired to {:?}", text, repaired);
            let mut read = Vec::new();
            ends(&repaired, pairs.expect("checked above"), &mut read);

            let mut out = Diagnostics::new();
            let mut patches = Patches::default();
            let tokens = lexer::lex(&repaired, &mut patches, &mut Report::new(FileId(0), &mut out));
            // Where a stray bracket was taken out, words of both its sides may read as a comparison, and what was
            // in one word with a brace as a comment.
            let habits = [&codes::TEXT_WITHOUT_QUOTES, &codes::FOREIGN_COMMENT];
            prop_assume!(out.iter().all(|said| !habits.contains(&said.code)));
            // So may quotes beside such a repair be wrong in another way.
            let quotes = [&codes::UNTERMINATED_STRING, &codes::UNTERMINATED_BLOCK_STRING];
            prop_assume!(!several || out.iter().all(|said| !quotes.contains(&said.code)));
            // A carriage return alone is named and stays.
            out.retain(|said| !said.title.starts_with("U+000D"));
            prop_assert!(out.is_empty(), "{:?} was repaired to {:?}: {:?}", text, repaired, out);
            // Where one of two braces was a bracket, the other may look like one when it is read again.
            prop_assume!(tokens.iter().all(|token| token.kind != crate::TokenKind::Bad));
            let cut: Vec<(usize, usize)> = tokens
                .iter()
                .map(|token| (token.span.range().start, token.span.range().end))
                .collect();
            // A carriage return at the end of a comment belongs to the line end, which pest leaves to the builder.
            let read: Vec<(usize, usize)> = read
                .into_iter()
                .map(|(start, end)| {
                    let comment = repaired[start..].starts_with('#');
                    (start, end - usize::from(comment && repaired[start..end].ends_with('\r')))
                })
                .collect();
            prop_assert_eq!(cut, read, "{:?} was repaired to {:?}", text, repaired);
        }
    }
}
