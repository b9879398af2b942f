//! The Gateway API: gateways, policies and grants; routes are in `routes.rs`.
//!
//! Fields for which the API server has a default are no options: hnet writes them, so that what Argo CD
//! compares is equal.

mod routes;

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

use crate::cilium::LabelSelector;
use crate::object::Map;

pub use routes::{
    BackendReference, CorsFilter, GRPCRoute, GrpcMethodMatch, GrpcRouteMatch, GrpcRouteRule, GrpcRouteSpec, HTTPRoute,
    Header, HeaderMatch, HeaderModifier, HttpRouteFilter, HttpRouteMatch, HttpRouteRule, HttpRouteSpec,
    MirrorReference, ParentReference, PathRewrite, RequestMirror, RequestRedirect, StreamRouteRule, StreamRouteSpec,
    Timeouts, TypedValue, UrlRewrite,
};

/// The API group.
pub const GROUP: &str = "gateway.networking.k8s.io";

/// Where requests enter the cluster.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1",
    kind = "Gateway",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct GatewaySpec {
    /// Who implements it.
    pub gateway_class_name: Traced<String>,
    /// Its addresses; the controller's choice where there is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<GatewayAddress>,
    /// What the controller's objects for it carry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub infrastructure: Option<Infrastructure>,
    /// Its ports.
    pub listeners: Vec<Listener>,
}

/// An address of a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GatewayAddress {
    /// `IPAddress`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The address.
    pub value: Traced<String>,
}

/// What the controller's objects for a gateway carry.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Infrastructure {
    /// Their labels.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub labels: Map<Traced<String>>,
    /// Their annotations.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub annotations: Map<Traced<String>>,
    /// An object that says how it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameters_ref: Option<LocalReference>,
}

/// An object of the same namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LocalReference {
    /// Its group.
    pub group: Cow<'static, str>,
    /// Its kind.
    pub kind: Cow<'static, str>,
    /// Its name.
    pub name: Traced<String>,
}

/// A port of a gateway.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listener {
    /// What it is called.
    pub name: Traced<String>,
    /// The port.
    pub port: Traced<u16>,
    /// `HTTP`, `HTTPS`, `TLS`, `TCP` or `UDP`.
    pub protocol: Traced<String>,
    /// The names that it takes; all where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Traced<String>>,
    /// How TLS ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<ListenerTls>,
    /// Whose routes may attach.
    pub allowed_routes: Traced<AllowedRoutes>,
}

/// How TLS ends at a listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListenerTls {
    /// `Terminate` or `Passthrough`.
    pub mode: Cow<'static, str>,
    /// The secrets with its certificates.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificate_refs: Vec<Traced<ObjectReference>>,
}

/// Another object, perhaps in another namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObjectReference {
    /// Its API group; empty for the core.
    pub group: Cow<'static, str>,
    /// Its kind.
    pub kind: Cow<'static, str>,
    /// Its name.
    pub name: String,
    /// Its namespace, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
}

/// Whose routes may attach to a listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllowedRoutes {
    /// Those of which namespaces.
    pub namespaces: RouteNamespaces,
}

/// The namespaces whose routes may attach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RouteNamespaces {
    /// `All`, `Same` or `Selector`.
    pub from: Cow<'static, str>,
    /// Which, for `Selector`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
}

/// How gateways speak TLS to a service.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1",
    kind = "BackendTLSPolicy",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct BackendTlsPolicySpec {
    /// The service: controllers are advised to take one.
    pub target_refs: Vec<PolicyTarget>,
    /// How its certificate is verified.
    pub validation: BackendValidation,
}

/// What a policy is about, in its own namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyTarget {
    /// Empty: the core group.
    pub group: Cow<'static, str>,
    /// `Service`.
    pub kind: Cow<'static, str>,
    /// The service.
    pub name: Traced<String>,
    /// The name of its port; all ports where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_name: Option<Traced<String>>,
}

/// How a service's certificate is verified, by one of the two kinds of CAs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BackendValidation {
    /// The name that is asked for, which the certificate has to bear.
    pub hostname: Traced<String>,
    /// ConfigMaps of the same namespace with a CA's certificate in `ca.crt`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ca_certificate_refs: Vec<Traced<ObjectReference>>,
    /// `System`.
    #[serde(rename = "wellKnownCACertificates", skip_serializing_if = "Option::is_none")]
    pub well_known_ca_certificates: Option<Traced<String>>,
}

/// Who of another namespace may refer to what of this one. `v1beta1` is served by every release.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1beta1",
    kind = "ReferenceGrant",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
pub struct ReferenceGrantSpec {
    /// Who; at most 16.
    pub from: Vec<Traced<GrantFrom>>,
    /// To what; at most 16.
    pub to: Vec<Traced<GrantTo>>,
}

/// Who may refer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrantFrom {
    /// The group of the kind.
    pub group: Cow<'static, str>,
    /// The kind.
    pub kind: Cow<'static, str>,
    /// The namespace.
    pub namespace: String,
}

/// What may be referred to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrantTo {
    /// The group of the kind; empty for the core.
    pub group: Cow<'static, str>,
    /// The kind.
    pub kind: Cow<'static, str>,
    /// The object.
    pub name: String,
}
