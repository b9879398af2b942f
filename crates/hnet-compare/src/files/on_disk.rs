//! Files, kernel modules and volumes of machines: fields of the core document, and documents of each. Start at
//! [`to_documents`].

use super::machines::{Machine, map, put, take};
use crate::Value;

/// The kind of documents of Talos's own volumes.
const VOLUME: &str = "VolumeConfig";

/// Where the core document says how such a volume is encrypted, which every version reads where no document says it.
const ENCRYPTED: [(&[&str], &str); 2] = [
    (&["machine", "systemDiskEncryption", "state"], "STATE"),
    (&["machine", "systemDiskEncryption", "ephemeral"], "EPHEMERAL"),
];

/// Takes out of two machines how volumes are encrypted that both encrypt alike, in whichever form.
pub(super) fn without_same_encryption(old: &mut Machine, new: &mut Machine) {
    for (path, name) in ENCRYPTED {
        let key = (VOLUME.to_owned(), name.to_owned());
        let of = |machine: &Machine| {
            let typed = machine.documents.get(&key).and_then(|volume| volume.get("encryption"));
            typed.or_else(|| machine.core.at(path)).cloned()
        };
        if of(old) == of(new) {
            [&mut *old, &mut *new].into_iter().for_each(|machine| _ = take(&mut machine.core, path));
        }
    }
}

/// Moves into documents what the core document lists and they say as well: modules, and the files below `/etc` that are
/// not appended to. (siderolabs/talos v1.14.0-rc.1, `types/runtime/`.)
pub(super) fn to_documents(machine: &mut Machine) {
    for mut module in take(&mut machine.core, &["machine", "kernel", "modules"]).unwrap_or_default().items().to_vec() {
        let name = take(&mut module, &["name"]);
        machine.add("KernelModuleConfig", name.as_ref().and_then(Value::as_str).unwrap_or_default(), module);
    }
    for (path, name) in ENCRYPTED {
        if let Some(encryption) = take(&mut machine.core, path) {
            machine.add(VOLUME, name, map([("encryption", encryption)]));
        }
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
