//! What a change of files is to each cluster: the documents that it gets before and after, as comparisons know them.
//!
//! Both states are read as a whole, so that a namespace, a label, a variable or a patch that somebody else adds to a file
//! is the same on both sides. Of the state after the change only the files that are written are compared. Start at
//! [`Change::sides`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::{Document as Compared, Documents, Harm, Unread};
use hnet_compare::{Kind, Value};
use hnet_diagnostics::{Source, Sources};
use hnet_yaml::Reader;

use crate::variables::substitute;
use crate::{Cluster, Document, Release, Repatched, Repository, TalosForm, Variable, Variables, may_be_secret};
use crate::{is_cluster_scoped, paths, read, read_within};

/// Files that are written into a repository, and files that are taken out of it.
pub struct Change<'a> {
    /// The files that are there.
    pub there: &'a Sources,
    /// The folder that is compared; the root is empty.
    pub folder: &'a str,
    /// The texts of the files that are written, by their paths from the root.
    pub written: &'a BTreeMap<String, &'a str>,
    /// The files that are removed.
    pub removed: &'a BTreeSet<String>,
    /// What the clusters are called by whoever writes.
    pub clusters: &'a [&'a str],
    /// Which of these clusters a file that is written or removed is of.
    pub cluster_of: &'a dyn Fn(&str) -> Option<usize>,
}

/// What one of the clusters gets, with paths from the folder that is compared.
#[derive(Debug, Default)]
pub struct Side {
    /// As it is.
    pub before: Documents,
    /// What is written for it.
    pub after: Documents,
    /// The name of the cluster, where this is what it gets of files that are written for others.
    pub other: Option<String>,
    /// What would hurt of files to which nothing leads any more, or not yet.
    pub harms: Vec<Harm>,
    /// The files whose objects patches would no longer be for.
    pub repatched: Vec<Repatched>,
}

/// What the chart is called whose values are compared as one, wherever they stand.
pub(crate) const CHART: &str = "cilium";

/// The group of kustomizations, which are files to their readers and no objects.
const KUSTOMIZE: &str = "kustomize.config.k8s.io";

/// Files and what they come to.
pub(crate) struct State<'s> {
    pub(crate) sources: &'s Sources,
    pub(crate) repository: Repository,
    /// What talhelper puts into the files of a folder.
    environments: BTreeMap<String, Variables>,
}

impl<'s> State<'s> {
    pub(crate) fn of(sources: &'s Sources, repository: Repository) -> Self {
        let mut environments: BTreeMap<String, Variables> = BTreeMap::new();
        for source in repository.talos.iter().filter(|source| source.form == TalosForm::Environment) {
            let file = repository.files.iter().find(|file| file.id == source.file);
            let Some(value) = file.and_then(|file| file.documents.first()) else { continue };
            // What is encrypted stays a symbol.
            if value.get("sops").is_some() {
                continue;
            }
            let known = environments.entry(paths::folder(&source.path).to_owned()).or_default();
            known.extend(value.fields().filter_map(|field| {
                let value = field.value.text()?.to_smol();
                let value = (!may_be_secret(field.key.as_str(), &value)).then_some(value);
                Some((field.key.to_smol(), Variable { value, span: field.value.span }))
            }));
        }
        State { sources, repository, environments }
    }

    /// What talhelper puts into files, by folders.
    pub(crate) fn environments(&self) -> impl Iterator<Item = &Variables> {
        self.environments.values()
    }

    /// What talhelper puts into a file.
    pub(crate) fn environment(&self, path: &str) -> Option<&Variables> {
        let is_within = |(folder, _): &(&String, &Variables)| paths::is_within(path, folder);
        self.environments.iter().rev().find(is_within).map(|(_, environment)| environment)
    }
}

/// The cluster of another state that begins where this one does.
pub(crate) fn same_root<'r>(repository: &'r Repository, cluster: &Cluster) -> Option<&'r Cluster> {
    let is_it = |own: &&Cluster| (own.root.kind, &own.root.folder) == (cluster.root.kind, &cluster.root.folder);
    repository.clusters.iter().find(is_it)
}

