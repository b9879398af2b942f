//! Machines that are on both sides of a comparison. What the file of one says of it is its own, whoever wrote the file and
//! wherever it stands. Start at [`Both::add`].

use std::collections::{BTreeMap, BTreeSet};

use super::documents::Document;
use crate::Value;
use crate::kinds::Kind;

/// Machines that are on both sides.
#[derive(Debug, Default)]
pub(super) struct Both<'d> {
    machines: BTreeMap<&'d str, Machine<'d>>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Machine<'d> {
    /// Where it is said, before and after.
    pub(super) files: [&'d str; 2],
    /// Whether both say all of it, as a talconfig does; a patch does not.
    pub(super) is_whole: bool,
}

impl<'d> Both<'d> {
    /// Learns from two documents that are the same one.
    pub(super) fn add(&mut self, old: &'d Document, new: &'d Document) {
        let Some(name) = new.machine() else { return };
        let files = [old.file.as_str(), new.file.as_str()];
        let is_whole = [old, new].iter().all(|document| is_whole(document));
        let known = self.machines.entry(name).or_insert(Machine { files, is_whole });
        if is_whole && !known.is_whole {
            *known = Machine { files, is_whole };
        }
    }

    /// Whether a document of the first side is about a machine of which its file says all, and the other side as well.
    pub(super) fn owns(&self, document: &Document) -> bool {
        let machine = document.machine().and_then(|name| self.machines.get(name));
        machine.is_some_and(|machine| machine.is_whole && machine.files[0] == document.file)
    }

    /// Their names.
    pub(super) fn names(&self) -> BTreeSet<&'d str> {
        self.machines.keys().copied().collect()
    }

    /// Those of which both sides say all; where there are none, those of which both say something.
    pub(super) fn surest(&self) -> impl Iterator<Item = (&'d str, [&'d str; 2])> {
        let has_whole = self.machines.values().any(|machine| machine.is_whole);
        let wanted = self.machines.iter().filter(move |(_, machine)| machine.is_whole || !has_whole);
        wanted.map(|(name, machine)| (*name, machine.files))
    }
}

/// Whether a document is the core one of a machine, and no patch for it.
fn is_whole(document: &Document) -> bool {
    document.kind == Kind::machine() && document.value.at(&["machine", "type"]).and_then(Value::as_str).is_some()
}
