//! External Secrets: secrets of the cluster that are copied from a store outside.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

/// A secret that is copied from a store. `v1beta1` is served no more since External Secrets 0.17.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "external-secrets.io",
    version = "v1",
    kind = "ExternalSecret",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct ExternalSecretSpec {
    /// How often it is read again.
    pub refresh_interval: String,
    /// The store.
    pub secret_store_ref: Traced<StoreReference>,
    /// The secret that is made.
    pub target: Target,
    /// What is copied.
    pub data: Vec<Data>,
}

/// A store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoreReference {
    /// `SecretStore` or `ClusterSecretStore`.
    pub kind: Traced<String>,
    /// Its name.
    pub name: String,
}

/// The secret that is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    /// Its name.
    pub name: String,
    /// `Owner`: it goes with the ExternalSecret.
    pub creation_policy: String,
    /// `Retain`: it stays when the store loses the key.
    pub deletion_policy: String,
}

/// A key that is copied.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    /// The key in the secret.
    pub secret_key: String,
    /// What is copied there.
    pub remote_ref: Traced<RemoteReference>,
}

/// A key in a store. External Secrets fills in what is not said, so the last three are written out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemoteReference {
    /// The entry.
    pub key: String,
    /// The property of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub property: Option<String>,
    /// `Default`.
    pub conversion_strategy: String,
    /// `None`: the value is used as it is.
    pub decoding_strategy: String,
    /// `None`: the store's metadata are not copied.
    pub metadata_policy: String,
}
