//! Which Applications are of which Argo CD, where a repository holds those of several.
//!
//! Within one Argo CD two Applications cannot be called alike. Where two are and lead to different folders, the folders in
//! which they part ways may be those of two clusters: `clusters/home/…` and `clusters/lab/…`. They surely are where all of
//! that kind part there, each folder has an Application that leads to others in it, and none lies outside of them.
//! Start at [`apart`].

use std::collections::{BTreeMap, BTreeSet};

use crate::argo::sources;
use crate::document::Document;
use crate::files::Files;
use crate::paths;

/// The Applications and ApplicationSets of each Argo CD, in the order of their first; all of them together where nothing
/// tells them surely apart.
pub(crate) fn apart(applications: Vec<Document>, files: &Files<'_>) -> Vec<Vec<Document>> {
    let paths: Vec<&str> = applications.iter().map(|one| files.sources.get(one.file).path()).collect();
    let led: Vec<BTreeSet<String>> = applications.iter().map(led_to).collect();
    let Some(homes) = folders_of_clusters(&applications, &paths, &led) else { return vec![applications] };
    let home_of = |path: &str| paths::ways(path).find(|way| homes.contains(*way)).map(str::to_owned);
    let mut all: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut with_root: BTreeSet<String> = BTreeSet::new();
    for (at, path) in paths.iter().enumerate() {
        // One beside the folders is of the cluster that it leads to.
        let mut of_led = led[at].iter().map(|folder| home_of(folder));
        let of_led = of_led.next().flatten().filter(|first| of_led.all(|other| other.as_ref() == Some(first)));
        let Some(home) = home_of(path).or(of_led) else { return vec![applications] };
        all.entry(home).or_default().push(at);
    }
    let mut lying: BTreeMap<&str, usize> = BTreeMap::new();
    for path in &paths {
        for way in paths::ways(paths::folder(path)) {
            *lying.entry(way).or_default() += 1;
        }
    }
    for (home, members) in &all {
        let leads_on = |at: &usize| {
            let own = |folder: &str| usize::from(paths::ways(paths::folder(paths[*at])).any(|way| way == folder));
            let mut within = led[*at].iter().filter(|folder| home_of(folder).as_ref() == Some(home));
            within.any(|folder| lying.get(folder.as_str()).copied().unwrap_or_default() > own(folder))
        };
        if members.iter().any(leads_on) {
            with_root.insert(home.clone());
        }
    }
    if with_root.len() < all.len() {
        return vec![applications];
    }
    let mut of: BTreeMap<usize, usize> = BTreeMap::new();
    for members in all.into_values() {
        let first = members.first().copied().unwrap_or_default();
        of.extend(members.into_iter().map(|at| (at, first)));
    }
    let mut clusters: BTreeMap<usize, Vec<Document>> = BTreeMap::new();
    for (at, document) in applications.into_iter().enumerate() {
        clusters.entry(of.get(&at).copied().unwrap_or_default()).or_default().push(document);
    }
    clusters.into_values().collect()
}

/// The folders of this repository that an Application leads to.
fn led_to(application: &Document) -> BTreeSet<String> {
    let paths = sources(&application.value).filter_map(|source| source.get("path")?.as_str());
    paths.filter(|path| !path.contains("{{")).filter_map(|path| paths::join("", path)).collect()
}

/// The folders in which all Applications part ways that are called alike and lead to different folders; none where no two
/// do, or they do in different places.
fn folders_of_clusters(
    applications: &[Document],
    paths: &[&str],
    led: &[BTreeSet<String>],
) -> Option<BTreeSet<String>> {
    let mut called: BTreeMap<[&str; 3], Vec<usize>> = BTreeMap::new();
    for (at, application) in applications.iter().enumerate() {
        if !led[at].is_empty() && !application.name().is_empty() && !application.name().contains(['$', '{']) {
            let namespace = application.value.str_at(&["metadata", "namespace"]).unwrap_or_default();
            called.entry([application.kind(), namespace, application.name()]).or_default().push(at);
        }
    }
    let (mut around, mut found) = (None, BTreeSet::new());
    for alike in called.values() {
        let Some((first, others)) = alike.split_first() else { continue };
        // What leads to the same place is the same, written twice.
        for other in others.iter().filter(|other| led[**other].is_disjoint(&led[*first])) {
            let (parent, one, other) = parting(paths[*first], paths[*other])?;
            if around.is_some_and(|around| around != parent) {
                return None;
            }
            around = Some(parent);
            found.extend([one.to_owned(), other.to_owned()]);
        }
    }
    (!found.is_empty()).then_some(found)
}

/// The folder that holds two files, and the two folders in it through which the ways to them lead; none where one of them
/// lies in it itself.
fn parting<'p>(one: &'p str, other: &'p str) -> Option<(&'p str, &'p str, &'p str)> {
    let around = paths::ways(paths::folder(one)).find(|way| paths::is_within(other, way))?;
    let next = |path: &'p str| {
        let start = if around.is_empty() { 0 } else { around.len() + 1 };
        let end = start + path[start..].find('/')?;
        Some(&path[..end])
    };
    Some((around, next(one)?, next(other)?))
}
