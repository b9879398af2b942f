//! The way from the root of a cluster to its objects: Flux Kustomizations and Argo CD Applications, one after the
//! other, each with what it makes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use hnet_diagnostics::Span;
use hnet_yaml::{Value, ValueKind};
use smol_str::SmolStr;

use crate::document::{Document, Step, kind_of};
use crate::files::Files;
use crate::ignored::Ignored;
use crate::kustomize::{Builder, set_namespace};
use crate::note::What;
use crate::paths;
use crate::roots::Start;
use crate::settings::Settings;
use crate::switch;
use crate::variables::{Environment, Variable, Variables, substitute};

/// The group of Flux Kustomizations.
pub const FLUX: &str = "kustomize.toolkit.fluxcd.io";
/// The group of Argo CD's kinds.
pub const ARGO: &str = "argoproj.io";

/// The group of Flux's sources.
const SOURCES: &str = "source.toolkit.fluxcd.io";

/// The kind of a source of Flux that is a repository as it is committed.
pub(crate) const GIT: &str = "GitRepository";

/// The kinds that make others, of whatever group.
pub(crate) const MAKERS: [&str; 3] = ["Application", "ApplicationSet", "Kustomization"];

/// Whether an object makes others.
pub(crate) fn leads_on(document: &Document) -> bool {
    document.is(FLUX, "Kustomization")
        || (document.group() == ARGO && matches!(document.kind(), "Application" | "ApplicationSet"))
}

/// A walk, and what it found.
pub(crate) struct Walk<'f, 's> {
    pub(crate) builder: Builder<'f, 's>,
    pub(crate) files: &'f Files<'s>,
    settings: &'f Settings,
    /// The folder of the root, from which sources that hold a part of the repository count.
    pub(crate) root: String,
    pub(crate) documents: Vec<Document>,
    pub(crate) variables: Variables,
    /// The variables of each Flux Kustomization that puts some in.
    pub(crate) environments: Vec<Environment>,
    /// The names that nothing defines, with the places where they stand.
    pub(crate) unknown: BTreeMap<SmolStr, BTreeSet<Span>>,
    /// What is switched off: makers that are not followed, and objects that are not applied.
    pub(crate) off: Vec<Document>,
    /// Whether what is switched off counts as if it were on.
    pub(crate) with_off: bool,
    /// What is there and not known to be so, or in another cluster.
    pub(crate) beside: Vec<Document>,
    /// How many Applications each cluster gets, by its address or name.
    pub(crate) clusters: BTreeMap<SmolStr, usize>,
    /// Which of those this walk is of; nothing where that is not known yet.
    pub(crate) home: Option<SmolStr>,
    /// The repositories that objects define, where that is known.
    defined: Option<BTreeSet<SmolStr>>,
    /// Flux's sources that are this repository as it is committed.
    own: BTreeSet<SourceName>,
    /// What each of them leaves out.
    ignored: BTreeMap<SourceName, Rc<Ignored>>,
    /// Those that are surely another, and those that are another where a path does not show that they are made of this one.
    others: BTreeMap<SourceName, IsSure>,
    /// Those that may be a copy of this one.
    copies: BTreeSet<SourceName>,
    /// What each source was asked for.
    asked: BTreeMap<Source, Asked>,
    queue: VecDeque<Document>,
    seen: BTreeSet<(SmolStr, SmolStr, SmolStr, SmolStr)>,
}

/// A source of Flux: its kind and its name.
pub(crate) type SourceName = (SmolStr, SmolStr);

/// Whether a source is another by its address alone.
type IsSure = bool;

/// Where somebody takes objects from.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    /// This repository as it is committed, as Flux calls it.
    Own(SourceName),
    /// A repository and a revision of Argo CD; whether it is this one only its folders show.
    Argo(String),
    /// Something else.
    Other,
}

/// The folders that a source was asked for.
#[derive(Default)]
struct Asked {
    /// Those that are there by their path.
    there: BTreeSet<String>,
    /// Those that are not, with their place.
    missing: BTreeMap<Span, SmolStr>,
}

