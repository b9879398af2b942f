//! How the files reach the cluster, and who watches it.

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
