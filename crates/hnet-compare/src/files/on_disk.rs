//! Files, kernel modules, static pods and volumes of machines: fields of the core document, and documents of each. Start at
//! [`to_documents`].

use std::collections::BTreeMap;

use super::machines::{Machine, map, put, take};
use crate::Value;
use crate::compare::compare;
use crate::kinds::Kind;
use crate::pair::Facts;

/// The kind of documents of Talos's own volumes.
pub(super) const VOLUME: &str = "VolumeConfig";

/// Where the core document says how such a volume is encrypted, which every version reads where no document says it.
pub(super) const ENCRYPTED: [(&[&str], &str); 2] = [
    (&["machine", "systemDiskEncryption", "state"], "STATE"),
    (&["machine", "systemDiskEncryption", "ephemeral"], "EPHEMERAL"),
];

/// The field that holds both.
const ENCRYPTION: [&str; 2] = ["machine", "systemDiskEncryption"];

/// The kind of documents of registries, and where the core document says the same.
const MIRROR: &str = "RegistryMirrorConfig";
const MIRRORS: [&str; 3] = ["machine", "registries", "mirrors"];

/// The kind of documents of pods that the kubelet runs by itself.
const STATIC_POD: &str = "KubeStaticPodConfig";

/// Where images of registries are asked for, by registry, in whichever form: what a document says goes before.
fn mirrors(machine: &Machine) -> BTreeMap<String, Value> {
    let of_core = machine.core.at(&MIRRORS).map(Value::entries).unwrap_or_default().iter().map(|(name, own)| {
        let override_path = own.get("overridePath").map(|on| ("overridePath", on.clone()));
        let endpoints = own.get("endpoints").map(Value::items).unwrap_or_default();
        let endpoint = |url: &Value| map([("url", url.clone())].into_iter().chain(override_path.clone()));
        let endpoints = Value::List(endpoints.iter().map(endpoint).collect());
        let skip_fallback = own.get("skipFallback").map(|on| ("skipFallback", on.clone()));
        (name.clone(), map([("endpoints", endpoints)].into_iter().chain(skip_fallback)))
    });
    let typed = machine.documents.iter().filter(|((kind, _), _)| kind == MIRROR);
    of_core.chain(typed.map(|((_, name), own)| (name.clone(), own.clone()))).collect()
}

/// Takes the mirrors of two machines out of their core documents, where both have the same in whichever form.
pub(super) fn without_same_mirrors(old: &mut Machine, new: &mut Machine) {
    let [was, is] = [&*old, &*new].map(|machine| Value::Map(mirrors(machine).into_iter().collect()));
    if means(MIRROR, &was, &is) {
        [old, new].into_iter().for_each(|machine| _ = take(&mut machine.core, &MIRRORS));
    }
}

/// Whether two values mean the same, in whichever order their keys stand.
fn means(kind: &str, was: &Value, is: &Value) -> bool {
    compare(&Kind::new("talos", kind), was, is, &Facts::default()).differing().next().is_none()
}

/// Takes out of two machines how volumes are encrypted that both encrypt alike, in whichever form.
pub(super) fn without_same_encryption(old: &mut Machine, new: &mut Machine) {
    for (path, name) in ENCRYPTED {
        let key = (VOLUME.to_owned(), name.to_owned());
        let of = |machine: &Machine| {
            let typed = machine.documents.get(&key).and_then(|volume| volume.get("encryption"));
            map(typed.or_else(|| machine.core.at(path)).map(|own| ("encryption", own.clone())))
        };
        if means(VOLUME, &of(old), &of(new)) {
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
    for (name, mirror) in mirrors(machine) {
        machine.documents.insert((MIRROR.to_owned(), name), mirror);
    }
    take(&mut machine.core, &MIRRORS);
    for (path, name) in ENCRYPTED {
        if let Some(encryption) = take(&mut machine.core, path) {
            machine.add(VOLUME, name, map([("encryption", encryption)]));
        }
    }
    // What is left of it says nothing.
    if machine.core.at(&ENCRYPTION).is_some_and(|all| matches!(all, Value::Map(map) if map.is_empty())) {
        take(&mut machine.core, &ENCRYPTION);
    }
    pods(machine);
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

/// Moves pods that the kubelet runs by itself into documents, where each has a name of its own.
fn pods(machine: &mut Machine) {
    const PODS: [&str; 2] = ["machine", "pods"];
    let all = machine.core.at(&PODS).map_or(&[][..], Value::items).to_vec();
    let names: Option<Vec<String>> =
        all.iter().map(|pod| pod.at(&["metadata", "name"])?.as_str().map(str::to_owned)).collect();
    let Some(names) = names else { return };
    let is_known = |name: &String| machine.documents.contains_key(&(STATIC_POD.to_owned(), name.clone()));
    if names.iter().enumerate().any(|(at, name)| names[..at].contains(name) || is_known(name)) {
        return;
    }
    take(&mut machine.core, &PODS);
    for (name, pod) in names.into_iter().zip(all) {
        machine.add(STATIC_POD, &name, map([("pod", pod)]));
    }
}
