//! A folder of topf's as a talconfig: the patches that it lays over each machine, in its order. Templates are filled
//! in for each, where they hold nothing but names of `topf.yaml` and placeholders. (postfinance/topf, `pkg/config`.) Start at [`to_talconfigs`].

use std::cell::RefCell;
use std::collections::BTreeMap;

use hnet_diagnostics::FileId;
use hnet_manifests::talos::topf_templates::{self, actions, meaning};
use hnet_yaml::{Reader, Text};

use super::documents::{Document, Documents, Template, Unread};
use super::installer::Factory;
use super::machines::{map, put, text};
use super::templates::fill;
use crate::Value;
use crate::kinds::Kind;

/// Where patches say the installer's image, by the kinds of their documents.
const IMAGES: [(&str, &[&str]); 2] =
    [("v1alpha1", &["machine", "install", "image"]), ("UnattendedInstallConfig", &["installer", "image"])];

/// Whether a document is `topf.yaml`, or was.
pub(super) fn is_topf(path: &str) -> bool {
    path.rsplit('/').next() == Some("topf.yaml")
}

/// Puts a talconfig in the place of each of topf's folders whose cluster the other side says as well.
pub(super) fn to_talconfigs(before: &mut Documents, after: &mut Documents) {
    let names = |documents: &Documents| -> Vec<String> {
        let own = documents.all.iter().filter(|document| document.kind == Kind::talconfig());
        own.map(|document| document.name.clone()).collect()
    };
    let (old, new) = (names(before), names(after));
    for (documents, others) in [(&mut *before, new), (&mut *after, old)] {
        let is_it = |document: &Document| {
            document.kind == Kind::talconfig() && is_topf(&document.file) && others.contains(&document.name)
        };
        while let Some(at) = documents.all.iter().position(|own| is_it(own) && own.value.get(MADE).is_none()) {
            let topf = Topf::of(&documents.all[at], documents);
            let (value, laid) = (topf.talconfig(), topf.laid());
            let unread = topf.unread.into_inner().into_values();
            documents.unread.extend(unread);
            documents.all[at].value = value;
            let mut at = 0;
            documents.all.retain(|_| {
                at += 1;
                !laid.contains(&(at - 1))
            });
        }
    }
}

/// Says of machines without an address that which the other side says.
pub(super) fn say_reached(before: &mut Documents, after: &mut Documents) {
    let addresses = [&*before, &*after].map(addresses);
    for (documents, others) in [(before, &addresses[1]), (after, &addresses[0])] {
        for document in documents.all.iter_mut().filter(|own| own.kind == Kind::talconfig()) {
            if super::machines::take(&mut document.value, &[MADE]).is_some() {
                say_addresses(document, others);
            }
        }
    }
}

/// The addresses at which machines are reached, by the names of their clusters and their own.
fn addresses(documents: &Documents) -> BTreeMap<(String, String), Value> {
    let mut all = BTreeMap::new();
    for talconfig in documents.all.iter().filter(|own| own.kind == Kind::talconfig()) {
        for node in talconfig.value.get("nodes").map_or(&[][..], Value::items) {
            if let (Some(name), Some(address)) = (node.get("hostname").and_then(said), node.get("ipAddress")) {
                all.insert((talconfig.name.clone(), name.to_owned()), address.clone());
            }
        }
    }
    all
}

/// What has no address is looked for by its name, which may lead to the one that the other side says.
fn say_addresses(talconfig: &mut Document, others: &BTreeMap<(String, String), Value>) {
    let Value::Map(entries) = &mut talconfig.value else { return };
    let Some((_, Value::List(nodes))) = entries.iter_mut().find(|(key, _)| key == "nodes") else { return };
    for node in nodes.iter_mut().filter(|node| node.get("ipAddress").is_none()) {
        let Some(name) = node.get("hostname").and_then(said).map(str::to_owned) else { continue };
        let address = others.get(&(talconfig.name.clone(), name.clone())).cloned();
        put(node, &["ipAddress"], address.unwrap_or(Value::Text(name)));
    }
}

/// Says variables of topf's environment as talhelper does, which fills in what topf leaves as it is.
fn as_in_talconfig(value: &mut Value) {
    match value {
        Value::Text(text) if text.contains('{') => *text = in_talconfig(text),
        Value::List(items) => items.iter_mut().for_each(as_in_talconfig),
        Value::Map(entries) => {
            for (key, value) in entries {
                *key = in_talconfig(key);
                as_in_talconfig(value);
            }
        }
        _ => {}
    }
}

