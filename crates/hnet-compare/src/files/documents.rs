//! The documents of files, each under what it is known by.

use std::collections::BTreeMap;
use std::net::IpAddr;

use hnet_diagnostics::{FileId, Source};
use hnet_manifests::talos::topf_templates;

use super::jinja;
use super::tofu;
use crate::Value;
use crate::kinds::Kind;

/// A document of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The path of its file.
    pub file: String,
    /// The line on which it begins, counted from 1.
    pub line: usize,
    /// Its kind.
    pub kind: Kind,
    /// The namespace that it is in; empty where it is in none, or none is said.
    pub namespace: String,
    /// Its name. What has none is known by its file.
    pub name: String,
    /// What it says.
    pub value: Value,
}

/// What could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The path of the file.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// Why not.
    pub why: String,
}

impl Template {
    /// That it could not be filled in.
    pub(super) fn unread(&self) -> Unread {
        let why = "a template with more than what `topf.yaml` says, which is not filled in".to_owned();
        Unread { file: self.file.clone(), line: 1, why }
    }
}

/// A template that hnet did not write: one of topf's, which is known only for a machine, or of machine configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The path of the file.
    pub file: String,
    /// What is written in it.
    pub text: String,
}

/// The documents of files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documents {
    /// All that were read, in the order of the files and of their text.
    pub all: Vec<Document>,
    /// What could not be read; the rest of such a file was.
    pub unread: Vec<Unread>,
    /// Templates that hnet did not write, of topf's and of machine configurations.
    pub templates: Vec<Template>,
}

impl Documents {
    /// Reads the YAML of these files, paths with their texts; others hold none.
    pub fn read<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Documents {
        let mut documents = Documents::default();
        for (path, text) in files {
            if path.ends_with(".yaml") || path.ends_with(".yml") {
                documents.read_file(path, text);
            } else if path.ends_with(topf_templates::END) {
                match topf_templates::readable(text) {
                    Some(text) => documents.read_file(path, &text),
                    None => documents.templates.push(Template { file: path.to_owned(), text: text.to_owned() }),
                }
            } else if jinja::is_template(path) {
                documents.templates.push(Template { file: path.to_owned(), text: text.to_owned() });
            } else if tofu::is_tofu(path) {
                documents.add_tofu(path, text);
            }
        }
        documents.name_namespaces();
        documents
    }

    /// Adds what hnet's file for OpenTofu says.
    pub fn add_tofu(&mut self, path: &str, text: &str) {
        let (file, name) = (path.to_owned(), path.to_owned());
        let value = tofu::value(text);
        self.all.push(Document { file, line: 1, kind: Kind::tofu(), namespace: String::new(), name, value });
    }

    pub(super) fn read_file(&mut self, path: &str, text: &str) {
        let source = Source::new(path, text);
        let yaml = hnet_yaml::parse(FileId::default(), text);
        for problem in yaml.problems() {
            let line = source.line(problem.span.start as usize);
            self.unread.push(Unread { file: path.to_owned(), line, why: problem.trouble.to_string() });
        }
        for (at, document) in yaml.documents().enumerate() {
            let Some(root) = document.root.filter(|root| root.is_map()) else { continue };
            let line = source.line(root.span().start as usize);
            self.add(path, at, line, &root.value());
        }
    }

    /// Adds what a document says that begins on this line and is the file's `at`th; of a list each of its objects.
    pub fn add(&mut self, path: &str, at: usize, line: usize, value: &hnet_yaml::Value) {
        if value.str_at(&["kind"]) == Some("List") {
            for item in value.get("items").map_or(&[][..], hnet_yaml::Value::items) {
                self.add(path, at, line, item);
            }
            return;
        }
        let (kind, name) = known_by(path, at, value);
        let namespace = match kind.is_object() && !kind.is_cluster_wide() {
            true => value.str_at(&["metadata", "namespace"]).unwrap_or_default().to_owned(),
            false => String::new(),
        };
        let value = Value::of(value, kind.reader());
        self.all.push(Document { file: path.to_owned(), line, kind, namespace, name, value });
    }

