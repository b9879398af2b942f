//! One cause that rules find at several machines, said once: what a profile says for all of its nodes, or what each of
//! them repeats.
//!
//! Knows findings and the names of nodes. Start at [`say_once`].

use hnet_diagnostics::{Code, Diagnostics, codes};
use hnet_model::Network;
use indexmap::IndexSet;

/// The findings that are one mistake however many machines say it, each in its own place.
static OF_ONE_CAUSE: [&Code; 3] = [&codes::ALIAS_IS_KERNEL_NAME, &codes::NODE_RESTRICTION, &codes::NOT_IN_THIS_TALOS];

/// Joins the findings that have one cause: the first stays, with the places of the others as labels.
pub(crate) fn say_once(network: &Network, out: &mut Diagnostics) {
    let nodes = network.clusters.iter().flat_map(|cluster| &cluster.nodes);
    let nodes: IndexSet<&str> = nodes.map(|node| node.name.value.as_str()).collect();
    hnet_diagnostics::say_once(out, |finding| {
        // Of all others it is one mistake where it is one text, as that of a profile.
        let place = finding.span().filter(|_| !OF_ONE_CAUSE.contains(&finding.code));
        Some((without_nodes(&finding.title, &nodes), place))
    });
}

/// A title without the names of nodes in it.
fn without_nodes(title: &str, nodes: &IndexSet<&str>) -> String {
    let parts = title.split('`').enumerate();
    // What stands between backticks are the parts with odd numbers.
    let parts = parts.map(|(at, part)| if at % 2 == 1 && nodes.contains(part) { "" } else { part });
    parts.collect::<Vec<_>>().join("`")
}
