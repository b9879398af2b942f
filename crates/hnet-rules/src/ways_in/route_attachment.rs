//! A route must attach to what it names: a listener that carries what it routes, admits its namespace and takes its names.
//!
//! What two routes say about one listener is in `route_claims.rs`. Start at [`route_attaches`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes, nearest};
use hnet_model::{
    Cluster, Filter, Gateway, GatewayId, HostName, Listener, ListenerId, ListenerProtocol, Match, Parent, PathMatch,
    PathRewrite, PublishTarget, Reason, Route, RouteKind, RouteRule, Traced,
};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::attachment::{WaysIn, hostname};
use crate::facts::host_index::HostIndex;

/// Each parent of a route must take it, and each name must be taken by one of them.
pub(crate) fn route_attaches(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        let everywhere = Everywhere::new(ways.cluster);
        let mut refused = Refused::default();
        for route in &ways.cluster.routes {
            // What is lost of a route, or of what it attaches to, may be what it seems to lack.
            let attached = route.parents.iter().flat_map(|parent| ways.places(parent.value));
            if attached.chain([route.span]).all(|statement| facts.whole(statement)) {
                check_route(ways, &everywhere, route, &mut refused, out);
            }
        }
        refused.report(ways, out);
    }
}

/// The routes that a listener does not admit, or a gateway with none of its listeners: one `allow` is one mistake.
#[derive(Default)]
struct Refused<'a>(IndexMap<(GatewayId, Option<ListenerId>), Vec<Attempt<'a>>>);

/// A route, and where it asks.
type Attempt<'a> = (&'a Route, Span);

impl<'a> Refused<'a> {
    fn add(&mut self, at: (GatewayId, Option<ListenerId>), route: &'a Route, place: Span) {
        self.0.entry(at).or_default().push((route, place));
    }

    fn report(self, ways: &WaysIn<'_>, out: &mut Diagnostics) {
        for ((gateway, listener), mut routes) in self.0 {
            routes.sort_by_key(|(_, place)| *place);
            let described = ways.describe(gateway, listener);
            let decided = listener.map(|listener| ways.listener(gateway, listener).admits.span());
            let decided = decided.unwrap_or(place(ways, Parent { gateway, listener }));
            let (first, _) = routes[0];
            let namespace = &first.namespace.value;
            let same = routes.iter().all(|(route, _)| route.namespace.value == *namespace);
            let mut finding = Diagnostic::new(
                &codes::NAMESPACE_NOT_ADMITTED,
                match same {
                    true => format!("`{described}` does not admit routes of namespace `{namespace}`"),
                    false => format!("`{described}` does not admit {} routes", routes.len()),
                },
            );
            for (route, place) in routes.iter().take(MOST_ROUTES) {
                let said = format!("route `{}` is in namespace `{}`", route.name.value, route.namespace.value);
                finding = finding.label(*place, said);
            }
            finding = finding.label(decided, "the namespaces that may attach are decided here");
            let mut namespaces: Vec<&str> = routes.iter().map(|(route, _)| route.namespace.value.as_str()).collect();
            namespaces.sort_unstable();
            namespaces.dedup();
            let which = if listener.is_some() { "the listener" } else { "a listener of the gateway" };
            out.report(finding.help(format!("let {which} `allow {}` as well", namespaces.join(", "))));
        }
    }
}

/// The most routes that a message points to.
const MOST_ROUTES: usize = 3;

/// All listeners of a cluster that speak HTTP, by their names.
struct Everywhere<'a> {
    places: Vec<(GatewayId, ListenerId)>,
    /// Those that tunnels lead to.
    published: IndexSet<(GatewayId, ListenerId)>,
    names: HostIndex<'a>,
}

