//! Patches and replacements that would no longer find their objects: a kustomization names these as they are written, by
//! their version and namespace, and kustomize makes nothing at all of one in which a patch finds no object.
//!
//! Start at [`Change::repatched`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::Kind;
use hnet_compare::files::Document as Compared;
use hnet_diagnostics::Span;
use hnet_yaml::Value;

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

/// The keys of a kustomization by which something names kinds by their versions.
const BY_VERSION: [&str; 4] = ["configurations", "transformers", "vars", "labels"];

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
        let is = self.patched(cluster.reached(), before, &key);
        let would = self.patched(new.reached(), after, &key);
        self.lost(&is, &would, before).into_iter().collect()
    }

    /// The same of all kustomizations that take in a file that would be written, whoever applies them: what no root leads to
    /// may be another cluster's.
    pub(crate) fn repatched_elsewhere(&self, before: &State<'_>, after: &State<'_>) -> Vec<Repatched> {
        let written: BTreeSet<&str> = self.written.keys().map(String::as_str).collect();
        let users = users(&before.repository.files, &written);
        let folders: Vec<&str> =
            users.iter().filter(|file| changes_some(file)).map(|file| paths::folder(&file.path)).collect();
        if folders.is_empty() {
            return Vec::new();
        }
        let (old, new) = (Files::read(before.sources, &|_| true), Files::read(after.sources, &|_| true));
        let mut all = BTreeSet::new();
        for folder in folders {
            let (is, would) = (built(&old, folder), built(&new, folder));
            // Whatever it gives them, an object is one of its file.
            let is = self.patched(is.iter(), before, &key_in_file);
            let would = self.patched(would.iter(), after, &key_in_file);
            all.append(&mut self.lost(&is, &would, before));
        }
        all.into_iter().collect()
    }

    /// What would be lost between the objects that are there and those that would be.
    fn lost(
        &self,
        is: &BTreeMap<Key, Patched<'_>>,
        would: &BTreeMap<Key, Patched<'_>>,
        before: &State<'_>,
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
            if let Some((by, line)) =
                by_version(own.document, before).filter(|_| is_other && self.written.contains_key(path))
            {
                let kind = own.document.kind();
                let why =
                    format!("`{}`, line {line}, names {kind} by its version, which would be another", self.shown(by));
                all.insert(Repatched { file: self.shown(path), why });
            }
        }
        all
    }

    /// Objects, each once by what `key` makes of it, with the patches that are for it.
    fn patched<'r>(
        &self,
        documents: impl Iterator<Item = &'r Document>,
        state: &'r State<'_>,
        key: &dyn Fn(&Compared) -> Key,
    ) -> BTreeMap<Key, Patched<'r>> {
        let mut all = BTreeMap::new();
        for document in documents {
            let by = document.patched.iter().map(|place| (state.sources.get(place.file).path(), place.start)).collect();
            if let Some(object) = self.object(state.sources, document) {
                all.entry(key(&object)).or_insert(Patched { document, by });
            }
        }
        all
    }
}

/// What tells an object from the others of one kustomization, also where that would give it another namespace.
fn key_in_file(object: &Compared) -> Key {
    (object.kind.clone(), object.file.clone(), object.name.clone())
}

/// What the kustomization of a folder makes by itself.
fn built(files: &Files<'_>, folder: &str) -> Vec<Document> {
    Builder::new(files).folder(folder, Span::default())
}

/// Whether a kustomization changes objects that it names.
fn changes_some(file: &File) -> bool {
    let keys = ["patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "components"];
    let names = |own: &Value| keys.iter().chain(&BY_VERSION).any(|key| !own.items_of(key).is_empty());
    file.documents.first().is_some_and(names)
}

/// The kustomizations that take in one of some files, also by others.
fn users<'f>(files: &'f [File], paths: &BTreeSet<&str>) -> Vec<&'f File> {
    let taken = |file: &'f File| -> Vec<String> {
        let own = file.documents.first();
        let items = ["resources", "bases", "components"]
            .into_iter()
            .flat_map(|key| own.into_iter().flat_map(move |own| own.items_of(key)));
        items.filter_map(|item| paths::join(paths::folder(&file.path), item.as_str()?)).collect()
    };
    let mut rest: Vec<(&File, Vec<String>)> =
        files.iter().filter(|file| is_kustomization(&file.path)).map(|file| (file, taken(file))).collect();
    let mut known: BTreeSet<String> = paths.iter().map(|path| (*path).to_owned()).collect();
    let mut found = Vec::new();
    loop {
        let (users, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|(_, taken)| taken.iter().any(|path| known.contains(path)));
        if users.is_empty() {
            return found;
        }
        known.extend(users.iter().map(|(file, _)| paths::folder(&file.path).to_owned()));
        found.extend(users.into_iter().map(|(file, _)| file));
        rest = others;
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
    let others = users(files, &BTreeSet::from([path]));
    files.iter().filter(is_around).chain(others).find_map(|file| {
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
