//! YAML that is laid over the objects of statements: it is about an object that there is, of types that the API server
//! takes, and says nothing else than the source.
//!
//! Start at [`overlays`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_emit::Context;
use hnet_emit::overlay::{Written, written};
use hnet_emit::yaml::{Node, Value};
use hnet_model::{Cluster, Overlay, RawYaml};
use indexmap::IndexMap;

use super::overlay_contradictions::contradictions;
use super::overlay_types::wrong_types;
use super::ports::refused_ports;
use super::raw_manifests::not_served;
use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// What is laid over objects.
pub(crate) fn overlays(facts: &Facts<'_>, out: &mut Diagnostics) {
    let written = written(facts.network, facts.sources);
    let mut by_statement: IndexMap<Span, Vec<&Written>> = IndexMap::new();
    for object in &written {
        object.statements.iter().for_each(|statement| by_statement.entry(*statement).or_default().push(object));
    }
    let context = Context { network: facts.network, sources: facts.sources };
    for cluster in &facts.network.clusters {
        for (keyword, overlay) in cluster.overlays().filter(|(_, overlay)| facts.whole(overlay.span)) {
            let objects = by_statement.get(&overlay.span).map_or(&[][..], Vec::as_slice);
            if objects.is_empty() {
                // Of folders that are not written Argo CD is told nothing.
                if keyword != "gitops" || context.synced(cluster).is_some() {
                    out.report(no_objects(keyword, overlay));
                }
                continue;
            }
            for block in &overlay.patches {
                check(facts, cluster, keyword, block, objects, out);
            }
        }
    }
}

/// What is laid over the objects of a statement that comes out as none.
fn no_objects(keyword: &str, overlay: &Overlay) -> Diagnostic {
    let said = overlay.labels.iter().chain(&overlay.annotations).map(|(key, _)| key.span());
    let place = said.chain(overlay.patches.iter().map(|block| block.span)).min().unwrap_or(overlay.span);
    Diagnostic::new(&codes::PATCH_OF_NO_OBJECT, format!("this `{keyword}` comes out as no object"))
        .label(place, "there is nothing to lay it over")
        .label(overlay.span, "what is named here is made by somebody else")
        .help("leave it out, or say it to whoever makes the object")
}

fn check(
    facts: &Facts<'_>,
    cluster: &Cluster,
    keyword: &str,
    block: &RawYaml,
    objects: &[&Written],
    out: &mut Diagnostics,
) {
    let over = Node::from_raw(block);
    let Value::Mapping(_) = over.value else {
        out.report(
            Diagnostic::new(&codes::PATCH_OF_WRONG_TYPE, "the patch is no mapping")
                .label(block.span, "no keys stand here")
                .help("write those fields of the object that differ, as `key: value` lines"),
        );
        return;
    };
    let meant: Vec<&Written> = objects.iter().copied().filter(|object| object.is_meant_by(block)).collect();
    if meant.is_empty() {
        let path: &[&str] = if over.get("kind").is_some() { &["kind"] } else { &["metadata", "name"] };
        let place = key_place(facts.sources, block.span, path.iter().copied());
        let names: Vec<String> = objects.iter().map(|object| format!("`{}`", called(&object.object))).collect();
        out.report(
            Diagnostic::new(&codes::PATCH_OF_NO_OBJECT, format!("the `{keyword}` comes out as no such object"))
                .label(place, "none of its objects is this one")
                .help(format!("it comes out as {}: name one of them by `kind` and `metadata.name`", names.join(", "))),
        );
        return;
    }
    // One block may be about several objects of a kind, and is wrong once.
    let mut found: IndexMap<Span, Diagnostic> = IndexMap::new();
    for object in meant {
        let wrong = wrong_types(&object.object, &over);
        let laid = object.with(block);
        let version = laid.as_ref().filter(|_| over.get("apiVersion").is_some()).and_then(|laid| {
            let place = over.get("apiVersion")?.origin.span;
            not_served(cluster, text(laid, "apiVersion")?, text(laid, "kind")?, place)
        });
        let contradicting = match wrong.is_empty() {
            true => contradictions(facts.sources, &object.object, laid.as_ref(), &over),
            false => Vec::new(),
        };
        let refused =
            laid.as_ref().filter(|_| wrong.is_empty()).map(|laid| refused_ports(laid, true)).unwrap_or_default();
        for finding in wrong.into_iter().chain(version).chain(contradicting).chain(refused) {
            found.entry(finding.span().unwrap_or_default()).or_insert(finding);
        }
    }
    for finding in found.into_values() {
        out.report(finding);
    }
}

/// An object by its kind and name.
fn called(object: &Node) -> String {
    let name = object.get("metadata").and_then(|metadata| text(metadata, "name"));
    format!("{} {}", text(object, "kind").unwrap_or_default(), name.unwrap_or_default())
}

/// A text under a key.
pub(super) fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    match &node.get(key)?.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
