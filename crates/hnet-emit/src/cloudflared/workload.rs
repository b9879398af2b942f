//! What runs a tunnel's connector: pods without rights, restarted when their configuration changes.

use hnet_model::{Cluster, Tunnel, Workload};
use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetSpec, Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{
    Capabilities, ConfigMapVolumeSource, Container, ContainerPort, HTTPGetAction, PodSecurityContext, PodSpec,
    PodTemplateSpec, Probe, ResourceRequirements, SeccompProfile, SecretVolumeSource, SecurityContext, Service,
    ServicePort, ServiceSpec, TopologySpreadConstraint, Volume, VolumeMount,
};
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::configuration::CONFIGURATION_FILE;
use super::{METRICS_PORT, in_namespace, labels, name, secret_name};
use crate::kubernetes::{core_object, matching, texts};
use crate::yaml::Node;

/// The user that the image runs as, who has no name on the machine.
const NOBODY: i64 = 65532;

/// The annotation of the pods with the checksum of their configuration: the pods restart when it changes.
const CHECKSUM: &str = "checksum/config";

/// The Deployment or DaemonSet of a tunnel's connector.
pub(super) fn object(cluster: &Cluster, tunnel: &Tunnel, checksum: &str) -> Node {
    let metadata = in_namespace(cluster, tunnel);
    let matches = matching(&labels(cluster, tunnel));
    let node = match tunnel.workload.value {
        Workload::Deployment(replicas) => {
            let deployment = Deployment {
                metadata,
                spec: DeploymentSpec {
                    replicas: Some(i32::try_from(replicas).unwrap_or(i32::MAX)),
                    selector: matches,
                    template: template(cluster, tunnel, checksum, replicas > 1),
                    ..DeploymentSpec::default()
                },
                status: None,
            };
            core_object(&deployment, tunnel.span).traced(&["spec", "replicas"], tunnel.workload.origin)
        }
        Workload::DaemonSet => {
            let daemon_set = DaemonSet {
                metadata,
                spec: DaemonSetSpec {
                    selector: matches,
                    template: template(cluster, tunnel, checksum, false),
                    ..DaemonSetSpec::default()
                },
                status: None,
            };
            core_object(&daemon_set, tunnel.span)
        }
    };
    node.traced(&["metadata", "namespace"], tunnel.namespace.origin)
        .traced(&["spec", "template", "spec", "containers", "0", "image"], tunnel.version.origin)
}

fn template(cluster: &Cluster, tunnel: &Tunnel, checksum: &str, spread: bool) -> PodTemplateSpec {
    let constraint = TopologySpreadConstraint {
        label_selector: Some(matching(&labels(cluster, tunnel))),
        max_skew: 1,
        topology_key: "kubernetes.io/hostname".to_owned(),
        when_unsatisfiable: "ScheduleAnyway".to_owned(),
        ..TopologySpreadConstraint::default()
    };
    let config_map = ConfigMapVolumeSource { name: name(cluster, tunnel), ..ConfigMapVolumeSource::default() };
    let secret =
        SecretVolumeSource { secret_name: Some(secret_name(cluster, tunnel)), ..SecretVolumeSource::default() };
    PodTemplateSpec {
        metadata: Some(ObjectMeta {
            annotations: Some(texts([(CHECKSUM, checksum)])),
            labels: Some(labels(cluster, tunnel)),
            ..ObjectMeta::default()
        }),
        spec: Some(PodSpec {
            automount_service_account_token: Some(false),
            // Open connections have thirty seconds to end.
            termination_grace_period_seconds: Some(60),
            security_context: Some(PodSecurityContext {
                run_as_non_root: Some(true),
                run_as_user: Some(NOBODY),
                run_as_group: Some(NOBODY),
                fs_group: Some(NOBODY),
                seccomp_profile: Some(SeccompProfile {
                    type_: "RuntimeDefault".to_owned(),
                    ..SeccompProfile::default()
                }),
                ..PodSecurityContext::default()
            }),
            topology_spread_constraints: spread.then(|| vec![constraint]),
            containers: vec![container(tunnel)],
            volumes: Some(vec![
                Volume { name: "config".to_owned(), config_map: Some(config_map), ..Volume::default() },
                Volume { name: "credentials".to_owned(), secret: Some(secret), ..Volume::default() },
            ]),
            ..PodSpec::default()
        }),
    }
}

