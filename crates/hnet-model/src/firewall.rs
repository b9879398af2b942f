//! Talos's ingress firewall: what reaches the ports of machines, and what a cluster's machines need of each other.
//!
//! Start at [`Firewall`], [`cluster_ports`] and [`cilium_ports`].

use hnet_diagnostics::{Span, Traced};
use serde_yaml::Value;

use crate::{Cilium, Cluster, RoutingMode};

/// The firewall of all machines of a cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Firewall {
    /// What happens to packets that no rule speaks of.
    pub default_action: Traced<FirewallAction>,
    /// Whether what the cluster needs passes by rules that hnet derives.
    pub cluster_rules: Traced<bool>,
    /// The prefixes of the machines, where they are said.
    pub machines: Vec<Traced<String>>,
    /// Who may reach Talos's API on control planes besides the machines; anybody where nobody is said.
    pub talos_api: Vec<Traced<String>>,
    /// Who may reach the Kubernetes API besides machines and pods; anybody where nobody is said.
    pub kubernetes_api: Vec<Traced<String>>,
    /// The source's own rules.
    pub rules: Vec<FirewallRule>,
    /// The statement.
    pub span: Span,
}

/// What the rules are called that hnet derives, and what they let pass. (Those of Talos's documentation are called as there.)
pub const CLUSTER_RULES: &[(&str, &str)] = &[
    ("kubelet-ingress", "the kubelet"),
    ("apid-ingress", "Talos's API, as control planes pass it on"),
    ("talos-api-ingress", "Talos's API"),
    ("trustd-ingress", "certificates of new machines"),
    ("kubernetes-api-ingress", "the Kubernetes API"),
    ("etcd-ingress", "etcd"),
    ("cni-vxlan", "what pods of different machines send to each other"),
    ("cni-geneve", "what pods of different machines send to each other"),
    ("cilium-health", "Cilium's health checks"),
    ("cilium-wireguard", "what Cilium encrypts"),
    ("hubble-peer", "Hubble"),
    ("cilium-metrics", "metrics of Cilium, where `monitoring` collects them"),
    ("kubespan", "KubeSpan"),
    ("wireguard", "WireGuard"),
    ("dhcpv6-client", "answers of DHCPv6 servers"),
];

/// What happens to packets that no rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirewallAction {
    /// They pass, and a rule keeps out whoever it does not name.
    Accept,
    /// They do not pass, and a rule lets pass whoever it names.
    Block,
}

impl FirewallAction {
    /// The word for it, which Talos and the language share.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FirewallAction::Accept => "accept",
            FirewallAction::Block => "block",
        }
    }
}

/// A rule: who reaches which ports.
#[derive(Clone, Debug, PartialEq)]
pub struct FirewallRule {
    /// What it is called; no two of a machine have one name.
    pub name: Traced<String>,
    /// The ports, in order and apart from each other.
    pub ports: Vec<Traced<PortRange>>,
    /// Which protocol.
    pub protocol: Traced<Transport>,
    /// The prefixes that packets come from.
    pub from: Vec<Traced<String>>,
    /// Parts of them that are not meant.
    pub except: Vec<Traced<String>>,
}

/// Ports from a first to a last one, which may be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PortRange {
    /// The first of them.
    pub first: u16,
    /// The last of them.
    pub last: u16,
}

impl PortRange {
    /// One port.
    #[must_use]
    pub fn one(port: u16) -> Self {
        PortRange { first: port, last: port }
    }
}

impl std::fmt::Display for PortRange {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.first == self.last {
            true => write!(out, "{}", self.first),
            false => write!(out, "{}-{}", self.first, self.last),
        }
    }
}

/// What carries ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl Transport {
    /// The word for it, which Talos and the language share.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Transport::Tcp => "tcp",
            Transport::Udp => "udp",
        }
    }
}

/// A port at which the machines of a cluster reach each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodePort {
    /// What the rule that lets it pass is called.
    pub rule: &'static str,
    /// Its number.
    pub number: u16,
    /// Which protocol.
    pub transport: Transport,
    /// What it is for.
    pub what: &'static str,
    /// Whether pods ask there as well: those of the same machine come with addresses of their own.
    pub from_pods: bool,
}

