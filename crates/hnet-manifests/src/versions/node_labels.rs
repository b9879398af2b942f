//! The labels that Kubernetes lets a node set on itself. Start at [`is_refused`].

/// Domains whose labels a kubelet may not set on its own node, besides the names that it may.
/// (kubernetes, `plugin/pkg/admission/noderestriction`; `staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go`.)
const RESTRICTED: [&str; 2] = ["kubernetes.io", "k8s.io"];
const ADMITTED_DOMAINS: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const ADMITTED_KEYS: [&str; 12] = [
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.kubernetes.io/region",
    "failure-domain.kubernetes.io/zone",
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

/// Whether the API server refuses the label when a worker sets it on itself.
#[must_use]
pub fn is_refused(key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let below = |parent: &str| domain.strip_suffix(parent).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    RESTRICTED.into_iter().any(below) && !ADMITTED_DOMAINS.into_iter().any(below) && !ADMITTED_KEYS.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::is_refused;

    #[test]
    fn labels_that_node_restriction_refuses() {
        for key in ["node-role.kubernetes.io/worker", "topology.kubernetes.io/rack", "x.k8s.io/y", "kubernetes.io/role"]
        {
            assert!(is_refused(key), "{key}");
        }
        for key in [
            "topology.kubernetes.io/zone",
            "node.kubernetes.io/gpu",
            "a.kubelet.kubernetes.io/b",
            "rack",
            "mykubernetes.io/x",
        ] {
            assert!(!is_refused(key), "{key}");
        }
    }
}
