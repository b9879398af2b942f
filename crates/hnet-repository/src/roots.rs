//! Where the clusters of a repository begin.
//!
//! First what Flux's operator is told to read, then what `flux bootstrap` or a person named as the whole, then Argo
//! CD's Applications, then kustomizations that nothing lists, and else all files. One root is one cluster.

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::Span;
use hnet_yaml::{Map, Value, ValueKind};
use smol_str::SmolStr;

use crate::document::{Document, kind_of};
use crate::files::Files;
use crate::kustomize::Builder;
use crate::kustomize::patch::set;
use crate::note::What;
use crate::paths;
use crate::walk::{ARGO, FLUX, GIT, MAKERS, SourceName, source_of};

/// What a root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootKind {
    /// Flux reads a folder.
    Flux,
    /// Argo CD's Applications.
    Argo,
    /// Kustomizations that no other lists.
    Kustomizations,
    /// Nothing says what is applied: all files.
    Everything,
}

/// Where a cluster begins.
#[derive(Clone, Debug)]
pub struct Root {
    /// What it is.
    pub kind: RootKind,
    /// The folder that it reads, or in which it is written.
    pub folder: String,
    /// The place that says so.
    pub span: Span,
}

/// A root with the objects that the walk starts from.
pub(crate) struct Start {
    pub(crate) root: Root,
    pub(crate) documents: Vec<Document>,
    /// Whether those objects are written nowhere.
    pub(crate) is_made: bool,
    /// Objects that the walk starts from if it did not come to them before.
    pub(crate) rest: Vec<Document>,
    /// What Flux calls this repository, and where it is found, as far as the root says it.
    pub(crate) own: BTreeSet<SourceName>,
    pub(crate) url: Option<SmolStr>,
}

/// Folders that hold no cluster, whatever they hold.
const ASIDE: [&str; 14] = [
    ".archive",
    ".git",
    ".github",
    ".private",
    "_archive",
    "archive",
    "boilerplate",
    "clusterconfig",
    "deprecated",
    "disabled",
    "docs",
    "fixtures",
    "rendered",
    "templates",
];

/// Whether a file lies in a folder that holds no cluster.
#[must_use]
pub fn is_aside(path: &str) -> bool {
    paths::folder(path).split('/').any(|part| ASIDE.contains(&part))
}

/// The roots of a repository. What it took to find them is kept in the builder.
pub(crate) fn find<'f, 's>(files: &'f Files<'s>, builder: &mut Builder<'f, 's>) -> Vec<Start> {
    let mut found = synced(files, builder);
    for find in [named, argo, kustomizations] {
        if found.is_empty() {
            found = find(files, builder);
        }
    }
    if found.is_empty() { vec![everything(files)] } else { found }
}

/// All documents of files that may hold a cluster.
fn documents<'f>(files: &'f Files<'_>) -> impl Iterator<Item = (&'f crate::files::File, usize, &'f Value)> {
    let live = files.all.values().filter(|file| !file.is_template && !is_aside(&file.path));
    live.flat_map(|file| file.documents.iter().enumerate().map(move |(index, value)| (file, index, value)))
}

