//! Where a gateway's address comes from: it must lie in a pool that admits the gateway, and be its own.
//!
//! Only gateways of class `cilium` take addresses from hnet's pools; what another controller does is
//! not known here. Start at [`gateway_address_in_no_pool`].

use std::net::IpAddr;

use hnet_diagnostics::{Diagnostic, Diagnostics, Reason, Span, codes};
use hnet_emit::Context;
use hnet_manifests::versions::gateway_services::{
    self, SHARING_CROSS_NAMESPACE, SHARING_KEY, WITHOUT_CLASS, WITHOUT_CLASS_SETTINGS,
};
use hnet_model::{AddressRange, Cluster, Gateway, GatewayClass, Name, Owned as _, Part, Pool, PublishTarget, Traced};
use indexmap::{IndexMap, IndexSet};
use serde_yaml::Value;

use crate::facts::Facts;
use crate::facts::inventory::{Claim, Owner, Ranges, next, number_of, previous};
use hnet_model::in_source_order;

/// The ranges of all pools by their first address, to find the pool of an address.
pub(super) struct PoolRanges<'a> {
    sorted: Vec<(&'a Traced<AddressRange>, &'a Pool)>,
    all: Ranges<&'a Pool>,
}

impl<'a> PoolRanges<'a> {
    pub(super) fn new(cluster: &'a Cluster) -> Self {
        let pools = cluster.pools.iter();
        let mut ranges: Vec<_> = pools.flat_map(|pool| pool.ranges.iter().map(move |range| (range, pool))).collect();
        ranges.sort_by_key(|(range, _)| range.value);
        let all = ranges.iter().map(|(range, pool)| (range.value, *pool)).collect();
        PoolRanges { sorted: ranges, all }
    }

    /// The pool that holds an address: of pools that overlap, which is reported, one of them.
    pub(super) fn holding(&self, address: IpAddr) -> Option<&'a Pool> {
        let after = self.sorted.partition_point(|(range, _)| range.value.first <= address);
        let nearest = after.checked_sub(1).map(|at| self.sorted[at]);
        let nearest = nearest.filter(|(range, _)| range.value.contains(address)).map(|(_, pool)| pool);
        nearest.or_else(|| self.all.holding(address).map(|(_, pool)| *pool))
    }

    /// A finding with the first of the pools.
    pub(super) fn shown(&self, mut finding: Diagnostic) -> Diagnostic {
        for (range, pool) in self.sorted.iter().take(MOST_SHOWN) {
            finding = finding.label(range.span(), format!("pool `{}` holds {}", pool.name.value, range.value));
        }
        finding
    }
}

fn admits(pool: &Pool, namespace: &Name) -> bool {
    pool.namespaces.is_empty() || pool.namespaces.iter().any(|admitted| admitted.value == *namespace)
}

/// The gateways whose addresses come from Cilium's pools. One that exists beside a source has its address already.
fn gateways_of_cilium<'a>(facts: &Facts<'_>, cluster: &'a Cluster) -> impl Iterator<Item = &'a Gateway> {
    let is_a_source = facts.is_a_source();
    let gateways = in_source_order(&cluster.gateways, |gateway| gateway.span).into_iter();
    let asks = |gateway: &Gateway| gateway_services::asks_by_annotation(gateway.class.value.name());
    let gateways = gateways.filter(move |gateway| !(is_a_source && gateway.is_existing()));
    gateways.filter(move |gateway| gateway.class.value == GatewayClass::Cilium || asks(gateway) || is_asked(gateway))
}

/// Whether an annotation asks Cilium for a gateway's addresses.
fn is_asked(gateway: &Gateway) -> bool {
    gateway.addresses.iter().any(|address| address.origin.reason == Reason::AskedByAnnotation)
}

/// Whether an address that no pool holds is in none. Without any pool the mistake is another, and a pool that is lost, or
/// its range, may be the one. So may be who has the address besides.
pub(super) fn pools_are_known(facts: &Facts<'_>, cluster: &Cluster) -> bool {
    let mut statements = cluster.pools.iter().map(|pool| pool.span).chain([cluster.span, facts.network.span]);
    !facts.open.pools
        && !cluster.pools.is_empty()
        && cluster.nodes.iter().all(|node| facts.whole(node.span))
        && statements.all(|statement| facts.whole(statement))
}

