//! The prefixes of pods and services: their families, their sizes, and cluster DNS in them.

use hnet_diagnostics::{Diagnostic, Diagnostics, Reason, codes, counted};
use hnet_model::{Cluster, IpNet, LinkRef, Node, Traced};

use super::node_prefix::{NodePrefix, node_prefix};
use crate::facts::Facts;
use crate::facts::inventory::{addresses_are_known, link_span};
use hnet_model::in_source_order;
use hnet_model::{Family, address_at};

/// How many host bits the API server takes in a service prefix.
/// (kubernetes, `cmd/kube-apiserver/app/options/validation.go`, `maxCIDRBits`.)
const MOST_SERVICE_BITS: u8 = 20;

/// How far a pod prefix may reach above the prefix of a node.
/// (kubernetes, `pkg/controller/nodeipam/ipam/cidrset`, `clusterSubnetMaxDiff`.)
const MOST_NODE_BITS: u8 = 16;

/// The families of pods, services and nodes are the same, in the same order.
pub(crate) fn families(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        if !facts.whole(cluster.span) {
            continue;
        }
        let twice =
            repeated_family(&cluster.pods, "pods", out) | repeated_family(&cluster.services_prefixes, "services", out);
        if twice {
            continue;
        }
        let list = |prefixes: &[Traced<IpNet>]| prefixes.iter().map(|prefix| Family::of(prefix.value.addr())).collect();
        let (pods, services): (Vec<Family>, Vec<Family>) = (list(&cluster.pods), list(&cluster.services_prefixes));
        let (Some(first), Some(first_service)) = (cluster.pods.first(), cluster.services_prefixes.first()) else {
            continue;
        };
        // Whose machines somebody else makes, of that nobody has said which services it has, or pods.
        let is_unsaid = |prefixes: &[Traced<IpNet>]| prefixes.iter().all(|one| one.origin.reason != Reason::Written);
        if cluster.nodes.is_empty() && (is_unsaid(&cluster.pods) || is_unsaid(&cluster.services_prefixes)) {
            continue;
        }
        if pods != services {
            let called =
                |families: &[Family]| families.iter().map(|family| family.called()).collect::<Vec<_>>().join(", ");
            out.report(
                Diagnostic::new(&codes::FAMILIES_DIFFER, "pods and services are of different families")
                    .label(first_service.span(), format!("services: {}", called(&services)))
                    .label(first.span(), format!("pods: {}", called(&pods)))
                    .help("write a prefix of the same families for both, in the same order"),
            );
            continue;
        }
        let read = |node: &&Node| node.links().all(|link| facts.whole(link_span(link)));
        // What DHCP gives is unknown, and subnets that are said have an order of their own.
        let says_subnets =
            |node: &Node| node.kubelet.node_subnets.as_ref().or(cluster.kubelet.node_subnets.as_ref()).is_some();
        let is_known = |node: &&Node| !says_subnets(node) && node.links().all(|link| !link.dhcp());
        let first_read = cluster.nodes.iter().filter(read).filter(is_known).find_map(|node| node.address.as_ref());
        let Some(address) = first_read else { continue };
        let Some(own) = address.value.known().map(|net| Family::of(net.addr())) else { continue };
        if pods.first() == Some(&own) {
            further_families(facts, cluster, out);
            continue;
        }
        let title = match pods.contains(&own) {
            true => format!("nodes are {} first, the cluster is not", own.called()),
            false => format!("nodes have {} only, the cluster does not", own.called()),
        };
        out.report(
            Diagnostic::new(&codes::FAMILIES_DIFFER, title)
                .label(first.span(), format!("the first prefix is {}", Family::of(first.value.addr()).called()))
                .label(address.span(), format!("a node's own address is {}", own.called()))
                .help(format!("write the {} prefixes of pods and services first", own.called())),
        );
    }
}

