//! What a cluster's picture is made of: its machines, gateways, connectors and helpers as cards, with the words
//! that the reader gets of each.
//!
//! Reads the model and decides no place. Start at [`groups`] and [`ways`].

use hnet_model::{Certificate, Cluster, Distribution, LoadBalancerMode, Role, RoutingMode, Span};

use super::cluster::GATEWAY_WIDTH;
use super::members::{Group, Member};
use crate::card::{Card, GatewayCard, Line, pill_width};
use crate::entries::entries;
use crate::icons::Icon;
use crate::palette::{Style, Tone};
use crate::scene::About;
use crate::survey::{Survey, announces, connectors, counted, first_line, joined, listeners, target_name, tunnelled};

/// A cluster of more machines than this shows its larger groups as grids.
const FEW_NODES: usize = 9;

/// A gateway with its addresses as pills.
pub(super) struct Way {
    pub(super) card: GatewayCard,
    pub(super) pills: Vec<(About, Tone, String)>,
    pub(super) tunnelled: bool,
}

pub(super) fn about(cluster: &Cluster) -> About {
    let name = cluster.name.value.as_str();
    About::new("cluster", &[name], name, Some(cluster.span)).saying(format!(
        "{}, Kubernetes {}, API at {}, pods {}, services {}",
        distribution(cluster),
        cluster.kubernetes.value,
        cluster.endpoint.value.url(),
        joined(cluster.pods.iter().map(|prefix| prefix.value)),
        joined(cluster.services_prefixes.iter().map(|prefix| prefix.value)),
    ))
}

pub(super) fn distribution(cluster: &Cluster) -> String {
    match &cluster.distribution {
        Distribution::Talos(version) => format!("Talos {}", version.value),
        Distribution::K3s(Some(version)) => format!("k3s {}", version.value),
        Distribution::K3s(None) => "k3s".to_owned(),
    }
}

pub(super) fn groups(survey: &Survey<'_>, cluster: &Cluster) -> Vec<Group> {
    let few = cluster.nodes.len() <= FEW_NODES;
    let mut groups = Vec::new();
    for (role, title) in [(Role::ControlPlane, "control plane"), (Role::Worker, "workers")] {
        let members: Vec<Member> = (cluster.nodes.iter())
            .filter(|node| node.role.value == role)
            .map(|node| {
                let links = survey.node_links(node);
                let segments = Survey::segments_of(&links);
                let name = node.name.value.as_str();
                let addresses = if links.is_empty() {
                    "no address".to_owned()
                } else {
                    joined(links.iter().map(|link| &link.text))
                };
                let doc = first_line(node.doc.as_deref());
                let said = doc.map(|doc| format!("; {doc}")).unwrap_or_default();
                let what = match role {
                    Role::ControlPlane => "control plane",
                    Role::Worker => "worker",
                };
                let about = About::new("node", &[cluster.name.value.as_str(), name], name, Some(node.span))
                    .saying(format!("{what}, {addresses}{said}"));
                let tone = |segment: Option<usize>| segment.map_or(Tone::NEUTRAL, |at| survey.segments[at].tone);
                let lines = links.into_iter().map(|link| Line::with_port(tone(link.segment), link.text)).collect();
                Member { card: Card::new(about, Icon::Server).note(doc).lines(lines, 4), segments }
            })
            .collect();
        if members.is_empty() {
            continue;
        }
        let compact = !few && members.len() > 5;
        let title = if compact { format!("{title}, {}", counted(members.len(), "node")) } else { title.to_owned() };
        let path = [cluster.name.value.as_str(), if role == Role::Worker { "workers" } else { "control-plane" }];
        let about = About::new("nodes", &path, title.clone(), None).saying(counted(members.len(), "node"));
        let mut group = Group::new(about, title, members, compact, true);
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
        let pods = joined(cluster.pods.iter().map(|prefix| prefix.value));
        return ("pod network".to_owned(), pods, None);
    };
    let routing = match cilium.routing.value {
        RoutingMode::Native => "native routing",
        RoutingMode::Tunnel => "VXLAN between nodes",
    };
    let mut said = vec!["eBPF data plane", routing];
    match cilium.load_balancer.value {
        LoadBalancerMode::Snat => {}
        LoadBalancerMode::Dsr => said.push("direct server return"),
        LoadBalancerMode::Hybrid => said.push("hybrid load balancing"),
    }
    if cilium.encryption.value {
        said.push("WireGuard");
    }
    if announces(cluster) {
        said.push("L2 announcements");
    }
    if cilium.hubble.is_some() {
        said.push("Hubble");
    }
    (format!("Cilium {}", cilium.version.value), said.join(", "), Some(cilium.span))
}

pub(super) fn virtual_ip(cluster: &Cluster) -> Option<String> {
    cluster.virtual_ip.as_ref().map(|address| format!("API {}", address.value))
}