/// Whether Cilium gives addresses of pools also to services that name no class, as those of its gateways do. Where it asks
/// for a class, another gives the address.
pub(super) fn serves_without_class(cluster: &Cluster) -> bool {
    let is_otherwise = |values: &Value| {
        let said = WITHOUT_CLASS.iter().any(|(key, wanted)| match values.get(*key) {
            Some(Value::Bool(said)) => said.to_string() != *wanted,
            Some(Value::String(said)) => said != wanted,
            _ => false,
        });
        let is_setting = |text: &str| WITHOUT_CLASS_SETTINGS.iter().any(|setting| text.contains(setting));
        let config = values.get("extraConfig").and_then(Value::as_mapping).into_iter().flat_map(|config| config.keys());
        let arguments = values.get("operator").and_then(|operator| operator.get("extraArgs"));
        let arguments = arguments.and_then(Value::as_sequence).into_iter().flatten();
        said || config.chain(arguments).filter_map(Value::as_str).any(is_setting)
    };
    let config = cluster.cilium.as_ref().and_then(|cilium| cilium.settings.value.at("extraConfig"));
    let mut config = config.into_iter().flat_map(|config| config.value.entries());
    !cluster.cilium.iter().flat_map(|cilium| &cilium.values).any(|values| is_otherwise(&values.value))
        && !config.any(|(key, _)| WITHOUT_CLASS_SETTINGS.iter().any(|setting| key.contains(setting)))
}

/// A gateway's address must lie in a pool that its service may use.
pub(crate) fn gateway_address_in_no_pool(facts: &Facts<'_>, out: &mut Diagnostics) {
    let is_judged = |cluster: &&Cluster| pools_are_known(facts, cluster) && serves_without_class(cluster);
    for cluster in facts.network.clusters.iter().filter(is_judged) {
        let ranges = PoolRanges::new(cluster);
        let mut taken: IndexSet<IpAddr> = IndexSet::new();
        for address in cluster.gateways.iter().flat_map(|gateway| &gateway.addresses) {
            if let Some(known) = address.value.known() {
                taken.insert(known);
            }
        }
        let mut outside = Vec::new();
        for gateway in gateways_of_cilium(facts, cluster) {
            let asked = gateway.addresses.iter().filter(|own| own.origin.reason != Reason::ExternalAddress);
            for address in asked {
                let Some(known) = address.value.known() else { continue };
                let namespace = &gateway.namespace.value;
                match ranges.holding(known) {
                    Some(pool) if admits(pool, namespace) => {}
                    Some(pool) => {
                        let finding = Diagnostic::new(
                            &codes::POOL_REFUSES_GATEWAY,
                            format!("pool `{}` does not serve namespace `{namespace}`", pool.name.value),
                        )
                        .label(address.span(), format!("gateway `{}` is in `{namespace}`", gateway.name.value));
                        let finding = match pool.namespaces.first() {
                            Some(first) => finding.label(first.span(), "the pool serves these namespaces only"),
                            None => finding,
                        };
                        out.report(finding.help(format!(
                            "add `{namespace}` to the pool's `namespaces`, or take an address of another pool"
                        )));
                    }
                    // It has two owners, whatever the pools hold.
                    None if facts.is_anothers(known) => {}
                    None => outside.push((address.span(), known, gateway)),
                }
            }
        }
        in_no_pool(facts, &ranges, &taken, &outside, out);
    }
}

