//! What somebody says of objects and does not write, beside what the clusters get under the same names.
//!
//! Only what is live counts, and only of a cluster of which it is known which one is meant. Start at [`Change::beside`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::{Document as Compared, Documents};
use hnet_compare::{Kind, Value};
use hnet_diagnostics::{Sources, Span};
use hnet_yaml::Reader;
use smol_str::SmolStr;

use crate::change::{CHART, Change, State, key};
use crate::variables::{filled, substitute};
use crate::{Cluster, Document, Release, TalosForm, TalosSource, Variables, paths, read};

/// What there is of what somebody says.
#[derive(Debug)]
pub struct Surroundings {
    /// Each object that is said, where it is known what there is of it.
    pub objects: Vec<Beside>,
    /// What each of the clusters has besides objects.
    pub clusters: Vec<Standing>,
    /// The names of all variables that the repository defines, or that stand in what it holds.
    pub variables: BTreeSet<SmolStr>,
    /// The texts of the patches of machines, wherever they stand.
    pub patches: String,
}

/// What a cluster has besides objects.
#[derive(Debug, Default)]
pub struct Standing {
    /// The talconfig that its machines are made of, with what talhelper puts into it.
    pub talconfig: Option<hnet_yaml::Value>,
    /// The versions of Cilium that are installed, each with its place.
    pub cilium: Vec<(SmolStr, Span)>,
    /// The variables that mean one thing in all of the cluster. Of what is secret only the name is known.
    pub variables: Variables,
}

/// An object that is said, and what there is of its name.
#[derive(Debug)]
pub struct Beside {
    /// What is said of it.
    pub said: Compared,
    /// What its cluster gets under its name: more than one where it is applied twice.
    pub live: Vec<Live>,
    /// Whether the repository holds one of its kind and name at all, whoever gets it, or a chart may make it.
    pub is_there: bool,
}

/// What a cluster gets.
#[derive(Debug)]
pub struct Live {
    /// As comparisons know it.
    pub document: Compared,
    /// The same with the place of each part.
    pub value: hnet_yaml::Value,
    /// Where it begins.
    pub span: Span,
    /// Whether a variable stands in it that means something else elsewhere in its cluster.
    has_own_variables: bool,
}

