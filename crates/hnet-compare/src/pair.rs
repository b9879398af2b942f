//! Two documents of a kind, as laws see them.

use crate::canonical::{Ground, Node, Shape};

/// What is known of the network that the documents are about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The names of all links of all nodes; empty where they are not known.
    pub links: Vec<String>,
}

/// Both documents, and what is known.
pub(crate) struct Pair<'n, 'a> {
    pub(crate) from: &'n mut Node<'a>,
    pub(crate) to: &'n mut Node<'a>,
    pub(crate) facts: &'n Facts,
}

impl<'a> Pair<'_, 'a> {
    /// Does the same to both.
    pub(crate) fn each(&mut self, mut change: impl FnMut(&mut Node<'a>)) {
        change(self.from);
        change(self.to);
    }
}

/// Makes a part mean no more than its absence, by a fact.
pub(crate) fn mean_nothing(node: &mut Node<'_>, fact: &'static str) {
    node.shape = Shape::Nothing;
    node.ground = Ground::Fact(fact);
}
