//! `bootstrap/`: what must stand before GitOps can run. A page with the commands in their order
//! ([`readme`], and what they expect: [`needed`]), and on k3s the configuration of each machine ([`k3s`]).
//!
//! What Argo CD syncs is not repeated here: the commands take the same files.

mod handover;
mod images;
mod k3s;
mod needed;
mod readme;
#[cfg(test)]
mod tests;

use hnet_model::{Distribution, Part};

use crate::{Context, Receiver};

/// Writes the folder of each cluster.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for cluster in &context.network.clusters {
        if let Some(readme) = context.path(cluster, Part::Bootstrap, "README.md") {
            outputs.insert(readme, readme::file(context, cluster));
            crate::talos::emit_schematics(context, cluster, outputs);
        }
        if matches!(cluster.distribution, Distribution::K3s(_)) {
            for (at, node) in cluster.nodes.iter().enumerate() {
                let Some(path) = context.machine(cluster, node.name.value.as_str()) else { continue };
                outputs.insert(path, k3s::file(context, cluster, at));
            }
        }
    }
}
