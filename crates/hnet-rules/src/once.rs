//! What is found on several machines and said of one place: it is told once. Start at [`Once::tell`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span};
use indexmap::IndexSet;

/// What was told so far.
#[derive(Default)]
pub(crate) struct Once(IndexSet<(Span, String)>);

impl Once {
    /// Reports a finding, unless the same was told of the place.
    pub(crate) fn tell(&mut self, place: Span, finding: Diagnostic, out: &mut Diagnostics) {
        if self.0.insert((place, finding.title.clone())) {
            out.report(finding);
        }
    }
}
