//! Talos's ingress firewall: what the cluster needs must pass it, its rules have names of their own, and
//! where the machines are must be known.
//!
//! Start at [`firewalls`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, codes};
use hnet_model::{
    CLUSTER_RULES, Cilium, Cluster, Firewall, FirewallAction, FirewallRule, IpNet, KUBERNETES_API_PORT, Node, NodePort,
    Owned as _, RawYaml, Role, Traced, Transport, cilium_ports, cluster_ports,
};
use serde_yaml::Value;

use super::virtual_ips;
use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// A firewall that blocks lets pass what the cluster needs.
pub(crate) fn firewalls(facts: &Facts<'_>, out: &mut Diagnostics) {
    // One of which something is lost may have a rule in what was lost.
    let is_whole =
        |cluster: &&Cluster| facts.whole(cluster.span) && cluster.nodes.iter().all(|node| facts.whole(node.span));
    let on_talos = |cluster: &&Cluster| cluster.talos().is_some() && !cluster.nodes.is_empty();
    for cluster in facts.network.clusters.iter().filter(on_talos).filter(is_whole) {
        let needed = needed(facts, cluster);
        if let Some(firewall) = &cluster.firewall {
            of_statement(cluster, firewall, &needed, out);
            continue;
        }
        match cluster.patches.iter().find(|patch| blocks(patch)) {
            Some(patch) => {
                if !node_adds(cluster) {
                    report(facts, patch, &missing(&needed, cluster.patches.iter()), out);
                }
            }
            None => {
                of_accepting(cluster, &needed, out);
                for node in &cluster.nodes {
                    if let Some(patch) = node.patches.iter().find(|patch| blocks(patch)) {
                        let rules = cluster.patches.iter().chain(&node.patches);
                        let of_node = |port: &&NodePort| {
                            node.role.value == Role::ControlPlane || !OF_CONTROL_PLANES.contains(&port.rule)
                        };
                        let missing = missing(&needed, rules).into_iter().filter(of_node).collect::<Vec<_>>();
                        report(facts, patch, &missing, out);
                    }
                }
            }
        }
    }
}

/// Rules that only control planes need.
const OF_CONTROL_PLANES: [&str; 3] = ["kubernetes-api-ingress", "trustd-ingress", "etcd-ingress"];

/// What has to pass.
fn needed(facts: &Facts<'_>, cluster: &Cluster) -> Vec<NodePort> {
    let mut needed = cluster_ports(cluster);
    if virtual_ips::listens_elsewhere(cluster) {
        needed.retain(|port| port.number != KUBERNETES_API_PORT);
    }
    // Of a Cilium that exists beside a source nobody knows all ports, and a machine alone says nothing to others.
    let is_known = |cilium: &&Cilium| !(facts.is_a_source() && cilium.is_existing()) && facts.whole(cilium.span);
    if let Some(cilium) = cluster.cilium.as_ref().filter(is_known).filter(|_| cluster.nodes.len() > 1) {
        needed.extend(cilium_ports(cilium));
    }
    needed
}

/// Whether a node has rules of its own: they are enough for it, and are not all nodes'.
fn node_adds(cluster: &Cluster) -> bool {
    cluster.nodes.iter().any(|node| !node.firewall.is_empty() || node.patches.iter().any(is_rule))
}

fn kind(patch: &RawYaml) -> Option<&str> {
    patch.value.get("kind").and_then(Value::as_str)
}

fn blocks(patch: &RawYaml) -> bool {
    kind(patch) == Some("NetworkDefaultActionConfig")
        && patch.value.get("ingress").and_then(Value::as_str) == Some("block")
}

fn is_rule(patch: &RawYaml) -> bool {
    kind(patch) == Some("NetworkRuleConfig")
}

/// The ports that no rule lets pass.
fn missing<'p>(needed: &'p [NodePort], patches: impl Iterator<Item = &'p RawYaml> + Clone) -> Vec<&'p NodePort> {
    let passes =
        |port: &&NodePort| patches.clone().filter(|patch| is_rule(patch)).any(|rule| passes(&rule.value, port));
    needed.iter().filter(|port| !passes(port)).collect()
}

/// Whether a rule lets a port pass; one that cannot be read may.
fn passes(rule: &Value, port: &NodePort) -> bool {
    let Some(selector) = rule.get("portSelector") else { return false };
    let protocol = selector.get("protocol").and_then(Value::as_str);
    let Some(ports) = selector.get("ports").and_then(Value::as_sequence) else { return false };
    protocol == Some(port.transport.word())
        && ports.iter().any(|range| match range {
            Value::Number(number) => number.as_u64() == Some(u64::from(port.number)),
            Value::String(text) => {
                let (first, last) = text.split_once('-').unwrap_or((text, text));
                match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
                    (Ok(first), Ok(last)) => (first..=last).contains(&u64::from(port.number)),
                    _ => true,
                }
            }
            _ => true,
        })
}