impl Change<'_> {
    /// What each of the clusters gets before and after, and what of the folder could not be read.
    #[must_use]
    pub fn sides(&self) -> (Vec<Side>, Vec<Unread>) {
        let overlaid = self.overlaid();
        let is_reached = |repository: &Repository, sources: &Sources| {
            repository.clusters.iter().flat_map(Cluster::reached).any(|document| self.is_compared(sources, document))
        };
        let mut before = State::of(self.there, read(self.there));
        let mut after = State::of(&overlaid, read(&overlaid));
        // What no root of the repository leads to stands for itself.
        if !self.folder.is_empty()
            && !is_reached(&before.repository, self.there)
            && !is_reached(&after.repository, &overlaid)
        {
            let is_within = |path: &str| paths::is_within(path, self.folder);
            before.repository = read_within(self.there, &is_within);
            after.repository = read_within(&overlaid, &is_within);
        }
        let alone = State::of(&overlaid, read_within(&overlaid, &|path| self.written.contains_key(path)));
        let own = self.own(&before, &after);
        let former = self.former(&own, &before, &alone);
        let cluster_of = |path: &str| former.get(path).copied().or_else(|| (self.cluster_of)(path));
        let change = Change { cluster_of: &cluster_of, ..*self };
        let unread = self.unread(&before);
        (change.sides_of(&own, [&before, &after, &alone]), unread)
    }

    /// The same between states, where it is known which cluster each file was of.
    fn sides_of(&self, own: &[Option<usize>], states: [&State<'_>; 3]) -> Vec<Side> {
        let [before, after, alone] = states;
        let (listed, mut said) = (after.listed(), BTreeSet::new());
        let sides = (0..self.clusters.len()).map(|at| {
            let cluster = own[at].map(|own| &before.repository.clusters[own]);
            let mut side = Side {
                before: self.before(at, cluster, before),
                after: self.after(at, cluster, after, alone),
                harms: self.unlisted(at, cluster, [before, after], &listed, &mut said),
                other: None,
                repatched: cluster.map(|own| self.repatched(own, before, after)).unwrap_or_default(),
            };
            self.join_values(at, cluster, states, &mut side);
            self.leave_to_others(at, &mut side);
            self.lay_what_stays(&mut side);
            side
        });
        let mut sides: Vec<Side> = sides.collect();
        if let Some(first) = sides.first_mut() {
            first.harms.extend(self.dangling(after, &listed, &said));
        }
        let names = names(&before.repository);
        let clusters = before.repository.clusters.iter().enumerate().filter(|(_, cluster)| self.may_be(cluster));
        let others = clusters.filter_map(|(at, cluster)| {
            let is_named = |own: usize| names[at].contains(&plain(self.clusters[own]));
            match own.iter().position(|one| *one == Some(at)) {
                // One that is known only by what is written for it gets nothing of others for sure.
                Some(at) if is_named(at) => {
                    let mut side = self.of_other(cluster, Some(at), before, after)?;
                    side.harms.extend(self.astray(at, own, before, after));
                    Some(side)
                }
                Some(_) => None,
                None => self.of_other(cluster, None, before, after),
            }
        });
        sides.extend(others);
        let mut elsewhere = self.repatched_elsewhere(before, after);
        elsewhere.retain(|one| !sides.iter().any(|side| side.repatched.contains(one)));
        if let Some(first) = sides.first_mut() {
            first.repatched.append(&mut elsewhere);
        }
        sides
    }

    /// The files as they are after the change.
    fn overlaid(&self) -> Sources {
        let mut sources = Sources::new();
        let stays =
            |source: &&Source| !self.written.contains_key(source.path()) && !self.removed.contains(source.path());
        for source in self.there.iter().map(|(_, source)| source).filter(stays) {
            sources.add(source.clone());
        }
        for (path, text) in self.written {
            sources.add(Source::new(path.as_str(), *text));
        }
        sources
    }

    fn is_compared(&self, sources: &Sources, document: &Document) -> bool {
        paths::is_within(sources.get(document.file).path(), self.folder)
    }

    /// Whether a file is written or removed for one of the clusters.
    pub(crate) fn is_touched(&self, path: &str, at: usize) -> bool {
        (self.written.contains_key(path) || self.removed.contains(path)) && self.is_of(path, at)
    }

    pub(crate) fn is_of(&self, path: &str, at: usize) -> bool {
        self.clusters.len() == 1 || (self.cluster_of)(path) == Some(at)
    }

    /// Whether a cluster of the repository may be one of the clusters.
    fn may_be(&self, cluster: &Cluster) -> bool {
        self.clusters.len() == 1 || cluster.is_one()
    }

    /// Which cluster of the repository each of the clusters is, where that is known: by its name, by the only one that
    /// its files come to, or since there is no other.
    pub(crate) fn own(&self, before: &State<'_>, after: &State<'_>) -> Vec<Option<usize>> {
        let names = names(&before.repository);
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut own: Vec<Option<usize>> = self
            .clusters
            .iter()
            .map(|name| {
                let name = plain(name);
                let may_be = |at: usize| self.may_be(&before.repository.clusters[at]);
                let is_it = |at: &usize| names[*at].contains(&name) && !taken.contains(at) && may_be(*at);
                let found = (0..names.len()).find(is_it);
                taken.extend(found);
                found
            })
            .collect();
        let of_root = |cluster: &Cluster| {
            let is_it = |own: &Cluster| (own.root.kind, &own.root.folder) == (cluster.root.kind, &cluster.root.folder);
            before.repository.clusters.iter().position(is_it)
        };
        for (at, found) in own.iter_mut().enumerate().filter(|(_, found)| found.is_none()) {
            let holds = |cluster: &&Cluster| {
                let mut paths = cluster.reached().map(|document| after.sources.get(document.file).path());
                paths.any(|path| self.written.contains_key(path) && self.is_of(path, at))
            };
            let clusters = after.repository.clusters.iter().filter(|cluster| self.may_be(cluster));
            let mut reached = clusters.filter(holds).map(of_root);
            if let (Some(Some(only)), None) = (reached.next(), reached.next())
                && taken.insert(only)
            {
                *found = Some(only);
            }
        }
        if let ([found @ None], [_]) = (own.as_mut_slice(), before.repository.clusters.as_slice()) {
            *found = Some(0);
        }
        own
    }

    /// What one of the clusters gets.
    fn before(&self, at: usize, cluster: Option<&Cluster>, state: &State<'_>) -> Documents {
        let is_compared = |document: &&Document| self.is_compared(state.sources, document);
        let mut all: Vec<Compared> = match cluster {
            Some(own) => {
                own.reached().filter(is_compared).filter_map(|document| self.object(state.sources, document)).collect()
            }
            // Which one it is, is not known: what is touched is what the first of them gets that gets it.
            None => {
                let is_touched = |document: &&Document| self.is_touched(state.sources.get(document.file).path(), at);
                let touched = state.repository.clusters.iter().flat_map(|own| own.reached().filter(is_touched));
                let mut known = BTreeSet::new();
                let objects = touched.filter_map(|document| self.object(state.sources, document));
                objects.filter(|object| known.insert(key(object))).collect()
            }
        };
        // What nothing leads to may be applied by hand, where it is clear to which cluster.
        let known: BTreeSet<(Kind, String, String)> = all.iter().map(key).collect();
        let is_only = self.clusters.len() == 1 && state.repository.clusters.len() <= 1;
        let builds = self.other_builds();
        let is_of_another = |path: &str| builds.iter().any(|build| paths::is_within(path, build));
        let others = state.repository.disabled.iter().chain(&state.repository.loose);
        let is_compared =
            |document: &&Document| is_compared(document) && !is_of_another(state.sources.get(document.file).path());
        for document in others.filter(is_compared) {
            let is_touched = self.is_touched(state.sources.get(document.file).path(), at);
            let found = self.object(state.sources, document).filter(|_| is_touched || is_only);
            all.extend(found.filter(|found| is_touched || !known.contains(&key(found))));
        }
        let named = self.named(at, state);
        let is_its = |path: &str| {
            let is_talos =
                || named.contains(path) || cluster.is_some_and(|own| own.talos.contains(paths::folder(path)));
            let may_be = || self.clusters.len() == 1 || self.is_touched(path, at) || is_talos();
            paths::is_within(path, self.folder) && !is_of_another(path) && may_be()
        };
        let files = self.files(state, &is_its);
        all.extend(files.all);
        Documents { templates: files.templates, ..in_order(all) }
    }

    /// What is written for one of the clusters: as it gets it, or as it is written where no root leads to it.
    fn after(&self, at: usize, cluster: Option<&Cluster>, state: &State<'_>, alone: &State<'_>) -> Documents {
        let is_its = |path: &str| self.written.contains_key(path) && self.is_of(path, at);
        let is_first = |own: &&Cluster| cluster.is_some_and(|cluster| cluster.root.folder == own.root.folder);
        let clusters = &state.repository.clusters;
        let in_turn = clusters.iter().filter(is_first).chain(clusters.iter().filter(|own| !is_first(own)));
        let mut all = Vec::new();
        let mut done: BTreeSet<String> = BTreeSet::new();
        let mut take = |sources: &Sources, documents: &mut dyn Iterator<Item = &Document>| {
            let mut reached = BTreeSet::new();
            for document in documents {
                let path = sources.get(document.file).path();
                if is_its(path) && !done.contains(path) {
                    reached.insert(path.to_owned());
                    all.extend(self.object(sources, document));
                }
            }
            done.append(&mut reached);
        };
        for own in in_turn {
            take(state.sources, &mut own.reached());
        }
        for own in &alone.repository.clusters {
            take(alone.sources, &mut own.reached());
        }
        take(alone.sources, &mut alone.repository.disabled.iter().chain(&alone.repository.loose));
        all.extend(self.files(alone, &is_its).all);
        in_order(all)
    }

    /// The paths that the talconfigs of one of the clusters name: their patches may lie in any folder, also in one that
    /// several clusters share.
    fn named(&self, at: usize, state: &State<'_>) -> BTreeSet<String> {
        let mut named = BTreeSet::new();
        let talos = state.repository.talos.iter();
        for source in talos.filter(|source| source.form == TalosForm::Talhelper && self.is_touched(&source.path, at)) {
            let file = state.repository.files.iter().find(|file| file.id == source.file);
            let Some(talconfig) = file.and_then(|file| file.documents.get(source.index as usize)) else { continue };
            talconfig.leaves(&mut |_, leaf| {
                let path = leaf.as_str().map(|text| text.strip_prefix('@').unwrap_or(text));
                let path = path.filter(|path| !path.contains('\n'));
                named.extend(path.and_then(|path| paths::join(paths::folder(&source.path), path)));
            });
        }
        named
    }

    /// An object as a comparison knows it.
    pub(crate) fn object(&self, sources: &Sources, document: &Document) -> Option<Compared> {
        let version = document.value.str_at(&["apiVersion"]).unwrap_or_default();
        let kind = Kind::of(version, document.kind());
        if kind.group == KUSTOMIZE || !kind.is_object() {
            return None;
        }
        let source = sources.get(document.file);
        let file = self.shown(source.path());
        // What has no name is known by its place.
        let name = match (document.name(), document.index) {
            ("", 0) => file.clone(),
            ("", at) => format!("{file}#{}", at + 1),
            (name, _) => name.to_owned(),
        };
        let span = document.value.span;
        let line = if span.file == document.file { source.line(span.range().start) } else { 1 };
        let is_wide = kind.is_cluster_wide() || is_cluster_scoped(&kind.kind);
        let namespace =
            document.namespace.as_ref().filter(|_| !is_wide && !document.name().is_empty()).map(ToString::to_string);
        Some(Compared {
            file,
            line,
            namespace: namespace.unwrap_or_default(),
            name,
            value: Value::of(&document.value, Reader::ApiServer),
            kind,
        })
    }

    /// The documents of files that are no objects: what others than the API server read, and kustomizations.
    fn files(&self, state: &State<'_>, is_its: &dyn Fn(&str) -> bool) -> Documents {
        let mut documents = Documents::default();
        for file in state.repository.files.iter().filter(|file| !file.is_unknown() && is_its(&file.path)) {
            let path = self.shown(&file.path);
            let environment = state.environment(&file.path);
            for (at, value) in file.documents.iter().enumerate().filter(|(_, value)| value.as_map().is_some()) {
                let line = state.sources.get(file.id).line(value.span.range().start);
                match environment {
                    Some(environment) => {
                        let mut document = Document::written(value.clone(), file.id, at);
                        substitute(&mut document, environment, false);
                        documents.add(&path, at, line, &document.value);
                    }
                    None => documents.add(&path, at, line, value),
                }
            }
        }
        documents.all.retain(|document| document.kind.group == KUSTOMIZE || !document.kind.is_object());
        self.add_tofu(state, is_its, &mut documents);
        documents.templates = self.templates(state, is_its);
        documents
    }

    /// Puts the values of the chart that a cluster gets in the place of the files that they stand in.
    fn join_values(&self, at: usize, cluster: Option<&Cluster>, states: [&State<'_>; 3], side: &mut Side) {
        let [before, after, alone] = states;
        let bootstrap = || self.bootstrap(before).next();
        let Some(old) = cluster.and_then(|own| own.charts(CHART).next()).or_else(bootstrap) else { return };
        let is_written = |state: &State<'_>, release: &&Release| {
            let mut places = release.places.iter().map(|place| state.sources.get(place.file).path());
            places.any(|path| self.written.contains_key(path) && self.is_of(path, at))
        };
        let of_cluster = |own: &&Cluster| cluster.is_some_and(|cluster| cluster.root.folder == own.root.folder);
        let mut live = after.repository.clusters.iter().filter(of_cluster).flat_map(|own| own.charts(CHART));
        let mut own = alone.repository.clusters.iter().flat_map(|own| own.charts(CHART));
        let live = live.find(|release| is_written(after, release)).map(|release| (release, after));
        let found = live.or_else(|| own.find(|release| is_written(alone, release)).map(|release| (release, alone)));
        let Some((new, state)) = found else { return };
        for (documents, release, sources) in
            [(&mut side.before, old, before.sources), (&mut side.after, new, state.sources)]
        {
            let files: Vec<String> =
                release.places.iter().map(|place| self.shown(sources.get(place.file).path())).collect();
            documents.all.retain(|document| document.kind.group != "helm" || !files.contains(&document.file));
            documents.all.push(self.values(release, sources, &old.name));
        }
    }

    /// The charts that are installed before GitOps runs, where it is known of which cluster they are.
    pub(crate) fn bootstrap<'r>(&self, state: &'r State<'_>) -> impl Iterator<Item = &'r Release> + use<'r> {
        let is_only = self.clusters.len() == 1 && state.repository.clusters.len() <= 1;
        state.repository.bootstrap.iter().filter(move |release| release.chart == CHART && is_only)
    }

    /// The values of a chart as a comparison knows them.
    pub(crate) fn values(&self, release: &Release, sources: &Sources, name: &str) -> Compared {
        let place = release.place();
        let source = sources.get(place.file);
        Compared {
            file: self.shown(source.path()),
            line: source.line(place.range().start),
            kind: Kind::values(CHART),
            namespace: String::new(),
            name: name.to_owned(),
            value: Value::of(&release.values, Reader::Helm),
        }
    }

    /// A path from the folder that is compared.
    pub(crate) fn shown(&self, path: &str) -> String {
        paths::inner(path, self.folder).map_or_else(|| paths::relative(self.folder, path), str::to_owned)
    }
}

