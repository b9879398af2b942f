//! What a talconfig would change of the machines of another, and what gives it back. Start at [`restored`].

use std::collections::BTreeMap;

use super::documents::{Document, Documents};
use super::machines::{FIELDS, Machine, OF_CONTROL_PLANES, SWITCHES, put, take};
use super::on_disk;
use super::talconfig::{Files, Made, OF_MACHINES, Whole, by_file, say};
use crate::Value;
use crate::compare::compare;
use crate::kinds::Kind;
use crate::lists::{Merging, merging};
use crate::pair::Facts;
use crate::path::Step;

/// A field of a machine that one talconfig makes another of than the one before.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored {
    /// The kind of its document; none of the core one.
    pub kind: Option<&'static str>,
    /// The keys to it.
    pub path: Vec<String>,
    /// What it was; none where nothing was said.
    pub value: Option<Value>,
    /// Whether what is there now has to go first, since what is laid over it would be added to it.
    pub goes_first: bool,
}

/// Fields that talhelper makes of its own keys, or that say in which other form links and names are said.
const NOT_COMPARED: &[&[&str]] = &[
    &["machine", "type"],
    &["machine", "install"],
    &["machine", "network", "interfaces"],
    &["machine", "network", "nameservers"],
    &["machine", "network", "extraHostEntries"],
    &["machine", "time", "disabled"],
    &["machine", "features", "stableHostname"],
    &["machine", "features", "kubePrism"],
];

/// For each pair of machines, by their host names in the one and the other, what must be laid over what the second
/// talconfig makes for it to be what the first makes. `is_document` says of a field of the core document whether a typed
/// one says it instead. Links are left out, since they have other names in another form.
#[must_use]
pub fn restored(
    was: (&Document, &Documents),
    is: (&Document, &Documents),
    machines: &[(String, String)],
    is_document: &dyn Fn(&[&str]) -> bool,
) -> Vec<Vec<Restored>> {
    let [was, is] = [was, is].map(|(talconfig, beside)| Side::of(talconfig, beside));
    let each = machines.iter().map(|(old, new)| match (was.made(old), is.made(new)) {
        (Some(old), Some(new)) => of_machine(old, new, is_document),
        _ => Vec::new(),
    });
    each.collect()
}

/// A talconfig with what stands beside it.
struct Side<'d> {
    talconfig: &'d Document,
    whole: Whole<'d>,
    files: Files<'d>,
    /// The places of its machines, by their host names.
    nodes: BTreeMap<String, usize>,
}

impl<'d> Side<'d> {
    fn of(talconfig: &'d Document, beside: &'d Documents) -> Side<'d> {
        let (whole, _) = Whole::of(talconfig);
        let mut nodes = BTreeMap::new();
        for (at, node) in whole.nodes.iter().enumerate() {
            let hostname = node.get("hostname").and_then(Value::as_str);
            hostname.into_iter().for_each(|name| _ = nodes.entry(name.to_owned()).or_insert(at));
        }
        Side { talconfig, whole, files: by_file(&beside.all), nodes }
    }

    /// What a machine is told, with what talhelper makes of keys that are no fields of a machine.
    fn made(&self, name: &str) -> Option<Made> {
        let mut made = self.whole.machine(&self.whole.nodes[*self.nodes.get(name)?], &self.files);
        for key in OF_MACHINES {
            say(key, &self.talconfig.value, &mut made.machine.core);
        }
        Some(made)
    }
}

/// How deep in the core document a part stands that may go as a whole.
const DEPTH: usize = 3;

