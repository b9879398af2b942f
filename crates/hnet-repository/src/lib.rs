//! What of a GitOps repository is live: `(path, text)` pairs → clusters of objects, charts with their values, and
//! what is said of Talos. Pure: it knows no disk, and nothing of what the objects mean.
//!
//! [`read`] does all: it finds the roots, walks from each to its objects through Flux, Argo CD and kustomize, puts in
//! the variables of each Flux Kustomization, computes namespaces, and says of each document whether a cluster gets
//! it ([`Liveness`]). What it cannot follow is a [`Note`] with a place. Start at [`Repository`]; then `walk.rs`.

mod argo;
mod beside;
mod change;
mod config;
mod document;
mod elsewhere;
mod files;
mod former;
mod ignored;
mod kustomize;
mod laid;
mod listed;
mod machines;
mod note;
mod others;
mod patched;
mod paths;
mod release;
mod roots;
mod settings;
mod side;
mod switch;
mod talos;
#[cfg(test)]
mod tests;
mod variables;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{FileId, Sources, Span};
use hnet_yaml::Value;
use smol_str::SmolStr;

pub use beside::{Beside, Live, Standing, Surroundings};
pub use change::{Change, Side};
pub use config::{Config, ConfigKind, Holder};
pub use document::{Because, Document, Step, Use, is_cluster_scoped, is_network};
pub use elsewhere::Elsewhere;
pub use files::File;
pub use machines::Machines;
pub use note::{Note, What};
pub use patched::Repatched;
pub use paths::inner;
pub use release::{Installer, Release};
pub use roots::{Root, RootKind, is_aside};
pub use talos::{TalosForm, TalosSource, host_and_port, is_control_plane, is_own, with_groups};
pub use variables::{Variable, Variables, may_be_secret};
pub use walk::{ARGO, FLUX};

use crate::files::Files;
use crate::kustomize::Builder;
use crate::settings::Settings;
use crate::variables::Environment;
use crate::walk::{Walk, leads_on};

/// Whether a cluster gets a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Liveness {
    /// A root leads to it.
    Live,
    /// Only a Flux Kustomization or an Application leads to it to which no root leads: it was switched off.
    Disabled,
    /// Nothing leads to it.
    Loose,
}

/// A repository as it is read.
#[derive(Debug, Default)]
pub struct Repository {
    /// The clusters, in the order of their roots.
    pub clusters: Vec<Cluster>,
    /// The objects that are switched off.
    pub disabled: Vec<Document>,
    /// The objects that nothing leads to, as they are written.
    pub loose: Vec<Document>,
    /// The charts of helmfiles, which install before GitOps runs.
    pub bootstrap: Vec<Release>,
    /// What is said of Talos.
    pub talos: Vec<TalosSource>,
    /// What could not be followed from the roots.
    pub notes: Vec<Note>,
    /// The files that hold YAML, by path.
    pub files: Vec<File>,
    /// The files whose YAML is read on the way from the roots, and not only handed on as a text.
    pub read: BTreeSet<FileId>,
    /// The kustomizations on that way that are as they are here.
    pub kustomizations: BTreeSet<FileId>,
    /// The files from which kustomize takes objects on that way and that are as they are here.
    pub built: BTreeSet<FileId>,
    /// What of its paths may lie elsewhere.
    pub elsewhere: Elsewhere,
    /// The variables of each Flux Kustomization that puts some in, for each of the clusters.
    pub(crate) environments: Vec<Vec<Environment>>,
    liveness: BTreeMap<(FileId, u32), Liveness>,
}

/// One cluster: what one root leads to.
#[derive(Debug)]
pub struct Cluster {
    /// Its name: as its variables or Cilium's values say it, or else its folder.
    pub name: SmolStr,
    /// Where it begins.
    pub root: Root,
    /// Its objects.
    pub documents: Vec<Document>,
    /// Its charts.
    pub releases: Vec<Release>,
    /// The configurations of cloudflared and CoreDNS that its objects and charts hold.
    pub configs: Vec<Config>,
    /// The variables that its Flux Kustomizations put in, each by the first that does.
    pub variables: Variables,
    /// The names of variables that nothing defines, with the places where they stand.
    pub unknown: BTreeMap<SmolStr, BTreeSet<Span>>,
    /// The folders of what is said of Talos for it; empty where that is not known.
    pub talos: BTreeSet<String>,
    /// What is switched off: makers that are not followed with what they lead to, and objects that are not applied. It may
    /// be there from before.
    pub off: Vec<Document>,
    /// What else the root leads to: what another cluster gets, what a plugin makes something of, and what is applied as it
    /// is at another revision.
    pub beside: Vec<Document>,
}