/// What tells an object from all others.
pub(crate) type Key = (Kind, String, String);

/// The one of an object.
pub(crate) fn key(document: &Compared) -> Key {
    (document.kind.clone(), document.namespace.clone(), document.name.clone())
}

pub(crate) fn in_order(mut all: Vec<Compared>) -> Documents {
    all.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Documents { all, ..Documents::default() }
}

/// The names that each cluster of a repository may have in a source: its own, its folder's and that of its machines. Of
/// two with one name the second is the one with a number.
fn names(repository: &Repository) -> Vec<BTreeSet<String>> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let name = |cluster: &Cluster| {
        let of_talos = repository
            .talos
            .iter()
            .filter(|source| source.form.is_whole() && cluster.talos.contains(paths::folder(&source.path)))
            .filter_map(|source| source.cluster.as_deref());
        let own = [cluster.name.as_str(), paths::name(&cluster.root.folder)];
        let all: BTreeSet<String> = own.into_iter().chain(of_talos).map(plain).collect();
        let numbered = |name: &String| {
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            if *count == 1 { name.clone() } else { format!("{name}-{count}") }
        };
        all.iter().filter(|name| !name.is_empty()).map(numbered).collect()
    };
    repository.clusters.iter().map(name).collect()
}

/// A name with only the signs that a label has.
fn plain(name: &str) -> String {
    let sign = |sign: char| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' };
    name.chars().map(sign).collect::<String>().trim_matches('-').to_owned()
}
