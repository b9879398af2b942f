//! Pools of load-balancer addresses, and who answers ARP and NDP for them.

use hnet_manifests::cilium::{
    CiliumL2AnnouncementPolicy, CiliumL2AnnouncementPolicySpec, CiliumLoadBalancerIPPool, CiliumLoadBalancerIPPoolSpec,
    LabelSelector, PoolBlock,
};
use hnet_manifests::object::{Manifest, Metadata};
use hnet_model::{Announce, Cluster, Pool, Traced};

use crate::kubernetes::{Objects, Wave, in_wave, shape, text};

/// Adds a pool.
pub(super) fn add_pool(cluster: &Cluster, pool: &Pool, to: &mut Objects) {
    let Pool { name, doc: _, ranges, namespaces: _, announce: _, span } = pool;
    let blocks = ranges.iter().map(|range| PoolBlock {
        start: range.map(|range| range.first.to_string()),
        stop: range.map(|range| range.last.to_string()),
    });
    let spec = CiliumLoadBalancerIPPoolSpec {
        blocks: blocks.collect(),
        disabled: false,
        service_selector: service_selector(pool),
    };
    let metadata = in_wave(cluster, Wave::CustomResource, Metadata::named(text(name)));
    to.add(&Manifest::custom::<CiliumLoadBalancerIPPool>(metadata, spec), shape(*span));
}

/// Adds the policy that announces a pool's addresses, where layer 2 does.
pub(super) fn add_policy(cluster: &Cluster, pool: &Pool, to: &mut Objects) {
    let Pool { name, doc: _, ranges: _, namespaces: _, announce, span } = pool;
    let Some(announce) = announce else { return };
    let Announce::Layer2 { interfaces, workers_only } = &announce.value;
    let linux = || LabelSelector::labelled("kubernetes.io/os", Traced::new("linux".to_owned(), announce.origin));
    let workers = || LabelSelector::without("node-role.kubernetes.io/control-plane");
    let spec = CiliumL2AnnouncementPolicySpec {
        load_balancer_ips: Traced::new(true, announce.origin),
        interfaces: interfaces.iter().map(|pattern| pattern.as_ref().map(|text| anchored(text))).collect(),
        node_selector: Some(announce.as_ref().map(|_| if *workers_only { workers() } else { linux() })),
        service_selector: service_selector(pool),
    };
    let metadata = in_wave(cluster, Wave::CustomResource, Metadata::named(text(name)));
    to.add(&Manifest::custom::<CiliumL2AnnouncementPolicy>(metadata, spec), shape(*span));
}

/// The services of the namespaces that may use the pool; all where it names none.
fn service_selector(pool: &Pool) -> Option<LabelSelector> {
    let namespaces = pool.namespaces.iter().map(text);
    (!pool.namespaces.is_empty())
        .then(|| LabelSelector::one_of("io.kubernetes.service.namespace", namespaces.collect()))
}

/// A regular expression that fits whole names only: Cilium takes one that fits a part, and `eth0` is a part of `veth01`.
fn anchored(pattern: &str) -> String {
    let whole = pattern.strip_prefix('^').unwrap_or(pattern);
    let whole = whole.strip_suffix('$').unwrap_or(whole);
    if whole.contains('|') { format!("^({whole})$") } else { format!("^{whole}$") }
}
