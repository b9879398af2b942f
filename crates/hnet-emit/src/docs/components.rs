//! What runs in the cluster, and the ways in: gateways, routes, certificates, tunnels, names.

use hnet_model::{
    Address, Admission, Announce, Distribution, GatewayClass, HttpRoute, ListenerProtocol, Origin, Part, PublishTarget,
    RoutingMode, Service, ServiceTarget, Traced, Workload,
};

use super::Page;
use crate::markdown::{Document, Inline, code, joined, literal, text};

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    components(page, document);
    gateways(page, document);
    routes(page, document);
    tunnels(page, document);
    names(page, document);
}

/// The folder of a component, as a cell.
fn files(page: &Page<'_>, folder: &str) -> Inline {
    page.path(Part::Infrastructure, folder).unwrap_or_default()
}

fn components(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    let mut rows = Vec::new();
    if let Some(cilium) = &cluster.cilium {
        let mut does = vec![literal("CNI, in place of kube-proxy")];
        if cluster.gateways.iter().any(|gateway| gateway.class.value == GatewayClass::Cilium) {
            does.push(literal("Gateway API"));
        }
        if cluster.pools.iter().any(|pool| pool.announce.is_some()) {
            does.push(literal("load balancer addresses, announced on the LAN"));
        }
        does.push(match cilium.routing.value {
            RoutingMode::Native => literal("native routing"),
            RoutingMode::Tunnel => literal("VXLAN between nodes"),
        });
        if cilium.encryption.value {
            does.push(literal("WireGuard between nodes"));
        }
        if cilium.hubble.is_some() {
            does.push(literal("Hubble"));
        }
        rows.push((
            vec![literal("Cilium"), joined(does, ", "), code(&cilium.version.value), files(page, "cilium/")],
            cilium.version.origin,
        ));
    }
    if let Some(api) = &cluster.gateway_api {
        let channel = if api.experimental.value { "experimental channel" } else { "standard channel" };
        rows.push((
            vec![
                literal("Gateway API"),
                literal("kinds for gateways and routes, ").and(literal(channel)),
                code(&api.version.value),
                files(page, "gateway/"),
            ],
            api.version.origin,
        ));
    }
    if let Some(dns) = &cluster.dns {
        let (does, runs) = match cluster.distribution {
            Distribution::Talos(_) => (literal("cluster DNS"), format!("{} replicas", dns.replicas.value)),
            Distribution::K3s(_) => (literal("cluster DNS, with zones of our own"), "bundled with k3s".to_owned()),
        };
        rows.push((vec![literal("CoreDNS"), does, text(runs), files(page, "coredns/")], Origin::written(dns.span)));
    }
    for tunnel in &cluster.tunnels {
        let runs = match tunnel.workload.value {
            Workload::Deployment(1) => "1 replica".to_owned(),
            Workload::Deployment(replicas) => format!("{replicas} replicas"),
            Workload::DaemonSet => "on every node".to_owned(),
        };
        rows.push((
            vec![
                literal("cloudflared"),
                literal("tunnel ").and(code(&tunnel.name.value)).and(literal(", ")).and(text(runs)),
                code(&tunnel.version.value),
                files(page, "cloudflared/"),
            ],
            tunnel.version.origin,
        ));
    }
    if let Some(gitops) = &cluster.gitops {
        let file = page.path(Part::Argocd, "networking.yaml").unwrap_or_default();
        let does = literal("syncs this network, project ").and(code(&gitops.project.value));
        rows.push((vec![literal("Argo CD"), does, Inline::default(), file], Origin::written(gitops.span)));
    }
    if !rows.is_empty() {
        document.heading(2, &literal("Components"), page.shape);
        document.table(&["Component", "Does", "Version", "Files"], &rows);
    }
    let pools: Vec<_> = cluster
        .pools
        .iter()
        .map(|pool| {
            let ranges = joined(pool.ranges.iter().map(|range| code(range.value)), ", ");
            let users = joined(pool.namespaces.iter().map(|name| code(&name.value)), ", ");
            let announced = match pool.announce.as_ref().map(|announce| &announce.value) {
                Some(Announce::Layer2 { workers_only: true, .. }) => literal("by the workers over ARP and NDP"),
                Some(Announce::Layer2 { .. }) => literal("by the nodes over ARP and NDP"),
                None => literal("by something else"),
            };
            let users = if users.is_empty() { literal("all namespaces") } else { users };
            (vec![code(&pool.name.value), ranges, users, announced], pool.name.origin)
        })
        .collect();
    if !pools.is_empty() {
        document.heading(3, &literal("Load balancer addresses"), page.shape);
        document.table(&["Pool", "Addresses", "For", "Announced"], &pools);
    }
}

