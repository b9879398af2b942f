//! Flux: which folders are applied, in which order, and the charts that it installs.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

/// A folder of a repository, which Flux builds with kustomize and applies.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "kustomize.toolkit.fluxcd.io",
    version = "v1",
    kind = "Kustomization",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct KustomizationSpec {
    /// The Kustomizations that must be ready before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<Named>,
    /// How often it is applied again.
    pub interval: Traced<String>,
    /// The folder, from the root of the repository: `./…`.
    pub path: Traced<String>,
    /// What is filled in after the build.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_build: Option<PostBuild>,
    /// Whether what the folder has no more is removed.
    pub prune: bool,
    /// After how long a failure is tried again.
    pub retry_interval: String,
    /// The repository.
    pub source_ref: Reference,
    /// How long it may take.
    pub timeout: String,
    /// Whether it is ready only when all that it applied is.
    pub wait: bool,
}

/// An object of the same kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
}

/// What is filled in after the build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostBuild {
    /// Where the values are from.
    pub substitute_from: Vec<Reference>,
}

/// An object by its kind and name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Its kind.
    pub kind: Traced<String>,
    /// Its name.
    pub name: Traced<String>,
    /// Its namespace; that of who refers to it where it says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<Traced<String>>,
}

/// A chart in a registry.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "source.toolkit.fluxcd.io",
    version = "v1",
    kind = "OCIRepository",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct OciRepositorySpec {
    /// How often it is looked for.
    pub interval: Traced<String>,
    /// Which layer holds it; by default the first, unpacked.
    pub layer_selector: LayerSelector,
    /// Which of its versions.
    #[serde(rename = "ref")]
    pub reference: Tag,
    /// Where it is: `oci://…`.
    pub url: String,
}

/// A layer of an artifact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerSelector {
    /// What is done with it: `copy` keeps the archive.
    pub operation: String,
    /// What it holds.
    pub media_type: String,
}

impl LayerSelector {
    /// That of a Helm chart.
    #[must_use]
    pub fn chart() -> Self {
        LayerSelector {
            operation: "copy".to_owned(),
            media_type: "application/vnd.cncf.helm.chart.content.v1.tar+gzip".to_owned(),
        }
    }
}

/// A version of an artifact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tag {
    /// Its tag.
    pub tag: Traced<String>,
}

/// A chart that Flux installs. Its values are added to it as they are.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "helm.toolkit.fluxcd.io",
    version = "v2",
    kind = "HelmRelease",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct HelmReleaseSpec {
    /// The chart.
    pub chart_ref: Reference,
    /// What happens when it is installed.
    pub install: Install,
    /// How often it is looked at.
    pub interval: Traced<String>,
    /// What happens when it is changed.
    pub upgrade: Upgrade,
}

/// What happens when a chart is installed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Install {
    /// After a failure.
    pub remediation: Remediation,
}

/// What happens when a chart is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Upgrade {
    /// Whether what a failure has made is removed.
    pub cleanup_on_fail: bool,
    /// After a failure.
    pub remediation: Remediation,
}

/// What happens after a failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remediation {
    /// How often it is tried again; below zero for ever.
    pub retries: i32,
}
