//! What somebody says of objects and does not write, beside what the clusters get under the same names.
//!
//! Only what is live counts, and only of a cluster of which it is known which one is meant. Start at [`Change::beside`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::{Document as Compared, Documents};
use hnet_compare::{Kind, Value};
use hnet_diagnostics::{FileId, Span};
use hnet_yaml::Reader;
use smol_str::SmolStr;

use crate::change::{CHART, Change, State, key};
use crate::machines::{self, Machines};
use crate::variables::{self, Environment, filled};
use crate::{Cluster, Document, Release, Repository, TalosForm, TalosSource, Variable, Variables, paths, read};

/// What there is of what somebody says.
#[derive(Debug)]
pub struct Surroundings {
    /// Each object that is said, where it is known what there is of it.
    pub objects: Vec<Beside>,
    /// What each of the clusters has besides objects.
    pub clusters: Vec<Standing>,
    /// The names of all variables that the repository defines, or that stand in what it holds.
    pub variables: BTreeSet<SmolStr>,
    /// Whether a Flux Kustomization takes in variables that are not known.
    pub is_open: bool,
    /// The texts of the patches of machines, wherever they stand.
    pub patches: String,
}

/// What a cluster has besides objects.
#[derive(Debug, Default)]
pub struct Standing {
    /// What is said of its machines.
    pub machines: Option<Machines>,
    /// The versions of Cilium that are installed, each with its place.
    pub cilium: Vec<(SmolStr, Span)>,
    /// What each variable stands for, by all who define it. Of what is secret only the name is known.
    pub variables: BTreeMap<SmolStr, Vec<Variable>>,
}

/// An object that is said, and what there is of its name.
#[derive(Debug)]
pub struct Beside {
    /// What is said of it, with its variables as they are written.
    pub said: Compared,
    /// What its cluster gets under its name: more than one where it is applied twice.
    pub live: Vec<Live>,
    /// Whether the repository holds one of its kind and name at all, whoever gets it, or a chart may make it.
    pub is_there: bool,
}

/// What a cluster gets.
#[derive(Debug)]
pub struct Live {
    /// What is said of it, with the variables of whoever applies this.
    pub said: Compared,
    /// As comparisons know it.
    pub document: Compared,
    /// The same with the place of each part.
    pub value: hnet_yaml::Value,
    /// Where it begins.
    pub span: Span,
}

/// What a cluster gets, before it is known what is said of it.
struct Found {
    document: Compared,
    value: hnet_yaml::Value,
    span: Span,
    /// Which Flux Kustomization puts variables into it.
    environment: Option<usize>,
    /// Whether somebody writes into it what is not known.
    is_replaced: bool,
}