impl Repository {
    /// Whether a cluster gets a document, of those of a file that hold anything.
    #[must_use]
    pub fn liveness(&self, file: FileId, index: u32) -> Liveness {
        self.liveness.get(&(file, index)).copied().unwrap_or(Liveness::Loose)
    }
}

impl Cluster {
    /// Objects that no root leads to, with the place that brings them.
    #[must_use]
    pub fn of(documents: Vec<Document>, span: Span) -> Cluster {
        Cluster {
            name: SmolStr::default(),
            root: Root { kind: RootKind::Everything, folder: String::new(), span },
            documents,
            releases: Vec::new(),
            configs: Vec::new(),
            variables: Variables::default(),
            unknown: BTreeMap::new(),
            talos: BTreeSet::new(),
            off: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// Whether objects of a kind may be there that who applies the others does not keep as they are written.
    #[must_use]
    pub fn may_hold_more(&self, group: &str, kind: &str) -> bool {
        self.off.iter().chain(&self.beside).any(|document| document.is(group, kind))
    }

    /// Whether the root is one cluster's. Where nothing says what is applied, it is all that there is, of whatever cluster.
    pub(crate) fn is_one(&self) -> bool {
        matches!(self.root.kind, RootKind::Flux | RootKind::Argo)
    }

    /// All objects that the root leads to.
    pub(crate) fn reached(&self) -> impl Iterator<Item = &Document> {
        self.documents.iter().chain(&self.beside)
    }

    /// The objects of a kind.
    pub fn of_kind(&self, group: &str, kind: &str) -> impl Iterator<Item = &Document> {
        self.documents.iter().filter(move |document| document.is(group, kind))
    }

    /// The charts of that name.
    pub fn charts(&self, chart: &str) -> impl Iterator<Item = &Release> {
        self.releases.iter().filter(move |release| release.chart == chart)
    }
}

/// What the walks came to.
#[derive(Default)]
struct Reached {
    documents: BTreeSet<(FileId, u32)>,
    files: BTreeSet<FileId>,
    read: BTreeSet<FileId>,
    kustomizations: BTreeSet<FileId>,
    built: BTreeSet<FileId>,
    notes: BTreeSet<Note>,
}

impl Reached {
    /// Adds what a builder came to.
    fn add(&mut self, builder: Builder<'_, '_>) {
        self.documents.extend(builder.reached);
        self.files.extend(builder.used);
        self.read.extend(builder.read);
        self.kustomizations.extend(builder.kustomizations);
        self.built.extend(builder.built);
        self.notes.extend(builder.notes);
    }
}

/// Reads a repository. The paths of the sources count from its root.
#[must_use]
pub fn read(sources: &Sources) -> Repository {
    read_within(sources, &|_| true)
}

/// The same of some of the files, by their paths.
#[must_use]
pub fn read_within(sources: &Sources, is_within: &dyn Fn(&str) -> bool) -> Repository {
    let files = Files::read(sources, is_within);
    let written = Settings::written(&files);
    let mut live = Reached::default();
    let mut builder = Builder::new(&files);
    let starts = roots::find(&files, &mut builder);
    live.add(builder);
    let (mut clusters, environments): (Vec<Cluster>, Vec<_>) =
        starts.iter().map(|start| cluster(&files, start, &written, &mut live)).unzip();
    let mut off = Reached::default();
    let disabled = disabled(&files, &written, &live, &mut clusters, &mut off);
    let talos = talos::find(&files);
    name(&mut clusters, &talos);

    let mut liveness = BTreeMap::new();
    let mut loose = Vec::new();
    for file in files.all.values() {
        for (index, value) in file.documents.iter().enumerate() {
            let key = (file.id, index as u32);
            let is_in = |reached: &Reached| reached.documents.contains(&key) || reached.files.contains(&file.id);
            let state = match (is_in(&live), is_in(&off)) {
                (true, _) => Liveness::Live,
                (false, true) => Liveness::Disabled,
                (false, false) => Liveness::Loose,
            };
            liveness.insert(key, state);
            // A template is not applied, and what is made of it is there as well.
            if state == Liveness::Loose && !file.is_template {
                loose.push(Document::written(value.clone(), file.id, index));
            }
        }
    }
    loose.retain(Document::is_object);
    let bootstrap = release::helmfiles(&files);
    Repository {
        clusters,
        disabled,
        loose,
        bootstrap,
        talos,
        notes: live.notes.into_iter().collect(),
        read: live.read,
        kustomizations: live.kustomizations,
        built: live.built,
        elsewhere: files.elsewhere,
        environments,
        files: files.all.into_values().collect(),
        liveness,
    }
}

/// What a root leads to, and the variables of each of its Flux Kustomizations. Config maps are looked up twice: first as they are written, then as the cluster gets them.
fn cluster(
    files: &Files<'_>,
    start: &roots::Start,
    written: &Settings,
    reached: &mut Reached,
) -> (Cluster, Vec<Environment>) {
    let walk = |settings: &Settings, found: &[Document], home: Option<SmolStr>, reached: &mut Reached| {
        let mut walk = Walk::new(files, settings, &start.root.folder);
        walk.home = home;
        walk.learn(start, found);
        walk.take(start.documents.clone());
        walk.run();
        let rest =
            start.rest.iter().filter(|document| !walk.builder.reached.contains(&(document.file, document.index)));
        let rest: Vec<Document> = rest.cloned().collect();
        walk.take(rest);
        walk.run();
        walk.note_missing();
        let begun = start.documents.iter().chain(&start.rest).map(|document| (document.file, document.index));
        // What the walk came to by its way counts, and not the same as it is written.
        let came_to = &walk.builder.reached;
        let is_first = |document: &Document| start.is_made || came_to.contains(&(document.file, document.index));
        let (made, later) = walk.documents.split_at(start.documents.len().min(walk.documents.len()));
        let documents: Vec<Document> =
            made.iter().filter(|document| !is_first(document)).chain(later).cloned().collect();
        let key = |document: &Document| (document.file, document.index);
        // What is written and left alone is not there, unless it comes by another way.
        let is_left: BTreeSet<_> = walk.off.iter().filter(|document| !leads_on(document)).map(key).collect();
        let is_there: BTreeSet<_> = documents.iter().map(key).collect();
        walk.builder.reached.retain(|key| !is_left.contains(key) || is_there.contains(key));
        reached.documents.extend(begun);
        reached.add(walk.builder);
        Walked {
            documents,
            variables: walk.variables,
            environments: walk.environments,
            unknown: walk.unknown,
            off: walk.off,
            beside: walk.beside,
            clusters: walk.clusters,
        }
    };
    let Walked { documents: first, clusters: filled, .. } = walk(written, &[], None, &mut Reached::default());
    // The cluster that most Applications fill; that of Argo CD among equals.
    let home = filled.iter().rev().max_by_key(|(_, count)| **count).map(|(name, _)| name.clone()).unwrap_or_default();
    let settings = Settings::of(&first, files).or(written);
    let walked = walk(&settings, &first, Some(home.clone()), reached);
    let Walked { documents, variables, environments, unknown, off, beside, .. } = walked;
    let is_here = |document: &Document| match document.kind() {
        "Application" if document.group() == walk::ARGO => argo::destination(&document.value) == home,
        "HelmRelease" => document.value.at(&["spec", "kubeConfig"]).is_none(),
        _ => true,
    };
    let (mut here, there): (Vec<_>, Vec<_>) = documents.into_iter().partition(is_here);
    let releases = release::releases(&here, files);
    here.extend(there);
    let mut documents = here;
    documents.retain(|document| document.kind() != kustomize::CHART);
    let configs = config::find(&documents, &releases);
    let (name, root, talos) = (SmolStr::default(), start.root.clone(), BTreeSet::new());
    let cluster = Cluster { name, root, documents, releases, configs, variables, unknown, talos, off, beside };
    (cluster, environments)
}

/// What a walk came to.
struct Walked {
    documents: Vec<Document>,
    variables: Variables,
    environments: Vec<Environment>,
    unknown: BTreeMap<SmolStr, BTreeSet<Span>>,
    off: Vec<Document>,
    beside: Vec<Document>,
    clusters: BTreeMap<SmolStr, usize>,
}

/// What is switched off: what Flux Kustomizations and Applications lead to that no root leads to or that do not run, and
/// the objects that are left alone.
fn disabled(
    files: &Files<'_>,
    written: &Settings,
    live: &Reached,
    clusters: &mut [Cluster],
    off: &mut Reached,
) -> Vec<Document> {
    let key = |document: &Document| (document.file, document.index);
    let mut found = Vec::new();
    for cluster in clusters {
        let mut walk = Walk::new(files, written, "");
        walk.with_off = true;
        off.documents.extend(cluster.off.iter().map(key));
        walk.take(std::mem::take(&mut cluster.off));
        walk.run();
        off.add(walk.builder);
        walk.documents.append(&mut walk.beside);
        found.extend(walk.documents.iter().filter(|document| !live.documents.contains(&key(document))).cloned());
        cluster.off = walk.documents;
    }
    let mut walk = Walk::new(files, written, "");
    walk.with_off = true;
    let is_off = |file: &&File| !file.is_template && !roots::is_aside(&file.path);
    for file in files.all.values().filter(is_off) {
        let makers =
            file.documents.iter().enumerate().filter(|(_, value)| walk::MAKERS.contains(&document::kind_of(value)));
        for (index, value) in makers {
            let document = Document::written(value.clone(), file.id, index);
            let key = (file.id, index as u32);
            if leads_on(&document) && !live.documents.contains(&key) && !off.documents.contains(&key) {
                off.documents.insert((file.id, index as u32));
                walk.take(vec![document]);
            }
        }
    }
    walk.run();
    off.add(walk.builder);
    walk.documents.append(&mut walk.beside);
    found.extend(walk.documents.into_iter().filter(|document| !live.documents.contains(&key(document))));
    found
}

/// Names the clusters, and joins each with what is said of its Talos, where that is sure.
fn name(clusters: &mut [Cluster], talos: &[TalosSource]) {
    let whole: Vec<&TalosSource> =
        talos.iter().filter(|source| source.form.is_whole() && source.is_preferred).collect();
    let named: BTreeSet<&SmolStr> = whole.iter().filter_map(|source| source.cluster.as_ref()).collect();
    let is_one = clusters.len() == 1 && named.len() <= 1;
    for cluster in clusters {
        let variable = ["CLUSTER_NAME", "CLUSTER"].iter().find_map(|name| cluster.variables.get(*name)?.value.clone());
        let cilium = || {
            cluster.charts("cilium").find_map(|release| release.values.str_at(&["cluster", "name"]).map(SmolStr::from))
        };
        let is_known = |name: &SmolStr| !name.is_empty() && !name.contains(['$', '{']);
        let of_talos = || named.first().filter(|_| is_one).map(|name| (*name).clone());
        let found = variable.filter(is_known).or_else(|| cilium().filter(is_known)).or_else(of_talos);
        cluster.name = found.unwrap_or_else(|| paths::name(&cluster.root.folder).into());
        let folder = paths::name(&cluster.root.folder);
        let is_its = |source: &&&TalosSource| {
            let name = source.cluster.as_ref();
            is_one
                || name.is_some_and(|name| *name == cluster.name || *name == folder)
                || paths::folder(&source.path).split('/').any(|part| !part.is_empty() && part == folder)
        };
        cluster.talos = whole.iter().filter(is_its).map(|source| paths::folder(&source.path).to_owned()).collect();
    }
}

/// Whether a text holds a part that is only known as a symbol: a variable, or what a template puts in.
#[must_use]
pub fn is_symbolic(value: &Value) -> bool {
    value.text().is_some_and(|text| text.contains("${") || text.contains("{{"))
}
