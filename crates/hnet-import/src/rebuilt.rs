//! What a draft builds, compared with what it was made of: what differs is laid over the words, and what would still
//! differ stays YAML. Start at [`lay_over`].

use hnet::{Input, Options};
use hnet_compare::{Comparison, Facts, Patch};
use hnet_syntax::tree::Tree;
use hnet_yaml::Value;
use indexmap::IndexMap;

use crate::assemble::{Draft, Whole};
use crate::kubernetes::Content;
use crate::make::{map_of, plain, put, styled};
use crate::objects::{self, Key, Object};
use crate::placeholders;
use crate::report::Report;
use crate::say;
use crate::settle::NAME;
use crate::take::leaves;

/// The files of each cluster of a draft, as it gets them; none where it does not build.
pub(crate) fn outputs(draft: &Draft, tree: &Tree) -> Option<Vec<IndexMap<String, String>>> {
    let text = hnet_syntax::print(tree);
    let outputs = hnet::compile(Input::one(NAME, text), &Options::default()).outputs?;
    let said = placeholders::Said::of(tree, draft);
    let mut files: Vec<IndexMap<String, String>> = vec![IndexMap::new(); draft.clusters.len()];
    for (path, file) in outputs.files {
        let is_its = |name: &str| path.split('/').next() == Some(name);
        let at = match draft.clusters.len() {
            1 => Some(0),
            _ => draft.clusters.iter().position(|own| is_its(&own.own.name)),
        };
        if let Some(at) = at {
            let got = said.got(&path, file.text()).into_owned();
            files[at].insert(path, got);
        }
    }
    Some(files)
}

/// Lays over each statement what its objects differ in, and says those as YAML that would differ all the same. Whether
/// anything was changed.
pub(crate) fn lay_over(draft: &mut Draft, files: &[IndexMap<String, String>], report: &mut Report) -> bool {
    let is_words = |content: &Content| !content.is_raw && !content.is_implied && !content.objects.is_empty();
    if !draft.clusters.iter().any(|cluster| cluster.contents.iter().any(is_words)) {
        return false;
    }
    let mut is_changed = false;
    for (cluster, files) in draft.clusters.iter_mut().zip(files) {
        let texts = || files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        is_changed |= leave_out_implied(cluster, &objects::written(texts().filter(|(path, _)| !is_manifest(path))));
        let written = objects::written(texts());
        let facts = Facts { links: cluster.own.links() };
        for content in cluster.contents.iter_mut().filter(|content| is_words(content)) {
            is_changed |= match remainder(content, &cluster.objects, &written, &facts) {
                Ok(patches) => lay(content, patches),
                Err(why) => {
                    report.stays_yaml(content.piece.said.span, why);
                    content.say_as_yaml(&cluster.objects);
                    true
                }
            };
        }
    }
    is_changed
}

/// Whether a file of an output is for machines or clusters, and no documentation.
#[must_use]
pub fn is_applied(path: &str) -> bool {
    !path.starts_with("docs/") && !path.contains("/docs/")
}

/// Whether a file holds what the source writes out.
pub(crate) fn is_manifest(path: &str) -> bool {
    path.contains("/manifests/")
}

/// Leaves out the grants that hnet writes itself because of what refers across namespaces. Whether there was one.
fn leave_out_implied(cluster: &mut Whole, written: &IndexMap<Key, Object>) -> bool {
    let mut is_any = false;
    for content in cluster.contents.iter_mut().filter(|own| own.is_raw && own.kind == "ReferenceGrant") {
        let [number] = content.objects[..] else { continue };
        let own = &cluster.objects[number];
        let is_it = |other: &Object| {
            hnet_compare::compare(&own.compared(), &other.read(), &own.read(), &Facts::default()).is_same()
        };
        if written.get(&own.key()).is_some_and(is_it) {
            (content.is_implied, content.is_raw, is_any) = (true, false, true);
        }
    }
    is_any
}

/// What has to be laid over a statement for its objects to be what they were, or why they must be said as YAML.
fn remainder(
    content: &Content,
    objects: &[Object],
    written: &IndexMap<Key, Object>,
    facts: &Facts,
) -> Result<Vec<Value>, String> {
    let mut patches = Vec::new();
    for (at, number) in content.objects.iter().enumerate() {
        let own = &objects[*number];
        let called = || format!("`{}` {}", own.kind, own.name);
        let Some(other) = written.get(&own.key()) else {
            return Err(format!("{}: the words make no object of that name and namespace", called()));
        };
        let compared = hnet_compare::compare(&own.compared(), &other.read(), &own.read(), facts);
        if compared.is_same() {
            continue;
        }
        // What was laid over it once and did not make it the same will not do so by more.
        let Some(patch) = patch_of(&compared, own).filter(|_| content.laid == 0) else {
            let fields: Vec<String> = compared.differing().map(|field| field.path.to_string()).collect();
            return Err(format!("{}: the words lack {}", called(), fields.join(", ")));
        };
        patches.push(if at == 0 && !content.is_apart { patch } else { named(patch, own) });
    }
    Ok(patches)
}

fn lay(content: &mut Content, patches: Vec<Value>) -> bool {
    let is_any = !patches.is_empty();
    for patch in patches {
        let fields = leaves(&patch);
        content.laid += fields;
        content.piece.fields = content.piece.fields.saturating_sub(fields);
        let said = content.piece.said.clone();
        content.piece.said = said.holding([say::block("patch", &patch)]);
    }
    is_any
}

/// One in so many fields may differ for an object to be said in words with the others laid over it.
const MOST_OF_IT: usize = 3;

/// The smallest patch that makes an object of what was written; none where nearly all would be in it.
pub(crate) fn patch_of(compared: &Comparison, own: &Object) -> Option<Value> {
    let Patch::Lay(patch) = &compared.patch else { return None };
    // What others name must be there to be named.
    let is_small = own.kind == "Gateway" || compared.counts().differing * MOST_OF_IT <= leaves(&own.value);
    is_small.then(|| styled(patch, Some(&own.value), own.value.span))
}

/// A patch that names the object which it is about.
fn named(patch: Value, own: &Object) -> Value {
    let span = own.value.span;
    let mut named = map_of([("kind", plain(&own.kind, span))], span);
    patch.fields().for_each(|field| put(&mut named, &[&*field.key], field.value.clone()));
    named
}