/// Reports the addresses that no pool holds. Of one it is not known whether it or the pool is wrong; several are as
/// many as a pool is too small, and to move each would be many mistakes.
fn in_no_pool(
    facts: &Facts<'_>,
    ranges: &PoolRanges<'_>,
    taken: &IndexSet<IpAddr>,
    outside: &[(Span, IpAddr, &Gateway)],
    out: &mut Diagnostics,
) {
    let Some((_, known, gateway)) = outside.first() else { return };
    let title = match outside {
        [_] => format!("`{known}` is in no pool"),
        several => format!("{} addresses of gateways are in no pool", several.len()),
    };
    let mut finding = Diagnostic::new(&codes::GATEWAY_ADDRESS_IN_NO_POOL, title);
    for (place, address, gateway) in outside.iter().take(MOST_SHOWN) {
        let name = &gateway.name.value;
        finding = finding.label(
            *place,
            match outside {
                [_] => format!("gateway `{name}` asks for it"),
                _ => format!("gateway `{name}` asks for {address}"),
            },
        );
    }
    let finding = ranges.shown(finding);
    let free = nearest_free(ranges, *known, &gateway.namespace.value, taken).filter(|_| outside.len() == 1);
    let free = free.map(|free| facts.written_as_at(outside[0].0, AddressRange { first: free, last: free }));
    let kept = ranges
        .sorted
        .iter()
        .filter(|_| outside.len() == 1)
        .find_map(|(range, pool)| kept_back(facts, range, pool, *known));
    // Whether the pool or the gateway is wrong nobody knows here, so neither is edited.
    out.report(match free {
        // An annotation is more than its address.
        Some(free) if is_asked(gateway) => finding
            .help(format!("add the address to a pool, or ask for one of a pool: `{free}` is the nearest that is free")),
        Some(free) => finding.help(match kept {
            Some(end) => format!(
                "it is the {end} of the pool's prefix, which is given out with `first-and-last` alone; `{free}` is the nearest that is free"
            ),
            None => format!("add the address to a pool, or take one of a pool: `{free}` is the nearest that is free"),
        }),
        None if outside.len() == 1 => finding.help("add the address to a pool"),
        None => finding.help("let a pool hold them, or give the gateways addresses of a pool"),
    });
}

/// Whether an address is the first or the last of a pool that is written as a prefix, which keeps both back.
fn kept_back(facts: &Facts<'_>, range: &Traced<AddressRange>, pool: &Pool, address: IpAddr) -> Option<&'static str> {
    let text = facts.sources.text(range.span());
    let is_prefix = text.contains('/') || !text.contains('-');
    let AddressRange { first, last } = range.value;
    match () {
        () if pool.first_and_last.value || !is_prefix => None,
        () if next(address) == first => Some("first"),
        () if previous(address) == last => Some("last"),
        () => None,
    }
}

/// The most places that a message points to.
pub(super) const MOST_SHOWN: usize = 3;

/// The address of a pool that admits the namespace which is nearest to one outside all of them.
fn nearest_free(
    ranges: &PoolRanges<'_>,
    address: IpAddr,
    namespace: &Name,
    taken: &IndexSet<IpAddr>,
) -> Option<IpAddr> {
    let ranges =
        ranges.sorted.iter().filter(|(_, pool)| admits(pool, namespace)).take(64).map(|(range, _)| range.value);
    let candidates = ranges.filter(|range| range.first.is_ipv4() == address.is_ipv4()).filter_map(|range| {
        let upwards = address < range.first;
        let first = if upwards { range.first } else { range.last };
        std::iter::successors(Some(first), |last| Some(if upwards { next(*last) } else { previous(*last) }))
            .take_while(|candidate| range.contains(*candidate))
            // An offer is a courtesy: it must not make many mistakes cost the square of their number.
            .take(64)
            .find(|candidate| !taken.contains(candidate))
    });
    candidates.min_by_key(|candidate| number_of(*candidate).abs_diff(number_of(address)))
}

/// A gateway needs the kinds of the Gateway API, and one of class `cilium` an address.
///
/// Beside declared machines a gateway of class `cilium` without more said implies Cilium and the Gateway API; it
/// does not imply addresses, which only the source knows.
pub(crate) fn gateway_without_means(facts: &Facts<'_>, out: &mut Diagnostics) {
    let context = Context { network: facts.network, sources: facts.sources };
    for cluster in &facts.network.clusters {
        if facts.something_is_lost() || !facts.whole(cluster.span) || !facts.is_alone() {
            continue;
        }
        // Where neither machines nor Cilium are declared, what runs in the cluster is somebody else's.
        if cluster.nodes.is_empty() && cluster.cilium.is_none() {
            continue;
        }
        let gateways = in_source_order(&cluster.gateways, |gateway| gateway.span);
        let gateways: Vec<&Gateway> = gateways.into_iter().filter(|gateway| gateway.is_own()).collect();
        // Where hnet installs nothing, somebody else has.
        let installs = context.place(cluster, Part::Bootstrap).is_some();
        if let (Some(gateway), None, true) = (gateways.first(), &cluster.gateway_api, installs) {
            out.report(
                Diagnostic::new(&codes::GATEWAY_WITHOUT_GATEWAY_API, "a gateway, but no installed Gateway API")
                    .label(gateway.name.span(), "this object's kind is not known to the cluster")
                    .help("say which release is installed: `gateway-api 1.6;`"),
            );
        }
        if !cluster.pools.is_empty() || !serves_without_class(cluster) {
            continue;
        }
        // A tunnel reaches a gateway by the name of its service, without a load balancer's address.
        let publishes = cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish);
        let mut published = vec![false; cluster.gateways.len()];
        for publish in publishes {
            if let PublishTarget::Listener(gateway, _) = publish.target.value {
                published[gateway.0] = true;
            }
        }
        for (gateway, published) in cluster.gateways.iter().zip(published) {
            let is_cilium = gateway.is_own() && gateway.class.value == GatewayClass::Cilium;
            if is_cilium && !published && facts.whole(gateway.span) {
                out.report(
                    Diagnostic::new(
                        &codes::GATEWAY_WITHOUT_POOL,
                        format!("gateway `{}` cannot get an address", gateway.name.value),
                    )
                    .label(gateway.name.span(), "there is no pool that its service could take one from")
                    .help("declare one: `pool ways-in < addresses lan[32-63]; announce l2; >`"),
                );
            }
        }
    }
}

