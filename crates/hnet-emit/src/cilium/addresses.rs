//! Pools of load-balancer addresses, and who answers ARP and NDP for them.

use hnet_manifests::cilium::{
    CiliumL2AnnouncementPolicy, CiliumL2AnnouncementPolicySpec, CiliumLoadBalancerIPPool, CiliumLoadBalancerIPPoolSpec,
    LabelSelector, PoolBlock,
};
use hnet_model::{Announce, Cluster, Pool, Traced};

use crate::kubernetes::{Wave, in_wave, metadata, object};
use crate::yaml::Node;

/// The pool as an object.
pub(super) fn pool(cluster: &Cluster, pool: &Pool) -> Node {
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
    let mut manifest = CiliumLoadBalancerIPPool::new(name.value.as_str(), spec);
    manifest.metadata = in_wave(cluster, Wave::CustomResource, metadata(name.value.as_str(), None));
    object(&manifest, *span).traced(&["metadata", "name"], name.origin)
}

/// The policy that announces a pool's addresses, where layer 2 does.
pub(super) fn policy(cluster: &Cluster, pool: &Pool) -> Option<Node> {
    let Pool { name, doc: _, ranges: _, namespaces: _, announce, span } = pool;
    let announce = announce.as_ref()?;
    let Announce::Layer2 { interfaces, workers_only } = &announce.value;
    let linux = || LabelSelector::labelled("kubernetes.io/os", Traced::new("linux".to_owned(), announce.origin));
    let workers = || LabelSelector::without("node-role.kubernetes.io/control-plane");
    let spec = CiliumL2AnnouncementPolicySpec {
        load_balancer_ips: Traced::new(true, announce.origin),
        interfaces: interfaces.iter().map(|pattern| pattern.as_ref().map(|text| anchored(text))).collect(),
        node_selector: Some(if *workers_only { workers() } else { linux() }),
        service_selector: service_selector(pool),
    };
    let mut policy = CiliumL2AnnouncementPolicy::new(name.value.as_str(), spec);
    policy.metadata = in_wave(cluster, Wave::CustomResource, metadata(name.value.as_str(), None));
    let node = object(&policy, *span).traced(&["metadata", "name"], name.origin);
    Some(node.traced(&["spec", "nodeSelector"], announce.origin))
}

/// The services of the namespaces that may use the pool; all where it names none.
fn service_selector(pool: &Pool) -> Option<LabelSelector> {
    let namespaces = pool.namespaces.iter().map(|name| name.as_ref().map(ToString::to_string));
    (!pool.namespaces.is_empty())
        .then(|| LabelSelector::one_of("io.kubernetes.service.namespace", namespaces.collect()))
}

/// A regular expression that fits whole names only: Cilium takes one that fits a part, and `eth0` is a part of `veth01`.
fn anchored(pattern: &str) -> String {
    let whole = pattern.strip_prefix('^').unwrap_or(pattern);
    let whole = whole.strip_suffix('$').unwrap_or(whole);
    if whole.contains('|') { format!("^({whole})$") } else { format!("^{whole}$") }
}
