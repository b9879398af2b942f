//! The ingress firewall: the rules that hnet derives from what the machines of a cluster need of each other, and those of
//! the source. Start at [`of_all`], [`of_control_planes`] and [`of_node`].
//!
//! The derived rules are those of Talos's documentation ("Ingress Firewall", recommended rules). Pods stand beside the
//! machines where they ask the machine that they run on, since Cilium and flannel leave them their own addresses there.

use hnet_manifests::talos::documents::{
    Document, Ingress, NetworkDefaultActionConfig, NetworkRuleConfig, PortSelector, Ports,
};
use hnet_model::{
    BundledCni, Cluster, ETCD_PORTS, Firewall, FirewallAction, FirewallRule, InterfaceAddress, IpNet, KUBE_SPAN_PORT,
    KUBELET_PORT, KUBERNETES_API_PORT, Network, Node, NodePort, Origin, Owned as _, PortRange, Reason, TALOS_API_PORT,
    TRUSTD_PORT, Traced, Transport, cilium_metrics_ports, cilium_ports,
};
use indexmap::IndexMap;

use super::dhcp::Asked;
use super::plan::Plan;
use super::settings::{self, Settings};
use super::shape::Shaped;

/// Anybody.
const ANYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

/// What flannel, as Talos brings it along, needs: its VXLAN has the port of the standard.
const FLANNEL: NodePort =
    NodePort { rule: "cni-vxlan", number: 4789, transport: Transport::Udp, what: "VXLAN", from_pods: false };

/// Of a cluster with a firewall what derives its rules.
struct Deriving<'p, 'a> {
    plan: &'p Plan<'a>,
    firewall: &'a Firewall,
    origin: Origin,
}

impl<'p, 'a> Deriving<'p, 'a> {
    /// None where no rules are derived.
    fn of(plan: &'p Plan<'a>) -> Option<Self> {
        let firewall = plan.cluster.firewall.as_ref()?;
        let deriving =
            Deriving { plan, firewall, origin: Origin::written(firewall.span).because(Reason::FirewallRule) };
        (deriving.blocks() && firewall.cluster_rules.value || !deriving.blocks()).then_some(deriving)
    }

    /// Whether rules let pass. Else one keeps out whoever it does not name, so that nothing needs a rule, and of one port
    /// only those pass whom all its rules name.
    fn blocks(&self) -> bool {
        self.firewall.default_action.value == FirewallAction::Block
    }

    fn rule(&self, name: &str, transport: Transport, ports: &[PortRange], from: Vec<Traced<String>>) -> FirewallRule {
        let traced = |port: &PortRange| Traced::new(*port, self.origin);
        FirewallRule {
            name: Traced::new(name.to_owned(), self.origin),
            ports: ports.iter().map(traced).collect(),
            protocol: Traced::new(transport, self.origin),
            from,
            except: Vec::new(),
        }
    }

    fn anywhere(&self) -> Vec<Traced<String>> {
        ANYWHERE.map(|prefix| Traced::new(prefix.to_owned(), self.origin)).to_vec()
    }

    /// The prefixes of the machines.
    fn machines(&self) -> Vec<Traced<String>> {
        if !self.firewall.machines.is_empty() {
            return self.firewall.machines.clone();
        }
        let Plan { network, cluster, .. } = self.plan;
        let own = cluster.nodes.iter().flat_map(|node| {
            [true, false].into_iter().filter_map(|is_ipv4| network.node_prefix(cluster, node, is_ipv4))
        });
        distinct(own.map(|prefix| prefix.map(|prefix| prefix.to_string())))
    }

    fn with_pods(&self, mut from: Vec<Traced<String>>) -> Vec<Traced<String>> {
        from.extend(self.plan.cluster.pods.iter().map(|prefix| prefix.as_ref().map(IpNet::to_string)));
        distinct(from.into_iter())
    }

    /// Those of whom it is said, and who needs it besides; anybody where nobody is said.
    fn said_or_anybody(&self, said: &[Traced<String>], besides: Vec<Traced<String>>) -> Vec<Traced<String>> {
        match said {
            [] => self.anywhere(),
            said => distinct(said.iter().cloned().chain(besides)),
        }
    }

    /// Machines by their own addresses, those of which none is known by their prefixes.
    fn addresses(&self, nodes: impl Iterator<Item = &'a Node>) -> Vec<Traced<String>> {
        let Plan { network, cluster, .. } = self.plan;
        let of_node = |node: &'a Node| {
            [true, false].into_iter().flat_map(move |is_ipv4| {
                let Some(prefix) = network.node_prefix(cluster, node, is_ipv4) else { return Vec::new() };
                let inside = |own: &Traced<InterfaceAddress>| {
                    let net = own.value.known().filter(|net| prefix.value.contains(&net.addr()))?;
                    Some(Traced::new(IpNet::from(net.addr()).to_string(), own.origin.because(Reason::FirewallRule)))
                };
                let known: Vec<_> = node.addresses().filter_map(inside).collect();
                match known.is_empty() {
                    true => vec![prefix.map(|prefix| prefix.to_string())],
                    false => known,
                }
            })
        };
        distinct(nodes.flat_map(of_node))
    }

    /// The rules that let anybody pass: without a source one says nothing.
    fn derived(rules: Vec<FirewallRule>) -> impl Iterator<Item = FirewallRule> {
        rules.into_iter().filter(|rule| !rule.from.is_empty())
    }
}