impl Change<'_> {
    /// What the clusters get of objects that are said and that nobody writes, and what they have besides. What stands in a
    /// file that is removed is left out, since it goes.
    #[must_use]
    pub fn beside(&self, said: Documents) -> Surroundings {
        let state = State::of(self.there, read(self.there));
        let own = self.own(&state, &state);
        Surroundings {
            objects: self.objects(said, &state, &own),
            clusters: self.standing(&state, &own),
            variables: self.names_of_variables(&state),
            patches: patches(&state),
        }
    }

    fn objects(&self, said: Documents, state: &State<'_>, own: &[Option<usize>]) -> Vec<Beside> {
        let mut live: Vec<BTreeMap<_, Vec<Live>>> = Vec::new();
        for found in own {
            let mut of_cluster: BTreeMap<_, Vec<Live>> = BTreeMap::new();
            if let Some(cluster) = found.map(|at| &state.repository.clusters[at]) {
                let documents = cluster.documents.iter().filter(|document| !document.is_encrypted());
                for live in documents.filter_map(|document| self.live(state, cluster, document)) {
                    of_cluster.entry(key(&live.document)).or_default().push(live);
                }
                let values = self.release(cluster, state).map(|release| self.values(release, state.sources));
                values.into_iter().for_each(|live| of_cluster.entry(key(&live.document)).or_default().push(live));
            }
            live.push(of_cluster);
        }
        let mut all = Vec::new();
        for mut said in said.all {
            let at = if self.clusters.len() == 1 { Some(0) } else { (self.cluster_of)(&said.file) };
            let Some(at) = at.filter(|at| own.get(*at).is_some_and(Option::is_some)) else { continue };
            if said.kind == Kind::values(CHART) {
                said.name = CHART.to_owned();
            }
            let live = live[at].remove(&key(&said)).unwrap_or_default();
            let goes = |live: &Live| self.removed.contains(state.sources.get(live.span.file).path());
            let is_unknown = |live: &Live| self.is_replaced(state, live);
            let has_variables =
                own[at].is_some_and(|at| fill(&mut said.value, &state.repository.clusters[at].variables));
            let is_otherwise = |live: &Live| has_variables && live.has_own_variables;
            if !live.iter().any(|live| goes(live) || is_unknown(live) || is_otherwise(live)) {
                let is_there = !live.is_empty() || is_there(state, &said);
                all.push(Beside { said, live, is_there });
            }
        }
        all
    }

    /// What each of the clusters has besides objects.
    fn standing(&self, state: &State<'_>, own: &[Option<usize>]) -> Vec<Standing> {
        let goes = |span: Span| self.removed.contains(state.sources.get(span.file).path());
        let is_applied = |source: &&TalosSource| {
            source.form == TalosForm::Talhelper && source.is_preferred && !self.removed.contains(&source.path)
        };
        let applied = state.repository.talos.iter().filter(is_applied);
        let talconfigs: Vec<hnet_yaml::Value> = applied.filter_map(|source| talconfig(state, source)).collect();
        let of_cluster = |at: usize| {
            if let ([only], [_]) = (talconfigs.as_slice(), self.clusters) {
                return Some(only.clone());
            }
            let is_it = |own: &&hnet_yaml::Value| own.str_at(&["clusterName"]) == Some(self.clusters[at]);
            let mut found = talconfigs.iter().filter(is_it);
            found.next().filter(|_| found.next().is_none()).cloned()
        };
        let one = |(at, own): (usize, &Option<usize>)| {
            let mut standing = Standing { talconfig: of_cluster(at), ..Standing::default() };
            let Some(cluster) = own.map(|own| &state.repository.clusters[own]) else { return standing };
            let is_only = self.clusters.len() == 1 && state.repository.clusters.len() <= 1;
            let first = state.repository.bootstrap.iter().filter(|release| release.chart == CHART && is_only);
            let versions = cluster.charts(CHART).chain(first).filter_map(|release| release.version.clone());
            standing.cilium = versions.filter(|(_, span)| !goes(*span)).collect();
            let uses = || cluster.documents.iter().flat_map(|document| &document.variables);
            let is_one = |name: &SmolStr, span: Span| {
                uses().filter(|used| used.name == *name).all(|used| used.defined.is_none_or(|defined| defined == span))
            };
            let known = cluster.variables.iter().filter(|(name, own)| !goes(own.span) && is_one(name, own.span));
            standing.variables = known.map(|(name, own)| (name.clone(), own.clone())).collect();
            standing
        };
        own.iter().enumerate().map(one).collect()
    }

    /// The names of variables that somebody else defines or uses.
    fn names_of_variables(&self, state: &State<'_>) -> BTreeSet<SmolStr> {
        let goes = |span: &Span| self.removed.contains(state.sources.get(span.file).path());
        let mut names: BTreeSet<SmolStr> = state.environments().flat_map(Variables::keys).cloned().collect();
        for cluster in &state.repository.clusters {
            names.extend(cluster.variables.keys().cloned());
            let of_others = cluster.unknown.iter().filter(|(_, places)| !places.iter().all(goes));
            names.extend(of_others.map(|(name, _)| name.clone()));
            let documents = cluster.documents.iter().flat_map(|document| &document.variables);
            names.extend(documents.filter(|used| used.defined.is_some()).map(|used| used.name.clone()));
        }
        names
    }

    fn live(&self, state: &State<'_>, cluster: &Cluster, document: &Document) -> Option<Live> {
        let compared = self.object(state.sources, document)?;
        let mut uses = document.variables.iter().filter(|used| used.defined.is_some());
        let has_own_variables = uses.any(|used| cluster.variables.get(&used.name).map(|own| own.span) != used.defined);
        Some(Live { document: compared, value: document.value.clone(), span: document.value.span, has_own_variables })
    }

    /// The chart of a cluster whose values are known.
    fn release<'r>(&self, cluster: &'r Cluster, state: &'r State<'_>) -> Option<&'r Release> {
        let is_only = self.clusters.len() == 1 && state.repository.clusters.len() <= 1;
        let first = state.repository.bootstrap.iter().filter(|release| release.chart == CHART && is_only);
        let found = cluster.charts(CHART).next().or_else(|| first.into_iter().next());
        found.filter(|release| !release.has_unknown_values && release.problems.is_empty())
    }

    fn values(&self, release: &Release, sources: &Sources) -> Live {
        let span = release.places.last().copied().unwrap_or(release.span);
        let source = sources.get(span.file);
        let document = Compared {
            file: self.shown(source.path()),
            line: source.line(span.range().start),
            kind: Kind::values(CHART),
            namespace: String::new(),
            name: CHART.to_owned(),
            value: Value::of(&release.values, Reader::Helm),
        };
        Live { document, value: release.values.clone(), span, has_own_variables: false }
    }

    /// Whether somebody writes into an object what is not known.
    fn is_replaced(&self, state: &State<'_>, live: &Live) -> bool {
        let documents = state.repository.clusters.iter().flat_map(|cluster| &cluster.documents);
        documents.filter(|document| document.is_replaced).any(|document| document.value.span == live.span)
    }
}