/// The same of a text.
fn in_talconfig(text: &str) -> String {
    let kept = text.replace("${", "$${");
    let Some(actions) = actions(&kept) else { return kept };
    let (mut out, mut at) = (String::new(), 0);
    for (range, action) in actions {
        let variable =
            action.starts_with("env ").then(|| meaning(action, &|name| format!("${{{name}}}"), &str::to_owned));
        if let Some(variable) = variable.flatten() {
            out.push_str(&kept[at..range.start]);
            out.push_str(&variable);
            at = range.end;
        }
    }
    out + &kept[at..]
}

/// A key of what was made already.
const MADE: &str = "made";

/// A folder of topf's.
struct Topf<'d> {
    topf: &'d Document,
    all: &'d Documents,
    /// What the files hold that are laid, by their paths from the folder, in the order of those.
    patches: BTreeMap<Vec<&'d str>, File<'d>>,
    /// The templates that could not be filled in.
    unread: RefCell<BTreeMap<String, Unread>>,
}

/// What a file of a patch holds.
enum File<'d> {
    /// The numbers of its documents.
    Documents(Vec<usize>),
    /// What is known only for a machine.
    Template(&'d Template),
}

impl<'d> Topf<'d> {
    fn of(topf: &'d Document, all: &'d Documents) -> Topf<'d> {
        let below = match topf.value.get("patchesDir").and_then(said) {
            Some(own) => join(folder(&topf.file), own),
            None => folder(&topf.file).to_owned(),
        };
        let inner = |file: &'d str| -> Option<Vec<&'d str>> {
            let inner = match below.as_str() {
                "" => file,
                below => file.strip_prefix(below)?.strip_prefix('/')?,
            };
            Some(inner.split('/').collect())
        };
        let mut patches: BTreeMap<Vec<&str>, File<'_>> = BTreeMap::new();
        for (at, document) in all.all.iter().enumerate().filter(|(_, document)| document.kind.is_talos()) {
            let file = inner(&document.file).map(|inner| patches.entry(inner).or_insert(File::Documents(Vec::new())));
            if let Some(File::Documents(documents)) = file {
                documents.push(at);
            }
        }
        for template in all.templates.iter().filter(|own| own.file.ends_with(topf_templates::END)) {
            if let Some(inner) = inner(&template.file) {
                patches.insert(inner, File::Template(template));
            }
        }
        Topf { topf, all, patches, unread: RefCell::default() }
    }

    fn nodes(&self) -> impl Iterator<Item = (&'d Value, &'d str, &'d str)> {
        let nodes = self.topf.value.get("nodes").map_or(&[][..], Value::items).iter();
        let text = |node: &'d Value, key| node.get(key).and_then(said);
        nodes.filter_map(move |node| Some((node, text(node, "host")?, text(node, "role")?)))
    }

    /// The files that are laid over a machine.
    fn of_machine(&self, host: &str, role: &str) -> Vec<&File<'d>> {
        let stages = [vec!["all"], vec![role], vec!["node", host]];
        let below = |stage: &Vec<&str>| {
            let within = |path: &&Vec<&str>| path.len() > stage.len() && path.starts_with(stage);
            self.patches.keys().filter(within).map(|path| &self.patches[path]).collect::<Vec<_>>()
        };
        stages.iter().flat_map(below).collect()
    }

    /// The numbers of all documents that are laid over some machine.
    fn laid(&self) -> Vec<usize> {
        let files = self.nodes().flat_map(|(_, host, role)| self.of_machine(host, role));
        let numbers = files.map(|file| match file {
            File::Documents(numbers) => numbers.as_slice(),
            File::Template(_) => &[],
        });
        numbers.flatten().copied().collect()
    }

    /// What a file says to a machine, by the kinds of documents, as a talconfig says it.
    fn said(&self, file: &File<'d>, node: &Value) -> Vec<(String, Value)> {
        let template = match file {
            File::Documents(numbers) => {
                let documents = numbers.iter().map(|at| &self.all.all[*at]);
                let one = |document: &Document| {
                    let mut value = document.value.clone();
                    as_in_talconfig(&mut value);
                    (document.kind.kind.clone(), value)
                };
                return documents.map(one).collect();
            }
            File::Template(template) => template,
        };
        let text = Text::verbatim(template.text.as_str(), FileId::default(), 0);
        let documents = fill(&text, true, &self.topf.value, node).and_then(|filled| {
            let yaml = hnet_yaml::parse(FileId::default(), &filled.text);
            let documents = yaml.documents().filter_map(|document| document.root).filter(|root| root.is_map());
            let documents = documents.map(|root| Value::of(&root.value(), Reader::Talos)).map(|value| {
                let kind = value.get("kind").and_then(Value::as_str).unwrap_or("v1alpha1").to_owned();
                (kind, value)
            });
            yaml.problems().is_empty().then(|| documents.collect())
        });
        documents.unwrap_or_else(|| {
            self.unread.borrow_mut().insert(template.file.clone(), template.unread());
            Vec::new()
        })
    }

    fn talconfig(&self) -> Value {
        let topf = &self.topf.value;
        let version = |key: &str| {
            let version = topf.get(key).and_then(said)?;
            Some(text(&format!("v{}", version.trim_start_matches('v'))))
        };
        let mut talconfig = map([(MADE, Value::Bool(true))]);
        for (key, value) in [
            ("clusterName", topf.get("clusterName").cloned()),
            ("endpoint", topf.get("clusterEndpoint").cloned()),
            ("talosVersion", version("talosVersion")),
            ("kubernetesVersion", version("kubernetesVersion")),
        ] {
            value.into_iter().for_each(|value| put(&mut talconfig, &[key], value));
        }
        if let Some(factory) = topf.get("factory") {
            put(&mut talconfig, &["imageFactory", "registryURL"], factory.clone());
        }
        let nodes = self.nodes().map(|(node, host, role)| self.machine(node, host, role)).collect();
        put(&mut talconfig, &["nodes"], Value::List(nodes));
        talconfig
    }

    fn machine(&self, node: &Value, host: &str, role: &str) -> Value {
        let tag = self.topf.value.get("talosVersion").and_then(said);
        let tag = tag.map(|version| format!(":v{}", version.trim_start_matches('v')));
        let mut hostname = host.to_owned();
        let mut patches = Vec::new();
        for (kind, mut value) in self.of_machine(host, role).into_iter().flat_map(|file| self.said(file, node)) {
            let named = match kind.as_str() {
                "HostnameConfig" => value.get("hostname"),
                "v1alpha1" => value.at(&["machine", "network", "hostname"]),
                _ => None,
            };
            named.and_then(Value::as_str).into_iter().for_each(|named| named.clone_into(&mut hostname));
            for (_, path) in IMAGES.iter().filter(|(of, _)| *of == kind) {
                let image = value.at(path).and_then(Value::as_str);
                let bare = image.zip(tag.as_deref()).and_then(|(image, tag)| image.strip_suffix(tag));
                // A talconfig says an image without its version.
                bare.map(text).into_iter().for_each(|bare| put(&mut value, path, bare));
            }
            patches.push(value);
        }
        let mut machine = map([
            ("hostname", text(&hostname)),
            ("controlPlane", Value::Bool(role == "control-plane")),
            ("patches", Value::List(patches)),
        ]);
        if let Some(address) = node.get("ip") {
            put(&mut machine, &["ipAddress"], address.clone());
        }
        self.name_image(node, &mut machine);
        machine
    }

    /// Says what a machine's image is made of, as a talconfig does.
    fn name_image(&self, node: &Value, machine: &mut Value) {
        let field = |key: &str| node.get(key).or_else(|| self.topf.value.get(key));
        let said = |key: &str| field(key).and_then(said);
        let is_secure = field("secureboot") == Some(&Value::Bool(true));
        let schematic = said("schematicId");
        if let Some(hash) = schematic.filter(|id| !id.starts_with('@')) {
            let factory = said("factory").unwrap_or("factory.talos.dev");
            let secure = if is_secure { "-secureboot" } else { "" };
            let image = format!("{factory}/{}-installer{secure}/{hash}", said("platform").unwrap_or("metal"));
            return put(machine, &["talosImageURL"], text(&image));
        }
        if let Some(path) = schematic.map(|id| join(folder(&self.topf.file), id.trim_start_matches('@'))) {
            let own = self.all.all.iter().find(|document| document.file == path);
            let factory = Factory::named(said("factory"), None);
            let image = own.and_then(|own| factory.installer(Some(&own.value), said("platform"), is_secure));
            if let Some(image) = image {
                return put(machine, &["talosImageURL"], text(&image));
            }
            own.into_iter().for_each(|own| put(machine, &["schematic"], own.value.clone()));
        }
        if let Some(platform) = field("platform") {
            put(machine, &["machineSpec", "mode"], platform.clone());
        }
        if is_secure {
            put(machine, &["machineSpec", "secureboot"], Value::Bool(true));
        }
    }
}

/// A text that topf reads, which takes a number for one: an id of digits alone is an id.
fn said(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) | Value::Number(text) => Some(text),
        _ => None,
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path from a folder.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}
