//! The user's patches, laid over what hnet writes of a machine.
//!
//! Talos takes a mapping in which `$patch: delete` stands away as a whole, with all that stands beside it, and of a document
//! first all that is taken away. So nothing is put beside it: what is taken away and then said again is two documents, of
//! which the first only takes away. Talos counts that one as none where nothing is left of it, and so refuses no second one
//! of its name; of a typed document that is so only where the whole of it goes. Start at [`Laid`].

use hnet_compare::Kind;
use hnet_manifests::versions::talos::Minor;
use hnet_manifests::versions::talos_conflicts::is_generated;
use hnet_model::{Origin, Role};
use indexmap::IndexMap;

use super::levels::identity;
use super::topics::topic;
use crate::yaml::{DIRECTIVE, Node, Scalar, Value};

/// What generators write into mappings of documents of control planes, and nothing into those of workers: the kind, the
/// mapping and its keys.
const KEYS: &[(&str, &str, &[&str])] = &[
    ("KubeNodeConfig", "labels", &["node.kubernetes.io/exclude-from-external-load-balancers"]),
    ("KubeNodeConfig", "annotations", &[]),
    ("KubeNodeConfig", "taints", &["node-role.kubernetes.io/control-plane"]),
];

/// The topics of whose typed documents generators write none, but for those that follow their topic here.
const USERS: &[(&str, &str)] = &[
    ("03-network.yaml", ""),
    ("05-time.yaml", ""),
    ("08-kernel.yaml", ""),
    ("09-files.yaml", ""),
    ("10-volumes.yaml", "FilesystemTrimConfig"),
    ("14-registries.yaml", ""),
    ("15-services.yaml", ""),
    ("16-firewall.yaml", ""),
    ("17-logs.yaml", ""),
];

/// A part of the core document within which generators write nothing.
struct Ungenerated {
    path: &'static [&'static str],
    holds: Holds,
}

/// What stands in a part.
enum Holds {
    /// Fields. One of them may be taken away where the part is, also where it says nothing.
    Fields,
    /// Keys of the user's. One of them may be taken away only where it is said; of these, generators say some themselves.
    KeysBut(&'static [&'static str]),
}

