//! Talos's ingress firewall, which patches switch on: what Cilium's nodes say among each other must pass it.
//!
//! Start at [`firewalls`].

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_model::{Cilium, Cluster, Owned as _, RawYaml, RoutingMode};
use serde_yaml::Value;

use crate::facts::Facts;
use crate::facts::yaml_place::key_place;

/// A port that the nodes of a cluster reach each other at.
struct Port {
    number: u64,
    protocol: &'static str,
    /// What it is for.
    what: &'static str,
}

/// A firewall that blocks lets pass what Cilium's nodes need of each other.
pub(crate) fn firewalls(facts: &Facts<'_>, out: &mut Diagnostics) {
    // One of which something is lost may have a rule in what was lost.
    let on_talos = |cluster: &&Cluster| cluster.talos().is_some() && facts.whole(cluster.span);
    for cluster in facts.network.clusters.iter().filter(on_talos) {
        // Of one that exists beside a source nobody knows all ports.
        let is_known = |cilium: &&Cilium| !(facts.is_a_source() && cilium.is_existing());
        let Some(cilium) = cluster.cilium.as_ref().filter(is_known) else { continue };
        let is_whole = facts.whole(cilium.span) && cluster.nodes.iter().all(|node| facts.whole(node.span));
        // A machine alone says nothing to others.
        if cluster.nodes.len() < 2 || !is_whole {
            continue;
        }
        let needed = needed(cilium);
        match cluster.patches.iter().find(|patch| blocks(patch)) {
            // What a node adds for itself is enough for it, and its rules are not all nodes'.
            Some(patch) => {
                let adds = cluster.nodes.iter().any(|node| node.patches.iter().any(is_rule));
                if !adds {
                    report(facts, patch, &missing(&needed, cluster.patches.iter()), out);
                }
            }
            None => {
                for node in &cluster.nodes {
                    if let Some(patch) = node.patches.iter().find(|patch| blocks(patch)) {
                        let rules = cluster.patches.iter().chain(&node.patches);
                        report(facts, patch, &missing(&needed, rules), out);
                    }
                }
            }
        }
    }
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

/// What a cluster's nodes need of each other. (Cilium 1.20, `Documentation/operations/system_requirements.rst`,
/// "Firewall Rules".)
fn needed(cilium: &Cilium) -> Vec<Port> {
    let said = |path: &[&str]| cilium.values.iter().rev().find_map(|values| at(&values.value, path));
    let number = |path: &[&str], default: u64| said(path).and_then(Value::as_u64).unwrap_or(default);
    let mut ports = Vec::new();
    if said(&["healthChecking"]).and_then(Value::as_bool) != Some(false) {
        ports.push(Port { number: number(&["healthPort"], 4240), protocol: "tcp", what: "health checks" });
    }
    if cilium.routing.value == RoutingMode::Tunnel {
        let is_geneve = said(&["tunnelProtocol"]).and_then(Value::as_str) == Some("geneve");
        let (default, what) = if is_geneve { (6081, "Geneve") } else { (8472, "VXLAN") };
        ports.push(Port { number: number(&["tunnelPort"], default), protocol: "udp", what });
    }
    if cilium.encryption.value {
        ports.push(Port { number: 51871, protocol: "udp", what: "WireGuard" });
    }
    // Where Hubble listens is a text that says the host as well; one of the user's own is not read.
    if cilium.hubble.is_some() && said(&["hubble", "listenAddress"]).is_none() {
        ports.push(Port { number: 4244, protocol: "tcp", what: "Hubble" });
    }
    ports
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(*key))
}

/// The ports that no rule lets pass.
fn missing<'p>(needed: &'p [Port], patches: impl Iterator<Item = &'p RawYaml> + Clone) -> Vec<&'p Port> {
    let passes = |port: &&Port| patches.clone().filter(|patch| is_rule(patch)).any(|rule| passes(&rule.value, port));
    needed.iter().filter(|port| !passes(port)).collect()
}

/// Whether a rule lets a port pass; one that cannot be read may.
fn passes(rule: &Value, port: &Port) -> bool {
    let Some(selector) = rule.get("portSelector") else { return false };
    let protocol = selector.get("protocol").and_then(Value::as_str);
    let Some(ports) = selector.get("ports").and_then(Value::as_sequence) else { return false };
    protocol == Some(port.protocol)
        && ports.iter().any(|range| match range {
            Value::Number(number) => number.as_u64() == Some(port.number),
            Value::String(text) => {
                let (first, last) = text.split_once('-').unwrap_or((text, text));
                match (first.trim().parse::<u64>(), last.trim().parse::<u64>()) {
                    (Ok(first), Ok(last)) => (first..=last).contains(&port.number),
                    _ => true,
                }
            }
            _ => true,
        })
}

fn report(facts: &Facts<'_>, patch: &RawYaml, missing: &[&Port], out: &mut Diagnostics) {
    if missing.is_empty() {
        return;
    }
    let listed: Vec<String> =
        missing.iter().map(|port| format!("{}/{} for {}", port.number, port.protocol, port.what)).collect();
    let rules: Vec<String> = ["tcp", "udp"]
        .into_iter()
        .filter_map(|protocol| {
            let of_protocol = missing.iter().filter(|port| port.protocol == protocol);
            let ports: Vec<String> = of_protocol.map(|port| port.number.to_string()).collect();
            (!ports.is_empty())
                .then(|| format!("`portSelector: {{ports: [{}], protocol: {protocol}}}`", ports.join(", ")))
        })
        .collect();
    out.report(
        Diagnostic::new(&codes::FIREWALL_BLOCKS_CILIUM, "the firewall blocks what Cilium's nodes say to each other")
            .label(
                key_place(facts.sources, patch.span, ["ingress"]),
                format!("no rule lets pass {}", listed.join(", ")),
            )
            .help(format!(
                "add a patch with `kind: NetworkRuleConfig` from the nodes' subnet: {}",
                rules.join(" and ")
            )),
    );
}
