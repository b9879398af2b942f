//! Kustomizations, as far as the objects of a network need them.
//!
//! The order is kustomize's: resources, generators, components, and then what changes all that is there: patches,
//! namespace, names, labels. What hnet does not compute is noted, and what it would write into is marked.

mod generate;
mod known;
pub(crate) mod patch;
mod replace;
mod select;

use std::collections::BTreeSet;
use std::rc::Rc;

use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Value, ValueKind};

use self::known::Known;
pub(crate) use self::select::Selector;
use crate::document::{Document, Given, Step, is_cluster_scoped};
use crate::files::{File, Files};
use crate::ignored::Ignored;
use crate::note::{Note, What};
use crate::paths;

/// The kind by which the charts of a kustomization are kept among its objects, until they are charts again.
pub(crate) const CHART: &str = "helmCharts";

/// What builds kustomizations, and what it saw.
pub(crate) struct Builder<'f, 's> {
    pub(crate) files: &'f Files<'s>,
    /// The documents that were taken, by file and number.
    pub(crate) reached: BTreeSet<(FileId, u32)>,
    /// The files that were read for something else: kustomizations, patches, values.
    pub(crate) used: BTreeSet<FileId>,
    /// The files whose YAML was read.
    pub(crate) read: BTreeSet<FileId>,
    /// The kustomizations, and the files whose objects kustomize takes, as far as they are what is here.
    pub(crate) kustomizations: BTreeSet<FileId>,
    pub(crate) built: BTreeSet<FileId>,
    /// Whether what is read is this repository as it is, so that a path that is not here is nowhere.
    pub(crate) is_whole: bool,
    pub(crate) notes: BTreeSet<Note>,
    /// What the source leaves out that is read.
    pub(crate) ignored: Option<Rc<Ignored>>,
    /// Whether objects of the build may be called otherwise than here, since something changed them whose effect is not
    /// computed.
    is_renamed: bool,
    stack: Vec<String>,
    /// How many objects may still be taken. Honest repositories take each a few times.
    budget: usize,
}

impl<'f, 's> Builder<'f, 's> {
    pub(crate) fn new(files: &'f Files<'s>) -> Self {
        let budget = 10_000 + 50 * files.all.values().map(|file| file.documents.len() + 1).sum::<usize>();
        Builder {
            files,
            reached: BTreeSet::new(),
            used: BTreeSet::new(),
            read: BTreeSet::new(),
            kustomizations: BTreeSet::new(),
            built: BTreeSet::new(),
            is_whole: true,
            notes: BTreeSet::new(),
            ignored: None,
            is_renamed: false,
            stack: Vec::new(),
            budget,
        }
    }

    pub(crate) fn note(&mut self, span: Span, what: What) {
        self.notes.insert(Note { span, what });
    }

    /// Notes that a file is read for something else: its documents are no objects, and none is left over.
    fn read_as_text(&mut self, id: FileId, documents: usize) {
        self.used.insert(id);
        self.reached.extend((0..documents as u32).map(|index| (id, index)));
    }

    /// Notes that the YAML of a file is read for something else than objects.
    fn read_as_yaml(&mut self, file: &File) {
        self.read.insert(file.id);
        self.read_as_text(file.id, file.documents.len());
    }

    /// Whether the source that is read leaves a file out.
    fn is_ignored(&self, path: &str) -> bool {
        self.ignored.as_ref().is_some_and(|ignored| ignored.holds(path))
    }

