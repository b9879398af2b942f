//! `pool`: addresses for load balancers.

use super::overlay::OverlayStatement;
use crate::types::{AnnounceWord, AnnouncerRef, RangeOrPrefix};
use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Flag, List, One, Reader, Text, statement};
use hnet_model::{Announce, Layer2, Name, Pool, Reason, Traced};

statement! {
    /// Addresses that Cilium gives to gateways and other services of type LoadBalancer.
    PoolStatement = "pool" Named () {
        /// The addresses. Of a prefix the first and the last are kept back, which many devices cannot use.
        "addresses" addresses: List<RangeOrPrefix> [required];
        /// Whether the first and the last address of a prefix are given out as well.
        "first-and-last" first_and_last: Flag [default "off"];
        /// The namespaces whose services may use it; all by default.
        "namespaces" namespaces: List<Name>;
        /// How the addresses become reachable.
        "announce" announce: Option<AnnounceStatement>;
        ..overlay: OverlayStatement;
    }
}

statement! {
    /// How a pool's addresses become reachable: `announce l2;` lets a node answer ARP and NDP for them, `announce bgp;` lets
    /// nodes tell routers of them, as `bgp` says.
    AnnounceStatement = "announce" Unnamed (
        /// The way.
        way: One<AnnounceWord> [required],
    ) {
        /// The Linux interfaces that announce, as regular expressions.
        "interfaces" interfaces: List<Text> [default "all that Cilium attaches to"];
        /// The nodes that announce.
        "nodes" nodes: List<AnnouncerRef> [default "all that are on the wires of the addresses"];
        /// The name of the policy.
        "policy" policy: One<Name> [default "that of the pool"];
    }
}

impl PoolStatement {
    pub(crate) fn lower(self, reader: &mut Reader<'_>) -> Option<Pool> {
        let Self { head, addresses, first_and_last, namespaces, announce, overlay } = self;
        if let (Some(said), Some(first)) = (&first_and_last.0, addresses.0.first())
            && addresses.0.iter().all(|range| range.value.prefix.is_none())
        {
            reader.out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "`first-and-last` has no effect on a range")
                    .label(said.span(), "says whether the first and the last address of a prefix are given out")
                    .label(first.span(), "all of a range is given out")
                    .help("leave `first-and-last` out"),
            );
        }
        let mut policy_name = None;
        let announce = announce.and_then(|announce| {
            announce.without_effect(reader.out);
            let AnnounceStatement { head: _, way, interfaces, nodes, policy } = announce;
            policy_name = policy;
            way.map(|way| {
                way.map(|way| match way {
                    AnnounceWord::Layer2 => Announce::Layer2(Layer2 {
                        interfaces: interfaces.0.into_iter().map(|name| name.map(|Text(name)| name)).collect(),
                        nodes: nodes.0.into_iter().map(|nodes| nodes.map(|AnnouncerRef(nodes)| nodes)).collect(),
                    }),
                    AnnounceWord::Bgp => Announce::Bgp,
                })
            })
        });
        // Whether one that exists keeps them back is not known, so they may be given out.
        let given_out = first_and_last.0.map_or(reader.is_partial, |said| said.value);
        let first_and_last = first_and_last.0.unwrap_or_else(|| Traced::derived(false, head.span, Reason::Default));
        let prefixes = addresses.0.iter().filter_map(|range| Some(Traced::new(range.value.prefix?, range.origin)));
        Some(Pool {
            name: head.name?,
            doc: head.doc,
            prefixes: prefixes.collect(),
            ranges: addresses.0.iter().map(|range| range.map(|range| range.given_out(given_out))).collect(),
            first_and_last,
            namespaces: namespaces.0,
            announce,
            policy: policy_name,
            overlay: overlay.lower(head.span),
            span: head.span,
        })
    }
}

impl AnnounceStatement {
    /// Reports what only a policy of layer 2 says.
    fn without_effect(&self, out: &mut Diagnostics) {
        let is_bgp = |way: &&Traced<AnnounceWord>| way.value == AnnounceWord::Bgp;
        let Some(way) = self.way.as_ref().filter(is_bgp) else { return };
        let said = [
            ("interfaces", self.interfaces.0.first().map(Traced::span)),
            ("nodes", self.nodes.0.first().map(Traced::span)),
            ("policy", self.policy.as_ref().map(Traced::span)),
        ];
        for (field, place) in said.into_iter().filter_map(|(field, place)| Some((field, place?))) {
            let help = match field {
                "nodes" => "say the nodes in `bgp`".to_owned(),
                _ => format!("leave `{field}` out"),
            };
            out.report(
                Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect on BGP"))
                    .label(place, "says who answers ARP and NDP")
                    .label(way.span(), "routers are told of these addresses, and nobody asks by ARP")
                    .help(help),
            );
        }
    }
}