fn container(tunnel: &Tunnel) -> Container {
    let mount = |name: &str| VolumeMount {
        name: name.to_owned(),
        mount_path: format!("/etc/cloudflared/{name}"),
        read_only: Some(true),
        ..VolumeMount::default()
    };
    // Ready means connected to Cloudflare's edge; an outage there shall not restart pods at once.
    let ready = |failures: i32| {
        Some(Probe {
            http_get: Some(HTTPGetAction {
                path: Some("/ready".to_owned()),
                port: IntOrString::String("metrics".to_owned()),
                ..HTTPGetAction::default()
            }),
            initial_delay_seconds: Some(10),
            period_seconds: Some(10),
            failure_threshold: Some(failures),
            ..Probe::default()
        })
    };
    let memory = |amount: &str| ("memory".to_owned(), Quantity(amount.to_owned()));
    Container {
        name: "cloudflared".to_owned(),
        image: Some(format!("docker.io/cloudflare/cloudflared:{}", tunnel.version.value)),
        args: Some(["tunnel", "--config", CONFIGURATION_FILE, "run"].map(str::to_owned).to_vec()),
        ports: Some(vec![ContainerPort {
            name: Some("metrics".to_owned()),
            container_port: METRICS_PORT.into(),
            protocol: Some("TCP".to_owned()),
            ..ContainerPort::default()
        }]),
        liveness_probe: ready(6),
        readiness_probe: ready(3),
        resources: Some(ResourceRequirements {
            limits: Some([memory("256Mi")].into()),
            requests: Some([("cpu".to_owned(), Quantity("10m".to_owned())), memory("64Mi")].into()),
            ..ResourceRequirements::default()
        }),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            read_only_root_filesystem: Some(true),
            capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
            ..SecurityContext::default()
        }),
        volume_mounts: Some(vec![mount("config"), mount("credentials")]),
        ..Container::default()
    }
}

/// The service by which people reach the metrics.
pub(super) fn service(cluster: &Cluster, tunnel: &Tunnel) -> Node {
    let service = Service {
        metadata: in_namespace(cluster, tunnel),
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".to_owned()),
            selector: Some(labels(cluster, tunnel)),
            ports: Some(vec![ServicePort {
                name: Some("metrics".to_owned()),
                port: METRICS_PORT.into(),
                protocol: Some("TCP".to_owned()),
                target_port: Some(IntOrString::String("metrics".to_owned())),
                ..ServicePort::default()
            }]),
            ..ServiceSpec::default()
        }),
        status: None,
    };
    core_object(&service, tunnel.span).traced(&["metadata", "namespace"], tunnel.namespace.origin)
}

/// Keeps one pod when nodes are drained; none where there is only one.
pub(super) fn disruption_budget(cluster: &Cluster, tunnel: &Tunnel) -> Option<Node> {
    let Workload::Deployment(2..) = tunnel.workload.value else { return None };
    let budget = PodDisruptionBudget {
        metadata: in_namespace(cluster, tunnel),
        spec: Some(PodDisruptionBudgetSpec {
            min_available: Some(IntOrString::Int(1)),
            selector: Some(matching(&labels(cluster, tunnel))),
            ..PodDisruptionBudgetSpec::default()
        }),
        status: None,
    };
    let node = core_object(&budget, tunnel.span).traced(&["metadata", "namespace"], tunnel.namespace.origin);
    Some(node.traced(&["spec", "minAvailable"], tunnel.workload.origin))
}
