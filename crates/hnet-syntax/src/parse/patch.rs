//! The small repairs with which a broken text becomes one that the grammar accepts, and the way
//! back from a place in the repaired text to the place in the written one.
//!
//! Knows nothing of brackets or strings. Start at [`Patches::apply`].

use std::borrow::Cow;
use std::ops::Range;

/// One repair: the written bytes that are replaced, and by what.
#[derive(Clone, Debug)]
pub(super) struct Patch {
    pub(super) written: Range<usize>,
    pub(super) text: &'static str,
}

/// The repairs of a text; empty for a text whose brackets and quotes are sound.
#[derive(Clone, Debug, Default)]
pub(super) struct Patches {
    list: Vec<Patch>,
    /// For each patch where its replacement starts in the repaired text.
    starts: Vec<usize>,
}

impl Patches {
    /// Adds a repair. Repairs do not overlap; of two insertions at one place the first stays first.
    pub(super) fn add(&mut self, written: Range<usize>, text: &'static str) {
        self.list.push(Patch { written, text });
    }

    /// Forgets the last repairs, those at or behind a written place, while they are still added in order.
    pub(super) fn forget_from(&mut self, place: usize) {
        while self.list.pop_if(|patch| patch.written.start >= place).is_some() {}
    }

    /// The repaired text.
    pub(super) fn apply<'t>(&mut self, text: &'t str) -> Cow<'t, str> {
        if self.list.is_empty() {
            return Cow::Borrowed(text);
        }
        self.list.sort_by_key(|patch| (patch.written.start, patch.written.end));
        let mut repaired = String::with_capacity(text.len() + 4 * self.list.len());
        let mut at = 0;
        for patch in &self.list {
            repaired.push_str(&text[at..patch.written.start]);
            self.starts.push(repaired.len());
            repaired.push_str(patch.text);
            at = patch.written.end;
        }
        repaired.push_str(&text[at..]);
        Cow::Owned(repaired)
    }

    /// The written place of a place in the repaired text. Inside a replacement it is the start of
    /// what was replaced, so that an inserted token has an empty span.
    pub(super) fn written(&self, place: usize) -> usize {
        let index = self.starts.partition_point(|start| *start <= place);
        let Some(index) = index.checked_sub(1) else { return place };
        let patch = &self.list[index];
        let inside = place - self.starts[index];
        if inside == 0 {
            patch.written.start
        } else if inside < patch.text.len() {
            patch.written.end.min(patch.written.start + inside)
        } else {
            patch.written.end + (inside - patch.text.len())
        }
    }
}
