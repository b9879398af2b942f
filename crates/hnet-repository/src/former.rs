//! Which cluster a file that is removed was written for. Where it lay is no longer said, and the places that are said now
//! may be another's: so what counts is who gets it, the folder that hnet gives each cluster, and what it holds.
//!
//! Start at [`Change::former`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::Document as Compared;

use crate::change::{Change, State, key};
use crate::{Cluster, Document};

/// Objects, by the files that they are in.
type Objects<'s> = BTreeMap<&'s str, Vec<Compared>>;

impl Change<'_> {
    /// The clusters of the files that are removed, where there are several. `own` is which of the repository each is.
    pub(crate) fn former(
        &self,
        own: &[Option<usize>],
        before: &State<'_>,
        alone: &State<'_>,
    ) -> BTreeMap<String, usize> {
        if self.clusters.len() < 2 || self.removed.is_empty() {
            return BTreeMap::new();
        }
        let (was, is) = (self.objects_of(before), self.objects_of(alone));
        let written = |at: usize| self.written.keys().map(String::as_str).filter(move |path| self.is_of(path, at));
        let all = |objects: &Objects<'_>, at: usize| -> Vec<Compared> {
            written(at).filter_map(|path| objects.get(path)).flatten().cloned().collect()
        };
        let sides = (0..self.clusters.len()).map(|at| {
            let reached = own.get(at).copied().flatten().map(|own| &before.repository.clusters[own]);
            let reached = reached.into_iter().flat_map(Cluster::reached);
            Own {
                reached: reached.map(|document| before.sources.get(document.file).path()).collect(),
                has: all(&was, at).iter().map(key).collect(),
                written: all(&is, at),
            }
        });
        let sides: Vec<Own<'_>> = sides.collect();
        let one = |path: &String| (path.clone(), self.former_of(path, &sides, was.get(path.as_str())));
        self.removed.iter().map(one).collect()
    }

    fn former_of(&self, path: &str, sides: &[Own<'_>], objects: Option<&Vec<Compared>>) -> usize {
        let objects = objects.map_or(&[][..], Vec::as_slice);
        let only = |is_it: &dyn Fn(usize) -> bool| {
            let mut found = (0..sides.len()).filter(|at| is_it(*at));
            found.next().filter(|_| found.next().is_none())
        };
        let first = path.split('/').next().unwrap_or_default();
        // Who has its objects in files that stay had them there.
        let is_open = |at: usize| objects.is_empty() || !objects.iter().all(|one| sides[at].has.contains(&key(one)));
        let is_same = |own: &Own<'_>| {
            let is_in = |one: &Compared| own.written.iter().any(|new| key(new) == key(one) && new.value == one.value);
            !objects.is_empty() && objects.iter().all(is_in)
        };
        only(&|at| sides[at].reached.contains(path))
            .or_else(|| self.clusters.iter().position(|name| *name == first))
            .or_else(|| only(&is_open))
            .or_else(|| only(&|at| is_open(at) && is_same(&sides[at])))
            .or_else(|| only(&|at| is_open(at) && names(path, self.clusters[at])))
            .or_else(|| (self.cluster_of)(path))
            .or_else(|| (0..sides.len()).find(|at| is_open(*at)))
            .unwrap_or_default()
    }

    /// The objects of files that are written or removed, as they are in a state.
    fn objects_of<'s>(&self, state: &'s State<'_>) -> Objects<'s> {
        let mut objects: Objects<'s> = BTreeMap::new();
        let all = state.repository.clusters.iter().flat_map(Cluster::reached);
        let all = all.chain(&state.repository.disabled).chain(&state.repository.loose);
        let path = |document: &Document| state.sources.get(document.file).path();
        for document in all.filter(|document| {
            let path = path(document);
            self.written.contains_key(path) || self.removed.contains(path)
        }) {
            objects.entry(path(document)).or_default().extend(self.object(state.sources, document));
        }
        objects
    }
}

/// What is known of one of several clusters.
struct Own<'s> {
    /// The files of which it gets something.
    reached: BTreeSet<&'s str>,
    /// The objects that are already in files which are written for it.
    has: BTreeSet<crate::change::Key>,
    /// The objects that are written for it.
    written: Vec<Compared>,
}

/// Whether a path has a name as a word.
fn names(path: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    path.match_indices(name)
        .any(|(at, _)| !path[..at].ends_with(is_part) && !path[at + name.len()..].starts_with(is_part))
}
