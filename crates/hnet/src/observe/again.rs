//! Objects that are observed and that the source makes as well: by a statement of their kind and name, or written out in a
//! `manifest`. Start at [`Observed::made_again`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_compare::{Facts, compare};
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Sources, Span, codes};
use hnet_emit::Outputs;
use hnet_model::{Cluster, Name, Network, Owned as _, Traced, own, placeholders};
use hnet_repository::Document;
use hnet_yaml::Reader;
use indexmap::IndexMap;

use super::{MANIFEST, Observed};

/// An object, and a statement of its kind and name.
#[derive(Debug)]
pub(super) struct Again {
    /// The cluster of several in whose statement it stands.
    pub(super) cluster: Option<String>,
    /// The word of the statement.
    pub(super) keyword: &'static str,
    /// Where the name of the statement stands.
    pub(super) name: Span,
    /// The object that is there.
    pub(super) document: Document,
}

impl Observed {
    /// Drops what rules say of objects that manifests write out and that are observed: what is to be said of them is said
    /// when both are compared.
    pub(crate) fn drop_made_again(&self, found: &mut Diagnostics) {
        let of_manifests = self.again.iter().filter(|again| again.keyword == MANIFEST);
        let titles: BTreeSet<String> = of_manifests.map(|again| format!("{} exists already", again.called())).collect();
        found.retain(|finding| *finding.code != codes::OBJECT_EXISTS || !titles.contains(&finding.title));
    }

    /// Reports each object that is there and that a statement makes as well: it is taken over where both mean the same.
    pub(crate) fn made_again(&self, network: &mut Network, sources: &Sources, out: &mut Diagnostics) {
        let made: Vec<&Again> = self.again.iter().filter(|again| again.is_made_by(network)).collect();
        if made.is_empty() {
            return;
        }
        // What is there has its variables filled in or has not; both are compared with the values that the source says.
        let placeholders = std::mem::take(&mut network.placeholders);
        let known: BTreeMap<&str, &str> =
            placeholders.declared().map(|one| (one.name.as_str(), one.value.as_str())).collect();
        let mut emitted: BTreeMap<Option<&str>, Written> = BTreeMap::new();
        let mut judged = Vec::new();
        for again in made {
            let written = emitted.entry(again.cluster.as_deref()).or_insert_with_key(|cluster| match cluster {
                None => written(&hnet_emit::emit(network, sources)),
                Some(cluster) => {
                    let mut only = network.clone();
                    only.clusters.retain(|own| own.name.value.as_str() == *cluster);
                    written(&hnet_emit::emit(&only, sources))
                }
            });
            let theirs = sources.get(again.document.file).path();
            let Some(own) = again.own(written).filter(|(path, _)| path != theirs) else { continue };
            judged.push((again, again.differing(&own.1, &known)));
        }
        network.placeholders = placeholders;
        // Where nobody says what of the files is applied, an object may stand in them in several forms.
        let same: IndexMap<Span, &Again> =
            judged.iter().rev().filter(|(_, path)| path.is_none()).map(|(again, _)| (again.name, *again)).collect();
        for (again, path) in &judged {
            let Some(path) = path.as_ref().filter(|_| !same.contains_key(&again.name)) else { continue };
            let (called, maker) = (again.called(), again.maker());
            out.report(
                Diagnostic::new(&codes::OBJECT_EXISTS, format!("{called} exists already"))
                    .label(again.name, format!("the {maker} writes another `{path}`"))
                    .label(again.there(), "it is there already")
                    .help(format!("import it, so that the {maker} says the same; or leave the {maker} out")),
            );
        }
        taken_over(same.into_values().rev().collect(), out);
    }
}

/// Says which objects are there as they are written, a few of them each by itself.
fn taken_over(same: Vec<&Again>, out: &mut Diagnostics) {
    const FEW: usize = 3;
    let others = same.len().saturating_sub(1);
    for again in same.iter().take(if same.len() > FEW { 1 } else { FEW }) {
        let title = match same.len() > FEW {
            true => format!("{} and {others} other objects are taken over", again.called()),
            false => format!("{} is taken over", again.called()),
        };
        out.report(
            Diagnostic::new(&codes::TAKEN_OVER, title)
                .label(again.name, format!("the {} makes the same object", again.maker()))
                .label(again.there(), "it is there already")
                .help("where it is built to another file, take it out here: two who apply one object undo each other's changes"),
        );
    }
}

/// The objects that are written, by group, kind and name, each with the path of its file.
type Written = BTreeMap<Called, Vec<(String, Document)>>;

/// The group, kind and name of an object.
pub(super) type Called = (String, String, String);

