//! topf's `topf.yaml`.
//!
//! The keys are those of topf's own documentation (postfinance/topf, `docs/configuration.md`). topf reads without refusing
//! unknown keys, so a wrong one would do nothing; it fills in no variables, only references to secrets (`ref+…`).

use hnet_diagnostics::Traced;
use serde::Serialize;

/// What is in the installer's image where no key says otherwise.
pub const FACTORY: &str = "factory.talos.dev";

/// The platform that is meant where no key says one.
pub const PLATFORM: &str = "metal";

/// The whole file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Topf {
    /// The cluster's name.
    pub cluster_name: Traced<String>,
    /// The URL of the Kubernetes API.
    pub cluster_endpoint: Traced<String>,
    /// The Kubernetes version without a `v`.
    pub kubernetes_version: Traced<String>,
    /// The Talos version without a `v`, which decides the documents that are generated, and the installer.
    pub talos_version: Traced<String>,
    /// The installers that all machines have.
    #[serde(flatten)]
    pub installer: Installer,
    /// The machines.
    pub nodes: Vec<Traced<Node>>,
}

/// What is in the installer's image. What is none is topf's default.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Installer {
    /// The hash of what the image holds besides Talos.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schematic_id: Option<Traced<String>>,
    /// Who makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factory: Option<Traced<String>>,
    /// What it runs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Traced<String>>,
    /// Whether it is signed for secure boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secureboot: Option<Traced<bool>>,
}

/// A machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// What it is called: the folder of its patches, and where topf reaches it unless an address is said.
    pub host: Traced<String>,
    /// Where topf reaches it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip: Option<Traced<String>>,
    /// What it is: `control-plane` or `worker`.
    pub role: Traced<&'static str>,
    /// Its installer, where the machines have several.
    #[serde(flatten)]
    pub installer: Installer,
}