/// Each family of the pods is one of every node's addresses, the second as well as the first.
fn further_families(facts: &Facts<'_>, cluster: &Cluster, out: &mut Diagnostics) {
    for prefix in cluster.pods.iter().skip(1) {
        let family = Family::of(prefix.value.addr());
        let lacks = |node: &&&Node| certainly_lacks(facts, node, family);
        let nodes = in_source_order(&cluster.nodes, |node| node.span);
        let Some(node) = nodes.iter().find(lacks) else { continue };
        let Some(address) = &node.address else { continue };
        let other = match family {
            Family::V4 => Family::V6,
            Family::V6 => Family::V4,
        };
        // The kubelet of Talos starts with the families that its node has; a k3s server stops.
        let code = if cluster.talos().is_some() { &codes::NODE_LACKS_FAMILY } else { &codes::FAMILIES_DIFFER };
        let finding =
            Diagnostic::new(code, format!("node `{}` has no {} address, pods have", node.name.value, family.called()))
                .label(prefix.span(), format!("pods have {} addresses too", family.called()))
                .label(address.span(), format!("this node has {} addresses only", other.called()))
                .help(format!(
                    "give each node an {} address, or leave the {0} prefixes of pods and services out",
                    family.called()
                ));
        out.report(finding);
    }
}

/// Whether a node can have no address of a family: it says all of its addresses, and no router of its subnets could
/// advertise one.
fn certainly_lacks(facts: &Facts<'_>, node: &Node, family: Family) -> bool {
    let of_family = |prefix: &Traced<IpNet>| Family::of(prefix.value.addr()) == family;
    let subnet_has = |link: LinkRef<'_>| {
        let subnet = link.vlan.map_or(link.interface.subnet, |vlan| vlan.subnet);
        subnet.is_some_and(|subnet| facts.network.subnets[subnet.0].prefixes.iter().any(of_family))
    };
    facts.whole(node.span)
        && node.links().all(|link| addresses_are_known(facts, link) && !subnet_has(link))
        && node.addresses().all(|address| address.value.known().is_some_and(|net| Family::of(net.addr()) != family))
}

fn repeated_family(prefixes: &[Traced<IpNet>], what: &str, out: &mut Diagnostics) -> bool {
    let mut seen: Vec<(Family, &Traced<IpNet>)> = Vec::new();
    let mut found = false;
    for prefix in prefixes {
        let family = Family::of(prefix.value.addr());
        match seen.iter().find(|(other, _)| *other == family) {
            None => seen.push((family, prefix)),
            Some((_, first)) => {
                found = true;
                out.report(
                    Diagnostic::new(&codes::FAMILIES_DIFFER, format!("{what} have two {} prefixes", family.called()))
                        .label(prefix.span(), "one too many")
                        .label(first.span(), "the first one")
                        .help("write one prefix, or one for each family"),
                );
            }
        }
    }
    found
}

/// What the API server and the controller manager take.
pub(crate) fn sizes(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for prefix in &cluster.services_prefixes {
            let net = prefix.value;
            if net.max_prefix_len() - net.prefix_len() > MOST_SERVICE_BITS {
                let least = net.max_prefix_len() - MOST_SERVICE_BITS;
                out.report(
                    Diagnostic::new(&codes::SERVICE_PREFIX_TOO_LARGE, format!("service prefix `{net}` is too large"))
                        .label(prefix.span(), format!("the API server takes `/{least}` at most"))
                        .help(format!("write a longer prefix: `{}/{least}`", net.network()))
                        .fix(
                            format!("write `{}/{least}`", net.network()),
                            prefix.span(),
                            format!("{}/{least}", net.network()),
                        ),
                );
            }
        }
        for prefix in &cluster.pods {
            pod_prefix(facts, cluster, prefix, out);
        }
    }
}

