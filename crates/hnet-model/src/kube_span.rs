//! KubeSpan: a mesh of WireGuard among a cluster's machines.

use hnet_diagnostics::{Span, Traced};

/// How machines are in the mesh. What is none or empty is left to Talos.
#[derive(Clone, Debug, PartialEq)]
pub struct KubeSpan {
    /// The largest packet of its link, in bytes; 1420 by default.
    pub mtu: Option<Traced<u32>>,
    /// Whether pods of different machines reach each other through it without the CNI's own tunnel.
    pub advertise_kubernetes_networks: Option<Traced<bool>>,
    /// Whether packets for a machine that does not answer in the mesh go beside it, unencrypted.
    pub allow_down_peer_bypass: Option<Traced<bool>>,
    /// Whether addresses at which peers are seen are told to others.
    pub harvest_extra_endpoints: Option<Traced<bool>>,
    /// Which of their addresses machines offer to peers, exclusions with `!` last.
    pub endpoints: Vec<Traced<String>>,
    /// Prefixes that are not reached through it.
    pub excluded_networks: Vec<Traced<String>>,
    /// The statement.
    pub span: Span,
}