fn written(outputs: &Outputs) -> Written {
    let mut objects = Written::new();
    let is_yaml = |path: &str| path.ends_with(".yaml") || path.ends_with(".yml");
    for (path, file) in outputs.files.iter().filter(|(path, _)| is_yaml(path)) {
        let read = hnet_yaml::parse(FileId::default(), file.text());
        let roots = read.documents().filter_map(|document| document.root).map(hnet_yaml::Node::value);
        for one in roots.enumerate().map(|(at, value)| Document::written(value, FileId::default(), at)) {
            objects.entry(called(&one)).or_default().push((path.clone(), one));
        }
    }
    objects
}

pub(super) fn called(one: &Document) -> Called {
    (one.group().to_owned(), one.kind().to_owned(), one.name().to_owned())
}

impl Again {
    /// What the object is called for people.
    fn called(&self) -> String {
        let namespace = self.document.namespace.as_deref().map_or(String::new(), |own| format!("{own}/"));
        format!("{} `{namespace}{}`", self.document.kind(), self.document.name())
    }

    /// What makes it, for people.
    fn maker(&self) -> &'static str {
        if self.keyword == MANIFEST { MANIFEST } else { "statement" }
    }

    /// Whether the statement makes this object, and not one in another namespace.
    fn is_made_by(&self, network: &Network) -> bool {
        let name = self.document.name();
        let is_there = |own: &Traced<Name>, namespace: Option<&Traced<Name>>| {
            let namespace = namespace.map(|namespace| namespace.value.as_str());
            own.value.as_str() == name && (namespace.is_none() || self.document.namespace.as_deref() == namespace)
        };
        let is_its = |cluster: &&Cluster| self.cluster.as_deref().is_none_or(|own| cluster.name.value.as_str() == own);
        network.clusters.iter().filter(is_its).any(|cluster| match self.keyword {
            "gateway" => own(&cluster.gateways).any(|it| is_there(&it.name, Some(&it.namespace))),
            "route" => own(&cluster.routes).any(|it| is_there(&it.name, Some(&it.namespace))),
            "certificate" => cluster
                .certificates
                .iter()
                .any(|it| it.is_own() && it.issuer.is_some() && is_there(&it.name, Some(&it.namespace))),
            "certificate-issuer" => {
                cluster.issuers.iter().any(|it| it.is_written() && is_there(&it.name, it.namespace.as_ref()))
            }
            "pool" => own(&cluster.pools).any(|it| is_there(&it.name, None)),
            MANIFEST => true,
            _ => own(&cluster.namespaces).any(|it| is_there(&it.name, None)),
        })
    }

    /// The object that is written, with the path of its file.
    fn own<'w>(&self, written: &'w Written) -> Option<&'w (String, Document)> {
        let namespace = &self.document.namespace;
        let is_it = |(_, own): &&(String, Document)| own.namespace == *namespace || own.namespace.is_none();
        written.get(&called(&self.document))?.iter().find(is_it)
    }

    /// Where the name of the object stands that is there.
    fn there(&self) -> Span {
        self.document.value.at(&["metadata", "name"]).map_or(self.document.value.span, |name| name.span)
    }

    /// Where what is written means something else, if anywhere.
    fn differing(&self, own: &Document, known: &BTreeMap<&str, &str>) -> Option<String> {
        let theirs = &self.document;
        let kind = hnet_compare::Kind::new(theirs.group(), theirs.kind());
        let namespace = theirs.namespace.as_deref();
        let read = |document: &Document| {
            let mut value = hnet_compare::Value::of(&document.value, Reader::ApiServer);
            fill(&mut value, known);
            in_namespace(value, namespace)
        };
        let compared = compare(&kind, &read(theirs), &read(own), &Facts::default());
        compared.differing().next().map(|field| field.path.to_string())
    }
}

/// Puts the values of placeholders in their places.
fn fill(value: &mut hnet_compare::Value, known: &BTreeMap<&str, &str>) {
    use hnet_compare::Value::{List, Map, Text};
    match value {
        Text(text) => {
            if let Some(filled) = placeholders::filled(text, |name| known.get(name).copied()) {
                *text = filled;
            }
        }
        List(items) => items.iter_mut().for_each(|item| fill(item, known)),
        Map(entries) => entries.iter_mut().for_each(|(_, item)| fill(item, known)),
        _ => {}
    }
}

/// What an object says, in this namespace: a kustomization may give it, and a reference to another object of the same
/// may leave it out.
fn in_namespace(mut value: hnet_compare::Value, namespace: Option<&str>) -> hnet_compare::Value {
    if let hnet_compare::Value::Map(entries) = &mut value
        && let Some((_, hnet_compare::Value::Map(metadata))) = entries.iter_mut().find(|(key, _)| key == "metadata")
    {
        metadata.retain(|(key, _)| key != "namespace");
        let said = namespace.map(|own| ("namespace".to_owned(), hnet_compare::Value::Text(own.to_owned())));
        metadata.extend(said);
    }
    value
}
