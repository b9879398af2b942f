//! The tokens of a text, for what colours it or looks at what stands under the cursor.

use hnet_diagnostics::Span;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A bare word.
    Word,
    /// A string or a block string, quotes included.
    String,
    /// `<`.
    Open,
    /// `>`.
    Close,
    /// `;`.
    Semicolon,
    /// `,`.
    Comma,
    /// `# …` to before the line end.
    Comment,
    /// `## …` to before the line end.
    DocComment,
    /// What could not be read: a stray bracket, a brace, a character that has no place.
    Bad,
}

/// A token of the text as it is written. Between tokens stands nothing but white space and, at the
/// start of the file, a byte order mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands; never empty.
    pub span: Span,
}
