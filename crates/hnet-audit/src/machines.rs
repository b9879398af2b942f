//! Machines that other tools than talhelper keep, in the form of a talconfig: whole machine configurations, templates and
//! their parts for each machine, topf's folders, and cluster templates of Omni.
//!
//! Only what is written in the clear is taken: names, roles, links with their addresses and virtual IPs, labels. A link of
//! which something is not known may have any address, so of it nothing else is said. Start at [`all`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{FileId, Span};
use hnet_repository::{File, Repository, TalosForm, TalosSource};
use hnet_yaml::{Field, Map, Style, Text, Value, ValueKind};

/// The machines of one folder.
pub(crate) struct Found {
    /// The path of the file that stands for them.
    pub(crate) path: String,
    /// What they are, as a talconfig says it.
    pub(crate) value: Value,
}

/// A key of a head that no talconfig has: it is of a cluster template of Omni.
const OMNI: &str = "omni";

/// A machine as far as it is known.
#[derive(Default)]
struct Machine {
    name: Option<Value>,
    /// What its files are called, where it has no other name.
    called: Option<Value>,
    address: Option<Value>,
    is_worker: Option<bool>,
    links: Vec<Value>,
    /// The documents beside the core one, as far as they are known.
    documents: Vec<Value>,
    /// Whether one that asks DHCP is not.
    has_unknown: bool,
    labels: Option<Value>,
}

