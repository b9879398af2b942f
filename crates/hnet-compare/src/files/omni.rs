//! A cluster template of Omni as a talconfig: the patches of the cluster, of its control planes or workers, and of each
//! machine, in their order. (siderolabs/omni, `client/pkg/template`.) Start at [`to_talconfigs`].

use std::collections::BTreeSet;

use super::documents::{Document, Documents};
use super::machines::{map, put, take, text};
use crate::Value;
use crate::kinds::Kind;

/// A key of a talconfig that was made of a template, whose patches are documents and no texts.
pub(super) const MADE: &str = "made of a template";

/// What a document of a template says that becomes something else.
const MOVED: [&str; 9] =
    ["kind", "name", "kubernetes", "talos", "machines", "patches", "install", "systemExtensions", "kernelArgs"];

/// Puts a talconfig in the place of each template whose cluster the other side says as well.
pub(super) fn to_talconfigs(before: &mut Documents, after: &mut Documents) {
    let names = |documents: &Documents| -> BTreeSet<String> {
        let of_talconfigs = documents.all.iter().filter(|own| own.kind == Kind::talconfig());
        let of_templates = documents.all.iter().filter(|own| is_of(own, "Cluster")).filter_map(name);
        of_talconfigs.map(|own| own.name.as_str()).chain(of_templates).map(str::to_owned).collect()
    };
    let (old, new) = (names(before), names(after));
    for (documents, others) in [(&mut *before, new), (&mut *after, old)] {
        let is_it = |own: &Document| is_of(own, "Cluster") && name(own).is_some_and(|name| others.contains(name));
        while let Some(at) = documents.all.iter().position(is_it) {
            let template = Template { cluster: &documents.all[at], all: &documents.all };
            let made = template.talconfig();
            let (file, laid) = (made.file.clone(), template.laid());
            documents.all.retain(|own| !(laid.contains(&own.file) || own.file == file && is_part(own)));
            documents.all.push(made);
        }
    }
}

/// Says of a template what Omni decides, which is that which the other side says.
pub(super) fn say_decided(before: &mut Documents, after: &mut Documents) {
    for key in ["endpoint", "talosVersion", "kubernetesVersion"] {
        say_as_the_other(before, after, key);
        say_as_the_other(after, before, key);
    }
}

fn say_as_the_other(documents: &mut Documents, others: &Documents, key: &str) {
    for own in documents.all.iter_mut().filter(|own| is_made(own)).filter(|own| own.value.get(key).is_none()) {
        let mut same = others.all.iter().filter(|other| other.kind == Kind::talconfig() && other.name == own.name);
        if let Some(said) = same.find_map(|other| other.value.get(key)) {
            put(&mut own.value, &[key], said.clone());
        }
    }
}

/// Whether a talconfig was made of a template.
pub(super) fn is_made(own: &Document) -> bool {
    own.kind == Kind::talconfig() && own.value.get(MADE).is_some()
}

/// Whether a document is of a template.
fn is_part(own: &Document) -> bool {
    ["Cluster", "ControlPlane", "Workers", "Machine"].iter().any(|kind| is_of(own, kind))
}

fn is_of(own: &Document, kind: &str) -> bool {
    own.kind == Kind::values("")
        && own.value.get("apiVersion").is_none()
        && own.value.get("kind").and_then(Value::as_str) == Some(kind)
}

fn name(own: &Document) -> Option<&str> {
    own.value.get("name").and_then(Value::as_str)
}

/// A template.
struct Template<'d> {
    cluster: &'d Document,
    all: &'d [Document],
}

impl<'d> Template<'d> {
    fn of_kind(&self, kind: &'static str) -> impl Iterator<Item = &'d Value> {
        let file = &self.cluster.file;
        self.all.iter().filter(move |own| own.file == *file && is_of(own, kind)).map(|own| &own.value)
    }

    fn machine_of(&self, id: &str) -> Option<&'d Value> {
        self.of_kind("Machine").find(|own| own.get("name").and_then(Value::as_str) == Some(id))
    }

