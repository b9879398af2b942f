//! Machines over which documents are laid in stages, those of all, of a role and of each, in the form of a talconfig: what
//! topf, Omni and whole configurations come to. Start at [`talconfig`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::disk_of_expression;
use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Map, Value, ValueKind};

use super::machine::says_directive;
use crate::make::{list_of, plain, put, styled};
use crate::take::{is_empty, take};
use crate::write;

/// What a form is that is laid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A folder of topf's.
    Topf,
    /// Whole machine configurations, with the patches of machines.
    Machines,
    /// A cluster template of Omni.
    Omni,
}

impl Form {
    /// What its fields are counted under.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Form::Topf => "topf",
            Form::Machines => "machine configurations",
            Form::Omni => "Omni",
        }
    }

    /// Why a build does not go into its files.
    pub(crate) fn stays(self) -> &'static str {
        match self {
            Form::Topf => {
                "hnet calls the files for topf by what they are about, and those that are there would be laid with them: \
                 say `output < topf FOLDER; >` of a new folder"
            }
            Form::Machines => {
                "hnet writes no whole machine configuration: `output < machines FOLDER; >` writes what is laid over those that \
                 `talosctl gen config` makes"
            }
            Form::Omni => {
                "hnet writes a `cluster-template.yaml` of its own: say `output < omni FOLDER; >` of a new folder"
            }
        }
    }
}

/// What the files of a form say.
#[derive(Debug)]
pub(crate) struct Read {
    /// What they are.
    pub(super) form: Form,
    /// As a talconfig whose patches are documents and no texts, so that each keeps its place.
    pub(super) value: Value,
    /// As a talconfig of texts, in which each machine has all its patches in their order.
    pub(super) whole: Value,
    /// Whether a build may write the same form again: it has a place for all that the files say.
    pub(super) is_writable: bool,
    /// What was left out, and why.
    pub(super) notes: Notes,
    /// The comments of the patches.
    pub(super) comments: BTreeMap<Span, String>,
    /// The files that were looked at, with those of which something was said.
    pub(super) files: Vec<FileId>,
}

/// What is said of places, each once.
#[derive(Debug, Default)]
pub(crate) struct Notes(pub(super) Vec<(Span, String)>);

impl Notes {
    pub(super) fn add(&mut self, span: Span, why: &str) {
        if !self.0.iter().any(|(at, said)| *at == span && said == why) {
            self.0.push((span, why.to_owned()));
        }
    }
}

/// A machine with the documents that are laid over it.
pub(super) struct Machine {
    /// In the form of a talconfig, but for role and patches.
    pub(super) own: Value,
    /// Which of [`ROLES`] it has.
    pub(super) role: usize,
    /// Those of all machines, of its role, of it alone.
    pub(super) stages: [Vec<Document>; 3],
}

/// The two roles, as a talconfig calls what is said of them.
pub(super) const ROLES: [&str; 2] = ["controlPlane", "worker"];

