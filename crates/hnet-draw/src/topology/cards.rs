//! What a cluster's picture is made of: its machines, gateways, connectors and helpers as cards, with the words
//! that the reader gets of each.
//!
//! Reads the model and decides no place. Start at [`groups`] and [`ways`].

use hnet_model::{
    Address, Cluster, Distribution, IpNet, LoadBalancerMode, PublishTarget, Role, RoutingMode, Span, Traced,
};

use super::cluster::GATEWAY_WIDTH;
use super::members::{Group, Machine};
use crate::card::{Card, GatewayCard, Line, pill_width};
use crate::entries::{AS_MANY_AS_FIT, Routes, entries};
use crate::icons::Icon;
use crate::palette::{Style, Tone};
use crate::scene::About;
use crate::survey::{Link, Survey, announces, connectors, existing, first_line, listeners, target_name, tunnelled};
use crate::words::{counted, joined, listed};

/// A cluster of more machines than this shows its larger groups as grids.
const FEW_NODES: usize = 9;
/// A group of up to so many machines is no larger group.
const FEW_MEMBERS: usize = 5;

/// A cluster of more gateways than this shows them as a grid.
const FEW_GATEWAYS: usize = 8;

/// A gateway with its addresses as pills.
pub(super) struct Way {
    pub(super) card: GatewayCard,
    pub(super) pills: Vec<(About, Tone, String)>,
    pub(super) tunnelled: bool,
}

pub(super) fn about(cluster: &Cluster) -> About {
    let name = cluster.name.value.as_str();
    let api = match cluster.tells(cluster.endpoint.origin) {
        true => format!("API at {}", cluster.endpoint.value.url()),
        false => String::new(),
    };
    let said = listed(&[&distribution(cluster), &api, &pods(cluster), &services(cluster)], ", ");
    About::new("cluster", &[name], name, Some(cluster.span)).saying(&said)
}

/// `Talos 1.13, Kubernetes 1.36.2`, as far as it is told.
pub(super) fn distribution(cluster: &Cluster) -> String {
    let runs = match &cluster.distribution {
        Distribution::Talos(version) if cluster.tells(version.origin) => format!("Talos {}", version.value),
        Distribution::Talos(_) => String::new(),
        Distribution::K3s(Some(version)) => format!("k3s {}", version.value),
        Distribution::K3s(None) => "k3s".to_owned(),
    };
    let kubernetes = match cluster.tells(cluster.kubernetes.origin) {
        true => format!("Kubernetes {}", cluster.kubernetes.value),
        false => String::new(),
    };
    listed(&[&runs, &kubernetes], ", ")
}

/// `pods 10.42.0.0/16`.
pub(super) fn pods(cluster: &Cluster) -> String {
    prefixes("pods", cluster, &cluster.pods)
}

/// `services 10.43.0.0/16`.
pub(super) fn services(cluster: &Cluster) -> String {
    prefixes("services", cluster, &cluster.services_prefixes)
}

fn prefixes(what: &str, cluster: &Cluster, prefixes: &[Traced<IpNet>]) -> String {
    match prefixes.first().is_some_and(|first| cluster.tells(first.origin)) {
        true => format!("{what} {}", joined(prefixes.iter().map(|prefix| prefix.value))),
        false => String::new(),
    }
}

pub(super) fn groups(survey: &Survey<'_>, cluster: &Cluster) -> Vec<Group> {
    let of = cluster.name.value.as_str();
    let few = if cluster.nodes.len() <= FEW_NODES { FEW_NODES } else { FEW_MEMBERS };
    let mut groups = Vec::new();
    for role in [Role::ControlPlane, Role::Worker] {
        let (title, path, what) = match role {
            Role::ControlPlane => ("control plane", "control-plane", "control plane"),
            Role::Worker => ("workers", "workers", "worker"),
        };
        let mut machines = Vec::new();
        for node in cluster.nodes.iter().filter(|node| node.role.value == role) {
            let name = node.name.value.as_str();
            let links = survey.node_links(node);
            let what = if links.is_empty() { format!("{what}, no address") } else { what.to_owned() };
            let about = About::new("node", &[of, name], name, Some(node.span));
            machines.push(Machine::new(about, &what, first_line(node.doc.as_deref()), links));
        }
        if machines.is_empty() {
            continue;
        }
        let size = counted(machines.len(), "node");
        let title = if machines.len() > few { format!("{title}, {size}") } else { title.to_owned() };
        let about = About::new("nodes", &[of, path], &title, None).saying(&size);
        let mut group = Group::new(survey, about, Icon::Server, machines, few, true);
        if role == Role::ControlPlane
            && let Some(words) = virtual_ip(cluster)
        {
            group.leave_beside_title(pill_width(&words) + 12);
        }
        groups.push(group);
    }
    groups
}