    fn talconfig(&self) -> Document {
        let cluster = &self.cluster.value;
        let mut talconfig = map([(MADE, Value::Bool(true))]);
        for (key, path) in [("talosVersion", ["talos", "version"]), ("kubernetesVersion", ["kubernetes", "version"])] {
            cluster.at(&path).into_iter().for_each(|said| put(&mut talconfig, &[key], said.clone()));
        }
        put(&mut talconfig, &["clusterName"], text(name(self.cluster).unwrap_or_default()));
        put_rest(cluster, &mut talconfig);
        let mut nodes = Vec::new();
        for (kind, is_control_plane) in [("ControlPlane", true), ("Workers", false)] {
            for set in self.of_kind(kind) {
                let machines = set.get("machines").map_or(&[][..], Value::items).iter().filter_map(Value::as_str);
                nodes.extend(machines.map(|id| self.machine(id, set, is_control_plane)));
                let mut rest = map([]);
                put_rest(set, &mut rest);
                if !rest.entries().is_empty() {
                    let called = set.get("name").and_then(Value::as_str).unwrap_or("default");
                    put(&mut talconfig, &[kind, called], rest);
                }
            }
        }
        put(&mut talconfig, &["nodes"], Value::List(nodes));
        let name = name(self.cluster).unwrap_or_default().to_owned();
        Document { kind: Kind::talconfig(), namespace: String::new(), name, value: talconfig, ..self.cluster.clone() }
    }

    fn machine(&self, id: &str, set: &Value, is_control_plane: bool) -> Value {
        let own = self.machine_of(id);
        let levels = [Some(&self.cluster.value), Some(set), own];
        let patches: Vec<Value> = levels.into_iter().flatten().flat_map(|level| self.patches(level)).collect();
        let named = patches.iter().rev().find_map(|patch| match patch.get("kind").and_then(Value::as_str) {
            None => patch.at(&["machine", "network", "hostname"])?.as_str(),
            Some("HostnameConfig") => patch.get("hostname")?.as_str(),
            Some(_) => None,
        });
        let mut machine = map([
            ("hostname", text(named.unwrap_or(id))),
            ("controlPlane", Value::Bool(is_control_plane)),
            ("uuid", text(id)),
            ("patches", Value::List(patches.clone())),
        ]);
        if let Some(disk) = own.and_then(|own| own.at(&["install", "disk"])) {
            put(&mut machine, &["installDisk"], disk.clone());
        }
        for (key, path) in [
            ("systemExtensions", &["schematic", "customization", "systemExtensions", "officialExtensions"][..]),
            ("kernelArgs", &["schematic", "customization", "extraKernelArgs"]),
        ] {
            let said = levels.into_iter().flatten().rev().find_map(|level| level.get(key));
            said.into_iter().for_each(|said| put(&mut machine, path, said.clone()));
        }
        own.into_iter().for_each(|own| put_rest(own, &mut machine));
        machine
    }

    /// The patches of a document, as far as they are in it or among the files.
    fn patches(&self, level: &Value) -> Vec<Value> {
        let patches = level.get("patches").map_or(&[][..], Value::items).iter();
        let documents = patches.flat_map(|patch| match (patch.get("inline"), patch.get("file")) {
            (Some(inline), _) => vec![inline.clone()],
            (None, Some(file)) => self.file(file.as_str().unwrap_or_default()),
            (None, None) => Vec::new(),
        });
        documents.collect()
    }

    fn file(&self, path: &str) -> Vec<Value> {
        let paths = self.paths(path);
        let found = paths.iter().find(|path| self.all.iter().any(|own| own.file == **path));
        let documents = self.all.iter().filter(|own| Some(&own.file) == found && own.kind.is_talos());
        documents.map(|own| own.value.clone()).collect()
    }

    /// What a path may mean: it is looked for where Omni's client is called, which may be anywhere.
    fn paths(&self, path: &str) -> [String; 2] {
        let path = path.trim_start_matches("./");
        let folder = self.cluster.file.rsplit_once('/').map(|(folder, _)| format!("{folder}/{path}"));
        [folder.unwrap_or_else(|| path.to_owned()), path.to_owned()]
    }

    /// The files that it names.
    fn laid(&self) -> BTreeSet<String> {
        let parts = self.all.iter().filter(|own| own.file == self.cluster.file && is_part(own));
        let patches = parts.flat_map(|own| own.value.get("patches").map_or(&[][..], Value::items));
        let named = patches.filter_map(|patch| patch.get("file")?.as_str());
        named.flat_map(|path| self.paths(path)).collect()
    }
}

/// Says what of a document Omni alone reads.
fn put_rest(document: &Value, into: &mut Value) {
    for (key, value) in document.entries().iter().filter(|(key, _)| !MOVED.contains(&key.as_str())) {
        put(into, &[key], value.clone());
    }
}

/// Takes the mark out of a talconfig. Whether it was there.
pub(super) fn take_mark(talconfig: &mut Value) -> bool {
    take(talconfig, &[MADE]).is_some()
}