impl<'a> Everywhere<'a> {
    fn new(cluster: &'a Cluster) -> Self {
        let mut gateways: Vec<(usize, &Gateway)> = cluster.gateways.iter().enumerate().collect();
        // Of several that take a name the first in the source is named.
        gateways.sort_by_key(|(_, gateway)| gateway.span);
        let (mut places, mut names) = (Vec::new(), Vec::new());
        for (gateway_at, gateway) in gateways {
            for (at, listener) in gateway.listeners.iter().enumerate().filter(|(_, listener)| listener.speaks_http()) {
                names.push((hostname(listener), places.len()));
                places.push((GatewayId(gateway_at), ListenerId(at)));
            }
        }
        let publishes = cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish);
        let published = publishes.filter_map(|publish| match publish.target.value {
            PublishTarget::Listener(gateway, listener) => Some((gateway, listener)),
            PublishTarget::Service(_) => None,
        });
        Everywhere { places, published: published.collect(), names: HostIndex::new(names) }
    }

    /// The first listener that would take a name of a route and let nobody in who does not reach the route's own
    /// gateways: another gateway may be the one that the internet reaches.
    fn first_to_take(&self, ways: &WaysIn<'_>, route: &Route, name: &HostName) -> Option<(GatewayId, ListenerId)> {
        let is_published = |parent: &Traced<Parent>| {
            let Parent { gateway, listener } = parent.value;
            self.published.iter().any(|(at, one)| *at == gateway && listener.is_none_or(|only| only == *one))
        };
        let public = route.parents.iter().any(is_published);
        let places = self.names.meeting(name).into_iter().take(MOST_OFFERED).map(|at| self.places[at]);
        let mut beside = places.filter(|(gateway, _)| route.parents.iter().any(|one| one.value.gateway == *gateway));
        beside.find(|(gateway, listener)| {
            let parent = Parent { gateway: *gateway, listener: Some(*listener) };
            ways.admits(parent, route) && (public || !self.published.contains(&(*gateway, *listener)))
        })
    }
}

/// How many listeners are looked at for one that can be offered.
const MOST_OFFERED: usize = 64;

fn check_route<'a>(
    ways: &WaysIn<'a>,
    everywhere: &Everywhere<'_>,
    route: &'a Route,
    shut: &mut Refused<'a>,
    out: &mut Diagnostics,
) {
    // Where a parent refuses the route as a whole, its names are not the trouble.
    let mut refused = false;
    for parent in &route.parents {
        let described = || ways.describe(parent.value.gateway, parent.value.listener);
        if !ways.carries(parent.value, route.kind.value) {
            refused = true;
            out.report(not_carried(ways, route, parent, &described()));
        } else if !ways.admits(parent.value, route) {
            refused = true;
            shut.add((parent.value.gateway, parent.value.listener), route, parent.span());
        }
    }
    if !refused {
        check_names(ways, everywhere, route, shut, out);
    }
}

/// What a listener does not carry does not attach to it.
fn not_carried(ways: &WaysIn<'_>, route: &Route, parent: &Traced<Parent>, described: &str) -> Diagnostic {
    let (kind, listener) = (route.kind.value, ways.named(parent.value).first());
    let protocol = listener.map_or(ListenerProtocol::Http, |listener| listener.protocol.value);
    let why = match protocol {
        ListenerProtocol::Tls if kind.reads_requests() => {
            format!("what is TLS here is not opened, so there is no {} to route", kind.carries())
        }
        ListenerProtocol::Tls => "TLS is passed on here, to which a TLSRoute attaches".to_owned(),
        protocol => format!("this speaks {}", protocol.name()),
    };
    let wanted = match kind {
        RouteKind::Http | RouteKind::Grpc => "`http` or `https`",
        RouteKind::Tls => "`tls`",
        RouteKind::Tcp => "`tcp`, or `tls` that ends there",
        RouteKind::Udp => "`udp`",
    };
    let finding =
        Diagnostic::new(&codes::ROUTE_ON_TLS_LISTENER, format!("`{described}` takes no {} routes", kind.carries()))
            .label(parent.span(), format!("route `{}` is a route of {}", route.name.value, kind.carries()))
            .label(place(ways, parent.value), why);
    finding.help(match listener.map(Listener::usual_kind).filter(|_| route.kind.origin.reason == Reason::Written) {
        Some(usual) => format!("name a listener whose protocol is {wanted}, or write `kind {}`", usual.word()),
        None => format!("name a listener whose protocol is {wanted}"),
    })
}

