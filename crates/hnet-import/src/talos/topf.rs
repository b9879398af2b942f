//! A folder of topf's in the form of a talconfig: `topf.yaml`, and the patches that topf lays over each other in the order
//! of their names, those of all machines, of a role, of a machine. (postfinance/topf, `pkg/config/patches.go`.)
//!
//! Templates are filled in where they hold nothing but what `topf.yaml` says and placeholders; others are listed and stay. The other way is
//! `hnet-emit/src/talos/topf.rs`. Start at [`read`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::{Factory as Places, Filled, disk_of_expression, fill};
use hnet_diagnostics::{FileId, Span};
use hnet_manifests::talos::topf::{FACTORY, PLATFORM};
use hnet_manifests::versions::talos::{UKI_ARGUMENTS, minor};
use hnet_yaml::{Map, Reader, Text, Value, ValueKind};

use super::machine::says_directive;
use crate::files::{Files, folder};
use crate::make::{list_of, plain, put, styled, word};
use crate::take::{is_empty, take};
use crate::write;

/// What topf's files say.
#[derive(Debug)]
pub(crate) struct Read {
    /// As a talconfig whose patches are documents and no texts, so that each keeps its place.
    pub(super) value: Value,
    /// As a talconfig of texts, in which each machine has all its patches in topf's order.
    pub(super) whole: Value,
    /// What was left out, and why.
    pub(super) notes: Vec<(Span, String)>,
    /// The comments of the patches.
    pub(super) comments: BTreeMap<Span, String>,
    /// The files that were looked at, with `topf.yaml` and those of which something was said.
    pub(super) files: Vec<FileId>,
}

/// The two roles, as topf calls them and their folders, and as a talconfig does.
const ROLES: [(&str, &str); 2] = [("control-plane", "controlPlane"), ("worker", "worker")];

