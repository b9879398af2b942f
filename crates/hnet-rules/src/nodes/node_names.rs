//! What nodes are called in Kubernetes, where that is not their name: each has one, and it is known where it is needed.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Announcer, Cluster, Node, Owned as _, Pool, Span, Wires};
use indexmap::IndexMap;

use crate::facts::Facts;

/// Where what a node is called is said.
fn place(node: &Node) -> Span {
    node.hostname.as_ref().map_or(node.name.span(), |hostname| hostname.span())
}

/// The second of two nodes of one name is refused by the first one's. (kubernetes, `pkg/kubelet/kubelet_node_status.go`.)
pub(crate) fn node_names(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.talos().is_some()) {
        let mut first: IndexMap<String, &Node> = IndexMap::new();
        for node in cluster.nodes.iter().filter(|node| facts.whole(node.span)) {
            let Some(name) = cluster.kubernetes_name(node) else { continue };
            if name.value.split('.').next() == Some("localhost") {
                out.report(
                    Diagnostic::new(&codes::NODE_NAME, "every machine calls itself `localhost`")
                        .label(place(node), "by this name each finds itself, and nobody finds this one")
                        .help("give it a name of its own"),
                );
                continue;
            }
            match first.get(&name.value) {
                Some(other) => {
                    let title = format!("two nodes are called `{}` in Kubernetes", name.value);
                    out.report(
                        Diagnostic::new(&codes::NODE_NAME, title)
                            .label(place(node), "this node joins with a name that another has")
                            .label(place(other), format!("`{}` has it", other.name.value))
                            .help("give each another first label: Talos takes that alone, in lower case"),
                    );
                }
                None => _ = first.insert(name.value, node),
            }
        }
    }
}

/// A policy names the nodes that announce by what they are called in Kubernetes.
pub(crate) fn announcers(facts: &Facts<'_>, out: &mut Diagnostics) {
    let clusters = facts.network.clusters.iter().filter(|cluster| cluster.cilium.is_some());
    for cluster in clusters.filter(|cluster| cluster.nodes.iter().any(|node| node.hostname.is_some())) {
        let wires = Wires::new(facts.network, cluster);
        let pools = cluster.pools.iter().filter(|pool| !pool.is_existing() && facts.whole(pool.span));
        for pool in pools {
            let Some(node) = unknown(cluster, pool, &wires) else { continue };
            let title = format!("what node `{}` is called in Kubernetes is not known", node.name.value);
            let said = pool.announce.as_ref().map_or(pool.span, |announce| announce.span());
            out.report(
                Diagnostic::new(&codes::NODE_NAME, title)
                    .label(place(node), "only the machine knows it")
                    .label(said, format!("the policy of pool `{}` names it", pool.name.value))
                    .help("say its `hostname`, or let nodes announce that need no names"),
            );
        }
    }
}

/// The first node that a pool's policy must name and cannot.
fn unknown<'a>(cluster: &'a Cluster, pool: &Pool, wires: &Wires<'a>) -> Option<&'a Node> {
    let said = &pool.layer2()?.nodes;
    let all = said.is_empty() || said.iter().any(|announcer| announcer.value == Announcer::All);
    let names_some = said.iter().any(|announcer| matches!(announcer.value, Announcer::Node(_)));
    let announcers = wires.announcers(pool);
    let is_named = announcers.must_be_named() || names_some && !all;
    announcers.on.into_iter().filter(|_| is_named).find(|node| cluster.kubernetes_name(node).is_none())
}