/// Values without those that stand before.
fn distinct(values: impl Iterator<Item = Traced<String>>) -> Vec<Traced<String>> {
    let mut kept: IndexMap<String, Traced<String>> = IndexMap::new();
    for value in values {
        kept.entry(value.value.clone()).or_insert(value);
    }
    kept.into_values().collect()
}

/// What the CNI's nodes say to each other.
fn cni_ports(cluster: &Cluster) -> Vec<NodePort> {
    let is_flannel = settings::cni(cluster).is_none_or(|cni| cni.value == BundledCni::Flannel);
    match &cluster.cilium {
        Some(cilium) => cilium_ports(cilium),
        None if is_flannel => vec![FLANNEL],
        None => Vec::new(),
    }
}

/// The rules of all machines.
pub(super) fn of_all(plan: &Plan<'_>) -> Vec<FirewallRule> {
    let Some(firewall) = &plan.cluster.firewall else { return Vec::new() };
    let mut rules = Vec::new();
    if let Some(deriving) = Deriving::of(plan).filter(Deriving::blocks) {
        let machines = deriving.machines();
        let tcp = |name, port, from| deriving.rule(name, Transport::Tcp, &[PortRange::one(port)], from);
        let mut derived = vec![
            tcp("kubelet-ingress", KUBELET_PORT, deriving.with_pods(machines.clone())),
            // Those that somebody asks pass it on to the others.
            tcp("apid-ingress", TALOS_API_PORT, deriving.addresses(plan.cluster.control_planes())),
        ];
        if plan.cluster.nodes.len() > 1 {
            derived.extend(cni_ports(plan.cluster).into_iter().map(|port| {
                let from = if port.from_pods { deriving.with_pods(machines.clone()) } else { machines.clone() };
                deriving.rule(port.rule, port.transport, &[PortRange::one(port.number)], from)
            }));
        }
        let own = plan.cluster.cilium.as_ref().filter(|cilium| cilium.is_own() && plan.cluster.monitoring.is_some());
        let mut metrics = own.map(cilium_metrics_ports).unwrap_or_default();
        metrics.sort_unstable();
        metrics.dedup();
        if !metrics.is_empty() {
            let ports: Vec<PortRange> = metrics.into_iter().map(PortRange::one).collect();
            derived.push(deriving.rule("cilium-metrics", Transport::Tcp, &ports, deriving.with_pods(machines.clone())));
        }
        // Peers may be anywhere, and WireGuard knows them.
        if plan.cluster.kube_span.is_some() {
            let anywhere = deriving.anywhere();
            derived.push(deriving.rule("kubespan", Transport::Udp, &[PortRange::one(KUBE_SPAN_PORT)], anywhere));
        }
        rules.extend(Deriving::derived(derived));
    }
    rules.extend(firewall.rules.iter().cloned());
    rules
}

/// The rules of control planes besides.
pub(super) fn of_control_planes(plan: &Plan<'_>) -> Vec<FirewallRule> {
    let Some(deriving) = Deriving::of(plan) else { return Vec::new() };
    let firewall = deriving.firewall;
    let machines = deriving.machines();
    let tcp = |name, port, from| deriving.rule(name, Transport::Tcp, &[PortRange::one(port)], from);
    // Control planes ask each other, which a rule of its own lets pass where rules do.
    let mut besides = if deriving.blocks() { Vec::new() } else { deriving.addresses(plan.cluster.control_planes()) };
    if plan.cluster.control_plane.talos_api_access.is_some() {
        besides = deriving.with_pods(besides);
    }
    let talos_api = deriving.said_or_anybody(&firewall.talos_api, besides);
    // The others of their subnets are not meant, where it is said who is.
    let nodes = match firewall.machines.as_slice() {
        [] => deriving.addresses(plan.cluster.nodes.iter()),
        said => said.to_vec(),
    };
    let kubernetes_api = deriving.said_or_anybody(&firewall.kubernetes_api, deriving.with_pods(nodes));
    if !deriving.blocks() {
        let said = [
            (&firewall.talos_api, tcp("talos-api-ingress", TALOS_API_PORT, talos_api)),
            (&firewall.kubernetes_api, tcp("kubernetes-api-ingress", KUBERNETES_API_PORT, kubernetes_api)),
        ];
        return said.into_iter().filter(|(said, _)| !said.is_empty()).map(|(_, rule)| rule).collect();
    }
    let mut derived = vec![
        tcp("talos-api-ingress", TALOS_API_PORT, talos_api),
        tcp("trustd-ingress", TRUSTD_PORT, machines),
        tcp("kubernetes-api-ingress", KUBERNETES_API_PORT, kubernetes_api),
    ];
    if plan.cluster.control_planes().count() > 1 {
        // The last is etcd's from Talos 1.14 on; before, nothing listens there.
        let [first, last] = ETCD_PORTS;
        let ports = [PortRange { first, last }, PortRange::one(2383)];
        derived.push(deriving.rule(
            "etcd-ingress",
            Transport::Tcp,
            &ports,
            deriving.addresses(plan.cluster.control_planes()),
        ));
    }
    Deriving::derived(derived).collect()
}