/// A firewall in words, without the rules that hnet derives: those of the source are all.
fn of_statement(cluster: &Cluster, firewall: &Firewall, needed: &[NodePort], out: &mut Diagnostics) {
    let off = &firewall.cluster_rules;
    if firewall.default_action.value == FirewallAction::Accept {
        of_accepting(cluster, needed, out);
        return;
    }
    if off.value || node_adds(cluster) {
        return;
    }
    let ruled = |port: &NodePort| firewall.rules.iter().any(|rule| is_of(rule, port));
    let missing = missing(needed, cluster.patches.iter());
    let missing: Vec<&NodePort> = missing.into_iter().filter(|port| !ruled(port)).collect();
    let kept_out =
        needed.iter().filter(|port| ruled(port) && !cluster.patches.iter().any(is_rule)).filter_map(|port| {
            let passes = |node: &Node| firewall.rules.iter().any(|rule| is_of(rule, port) && takes(rule, node));
            Some((port, asking(cluster, port).find(|node| !passes(node))?))
        });
    let mut parts: Vec<String> = missing.iter().map(|port| called(port)).collect();
    parts.extend(kept_out.map(|(port, node)| format!("{} from `{}`", called(port), node.name.value)));
    if !parts.is_empty() {
        let label = format!("no rule lets pass {}", parts.join(", "));
        told(off.span(), label, "leave `cluster-rules off` out, or write a `rule` for each", out);
    }
}

/// Where all passes that no rule speaks of, a rule keeps out the machines that it does not name.
fn of_accepting(cluster: &Cluster, needed: &[NodePort], out: &mut Diagnostics) {
    if cluster.patches.iter().chain(cluster.nodes.iter().flat_map(|node| &node.patches)).any(blocks) {
        return;
    }
    let shared = cluster.firewall.iter().flat_map(|firewall| &firewall.rules).map(|rule| (rule, None));
    let own = cluster.nodes.iter().flat_map(|node| node.firewall.iter().map(move |rule| (rule, Some(node))));
    for (rule, host) in shared.chain(own) {
        let is_here = |port: &&NodePort| {
            let is_worker = host.is_some_and(|host| host.role.value == Role::Worker);
            is_of(rule, port) && !(is_worker && OF_CONTROL_PLANES.contains(&port.rule))
        };
        let is_other = |node: &&Node| host.is_none_or(|host| host.span != node.span);
        let kept_out = needed
            .iter()
            .filter(is_here)
            .filter_map(|port| Some((port, asking(cluster, port).filter(is_other).find(|node| !takes(rule, node))?)));
        let parts: Vec<String> =
            kept_out.map(|(port, node)| format!("{} from `{}`", called(port), node.name.value)).collect();
        if !parts.is_empty() {
            let label = format!("besides its sources nobody passes, so this blocks {}", parts.join(", "));
            told(
                rule.name.span(),
                label,
                "add the machines to its `sources`, or let everything be blocked: `firewall;` of the cluster derives what it needs",
                out,
            );
        }
    }
}

/// Of one port only those pass whom all its rules name where all else passes: rules of which none names the same prefixes
/// let nobody pass.
pub(crate) fn excluding(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let is_block = |firewall: &Firewall| firewall.default_action.value == FirewallAction::Block;
        let patches = cluster.patches.iter().chain(cluster.nodes.iter().flat_map(|node| &node.patches));
        if cluster.talos().is_none() || cluster.firewall.as_ref().is_some_and(is_block) || patches.clone().any(blocks) {
            continue;
        }
        let mut told: Vec<(Span, Span)> = Vec::new();
        for node in cluster.nodes.iter().filter(|node| facts.whole(node.span)) {
            let rules = cluster.firewall.iter().flat_map(|firewall| &firewall.rules).chain(&node.firewall);
            let rules: Vec<&FirewallRule> = rules.collect();
            for (at, rule) in rules.iter().enumerate() {
                for other in &rules[..at] {
                    let places = (rule.name.span(), other.name.span());
                    let Some(port) = shared_port(rule, other).filter(|_| !told.contains(&places)) else { continue };
                    if !apart(rule, other) {
                        continue;
                    }
                    told.push(places);
                    let title = format!("nobody reaches {port}/{}", rule.protocol.value.word());
                    out.report(
                        Diagnostic::new(&codes::RULES_EXCLUDE, title)
                            .label(places.0, "this keeps out whoever it does not name")
                            .label(places.1, "and so does this, which names others")
                            .help("name all of them in one rule, or let everything else be blocked: `firewall;` of the cluster"),
                    );
                }
            }
        }
    }
}

