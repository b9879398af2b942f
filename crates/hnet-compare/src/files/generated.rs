//! What a machine is told where nothing is said: paths with values as JSON.

/// What talhelper takes where a talconfig does not say it. (pkg/config/defaults.go of talhelper v3.1.16, and the constants of
/// Talos's machinery that it names there.)
pub const OF_CLUSTER_DEFAULTS: &[(&[&str], &str)] = &[
    (&["cluster", "network", "dnsDomain"], r#""cluster.local""#),
    (&["cluster", "network", "podSubnets"], r#"["10.244.0.0/16"]"#),
    (&["cluster", "network", "serviceSubnets"], r#"["10.96.0.0/12"]"#),
];

/// What the configuration of each machine begins with, of Talos 1.9 to 1.13; those who lay patches over it may take it away.
/// Later versions say it in documents. (pkg/machinery/config/generate of Talos, worker.go and init.go.)
pub const GENERATED: &[(&[&str], &str)] = &[
    (&["machine", "install", "wipe"], "false"),
    (&["machine", "kubelet", "defaultRuntimeSeccompProfileEnabled"], "true"),
    (&["machine", "kubelet", "disableManifestsDirectory"], "true"),
    (&["machine", "features", "rbac"], "true"),
    (&["machine", "features", "apidCheckExtKeyUsage"], "true"),
    (&["machine", "features", "diskQuotaSupport"], "true"),
    (&["machine", "features", "kubePrism", "enabled"], "true"),
    (&["machine", "features", "kubePrism", "port"], "7445"),
    (&["machine", "features", "hostDNS", "enabled"], "true"),
    (&["machine", "features", "hostDNS", "forwardKubeDNSToHost"], "true"),
    (&["cluster", "discovery", "enabled"], "true"),
];

/// The same of control planes alone.
pub const GENERATED_OF_CONTROL_PLANES: &[(&[&str], &str)] = &[
    (&["machine", "nodeLabels", "node.kubernetes.io/exclude-from-external-load-balancers"], r#""""#),
    (
        &["cluster", "apiServer", "admissionControl"],
        r#"[{"name":"PodSecurity","configuration":{"apiVersion":"pod-security.admission.config.k8s.io/v1alpha1","kind":"PodSecurityConfiguration","defaults":{"audit":"restricted","audit-version":"latest","enforce":"baseline","enforce-version":"latest","warn":"restricted","warn-version":"latest"},"exemptions":{"namespaces":["kube-system"],"runtimeClasses":[],"usernames":[]}}}]"#,
    ),
    (
        &["cluster", "apiServer", "auditPolicy"],
        r#"{"apiVersion":"audit.k8s.io/v1","kind":"Policy","rules":[{"level":"Metadata"}]}"#,
    ),
];

/// What no source says: secrets, and what is the same in each configuration. (pkg/machinery/config/generate of Talos.)
pub const LEFT_OUT: [&[&str]; 15] = [
    &["version"],
    &["sops"],
    &["machine", "type"],
    &["machine", "token"],
    &["machine", "ca"],
    &["cluster", "id"],
    &["cluster", "secret"],
    &["cluster", "token"],
    &["cluster", "ca"],
    &["cluster", "aggregatorCA"],
    &["cluster", "serviceAccount"],
    &["cluster", "etcd", "ca"],
    &["cluster", "secretboxEncryptionSecret"],
    &["cluster", "aescbcEncryptionSecret"],
    &["cluster", "aescbcEncryptionSecrets"],
];

/// What the cluster is called and where it is reached, which its statement says.
pub const OF_CLUSTER: [&[&str]; 2] = [&["cluster", "clusterName"], &["cluster", "controlPlane", "endpoint"]];

/// Documents that hold nothing but secrets, or what the cluster's statement says.
pub const DOCUMENTS: [&str; 6] = [
    "DiscoveryIdentityConfig",
    "KubeAPIServerCAConfig",
    "KubeAggregatorCAConfig",
    "KubeServiceAccountConfig",
    "KubeEtcdEncryptionConfig",
    "KubeClusterConfig",
];

/// Where the images of Kubernetes are said, by the kinds of documents, and what they are but for their version.
pub const IMAGES: [(Option<&str>, &[&str], &str); 10] = [
    (None, &["machine", "kubelet", "image"], KUBELET),
    (None, &["cluster", "apiServer", "image"], "registry.k8s.io/kube-apiserver"),
    (None, &["cluster", "controllerManager", "image"], "registry.k8s.io/kube-controller-manager"),
    (None, &["cluster", "scheduler", "image"], "registry.k8s.io/kube-scheduler"),
    (None, &["cluster", "proxy", "image"], "registry.k8s.io/kube-proxy"),
    (Some("KubeletConfig"), &["image"], KUBELET),
    (Some("KubeAPIServerConfig"), &["image"], "registry.k8s.io/kube-apiserver"),
    (Some("KubeControllerManagerConfig"), &["image"], "registry.k8s.io/kube-controller-manager"),
    (Some("KubeSchedulerConfig"), &["image"], "registry.k8s.io/kube-scheduler"),
    (Some("KubeProxyConfig"), &["image"], "registry.k8s.io/kube-proxy"),
];

/// The kubelet's usual image.
pub const KUBELET: &str = "ghcr.io/siderolabs/kubelet";

/// The installer that generators take where nobody names one, but for its version.
pub const INSTALLER: &str = "ghcr.io/siderolabs/installer";

/// Values as generators write them, which is also what those have that do not say them.
pub const SAID: [(&[&str], &str); 6] = [
    (&["debug"], "false"),
    (&["persist"], "true"),
    (&["machine", "time", "disabled"], "false"),
    (&["cluster", "discovery", "registries", "kubernetes", "disabled"], "true"),
    (&["cluster", "discovery", "registries", "service", "disabled"], "false"),
    (&["cluster", "apiServer", "disablePodSecurityPolicy"], "true"),
];

/// Where the names in the API server's certificate stand, of which generators write the host of the endpoint.
pub const NAMES: &[&str] = &["cluster", "apiServer", "certSANs"];
