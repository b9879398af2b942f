//! Whether two trees say the same, however they are written.

use crate::tree::{Argument, Comment, End, Statement, Tree};

/// Whether two trees have the same keywords, values, lists, bodies and comments. Places and empty
/// lines do not count.
#[must_use]
pub fn same_meaning(a: &Tree, b: &Tree) -> bool {
    all(&a.statements, &b.statements, statement) && all(&a.trailing, &b.trailing, comment)
}

fn all<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn statement(a: &Statement, b: &Statement) -> bool {
    a.keyword.text == b.keyword.text
        && all(&a.leading, &b.leading, comment)
        && all(&a.arguments, &b.arguments, argument)
        && all(&a.before_end, &b.before_end, comment)
        && all(a.trailing.as_slice(), b.trailing.as_slice(), |a, b| comment(a, b))
        && end(&a.end, &b.end)
}

fn argument(a: &Argument, b: &Argument) -> bool {
    a.comma.is_some() == b.comma.is_some()
        && a.value.kind == b.value.kind
        && a.value.text == b.value.text
        && all(&a.leading, &b.leading, comment)
}

fn end(a: &End, b: &End) -> bool {
    match (a, b) {
        (End::Body(a), End::Body(b)) => {
            all(a.open_comment.as_slice(), b.open_comment.as_slice(), comment)
                && all(&a.statements, &b.statements, statement)
                && all(&a.trailing, &b.trailing, comment)
        }
        (End::Semicolon(_) | End::Missing(_), End::Semicolon(_) | End::Missing(_)) => true,
        (End::Body(_), _) | (_, End::Body(_)) => false,
    }
}

fn comment(a: &Comment, b: &Comment) -> bool {
    a.doc == b.doc && a.text == b.text
}