/// Two gateways on one address need different ports and a sharing key.
pub(crate) fn gateways_share_address(facts: &Facts<'_>, out: &mut Diagnostics) {
    // Clusters have load balancers of their own, so an address is shared across them as little as within one.
    let of_gateways = facts.claims.iter().filter(|claim| matches!(claim.owner, Owner::Gateway(_)));
    let of_gateways: Vec<&Claim<'_>> = of_gateways.collect();
    for of_one_address in of_gateways.chunk_by(|one, other| one.address == other.address) {
        external_addresses(facts, of_one_address, out);
    }
    let claims: Vec<(IpAddr, Span, &Gateway)> = of_gateways
        .into_iter()
        .filter(|claim| !claim.is_external)
        .filter_map(|claim| match claim.owner {
            Owner::Gateway(gateway) => Some((claim.address, claim.span, gateway)),
            _ => None,
        })
        .collect();
    for sharers in claims.chunk_by(|one, other| one.0 == other.0) {
        let [(address, first_place, first), _, ..] = sharers else { continue };
        if sharers.iter().any(|(_, _, gateway)| !facts.whole(gateway.span)) {
            continue;
        }
        let (mut shared, mut namespaces) = (true, IndexMap::new());
        let mut ports: IndexMap<u16, &Gateway> = IndexMap::new();
        for (at, (_, place, gateway)) in sharers.iter().enumerate() {
            // One whose port is not known is none.
            let known = || gateway.listeners.iter().filter(|listener| listener.port.value > 0);
            let clash = known().find_map(|listener| {
                let other = ports.get(&listener.port.value)?;
                (!std::ptr::eq(*other, *gateway)).then_some((listener, *other))
            });
            let key = annotation(gateway, SHARING_KEY);
            let key_missing = key.is_none() || key != annotation(first, SHARING_KEY);
            namespaces.entry(&gateway.namespace.value).or_insert(*place);
            for listener in known() {
                ports.entry(listener.port.value).or_insert(gateway);
            }
            if at == 0 || std::ptr::eq(*gateway, *first) {
                continue;
            }
            // Which of the two is the first in the source means nothing to them.
            let mut names = [&first.name.value, &gateway.name.value];
            names.sort();
            let finding = Diagnostic::new(
                &codes::GATEWAYS_SHARE_ADDRESS,
                format!("gateways `{}` and `{}` share `{address}`", names[0], names[1]),
            )
            .label(*place, format!("gateway `{}` asks for it", gateway.name.value))
            .label(*first_place, format!("gateway `{}` has it", first.name.value));
            shared &= clash.is_none() && !key_missing;
            if let Some((listener, other)) = clash {
                let port = listener.port.value;
                out.report(
                    finding
                        .label(listener.port.span(), format!("gateway `{}` listens on {port} too", other.name.value))
                        .help("give each gateway its own address, or make them listeners of one gateway"),
                );
            } else if key_missing {
                // That one which exists has no key is known where it is described whole.
                let other = [(*gateway, *first), (*first, *gateway)].into_iter();
                let mut unsaid = other.filter(|(one, other)| {
                    one.is_existing()
                        && annotation(one, SHARING_KEY).is_none()
                        && annotation(other, SHARING_KEY).is_some()
                });
                let finding = match unsaid.next() {
                    Some((one, _)) => finding.label(one.span, "it has no such key"),
                    None => finding,
                };
                out.report(
                    finding
                        .help(format!("give each its own address, or give both the same annotation `{SHARING_KEY}`")),
                );
            }
        }
        if shared {
            sharers.iter().for_each(|(_, place, gateway)| shared_across_namespaces(gateway, *place, &namespaces, out));
        }
    }
}

