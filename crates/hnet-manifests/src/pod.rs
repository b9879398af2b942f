//! Pods, as far as hnet writes them: what runs in the pods of a [`Deployment`](crate::core::DeploymentSpec) or a
//! [`DaemonSet`](crate::core::DaemonSetSpec). Start at [`PodTemplateSpec`]; [`crate::core`] says why the structs are
//! our own.

use hnet_diagnostics::Traced;
use serde::Serialize;

use crate::core::{IntOrString, LabelSelector};
use crate::object::{Map, Text, Texts};

/// What pods are made from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PodTemplateSpec {
    /// What is said about them.
    pub metadata: PodMetadata,
    /// What runs in them.
    pub spec: PodSpec,
}

/// What is said about the pods of a template, which have no names of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PodMetadata {
    /// Anything.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub annotations: Texts,
    /// By which they are found.
    pub labels: Texts,
}

/// What runs in a pod, and where.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSpec {
    /// On which nodes it would rather run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Affinity>,
    /// Whether it is given its account's token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub automount_service_account_token: Option<bool>,
    /// What runs.
    pub containers: Vec<Container>,
    /// Whom it asks for names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns_policy: Option<&'static str>,
    /// The labels of the nodes on which it may run.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub node_selector: Texts,
    /// What it is worth when there is no room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_class_name: Option<&'static str>,
    /// What all its containers may do.
    pub security_context: PodSecurityContext,
    /// Its account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_account_name: Option<&'static str>,
    /// The seconds that it has to end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub termination_grace_period_seconds: Option<u32>,
    /// The taints that it bears.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerations: Vec<Toleration>,
    /// How its like are spread over the nodes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub topology_spread_constraints: Vec<TopologySpreadConstraint>,
    /// What its containers mount.
    pub volumes: Vec<Volume>,
}

/// On which nodes a pod would rather run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Affinity {
    /// Away from which pods.
    pub pod_anti_affinity: PodAntiAffinity,
}

/// Away from which pods a pod would rather run.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodAntiAffinity {
    /// Where there is a choice.
    pub preferred_during_scheduling_ignored_during_execution: Vec<WeightedPodAffinityTerm>,
}

/// Pods, and how much it matters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WeightedPodAffinityTerm {
    /// Which pods.
    pub pod_affinity_term: PodAffinityTerm,
    /// How much, 1 to 100.
    pub weight: u8,
}

/// Pods, and what counts as one place.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodAffinityTerm {
    /// Which pods.
    pub label_selector: LabelSelector,
    /// The label of nodes that has one value in one place.
    pub topology_key: &'static str,
}

/// How pods are spread.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TopologySpreadConstraint {
    /// Which pods.
    pub label_selector: LabelSelector,
    /// How many more one place may have than another.
    pub max_skew: u8,
    /// The label of nodes that has one value in one place.
    pub topology_key: &'static str,
    /// `ScheduleAnyway` or `DoNotSchedule`.
    pub when_unsatisfiable: &'static str,
}

/// A taint that a pod bears.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Toleration {
    /// The taint's effect.
    pub effect: &'static str,
    /// The taint's key.
    pub key: &'static str,
    /// `Exists` or `Equal`.
    pub operator: &'static str,
}

/// What all containers of a pod may do.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSecurityContext {
    /// The group that owns their files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fs_group: Option<u32>,
    /// The group that they run as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_group: Option<u32>,
    /// Whether they may not be root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_non_root: Option<bool>,
    /// The user that they run as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run_as_user: Option<u32>,
    /// The system calls that they may make.
    pub seccomp_profile: SeccompProfile,
}

/// The system calls that containers may make.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SeccompProfile {
    /// `RuntimeDefault`.
    #[serde(rename = "type")]
    pub type_: &'static str,
}

/// Something that runs in a pod.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Container {
    /// Its name.
    pub name: &'static str,
    /// Its image with a tag.
    pub image: Traced<String>,
    /// What the image's program is told.
    pub args: &'static [&'static str],
    /// When it is restarted.
    pub liveness_probe: Probe,
    /// Its ports.
    pub ports: Vec<ContainerPort>,
    /// When it is sent requests.
    pub readiness_probe: Probe,
    /// What it needs and may take.
    pub resources: ResourceRequirements,
    /// What it may do.
    pub security_context: SecurityContext,
    /// What it sees of the pod's volumes.
    pub volume_mounts: Vec<VolumeMount>,
}

/// A port of a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ContainerPort {
    /// Its name.
    pub name: &'static str,
    /// The port.
    pub container_port: u16,
    /// `TCP` or `UDP`.
    pub protocol: &'static str,
}

/// A question to a container. What is not said is the API server's default.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Probe {
    /// How often it may fail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_threshold: Option<u8>,
    /// What is asked.
    pub http_get: HTTPGetAction,
    /// The seconds before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initial_delay_seconds: Option<u8>,
    /// The seconds from one to the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period_seconds: Option<u8>,
    /// The seconds that it may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_seconds: Option<u8>,
}

/// A request to a container.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HTTPGetAction {
    /// The path.
    pub path: &'static str,
    /// The port.
    pub port: IntOrString,
}

/// What a container needs and may take: `cpu` and `memory`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResourceRequirements {
    /// What it may take.
    pub limits: Texts,
    /// What it needs.
    pub requests: Texts,
}

/// What a container may do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecurityContext {
    /// Whether it may get more rights than it has.
    pub allow_privilege_escalation: bool,
    /// Linux capabilities.
    pub capabilities: Capabilities,
    /// Whether it may write into its image.
    pub read_only_root_filesystem: bool,
}

/// Linux capabilities.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Capabilities {
    /// Those that it has besides.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub add: &'static [&'static str],
    /// Those that it has not.
    pub drop: &'static [&'static str],
}

/// What a container sees of a volume.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VolumeMount {
    /// The volume.
    pub name: &'static str,
    /// Where.
    pub mount_path: &'static str,
    /// Whether it may not write there.
    pub read_only: bool,
}

/// Files for a pod; exactly one of the parts beside the name.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// Its name.
    pub name: &'static str,
    /// Those of a ConfigMap.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config_map: Option<ConfigMapVolumeSource>,
    /// Those of a Secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<SecretVolumeSource>,
}

/// The files of a ConfigMap.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConfigMapVolumeSource {
    /// The ConfigMap.
    pub name: Text,
    /// Which of its keys; all where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<KeyToPath>,
}

/// A key as a file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyToPath {
    /// The key.
    pub key: &'static str,
    /// The file.
    pub path: &'static str,
}

/// The files of a Secret.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SecretVolumeSource {
    /// The Secret.
    pub secret_name: String,
}