fn of_machine(old: Made, new: Made, is_document: &dyn Fn(&[&str]) -> bool) -> Vec<Restored> {
    let unread = old.unread.iter().filter_map(Value::as_str).filter(|text| !text.starts_with('@'));
    let unread: Vec<&str> = unread.collect();
    let [mut old, mut new] = [old.machine, new.machine];
    let mut found = Vec::new();
    for machine in [&mut old, &mut new] {
        if machine.core.at(&["machine", "type"]).and_then(Value::as_str) == Some("worker") {
            OF_CONTROL_PLANES.iter().for_each(|key| _ = take(&mut machine.core, &["cluster", key]));
        }
    }
    for (path, kind, to) in FIELDS.iter().filter(|(_, kind, _)| !kind.is_empty()) {
        let [was, is] = [&mut old, &mut new].map(|machine| take_either(machine, path, kind, to));
        let is_typed = is_document(path);
        let (of, at) = if is_typed { (Kind::new("talos", kind), *to) } else { (Kind::machine(), *path) };
        let [was, is] = [was, is].map(|value| {
            let mut all = Value::Map(Vec::new());
            value.into_iter().for_each(|value| put(&mut all, at, value));
            all
        });
        differences(&of, is_typed.then_some(*kind), &is, &was, at, &mut found);
    }
    on_disk::without_same_encryption(&mut old, &mut new);
    on_disk::without_same_mirrors(&mut old, &mut new);
    for machine in [&mut old, &mut new] {
        // A service that is not off is on.
        let service = ["cluster", "discovery", "registries", "service", "disabled"];
        if machine.core.at(&service) == Some(&Value::Bool(false)) {
            take(&mut machine.core, &service);
        }
        if let Some(on) = take(&mut machine.core, &["cluster", "allowSchedulingOnMasters"]) {
            put(&mut machine.core, &["cluster", "allowSchedulingOnControlPlanes"], on);
        }
        SWITCHES.iter().map(|(path, ..)| *path).chain(NOT_COMPARED.iter().copied()).for_each(|path| {
            take(&mut machine.core, path);
        });
    }
    differences(&Kind::machine(), None, &new.core, &old.core, &[], &mut found);
    found.retain(|one| {
        let keys: Vec<&str> = one.path.iter().map(String::as_str).collect();
        // Of what another sort of patch does with a field nothing is known.
        let is_known = |text: &&&str| keys.iter().skip(1).any(|key| text.contains(key));
        (one.kind.is_some() || !is_document(&keys)) && !unread.iter().any(|text| is_known(&text))
    });
    found
}

/// What the core document says of a field, or a typed one, or of a mapping both: what is generated into the core one is there,
/// wherever words say more of it.
fn take_either(machine: &mut Machine, path: &[&str], kind: &str, to: &[&str]) -> Option<Value> {
    let core = take(&mut machine.core, path);
    let document = machine.documents.get_mut(&(kind.to_owned(), String::new()));
    match (core, document.and_then(|document| take(document, to))) {
        (Some(Value::Map(mut all)), Some(Value::Map(own))) => {
            all.retain(|(key, _)| own.iter().all(|(known, _)| known != key));
            all.extend(own);
            Some(Value::Map(all))
        }
        (core, document) => document.or(core),
    }
}

/// What has to be laid over a part of a document for it to be the other.
fn differences(
    of: &Kind,
    kind: Option<&'static str>,
    is: &Value,
    was: &Value,
    below: &[&str],
    found: &mut Vec<Restored>,
) {
    for field in compare(of, is, was, &Facts::default()).differing() {
        let keys: Vec<&str> = field
            .path
            .0
            .iter()
            .map_while(|step| if let Step::Key(key) = step { Some(key.as_str()) } else { None })
            .collect();
        // What is there in one only is a field as a whole, and not what it stands in.
        let keys = if keys.len() < below.len() { below.to_vec() } else { keys };
        let path: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        if found.iter().any(|known| known.kind == kind && known.path == path) {
            continue;
        }
        let (now, value) = (is.at(&keys), was.at(&keys).cloned());
        // What all of it stands in holds more than is compared, or what is said elsewhere.
        let parts = match (&value, now) {
            (None, Some(Value::Map(all))) | (Some(Value::Map(all)), None) => all.as_slice(),
            _ => &[],
        };
        if kind.is_none() && keys.len() < DEPTH && !parts.is_empty() {
            found.extend(parts.iter().map(|(key, part)| Restored {
                kind,
                path: path.iter().cloned().chain([key.clone()]).collect(),
                value: value.is_some().then(|| part.clone()),
                goes_first: value.is_none(),
            }));
            continue;
        }
        let adds = |value: &Value| matches!(value, Value::List(_)) && merging(of, &keys, None) != Merging::Replace;
        let goes_first =
            now.is_some() && value.as_ref().is_none_or(|value| adds(value) || matches!(value, Value::Map(_)));
        found.push(Restored { kind, path, value, goes_first });
    }
}