/// A talconfig with what talhelper puts into it.
fn talconfig(state: &State<'_>, source: &TalosSource) -> Option<hnet_yaml::Value> {
    let file = state.repository.files.iter().find(|file| file.id == source.file && !file.is_template)?;
    let value = file.documents.get(source.index as usize)?.clone();
    let Some(environment) = state.environment(&file.path) else { return Some(value) };
    let mut document = Document::written(value, file.id, source.index as usize);
    // What is encrypted may define others.
    substitute(&mut document, environment, true);
    Some(document.value)
}

/// The patches of machines that stand in files of their own.
fn patches(state: &State<'_>) -> String {
    let folders: Vec<&str> = {
        let whole = state.repository.talos.iter().filter(|source| source.form.is_whole());
        whole.map(|source| paths::folder(&source.path)).collect()
    };
    let is_patch = |source: &&TalosSource| source.form == TalosForm::Patch;
    let named = state.repository.talos.iter().filter(is_patch).map(|source| source.file);
    // A template, or what is no patch to the reader, is one to talhelper.
    let is_beside = |path: &str| folders.iter().any(|folder| !folder.is_empty() && paths::is_within(path, folder));
    let beside = state.repository.files.iter().filter(|file| is_beside(&file.path)).map(|file| file.id);
    let whole: BTreeSet<_> =
        state.repository.talos.iter().filter(|source| source.form.is_whole()).map(|source| source.file).collect();
    let files: BTreeSet<_> = named.chain(beside).filter(|file| !whole.contains(file)).collect();
    files.into_iter().map(|file| state.sources.get(file).text()).collect::<Vec<_>>().join("\n")
}

/// Puts the variables of a cluster into what is said of an object of it, as they are in the object. Whether there was one.
fn fill(value: &mut Value, variables: &Variables) -> bool {
    match value {
        Value::Text(text) if text.contains("${") => {
            let filled = filled(text, variables);
            // What is no text is written without quotes, and read as one.
            let is_number = !filled.is_empty() && filled.bytes().all(|byte| byte.is_ascii_digit());
            *value = if is_number { Value::Number(filled) } else { Value::Text(filled) };
            true
        }
        Value::List(items) => items.iter_mut().fold(false, |is_any, item| fill(item, variables) | is_any),
        Value::Map(entries) => entries.iter_mut().fold(false, |is_any, (_, value)| fill(value, variables) | is_any),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    }
}

/// Whether a repository holds an object of a kind and name, in whatever namespace and whoever gets it; or a chart may
/// make one.
fn is_there(state: &State<'_>, said: &Compared) -> bool {
    let documents = state.repository.files.iter().flat_map(|file| &file.documents);
    let clusters = state.repository.clusters.iter().flat_map(Cluster::reached).map(|document| &document.value);
    let is_it = |value: &hnet_yaml::Value| {
        value.str_at(&["kind"]) == Some(said.kind.kind.as_str())
            && value.str_at(&["metadata", "name"]) == Some(said.name.as_str())
    };
    // A chart calls what it makes after its release.
    let releases = state.repository.clusters.iter().flat_map(|cluster| &cluster.releases);
    let mut made = releases.filter_map(|release| said.name.strip_prefix(release.name.as_str()));
    documents.chain(clusters).any(is_it) || made.any(|rest| rest.is_empty() || rest.starts_with('-'))
}
