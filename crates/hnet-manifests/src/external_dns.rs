//! external-dns: names that it publishes.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

/// Names that external-dns publishes where it reads the source `crd`.
#[derive(CustomResource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "externaldns.k8s.io",
    version = "v1alpha1",
    kind = "DNSEndpoint",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
pub struct DNSEndpointSpec {
    /// The names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Endpoint>,
}

/// A name with what it leads to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// The name.
    pub dns_name: Traced<String>,
    /// The type of the record.
    pub record_type: Traced<String>,
    /// How long answers may be kept, in seconds.
    #[serde(rename = "recordTTL", skip_serializing_if = "Option::is_none")]
    pub record_ttl: Option<Traced<u64>>,
    /// What is answered.
    pub targets: Vec<Traced<String>>,
    /// What the provider alone knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_specific: Vec<Property>,
}

/// What a provider alone knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Property {
    /// Its name.
    pub name: Traced<String>,
    /// Its value.
    pub value: Traced<String>,
}