/// The data plane's name, what it does, and where it is declared.
pub(super) fn data_plane(cluster: &Cluster) -> (String, String, Option<Span>) {
    let Some(cilium) = &cluster.cilium else {
        return ("pod network".to_owned(), pods(cluster), None);
    };
    let routing = match cilium.routing.value {
        RoutingMode::Native => "native routing",
        RoutingMode::Tunnel => "VXLAN between nodes",
    };
    let balancing = match cilium.load_balancer.value {
        LoadBalancerMode::Snat => "",
        LoadBalancerMode::Dsr => "direct server return",
        LoadBalancerMode::Hybrid => "hybrid load balancing",
    };
    let where_so = |so: bool, words: &'static str| if so { words } else { "" };
    let said = [
        existing(cilium),
        "eBPF data plane",
        routing,
        balancing,
        where_so(cilium.encryption.value, "WireGuard"),
        where_so(announces(cluster), "L2 announcements"),
        where_so(cilium.hubble.is_some(), "Hubble"),
    ];
    (format!("Cilium {}", cilium.version.value), listed(&said, ", "), Some(cilium.span))
}

pub(super) fn virtual_ip(cluster: &Cluster) -> Option<String> {
    cluster.virtual_ip.as_ref().map(|address| format!("API {}", address.value))
}

/// The gateways, each with a card; none where they are too many.
pub(super) fn ways(survey: &Survey<'_>, cluster: &Cluster) -> Vec<Way> {
    if cluster.gateways.len() > FEW_GATEWAYS {
        return Vec::new();
    }
    let tunnelled = tunnelled(cluster);
    let mut order: Vec<usize> = (0..cluster.gateways.len()).collect();
    order.sort_by_key(|at| tunnelled[*at]);
    let mut routes = entries(cluster, &[], AS_MANY_AS_FIT);
    let mut ways = Vec::new();
    for at in order {
        let gateway = &cluster.gateways[at];
        let name = gateway.name.value.as_str();
        let path = [cluster.name.value.as_str(), gateway.namespace.value.as_str(), name];
        let addresses = joined(gateway.addresses.iter().map(|address| &address.value));
        let addresses = if addresses.is_empty() { "an address of the pool" } else { &addresses };
        let listeners = listeners(gateway);
        let Routes { entries, count } = std::mem::take(&mut routes[at]);
        let says = listed(&[addresses, &listeners, &counted(count, "route")], ", ");
        let mut card =
            Card::new(About::new("gateway", &path, name, Some(gateway.span)).saying(&says), Icon::Gate, &listeners);
        card.tunnel = tunnelled[at];
        let pill = |position: usize, tone, words: String, span| {
            let path = [path[0], path[1], path[2], &position.to_string()];
            (About::new("virtual IP", &path, &words, Some(span)), tone, words)
        };
        let mut pills = Vec::new();
        for (position, address) in gateway.addresses.iter().enumerate() {
            let words = Style::Pill.fit(&format!("VIP {}", address.value), GATEWAY_WIDTH - 32);
            pills.push(pill(position, survey.tone_of(address.value.known()), words, address.span()));
        }
        if pills.is_empty() {
            pills.push(pill(0, Tone::NEUTRAL, "VIP from a pool".to_owned(), gateway.span));
        }
        ways.push(Way { card: GatewayCard { card, entries }, pills, tunnelled: tunnelled[at] });
    }
    ways
}

