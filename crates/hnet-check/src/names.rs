//! What the names of a project refer to, and what indexes resolve to: noted while values are read,
//! so that editors go where the checker went.
//!
//! Knows no reading of its own. [`Names`] is handed out beside the network; `scope` fills it.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hnet_diagnostics::Span;
use ipnet::IpNet;

/// What names mean, by the places where they stand. It is as whole as what could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    /// What is declared, by the span of the name.
    pub definitions: BTreeMap<Span, Definition>,
    /// The spans of names that refer to a definition, with the key of that definition.
    pub uses: BTreeMap<Span, Span>,
    /// What indexed words such as `lan[11]` mean, by the span of the word.
    pub indexes: BTreeMap<Span, Indexed>,
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
        self.definitions.contains_key(&span).then_some(span).or_else(|| self.uses.get(&span).copied())
    }

    /// Adds what another reading found out.
    pub(crate) fn add(&mut self, other: Names) {
        let Names { definitions, uses, indexes } = other;
        self.definitions.extend(definitions);
        self.uses.extend(uses);
        self.indexes.extend(indexes);
    }
}