impl Change<'_> {
    /// What the clusters get of objects that are said and that nobody writes, and what they have besides. What stands in a
    /// file that is removed is left out, since it goes.
    #[must_use]
    pub fn beside(&self, said: Documents) -> Surroundings {
        let state = State::of(self.there, read(self.there));
        let (own, machines) = (self.own(&state, &state), machines::all(&state, self.removed));
        Surroundings {
            objects: self.objects(said, &state, &own),
            clusters: self.standing(&state, &own, &machines),
            variables: self.names_of_variables(&state),
            is_open: state.repository.environments.iter().flatten().any(|own| own.is_open),
            patches: patches(&state, &machines),
        }
    }

    fn objects(&self, said: Documents, state: &State<'_>, own: &[Option<usize>]) -> Vec<Beside> {
        let mut live: Vec<BTreeMap<_, Vec<Found>>> = Vec::new();
        for found in own {
            let mut of_cluster: BTreeMap<_, Vec<Found>> = BTreeMap::new();
            if let Some(cluster) = found.map(|at| &state.repository.clusters[at]) {
                let documents = cluster.documents.iter().filter(|document| !document.is_encrypted());
                for live in documents.filter_map(|document| self.found(state, document)) {
                    of_cluster.entry(key(&live.document)).or_default().push(live);
                }
                if let Some(release) = self.release(cluster, state) {
                    let document = self.values(release, state.sources, CHART);
                    let (value, span) = (release.values.clone(), release.place());
                    let live = Found { document, value, span, environment: None, is_replaced: false };
                    of_cluster.entry(key(&live.document)).or_default().push(live);
                }
            }
            live.push(of_cluster);
        }
        let meanings: Vec<Option<Meanings<'_>>> =
            own.iter().map(|found| found.map(|at| Meanings::of(&state.repository.environments[at]))).collect();
        let (mut all, there) = (Vec::new(), There::of(&state.repository));
        for mut said in said.all {
            let at = if self.clusters.len() == 1 { Some(0) } else { (self.cluster_of)(&said.file) };
            let Some((at, meanings)) = at.and_then(|at| Some((at, meanings.get(at)?.as_ref()?))) else { continue };
            if said.kind == Kind::values(CHART) {
                said.name = CHART.to_owned();
            }
            let live = live[at].remove(&key(&said)).unwrap_or_default();
            let goes = |live: &Found| self.removed.contains(state.sources.get(live.span.file).path());
            let texts = texts(&live);
            let known = live.into_iter().map(|found| {
                let is_known = !goes(&found) && !found.is_replaced;
                let said = meanings.filled(&said, found.environment, &texts).filter(|_| is_known)?;
                Some(Live { said, document: found.document, value: found.value, span: found.span })
            });
            if let Some(live) = known.collect::<Option<Vec<Live>>>() {
                let is_there = !live.is_empty() || there.holds(&said);
                all.push(Beside { said, live, is_there });
            }
        }
        all
    }

    /// What each of the clusters has besides objects.
    fn standing(&self, state: &State<'_>, own: &[Option<usize>], machines: &[Machines]) -> Vec<Standing> {
        let goes = |span: Span| self.removed.contains(state.sources.get(span.file).path());
        let of_cluster = |at: usize| {
            if let ([only], [_]) = (machines, self.clusters) {
                return Some(only.clone());
            }
            let is_it = |own: &&Machines| own.value.str_at(&["clusterName"]) == Some(self.clusters[at]);
            let mut found = machines.iter().filter(is_it);
            found.next().filter(|_| found.next().is_none()).cloned()
        };
        let one = |(at, own): (usize, &Option<usize>)| {
            let mut standing = Standing { machines: of_cluster(at), ..Standing::default() };
            let Some(own) = *own else { return standing };
            let (cluster, environments) = (&state.repository.clusters[own], &state.repository.environments[own]);
            let charts = cluster.charts(CHART).chain(self.bootstrap(state));
            let versions = charts.filter_map(|release| release.version.clone());
            standing.cilium = versions.filter(|(_, span)| !goes(*span)).collect();
            for (name, own) in environments.iter().flat_map(|own| &own.variables).filter(|(_, own)| !goes(own.span)) {
                let defined = standing.variables.entry(name.clone()).or_default();
                if !defined.contains(own) {
                    defined.push(own.clone());
                }
            }
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

    fn found(&self, state: &State<'_>, document: &Document) -> Option<Found> {
        Some(Found {
            document: self.object(state.sources, document)?,
            value: document.value.clone(),
            span: document.value.span,
            environment: document.environment,
            is_replaced: document.is_replaced,
        })
    }

    /// The chart of a cluster whose values are known.
    fn release<'r>(&self, cluster: &'r Cluster, state: &'r State<'_>) -> Option<&'r Release> {
        let found = cluster.charts(CHART).next().or_else(|| self.bootstrap(state).next());
        found.filter(|release| !release.has_unknown_values && release.problems.is_empty())
    }
}

/// The patches of machines that stand in files of their own, but for those that are known to be of one.
fn patches(state: &State<'_>, machines: &[Machines]) -> String {
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
    let known: BTreeSet<FileId> = machines.iter().flat_map(|own| &own.files).copied().collect();
    let is_known = |file: &FileId| whole.contains(file) || known.contains(file);
    let files: BTreeSet<_> = named.chain(beside).filter(|file| !is_known(file)).collect();
    files.into_iter().map(|file| state.sources.get(file).text()).collect::<Vec<_>>().join("\n")
}

/// What the variables of a cluster mean in each of its Flux Kustomizations.
struct Meanings<'r> {
    environments: &'r [Environment],
    /// Those that mean one thing wherever they are defined.
    same: Variables,
    /// The names of the others.
    several: BTreeSet<&'r str>,
}

impl<'r> Meanings<'r> {
    fn of(environments: &'r [Environment]) -> Meanings<'r> {
        let mut meanings = Meanings { environments, same: Variables::new(), several: BTreeSet::new() };
        for (name, variable) in environments.iter().flat_map(|own| &own.variables) {
            let first = meanings.same.entry(name.clone()).or_insert_with(|| variable.clone());
            if first.value != variable.value {
                meanings.several.insert(name);
            }
        }
        meanings.same.retain(|name, _| !meanings.several.contains(name.as_str()));
        meanings
    }

    /// Puts variables into what is said of an object, as they are in the one that is live; none where one of them has
    /// several meanings and none of them there. Of what is said no quotes are known, so what the cluster gets as a text
    /// under the same key, of `texts`, is one.
    fn filled(&self, said: &Compared, environment: Option<usize>, texts: &Texts) -> Option<Compared> {
        let own = environment.and_then(|at| Some(&self.environments.get(at)?.variables));
        let is_unclear =
            |name: SmolStr| self.several.contains(name.as_str()) && own.is_none_or(|own| !own.contains_key(&name));
        if names(&said.value).any(is_unclear) {
            return None;
        }
        let mut variables = self.same.clone();
        variables.extend(own.into_iter().flatten().map(|(name, variable)| (name.clone(), variable.clone())));
        let mut said = said.clone();
        Filler { variables: &variables, reader: said.kind.reader(), texts }.fill(&mut said.value, "");
        Some(said)
    }
}

/// The names of the variables that stand in a value.
fn names(value: &Value) -> Box<dyn Iterator<Item = SmolStr> + '_> {
    match value {
        Value::Text(text) => Box::new(variables::names(text)),
        Value::List(items) => Box::new(items.iter().flat_map(names)),
        Value::Map(entries) => Box::new(entries.iter().flat_map(|(_, value)| names(value))),
        Value::Null | Value::Bool(_) | Value::Number(_) => Box::new(std::iter::empty()),
    }
}

