//! How a request travels, from inside and from outside, with the names and addresses of a real route.

use hnet_model::{Gateway, GatewayId, HttpRoute, Listener, ListenerProtocol, Origin, Publish, PublishTarget, Service};

use super::Page;
use super::components::service_name;
use crate::markdown::mermaid::Diagram;
use crate::markdown::{Document, code, literal};

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    let inside = page.cluster.routes.iter().find_map(|route| inside(page, route));
    let outside = page.cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish).find_map(|one| outside(page, one));
    if inside.is_none() && outside.is_none() {
        return;
    }
    document.heading(2, &literal("How a request travels"), page.shape);
    if let Some((name, diagram, origin)) = inside {
        document.heading(3, &literal("From the local network"), origin);
        document.paragraph(&literal("A device asks for ").and(code(name)).and(literal(".")), origin);
        document.diagram(&diagram);
    }
    if let Some((name, diagram, origin)) = outside {
        document.heading(3, &literal("From the internet"), origin);
        document.paragraph(&literal("Somebody asks for ").and(code(name)).and(literal(".")), origin);
        document.diagram(&diagram);
    }
}

/// The service behind a route.
fn backend<'a>(page: &Page<'a>, route: &HttpRoute) -> Option<&'a Service> {
    let backend = route.rules.iter().flat_map(|rule| &rule.backends).next()?;
    page.cluster.services.get(backend.value.service.0)
}

/// The name that a route is asked for: its own, or one that its listener takes.
fn name(route: Option<&HttpRoute>, listener: Option<&Listener>) -> String {
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

/// Whether a tunnel publishes the gateway, which then is the way in from outside.
fn is_published(page: &Page<'_>, id: GatewayId) -> bool {
    let targets = page.cluster.tunnels.iter().flat_map(|tunnel| &tunnel.publish).map(|publish| publish.target.value);
    targets.into_iter().any(|target| matches!(target, PublishTarget::Listener(gateway, _) if gateway == id))
}

/// A route's own way in from the local network: a gateway that no tunnel publishes, if it has one.
fn inside(page: &Page<'_>, route: &HttpRoute) -> Option<(String, Diagram, Origin)> {
    let local = route.parents.iter().find(|parent| !is_published(page, parent.value.gateway));
    let parent = local.or(route.parents.first())?.value;
    let gateway = page.cluster.gateways.get(parent.gateway.0)?;
    let listener = parent.listener.map_or(gateway.listeners.first(), |listener| gateway.listeners.get(listener.0));
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
    let pod = diagram.actor("Pod", page.shape);
    diagram.request(client, resolver, &format!("{name}?"), origin);
    diagram.answer(resolver, client, &at, address_origin);
    let asks = format!("{} request for {name}", scheme(listener));
    diagram.request(client, way, &asks, listener.map_or(origin, |listener| Origin::written(listener.span)));
    diagram.request(way, behind, &format!("route {}", route.name.value), origin);
    diagram.request(behind, pod, "to one of its pods", page.shape);
    diagram.answer(pod, client, "response, the same way back", page.shape);
    Some((name, diagram, origin))
}

/// The first route that takes what is published at a listener.
fn taker<'a>(page: &Page<'a>, gateway: GatewayId, publish: &Publish) -> Option<&'a HttpRoute> {
    let here = |route: &&HttpRoute| route.parents.iter().any(|parent| parent.value.gateway == gateway);
    let mut routes = page.cluster.routes.iter().filter(here);
    let takes = |route: &&HttpRoute| {
        let asked = &publish.hostname.value;
        route.hostnames.iter().any(|name| asked.tunnel_takes(&name.value) || *asked == name.value)
    };
    routes.clone().find(takes).or_else(|| routes.next())
}

fn outside(page: &Page<'_>, publish: &Publish) -> Option<(String, Diagram, Origin)> {
    let origin = publish.hostname.origin;
    let (gateway, listener, route): (Option<&Gateway>, Option<&Listener>, Option<&HttpRoute>);
    let service = match publish.target.value {
        PublishTarget::Listener(id, at) => {
            let found = page.cluster.gateways.get(id.0)?;
            (gateway, listener, route) = (Some(found), found.listeners.get(at.0), taker(page, id, publish));
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
    let tunnel =
        page.cluster.tunnels.iter().find(|tunnel| tunnel.publish.iter().any(|one| std::ptr::eq(one, publish)))?;
    let connector = diagram.actor(&format!("Tunnel {}", tunnel.name.value), tunnel.name.origin);
    let way = gateway.map(|gateway| diagram.actor(&format!("Gateway {}", gateway.name.value), gateway.name.origin));
    let behind = service.map(|one| diagram.actor(&format!("Service {}", service_name(one)), one.name.origin));
    let pod = behind.map(|_| diagram.actor("Pod", page.shape));
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
        let by = route.map_or("HTTP request".to_owned(), |route| format!("route {}", route.name.value));
        diagram.request(last, behind, &by, route.map_or(origin, |route| Origin::written(route.span)));
        last = behind;
    }
    if let Some(pod) = pod {
        diagram.request(last, pod, "to one of its pods", page.shape);
        last = pod;
    }
    diagram.answer(last, client, "response, the same way back", page.shape);
    Some((name, diagram, origin))
}
