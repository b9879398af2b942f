//! A cluster template of Omni in the form of a talconfig: the patches of the cluster, of its control planes or workers, and of
//! each machine, in their order. (siderolabs/omni, `client/pkg/template`.) The other way is `hnet-emit/src/talos/omni.rs`.
//! Start at [`read`].
//!
//! Omni knows a machine by the UUID of its mainboard, makes secrets, endpoint and installer itself, and fills in nothing.

use std::collections::BTreeMap;

use hnet_diagnostics::{FileId, Span};
use hnet_yaml::{Text, Value};
use smol_str::SmolStr;

use super::generated;
use super::generated::Usual;
use super::laid;
use super::laid::{Document, Form, Machine, Notes, Read, UUID, hostname_in, image_in, said};
use super::shared;
use crate::files::Files;
use crate::make::{plain, put, word};
use crate::take::{is_empty, take};

/// What documents of a template say that is read, by their kinds. The rest Omni alone reads.
const KNOWN: [(&str, &[&str]); 4] = [
    (CLUSTER, &["name", "kubernetes", "talos", "patches", EXTENSIONS, ARGUMENTS]),
    (SETS[0], &["machines", "patches", EXTENSIONS, ARGUMENTS]),
    (SETS[1], &["name", "machines", "patches", EXTENSIONS, ARGUMENTS]),
    (MACHINE, &["name", "install", "patches", EXTENSIONS, ARGUMENTS]),
];

const CLUSTER: &str = "Cluster";
const MACHINE: &str = "Machine";

/// The documents that say which machines have a role, in the order of [`laid::ROLES`].
const SETS: [&str; 2] = ["ControlPlane", "Workers"];

/// What is in the image of machines.
const EXTENSIONS: &str = "systemExtensions";
const ARGUMENTS: &str = "kernelArgs";

/// Reads the documents of a template; none where no machine is named.
pub(super) fn read(files: Files<'_>, path: &str, documents: &[Value]) -> Option<Read> {
    let of_kind = |kind: &'static str| documents.iter().filter(move |own| own.str_at(&["kind"]) == Some(kind));
    let cluster = of_kind(CLUSTER).next()?;
    let mut patches =
        Patches { files, path, notes: Notes::default(), comments: BTreeMap::new(), looked_at: Vec::new(), lost: 0 };
    patches.looked_at.push(cluster.span.file);
    for document in documents {
        list_unread(document, &mut patches.notes);
    }
    let is_writable = !list_sets(documents, &mut patches.notes);
    let of_all = patches.of(cluster);
    let lost_of_all = patches.lost;
    let (mut owns, mut machines) = (Vec::new(), Vec::new());
    for (role, kind) in SETS.into_iter().enumerate() {
        // What one of several groups of workers is told is said of each of its machines.
        let are_several = of_kind(kind).filter(|set| !set.items_of("machines").is_empty()).count() > 1;
        for set in of_kind(kind) {
            let lost = patches.lost;
            let mut of_set = patches.of(set);
            let lost_of_set = patches.lost - lost;
            of_set.iter_mut().for_each(|document| document.is_of_one = are_several);
            for id in set.items_of("machines").iter().filter(|id| id.as_str().is_some()) {
                let own = of_kind(MACHINE).find(|own| own.str_at(&["name"]) == id.as_str());
                let lost = patches.lost;
                let of_machine = own.map(|own| patches.of(own)).unwrap_or_default();
                let is_known = lost_of_all + lost_of_set + patches.lost - lost == 0;
                let stages = [of_all.clone(), of_set.clone(), of_machine];
                let said = [own, Some(set), Some(cluster)].into_iter().flatten().collect::<Vec<&Value>>();
                let mut one = machine(id, own, &said, &stages, &mut patches.notes);
                if !is_known && take(&mut one, &["ignoreHostname"]).is_some() {
                    let name = id.as_str().unwrap_or_default();
                    let why = "no patch that could be read says the host name of";
                    patches.notes.add(id.span, &format!("{why} `{name}`, which a build makes `{name}`"));
                }
                owns.push(one);
                machines.push((role, stages));
            }
        }
    }
    // Omni generates configurations as others do, and what a patch says as they have it is no word.
    let written = machines.iter().flat_map(|(_, stages): &(usize, [Vec<Document>; 3])| stages.iter().flatten());
    let written: Vec<Value> = written.map(|one| one.value.clone()).filter(|one| one.get("kind").is_none()).collect();
    for stage in machines.iter_mut().flat_map(|(_, stages)| stages) {
        stage.iter_mut().for_each(|one| generated::without(&mut one.value, &Usual::default(), &written));
        stage.retain(|one| !is_empty(&one.value));
    }
    let roles: Vec<usize> = machines.iter().map(|(role, _)| *role).collect();
    let machines = owns.into_iter().zip(roles).zip(shared::of_own(machines));
    let machines: Vec<Machine> = machines.map(|((own, role), stages)| Machine { own, role, stages }).collect();
    let span = machines.first()?.own.span;
    let mut head = laid::empty(cluster.span);
    for (key, from) in [
        ("clusterName", &["name"][..]),
        ("talosVersion", &["talos", "version"]),
        ("kubernetesVersion", &["kubernetes", "version"]),
    ] {
        cluster.at(from).into_iter().for_each(|said| put(&mut head, &[key], said.clone()));
    }
    let (host, place) = match shared_address(&machines) {
        Some((address, place)) if address.contains(':') => (format!("[{address}]"), place),
        Some(found) => found,
        None => {
            let why = "Omni decides where the API is reached, which `endpoint` has to say: a placeholder stands there";
            patches.notes.add(cluster.span, why);
            ("${ENDPOINT}".to_owned(), cluster.span)
        }
    };
    put(&mut head, &["endpoint"], Value::text_at(format!("https://{host}:6443"), place));
    let (value, whole) = laid::talconfig(&head, machines, span);
    let Patches { notes, comments, looked_at, .. } = patches;
    Some(Read { form: Form::Omni, value, whole, is_writable, notes, comments, files: looked_at })
}

