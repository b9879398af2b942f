//! What a repository says of Talos: which files, in which form, and which form is the one that is applied.

use std::collections::BTreeSet;

use hnet_compare::files::JOINED_LISTS;
use hnet_diagnostics::{FileId, Source, Span};
use hnet_yaml::{Reader, Value, ValueKind};
use smol_str::SmolStr;

use crate::files::{File, Files};
use crate::{paths, roots};

/// A form in which people keep the configuration of their machines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TalosForm {
    /// A `talconfig.yaml` of talhelper.
    Talhelper,
    /// Templates of machine configurations, which a script fills and applies.
    Jinja,
    /// Files of topf.
    Topf,
    /// A cluster template of Omni.
    Omni,
    /// Whole machine configurations, one a node.
    Machine,
    /// Resources of OpenTofu or Terraform, whose expressions are not evaluated.
    OpenTofu,
    /// A patch of machine configurations, or documents of one.
    Patch,
    /// Values that talhelper puts in: `talenv`.
    Environment,
    /// The secrets of a cluster, of which only that they are there is read.
    Secrets,
}

impl TalosForm {
    /// Whether it says by itself which nodes there are.
    #[must_use]
    pub fn is_whole(self) -> bool {
        !matches!(self, TalosForm::Patch | TalosForm::Environment | TalosForm::Secrets)
    }
}

/// Host and port of a URL, by which a talconfig and a kubeconfig say where the API is reached. None where it does not say
/// where one ends and the other begins.
#[must_use]
pub fn host_and_port(url: &str) -> Option<(&str, Option<u16>)> {
    let rest = url.split_once("://")?.1.split('/').next()?;
    if let Some(rest) = rest.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        let port = match rest.strip_prefix(':') {
            Some(port) => Some(port.parse().ok()?),
            None => None,
        };
        return Some((host, port));
    }
    match rest.rsplit_once(':') {
        Some((host, _)) if host.contains(':') => None,
        Some((host, port)) => Some((host, Some(port.parse().ok()?))),
        None => Some((rest, None)),
    }
}

/// The machines of a talconfig, each with what its group says.
#[must_use]
pub fn with_groups(talconfig: &Value) -> Vec<Value> {
    let groups = ["controlPlane", "worker"].map(|key| talconfig.get(key));
    let mut machines = talconfig.items_of("nodes").to_vec();
    for machine in &mut machines {
        if let Some(group) = groups[usize::from(!is_control_plane(machine))] {
            with_group(machine, group);
        }
    }
    machines
}

/// Takes the keys of a group into a machine that does not say them itself. talhelper joins no maps.
fn with_group(node: &mut Value, group: &Value) {
    let overrides = JOINED_LISTS.map(|(_, key)| node.get(key).and_then(|on| on.as_bool(Reader::Talos)) == Some(true));
    let Some(own) = node.as_map_mut() else { return };
    for ((key, _), is_alone) in JOINED_LISTS.iter().zip(overrides) {
        if let (Some(list), Some(more)) = (own.get_mut(*key), group.get(key))
            && let ValueKind::List(items) = &mut list.value.kind
            && !is_alone
        {
            items.extend(more.items().iter().cloned());
        }
    }
    for field in group.fields().filter(|field| &*field.key != "patches") {
        let is_alone = JOINED_LISTS.iter().zip(overrides).any(|((key, _), is_alone)| *key == &*field.key && is_alone);
        if !is_alone {
            own.entry(field.key.to_smol()).or_insert_with(|| field.clone());
        }
    }
}

/// Whether a machine of a talconfig is a control plane.
#[must_use]
pub fn is_control_plane(node: &Value) -> bool {
    let said = node.get("controlPlane");
    // What is in quotes is no truth value to talhelper, but there is no doubt what it means.
    said.is_some_and(|said| said.as_bool(Reader::Talos).unwrap_or_else(|| said.as_str() == Some("true")))
}

/// A file, or a document of one, that says something of Talos.
#[derive(Clone, Debug)]
pub struct TalosSource {
    /// Its form.
    pub form: TalosForm,
    /// The file.
    pub file: FileId,
    /// Its path.
    pub path: String,
    /// Which document of the file it is, of those that hold anything.
    pub index: u32,
    /// The name of the cluster, where the document says it.
    pub cluster: Option<SmolStr>,
    /// The version of Talos, where the document says it.
    pub version: Option<SmolStr>,
    /// The place of the document.
    pub span: Span,
    /// Whether it belongs to the form that is applied. Where several are there, the others are to be named and left.
    pub is_preferred: bool,
}

