//! The routes of the Gateway API.

use std::borrow::Cow;

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

use super::LocalReference;

/// Where HTTP requests go.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1",
    kind = "HTTPRoute",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteSpec {
    /// What it attaches to.
    pub parent_refs: Vec<Traced<ParentReference>>,
    /// The names that it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hostnames: Vec<Traced<String>>,
    /// What happens to requests.
    pub rules: Vec<HttpRouteRule>,
}

/// What a route attaches to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParentReference {
    /// [`GROUP`].
    pub group: Cow<'static, str>,
    /// `Gateway`.
    pub kind: Cow<'static, str>,
    /// The gateway.
    pub name: String,
    /// Its namespace.
    pub namespace: String,
    /// The listener; all that admit the route where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_name: Option<String>,
}

/// Requests of a route and what happens to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteRule {
    /// Which requests.
    pub matches: Vec<HttpRouteMatch>,
    /// What is done to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Traced<HttpRouteFilter>>,
    /// Where they go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backend_refs: Vec<Traced<BackendReference>>,
    /// How long they may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeouts: Option<Timeouts>,
}

/// A condition on a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteMatch {
    /// The path.
    pub path: Traced<TypedValue>,
    /// The headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Traced<HeaderMatch>>,
    /// The parameters behind the path's `?`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub query_params: Vec<Traced<HeaderMatch>>,
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Traced<String>>,
}

/// Where calls of gRPC go.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "gateway.networking.k8s.io",
    version = "v1",
    kind = "GRPCRoute",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct GrpcRouteSpec {
    /// What it attaches to.
    pub parent_refs: Vec<Traced<ParentReference>>,
    /// The names that it takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hostnames: Vec<Traced<String>>,
    /// What happens to calls.
    pub rules: Vec<GrpcRouteRule>,
}

/// Calls of a route and what happens to them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrpcRouteRule {
    /// Which calls; all where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<GrpcRouteMatch>,
    /// What is done to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Traced<HttpRouteFilter>>,
    /// Where they go.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub backend_refs: Vec<Traced<BackendReference>>,
}

/// A condition on a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrpcRouteMatch {
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Traced<GrpcMethodMatch>>,
    /// The headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Traced<HeaderMatch>>,
}

/// A condition on the method of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrpcMethodMatch {
    /// `Exact`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The service, with its package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
}

/// Where connections and datagrams go, which `TLSRoute`, `TCPRoute` and `UDPRoute` say in one way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamRouteSpec {
    /// What it attaches to.
    pub parent_refs: Vec<Traced<ParentReference>>,
    /// The server names that it takes; of `TLSRoute` only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hostnames: Vec<Traced<String>>,
    /// Where they go; one.
    pub rules: Vec<StreamRouteRule>,
}

/// Where connections go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamRouteRule {
    /// The services.
    pub backend_refs: Vec<Traced<BackendReference>>,
}

/// A value with how it is compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypedValue {
    /// `PathPrefix`, `Exact` or `RegularExpression`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The value.
    pub value: String,
}

/// A condition on a header or a parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeaderMatch {
    /// `Exact` or `RegularExpression`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// The header or parameter.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What is done to a request; exactly one of the parts beside the type.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteFilter {
    /// Which part there is, as a CamelCase word.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// Where the client is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_redirect: Option<RequestRedirect>,
    /// What the backend sees instead.
    #[serde(rename = "urlRewrite", skip_serializing_if = "Option::is_none")]
    pub url_rewrite: Option<UrlRewrite>,
    /// Request headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_header_modifier: Option<HeaderModifier>,
    /// Response headers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_header_modifier: Option<HeaderModifier>,
    /// Where copies go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_mirror: Option<RequestMirror>,
    /// What browsers may let pages of other origins ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cors: Option<CorsFilter>,
    /// An object of the implementation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension_ref: Option<LocalReference>,
}

/// Where copies of requests go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestMirror {
    /// The service, which has no share.
    pub backend_ref: MirrorReference,
    /// The share of the requests in percent; all where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<Traced<u8>>,
}

/// The service that gets copies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MirrorReference {
    /// Empty: the core group.
    pub group: Cow<'static, str>,
    /// `Service`.
    pub kind: Cow<'static, str>,
    /// The service.
    pub name: String,
    /// Its namespace, where it is another than the route's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its port.
    pub port: Traced<u16>,
}

/// What browsers may let pages of other origins ask.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CorsFilter {
    /// The origins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_origins: Vec<Traced<String>>,
    /// Whether cookies and the like are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_credentials: Option<Traced<bool>>,
    /// The methods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_methods: Vec<Traced<String>>,
    /// The request headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow_headers: Vec<Traced<String>>,
    /// The response headers that pages see.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub expose_headers: Vec<Traced<String>>,
    /// How many seconds browsers remember the answer.
    pub max_age: Traced<u32>,
}

/// Where a client is sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestRedirect {
    /// The scheme, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<Traced<String>>,
    /// The host, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Traced<String>>,
    /// The path, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Traced<PathRewrite>>,
    /// The port, where it is another than the scheme's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<Traced<u16>>,
    /// The answer's status.
    pub status_code: Traced<u16>,
}

/// What a backend sees instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UrlRewrite {
    /// The host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Traced<String>>,
    /// The path.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<Traced<PathRewrite>>,
}

/// The path that a backend sees, or that a client is sent to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PathRewrite {
    /// `ReplacePrefixMatch` or `ReplaceFullPath`.
    #[serde(rename = "type")]
    pub kind: Cow<'static, str>,
    /// What stands in the place of the matched prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replace_prefix_match: Option<String>,
    /// What the path becomes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replace_full_path: Option<String>,
}

/// What becomes of headers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HeaderModifier {
    /// In place of what was there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<Header>,
    /// Besides what was there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Header>,
    /// What is taken away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}

/// A header.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Where requests go.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackendReference {
    /// Empty: the core group.
    pub group: Cow<'static, str>,
    /// `Service`.
    pub kind: Cow<'static, str>,
    /// The service.
    pub name: String,
    /// Its namespace, where it is another than the route's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Its port.
    pub port: Traced<u16>,
    /// Its share.
    pub weight: u32,
}

/// How long a request may take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Timeouts {
    /// From its start to the end of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Traced<String>>,
    /// For one try at a backend.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backend_request: Option<Traced<String>>,
}
