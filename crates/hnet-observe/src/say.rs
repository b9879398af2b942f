//! The smallest pieces of what is said.

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Statement, Value as Word};

/// A field with one value.
pub(crate) fn field(word: &str, text: &str, span: Span) -> Statement {
    Statement::new(word, span).with(Word::said(text, span))
}

/// A list of words.
pub(crate) fn words(word: &str, span: Span, values: Vec<Word>) -> Statement {
    Statement::new(word, span).with_list(values)
}
