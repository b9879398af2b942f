//! Text to tree. The only folder that names pest.
//!
//! The text is cut into tokens ([`lexer`]), its quotes and brackets are made to balance
//! ([`brackets`], [`patch`]), pest reads the shapes (`grammar/hnet.pest`), and [`build`] makes the
//! tree of them and names the holes. A text in order is not copied. Start at [`parse`].

mod brackets;
mod build;
mod lexer;
mod patch;
mod report;
pub(crate) mod strings;

pub(crate) use self::build::is_keyword;
pub(crate) use self::lexer::is_unreadable;

use hnet_diagnostics::{Diagnostics, FileId};
use pest::Parser as _;

use self::patch::Patches;
use self::report::Report;
use crate::tokens::{Token, TokenKind};
use crate::tree::Tree;

/// A larger text is refused before it is read: 16 MiB.
pub const SIZE_LIMIT: usize = 16 << 20;

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
/// tree holds the rest. A text over [`SIZE_LIMIT`] or deeper than [`DEPTH_LIMIT`] has an empty tree.
pub fn parse(file: FileId, text: &str, out: &mut Diagnostics) -> Parse {
    let mut report = Report::new(file, out);
    let mut tree = Tree { file, ..Tree::default() };
    if text.len() > SIZE_LIMIT {
        report.say(report::too_large(report.span(0..0), text.len(), SIZE_LIMIT));
        return Parse { tree, tokens: vec![Token { kind: TokenKind::Bad, span: report.span(0..text.len()) }] };
    }
    let mut patches = Patches::default();
    let mut tokens = lexer::lex(text, &mut patches, &mut report);
    if brackets::check(text, &mut tokens, &mut patches, &mut report).is_err() {
        return Parse { tree, tokens };
    }
    let repaired = patches.apply(text);
    match grammar::Grammar::parse(grammar::Rule::source, &repaired) {
        Ok(pairs) => build::tree(pairs, text, &repaired, &patches, &mut report, &mut tree),
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
