//! What the names of a project refer to, and what indexes resolve to: noted while values are read,
//! so that editors go where the checker went.
//!
//! Knows no reading of its own. [`Names`] is handed out beside the network; `scope.rs` fills it.

use std::net::IpAddr;
use std::ops::RangeBounds;

use hnet_diagnostics::Span;
use ipnet::IpNet;

/// What names mean, by the places where they stand. It is as whole as what could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// What is declared, by the span of the name.
    pub definitions: Places<Definition>,
    /// The spans of names that refer to a definition, with the key of that definition.
    pub uses: Places<Span>,
    /// What indexed words such as `lan[11]` mean, by the span of the word.
    pub indexes: Places<Indexed>,
}

/// What stands at places of the sources, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places<V> {
    list: Vec<(Span, V)>,
}

impl<V> Default for Places<V> {
    fn default() -> Self {
        Places { list: Vec::new() }
    }
}

impl<V> Places<V> {
    /// What stands at a place. Of what was noted twice the later counts.
    pub(super) fn new(mut list: Vec<(Span, V)>) -> Self {
        list.reverse();
        list.sort_by_key(|(place, _)| *place);
        list.dedup_by(|later, first| later.0 == first.0);
        Places { list }
    }

    /// What stands at a place.
    #[must_use]
    pub fn get(&self, place: &Span) -> Option<&V> {
        let at = self.list.binary_search_by(|(other, _)| other.cmp(place)).ok()?;
        Some(&self.list[at].1)
    }

    /// All places with what stands there, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Span, &V)> {
        self.list.iter().map(|(place, value)| (place, value))
    }

    /// The places of a range, in order.
    pub fn range(&self, range: impl RangeBounds<Span>) -> impl DoubleEndedIterator<Item = (&Span, &V)> {
        let from = self.list.partition_point(|(place, _)| match range.start_bound() {
            std::ops::Bound::Included(start) => place < start,
            std::ops::Bound::Excluded(start) => place <= start,
            std::ops::Bound::Unbounded => false,
        });
        let to = self.list.partition_point(|(place, _)| match range.end_bound() {
            std::ops::Bound::Included(end) => place <= end,
            std::ops::Bound::Excluded(end) => place < end,
            std::ops::Bound::Unbounded => true,
        });
        self.list[from..to.max(from)].iter().map(|(place, value)| (place, value))
    }

    /// How many places there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'n, V> IntoIterator for &'n Places<V> {
    type Item = &'n (Span, V);
    type IntoIter = std::slice::Iter<'n, (Span, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.iter()
    }
}

/// A declared name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The keyword that declares it: `subnet`, `listener`, `let`.
    pub keyword: &'static str,
    /// The name.
    pub name: String,
    /// The whole declaration.
    pub statement: Span,
    /// The key of the definition that it belongs to, as a listener does to its gateway.
    pub owner: Option<Span>,
    /// The addresses of what may stand for an address.
    pub addresses: Vec<IpAddr>,
    /// The prefixes of a subnet.
    pub prefixes: Vec<IpNet>,
}

/// An index with its prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// The prefix that is indexed.
    pub prefix: IpNet,
    /// The address, or the first one of a range.
    pub first: IpAddr,
    /// The end of a range.
    pub last: Option<IpAddr>,
}

impl Names {
    /// The key of the definition that the name at a span declares or refers to.
    #[must_use]
    pub fn meant(&self, span: Span) -> Option<Span> {
        self.definitions.get(&span).map(|_| span).or_else(|| self.uses.get(&span).copied())
    }
}
