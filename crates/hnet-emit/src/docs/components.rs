//! What runs in the cluster, and the ways in: gateways, routes, certificates, tunnels, names.

use hnet_model::{
    Admission, Announce, Announcer, Announcers, Certificate, Gateway, Listener, Origin, Owned, Pool, PublishTarget,
    Route, Service, ServiceTarget, Traced, Tunnel, Wires,
};

use super::Page;
use crate::component::{Rows, Thing};
use crate::components;
use crate::markdown::{Document, paragraphs};
use crate::networking::handed_over;

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    components(page, document);
    pools(page, document);
    sessions(page, document);
    gateways(page, document);
    certificates(page, document);
    routes(page, document);
    tunnels(page, document);
    names(page, document);
}

fn components(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let mut rows = Rows::new(document, page.shape);
    for component in components::in_order() {
        let places = components::places(page.context, cluster, component);
        let main = component.holds(cluster).first().map(|thing| thing.part);
        let is_main = |things: &Vec<Thing>| things.iter().any(|thing| Some(thing.part) == main);
        let place = places.iter().find(|(_, things)| is_main(things)).map(|(place, _)| place);
        rows.written_to(place.map(|(path, is_folder)| format!("{path}{}", if *is_folder { "/" } else { "" })));
        component.rows(cluster, &mut rows);
    }
    if let Some(gitops) = &cluster.gitops {
        let row = rows.row(gitops.called(), Origin::written(gitops.span)).literal("syncs this network");
        if let Some(argo) = gitops.argo_cd() {
            row.literal(", project ").code_of(&argo.project.value);
        }
        row.cell().cell();
        if let Some(path) = handed_over(page.context, cluster) {
            row.code(&path);
        }
    }
}

fn pools(page: &Page<'_>, document: &mut Document) {
    let pools = &page.cluster.pools;
    if pools.is_empty() {
        return;
    }
    document.heading(3, page.shape).literal("Load balancer addresses");
    document.table(&["Pool", "Addresses", "For", "Announced"]);
    let wires = Wires::new(page.context.network, page.cluster);
    for pool in pools {
        document.row(pool.name.origin).cell().code(pool.name.value.as_str());
        mark(pool, document);
        document.cell();
        document.codes(pool.ranges.iter().map(|range| range.value)).cell();
        if pool.namespaces.is_empty() {
            document.literal("all namespaces");
        }
        document.codes(pool.namespaces.iter().map(|name| &name.value)).cell();
        announced(pool, &wires.announcers(pool), document);
    }
}

/// Who tells which routers.
fn sessions(page: &Page<'_>, document: &mut Document) {
    if page.cluster.bgp.is_empty() {
        return;
    }
    document.heading(3, page.shape).literal("Sessions of BGP");
    document.table(&["Session", "AS of the nodes", "Peer", "Address", "AS"]);
    for bgp in &page.cluster.bgp {
        for peer in &bgp.peers {
            document.row(peer.name.origin).cell().code(bgp.name.value.as_str());
            mark(bgp, document);
            document.cell();
            bgp.as_number.iter().for_each(|number| {
                document.text(&number.value.to_string());
            });
            document.cell().code(peer.name.value.as_str());
            document.cell().codes(peer.address.as_ref().map(|address| &address.value));
            document.cell();
            peer.as_number.iter().for_each(|number| {
                document.text(&number.value.to_string());
            });
        }
    }
}

/// Says of what exists that it does, behind its name.
fn mark(thing: &impl Owned, document: &mut Document) {
    if thing.is_existing() {
        document.literal(" (existing)");
    }
}

