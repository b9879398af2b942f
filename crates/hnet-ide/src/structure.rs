//! The outline of a source, and what can be folded away.
//!
//! Start at [`Project::symbols`] and [`Project::folds`].

use hnet_diagnostics::{FileId, Span};
use hnet_syntax::TokenKind;
use hnet_syntax::tree::Statement;

use crate::Project;
use crate::cursor::{Body, Subject, look_up};

/// A statement in the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name, or its keyword where it has none.
    pub name: String,
    /// Its keyword.
    pub keyword: &'static str,
    /// The whole statement.
    pub span: Span,
    /// The name, or the keyword.
    pub selection: Span,
    /// The statements in its body.
    pub children: Vec<Symbol>,
}

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoldKind {
    /// A body.
    Body,
    /// Comments on lines that follow each other.
    Comment,
    /// A block string.
    Text,
}

/// Lines that can be folded away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// From the first character that stays to the last that goes.
    pub span: Span,
    /// What is folded.
    pub kind: FoldKind,
}

impl Project {
    /// The statements with a declaration of their own, nested as they are written.
    #[must_use]
    pub fn symbols(&self, file: FileId) -> Vec<Symbol> {
        let tree = self.compilation.trees.iter().find(|tree| tree.file == file);
        tree.map_or_else(Vec::new, |tree| symbols(&tree.statements, Body::Top))
    }

    /// What spans several lines and can be folded, in the order of its starts.
    #[must_use]
    pub fn folds(&self, file: FileId) -> Vec<Fold> {
        let Some(read) = self.read(file) else { return Vec::new() };
        let source = self.source(file);
        let line = |offset: u32| source.line(offset as usize);
        let mut folds = Vec::new();
        let mut open = Vec::new();
        let mut comments: Option<Span> = None;
        for token in &read.tokens {
            let is_comment = matches!(token.kind, TokenKind::Comment | TokenKind::DocComment);
            let alone = source.text()[source.line_range(line(token.span.start)).start..token.span.start as usize]
                .trim()
                .is_empty();
            comments = match comments {
                Some(run) if is_comment && alone && line(token.span.start) == line(run.end) + 1 => {
                    Some(run.to(token.span))
                }
                run => {
                    folds.extend(run.map(|span| Fold { span, kind: FoldKind::Comment }));
                    (is_comment && alone).then_some(token.span)
                }
            };
            match token.kind {
                TokenKind::Open => open.push(token.span),
                TokenKind::Close => {
                    folds.extend(open.pop().map(|open| Fold { span: open.to(token.span), kind: FoldKind::Body }));
                }
                TokenKind::String => folds.push(Fold { span: token.span, kind: FoldKind::Text }),
                _ => {}
            }
        }
        folds.extend(comments.map(|span| Fold { span, kind: FoldKind::Comment }));
        folds.retain(|fold| line(fold.span.start) < line(fold.span.end));
        folds.sort_by_key(|fold| fold.span);
        folds
    }
}

fn symbols(statements: &[Statement], body: Body) -> Vec<Symbol> {
    let symbol = |statement: &Statement| {
        let Subject::Kind(kind) = look_up(body, &statement.keyword.text) else { return None };
        let named = statement.arguments.first().map(|argument| &argument.value);
        Some(Symbol {
            name: named.map_or_else(|| kind.keyword.to_owned(), |name| name.text.to_string()),
            keyword: kind.keyword,
            span: statement.span,
            selection: named.map_or(statement.keyword.span, |name| name.span),
            children: symbols(statement.statements(), Body::Of(kind)),
        })
    };
    statements.iter().filter_map(symbol).collect()
}
