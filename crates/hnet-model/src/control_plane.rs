//! What Talos runs for a cluster: the components that it brings along, and how those of the control plane are started.

use hnet_diagnostics::{Origin, Span, Traced};

use crate::RawYaml;

/// What Talos is told of the components that it runs. What is none or empty is left to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ControlPlane {
    /// The CNI that Talos installs, where the source says it.
    pub cni: Option<Traced<BundledCni>>,
    /// Whether Talos installs kube-proxy, where the source says it.
    pub kube_proxy: Option<Traced<bool>>,
    /// Whether Talos installs CoreDNS, where the source says it.
    pub core_dns: Option<Traced<bool>>,
    /// The API server.
    pub api_server: ApiServer,
    /// Arguments of the controller manager, by key.
    pub controller_manager: Arguments,
    /// The scheduler.
    pub scheduler: Scheduler,
    /// etcd.
    pub etcd: Etcd,
    /// Who in the cluster may use Talos's API, where somebody may.
    pub talos_api_access: Option<TalosApiAccess>,
}

/// Arguments of a program, by key, without hyphens.
pub type Arguments = Vec<(Traced<String>, String)>;

/// The CNI that Talos installs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundledCni {
    /// None: something else does.
    None,
    /// Flannel.
    Flannel,
}

impl BundledCni {
    /// The word for it, which Talos and the language share.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            BundledCni::None => "none",
            BundledCni::Flannel => "flannel",
        }
    }
}

/// The API server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApiServer {
    /// Its arguments.
    pub args: Arguments,
    /// Which of its plugins judge what is admitted.
    pub admission_control: Option<AdmissionControl>,
    /// What it writes into the audit log.
    pub audit_policy: Option<RawYaml>,
}

/// The plugins by which the API server judges what is admitted.
#[derive(Clone, Debug, PartialEq)]
pub enum AdmissionControl {
    /// Those that Talos configures by itself are left out.
    Off(Origin),
    /// These besides, or in place of those of the same name.
    Plugins(RawYaml),
}

/// The scheduler.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scheduler {
    /// Its arguments.
    pub args: Arguments,
    /// Its configuration.
    pub config: Option<RawYaml>,
}

/// Who in the cluster may use Talos's API.
#[derive(Clone, Debug, PartialEq)]
pub struct TalosApiAccess {
    /// The namespaces whose pods may ask.
    pub namespaces: Vec<Traced<String>>,
    /// The roles that they may ask for.
    pub roles: Vec<Traced<String>>,
    /// The statement.
    pub span: Span,
}

/// etcd.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Etcd {
    /// Its arguments.
    pub args: Arguments,
    /// The subnets of the addresses at which members reach each other, where the source says them: none where it leaves
    /// that to Talos.
    pub subnets: Option<Vec<Traced<String>>>,
}
