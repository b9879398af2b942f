//! Cilium, the Gateway API that is installed, and the load balancer's addresses.

use hnet_diagnostics::{Span, Traced};

use ipnet::IpNet;

use crate::{AddressRange, Name, Node, Overlay, Owner, RawYaml, Role, Told, Version};

/// The installed Gateway API.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayApi {
    /// Its version.
    pub version: Traced<Version>,
    /// Whether the experimental channel is installed.
    pub experimental: Traced<bool>,
    /// Whose it is.
    pub owner: Owner,
}

/// Cilium's settings; what the rest of the network implies is derived by the emitter.
#[derive(Clone, Debug, PartialEq)]
pub struct Cilium {
    /// The chart's version.
    pub version: Traced<Version>,
    /// Flow observation.
    pub hubble: Option<Hubble>,
    /// Whether traffic between nodes is encrypted with WireGuard.
    pub encryption: Traced<bool>,
    /// How pods of different nodes reach each other.
    pub routing: Traced<RoutingMode>,
    /// How replies of load-balanced connections travel.
    pub load_balancer: Traced<LoadBalancerMode>,
    /// The interfaces that it attaches to, Linux names or `bond+`; its own choice where empty.
    pub devices: Vec<Traced<String>>,
    /// Whether pods' addresses are hidden behind the node's in eBPF.
    pub bpf_masquerade: Traced<bool>,
    /// What else its chart is told in words, as the chart's values.
    pub settings: Told,
    /// Helm values, merged last.
    pub values: Vec<RawYaml>,
    /// Whose it is. Talos is told of it either way.
    pub owner: Owner,
    /// The statement.
    pub span: Span,
}

/// Hubble: Cilium's flow observation.
#[derive(Clone, Debug, PartialEq)]
pub struct Hubble {
    /// Whether the relay runs.
    pub relay: Traced<bool>,
    /// Whether the user interface runs.
    pub ui: Traced<bool>,
    /// Where it was asked for.
    pub span: Span,
}

/// How pods of different nodes reach each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutingMode {
    /// Packets are routed as they are.
    Native,
    /// Packets are wrapped in VXLAN.
    Tunnel,
}

/// How replies of load-balanced connections travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadBalancerMode {
    /// Back through the node that took the request.
    Snat,
    /// Straight to the client.
    Dsr,
    /// Straight for TCP, back for UDP.
    Hybrid,
}

/// Addresses for load balancers.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// What it is called.
    pub name: Traced<Name>,
    /// Its doc comment.
    pub doc: Option<String>,
    /// The addresses that it gives out.
    pub ranges: Vec<Traced<AddressRange>>,
    /// Those of its ranges that are written as prefixes. Unless the pool gives out all addresses, their first and last
    /// ones are kept back and not in the range.
    pub prefixes: Vec<Traced<IpNet>>,
    /// Whether the first and the last address of a prefix are given out as well.
    pub first_and_last: Traced<bool>,
    /// The namespaces whose services may use it; all where empty.
    pub namespaces: Vec<Traced<Name>>,
    /// How the addresses become reachable; none where something else sees to it.
    pub announce: Option<Traced<Announce>>,
    /// The name of the policy that announces them, where it is said.
    pub policy: Option<Traced<Name>>,
    /// What is laid over its objects.
    pub overlay: Overlay,
    /// The statement.
    pub span: Span,
}

impl Pool {
    /// The name of the policy that announces its addresses: that of the pool unless another is said.
    #[must_use]
    pub fn policy_name(&self) -> &Traced<Name> {
        self.policy.as_ref().unwrap_or(&self.name)
    }

    /// Whether an address is among those that it gives out.
    #[must_use]
    pub fn holds(&self, address: std::net::IpAddr) -> bool {
        self.ranges.iter().any(|range| range.value.contains(address))
    }

    /// Who answers ARP and NDP for its addresses, where somebody does.
    #[must_use]
    pub fn layer2(&self) -> Option<&Layer2> {
        match &self.announce.as_ref()?.value {
            Announce::Layer2(layer2) => Some(layer2),
            Announce::Bgp => None,
        }
    }
}

/// How a pool's addresses become reachable.
#[derive(Clone, Debug, PartialEq)]
pub enum Announce {
    /// A node answers ARP and NDP for them.
    Layer2(Layer2),
    /// Nodes tell routers of them.
    Bgp,
}

