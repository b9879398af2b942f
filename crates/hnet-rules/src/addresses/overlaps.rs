//! Runs of addresses that may not share any: subnets, the pods and services of clusters, pools.
//!
//! Prefixes lie in each other or apart, so one pass with a stack finds their conflicts; pools are
//! runs of any kind and are compared with the one that reaches furthest. Start at [`prefixes`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes, counted};
use hnet_model::{AddressRange, IpNet, Pool, Traced};

use crate::facts::Facts;
use crate::facts::inventory::{Claim, Ranges};

/// A prefix and what it is of. Two clusters may use the same prefixes inside.
struct Prefix<'a> {
    prefix: &'a Traced<IpNet>,
    cluster: Option<usize>,
    called: String,
}

/// Subnets are disjoint, and so are a cluster's prefixes and they from the subnets.
pub(crate) fn prefixes(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut all: Vec<Prefix<'_>> = Vec::new();
    for subnet in &facts.network.subnets {
        let called = format!("subnet `{}`", subnet.name.value);
        all.extend(subnet.prefixes.iter().map(|prefix| Prefix { prefix, cluster: None, called: called.clone() }));
    }
    for (at, cluster) in facts.network.clusters.iter().enumerate() {
        let name = &cluster.name.value;
        let pods = cluster.pods.iter().map(|prefix| (prefix, format!("the pods of `{name}`")));
        let services = cluster.services_prefixes.iter().map(|prefix| (prefix, format!("the services of `{name}`")));
        let both = pods.chain(services);
        all.extend(both.map(|(prefix, called)| Prefix { prefix, cluster: Some(at), called }));
    }
    // A prefix comes behind those that it lies in; of equal ones the first in the source is first.
    all.sort_by_key(|prefix| {
        let net = prefix.prefix.value;
        (net.network(), net.prefix_len(), prefix.prefix.span())
    });
    // Those that hold the prefix at hand, each in the one before it, with their places: all of them, the subnets, and
    // those of each cluster.
    let mut around = Stack::default();
    let mut subnets = Stack::default();
    let mut of_clusters: Vec<Stack<'_>> = Vec::new();
    of_clusters.resize_with(facts.network.clusters.len(), Stack::default);
    for (at, inner) in all.iter().enumerate() {
        let own = inner.cluster.and_then(|cluster| of_clusters.get_mut(cluster));
        let outer = match own {
            None => holding(&mut around, inner),
            Some(own) => holding(own, inner).max(holding(&mut subnets, inner)),
        };
        if let Some(outer) = outer.and_then(|at| all.get(at)) {
            let (first, second) =
                if outer.prefix.span() <= inner.prefix.span() { (outer, inner) } else { (inner, outer) };
            let same = outer.prefix.value == inner.prefix.value;
            let label = |prefix: &Prefix<'_>| {
                let net = prefix.prefix.value;
                match prefix.prefix.origin.reason.sentence() {
                    Some(reason) => format!("{net}: {reason}"),
                    None if same => format!("{net} is both"),
                    None if std::ptr::eq(prefix, inner) => format!("{net} lies in the other"),
                    None => format!("{net} holds the other"),
                }
            };
            // Which of the two is the first in the source means nothing to them.
            let mut called = [&first.called, &second.called];
            called.sort();
            out.report(
                Diagnostic::new(&codes::OVERLAPPING_PREFIXES, format!("{} and {} overlap", called[0], called[1]))
                    .label(second.prefix.span(), label(second))
                    .label(first.prefix.span(), label(first))
                    .help("give one of them a prefix of its own"),
            );
        }
        holding(&mut around, inner);
        around.push((at, inner));
        match inner.cluster.and_then(|cluster| of_clusters.get_mut(cluster)) {
            None => subnets.push((at, inner)),
            Some(own) => own.push((at, inner)),
        }
    }
}

/// Prefixes that lie in each other, the outermost first, with their places among all.
type Stack<'a> = Vec<(usize, &'a Prefix<'a>)>;

/// The innermost that holds a prefix; those that do not hold it will hold none behind it either.
fn holding(stack: &mut Stack<'_>, inner: &Prefix<'_>) -> Option<usize> {
    while stack.last().is_some_and(|(_, outer)| !outer.prefix.value.contains(&inner.prefix.value.network())) {
        stack.pop();
    }
    stack.last().map(|(at, _)| *at)
}

/// A pool's range with its pool and the position of its cluster.
#[derive(Clone, Copy)]
struct PoolRange<'a> {
    range: &'a Traced<AddressRange>,
    pool: &'a Pool,
    cluster: usize,
}

fn pool_ranges<'a>(facts: &Facts<'a>) -> Vec<PoolRange<'a>> {
    let clusters = facts.network.clusters.iter().enumerate();
    let pools = clusters.flat_map(|(cluster, one)| one.pools.iter().map(move |pool| (cluster, pool)));
    let mut ranges: Vec<_> = pools
        .flat_map(|(cluster, pool)| pool.ranges.iter().map(move |range| PoolRange { range, pool, cluster }))
        .collect();
    ranges.sort_by_key(|one| (one.range.value.first, one.range.span()));
    ranges
}

