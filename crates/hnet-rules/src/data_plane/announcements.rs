//! Who announces the addresses of a pool: its own policy, and nobody else's.
//!
//! Cilium's policies select services, not pools: one without namespaces is for every service. Which interfaces there
//! are is judged in `cilium.rs`.

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes, quoted};
use hnet_model::{Announce, Announcer, Announcers, Cluster, Node, Owned as _, Pool, Subnet, Wires};
use indexmap::{IndexMap, IndexSet};

use crate::data_plane::cilium::{only_workers, wire_of, wires};
use crate::facts::Facts;
use hnet_model::in_source_order;

/// How many policies a pool is compared with: those of other pools mostly say the same.
const COMPARED: usize = 8;

/// Each pool is announced, and only as it says.
pub(crate) fn announcements(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.cilium.is_some()) {
        let on_wires = Wires::new(facts.network, cluster);
        // Of what routers are told `bgp.rs` judges.
        let by_bgp = |pool: &&Pool| pool.announce.as_ref().is_some_and(|announce| announce.value == Announce::Bgp);
        let mut pools = in_source_order(&cluster.pools, |pool| pool.span);
        pools.retain(|pool| !by_bgp(pool));
        let ways = pools.iter().map(|pool| Way::of(cluster, pool, &on_wires));
        let ways: Vec<Way<'_>> = ways.collect();
        let mut for_all: Vec<&Way<'_>> = Vec::new();
        let mut of_namespace: IndexMap<&str, Vec<&Way<'_>>> = IndexMap::new();
        for way in ways.iter().filter(|way| way.pool.announce.is_some()) {
            if way.pool.namespaces.is_empty() {
                keep(way, &mut for_all);
            }
            for namespace in &way.pool.namespaces {
                keep(way, of_namespace.entry(namespace.value.as_str()).or_default());
            }
        }
        // Elsewhere nobody asks the nodes: something routes the addresses to them. What is not known is none.
        let nodes_are_known = facts.knows_all_of(cluster)
            && facts.knows_all_subnets()
            && cluster.nodes.iter().all(|node| facts.whole(node.span));
        if !nodes_are_known {
            continue;
        }
        let wires = wires(facts.network, cluster, false);
        let is_asked_for = |pool: &Pool| {
            let wires = wires.as_ref()?;
            Some(pool.ranges.iter().any(|range| wire_of(wires, range.value.first).is_some()))
        };
        for way in ways.iter().filter(|way| facts.whole(way.pool.span)) {
            let pool = way.pool;
            let of_namespaces = pool.namespaces.iter().filter_map(|name| of_namespace.get(name.value.as_str()));
            let mut others = of_namespaces.flatten().chain(&for_all);
            match others.find(|other| !std::ptr::eq(other.pool, pool) && !way.covers(other)) {
                // Which services the policy of one that exists is for, and where it announces, need not be said.
                Some(other) if other.pool.is_existing() || pool.is_existing() => {}
                Some(other) if is_asked_for(pool) != Some(false) => announced_by(other.pool, pool, out),
                None if pool.announce.is_none() && is_asked_for(pool) == Some(true) => not_announced(pool, out),
                _ => {}
            }
        }
    }
}

/// Keeps one pool of each way of announcing, as many as are compared.
fn keep<'w, 'a>(way: &'w Way<'a>, kept: &mut Vec<&'w Way<'a>>) {
    if kept.len() < COMPARED && !kept.iter().any(|other| other.covers(way) && way.covers(other)) {
        kept.push(way);
    }
}

/// How a pool is announced.
struct Way<'a> {
    pool: &'a Pool,
    interfaces: Vec<&'a str>,
    /// The nodes that its policy selects.
    nodes: Selected<'a>,
}

