//! Which Applications are of which Argo CD, where a repository holds those of several.
//!
//! Within one Argo CD two Applications cannot be called alike. Where two are and lead to different folders, and no
//! Application leads to both of their files, each is of another cluster. Start at [`apart`].

use std::collections::{BTreeMap, BTreeSet};

use crate::argo::sources;
use crate::document::Document;
use crate::files::Files;
use crate::paths;

/// The Applications and ApplicationSets of each Argo CD, in the order of their first; all of them together where nothing
/// tells them apart.
pub(crate) fn apart(applications: Vec<Document>, files: &Files<'_>) -> Vec<Vec<Document>> {
    let folders: Vec<&str> = applications.iter().map(|one| paths::folder(files.sources.get(one.file).path())).collect();
    let groups = groups(&applications, &folders);
    let conflicts = conflicts(&applications, &groups);
    if conflicts.is_empty() {
        return vec![applications];
    }
    // What is of none of them belongs to the one that lies nearest.
    let mut homes: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, folder) in folders.iter().enumerate().filter(|(at, _)| conflicts.contains(&groups[*at])) {
        for folder in paths::ways(folder) {
            homes.entry(folder).or_insert(groups[at]);
        }
    }
    let home = |folder: &str| paths::ways(folder).find_map(|folder| homes.get(folder).copied());
    let homes: Vec<usize> = folders
        .iter()
        .zip(&groups)
        .map(|(folder, group)| if conflicts.contains(group) { *group } else { home(folder).unwrap_or(*group) })
        .collect();
    let mut all: BTreeMap<usize, Vec<Document>> = BTreeMap::new();
    for (document, home) in applications.into_iter().zip(homes) {
        all.entry(home).or_default().push(document);
    }
    all.into_values().collect()
}

/// The folders of this repository that an Application leads to.
fn led_to(application: &Document) -> BTreeSet<String> {
    let paths = sources(&application.value).filter_map(|source| source.get("path")?.as_str());
    paths.filter(|path| !path.contains("{{")).filter_map(|path| paths::join("", path)).collect()
}

/// For each Application the first of those that hang together with it: the one leads to the file of the other.
fn groups(applications: &[Document], folders: &[&str]) -> Vec<usize> {
    let mut leading: BTreeMap<String, usize> = BTreeMap::new();
    let mut parents: Vec<usize> = (0..applications.len()).collect();
    for (at, application) in applications.iter().enumerate() {
        for folder in led_to(application) {
            let first = *leading.entry(folder).or_insert(at);
            unite(&mut parents, first, at);
        }
    }
    for (at, folder) in folders.iter().enumerate() {
        for leading in paths::ways(folder).filter_map(|folder| leading.get(folder)) {
            unite(&mut parents, *leading, at);
        }
    }
    (0..applications.len()).map(|at| first_of(&mut parents, at)).collect()
}

fn first_of(parents: &mut [usize], mut at: usize) -> usize {
    while parents[at] != at {
        parents[at] = parents[parents[at]];
        at = parents[at];
    }
    at
}

fn unite(parents: &mut [usize], one: usize, other: usize) {
    let (one, other) = (first_of(parents, one), first_of(parents, other));
    parents[one.max(other)] = one.min(other);
}

/// The groups that cannot be of one Argo CD.
fn conflicts(applications: &[Document], groups: &[usize]) -> BTreeSet<usize> {
    let mut called: BTreeMap<[&str; 3], Vec<(usize, BTreeSet<String>)>> = BTreeMap::new();
    for (application, group) in applications.iter().zip(groups) {
        let folders = led_to(application);
        if !folders.is_empty() && !application.name().is_empty() && !application.name().contains(['$', '{']) {
            let namespace = application.value.str_at(&["metadata", "namespace"]).unwrap_or_default();
            called.entry([application.kind(), namespace, application.name()]).or_default().push((*group, folders));
        }
    }
    let mut found = BTreeSet::new();
    for alike in called.values() {
        // What leads to the same place is the same, written twice.
        let Some((first, folders)) = alike.first() else { continue };
        for (other, _) in alike.iter().filter(|(other, others)| other != first && others.is_disjoint(folders)) {
            found.extend([*first, *other]);
        }
    }
    found
}