fn check_names<'a>(
    ways: &WaysIn<'a>,
    everywhere: &Everywhere<'_>,
    route: &'a Route,
    shut: &mut Refused<'a>,
    out: &mut Diagnostics,
) {
    let mut used = vec![route.hostnames.is_empty(); route.parents.len()];
    let mut reported = false;
    for hostname in &route.hostnames {
        let mut taken = false;
        for (parent, used) in route.parents.iter().zip(&mut used) {
            if !ways.attached(route, parent.value, Some(&hostname.value)).is_empty() {
                (taken, *used) = (true, true);
            }
        }
        if taken {
            continue;
        }
        reported = true;
        // A listener that takes the name and not the namespace is the cause; but not one for plain HTTP and all names,
        // which only redirects to one for HTTPS.
        let admits =
            |gateway: GatewayId, listener: ListenerId| ways.admits(Parent { gateway, listener: Some(listener) }, route);
        let speaks = |gateway: GatewayId, listener: ListenerId, protocol: ListenerProtocol| {
            ways.listener(gateway, listener).protocol.value == protocol
        };
        let is_open_for_tls = listeners_of_route(ways, route).any(|(gateway, listener, _)| {
            admits(gateway, listener) && speaks(gateway, listener, ListenerProtocol::Https)
        });
        let closed = listeners_of_route(ways, route).find(|(gateway, listener, takes)| {
            let redirects = takes.is_none() && is_open_for_tls && speaks(*gateway, *listener, ListenerProtocol::Http);
            takes.is_none_or(|taken| taken.may_admit(&hostname.value)) && !admits(*gateway, *listener) && !redirects
        });
        match closed {
            Some((gateway, listener, _)) => shut.add((gateway, Some(listener)), route, hostname.span()),
            None => {
                out.report(name_not_taken(ways, everywhere, route, hostname));
            }
        }
    }
    if reported {
        return;
    }
    for (parent, _) in route.parents.iter().zip(&used).filter(|(_, used)| !**used) {
        let described = ways.describe(parent.value.gateway, parent.value.listener);
        out.report(
            Diagnostic::new(
                &codes::NO_LISTENER_TAKES_NAME,
                format!("`{described}` takes no name of route `{}`", route.name.value),
            )
            .label(parent.span(), "the route does not attach here")
            .label(place(ways, parent.value), taken_names(ways, parent.value, route.kind.value))
            .help("leave this parent out, or give the listener a host name that the route has"),
        );
    }
}

/// A name of a route that none of its parents takes.
fn name_not_taken(
    ways: &WaysIn<'_>,
    everywhere: &Everywhere<'_>,
    route: &Route,
    hostname: &Traced<HostName>,
) -> Diagnostic {
    let name = &hostname.value;
    let listeners = || route.parents.iter().flat_map(|parent| listeners_of(ways, parent.value, route.kind.value));
    let apex = listeners().find(|(_, _, taken)| taken.value.is_wildcard() && taken.value.base() == name.as_str());
    if let Some((gateway, listener, wildcard)) = apex {
        return Diagnostic::new(&codes::APEX_UNDER_WILDCARD, format!("`{}` does not take `{name}`", wildcard.value))
            .label(hostname.span(), "the name itself, without a label before it")
            .label(
                wildcard.span(),
                format!("the wildcard of `{}` takes what is below the name", ways.describe(gateway, Some(listener))),
            )
            .help(format!(
                "give gateway `{}` a second listener with `hostname {name}`, and the certificate the name",
                ways.gateway(gateway).name.value
            ));
    }
    let mut finding =
        Diagnostic::new(&codes::NO_LISTENER_TAKES_NAME, format!("no listener of the route takes `{name}`"))
            .label(hostname.span(), format!("route `{}` asks for it", route.name.value));
    for (gateway, listener, taken) in listeners().take(3) {
        let described = ways.describe(gateway, Some(listener));
        finding = finding.label(taken.span(), format!("`{described}` takes `{}`", taken.value));
    }
    if let Some((gateway, listener)) = everywhere.first_to_take(ways, route, name) {
        let other = ways.describe(gateway, Some(listener));
        let finding = finding.help(format!("`{other}` takes it: write `through {other}`"));
        return match &route.parents[..] {
            // A listener that takes all names is not meant by a name's spelling.
            [only] if ways.listener(gateway, listener).hostname.is_some() => {
                finding.fix(format!("go through `{other}`"), only.span(), other)
            }
            _ => finding,
        };
    }
    // Of many listeners the first are enough to find a slip in the name.
    let bases: Vec<&str> = listeners().take(64).map(|(_, _, taken)| taken.value.base()).collect();
    let slip = name.as_str().split_once('.').and_then(|(first, parent)| Some((first, nearest(parent, bases)?)));
    let slip = slip.filter(|(first, base)| name.as_str() != format!("{first}.{base}"));
    match slip {
        Some((first, base)) => finding.help(format!("did you mean `{first}.{base}`?")).fix(
            format!("write `{first}.{base}`"),
            hostname.span(),
            format!("{first}.{base}"),
        ),
        None => finding.help("give a listener this host name, or a wildcard above it"),
    }
}

