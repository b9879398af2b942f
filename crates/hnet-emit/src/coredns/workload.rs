//! What runs CoreDNS on Talos: the objects that Talos would make itself, under the names that it gives them.

use hnet_diagnostics::{Origin, Reason};
use hnet_manifests::versions::coredns::for_kubernetes;
use hnet_model::{Cluster, Dns};
use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment};
use k8s_openapi::api::core::v1::{
    Affinity, Capabilities, ConfigMapVolumeSource, Container, ContainerPort, HTTPGetAction, KeyToPath, PodAffinityTerm,
    PodAntiAffinity, PodSecurityContext, PodSpec, PodTemplateSpec, Probe, ResourceRequirements, SeccompProfile,
    SecurityContext, Service, ServiceAccount, ServicePort, ServiceSpec, Toleration, Volume, VolumeMount,
    WeightedPodAffinityTerm,
};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::{NAMESPACE, labels};
use crate::kubernetes::{core_object, matching, metadata, texts};
use crate::yaml::Node;

/// The role of CoreDNS.
const ROLE: &str = "system:coredns";
/// What the Deployment's pods are found by.
const SELECTOR: [(&str, &str); 1] = [("k8s-app", "kube-dns")];

fn strings<const N: usize>(texts: [&str; N]) -> Option<Vec<String>> {
    Some(texts.map(str::to_owned).to_vec())
}

/// The account of the pods with what it may read.
pub(super) fn rbac(dns: &Dns) -> [Node; 3] {
    let account = ServiceAccount { metadata: metadata("coredns", Some(NAMESPACE)), ..ServiceAccount::default() };
    let rule = |group: &str, resources: Option<Vec<String>>| PolicyRule {
        api_groups: strings([group]),
        resources,
        verbs: vec!["list".to_owned(), "watch".to_owned()],
        ..PolicyRule::default()
    };
    let role = ClusterRole {
        metadata: metadata(ROLE, None),
        rules: Some(vec![
            rule("", strings(["endpoints", "services", "pods", "namespaces"])),
            rule("discovery.k8s.io", strings(["endpointslices"])),
        ]),
        ..ClusterRole::default()
    };
    let binding = ClusterRoleBinding {
        metadata: metadata(ROLE, None),
        role_ref: RoleRef {
            api_group: Some("rbac.authorization.k8s.io".to_owned()),
            kind: "ClusterRole".to_owned(),
            name: ROLE.to_owned(),
        },
        subjects: Some(vec![Subject {
            api_group: None,
            kind: "ServiceAccount".to_owned(),
            name: "coredns".to_owned(),
            namespace: Some(NAMESPACE.to_owned()),
        }]),
    };
    [core_object(&account, dns.span), core_object(&role, dns.span), core_object(&binding, dns.span)]
}

fn labelled(name: &str) -> ObjectMeta {
    ObjectMeta { labels: Some(labels()), ..metadata(name, Some(NAMESPACE)) }
}

/// The address at which the cluster's pods ask.
pub(super) fn service(cluster: &Cluster, dns: &Dns) -> Node {
    let port = |name: &str, port: i32, protocol: &str| ServicePort {
        name: Some(name.to_owned()),
        port,
        protocol: Some(protocol.to_owned()),
        target_port: Some(IntOrString::Int(port)),
        ..ServicePort::default()
    };
    let address = cluster.dns_address.value.to_string();
    let mut labels = labels();
    labels.insert("kubernetes.io/cluster-service".to_owned(), "true".to_owned());
    let service = Service {
        metadata: ObjectMeta { labels: Some(labels), ..metadata("kube-dns", Some(NAMESPACE)) },
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".to_owned()),
            cluster_ip: Some(address.clone()),
            cluster_ips: Some(vec![address]),
            selector: Some(texts(SELECTOR)),
            ports: Some(vec![port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP")]),
            ..ServiceSpec::default()
        }),
        status: None,
    };
    let origin = cluster.dns_address.origin;
    core_object(&service, dns.span).traced(&["spec", "clusterIP"], origin).traced(&["spec", "clusterIPs"], origin)
}

/// Keeps one pod when nodes are drained; none where there is only one.
pub(super) fn disruption_budget(dns: &Dns) -> Option<Node> {
    (dns.replicas.value > 1).then(|| {
        let budget = PodDisruptionBudget {
            metadata: labelled("coredns"),
            spec: Some(PodDisruptionBudgetSpec {
                min_available: Some(IntOrString::Int(1)),
                selector: Some(matching(&texts(SELECTOR))),
                ..PodDisruptionBudgetSpec::default()
            }),
            status: None,
        };
        core_object(&budget, dns.span)
    })
}

