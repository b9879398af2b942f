//! The Talos half: `talos/talconfig.yaml` for talhelper, and the same as machine configuration patches
//! in `talos/machines/` for `talosctl`, topf and Omni.
//!
//! [`plan`] derives what the model does not say itself, [`settings`] collects what each group of machines
//! is told whatever its shape, [`shape`] gives it the shape that the Talos version wants, [`machines`] and
//! [`talconfig`] write the two forms. Start at [`settings`].

mod expressions;
mod links;
mod machines;
mod plan;
mod settings;
mod shape;
mod talconfig;
#[cfg(test)]
mod tests;

use hnet_model::{Part, Version};

use crate::{Context, Receiver};

/// Writes the files of all clusters that run Talos.
pub(crate) fn emit(context: &Context<'_>, outputs: &mut dyn Receiver) {
    for (cluster, folder) in context.clusters(Part::Talos) {
        let Some(version) = cluster.talos() else { continue };
        let plan = plan::Plan::new(context.network, cluster, version);
        outputs.insert(below(&folder, "talconfig.yaml"), talconfig::file(context, &plan));
        for node in &cluster.nodes {
            let path = format!("machines/{}.yaml", node.name.value);
            outputs.insert(below(&folder, &path), machines::file(context, &plan, node));
        }
    }
}

fn below(folder: &str, file: &str) -> String {
    if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") }
}

/// The Talos release that a version means: where it leaves out the patch, the newest one known.
pub(crate) fn release(version: &Version) -> String {
    match (version.patch, hnet_manifests::versions::talos::newest_patch(version.minor())) {
        (None, Some(patch)) => format!("v{}.{}.{patch}{}", version.major, version.minor, version.suffix),
        _ => format!("v{}", version.full()),
    }
}