/// The listeners for HTTP that a route names, alone or by their gateway, with their host names.
fn listeners_of_route<'a>(
    ways: &WaysIn<'a>,
    route: &'a Route,
) -> impl Iterator<Item = (GatewayId, ListenerId, Option<&'a HostName>)> {
    let kind = route.kind.value;
    route.parents.iter().flat_map(move |parent| {
        let Parent { gateway, listener: only } = parent.value;
        let listeners = ways.gateway(gateway).listeners.iter().enumerate();
        let named = listeners.filter(move |(at, one)| only.is_none_or(|only| only.0 == *at) && one.carries(kind));
        named.map(move |(at, one)| (gateway, ListenerId(at), hostname(one)))
    })
}

/// The listeners of a parent that have a host name.
fn listeners_of<'a>(
    ways: &WaysIn<'a>,
    parent: Parent,
    kind: RouteKind,
) -> impl Iterator<Item = (GatewayId, ListenerId, &'a Traced<HostName>)> {
    ways.gateway(parent.gateway)
        .listeners
        .iter()
        .enumerate()
        .filter(move |(at, listener)| parent.listener.is_none_or(|only| only.0 == *at) && listener.carries(kind))
        .filter_map(move |(at, listener)| Some((parent.gateway, ListenerId(at), listener.hostname.as_ref()?)))
}

fn taken_names(ways: &WaysIn<'_>, parent: Parent, kind: RouteKind) -> String {
    let names: Vec<String> =
        listeners_of(ways, parent, kind).take(3).map(|(_, _, taken)| format!("`{}`", taken.value)).collect();
    format!("it takes {}", names.join(", "))
}

fn place(ways: &WaysIn<'_>, parent: Parent) -> Span {
    match parent.listener {
        Some(listener) => {
            let listener = ways.listener(parent.gateway, listener);
            listener.hostname.as_ref().map_or(listener.name.span(), |hostname| hostname.span())
        }
        None => ways.gateway(parent.gateway).name.span(),
    }
}

/// The redirect to HTTPS of a rule which takes the paths that it sends clients to, and the host where it names one.
pub(crate) fn redirect_to_itself(rule: &RouteRule) -> Option<(&Traced<Filter>, Option<&HostName>)> {
    rule.filters.iter().find_map(|filter| {
        let Filter::Redirect(redirect) = &filter.value else { return None };
        if !redirect.is_https() || redirect.port.is_some() {
            return None;
        }
        let stays = match (redirect.path.as_ref().map(|path| &path.value), &rule.matches[..]) {
            (None, _) | (Some(PathRewrite::Prefix(_)), []) => true,
            (Some(PathRewrite::Prefix(to)), [Match { path, .. }]) => match path.as_ref().map(|path| &path.value) {
                Some(PathMatch::Prefix(from)) => is_below(to, from),
                Some(PathMatch::Exact(_) | PathMatch::Regex(_)) => false,
                None => true,
            },
            // Which of the paths is replaced is not said, and that is reported.
            (Some(PathRewrite::Prefix(_)), _) => false,
            (Some(PathRewrite::Full(_)), []) => true,
            (Some(PathRewrite::Full(to)), matches) => {
                matches.iter().any(|one| match one.path.as_ref().map(|it| &it.value) {
                    Some(PathMatch::Prefix(from)) => is_below(to, from),
                    Some(PathMatch::Exact(from)) => to == from,
                    Some(PathMatch::Regex(_)) => false,
                    None => true,
                })
            }
        };
        stays.then(|| (filter, redirect.host.as_ref().map(|host| &host.value)))
    })
}

