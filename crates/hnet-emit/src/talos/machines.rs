//! `talos/machines/<node>.yaml`: all that one machine is told, as strategic merge patches over what
//! `talosctl gen config` writes for its role. Start at [`file`].

use hnet_model::{Node as ModelNode, Origin, Role};

use super::laid::Laid;
use super::plan::Plan;
use super::settings;
use super::shape::{self, Shaped};
use crate::yaml::Node;
use crate::{Context, OutputFile};

/// The file of a machine.
pub(super) fn file(context: &Context<'_>, plan: &Plan<'_>, node: &ModelNode) -> OutputFile {
    let mut file = OutputFile::with_header(&context.header());
    if plan.cluster.patches.is_empty() && node.patches.is_empty() {
        shaped(plan, node).write(&mut file);
    } else {
        documents(plan, node).iter().for_each(|document| file.document(document));
    }
    single_dollars(&mut file);
    file
}

/// All that a machine is told, the core document first.
pub(super) fn documents(plan: &Plan<'_>, node: &ModelNode) -> Vec<Node> {
    laid(plan, node).documents(plan.talos, node.role.value)
}

/// The user's patches over what a machine is told besides.
pub(super) fn laid(plan: &Plan<'_>, node: &ModelNode) -> Laid {
    let mut laid = Laid::over(shaped(plan, node).nodes());
    for patch in plan.cluster.patches.iter().chain(&node.patches) {
        laid.lay(Node::from_raw(patch));
    }
    laid
}

/// What a machine is told but for the user's own documents.
pub(super) fn shaped(plan: &Plan<'_>, node: &ModelNode) -> Shaped {
    let mut told = settings::of_all(plan);
    if node.role.value == Role::ControlPlane {
        told = told.with(settings::of_control_planes(plan));
    }
    let told = told.with(settings::of_node(plan, node));
    shape::shape(&told, plan.talos, Origin::written(node.span))
}

/// Of a file in which nobody fills anything in, so that nothing has to be kept from it.
pub(super) fn single_dollars(file: &mut OutputFile) {
    if file.text().contains("$${") {
        let text = file.text().replace("$${", "${");
        file.replace_within_lines(text);
    }
}