/// The nodes that a policy selects.
enum Selected<'a> {
    All,
    /// All workers, of this cluster.
    Workers(&'a Cluster),
    /// These.
    Named(IndexSet<&'a str>),
}

impl<'a> Way<'a> {
    fn of(cluster: &'a Cluster, pool: &'a Pool, wires: &Wires<'a>) -> Self {
        let interfaces = pool.layer2().map_or(&[][..], |layer2| &layer2.interfaces);
        let interfaces = interfaces.iter().map(|name| name.value.as_str()).collect();
        let said = pool.announcers();
        let announcers = wires.announcers(pool);
        let all = said.is_empty() || said.iter().any(|announcer| announcer.value == Announcer::All);
        let nodes = match all {
            _ if announcers.must_be_named() => Selected::Named(names(&announcers.on)),
            true => Selected::All,
            false if only_workers(pool) => Selected::Workers(cluster),
            false => Selected::Named(names(&announcers.on)),
        };
        Way { pool, interfaces, nodes }
    }

    /// Whether the pool is announced everywhere that another is.
    fn covers(&self, other: &Way<'_>) -> bool {
        match (&self.pool.announce, &other.pool.announce) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(_), Some(_)) => {
                let (here, there) = (&self.interfaces, &other.interfaces);
                self.nodes.cover(&other.nodes)
                    && (here.is_empty() || !there.is_empty() && there.iter().all(|name| here.contains(name)))
            }
        }
    }
}

fn names<'a>(nodes: &[&'a Node]) -> IndexSet<&'a str> {
    nodes.iter().map(|node| node.name.value.as_str()).collect()
}

impl Selected<'_> {
    fn cover(&self, others: &Selected<'_>) -> bool {
        let workers = |cluster: &Cluster| -> IndexSet<String> {
            cluster.workers().map(|node| node.name.value.to_string()).collect()
        };
        match (self, others) {
            (Selected::All, _) | (Selected::Workers(_), Selected::Workers(_)) => true,
            (Selected::Workers(_) | Selected::Named(_), Selected::All) => false,
            (Selected::Workers(cluster), Selected::Named(names)) => {
                let workers = workers(cluster);
                names.iter().all(|name| workers.contains(*name))
            }
            (Selected::Named(names), Selected::Workers(cluster)) => {
                workers(cluster).iter().all(|name| names.contains(name.as_str()))
            }
            (Selected::Named(here), Selected::Named(there)) => there.iter().all(|name| here.contains(name)),
        }
    }
}

/// Nodes that are named announce what they are asked for, and a pool's addresses are asked for on wires that some node
/// is on, all of them: any node that announces may win the lease of any of the addresses.
pub(crate) fn announcers(facts: &Facts<'_>, out: &mut Diagnostics) {
    // Where a node may be that asks DHCP is said by the subnets.
    if !facts.knows_all_subnets() {
        return;
    }
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.cilium.is_some()) {
        let wires = Wires::new(facts.network, cluster);
        for pool in cluster.pools.iter().filter(|pool| pool.layer2().is_some() && facts.whole(pool.span)) {
            let announcers = wires.announcers(pool);
            if announcers.off.is_empty() || !announcers.off.iter().all(|node| facts.whole(node.span)) {
                continue;
            }
            let named = pool.announcers().iter().filter_map(|announcer| match &announcer.value {
                Announcer::Node(name) => {
                    let node = announcers.off.iter().find(|node| node.name.value == *name)?;
                    Some((announcer.span(), *node))
                }
                Announcer::All | Announcer::Workers => None,
            });
            let named: Vec<_> = named.collect();
            if !named.is_empty() {
                named_off_the_wire(pool, &named, out);
            } else if announcers.on.is_empty() {
                on_several_wires(facts, pool, &announcers, out);
            }
        }
    }
}

