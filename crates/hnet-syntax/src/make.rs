//! Trees that code makes: the parts of a statement, each with the place of another text that it came from.
//!
//! What is made here is written by [`print()`](crate::print()) and reads back as the same tree, so a text of any kind can be
//! given: it becomes a word where it can stand as one, and a string or a block of lines elsewhere. Start at
//! [`Statement::new`].

use hnet_diagnostics::{Diagnostics, FileId, Span};

use crate::format::values;
use crate::parse::{forbidden, parse};
use crate::tree::{Argument, Body, Comment, End, Statement, Value, ValueKind, Word};

impl Statement {
    /// A keyword that ends with a `;`.
    #[must_use]
    pub fn new(keyword: &str, span: Span) -> Statement {
        Statement {
            leading: Vec::new(),
            blank_before: false,
            keyword: Word { span, text: keyword.into() },
            arguments: Vec::new(),
            before_end: Vec::new(),
            end: End::Semicolon(span),
            trailing: None,
            span,
        }
    }

    /// With a further value.
    #[must_use]
    pub fn with(mut self, value: Value) -> Statement {
        self.arguments.push(Argument { comma: None, leading: Vec::new(), value });
        self
    }

    /// With further values, which are one list.
    #[must_use]
    pub fn with_list(mut self, values: impl IntoIterator<Item = Value>) -> Statement {
        for (at, value) in values.into_iter().enumerate() {
            let comma = (at > 0).then_some(value.span);
            self.arguments.push(Argument { comma, leading: Vec::new(), value });
        }
        self
    }

    /// With a further value of the list that it ends with.
    #[must_use]
    pub fn and(mut self, value: Value) -> Statement {
        self.arguments.push(Argument { comma: Some(value.span), leading: Vec::new(), value });
        self
    }

    /// With these statements in its body, behind those that it has.
    #[must_use]
    pub fn holding(mut self, statements: impl IntoIterator<Item = Statement>) -> Statement {
        match &mut self.end {
            End::Body(body) => body.statements.extend(statements),
            End::Semicolon(_) | End::Missing(_) => {
                let open = self.keyword.span;
                let statements: Vec<Statement> = statements.into_iter().collect();
                let body = Body { open, open_comment: None, statements, trailing: Vec::new(), close: Some(open) };
                self.end = End::Body(Box::new(body));
            }
        }
        self
    }

    /// With these comments before it, behind those that it has.
    #[must_use]
    pub fn under(mut self, comments: impl IntoIterator<Item = Comment>) -> Statement {
        self.leading.extend(comments);
        self
    }

    /// With an empty line before it.
    #[must_use]
    pub fn apart(mut self) -> Statement {
        self.blank_before = true;
        self
    }
}

impl Value {
    /// A text as a word where it can stand as one, else as a string.
    #[must_use]
    pub fn said(text: &str, span: Span) -> Value {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'/');
        let kind = match text.as_bytes() {
            [first, rest @ ..] if first.is_ascii_alphanumeric() && rest.iter().copied().all(plain) => ValueKind::Word,
            _ if text.bytes().all(|byte| byte.is_ascii_graphic()) && reads_as_word(text) => ValueKind::Word,
            _ => ValueKind::String,
        };
        Value { span, kind, text: text.into() }
    }

    /// A text in quotes.
    #[must_use]
    pub fn string(text: &str, span: Span) -> Value {
        Value { span, kind: ValueKind::String, text: text.into() }
    }

    /// A text of lines: between `"""` and `"""` where it survives that, else in quotes.
    #[must_use]
    pub fn lines(text: &str, span: Span) -> Value {
        let block = Value { span, kind: ValueKind::Block, text: text.into() };
        let is_safe = !text.contains("\"\"\"") && !text.contains('\r') && !text.contains(forbidden);
        if is_safe && written(&block).starts_with("\"\"\"") { block } else { Value::string(text, span) }
    }
}

/// A block as it is written, which is in quotes where it would not survive as one.
fn written(block: &Value) -> String {
    let mut out = String::new();
    values::block(&mut out, block, None, 0);
    out
}

/// Whether a text is one word where a value stands.
fn reads_as_word(text: &str) -> bool {
    let mut out = Diagnostics::new();
    let read = parse(FileId::default(), &format!("word {text};"), &mut out).tree.statements;
    let [Statement { arguments, .. }] = read.as_slice() else { return false };
    let is_it = |value: &Value| value.kind == ValueKind::Word && value.text == text;
    out.is_empty() && matches!(arguments.as_slice(), [Argument { value, .. }] if is_it(value))
}

impl Comment {
    /// A comment of one line. Of several lines it takes the first; what may not stand in a source is left out.
    #[must_use]
    pub fn new(text: &str, span: Span) -> Comment {
        let line = text.trim().lines().next().unwrap_or_default();
        let text: String = line.chars().filter(|character| !forbidden(*character)).collect();
        Comment { span, text: text.trim().to_owned(), doc: false, blank_before: false }
    }

    /// The same as a doc comment.
    #[must_use]
    pub fn documenting(self) -> Comment {
        Comment { doc: true, ..self }
    }
}