/// Who answers ARP and NDP.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer2 {
    /// Regular expressions over Linux interface names, as [`interface_expression`] completes them; all where empty.
    pub interfaces: Vec<Traced<String>>,
    /// The nodes that announce; all where empty.
    pub nodes: Vec<Traced<Announcer>>,
}

/// A pattern of interfaces as Cilium gets it. Cilium takes one that fits a part of a name, and `eth0` is a part of `veth01`,
/// so one without an anchor fits whole names only. Who writes an anchor has said how much of a name it fits, and says that of
/// one of several ways alone. What quotes a part of itself is left as it is.
#[must_use]
pub fn interface_expression(pattern: &str) -> String {
    if pattern.contains(r"\Q") {
        return pattern.to_owned();
    }
    let ways = ways(pattern);
    match ways.as_slice() {
        [_, _, ..] if ways.iter().all(|(_, is_anchored)| !is_anchored) => format!("^({pattern})$"),
        _ => {
            let whole = |(way, is_anchored): &(&str, bool)| match is_anchored {
                true => (*way).to_owned(),
                false => format!("^{way}$"),
            };
            ways.iter().map(whole).collect::<Vec<_>>().join("|")
        }
    }
}

/// The ways of a regular expression, of which each fits by itself, and whether an anchor is in them.
fn ways(pattern: &str) -> Vec<(&str, bool)> {
    let (mut ways, mut start, mut is_anchored) = (Vec::new(), 0, false);
    let (mut depth, mut class) = (0_usize, None);
    let mut characters = pattern.char_indices();
    while let Some((at, character)) = characters.next() {
        match (character, class) {
            ('\\', _) => {
                is_anchored |= characters.next().is_some_and(|(_, next)| class.is_none() && "Az".contains(next))
            }
            // A class in another, by its name, ends by itself.
            ('[', Some(_)) if pattern[at..].starts_with("[:") => {
                let named = pattern[at + 2..].find(":]").map_or("", |end| &pattern[at + 2..at + 2 + end]);
                if !named.is_empty() {
                    characters.nth(named.chars().count() + 2);
                }
            }
            // One that stands first in a class does not close it.
            (']', Some(first)) if at > first => class = None,
            (_, Some(_)) => {}
            ('[', None) => class = Some(at + if pattern[at..].starts_with("[^") { 2 } else { 1 }),
            ('(', None) => depth += 1,
            (')', None) => depth = depth.saturating_sub(1),
            ('^' | '$', None) => is_anchored = true,
            ('|', None) if depth == 0 => {
                ways.push((&pattern[start..at], is_anchored));
                (start, is_anchored) = (at + 1, false);
            }
            _ => {}
        }
    }
    ways.push((&pattern[start..], is_anchored));
    ways
}

/// Nodes that announce addresses.
#[derive(Clone, Debug, PartialEq)]
pub enum Announcer {
    /// All nodes.
    All,
    /// The workers.
    Workers,
    /// One node.
    Node(Name),
}

impl Announcer {
    /// Whether it stands for a node.
    #[must_use]
    pub fn is(&self, node: &Node) -> bool {
        match self {
            Announcer::All => true,
            Announcer::Workers => node.role.value == Role::Worker,
            Announcer::Node(name) => *name == node.name.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::interface_expression;

    #[test]
    fn each_way_without_an_anchor_fits_whole_names() {
        for (said, written) in [
            ("eth0", "^eth0$"),
            ("^enp.*", "^enp.*"),
            ("eno1|eno2", "^(eno1|eno2)$"),
            ("^eth|^enp", "^eth|^enp"),
            ("^eth0|eth1", "^eth0|^eth1$"),
            ("eth0|bond$", "^eth0$|bond$"),
            ("(^eth|^enp)", "(^eth|^enp)"),
            ("(?i)^eth", "(?i)^eth"),
            (r"\Aeth", r"\Aeth"),
            ("[^|]th0", "^[^|]th0$"),
            ("[]|^]th0", "^[]|^]th0$"),
            (r"eth\$|a", r"^(eth\$|a)$"),
            ("^en[[:alpha:]|x]", "^en[[:alpha:]|x]"),
            ("en[^[:digit:]|$]0|eth0", "^(en[^[:digit:]|$]0|eth0)$"),
            ("^en[[:|x]", "^en[[:|x]"),
            (r"^eth|\Qa|b$\E", r"^eth|\Qa|b$\E"),
        ] {
            assert_eq!(interface_expression(said), written, "{said}");
        }
    }
}
