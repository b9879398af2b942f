//! Pools of load-balancer addresses, and who answers ARP and NDP for them.

use hnet_manifests::cilium::{
    CiliumL2AnnouncementPolicy, CiliumL2AnnouncementPolicySpec, CiliumLoadBalancerIPPool, CiliumLoadBalancerIPPoolSpec,
    LabelSelector, PoolBlock,
};
use hnet_manifests::object::{Manifest, Metadata};
use hnet_manifests::versions::cilium::{EARLIER, V2};
use hnet_model::{
    Announce, Announcer, Announcers, Cluster, IpNet, Layer2, Origin, Pool, Reason, Span, Traced, interface_expression,
};
use indexmap::IndexMap;

use crate::kubernetes::{Wave, in_wave, shape, text};
use crate::overlay::Over;
use crate::place::Objects;

/// Adds a pool.
pub(super) fn add_pool(cluster: &Cluster, pool: &Pool, to: &mut Objects<'_>) {
    let Pool { name, doc: _, ranges, prefixes, first_and_last, namespaces: _, announce: _, policy: _, overlay, span } =
        pool;
    let written: IndexMap<Span, IpNet> = prefixes.iter().map(|prefix| (prefix.span(), prefix.value)).collect();
    let blocks = ranges.iter().map(|range| match written.get(&range.span()) {
        Some(prefix) => PoolBlock::Cidr { cidr: range.map(|_| prefix.to_string()) },
        None => PoolBlock::Range {
            start: range.map(|range| range.first.to_string()),
            stop: range.map(|range| range.last.to_string()),
        },
    });
    let yes_or_no = |yes: bool| if yes { "Yes".to_owned() } else { "No".to_owned() };
    let spec = CiliumLoadBalancerIPPoolSpec {
        allow_first_last_ips: (!prefixes.is_empty()).then(|| first_and_last.map(yes_or_no)),
        blocks: blocks.collect(),
        disabled: false,
        service_selector: service_selector(pool),
    };
    let metadata = in_wave(cluster, Wave::CustomResource, Metadata::named(text(name)));
    let object = Manifest::custom::<CiliumLoadBalancerIPPool>(metadata, spec);
    let is_early = cluster.cilium.as_ref().is_some_and(|cilium| cilium.version.value.minor() < V2);
    to.add(&if is_early { object.in_version(EARLIER) } else { object }, shape(*span), Over::Main(overlay));
}

/// Adds the policy that announces a pool's addresses, where layer 2 does.
pub(super) fn add_policy(cluster: &Cluster, pool: &Pool, announcers: &Announcers<'_>, to: &mut Objects<'_>) {
    let Some(announce) = &pool.announce else { return };
    let Announce::Layer2(Layer2 { interfaces, nodes }) = &announce.value else { return };
    let spec = CiliumL2AnnouncementPolicySpec {
        load_balancer_ips: Traced::new(true, announce.origin),
        interfaces: interfaces.iter().map(|pattern| pattern.as_ref().map(|text| interface_expression(text))).collect(),
        node_selector: Some(announce.as_ref().map(|_| announcing(cluster, nodes, Some(announcers), announce.origin))),
        service_selector: service_selector(pool),
    };
    let metadata = in_wave(cluster, Wave::CustomResource, Metadata::named(text(pool.policy_name())));
    let policy = Manifest::custom::<CiliumL2AnnouncementPolicy>(metadata, spec);
    to.add(&policy, shape(pool.span), Over::Beside(&pool.overlay));
}

/// The nodes that announce. They are named where the source names them, or where it leaves it to all, or to the
/// workers, and not all of those are on the wires of the addresses, where it is asked there: any of them may win the lease of
/// an address.
pub(super) fn announcing(
    cluster: &Cluster,
    said: &[Traced<Announcer>],
    announcers: Option<&Announcers<'_>>,
    origin: Origin,
) -> LabelSelector {
    let is = |kind: &Announcer| said.iter().any(|announcer| announcer.value == *kind);
    let all = said.is_empty() || is(&Announcer::All);
    let names_some = said.iter().any(|announcer| matches!(announcer.value, Announcer::Node(_)));
    if announcers.is_some_and(Announcers::must_be_named) || names_some && !all {
        let derived = origin.because(Reason::NodesOnTheWire);
        let origin_of = |node: &hnet_model::Node| {
            let named = said.iter().find(|it| it.value == Announcer::Node(node.name.value.clone()));
            named.map_or(derived, |named| named.origin)
        };
        let name = |node: &&hnet_model::Node| {
            let own = cluster.kubernetes_name(node).map_or_else(|| node.name.value.to_string(), |name| name.value);
            Traced::new(own, origin_of(node))
        };
        let is_said = |node: &&hnet_model::Node| said.iter().any(|announcer| announcer.value.is(node));
        let nodes: Vec<&hnet_model::Node> = match announcers {
            Some(announcers) => announcers.on.clone(),
            None => cluster.nodes.iter().filter(is_said).collect(),
        };
        return LabelSelector::one_of("kubernetes.io/hostname", nodes.iter().map(name).collect());
    }
    match all {
        true => LabelSelector::labelled("kubernetes.io/os", Traced::new("linux".to_owned(), origin)),
        false => LabelSelector::without("node-role.kubernetes.io/control-plane"),
    }
}

/// The services of the namespaces that may use the pool; all where it names none.
fn service_selector(pool: &Pool) -> Option<LabelSelector> {
    let namespaces = pool.namespaces.iter().map(text);
    (!pool.namespaces.is_empty())
        .then(|| LabelSelector::one_of("io.kubernetes.service.namespace", namespaces.collect()))
}
