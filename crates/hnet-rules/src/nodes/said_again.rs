//! What patches take away and then say again, where a file for Talos cannot say both. Start at [`said_again`].

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_emit::{Context, SaidAgain, Told};
use hnet_model::Part;

use crate::facts::Facts;

/// The outputs that say all of a machine, or of a topic, in one file.
const OUTPUTS: [Part; 3] = [Part::Machines, Part::Topf, Part::Tofu];

/// Each part of a document that goes and is there again.
pub(crate) fn said_again(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let (Some(told), Some(version)) = (Told::of(facts.network, cluster), cluster.talos()) else { continue };
        if OUTPUTS.iter().all(|part| context.place(cluster, *part).is_none()) {
            continue;
        }
        let is_patched = |node: &&hnet_model::Node| !(cluster.patches.is_empty() && node.patches.is_empty());
        let mut known = BTreeSet::new();
        for node in cluster.nodes.iter().filter(is_patched) {
            for SaidAgain { field, goes, said } in told.said_again(node) {
                if known.insert((goes.span, said.span)) {
                    let title = format!("one file cannot take `{field}` away and say it again");
                    out.report(
                        Diagnostic::new(&codes::NOT_IN_THIS_TALOS, title)
                            .label(said.span, "this is said again")
                            .label(goes.span, "it is taken away here")
                            .label(version.span(), "Talos refuses two documents of one name in a file")
                            .help("leave out what takes it away, and say here what of it is to be otherwise"),
                    );
                }
            }
        }
    }
}
