//! The order of statements means nothing: whatever has a name is checked in the order of the names,
//! so that the same network comes out as the same bytes however its source is arranged.
//!
//! Only what stands in a network or a cluster is arranged. Within a node or a tunnel the order is
//! the user's: an interface's first address is its own. Start at [`arrange`].

use std::cmp::Ordering;
use std::collections::BTreeSet;

use hnet_check::vocabulary::Naming;
use hnet_syntax::tree::{End, Statement, Tree};

/// Puts the named statements into the order of their names; what has none stays in its order, before them.
pub(crate) fn arrange(trees: &mut [Tree]) {
    let mut named = BTreeSet::new();
    for word in hnet_check::VOCABULARY {
        let nested = word.fields.iter().filter_map(|field| field.shape.kind());
        named.extend(nested.chain([*word]).filter(|kind| kind.naming == Naming::Named).map(|kind| kind.keyword));
    }
    let name = |statement: &Statement| -> String {
        let first = statement.arguments.first().filter(|_| named.contains(statement.keyword.text.as_str()));
        first.map_or_else(String::new, |argument| argument.value.text.clone())
    };
    sort(trees, &|statements| statements.sort_by_cached_key(|statement| Natural(name(statement))));
}

/// Puts the statements back into the order of the source, which formatters and editors see.
pub(crate) fn restore(trees: &mut [Tree]) {
    sort(trees, &|statements| statements.sort_by_key(|statement| statement.span));
}

fn sort(trees: &mut [Tree], order: &dyn Fn(&mut Vec<Statement>)) {
    fn within(statements: &mut Vec<Statement>, order: &dyn Fn(&mut Vec<Statement>)) {
        order(statements);
        for statement in statements {
            if let ("network" | "cluster", End::Body(body)) = (statement.keyword.text.as_str(), &mut statement.end) {
                within(&mut body.statements, order);
            }
        }
    }
    trees.iter_mut().for_each(|tree| within(&mut tree.statements, order));
}

/// A name in the order in which people count: `node-2` before `node-10`.
#[derive(Debug, PartialEq, Eq)]
struct Natural(String);

impl Ord for Natural {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mut left, mut right) = (self.0.as_str(), other.0.as_str());
        loop {
            let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (a, b) = (digits(left), digits(right));
            let order = if a > 0 && b > 0 {
                let number = |text: &'_ str, length: usize| text[..length].trim_start_matches('0').to_owned();
                let (one, two) = (number(left, a), number(right, b));
                (left, right) = (&left[a..], &right[b..]);
                one.len().cmp(&two.len()).then(one.cmp(&two))
            } else {
                let (mut ahead, mut behind) = (left.chars(), right.chars());
                let pair = (ahead.next(), behind.next());
                (left, right) = (ahead.as_str(), behind.as_str());
                match pair {
                    // Names that differ in leading zeros only are told apart as texts.
                    (None, None) => return self.0.cmp(&other.0),
                    (one, two) => one.cmp(&two),
                }
            };
            if order != Ordering::Equal {
                return order;
            }
        }
    }
}

impl PartialOrd for Natural {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Diagnostics, FileId};

    use super::{Natural, arrange, restore};

    #[test]
    fn names_are_counted_as_people_do() {
        let mut names =
            ["b", "node-10", "node-2", "a", "node", "node-02", "node-2-x", ""].map(|name| Natural(name.to_owned()));
        names.sort();
        let names: Vec<&str> = names.iter().map(|Natural(name)| name.as_str()).collect();
        assert_eq!(names, ["", "a", "b", "node", "node-02", "node-2", "node-2-x", "node-10"]);
    }

    #[test]
    fn what_has_a_name_is_arranged_and_put_back() {
        let text =
            "network x < host b < address 10.0.0.1; > domain b.c; host a < address 10.0.0.3, 10.0.0.2; > domain a.c; >";
        let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
        let mut trees = [tree.clone()];
        arrange(&mut trees);
        let words: Vec<&str> =
            trees[0].statements[0].statements().iter().map(|one| one.arguments[0].value.text.as_str()).collect();
        assert_eq!(words, ["b.c", "a.c", "a", "b"]);
        restore(&mut trees);
        assert_eq!(trees[0], tree);
    }
}
