//! Statements about what is somebody else's. They need not be whole: what they leave out is not known.

use hnet_diagnostics::{Diagnostics, FileId, Span};
use hnet_syntax::tree::Statement;
use indexmap::IndexSet;

use crate::declaration::Vocabulary;
use crate::names::Includes;
use crate::shape::parts::Parts;

/// Statements that need not be whole, by where they begin.
#[derive(Debug, Default)]
pub struct Partial(IndexSet<(FileId, u32)>);

impl Partial {
    /// Whether a statement, or what was read of one, by its place, is about what is somebody else's.
    #[must_use]
    pub fn holds(&self, place: Span) -> bool {
        self.0.contains(&(place.file, place.start))
    }

    /// Puts what stands in a [`Vocabulary::others`] in its place, and notes it. What cannot stand there is reported, and
    /// added to the `strays`.
    pub fn open<'t>(
        &mut self,
        statements: Vec<&'t Statement>,
        includes: &Includes<'t>,
        vocabulary: &'static Vocabulary,
        strays: &mut Vec<&'t Statement>,
        out: &mut Diagnostics,
    ) -> Vec<&'t Statement> {
        let kind = vocabulary.others;
        if statements.iter().all(|statement| statement.keyword.text != kind.keyword) {
            return statements;
        }
        let mut opened = Vec::with_capacity(statements.len());
        for statement in statements {
            if statement.keyword.text != kind.keyword {
                opened.push(statement);
                continue;
            }
            let body = includes.expand(statement.statements());
            // What stands behind the word should stand in the body, and what is in the body then belongs to that.
            if !statement.arguments.is_empty() {
                Parts::cut(statement, &[], kind, vocabulary, out);
                continue;
            }
            Parts::cut(statement, &body, kind, vocabulary, out);
            for nested in body {
                if kind.field(&nested.keyword.text).is_some() {
                    self.0.insert((nested.keyword.span.file, nested.keyword.span.start));
                    opened.push(nested);
                } else {
                    strays.push(nested);
                }
            }
        }
        opened
    }
}