/// The first port that two rules are about.
fn shared_port(rule: &FirewallRule, other: &FirewallRule) -> Option<u16> {
    let both = rule.ports.iter().flat_map(|one| other.ports.iter().map(move |two| (one.value, two.value)));
    let shared = both.filter(|(one, two)| one.first <= two.last && two.first <= one.last);
    let same = rule.protocol.value == other.protocol.value;
    shared.map(|(one, two)| one.first.max(two.first)).min().filter(|_| same)
}

/// Whether two rules surely name nobody in common.
fn apart(rule: &FirewallRule, other: &FirewallRule) -> bool {
    let parsed =
        |rule: &FirewallRule| rule.from.iter().map(|prefix| prefix.value.parse().ok()).collect::<Option<Vec<IpNet>>>();
    let (Some(own), Some(others)) = (parsed(rule), parsed(other)) else { return false };
    own.iter().all(|one| others.iter().all(|two| !one.contains(two) && !two.contains(one)))
}

/// Whether a rule is about a port.
fn is_of(rule: &FirewallRule, port: &NodePort) -> bool {
    let mut ports = rule.ports.iter().map(|range| range.value);
    rule.protocol.value == port.transport && ports.any(|range| (range.first..=range.last).contains(&port.number))
}

/// The machines that ask at a port of others.
fn asking<'c>(cluster: &'c Cluster, port: &NodePort) -> impl Iterator<Item = &'c Node> + use<'c> {
    let (control_planes, workers) = match port.rule {
        "kubelet-ingress" | "etcd-ingress" => (true, false),
        "trustd-ingress" => (false, true),
        // People ask, from wherever they are.
        "talos-api-ingress" => (false, false),
        _ => (true, true),
    };
    let asks = move |node: &&Node| match node.role.value {
        Role::ControlPlane => control_planes,
        Role::Worker => workers,
    };
    let several = cluster.nodes.len() > 1;
    cluster.nodes.iter().filter(move |node| several && asks(node))
}

/// Whether a rule takes packets of a machine, as far as it is known from where it asks.
fn takes(rule: &FirewallRule, node: &Node) -> bool {
    let parsed = |prefixes: &[Traced<String>]| {
        prefixes.iter().map(|prefix| prefix.value.parse().ok()).collect::<Option<Vec<IpNet>>>()
    };
    let (Some(from), Some(except)) = (parsed(&rule.from), parsed(&rule.except)) else { return true };
    let own: Vec<_> = node.addresses().map(|address| address.value.known()).collect();
    let is_known = !own.is_empty() && own.iter().all(Option::is_some) && node.links().all(|link| !link.dhcp());
    let inside = |own: &IpNet, prefixes: &[IpNet]| prefixes.iter().any(|prefix| prefix.contains(&own.addr()));
    !is_known || own.into_iter().flatten().any(|own| inside(&own, &from) && !inside(&own, &except))
}

fn report(facts: &Facts<'_>, patch: &RawYaml, missing: &[&NodePort], out: &mut Diagnostics) {
    let of_protocol = |transport: Transport| {
        let ports = missing.iter().filter(|port| port.transport == transport);
        let ports: Vec<String> = ports.map(|port| port.number.to_string()).collect();
        let listed = ports.join(", ");
        (!ports.is_empty()).then(|| format!("`portSelector: {{ports: [{listed}], protocol: {}}}`", transport.word()))
    };
    let rules: Vec<String> = [Transport::Tcp, Transport::Udp].into_iter().filter_map(of_protocol).collect();
    if missing.is_empty() {
        return;
    }
    let help = format!("add a patch with `kind: NetworkRuleConfig` from those who may ask: {}", rules.join(" and "));
    let listed: Vec<String> = missing.iter().map(|port| called(port)).collect();
    let place = key_place(facts.sources, patch.span, ["ingress"]);
    told(place, format!("no rule lets pass {}", listed.join(", ")), &help, out);
}

fn called(port: &NodePort) -> String {
    format!("{}/{} for {}", port.number, port.transport.word(), port.what)
}

fn told(place: Span, label: String, help: &str, out: &mut Diagnostics) {
    out.report(
        Diagnostic::new(&codes::FIREWALL_BLOCKS_CLUSTER, "the firewall blocks what the cluster needs")
            .label(place, label)
            .help(help),
    );
}

