//! What is said of control planes in a field here and by taking something out of a document there: that they bring no CNI
//! of their own ([`to_document`]), and that they carry pods ([`lets_pods_in`]).

use super::machines::{Machine, OF_CONTROL_PLANES, map, take};
use crate::Value;

/// The document of the CNI that comes with Talos.
const KIND: &str = "KubeFlannelCNIConfig";

/// The documents that no worker reads.
const OF_CONTROL_PLANES_ALONE: [&str; 3] = ["KubeProxyConfig", "KubeCoreDNSConfig", "KubeAPIServerConfig"];

/// Says as a document what the core document says of it.
pub(super) fn to_document(machine: &mut Machine) {
    let is_none = |cni: &Value| cni.get("name").and_then(Value::as_str) == Some("none") && cni.entries().len() == 1;
    if !machine.core.at(&["cluster", "network", "cni"]).is_some_and(is_none) {
        return;
    }
    take(&mut machine.core, &["cluster", "network", "cni"]);
    if is_control_plane(machine) {
        machine.add(KIND, "", map([("enabled", Value::Bool(false))]));
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
