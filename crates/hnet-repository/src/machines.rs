//! What a repository says of the machines of its clusters: in the form of a talconfig, whatever form it has, with the place
//! of each part. Start at [`all`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::bases;
use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Field, Map, Reader, Style, Text, Value, ValueKind};
use smol_str::SmolStr;

use crate::change::State;
use crate::files::File;
use crate::variables::substitute;
use crate::{Document, TalosForm, TalosSource, paths};

/// The machines of a cluster, as a file of the repository says them.
#[derive(Clone, Debug)]
pub struct Machines {
    /// The form of the file.
    pub form: TalosForm,
    /// What it says, as a talconfig does. A machine of which not all is known has no `hostname`.
    pub value: Value,
    /// The files that were read for it.
    pub(crate) files: Vec<FileId>,
}

/// How a form is read, of all its sources that are applied.
type Read = fn(&Known<'_>, &[&TalosSource]) -> Vec<Machines>;

/// The forms that are read. hnet's own files for OpenTofu are the build's, and those of others are not read.
const FORMS: [(&[TalosForm], Read); 4] = [
    (&[TalosForm::Talhelper], |known, sources| sources.iter().filter_map(|source| talconfig(known, source)).collect()),
    (&[TalosForm::Topf], |known, sources| sources.iter().filter_map(|source| topf(known, source)).collect()),
    (&[TalosForm::Omni], |known, sources| sources.iter().filter_map(|source| omni(known, source)).collect()),
    (&[TalosForm::Machine, TalosForm::Jinja, TalosForm::Patch], configurations),
];

/// What is said of machines in the form that is applied, but for files that are removed.
pub(crate) fn all(state: &State<'_>, removed: &BTreeSet<String>) -> Vec<Machines> {
    let applied: Vec<&TalosSource> = {
        let all = state.repository.talos.iter();
        all.filter(|source| source.is_preferred && !removed.contains(&source.path)).collect()
    };
    let known = Known::of(state);
    let read = FORMS.iter().flat_map(|(forms, read)| {
        let own: Vec<&TalosSource> = applied.iter().filter(|source| forms.contains(&source.form)).copied().collect();
        read(&known, &own)
    });
    read.collect()
}

/// The files of which all that is written is known.
struct Known<'s> {
    state: &'s State<'s>,
    by_id: BTreeMap<FileId, &'s File>,
    by_path: BTreeMap<&'s str, &'s File>,
}

impl<'s> Known<'s> {
    fn of(state: &'s State<'s>) -> Known<'s> {
        let files = || state.repository.files.iter().filter(|file| !file.has_branches);
        Known {
            state,
            by_id: files().map(|file| (file.id, file)).collect(),
            by_path: files().map(|file| (file.path.as_str(), file)).collect(),
        }
    }

    fn file(&self, id: FileId) -> Option<&'s File> {
        self.by_id.get(&id).copied()
    }

    /// One that is no template.
    fn at(&self, path: &str) -> Option<&'s File> {
        self.by_path.get(path).copied().filter(|file| !file.is_template)
    }
}

/// A talconfig with what talhelper puts into it.
fn talconfig(known: &Known<'_>, source: &TalosSource) -> Option<Machines> {
    let file = known.file(source.file).filter(|file| !file.is_template)?;
    let mut value = file.documents.get(source.index as usize)?.clone();
    if let Some(environment) = known.state.environment(&file.path) {
        let mut document = Document::written(value, file.id, source.index as usize);
        // What is encrypted may define others.
        substitute(&mut document, environment, true);
        value = document.value;
    }
    Some(Machines { form: TalosForm::Talhelper, value, files: Vec::new() })
}

/// A `topf.yaml`, with what it says as a talconfig does as well.
fn topf(known: &Known<'_>, source: &TalosSource) -> Option<Machines> {
    let file = known.file(source.file).filter(|_| paths::name(&source.path) == "topf.yaml")?;
    let mut value = file.documents.get(source.index as usize)?.clone();
    // Machines that a program adds are not known.
    if value.get("nodesProvider").is_some() {
        return None;
    }
    also(&mut value, "clusterEndpoint", "endpoint");
    for node in value.as_map_mut()?.get_mut("nodes")?.value.as_list_mut()? {
        also(node, "host", "hostname");
        also(node, "ip", "ipAddress");
        let role = node.get("role")?;
        let role = is_control_plane(role.as_str() == Some("control-plane"), role.span);
        put(node, "controlPlane", role);
    }
    Some(Machines { form: TalosForm::Topf, value, files: Vec::new() })
}