/// The rules of one machine besides.
pub(super) fn of_node(plan: &Plan<'_>, node: &Node) -> Vec<FirewallRule> {
    let asks_dhcpv6 = || node.links().any(|link| Asked::of(link).ipv6.is_some());
    let derived =
        Deriving::of(plan).filter(|deriving| deriving.blocks() && asks_dhcpv6()).into_iter().flat_map(|deriving| {
            // Answers to what is asked of a multicast address belong to no connection. (RFC 8415, 7.2.)
            let from = vec![Traced::new("fe80::/10".to_owned(), deriving.origin)];
            let rule = deriving.rule("dhcpv6-client", Transport::Udp, &[PortRange::one(546)], from);
            Deriving::derived(vec![rule]).collect::<Vec<_>>()
        });
    // Peers may be anywhere, as in KubeSpan.
    let ports = || node.wireguards().filter_map(|(_, wireguard)| wireguard.listen_port);
    let tunnels = Deriving::of(plan).filter(|deriving| deriving.blocks() && ports().next().is_some()).map(|deriving| {
        let mut ports: Vec<Traced<PortRange>> = ports().map(|port| port.map(PortRange::one)).collect();
        ports.sort_by_key(|port| port.value);
        ports.dedup_by_key(|port| port.value);
        let rule = deriving.rule("wireguard", Transport::Udp, &[], deriving.anywhere());
        FirewallRule { ports, ..rule }
    });
    derived.chain(tunnels).chain(node.firewall.iter().cloned()).collect()
}

/// Rules, and on which machines they are.
pub(crate) enum Group<'a> {
    All(Vec<FirewallRule>),
    ControlPlanes(Vec<FirewallRule>),
    Node(&'a Node, Vec<FirewallRule>),
}

/// All rules of a cluster with a firewall, for those who read of them.
pub(crate) fn groups<'a>(network: &'a Network, cluster: &'a Cluster) -> Vec<Group<'a>> {
    let Some(version) = cluster.talos().filter(|_| !cluster.nodes.is_empty()) else { return Vec::new() };
    let plan = Plan::new(network, cluster, version);
    let own = cluster.nodes.iter().map(|node| Group::Node(node, of_node(&plan, node)));
    [Group::All(of_all(&plan)), Group::ControlPlanes(of_control_planes(&plan))].into_iter().chain(own).collect()
}

impl Shaped {
    pub(super) fn firewall(&mut self, settings: &Settings<'_>) {
        if let Some(action) = settings.firewall {
            let ingress = action.map(FirewallAction::word);
            self.document(Document::new(NetworkDefaultActionConfig { ingress }, action.origin));
        }
        for rule in &settings.firewall_rules {
            self.document(Document::new(document(rule), rule.name.origin));
        }
    }
}

fn document(rule: &FirewallRule) -> NetworkRuleConfig {
    let port = |range: PortRange| match range.first == range.last {
        true => Ports::One(range.first),
        false => Ports::Range(range.to_string()),
    };
    NetworkRuleConfig {
        name: rule.name.clone(),
        port_selector: PortSelector {
            ports: rule.ports.iter().map(|range| range.map(port)).collect(),
            protocol: rule.protocol.map(Transport::word),
        },
        ingress: ingress(rule),
    }
}

/// The prefixes of a rule. Talos takes all that is not meant out of all that is, so that it does not matter beside which
/// prefix it stands: each stands beside those that it is a part of. (siderolabs/talos,
/// `controllers/network/nftables_chain_config.go`.)
fn ingress(rule: &FirewallRule) -> Vec<Traced<Ingress>> {
    let overlap = |prefix: &str, part: &str| match (prefix.parse::<IpNet>(), part.parse::<IpNet>()) {
        (Ok(prefix), Ok(part)) => prefix.contains(&part) || part.contains(&prefix),
        _ => false,
    };
    let entry = |prefix: &Traced<String>, except: Option<&Traced<String>>| {
        let except = except.map(|part| part.value.clone());
        Traced::new(Ingress { subnet: prefix.value.clone(), except }, prefix.origin)
    };
    let of_prefix = |prefix: &Traced<String>| {
        let mut parts = rule.except.iter().filter(|part| overlap(&prefix.value, &part.value)).peekable();
        match parts.peek() {
            None => vec![entry(prefix, None)],
            Some(_) => parts.map(|part| entry(prefix, Some(part))).collect(),
        }
    };
    rule.from.iter().flat_map(of_prefix).collect()
}
