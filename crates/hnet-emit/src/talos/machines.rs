//! `talos/machines/<node>.yaml`: all that one machine is told, as strategic merge patches over what
//! `talosctl gen config` writes for its role. Start at [`file`].

use hnet_compare::Kind;
use hnet_model::{Node as ModelNode, Origin, RawYaml, Role};

use super::levels::identity;
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
    let mut documents = shaped(plan, node).nodes();
    for patch in plan.cluster.patches.iter().chain(&node.patches) {
        lay_over(&mut documents, patch);
    }
    documents
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

/// Lays the user's document over ours of the same kind and name, since no two may be in one file;
/// lists append as Talos appends them. One that removes or replaces the whole document takes our place,
/// and one that we do not write is added.
fn lay_over(documents: &mut Vec<Node>, patch: &RawYaml) {
    let patch = Node::from_raw(patch);
    match documents.iter_mut().find(|document| identity(document) == identity(&patch)) {
        Some(document) if patch.get("$patch").is_some() => *document = patch,
        Some(document) => {
            let kind = identity(&patch).0.map_or_else(Kind::machine, |kind| Kind::new("talos", kind));
            document.merge(patch, &kind);
        }
        None if identity(&patch).0.is_none() => documents.insert(0, patch),
        None => documents.push(patch),
    }
}