/// No gateway listens on a port of an external address on which a gateway of another controller does. Those of one
/// controller may be merged into one service, and other ports are served beside each other without a key. All `claims`
/// are of one address.
fn external_addresses(facts: &Facts<'_>, claims: &[&Claim<'_>], out: &mut Diagnostics) {
    if claims.len() < 2 || !claims.iter().any(|claim| claim.is_external) {
        return;
    }
    // By their names, so that as much is said in whatever order they stand.
    let mut sorted = claims.to_vec();
    sorted.sort_by_key(|claim| match claim.owner {
        Owner::Gateway(gateway) => (claim.is_external, Some((&gateway.name.value, &gateway.namespace.value))),
        _ => (claim.is_external, None),
    });
    // By port the first that listens there, and the first of another class: one of the two is of another than any third.
    let mut ports: IndexMap<u16, (&Claim<'_>, Option<&Claim<'_>>)> = IndexMap::new();
    for claim in sorted {
        let Owner::Gateway(gateway) = claim.owner else { continue };
        if !facts.whole(gateway.span) {
            continue;
        }
        let clash = gateway.listeners.iter().filter(|_| claim.is_external).find_map(|listener| {
            let (first, second) = ports.get(&listener.port.value)?;
            let other = [Some(*first), *second].into_iter().flatten().find(|other| class(other) != class(claim))?;
            Some((listener, other))
        });
        for listener in gateway.listeners.iter().filter(|listener| listener.port.value > 0) {
            let (first, second) = ports.entry(listener.port.value).or_insert((claim, None));
            if class(first) != class(claim) {
                second.get_or_insert(claim);
            }
        }
        let Some((listener, other)) = clash else { continue };
        let Owner::Gateway(second) = other.owner else { continue };
        let mut names = [&gateway.name.value, &second.name.value];
        names.sort();
        let title = format!("gateways `{}` and `{}` share `{}`", names[0], names[1], claim.address);
        out.report(
            Diagnostic::new(&codes::GATEWAYS_SHARE_ADDRESS, title)
                .label(claim.span, format!("gateway `{}` asks for it", gateway.name.value))
                .label(other.span, format!("gateway `{}` has it", second.name.value))
                .label(
                    listener.port.span(),
                    format!("gateway `{}` listens on {} too", second.name.value, listener.port.value),
                )
                .help("give each gateway its own address, or make them listeners of one gateway"),
        );
    }
}

fn class<'a>(claim: &Claim<'a>) -> Option<&'a GatewayClass> {
    match claim.owner {
        Owner::Gateway(gateway) => Some(&gateway.class.value),
        _ => None,
    }
}

/// A gateway must admit all namespaces whose gateways share its address.
fn shared_across_namespaces(gateway: &Gateway, place: Span, namespaces: &IndexMap<&Name, Span>, out: &mut Diagnostics) {
    let admitted = annotation(gateway, SHARING_CROSS_NAMESPACE).unwrap_or_default();
    let listed: IndexSet<&str> = admitted.split(',').collect();
    if listed.contains("*") {
        return;
    }
    let own = &gateway.namespace.value;
    // Who admits as many as there are has listed as many, so this is no longer than the source.
    let missing = namespaces.iter().find(|(name, _)| **name != own && !listed.contains(name.as_str()));
    let Some((missing, other)) = missing else { return };
    out.report(
        Diagnostic::new(
            &codes::GATEWAYS_SHARE_ADDRESS,
            format!("gateway `{}` does not admit namespace `{missing}`", gateway.name.value),
        )
        .label(place, format!("this address is asked for from namespace `{own}`"))
        .label(*other, format!("and from namespace `{missing}`"))
        .help(format!("add `{missing}` to what its annotation `{SHARING_CROSS_NAMESPACE}` lists")),
    );
}

/// Whether another service may answer at a gateway's address, on other ports.
pub(crate) fn may_share_its_address(gateway: &Gateway) -> bool {
    annotation(gateway, SHARING_KEY).is_some()
}

fn annotation<'a>(gateway: &'a Gateway, wanted: &str) -> Option<&'a str> {
    let (_, value) = gateway.service_annotations.iter().find(|(key, _)| key.value == wanted)?;
    Some(value)
}