/// Machines as a talconfig of documents, and as one of texts; `head` is what both say of the cluster.
pub(super) fn talconfig(head: &Value, mut machines: Vec<Machine>, span: Span) -> (Value, Value) {
    keep_order(&mut machines);
    let (mut value, mut whole) = (head.clone(), head.clone());
    let (mut of_value, mut of_whole) = (Vec::new(), Vec::new());
    for Machine { own, role, stages } in &machines {
        let mut own = own.clone();
        let place = own.span;
        put(&mut own, &["controlPlane"], plain(if *role == 0 { "true" } else { "false" }, place));
        let mut texts = own.clone();
        let all = stages.iter().flatten().map(|document| {
            let text = doubled(&write::yaml(&document.value));
            Value::text_at(format!("{text}\n"), document.value.span)
        });
        put(&mut texts, &["patches"], list_of(all.collect(), place));
        of_whole.push(texts);
        let is_own = |(at, document): &(usize, &Document)| *at == 2 || document.is_of_one;
        let patches = stages.iter().enumerate().flat_map(|(at, stage)| stage.iter().map(move |one| (at, one)));
        let patches = patches.filter(is_own).filter_map(|(_, document)| stripped(document));
        put(&mut own, &["patches"], list_of(patches.collect(), place));
        of_value.push(own);
    }
    put(&mut value, &["nodes"], list_of(of_value, span));
    put(&mut whole, &["nodes"], list_of(of_whole, span));
    let shared = |stage: &[Document]| -> Vec<Value> {
        stage.iter().filter(|document| !document.is_of_one).filter_map(stripped).collect()
    };
    if let Some(Machine { stages: [all, ..], .. }) = machines.first() {
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
    for (at, called) in ROLES.iter().enumerate() {
        if let Some(Machine { stages: [_, of_role, _], .. }) = machines.iter().find(|machine| machine.role == at) {
            put(&mut value, &[*called, "patches"], list_of(shared(of_role), span));
        }
    }
    (value, whole)
}

/// A map without fields.
pub(super) fn empty(span: Span) -> Value {
    Value::of(ValueKind::Map(Map::new()), span)
}

/// Says the disk that documents say, which stands in no patch.
pub(super) fn put_disk(machine: &mut Value, documents: &[&Document]) {
    if let Some((key, disk)) = disk_of(documents) {
        put(machine, &[key], disk);
    }
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
fn keep_order(machines: &mut [Machine]) {
    let mut known = 0;
    let mut own: BTreeSet<Span> = BTreeSet::new();
    loop {
        for Machine { stages, .. } in machines.iter() {
            let mut before: Vec<&Document> = Vec::new();
            for document in stages.iter().flatten() {
                if document.is_of_one || before.iter().any(|other| overlap(&other.value, &document.value)) {
                    own.insert(document.value.span);
                    before.push(document);
                }
            }
        }
        for document in machines.iter_mut().flat_map(|machine| &mut machine.stages).flatten() {
            document.is_of_one |= own.contains(&document.value.span);
        }
        if std::mem::replace(&mut known, own.len()) == own.len() {
            break;
        }
    }
}

/// Whether two documents say something of one field, or of one document of Talos.
pub(super) fn overlap(one: &Value, other: &Value) -> bool {
    let identity = |value: &Value| [value.str_at(&["kind"]), value.str_at(&["name"])].map(|it| it.map(str::to_owned));
    identity(one) == identity(other) && (one.get("kind").is_some() || meet(one, other))
}

/// Whether two parts of the core document say something of one field.
fn meet(one: &Value, other: &Value) -> bool {
    let (Some(some), Some(others)) = (one.as_map(), other.as_map()) else { return true };
    some.iter().any(|(key, field)| others.get(key).is_some_and(|other| meet(&field.value, &other.value)))
}

/// A document of a patch.
#[derive(Clone)]
pub(super) struct Document {
    pub(super) value: Value,
    /// Whether it stands in a template with what is a machine's own.
    pub(super) is_of_one: bool,
}

/// Keys of a machine in this form that no talconfig has: what topf calls it, and by what Omni knows it.
pub(super) const HOST: &str = "host";
pub(super) const UUID: &str = "uuid";

/// The document that says how a machine is installed from Talos 1.14.
const INSTALLATION: &str = "UnattendedInstallConfig";

/// Where that document says a disk by an expression.
const EXPRESSION: [&str; 3] = ["provisioning", "diskSelector", "match"];

/// The fields of the core document that say a disk.
const DISK: [&str; 3] = ["machine", "install", "disk"];
const SELECTOR: [&str; 3] = ["machine", "install", "diskSelector"];

/// What a document says in a field, unless that is what has to go.
pub(super) fn said<'d>(document: &'d Value, path: &[&str]) -> Option<&'d Value> {
    document.at(path).filter(|value| !says_directive(value))
}

/// Where a document says the installer's image, if it may.
pub(super) fn image_in(document: &Value) -> Option<&'static [&'static str]> {
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
pub(super) fn hostname_in(document: &Value) -> Option<&'static [&'static str]> {
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

/// Whether a text in a value is so.
pub(super) fn any_text(value: &Value, is_so: &dyn Fn(&str) -> bool) -> bool {
    let mut is_any = false;
    value.leaves(&mut |_, leaf| is_any |= leaf.as_str().is_some_and(is_so));
    is_any
}