/// The paths of the files that documents of templates name, as they are written.
pub(crate) fn named(documents: &[Value]) -> impl Iterator<Item = &str> {
    let is_it = |own: &&Value| {
        KNOWN.iter().any(|(kind, _)| own.str_at(&["kind"]) == Some(kind)) && own.get("apiVersion").is_none()
    };
    let patches = documents.iter().filter(is_it).flat_map(|own| own.items_of("patches"));
    patches.filter_map(|patch| patch.str_at(&["file"]))
}

/// What each template says that hnet writes of it: other sets of machines would be taken away by Omni, with what they are.
const ONE_SET: &str = "and a source has one set of workers: no template is written in its place, since Omni would take the \
                       set away";

/// Says which sets of machines a source does not say, and whether there is one.
fn list_sets(documents: &[Value], notes: &mut Notes) -> bool {
    let sets = documents.iter().filter(|own| SETS.iter().any(|kind| own.str_at(&["kind"]) == Some(kind)));
    let mut is_any = false;
    for set in sets {
        let name = set.str_at(&["name"]).unwrap_or_default();
        if let Some(name) = set.get("name").filter(|name| name.as_str() != Some("workers")) {
            is_any = true;
            notes.add(name.span, &format!("`{}` is a set of its own, {ONE_SET}", name.as_str().unwrap_or_default()));
        }
        if set.get("machineClass").is_some() {
            is_any = true;
            for (key, what) in [("patches", "patches"), (EXTENSIONS, "extensions"), (ARGUMENTS, "kernel arguments")] {
                let Some(said) = set.get(key) else { continue };
                let of = if name.is_empty() { String::new() } else { format!(" of `{name}`") };
                notes.add(
                    said.span,
                    &format!("the {what}{of} are of machines that are not known, and not in the source"),
                );
            }
        }
    }
    is_any
}

/// Says what a document says to Omni alone.
fn list_unread(document: &Value, notes: &mut Notes) {
    let Some((kind, known)) = KNOWN.iter().find(|(kind, _)| document.str_at(&["kind"]) == Some(kind)) else { return };
    for field in document.fields().filter(|field| &*field.key != "kind" && !known.contains(&&*field.key)) {
        let why = match &*field.key {
            "machineClass" => "`machineClass`: which machines Omni takes of a class is not known, so that no template is written in place of this".to_owned(),
            key => format!("`{key}` of `{kind}` is Omni's alone, and `output < omni …; >` does not write it"),
        };
        notes.add(field.key.span(), &why);
    }
    for field in document.get("kubernetes").into_iter().flat_map(Value::fields).filter(|field| &*field.key != "version")
    {
        let why =
            format!("`{}` of `kubernetes` is Omni's alone, and `output < omni …; >` does not write it", &*field.key);
        notes.add(field.key.span(), &why);
    }
}

/// A machine in the form of a talconfig, but for its role and patches. `said` is what says what is in its image, the nearest
/// first.
fn machine(
    id: &Value,
    own: Option<&Value>,
    said_by: &[&Value],
    stages: &[Vec<Document>; 3],
    notes: &mut Notes,
) -> Value {
    let place = own.map_or(id.span, |own| own.span);
    let documents: Vec<&Document> = stages.iter().flatten().collect();
    let mut machine = laid::empty(place);
    machine.comments = own.and_then(|own| own.comments.clone());
    let hostname = documents.iter().rev().find_map(|it| said(&it.value, hostname_in(&it.value)?));
    put(&mut machine, &["hostname"], hostname.unwrap_or(id).clone());
    if hostname.is_none() {
        put(&mut machine, &["ignoreHostname"], plain("true", id.span));
    }
    put(&mut machine, &[UUID], id.clone());
    laid::put_disk(&mut machine, &documents);
    if let (Some(disk), None, None) = (
        own.and_then(|own| own.at(&["install", "disk"])),
        machine.get("installDisk"),
        machine.get("installDiskSelector"),
    ) {
        put(&mut machine, &["installDisk"], disk.clone());
    }
    for (key, path) in
        [(EXTENSIONS, &["systemExtensions", "officialExtensions"][..]), (ARGUMENTS, &["extraKernelArgs"])]
    {
        if let Some(all) = said_by.iter().find_map(|own| own.get(key)).filter(|all| !all.items().is_empty()) {
            put(&mut machine, &[&["schematic", "customization"], path].concat(), all.clone());
        }
    }
    let image = documents.iter().rev().find_map(|it| said(&it.value, image_in(&it.value)?));
    if let Some(image) = image {
        notes.add(image.span, "an installer's image, which Omni decides");
        let text = image.as_str().unwrap_or_default();
        let bare = text.rsplit_once(':').filter(|(_, tag)| !tag.contains('/')).map_or(text, |(name, _)| name);
        if machine.get("schematic").is_none() {
            put(&mut machine, &["talosImageURL"], word(bare, image.span));
        }
    }
    machine
}

