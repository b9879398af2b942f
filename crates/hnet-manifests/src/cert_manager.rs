//! cert-manager: what is issued, and by whom.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

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
    /// The names that it covers.
    pub dns_names: Vec<Traced<String>>,
    /// Who issues it.
    pub issuer_ref: Traced<IssuerReference>,
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