/// Who announces a pool's addresses.
fn announced(pool: &Pool, announcers: &Announcers<'_>, document: &mut Document) {
    let said = pool.announcers();
    let named = |announcer: &Traced<Announcer>| matches!(announcer.value, Announcer::Node(_));
    let is = |kind: Announcer| said.iter().any(|announcer| announcer.value == kind);
    let all = said.is_empty() || is(Announcer::All);
    match pool.announce.as_ref().map(|announce| &announce.value) {
        None if pool.is_existing() => document.literal("not said"),
        None => document.literal("by something else"),
        Some(Announce::Layer2(_)) if announcers.must_be_named() || !all && said.iter().any(named) => {
            let names = announcers.on.iter().map(|node| &node.name.value);
            document.literal("by ").codes(names).literal(" over ARP and NDP")
        }
        Some(Announce::Layer2(_)) if all => document.literal("by the nodes over ARP and NDP"),
        Some(Announce::Layer2(_)) => document.literal("by the workers over ARP and NDP"),
        Some(Announce::Bgp) => document.literal("to routers over BGP"),
    };
}

fn gateways(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    if cluster.gateways.is_empty() {
        return;
    }
    document.heading(2, page.shape).literal("Gateways");
    document.table(&["Gateway", "Address", "Listener", "Host names", "Certificate", "Routes from"]);
    for gateway in &cluster.gateways {
        gateway.listeners.iter().for_each(|it| listener(&cluster.certificates, gateway, it, document));
    }
    for gateway in &cluster.gateways {
        document.doc_of(gateway.name.value.as_str(), gateway.doc.as_deref(), Origin::written(gateway.span));
    }
}

fn certificates(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    if cluster.certificates.is_empty() {
        return issuers(page, document);
    }
    document.heading(if cluster.gateways.is_empty() { 2 } else { 3 }, page.shape).literal("Certificates");
    document.table(&["Certificate and secret", "Covers", "Issuer"]);
    for certificate in &cluster.certificates {
        document.row(Origin::written(certificate.span)).cell();
        document.code_of(&format_args!("{}/{}", certificate.namespace.value, certificate.name.value));
        mark(certificate, document);
        document.cell();
        document.codes(certificate.names.iter().map(|name| &name.value)).cell();
        match certificate.issuer.and_then(|issuer| cluster.issuers.get(issuer.value.0)) {
            Some(issuer) => document.code(issuer.name.value.as_str()),
            None => document.literal("made elsewhere"),
        };
    }
    issuers(page, document);
}

/// Who issues certificates, as far as it is known how.
fn issuers(page: &Page<'_>, document: &mut Document) {
    let told = || page.cluster.issuers.iter().filter_map(|issuer| Some((issuer, issuer.settings.as_ref()?)));
    if told().next().is_none() {
        return;
    }
    document.table(&["Issuer", "Of", "How", "For"]);
    for (issuer, settings) in told() {
        document.row(Origin::written(issuer.span)).cell().code(issuer.name.value.as_str());
        mark(issuer, document);
        document.cell();
        match &issuer.namespace {
            Some(namespace) => document.code(namespace.value.as_str()),
            None => document.literal("the whole cluster"),
        };
        document.cell();
        let text = |path: &str| settings.value.at(path).and_then(|said| said.value.text());
        if let Some(server) = text("acme.server") {
            document.literal("ACME, ").code(server);
        } else if let Some(secret) = text("ca.secretName") {
            document.literal("the authority in the Secret ").code(secret);
        } else {
            document.literal("each certificate signs itself");
        }
        document.cell();
        let solvers = settings.value.at("acme.solvers").map(|solvers| solvers.value.items()).unwrap_or_default();
        let selected = |path: &'static str| solvers.iter().filter_map(move |solver| solver.value.at(path));
        let names = selected("selector.dnsZones").chain(selected("selector.dnsNames"));
        document.codes(names.flat_map(|list| list.value.items()).filter_map(|name| name.value.text()));
    }
}

