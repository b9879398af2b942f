//! What a source says of placeholders, where the repository says otherwise: their values, and names near to theirs.

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, codes, is_slip, nearest};
use hnet_model::Network;
use hnet_repository::Surroundings;

use super::otherwise::Otherwise;

/// The placeholders that stand for something else than in each of the clusters that define them.
pub(super) fn otherwise(network: &Network, there: &Surroundings) -> Vec<Otherwise> {
    let declared = || network.placeholders.declared();
    let mut found = Vec::new();
    for own in declared() {
        let of_name = there.clusters.iter().filter_map(|cluster| cluster.variables.get(own.name.as_str()));
        let Some(defined) = of_name.map(|one| Some((one.value.clone()?, one.span))).collect::<Option<Vec<_>>>() else {
            continue;
        };
        // One cluster may have its own, or the source may say one for each.
        let is_same = defined.iter().any(|(value, _)| value.trim() == own.value.trim() || value.contains("${"));
        if let Some((value, place)) = defined.first().filter(|_| !is_same) {
            let of = format!("placeholder `{}`", own.name);
            found.push(Otherwise::field(of, &own.name, (own.span, &own.value), (*place, value)));
        }
    }
    found
}

/// The names of placeholders that nothing defines and that are nearly those of others. `known` are those that the
/// repository defines.
pub(super) fn slips(network: &Network, is_known: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let declared: BTreeSet<&str> = network.placeholders.declared().map(|own| own.name.as_str()).collect();
    let mut found = Vec::new();
    for (name, place) in network.placeholders.undeclared().filter(|(name, _)| !is_known(name)) {
        let near = declared.iter().copied().filter(|other| is_slip(name, other));
        let Some(near) = nearest(name, near) else { continue };
        found.push(
            Diagnostic::new(&codes::PLACEHOLDER_SLIP, format!("nothing says what `${{{name}}}` stands for"))
                .label(place, "neither a `placeholder` nor a variable is called so")
                .help(format!("did you mean `${{{near}}}`?"))
                .fix(format!("write `{near}`"), place, near),
        );
    }
    found
}