/// Reads the files beside a `topf.yaml`; none where that has no node.
pub(super) fn read(files: Files<'_>, path: &str, topf: &Value) -> Option<Read> {
    let is_node = |node: &&Value| node.str_at(&["host"]).is_some() && node.str_at(&["role"]).is_some();
    let nodes: Vec<&Value> = topf.items_of("nodes").iter().filter(is_node).collect();
    let span = nodes.first()?.span;
    let below = match topf.str_at(&["patchesDir"]) {
        Some(own) if !matches!(own, "." | "./") => {
            hnet_language::include::resolve(path, own.trim_start_matches("./").trim_end_matches('/'))?
        }
        _ => folder(path).to_owned(),
    };
    let mut patches = Patches {
        files,
        below,
        topf,
        is_all_known: topf.get("nodesProvider").is_none(),
        notes: Vec::new(),
        comments: BTreeMap::new(),
        looked_at: vec![topf.span.file],
    };
    // Secrets are no patches.
    let secrets = topf.str_at(&["secretsPath"]).unwrap_or("secrets.yaml").trim_start_matches("./");
    let secrets = hnet_language::include::resolve(path, secrets);
    patches.looked_at.extend(secrets.and_then(|path| files.0.find(&path)));
    if let Some(provider) = topf.get("nodesProvider") {
        patches
            .notes
            .push((provider.span, "`nodesProvider`: the machines that a program adds are not known".to_owned()));
    }
    let of_all = patches.folder("all");
    let of_roles = ROLES.map(|(role, _)| patches.folder(role));
    let mut of_nodes: Vec<(usize, [Vec<Document>; 3])> = Vec::new();
    for node in &nodes {
        let role = usize::from(node.str_at(&["role"]) != Some(ROLES[0].0));
        let own = patches.folder(&format!("node/{}", node.str_at(&["host"]).unwrap_or_default()));
        let stages = [&of_all, &of_roles[role], &own].map(|stage| patches.documents(stage, node));
        of_nodes.push((role, stages));
    }
    keep_order(&mut of_nodes);
    let empty = Value::of(ValueKind::Map(Map::new()), topf.span);
    let (mut value, mut whole) = (empty.clone(), empty);
    for (key, called) in [
        ("clusterName", "clusterName"),
        ("clusterEndpoint", "endpoint"),
        ("kubernetesVersion", "kubernetesVersion"),
        ("talosVersion", "talosVersion"),
    ] {
        if let Some(said) = topf.get(key) {
            put(&mut value, &[called], said.clone());
        }
    }
    if let Some(factory) = topf.get("factory") {
        put(&mut value, &["imageFactory", "registryURL"], factory.clone());
    }
    for field in value.fields() {
        put(&mut whole, &[&*field.key], field.value.clone());
    }
    let (mut of_value, mut of_whole) = (Vec::new(), Vec::new());
    for (node, (role, stages)) in nodes.iter().zip(&of_nodes) {
        let all: Vec<&Document> = stages.iter().flatten().collect();
        let mut own = machine(topf, node, &all, &mut patches);
        put(&mut own, &["controlPlane"], plain(if *role == 0 { "true" } else { "false" }, node.span));
        let mut texts = own.clone();
        let all = all.iter().map(|document| {
            let text = doubled(&write::yaml(&document.value));
            Value::text_at(format!("{text}\n"), document.value.span)
        });
        put(&mut texts, &["patches"], list_of(all.collect(), node.span));
        of_whole.push(texts);
        // What is filled in is said of each machine alone.
        let is_own = |(at, document): &(usize, &Document)| *at == 2 || document.is_of_one;
        let patches = stages.iter().enumerate().flat_map(|(at, stage)| stage.iter().map(move |one| (at, one)));
        let patches = patches.filter(is_own).filter_map(|(_, document)| stripped(document));
        put(&mut own, &["patches"], list_of(patches.collect(), node.span));
        of_value.push(own);
    }
    put(&mut value, &["nodes"], list_of(of_value, span));
    put(&mut whole, &["nodes"], list_of(of_whole, span));
    let shared = |stage: &[Document]| -> Vec<Value> {
        stage.iter().filter(|document| !document.is_of_one).filter_map(stripped).collect()
    };
    if let Some((_, [all, ..])) = of_nodes.first() {
        let mut all = shared(all);
        for (field, key) in
            [("podSubnets", "clusterPodNets"), ("serviceSubnets", "clusterSvcNets"), ("dnsDomain", "domain")]
        {
            // Of several the last one holds. From Talos 1.14 a document says it.
            let taken = all.iter_mut().filter_map(|document| match document.str_at(&["kind"]) {
                None => take(document, &["cluster", "network", field]),
                Some("KubeNetworkConfig") => take(document, &[field]),
                Some(_) => None,
            });
            let taken: Vec<_> = taken.collect();
            if let Some(taken) = taken.into_iter().last() {
                put(&mut value, &[key], taken.value);
            }
        }
        all.retain(|document| !is_empty(document));
        put(&mut value, &["patches"], list_of(all, span));
    }
    for (at, (_, called)) in ROLES.iter().enumerate() {
        if let Some((_, [_, of_role, _])) = of_nodes.iter().find(|(role, _)| *role == at) {
            put(&mut value, &[*called, "patches"], list_of(shared(of_role), span));
        }
    }
    let Patches { notes, comments, looked_at, .. } = patches;
    Some(Read { value, whole, notes, comments, files: looked_at })
}

/// A text of a source as a talconfig has it, in which dollars stand twice that nobody fills in.
fn doubled(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        out.push_str(if after.starts_with('{') { "$" } else { "$$" });
        rest = after.strip_prefix('$').filter(|after| after.starts_with('{')).unwrap_or(after);
    }
    out + rest
}

/// What lies over what is said of each machine alone is said so too, since that comes last here.
fn keep_order(of_nodes: &mut [(usize, [Vec<Document>; 3])]) {
    let mut known = 0;
    let mut own: BTreeSet<Span> = BTreeSet::new();
    loop {
        for (_, stages) in of_nodes.iter() {
            let mut before: Vec<&Document> = Vec::new();
            for document in stages.iter().flatten() {
                if document.is_of_one || before.iter().any(|other| overlap(&other.value, &document.value)) {
                    own.insert(document.value.span);
                    before.push(document);
                }
            }
        }
        for document in of_nodes.iter_mut().flat_map(|(_, stages)| stages).flatten() {
            document.is_of_one |= own.contains(&document.value.span);
        }
        if std::mem::replace(&mut known, own.len()) == own.len() {
            break;
        }
    }
}