/// A cluster template of Omni.
fn omni(known: &Known<'_>, source: &TalosSource) -> Option<Machines> {
    let file = known.file(source.file).filter(|file| !file.is_template)?;
    let of_kind = |kind: &'static str| {
        file.documents.iter().filter(move |own| own.get("apiVersion").is_none() && own.str_at(&["kind"]) == Some(kind))
    };
    let cluster = file.documents.get(source.index as usize).filter(|own| own.str_at(&["kind"]) == Some("Cluster"))?;
    let mut value = map(cluster.span);
    for (key, from) in [
        ("clusterName", &["name"][..]),
        ("talosVersion", &["talos", "version"]),
        ("kubernetesVersion", &["kubernetes", "version"]),
    ] {
        cluster.at(from).into_iter().for_each(|said| put(&mut value, key, said.clone()));
    }
    let (mut nodes, mut files) = (Vec::new(), Vec::new());
    let owns: BTreeMap<&str, &Value> =
        of_kind("Machine").filter_map(|own| Some((own.str_at(&["name"])?, own))).collect();
    for (kind, is_first) in [("ControlPlane", true), ("Workers", false)] {
        for set in of_kind(kind) {
            // Which machines Omni takes of a class is not known.
            nodes.extend(set.get("machineClass").map(|class| map(class.span)));
            for id in set.items_of("machines") {
                let own = id.as_str().and_then(|id| owns.get(id)).copied();
                let levels = [Some(cluster), Some(set), own];
                let patches = levels.into_iter().flatten().flat_map(|level| level.items_of("patches"));
                let documents = patches.map(|patch| patch_of(known, &file.path, patch, &mut files));
                let documents = documents.collect::<Option<Vec<_>>>().map(|all| all.concat());
                let mut node = machine(documents.as_deref().unwrap_or_default(), id.span);
                put(&mut node, "uuid", id.clone());
                put(&mut node, "controlPlane", is_control_plane(is_first, id.span));
                // A patch that is not known may say a host name.
                if documents.is_some() && node.get("hostname").is_none() {
                    put(&mut node, "hostname", id.clone());
                }
                let disk = own.and_then(|own| own.at(&["install", "disk"]));
                disk.into_iter().for_each(|disk| put(&mut node, "installDisk", disk.clone()));
                nodes.push(node);
            }
        }
    }
    put(&mut value, "nodes", Value::of(ValueKind::List(nodes), cluster.span));
    Some(Machines { form: TalosForm::Omni, value, files })
}

/// The documents of a patch of Omni's, whose file lies beside the template or where Omni's client is called; none where it is
/// not known.
fn patch_of<'s>(
    known: &Known<'s>,
    template: &str,
    patch: &'s Value,
    files: &mut Vec<FileId>,
) -> Option<Vec<&'s Value>> {
    if let Some(inline) = patch.get("inline") {
        return Some(vec![inline]);
    }
    let path = patch.str_at(&["file"])?.trim_start_matches("./");
    let beside = paths::join(paths::folder(template), path);
    let found = beside.as_deref().and_then(|path| known.at(path)).or_else(|| known.at(path))?;
    files.push(found.id);
    Some(found.documents.iter().collect())
}

/// Whole machine configurations, each with the patches of its machine.
fn configurations(known: &Known<'_>, sources: &[&TalosSource]) -> Vec<Machines> {
    let mut looked_at: Vec<(&File, bool)> = Vec::new();
    for source in sources {
        let may_be_whole = source.form != TalosForm::Patch;
        match looked_at.last_mut().filter(|(file, _)| file.id == source.file) {
            Some((_, known)) => *known |= may_be_whole,
            None => looked_at.extend(known.file(source.file).map(|file| (file, may_be_whole))),
        }
    }
    if !looked_at.iter().any(|(_, may_be_whole)| *may_be_whole) {
        return Vec::new();
    }
    let part = |(file, may_be_whole): &(&File, bool)| {
        let said = file.documents.iter().map(|own| hnet_compare::Value::of(own, Reader::Talos)).collect::<Vec<_>>();
        bases::Part::of(&file.path, *may_be_whole, &said)
    };
    let parts: Vec<bases::Part> = looked_at.iter().map(part).collect();
    let clusters = bases::clusters(&parts).into_iter().filter(|cluster| !cluster.machines.is_empty());
    clusters.map(|cluster| of_cluster(&cluster, &looked_at)).collect()
}

fn of_cluster(cluster: &bases::Cluster, files: &[(&File, bool)]) -> Machines {
    let start = files[cluster.machines[0].files[0]].0.documents.first().map_or(Span::default(), |first| first.span);
    let (mut value, mut nodes, mut read) = (map(start), Vec::new(), BTreeSet::new());
    let mut versions: [Vec<Value>; 2] = Default::default();
    for one in &cluster.machines {
        let documents: Vec<&Value> = one.files.iter().flat_map(|at| &files[*at].0.documents).collect();
        read.extend(one.files.iter().map(|at| files[*at].0.id));
        let core = |path: &[&str]| last(&documents, &[(None, path)]);
        for (key, said) in [("clusterName", core(&CLUSTER)), ("endpoint", core(&ENDPOINT))] {
            if let (Some(said), None) = (said, value.get(key)) {
                put(&mut value, key, said.clone());
            }
        }
        let images = [last(&documents, &INSTALLERS), core(&["machine", "kubelet", "image"])];
        for (all, image) in versions.iter_mut().zip(images) {
            all.extend(image.and_then(tag));
        }
        let mut node = machine(&documents, start);
        match core(&["machine", "type"]) {
            Some(said) => put(&mut node, "controlPlane", is_control_plane(one.role == 0, said.span)),
            // It is only guessed.
            None => node = map(start),
        }
        nodes.push(node);
    }
    for (key, all) in ["talosVersion", "kubernetesVersion"].into_iter().zip(versions) {
        let is_one = all.iter().all(|one| one.as_str() == all[0].as_str());
        all.into_iter().next().filter(|_| is_one).into_iter().for_each(|version| put(&mut value, key, version));
    }
    // A file that is of no machine may be of one that is not known.
    nodes.extend((!cluster.notes.is_empty()).then(|| map(start)));
    put(&mut value, "nodes", Value::of(ValueKind::List(nodes), start));
    Machines { form: TalosForm::Machine, value, files: read.into_iter().collect() }
}

