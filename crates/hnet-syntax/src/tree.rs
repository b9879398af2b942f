//! The tree of a source: statements with exact spans, each comment at exactly one node.
//!
//! The tree knows shapes only. That `gateway external` is a keyword and a name, and that
//! `port 443` behind it is an inline field, is the vocabulary's business (`hnet-check`).

use hnet_diagnostics::{FileId, Span};
use smol_str::SmolStr;

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The file whose text this is.
    pub file: FileId,
    /// The statements at the top, in order.
    pub statements: Vec<Statement>,
    /// The comments behind the last statement.
    pub trailing: Vec<Comment>,
}

/// A keyword, its arguments, and a body or a semicolon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The comments before it, doc comments among them.
    pub leading: Vec<Comment>,
    /// Whether an empty line stands before it (before its comments, where it has some).
    pub blank_before: bool,
    /// The first word.
    pub keyword: Word,
    /// What follows the keyword up to the body or the semicolon.
    pub arguments: Vec<Argument>,
    /// The comments between the last argument and the `<` or `;`.
    pub before_end: Vec<Comment>,
    /// How it ends.
    pub end: End,
    /// The comment behind it on the line where it ends.
    pub trailing: Option<Box<Comment>>,
    /// From the keyword to the `;` or the closing bracket, or to the last token there is.
    pub span: Span,
}

/// How a statement ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// With a `;`, here.
    Semicolon(Span),
    /// With a body, which most statements have none of: so it lies elsewhere.
    Body(Box<Body>),
    /// With nothing: a mistake, already reported. The span is empty, where the `;` should stand.
    Missing(Span),
}

/// `<`, statements, `>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The `<`.
    pub open: Span,
    /// The comment behind the `<` on its line.
    pub open_comment: Option<Comment>,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// The comments between the last statement and the `>`.
    pub trailing: Vec<Comment>,
    /// The `>`; none where it is missing, which is already reported.
    pub close: Option<Span>,
}

/// A value behind the keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The comma before it, which makes it one list with the value before.
    pub comma: Option<Span>,
    /// The comments before it, inside the statement.
    pub leading: Vec<Comment>,
    /// The value.
    pub value: Value,
}

/// A run of characters other than white space and `< > ; , "`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it stands.
    pub span: Span,
    /// The characters.
    pub text: SmolStr,
}

/// A word or a string; what it means is said by where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Where it stands, quotes included.
    pub span: Span,
    /// How it is written.
    pub kind: ValueKind,
    /// What it says: the word itself, or the text of the string with its escapes resolved and,
    /// for a block string, its common indentation removed.
    pub text: SmolStr,
}

impl Value {
    /// A bare word.
    #[must_use]
    pub fn word(text: &str, span: Span) -> Value {
        Value { span, kind: ValueKind::Word, text: text.into() }
    }

    /// Where a part of the text stands, by its bytes. It is the whole value where the text is not what is written:
    /// in quotes, or around a character that nobody sees and that is reported.
    #[must_use]
    pub fn part(&self, range: std::ops::Range<usize>) -> Span {
        match self.text.len() == self.span.range().len() {
            true => self.span.part(range),
            false => self.span,
        }
    }

    /// Where a part of the text of a `"…"` stands, given what is written there, quotes included.
    #[must_use]
    pub fn part_of_string(&self, written: &str, range: std::ops::Range<usize>) -> Span {
        // Who forgot the closing quote has a string to the end of the line.
        let inner = written.strip_prefix('"').unwrap_or(written);
        let part = crate::parse::strings::written(inner.strip_suffix('"').unwrap_or(inner), range);
        self.span.part(1 + part.start..1 + part.end)
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A bare word.
    Word,
    /// `"…"`.
    String,
    /// `"""…"""`.
    Block,
}

/// A comment to the end of its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to before the line end.
    pub span: Span,
    /// What follows the `#` or `##`, white space at both ends removed.
    pub text: String,
    /// Whether it is a doc comment, `##`.
    pub doc: bool,
    /// Whether an empty line stands before it.
    pub blank_before: bool,
}

impl Statement {
    /// The doc comments before it and on its own lines, those behind its `<` and behind its end among them, joined;
    /// none if there is none.
    #[must_use]
    pub fn doc(&self) -> Option<String> {
        let inside = self.arguments.iter().flat_map(|argument| &argument.leading).chain(&self.before_end);
        let behind = self.body().and_then(|body| body.open_comment.as_ref());
        let all = self.leading.iter().chain(inside).chain(behind).chain(self.trailing.as_deref());
        let lines: Vec<&str> = all.filter(|comment| comment.doc).map(|comment| comment.text.as_str()).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// The body, if it has one.
    #[must_use]
    pub fn body(&self) -> Option<&Body> {
        match &self.end {
            End::Body(body) => Some(body),
            End::Semicolon(_) | End::Missing(_) => None,
        }
    }

    /// The statements of the body; none where there is no body.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        self.body().map_or(&[], |body| &body.statements)
    }

    /// From the keyword to the last argument: what names the statement in a message.
    #[must_use]
    pub fn head(&self) -> Span {
        self.arguments.last().map_or(self.keyword.span, |last| self.keyword.span.to(last.value.span))
    }
}
