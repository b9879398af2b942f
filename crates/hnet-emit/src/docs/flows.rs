//! How a request travels, from inside and from outside, with the names and addresses of a real route.

use hnet_model::{
    Gateway, GatewayId, Listener, ListenerId, ListenerProtocol, Origin, Parent, Publish, PublishTarget, Route, Service,
    ServiceTarget, Tunnel,
};

use super::Page;
use super::components::service_name;
use crate::markdown::Document;
use crate::markdown::mermaid::{Actor, Diagram};

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    let is_local = |route: &&Route| route.parents.iter().any(|parent| !is_published(page, parent.value.gateway));
    let routes = || page.cluster.routes.iter().filter(|route| route.kind.value.reads_requests());
    let local = routes().find(is_local).and_then(|route| inside(page, route));
    let inside = local.or_else(|| routes().find_map(|route| inside(page, route)));
    let outside = example(page).and_then(|(tunnel, publish)| outside(page, tunnel, publish));
    if inside.is_none() && outside.is_none() {
        return;
    }
    document.heading(2, page.shape).literal("How a request travels");
    if let Some((name, diagram, origin)) = inside {
        document.heading(3, origin).literal("From the local network");
        document.paragraph(origin).literal("A device asks for ").code(&name).literal(".");
        document.diagram(&diagram);
    }
    if let Some((name, diagram, origin)) = outside {
        document.heading(3, origin).literal("From the internet");
        document.paragraph(origin).literal("Somebody asks for ").code(&name).literal(".");
        document.diagram(&diagram);
    }
}

/// The service behind a route.
fn backend<'a>(page: &Page<'a>, route: &Route) -> Option<&'a Service> {
    let backend = route.rules.iter().flat_map(|rule| &rule.backends).next()?;
    page.cluster.services.get(backend.value.service.0)
}

/// The name that a route is asked for: its own, or one that its listener takes.
fn name(route: Option<&Route>, listener: Option<&Listener>) -> String {
    let own = route.and_then(|route| route.hostnames.first()).map(|name| &name.value);
    match own.or(listener.and_then(|listener| listener.hostname.as_ref()).map(|name| &name.value)) {
        Some(name) if name.is_wildcard() => format!("app.{}", name.base()),
        Some(name) => name.to_string(),
        None => "the gateway".to_owned(),
    }
}

fn scheme(listener: Option<&Listener>) -> &'static str {
    match listener.map(|listener| listener.protocol.value) {
        Some(ListenerProtocol::Https | ListenerProtocol::Tls) => "HTTPS",
        _ => "HTTP",
    }
}

/// How a gateway passes a request on.
fn routed(route: &Route, service: &Service) -> String {
    let over = if service.speaks_tls() { " over TLS" } else { "" };
    format!("route {}{over}", route.name.value)
}

/// Whether a tunnel publishes the gateway, which then is the way in from outside.
fn is_published(page: &Page<'_>, id: GatewayId) -> bool {
    let targets = page.cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish).map(|publish| publish.target.value);
    targets.into_iter().any(|target| matches!(target, PublishTarget::Listener(gateway, _) if gateway == id))
}

/// A route's own way in from the local network: a gateway that no tunnel publishes, if it has one.
fn inside(page: &Page<'_>, route: &Route) -> Option<(String, Diagram, Origin)> {
    let taken =
        route.parents.iter().filter_map(|parent| Some((parent.value, takes(page, route, parent.value).next()?)));
    let local = taken.clone().find(|(parent, _)| !is_published(page, parent.gateway));
    let (parent, listener) = local.or(taken.clone().next())?;
    let gateway = page.cluster.gateways.get(parent.gateway.0)?;
    let listener = gateway.listeners.get(listener.0);
    let service = backend(page, route)?;
    let origin = Origin::written(route.span);
    let name = name(Some(route), listener);
    let mut diagram = Diagram::sequence(origin);
    let client = diagram.actor("Device", page.shape);
    let address = gateway.addresses.first();
    let at = address.map_or("the gateway's address".to_owned(), |address| address.value.to_string());
    let server = page.network.subnets.iter().flat_map(|subnet| &subnet.name_servers).next();
    let resolver = diagram.actor(
        &server.map_or("Name server".to_owned(), |server| format!("Name server {}", server.value)),
        server.map_or(page.shape, |server| server.origin),
    );
    let address_origin = address.map_or(page.shape, |address| address.origin);
    let way = diagram.actor(&format!("Gateway {} {at}", gateway.name.value), gateway.name.origin);
    let behind = diagram.actor(&format!("Service {}", service_name(service)), service.name.origin);
    let (last, onwards) = last_hop(page, service, &mut diagram);
    diagram.request(client, resolver, &format!("{name}?"), origin);
    diagram.answer(resolver, client, &at, address_origin);
    let asks = format!("{} request for {name}", scheme(listener));
    diagram.request(client, way, &asks, listener.map_or(origin, |listener| Origin::written(listener.span)));
    diagram.request(way, behind, &routed(route, service), origin);
    diagram.request(behind, last, onwards, page.shape);
    diagram.answer(last, client, "response, the same way back", page.shape);
    Some((name, diagram, origin))
}

