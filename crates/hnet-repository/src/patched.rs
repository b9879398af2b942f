//! Patches and replacements that would no longer find their objects: a kustomization names these as they are written, by
//! their version and namespace, and kustomize makes nothing at all of one in which a patch finds no object.
//!
//! Start at [`Change::repatched`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::Kind;
use hnet_yaml::Value;

use crate::change::{Change, State, key, same_root};
use crate::files::{File, is_kustomization};
use crate::{Cluster, Document, paths};

/// A file that is written, and what would no longer find its objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repatched {
    /// The path of the file, from the folder that is compared.
    pub file: String,
    /// What would become of it, as a sentence.
    pub why: String,
}

/// What tells an object from all others of its cluster.
type Key = (Kind, String, String);

/// An object, and what is for it.
struct Patched<'r> {
    document: &'r Document,
    /// The paths and places of the patches.
    by: BTreeSet<(&'r str, u32)>,
}

impl Change<'_> {
    /// The files that would be written whose objects a patch would no longer find.
    pub(crate) fn repatched(&self, cluster: &Cluster, before: &State<'_>, after: &State<'_>) -> Vec<Repatched> {
        let Some(new) = same_root(&after.repository, cluster) else { return Vec::new() };
        let (is, would) = (self.patched(cluster, before), self.patched(new, after));
        // Of those that are not written it is a written one that was named by what it was.
        let renamed = is
            .iter()
            .filter(|(key, own)| would.get(*key).is_some_and(|new| identity(new.document) != identity(own.document)));
        let renamed: Vec<&str> = renamed.map(|(_, own)| before.sources.get(own.document.file).path()).collect();
        let mut all = BTreeSet::new();
        for (key, own) in &is {
            let path = before.sources.get(own.document.file).path();
            let Some(new) = would.get(key).filter(|new| new.by != own.by) else { continue };
            let files = if self.written.contains_key(path) { vec![path] } else { renamed.clone() };
            // A patch that would be for one more shows in what the cluster gets.
            let Some((patch, start)) = own.by.difference(&new.by).next() else { continue };
            let line = before.sources.find(patch).map_or(1, |file| before.sources.get(file).line(*start as usize));
            let title = format!("{} `{}`", own.document.kind(), own.document.name());
            let patch = self.shown(patch);
            for file in files.into_iter().filter(|file| self.written.contains_key(*file)) {
                let why = format!(
                    "`{patch}`, line {line}, would no longer find {title}, whose version or namespace would be another"
                );
                all.insert(Repatched { file: self.shown(file), why });
            }
        }
        for (key, own) in &is {
            let path = before.sources.get(own.document.file).path();
            let is_other = would.get(key).is_some_and(|new| version(new.document) != version(own.document));
            if let Some((by, line)) =
                by_version(own.document, before).filter(|_| is_other && self.written.contains_key(path))
            {
                let kind = own.document.kind();
                let why =
                    format!("`{}`, line {line}, names {kind} by its version, which would be another", self.shown(by));
                all.insert(Repatched { file: self.shown(path), why });
            }
        }
        all.into_iter().collect()
    }

    /// The objects of a cluster that patches are for, or that are written, each once.
    fn patched<'r>(&self, cluster: &'r Cluster, state: &'r State<'_>) -> BTreeMap<Key, Patched<'r>> {
        let mut all = BTreeMap::new();
        for document in cluster.reached() {
            let by = document.patched.iter().map(|place| (state.sources.get(place.file).path(), place.start)).collect();
            if let Some(object) = self.object(state.sources, document) {
                all.entry(key(&object)).or_insert(Patched { document, by });
            }
        }
        all
    }
}

/// What kustomizations name an object by beside its kind and name.
fn identity(document: &Document) -> (Option<&str>, Option<&str>) {
    (document.value.str_at(&["apiVersion"]), document.said.as_deref())
}

fn version(document: &Document) -> &str {
    document.value.str_at(&["apiVersion"]).unwrap_or_default()
}

/// Where a kustomization around an object names its kind by the version that it has, for something that is not followed.
fn by_version<'r>(document: &Document, state: &'r State<'_>) -> Option<(&'r str, usize)> {
    let path = state.sources.get(document.file).path();
    let files = &state.repository.files;
    let is_around = |file: &&File| is_kustomization(&file.path) && paths::is_within(path, paths::folder(&file.path));
    files.iter().filter(is_around).find_map(|file| {
        let own = file.documents.first()?;
        let names = ["configurations", "transformers"].into_iter().flat_map(|key| own.items_of(key));
        let others = names.filter_map(|name| paths::join(paths::folder(&file.path), name.as_str()?));
        let others: Vec<&File> = others.filter_map(|path| files.iter().find(|file| file.path == path)).collect();
        let values = own.items_of("vars").iter().chain(own.items_of("labels"));
        let here = values.map(|value| (file, value));
        let there = others.into_iter().flat_map(|other| other.documents.iter().map(move |value| (other, value)));
        let mut all = here.chain(there);
        let (file, found) = all.find_map(|(file, value)| Some((file, naming(value, document)?)))?;
        Some((file.path.as_str(), state.sources.get(file.id).line(found.span.range().start)))
    })
}

/// The part of a value that names the kind of an object by the version that it has.
fn naming<'v>(value: &'v Value, document: &Document) -> Option<&'v Value> {
    let own = version(document);
    let plain = own.rsplit('/').next().unwrap_or_default();
    let is_kind = value.str_at(&["kind"]).is_none_or(|kind| kind == document.kind());
    let is_version = value.str_at(&["version"]) == Some(plain) || value.str_at(&["apiVersion"]) == Some(own);
    if is_kind && is_version {
        return Some(value);
    }
    let inner = value.fields().map(|field| &field.value).chain(value.items());
    inner.into_iter().find_map(|value| naming(value, document))
}
