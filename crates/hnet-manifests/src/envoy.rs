//! Envoy Gateway's objects: what is not settings.
//!
//! What their `spec` holds is a tree whose parts are known by their paths (`hnet-check`, `envoy/`). Those who
//! know a whole kind are the schemas of Envoy Gateway 1.9 (`cargo xtask schemas`).

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

/// The group of the kinds.
pub const GROUP: &str = "gateway.envoyproxy.io";
/// Their version.
pub const API_VERSION: &str = "gateway.envoyproxy.io/v1alpha1";
/// The controller of a GatewayClass whose gateways are Envoy Gateway's.
pub const CONTROLLER: &str = "gateway.envoyproxy.io/gatewayclass-controller";
/// The part of an EnvoyProxy that says how requests from outside reach its pods, by its keys.
pub const TRAFFIC_POLICY: [&str; 4] = ["provider", "kubernetes", "envoyService", "externalTrafficPolicy"];

/// Whose the gateways of a class are.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1",
    kind = "GatewayClass",
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct GatewayClassSpec {
    /// The controller.
    pub controller_name: String,
    /// How its gateways run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameters_ref: Option<ParametersReference>,
}

/// An object that says how gateways run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParametersReference {
    /// Its group.
    pub group: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: Traced<String>,
    /// Its namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Traced<String>>,
}
