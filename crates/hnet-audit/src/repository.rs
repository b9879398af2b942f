//! What is wrong with a repository itself, whatever its objects mean: paths that lead nowhere, files that are no YAML, and
//! objects that are applied twice with different content.
//!
//! What may be there all the same is left alone: see `hnet_repository`, which notes only what is surely refused as missing.

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, FileId, Severity, Sources, Span, codes, nearest};
use hnet_repository::{
    Cluster, Document, Note, Repository, RootKind, Step, TalosForm, What, is_cluster_scoped, is_network,
};
use hnet_yaml::{Map, Problem, Trouble, Value, ValueKind};
use indexmap::IndexMap;

use crate::error;

/// All of it.
pub(crate) fn check(repository: &Repository, sources: &Sources, unsure: &mut Vec<String>) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = repository.notes.iter().filter_map(|note| missing(note, sources)).collect();
    found.extend(unread(repository));
    repository.clusters.iter().for_each(|cluster| twice(cluster, &mut found, unsure));
    found
}

/// A path that is not there.
fn missing(note: &Note, sources: &Sources) -> Option<Diagnostic> {
    let (path, label) = match &note.what {
        What::Missing(path) => (path, "kustomize makes nothing of this folder without it"),
        What::NoFolder(path) => (path, "nothing of this is applied"),
        _ => return None,
    };
    let title = format!("`{path}` is not in the repository");
    let finding = Diagnostic::new(&codes::PATH_NOT_THERE, title).label(note.span, label);
    let help = match meant(path, note.span, sources) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "correct the path, add what it names, or leave it out".to_owned(),
    };
    Some(error(finding.help(help)))
}

/// The path that was probably meant: another name in the same folder, which counts from the file or from the root.
pub(crate) fn meant(path: &str, place: Span, sources: &Sources) -> Option<String> {
    let (folder, name) = path.trim_end_matches('/').rsplit_once('/').unwrap_or(("", path));
    let one_in = if folder.is_empty() { "-".to_owned() } else { format!("{folder}/-") };
    [sources.get(place.file).path(), ""].into_iter().find_map(|from| {
        let way = hnet_language::include::resolve(from, &one_in)?;
        let start = way.strip_suffix('-')?;
        let names = sources.iter().filter_map(|(_, source)| source.path().strip_prefix(start)?.split('/').next());
        let near = nearest(name, names)?;
        Some(if folder.is_empty() { near.to_owned() } else { format!("{folder}/{near}") })
    })
}

/// The files that somebody reads as YAML and that are none.
fn unread(repository: &Repository) -> Vec<Diagnostic> {
    let of_talos: BTreeSet<FileId> = repository
        .talos
        .iter()
        .filter(|own| own.is_preferred && own.form != TalosForm::OpenTofu)
        .map(|own| own.file)
        .collect();
    let is_read = |file: &&hnet_repository::File| {
        !file.is_template && (repository.read.contains(&file.id) || of_talos.contains(&file.id))
    };
    let of_files = repository.files.iter().filter(is_read).flat_map(|file| {
        // One mistake may make several problems.
        file.problems.iter().find_map(not_yaml)
    });
    let releases = repository.clusters.iter().flat_map(|cluster| &cluster.releases);
    let of_values = releases.filter_map(|release| release.problems.iter().find_map(not_yaml));
    // What several releases read is broken once.
    let mut by_place: BTreeMap<Span, Diagnostic> = BTreeMap::new();
    for finding in of_files.chain(of_values) {
        let place = finding.span().unwrap_or_default();
        by_place.entry(place).or_insert(finding);
    }
    by_place.into_values().collect()
}

/// What a reader says of a problem: nothing where it takes what is written.
fn not_yaml(problem: &Problem) -> Option<Diagnostic> {
    let (title, severity) = match &problem.trouble {
        Trouble::UnknownAlias(name) => (format!("`*{name}` is an alias of nothing"), Severity::Error),
        Trouble::AliasOfItself(name) => (format!("`*{name}` is an alias of itself"), Severity::Error),
        trouble if trouble.loses_text() => ("the file is no YAML".to_owned(), Severity::Warning),
        _ => return None,
    };
    let finding = Diagnostic::new(&codes::NOT_YAML, title).label(problem.span, problem.trouble.to_string());
    Some(Diagnostic { severity, ..finding })
}

