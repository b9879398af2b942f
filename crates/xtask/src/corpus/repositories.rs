//! What of the whole repositories below `trees/` is live, and what could not be followed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use hnet_diagnostics::{Source, Sources};
use hnet_repository::{Liveness, Repository, What, is_cluster_scoped, is_network, read};

use super::import::groups;
use super::{File, survive};

/// The whole repositories of a corpus, by name, with paths from their roots.
pub(crate) fn trees(files: &[File]) -> BTreeMap<&str, Sources> {
    let mut trees: BTreeMap<&str, Sources> = BTreeMap::new();
    for (path, text) in files {
        let Some((name, path)) = path.strip_prefix("trees/").and_then(|rest| rest.split_once('/')) else { continue };
        trees.entry(name).or_default().add(Source::new(path, text.as_str()));
    }
    trees
}

/// All that is read together: whole repositories, parts of them, and talconfigs, by the folders of the corpus.
pub(crate) fn all(files: &[File]) -> BTreeMap<String, Sources> {
    let mut all: BTreeMap<String, Sources> = BTreeMap::new();
    for (name, files) in groups(files).into_iter().filter(|(name, _)| !name.starts_with("trees/")) {
        let sources = all.entry(name).or_default();
        for (path, text) in files {
            sources.add(Source::new(path, text));
        }
    }
    all.extend(trees(files).into_iter().map(|(name, sources)| (format!("trees/{name}"), sources)));
    all
}

/// Counts the documents of a repository by liveness, all and those of the network.
fn count(repository: &Repository) -> [(usize, usize); 3] {
    let mut counts = [(0, 0); 3];
    for file in &repository.files {
        for (index, value) in file.documents.iter().enumerate() {
            let document = hnet_repository::Document::written(value.clone(), file.id, index);
            if !document.is_object() || file.is_template {
                continue;
            }
            let at = match repository.liveness(file.id, index as u32) {
                Liveness::Live => 0,
                Liveness::Disabled => 1,
                Liveness::Loose => 2,
            };
            counts[at].0 += 1;
            counts[at].1 += usize::from(is_network(&document));
        }
    }
    counts
}

/// Reads each repository and prints its clusters, its liveness, and what was not followed.
pub(crate) fn report(files: &[File], out: &mut String) -> usize {
    let (mut sums, mut crashes) = ([(0, 0); 3], 0);
    for (name, sources) in trees(files) {
        let done = survive(name, out, |out| report_one(name, &sources, &mut sums, out));
        crashes += usize::from(done.is_none());
    }
    let _ = writeln!(out, "   live, disabled, loose objects (of the network): {sums:?}");
    crashes
}

/// Reads one, prints what it is, and adds up its objects.
fn report_one(name: &str, sources: &Sources, sums: &mut [(usize, usize); 3], out: &mut String) {
    let start = Instant::now();
    let repository = read(sources);
    let took = start.elapsed().as_millis();
    let counts = count(&repository);
    let _ = writeln!(out, "   {name}: {} files in {took} ms", sources.len());
    for (sum, count) in sums.iter_mut().zip(counts) {
        (sum.0, sum.1) = (sum.0 + count.0, sum.1 + count.1);
    }
    let words = counts
        .iter()
        .zip(["live", "disabled", "loose"])
        .map(|((all, network), word)| format!("{word} {all} ({network})"));
    let _ = writeln!(out, "      objects (of the network): {}", words.collect::<Vec<_>>().join(", "));
    for cluster in &repository.clusters {
        let _ = writeln!(
            out,
            "      cluster {} at {:?} {}: {} objects, {} charts, {} variables, {} unknown, Talos in {:?}",
            cluster.name,
            cluster.root.kind,
            cluster.root.folder,
            cluster.documents.len(),
            cluster.releases.len(),
            cluster.variables.len(),
            cluster.unknown.len(),
            cluster.talos,
        );
        let unknown: Vec<_> = cluster.unknown.iter().map(|(name, places)| format!("{name} {}", places.len())).collect();
        if !unknown.is_empty() {
            let _ = writeln!(out, "         unknown {}", unknown.join(", "));
        }
        let nowhere = cluster.documents.iter().filter(|document| {
            is_network(document) && document.namespace.is_none() && !is_cluster_scoped(document.kind())
        });
        let _ = writeln!(out, "         of the network in no namespace: {}", nowhere.count());
        let configs = cluster.configs.iter().map(|config| format!("{:?} {:?}", config.kind, config.holder));
        let _ = writeln!(out, "         configurations: {}", configs.collect::<Vec<_>>().join(", "));
        for release in ["cilium", "coredns"].iter().flat_map(|chart| cluster.charts(chart)) {
            let _ = writeln!(
                out,
                "         {} {} {:?} in {:?}: {} values from {} places",
                release.chart,
                release.version.as_ref().map_or("?", |(version, _)| version),
                release.installer,
                release.namespace,
                release.values.fields().count(),
                release.places.len(),
            );
        }
    }
    let mut forms: BTreeMap<_, usize> = BTreeMap::new();
    for source in &repository.talos {
        *forms.entry((source.form, source.is_preferred)).or_default() += 1;
    }
    let _ = writeln!(out, "      Talos {forms:?}, charts of helmfiles {}", repository.bootstrap.len());
    let mut notes: BTreeMap<&str, usize> = BTreeMap::new();
    for note in &repository.notes {
        *notes.entry(label(&note.what)).or_default() += 1;
        // The corpus holds no dashboards and scripts, so that a file that is missing says nothing.
        let is_small = match &note.what {
            What::Remote(_) | What::NotEvaluated(_) => true,
            What::Missing(path) | What::NoFolder(path) | What::Absent(path) => {
                path.rsplit('/').next().is_some_and(|name| name.contains('.'))
            }
            _ => false,
        };
        if !is_small {
            let source = sources.get(note.span.file);
            let place = source.position(note.span.range().start);
            let _ = writeln!(out, "      {}:{}:{}: {}", source.path(), place.line, place.column, note.what);
        }
    }
    for document in repository.loose.iter().filter(|document| is_network(document)) {
        let path = sources.get(document.file).path();
        let _ = writeln!(out, "      loose: {path} {} {}", document.kind(), document.name());
    }
    let unread =
        repository.files.iter().filter(|file| file.problems.iter().any(|problem| problem.trouble.loses_text()));
    let _ = writeln!(out, "      notes {notes:?}, unreadable {}", unread.count());
}

fn label(what: &What) -> &'static str {
    match what {
        What::Missing(_) | What::NoFolder(_) => "missing",
        What::Absent(_) => "absent",
        What::Unknown(_) => "unknown",
        What::Remote(_) => "remote",
        What::Unreadable(_) | What::Broken(_) => "unreadable",
        What::Twice(..) => "twice in one build",
        What::NotEvaluated(_) => "not evaluated",
        What::PatchFails => "patch fails",
        What::Circle(_) => "circle",
        What::OtherCluster(_) => "other cluster",
        What::OtherRevision(_) => "other revision",
        What::TooMuch => "too much",
    }
}