/// What people apply their configuration with, and the words by which files of tasks show it.
const APPLIED: [(TalosForm, &[&str]); 5] = [
    (TalosForm::Talhelper, &["talhelper genconfig", "talhelper gencommand", "talhelper"]),
    (TalosForm::Jinja, &["minijinja-cli", "minijinja", "makejinja"]),
    (TalosForm::Topf, &["topf apply", "topf "]),
    (TalosForm::Omni, &["omnictl"]),
    (TalosForm::OpenTofu, &["tofu apply", "terraform apply"]),
];

/// All that a repository says of Talos.
pub(crate) fn find(files: &Files<'_>) -> Vec<TalosSource> {
    let topf: BTreeSet<&str> =
        files.all.keys().filter(|path| paths::name(path) == "topf.yaml").map(|path| paths::folder(path)).collect();
    let mut all = Vec::new();
    for file in files.all.values().filter(|file| !roots::is_aside(&file.path)) {
        let name = paths::name(&file.path);
        if name.starts_with("talsecret") || name.starts_with("talenv") {
            let form = if name.starts_with("talenv") { TalosForm::Environment } else { TalosForm::Secrets };
            all.push(source(form, file, 0, None));
            continue;
        }
        let within_topf = topf.iter().any(|folder| paths::is_within(&file.path, folder));
        if within_topf && (name == "topf.yaml" || file.documents.is_empty()) {
            all.push(source(TalosForm::Topf, file, 0, file.documents.first()));
            continue;
        }
        for (index, value) in file.documents.iter().enumerate() {
            let Some(form) = form(value) else { continue };
            let form = match form {
                TalosForm::Patch | TalosForm::Machine if within_topf => TalosForm::Topf,
                TalosForm::Patch | TalosForm::Machine if file.is_template => TalosForm::Jinja,
                form => form,
            };
            all.push(source(form, file, index, Some(value)));
        }
    }
    for path in files.paths().filter(|path| path.ends_with(".tf") && !roots::is_aside(path)) {
        let Some((file, text)) = files.text(path) else { continue };
        if let Some(at) = text.find("talos_machine_configuration") {
            let span = Span::new(file, at, at + "talos_machine_configuration".len());
            let (form, path) = (TalosForm::OpenTofu, path.to_owned());
            all.push(TalosSource {
                form,
                file,
                path,
                index: 0,
                cluster: None,
                version: None,
                span,
                is_preferred: false,
            });
        }
    }
    prefer(&mut all, files);
    all
}

fn source(form: TalosForm, file: &File, index: usize, value: Option<&Value>) -> TalosSource {
    let text = |keys: &[&str]| value.and_then(|value| value.str_at(keys)).map(SmolStr::from);
    let image = text(&["machine", "install", "image"]);
    let tag = image.as_ref().and_then(|image| image.rsplit_once(':')).map(|(_, tag)| SmolStr::from(tag));
    let cluster = text(&["clusterName"]).or_else(|| text(&["cluster", "clusterName"]));
    TalosSource {
        form,
        file: file.id,
        path: file.path.clone(),
        index: index as u32,
        cluster: cluster.or_else(|| {
            text(&["name"]).filter(|_| form == TalosForm::Omni && text(&["kind"]).as_deref() == Some("Cluster"))
        }),
        version: text(&["talosVersion"]).or_else(|| text(&["talos", "version"])).or(tag),
        span: value.map_or_else(|| Files::start(file), |value| value.span),
        is_preferred: false,
    }
}

