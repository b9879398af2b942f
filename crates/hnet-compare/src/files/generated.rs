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
