//! What a cluster gets of files that are written for another one: its root leads to them, whoever they are meant for.
//!
//! Start at [`Change::of_other`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::Harm;

use crate::change::{Change, Side, State, in_order, key, same_root};
use crate::{Cluster, Document};

impl Change<'_> {
    /// What a cluster gets of files that are written for another: one of these, or one that nothing is written for.
    pub(crate) fn of_other(
        &self,
        cluster: &Cluster,
        own: Option<usize>,
        before: &State<'_>,
        after: &State<'_>,
    ) -> Option<Side> {
        let touched = |state: &State<'_>, cluster: &Cluster| {
            let is_touched = |document: &&Document| {
                let path = state.sources.get(document.file).path();
                let is_touched = self.written.contains_key(path) || self.removed.contains(path);
                is_touched && own.is_none_or(|own| !self.is_of(path, own))
            };
            // What may be in another cluster is not known to be in this one.
            let beside = cluster.beside.iter().filter(|_| own.is_none());
            let found = cluster.documents.iter().chain(beside).filter(is_touched);
            in_order(found.filter_map(|document| self.object(state.sources, document)).collect())
        };
        let new = same_root(&after.repository, cluster);
        let side = Side {
            before: touched(before, cluster),
            after: new.map(|new| touched(after, new)).unwrap_or_default(),
            other: Some(own.map_or(cluster.name.as_str(), |own| self.clusters[own]).to_owned()),
            harms: Vec::new(),
            repatched: if own.is_none() { self.repatched(cluster, before, after) } else { Vec::new() },
        };
        (!side.before.all.is_empty() || own.is_some() && !side.after.all.is_empty()).then_some(side)
    }

    /// Leaves out what a cluster gets of files that are written for another: it does not go when its own are written. What
    /// is said for both is compared.
    pub(crate) fn leave_to_others(&self, at: usize, side: &mut Side) {
        let is_others = |path: &&String| self.clusters.len() > 1 && (self.cluster_of)(path).is_some_and(|of| of != at);
        let files = self.written.keys().chain(self.removed).filter(is_others);
        let files: BTreeSet<String> = files.map(|path| self.shown(path)).collect();
        let said: BTreeSet<_> = side.after.all.iter().map(key).collect();
        side.before.all.retain(|document| !files.contains(&document.file) || said.contains(&key(document)));
    }

    /// That one of the clusters gets files of another, to which nothing of that one leads.
    pub(crate) fn astray(
        &self,
        at: usize,
        own: &[Option<usize>],
        before: &State<'_>,
        after: &State<'_>,
    ) -> Option<Harm> {
        let reached = |at: usize| -> BTreeSet<&str> {
            let cluster = own[at].map(|own| &before.repository.clusters[own]);
            let new = cluster.and_then(|cluster| same_root(&after.repository, cluster));
            let documents = new.into_iter().flat_map(|new| &new.documents);
            documents.map(|document| after.sources.get(document.file).path()).collect()
        };
        let written = reached(at).into_iter().filter(|path| self.written.contains_key(*path) && !self.is_of(path, at));
        let of_other = written.filter_map(|path| Some((path, (self.cluster_of)(path)?)));
        let mut others: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        let mut is_astray =
            |(path, other): &(&str, usize)| !others.entry(*other).or_insert_with(|| reached(*other)).contains(path);
        let astray: Vec<(&str, usize)> = of_other.filter(|one| is_astray(one)).collect();
        let (path, other) = *astray.first()?;
        let (file, name, other) = (self.shown(path), self.clusters[at], self.clusters[other]);
        let more = match astray.len() - 1 {
            0 => String::new(),
            1 => "; it is the same with another file".to_owned(),
            count => format!("; it is the same with {count} other files"),
        };
        Some(Harm {
            message: format!("the cluster `{name}` gets `{file}`, which is said for `{other}`{more}"),
            file,
            help: "let `output` name a file that its own cluster gets".to_owned(),
        })
    }
}
