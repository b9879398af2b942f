//! Whole machine configurations in the form of a talconfig: a file for each machine, or one for all or for a role, over which
//! people lay the patches of each (`talosctl machineconfig patch`). Start at [`find`].
//!
//! What generates configurations says much in them that nobody chose. That is no word here, and what it would say and they do
//! not is said to be off, since what hnet writes is laid over what is generated ([`generated`]).

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::files::{bases, jinja};
use hnet_diagnostics::{FileId, Span};
use hnet_manifests::versions::talos::minor;
use hnet_repository::{Repository, TalosForm, host_and_port};
use hnet_yaml::{Reader, Text, Value, ValueKind};
use indexmap::IndexMap;

use super::generated;
use super::generated::Usual;
use super::laid;
use super::laid::{Document, Form, Machine, Notes, Read, hostname_in, image_in, said};
use super::shared;
use crate::files::Files;
use crate::make::{put, word};
use crate::take::is_empty;

/// A file with what it says.
struct Part<'f> {
    path: &'f str,
    file: FileId,
    /// What it says of whose it is.
    whose: bases::Part,
    documents: Vec<Value>,
    comments: Vec<(Span, String)>,
}

/// The configurations of each cluster that are applied, by the path of one that stands for them.
pub(super) fn find<'f>(files: Files<'f>, repository: &Repository) -> Vec<(&'f str, Read)> {
    let mut looked_at: IndexMap<FileId, bool> = IndexMap::new();
    for source in repository.talos.iter().filter(|source| source.is_preferred) {
        let may_be_whole = matches!(source.form, TalosForm::Machine | TalosForm::Jinja);
        if may_be_whole || source.form == TalosForm::Patch {
            *looked_at.entry(source.file).or_default() |= may_be_whole;
        }
    }
    if !looked_at.values().any(|may_be_whole| *may_be_whole) {
        return Vec::new();
    }
    let parts: Vec<Part<'f>> = looked_at.into_iter().filter_map(|(file, whole)| Part::of(files, file, whole)).collect();
    let whose: Vec<bases::Part> = parts.iter().map(|part| part.whose.clone()).collect();
    let read = bases::clusters(&whose).into_iter().filter_map(|cluster| {
        let first = parts[*cluster.heads.first()?].path;
        Some((first, read(&cluster, &parts)?))
    });
    read.collect()
}

impl<'f> Part<'f> {
    /// A file; none of which more decides than what it says.
    fn of(files: Files<'f>, file: FileId, may_be_whole: bool) -> Option<Part<'f>> {
        let source = files.0.get(file);
        let text = Text::verbatim(source.text(), file, 0);
        let text = if jinja::is_template(source.path()) { jinja::filled(&text)? } else { text };
        let yaml = text.yaml();
        if yaml.problems().iter().any(|problem| problem.trouble.loses_text()) {
            return None;
        }
        let documents = yaml.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value);
        let documents = documents.filter(|document| document.as_map().is_some_and(|map| !map.is_empty()));
        let documents: Vec<Value> = documents.collect();
        let comments = yaml.comments().iter().map(|comment| (comment.span, comment.text.to_string())).collect();
        let said: Vec<_> = documents.iter().map(|own| hnet_compare::Value::of(own, Reader::Talos)).collect();
        let whose = bases::Part::of(source.path(), may_be_whole, &said);
        Some(Part { path: source.path(), file, whose, documents, comments })
    }

