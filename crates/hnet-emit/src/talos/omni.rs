//! `cluster-template.yaml` for Omni: a cluster, its control planes, its workers and each machine, with the patches of each.
//!
//! What is said of whom is as for topf ([`levels`]). Omni makes the secrets, the endpoint and the installer, so none of them
//! is said; of an image it is told what is in it. Start at [`file`].

use hnet_model::{Disk, Node as ModelNode, Origin, Role, Traced};

use super::levels::{self, Level, identity};
use super::machines::{documents, single_dollars};
use super::plan::Plan;
use crate::yaml::{Node, Value};
use crate::{Context, OutputFile};

/// The file of a cluster.
pub(super) fn file(context: &Context<'_>, plan: &Plan<'_>) -> OutputFile {
    let cluster = plan.cluster;
    let origin = Origin::written(cluster.span);
    let nodes = &cluster.nodes;
    let stream = |node: &ModelNode| {
        let mut documents = documents(plan, node);
        leave_to_omni(&mut documents, node);
        (node.role.value, documents)
    };
    let streams: Vec<(Role, Vec<Node>)> = nodes.iter().map(stream).collect();
    let mut levels = levels::levels(&streams);
    let mut patches = |level: Level| levels.remove(&level).map(self::patches).unwrap_or_default();
    let contents: Vec<Contents<'_>> = nodes.iter().map(Contents::of).collect();
    let shared = contents.first().filter(|first| contents.iter().all(|other| other.says_same(first)));

    let mut file = OutputFile::with_header(&context.header());
    let mut whole = kind("Cluster", origin);
    whole.set("name", text(cluster.name.value.as_str(), cluster.name.origin));
    let version = |version: String, origin: Origin| {
        let mut said = Node::mapping(origin);
        said.set("version", text(&version, origin));
        said
    };
    let kubernetes = &cluster.kubernetes;
    whole.set("kubernetes", version(format!("v{}", kubernetes.value.full()), kubernetes.origin));
    whole.set("talos", version(super::release(&plan.version.value), plan.version.origin));
    shared.into_iter().for_each(|shared| shared.put(&mut whole));
    add(&mut whole, "patches", patches(Level::All), origin);
    file.document(&whole);

    for (called, role) in [("ControlPlane", Role::ControlPlane), ("Workers", Role::Worker)] {
        let machines: Vec<Node> = nodes.iter().filter(|node| node.role.value == role).filter_map(id).collect();
        if machines.is_empty() {
            continue;
        }
        let mut group = kind(called, origin);
        add(&mut group, "machines", machines, origin);
        add(&mut group, "patches", patches(Level::Role(role)), origin);
        file.document(&group);
    }
    for (at, (node, contents)) in nodes.iter().zip(&contents).enumerate() {
        let (Some(id), origin) = (id(node), Origin::written(node.span)) else { continue };
        let mut machine = kind("Machine", origin);
        machine.set("name", id);
        if let Some(Traced { value: Disk::Path(path), origin }) = &node.disk {
            let mut install = Node::mapping(*origin);
            install.set("disk", text(path, *origin));
            machine.set("install", install);
        }
        if shared.is_none() {
            contents.put(&mut machine);
        }
        add(&mut machine, "patches", patches(Level::Machine(at)), origin);
        file.document(&machine);
    }
    single_dollars(&mut file);
    file
}

/// What is in the image of a machine.
struct Contents<'n> {
    extensions: &'n [Traced<String>],
    arguments: &'n [Traced<String>],
}

impl<'n> Contents<'n> {
    fn of(node: &'n ModelNode) -> Contents<'n> {
        let image = node.image.as_ref();
        Contents {
            extensions: image.map_or(&[], |image| &image.extensions),
            arguments: image.map_or(&[], |image| &image.kernel_arguments),
        }
    }

    fn says_same(&self, other: &Contents<'_>) -> bool {
        let same = |some: &[Traced<String>], others: &[Traced<String>]| {
            some.iter().map(|one| &one.value).eq(others.iter().map(|one| &one.value))
        };
        same(self.extensions, other.extensions) && same(self.arguments, other.arguments)
    }

    fn put(&self, within: &mut Node) {
        for (key, said) in [("systemExtensions", self.extensions), ("kernelArgs", self.arguments)] {
            if let Some(first) = said.first() {
                let all = said.iter().map(|one| text(&one.value, one.origin)).collect();
                within.set(key, Node::new(Value::Sequence(all), first.origin));
            }
        }
    }
}

/// Takes out what Omni decides: the installer, and the disk where the machine has a path to say it by.
fn leave_to_omni(documents: &mut Vec<Node>, node: &ModelNode) {
    documents.retain(|document| identity(document).0 != Some("UnattendedInstallConfig"));
    for core in documents.iter_mut().filter(|document| identity(document).0.is_none()) {
        let Some(install) = core.at_mut(&["machine", "install"]) else { continue };
        install.remove("disk");
        install.remove("image");
        if node.image.as_ref().is_some_and(|image| !image.kernel_arguments.is_empty()) {
            install.remove("extraKernelArgs");
        }
        for (path, key) in [(["machine"].as_slice(), "install"), (&[], "machine")] {
            if let Some(around) = core.at_mut(path)
                && around.get(key).is_some_and(is_empty)
            {
                around.remove(key);
            }
        }
    }
    documents.retain(|document| !is_empty(document));
}

fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::Mapping(entries) if entries.is_empty())
}

/// The documents of a level as patches, each called by what it is about.
fn patches(files: levels::Files) -> Vec<Node> {
    let called = |topic: &str, document: &Node| match identity(document) {
        (None, _) => topic.to_owned(),
        (Some(kind), None) => kind.to_owned(),
        (Some(kind), Some(name)) => format!("{kind}-{name}"),
    };
    let patch = |name: String, document: Node| {
        let mut patch = Node::mapping(document.origin);
        patch.set("name", text(&name, document.origin));
        patch.set("inline", document);
        patch
    };
    let topic = |file: &'static str| file.split_once('-').map_or(file, |(_, topic)| topic).trim_end_matches(".yaml");
    let all = files.into_iter().flat_map(|(file, documents)| documents.into_iter().map(move |one| (topic(file), one)));
    let all: Vec<(String, Node)> = all.map(|(topic, document)| (called(topic, &document), document)).collect();
    let names: Vec<String> = all.iter().map(|(name, _)| name.clone()).collect();
    // What is taken away is said again by the next one.
    let patch_at = |(at, (name, document)): (usize, (String, Node))| match names.get(at + 1) == Some(&name) {
        true => patch(format!("{name}-before"), document),
        false => patch(name, document),
    };
    all.into_iter().enumerate().map(patch_at).collect()
}

/// A document of the template.
fn kind(kind: &str, origin: Origin) -> Node {
    let mut document = Node::mapping(origin);
    document.set("kind", text(kind, origin));
    document
}

/// Adds a list, where there is anything in it.
fn add(within: &mut Node, key: &str, all: Vec<Node>, origin: Origin) {
    if !all.is_empty() {
        within.set(key, Node::new(Value::Sequence(all), origin));
    }
}

/// By what Omni knows a machine.
fn id(node: &ModelNode) -> Option<Node> {
    node.uuid.as_ref().map(|uuid| text(&uuid.value, uuid.origin))
}

fn text(text: &str, origin: Origin) -> Node {
    Node::new(Value::Text(text.to_owned()), origin)
}
