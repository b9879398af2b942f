//! What is said of control planes in a field here and by taking something out of a document there: that they bring no CNI
//! of their own ([`to_document`]), and that they carry pods ([`lets_pods_in`]).

use super::machines::{Machine, OF_CONTROL_PLANES, map, take};
use crate::Value;

/// The document of the CNI that comes with Talos.
const CNI: &str = "KubeFlannelCNIConfig";

/// The document of a plugin of admission control.
pub(super) const ADMISSION: &str = "KubeAdmissionControlConfig";

/// The documents that no worker reads.
const OF_CONTROL_PLANES_ALONE: [&str; 3] = ["KubeProxyConfig", "KubeCoreDNSConfig", "KubeAPIServerConfig"];

/// Says as a document what the core document says of the CNI; the one that Talos brings anyhow needs none.
pub(super) fn to_document(machine: &mut Machine) {
    let only_name = |cni: &Value| Some(cni.get("name")?.as_str()?.to_owned()).filter(|_| cni.entries().len() == 1);
    let name = machine.core.at(&["cluster", "network", "cni"]).and_then(only_name);
    let Some(name) = name.filter(|name| matches!(name.as_str(), "none" | "flannel")) else { return };
    take(&mut machine.core, &["cluster", "network", "cni"]);
    if name == "none" && is_control_plane(machine) {
        machine.add(CNI, "", map([("enabled", Value::Bool(false))]));
    }
}

/// Says as documents what the core document lists of admission control.
pub(super) fn admission_to_documents(machine: &mut Machine) {
    let is_named = |plugin: &Value| plugin.get("name").is_some_and(|name| name.as_str().is_some());
    let listed = machine.core.at(&["cluster", "apiServer", "admissionControl"]).map_or(&[][..], Value::items);
    if listed.is_empty() || !listed.iter().all(is_named) {
        return;
    }
    let plugins = take(&mut machine.core, &["cluster", "apiServer", "admissionControl"]).unwrap_or_default();
    for mut plugin in plugins.items().to_vec() {
        let name = take(&mut plugin, &["name"]);
        machine.add(ADMISSION, name.as_ref().and_then(Value::as_str).unwrap_or_default(), plugin);
    }
}

/// The taint by which Talos keeps pods off control planes.
const TAINT: &str = "node-role.kubernetes.io/control-plane";

/// Takes out of a document of the node that the taint of control planes goes. Whether it said that.
pub(super) fn lets_pods_in(node: &mut Value) -> bool {
    let is_taken_out =
        |taint: &Value| taint.get("$patch").and_then(Value::as_str) == Some("delete") && taint.entries().len() == 1;
    node.at(&["taints", TAINT]).is_some_and(is_taken_out) && take(node, &["taints", TAINT]).is_some()
}

/// Whether it says so, or says what no worker reads.
fn is_control_plane(machine: &Machine) -> bool {
    machine.core.at(&["machine", "type"]).and_then(Value::as_str) == Some("controlplane")
        || OF_CONTROL_PLANES.iter().any(|key| machine.core.at(&["cluster", key]).is_some())
        || machine.typed().any(|(kind, ..)| OF_CONTROL_PLANES_ALONE.contains(&kind))
}
