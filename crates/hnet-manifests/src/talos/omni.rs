//! Omni's cluster template: what it holds, and what its patches may not say.
//!
//! The keys are those of the template's models (siderolabs/omni, `client/pkg/template/internal/models`), which refuse all
//! others. Omni makes the secrets, the endpoint and the installer itself.

/// Fields of the core document that Omni refuses in a patch. (siderolabs/omni, `client/pkg/omni/resources/omni/config_patch.go`,
/// `forbiddenFields`.)
pub const REFUSED_FIELDS: [&[&str]; 16] = [
    &["cluster", "clusterName"],
    &["cluster", "id"],
    &["cluster", "controlPlane", "endpoint"],
    &["cluster", "token"],
    &["cluster", "secret"],
    &["cluster", "aescbcEncryptionSecret"],
    &["cluster", "secretboxEncryptionSecret"],
    &["cluster", "ca"],
    &["cluster", "acceptedCAs"],
    &["cluster", "serviceAccount"],
    &["machine", "token"],
    &["machine", "ca"],
    &["machine", "type"],
    &["machine", "install", "disk"],
    &["machine", "install", "extensions"],
    &["machine", "acceptedCAs"],
];

/// Documents that Omni refuses. (The same, `forbiddenDocuments`.)
pub const REFUSED_KINDS: [&str; 6] = [
    "UnattendedInstallConfig",
    "DiscoveryIdentityConfig",
    "KubeClusterConfig",
    "KubeEtcdEncryptionConfig",
    "KubeAPIServerCAConfig",
    "KubeAggregatorCAConfig",
];

/// The role that Omni lets nobody in a cluster have. (The same, `forbiddenSliceElements`.)
pub const REFUSED_ROLE: &str = "os:admin";