/// Where the machines are is said or known of each: a rule from nowhere lets nobody pass.
pub(crate) fn machines(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let Some(firewall) = cluster.firewall.as_ref().filter(|firewall| derives(firewall)) else { continue };
        let said: Option<Vec<IpNet>> = firewall.machines.iter().map(|prefix| prefix.value.parse().ok()).collect();
        // What a placeholder stands for may be anything.
        let Some(said) = said else { continue };
        let is_outside = |node: &&Node| {
            let own = [true, false].map(|v4| facts.network.node_prefix(cluster, node, v4));
            let known = own.iter().flatten().next().is_some();
            let address = node.address.as_ref().and_then(|address| address.value.known());
            facts.whole(node.span)
                && match (said.is_empty(), address) {
                    (true, _) => !known,
                    (false, Some(own)) => !said.iter().any(|prefix| prefix.contains(&own.addr())),
                    (false, None) => false,
                }
        };
        let Some(node) = cluster.nodes.iter().find(is_outside) else { continue };
        let (title, place, label, own) = match firewall.machines.first() {
            None => (
                format!("the firewall has to let pass `{}`, and where that is is not known", node.name.value),
                firewall.span,
                "its rules name the prefixes of the machines",
                "no subnet is known of this one".to_owned(),
            ),
            Some(first) => (
                format!("`{}` is outside the prefixes of the machines, and the firewall keeps it out", node.name.value),
                first.span(),
                "the machines are said to be here",
                node.address.as_ref().map_or_else(String::new, |own| format!("this one is at {}", own.value.address())),
            ),
        };
        out.report(
            Diagnostic::new(&codes::FIREWALL_OF_UNKNOWN_MACHINES, title)
                .label(place, label)
                .label(node.name.span(), own)
                .help("say where all machines are, as in `firewall machines 192.168.10.0/24;`"),
        );
    }
}

/// Whether hnet derives rules of a firewall.
fn derives(firewall: &Firewall) -> bool {
    firewall.cluster_rules.value && firewall.default_action.value == FirewallAction::Block
}

/// A rule has a name that no other of a machine has: Talos would append its ports and prefixes to theirs.
pub(crate) fn names(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let firewall = cluster.firewall.as_ref();
        let derived = |name: &str| {
            let firewall = firewall.filter(|firewall| derives(firewall))?;
            let is_it = CLUSTER_RULES.iter().any(|(rule, _)| *rule == name);
            is_it.then_some((firewall.span, "hnet derives one of this name"))
        };
        let of_all = |name: &str| {
            let said = firewall?.rules.iter().find(|rule| rule.name.value == name);
            said.map(|rule| (rule.name.span(), "all nodes have one of this name"))
        };
        let shared = firewall.into_iter().flat_map(|firewall| &firewall.rules);
        let shared = shared.map(|rule| (rule, derived(&rule.name.value)));
        let own = cluster.nodes.iter().flat_map(|node| &node.firewall);
        let own = own.map(|rule| (rule, of_all(&rule.name.value).or_else(|| derived(&rule.name.value))));
        for (rule, other) in shared.chain(own) {
            let Some((place, label)) = other else { continue };
            out.report(
                Diagnostic::new(&codes::DUPLICATE_NAME, format!("the firewall has two rules `{}`", rule.name.value))
                    .label(rule.name.span(), "a rule of the source")
                    .label(place, label)
                    .help("give this one another name"),
            );
        }
    }
}

/// What is said and does nothing: a part of no source, and derived rules where all passes without any.
pub(crate) fn without_effect(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        if let Some(firewall) = &cluster.firewall {
            let on = &firewall.cluster_rules;
            if on.value && firewall.default_action.value == FirewallAction::Accept {
                out.report(
                    Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, "the cluster needs no rules where everything passes")
                        .label(on.span(), "no rule is derived")
                        .label(firewall.default_action.span(), "what no rule speaks of passes")
                        .help("leave `cluster-rules` out"),
                );
            }
        }
        let shared = cluster.firewall.iter().flat_map(|firewall| &firewall.rules);
        for rule in shared.chain(cluster.nodes.iter().flat_map(|node| &node.firewall)) {
            let sources: Option<Vec<IpNet>> = rule.from.iter().map(|prefix| prefix.value.parse().ok()).collect();
            let Some(sources) = sources else { continue };
            for part in &rule.except {
                let Ok(own) = part.value.parse::<IpNet>() else { continue };
                if sources.iter().any(|prefix| prefix.contains(&own) || own.contains(prefix)) {
                    continue;
                }
                let title = format!("`{}` is in no source of `{}`", part.value, rule.name.value);
                out.report(
                    Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, title)
                        .label(part.span(), "nothing is taken out")
                        .help("leave it out, or write a part of what `sources` says"),
                );
            }
        }
    }
}