    /// The kustomization of a folder.
    fn file_of(&self, folder: &str) -> Option<&'f File> {
        self.files.kustomization(folder).filter(|file| !self.is_ignored(&file.path))
    }

    /// Notes a file that is no YAML, at the place that takes it in.
    fn must_be_yaml(&mut self, file: &File, span: Span) {
        if file.problems.iter().any(|problem| problem.trouble.loses_text()) {
            let is_sure = self.is_whole && file.refused(self.files.sources.get(file.id).text()).is_some();
            let path = file.path.as_str().into();
            self.note(span, if is_sure { What::Broken(path) } else { What::Unreadable(path) });
        }
    }

    /// What a path is that is not here.
    pub(crate) fn absent(&self, path: Option<&str>, said: &str) -> What {
        match path.filter(|path| self.is_whole && self.files.lacks(path)) {
            Some(_) => What::Missing(said.into()),
            None => What::Absent(said.into()),
        }
    }

    /// Takes so many objects from what may be taken.
    fn spend(&mut self, count: usize, span: Span) -> bool {
        let is_enough = self.budget >= count;
        self.budget = self.budget.saturating_sub(count);
        if !is_enough {
            self.note(span, What::TooMuch);
        }
        is_enough
    }

    /// The objects of a folder as Flux applies it: its kustomization, or all files below.
    pub(crate) fn flux_folder(&mut self, folder: &str, span: Span) -> Vec<Document> {
        if self.file_of(folder).is_some() {
            return self.folder(folder, span);
        }
        self.is_renamed = false;
        let mut documents = Vec::new();
        let mut known = Known::default();
        let files = self.files;
        let mut nested: Option<String> = None;
        for file in files.below(folder) {
            let is_within = |nested: &String| paths::is_within(&file.path, nested);
            if nested.as_ref().is_some_and(is_within) || self.is_ignored(&file.path) {
                continue;
            }
            let own = paths::folder(&file.path);
            // The highest folder on the way to the file that has a kustomization of its own.
            let rest = own.get(folder.len()..).unwrap_or_default().trim_start_matches('/');
            let mut way = folder.to_owned();
            let with_kustomization = rest.split('/').filter(|part| !part.is_empty()).find_map(|part| {
                way = paths::join(&way, part)?;
                self.file_of(&way).map(|_| way.clone())
            });
            let is_direct = with_kustomization.is_none();
            let found = match with_kustomization {
                Some(inner) => {
                    let found = self.enter(&inner, span, Vec::new());
                    nested = Some(inner);
                    found
                }
                None if !file.is_template => self.built(file, span),
                None => continue,
            };
            self.add(found, span, is_direct, &mut known, &mut documents);
        }
        documents
    }

    /// The objects of the files directly in a folder, or below it, as Argo CD applies it without a kustomization.
    pub(crate) fn plain_folder(&mut self, folder: &str, recurses: bool, span: Span) -> Vec<Document> {
        let files = self.files;
        let own = files.below(folder).filter(|file| recurses || paths::folder(&file.path) == folder);
        let mut documents = Vec::new();
        for file in own.filter(|file| !file.is_template) {
            // Argo CD leaves alone what is no YAML and does not look like an object.
            let text = self.files.sources.get(file.id).text();
            let is_whole = self.is_whole;
            self.is_whole &= ["apiVersion:", "kind:", "metadata:"].iter().all(|key| text.contains(key));
            documents.extend(self.file(file, span));
            self.is_whole = is_whole;
        }
        documents
    }

    /// The objects of a file that kustomize reads.
    fn built(&mut self, file: &File, span: Span) -> Vec<Document> {
        if self.is_whole && !file.is_template {
            self.built.insert(file.id);
        }
        self.file(file, span)
    }

    /// Adds what a build comes to, and notes what it has already. `is_direct` says whether no kustomization made it.
    fn add(
        &mut self,
        found: Vec<Document>,
        span: Span,
        is_direct: bool,
        known: &mut Known,
        documents: &mut Vec<Document>,
    ) {
        for document in found {
            if let Some(first) = known.add(&document, is_direct)
                && self.is_whole
                && !self.is_renamed
            {
                let own = document.place();
                let object = format!("`{}`", document.called());
                self.note(if own == first { span } else { own }, What::Twice(object.into(), first));
            }
            documents.push(document);
        }
    }

    /// The objects of a file.
    fn file(&mut self, file: &File, span: Span) -> Vec<Document> {
        if !self.spend(file.documents.len() + 1, span) {
            return Vec::new();
        }
        self.read.insert(file.id);
        self.must_be_yaml(file, span);
        let mut documents = Vec::new();
        for (index, value) in file.documents.iter().enumerate() {
            self.reached.insert((file.id, index as u32));
            let is_list = value.get("kind").and_then(Value::as_str).is_some_and(|kind| kind.ends_with("List"));
            let items = value.get("items").and_then(Value::as_list).filter(|_| is_list);
            match items {
                Some(items) => {
                    documents.extend(items.iter().map(|item| Document::written(item.clone(), file.id, index)))
                }
                None => documents.push(Document::written(value.clone(), file.id, index)),
            }
        }
        documents.retain(Document::is_object);
        documents
    }

    /// The objects of a folder that has a kustomization, which is built by itself.
    pub(crate) fn folder(&mut self, folder: &str, span: Span) -> Vec<Document> {
        self.is_renamed = false;
        self.enter(folder, span, Vec::new())
    }

    /// What a folder's kustomization makes of what is there before it.
    fn enter(&mut self, folder: &str, span: Span, before: Vec<Document>) -> Vec<Document> {
        let Some(file) = self.file_of(folder) else {
            let path = format!("{folder}/kustomization.yaml");
            self.note(span, self.absent(Some(&path), &path));
            return before;
        };
        if self.stack.iter().any(|open| open == folder) || self.stack.len() > 100 {
            self.note(span, What::Circle(folder.into()));
            return before;
        }
        self.read_as_yaml(file);
        if self.is_whole && !file.is_template {
            self.kustomizations.insert(file.id);
        }
        let Some(kustomization) = file.documents.first().cloned() else {
            self.must_be_yaml(file, span);
            return before;
        };
        self.stack.push(folder.to_owned());
        let made = self.kustomization(&kustomization, folder, file.id, before);
        self.stack.pop();
        made
    }

    fn kustomization(&mut self, value: &Value, folder: &str, file: FileId, before: Vec<Document>) -> Vec<Document> {
        let mut documents = before;
        let mut known = Known::of(&documents);
        for key in ["resources", "bases"] {
            for item in value.items_of(key) {
                let mut found = self.resource(item, folder);
                let is_direct = item.as_str().is_some_and(|path| path.ends_with(".yaml") || path.ends_with(".yml"));
                found.iter_mut().for_each(|document| document.because(Step::Resource, item.span));
                self.add(found, item.span, is_direct, &mut known, &mut documents);
            }
        }
        self.generate(value, folder, file, &mut documents);
        self.charts(value, folder, file, &mut documents);
        for item in value.items_of("components") {
            documents = self.component(item, folder, documents);
        }
        for key in ["transformers", "generators", "vars"] {
            if let Some(field) = value.field(key).filter(|field| !field.value.items().is_empty()) {
                self.note(field.key.span(), What::NotEvaluated(key.into()));
                self.is_renamed |= key == "transformers";
            }
        }
        // What says how names lead to each other changes nothing here, but must be there.
        for item in ["configurations", "crds"].iter().flat_map(|key| value.items_of(key)) {
            if let Some(file) = self.local(item, folder).and_then(|path| self.files.get(&path)) {
                self.read_as_yaml(file);
                self.must_be_yaml(file, item.span);
            }
        }
        self.transform(value, folder, &mut documents);
        documents
    }

    /// What a component makes of the objects before it.
    fn component(&mut self, item: &Value, folder: &str, before: Vec<Document>) -> Vec<Document> {
        let Some(path) = self.local(item, folder) else { return before };
        let known: BTreeSet<(FileId, u32)> = before.iter().map(|document| (document.file, document.index)).collect();
        let mut documents = self.enter(&path, item.span, before);
        for document in documents.iter_mut().filter(|document| !known.contains(&(document.file, document.index))) {
            document.because(Step::Component, item.span);
        }
        documents
    }

    /// The same for a component that a Flux Kustomization names, which it may allow to be missing.
    pub(crate) fn flux_component(
        &mut self,
        item: &Value,
        folder: &str,
        before: Vec<Document>,
        is_optional: bool,
    ) -> Vec<Document> {
        let is_whole = self.is_whole;
        let path = item.as_str().and_then(|text| paths::join(folder, text));
        self.is_whole &= !(is_optional && path.is_some_and(|path| self.files.lacks(&path)));
        let documents = self.component(item, folder, before);
        self.is_whole = is_whole;
        documents
    }

    /// The path in the repository that an entry means; noted where it is elsewhere or unknown.
    fn local(&mut self, item: &Value, folder: &str) -> Option<String> {
        let text = item.as_str()?;
        let is_remote = text.contains("://") || text.contains("?ref=") || text.starts_with("git@");
        let is_forge = ["github.com/", "gitlab.com/", "codeberg.org/"].iter().any(|forge| text.starts_with(forge));
        let what = if is_remote || is_forge {
            What::Remote(text.into())
        } else if text.contains("${") || text.contains("{{") {
            What::Unknown(text.into())
        } else {
            let path = paths::join(folder, text);
            match path {
                Some(path) if self.is_ignored(&path) => What::Absent(text.into()),
                Some(path) if self.files.text(&path).is_some() || self.files.is_folder(&path) => return Some(path),
                path => self.absent(path.as_deref(), text),
            }
        };
        self.note(item.span, what);
        None
    }

    fn resource(&mut self, item: &Value, folder: &str) -> Vec<Document> {
        let Some(path) = self.local(item, folder) else { return Vec::new() };
        if self.files.is_folder(&path) {
            return if self.spend(1, item.span) { self.enter(&path, item.span, Vec::new()) } else { Vec::new() };
        }
        match self.files.get(&path) {
            Some(file) => self.built(file, item.span),
            None => {
                self.note(item.span, What::Unreadable(path.into()));
                Vec::new()
            }
        }
    }

    /// What a kustomization changes in all objects that are there; Flux and Argo CD have a part of it, too.
    pub(crate) fn transform(&mut self, value: &Value, folder: &str, documents: &mut Vec<Document>) {
        for item in value.items_of("patchesStrategicMerge") {
            self.patch_text(item, folder, None, documents);
        }
        for key in ["patches", "patchesJson6902"] {
            for item in value.items_of(key) {
                self.patch(item, folder, documents);
            }
        }
        if let Some(namespace) =
            value.get("namespace").filter(|namespace| namespace.as_str().is_some_and(|n| !n.is_empty()))
        {
            set_namespace(documents, namespace);
        }
        let (prefix, suffix) = (value.get("namePrefix"), value.get("nameSuffix"));
        if prefix.or(suffix).is_some() {
            rename(documents, prefix.and_then(Value::as_str), suffix.and_then(Value::as_str));
        }
        let labels = value.items_of("labels");
        let pairs = labels.iter().filter_map(|label| label.get("pairs"));
        for pairs in pairs.chain(value.get("commonLabels")).chain(value.at(&["commonMetadata", "labels"])) {
            add_all(documents, "labels", pairs);
        }
        for pairs in value.get("commonAnnotations").into_iter().chain(value.at(&["commonMetadata", "annotations"])) {
            add_all(documents, "annotations", pairs);
        }
        self.replace(value, folder, documents);
    }

    /// One entry of `patches`.
    fn patch(&mut self, item: &Value, folder: &str, documents: &mut Vec<Document>) {
        let target = item.get("target").map(Selector::of);
        match (item.get("patch"), item.get("path")) {
            (Some(patch), _) | (None, Some(patch)) => self.patch_text(patch, folder, target.as_ref(), documents),
            (None, None) => {}
        }
    }

    /// A patch in a text or in the file that it names.
    fn patch_text(&mut self, patch: &Value, folder: &str, target: Option<&Selector>, documents: &mut Vec<Document>) {
        let Some(text) = patch.text() else { return };
        let is_path = !text.contains('\n') && !text.contains(": ") && !text.trim_start().starts_with(['[', '{']);
        let patches: Vec<Value> = if is_path {
            let Some(path) = self.local(patch, folder) else { return };
            let Some(file) = self.files.get(&path) else { return };
            self.read_as_yaml(file);
            self.must_be_yaml(file, patch.span);
            file.documents.clone()
        } else {
            text.yaml().documents().filter_map(|document| document.root).map(hnet_yaml::Node::value).collect()
        };
        for value in &patches {
            self.apply(value, patch.span, target, documents);
        }
    }

    fn apply(&mut self, value: &Value, span: Span, target: Option<&Selector>, documents: &mut Vec<Document>) {
        let named = Selector::named_by(value);
        let selector = match (target, &value.kind) {
            (Some(target), _) => target,
            (None, ValueKind::Map(_)) => &named,
            (None, _) => return,
        };
        let deletes = value.str_at(&["$patch"]) == Some("delete");
        let mut is_done = true;
        documents.retain_mut(|document| {
            if !selector.fits(document) {
                return true;
            }
            if deletes {
                return false;
            }
            if value.as_list().is_some() {
                is_done &= patch::apply(&mut document.value, value);
            } else {
                let identity = ["apiVersion", "kind"].map(|key| (key, document.value.get(key).cloned()));
                let name = document.value.at(&["metadata", "name"]).cloned();
                let fields = patch::fields_of_core(document.group(), document.kind());
                patch::merge(&mut document.value, value, fields);
                // A patch for several objects has a name that is not theirs.
                for (key, own) in identity {
                    own.into_iter().for_each(|own| patch::set_value(&mut document.value, &[key], own));
                }
                name.into_iter().for_each(|own| patch::set_value(&mut document.value, &["metadata", "name"], own));
            }
            document.find_namespace();
            let place = if value.span.file == span.file { value.span } else { span };
            document.because(Step::Patch, place);
            document.patched.push(place);
            true
        });
        if !is_done {
            self.is_renamed = true;
            self.note(span, What::PatchFails);
        }
    }
}

