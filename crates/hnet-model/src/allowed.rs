//! What the checker would have said and is allowed.

use crate::Span;

/// A finding that the source or a flag allows. Sorts by what it says, not by where it stands, so that the
/// order of statements changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowed {
    /// The number of its code, `HN302`.
    pub code: &'static str,
    /// What was found, as the message says it.
    pub finding: String,
    /// Why it is allowed.
    pub reason: String,
    /// The comment that allows it, or what it is about.
    pub span: Span,
}
