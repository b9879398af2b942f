//! One cause that rules find at several machines, said once: what a profile says for all of its nodes, or what each of
//! them repeats.
//!
//! Knows findings and the names of nodes. Start at [`say_once`].

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Label, Span, codes};
use hnet_model::Network;
use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};

/// The findings that are one mistake however many machines say it, each in its own place.
static OF_ONE_CAUSE: [&Code; 3] = [&codes::ALIAS_IS_KERNEL_NAME, &codes::NODE_RESTRICTION, &codes::NOT_IN_THIS_TALOS];

/// How many of the other places are pointed at.
const SHOWN: usize = 3;

/// Joins the findings that have one cause: the first stays, with the places of the others as labels.
pub(crate) fn say_once(network: &Network, out: &mut Diagnostics) {
    let nodes = network.clusters.iter().flat_map(|cluster| &cluster.nodes);
    let nodes: IndexSet<&str> = nodes.map(|node| node.name.value.as_str()).collect();
    let mut first: IndexMap<(&str, String, Option<Span>), usize> = IndexMap::new();
    let mut kept: Vec<Diagnostic> = Vec::new();
    let mut others: IndexMap<usize, IndexSet<Span>> = IndexMap::new();
    for finding in std::mem::take(out).into_sorted() {
        let place = finding.span();
        let title = without_nodes(&finding.title, &nodes);
        // Of all others it is one mistake where it is one text, as that of a profile.
        let of_one_cause = OF_ONE_CAUSE.contains(&finding.code);
        match first.entry((finding.code.number, title, place.filter(|_| !of_one_cause))) {
            Entry::Vacant(vacant) => {
                vacant.insert(kept.len());
                kept.push(finding);
            }
            Entry::Occupied(at) => {
                let further = others.entry(*at.get()).or_default();
                further.extend(place.filter(|_| of_one_cause));
            }
        }
    }
    for (at, places) in others {
        let finding = &mut kept[at];
        let own: Vec<Span> = finding.labels.iter().map(|label| label.span).collect();
        let places: Vec<Span> = places.into_iter().filter(|place| !own.contains(place)).collect();
        for (shown, span) in places.iter().enumerate().take(SHOWN) {
            let left = places.len() - SHOWN.min(places.len());
            let is_last = left > 0 && shown + 1 == SHOWN;
            let more = if is_last { format!(", and at {left} more") } else { String::new() };
            finding.labels.push(Label { span: *span, text: format!("and here{more}") });
        }
    }
    for finding in kept {
        out.report(finding);
    }
}

/// A title without the names of nodes in it.
fn without_nodes(title: &str, nodes: &IndexSet<&str>) -> String {
    let parts = title.split('`').enumerate();
    // What stands between backticks are the parts with odd numbers.
    let parts = parts.map(|(at, part)| if at % 2 == 1 && nodes.contains(part) { "" } else { part });
    parts.collect::<Vec<_>>().join("`")
}
