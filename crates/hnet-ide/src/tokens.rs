//! What colour each piece of a source has: by the vocabulary, and by what names refer to.
//!
//! Start at [`Project::coloured`].

use hnet_diagnostics::{FileId, Span};
use hnet_language::{Shape, Type};
use hnet_syntax::TokenKind;

use crate::Project;
use crate::cursor::Role;

/// What a piece of text is, for who colours it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenType {
    /// It starts a statement with a name or a body.
    Keyword,
    /// A field.
    Property,
    /// The name of something that is declared.
    Class,
    /// One of a few words.
    EnumMember,
    /// What starts with a digit.
    Number,
    /// Any other value.
    String,
    /// A comment.
    Comment,
    /// A bracket, a comma, a semicolon.
    Operator,
}

/// A piece of text with its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coloured {
    /// The text; on one line but for block strings.
    pub span: Span,
    /// What it is.
    pub kind: TokenType,
    /// Whether the name is declared here.
    pub declaration: bool,
    /// Whether it is a doc comment.
    pub documentation: bool,
}

impl Project {
    /// The pieces of a source that have a colour, in order; they do not overlap.
    #[must_use]
    pub fn coloured(&self, file: FileId) -> Vec<Coloured> {
        let Some(read) = self.read(file) else { return Vec::new() };
        let mut words = read.words.iter();
        let mut pieces = Vec::new();
        for token in &read.tokens {
            let plain = |kind| Coloured { span: token.span, kind, declaration: false, documentation: false };
            match token.kind {
                TokenKind::Word | TokenKind::String => {
                    let role = words.next().map_or(Role::Unknown, |word| word.role);
                    self.word(token.span, role, &mut pieces);
                }
                TokenKind::Open | TokenKind::Close | TokenKind::Semicolon | TokenKind::Comma => {
                    pieces.push(plain(TokenType::Operator));
                }
                TokenKind::Comment => pieces.push(plain(TokenType::Comment)),
                TokenKind::DocComment => {
                    pieces.push(Coloured { documentation: true, ..plain(TokenType::Comment) });
                }
                TokenKind::Bad => {}
            }
        }
        pieces
    }

    fn word(&self, span: Span, role: Role, pieces: &mut Vec<Coloured>) {
        let mut piece = |span: Span, kind, declaration| {
            if span.start < span.end {
                pieces.push(Coloured { span, kind, declaration, documentation: false });
            }
        };
        let literal = |span: Span| {
            let text = self.compilation.sources.text(span).trim_start_matches(['[', '/', '-']);
            match text.starts_with(|first: char| first.is_ascii_digit()) {
                true => TokenType::Number,
                false => TokenType::String,
            }
        };
        match role {
            Role::Keyword(_) => piece(span, TokenType::Keyword, false),
            Role::Field(_) => piece(span, TokenType::Property, false),
            Role::Name(_) => piece(span, TokenType::Class, true),
            Role::Value(field) => {
                let from = Span { end: span.start, ..span };
                let to = Span { start: span.end, end: span.end, ..span };
                // The names in a word, such as the gateway and the listener of `external/https`.
                let mut at = span.start;
                for name in self.names().uses.range(from..to).map(|(name, _)| *name) {
                    if name.start >= at && name.end <= span.end {
                        let gap = Span { start: at, end: name.start, ..span };
                        piece(gap, literal(gap), false);
                        piece(name, TokenType::Class, false);
                        at = name.end;
                    }
                }
                let rest = Span { start: at, ..span };
                let is_word =
                    matches!(field.shape, Shape::Flag | Shape::One(Type::OneOf(_)) | Shape::List(Type::OneOf(_)));
                piece(rest, if is_word { TokenType::EnumMember } else { literal(rest) }, false);
            }
            Role::Unknown => piece(span, literal(span), false),
        }
    }
}
