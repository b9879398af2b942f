//! kustomize: which files belong together.

use hnet_diagnostics::Traced;
use serde::Serialize;

/// A `kustomization.yaml`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kustomization {
    /// `kustomize.config.k8s.io/v1beta1`.
    pub api_version: &'static str,
    /// `Kustomization`.
    pub kind: &'static str,
    /// Charts that are rendered with it; kustomize wants `--enable-helm` for them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub helm_charts: Vec<HelmChart>,
    /// Files and folders beside it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resources: Vec<Traced<String>>,
}

impl Kustomization {
    /// A kustomization of these files and folders.
    #[must_use]
    pub fn of(resources: Vec<Traced<String>>) -> Self {
        Kustomization {
            api_version: "kustomize.config.k8s.io/v1beta1",
            kind: "Kustomization",
            helm_charts: Vec::new(),
            resources,
        }
    }
}

/// A Helm chart that kustomize renders.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HelmChart {
    /// The chart.
    pub name: &'static str,
    /// Its repository.
    pub repo: &'static str,
    /// Its version.
    pub version: Traced<String>,
    /// The name of the release.
    pub release_name: &'static str,
    /// The namespace of its objects.
    pub namespace: &'static str,
    /// The file with its values.
    pub values_file: &'static str,
}
