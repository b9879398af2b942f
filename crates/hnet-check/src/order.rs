//! The order of statements means nothing: those of one keyword are read in the order of their names, so
//! that a network has one model, and comes out as the same bytes, however its source is arranged.
//!
//! Only what stands in a network or a cluster is arranged. Within a node or a tunnel the order is
//! the user's: an interface's first address is its own. Rules that speak of a first and a second go by
//! the places in the source, [`in_source_order`]. Start at [`arranged`].

use std::cmp::Ordering;

use hnet_diagnostics::Span;
use hnet_syntax::tree::Statement;

use crate::include::LANGUAGE;
use crate::statements::contents::ContentsStatement;
use crate::statements::network::NetworkStatement;
use crate::vocabulary::{Naming, Statement as _};

/// The statements by keyword, those of one keyword in the order of their names, where they have some.
pub(crate) fn arranged<'t>(statements: &[&'t Statement]) -> Vec<&'t Statement> {
    let mut groups: Vec<(&str, Vec<&Statement>)> = Vec::new();
    for statement in statements {
        let keyword = statement.keyword.text.as_str();
        match groups.iter_mut().find(|(other, _)| *other == keyword) {
            Some((_, group)) => group.push(statement),
            None => groups.push((keyword, vec![statement])),
        }
    }
    let mut arranged = Vec::with_capacity(statements.len());
    for (keyword, mut group) in groups {
        if is_named(keyword) {
            group.sort_by(|one, other| natural(name_of(one), name_of(other)));
        }
        arranged.append(&mut group);
    }
    arranged
}

/// Things of the model in the order of the source, in which "first" is what a reader expects.
pub(crate) fn in_source_order<T>(things: &[T], place: impl Fn(&T) -> Span) -> Vec<&T> {
    let mut ordered: Vec<&T> = things.iter().collect();
    ordered.sort_by_key(|thing| place(thing));
    ordered
}

fn is_named(keyword: &str) -> bool {
    let fields = NetworkStatement::KIND.fields.iter().chain(ContentsStatement::KIND.fields);
    let mut kinds = fields.filter_map(|field| field.shape.kind()).chain(LANGUAGE);
    kinds.any(|kind| kind.keyword == keyword && kind.naming == Naming::Named)
}

fn name_of(statement: &Statement) -> &str {
    statement.arguments.first().map_or("", |argument| argument.value.text.as_str())
}

/// Compares names as people count: `node-2` stands before `node-10`.
fn natural(one: &str, other: &str) -> Ordering {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let zeros = |text: &str| text.bytes().take_while(|byte| *byte == b'0').count();
    // What both start with decides nothing, unless it ends within a number.
    let mut same = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    while !one.is_char_boundary(same) || same > 0 && one.as_bytes()[same - 1].is_ascii_digit() {
        same -= 1;
    }
    let (mut left, mut right) = (&one[same..], &other[same..]);
    loop {
        let (a, b) = (digits(left), digits(right));
        let order = if a > 0 && b > 0 {
            let numbers = (&left[zeros(left)..a], &right[zeros(right)..b]);
            (left, right) = (&left[a..], &right[b..]);
            numbers.0.len().cmp(&numbers.1.len()).then(numbers.0.cmp(numbers.1))
        } else {
            let (mut ahead, mut behind) = (left.chars(), right.chars());
            let pair = (ahead.next(), behind.next());
            (left, right) = (ahead.as_str(), behind.as_str());
            match pair {
                // Names that differ in leading zeros only are told apart as texts.
                (None, None) => return one.cmp(other),
                (one, two) => one.cmp(&two),
            }
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostics, FileId};

    use super::{arranged, name_of, natural};

    #[test]
    fn names_are_counted_as_people_do() {
        let mut names = ["b", "node-10", "node-2", "a", "node", "node-02", "node-2-x", "", "knöten-2", "knöten-10"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "a", "b", "knöten-2", "knöten-10", "node", "node-02", "node-2", "node-2-x", "node-10"]);
    }

    #[test]
    fn what_has_a_name_is_arranged() {
        let text = "host b address 10.0.0.1; manifest b; route z; host a address 10.0.0.3; manifest a; route y;";
        let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
        let statements: Vec<_> = tree.statements.iter().collect();
        let words: Vec<&str> = arranged(&statements).into_iter().map(name_of).collect();
        assert_eq!(words, ["a", "b", "b", "a", "y", "z"]);
    }
}
