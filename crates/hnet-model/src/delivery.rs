//! How the files reach the cluster, who watches it, and where the files go.

use std::collections::BTreeMap;

use hnet_diagnostics::{Span, Traced};

use crate::{Name, Overlay};

/// Argo CD, which syncs what hnet writes.
#[derive(Clone, Debug, PartialEq)]
pub struct GitOps {
    /// The URL of the repository that the output is committed to.
    pub repository: Traced<String>,
    /// The branch, tag or commit.
    pub revision: Traced<String>,
    /// The folder of the repository in which the output lies; empty for its root.
    pub path: Traced<String>,
    /// The Argo CD project.
    pub project: Traced<Name>,
    /// Argo CD's own namespace.
    pub namespace: Traced<Name>,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// Prometheus, which scrapes what hnet writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitoring {
    /// Labels by which Prometheus selects its monitors.
    pub labels: Vec<(Traced<String>, String)>,
    /// How often it scrapes, `30s`.
    pub interval: Option<Traced<crate::Duration>>,
    /// What else is laid over the monitors.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// A part of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Talos configuration.
    Talos,
    /// Kubernetes manifests.
    Infrastructure,
    /// Argo CD's ApplicationSet.
    Argocd,
    /// What must stand before GitOps can run.
    Bootstrap,
    /// The documentation.
    Docs,
}

impl Part {
    /// All parts.
    pub const ALL: [Part; 5] = [Part::Talos, Part::Infrastructure, Part::Argocd, Part::Bootstrap, Part::Docs];

    /// The folder that it is written to unless the source says otherwise.
    #[must_use]
    pub fn default_folder(self) -> &'static str {
        match self {
            Part::Talos => "talos",
            Part::Infrastructure => "infrastructure/networking",
            Part::Argocd => "argocd",
            Part::Bootstrap => "bootstrap",
            Part::Docs => "docs",
        }
    }
}

/// Where the files go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// The folders that the source names; none to leave the part out.
    pub folders: BTreeMap<Part, Option<Traced<String>>>,
}

impl Output {
    /// The folder of a part, without a slash at its end; none where the part is left out.
    #[must_use]
    pub fn folder(&self, part: Part) -> Option<&str> {
        match self.folders.get(&part) {
            Some(folder) => folder.as_ref().map(|folder| folder.value.as_str()),
            None => Some(part.default_folder()),
        }
    }
}