/// The form that a document has by what it says.
fn form(value: &Value) -> Option<TalosForm> {
    let map = value.as_map()?;
    let text = |key| value.get(key).and_then(Value::as_str);
    if map.contains_key("clusterName") && map.contains_key("nodes") {
        return Some(TalosForm::Talhelper);
    }
    match (text("apiVersion"), text("kind")) {
        (Some("v1alpha1"), Some(_)) => return Some(TalosForm::Patch),
        (None, Some("Cluster" | "ControlPlane" | "Workers" | "Machine")) => return Some(TalosForm::Omni),
        (_, Some(_)) => return None,
        _ => {}
    }
    let of_machines =
        ["machine", "cluster"].iter().filter_map(|key| value.get(key)).any(|value| value.as_map().is_some());
    let known = |key: &str| matches!(key, "machine" | "cluster" | "version" | "debug" | "persist" | "sops");
    let only = map.keys().all(|key| known(key));
    let is_known = || {
        let known = |key: &str, fields: &[&str]| {
            value.get(key).is_none_or(|value| value.fields().any(|field| fields.contains(&field.key.as_str())))
        };
        known("machine", &MACHINE) && known("cluster", &CLUSTER)
    };
    match (of_machines && only && is_known(), text("version"), value.at(&["machine", "type"])) {
        (true, Some("v1alpha1"), Some(_)) => Some(TalosForm::Machine),
        (true, _, _) => Some(TalosForm::Patch),
        _ => None,
    }
}

/// Fields of `machine` and `cluster`, by which a patch is told from another file with such a key.
const MACHINE: [&str; 21] = [
    "type",
    "token",
    "ca",
    "certSANs",
    "controlPlane",
    "kubelet",
    "pods",
    "network",
    "disks",
    "install",
    "files",
    "env",
    "time",
    "sysctls",
    "sysfs",
    "registries",
    "features",
    "udev",
    "logging",
    "kernel",
    "nodeLabels",
];
const CLUSTER: [&str; 17] = [
    "id",
    "secret",
    "controlPlane",
    "clusterName",
    "network",
    "token",
    "ca",
    "apiServer",
    "controllerManager",
    "proxy",
    "scheduler",
    "discovery",
    "etcd",
    "coreDNS",
    "externalCloudProvider",
    "extraManifests",
    "allowSchedulingOnControlPlanes",
];

/// Says which form is applied: that which the files of tasks name, or else the one for the newest Talos of those that are
/// not all hnet's own work.
fn prefer(all: &mut [TalosSource], files: &Files<'_>) {
    let whole = || all.iter().filter(|source| source.form.is_whole());
    let is_by_hand = |source: &&TalosSource| !is_own(files.sources.get(source.file).text());
    let by_hand: Vec<TalosForm> = whole().filter(is_by_hand).map(|source| source.form).collect();
    let forms: BTreeSet<TalosForm> = whole().map(|source| source.form).collect();
    let is_task = |path: &str| {
        let name = paths::name(path);
        name.ends_with("justfile")
            || name.ends_with(".just")
            || name.starts_with("Taskfile")
            || matches!(name, "Makefile" | ".mise.toml" | "mise.toml")
    };
    let tasks: Vec<&Source> = files
        .paths()
        .filter(|path| is_task(path))
        .filter_map(|path| files.text(path))
        .map(|(id, _)| files.sources.get(id))
        .collect();
    let is_applied = |form: &TalosForm| {
        let words = APPLIED.iter().find(|(applied, _)| applied == form).map_or::<&[&str], _>(&[], |(_, words)| words);
        tasks.iter().any(|task| words.iter().any(|word| task.text().contains(word)))
    };
    let newest = |form: &TalosForm| {
        all.iter().filter(|source| source.form == *form).filter_map(|source| numbers(source.version.as_deref()?)).max()
    };
    let applied: Vec<TalosForm> = forms.iter().copied().filter(is_applied).collect();
    let of_hands = || forms.iter().copied().filter(|form| by_hand.is_empty() || by_hand.contains(form)).collect();
    let candidates = if applied.is_empty() { of_hands() } else { applied };
    // Of equals the first in the order of the forms.
    let chosen = candidates.iter().rev().max_by_key(|form| newest(form)).copied();
    for source in all {
        source.is_preferred = Some(source.form) == chosen || !source.form.is_whole();
    }
}

/// Whether hnet wrote a file.
#[must_use]
pub fn is_own(text: &str) -> bool {
    ["# Generated by hnet", "<!--\nGenerated by hnet"].iter().any(|head| text.starts_with(head))
}

/// The numbers of a version.
fn numbers(version: &str) -> Option<Vec<u32>> {
    let version = version.strip_prefix('v').unwrap_or(version);
    version.split('.').map(|part| part.split('-').next()?.parse().ok()).collect()
}