fn gateways(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    if cluster.gateways.is_empty() {
        return;
    }
    document.heading(2, &literal("Gateways"), page.shape);
    let mut rows = Vec::new();
    for gateway in &cluster.gateways {
        for listener in &gateway.listeners {
            let addresses = joined(gateway.addresses.iter().map(|address| code(&address.value)), ", ");
            let protocol = match listener.protocol.value {
                ListenerProtocol::Http => "HTTP",
                ListenerProtocol::Https => "HTTPS",
                ListenerProtocol::Tls => "TLS",
            };
            let certificates = listener.tls.iter().flat_map(|tls| &tls.certificates);
            let certificates = certificates.filter_map(|id| cluster.certificates.get(id.value.0));
            let admits = match &listener.admits.value {
                Admission::All => literal("all namespaces"),
                Admission::Same => code(&gateway.namespace.value),
                Admission::Namespaces(names) => joined(names.iter().map(code), ", "),
            };
            rows.push((
                vec![
                    code(format!("{}/{}", gateway.namespace.value, gateway.name.value)),
                    if addresses.is_empty() { literal("from the pool") } else { addresses },
                    code(&listener.name.value)
                        .and(literal(": "))
                        .and(text(format!("{protocol} {}", listener.port.value))),
                    listener.hostname.as_ref().map_or(literal("all"), |name| code(&name.value)),
                    match &listener.tls {
                        Some(tls) if tls.passthrough => literal("passed on unopened"),
                        _ => joined(certificates.map(|certificate| code(&certificate.name.value)), ", "),
                    },
                    admits,
                ],
                Origin::written(listener.span),
            ));
        }
    }
    document.table(&["Gateway", "Address", "Listener", "Host names", "Certificate", "Routes from"], &rows);
    for gateway in cluster.gateways.iter().filter(|gateway| gateway.doc.is_some()) {
        let said = crate::markdown::paragraphs(gateway.doc.as_deref().unwrap_or_default());
        let said = code(&gateway.name.value).and(literal(": ")).and(joined(said.into_iter().map(text), " "));
        document.paragraph(&said, Origin::written(gateway.span));
    }
    let certificates: Vec<_> = cluster
        .certificates
        .iter()
        .map(|certificate| {
            let issuer = certificate.issuer.and_then(|issuer| cluster.issuers.get(issuer.value.0));
            let cells = vec![
                code(format!("{}/{}", certificate.namespace.value, certificate.name.value)),
                joined(certificate.names.iter().map(|name| code(&name.value)), ", "),
                issuer.map_or(literal("made elsewhere"), |issuer| code(&issuer.name.value)),
            ];
            (cells, Origin::written(certificate.span))
        })
        .collect();
    if !certificates.is_empty() {
        document.heading(3, &literal("Certificates"), page.shape);
        document.table(&["Certificate and secret", "Covers", "Issuer"], &certificates);
    }
}

/// A service as people point at it.
pub(super) fn service_name(service: &Service) -> String {
    format!("{}/{}:{}", service.namespace.value, service.name.value, service.port.value)
}

fn service(page: &Page<'_>, service: &Service) -> Inline {
    match &service.target {
        ServiceTarget::Cluster => code(service_name(service)),
        ServiceTarget::Host { host, addresses: _, port } => {
            let host = page.network.hosts.get(host.value.0);
            let host = host.map(|host| code(format!("{}:{}", host.name.value, port.value))).unwrap_or_default();
            code(service_name(service)).and(literal(" on ")).and(host)
        }
    }
}

fn through(page: &Page<'_>, route: &HttpRoute) -> Inline {
    joined(
        route.parents.iter().filter_map(|parent| {
            let gateway = page.cluster.gateways.get(parent.value.gateway.0)?;
            let listener = parent.value.listener.and_then(|listener| gateway.listeners.get(listener.0));
            Some(code(match listener {
                Some(listener) => format!("{}/{}", gateway.name.value, listener.name.value),
                None => gateway.name.value.to_string(),
            }))
        }),
        ", ",
    )
}

