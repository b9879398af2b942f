//! Files and kernel modules of machines: lists in the core document, and documents of each. Start at [`to_documents`].

use super::machines::{Machine, map, put, take};
use crate::Value;

/// Moves into documents what the core document lists and they say as well: modules, and the files below `/etc` that are
/// not appended to. (siderolabs/talos v1.14.0-rc.1, `types/runtime/`.)
pub(super) fn to_documents(machine: &mut Machine) {
    for mut module in take(&mut machine.core, &["machine", "kernel", "modules"]).unwrap_or_default().items().to_vec() {
        let name = take(&mut module, &["name"]);
        machine.add("KernelModuleConfig", name.as_ref().and_then(Value::as_str).unwrap_or_default(), module);
    }
    let mut left = Vec::new();
    for file in take(&mut machine.core, &["machine", "files"]).unwrap_or_default().items() {
        let text = |key| file.get(key).and_then(Value::as_str);
        let below_etc =
            text("path").and_then(|path| path.strip_prefix("/etc/")).filter(|_| text("op") != Some("append"));
        let (Some(name), Some(content)) = (below_etc, file.get("content")) else {
            left.push(file.clone());
            continue;
        };
        if name.starts_with("cri/") {
            left.push(file.clone());
        } else {
            let mut own = map([("contents", content.clone())]);
            if let Some(mode) = file.get("permissions") {
                put(&mut own, &["mode"], mode.clone());
            }
            machine.add("EtcFileConfig", name, own);
        }
    }
    if !left.is_empty() {
        put(&mut machine.core, &["machine", "files"], Value::List(left));
    }
}
