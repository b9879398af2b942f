//! By what the items of a list are told apart where YAML is laid over an object.
//!
//! Sources: `patchMergeKey` of the Kubernetes API (`k8s.io/api`, 1.36) for core kinds, and
//! `x-kubernetes-list-map-keys` of the CRDs of hnet's other kinds, of which the Gateway API's alone has one. All other
//! lists of the kinds that hnet writes are replaced.

/// How lists of one place merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merge {
    /// Items with the same values of these keys merge, as far as an item says them; the first one it must say.
    ByKeys(&'static [&'static str]),
    /// What is not in the list comes behind it.
    Set,
}

use Merge::{ByKeys, Set};

/// By the kind of the object, empty for all, and the end of the path of keys that leads to the list.
const LISTS: &[(&str, &[&str], Merge)] = &[
    ("Gateway", &["spec", "listeners"], ByKeys(&["name"])),
    ("Service", &["spec", "ports"], ByKeys(&["port", "protocol"])),
    ("ServiceAccount", &["imagePullSecrets"], ByKeys(&["name"])),
    ("ServiceAccount", &["secrets"], ByKeys(&["name"])),
    ("", &["metadata", "finalizers"], Set),
    ("", &["metadata", "ownerReferences"], ByKeys(&["uid"])),
    ("", &["template", "spec", "containers"], ByKeys(&["name"])),
    ("", &["template", "spec", "initContainers"], ByKeys(&["name"])),
    ("", &["template", "spec", "volumes"], ByKeys(&["name"])),
    ("", &["template", "spec", "imagePullSecrets"], ByKeys(&["name"])),
    ("", &["template", "spec", "hostAliases"], ByKeys(&["ip"])),
    ("", &["template", "spec", "topologySpreadConstraints"], ByKeys(&["topologyKey", "whenUnsatisfiable"])),
    ("", &["containers", "env"], ByKeys(&["name"])),
    ("", &["containers", "ports"], ByKeys(&["containerPort", "protocol"])),
    ("", &["containers", "volumeMounts"], ByKeys(&["mountPath"])),
    ("", &["containers", "volumeDevices"], ByKeys(&["devicePath"])),
    ("", &["initContainers", "env"], ByKeys(&["name"])),
    ("", &["initContainers", "ports"], ByKeys(&["containerPort", "protocol"])),
    ("", &["initContainers", "volumeMounts"], ByKeys(&["mountPath"])),
];

/// How the list at a path of an object merges; none where it is replaced.
#[must_use]
pub fn merge(kind: &str, path: &[&str]) -> Option<Merge> {
    let fits = |(of, end, _): &&(&str, &[&str], Merge)| (of.is_empty() || *of == kind) && path.ends_with(end);
    LISTS.iter().find(fits).map(|(_, _, merge)| *merge)
}
