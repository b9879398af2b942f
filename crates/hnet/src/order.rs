//! The order of statements means nothing: files are written from a network whose things stand in the
//! order of their names, so that the same network comes out as the same bytes however its source is
//! arranged. Findings keep the order of the source, where "said again" means what a reader expects.
//!
//! Only what stands in a network or a cluster is arranged. Within a node or a tunnel the order is
//! the user's: an interface's first address is its own. Start at [`arrange`].

use std::cmp::Ordering;
use std::collections::BTreeSet;

use hnet_check::vocabulary::Naming;
use hnet_syntax::tree::{End, Statement, Tree};

/// Puts statements of one keyword into the order of their names, where they have some, and says
/// whether that changed anything.
pub(crate) fn arrange(trees: &mut [Tree]) -> bool {
    let mut named = BTreeSet::new();
    for word in hnet_check::VOCABULARY {
        let nested = word.fields.iter().filter_map(|field| field.shape.kind());
        named.extend(nested.chain([*word]).filter(|kind| kind.naming == Naming::Named).map(|kind| kind.keyword));
    }
    let compare = |a: &Statement, b: &Statement| {
        a.keyword.text.cmp(&b.keyword.text).then_with(|| natural(name_of(a, &named), name_of(b, &named)))
    };
    let mut changed = false;
    each_list(trees, &mut |statements| {
        // Whether it is in order already is asked of each keyword by itself: how nodes and gateways
        // alternate changes nothing.
        let mut by_keyword: Vec<&Statement> = statements.iter().collect();
        hnet_collections::sort_by(&mut by_keyword, |a, b| a.keyword.text.cmp(&b.keyword.text));
        if !by_keyword.is_sorted_by(|a, b| compare(a, b) != Ordering::Greater) {
            hnet_collections::sort_by(statements, compare);
            changed = true;
        }
    });
    changed
}

/// The name of a statement that has one, otherwise nothing, so that it keeps its place.
fn name_of<'s>(statement: &'s Statement, named: &BTreeSet<&str>) -> &'s str {
    let first = statement.arguments.first().filter(|_| named.contains(statement.keyword.text.as_str()));
    first.map_or("", |argument| argument.value.text.as_str())
}

/// Puts the statements back into the order of the source, which formatters and editors see.
pub(crate) fn restore(trees: &mut [Tree]) {
    each_list(trees, &mut |statements| hnet_collections::sort_by_key(statements, |statement| statement.span));
}

/// The lists of statements in files, networks and clusters.
fn each_list(trees: &mut [Tree], order: &mut dyn FnMut(&mut Vec<Statement>)) {
    fn within(statements: &mut Vec<Statement>, order: &mut dyn FnMut(&mut Vec<Statement>)) {
        order(statements);
        for statement in statements {
            if let ("network" | "cluster", End::Body(body)) = (statement.keyword.text.as_str(), &mut statement.end) {
                within(&mut body.statements, order);
            }
        }
    }
    trees.iter_mut().for_each(|tree| within(&mut tree.statements, order));
}

/// Compares names as people count: `node-2` stands before `node-10`.
fn natural(one: &str, other: &str) -> Ordering {
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (mut left, mut right) = (one, other);
    loop {
        let (a, b) = (digits(left), digits(right));
        let order = if a > 0 && b > 0 {
            let numbers = (left[..a].trim_start_matches('0'), right[..b].trim_start_matches('0'));
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

    use super::{arrange, natural, restore};

    #[test]
    fn names_are_counted_as_people_do() {
        let mut names = ["b", "node-10", "node-2", "a", "node", "node-02", "node-2-x", ""];
        hnet_collections::sort_by(&mut names, |a, b| natural(a, b));
        assert_eq!(names, ["", "a", "b", "node", "node-02", "node-2", "node-2-x", "node-10"]);
    }

    #[test]
    fn what_has_a_name_is_arranged_and_put_back() {
        let text =
            "network x < host b < address 10.0.0.1; > domain b.c; host a < address 10.0.0.3, 10.0.0.2; > domain a.c; >";
        let tree = hnet_syntax::parse(FileId::default(), text, &mut Diagnostics::new()).tree;
        let mut trees = [tree.clone()];
        assert!(arrange(&mut trees));
        let words: Vec<&str> =
            trees[0].statements[0].statements().iter().map(|one| one.arguments[0].value.text.as_str()).collect();
        assert_eq!(words, ["b.c", "a.c", "a", "b"]);
        assert!(!arrange(&mut trees));
        restore(&mut trees);
        assert_eq!(trees[0], tree);
    }
}
