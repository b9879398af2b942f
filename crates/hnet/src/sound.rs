//! What a network without mistakes holds, in one line.

use hnet_diagnostics::counted;
use hnet_model::Network;

/// What was found sound, and by how many rules: `3 nodes, 2 gateways; 96 rules`.
#[must_use]
pub fn sound(network: &Network) -> String {
    let clusters = &network.clusters;
    let sum = |count: fn(&hnet_model::Cluster) -> usize| clusters.iter().map(count).sum::<usize>();
    let parts = [
        (network.subnets.len(), "subnet"),
        (network.routers.len(), "router"),
        (network.switches.len(), "switch"),
        (network.hosts.len(), "host"),
        (sum(|cluster| cluster.nodes.len()), "node"),
        (sum(|cluster| cluster.pools.len()), "pool"),
        (sum(|cluster| cluster.policies.len()), "policy"),
        (sum(|cluster| cluster.gateways.len()), "gateway"),
        (sum(|cluster| cluster.envoy.len()), "object of Envoy Gateway"),
        (sum(|cluster| cluster.routes.len()), "route"),
        (sum(|cluster| cluster.services.len()), "service"),
        (sum(|cluster| cluster.tunnels.len()), "tunnel"),
        (sum(|cluster| cluster.records.iter().map(|records| records.records.len()).sum()), "DNS record"),
    ];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| counted(count, what)).collect();
    let what = if parts.is_empty() { "nothing is declared".to_owned() } else { parts.join(", ") };
    let mut text = format!("{what}; {}", counted(hnet_rules::RULES.len(), "rule"));
    if !network.allowed.is_empty() {
        text.push_str(&format!(", {} allowed", counted(network.allowed.len(), "finding")));
    }
    text
}
