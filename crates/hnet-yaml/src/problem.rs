//! What of a text could not be read, or not as it was meant.

use std::fmt;

use hnet_diagnostics::Span;
use smol_str::SmolStr;

/// One thing that is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it stands.
    pub span: Span,
    /// The other place that it is about: of two equal keys, the first.
    pub also: Option<Span>,
    /// What it is.
    pub trouble: Trouble,
}

/// What can be wrong with a text. Its `Display` is the text of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No YAML: the rest of the document was not read.
    Syntax(String),
    /// A key that the same map has already; readers take the last or refuse the file.
    DuplicateKey(SmolStr),
    /// An alias of an anchor that is not there before it.
    UnknownAlias(SmolStr),
    /// An alias within what its own anchor names.
    AliasOfItself(SmolStr),
    /// An alias that would make the file many times as large as it is written, or too deep to walk.
    AliasTooLarge(SmolStr),
    /// What a `<<` takes in is no map.
    MergeOfNoMap,
    /// A key that is a list or a map.
    KeyIsNoText,
    /// A file of four gigabytes or more.
    TooLarge,
}

impl Trouble {
    /// Whether what was read is not all that was written.
    #[must_use]
    pub fn loses_text(&self) -> bool {
        matches!(self, Trouble::Syntax(_) | Trouble::TooLarge)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Syntax(what) => write!(out, "no YAML: {what}"),
            Trouble::DuplicateKey(key) => write!(out, "`{key}` is there twice"),
            Trouble::UnknownAlias(name) => write!(out, "nothing before it is called `&{name}`"),
            Trouble::AliasOfItself(name) => write!(out, "`*{name}` stands within what it names"),
            Trouble::AliasTooLarge(name) => write!(out, "`*{name}` makes the file many times as large as it is"),
            Trouble::MergeOfNoMap => write!(out, "`<<` takes in maps only"),
            Trouble::KeyIsNoText => write!(out, "a key must be a text"),
            Trouble::TooLarge => write!(out, "files of four gigabytes are not read"),
        }
    }
}