/// Whether two documents say something of one field, or of one document of Talos.
fn overlap(one: &Value, other: &Value) -> bool {
    let identity = |value: &Value| [value.str_at(&["kind"]), value.str_at(&["name"])].map(|it| it.map(str::to_owned));
    identity(one) == identity(other) && (one.get("kind").is_some() || meet(one, other))
}

/// Whether two parts of the core document say something of one field.
fn meet(one: &Value, other: &Value) -> bool {
    let (Some(some), Some(others)) = (one.as_map(), other.as_map()) else { return true };
    some.iter().any(|(key, field)| others.get(key).is_some_and(|other| meet(&field.value, &other.value)))
}

/// A document of a patch.
struct Document {
    value: Value,
    /// Whether it stands in a template with what is a machine's own.
    is_of_one: bool,
}

/// A machine in the form of a talconfig, but for its patches.
fn machine(topf: &Value, node: &Value, documents: &[&Document], patches: &mut Patches<'_, '_>) -> Value {
    let mut machine = Value::of(ValueKind::Map(Map::new()), node.span);
    let host = node.get("host").expect("each node was asked for its host");
    put(&mut machine, &[HOST], host.clone());
    let hostname = documents.iter().rev().find_map(|it| said(&it.value, hostname_in(&it.value)?));
    put(&mut machine, &["hostname"], hostname.unwrap_or(host).clone());
    if hostname.is_none() && patches.is_all_known {
        put(&mut machine, &["ignoreHostname"], plain("true", host.span));
    } else if hostname.is_none() {
        let name = host.as_str().unwrap_or_default();
        let why = format!("no patch that could be read says the host name of `{name}`, which a build makes `{name}`");
        patches.note(host.span, &why);
    }
    // What has no address is looked for by its name.
    let is_host_name = hostname.is_none_or(|hostname| hostname.as_str() == host.as_str());
    if let Some(ip) = node.get("ip").or(Some(host).filter(|_| !is_host_name)) {
        put(&mut machine, &["ipAddress"], ip.clone());
    }
    if let Some((key, disk)) = disk_of(documents) {
        put(&mut machine, &[key], disk);
    }
    if let Some(own) = node.get("talosVersion") {
        patches.note(own.span, "`talosVersion` of one machine: all have that of the cluster here");
    }
    let image = documents.iter().rev().find_map(|it| said(&it.value, image_in(&it.value)?));
    if let Some(image) = image {
        let text = image.as_str().unwrap_or_default();
        let name = text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
        let release = topf.str_at(&["talosVersion"]).unwrap_or_default().trim_start_matches('v');
        if name.is_some_and(|(_, tag)| tag.trim_start_matches('v') != release) || text.contains('@') {
            patches
                .note(image.span, "an image of another version than `talosVersion`, of which a build writes that one");
        }
        put(&mut machine, &["talosImageURL"], word(name.map_or(text, |(name, _)| name), image.span));
        return machine;
    }
    let field = |key: &str| node.get(key).or_else(|| topf.get(key));
    let is_secure = field("secureboot").and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let platform = field("platform").and_then(Value::as_str).unwrap_or(PLATFORM);
    let factory = field("factory").and_then(Value::as_str).unwrap_or(FACTORY);
    let schematic = field("schematicId");
    if let Some(hash) = schematic.filter(|id| id.as_str().is_some_and(|id| !id.starts_with('@'))) {
        let secure = if is_secure { "-secureboot" } else { "" };
        let image = format!("{factory}/{platform}-installer{secure}/{}", hash.as_str().unwrap_or_default());
        put(&mut machine, &["talosImageURL"], word(&image, hash.span));
        return machine;
    }
    let own_factory = node.get("factory").filter(|own| Some(*own) != topf.get("factory"));
    if let Some(schematic) = schematic {
        let file = schematic.as_str().unwrap_or_default().trim_start_matches('@').trim_start_matches("./");
        let path = hnet_language::include::resolve(patches.topf_path(), file);
        let root = path.and_then(|path| patches.files.get(&path)).and_then(|(yaml, _)| Some(yaml.root()?.value()));
        let root = root.filter(|_| !file.ends_with(".tpl"));
        // What those versions have besides from the machine's configuration, a patch says here.
        let is_old = topf.str_at(&["talosVersion"]).and_then(minor).is_some_and(|talos| talos < UKI_ARGUMENTS);
        let has_arguments = |root: &&Value| is_old && root.at(&["customization", "extraKernelArgs"]).is_some();
        let by_place = root.as_ref().filter(|root| own_factory.is_some() || has_arguments(root));
        let image = by_place.and_then(|root| {
            let value = hnet_compare::Value::of(root, Reader::Talos);
            Places::named(Some(factory), None).installer(Some(&value), Some(platform), is_secure)
        });
        if let Some(image) = image {
            put(&mut machine, &["talosImageURL"], word(&image, schematic.span));
            return machine;
        }
        match root {
            Some(root) => put(&mut machine, &["schematic"], root),
            None => patches.note(schematic.span, &format!("`{file}` is not among the files, or a template")),
        }
    }
    if let Some(own) = own_factory {
        patches.note(own.span, "`factory` of one machine: all have that of the cluster here");
    }
    let span = schematic.map_or(node.span, |schematic| schematic.span);
    if is_secure {
        put(&mut machine, &["machineSpec", "secureboot"], plain("true", span));
    }
    if platform != PLATFORM {
        put(&mut machine, &["machineSpec", "mode"], word(platform, span));
    }
    machine
}