/// Texts, each with the key that leads to it.
type Texts = BTreeSet<(String, String)>;

/// The texts of what a cluster gets.
fn texts(live: &[Found]) -> Texts {
    let mut texts = BTreeSet::new();
    live.iter().for_each(|live| add_texts(&live.document.value, "", &mut texts));
    texts
}

/// The texts of a value, each with the key that leads to it.
fn add_texts(value: &Value, key: &str, all: &mut Texts) {
    match value {
        Value::Text(text) => drop(all.insert((key.to_owned(), text.clone()))),
        Value::List(items) => items.iter().for_each(|item| add_texts(item, key, all)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| add_texts(value, key, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

struct Filler<'v> {
    variables: &'v Variables,
    reader: Reader,
    /// What the cluster gets as texts, by their keys.
    texts: &'v Texts,
}

impl Filler<'_> {
    fn fill(&self, value: &mut Value, key: &str) {
        match value {
            Value::Text(text) if text.contains("${") => {
                let filled = filled(text, self.variables);
                let is_text = self.texts.contains(&(key.to_owned(), filled.clone()));
                *value = if is_text { Value::Text(filled) } else { Value::of_plain(&filled, self.reader) };
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.fill(item, key)),
            Value::Map(entries) => entries.iter_mut().for_each(|(key, value)| self.fill(value, key)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
}

/// What a repository holds, in whatever namespace and whoever gets it.
struct There<'r> {
    /// The kinds and names of objects.
    objects: BTreeSet<(&'r str, &'r str)>,
    /// The names of charts' releases.
    releases: BTreeSet<&'r str>,
}

impl<'r> There<'r> {
    fn of(repository: &'r Repository) -> There<'r> {
        let documents = repository.files.iter().flat_map(|file| &file.documents);
        let clusters = repository.clusters.iter().flat_map(Cluster::reached).map(|document| &document.value);
        let name = |value: &'r hnet_yaml::Value| Some((value.str_at(&["kind"])?, value.str_at(&["metadata", "name"])?));
        let releases = repository.clusters.iter().flat_map(|cluster| &cluster.releases);
        There {
            objects: documents.chain(clusters).filter_map(name).collect(),
            releases: releases.map(|release| release.name.as_str()).collect(),
        }
    }

    /// Whether an object is there, or a chart may make it.
    fn holds(&self, said: &Compared) -> bool {
        // A chart calls what it makes after its release.
        let name = said.name.as_str();
        let starts = name.match_indices('-').map(|(at, _)| &name[..at]);
        self.objects.contains(&(said.kind.kind.as_str(), name))
            || std::iter::once(name).chain(starts).any(|start| self.releases.contains(start))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hnet_compare::Value;
    use hnet_diagnostics::Span;
    use hnet_yaml::Reader;

    use super::{Filler, names};
    use crate::{Variable, Variables};

    #[test]
    fn variables_are_what_flux_takes_for_them() {
        let value = Value::List(vec![Value::Text("$${A} ${#B} ${C:-x-${D}} $$${E} ${1} ${F".to_owned())]);
        assert_eq!(names(&value).collect::<Vec<_>>(), ["C", "B", "D", "E"]);
    }

    #[test]
    fn a_variable_is_what_it_is_to_whoever_reads_it() {
        let variable = |value: &str| Variable { value: Some(value.into()), span: Span::default() };
        let variables: Variables =
            [("A", "443"), ("B", "true"), ("C", "-1"), ("D", "1.5"), ("E", "null"), ("F", "lan")]
                .map(|(name, value)| (name.into(), variable(value)))
                .into();
        let texts = BTreeSet::from([("text".to_owned(), "true".to_owned())]);
        let filler = Filler { variables: &variables, reader: Reader::ApiServer, texts: &texts };
        for (said, expected) in [
            ("${A}", Value::Number("443".to_owned())),
            ("${B}", Value::Bool(true)),
            ("${C}", Value::Number("-1".to_owned())),
            ("${D}", Value::Number("1.5".to_owned())),
            ("${E}", Value::Null),
            ("${F}", Value::Text("lan".to_owned())),
            ("a-${A}", Value::Text("a-443".to_owned())),
        ] {
            let mut value = Value::Text(said.to_owned());
            filler.fill(&mut value, "key");
            assert_eq!(value, expected, "{said}");
        }
        let mut value = Value::Map(vec![("text".to_owned(), Value::List(vec![Value::Text("${B}".to_owned())]))]);
        filler.fill(&mut value, "");
        let text = Value::List(vec![Value::Text("true".to_owned())]);
        assert_eq!(value, Value::Map(vec![("text".to_owned(), text)]));
    }
}
