//! Who may talk to whom, where policies say it.

use hnet_model::{Direction, End, Namespaces, Origin, Owned as _, Policy, PolicyRule, SelectorTerm, Traced};

use super::Page;
use crate::markdown::Document;

pub(super) fn write(page: &Page<'_>, document: &mut Document) {
    let policies = &page.cluster.policies;
    let Some(first) = policies.first() else { return };
    document.heading(2, Origin::written(first.span)).literal("Who may talk to whom");
    document.paragraph(Origin::written(first.span)).literal(
        "What some policy denies by default passes only where one of them says so; answers pass by themselves.",
    );
    document.table(&["Policy", "For", "May", "At"]);
    for policy in policies {
        for direction in Direction::ALL {
            let denies = policy.denies(direction);
            let nothing_passes = policy.rules(direction, false).next().is_none();
            let has_dns = direction == Direction::Egress && policy.cluster_dns.value;
            if denies.value && nothing_passes && !has_dns {
                let origin = Origin::written(policy.span);
                about(policy, document.row(origin).cell()).cell().literal(match direction {
                    Direction::Ingress => "be asked by nobody",
                    Direction::Egress => "ask nobody",
                });
                document.cell();
            }
        }
        if policy.cluster_dns.value {
            let row = about(policy, document.row(policy.cluster_dns.origin).cell()).cell();
            row.literal("ask cluster DNS").cell().code("53");
        }
        for it in &policy.rules {
            rule(page, policy, it, document);
        }
    }
    if let Some(existing) = policies.iter().find(|policy| policy.is_existing()) {
        document.paragraph(Origin::written(existing.span)).literal("Policies that exist are somebody else's.");
    }
}

/// The name of a policy and whom it is for.
fn about<'d>(policy: &Policy, document: &'d mut Document) -> &'d mut Document {
    document.code(policy.name.value.as_str()).cell();
    if !policy.nodes.is_empty() {
        document.literal("nodes with ").codes(terms(&policy.nodes));
        return document;
    }
    pods(&policy.pods, document);
    match &policy.namespace {
        Some(namespace) => document.literal(" of ").code(namespace.value.as_str()),
        None => document.literal(" of the cluster"),
    }
}

fn pods<'d>(said: &[Traced<SelectorTerm>], document: &'d mut Document) -> &'d mut Document {
    match said.iter().all(|term| term.value == SelectorTerm::Anything) {
        true => document.literal("all pods"),
        false => document.literal("pods with ").codes(terms(said)),
    }
}

fn terms(terms: &[Traced<SelectorTerm>]) -> impl Iterator<Item = String> {
    terms.iter().map(|term| term.value.to_string())
}

fn rule(page: &Page<'_>, policy: &Policy, rule: &PolicyRule, document: &mut Document) {
    about(policy, document.row(Origin::written(rule.span)).cell()).cell().literal(
        match (rule.direction, rule.denies) {
            (Direction::Ingress, false) => "be asked by ",
            (Direction::Ingress, true) => "not be asked by ",
            (Direction::Egress, false) => "ask ",
            (Direction::Egress, true) => "not ask ",
        },
    );
    if rule.ends.is_empty() {
        document.literal("anybody");
    }
    for (at, one) in rule.ends.iter().enumerate() {
        end(page, &one.value, document.comma(at));
    }
    if !rule.except.is_empty() {
        document.literal(" without ").codes(rule.except.iter().map(|part| &part.value));
    }
    document.cell();
    let ports = rule.ports.iter().map(|port| port.value.to_string());
    let messages = rule.icmp.iter().map(|message| format!("ICMP {}", message.value));
    document.codes(ports.chain(messages).collect::<Vec<_>>());
    if !rule.dns.is_empty() {
        document.literal(" for ").codes(rule.dns.iter().map(|name| &name.value));
    }
}

fn end(page: &Page<'_>, end: &End, document: &mut Document) {
    match end {
        End::Entity(entity) => document.code(entity.word()),
        End::Pods(selector) => {
            pods(&selector.terms, document);
            match &selector.namespaces {
                Namespaces::Own => document,
                Namespaces::Any(_) => document.literal(" of any namespace"),
                Namespaces::Named(names) => document.literal(" of ").codes(names.iter().map(|name| &name.value)),
            }
        }
        End::Gateway(id) => match page.cluster.gateways.get(id.0) {
            Some(gateway) => document.literal("gateway ").code(gateway.name.value.as_str()),
            None => document,
        },
        End::Tunnel(id) => match page.cluster.tunnels.get(id.0) {
            Some(tunnel) => document.literal("tunnel ").code(tunnel.name.value.as_str()),
            None => document,
        },
        End::Subnet(id) => match page.network.subnets.get(id.0) {
            Some(subnet) => document.literal("subnet ").code(subnet.name.value.as_str()),
            None => document,
        },
        End::Prefixes(prefixes) => document.codes(prefixes),
        End::CidrGroup(name) => document.literal("the prefixes of ").code(name.as_str()),
        End::Name(name) => document.code(name),
        End::Service { namespace, name } => document.literal("service ").code(&format!("{namespace}/{name}")),
    };
}