    /// An object that says no namespace is in that of the kustomization beside it which lists its file.
    fn name_namespaces(&mut self) {
        let mut of_file: BTreeMap<String, String> = BTreeMap::new();
        for document in self.all.iter().filter(|document| document.kind.group == "kustomize.config.k8s.io") {
            let Some(namespace) = document.value.get("namespace").and_then(Value::as_str) else { continue };
            let folder = document.file.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
            for resource in document.value.get("resources").map_or(&[][..], Value::items) {
                let Some(resource) = resource.as_str() else { continue };
                of_file.insert(format!("{folder}{}", resource.trim_start_matches("./")), namespace.to_owned());
            }
        }
        for document in &mut self.all {
            let may_have = document.kind.is_object() && !document.kind.is_cluster_wide();
            if let Some(namespace) = of_file.get(&document.file).filter(|_| may_have) {
                document.namespace.clone_from(namespace);
            }
        }
    }
}

/// What the file of a machine is called: by the machine's address, or else by what stands before the first dot.
fn stem(file: &str) -> &str {
    let name = file.trim_end_matches(".j2").trim_end_matches(".yaml").trim_end_matches(".yml");
    if name.parse::<IpAddr>().is_ok() { name } else { file.split('.').next().unwrap_or(file) }
}

/// The kind of a document, and the name that it has or that its file gives it.
fn known_by(path: &str, at: usize, value: &hnet_yaml::Value) -> (Kind, String) {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = stem(file);
    let text = |keys: &[&str]| value.str_at(keys).map(str::to_owned);
    let place = || if at == 0 { path.to_owned() } else { format!("{path}#{}", at + 1) };
    if let (Some(version), Some(kind)) = (text(&["apiVersion"]), text(&["kind"])) {
        let kind = Kind::of(&version, &kind);
        let name = match kind.group.as_str() {
            "talos" => match text(&["name"]) {
                Some(name) => format!("{stem}/{name}"),
                None => stem.to_owned(),
            },
            _ => text(&["metadata", "name"]).unwrap_or_else(place),
        };
        return (kind, name);
    }
    if let (Some(name), Some(_)) = (text(&["clusterName"]), value.get("nodes")) {
        return (Kind::talconfig(), name);
    }
    let is_map = |key: &str| value.get(key).is_some_and(|value| value.as_map().is_some());
    if is_map("machine") || (is_map("cluster") && !file.contains("values")) {
        return (Kind::machine(), stem.to_owned());
    }
    let is_of_cilium = path.split(['/', '.', '-']).any(|part| part == "cilium");
    (Kind::values(if is_of_cilium && file.contains("values") { "cilium" } else { "" }), place())
}

impl Document {
    /// What people call it: `Gateway gateways/internal`; what has no name is its kind.
    #[must_use]
    pub fn title(&self) -> String {
        let (kind, name) = self.parts();
        if name.starts_with(&self.file) { kind.to_owned() } else { format!("{kind} {name}") }
    }

    /// The same in a sentence, its name in backticks.
    #[must_use]
    pub fn named(&self) -> String {
        let (kind, name) = self.parts();
        format!("{kind} `{name}`")
    }

    /// The machine that a document of Talos is about, which is its file's name, or its name in its talconfig; none of others.
    #[must_use]
    pub fn machine(&self) -> Option<&str> {
        self.kind.is_talos().then(|| self.name.split('/').next().unwrap_or_default())
    }

    /// Where the machine that a document is about stands with others: in its talconfig, or as a file of its own in a folder.
    #[must_use]
    pub fn among(&self) -> &str {
        let (folder, file) = self.file.rsplit_once('/').unwrap_or(("", &self.file));
        let is_own = self.machine().is_some_and(|name| stem(file) == name);
        if is_own { folder } else { &self.file }
    }

    fn parts(&self) -> (&str, String) {
        let name = match self.namespace.as_str() {
            "" => self.name.clone(),
            namespace => format!("{namespace}/{}", self.name),
        };
        let kind = match (self.kind.group.as_str(), self.kind.kind.as_str()) {
            ("talos", "v1alpha1") => "machine configuration",
            ("helm", "cilium") => "values of Cilium",
            ("helm", _) => "document",
            (_, kind) => kind,
        };
        (kind, name)
    }
}
