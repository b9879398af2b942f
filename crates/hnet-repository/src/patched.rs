//! Patches and replacements that would no longer find their objects: a kustomization names these as they are written, by
//! their version and namespace, and kustomize makes nothing at all of one in which a patch finds no object.
//!
//! Start at [`Change::repatched`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::Kind;
use hnet_compare::files::Document as Compared;
use hnet_diagnostics::Span;
use hnet_yaml::Value;
use indexmap::IndexMap;

use crate::change::{Change, State, key, same_root};
use crate::files::{File, Files, is_kustomization};
use crate::kustomize::Builder;
use crate::{Cluster, Document, paths};

/// A file that is written, and what would no longer find its objects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Repatched {
    /// The path of the file, from the folder that is compared.
    pub file: String,
    /// What would become of it, as a sentence.
    pub why: String,
}

/// The keys of a kustomization by which something names kinds by their versions: files that do, and values.
const FILES_BY_VERSION: [&str; 2] = ["configurations", "transformers"];
const VALUES_BY_VERSION: [&str; 2] = ["vars", "labels"];

/// What tells an object from all others that are compared.
type Key = (Kind, String, String);

/// An object, and what is for it.
struct Patched<'r> {
    document: &'r Document,
    /// The paths and places of the patches.
    by: BTreeSet<(&'r str, u32)>,
}

impl Change<'_> {
    /// The files that would be written whose objects a patch of a cluster would no longer find.
    pub(crate) fn repatched(&self, cluster: &Cluster, before: &State<'_>, after: &State<'_>) -> Vec<Repatched> {
        let Some(new) = same_root(&after.repository, cluster) else { return Vec::new() };
        let kustomizations = Kustomizations::of(&before.repository.files);
        let is = self.patched(cluster.reached(), before, &key);
        let would = self.patched(new.reached(), after, &key);
        self.lost(&is, &would, before, &kustomizations).into_iter().collect()
    }

    /// The same of all kustomizations that take in a file that would be written, whoever applies them: what no root leads to
    /// may be another cluster's.
    pub(crate) fn repatched_elsewhere(&self, before: &State<'_>, after: &State<'_>) -> Vec<Repatched> {
        let kustomizations = Kustomizations::of(&before.repository.files);
        let users = kustomizations.users(self.written.keys().map(String::as_str));
        let folders: Vec<&str> =
            users.iter().filter(|file| changes_some(file)).map(|file| paths::folder(&file.path)).collect();
        if folders.is_empty() {
            return Vec::new();
        }
        let (old, new) = (Files::read(before.sources, &|_| true), Files::read(after.sources, &|_| true));
        // One builder for all, so that what many take in is not taken without end.
        let (mut old, mut new) = (Builder::new(&old), Builder::new(&new));
        let mut all = BTreeSet::new();
        // What another takes in is a part of that.
        for folder in kustomizations.tops(folders) {
            let (is, would) = (old.folder(folder, Span::default()), new.folder(folder, Span::default()));
            // Whatever it gives them, an object is one of its file.
            let is = self.patched(is.iter(), before, &key_in_file);
            let would = self.patched(would.iter(), after, &key_in_file);
            all.append(&mut self.lost(&is, &would, before, &kustomizations));
        }
        all.into_iter().collect()
    }

    /// What would be lost between the objects that are there and those that would be.
    fn lost(
        &self,
        is: &BTreeMap<Key, Patched<'_>>,
        would: &BTreeMap<Key, Patched<'_>>,
        before: &State<'_>,
        kustomizations: &Kustomizations<'_>,
    ) -> BTreeSet<Repatched> {
        // Of those that are not written it is a written one that was named by what it was.
        let renamed = is
            .iter()
            .filter(|(key, own)| would.get(*key).is_some_and(|new| identity(new.document) != identity(own.document)));
        let renamed: Vec<&str> = renamed.map(|(_, own)| before.sources.get(own.document.file).path()).collect();
        let mut all = BTreeSet::new();
        for (key, own) in is {
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
        for (key, own) in is {
            let path = before.sources.get(own.document.file).path();
            let is_other = would.get(key).is_some_and(|new| version(new.document) != version(own.document));
            if is_other
                && self.written.contains_key(path)
                && let Some((by, line)) = by_version(own.document, before, kustomizations)
            {
                let kind = own.document.kind();
                let why =
                    format!("`{}`, line {line}, names {kind} by its version, which would be another", self.shown(by));
                all.insert(Repatched { file: self.shown(path), why });
            }
        }
        all
    }

    /// Objects, each once by what `key` makes of it, with the patches that are for it or for another of this key.
    fn patched<'r>(
        &self,
        documents: impl Iterator<Item = &'r Document>,
        state: &'r State<'_>,
        key: &dyn Fn(&Compared) -> Key,
    ) -> BTreeMap<Key, Patched<'r>> {
        let mut all = BTreeMap::new();
        for document in documents {
            let by = document.patched.iter().map(|place| (state.sources.get(place.file).path(), place.start));
            if let Some(object) = self.object(state.sources, document) {
                let patched = || Patched { document, by: BTreeSet::new() };
                all.entry(key(&object)).or_insert_with(patched).by.extend(by);
            }
        }
        all
    }
}

