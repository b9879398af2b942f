//! An address that gateways share is announced for each of them on its own. Start at [`elected_apart`].

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Announcer, Cluster, Gateway, Traced};

use crate::facts::Facts;
use crate::facts::inventory::Owner;
use crate::ways_in::gateway_addresses::may_share_its_address;

/// Gateways that share an address which several nodes may announce.
pub(crate) fn elected_apart(facts: &Facts<'_>, out: &mut Diagnostics) {
    let gateways = facts.claims.iter().filter_map(|claim| match claim.owner {
        Owner::Gateway(gateway) if !claim.is_external => Some((claim, gateway)),
        _ => None,
    });
    let claims: Vec<_> = gateways.collect();
    for sharers in claims.chunk_by(|(one, _), (other, _)| one.address == other.address) {
        let [(first, gateway), rest @ ..] = sharers else { continue };
        let Some((second, other)) = rest.iter().find(|(_, other)| !std::ptr::eq(*other, *gateway)) else { continue };
        if !may_share_its_address(gateway) || !may_share_its_address(other) {
            continue;
        }
        let Some(cluster) = facts.network.clusters.iter().find(|cluster| has(cluster, gateway)) else { continue };
        let pool =
            cluster.pools.iter().find(|pool| pool.ranges.iter().any(|range| range.value.contains(first.address)));
        let Some((pool, layer2)) = pool.and_then(|pool| Some((pool, pool.layer2()?))) else { continue };
        let place = pool.announce.as_ref().map_or(pool.span, Traced::span);
        if announcers(cluster, &layer2.nodes) < 2 {
            continue;
        }
        out.report(
            Diagnostic::new(&codes::ELECTED_APART, format!("two nodes may answer for `{}`", first.address))
                .label(second.span, format!("gateway `{}` shares it", other.name.value))
                .label(first.span, format!("with gateway `{}`", gateway.name.value))
                .label(place, "a node is elected for each gateway's service, not for the address")
                .help("give each its own address, or make them listeners of one gateway"),
        );
    }
}

fn has(cluster: &Cluster, gateway: &Gateway) -> bool {
    cluster.gateways.iter().any(|one| std::ptr::eq(one, gateway))
}

/// How many nodes may announce.
fn announcers(cluster: &Cluster, nodes: &[Traced<Announcer>]) -> usize {
    cluster.nodes.iter().filter(|node| nodes.is_empty() || nodes.iter().any(|one| one.value.is(node))).count()
}
