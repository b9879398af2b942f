//! The order of statements means nothing: those of one keyword are read in the order of their names, so
//! that a source has one model, and comes out as the same bytes, however its source is arranged.
//!
//! Only what stands in the root or a part is arranged. Within other statements the order is the user's. Start at
//! [`arranged`].

use std::cmp::Ordering;

use hnet_syntax::tree::Statement;

use crate::declaration::{Naming, Vocabulary};

/// The statements by keyword, those of one keyword in the order of their names, where they have some.
#[must_use]
pub fn arranged<'t>(statements: &[&'t Statement], vocabulary: &Vocabulary) -> Vec<&'t Statement> {
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
        if vocabulary.kind(keyword).is_some_and(|kind| kind.naming == Naming::Named) {
            group.sort_by(|one, other| natural(name_of(one), name_of(other)));
        }
        arranged.append(&mut group);
    }
    arranged
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
    use super::natural;

    #[test]
    fn names_are_counted_as_people_do() {
        let mut names = ["b", "node-10", "node-2", "a", "node", "node-02", "node-2-x", "", "knöten-2", "knöten-10"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["", "a", "b", "knöten-2", "knöten-10", "node", "node-02", "node-2", "node-2-x", "node-10"]);
    }
}