pub(super) fn ways(survey: &Survey<'_>, cluster: &Cluster) -> Vec<Way> {
    let through_tunnel = tunnelled(cluster);
    let mut order: Vec<usize> = (0..cluster.gateways.len()).collect();
    hnet_collections::sort_by_key(&mut order, |at| through_tunnel.contains(at));
    let mut entries = entries(cluster, &[]);
    let mut ways = Vec::new();
    for at in order {
        let gateway = &cluster.gateways[at];
        let tunnelled = through_tunnel.contains(&at);
        let path = [cluster.name.value.as_str(), gateway.namespace.value.as_str(), gateway.name.value.as_str()];
        let addresses = joined(gateway.addresses.iter().map(|address| &address.value));
        let routes = counted(entries[at].len(), "route");
        let says = if addresses.is_empty() { "an address of the pool".to_owned() } else { addresses };
        let about = About::new("gateway", &path, gateway.name.value.as_str(), Some(gateway.span))
            .saying(format!("{says}, {}, {routes}", listeners(gateway)));
        let mut card = Card::new(about, Icon::Gate).note(Some(listeners(gateway)).filter(|said| !said.is_empty()));
        card.tunnel = tunnelled;
        let pill = |position: usize, tone, words: String, span| {
            let position = position.to_string();
            let path = [path[0], path[1], path[2], position.as_str()];
            (About::new("virtual IP", &path, words.clone(), Some(span)), tone, words)
        };
        let mut pills: Vec<(About, Tone, String)> = (gateway.addresses.iter().enumerate())
            .map(|(position, address)| {
                let tone = survey.tone_of(address.value.known());
                let words = Style::Pill.fit(&format!("VIP {}", address.value), GATEWAY_WIDTH - 32);
                pill(position, tone, words, address.span())
            })
            .collect();
        if pills.is_empty() {
            pills.push(pill(0, Tone::NEUTRAL, "VIP from a pool".to_owned(), gateway.span));
        }
        ways.push(Way { card: GatewayCard { card, entries: std::mem::take(&mut entries[at]) }, pills, tunnelled });
    }
    ways
}

/// What else runs in the cluster so that the ways in work.
pub(super) fn support(cluster: &Cluster) -> Vec<Card> {
    let of = cluster.name.value.as_str();
    let mut cards = Vec::new();
    if let Some(dns) = &cluster.dns {
        let zones = match dns.zones.as_slice() {
            [] => "no zone of its own".to_owned(),
            [only] => only.name.value.to_string(),
            zones => counted(zones.len(), "zone"),
        };
        let said = format!("{}, {zones}", cluster.dns_address.value);
        let about = About::new("dns", &[of], "CoreDNS", Some(dns.span)).saying(said.clone());
        cards.push(Card::new(about, Icon::Names).note(Some(said)));
    }
    if let Some(gitops) = &cluster.gitops {
        let repository = gitops.repository.value.trim_start_matches("https://").trim_end_matches(".git");
        let about = About::new("gitops", &[of], "Argo CD", Some(gitops.span)).saying(format!("syncs {repository}"));
        cards.push(Card::new(about, Icon::Branches).note(Some(repository)));
    }
    if let [first, ..] = cluster.certificates.as_slice() {
        let names = |certificate: &Certificate| joined(certificate.names.iter().map(|name| &name.value));
        let said = joined(cluster.certificates.iter().map(names));
        let about = About::new("certificates", &[of], "certificates", Some(first.span)).saying(said.clone());
        cards.push(Card::new(about, Icon::Seal).note(Some(said)));
    }
    if let [first, ..] = cluster.secret_stores.as_slice() {
        let names = joined(cluster.secret_stores.iter().map(|store| &store.name.value));
        let about = About::new("secret stores", &[of], "External Secrets", Some(first.span)).saying(names.clone());
        cards.push(Card::new(about, Icon::Key).note(Some(names)));
    }
    if let Some(monitoring) = &cluster.monitoring {
        let about = About::new("monitoring", &[of], "Prometheus", Some(monitoring.span)).saying("scrapes the network");
        cards.push(Card::new(about, Icon::Pulse).note(Some("scrapes the network")));
    }
    for card in &mut cards {
        card.slim = true;
    }
    cards
}

pub(super) fn connector_cards(cluster: &Cluster) -> Vec<(Card, bool)> {
    let mut cards = Vec::new();
    for tunnel in &cluster.tunnels {
        let mut lines = Vec::new();
        let mut to_gateway = false;
        for publish in &tunnel.publish {
            let target = publish.target.value;
            to_gateway |= matches!(target, hnet_model::PublishTarget::Listener(..));
            lines.push(Line::new(Style::Mono, publish.hostname.value.as_str()));
            lines.push(Line::new(Style::MonoFine, format!("to {}", target_name(cluster, target))));
        }
        let published = (tunnel.publish.iter())
            .map(|publish| format!("{} to {}", publish.hostname.value, target_name(cluster, publish.target.value)));
        let name = tunnel.name.value.as_str();
        let about = About::new("tunnel", &[cluster.name.value.as_str(), name], name, Some(tunnel.span))
            .saying(format!("Cloudflare tunnel, {}, publishes {}", connectors(tunnel), joined(published)));
        let mut card =
            Card::new(about, Icon::Tunnel).note(Some(format!("cloudflared, {}", connectors(tunnel)))).lines(lines, 9);
        card.tunnel = true;
        cards.push((card, to_gateway));
    }
    cards
}