/// Parts of the core document within which generators write nothing, so that Talos refuses to take anything away in them which
/// nobody said before: `lookup failed`, or it panics until 1.11. (siderolabs/talos, `config/configloader/internal/decoder/selector.go`,
/// `deleteForPath`; `config/generate` of 1.9 to 1.14.)
const UNGENERATED: &[Ungenerated] = &[
    Ungenerated { path: &["machine", "time"], holds: Holds::Fields },
    Ungenerated { path: &["machine", "kernel"], holds: Holds::Fields },
    Ungenerated { path: &["machine", "udev"], holds: Holds::Fields },
    Ungenerated { path: &["machine", "logging"], holds: Holds::Fields },
    Ungenerated { path: &["machine", "systemDiskEncryption"], holds: Holds::Fields },
    Ungenerated { path: &["machine", "sysctls"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["machine", "sysfs"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["machine", "env"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["machine", "nodeTaints"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["machine", "nodeAnnotations"], holds: Holds::KeysBut(&[]) },
    Ungenerated {
        path: &["machine", "nodeLabels"],
        holds: Holds::KeysBut(&["node.kubernetes.io/exclude-from-external-load-balancers"]),
    },
    Ungenerated { path: &["machine", "kubelet", "extraArgs"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["cluster", "apiServer", "extraArgs"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["cluster", "controllerManager", "extraArgs"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["cluster", "scheduler", "extraArgs"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["cluster", "proxy", "extraArgs"], holds: Holds::KeysBut(&[]) },
    Ungenerated { path: &["cluster", "etcd", "extraArgs"], holds: Holds::KeysBut(&[]) },
];

/// A part of a document that patches take away and then say again.
#[derive(Debug)]
pub struct SaidAgain {
    /// The kind of the document, and the keys.
    pub field: String,
    /// What takes it away.
    pub goes: Origin,
    /// What says it again.
    pub said: Origin,
}

/// What a patch takes away and nobody said before.
#[derive(Debug)]
pub struct Absent {
    /// Its keys in the core document.
    pub path: Vec<String>,
    /// What takes it away.
    pub goes: Origin,
}

/// What patches of a machine say that Talos refuses.
#[derive(Debug)]
pub struct Refused {
    /// What is taken away and said again.
    pub again: Vec<SaidAgain>,
    /// What is taken away and is not there.
    pub absent: Vec<Absent>,
}

/// The documents of a machine while patches are laid over them.
pub(super) struct Laid {
    /// By the kinds and names that they say.
    documents: IndexMap<Identity, Document>,
    absent: Vec<Absent>,
}

/// The kind and the name of a document.
type Identity = (Option<String>, Option<String>);

/// One of them.
struct Document {
    /// What is said; also `$patch: delete`, where nothing is said after it.
    said: Node,
    /// What is taken away before that is said which now stands there.
    again: Vec<(Vec<String>, Origin)>,
}

/// The identity of a document, to be kept.
fn of(document: &Node) -> Identity {
    let (kind, name) = identity(document);
    (kind.map(str::to_owned), name.map(str::to_owned))
}

impl Laid {
    pub(super) fn over(documents: Vec<Node>) -> Self {
        let documents = documents.into_iter().map(|said| (of(&said), Document::of(said)));
        Laid { documents: documents.collect(), absent: Vec::new() }
    }

    /// Lays the user's document over ours of the same kind and name, since no two may be in one file;
    /// lists append as Talos appends them. One that removes or replaces the whole document takes our place,
    /// and one that we do not write is added.
    pub(super) fn lay(&mut self, patch: Node) {
        let identity = of(&patch);
        let is_core = identity.0.is_none();
        let at = self.documents.get_mut(&identity);
        if is_core {
            let said = at.as_ref().map(|document| &document.said);
            let absent = deletions(&patch).into_iter().filter(|(path, _)| is_absent(said, path));
            self.absent.extend(absent.map(|(path, goes)| Absent { path, goes }));
        }
        match at {
            Some(document) if patch.get(DIRECTIVE).is_some() => *document = Document::of(patch),
            Some(document) => document.lay(patch),
            None => {
                let at = if is_core { 0 } else { self.documents.len() };
                self.documents.shift_insert(at, identity, Document::of(patch));
            }
        }
    }

    /// What Talos refuses of the patches.
    pub(super) fn refused(self, talos: Minor) -> Refused {
        Refused { again: self.said_again(talos), absent: self.absent }
    }

    /// What is taken away and said again in typed documents that generators write, of which nobody knows what else they hold:
    /// Talos refuses the two documents of one name that it takes in one file.
    fn said_again(&self, talos: Minor) -> Vec<SaidAgain> {
        let mut found = Vec::new();
        for Document { said, again } in self.documents.values() {
            let Some(kind) = identity(said).0.filter(|kind| !is_users(kind, talos)) else { continue };
            for (path, goes) in again.iter().filter(|(path, _)| !path.is_empty() && keys(kind, path).is_none()) {
                if let Some(there) = at(said, path).filter(|there| !is_value(there)) {
                    let field = format!("{kind}.{}", path.join("."));
                    found.push(SaidAgain { field, goes: *goes, said: there.origin });
                }
            }
        }
        found
    }

    /// The documents as they are written for a machine of a role.
    pub(super) fn documents(self, talos: Minor, role: Role) -> Vec<Node> {
        self.documents.into_values().flat_map(|document| document.written(talos, role)).collect()
    }
}

impl Document {
    fn of(said: Node) -> Self {
        Document { said, again: Vec::new() }
    }

    fn lay(&mut self, mut patch: Node) {
        for (path, _) in deletions(&patch) {
            let above = |(gone, _): &(Vec<String>, Origin)| path.len() > gone.len() && path.starts_with(gone);
            let is_gone = |node: &Node| (0..path.len()).any(|len| at(node, &path[..len]).is_some_and(is_deletion));
            if self.again.iter().any(above) || is_gone(&self.said) {
                // What was there before is gone already.
                remove(&mut self.said, &path);
                remove(&mut patch, &path);
                continue;
            }
            self.again.retain(|(gone, _)| !gone.starts_with(&path));
            clear(&mut self.said, &path);
        }
        for (path, origin) in met(&self.said, &patch) {
            match at(&patch, &path) {
                Some(new) if says_nothing(new) => remove(&mut patch, &path),
                Some(new) if !is_deletion(new) => {
                    clear(&mut self.said, &path);
                    self.again.push((path, origin));
                }
                _ => {}
            }
        }
        take_members(&mut self.said, &patch);
        let kind = identity(&patch).0.map_or_else(Kind::machine, |kind| Kind::new("talos", kind));
        if self.said.get(DIRECTIVE).is_some() || matches!(self.said.value, Value::Scalar(_)) {
            self.said = patch;
        } else {
            self.said.merge(patch, &kind);
        }
    }

    /// What says it to Talos.
    fn written(mut self, talos: Minor, role: Role) -> Vec<Node> {
        let kind = identity(&self.said).0.map(str::to_owned);
        let mut first = Node::mapping(self.said.origin);
        for key in ["apiVersion", "kind", "name"] {
            self.said.get(key).into_iter().for_each(|said| first.set(key, said.clone()));
        }
        let names = entries(&first).len();
        for (path, origin) in self.again {
            // A value is replaced by what is said.
            let Some(there) = at_mut(&mut self.said, &path).filter(|there| !is_value(there)) else { continue };
            match &kind {
                Some(kind) if is_users(kind, talos) => {}
                Some(kind) if let Some(keys) = keys(kind, &path) => {
                    for key in keys.iter().filter(|_| role == Role::ControlPlane) {
                        if there.get(key).is_none() {
                            there.set(*key, deletion(origin));
                        }
                    }
                }
                None if ungenerated(&path).is_some() => {}
                _ => put(&mut first, &path, origin),
            }
        }
        if kind.is_none() {
            // It is gone already, and Talos would not find it.
            let gone = deletions(&self.said).into_iter().filter(|(path, _)| ungenerated(path).is_some());
            gone.for_each(|(path, _)| remove(&mut self.said, &path));
        }
        let goes = (entries(&first).len() > names).then_some(first);
        goes.into_iter().chain([self.said]).collect()
    }
}

/// The part within which a path of the core document leads to what no generator writes.
fn ungenerated(path: &[String]) -> Option<&'static Ungenerated> {
    let part = UNGENERATED
        .iter()
        .find(|part| path.len() > part.path.len() && part.path.iter().zip(path).all(|(own, key)| own == key))?;
    match part.holds {
        Holds::KeysBut(own) if path.get(part.path.len()).is_some_and(|key| own.contains(&key.as_str())) => None,
        _ => Some(part),
    }
}

/// Whether Talos surely finds nothing to take away at a path, by what is said of the core document besides what is generated.
fn is_absent(said: Option<&Node>, path: &[String]) -> bool {
    let (Some(part), Some((_, around))) = (ungenerated(path), path.split_last()) else { return false };
    // A key that somebody fills in may be any.
    let is_filled = |key: &str| key.contains("${");
    let beside = said.and_then(|said| at(said, around)).map_or(&[][..], entries);
    if path.iter().any(|key| is_filled(key)) || beside.iter().any(|(key, _)| is_filled(key)) {
        return false;
    }
    let is_there = |path: &[String]| {
        let there = said.and_then(|said| at(said, path));
        there.is_some_and(|there| !is_deletion(there) && !matches!(there.value, Value::Scalar(Scalar::Null)))
    };
    match part.holds {
        Holds::Fields => !is_there(around),
        Holds::KeysBut(_) => !is_there(path),
    }
}

/// Whether generators write no document of a kind, so that of it nothing goes but what is said here.
fn is_users(kind: &str, talos: Minor) -> bool {
    let file = topic(Some(kind), &[]).file;
    let is_of = |(topic, but): &(&str, &str)| *topic == file && *but != kind;
    USERS.iter().any(is_of) && !is_generated(kind, talos)
}

/// What generators write into a mapping of a typed document, where that is known.
fn keys(kind: &str, path: &[String]) -> Option<&'static [&'static str]> {
    let [key] = path else { return None };
    KEYS.iter().find(|(of, mapping, _)| *of == kind && mapping == key).map(|(_, _, keys)| *keys)
}

/// The mappings that are taken away, by their paths, with what says so. Members of lists are none of them.
pub(super) fn deletions(node: &Node) -> Vec<(Vec<String>, Origin)> {
    fn find(node: &Node, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, Origin)>) {
        if is_deletion(node) {
            found.push((path.clone(), node.origin));
            return;
        }
        for (key, part) in entries(node) {
            path.push(key.clone());
            find(part, path, found);
            path.pop();
        }
    }
    let mut found = Vec::new();
    find(node, &mut Vec::new(), &mut found);
    found
}

/// Takes the members of lists out that a patch takes away: it says them by their first key.
fn take_members(said: &mut Node, patch: &Node) {
    match (&mut said.value, &patch.value) {
        (Value::Mapping(said), Value::Mapping(patch)) => {
            for (key, patch) in patch {
                said.iter_mut().filter(|(own, _)| own == key).for_each(|(_, said)| take_members(said, patch));
            }
        }
        (Value::Sequence(said), Value::Sequence(patch)) => {
            for member in patch.iter().filter(|member| is_deletion(member)) {
                let Some((key, value)) = entries(member).iter().find(|(key, _)| key != DIRECTIVE) else { continue };
                let is_meant = |own: &Node| own.get(key).is_some_and(|own| own.text() == value.text());
                said.retain(|own| is_deletion(own) || !is_meant(own));
            }
        }
        _ => {}
    }
}

/// Those of them of which a patch says something, or what is around them.
fn met(node: &Node, patch: &Node) -> Vec<(Vec<String>, Origin)> {
    fn find(node: &Node, patch: &Node, path: &mut Vec<String>, found: &mut Vec<(Vec<String>, Origin)>) {
        if is_deletion(node) {
            found.push((path.clone(), node.origin));
            return;
        }
        for (key, patch) in entries(patch) {
            let Some(part) = node.get(key) else { continue };
            path.push(key.clone());
            find(part, patch, path, found);
            path.pop();
        }
    }
    let mut found = Vec::new();
    find(node, patch, &mut Vec::new(), &mut found);
    found
}

fn is_deletion(node: &Node) -> bool {
    node.get(DIRECTIVE).is_some_and(|told| told.text() == "delete")
}

fn is_value(node: &Node) -> bool {
    !matches!(node.value, Value::Mapping(_) | Value::Sequence(_))
}

/// Whether what is laid over something leaves it as it is.
fn says_nothing(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => *scalar == Scalar::Null,
        Value::Mapping(entries) => entries.is_empty(),
        _ => false,
    }
}

fn entries(node: &Node) -> &[(String, Node)] {
    if let Value::Mapping(entries) = &node.value { entries } else { &[] }
}

fn deletion(origin: Origin) -> Node {
    Node::new(Value::Mapping(vec![(DIRECTIVE.to_owned(), Node::new(Value::Text("delete".to_owned()), origin))]), origin)
}

fn at<'n>(node: &'n Node, path: &[String]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn at_mut<'n>(node: &'n mut Node, path: &[String]) -> Option<&'n mut Node> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    node.at_mut(&path)
}

/// Leaves nothing of what is at a path but its place.
fn clear(node: &mut Node, path: &[String]) {
    if let Some(there) = at_mut(node, path) {
        there.value = Value::Scalar(Scalar::Null);
        there.written = None;
    }
}

/// Takes out what is at a path, and what is empty without it.
fn remove(node: &mut Node, path: &[String]) {
    let Some((last, before)) = path.split_last() else { return };
    let Some(around) = at_mut(node, before).filter(|around| around.get(last).is_some()) else { return };
    around.remove(last);
    if entries(around).is_empty() && !before.is_empty() {
        remove(node, before);
    }
}

/// Puts what takes a path away into a document.
fn put(document: &mut Node, path: &[String], origin: Origin) {
    let Some((first, rest)) = path.split_first() else {
        return document.set(DIRECTIVE, Node::new(Value::Text("delete".to_owned()), origin));
    };
    if document.get(first).is_none() {
        document.set(first.as_str(), Node::mapping(origin));
    }
    if let Some(inner) = document.at_mut(&[first]) {
        put(inner, rest, origin);
    }
}