/// The objects of a cluster that are applied twice with different content. Where nothing says that both are applied, that
/// is only unsure.
fn twice(cluster: &Cluster, found: &mut Vec<Diagnostic>, unsure: &mut Vec<String>) {
    let mut first: IndexMap<(&str, &str, Option<&str>, &str), &Document> = IndexMap::new();
    for document in cluster.documents.iter().filter(|document| is_one(document)) {
        let identity = (document.group(), document.kind(), document.namespace.as_deref(), document.name());
        let first = *first.entry(identity).or_insert(document);
        if !differs(&of_file(first), &of_file(document)) {
            continue;
        }
        let namespace = document.namespace.as_ref().map_or(String::new(), |namespace| format!("{namespace}/"));
        let name = format!("`{} {namespace}{}`", document.kind(), document.name());
        // Applications of several clusters may stand in one repository.
        if cluster.root.kind != RootKind::Flux {
            if !is_network(document) {
                continue;
            }
            unsure.push(format!("{name} is there twice, and nothing says which is applied: the first counts"));
            continue;
        }
        let finding = Diagnostic::new(&codes::APPLIED_TWICE, format!("{name} is applied twice, and not the same"))
            .label(place(document), applied(document))
            .label(place(first), applied(first))
            .help(match (first.file, first.index) == (document.file, document.index) {
                true => "let only one of the two lead to this file: each overwrites the other in turn",
                false => "leave one of the two out: each overwrites the other in turn",
            });
        found.push(error(finding));
    }
}

/// Whether it is known which object a document is, and that it is applied whole.
fn is_one(document: &Document) -> bool {
    let is_symbol = |text: &str| text.is_empty() || text.contains('$') || text.contains("{{");
    let namespace = document.namespace.as_deref();
    let is_placed = is_cluster_scoped(document.kind()) || namespace.is_some_and(|namespace| !is_symbol(namespace));
    let annotations = document.value.at(&["metadata", "annotations"]);
    // What one of the two only makes once, merges, or does not touch.
    let is_special = [
        "kustomize.toolkit.fluxcd.io/ssa",
        "kustomize.toolkit.fluxcd.io/reconcile",
        "kustomize.toolkit.fluxcd.io/force",
    ]
    .iter()
    .any(|key| annotations.is_some_and(|all| all.get(key).is_some()));
    is_placed && !is_special && !document.is_replaced && !is_symbol(document.name())
}

/// A document without the labels and annotations that who applies it adds: that those change to and fro harms nothing.
fn of_file(document: &Document) -> Value {
    let mut value = document.value.clone();
    for key in ["labels", "annotations"] {
        let pairs = value.get_mut("metadata").and_then(|metadata| metadata.get_mut(key)).and_then(Value::as_map_mut);
        if let Some(pairs) = pairs {
            pairs.retain(|_, field| field.value.span.file == document.file);
        }
    }
    value
}

/// Whether two values say different things, as far as they are known.
fn differs(one: &Value, other: &Value) -> bool {
    match (&one.kind, &other.kind) {
        (ValueKind::Map(a), ValueKind::Map(b)) => {
            let is_said = |map: &Map, key: &str| map.get(key).is_some_and(|field| !field.value.is_null());
            let mut keys = a.keys().chain(b.keys().filter(|key| !a.contains_key(*key)));
            keys.any(|key| match (is_said(a, key), is_said(b, key)) {
                (true, true) => differs(&a[key].value, &b[key].value),
                (one, other) => one != other,
            })
        }
        (ValueKind::List(a), ValueKind::List(b)) => {
            a.len() != b.len() || a.iter().zip(b).any(|(one, other)| differs(one, other))
        }
        (ValueKind::Scalar(a, _), ValueKind::Scalar(b, _)) => {
            let is_known = |text: &str| !text.contains("${") && !text.contains("{{") && !text.starts_with("ENC[");
            a.as_str() != b.as_str() && is_known(a) && is_known(b)
        }
        (ValueKind::Scalar(text, _), _) | (_, ValueKind::Scalar(text, _)) => {
            !text.contains("${") && !text.contains("{{")
        }
        _ => true,
    }
}

fn place(document: &Document) -> Span {
    document.value.at(&["metadata", "name"]).map_or(document.value.span, |name| name.span)
}

/// By whom a document is applied.
fn applied(document: &Document) -> String {
    let by = document.because.iter().rev().find_map(|because| match &because.step {
        Step::Flux(name) => Some(format!("Flux's `{name}` applies it so")),
        Step::Argo(name) => Some(format!("Argo CD's `{name}` applies it so")),
        _ => None,
    });
    by.unwrap_or_else(|| "it is applied so".to_owned())
}
