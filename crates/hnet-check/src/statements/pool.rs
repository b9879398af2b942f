//! `pool`: addresses for load balancers.

use crate::types::{AnnounceWord, NodesWord};
use hnet_language::{List, One, Text, statement};
use hnet_model::{AddressRange, Announce, Name, Pool};

statement! {
    /// Addresses that Cilium gives to gateways and other services of type LoadBalancer.
    PoolStatement = "pool" Named () {
        /// The addresses.
        "addresses" addresses: List<AddressRange> [required];
        /// The namespaces whose services may use it; all by default.
        "namespaces" namespaces: List<Name>;
        /// How the addresses become reachable.
        "announce" announce: Option<AnnounceStatement>;
    }
}

statement! {
    /// How a pool's addresses become reachable: `announce l2;` lets a node answer ARP and NDP for them.
    AnnounceStatement = "announce" Unnamed (
        /// The way.
        way: One<AnnounceWord> [required],
    ) {
        /// The Linux interfaces that announce, as regular expressions.
        "interfaces" interfaces: List<Text> [default "all that Cilium attaches to"];
        /// The nodes that announce.
        "nodes" nodes: One<NodesWord> [default "all"];
    }
}

impl PoolStatement {
    pub(crate) fn lower(self) -> Option<Pool> {
        let Self { head, addresses, namespaces, announce } = self;
        let announce = announce.and_then(|AnnounceStatement { head: _, way, interfaces, nodes }| {
            way.map(|way| {
                way.map(|AnnounceWord::Layer2| Announce::Layer2 {
                    interfaces: interfaces.0.into_iter().map(|name| name.map(|Text(name)| name)).collect(),
                    workers_only: nodes.is_some_and(|nodes| nodes.value == NodesWord::Workers),
                })
            })
        });
        Some(Pool {
            name: head.name?,
            doc: head.doc,
            ranges: addresses.0,
            namespaces: namespaces.0,
            announce,
            span: head.span,
        })
    }
}