    /// What the first document that says it says behind a key of the core document, or of a kind.
    fn first(&self, core: &[&str], (kind, key): (&str, &str)) -> Option<&Value> {
        let said = |document: &'_ &Value| match document.str_at(&["kind"]) {
            None => document.at(core).is_some(),
            Some(own) => own == kind && document.get(key).is_some(),
        };
        let document = self.documents.iter().find(said)?;
        document.at(core).or_else(|| document.get(key))
    }

    fn endpoint(&self) -> Option<&Value> {
        self.first(&["cluster", "controlPlane", "endpoint"], ("KubeClusterConfig", "endpoint"))
    }

    fn cluster(&self) -> Option<&Value> {
        self.first(&["cluster", "clusterName"], ("KubeClusterConfig", "clusterName"))
    }

    fn hostname(&self) -> Option<&Value> {
        self.documents.iter().find_map(|document| said(document, hostname_in(document)?))
    }

    /// Where its first line stands.
    fn start(&self) -> Span {
        self.documents.first().map_or(Span::new(self.file, 0, 0), |document| document.span)
    }

    /// The version of Talos whose schema it names for editors.
    fn version_of_schema(&self) -> Option<(String, Span)> {
        let version = |text: &str| {
            let behind = text.split("siderolabs/talos/").nth(1)?.split('/').find(|part| part.contains('.'))?;
            let version = behind.trim_start_matches("release-").trim_start_matches('v');
            minor(version).is_some().then(|| version.to_owned())
        };
        self.comments.iter().find_map(|(span, text)| Some((version(text)?, *span)))
    }

    /// The address that it is called by.
    fn address(&self) -> Option<Value> {
        let name = self.path.rsplit('/').next()?;
        let name = name.trim_end_matches(".j2").trim_end_matches(".yaml").trim_end_matches(".yml");
        name.parse::<std::net::IpAddr>().is_ok().then(|| word(name, self.start()))
    }
}

/// A machine with the files that are laid for it, the last over those before.
struct Laid<'p> {
    role: usize,
    files: Vec<&'p Part<'p>>,
    stages: [Vec<Value>; 3],
}

