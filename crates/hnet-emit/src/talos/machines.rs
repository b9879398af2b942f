//! `talos/machines/<node>.yaml`: all that one machine is told, as strategic merge patches over what
//! `talosctl gen config` writes for its role. Start at [`file`].

use hnet_compare::Kind;
use hnet_model::{Node as ModelNode, Origin, RawYaml, Role};

use super::plan::Plan;
use super::{settings, shape};
use crate::yaml::{Node, Value};
use crate::{Context, OutputFile};

/// The file of a machine.
pub(super) fn file(context: &Context<'_>, plan: &Plan<'_>, node: &ModelNode) -> OutputFile {
    let mut told = settings::of_all(plan);
    if node.role.value == Role::ControlPlane {
        told = told.with(settings::of_control_planes(plan));
    }
    let told = told.with(settings::of_node(plan, node));
    let shaped = shape::shape(&told, plan.talos, Origin::written(node.span));
    let mut file = OutputFile::with_header(&context.header());
    if plan.cluster.patches.is_empty() && node.patches.is_empty() {
        shaped.write(&mut file);
    } else {
        let mut documents = shaped.nodes();
        for patch in plan.cluster.patches.iter().chain(&node.patches) {
            lay_over(&mut documents, patch);
        }
        documents.iter().for_each(|document| file.document(document));
    }
    // Nobody fills anything in here, so that nothing has to be kept from it.
    if file.text().contains("$${") {
        let text = file.text().replace("$${", "${");
        file.replace_within_lines(text);
    }
    file
}

/// The kind and the name of a document; the core document has neither.
fn identity(document: &Node) -> (Option<&str>, Option<&str>) {
    let text = |key| match document.get(key).map(|node| &node.value) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    (text("kind"), text("name"))
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
