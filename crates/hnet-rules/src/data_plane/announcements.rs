//! Who announces the addresses of a pool: its own policy, and nobody else's.
//!
//! Cilium's policies select services, not pools: one without namespaces is for every service. Where the addresses lie
//! and which interfaces there are is judged in `data_plane.rs`.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Announce, Pool};
use indexmap::IndexMap;

use crate::data_plane::cilium::{wire_of, wires};
use crate::facts::Facts;
use hnet_model::in_source_order;

/// How many policies a pool is compared with: those of other pools mostly say the same.
const COMPARED: usize = 8;

/// Each pool is announced, and only as it says.
pub(crate) fn announcements(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| cluster.cilium.is_some()) {
        let pools = in_source_order(&cluster.pools, |pool| pool.span);
        let mut for_all: Vec<&Pool> = Vec::new();
        let mut of_namespace: IndexMap<&str, Vec<&Pool>> = IndexMap::new();
        for pool in pools.iter().copied().filter(|pool| pool.announce.is_some()) {
            if pool.namespaces.is_empty() {
                keep(pool, &mut for_all);
            }
            for namespace in &pool.namespaces {
                keep(pool, of_namespace.entry(namespace.value.as_str()).or_default());
            }
        }
        // Elsewhere nobody asks the nodes: something routes the addresses to them. What is not known is none.
        let wires = wires(facts.network, cluster, false);
        let is_asked_for = |pool: &Pool| {
            let wires = wires.as_ref()?;
            Some(pool.ranges.iter().any(|range| wire_of(wires, range.value.first).is_some()))
        };
        for pool in pools.iter().copied().filter(|pool| facts.whole(pool.span)) {
            let of_namespaces = pool.namespaces.iter().filter_map(|name| of_namespace.get(name.value.as_str()));
            let mut others = of_namespaces.flatten().chain(&for_all);
            match others.find(|other| !std::ptr::eq(**other, pool) && !covers(pool, other)) {
                Some(other) if is_asked_for(pool) != Some(false) => announced_by(other, pool, out),
                None if pool.announce.is_none() && is_asked_for(pool) == Some(true) => not_announced(pool, out),
                _ => {}
            }
        }
    }
}

/// Keeps one pool of each way of announcing, as many as are compared.
fn keep<'a>(pool: &'a Pool, kept: &mut Vec<&'a Pool>) {
    if kept.len() < COMPARED && !kept.iter().any(|other| covers(other, pool) && covers(pool, other)) {
        kept.push(pool);
    }
}

/// Whether a pool is announced everywhere that another is.
fn covers(pool: &Pool, other: &Pool) -> bool {
    let way = |pool: &Pool| {
        pool.announce.as_ref().map(|announce| {
            let Announce::Layer2 { interfaces, workers_only } = &announce.value;
            let names: Vec<String> = interfaces.iter().map(|pattern| pattern.value.clone()).collect();
            (names, *workers_only)
        })
    };
    match (way(pool), way(other)) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some((here, only)), Some((there, there_only))) => {
            (!only || there_only)
                && (here.is_empty() || !there.is_empty() && there.iter().all(|name| here.contains(name)))
        }
    }
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
    let name = &pool.name.value;
    out.report(
        Diagnostic::new(&codes::POOL_NOT_ANNOUNCED, format!("nothing announces the addresses of pool `{name}`"))
            .label(pool.name.span(), "they lie on the nodes' wire, where no node answers ARP or NDP for them")
            .help("write `announce l2;`, or allow this and say who routes the addresses to the nodes"),
    );
}
