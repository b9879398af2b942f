//! What runs CoreDNS on Talos: the objects that Talos would make itself, under the names that it gives them.

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::core::{
    Bare, ClusterRole, ClusterRoleBinding, DeploymentSpec, DeploymentStrategy, IntOrString, LabelSelector,
    PodDisruptionBudgetSpec, PolicyRule, RoleRef, RollingUpdateDeployment, ServicePort, ServiceSpec, Subject,
};
use hnet_manifests::object::{Labels, Manifest, Metadata, Texts};
use hnet_manifests::pod::{
    Affinity, Capabilities, ConfigMapVolumeSource, Container, ContainerPort, HTTPGetAction, KeyToPath, PodAffinityTerm,
    PodAntiAffinity, PodMetadata, PodSecurityContext, PodSpec, PodTemplateSpec, Probe, ResourceRequirements,
    SeccompProfile, SecurityContext, Toleration, Volume, VolumeMount, WeightedPodAffinityTerm,
};
use hnet_manifests::versions::coredns::for_kubernetes;
use hnet_model::{Cluster, Dns, Traced};

use super::{NAMESPACE, config_map_name, in_namespace, labels};
use crate::kubernetes::{matching, replicas, shape, texts};
use crate::overlay::Over;
use crate::place::Objects;

/// The role of CoreDNS.
const ROLE: &str = "system:coredns";

/// What the role may read, by the groups of the kinds.
const RULES: [PolicyRule; 2] = [
    PolicyRule { api_groups: &[""], resources: &["endpoints", "services", "pods", "namespaces"], verbs: READ },
    PolicyRule { api_groups: &["discovery.k8s.io"], resources: &["endpointslices"], verbs: READ },
];
const READ: &[&str] = &["list", "watch"];

/// The ports by name and protocol.
const PORTS: [(&str, u16, &str); 3] = [("dns", 53, "UDP"), ("dns-tcp", 53, "TCP"), ("metrics", 9153, "TCP")];

/// What the Deployment's pods are found by.
fn selector() -> Texts {
    texts([("k8s-app", "kube-dns".into())])
}

/// Adds the account of the pods with what it may read.
pub(super) fn add_rbac(dns: &Dns, to: &mut Objects<'_>) {
    let (origin, over) = (shape(dns.span), Over::Beside(&dns.overlay));
    let role = || Metadata::named(Traced::new(ROLE.to_owned(), origin));
    to.add(&Bare::service_account(in_namespace("coredns", origin)), origin, over);
    to.add(&ClusterRole::new(role(), RULES.to_vec()), origin, over);
    let role_ref = RoleRef { kind: "ClusterRole", name: ROLE, api_group: "rbac.authorization.k8s.io" };
    let subject = Subject { kind: "ServiceAccount", name: "coredns", namespace: NAMESPACE };
    to.add(&ClusterRoleBinding::new(role(), role_ref, vec![subject]), origin, over);
}

fn labelled(name: &'static str, labels: Texts, origin: Origin) -> Metadata {
    Metadata { labels: Labels::Own(labels), ..in_namespace(name, origin) }
}

/// The address at which the cluster's pods ask.
pub(super) fn service(cluster: &Cluster, origin: Origin) -> Manifest<ServiceSpec> {
    let port = |(name, port, protocol)| ServicePort {
        name,
        port: Traced::new(port, origin),
        protocol,
        target_port: Traced::new(IntOrString::Int(port), origin),
    };
    let address = cluster.dns_address.map(|address| address.to_string());
    let mut labels = labels();
    labels.insert("kubernetes.io/cluster-service", "true".into());
    let spec = ServiceSpec {
        cluster_ip: Some(address.clone()),
        cluster_ips: Some(address.map(|address| [address])),
        ip_family_policy: None,
        ports: PORTS.map(port).into(),
        selector: selector(),
        type_: "ClusterIP",
    };
    Manifest::core(labelled("kube-dns", labels, origin), spec)
}

