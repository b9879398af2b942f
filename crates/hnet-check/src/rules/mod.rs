//! The rules of a whole network: each refuses one thing that would break it.
//!
//! A rule is a function over the model, one file for each theme, one row in [`ALL`]. It knows no syntax.
//! Rules run on what is sound: a value that failed is not in the model, and [`Facts::whole`] says
//! of a statement whether it lost one, so a rule about something missing asks that first.

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostics, Span};
use hnet_model::Network;

/// What a rule may know.
pub(crate) struct Facts<'a> {
    /// The network, without the values that failed.
    pub(crate) network: &'a Network,
    /// The statements that lost a value.
    pub(crate) holes: &'a BTreeSet<Span>,
}

impl Facts<'_> {
    /// Whether all that the statement says is in the model.
    pub(crate) fn whole(&self, statement: Span) -> bool {
        !self.holes.contains(&statement)
    }
}

/// A rule: it reports what breaks it.
pub(crate) type Rule = fn(&Facts<'_>, &mut Diagnostics);

/// All rules, in the order of their codes.
pub(crate) static ALL: &[Rule] = &[];
