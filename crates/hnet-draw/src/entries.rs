//! The routes of gateways as pictures list them: what a client asks for, and where that leads.
//!
//! Start at [`entries`], all routes of each gateway, and [`tunnel_entries`], those that a tunnel leads to.

use hnet_model::{
    Cluster, Filter, Gateway, GatewayId, HostName, ListenerId, NOT_KNOWN, PublishTarget, Route, RouteKind,
};

use crate::scene::About;
use crate::survey::service_name;
use crate::words::{counted, joined};

/// A route as a gateway lists it: what a client asks for and where that leads.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) about: About,
    pub(crate) rows: Vec<(String, String)>,
    /// What it routes.
    pub(crate) kind: RouteKind,
}

/// The routes of a gateway, the first of them one by one.
#[derive(Default)]
pub(crate) struct Routes {
    pub(crate) entries: Vec<Entry>,
    /// How many there are.
    pub(crate) count: usize,
}

/// How many routes the gateways of a cluster list one by one, all together. A longer list is nothing that a
/// person reads in a picture; the rest is one line of each gateway, with their number.
const LISTED: usize = 144;
/// How many routes a gateway lists at most, so that it does not dwarf all else, and at least.
const LISTED_BY_EACH: (usize, usize) = (6, 48);
/// As many as a picture has room for.
pub(crate) const AS_MANY_AS_FIT: usize = usize::MAX;

/// The routes of one gateway, perhaps through one tunnel: the first ones, and how many more there are.
struct Listing<'a> {
    cluster: &'a Cluster,
    gateway: &'a Gateway,
    view: Vec<&'a str>,
    limit: usize,
    entries: Vec<Entry>,
    more: usize,
    /// The route that was added last, by its position.
    last: usize,
}

impl<'a> Listing<'a> {
    fn new(cluster: &'a Cluster, gateway: GatewayId, view: &[&'a str], most: usize) -> Listing<'a> {
        let (least, largest) = LISTED_BY_EACH;
        let limit = (LISTED / cluster.gateways.len().max(1)).clamp(least, largest).min(most);
        let gateway = &cluster.gateways[gateway.0];
        Listing { cluster, gateway, view: view.to_vec(), limit, entries: Vec::new(), more: 0, last: usize::MAX }
    }

    /// Adds a route by its position, once. `keep` says which of its names are meant; where it has names and none of
    /// them is, the route is not.
    fn add(&mut self, position: usize, route: &Route, keep: &dyn Fn(&HostName) -> bool) {
        let kept = || route.hostnames.iter().map(|name| &name.value).filter(|name| keep(name)).map(HostName::as_str);
        if self.last == position || (kept().next().is_none() && !route.hostnames.is_empty()) {
            return;
        }
        self.last = position;
        if self.entries.len() == self.limit {
            self.more += 1;
            return;
        }
        let rows = rows(self.cluster, route, &kept().collect::<Vec<_>>());
        let says = joined(rows.iter().map(|(from, to)| format!("{from} to {to}")));
        let name = route.name.value.as_str();
        let path = self.path(&[route.namespace.value.as_str(), name]);
        let about = About::new("route", &path, name, Some(route.span)).saying(&says);
        self.entries.push(Entry { about, rows, kind: route.kind.value });
    }

    fn path<'b>(&'b self, end: &[&'b str]) -> Vec<&'b str> {
        let Gateway { namespace, name, .. } = self.gateway;
        let gateway = [self.cluster.name.value.as_str(), namespace.value.as_str(), name.value.as_str()];
        [self.view.as_slice(), &gateway, end].concat()
    }

    fn finish(mut self) -> Routes {
        let count = self.entries.len() + self.more;
        if self.more > 0 {
            let words = counted(self.more, "more route");
            let about = About::new("more routes", &self.path(&[]), &words, Some(self.gateway.span));
            self.entries.push(Entry {
                about,
                rows: vec![(words, "not listed here".to_owned())],
                kind: RouteKind::Http,
            });
        }
        Routes { entries: self.entries, count }
    }
}

/// The routes of each gateway of a cluster, in the source's order, of which at most so many are listed. Routes of
/// `view` have ids of their own, for pictures which list a gateway more than once.
pub(crate) fn entries(cluster: &Cluster, view: &[&str], most: usize) -> Vec<Routes> {
    let mut listings: Vec<Listing<'_>> =
        (0..cluster.gateways.len()).map(|at| Listing::new(cluster, GatewayId(at), view, most)).collect();
    // Requests come before connections.
    let mut routes: Vec<(usize, &Route)> = cluster.routes.iter().enumerate().collect();
    routes.sort_by_key(|(_, route)| !route.kind.value.reads_requests());
    for (position, route) in routes {
        for parent in route.parents.iter().map(|parent| parent.value) {
            if cluster.gateways[parent.gateway.0].attached(parent, route).next().is_some() {
                listings[parent.gateway.0].add(position, route, &|_| true);
            }
        }
    }
    listings.into_iter().map(Listing::finish).collect()
}

/// A name that a tunnel leads to a listener; all names below it, where it is a wildcard.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Published<'a> {
    gateway: GatewayId,
    tunnel: usize,
    listener: ListenerId,
    wildcard: bool,
    name: &'a str,
}

/// What a tunnel leads to a gateway.
struct Way<'a, 'b> {
    /// In order.
    published: &'b [Published<'a>],
    /// The listeners among it, each once.
    listeners: Vec<ListenerId>,
    listing: Listing<'a>,
}

