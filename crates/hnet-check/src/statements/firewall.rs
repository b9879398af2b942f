//! `firewall`: what reaches the ports of machines.

use hnet_language::{Flag, List, One, statement};
use hnet_model::{Firewall, FirewallAction, FirewallRule, PortRange, Reason, Traced, Transport};

use super::node::each;
use crate::types::{FirewallWord, Ports, Sources, TransportWord};

statement! {
    /// Talos's ingress firewall on all machines: `firewall < talos-api lan; >`
    ///
    /// What the cluster needs passes by rules that hnet derives: the APIs, kubelet, etcd, and what Cilium's nodes say to
    /// each other. Packets for services and gateways pass Cilium before they come to this firewall, which does not filter them.
    FirewallStatement = "firewall" Unnamed () {
        /// What happens to packets that no rule speaks of. Under `accept` a rule keeps out whoever it does not name.
        "default-action" default_action: One<FirewallWord> [default "block"];
        /// Whether what the cluster needs passes by rules that hnet derives.
        "cluster-rules" cluster_rules: Flag [default "on where `default-action` is `block`"];
        /// The prefixes of the machines.
        "machines" machines: List<Sources> [default "the subnets of their own addresses"];
        /// Who may reach Talos's API on control planes, besides the machines.
        "talos-api" talos_api: List<Sources> [default "anybody"];
        /// Who may reach the Kubernetes API, besides machines and pods.
        "kubernetes-api" kubernetes_api: List<Sources> [default "anybody"];
        /// Who reaches further ports of all machines.
        "rule" rule: Vec<RuleStatement>;
    }
}

statement! {
    /// Rules of a machine's ingress firewall besides those of all: `firewall < rule nfs < ports 2049; sources lan; > >`
    NodeFirewallStatement = "firewall" Unnamed () [idle] {
        /// Who reaches further ports of the machine.
        "rule" rule: Vec<RuleStatement>;
    }
}

statement! {
    /// Who reaches which ports of a machine: `rule node-exporter < ports 9100; sources lan; >`
    RuleStatement = "rule" Named () {
        /// The ports, and ranges of them.
        "ports" ports: List<Ports> [required];
        /// What carries them.
        "protocol" protocol: One<TransportWord> [default "tcp"];
        /// From where.
        "sources" from: List<Sources> [required];
        /// Parts of that which are not meant.
        "except" except: List<Sources>;
    }
}

impl FirewallStatement {
    pub(crate) fn lower(self) -> Firewall {
        let Self { head, default_action, cluster_rules, machines, talos_api, kubernetes_api, rule } = self;
        let default_action = match default_action {
            Some(word) => word.map(|word| match word {
                FirewallWord::Block => FirewallAction::Block,
                FirewallWord::Accept => FirewallAction::Accept,
            }),
            None => Traced::derived(FirewallAction::Block, head.span, Reason::FirewallBlocks),
        };
        let blocks = default_action.value == FirewallAction::Block;
        Firewall {
            default_action,
            cluster_rules: cluster_rules.0.unwrap_or_else(|| Traced::derived(blocks, head.span, Reason::Default)),
            machines: sources(machines),
            talos_api: sources(talos_api),
            kubernetes_api: sources(kubernetes_api),
            rules: rules(rule),
            span: head.span,
        }
    }
}

impl NodeFirewallStatement {
    pub(crate) fn lower(self) -> Vec<FirewallRule> {
        rules(self.rule)
    }
}

fn rules(rules: Vec<RuleStatement>) -> Vec<FirewallRule> {
    rules.into_iter().filter_map(RuleStatement::lower).collect()
}

fn sources(list: List<Sources>) -> Vec<Traced<String>> {
    each(list.0, |Sources(prefixes)| prefixes)
}

impl RuleStatement {
    fn lower(self) -> Option<FirewallRule> {
        let Self { head, ports, protocol, from, except } = self;
        Some(FirewallRule {
            name: head.name?.map(|name| name.to_string()),
            ports: apart(ports.0.into_iter().map(|ports| ports.map(|Ports(range)| range)).collect()),
            protocol: match protocol {
                Some(word) => word.map(|word| match word {
                    TransportWord::Tcp => Transport::Tcp,
                    TransportWord::Udp => Transport::Udp,
                }),
                None => Traced::derived(Transport::Tcp, head.span, Reason::Default),
            },
            from: sources(from),
            except: sources(except),
        })
    }
}

/// Ranges in order, those that overlap as one: Talos refuses overlaps. (siderolabs/talos,
/// `pkg/machinery/config/types/network/port_range.go`.)
fn apart(mut ranges: Vec<Traced<PortRange>>) -> Vec<Traced<PortRange>> {
    ranges.sort_by_key(|range| range.value);
    let mut apart: Vec<Traced<PortRange>> = Vec::new();
    for range in ranges {
        match apart.last_mut().filter(|before| range.value.first <= before.value.last) {
            Some(before) => before.value.last = before.value.last.max(range.value.last),
            None => apart.push(range),
        }
    }
    apart
}
