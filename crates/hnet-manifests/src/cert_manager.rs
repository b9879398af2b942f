//! cert-manager: what is issued, and by whom.

use std::collections::BTreeMap;

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

/// The group of what cert-manager reads.
pub const GROUP: &str = "cert-manager.io";
/// Its version.
pub const API_VERSION: &str = "cert-manager.io/v1";

/// A certificate that cert-manager keeps in a secret.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "cert-manager.io",
    version = "v1",
    kind = "Certificate",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct CertificateSpec {
    /// The secret.
    pub secret_name: Traced<String>,
    /// The labels and annotations of the secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_template: Option<SecretTemplate>,
    /// The name of its subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub common_name: Option<Traced<String>>,
    /// The rest of its subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// The names that it covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dns_names: Vec<Traced<String>>,
    /// The addresses that it covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ip_addresses: Vec<Traced<String>>,
    /// How long it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<Traced<String>>,
    /// How long before its end another is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew_before: Option<Traced<String>>,
    /// Whether it may sign others.
    #[serde(rename = "isCA", skip_serializing_if = "Option::is_none")]
    pub is_ca: Option<Traced<bool>>,
    /// What its key is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub usages: Vec<Traced<String>>,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub private_key: Option<PrivateKey>,
    /// Who issues it.
    pub issuer_ref: Traced<IssuerReference>,
}

/// What the secret of a certificate carries.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecretTemplate {
    /// Its annotations.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, Traced<String>>,
    /// Its labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, Traced<String>>,
}

/// Whom a certificate is about, beside its name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Subject {
    /// Organizations.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizations: Vec<Traced<String>>,
    /// Their units.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub organizational_units: Vec<Traced<String>>,
    /// Countries.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<Traced<String>>,
}

/// The key of a certificate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateKey {
    /// `RSA`, `ECDSA` or `Ed25519`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<Traced<String>>,
    /// Its size in bits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Traced<u16>>,
    /// `PKCS1` or `PKCS8`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Traced<String>>,
    /// `Always` or `Never`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rotation_policy: Option<Traced<String>>,
}

/// An issuer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssuerReference {
    /// `cert-manager.io`.
    pub group: String,
    /// `Issuer` or `ClusterIssuer`.
    pub kind: Traced<String>,
    /// Its name.
    pub name: String,
}