/// The port of Talos's API. (siderolabs/talos, `pkg/machinery/constants`, `ApidPort`.)
pub const TALOS_API_PORT: u16 = 50000;
/// The port at which control planes sign certificates of workers. (There, `TrustdPort`.)
pub const TRUSTD_PORT: u16 = 50001;
/// The port of the Kubernetes API on control planes. (There, `DefaultControlPlanePort`.)
pub const KUBERNETES_API_PORT: u16 = 6443;
/// The port of the kubelet.
pub const KUBELET_PORT: u16 = 10250;
/// The UDP port of KubeSpan. (There, `KubeSpanDefaultPort`.)
pub const KUBE_SPAN_PORT: u16 = 51820;
/// etcd's ports for those who ask it, and among its members.
pub const ETCD_PORTS: [u16; 2] = [2379, 2380];

/// What a cluster needs to be reached and to hold together, whatever carries its pods.
#[must_use]
pub fn cluster_ports(cluster: &Cluster) -> Vec<NodePort> {
    let port = |rule, number, what, from_pods| NodePort { rule, number, transport: Transport::Tcp, what, from_pods };
    let mut ports = vec![
        port("talos-api-ingress", TALOS_API_PORT, "Talos's API", false),
        port("kubernetes-api-ingress", KUBERNETES_API_PORT, "the Kubernetes API", true),
    ];
    if cluster.nodes.len() > 1 {
        ports.push(port("kubelet-ingress", KUBELET_PORT, "the kubelet", true));
    }
    let control_planes = cluster.control_planes().count();
    if cluster.nodes.len() > control_planes {
        ports.push(port("trustd-ingress", TRUSTD_PORT, "certificates of new machines", false));
    }
    if control_planes > 1 {
        ports.extend(ETCD_PORTS.map(|number| port("etcd-ingress", number, "etcd", false)));
    }
    ports
}

/// What a cluster's machines need of each other for Cilium. (Cilium 1.20,
/// `Documentation/operations/system_requirements.rst`, "Firewall Rules".)
#[must_use]
pub fn cilium_ports(cilium: &Cilium) -> Vec<NodePort> {
    let said = |path: &[&str]| cilium.values.iter().rev().find_map(|values| at(&values.value, path));
    let number = |path: &[&str], default: u16| {
        said(path).and_then(Value::as_u64).and_then(|number| u16::try_from(number).ok()).unwrap_or(default)
    };
    let port = |rule, number, transport, what, from_pods| NodePort { rule, number, transport, what, from_pods };
    let mut ports = Vec::new();
    if said(&["healthChecking"]).and_then(Value::as_bool) != Some(false) {
        ports.push(port("cilium-health", number(&["healthPort"], 4240), Transport::Tcp, "health checks", false));
    }
    if cilium.routing.value == RoutingMode::Tunnel {
        let is_geneve = said(&["tunnelProtocol"]).and_then(Value::as_str) == Some("geneve");
        let (rule, default, what) = match is_geneve {
            true => ("cni-geneve", 6081, "Geneve"),
            false => ("cni-vxlan", 8472, "VXLAN"),
        };
        ports.push(port(rule, number(&["tunnelPort"], default), Transport::Udp, what, false));
    }
    if cilium.encryption.value {
        ports.push(port("cilium-wireguard", 51871, Transport::Udp, "WireGuard", false));
    }
    // Where Hubble listens is a text that says the host as well; one of the user's own is not read.
    if cilium.hubble.is_some() && said(&["hubble", "listenAddress"]).is_none() {
        ports.push(port("hubble-peer", 4244, Transport::Tcp, "Hubble", true));
    }
    ports
}

/// The ports at which Cilium's agents, operator and proxies have metrics on every machine, and Hubble where it runs, where they
/// are told to. (cilium/cilium v1.18, `install/kubernetes/cilium/values.yaml`.)
#[must_use]
pub fn cilium_metrics_ports(cilium: &Cilium) -> Vec<u16> {
    let said = |path: &[&str]| cilium.values.iter().rev().find_map(|values| at(&values.value, path));
    let of = |path: &[&str], usual: u16| {
        let is_off = said(&[path, &["enabled"]].concat()).and_then(Value::as_bool) == Some(false);
        let port = said(&[path, &["port"]].concat()).and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok());
        (!is_off).then_some(port.unwrap_or(usual))
    };
    let of_hubble = || cilium.hubble.as_ref().and_then(|_| of(&["hubble", "metrics"], 9965));
    let all = [of(&["prometheus"], 9962), of(&["operator", "prometheus"], 9963), of(&["envoy", "prometheus"], 9964)];
    all.into_iter().flatten().chain(of_hubble()).collect()
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(*key))
}