/// Gives all objects that have a namespace another, and the Namespace among them its name.
pub(crate) fn set_namespace(documents: &mut [Document], namespace: &Value) {
    let Some(name) = namespace.as_str() else { return };
    for document in documents {
        let keys: &[&str] = match document.kind() {
            "Namespace" => &["metadata", "name"],
            kind if is_cluster_scoped(kind) => continue,
            _ => &["metadata", "namespace"],
        };
        if document.value.str_at(keys) != Some(name) {
            patch::set(&mut document.value, keys, name, namespace.span);
            document.because(Step::Namespace, namespace.span);
        }
        document.find_namespace();
    }
}

fn rename(documents: &mut [Document], prefix: Option<&str>, suffix: Option<&str>) {
    for document in documents {
        if matches!(document.kind(), "Namespace" | "CustomResourceDefinition" | "APIService") {
            continue;
        }
        let Some(name) = document.value.at(&["metadata", "name"]).cloned() else { continue };
        let text = [prefix.unwrap_or_default(), name.as_str().unwrap_or_default(), suffix.unwrap_or_default()].concat();
        patch::set(&mut document.value, &["metadata", "name"], &text, name.span);
    }
}

fn add_all(documents: &mut [Document], field: &'static str, pairs: &Value) {
    for document in documents {
        for pair in pairs.fields() {
            let own = document.value.at(&["metadata", field]).and_then(|own| own.field(&pair.key)).cloned();
            document.given.push(Given { field, key: pair.key.to_smol(), span: pair.value.span, was: own });
            patch::set_value(&mut document.value, &["metadata", field, &pair.key], pair.value.clone());
        }
    }
}
