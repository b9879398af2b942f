//! What reaches the ports of the machines, where their firewall says it.

use hnet_model::{CLUSTER_RULES, FirewallAction, FirewallRule, Origin};

use super::Page;
use crate::markdown::Document;
use crate::talos::firewall::{Group, groups};

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    let Some(firewall) = &page.cluster.firewall else { return };
    document.heading(2, Origin::written(firewall.span)).literal("Firewall");
    document.paragraph(firewall.default_action.origin).literal(match firewall.default_action.value {
        FirewallAction::Block => "Machines take what these rules let pass, and nothing else.",
        FirewallAction::Accept => "These ports are for whom the rules name; all others are open.",
    });
    if page.cluster.cilium.is_some() {
        document.literal(" Services and gateways are Cilium's, which takes their packets before this firewall does.");
    }
    document.table(&["Machines", "Ports", "From", "For"]);
    for group in groups(page.network, page.cluster) {
        match group {
            Group::All(rules) => rules.iter().for_each(|rule| row(document, |cell| cell.literal("all"), rule)),
            Group::ControlPlanes(rules) => {
                rules.iter().for_each(|rule| row(document, |cell| cell.literal("control planes"), rule));
            }
            Group::Node(node, rules) => {
                rules.iter().for_each(|rule| row(document, |cell| cell.code(node.name.value.as_str()), rule));
            }
        }
    }
}

fn row(document: &mut Document, machines: impl Fn(&mut Document) -> &mut Document, rule: &FirewallRule) {
    machines(document.row(rule.name.origin).cell()).cell();
    let ports = rule.ports.iter().map(|range| format!("{}/{}", range.value, rule.protocol.value.word()));
    document.codes(ports).cell().codes(rule.from.iter().map(|prefix| &prefix.value));
    if !rule.except.is_empty() {
        document.literal(" without ").codes(rule.except.iter().map(|part| &part.value));
    }
    let name = rule.name.value.as_str();
    match CLUSTER_RULES.iter().find(|(known, _)| *known == name) {
        Some((_, what)) => document.cell().literal(what),
        None => document.cell().code(name),
    };
}