/// Whether a path starts with the elements of a prefix.
fn is_below(path: &str, prefix: &str) -> bool {
    let rest = path.strip_prefix(prefix.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A redirect to HTTPS must not be bound where HTTPS arrives.
pub(crate) fn redirect_loops(facts: &Facts<'_>, out: &mut Diagnostics) {
    for ways in &facts.ways {
        // One that lost something may redirect elsewhere.
        for route in ways.cluster.routes.iter().filter(|route| facts.whole(route.span)) {
            // A redirect of some paths answers on HTTPS too, but only for those; it loops all the same.
            let redirect = route.rules.iter().find_map(redirect_to_itself);
            let Some((redirect, host)) = redirect else { continue };
            for parent in &route.parents {
                let names = route.hostnames.iter().map(|hostname| Some(&hostname.value));
                let names = names.chain(route.hostnames.is_empty().then_some(None));
                // Who is sent to another host may well find another route there.
                let names = names.filter(|name| host.is_none() || *name == host);
                let secure = names.flat_map(|name| ways.attached(route, parent.value, name)).find(|listener| {
                    ways.listener(parent.value.gateway, *listener).protocol.value == ListenerProtocol::Https
                });
                let Some(secure) = secure else { continue };
                let listener = ways.listener(parent.value.gateway, secure);
                let finding = Diagnostic::new(
                    &codes::REDIRECT_LOOP,
                    format!("route `{}` redirects HTTPS to HTTPS", route.name.value),
                )
                .label(
                    parent.span(),
                    format!("requests arrive through `{}`", ways.describe(parent.value.gateway, Some(secure))),
                )
                .label(redirect.span(), "and are sent to where they came from")
                .label(listener.protocol.span(), "this listener speaks HTTPS");
                let plain = ways
                    .gateway(parent.value.gateway)
                    .listeners
                    .iter()
                    .position(|listener| listener.protocol.value == ListenerProtocol::Http);
                out.report(match plain {
                    Some(at) => {
                        let plain = ways.describe(parent.value.gateway, Some(ListenerId(at)));
                        finding.help(format!("bind the redirect to the listener for HTTP: `through {plain}`")).fix(
                            format!("write `{plain}`"),
                            parent.span(),
                            plain,
                        )
                    }
                    None => finding.help("bind the redirect to a listener for HTTP: `listener http port 80;`"),
                });
            }
        }
    }
}

/// Several parents of a route that are one gateway must each name another listener of it.
pub(crate) fn parent_repeated(facts: &Facts<'_>, out: &mut Diagnostics) {
    for route in facts.network.clusters.iter().flat_map(|cluster| &cluster.routes) {
        // Most have one parent, which meets no other.
        if route.parents.len() < 2 {
            continue;
        }
        let mut first_of: IndexMap<GatewayId, &Traced<Parent>> = IndexMap::new();
        let mut named: IndexMap<(GatewayId, Option<ListenerId>), &Traced<Parent>> = IndexMap::new();
        for parent in &route.parents {
            let Parent { gateway, listener } = parent.value;
            let first_of_gateway = claim(&mut first_of, gateway, parent).copied();
            let same = claim(&mut named, (gateway, listener), parent).copied();
            let first = same.or_else(|| match listener {
                None => first_of_gateway,
                Some(_) => named.get(&(gateway, None)).copied(),
            });
            let Some(first) = first else { continue };
            out.report(
                Diagnostic::new(
                    &codes::PARENT_REPEATED,
                    format!("route `{}` goes through one gateway twice", route.name.value),
                )
                .label(parent.span(), "this is taken already")
                .label(first.span(), "by this")
                .help("leave one out: a gateway without a listener means all its listeners"),
            );
        }
    }
}