impl<'f, 's> Walk<'f, 's> {
    pub(crate) fn new(files: &'f Files<'s>, settings: &'f Settings, root: &str) -> Self {
        Walk {
            builder: Builder::new(files),
            files,
            settings,
            root: root.to_owned(),
            documents: Vec::new(),
            variables: Variables::new(),
            environments: Vec::new(),
            unknown: BTreeMap::new(),
            off: Vec::new(),
            with_off: false,
            beside: Vec::new(),
            clusters: BTreeMap::new(),
            home: None,
            defined: None,
            own: BTreeSet::new(),
            ignored: BTreeMap::new(),
            others: BTreeMap::new(),
            copies: BTreeSet::new(),
            asked: BTreeMap::new(),
            queue: VecDeque::new(),
            seen: BTreeSet::new(),
        }
    }

    /// Takes objects into the cluster, and later what they make.
    pub(crate) fn take(&mut self, documents: Vec<Document>) {
        let within: Vec<Document> = documents.iter().flat_map(resources_of_set).collect();
        for document in documents.into_iter().chain(within) {
            if leads_on(&document) {
                self.queue.push_back(document.clone());
            }
            self.documents.push(document);
        }
    }

    /// Learns from what the walk starts from, and from all objects that were found before, which sources are this
    /// repository as it is committed, and which are another.
    pub(crate) fn learn(&mut self, start: &Start, found: &[Document]) {
        let own = &start.own;
        let url = |document: &Document| {
            let name = (document.kind().into(), document.name().into());
            Some((name, Address::of(document.value.str_at(&["spec", "url"])?)?))
        };
        let is_source = |document: &&Document| document.group() == SOURCES;
        let urls: BTreeMap<SourceName, Address> = found.iter().filter(is_source).filter_map(url).collect();
        let of_start = start.url.as_deref().and_then(Address::of);
        if let Some(here) = own.iter().find_map(|name| urls.get(name)).or(of_start.as_ref()) {
            for (name, url) in urls.iter().filter(|(name, _)| !own.contains(*name)) {
                // A bundle of this repository may lie under any name, and a copy of it under its own elsewhere.
                let is_git = name.0 == GIT;
                let is_other = url.owner != here.owner || url.name != here.name;
                if is_git && is_other && url.host != here.host && url.name == here.name {
                    self.copies.insert(name.clone());
                } else if is_git && is_other || !is_git && url.owner != here.owner && url.name != here.name {
                    self.others.insert(name.clone(), is_git);
                }
            }
        }
        // The same repository at a tag or a commit is not as it is here.
        let is_git = |document: &&Document| document.is(SOURCES, GIT);
        for document in found.iter().filter(is_git).filter(|document| is_pinned(&document.value)) {
            let name = (GIT.into(), document.name().into());
            if !own.contains(&name) {
                self.others.insert(name, true);
            }
        }
        // What Flux's operator makes may have another name.
        if !found.is_empty() && !own.is_empty() && !start.is_made {
            let written =
                self.files.all.values().flat_map(|file| &file.documents).filter(|value| kind_of(value) == GIT);
            let written = written.filter_map(|value| value.str_at(&["metadata", "name"]).map(SmolStr::from));
            let made = found.iter().filter(is_git).map(|document| document.name().into());
            self.defined = Some(written.chain(made).chain(own.iter().map(|(_, name)| name.clone())).collect());
        }
        // What a source takes in from others is not here.
        let takes_in = |document: &Document| document.kind() == GIT && !items_at(&document.value, "include").is_empty();
        if found.iter().any(takes_in) {
            return;
        }
        self.own = own.clone();
        for name in own.iter().filter(|name| name.0 == GIT) {
            let object = found.iter().find(|document| is_git(document) && document.name() == name.1);
            let said = object.and_then(|document| document.value.str_at(&["spec", "ignore"]));
            self.ignored.extend(Ignored::of(self.files, said).map(|ignored| (name.clone(), Rc::new(ignored))));
        }
    }

    /// Notes what is asked for and not there. That the paths count from here is only known where most of them do.
    pub(crate) fn note_missing(&mut self) {
        for (source, asked) in std::mem::take(&mut self.asked) {
            let is_sure = match source {
                Source::Own(_) => !asked.there.is_empty() && asked.there.len() >= asked.missing.len(),
                Source::Argo(_) => asked.there.len() > asked.missing.len(),
                Source::Other => false,
            };
            for (span, path) in asked.missing {
                self.builder.note(span, if is_sure { What::NoFolder(path) } else { What::Absent(path) });
            }
        }
    }