/// Pools are disjoint, on the wire over all clusters, and apart from their own cluster's prefixes.
pub(crate) fn pools(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut furthest: Option<PoolRange<'_>> = None;
    let of_clusters: Vec<Ranges<(&'static str, Span)>> = facts
        .network
        .clusters
        .iter()
        .map(|cluster| {
            let pods = cluster.pods.iter().map(|prefix| (prefix, "pods"));
            let services = cluster.services_prefixes.iter().map(|prefix| (prefix, "services"));
            pods.chain(services).map(|(prefix, what)| (prefix.value.into(), (what, prefix.span()))).collect()
        })
        .collect();
    for one in pool_ranges(facts) {
        let range = one.range.value;
        let name = &one.pool.name.value;
        if let Some(other) = furthest.filter(|other| other.range.value.overlaps(&range)) {
            let title = if std::ptr::eq(other.pool, one.pool) {
                format!("pool `{name}` holds addresses twice")
            } else if *name == other.pool.name.value {
                format!("two pools `{name}` overlap")
            } else {
                format!("pools `{}` and `{name}` overlap", other.pool.name.value)
            };
            let called = |pool: PoolRange<'_>| match one.cluster == other.cluster {
                true => format!("`{}`", pool.pool.name.value),
                false => {
                    let cluster = &facts.network.clusters[pool.cluster].name.value;
                    format!("`{}` of cluster `{cluster}`", pool.pool.name.value)
                }
            };
            out.report(
                Diagnostic::new(&codes::OVERLAPPING_POOLS, title)
                    .label(one.range.span(), format!("{range} is in {}", called(one)))
                    .label(other.range.span(), format!("{} is in {}", other.range.value, called(other)))
                    .help("give each pool addresses of its own"),
            );
        }
        if furthest.is_none_or(|other| other.range.value.last < range.last) {
            furthest = Some(one);
        }
        if let Some((prefix, (what, span))) = of_clusters[one.cluster].meeting(range)
            && !facts.is_in_a_subnet(range.first)
        {
            out.report(
                Diagnostic::new(&codes::OVERLAPPING_POOLS, format!("pool `{name}` overlaps the cluster's {what}"))
                    .label(one.range.span(), format!("{range} is given to load balancers"))
                    .label(*span, format!("{prefix} is given to {what}"))
                    .help("take addresses of the nodes' subnet, or of a prefix that nothing else uses"),
            );
        }
    }
}

/// A pool gives its addresses away, so nothing else has one of them. One that a gateway asks for as well has two
/// owners, and that is the mistake; one that a controller makes external to a gateway has its owner besides.
pub(crate) fn pools_with_used_addresses(facts: &Facts<'_>, out: &mut Diagnostics) {
    let is_gateway = |claim: &Claim<'_>| claim.owner.is_balanced() && !claim.is_external;
    let of_each = facts.claims.chunk_by(|one, other| one.address == other.address);
    let of_each = of_each.filter(|claims| !claims.iter().any(is_gateway)).flatten();
    let owners: Vec<&Claim<'_>> = of_each.filter(|claim| !claim.is_external).collect();
    // One that a gateway asks for has been judged with that gateway, if it could be read.
    let mut gateways = facts.network.clusters.iter().flat_map(|cluster| &cluster.gateways);
    let gateways_are_known = !facts.holes.contains(&facts.network.span)
        && !facts.something_of_its_own_is_lost()
        && facts.network.clusters.iter().all(|cluster| facts.whole(cluster.span))
        && gateways.all(|gateway| facts.whole(gateway.span));
    if !gateways_are_known {
        return;
    }
    for one in pool_ranges(facts) {
        let range = one.range.value;
        let start = owners.partition_point(|claim| claim.address < range.first);
        let end = owners.partition_point(|claim| claim.address <= range.last);
        let mut held = owners[start..end.max(start)].to_vec();
        // What stands twice is said of each place by another rule.
        held.dedup_by_key(|claim| claim.address);
        let Some(first) = held.first() else { continue };
        let name = &one.pool.name.value;
        let title = match held.as_slice() {
            [only] => format!("pool `{name}` holds the address of {}", only.owner),
            several => format!("pool `{name}` holds {} in use", counted(several.len(), "address")),
        };
        let mut finding = Diagnostic::new(&codes::POOL_HOLDS_USED, title)
            .label(one.range.span(), format!("{range} is given to load balancers"));
        for claim in held.iter().take(MOST_USED) {
            finding = finding.label(claim.span, format!("{} has `{}`", claim.owner, claim.address));
        }
        let help = format!("leave `{}` out of the pool, or give its owner another address", first.address);
        out.report(finding.help(match held.len().checked_sub(MOST_USED).filter(|more| *more > 0) {
            None => help,
            Some(more) => {
                format!("{help}; so for the others, of which {more} {} not shown", if more == 1 { "is" } else { "are" })
            }
        }));
    }
}

/// So many addresses of a pool that are in use are shown.
const MOST_USED: usize = 6;

/// A pool gives its addresses away, so neither DHCP nor somebody outside does.
pub(crate) fn pools_with_dhcp(facts: &Facts<'_>, out: &mut Diagnostics) {
    let subnets = &facts.network.subnets;
    let dhcp = subnets.iter().flat_map(|subnet| {
        subnet.dhcp.iter().map(move |range| (range, format!("the DHCP range of `{}`", subnet.name.value)))
    });
    let reserved = subnets.iter().flat_map(|subnet| {
        subnet.reservations.iter().map(move |reservation| {
            let reason = reservation.reason.as_ref().map_or(String::new(), |reason| format!(" for {reason}"));
            (&reservation.range, format!("what `{}` reserves{reason}", subnet.name.value))
        })
    });
    let taken: Ranges<(String, Span)> =
        dhcp.chain(reserved).map(|(range, called)| (range.value, (called, range.span()))).collect();
    for one in pool_ranges(facts) {
        let range = one.range.value;
        let Some((other, (called, span))) = taken.meeting(range) else { continue };
        out.report(
            Diagnostic::new(&codes::POOL_OVERLAPS_DHCP, format!("pool `{}` overlaps {called}", one.pool.name.value))
                .label(one.range.span(), format!("{range} is given to load balancers"))
                .label(*span, format!("{other} is taken already"))
                .help("make one of the two smaller"),
        );
    }
}