const CLUSTER: [&str; 2] = ["cluster", "clusterName"];
const ENDPOINT: [&str; 3] = ["cluster", "controlPlane", "endpoint"];

/// Where documents say the installer, by their kinds.
const INSTALLERS: [(Option<&str>, &[&str]); 2] =
    [(None, &["machine", "install", "image"]), (Some("UnattendedInstallConfig"), &["installer", "image"])];

/// Where they say the host name.
const HOSTNAMES: [(Option<&str>, &[&str]); 2] =
    [(None, &["machine", "network", "hostname"]), (Some("HostnameConfig"), &["hostname"])];

/// The documents of links that have addresses.
const LINKS: [&str; 6] =
    ["LinkConfig", "VLANConfig", "BondConfig", "BridgeConfig", "DummyLinkConfig", "WireguardConfig"];

/// The last that documents say in one of these fields.
fn last<'v>(documents: &[&'v Value], fields: &[(Option<&str>, &[&str])]) -> Option<&'v Value> {
    let said = |document: &&'v Value| {
        let field = fields.iter().find(|(kind, _)| document.str_at(&["kind"]) == *kind)?;
        document.at(field.1)
    };
    documents.iter().rev().find_map(said)
}

/// What documents say of a machine that a talconfig says as well.
fn machine(documents: &[&Value], place: Span) -> Value {
    let mut node = map(place);
    last(documents, &HOSTNAMES).into_iter().for_each(|name| put(&mut node, "hostname", name.clone()));
    // What they take away again is not looked for.
    if documents.iter().any(|own| takes_away(own)) {
        return node;
    }
    for (key, field) in [("installDisk", "disk"), ("installDiskSelector", "diskSelector")] {
        let disk = last(documents, &[(None, &["machine", "install", field])]);
        disk.into_iter().for_each(|disk| put(&mut node, key, disk.clone()));
    }
    let mut links = Vec::new();
    for document in documents {
        match document.str_at(&["kind"]) {
            None => {
                let network = document.at(&["machine", "network"]);
                links.extend(network.into_iter().flat_map(|own| own.items_of("interfaces")).cloned());
            }
            Some(kind) if LINKS.contains(&kind) => {
                let addresses = document.items_of("addresses").iter().filter_map(|own| own.get("address")).cloned();
                let mut link = map(document.span);
                put(&mut link, "addresses", Value::of(ValueKind::List(addresses.collect()), document.span));
                links.push(link);
            }
            Some("Layer2VIPConfig") => {
                let (mut link, mut vip) = (map(document.span), map(document.span));
                document.get("name").into_iter().for_each(|name| put(&mut vip, "ip", name.clone()));
                put(&mut link, "vip", vip);
                links.push(link);
            }
            Some(_) => {}
        }
    }
    put(&mut node, "networkInterfaces", Value::of(ValueKind::List(links), place));
    node
}

fn takes_away(value: &Value) -> bool {
    value.fields().any(|field| &*field.key == "$patch" || takes_away(&field.value))
        || value.items().iter().any(takes_away)
}

/// The tag of an image, at its place.
fn tag(image: &Value) -> Option<Value> {
    let (_, tag) = image.as_str()?.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'))?;
    Some(Value::text_at(tag, image.span))
}

fn is_control_plane(is_it: bool, place: Span) -> Value {
    let text = Text::at(if is_it { "true" } else { "false" }, place);
    Value::of(ValueKind::Scalar(text, Style::Plain), place)
}

fn map(place: Span) -> Value {
    Value::of(ValueKind::Map(Map::new()), place)
}

fn put(into: &mut Value, key: &'static str, value: Value) {
    let field = Field { key: Text::at(key, value.span), comments: None, merged: None, value };
    into.as_map_mut().into_iter().for_each(|map| _ = map.insert(SmolStr::new_static(key), field.clone()));
}

/// Says what stands under a key under another one as well.
fn also(value: &mut Value, key: &str, other: &'static str) {
    let Some(fields) = value.as_map_mut() else { return };
    if let Some(field) = fields.get(key).cloned() {
        fields.insert(SmolStr::new_static(other), field);
    }
}
