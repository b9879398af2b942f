//! A folder of topf's as a talconfig: the patches that it lays over each machine, in its order. What stands in templates is
//! not known here, but for those that hnet writes. (postfinance/topf, `pkg/config`.) Start at [`to_talconfigs`].

use std::collections::BTreeMap;

use hnet_manifests::talos::topf_templates::{actions, meaning};

use super::documents::{Document, Documents};
use super::machines::{map, put, text};
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
            let topf = Topf::of(&documents.all[at], &documents.all);
            let (value, laid) = (topf.talconfig(), topf.laid());
            documents.all[at].value = value;
            let mut at = 0;
            documents.all.retain(|_| {
                at += 1;
                !laid.contains(&(at - 1))
            });
        }
    }
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
    all: &'d [Document],
    /// The numbers of the documents that are laid, by their paths from the folder, in the order of those.
    patches: BTreeMap<Vec<&'d str>, Vec<usize>>,
}

impl<'d> Topf<'d> {
    fn of(topf: &'d Document, all: &'d [Document]) -> Topf<'d> {
        let below = match topf.value.get("patchesDir").and_then(said) {
            Some(own) => join(folder(&topf.file), own),
            None => folder(&topf.file).to_owned(),
        };
        let mut patches: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        for (at, document) in all.iter().enumerate().filter(|(_, document)| document.kind.is_talos()) {
            let inner = match below.as_str() {
                "" => Some(document.file.as_str()),
                below => document.file.strip_prefix(below).and_then(|rest| rest.strip_prefix('/')),
            };
            if let Some(inner) = inner {
                patches.entry(inner.split('/').collect()).or_default().push(at);
            }
        }
        Topf { topf, all, patches }
    }

    fn nodes(&self) -> impl Iterator<Item = (&'d Value, &'d str, &'d str)> {
        let nodes = self.topf.value.get("nodes").map_or(&[][..], Value::items).iter();
        let text = |node: &'d Value, key| node.get(key).and_then(said);
        nodes.filter_map(move |node| Some((node, text(node, "host")?, text(node, "role")?)))
    }

    /// The numbers of the documents that are laid over a machine.
    fn of_machine(&self, host: &str, role: &str) -> Vec<usize> {
        let stages = [vec!["all"], vec![role], vec!["node", host]];
        let below = |stage: &Vec<&str>| {
            let within = |path: &&Vec<&str>| path.len() > stage.len() && path.starts_with(stage);
            self.patches.keys().filter(within).flat_map(|path| self.patches[path].iter().copied()).collect::<Vec<_>>()
        };
        stages.iter().flat_map(below).collect()
    }

    /// The numbers of all documents that are laid over some machine.
    fn laid(&self) -> Vec<usize> {
        self.nodes().flat_map(|(_, host, role)| self.of_machine(host, role)).collect()
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
        for document in self.of_machine(host, role).into_iter().map(|at| &self.all[at]) {
            let mut value = document.value.clone();
            as_in_talconfig(&mut value);
            let named = match document.kind.kind.as_str() {
                "HostnameConfig" => value.get("hostname"),
                "v1alpha1" => value.at(&["machine", "network", "hostname"]),
                _ => None,
            };
            named.and_then(Value::as_str).into_iter().for_each(|named| named.clone_into(&mut hostname));
            for (_, path) in IMAGES.iter().filter(|(kind, _)| *kind == document.kind.kind) {
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
            let own = self.all.iter().find(|document| document.file == path);
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
