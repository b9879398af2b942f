//! Core kinds of Kubernetes, as far as hnet writes them.
//!
//! The structs are those of `k8s-openapi` by name and by field, with the fields in the order in which people write
//! them. They are our own because the whole kinds are hundreds of optional fields, which the browser would load
//! (docs/decisions/0010). The suite reads every object that is written into the whole kind and back. Start at the
//! kind in question; [`crate::object`] has what all kinds have, [`crate::pod`] what runs in a pod.

use hnet_diagnostics::{Lines, Traced};
use k8s_openapi::Resource;
use k8s_openapi::api::{apps, core, discovery, policy, rbac};
use serde::{Deserialize, Serialize};

use crate::object::{CoreSpec, Map, Metadata, Texts};
use crate::pod::PodTemplateSpec;

/// An object that has nothing but its metadata.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Bare {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
}

impl Bare {
    /// A namespace.
    #[must_use]
    pub fn namespace(metadata: Metadata) -> Self {
        Bare { api_version: core::v1::Namespace::API_VERSION, kind: core::v1::Namespace::KIND, metadata }
    }

    /// An account of pods.
    #[must_use]
    pub fn service_account(metadata: Metadata) -> Self {
        Bare { api_version: core::v1::ServiceAccount::API_VERSION, kind: core::v1::ServiceAccount::KIND, metadata }
    }
}

/// Files for pods.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConfigMap {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    data: Map<Traced<Lines>>,
}

impl ConfigMap {
    /// Files by their names.
    #[must_use]
    pub fn new(metadata: Metadata, data: Map<Traced<Lines>>) -> Self {
        ConfigMap { api_version: core::v1::ConfigMap::API_VERSION, kind: core::v1::ConfigMap::KIND, metadata, data }
    }
}

/// What may be done in the whole cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterRole {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    rules: Vec<PolicyRule>,
}

impl ClusterRole {
    /// A role of these rules.
    #[must_use]
    pub fn new(metadata: Metadata, rules: Vec<PolicyRule>) -> Self {
        ClusterRole {
            api_version: rbac::v1::ClusterRole::API_VERSION,
            kind: rbac::v1::ClusterRole::KIND,
            metadata,
            rules,
        }
    }
}

/// What may be done with some kinds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyRule {
    /// Their groups; empty for the core.
    pub api_groups: &'static [&'static str],
    /// Their names in the plural.
    pub resources: &'static [&'static str],
    /// What may be done.
    pub verbs: &'static [&'static str],
}

/// Who has a role.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterRoleBinding {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    role_ref: RoleRef,
    subjects: Vec<Subject>,
}

impl ClusterRoleBinding {
    /// The subjects have the role.
    #[must_use]
    pub fn new(metadata: Metadata, role_ref: RoleRef, subjects: Vec<Subject>) -> Self {
        ClusterRoleBinding {
            api_version: rbac::v1::ClusterRoleBinding::API_VERSION,
            kind: rbac::v1::ClusterRoleBinding::KIND,
            metadata,
            role_ref,
            subjects,
        }
    }
}

/// A role.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleRef {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// The group of its kind.
    pub api_group: &'static str,
}

/// Who may have a role.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Subject {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its namespace.
    pub namespace: &'static str,
}

/// Where a service without a selector is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointSlice {
    api_version: &'static str,
    kind: &'static str,
    metadata: Metadata,
    address_type: &'static str,
    endpoints: Traced<Vec<Endpoint>>,
    ports: Traced<Vec<EndpointPort>>,
}

impl EndpointSlice {
    /// Endpoints of one family, `IPv4` or `IPv6`.
    #[must_use]
    pub fn new(
        metadata: Metadata,
        address_type: &'static str,
        endpoints: Traced<Vec<Endpoint>>,
        ports: Traced<Vec<EndpointPort>>,
    ) -> Self {
        EndpointSlice {
            api_version: discovery::v1::EndpointSlice::API_VERSION,
            kind: discovery::v1::EndpointSlice::KIND,
            metadata,
            address_type,
            endpoints,
            ports,
        }
    }
}

/// An endpoint of a service.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Endpoint {
    /// Its addresses.
    pub addresses: Vec<String>,
    /// How it is.
    pub conditions: EndpointConditions,
}

/// How an endpoint is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EndpointConditions {
    /// Whether it takes requests.
    pub ready: bool,
}

/// A port of endpoints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EndpointPort {
    /// Its name, which the service's port has too.
    pub name: &'static str,
    /// The port.
    pub port: u16,
    /// `TCP` or `UDP`.
    pub protocol: &'static str,
}

/// Objects by their labels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelSelector {
    /// The labels.
    pub match_labels: Texts,
}

/// A number or a name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum IntOrString {
    /// A number.
    Int(u16),
    /// A name.
    String(&'static str),
}

/// An address and a name for pods.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServiceSpec {
    /// The address, where it is not the cluster's choice.
    #[serde(rename = "clusterIP", skip_serializing_if = "Option::is_none")]
    pub cluster_ip: Option<Traced<String>>,
    /// The addresses of all families.
    #[serde(rename = "clusterIPs", skip_serializing_if = "Option::is_none")]
    pub cluster_ips: Option<Traced<[String; 1]>>,
    /// Which families it has, where that is not the cluster's first alone: `PreferDualStack`.
    #[serde(rename = "ipFamilyPolicy", skip_serializing_if = "Option::is_none")]
    pub ip_family_policy: Option<Traced<&'static str>>,
    /// Its ports.
    pub ports: Vec<ServicePort>,
    /// The pods behind it, where these are found by labels.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub selector: Texts,
    /// `ClusterIP`.
    #[serde(rename = "type")]
    pub type_: &'static str,
}

impl CoreSpec for ServiceSpec {
    type Kind = core::v1::Service;
}

/// A port of a service.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePort {
    /// Its name.
    pub name: &'static str,
    /// The port.
    pub port: Traced<u16>,
    /// `TCP` or `UDP`.
    pub protocol: &'static str,
    /// The port of what is behind the service.
    pub target_port: Traced<IntOrString>,
}

/// How many pods stay when nodes are drained.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodDisruptionBudgetSpec {
    /// The fewest.
    pub min_available: Traced<IntOrString>,
    /// Which pods.
    pub selector: LabelSelector,
}

impl CoreSpec for PodDisruptionBudgetSpec {
    type Kind = policy::v1::PodDisruptionBudget;
}

/// Pods of one kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeploymentSpec {
    /// How many.
    pub replicas: Traced<u32>,
    /// How they are found.
    pub selector: LabelSelector,
    /// How they are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strategy: Option<DeploymentStrategy>,
    /// What they are.
    pub template: PodTemplateSpec,
}

impl CoreSpec for DeploymentSpec {
    type Kind = apps::v1::Deployment;
}

/// How pods are replaced.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentStrategy {
    /// How a few go at a time.
    pub rolling_update: RollingUpdateDeployment,
    /// `RollingUpdate`.
    #[serde(rename = "type")]
    pub type_: &'static str,
}

/// How pods are replaced a few at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RollingUpdateDeployment {
    /// How many may be missing meanwhile.
    pub max_unavailable: IntOrString,
}

/// A pod on every node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DaemonSetSpec {
    /// How they are found.
    pub selector: LabelSelector,
    /// What they are.
    pub template: PodTemplateSpec,
}

impl CoreSpec for DaemonSetSpec {
    type Kind = apps::v1::DaemonSet;
}