fn routes(page: &Page<'_>, document: &mut Document) {
    let rows: Vec<_> = page
        .cluster
        .routes
        .iter()
        .map(|route| {
            let backends = route.rules.iter().flat_map(|rule| &rule.backends);
            let services = backends.filter_map(|backend| page.cluster.services.get(backend.value.service.0));
            let to = joined(services.map(|one| service(page, one)), ", ");
            let names = joined(route.hostnames.iter().map(|name| code(&name.value)), ", ");
            let cells = vec![
                if names.is_empty() { literal("its listeners'") } else { names },
                through(page, route),
                code(format!("{}/{}", route.namespace.value, route.name.value)),
                if to.is_empty() { literal("answered by the gateway") } else { to },
                route
                    .doc
                    .as_deref()
                    .and_then(|doc| crate::markdown::paragraphs(doc).into_iter().next())
                    .map(text)
                    .unwrap_or_default(),
            ];
            (cells, Origin::written(route.span))
        })
        .collect();
    if !rows.is_empty() {
        document.heading(2, &literal("Routes"), page.shape);
        document.table(&["Host name", "Through", "Route", "To", ""], &rows);
    }
}

fn tunnels(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    if cluster.tunnels.is_empty() {
        return;
    }
    document.heading(2, &literal("Cloudflare tunnels"), page.shape);
    for tunnel in &cluster.tunnels {
        let runs = literal("Tunnel ")
            .and(code(&tunnel.name.value))
            .and(literal(" (id "))
            .and(code(&tunnel.id.value))
            .and(literal(") runs in namespace "))
            .and(code(&tunnel.namespace.value));
        let (secret, origin) = match &tunnel.credentials {
            Some(credentials) => {
                let store = cluster.secret_stores.get(credentials.value.store.0);
                let store = store.map(|store| code(&store.name.value)).unwrap_or_default();
                let from = literal(". Its credentials come from the secret store ")
                    .and(store)
                    .and(literal(", entry "))
                    .and(code(&credentials.value.key))
                    .and(literal(", through External Secrets; they are nowhere in these files."));
                (from, credentials.origin)
            }
            None => {
                let from = literal(". Its credentials are the key ")
                    .and(code(crate::cloudflared::CREDENTIALS))
                    .and(literal(" of the Secret "))
                    .and(code(crate::cloudflared::secret_name(cluster, tunnel)))
                    .and(literal(", which something else makes."));
                (from, page.shape)
            }
        };
        document.paragraph(&runs.and(secret), origin);
        document.doc(tunnel.doc.as_deref(), Origin::written(tunnel.span));
        let rows: Vec<_> = tunnel
            .publish
            .iter()
            .map(|publish| {
                let target = match publish.target.value {
                    PublishTarget::Listener(gateway, listener) => cluster.gateways.get(gateway.0).map(|gateway| {
                        let listener = gateway.listeners.get(listener.0).map(|listener| &listener.name.value);
                        let listener = listener.map(ToString::to_string).unwrap_or_default();
                        literal("gateway ").and(code(format!("{}/{listener}", gateway.name.value)))
                    }),
                    PublishTarget::Service(id) => cluster.services.get(id.0).map(|one| service(page, one)),
                };
                (vec![code(&publish.hostname.value), target.unwrap_or_default()], publish.hostname.origin)
            })
            .collect();
        document.table(&["Published name", "Goes to"], &rows);
    }
}

fn addresses(values: &[Traced<Address>]) -> Inline {
    joined(values.iter().map(|address| code(&address.value)), ", ")
}

fn names(page: &Page<'_>, document: &mut Document) {
    let cluster = page.cluster;
    document.heading(2, &literal("Names"), page.shape);
    document.paragraph(
        &literal("Pods ask ")
            .and(code(cluster.dns_address.value))
            .and(literal("; cluster names end in "))
            .and(code(&cluster.dns_domain.value))
            .and(literal(".")),
        cluster.dns_address.origin,
    );
    let Some(dns) = &cluster.dns else { return };
    if dns.corefile.is_some() {
        document.paragraph(&literal("The Corefile stands in the source as a whole."), Origin::written(dns.span));
        return;
    }
    let mut rows = Vec::new();
    for zone in &dns.zones {
        let servers = zone.forward.as_ref().map(|forward| addresses(&forward.servers));
        let cache = zone.cache.as_ref().map(|cache| text(cache.value)).unwrap_or_default();
        let cells = vec![code(&zone.name.value), servers.unwrap_or_else(|| literal("its records only")), cache];
        rows.push((cells, Origin::written(zone.span)));
        for record in &zone.records {
            rows.push((
                vec![code(&record.name.value), addresses(&record.addresses), Inline::default()],
                record.name.origin,
            ));
        }
    }
    let rest = if dns.forwards.is_empty() { literal("the resolvers of the node") } else { addresses(&dns.forwards) };
    rows.push((vec![literal("all else"), rest, Inline::default()], Origin::written(dns.span)));
    document.table(&["Zone or name", "Answered by", "Kept for"], &rows);
}