/// All machines that are applied and that no talconfig says.
pub(crate) fn all(repository: &Repository) -> Vec<Found> {
    let is_it = |own: &&TalosSource| {
        own.is_preferred
            && matches!(own.form, TalosForm::Machine | TalosForm::Jinja | TalosForm::Topf | TalosForm::Omni)
    };
    let mut paths: Vec<&str> = repository.talos.iter().filter(is_it).map(|own| own.path.as_str()).collect();
    paths.dedup();
    let files: Vec<&File> =
        repository.files.iter().filter(|file| paths.binary_search(&file.path.as_str()).is_ok()).collect();
    // What says of a cluster how it is called stands in its folder.
    let mut found: BTreeMap<&str, Found> = BTreeMap::new();
    for file in &files {
        let head = file.documents.iter().find_map(head);
        if let Some(head) = head {
            found.entry(folder(&file.path)).or_insert(Found { path: file.path.clone(), value: head });
        }
    }
    // Beside whole configurations stand patches, of which nothing says whose they are.
    let of_whole: BTreeSet<&str> = files
        .iter()
        .filter(|file| !file.is_template && file.documents.iter().any(is_whole))
        .map(|file| folder(&file.path))
        .collect();
    let mut machines: BTreeMap<&str, BTreeMap<String, Machine>> = BTreeMap::new();
    // Parts of machines stand in files that are none of templates, too.
    let within = |file: &&File| {
        let mut ways = std::iter::successors(Some(folder(&file.path)), |way| (!way.is_empty()).then(|| folder(way)));
        ways.find(|way| found.contains_key(way)).and_then(|way| found.get_key_value(way)).map(|(way, _)| *way)
    };
    let applied: BTreeSet<FileId> =
        repository.talos.iter().filter(|own| own.is_preferred).map(|own| own.file).collect();
    let parts = repository.files.iter().filter(|file| applied.contains(&file.id));
    for file in parts.filter(|file| !file.has_branches) {
        let Some(way) = within(&file) else { continue };
        let machines = machines.entry(way).or_default();
        if file.documents.iter().any(|document| text(document, &["kind"]) == Some("Machine")) {
            omni(file, repository, machines);
        } else if file.path == found[way].path && file.documents.iter().any(|document| document.get("nodes").is_some())
        {
            file.documents.iter().for_each(|document| topf(document, machines));
        } else if found[way].value.get(OMNI).is_some() {
            // Its patches belong to the machines that name them.
        } else if let Some(key) =
            machine_of(file, way).filter(|_| !of_whole.contains(way) || file.documents.iter().any(is_whole))
        {
            let place = file.documents.first().map_or(found[way].value.span, |document| document.span);
            let called = Value::text_at(key.as_str(), place);
            let machine = machines.entry(key).or_default();
            machine.called.get_or_insert(called);
            machine.is_worker = machine.is_worker.or_else(|| role(&file.path));
            file.documents.iter().for_each(|document| machine.read(document));
        }
    }
    for (way, machines) in machines {
        let Some(found) = found.get_mut(way) else { continue };
        let named = machines.into_values().filter_map(Machine::value).collect();
        let place = found.value.span;
        put(&mut found.value, "nodes", Value::of(ValueKind::List(named), place));
    }
    found.into_values().filter(|found| !found.value.items_of("nodes").is_empty()).collect()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a document says of its cluster, as the head of a talconfig.
fn head(document: &Value) -> Option<Value> {
    let is_omni = text(document, &["kind"]) == Some("Cluster") && document.get("apiVersion").is_none();
    let name = match is_omni {
        true => document.get("name"),
        false => document.get("clusterName").or_else(|| document.at(&["cluster", "clusterName"])),
    };
    let mut head = Value::of(ValueKind::Map(Map::new()), document.span);
    put(&mut head, "clusterName", name.filter(|name| is_known(name))?.clone());
    if is_omni {
        put(&mut head, OMNI, Value::text_at("", document.span));
    }
    let endpoint = document.get("clusterEndpoint").or_else(|| document.at(&["cluster", "controlPlane", "endpoint"]));
    for (key, value) in [
        ("endpoint", endpoint),
        ("clusterPodNets", document.at(&["cluster", "network", "podSubnets"])),
        ("clusterSvcNets", document.at(&["cluster", "network", "serviceSubnets"])),
    ] {
        if let Some(value) = value.filter(|value| is_known(value)) {
            put(&mut head, key, value.clone());
        }
    }
    Some(head)
}

/// By which name a file is of one machine: that which it says, or which its folder has.
fn machine_of(file: &File, way: &str) -> Option<String> {
    let said = file.documents.iter().find_map(hostname).and_then(Value::as_str);
    let inner = file.path.get(way.len()..)?.trim_start_matches('/');
    let parts: Vec<&str> = inner.split('/').collect();
    match parts.as_slice() {
        // Those of topf, and of people who have several files for one.
        ["node" | "nodes", name, _] if role(name).is_none() => Some((*name).to_owned()),
        ["node" | "nodes", .., name] => Some(stem(name).replace('.', "-")),
        _ if file.documents.iter().any(is_whole) => Some(stem(inner).replace('.', "-")),
        _ => said.map(str::to_owned),
    }
}

/// A path without the ends that say of which form its file is.
fn stem(path: &str) -> &str {
    let ends = [".yaml", ".yml", ".j2", ".tpl", ".gotmpl", ".tmpl", ".sops", ".patch"];
    let mut stem = path;
    while let Some(shorter) = ends.iter().find_map(|end| stem.strip_suffix(end)) {
        stem = shorter;
    }
    stem
}

/// Whether a document is a whole configuration of a machine.
fn is_whole(document: &Value) -> bool {
    text(document, &["version"]) == Some("v1alpha1") && document.at(&["machine", "type"]).is_some()
}

/// The role that a path speaks of.
fn role(path: &str) -> Option<bool> {
    path.split('/').find_map(|part| match part {
        "worker" | "workers" => Some(true),
        "control-plane" | "controlplane" | "controlplanes" => Some(false),
        _ => None,
    })
}

/// The name that a document gives to a machine.
fn hostname(document: &Value) -> Option<&Value> {
    let said = match text(document, &["kind"]) {
        Some("HostnameConfig") => document.get("hostname"),
        Some(_) => None,
        None => document.at(&["machine", "network", "hostname"]),
    };
    said.filter(|name| is_known(name))
}

impl Machine {
    fn read(&mut self, document: &Value) {
        self.name = self.name.take().or_else(|| hostname(document).cloned());
        self.is_worker = match text(document, &["machine", "type"]) {
            Some("worker") => Some(true),
            Some("controlplane") => Some(false),
            _ => self.is_worker,
        };
        for link in document.at(&["machine", "network", "interfaces"]).into_iter().flat_map(Value::items) {
            self.links.extend(is_known(link).then(|| link.clone()));
        }
        if let Some(labels) = document.at(&["machine", "nodeLabels"]).filter(|labels| is_known(labels)) {
            self.labels.get_or_insert_with(|| labels.clone());
        }
        if text(document, &["kind"]).is_some() {
            // Which addresses a link has is known also where a route of it is not.
            let mut known = document.clone();
            if let Some(fields) = known.as_map_mut() {
                fields.retain(|_, field| is_known(&field.value));
            }
            let is_lost = |key| document.get(key).is_some() && known.get(key).is_none();
            match is_lost("name") || is_lost("addresses") {
                true => self.has_unknown |= text(document, &["kind"]).is_some_and(|kind| kind.starts_with("DHCP")),
                false => self.documents.push(known),
            }
        }
    }

    /// The machine as a talconfig has it; none without a name.
    fn value(mut self) -> Option<Value> {
        if !self.has_unknown {
            self.links.extend(hnet_import::facts::links_of(&self.documents));
        }
        let name = self.name.or(self.called)?;
        let mut value = Value::of(ValueKind::Map(Map::new()), name.span);
        let is_control_plane = if self.is_worker == Some(true) { "false" } else { "true" };
        let role = ValueKind::Scalar(Text::at(is_control_plane, name.span), Style::Plain);
        put(&mut value, "controlPlane", Value::of(role, name.span));
        if !self.links.is_empty() {
            put(&mut value, "networkInterfaces", Value::of(ValueKind::List(self.links), name.span));
        }
        if let Some(address) = self.address {
            put(&mut value, "ipAddress", address);
        }
        if let Some(labels) = self.labels {
            put(&mut value, "nodeLabels", labels);
        }
        put(&mut value, "hostname", name);
        Some(value)
    }
}

/// The machines that `topf.yaml` lists.
fn topf(document: &Value, machines: &mut BTreeMap<String, Machine>) {
    for node in document.items_of("nodes") {
        let Some(host) = node.get("host").filter(|host| is_known(host)) else { continue };
        let machine = machines.entry(host.as_str().unwrap_or_default().to_owned()).or_default();
        machine.called = Some(host.clone());
        machine.is_worker = node.str_at(&["role"]).map(|role| role == "worker");
        machine.address = node.get("ip").filter(|ip| is_known(ip)).cloned();
    }
}

/// The machines of a cluster template: each with its patches, in place or in files beside it.
fn omni(file: &File, repository: &Repository, machines: &mut BTreeMap<String, Machine>) {
    let workers: Vec<&str> = file
        .documents
        .iter()
        .filter(|document| text(document, &["kind"]) == Some("Workers"))
        .flat_map(|document| document.items_of("machines").iter().filter_map(Value::as_str))
        .collect();
    for document in file.documents.iter().filter(|document| text(document, &["kind"]) == Some("Machine")) {
        let Some(id) = text(document, &["name"]) else { continue };
        let machine = machines.entry(id.to_owned()).or_default();
        machine.is_worker = Some(workers.contains(&id));
        for patch in document.items_of("patches") {
            patch.get("inline").into_iter().for_each(|inline| machine.read(inline));
            let path = patch.get("file").and_then(Value::as_str);
            let path = path.and_then(|path| hnet_language::include::resolve(&file.path, path));
            let named = repository.files.iter().find(|file| Some(&file.path) == path.as_ref());
            named.into_iter().flat_map(|file| &file.documents).for_each(|document| machine.read(document));
        }
    }
}

fn text<'v>(value: &'v Value, keys: &[&str]) -> Option<&'v str> {
    value.str_at(keys)
}

/// Whether all of a value is written in the clear.
fn is_known(value: &Value) -> bool {
    let mut is_known = true;
    value.leaves(&mut |_, leaf| {
        let is_open = |text: &str| {
            text.contains("{{")
                || text.contains("${")
                || text.contains("://") && text.starts_with("op")
                || text.starts_with("ENC[")
        };
        is_known &= !leaf.as_str().is_some_and(is_open);
    });
    is_known
}

fn put(value: &mut Value, key: &str, inner: Value) {
    let span: Span = inner.span;
    if let Some(map) = value.as_map_mut() {
        map.insert(key.into(), Field { key: Text::at(key, span), comments: None, merged: None, value: inner });
    }
}
