//! What runs a tunnel's connector: pods without rights, restarted when their configuration changes.

use hnet_manifests::core::{
    DaemonSetSpec, DeploymentSpec, IntOrString, PodDisruptionBudgetSpec, ServicePort, ServiceSpec,
};
use hnet_manifests::object::Manifest;
use hnet_manifests::pod::{
    Capabilities, ConfigMapVolumeSource, Container, ContainerPort, HTTPGetAction, PodMetadata, PodSecurityContext,
    PodSpec, PodTemplateSpec, Probe, ResourceRequirements, SeccompProfile, SecretVolumeSource, SecurityContext,
    TopologySpreadConstraint, Volume, VolumeMount,
};
use hnet_model::{Reason, Traced, Tunnel, Workload};

use super::configuration::CONFIGURATION_FILE;
use super::{METRICS_PORT, labelled, labels, selected};
use crate::kubernetes::{matching, replicas, shape, texts};
use crate::overlay::Over;
use crate::place::Objects;

/// The user that the image runs as, who has no name on the machine.
const NOBODY: u32 = 65532;

/// The annotation of the pods with the checksum of their configuration: the pods restart when it changes.
const CHECKSUM: &str = "checksum/config";

/// Adds the Deployment or DaemonSet of a tunnel's connector.
pub(super) fn add(tunnel: &Tunnel, checksum: String, to: &mut Objects<'_>) {
    let metadata = labelled(tunnel);
    let selector = matching(selected(tunnel));
    let (origin, over) = (shape(tunnel.span), Over::Main(&tunnel.overlay));
    match tunnel.workload.value {
        Workload::Deployment(count) => {
            let replicas = replicas(tunnel.workload.map(|_| count));
            let template = template(tunnel, checksum, count > 1);
            let spec = DeploymentSpec { replicas, selector, strategy: None, template };
            to.add(&Manifest::core(metadata, spec), origin, over);
        }
        Workload::DaemonSet => {
            let template = template(tunnel, checksum, false);
            to.add(&Manifest::core(metadata, DaemonSetSpec { selector, template }), origin, over);
        }
    }
}

fn template(tunnel: &Tunnel, checksum: String, spread: bool) -> PodTemplateSpec {
    let constraint = || TopologySpreadConstraint {
        label_selector: matching(selected(tunnel)),
        max_skew: 1,
        topology_key: "kubernetes.io/hostname",
        when_unsatisfiable: "ScheduleAnyway",
    };
    let config_map = ConfigMapVolumeSource { name: tunnel.config_map_name().into(), items: Vec::new() };
    let secret = SecretVolumeSource { secret_name: tunnel.secret_name() };
    PodTemplateSpec {
        metadata: PodMetadata { annotations: texts([(CHECKSUM, checksum.into())]), labels: labels(tunnel) },
        spec: PodSpec {
            automount_service_account_token: Some(false),
            // Open connections have thirty seconds to end.
            termination_grace_period_seconds: Some(60),
            security_context: PodSecurityContext {
                run_as_non_root: Some(true),
                run_as_user: Some(NOBODY),
                run_as_group: Some(NOBODY),
                fs_group: Some(NOBODY),
                seccomp_profile: SeccompProfile { type_: "RuntimeDefault" },
            },
            topology_spread_constraints: if spread { vec![constraint()] } else { Vec::new() },
            containers: vec![container(tunnel)],
            volumes: vec![
                Volume { name: "config", config_map: Some(config_map), secret: None },
                Volume { name: "credentials", config_map: None, secret: Some(secret) },
            ],
            ..PodSpec::default()
        },
    }
}

fn container(tunnel: &Tunnel) -> Container {
    // Ready means connected to Cloudflare's edge; an outage there shall not restart pods at once.
    let ready = |failures| Probe {
        http_get: HTTPGetAction { path: "/ready", port: IntOrString::String("metrics") },
        initial_delay_seconds: Some(10),
        period_seconds: Some(10),
        timeout_seconds: None,
        failure_threshold: Some(failures),
    };
    Container {
        name: "cloudflared",
        image: tunnel.version.as_ref().map(|version| format!("docker.io/cloudflare/cloudflared:{version}")),
        args: &["tunnel", "--config", CONFIGURATION_FILE, "run"],
        ports: vec![ContainerPort { name: "metrics", container_port: METRICS_PORT, protocol: "TCP" }],
        liveness_probe: ready(6),
        readiness_probe: ready(3),
        resources: ResourceRequirements {
            limits: texts([("memory", "256Mi".into())]),
            requests: texts([("cpu", "10m".into()), ("memory", "64Mi".into())]),
        },
        security_context: SecurityContext {
            allow_privilege_escalation: false,
            read_only_root_filesystem: true,
            capabilities: Capabilities { add: &[], drop: &["ALL"] },
        },
        volume_mounts: vec![
            VolumeMount { name: "config", mount_path: "/etc/cloudflared/config", read_only: true },
            VolumeMount { name: "credentials", mount_path: "/etc/cloudflared/credentials", read_only: true },
        ],
    }
}

/// The service by which people reach the metrics.
pub(super) fn service(tunnel: &Tunnel) -> Manifest<ServiceSpec> {
    let origin = shape(tunnel.span);
    let spec = ServiceSpec {
        cluster_ip: None,
        cluster_ips: None,
        ip_family_policy: None,
        ports: vec![ServicePort {
            name: "metrics",
            port: Traced::new(METRICS_PORT, origin),
            protocol: "TCP",
            target_port: Traced::new(IntOrString::String("metrics"), origin),
        }],
        selector: selected(tunnel),
        type_: "ClusterIP",
    };
    Manifest::core(labelled(tunnel), spec)
}

/// Keeps one pod when nodes are drained; none where there is only one.
pub(super) fn disruption_budget(tunnel: &Tunnel) -> Option<Manifest<PodDisruptionBudgetSpec>> {
    let Workload::Deployment(2..) = tunnel.workload.value else { return None };
    let min_available = Traced::new(IntOrString::Int(1), tunnel.workload.origin.because(Reason::OneStays));
    let spec = PodDisruptionBudgetSpec { min_available, selector: matching(selected(tunnel)) };
    Some(Manifest::core(labelled(tunnel), spec))
}