fn named_off_the_wire(pool: &Pool, named: &[(Span, &Node)], out: &mut Diagnostics) {
    let title = match named {
        [(_, node)] => format!("nobody asks node `{}` for pool `{}`", node.name.value, pool.name.value),
        several => format!("nobody asks {} nodes for pool `{}`", several.len(), pool.name.value),
    };
    let mut finding = Diagnostic::new(&codes::ANNOUNCED_OFF_THE_WIRE, title);
    for (place, node) in named.iter().take(3) {
        finding = finding.label(*place, format!("`{}` is not on the wire of these addresses", node.name.value));
    }
    if let Some(range) = pool.ranges.first() {
        finding = finding.label(range.span(), "ARP and NDP are asked on the wire of the address only");
    }
    out.report(finding.help("name nodes that are on the wire only; without `nodes` those announce"));
}

/// Each range has a wire with nodes on it, but no node is on all of them.
fn on_several_wires(facts: &Facts<'_>, pool: &Pool, announcers: &Announcers<'_>, out: &mut Diagnostics) {
    let subnet = |address| facts.subnets.holding(address).map(|place| place.subnet);
    let is_on = |node: &Node, wanted: &Subnet| {
        let known = node.addresses().filter_map(|address| address.value.known());
        let mut own = known.filter_map(|net| subnet(net.addr()));
        own.any(|subnet| std::ptr::eq(subnet, wanted))
    };
    let mut wanted: Vec<(Span, &Subnet)> = Vec::new();
    for range in &pool.ranges {
        // What nobody is asked for at all is said elsewhere.
        let Some(subnet) = subnet(range.value.first) else { return };
        if !announcers.off.iter().any(|node| is_on(node, subnet)) {
            return;
        }
        if !wanted.iter().any(|(_, other)| std::ptr::eq(*other, subnet)) {
            wanted.push((range.span(), subnet));
        }
    }
    if wanted.len() < 2 {
        return;
    }
    let mut finding = Diagnostic::new(
        &codes::ANNOUNCED_OFF_THE_WIRE,
        format!("no node is on all wires of pool `{}`", pool.name.value),
    );
    for (place, subnet) in wanted.iter().take(3) {
        let off: Vec<&str> =
            announcers.off.iter().filter(|node| !is_on(node, subnet)).map(|it| it.name.value.as_str()).collect();
        let more = if off.len() > 3 { " and others" } else { "" };
        let off = quoted(off.into_iter().take(3), ", ");
        finding = finding.label(*place, format!("asked for on `{}`, where {off}{more} are not", subnet.name.value));
    }
    out.report(
        finding.help("make a pool of each, with `namespaces` of its own: any node may win the lease of an address"),
    );
}

fn announced_by(other: &Pool, pool: &Pool, out: &mut Diagnostics) {
    let (name, others) = (&pool.name.value, &other.name.value);
    let own = match &pool.announce {
        Some(announce) => (announce.span(), "so not only these nodes and interfaces do"),
        None => (pool.name.span(), "its own policy would be none"),
    };
    let policy = match other.namespaces.is_empty() {
        true => "its policy is for every service, since it names no namespaces",
        false => "its policy is for services of a namespace that both name",
    };
    let place = other.announce.as_ref().map_or(other.name.span(), |announce| announce.span());
    out.report(
        Diagnostic::new(
            &codes::ANNOUNCED_BY_ANOTHER,
            format!("pool `{others}` announces the addresses of `{name}`, too"),
        )
        .label(own.0, own.1)
        .label(place, policy)
        .help("announce both in the same way, or give each pool `namespaces` of its own"),
    );
}

fn not_announced(pool: &Pool, out: &mut Diagnostics) {
    // How one that exists is announced need not be said.
    if !pool.is_own() {
        return;
    }
    let name = &pool.name.value;
    out.report(
        Diagnostic::new(&codes::POOL_NOT_ANNOUNCED, format!("nothing announces the addresses of pool `{name}`"))
            .label(pool.name.span(), "they lie on the nodes' wire, where no node answers ARP or NDP for them")
            .help("write `announce l2;`, or allow this and say who routes the addresses to the nodes"),
    );
}