/// The gateways of a cluster that has too many for a card each.
pub(super) fn crowd(survey: &Survey<'_>, cluster: &Cluster) -> Option<Group> {
    if cluster.gateways.len() <= FEW_GATEWAYS {
        return None;
    }
    let mut machines = Vec::new();
    for (gateway, Routes { count, .. }) in cluster.gateways.iter().zip(entries(cluster, &[], 0)) {
        let path = [cluster.name.value.as_str(), gateway.namespace.value.as_str(), gateway.name.value.as_str()];
        let link = |address: &Traced<Address>| {
            let segment = address.value.known().and_then(|known| survey.segment_of(known));
            Link { segment, text: address.value.to_string() }
        };
        let links = gateway.addresses.iter().map(link).collect();
        let what = listed(&[&listeners(gateway), &counted(count, "route")], ", ");
        machines.push(Machine::new(About::new("gateway", &path, path[2], Some(gateway.span)), &what, None, links));
    }
    let title = counted(machines.len(), "gateway");
    let about = About::new("gateways", &[cluster.name.value.as_str()], &title, None)
        .saying(&counted(cluster.routes.len(), "route"));
    Some(Group::new(survey, about, Icon::Gate, machines, FEW_GATEWAYS, true))
}

/// What else runs in the cluster so that the ways in work.
pub(super) fn support(cluster: &Cluster) -> Vec<Card> {
    let mut cards = Vec::new();
    let mut add = |kind: &'static str, name: &str, icon: Icon, span: Span, note: &str, says: &str| {
        let about = About::new(kind, &[cluster.name.value.as_str()], name, Some(span)).saying(says);
        let mut card = Card::new(about, icon, note);
        card.slim = true;
        cards.push(card);
    };
    if let Some(dns) = &cluster.dns {
        let zones = match dns.zones.as_slice() {
            [] => "no zone of its own".to_owned(),
            [only] => only.name.value.to_string(),
            zones => counted(zones.len(), "zone"),
        };
        let said = listed(&[existing(dns), &cluster.dns_address.value.to_string(), &zones], ", ");
        add("dns", "CoreDNS", Icon::Names, dns.span, &said, &said);
    }
    if let Some(gitops) = &cluster.gitops {
        let repository = match (gitops.repository(), gitops.flux()) {
            (None, Some(flux)) => flux.source.value.to_string(),
            (repository, _) => repository.map(|repository| repository.value.clone()).unwrap_or_default(),
        };
        let repository = repository.trim_start_matches("https://").trim_end_matches(".git");
        let says = format!("syncs {repository}");
        add("gitops", gitops.called(), Icon::Branches, gitops.span, repository, &says);
    }
    if let [first, ..] = cluster.certificates.as_slice() {
        let names = cluster.certificates.iter().flat_map(|certificate| &certificate.names);
        let said = joined(names.map(|name| &name.value));
        add("certificates", "certificates", Icon::Seal, first.span, &said, &said);
    }
    if let [first, ..] = cluster.secret_stores.as_slice() {
        let names = joined(cluster.secret_stores.iter().map(|store| &store.name.value));
        add("secret stores", "External Secrets", Icon::Key, first.span, &names, &names);
    }
    if let Some(monitoring) = &cluster.monitoring {
        let says = "scrapes the network";
        add("monitoring", "Prometheus", Icon::Pulse, monitoring.span, says, says);
    }
    cards
}

/// The connectors of the tunnels, and whether each leads to a gateway.
pub(super) fn connector_cards(cluster: &Cluster) -> Vec<(Card, bool)> {
    let mut cards = Vec::new();
    for tunnel in &cluster.tunnels {
        let mut lines = Vec::new();
        let mut to_gateway = false;
        let mut published = Vec::new();
        for publish in &tunnel.publish {
            let (name, target) = (publish.hostname.value.as_str(), publish.target.value);
            let to = format!("to {}", target_name(cluster, target));
            published.push(format!("{name} {to}"));
            to_gateway |= matches!(target, PublishTarget::Listener(..));
            lines.push(Line::new(Style::Mono, name.to_owned()));
            lines.push(Line::new(Style::MonoFine, to));
        }
        let (name, size) = (tunnel.name.value.as_str(), connectors(tunnel));
        let says = format!("Cloudflare tunnel, {size}, publishes {}", joined(published.iter()));
        let about = About::new("tunnel", &[cluster.name.value.as_str(), name], name, Some(tunnel.span)).saying(&says);
        let mut card = Card::new(about, Icon::Tunnel, &format!("cloudflared, {size}")).lines(lines, 9);
        card.tunnel = true;
        cards.push((card, to_gateway));
    }
    cards
}