/// A key of a machine in this form that no talconfig has: what topf calls it.
pub(super) const HOST: &str = "host";

/// The document that says how a machine is installed from Talos 1.14.
const INSTALLATION: &str = "UnattendedInstallConfig";

/// Where that document says a disk by an expression.
const EXPRESSION: [&str; 3] = ["provisioning", "diskSelector", "match"];

/// The fields of the core document that say a disk.
const DISK: [&str; 3] = ["machine", "install", "disk"];
const SELECTOR: [&str; 3] = ["machine", "install", "diskSelector"];

/// What a document says in a field, unless that is what has to go.
fn said<'d>(document: &'d Value, path: &[&str]) -> Option<&'d Value> {
    document.at(path).filter(|value| !says_directive(value))
}

/// Where a document says the installer's image, if it may.
fn image_in(document: &Value) -> Option<&'static [&'static str]> {
    match document.str_at(&["kind"]) {
        None => Some(&["machine", "install", "image"]),
        Some(INSTALLATION) => Some(&["installer", "image"]),
        Some(_) => None,
    }
}

/// The disk that a document says by an expression which fields say as well.
fn expressed(document: &Value) -> Option<(&'static str, Value)> {
    let expression = document.at(&EXPRESSION).filter(|_| document.str_at(&["kind"]) == Some(INSTALLATION))?;
    let (field, disk) = disk_of_expression(expression.as_str()?)?;
    let key = if field == "disk" { "installDisk" } else { "installDiskSelector" };
    Some((key, styled(&disk, None, expression.span)))
}

/// Where a document says the host name, if it may.
fn hostname_in(document: &Value) -> Option<&'static [&'static str]> {
    match document.str_at(&["kind"]) {
        None => Some(&["machine", "network", "hostname"]),
        Some("HostnameConfig") => Some(&["hostname"]),
        Some(_) => None,
    }
}

/// The disk that documents say, as a talconfig does: a selector goes before a path, and the fields of several add up.
fn disk_of(documents: &[&Document]) -> Option<(&'static str, Value)> {
    let mut selector: Option<Value> = None;
    for own in documents.iter().filter_map(|it| said(&it.value, &SELECTOR)) {
        let all = selector.get_or_insert_with(|| Value::of(ValueKind::Map(Map::new()), own.span));
        own.fields().for_each(|field| put(all, &[&*field.key], field.value.clone()));
    }
    if let Some(selector) = selector {
        return Some(("installDiskSelector", selector));
    }
    let path = documents.iter().rev().find_map(|it| said(&it.value, &DISK));
    path.map(|path| ("installDisk", path.clone()))
        .or_else(|| documents.iter().rev().find_map(|it| expressed(&it.value)))
}

