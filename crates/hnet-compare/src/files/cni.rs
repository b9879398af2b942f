//! That a machine brings no CNI of its own: a name in the core document, and a document that is taken out.
//!
//! Only a control plane is generated with the document, so only of one is it said. Start at [`to_document`].

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

/// Whether it says so, or says what no worker reads.
fn is_control_plane(machine: &Machine) -> bool {
    machine.core.at(&["machine", "type"]).and_then(Value::as_str) == Some("controlplane")
        || OF_CONTROL_PLANES.iter().any(|key| machine.core.at(&["cluster", key]).is_some())
        || machine.typed().any(|(kind, ..)| OF_CONTROL_PLANES_ALONE.contains(&kind))
}
