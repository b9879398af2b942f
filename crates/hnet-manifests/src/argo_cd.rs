//! Argo CD: what is synced from where.

use hnet_diagnostics::Traced;
use kube_derive::CustomResource;
use serde::{Deserialize, Serialize};

/// Applications made from a template, one for each folder of a repository.
#[derive(CustomResource, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[kube(
    group = "argoproj.io",
    version = "v1alpha1",
    kind = "ApplicationSet",
    namespaced,
    schema = "disabled",
    crates(kube_core = "::kube_core", k8s_openapi = "::k8s_openapi")
)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSetSpec {
    /// Whether the template is one of Go.
    pub go_template: bool,
    /// How the template treats what is missing.
    pub go_template_options: Vec<String>,
    /// Where the folders come from.
    pub generators: Vec<Generator>,
    /// The Application of a folder.
    pub template: Template,
}

/// Where folders come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Generator {
    /// A repository.
    pub git: GitGenerator,
}

/// Folders of a repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GitGenerator {
    /// The repository.
    #[serde(rename = "repoURL")]
    pub repository: Traced<String>,
    /// The branch, tag or commit.
    pub revision: Traced<String>,
    /// The folders.
    pub directories: Vec<Directory>,
}

/// Folders by their path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Directory {
    /// The path, with `*` for one name.
    pub path: Traced<String>,
}

/// An Application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// What it is called.
    pub metadata: TemplateMetadata,
    /// What it syncs.
    pub spec: ApplicationSpec,
}

/// What an Application is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateMetadata {
    /// Its name.
    pub name: String,
}

/// What an Application syncs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationSpec {
    /// Its project.
    pub project: Traced<String>,
    /// From where.
    pub source: Source,
    /// To where.
    pub destination: Destination,
    /// How.
    pub sync_policy: SyncPolicy,
}

/// A folder of a repository.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// The repository.
    #[serde(rename = "repoURL")]
    pub repository: Traced<String>,
    /// The branch, tag or commit.
    pub target_revision: Traced<String>,
    /// The folder.
    pub path: String,
}

/// A cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Destination {
    /// Its API.
    pub server: String,
    /// The namespace of objects that name none.
    pub namespace: String,
}

/// How an Application syncs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncPolicy {
    /// Without being asked.
    pub automated: Automated,
    /// Options, `Name=value`.
    pub sync_options: Vec<String>,
    /// After a failure.
    pub retry: Retry,
}

/// What Argo CD does without being asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Automated {
    /// Whether it removes what the repository has no more.
    pub prune: bool,
    /// Whether it undoes what others change.
    pub self_heal: bool,
}

/// What happens after a failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retry {
    /// How often it is tried again.
    pub limit: u32,
    /// After how long.
    pub backoff: Backoff,
}

/// The time between two attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Backoff {
    /// Before the first.
    pub duration: String,
    /// How much longer it is each time.
    pub factor: u32,
    /// The longest.
    pub max_duration: String,
}