/// Keeps one pod when nodes are drained; none where there is only one.
pub(super) fn disruption_budget(dns: &Dns) -> Option<Manifest<PodDisruptionBudgetSpec>> {
    let origin = shape(dns.span);
    (dns.replicas.value > 1).then(|| {
        let min_available = Traced::new(IntOrString::Int(1), origin);
        let spec = PodDisruptionBudgetSpec { min_available, selector: matching(selector()) };
        Manifest::core(labelled("coredns", labels(), origin), spec)
    })
}

/// The pods.
pub(super) fn deployment(cluster: &Cluster, dns: &Dns) -> Manifest<DeploymentSpec> {
    let selector = matching(selector());
    let template = PodTemplateSpec {
        metadata: PodMetadata { annotations: Texts::new(), labels: labels() },
        spec: PodSpec {
            service_account_name: Some("coredns"),
            priority_class_name: Some("system-cluster-critical"),
            // The node's resolvers, not the cluster's own.
            dns_policy: Some("Default"),
            security_context: PodSecurityContext {
                seccomp_profile: SeccompProfile { type_: "RuntimeDefault" },
                ..PodSecurityContext::default()
            },
            tolerations: vec![Toleration {
                effect: "NoSchedule",
                key: "node-role.kubernetes.io/control-plane",
                operator: "Exists",
            }],
            affinity: Some(apart(selector.clone())),
            node_selector: texts([("kubernetes.io/os", "linux".into())]),
            containers: vec![container(cluster)],
            volumes: vec![Volume {
                name: "config",
                config_map: Some(ConfigMapVolumeSource {
                    name: config_map_name(dns).into(),
                    items: vec![KeyToPath { key: "Corefile", path: "Corefile" }],
                }),
                secret: None,
            }],
            ..PodSpec::default()
        },
    };
    let spec = DeploymentSpec {
        replicas: replicas(dns.replicas),
        selector,
        strategy: Some(DeploymentStrategy {
            rolling_update: RollingUpdateDeployment { max_unavailable: IntOrString::Int(1) },
            type_: "RollingUpdate",
        }),
        template,
    };
    Manifest::core(labelled("coredns", labels(), shape(dns.span)), spec)
}

/// Pods on different nodes, where there are several.
fn apart(label_selector: LabelSelector) -> Affinity {
    let pod_affinity_term = PodAffinityTerm { label_selector, topology_key: "kubernetes.io/hostname" };
    Affinity {
        pod_anti_affinity: PodAntiAffinity {
            preferred_during_scheduling_ignored_during_execution: vec![WeightedPodAffinityTerm {
                pod_affinity_term,
                weight: 100,
            }],
        },
    }
}

fn container(cluster: &Cluster) -> Container {
    let version = for_kubernetes(cluster.kubernetes.value.minor());
    let image = Origin::derived(cluster.kubernetes.span(), Reason::NewestSupported);
    let asks = |path, port| HTTPGetAction { path, port: IntOrString::Int(port) };
    Container {
        name: "coredns",
        image: Traced::new(format!("registry.k8s.io/coredns/coredns:v{version}"), image),
        args: &["-conf", "/etc/coredns/Corefile"],
        ports: PORTS.map(|(name, container_port, protocol)| ContainerPort { name, container_port, protocol }).into(),
        liveness_probe: Probe {
            http_get: asks("/health", 8080),
            initial_delay_seconds: Some(60),
            period_seconds: None,
            timeout_seconds: Some(5),
            failure_threshold: Some(5),
        },
        readiness_probe: Probe {
            http_get: asks("/ready", 8181),
            initial_delay_seconds: None,
            period_seconds: None,
            timeout_seconds: None,
            failure_threshold: None,
        },
        resources: ResourceRequirements {
            limits: texts([("memory", "170Mi".into())]),
            requests: texts([("cpu", "100m".into()), ("memory", "70Mi".into())]),
        },
        security_context: SecurityContext {
            allow_privilege_escalation: false,
            read_only_root_filesystem: true,
            capabilities: Capabilities { add: &["NET_BIND_SERVICE"], drop: &["ALL"] },
        },
        volume_mounts: vec![VolumeMount { name: "config", mount_path: "/etc/coredns", read_only: true }],
    }
}