/// The pods.
pub(super) fn deployment(cluster: &Cluster, dns: &Dns) -> Node {
    let selector = matching(&texts(SELECTOR));
    let deployment = Deployment {
        metadata: labelled("coredns"),
        spec: DeploymentSpec {
            replicas: Some(i32::try_from(dns.replicas.value).unwrap_or(i32::MAX)),
            selector: selector.clone(),
            strategy: Some(DeploymentStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(RollingUpdateDeployment {
                    max_unavailable: Some(IntOrString::Int(1)),
                    ..RollingUpdateDeployment::default()
                }),
            }),
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(labels()), ..ObjectMeta::default() }),
                spec: Some(PodSpec {
                    service_account_name: Some("coredns".to_owned()),
                    priority_class_name: Some("system-cluster-critical".to_owned()),
                    // The node's resolvers, not the cluster's own.
                    dns_policy: Some("Default".to_owned()),
                    security_context: Some(PodSecurityContext {
                        seccomp_profile: Some(SeccompProfile {
                            type_: "RuntimeDefault".to_owned(),
                            ..SeccompProfile::default()
                        }),
                        ..PodSecurityContext::default()
                    }),
                    tolerations: Some(vec![Toleration {
                        key: Some("node-role.kubernetes.io/control-plane".to_owned()),
                        operator: Some("Exists".to_owned()),
                        effect: Some("NoSchedule".to_owned()),
                        ..Toleration::default()
                    }]),
                    affinity: Some(apart(selector)),
                    node_selector: Some(texts([("kubernetes.io/os", "linux")])),
                    containers: vec![container(for_kubernetes(cluster.kubernetes.value.minor()))],
                    volumes: Some(vec![Volume {
                        name: "config".to_owned(),
                        config_map: Some(ConfigMapVolumeSource {
                            name: "coredns".to_owned(),
                            items: Some(vec![KeyToPath {
                                key: "Corefile".to_owned(),
                                path: "Corefile".to_owned(),
                                ..KeyToPath::default()
                            }]),
                            ..ConfigMapVolumeSource::default()
                        }),
                        ..Volume::default()
                    }]),
                    ..PodSpec::default()
                }),
            },
            ..DeploymentSpec::default()
        },
        status: None,
    };
    let image = Origin::derived(cluster.kubernetes.span(), Reason::NewestSupported);
    core_object(&deployment, dns.span)
        .traced(&["spec", "replicas"], dns.replicas.origin)
        .traced(&["spec", "template", "spec", "containers", "0", "image"], image)
}

/// Pods on different nodes, where there are several.
fn apart(selector: k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector) -> Affinity {
    Affinity {
        pod_anti_affinity: Some(PodAntiAffinity {
            preferred_during_scheduling_ignored_during_execution: Some(vec![WeightedPodAffinityTerm {
                weight: 100,
                pod_affinity_term: PodAffinityTerm {
                    label_selector: Some(selector),
                    topology_key: "kubernetes.io/hostname".to_owned(),
                    ..PodAffinityTerm::default()
                },
            }]),
            ..PodAntiAffinity::default()
        }),
        ..Affinity::default()
    }
}

fn container(version: &str) -> Container {
    let port = |name: &str, port: i32, protocol: &str| ContainerPort {
        name: Some(name.to_owned()),
        container_port: port,
        protocol: Some(protocol.to_owned()),
        ..ContainerPort::default()
    };
    let asks = |path: &str, port: i32| {
        Some(HTTPGetAction { path: Some(path.to_owned()), port: IntOrString::Int(port), ..HTTPGetAction::default() })
    };
    let memory = |amount: &str| ("memory".to_owned(), Quantity(amount.to_owned()));
    Container {
        name: "coredns".to_owned(),
        image: Some(format!("registry.k8s.io/coredns/coredns:v{version}")),
        args: strings(["-conf", "/etc/coredns/Corefile"]),
        ports: Some(vec![port("dns", 53, "UDP"), port("dns-tcp", 53, "TCP"), port("metrics", 9153, "TCP")]),
        liveness_probe: Some(Probe {
            http_get: asks("/health", 8080),
            initial_delay_seconds: Some(60),
            timeout_seconds: Some(5),
            failure_threshold: Some(5),
            ..Probe::default()
        }),
        readiness_probe: Some(Probe { http_get: asks("/ready", 8181), ..Probe::default() }),
        resources: Some(ResourceRequirements {
            limits: Some([memory("170Mi")].into()),
            requests: Some([("cpu".to_owned(), Quantity("100m".to_owned())), memory("70Mi")].into()),
            ..ResourceRequirements::default()
        }),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            read_only_root_filesystem: Some(true),
            capabilities: Some(Capabilities { add: strings(["NET_BIND_SERVICE"]), drop: strings(["ALL"]) }),
            ..SecurityContext::default()
        }),
        volume_mounts: Some(vec![VolumeMount {
            name: "config".to_owned(),
            mount_path: "/etc/coredns".to_owned(),
            read_only: Some(true),
            ..VolumeMount::default()
        }]),
        ..Container::default()
    }
}
