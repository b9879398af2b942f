//! What the source lays over the objects that hnet writes: labels, annotations, and YAML.
//!
//! Every object goes through [`Over::laid`]. Rules are told what stands below by [`written`]. Start at [`Over`].

use hnet_compare::Kind;
use hnet_diagnostics::{Sources, Span, Traced};
use hnet_model::{Network, Overlay, Owner, RawYaml};

use crate::yaml::{Node, Value};
use crate::{OutputFile, Receiver, Work, jobs, networking};

/// What is laid over an object, by what the object is to the statement that says so.
#[derive(Clone, Copy)]
pub(crate) enum Over<'a> {
    /// Nothing: no statement owns the object.
    Nothing,
    /// The object that the statement is about.
    Main(&'a Overlay),
    /// Another object of the statement.
    Beside(&'a Overlay),
    /// An object that several statements need: only YAML that names it is about it.
    Shared(&'a [&'a Overlay]),
}

/// An object before YAML is laid over it. The main one of a statement has its labels and annotations; others may be spared
/// them by YAML.
#[derive(Clone, Debug)]
pub struct Written {
    /// The object.
    pub object: Node,
    /// Whether it is the one that its statement is about.
    pub is_main: bool,
    /// The statements that may lay something over it.
    pub statements: Vec<Span>,
}

impl Written {
    /// Whether a block of one of its statements is about the object.
    #[must_use]
    pub fn is_meant_by(&self, block: &RawYaml) -> bool {
        is_meant(&self.object, self.is_main, block)
    }

    /// The object with a block laid over it; none where that removes it.
    #[must_use]
    pub fn with(&self, block: &RawYaml) -> Option<Node> {
        lay(&self.object, block)
    }
}

impl<'a> Over<'a> {
    /// The object with all that is laid over it; none where that removes it.
    pub(crate) fn laid(self, mut object: Node) -> Option<Node> {
        let is_main = matches!(self, Over::Main(_));
        self.mark(&mut object);
        for overlay in self.overlays() {
            for block in &overlay.patches {
                if is_meant(&object, is_main, block) {
                    object = lay(&object, block)?;
                }
            }
        }
        Some(object)
    }

    /// Whether the object is only there for things that are not written here.
    pub(crate) fn is_anothers(self) -> bool {
        let is_anothers = |overlay: &Overlay| overlay.owner != Owner::Hnet;
        match self {
            Over::Nothing => false,
            Over::Main(overlay) | Over::Beside(overlay) => is_anothers(overlay),
            Over::Shared(overlays) => !overlays.is_empty() && overlays.iter().all(|overlay| is_anothers(overlay)),
        }
    }

    /// Whether nothing is laid over.
    pub(crate) fn is_nothing(self) -> bool {
        self.overlays().next().is_none()
    }

    /// Gives an object the labels and annotations of its statement.
    fn mark(self, object: &mut Node) {
        for overlay in self.overlays().filter(|_| !matches!(self, Over::Shared(_))) {
            add_pairs(object, "annotations", &overlay.annotations);
            add_pairs(object, "labels", &overlay.labels);
        }
    }

    /// An object, to be looked at before YAML is laid over it.
    pub(crate) fn written(self, mut object: Node) -> Written {
        if matches!(self, Over::Main(_)) {
            self.mark(&mut object);
        }
        let statements = self.overlays().map(|overlay| overlay.span).collect();
        Written { object, is_main: matches!(self, Over::Main(_)), statements }
    }

    fn overlays(self) -> impl Iterator<Item = &'a Overlay> {
        let (one, several): (Option<&Overlay>, &[&Overlay]) = match self {
            Over::Nothing => (None, &[]),
            Over::Main(overlay) | Over::Beside(overlay) => (Some(overlay), &[]),
            Over::Shared(overlays) => (None, overlays),
        };
        one.into_iter().chain(several.iter().copied()).filter(|overlay| !overlay.is_empty())
    }
}

/// Every object over which something is laid, before it is.
#[must_use]
pub fn written(network: &Network, sources: &Sources) -> Vec<Written> {
    if network.clusters.iter().all(|cluster| cluster.overlays().next().is_none()) {
        return Vec::new();
    }
    let mut recorder = Recorder::default();
    let of_objects = |work: &Work| match work {
        Work::Component(_) | Work::Objects => true,
        Work::Emitter(emitter) => emitter.name == networking::SYNCS,
    };
    jobs(network, sources).iter().filter(|job| of_objects(&job.work)).for_each(|job| job.run(&mut recorder));
    recorder.0
}

/// Takes objects, and no files.
#[derive(Default)]
struct Recorder(Vec<Written>);

impl Receiver for Recorder {
    fn insert(&mut self, _: String, _: OutputFile) {}

    fn records(&self) -> bool {
        true
    }

    fn record(&mut self, written: Written) {
        self.0.push(written);
    }
}

/// Whether a block is about an object: about the one that it names by its kind, and perhaps its name and namespace;
/// where it names no kind, about the main one of its statement.
fn is_meant(object: &Node, is_main: bool, block: &RawYaml) -> bool {
    let said = |path: &[&str]| path.iter().try_fold(&block.value, |value, key| value.get(*key))?.as_str();
    let own = |path: &[&str]| match &path.iter().try_fold(object, |node, key| node.get(key))?.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let fits = |path: &[&str]| said(path).is_none_or(|said| own(path) == Some(said));
    (is_main || said(&["kind"]).is_some())
        && fits(&["kind"])
        && fits(&["metadata", "name"])
        && fits(&["metadata", "namespace"])
}

/// The kind of an object.
#[must_use]
pub fn kind_of(object: &Node) -> Kind {
    let text = |key: &str| object.get(key).map(Node::text).unwrap_or_default();
    Kind::of(&text("apiVersion"), &text("kind"))
}

/// An object with a block laid over it that is about it; none where that removes it.
fn lay(object: &Node, block: &RawYaml) -> Option<Node> {
    let mut over = Node::from_raw(block);
    // What names the object says nothing new of it.
    over.remove("kind");
    if let Some(metadata) = over.at_mut(&["metadata"]) {
        metadata.remove("name");
        metadata.remove("namespace");
    }
    hnet_compare::lay_over(&kind_of(object), object, &over)
}

/// Puts labels or annotations into the metadata of an object, in the order of their keys.
fn add_pairs(object: &mut Node, field: &str, pairs: &[(Traced<String>, String)]) {
    let Some(first) = pairs.first() else { return };
    let Some(Node { value: Value::Mapping(metadata), .. }) = object.at_mut(&["metadata"]) else { return };
    if !metadata.iter().any(|(key, _)| key == field) {
        // Annotations stand before labels.
        let labels = metadata.iter().position(|(key, _)| key == "labels").unwrap_or(metadata.len());
        metadata.insert(labels, (field.to_owned(), Node::mapping(first.0.origin)));
    }
    let own = metadata.iter_mut().find(|(key, _)| key == field);
    let Some((_, Node { value: Value::Mapping(own), .. })) = own else { return };
    for (key, value) in pairs {
        let node = Node::new(Value::Text(value.clone()), key.origin);
        match own.binary_search_by(|(other, _)| other.as_str().cmp(key.value.as_str())) {
            Ok(at) => own[at].1 = node,
            Err(at) => own.insert(at, (key.value.clone(), node)),
        }
    }
}
