//! How the files reach the cluster, and who watches it.

use hnet_diagnostics::{Span, Traced};

use crate::{Duration, Name, ObjectName, Overlay};

/// What syncs what hnet writes.
#[derive(Clone, Debug, PartialEq)]
pub struct GitOps {
    /// The tool, with what only it is told.
    pub tool: Tool,
    /// The branch, tag or commit.
    pub revision: Traced<String>,
    /// The folder of the repository in which the output lies; empty for its root.
    pub path: Traced<String>,
    /// The tool's own namespace.
    pub namespace: Traced<Name>,
    /// What is laid over its object.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

/// The tool that syncs.
#[derive(Clone, Debug, PartialEq)]
pub enum Tool {
    /// Argo CD.
    ArgoCd(ArgoCd),
    /// Flux.
    Flux(Flux),
}

/// What only Argo CD is told.
#[derive(Clone, Debug, PartialEq)]
pub struct ArgoCd {
    /// The URL of the repository that the output is committed to.
    pub repository: Traced<String>,
    /// The project.
    pub project: Traced<Name>,
}

/// What only Flux is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Flux {
    /// The URL of the repository that the output is committed to; none where Flux runs already and knows it.
    pub repository: Option<Traced<String>>,
    /// The object by which Flux knows the repository.
    pub source: Traced<ObjectName>,
    /// How often each folder is applied again.
    pub interval: Traced<Duration>,
    /// Secrets and `ConfigMap`s that hold the values of placeholders.
    pub substitutes: Vec<Traced<ObjectName>>,
}

impl GitOps {
    /// What the tool is called.
    #[must_use]
    pub fn called(&self) -> &'static str {
        match self.tool {
            Tool::ArgoCd(_) => "Argo CD",
            Tool::Flux(_) => "Flux",
        }
    }

    /// The URL of the repository, where the source says it.
    #[must_use]
    pub fn repository(&self) -> Option<&Traced<String>> {
        match &self.tool {
            Tool::ArgoCd(argo) => Some(&argo.repository),
            Tool::Flux(flux) => flux.repository.as_ref(),
        }
    }

    /// What Argo CD is told, where it is Argo CD.
    #[must_use]
    pub fn argo_cd(&self) -> Option<&ArgoCd> {
        match &self.tool {
            Tool::ArgoCd(argo) => Some(argo),
            Tool::Flux(_) => None,
        }
    }

    /// What Flux is told, where it is Flux.
    #[must_use]
    pub fn flux(&self) -> Option<&Flux> {
        match &self.tool {
            Tool::ArgoCd(_) => None,
            Tool::Flux(flux) => Some(flux),
        }
    }
}

/// Prometheus, which scrapes what hnet writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Monitoring {
    /// Labels by which Prometheus selects its monitors.
    pub labels: Vec<(Traced<String>, String)>,
    /// How often it scrapes, `30s`.
    pub interval: Option<Traced<Duration>>,
    /// What else is laid over the monitors.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}
