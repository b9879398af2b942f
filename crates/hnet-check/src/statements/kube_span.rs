//! `kube-span`: the mesh of a cluster's machines.

use hnet_language::{Flag, List, One, statement};
use hnet_model::{IpNet, KubeSpan};

use super::node::each;
use crate::types::{MeshMtu, SubnetChoice};

statement! {
    /// A mesh of WireGuard among the machines, for those that are not on one network: `kube-span < mtu 1370; >`
    KubeSpanStatement = "kube-span" Unnamed () {
        /// The largest packet of its link.
        "mtu" mtu: One<MeshMtu> [default "1420"];
        /// Whether pods of different machines reach each other through it, without a tunnel of the CNI's own.
        "advertise-kubernetes-networks" advertise_kubernetes_networks: Flag [default "off"];
        /// Whether packets for a machine that does not answer in the mesh go beside it, unencrypted.
        "allow-down-peer-bypass" allow_down_peer_bypass: Flag [default "off"];
        /// Whether machines tell each other at which addresses they see a third one.
        "harvest-extra-endpoints" harvest_extra_endpoints: Flag [default "off"];
        /// Which of their addresses machines offer to peers, exclusions with `!` last.
        "endpoints" endpoints: List<SubnetChoice> [default "all"];
        /// Prefixes that are reached another way; from Talos 1.12.
        "excluded-networks" excluded_networks: List<IpNet>;
    }
}

impl KubeSpanStatement {
    pub(crate) fn lower(self) -> KubeSpan {
        let Self {
            head,
            mtu,
            advertise_kubernetes_networks,
            allow_down_peer_bypass,
            harvest_extra_endpoints,
            endpoints,
            excluded_networks,
        } = self;
        KubeSpan {
            mtu: mtu.map(|mtu| mtu.map(|MeshMtu(mtu)| mtu)),
            advertise_kubernetes_networks: advertise_kubernetes_networks.0,
            allow_down_peer_bypass: allow_down_peer_bypass.0,
            harvest_extra_endpoints: harvest_extra_endpoints.0,
            endpoints: each(endpoints.0, |choice| match choice {
                SubnetChoice::Off => Vec::new(),
                SubnetChoice::Prefixes(prefixes) | SubnetChoice::Subnet(prefixes) => prefixes,
            }),
            excluded_networks: excluded_networks.0.iter().map(|net| net.as_ref().map(IpNet::to_string)).collect(),
            span: head.span,
        }
    }
}