/// The folders that FluxInstances name, in the object or in the values of its chart.
fn synced<'f, 's>(files: &'f Files<'s>, builder: &mut Builder<'f, 's>) -> Vec<Start> {
    let mut found: BTreeMap<String, Start> = BTreeMap::new();
    for (file, _, value) in documents(files) {
        let instance = match value.get("kind").and_then(Value::as_str) {
            Some("FluxInstance") => value.get("spec"),
            Some("HelmRelease") => value.at(&["spec", "values", "instance"]),
            Some(_) => None,
            None => value.get("instance"),
        };
        let Some(sync) = instance.and_then(|instance| instance.get("sync")).filter(|sync| sync.get("url").is_some())
        else {
            continue;
        };
        let Some(path) = sync.get("path") else { continue };
        let text = path.as_str().unwrap_or_default();
        let Some(folder) = files.folder_of(text, "") else {
            builder.note(path.span, What::Absent(text.into()));
            continue;
        };
        found.entry(folder.clone()).or_insert_with(|| {
            let kind = sync.get("kind").and_then(Value::as_str).unwrap_or(GIT);
            let mut whole = vec![flux_system(path, kind, file.id)];
            let own = source_of(&whole[0].value).into_iter().collect();
            if let Some(kustomize) = instance.and_then(|instance| instance.get("kustomize")) {
                Builder::new(files).transform(kustomize, "", &mut whole);
            }
            Start {
                root: Root { kind: RootKind::Flux, folder, span: path.span },
                documents: whole,
                is_made: true,
                rest: Vec::new(),
                own,
                url: sync.get("url").and_then(Value::as_str).map(SmolStr::from),
            }
        });
    }
    found.into_values().collect()
}

/// The Kustomization that Flux's operator makes of what it is told to read, from a source of that kind.
fn flux_system(path: &Value, kind: &str, file: hnet_diagnostics::FileId) -> Document {
    let mut value = Value::of(ValueKind::Map(Map::new()), path.span);
    for (keys, text) in [
        (["apiVersion"].as_slice(), "kustomize.toolkit.fluxcd.io/v1"),
        (&["kind"], "Kustomization"),
        (&["metadata", "name"], "flux-system"),
        (&["metadata", "namespace"], "flux-system"),
        (&["spec", "path"], path.as_str().unwrap_or_default()),
        (&["spec", "sourceRef", "kind"], kind),
        (&["spec", "sourceRef", "name"], "flux-system"),
    ] {
        set(&mut value, keys, text, path.span);
    }
    Document::written(value, file, 0)
}

/// Flux Kustomizations that are named as the whole: of `gotk-sync`, `flux-system`, `cluster` and what begins so.
fn named<'f, 's>(files: &'f Files<'s>, builder: &mut Builder<'f, 's>) -> Vec<Start> {
    let is_named = |document: &Document, path: &str| {
        let name = document.name();
        path.contains("gotk-sync") || name == "flux-system" || name.starts_with("cluster")
    };
    let makers = documents(files).filter(|(.., value)| MAKERS.contains(&kind_of(value)));
    let all = makers.map(|(file, index, value)| (file, Document::written(value.clone(), file.id, index)));
    let mut by_folder: BTreeMap<&str, Vec<(Document, String)>> = BTreeMap::new();
    for (file, document) in
        all.filter(|(file, document)| document.is(FLUX, "Kustomization") && is_named(document, &file.path))
    {
        let Some(target) = files.folder_of(document.value.str_at(&["spec", "path"]).unwrap_or("./"), "") else {
            continue;
        };
        by_folder.entry(paths::folder(&file.path)).or_default().push((document, target));
    }
    let covers = |(own, whole): &(&str, Vec<(Document, String)>), folder: &str| {
        *own != folder && whole.iter().any(|(_, target)| paths::is_within(folder, target))
    };
    let groups: Vec<(&str, Vec<(Document, String)>)> = by_folder.into_iter().collect();
    let is_covered = |at: usize| {
        let (folder, whole) = &groups[at];
        groups.iter().enumerate().any(|(other, group)| {
            let back = whole.iter().any(|(_, target)| paths::is_within(group.0, target));
            other != at && covers(group, folder) && (!back || other < at)
        })
    };
    let free: Vec<usize> = (0..groups.len()).filter(|at| !is_covered(*at)).collect();
    let start = |at: usize| {
        let (folder, whole) = &groups[at];
        let (first, target) = &whole[0];
        let span = first.value.at(&["spec", "path"]).map_or(first.value.span, |path| path.span);
        // What stands beside it in the same folder is applied with it.
        let mut documents = builder.flux_folder(folder, span);
        let holds = |documents: &[Document], one: &Document| {
            documents.iter().any(|own| (own.file, own.index) == (one.file, one.index))
        };
        if !holds(&documents, first) {
            documents = whole.iter().map(|(document, _)| document.clone()).collect();
        }
        let own = whole.iter().filter_map(|(document, _)| source_of(&document.value)).collect();
        let folder = if whole.len() == 1 { target.clone() } else { (*folder).to_owned() };
        Start {
            root: Root { kind: RootKind::Flux, folder, span },
            documents,
            is_made: false,
            rest: Vec::new(),
            own,
            url: None,
        }
    };
    free.into_iter().map(start).collect()
}

