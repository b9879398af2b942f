//! A folder of topf's in the form of a talconfig: `topf.yaml`, and the patches that topf lays over each other in the order
//! of their names, those of all machines, of a role, of a machine. (postfinance/topf, `pkg/config/patches.go`.)
//!
//! Templates are filled in where they hold nothing but what `topf.yaml` says and placeholders; others are listed and stay. The other way is
//! `hnet-emit/src/talos/topf.rs`. Start at [`read`].

use std::collections::BTreeMap;

use hnet_compare::files::{Factory as Places, Filled, fill};
use hnet_diagnostics::{FileId, Span};
use hnet_manifests::talos::topf::{FACTORY, PLATFORM};
use hnet_manifests::versions::talos::{UKI_ARGUMENTS, minor};
use hnet_yaml::{Reader, Text, Value};

use super::laid;
use super::laid::{Document, Form, HOST, Machine, Notes, Read, any_text, hostname_in, image_in, said};
use crate::files::{Files, folder};
use crate::make::{plain, put, word};

/// The two roles, as topf calls them and their folders.
const ROLES: [&str; 2] = ["control-plane", "worker"];

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
        notes: Notes::default(),
        comments: BTreeMap::new(),
        looked_at: vec![topf.span.file],
    };
    // Secrets are no patches.
    let secrets = topf.str_at(&["secretsPath"]).unwrap_or("secrets.yaml").trim_start_matches("./");
    let secrets = hnet_language::include::resolve(path, secrets);
    patches.looked_at.extend(secrets.and_then(|path| files.0.find(&path)));
    if let Some(provider) = topf.get("nodesProvider") {
        patches.note(provider.span, "`nodesProvider`: the machines that a program adds are not known");
    }
    let of_all = patches.folder("all");
    let of_roles = ROLES.map(|role| patches.folder(role));
    let mut of_nodes: Vec<(usize, [Vec<Document>; 3])> = Vec::new();
    for node in &nodes {
        let role = usize::from(node.str_at(&["role"]) != Some(ROLES[0]));
        let own = patches.folder(&format!("node/{}", node.str_at(&["host"]).unwrap_or_default()));
        let stages = [&of_all, &of_roles[role], &own].map(|stage| patches.documents(stage, node));
        of_nodes.push((role, stages));
    }
    let mut head = laid::empty(topf.span);
    for (key, called) in [
        ("clusterName", "clusterName"),
        ("clusterEndpoint", "endpoint"),
        ("kubernetesVersion", "kubernetesVersion"),
        ("talosVersion", "talosVersion"),
    ] {
        if let Some(said) = topf.get(key) {
            put(&mut head, &[called], said.clone());
        }
    }
    if let Some(factory) = topf.get("factory") {
        put(&mut head, &["imageFactory", "registryURL"], factory.clone());
    }
    let machines = nodes.iter().zip(of_nodes).map(|(node, (role, stages))| {
        let all: Vec<&Document> = stages.iter().flatten().collect();
        Machine { own: machine(topf, node, &all, &mut patches), role, stages }
    });
    let machines = machines.collect();
    let (value, whole) = laid::talconfig(&head, machines, span);
    let Patches { notes, comments, looked_at, .. } = patches;
    Some(Read { form: Form::Topf, is_writable: true, value, whole, notes, comments, files: looked_at })
}

/// A machine in the form of a talconfig, but for its patches.
fn machine(topf: &Value, node: &Value, documents: &[&Document], patches: &mut Patches<'_, '_>) -> Value {
    let mut machine = laid::empty(node.span);
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
    laid::put_disk(&mut machine, documents);
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

/// The files of patches.
struct Patches<'f, 't> {
    files: Files<'f>,
    /// The folder that holds their folders.
    below: String,
    topf: &'t Value,
    /// Whether each file could be read.
    is_all_known: bool,
    notes: Notes,
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
        self.notes.add(span, why);
    }
}