/// The machines of a cluster; none where nothing says which there are.
fn read(cluster: &bases::Cluster, parts: &[Part<'_>]) -> Option<Read> {
    let mut notes = Notes::default();
    cluster.notes.iter().for_each(|(at, why)| notes.add(parts[*at].start(), why));
    let machine = |one: &bases::Laid| {
        let files: Vec<&Part<'_>> = one.files.iter().map(|at| &parts[*at]).collect();
        let of = |parts: &[&Part<'_>]| parts.iter().flat_map(|part| part.documents.clone()).collect::<Vec<Value>>();
        let stages = match files.as_slice() {
            [base, of_role @ .., own] => [of(&[*base]), of(of_role), of(&[*own])],
            all => [of(all), Vec::new(), Vec::new()],
        };
        Laid { role: one.role, files, stages }
    };
    let mut laid: Vec<Laid<'_>> = cluster.machines.iter().map(machine).collect();
    let head = Head::of(&laid, &mut notes)?;
    say_absent(&mut laid, head.minor());
    let endpoint = head.value.str_at(&["endpoint"]).and_then(host_and_port);
    let usual = Usual { kubernetes: head.kubernetes.as_deref(), host: endpoint.map(|(host, _)| host) };
    for one in &mut laid {
        let written: Vec<Value> = one.documents().filter(|one| one.get("kind").is_none()).cloned().collect();
        for document in one.stages.iter_mut().flatten() {
            generated::without(document, &usual, &written);
            without_encrypted(document, &mut notes);
        }
        one.stages.iter_mut().for_each(|stage| stage.retain(|document| !is_empty(document)));
    }
    let owns: Vec<Value> = laid.iter().map(|one| own(one, &head, &mut notes)).collect();
    let roles: Vec<usize> = laid.iter().map(|one| one.role).collect();
    let span = laid[0].files[0].start();
    let comments = comments(&laid, &mut notes);
    let machines = owns.into_iter().zip(roles).zip(staged(laid));
    let machines = machines.map(|((own, role), stages)| Machine { own, role, stages }).collect();
    let (value, whole) = laid::talconfig(&head.value, machines, span);
    let files = cluster.heads.iter().chain(&cluster.patches).map(|at| parts[*at].file).collect();
    Some(Read { form: Form::Machines, is_writable: true, value, whole, notes, comments, files })
}

/// What all machines are told alike about their cluster.
struct Head {
    value: Value,
    /// The tag of Kubernetes's images.
    kubernetes: Option<String>,
    /// The tag of Talos's installer.
    talos: Option<String>,
}

impl Head {
    /// That of some machines; none where there are none. It looks for what they lack as well, which it adds to them.
    fn of(laid: &[Laid<'_>], notes: &mut Notes) -> Option<Head> {
        let first = laid.first()?;
        let span = first.files[0].start();
        let files = || laid.iter().flat_map(|one| one.files.iter().rev().copied());
        let documents = || files().flat_map(|part| &part.documents);
        let mut value = laid::empty(span);
        for (key, said) in
            [("clusterName", files().find_map(Part::cluster)), ("endpoint", files().find_map(Part::endpoint))]
        {
            said.into_iter().for_each(|said| put(&mut value, &[key], said.clone()));
        }
        let images = documents().filter_map(|document| said(document, image_in(document)?));
        let mut tags = images.filter_map(|image| Some((generated::tag(image.as_str()?)?.1, image.span)));
        let (mut tag, known) = (None, tags.find(|(tag, _)| minor(tag).is_some()));
        if let Some((known, place)) = known {
            put(&mut value, &["talosVersion"], word(known, place));
            tag = Some(known.to_owned());
        } else if let Some((version, place)) = files().find_map(|part| part.version_of_schema()) {
            notes.add(
                place,
                "no image says the version of Talos: it is taken to be that of the schema that is named here",
            );
            put(&mut value, &["talosVersion"], word(&version, place));
        } else {
            put(&mut value, &["talosVersion"], word("unknown", span));
        }
        let kubelet = documents().find_map(generated::kubernetes_in);
        let kubernetes = kubelet.and_then(|image| Some((generated::tag(image.as_str()?)?.1.to_owned(), image.span)));
        if let Some((version, place)) = &kubernetes {
            put(&mut value, &["kubernetesVersion"], word(version, *place));
        }
        Some(Head { value, kubernetes: kubernetes.map(|(tag, _)| tag), talos: tag })
    }

    fn minor(&self) -> (u32, u32) {
        self.value.str_at(&["talosVersion"]).and_then(minor).unwrap_or(super::GUESSED)
    }
}

/// Adds what machines lack and generators would write: to each configuration that is one machine's, else for as many machines
/// as lack it.
fn say_absent(laid: &mut [Laid<'_>], talos: (u32, u32)) {
    let start = Span::new(laid[0].files[0].file, 0, 0);
    let absent =
        laid.iter().map(|one| generated::absent(&one.documents().collect::<Vec<_>>(), one.role == 1, talos, start));
    let absent: Vec<[Value; 2]> = absent.collect();
    let are_alike = |at: usize| {
        let mut own = laid.iter().zip(&absent).filter(|(one, _)| at == 0 || one.role == 0).map(|(_, own)| &own[at]);
        let first = own.next();
        own.all(|other| Some(other) == first)
    };
    let alike = [are_alike(0), are_alike(1)];
    for (one, own) in laid.iter_mut().zip(absent) {
        let is_whole = one.files.len() == 1;
        for (at, part) in own.into_iter().enumerate().filter(|(_, part)| !is_empty(part)) {
            let core = one.stages[0].iter_mut().find(|document| document.get("kind").is_none());
            match core.filter(|_| is_whole) {
                Some(core) => add(core, &part),
                None => one.stages[if alike[at] { at } else { 2 }].push(part),
            }
        }
    }
}

/// Adds fields to a value that has none of them.
fn add(value: &mut Value, more: &Value) {
    for field in more.fields() {
        match value.get_mut(&field.key).filter(|own| own.as_map().is_some() && field.value.as_map().is_some()) {
            Some(own) => add(own, &field.value),
            None => put(value, &[&*field.key], field.value.clone()),
        }
    }
}

/// A machine in the form of a talconfig, but for its role and patches.
fn own(one: &Laid<'_>, head: &Head, notes: &mut Notes) -> Value {
    let all: Vec<Document> = one.documents().map(|value| Document { value: value.clone(), is_of_one: false }).collect();
    let all: Vec<&Document> = all.iter().collect();
    let last = one.files.last().expect("a machine has a file");
    let hostname = all.iter().rev().find_map(|it| said(&it.value, hostname_in(&it.value)?)).or_else(|| last.hostname());
    let mut own = laid::empty(hostname.map_or_else(|| last.start(), |hostname| hostname.span));
    hostname.into_iter().for_each(|hostname| put(&mut own, &["hostname"], hostname.clone()));
    let address = one.files.iter().rev().find_map(|part| part.address());
    address.into_iter().for_each(|address| put(&mut own, &["ipAddress"], address));
    laid::put_disk(&mut own, &all);
    let image = all.iter().rev().find_map(|it| said(&it.value, image_in(&it.value)?));
    if let Some((image, text)) = image.and_then(|image| Some((image, image.as_str()?))) {
        let (name, tag) = generated::tag(text).unwrap_or((text, ""));
        if minor(tag).is_none() {
            let why = format!("`image` with the tag `{tag}`, which is no version: a build writes the cluster's");
            notes.add(image.span, &why);
        } else if head.talos.as_deref() != Some(tag) {
            let why = "an image of another version than the cluster's, of which a build writes that one";
            notes.add(image.span, why);
        }
        put(&mut own, &["talosImageURL"], word(name, image.span));
    }
    own
}

impl Laid<'_> {
    fn documents(&self) -> impl Iterator<Item = &Value> {
        self.stages.iter().flatten()
    }
}

/// The documents of each machine by who is told them: by their files, and where each machine has a whole one, by value.
fn staged(laid: Vec<Laid<'_>>) -> Vec<[Vec<Document>; 3]> {
    let bases: BTreeSet<(FileId, usize)> = laid.iter().map(|one| (one.files[0].file, one.role)).collect();
    let files: BTreeSet<FileId> = bases.iter().map(|(file, _)| *file).collect();
    let are_whole = laid.iter().filter(|one| one.files.len() == 1).count();
    if are_whole == laid.len() {
        return shared::split(
            laid.into_iter().map(|one| (one.role, one.stages.into_iter().flatten().collect())).collect(),
        );
    }
    let documents = |values: Vec<Value>| values.into_iter().map(|value| Document { value, is_of_one: false }).collect();
    if are_whole == 0 && files.len() == 1 {
        return shared::of_own(laid.into_iter().map(|one| (one.role, one.stages.map(documents))).collect());
    }
    if are_whole == 0 && bases.len() == 2 {
        // One for each role: what both say is of all machines.
        let of_role = |role: usize| laid.iter().find(|one| one.role == role).map(|one| (role, one.stages[0].clone()));
        let mut of_roles = shared::split([0, 1].into_iter().filter_map(of_role).collect());
        let mut one = |one: Laid<'_>| {
            let [of_all, _, of_role] = &mut of_roles[one.role];
            let copy = |all: &[Document]| all.iter().map(|one| one.value.clone()).collect::<Vec<_>>();
            let [_, more, own] = one.stages;
            [copy(of_all), [copy(of_role), more].concat(), own].map(documents)
        };
        return shared::of_own(laid.into_iter().map(|own| (own.role, one(own))).collect());
    }
    let own = |one: Laid<'_>| [Vec::new(), Vec::new(), documents(one.stages.into_iter().flatten().collect())];
    laid.into_iter().map(own).collect()
}

/// Takes out what is encrypted, and says so.
fn without_encrypted(value: &mut Value, notes: &mut Notes) {
    let ValueKind::Map(fields) = &mut value.kind else { return };
    fields.retain(|_, field| {
        if field.value.as_map().is_some() {
            without_encrypted(&mut field.value, notes);
            return !is_empty(&field.value);
        }
        let is_known = !laid::any_text(&field.value, &|text| text.starts_with("ENC["));
        if !is_known {
            notes.add(field.value.span, "an encrypted value, which is not read");
        }
        is_known
    });
}

/// A line that generators write into each configuration beside the fields that they explain.
const GENERATED: &str = "Provides machine specific configuration options.";

/// The comments of the files that are laid, those that several have once.
fn comments(laid: &[Laid<'_>], notes: &mut Notes) -> BTreeMap<Span, String> {
    let (mut comments, mut files, mut texts) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for part in laid.iter().flat_map(|one| one.files.iter().copied()).filter(|part| files.insert(part.file)) {
        if part.comments.iter().any(|(_, text)| text.contains(GENERATED)) {
            notes.add(
                part.start(),
                "comments that explain fields, as `talosctl gen config` writes them: they stay behind",
            );
            continue;
        }
        let own = part.comments.iter().filter(|(_, text)| !texts.contains(text.as_str()));
        let own: Vec<_> = own.cloned().collect();
        texts.extend(part.comments.iter().map(|(_, text)| text.as_str()));
        comments.extend(own);
    }
    comments
}