impl<'a, 'b> Way<'a, 'b> {
    fn new(cluster: &'a Cluster, published: &'b [Published<'a>], most: usize) -> Way<'a, 'b> {
        let Published { gateway, tunnel, .. } = published[0];
        let view = ["internet", cluster.tunnels[tunnel].name.value.as_str()];
        let mut listeners: Vec<ListenerId> = published.iter().map(|published| published.listener).collect();
        listeners.dedup();
        Way { published, listeners, listing: Listing::new(cluster, gateway, &view, most) }
    }

    fn gateway(&self) -> GatewayId {
        self.published[0].gateway
    }

    /// Adds a route, should it be reached this way, with those of its names that are taken.
    fn add(&mut self, position: usize, route: &Route) {
        let Published { gateway, tunnel, .. } = self.published[0];
        let way_in = self.listing.gateway;
        let reaches = |listener: &&ListenerId| {
            let mut parents = route.parents.iter().map(|parent| parent.value).filter(|it| it.gateway == gateway);
            parents.any(|parent| way_in.attached(parent, route).any(|taken| taken == **listener))
        };
        let through: Vec<ListenerId> = self.listeners.iter().filter(reaches).copied().collect();
        if through.is_empty() {
            return;
        }
        let published = self.published;
        let takes = |listener: ListenerId, wildcard: bool, name: &str| {
            published.binary_search(&Published { gateway, tunnel, listener, wildcard, name }).is_ok()
        };
        // A wildcard of cloudflared takes names of any depth.
        self.listing.add(position, route, &|name| {
            let name = name.as_str();
            through.iter().any(|listener| {
                takes(*listener, false, name)
                    || name.match_indices('.').any(|(dot, _)| takes(*listener, true, &name[dot + 1..]))
            })
        });
    }
}

/// The routes that the tunnels of a cluster lead to, by gateway and tunnel, in order.
pub(crate) struct Reached(Vec<(GatewayId, usize, Option<Routes>)>);

impl Reached {
    /// Takes the routes that a tunnel leads to at a gateway; none where they were taken before.
    pub(crate) fn take(&mut self, tunnel: usize, gateway: GatewayId) -> Option<Routes> {
        let at = self.0.partition_point(|(other, of, _)| (*other, *of) < (gateway, tunnel));
        self.0.get_mut(at)?.2.take()
    }
}

/// The routes that the tunnels of a cluster lead to: those whose listener a tunnel publishes and one of whose names
/// it takes. Of each gateway and tunnel at most so many are listed.
pub(crate) fn tunnel_entries(cluster: &Cluster, most: usize) -> Reached {
    let mut published: Vec<Published<'_>> = Vec::new();
    for (tunnel, of) in cluster.tunnels.iter().enumerate() {
        for publish in &of.publish {
            if let PublishTarget::Listener(gateway, listener) = publish.target.value {
                let (wildcard, name) = (publish.hostname.value.is_wildcard(), publish.hostname.value.base());
                published.push(Published { gateway, tunnel, listener, wildcard, name });
            }
        }
    }
    published.sort();
    let one_way =
        |one: &Published<'_>, other: &Published<'_>| (one.gateway, one.tunnel) == (other.gateway, other.tunnel);
    let mut ways: Vec<Way<'_, '_>> = published.chunk_by(one_way).map(|names| Way::new(cluster, names, most)).collect();
    for (position, route) in cluster.routes.iter().enumerate() {
        for parent in &route.parents {
            let gateway = parent.value.gateway;
            let first = ways.partition_point(|way| way.gateway() < gateway);
            for way in ways[first..].iter_mut().take_while(|way| way.gateway() == gateway) {
                way.add(position, route);
            }
        }
    }
    let reached = |way: Way<'_, '_>| (way.gateway(), way.published[0].tunnel, Some(way.listing.finish()));
    Reached(ways.into_iter().map(reached).collect())
}

/// What a client asks for that names no host: any, or a port.
fn without_name(cluster: &Cluster, route: &Route) -> String {
    let kind = route.kind.value;
    let mut taking = route.parents.iter().filter_map(|parent| {
        let gateway = &cluster.gateways[parent.value.gateway.0];
        gateway.attached(parent.value, route).next().map(|at| gateway.listeners[at.0].port.value)
    });
    match taking.next().filter(|_| !kind.has_hostnames()) {
        Some(port) => format!("{} {port}", kind.word()),
        None => "any name".to_owned(),
    }
}

/// What a client asks for, and where that leads: a row for each rule, and for each further name of the first one.
fn rows(cluster: &Cluster, route: &Route, names: &[&str]) -> Vec<(String, String)> {
    let asked = names.first().map_or_else(|| without_name(cluster, route), |name| (*name).to_owned());
    let mut rows: Vec<(String, String)> = Vec::new();
    for (position, rule) in route.rules.iter().enumerate() {
        let path = rule.matches.first().and_then(|one| one.path.as_ref()).map(|path| path.value.parts().1);
        let path = path.filter(|path| path.strip_prefix('/').is_none_or(|rest| !rest.starts_with(NOT_KNOWN)));
        let to = match rule.backends.as_slice() {
            [] if rule.filters.iter().any(|filter| matches!(filter.value, Filter::Redirect(_))) => {
                "redirect".to_owned()
            }
            [] => "the gateway".to_owned(),
            [only] => service_name(cluster, only.value.service),
            [first, rest @ ..] => format!("{} +{}", service_name(cluster, first.value.service), rest.len()),
        };
        rows.push((format!("{asked}{}", path.filter(|path| *path != "/").unwrap_or_default()), to));
        if position == 0 {
            let to = rows[0].1.clone();
            rows.extend(names.iter().skip(1).map(|name| ((*name).to_owned(), to.clone())));
        }
    }
    rows
}
