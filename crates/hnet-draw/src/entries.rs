//! The routes of gateways as pictures list them: what a client asks for, and where that leads.

use std::collections::{BTreeMap, BTreeSet};

use hnet_model::{Cluster, Gateway, GatewayId, HostName, HttpRoute, ListenerId, PathMatch};

use crate::scene::About;
use crate::survey::{counted, published, service_name};

/// A route as a gateway lists it: what a client asks for and where that leads.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) about: About,
    pub(crate) rows: Vec<(String, String)>,
}

/// How many routes the gateways of a cluster list one by one, all together. A longer list is nothing that a
/// person reads in a picture; the rest is one line of each gateway, with their number.
const LISTED: usize = 600;
/// How many routes a gateway lists at least, however many gateways there are.
const LISTED_BY_EACH: usize = 10;

/// How many routes each gateway of a cluster lists.
fn listed(cluster: &Cluster) -> usize {
    (LISTED / cluster.gateways.len().max(1)).max(LISTED_BY_EACH)
}

/// The routes of one gateway: the first ones, and how many more there are.
#[derive(Clone, Debug, Default)]
struct Listing {
    entries: Vec<Entry>,
    more: usize,
}

impl Listing {
    fn add(&mut self, limit: usize, entry: impl FnOnce() -> Option<Entry>) {
        if self.entries.len() < limit {
            self.entries.extend(entry());
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self, cluster: &Cluster, gateway: &Gateway, view: &[&str]) -> Vec<Entry> {
        if self.more > 0 {
            let words = format!("{} more", counted(self.more, "route"));
            let mut path = view.to_vec();
            path.extend([cluster.name.value.as_str(), gateway.namespace.value.as_str(), gateway.name.value.as_str()]);
            let about = About::new("more routes", &path, words.clone(), Some(gateway.span));
            self.entries.push(Entry { about, rows: vec![(words, "not listed here".to_owned())] });
        }
        self.entries
    }
}

/// The routes of each gateway of a cluster, in the source's order. Routes of `view` have ids of their own, for
/// pictures which list a gateway more than once.
pub(crate) fn entries(cluster: &Cluster, view: &[&str]) -> Vec<Vec<Entry>> {
    let limit = listed(cluster);
    let mut listings = vec![Listing::default(); cluster.gateways.len()];
    for route in &cluster.routes {
        let gateways: BTreeSet<GatewayId> = route.parents.iter().map(|parent| parent.value.gateway).collect();
        for GatewayId(at) in gateways {
            listings[at].add(limit, || entry(cluster, route, &cluster.gateways[at], view, &|_| true));
        }
    }
    let listings = listings.into_iter().zip(&cluster.gateways);
    listings.map(|(listing, gateway)| listing.finish(cluster, gateway, view)).collect()
}

/// The routes that each tunnel of a cluster leads to, by tunnel and gateway: those whose listener it publishes and
/// one of whose names it takes.
pub(crate) fn tunnel_entries(cluster: &Cluster) -> BTreeMap<(usize, GatewayId), Vec<Entry>> {
    let limit = listed(cluster);
    let published: Vec<_> = cluster.tunnels.iter().map(published).collect();
    let mut listeners: BTreeMap<GatewayId, BTreeMap<ListenerId, Vec<usize>>> = BTreeMap::new();
    let mut listings: BTreeMap<(usize, GatewayId), Listing> = BTreeMap::new();
    for (tunnel, published) in published.iter().enumerate() {
        for (gateway, listener) in published.keys() {
            listeners.entry(*gateway).or_default().entry(*listener).or_default().push(tunnel);
            listings.insert((tunnel, *gateway), Listing::default());
        }
    }
    for route in &cluster.routes {
        let mut ways: BTreeMap<(usize, GatewayId), BTreeSet<ListenerId>> = BTreeMap::new();
        for parent in &route.parents {
            let gateway = parent.value.gateway;
            for (listener, tunnels) in listeners.get(&gateway).into_iter().flatten() {
                if parent.value.listener.is_none_or(|only| only == *listener) {
                    for tunnel in tunnels {
                        ways.entry((*tunnel, gateway)).or_default().insert(*listener);
                    }
                }
            }
        }
        for ((tunnel, gateway), through) in ways {
            let takes = |name: &HostName| {
                through.iter().any(|listener| {
                    published[tunnel].get(&(gateway, *listener)).is_some_and(|names| names.takes(name.as_str()))
                })
            };
            let view = ["internet", cluster.tunnels[tunnel].name.value.as_str()];
            let listing = listings.entry((tunnel, gateway)).or_default();
            listing.add(limit, || entry(cluster, route, &cluster.gateways[gateway.0], &view, &takes));
        }
    }
    let finish = |((tunnel, gateway), listing): ((usize, GatewayId), Listing)| {
        let view = ["internet", cluster.tunnels[tunnel].name.value.as_str()];
        ((tunnel, gateway), listing.finish(cluster, &cluster.gateways[gateway.0], &view))
    };
    listings.into_iter().map(finish).collect()
}

/// A route as a line of a gateway, with those of its names that `keep` wants; none where it wants none.
fn entry(
    cluster: &Cluster,
    route: &HttpRoute,
    gateway: &Gateway,
    view: &[&str],
    keep: &dyn Fn(&HostName) -> bool,
) -> Option<Entry> {
    let names: Vec<&str> =
        route.hostnames.iter().map(|name| &name.value).filter(|name| keep(name)).map(HostName::as_str).collect();
    if names.is_empty() && !route.hostnames.is_empty() {
        return None;
    }
    let first_name = names.first().copied().unwrap_or("any name");
    let mut rows: Vec<(String, String)> = Vec::new();
    for (position, rule) in route.rules.iter().enumerate() {
        let path = rule.matches.first().and_then(|one| one.path.as_ref()).map(|path| match &path.value {
            PathMatch::Prefix(path) | PathMatch::Exact(path) => path.as_str(),
        });
        let to = match rule.backends.as_slice() {
            [] => "redirect".to_owned(),
            [only] => service_name(cluster, only.value.service),
            [first, rest @ ..] => format!("{} +{}", service_name(cluster, first.value.service), rest.len()),
        };
        rows.push((format!("{first_name}{}", path.filter(|path| *path != "/").unwrap_or_default()), to));
        if position == 0 {
            let to = rows[0].1.clone();
            rows.extend(names.iter().skip(1).map(|name| ((*name).to_owned(), to.clone())));
        }
    }
    let says = rows.iter().map(|(from, to)| format!("{from} to {to}")).collect::<Vec<_>>().join(", ");
    let name = route.name.value.as_str();
    let mut path = view.to_vec();
    path.extend([
        cluster.name.value.as_str(),
        gateway.namespace.value.as_str(),
        gateway.name.value.as_str(),
        route.namespace.value.as_str(),
        name,
    ]);
    Some(Entry { about: About::new("route", &path, name, Some(route.span)).saying(says), rows })
}