/// What tells an object from the others of one kustomization, also where that would give it another namespace.
fn key_in_file(object: &Compared) -> Key {
    (object.kind.clone(), object.file.clone(), object.name.clone())
}

/// Whether a kustomization changes objects that it names.
fn changes_some(file: &File) -> bool {
    let keys = ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "components"];
    let keys = || keys.iter().chain(&FILES_BY_VERSION).chain(&VALUES_BY_VERSION);
    let names = |own: &Value| keys().any(|key| !own.items_of(key).is_empty());
    file.documents.first().is_some_and(names)
}

/// The kustomizations of a repository.
struct Kustomizations<'f> {
    /// By their folders.
    all: BTreeMap<&'f str, &'f File>,
    /// By the paths that they take in.
    takers: BTreeMap<String, Vec<&'f File>>,
}

impl<'f> Kustomizations<'f> {
    fn of(files: &'f [File]) -> Kustomizations<'f> {
        let (mut all, mut takers): (BTreeMap<&str, &File>, BTreeMap<String, Vec<&File>>) = Default::default();
        for file in files.iter().filter(|file| is_kustomization(&file.path)) {
            all.insert(paths::folder(&file.path), file);
            let Some(own) = file.documents.first() else { continue };
            let items = ["resources", "bases", "components"].iter().flat_map(|key| own.items_of(key));
            let paths = items.filter_map(|item| paths::join(paths::folder(&file.path), item.as_str()?));
            paths.for_each(|path| takers.entry(path).or_default().push(file));
        }
        Kustomizations { all, takers }
    }

    /// Those of the folders on the way to a path.
    fn around(&self, path: &str) -> impl Iterator<Item = &'f File> {
        paths::ways(path).filter_map(|way| self.all.get(way).copied())
    }

    /// Those that take in one of some paths, also by others.
    fn users<'p>(&self, paths: impl Iterator<Item = &'p str>) -> Vec<&'f File> {
        let mut found: IndexMap<&str, &File> = IndexMap::new();
        let mut next: Vec<&File> = paths.flat_map(|path| self.takers(path)).copied().collect();
        while let Some(file) = next.pop() {
            if found.insert(&file.path, file).is_none() {
                next.extend(self.takers(paths::folder(&file.path)));
            }
        }
        found.into_values().collect()
    }

    /// The folders that no kustomization takes in, of some and of those that take these in.
    fn tops(&self, folders: Vec<&'f str>) -> BTreeSet<&'f str> {
        let users = self.users(folders.iter().copied());
        let all = folders.into_iter().chain(users.into_iter().map(|file| paths::folder(&file.path)));
        all.filter(|folder| self.takers(folder).is_empty()).collect()
    }

    fn takers(&self, path: &str) -> &[&'f File] {
        self.takers.get(path).map(Vec::as_slice).unwrap_or_default()
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
fn by_version<'r>(
    document: &Document,
    state: &'r State<'_>,
    kustomizations: &Kustomizations<'r>,
) -> Option<(&'r str, usize)> {
    let path = state.sources.get(document.file).path();
    let files = &state.repository.files;
    let others = kustomizations.users(std::iter::once(path));
    kustomizations.around(path).chain(others).find_map(|file| {
        let own = file.documents.first()?;
        let names = FILES_BY_VERSION.iter().flat_map(|key| own.items_of(key));
        let others = names.filter_map(|name| paths::join(paths::folder(&file.path), name.as_str()?));
        let others: Vec<&File> = others.filter_map(|path| files.iter().find(|file| file.path == path)).collect();
        let values = VALUES_BY_VERSION.iter().flat_map(|key| own.items_of(key));
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