/// The one virtual address that control planes share.
fn shared_address(machines: &[Machine]) -> Option<(String, Span)> {
    let mut found: BTreeMap<String, Span> = BTreeMap::new();
    for document in
        machines.iter().filter(|machine| machine.role == 0).flat_map(|machine| machine.stages.iter().flatten())
    {
        let value = &document.value;
        let of_document = value.get("name").filter(|_| value.str_at(&["kind"]) == Some("Layer2VIPConfig"));
        let devices = value.at(&["machine", "network"]).map_or(&[][..], |network| network.items_of("interfaces"));
        let links = devices.iter().flat_map(|device| device.items_of("vlans").iter().chain([device]));
        let of_links = links.filter_map(|link| link.at(&["vip", "ip"]));
        for address in of_document.into_iter().chain(of_links) {
            address.as_str().into_iter().for_each(|text| _ = found.entry(text.to_owned()).or_insert(address.span));
        }
    }
    let mut all = found.into_iter();
    all.next().filter(|_| all.next().is_none())
}

/// The patches of a template.
struct Patches<'f, 'p> {
    files: Files<'f>,
    /// The path of the template.
    path: &'p str,
    notes: Notes,
    comments: BTreeMap<Span, String>,
    looked_at: Vec<FileId>,
    /// How many could not be read.
    lost: usize,
}

impl Patches<'_, '_> {
    /// Those of one of its documents.
    fn of(&mut self, document: &Value) -> Vec<Document> {
        let mut all = Vec::new();
        for patch in document.items_of("patches") {
            if let Some(own) = patch.get("idOverride") {
                let why = "`idOverride` says where Omni lays a patch among the others; they are read in the order in which they stand";
                self.notes.add(own.span, why);
            }
            if let Some(inline) = patch.get("inline") {
                let mut value = inline.clone();
                value.scalars_mut(&mut |text, _| *text = doubled(text));
                self.add(value, &mut all);
            } else if let Some(file) = patch.get("file") {
                self.file(file, &mut all);
            }
        }
        all
    }

    /// Says of a place that what stands there is not known.
    fn lose(&mut self, place: Span, why: &str) {
        self.lost += 1;
        self.notes.add(place, why);
    }

    /// Those of a file beside the template, or from where Omni's client is called.
    fn file(&mut self, named: &Value, all: &mut Vec<Document>) {
        let text = named.as_str().unwrap_or_default();
        let text = text.strip_prefix("./").unwrap_or(text);
        let beside = hnet_language::include::resolve(self.path, text);
        let found = beside.and_then(|path| self.files.0.find(&path)).or_else(|| self.files.0.find(text));
        let Some(file) = found else {
            self.lose(named.span, &format!("`{text}` is not among the files"));
            return;
        };
        self.looked_at.push(file);
        let yaml = doubled(&Text::verbatim(self.files.0.get(file).text(), file, 0)).yaml();
        self.comments.extend(yaml.comments().iter().map(|comment| (comment.span, comment.text.to_string())));
        for problem in yaml.problems() {
            self.lose(problem.span, &problem.trouble.to_string());
        }
        for value in yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value) {
            self.add(value, all);
        }
    }

    fn add(&mut self, value: Value, all: &mut Vec<Document>) {
        if value.get("sops").is_some() || laid::any_text(&value, &|text| text.starts_with("ENC[")) {
            self.lose(value.span, "an encrypted patch, which is not read");
        } else if value.as_list().is_some_and(|items| !items.is_empty()) {
            self.lose(value.span, "a patch of a list, which Omni refuses");
        } else if value.as_map().is_some_and(|map| !map.is_empty()) {
            all.push(Document { value, is_of_one: false });
        }
    }
}

/// A text in which nothing is filled in, as a source has it.
fn doubled(text: &Text) -> Text {
    let dollars = text.as_str().match_indices("${").map(|(at, _)| (at..at + 1, SmolStr::new_static("$$")));
    let dollars: Vec<_> = dollars.collect();
    if dollars.is_empty() { text.clone() } else { text.replaced(&dollars) }
}
