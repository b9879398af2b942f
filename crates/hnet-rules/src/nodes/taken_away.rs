//! What patches take away where nothing is, and what they take away and then say again, where a file for Talos cannot say
//! both. Start at [`taken_away`].

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_emit::{Absent, Context, Refused, SaidAgain, Told};
use hnet_model::{Cluster, Node, Part, Traced, Version};
use indexmap::IndexMap;

use crate::facts::Facts;

/// The outputs that say all of a machine, or of a topic, in one file.
const OUTPUTS: [Part; 3] = [Part::Machines, Part::Topf, Part::Tofu];

/// Each part of a document that goes and is not there, or is there again.
pub(crate) fn taken_away(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let (Some(told), Some(version)) = (Told::of(facts.network, cluster), cluster.talos()) else { continue };
        let is_one_file = OUTPUTS.iter().any(|part| context.place(cluster, *part).is_some());
        let is_patched = |node: &&Node| !(cluster.patches.is_empty() && node.patches.is_empty());
        let mut known = BTreeSet::new();
        let mut absent = IndexMap::new();
        for node in cluster.nodes.iter().filter(is_patched) {
            let refused: Refused = told.refused(node);
            for one in refused.again.iter().filter(|_| is_one_file) {
                if known.insert((one.goes.span, one.said.span)) {
                    out.report(twice(one, version));
                }
            }
            // What is lost of a machine may be what says it.
            for one in refused.absent.into_iter().filter(|_| facts.whole(node.span)) {
                absent.entry((one.goes.span, one.path.join("."))).or_insert_with(|| (one, Vec::new())).1.push(node);
            }
        }
        for (one, nodes) in absent.into_values() {
            out.report(nowhere(&one, &nodes, cluster, version));
        }
    }
}

/// What one file would have to say twice.
fn twice(SaidAgain { field, goes, said }: &SaidAgain, version: &Traced<Version>) -> Diagnostic {
    Diagnostic::new(&codes::NOT_IN_THIS_TALOS, format!("one file cannot take `{field}` away and say it again"))
        .label(said.span, "this is said again")
        .label(goes.span, "it is taken away here")
        .label(version.span(), "Talos refuses two documents of one name in a file")
        .help("leave out what takes it away, and say here what of it is to be otherwise")
}

/// What Talos does not find on machines.
fn nowhere(one: &Absent, nodes: &[&Node], cluster: &Cluster, version: &Traced<Version>) -> Diagnostic {
    let is_within =
        |outer: Span| outer.file == one.goes.span.file && outer.range().contains(&one.goes.span.range().start);
    let is_of_cluster = cluster.patches.iter().any(|patch| is_within(patch.span));
    let (label, help) = match nodes {
        [first, ..] if is_of_cluster && nodes.len() < cluster.nodes.len() => (
            format!("nothing that comes before says it of `{}`", first.name.value),
            "write it in a `patch` of the machines of which it is said",
        ),
        _ => ("nothing that comes before says it".to_owned(), "leave it out: there is nothing to take away"),
    };
    let title = format!("Talos {} finds no `{}` to take away", version.value, one.path.join("."));
    Diagnostic::new(&codes::NOTHING_TO_TAKE_AWAY, title).label(one.goes.span, label).help(help)
}
