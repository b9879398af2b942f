//! The fields of the core document that a typed document replaces, and beside which Talos refuses it.
//!
//! A row is what the document's `V1Alpha1ConflictValidate` looks at: siderolabs/talos, `pkg/machinery/config/types/` at
//! v1.14.0-rc.1 and on main. `LinkConfig` and the other documents of links, DHCP and virtual IPs have none: Talos merges
//! them with `machine.network.interfaces` and says nothing. Start at [`conflicts`].

use super::talos::Minor;
use super::talos_documents::document_since;

/// A kind of document with the fields beside which Talos refuses it, by their paths in the core document.
type Row = (&'static str, &'static [&'static str]);

static CONFLICTS: &[Row] = &[
    ("CRIBaseRuntimeSpecConfig", &["machine.baseRuntimeSpecOverrides"]),
    ("DiscoveryIdentityConfig", &["cluster.id", "cluster.secret"]),
    ("DiscoveryServiceConfig", &["cluster.discovery"]),
    ("HostnameConfig", &["machine.network.hostname", "machine.features.stableHostname"]),
    ("ImageCacheConfig", &["machine.features.imageCache"]),
    ("KubeAPIServerCAConfig", &["cluster.ca"]),
    ("KubeAPIServerConfig", &["cluster.apiServer", "cluster.controlPlane.localAPIServerPort"]),
    ("KubeAdmissionControlConfig", &["cluster.apiServer.admissionControl"]),
    ("KubeAggregatorCAConfig", &["cluster.aggregatorCA"]),
    ("KubeAuditPolicyConfig", &["cluster.apiServer.auditPolicy"]),
    ("KubeAuthorizerConfig", &["cluster.apiServer.admissionControl"]),
    ("KubeClusterConfig", &["cluster.clusterName", "cluster.controlPlane.endpoint"]),
    ("KubeControllerManagerConfig", &["cluster.controllerManager", "machine.controlPlane.controllerManager"]),
    ("KubeCoreDNSConfig", &["cluster.coreDNS"]),
    ("KubeCredentialProviderConfig", &["machine.kubelet"]),
    ("KubeEtcdEncryptionConfig", &["cluster.secretboxEncryptionSecret", "cluster.aescbcEncryptionSecret"]),
    ("KubeFlannelCNIConfig", &["cluster.network"]),
    ("KubeNetworkConfig", &["cluster.network"]),
    (
        "KubeNodeConfig",
        &[
            "cluster.allowSchedulingOnControlPlanes",
            "cluster.allowSchedulingOnMasters",
            "machine.kubelet.skipNodeRegistration",
            "machine.kubelet.registerWithFQDN",
            "machine.kubelet.nodeIP",
            "machine.nodeLabels",
            "machine.nodeAnnotations",
            "machine.nodeTaints",
        ],
    ),
    ("KubePrismConfig", &["machine.features.kubePrism"]),
    ("KubeProxyConfig", &["cluster.proxy"]),
    ("KubeSchedulerConfig", &["cluster.scheduler", "machine.controlPlane.scheduler"]),
    ("KubeServiceAccountConfig", &["cluster.serviceAccount"]),
    ("KubeSpanConfig", &["machine.network.kubespan"]),
    ("KubeTalosAPIAccessConfig", &["machine.features.kubernetesTalosAPIAccess"]),
    ("KubeletConfig", &["machine.kubelet"]),
    (
        "ResolverConfig",
        &["machine.network.searchDomains", "machine.network.nameservers", "machine.network.disableSearchDomain"],
    ),
    ("TimeSyncConfig", &["machine.time.disabled", "machine.time.servers", "machine.time.bootTimeout"]),
    ("UnattendedInstallConfig", &["machine.install"]),
];

/// The documents that the generators of a version's contract write by themselves (siderolabs/talos,
/// `pkg/machinery/config/contract.go` and `generate/`, v1.14.0-rc.1), over which a machine's file is laid.
static GENERATED: &[(&str, Minor)] = &[
    ("DiscoveryIdentityConfig", (1, 14)),
    ("DiscoveryServiceConfig", (1, 14)),
    ("HostnameConfig", (1, 12)),
    ("KubeAPIServerCAConfig", (1, 14)),
    ("KubeAPIServerConfig", (1, 14)),
    ("KubeAdmissionControlConfig", (1, 14)),
    ("KubeAggregatorCAConfig", (1, 14)),
    ("KubeAuditPolicyConfig", (1, 14)),
    ("KubeAuthorizerConfig", (1, 14)),
    ("KubeClusterConfig", (1, 14)),
    ("KubeControllerManagerConfig", (1, 14)),
    ("KubeCoreDNSConfig", (1, 14)),
    ("KubeEtcdEncryptionConfig", (1, 14)),
    ("KubeNetworkConfig", (1, 14)),
    ("KubeNodeConfig", (1, 14)),
    ("KubePrismConfig", (1, 14)),
    ("KubeProxyConfig", (1, 14)),
    ("KubeSchedulerConfig", (1, 14)),
    ("KubeServiceAccountConfig", (1, 14)),
    ("KubeletConfig", (1, 14)),
    ("ResolverConfig", (1, 14)),
    ("UnattendedInstallConfig", (1, 14)),
];

/// A field that documents of a version replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The path of the field in the core document.
    pub field: &'static str,
    /// The kinds of documents beside which Talos refuses it, the first of which says the topic.
    pub kinds: Vec<&'static str>,
}

/// The fields that the documents of a Talos version replace, the longest paths first.
#[must_use]
pub fn replaced(talos: Minor) -> Vec<Replaced> {
    let mut all: Vec<Replaced> = Vec::new();
    for (kind, fields) in CONFLICTS.iter().filter(|(kind, _)| is_read(kind, talos)) {
        for field in *fields {
            match all.iter_mut().find(|known| known.field == *field) {
                Some(known) => known.kinds.push(kind),
                None => all.push(Replaced { field, kinds: vec![kind] }),
            }
        }
    }
    all.sort_by_key(|replaced| (std::cmp::Reverse(replaced.field.matches('.').count()), replaced.field));
    all
}

/// Whether a version reads a kind of document. Those whose first version is told nowhere came with 1.14.
fn is_read(kind: &str, talos: Minor) -> bool {
    document_since(kind).unwrap_or((1, 14)) <= talos
}

/// Whether the generators of a version write a kind of document by themselves.
#[must_use]
pub fn is_generated(kind: &str, talos: Minor) -> bool {
    GENERATED.iter().any(|(generated, since)| *generated == kind && *since <= talos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::versions::talos_documents::{DOCUMENTS, OTHER_DOCUMENTS};

    #[test]
    fn rows_name_kinds_that_exist() {
        let known = |kind: &str| DOCUMENTS.iter().any(|(known, _)| *known == kind) || OTHER_DOCUMENTS.contains(&kind);
        for (kind, _) in CONFLICTS {
            assert!(known(kind), "{kind}");
        }
        for (kind, since) in GENERATED {
            assert!(CONFLICTS.iter().any(|(other, _)| other == kind), "{kind} replaces nothing");
            assert!(is_read(kind, *since), "{kind} is generated before it is read");
        }
    }

    #[test]
    fn what_the_versions_replace() {
        let kinds = |talos, field| {
            replaced(talos).into_iter().find(|replaced| replaced.field == field).map(|replaced| replaced.kinds)
        };
        assert_eq!(kinds((1, 11), "machine.network.disableSearchDomain"), None);
        assert_eq!(kinds((1, 12), "machine.network.disableSearchDomain"), Some(vec!["ResolverConfig"]));
        assert_eq!(kinds((1, 12), "machine.network.kubespan"), None);
        assert_eq!(kinds((1, 13), "machine.network.kubespan"), Some(vec!["KubeSpanConfig"]));
        assert_eq!(kinds((1, 13), "machine.kubelet"), None);
        assert!(!is_generated("KubeSpanConfig", (1, 14)) && is_generated("KubeletConfig", (1, 14)));
    }
}
