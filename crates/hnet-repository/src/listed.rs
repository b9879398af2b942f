//! What a change of files leaves without a way to it: objects that nothing lists any more, files that are listed and go, and
//! new files beside or below a kustomization that does not list them. Each is said with the line to change.

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::Kind;
use hnet_compare::files::Harm;

use crate::change::{Change, State, key, same_root};
use crate::files::is_kustomization;
use crate::{Cluster, Liveness, What, paths};

/// A line of a kustomization.
pub(crate) struct Listed {
    file: String,
    line: usize,
    /// What it says.
    text: String,
}

impl State<'_> {
    /// The places where live kustomizations list files that are not there, by the paths of these.
    pub(crate) fn listed(&self) -> BTreeMap<String, Listed> {
        let mut listed = BTreeMap::new();
        for note in &self.repository.notes {
            let What::Missing(text) = &note.what else { continue };
            let source = self.sources.get(note.span.file);
            let Some(named) = paths::join(paths::folder(source.path()), text) else { continue };
            let line = source.line(note.span.range().start);
            let new = || Listed { file: source.path().to_owned(), line, text: text.to_string() };
            listed.entry(named).or_insert_with(new);
        }
        listed
    }

    /// The kustomizations, by their folders.
    fn kustomizations(&self) -> BTreeMap<&str, &crate::File> {
        let is_it = |file: &&crate::File| is_kustomization(&file.path);
        // Of two in one folder the first counts.
        let found = self.repository.files.iter().rev().filter(is_it);
        found.map(|file| (paths::folder(&file.path), file)).collect()
    }

    /// The kustomization in the folder of a file, or the nearest above it, if a cluster gets what it lists.
    fn nearest<'f>(&self, path: &str, all: &BTreeMap<&str, &'f crate::File>) -> Option<&'f str> {
        let mut folder = paths::folder(path);
        let file = loop {
            match all.get(folder) {
                Some(file) => break file,
                None if folder.is_empty() => return None,
                None => folder = paths::folder(folder),
            }
        };
        (self.repository.liveness(file.id, 0) == Liveness::Live).then_some(file.path.as_str())
    }
}

impl Change<'_> {
    /// Objects of a cluster that would be pruned: the file that they are in goes, and nothing leads to the one that they
    /// come to.
    pub(crate) fn unlisted(
        &self,
        at: usize,
        cluster: Option<&Cluster>,
        [before, after]: [&State<'_>; 2],
        listed: &BTreeMap<String, Listed>,
        said: &mut BTreeSet<String>,
    ) -> Vec<Harm> {
        let Some(cluster) = cluster else { return Vec::new() };
        let keys = |cluster: &Cluster, state: &State<'_>| -> BTreeMap<(Kind, String, String), String> {
            let all = cluster.documents.iter().filter_map(|document| {
                let path = state.sources.get(document.file).path();
                Some((key(&self.object(state.sources, document)?), path.to_owned()))
            });
            all.collect()
        };
        let left = same_root(&after.repository, cluster).map(|new| keys(new, after)).unwrap_or_default();
        let mut lost = keys(cluster, before);
        lost.retain(|key, path| !left.contains_key(key) && self.is_touched(path, at));
        let mut harms = Vec::new();
        let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
        for document in &after.repository.loose {
            let new = after.sources.get(document.file).path();
            let Some(object) = self.object(after.sources, document).filter(|_| self.written.contains_key(new)) else {
                continue;
            };
            let Some(old) = lost.get(&key(&object)).filter(|old| old.as_str() != new) else { continue };
            if !pairs.insert((old, new)) {
                continue;
            }
            said.extend([old.clone(), new.to_owned()]);
            let listed = listed.get(old);
            let (shown_old, shown_new) = (self.shown(old), self.shown(new));
            let help = match listed {
                Some(Listed { file, line, text }) => {
                    let instead = paths::relative(paths::folder(file), new);
                    format!("in `{}`, line {line}, write `{instead}` in place of `{text}`", self.shown(file))
                }
                None => format!("list `{shown_new}` where its cluster looks"),
            };
            harms.push(Harm {
                file: listed.map_or_else(|| shown_new.clone(), |listed| self.shown(&listed.file)),
                message: format!(
                    "{} would be pruned: `{shown_old}` {}, and nothing leads to `{shown_new}`",
                    object.named(),
                    if self.removed.contains(old) { "goes" } else { "no longer holds it" }
                ),
                help,
            });
        }
        harms
    }

    /// Kustomizations that list files which go, and those that do not list new files beside or below them; but
    /// nothing of files of which it is said already what becomes of their objects.
    pub(crate) fn dangling(
        &self,
        after: &State<'_>,
        listed: &BTreeMap<String, Listed>,
        said: &BTreeSet<String>,
    ) -> Vec<Harm> {
        let removed = self.removed.iter().filter(|path| !said.contains(*path));
        let listed = removed.filter_map(|path| Some((path, listed.get(path)?)));
        let gone = listed.map(|(path, Listed { file, line, text })| Harm {
            file: self.shown(file),
            message: format!(
                "`{}`, line {line}, lists `{text}`, and `{}` goes: whoever applies it fails",
                self.shown(file),
                self.shown(path)
            ),
            help: "take the line out when the file goes".to_owned(),
        });
        let loose: BTreeSet<&str> =
            after.repository.loose.iter().map(|document| after.sources.get(document.file).path()).collect();
        let there: BTreeSet<&str> = self.there.iter().map(|(_, source)| source.path()).collect();
        let kustomizations = after.kustomizations();
        let is_new = |path: &&String| {
            loose.contains(path.as_str()) && !there.contains(path.as_str()) && !said.contains(path.as_str())
        };
        let unlisted = self.written.keys().filter(is_new).filter_map(|path| {
            let beside = after.nearest(path, &kustomizations).filter(|beside| !self.written.contains_key(*beside))?;
            let entry = paths::relative(paths::folder(beside), path);
            Some(Harm {
                file: self.shown(beside),
                message: format!("nothing leads to `{}`: `{}` does not list it", self.shown(path), self.shown(beside)),
                help: format!("add `- {entry}` to its `resources`"),
            })
        });
        gone.chain(unlisted).collect()
    }
}