fn listener(certificates: &[Certificate], gateway: &Gateway, listener: &Listener, document: &mut Document) {
    document.row(Origin::written(listener.span)).cell();
    document.code_of(&format_args!("{}/{}", gateway.namespace.value, gateway.name.value));
    mark(gateway, document);
    document.cell();
    if gateway.addresses.is_empty() && gateway.is_existing() {
        document.literal("not said");
    } else if gateway.addresses.is_empty() {
        document.literal("from the pool");
    }
    document.codes(gateway.addresses.iter().map(|address| &address.value)).cell();
    // What nobody says of one that exists is not known.
    if gateway.is_existing() && (listener.span == gateway.span || listener.port.value == 0) {
        document.literal("not said").cell();
    } else {
        document.code(listener.name.value.as_str()).literal(": ").literal(listener.protocol.value.name());
        document.literal(" ").text(&listener.port.value.to_string()).cell();
    }
    match &listener.hostname {
        Some(name) => document.code(name.value.as_str()),
        None if listener.protocol.value.has_names() => document.literal("all"),
        None => document,
    };
    document.cell();
    match &listener.tls {
        Some(tls) if tls.passthrough => document.literal("passed on unopened"),
        tls => {
            let presented = tls.iter().flat_map(|tls| &tls.certificates).filter_map(|id| certificates.get(id.value.0));
            document.codes(presented.map(|certificate| &certificate.name.value))
        }
    };
    document.cell();
    match &listener.admits.value {
        Admission::All => document.literal("all namespaces"),
        Admission::Same => document.code(gateway.namespace.value.as_str()),
        Admission::Namespaces(names) => document.codes(names),
    };
}

/// A service as people point at it.
pub(super) fn service_name(service: &Service) -> String {
    service.written()
}

fn service(page: &Page<'_>, service: &Service, document: &mut Document) {
    document.code(&service_name(service));
    mark(service, document);
    if let ServiceTarget::Host { host, addresses: _, port } = &service.target {
        document.literal(" on ");
        if let Some(host) = page.network.hosts.get(host.value.0) {
            document.code_of(&format_args!("{}:{}", host.name.value, port.value));
        }
    }
}

fn through(page: &Page<'_>, route: &Route, document: &mut Document) {
    let known = route.parents.iter().filter_map(|parent| {
        let gateway = page.cluster.gateways.get(parent.value.gateway.0)?;
        Some((gateway, parent.value.listener.and_then(|listener| gateway.listeners.get(listener.0))))
    });
    for (at, (gateway, listener)) in known.enumerate() {
        document.comma(at);
        match listener {
            Some(listener) => document.code_of(&format_args!("{}/{}", gateway.name.value, listener.name.value)),
            None => document.code(gateway.name.value.as_str()),
        };
    }
}

fn routes(page: &Page<'_>, document: &mut Document) {
    let routes = &page.cluster.routes;
    if routes.is_empty() {
        return;
    }
    document.heading(2, page.shape).literal("Routes");
    document.table(&["Host name", "Through", "Route", "To", ""]);
    for route in routes {
        document.row(Origin::written(route.span)).cell();
        if route.hostnames.is_empty() {
            let kind = route.kind.value;
            document.literal(if kind.has_hostnames() { "its listeners'" } else { kind.carries() });
        }
        document.codes(route.hostnames.iter().map(|name| &name.value)).cell();
        through(page, route, document);
        document.cell().code_of(&format_args!("{}/{}", route.namespace.value, route.name.value));
        mark(route, document);
        document.cell();
        let backends = route.rules.iter().flat_map(|rule| &rule.backends);
        let services = backends.filter_map(|backend| page.cluster.services.get(backend.value.service.0));
        let mut count = 0;
        for one in services {
            service(page, one, document.comma(count));
            count += 1;
        }
        if count == 0 {
            document.literal("answered by the gateway");
        }
        document.cell();
        if let Some(said) = route.doc.as_deref().and_then(|doc| paragraphs(doc).into_iter().next()) {
            document.text(&said);
        }
    }
}

fn tunnels(page: &Page<'_>, document: &mut Document) {
    let tunnels = &page.cluster.tunnels;
    if !tunnels.is_empty() {
        document.heading(2, page.shape).literal("Cloudflare tunnels");
        tunnels.iter().for_each(|it| tunnel(page, it, document));
    }
}

