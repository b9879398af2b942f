//! The way from the root of a cluster to its objects: Flux Kustomizations and Argo CD Applications, one after the
//! other, each with what it makes.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use hnet_diagnostics::Span;
use hnet_yaml::{Value, ValueKind};
use smol_str::SmolStr;

use crate::document::{Document, Step};
use crate::files::Files;
use crate::kustomize::{Builder, set_namespace};
use crate::note::What;
use crate::settings::Settings;
use crate::variables::{Variable, Variables, substitute};

/// The group of Flux Kustomizations.
pub(crate) const FLUX: &str = "kustomize.toolkit.fluxcd.io";
/// The group of Argo CD's kinds.
pub(crate) const ARGO: &str = "argoproj.io";

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
    /// The names that nothing defines, with the places where they stand.
    pub(crate) unknown: BTreeMap<SmolStr, BTreeSet<Span>>,
    queue: VecDeque<Document>,
    seen: BTreeSet<(SmolStr, SmolStr, SmolStr, SmolStr)>,
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
            unknown: BTreeMap::new(),
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

    /// Walks until nothing more is made.
    pub(crate) fn run(&mut self) {
        while let Some(maker) = self.queue.pop_front() {
            let text = |keys: &[&str]| maker.value.str_at(keys).unwrap_or_default().into();
            // Those of Argo CD are in one namespace, which the files need not say.
            let namespace = maker.namespace.clone().filter(|_| maker.group() == FLUX).unwrap_or_default();
            if !self.seen.insert((maker.kind().into(), namespace, maker.name().into(), text(&["spec", "path"]))) {
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
        let Some(folder) = self.files.folder_of(path, &self.root) else {
            let is_own = spec.str_at(&["sourceRef", "name"]).is_none_or(|name| name == "flux-system");
            self.builder.note(place, if is_own { What::Missing(path.into()) } else { What::Remote(path.into()) });
            return Vec::new();
        };
        let mut documents = self.builder.flux_folder(&folder, place);
        for item in spec.items_of("components") {
            documents = self.builder.component(item, &folder, documents);
        }
        self.builder.transform(spec, &folder, &mut documents);
        if let Some(namespace) = spec.get("targetNamespace") {
            set_namespace(&mut documents, namespace);
        }
        if let Some(post_build) = spec.get("postBuild") {
            let variables = self.variables_of(post_build, maker, &folder);
            for document in &mut documents {
                for (name, span) in substitute(document, &variables) {
                    self.unknown.entry(name).or_default().insert(span);
                }
            }
            for (name, variable) in variables {
                self.variables.entry(name).or_insert(variable);
            }
        }
        let name = maker.value.at(&["metadata", "name"]).map_or(maker.value.span, |name| name.span);
        documents.iter_mut().for_each(|document| document.because(Step::Flux(maker.name().into()), name));
        documents
    }

    /// The variables of a Flux Kustomization: those it takes in, later ones before earlier, and its own before all.
    fn variables_of(&mut self, post_build: &Value, maker: &Document, folder: &str) -> Variables {
        let mut variables = Variables::new();
        for from in post_build.items_of("substituteFrom") {
            let is_secret = from.get("kind").and_then(Value::as_str) == Some("Secret");
            let name = from.get("name").and_then(Value::as_str).unwrap_or_default();
            let near = if self.root.is_empty() { folder } else { &self.root };
            // What an ExternalSecret makes is a secret by its name.
            if let Some(found) = self.settings.find(is_secret, name, maker.namespace.as_deref(), near) {
                variables.extend(found.iter().map(|(name, variable)| (name.clone(), variable.clone())));
            }
        }
        for field in post_build.get("substitute").into_iter().flat_map(Value::fields) {
            let value = field.value.text().map(hnet_yaml::Text::to_smol);
            let span = field.value.written();
            variables.insert(field.key.to_smol(), Variable { value, span });
        }
        variables
    }
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