fn pod_prefix(facts: &Facts<'_>, cluster: &Cluster, prefix: &Traced<IpNet>, out: &mut Diagnostics) {
    // A patch may say another length.
    if !facts.whole(cluster.span) || !cluster.nodes.iter().all(|node| facts.whole(node.span)) {
        return;
    }
    let length = prefix.value.prefix_len();
    let Some(NodePrefix { length: node_length, said }) =
        node_prefix(facts.sources, cluster, Family::of(prefix.value.addr()))
    else {
        return;
    };
    let with_place = |finding: Diagnostic| match said {
        Some(place) => finding.label(place, "the controller manager is told so here"),
        None => finding,
    };
    if length + MOST_NODE_BITS < node_length {
        let least = node_length - MOST_NODE_BITS;
        let finding = Diagnostic::new(&codes::POD_PREFIX_SIZE, format!("pod prefix `{}` is too large", prefix.value))
            .label(prefix.span(), format!("nodes get a `/{node_length}`, and that is too far below"));
        out.report(with_place(finding).help(format!("write a prefix of `/{least}` or longer")));
        return;
    }
    let nodes = cluster.nodes.len();
    let room = node_length.checked_sub(length).map_or(0, |bits| 1_usize << bits);
    if nodes > room || room == 0 {
        let mut finding = Diagnostic::new(
            &codes::POD_PREFIX_SIZE,
            format!("pod prefix `{}` is too small for {}", prefix.value, counted(nodes, "node")),
        )
        .label(
            prefix.span(),
            format!(
                "each node gets a `/{node_length}`, and it holds {}",
                if room == 0 { "none".to_owned() } else { room.to_string() }
            ),
        );
        if let Some(last) = in_source_order(&cluster.nodes, |node| node.span).get(room) {
            finding = finding.label(last.name.span(), format!("nothing is left for `{}`", last.name.value));
        }
        let example =
            room_for(prefix.value, node_length, nodes).map_or_else(String::new, |net| format!(", such as `{net}`"));
        out.report(with_place(finding).help(format!("write a shorter prefix{example}")));
    }
}

/// The prefix around this one that holds one for each node, with room to grow; none where no prefix does.
fn room_for(prefix: IpNet, node_length: u8, nodes: usize) -> Option<IpNet> {
    let bits = (8..=MOST_NODE_BITS).find(|bits| nodes <= 1_usize << bits)?;
    IpNet::new(prefix.addr(), node_length.checked_sub(bits)?).ok().map(|net| net.trunc())
}

/// Cluster DNS is a service: its address is in the service prefix and not the API's.
pub(crate) fn dns_address(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        if !facts.whole(cluster.span) {
            continue;
        }
        let dns = &cluster.dns_address;
        let address = dns.value;
        // Where nobody wrote it, its prefix is to blame: it has no tenth address.
        if dns.origin.reason == Reason::TenthServiceAddress {
            if let Some(prefix) = cluster.services_prefixes.first().filter(|prefix| !has_tenth(prefix.value)) {
                no_tenth(prefix, out);
            }
            continue;
        }
        let holding = cluster.services_prefixes.iter().find(|prefix| prefix.value.contains(&address));
        let finding = |title: String, label: &str| {
            Diagnostic::new(&codes::DNS_ADDRESS_OUTSIDE_SERVICES, title).label(dns.span(), label)
        };
        let Some(prefix) = holding else {
            let mut finding =
                finding(format!("cluster DNS `{address}` is no service address"), "cluster DNS is a service");
            if let Some(first) = cluster.services_prefixes.first() {
                finding = finding.label(first.span(), format!("services are in {}", first.value));
                if let Some(tenth) = address_at(first.value, 10) {
                    finding = finding.help(format!("leave it out: it is then `{tenth}`"));
                }
            }
            out.report(finding);
            continue;
        };
        let edge = address == prefix.value.network() || address == prefix.value.broadcast();
        let api = address_at(prefix.value, 1) == Some(address);
        if edge || api {
            let label = if api {
                "the first service address is the Kubernetes API's"
            } else {
                "this is no address of a service"
            };
            out.report(
                finding(format!("cluster DNS cannot have `{address}`"), label)
                    .label(prefix.span(), format!("services are in {}", prefix.value))
                    .help("leave it out, or take a later address of a prefix with at least 16 addresses"),
            );
        }
    }
}

/// Whether the tenth address of a prefix is one that a service can have.
fn has_tenth(prefix: IpNet) -> bool {
    address_at(prefix, 10).is_some_and(|tenth| tenth != prefix.broadcast())
}

fn no_tenth(prefix: &Traced<IpNet>, out: &mut Diagnostics) {
    let net = prefix.value;
    let least = net.max_prefix_len() - 4;
    let room = counted(1_usize << (net.max_prefix_len() - net.prefix_len()), "address");
    out.report(
        Diagnostic::new(&codes::DNS_ADDRESS_OUTSIDE_SERVICES, format!("no address for cluster DNS in `{net}`"))
            .label(prefix.span(), format!("cluster DNS gets the tenth, and this holds {room}"))
            .help(format!("write a prefix of `/{least}` or shorter, or say where it answers with `dns-address`")),
    );
}
