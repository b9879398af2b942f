//! What says nothing: fields that only a server or a tool writes, and what is empty.

use crate::kinds::{Kind, Place};
use crate::schema::{Fields, Scalar, Type};

/// What the API server writes into an object's metadata.
const OF_THE_SERVER: &[&str] =
    &["creationTimestamp", "uid", "resourceVersion", "generation", "managedFields", "selfLink", "deletionTimestamp"];

/// Labels and annotations that a tool writes to know its own objects again.
const OF_TOOLS: &[&str] = &[
    "kustomize.toolkit.fluxcd.io/name",
    "kustomize.toolkit.fluxcd.io/namespace",
    "kustomize.toolkit.fluxcd.io/checksum",
    "helm.toolkit.fluxcd.io/name",
    "helm.toolkit.fluxcd.io/namespace",
    "argocd.argoproj.io/tracking-id",
    "kubectl.kubernetes.io/last-applied-configuration",
    "deployment.kubernetes.io/revision",
];

/// Whether a key of the map at this path says nothing of what somebody wants.
pub(crate) fn is_dropped(kind: &Kind, path: &[&str], key: &str) -> bool {
    if !kind.is_object() {
        return false;
    }
    match path {
        [] => key == "status",
        [.., "metadata"] if OF_THE_SERVER.contains(&key) => true,
        ["metadata"] => key == "namespace" && kind.is_cluster_wide(),
        ["metadata", "labels" | "annotations"] => OF_TOOLS.contains(&key),
        _ => false,
    }
}

/// Whether a key of the map at this path says something where it is `null`: values delete a default of the chart by it.
pub(crate) fn keeps_null(kind: &Kind, path: &[&str]) -> bool {
    match kind.kind.as_str() {
        _ if kind.group == "helm" => true,
        "HelmRelease" | "Application" | "ApplicationSet" | "Kustomization" => {
            path.iter().any(|key| matches!(*key, "values" | "valuesObject" | "valuesInline"))
        }
        _ => false,
    }
}

/// Maps of named fields that mean no more than their absence where they are empty. Of most others being there says
/// something: `selfSigned: {}`, `emptyDir: {}`.
const EMPTY: &[Place] = &[
    Place { kinds: "*", path: "metadata" },
    Place { kinds: "*", path: "resources" },
    Place { kinds: "*", path: "securityContext" },
    Place { kinds: "*", path: "affinity" },
    Place { kinds: "CiliumL2AnnouncementPolicy", path: "nodeSelector" },
    Place { kinds: "CiliumL2AnnouncementPolicy CiliumLoadBalancerIPPool", path: "serviceSelector" },
    Place { kinds: "CiliumBGPClusterConfig", path: "spec.nodeSelector" },
    Place { kinds: "ResolverConfig", path: "searchDomains" },
];

/// Whether an empty map means no more than none.
pub(crate) fn is_empty_nothing(kind: &Kind, path: &[&str], of: Option<Type>) -> bool {
    // Labels, annotations and the like: no key is no key.
    let is_of_texts = |of: Fields| matches!(of.get(), Type::Scalar(Scalar::Text | Scalar::Quantity));
    matches!(of, Some(Type::Map(of)) if is_of_texts(of)) || EMPTY.iter().any(|place| place.holds(kind, path))
}

/// Lists that say something where they are empty: that nothing is allowed.
const EMPTY_LISTS: &[Place] = &[
    Place { kinds: "cilium.io", path: "fromEndpoints" },
    Place { kinds: "cilium.io", path: "toEndpoints" },
    Place { kinds: "cilium.io", path: "fromEntities" },
    Place { kinds: "cilium.io", path: "toEntities" },
    Place { kinds: "cilium.io", path: "fromCIDR" },
    Place { kinds: "cilium.io", path: "toCIDR" },
    Place { kinds: "cilium.io", path: "fromCIDRSet" },
    Place { kinds: "cilium.io", path: "toCIDRSet" },
    Place { kinds: "cilium.io", path: "fromNodes" },
    Place { kinds: "cilium.io", path: "toNodes" },
    Place { kinds: "cilium.io", path: "toFQDNs" },
    Place { kinds: "cilium.io", path: "toServices" },
];

/// Whether an empty list means no more than none.
pub(crate) fn is_empty_list_nothing(kind: &Kind, path: &[&str]) -> bool {
    !EMPTY_LISTS.iter().any(|place| place.holds(kind, path))
}