/// Argo CD's Applications: those that hold others first.
fn argo<'f, 's>(files: &'f Files<'s>, _: &mut Builder<'f, 's>) -> Vec<Start> {
    let makers = documents(files).filter(|(.., value)| MAKERS.contains(&kind_of(value)));
    let all = makers.map(|(file, index, value)| Document::written(value.clone(), file.id, index));
    let applications: Vec<Document> = all
        .filter(|document| document.group() == ARGO && matches!(document.kind(), "Application" | "ApplicationSet"))
        .collect();
    let Some(first) = applications.first() else { return Vec::new() };
    let span = first.value.span;
    let folder = paths::folder(files.sources.get(first.file).path()).to_owned();
    let (documents, rest) = applications.into_iter().partition(|document| {
        document.kind() == "ApplicationSet" || {
            crate::argo::sources(&document.value).any(|source| source.get("path").is_some())
        }
    });
    vec![Start {
        root: Root { kind: RootKind::Argo, folder, span },
        documents,
        is_made: false,
        rest,
        own: BTreeSet::new(),
        url: None,
    }]
}

/// The kustomizations that no other lists, together.
fn kustomizations<'f, 's>(files: &'f Files<'s>, builder: &mut Builder<'f, 's>) -> Vec<Start> {
    let all: Vec<(&str, &crate::files::File)> = files
        .folders()
        .filter_map(|folder| Some((folder, files.kustomization(folder)?)))
        .filter(|(_, file)| !is_aside(&file.path))
        .collect();
    let mut listed = BTreeSet::new();
    for (folder, file) in &all {
        let Some(value) = file.documents.first() else { continue };
        for key in ["resources", "bases", "components"] {
            let items = value.items_of(key);
            listed.extend(items.iter().filter_map(|item| paths::join(folder, item.as_str()?)));
        }
    }
    let is_root = |value: &Value| value.get("kind").and_then(Value::as_str) != Some("Component");
    let mut start: Option<Start> = None;
    for (folder, file) in all {
        if file.documents.is_empty() && !listed.contains(folder) {
            // One that is broken says so.
            builder.folder(folder, Files::start(file));
        }
        let Some(value) = file.documents.first().filter(|value| is_root(value) && !listed.contains(folder)) else {
            continue;
        };
        let made = builder.folder(folder, value.span);
        let root = Root { kind: RootKind::Kustomizations, folder: folder.to_owned(), span: value.span };
        start
            .get_or_insert(Start {
                root,
                documents: Vec::new(),
                is_made: false,
                rest: Vec::new(),
                own: BTreeSet::new(),
                url: None,
            })
            .documents
            .extend(made);
    }
    start.into_iter().collect()
}

fn everything(files: &Files<'_>) -> Start {
    let is_object = |document: &Document| document.is_object();
    let documents = documents(files).map(|(file, index, value)| Document::written(value.clone(), file.id, index));
    let documents: Vec<Document> = documents.filter(is_object).collect();
    let span = documents.first().map_or_else(Span::default, |document| document.value.span);
    Start {
        root: Root { kind: RootKind::Everything, folder: String::new(), span },
        documents,
        is_made: false,
        rest: Vec::new(),
        own: BTreeSet::new(),
        url: None,
    }
}