/// The listeners that take a route by one of those that it names.
fn takes<'a>(page: &Page<'a>, route: &'a Route, parent: Parent) -> impl Iterator<Item = ListenerId> + use<'a> {
    let gateway = page.cluster.gateways.get(parent.gateway.0);
    gateway.into_iter().flat_map(move |gateway| gateway.attached(parent, route))
}

/// How many published names are looked at for one that a route takes.
const LOOKED_AT: usize = 32;

/// What a tunnel publishes and a request really reaches: a service, or a listener with a route behind it;
/// else the first that there is.
fn example<'a>(page: &Page<'a>) -> Option<(&'a Tunnel, &'a Publish)> {
    let published = page.cluster.tunnels.iter().flat_map(|tunnel| tunnel.publish.iter().map(move |one| (tunnel, one)));
    let arrives = |(_, publish): &(&Tunnel, &Publish)| match publish.target.value {
        PublishTarget::Listener(gateway, at) => taker(page, (gateway, at), publish).is_some(),
        PublishTarget::Service(_) => true,
    };
    published.clone().take(LOOKED_AT).find(arrives).or_else(|| published.clone().next())
}

/// The first route that takes what is published at a listener.
fn taker<'a>(page: &Page<'a>, (gateway, at): (GatewayId, ListenerId), publish: &Publish) -> Option<&'a Route> {
    let asked = &publish.hostname.value;
    page.cluster.routes.iter().find(|route| {
        let mut parents = route.parents.iter().map(|parent| parent.value).filter(|it| it.gateway == gateway);
        parents.any(|parent| takes(page, route, parent).any(|taken| taken == at))
            && route.hostnames.iter().any(|name| asked.tunnel_takes(&name.value) || name.value.listener_admits(asked))
            && route.rules.iter().any(|rule| !rule.backends.is_empty())
    })
}

/// What stands behind a service, as an actor.
fn last_hop(page: &Page<'_>, service: &Service, diagram: &mut Diagram) -> (Actor, &'static str) {
    match &service.target {
        ServiceTarget::Cluster => (diagram.actor("Pod", page.shape), "to one of its pods"),
        ServiceTarget::Host { host, addresses: _, port } => {
            let name = page.network.hosts.get(host.value.0).map(|host| host.name.value.to_string()).unwrap_or_default();
            (diagram.actor(&format!("Host {name} port {}", port.value), host.origin), "out of the cluster")
        }
    }
}

fn outside(page: &Page<'_>, tunnel: &Tunnel, publish: &Publish) -> Option<(String, Diagram, Origin)> {
    let origin = publish.hostname.origin;
    let (gateway, listener, route): (Option<&Gateway>, Option<&Listener>, Option<&Route>);
    let service = match publish.target.value {
        PublishTarget::Listener(id, at) => {
            let found = page.cluster.gateways.get(id.0)?;
            (gateway, listener, route) = (Some(found), found.listeners.get(at.0), taker(page, (id, at), publish));
            route.and_then(|route| backend(page, route))
        }
        PublishTarget::Service(id) => {
            (gateway, listener, route) = (None, None, None);
            page.cluster.services.get(id.0)
        }
    };
    let name = match &publish.hostname.value {
        concrete if !concrete.is_wildcard() => concrete.to_string(),
        wildcard => match route.and_then(|route| route.hostnames.first()) {
            Some(own) if wildcard.tunnel_takes(&own.value) => name(route, listener),
            _ => format!("app.{}", wildcard.base()),
        },
    };
    let mut diagram = Diagram::sequence(origin);
    let client = diagram.actor("Browser", page.shape);
    let cloudflare = diagram.actor("Cloudflare", page.shape);
    let connector = diagram.actor(&format!("Tunnel {}", tunnel.name.value), tunnel.name.origin);
    let way = gateway.map(|gateway| diagram.actor(&format!("Gateway {}", gateway.name.value), gateway.name.origin));
    let behind = service.map(|one| diagram.actor(&format!("Service {}", service_name(one)), one.name.origin));
    let hop = service.map(|one| last_hop(page, one, &mut diagram));
    diagram.request(client, cloudflare, &format!("{name}?"), origin);
    diagram.answer(cloudflare, client, "an address of Cloudflare", page.shape);
    diagram.request(client, cloudflare, &format!("HTTPS request for {name}"), origin);
    diagram.request(cloudflare, connector, "over the connection that cloudflared opened", tunnel.name.origin);
    let mut last = connector;
    if let Some(way) = way {
        diagram.request(last, way, &format!("{} request for {name}", scheme(listener)), publish.target.origin);
        last = way;
    }
    if let Some(behind) = behind {
        let by = match (route, service) {
            (Some(route), Some(service)) => routed(route, service),
            (_, Some(service)) if publish.speaks_tls_to(service) => "HTTPS request".to_owned(),
            _ => "HTTP request".to_owned(),
        };
        diagram.request(last, behind, &by, route.map_or(origin, |route| Origin::written(route.span)));
        last = behind;
    }
    if let Some((hop, onwards)) = hop {
        diagram.request(last, hop, onwards, page.shape);
        last = hop;
    }
    diagram.answer(last, client, "response, the same way back", page.shape);
    Some((name, diagram, origin))
}