fn tunnel(page: &Page<'_>, tunnel: &Tunnel, document: &mut Document) {
    let cluster = page.cluster;
    if tunnel.is_existing() {
        document.paragraph(Origin::written(tunnel.span)).literal("Tunnel ").code(tunnel.name.value.as_str());
        document.literal(" is somebody else's, and so is what runs it.");
        published(page, tunnel, document);
        return;
    }
    document
        .paragraph(tunnel.credentials.as_ref().map_or(page.shape, |credentials| credentials.origin))
        .literal("Tunnel ")
        .code(tunnel.name.value.as_str())
        .literal(" (id ")
        .code(&tunnel.id.value)
        .literal(") runs in namespace ")
        .code(tunnel.namespace.value.as_str());
    match &tunnel.credentials {
        Some(credentials) => {
            document.literal(". Its credentials come from the secret store ");
            if let Some(store) = cluster.secret_stores.get(credentials.value.store.0) {
                document.code(store.name.value.as_str());
            }
            document
                .literal(", entry ")
                .code(&credentials.value.key)
                .literal(", through External Secrets; they are nowhere in these files.");
        }
        None => {
            document
                .literal(". Its credentials are the key ")
                .code(crate::cloudflared::CREDENTIALS)
                .literal(" of the Secret ")
                .code(&tunnel.secret_name())
                .literal(", which something else makes.");
        }
    }
    published(page, tunnel, document);
}

/// What a tunnel publishes.
fn published(page: &Page<'_>, tunnel: &Tunnel, document: &mut Document) {
    let cluster = page.cluster;
    document.doc(tunnel.doc.as_deref(), Origin::written(tunnel.span));
    document.table(&["Published name", "Goes to"]);
    for publish in &tunnel.publish {
        document.row(publish.hostname.origin).cell().code(publish.hostname.value.as_str()).cell();
        match publish.target.value {
            PublishTarget::Listener(gateway, at) => {
                if let Some(gateway) = cluster.gateways.get(gateway.0) {
                    let listener = gateway.listeners.get(at.0).map_or("", |listener| listener.name.value.as_str());
                    document.literal("gateway ").code_of(&format_args!("{}/{listener}", gateway.name.value));
                }
            }
            PublishTarget::Service(id) => {
                if let Some(one) = cluster.services.get(id.0) {
                    service(page, one, document);
                }
            }
        }
    }
}

fn names(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    document.heading(2, page.shape).literal("Names");
    document
        .paragraph(cluster.dns_address.origin)
        .literal("Pods ask ")
        .code_of(&cluster.dns_address.value)
        .literal("; cluster names end in ")
        .code(cluster.dns_domain.value.as_str())
        .literal(".");
    let Some(dns) = &cluster.dns else { return };
    let origin = Origin::written(dns.span);
    if dns.corefile.is_some() {
        document.paragraph(origin).literal("The Corefile stands in the source as a whole.");
        return;
    }
    document.table(&["Zone or name", "Answered by", "Kept for"]);
    for zone in &dns.zones {
        document.row(Origin::written(zone.span)).cell().code(zone.name.value.as_str()).cell();
        match &zone.forward {
            Some(forward) => document.codes(forward.servers.iter().map(|server| &server.value)),
            None => document.literal("its records; its other names as all else"),
        };
        document.cell();
        if let Some(cache) = zone.cache {
            document.text(&cache.value.to_string());
        }
        for record in &zone.records {
            document.row(record.name.origin).cell().code(record.name.value.as_str()).cell();
            document.codes(record.addresses.iter().map(|address| &address.value));
        }
    }
    document.row(origin).cell().literal("all else").cell();
    if dns.forwards.is_empty() {
        document.literal("the resolvers of the node");
    }
    document.codes(dns.forwards.iter().map(|server| &server.value));
}