    /// The folder that a source is asked for, which is noted where it is not there. `is_sure` says whether it is refused
    /// then.
    pub(crate) fn folder(&mut self, source: Source, path: &str, span: Span, is_sure: bool) -> Option<String> {
        let found = self.files.folder_of(path, &self.root);
        let exact = paths::join("", path);
        let asked = self.asked.entry(source).or_default();
        match exact {
            Some(path) if found.as_ref() == Some(&path) => drop(asked.there.insert(path)),
            Some(exact) if is_sure && self.files.lacks(&exact) => drop(asked.missing.insert(span, path.into())),
            _ if found.is_none() => self.builder.note(span, What::Absent(path.into())),
            _ => {}
        }
        found
    }

    /// Walks until nothing more is made.
    pub(crate) fn run(&mut self) {
        while let Some(maker) = self.queue.pop_front() {
            let text = |keys: &[&str]| maker.value.str_at(keys).unwrap_or_default().into();
            // Those of Argo CD are in one namespace, which the files need not say.
            let namespace = maker.namespace.clone().filter(|_| maker.group() == FLUX).unwrap_or_default();
            if !self.seen.insert((maker.kind().into(), namespace, maker.name().into(), text(&["spec", "path"]))) {
                continue;
            }
            if !self.with_off && switch::is_off(&maker) {
                self.off.push(maker);
                continue;
            }
            match maker.kind() {
                "Kustomization" => {
                    let documents = self.flux(&maker);
                    self.take(documents);
                }
                "Application" => {
                    let documents = self.application(&maker);
                    self.take(documents);
                }
                _ => {
                    for application in self.applications(&maker) {
                        self.queue.push_back(application.clone());
                        self.documents.push(application);
                    }
                }
            }
        }
    }

    /// What a Flux Kustomization makes.
    fn flux(&mut self, maker: &Document) -> Vec<Document> {
        let Some(spec) = maker.value.get("spec") else { return Vec::new() };
        let place = spec.get("path").map_or(spec.span, |path| path.span);
        let path = spec.get("path").and_then(Value::as_str).unwrap_or("./");
        if path.contains("${") {
            self.builder.note(place, What::Unknown(path.into()));
            return Vec::new();
        }
        let source = source_of(&maker.value);
        let is_whole = paths::join("", path).is_none_or(|path| path.is_empty());
        let is_defined = |name: &SmolStr| self.defined.as_ref().is_none_or(|all| all.contains(name));
        let is_copy = source.as_ref().is_some_and(|source| self.copies.contains(source));
        let is_nowhere = is_copy || source.as_ref().is_some_and(|(kind, name)| kind == GIT && !is_defined(name));
        let other = source.as_ref().and_then(|source| self.others.get(source));
        if is_nowhere {
            self.builder.note(place, What::Remote(path.into()));
        } else if other.is_some_and(|is_sure| *is_sure || is_whole) {
            self.builder.note(place, What::Remote(path.into()));
            return Vec::new();
        }
        let own = source.filter(|source| source.0 == GIT && self.own.contains(source));
        let is_on = spec.str_at(&["suspend"]) != Some("true");
        self.builder.is_whole = own.is_some() && is_on;
        self.builder.ignored = own.as_ref().and_then(|source| self.ignored.get(source)).cloned();
        let Some(folder) = self.folder(own.map_or(Source::Other, Source::Own), path, place, self.builder.is_whole)
        else {
            return Vec::new();
        };
        let mut documents = self.builder.flux_folder(&folder, place);
        for item in spec.items_of("components") {
            let is_optional = spec.str_at(&["ignoreMissingComponents"]) == Some("true");
            documents = self.builder.flux_component(item, &folder, documents, is_optional);
        }
        self.builder.transform(spec, &folder, &mut documents);
        if let Some(namespace) = spec.get("targetNamespace") {
            set_namespace(&mut documents, namespace);
        }
        if let Some(post_build) = spec.get("postBuild") {
            let (variables, is_open) = self.variables_of(post_build, maker, &folder);
            for document in &mut documents {
                document.environment = Some(self.environments.len());
                for (name, span) in substitute(document, &variables, is_open) {
                    self.unknown.entry(name).or_default().insert(span);
                }
            }
            for (name, variable) in &variables {
                self.variables.entry(name.clone()).or_insert_with(|| variable.clone());
            }
            self.environments.push(Environment { variables, is_open });
        }
        let name = maker.value.at(&["metadata", "name"]).map_or(maker.value.span, |name| name.span);
        documents.iter_mut().for_each(|document| document.because(Step::Flux(maker.name().into()), name));
        let cluster = spec.get("kubeConfig");
        if let Some(cluster) = cluster {
            self.builder.note(cluster.span, What::OtherCluster(maker.name().into()));
        }
        if is_nowhere || cluster.is_some() {
            self.beside.append(&mut documents);
        }
        self.applied(documents, switch::flux_leaves)
    }

