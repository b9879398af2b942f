//! What a source says of placeholders, where the repository says otherwise: their values, and names near to theirs.

use std::collections::BTreeSet;

use hnet_diagnostics::{Diagnostic, codes, is_slip, nearest};
use hnet_model::Network;
use hnet_repository::{Standing, Surroundings, Variable, may_be_secret};

use super::otherwise::Otherwise;

/// The placeholders that stand for something else than in a cluster that uses them, whoever defines them there.
pub(super) fn otherwise(network: &Network, there: &Surroundings) -> Vec<Otherwise> {
    let declared = || network.placeholders.declared();
    let mut found = Vec::new();
    for own in declared() {
        let of_name = |cluster: &Standing| cluster.variables.get(own.name.as_str()).cloned().unwrap_or_default();
        // Where none of several clusters is known to use it, any of them may.
        let defined: Vec<Vec<Variable>> = match own.clusters.is_empty() {
            true => vec![there.clusters.iter().flat_map(of_name).collect()],
            false => own.clusters.iter().filter_map(|at| there.clusters.get(*at)).map(of_name).collect(),
        };
        let others = defined.iter().filter_map(|defined| {
            // Who applies one thing may have another than who applies the next. What is secret is not known.
            let is_other = |one: &Variable| {
                one.value.as_ref().is_some_and(|value| value.trim() != own.value.trim() && !value.contains("${"))
            };
            let first = defined.first().filter(|_| defined.iter().all(is_other))?;
            Some((first.value.as_ref()?, first.span))
        });
        let of = format!("placeholder `{}`", own.name);
        let here = (own.span, own.value.as_str());
        let is_hidden = |value: &str| [own.value.as_str(), value].iter().any(|value| may_be_secret(&own.name, value));
        let told = others.map(|(value, place)| match is_hidden(value) {
            true => Otherwise::hidden(of.clone(), &own.name, own.span, place),
            false => Otherwise::field(of.clone(), &own.name, here, (place, value)),
        });
        found.extend(told.reduce(|mut all, mut next| {
            all.there.append(&mut next.there);
            all.is_hidden |= next.is_hidden;
            all
        }));
    }
    found
}

/// How many names are compared in search of near ones, in the whole network.
const COMPARED: usize = 1 << 18;

/// The names of placeholders that nothing defines and that are nearly those of others. `is_known` says of a name whether the
/// repository may define it. Which of them is meant only their writer knows, so none is a fix.
pub(super) fn slips(network: &Network, is_known: &dyn Fn(&str) -> bool) -> Vec<Diagnostic> {
    let declared: BTreeSet<&str> = network.placeholders.declared().map(|own| own.name.as_str()).collect();
    let (mut found, mut left) = (Vec::new(), COMPARED);
    for (name, place) in network.placeholders.undeclared().filter(|(name, _)| !is_known(name)) {
        let compared = declared.iter().take(left).inspect(|_| left -= 1).copied();
        let near = compared.filter(|other| is_slip(name, other));
        let Some(near) = nearest(name, near) else { continue };
        found.push(
            Diagnostic::new(&codes::PLACEHOLDER_SLIP, format!("nothing says what `${{{name}}}` stands for"))
                .label(place, "neither a `placeholder` nor a variable is called so")
                .help(format!("did you mean `${{{near}}}`?")),
        );
    }
    found
}