/// What a document says besides what the machine itself has fields for; none where that is all.
fn stripped(document: &Document) -> Option<Value> {
    let mut value = document.value.clone();
    let mut paths: Vec<&[&str]> = vec![&DISK, &SELECTOR];
    paths.extend(hostname_in(&value));
    paths.extend(image_in(&value));
    if expressed(&value).is_some() {
        paths.push(&EXPRESSION);
    }
    for path in paths {
        if said(&value, path).is_some() {
            take(&mut value, path);
        }
    }
    let is_of_hostname = value.str_at(&["kind"]) == Some("HostnameConfig");
    (!is_of_hostname && !is_empty(&value)).then_some(value)
}

/// The files of patches.
struct Patches<'f, 't> {
    files: Files<'f>,
    /// The folder that holds their folders.
    below: String,
    topf: &'t Value,
    /// Whether each file could be read.
    is_all_known: bool,
    notes: Vec<(Span, String)>,
    comments: BTreeMap<Span, String>,
    looked_at: Vec<FileId>,
}

impl<'f> Patches<'f, '_> {
    /// The path of `topf.yaml`.
    fn topf_path(&self) -> &'f str {
        self.files.0.get(self.topf.span.file).path()
    }

    /// The paths of a folder's files, in the order in which they are laid.
    fn folder(&self, name: &str) -> Vec<&'f str> {
        let start = if self.below.is_empty() { format!("{name}/") } else { format!("{}/{name}/", self.below) };
        let is_patch = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or_default();
            path.starts_with(&start) && (name.contains(".yaml") || name.contains(".yml"))
        };
        let all = self.files.0.iter().map(|(_, source)| source.path());
        let mut all: Vec<&str> = all.filter(|path| is_patch(path)).collect();
        all.sort_by(|one, other| one.split('/').cmp(other.split('/')));
        all
    }

    /// The documents of files, as they are for a machine.
    fn documents(&mut self, paths: &[&str], node: &Value) -> Vec<Document> {
        let mut documents = Vec::new();
        for path in paths {
            let Some(file) = self.files.0.find(path) else { continue };
            self.looked_at.push(file);
            let source = self.files.0.get(file).text();
            let start = Span::new(file, 0, source.lines().next().map_or(0, str::len));
            let filled = fill(
                &Text::verbatim(source, file, 0),
                path.ends_with(".tpl"),
                &hnet_compare::Value::of(self.topf, Reader::Talos),
                &hnet_compare::Value::of(node, Reader::Talos),
            );
            let Some(Filled { text, is_of_one }) = filled else {
                self.lose(start, "a template with more than what `topf.yaml` says, which is not filled in");
                continue;
            };
            let yaml = text.yaml();
            self.comments.extend(yaml.comments().iter().map(|comment| (comment.span, comment.text.to_string())));
            for problem in yaml.problems() {
                self.lose(problem.span, &problem.trouble.to_string());
            }
            for value in yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value) {
                let is_secret = |text: &str| text.starts_with("ENC[");
                if value.get("sops").is_some() || any_text(&value, &is_secret) {
                    self.lose(start, "an encrypted patch, which is not read");
                } else if value.as_list().is_some_and(|items| !items.is_empty()) {
                    self.lose(value.span, "a patch of a list, which topf refuses");
                } else if value.as_map().is_some_and(|map| !map.is_empty()) {
                    if any_text(&value, &|text| text.contains("ref+")) {
                        let why = match value.str_at(&["kind"]) {
                            Some("WireguardConfig") => {
                                "a key that topf looks up by `ref+`, in whose place a placeholder stands"
                            }
                            _ => "a value that topf looks up by `ref+`, which `output < topf …; >` alone keeps",
                        };
                        self.note(value.span, why);
                    }
                    documents.push(Document { value, is_of_one });
                }
            }
        }
        documents
    }

    /// Says of a place that what stands there is not known.
    fn lose(&mut self, place: Span, why: &str) {
        self.is_all_known = false;
        self.note(place, why);
    }

    /// Says something of a place, once.
    fn note(&mut self, span: Span, why: &str) {
        if !self.notes.iter().any(|(at, said)| *at == span && said == why) {
            self.notes.push((span, why.to_owned()));
        }
    }
}

/// Whether a text in a value is so.
fn any_text(value: &Value, is_so: &dyn Fn(&str) -> bool) -> bool {
    let mut is_any = false;
    value.leaves(&mut |_, leaf| is_any |= leaf.as_str().is_some_and(is_so));
    is_any
}