    /// The objects without those that who applies them leaves alone.
    pub(crate) fn applied(&mut self, documents: Vec<Document>, leaves: fn(&Document) -> bool) -> Vec<Document> {
        if self.with_off {
            return documents;
        }
        let (off, on) = documents.into_iter().partition(leaves);
        self.off.extend::<Vec<Document>>(off);
        on
    }

    /// The variables of a Flux Kustomization: those it takes in, later ones before earlier, and its own before all; and
    /// whether it takes in others that are not known.
    fn variables_of(&mut self, post_build: &Value, maker: &Document, folder: &str) -> (Variables, bool) {
        let (mut variables, mut is_open) = (Variables::new(), false);
        for from in post_build.items_of("substituteFrom") {
            let is_secret = from.get("kind").and_then(Value::as_str) == Some("Secret");
            let name = from.get("name").and_then(Value::as_str).unwrap_or_default();
            let near = if self.root.is_empty() { folder } else { &self.root };
            // What an ExternalSecret makes is a secret by its name.
            let found = self.settings.find(is_secret, name, maker.namespace.as_deref(), near);
            is_open |= found.is_none_or(|found| found.is_open);
            let known = found.into_iter().flat_map(|found| &found.variables);
            variables.extend(known.map(|(name, variable)| (name.clone(), variable.clone())));
        }
        for field in post_build.get("substitute").into_iter().flat_map(Value::fields) {
            let value = field.value.text().map(hnet_yaml::Text::as_str);
            let own = Variable::in_the_clear(&field.key, value, field.value.written());
            variables.insert(field.key.to_smol(), own);
        }
        (variables, is_open)
    }
}

/// The source that a Flux Kustomization reads.
pub(crate) fn source_of(maker: &Value) -> Option<SourceName> {
    let source = maker.at(&["spec", "sourceRef"])?;
    Some((source.str_at(&["kind"])?.into(), source.str_at(&["name"])?.into()))
}

/// Whether a source of Flux is a repository at a tag or a commit, and not at the end of a branch.
fn is_pinned(source: &Value) -> bool {
    let reference = source.at(&["spec", "ref"]);
    let says = |key| reference.is_some_and(|reference| reference.get(key).is_some());
    let is_tag = |name: &str| name.starts_with("refs/tags/");
    says("tag") || says("semver") || says("commit") || source.str_at(&["spec", "ref", "name"]).is_some_and(is_tag)
}

/// Where a repository is, whose it is and what it is called, by whatever protocol it is reached.
struct Address {
    host: String,
    owner: String,
    name: String,
}

impl Address {
    fn of(url: &str) -> Option<Address> {
        let url = url.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase();
        let mut parts = url.rsplit(['/', ':']);
        let (name, owner) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let bare = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let place = bare.split('/').next().unwrap_or_default();
        let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
        let host = place.split(':').next().unwrap_or_default().to_owned();
        (!name.is_empty() && !owner.is_empty() && !url.contains("${")).then_some(Address { host, owner, name })
    }
}

/// The items of a list of an object's `spec`.
fn items_at<'v>(object: &'v Value, key: &str) -> &'v [Value] {
    object.get("spec").map_or(&[], |spec| spec.items_of(key))
}

/// The objects within a ResourceSet of Flux's operator, unless they are made from its inputs.
fn resources_of_set(set: &Document) -> Vec<Document> {
    if set.kind() != "ResourceSet" {
        return Vec::new();
    }
    let resources = set.value.at(&["spec", "resources"]).map(Value::items).unwrap_or_default();
    let is_made = |value: &Value| {
        let mut is_made = false;
        value.leaves(&mut |_, leaf| is_made |= leaf.text().is_some_and(|text| text.contains("<<")));
        is_made
    };
    let whole = resources.iter().filter(|value| matches!(value.kind, ValueKind::Map(_)) && !is_made(value));
    whole
        .map(|value| {
            let mut document = Document::written(value.clone(), set.file, set.index as usize);
            document.because = set.because.clone();
            document
        })
        .collect()
}
