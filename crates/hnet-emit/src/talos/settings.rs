//! What machines are told, before it has a shape.
//!
//! Three groups say it: all machines, the control planes, one machine. `talconfig.yaml` keeps the
//! groups apart, a machine's own file lays them over each other ([`Settings::with`]).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use hnet_manifests::talos::v1alpha1::HostDns;
use hnet_manifests::versions::talos::Minor;
use hnet_model::{
    BundledCni, Cluster, ControlPlane, Discovery, Disk, FirewallAction, FirewallRule, HostName, IpNet, KubeSpan,
    KubeletSettings, MachineSettings, Node, Origin, OwnHostDns, Reason, Role, StaticHost, Taint, TimeSettings, Traced,
};

use super::firewall;
use super::image;
use super::links::{self, Link};
use super::plan::Plan;

/// What a group of machines is told. What is none or empty is left to Talos.
#[derive(Clone, Default)]
pub(super) struct Settings<'a> {
    pub(super) hostname: Option<Traced<String>>,
    pub(super) links: Vec<Link<'a>>,
    pub(super) name_servers: Vec<Traced<String>>,
    pub(super) search_domains: Vec<Traced<String>>,
    pub(super) static_hosts: &'a [StaticHost],
    /// Whether the domain of the host name is searched.
    pub(super) default_search: Option<Traced<bool>>,
    pub(super) time: TimeSettings,
    pub(super) disk: Option<&'a Traced<Disk>>,
    /// The installer's image with its tag.
    pub(super) image: Option<Traced<String>>,
    /// Further arguments of the kernel.
    pub(super) kernel_arguments: Vec<Traced<String>>,
    pub(super) host_dns: Option<HostDns>,
    /// The port; none inside where KubePrism is off.
    pub(super) kube_prism: Option<Traced<Option<u16>>>,
    pub(super) cluster_dns: Option<Traced<String>>,
    /// Where the kubelet picks the node's address from.
    pub(super) node_subnets: Vec<Traced<String>>,
    pub(super) etcd_subnets: Vec<Traced<String>>,
    pub(super) labels: &'a [(Traced<String>, String)],
    pub(super) annotations: &'a [(Traced<String>, String)],
    pub(super) taints: &'a [Traced<Taint>],
    /// Where it is said that control planes carry pods.
    pub(super) schedulable: Option<Origin>,
    pub(super) network: Option<&'a Cluster>,
    /// The CNI that Talos installs.
    pub(super) cni: Option<Traced<BundledCni>>,
    /// Whether it installs kube-proxy.
    pub(super) kube_proxy: Option<Traced<bool>>,
    /// Whether it installs CoreDNS.
    pub(super) core_dns: Option<Traced<bool>>,
    /// How it starts the components of the control plane.
    pub(super) control_plane: Option<&'a ControlPlane>,
    pub(super) certificate_names: &'a [Traced<String>],
    /// What happens to packets that no rule of the firewall speaks of.
    pub(super) firewall: Option<Traced<FirewallAction>>,
    /// Its rules, those of smaller groups last.
    pub(super) firewall_rules: Vec<FirewallRule>,
    /// The mesh of the machines.
    pub(super) kube_span: Option<&'a KubeSpan>,
    pub(super) discovery: Option<&'a Discovery>,
    /// What is about no network, that of smaller groups last.
    pub(super) machine: Vec<&'a MachineSettings>,
    /// What the kubelet is told, likewise.
    pub(super) kubelet: Vec<&'a KubeletSettings>,
}

/// `other` where it says something, else `own`.
fn or<T>(own: Vec<T>, other: Vec<T>) -> Vec<T> {
    if other.is_empty() { own } else { other }
}

fn or_slice<'a, T>(own: &'a [T], other: &'a [T]) -> &'a [T] {
    if other.is_empty() { own } else { other }
}

impl<'a> Settings<'a> {
    /// These settings with those of a smaller group laid over them.
    pub(super) fn with(self, other: Settings<'a>) -> Settings<'a> {
        Settings {
            hostname: other.hostname.or(self.hostname),
            links: or(self.links, other.links),
            name_servers: or(self.name_servers, other.name_servers),
            search_domains: or(self.search_domains, other.search_domains),
            static_hosts: or_slice(self.static_hosts, other.static_hosts),
            default_search: other.default_search.or(self.default_search),
            time: TimeSettings {
                enabled: other.time.enabled.or(self.time.enabled),
                servers: or(self.time.servers, other.time.servers),
                boot_timeout: other.time.boot_timeout.or(self.time.boot_timeout),
            },
            disk: other.disk.or(self.disk),
            image: other.image.or(self.image),
            kernel_arguments: [self.kernel_arguments, other.kernel_arguments].concat(),
            host_dns: other.host_dns.or(self.host_dns),
            kube_prism: other.kube_prism.or(self.kube_prism),
            cluster_dns: other.cluster_dns.or(self.cluster_dns),
            node_subnets: or(self.node_subnets, other.node_subnets),
            etcd_subnets: or(self.etcd_subnets, other.etcd_subnets),
            labels: or_slice(self.labels, other.labels),
            annotations: or_slice(self.annotations, other.annotations),
            taints: or_slice(self.taints, other.taints),
            schedulable: other.schedulable.or(self.schedulable),
            network: other.network.or(self.network),
            cni: other.cni.or(self.cni),
            kube_proxy: other.kube_proxy.or(self.kube_proxy),
            core_dns: other.core_dns.or(self.core_dns),
            control_plane: other.control_plane.or(self.control_plane),
            certificate_names: or_slice(self.certificate_names, other.certificate_names),
            discovery: other.discovery.or(self.discovery),
            firewall: other.firewall.or(self.firewall),
            firewall_rules: [self.firewall_rules, other.firewall_rules].concat(),
            kube_span: other.kube_span.or(self.kube_span),
            machine: [self.machine, other.machine].concat(),
            kubelet: [self.kubelet, other.kubelet].concat(),
        }
    }
}

/// What all machines of the cluster are told.
pub(super) fn of_all<'a>(plan: &Plan<'a>) -> Settings<'a> {
    let cluster = plan.cluster;
    Settings {
        default_search: cluster.default_search,
        time: common_time(cluster),
        search_domains: plan.common_search_domains.map(domains).unwrap_or_default(),
        host_dns: (!says_own_host_dns(cluster)).then_some(cluster.host_dns).and_then(|dns| host_dns(plan, dns)),
        kube_prism: Some(match cluster.kube_prism {
            Some(port) => port.map(Some),
            None => Traced::written(None, cluster.span),
        }),
        cluster_dns: own_dns_address(cluster),
        node_subnets: if says_own_subnets(plan) { Vec::new() } else { common_node_subnets(plan) },
        network: Some(cluster),
        cni: cni(cluster),
        firewall: cluster.firewall.as_ref().map(|firewall| firewall.default_action),
        firewall_rules: firewall::of_all(plan),
        kube_span: cluster.kube_span.as_ref(),
        discovery: Some(&cluster.discovery),
        machine: vec![&cluster.machine],
        kubelet: vec![&cluster.kubelet],
        ..Settings::default()
    }
}

/// What the control planes are told besides.
pub(super) fn of_control_planes<'a>(plan: &Plan<'a>) -> Settings<'a> {
    let cluster = plan.cluster;
    let components = &cluster.control_plane;
    Settings {
        etcd_subnets: match &cluster.control_plane.etcd.subnets {
            Some(subnets) => plan.said_subnets(subnets),
            None => plan.common_subnets.clone().unwrap_or_default(),
        },
        schedulable: cluster.schedule_on_control_planes.value.then_some(cluster.schedule_on_control_planes.origin),
        cni: cni(cluster),
        kube_proxy: components.kube_proxy.or_else(|| {
            let cilium = cluster.cilium.as_ref()?;
            Some(Traced::derived(false, cilium.span, Reason::CiliumReplacesKubeProxy))
        }),
        core_dns: components.core_dns.or_else(|| {
            let dns = cluster.dns.as_ref()?;
            Some(Traced::derived(false, dns.span, Reason::CoreDnsIsManaged))
        }),
        control_plane: Some(components),
        certificate_names: &cluster.certificate_names,
        firewall_rules: firewall::of_control_planes(plan),
        ..Settings::default()
    }
}

/// What one machine is told besides.
pub(super) fn of_node<'a>(plan: &Plan<'a>, node: &'a Node) -> Settings<'a> {
    let text = |value: &Traced<hnet_model::Address>| value.as_ref().map(ToString::to_string);
    let own_subnets = if plan.common_subnets.is_none() { plan.subnets(node) } else { Vec::new() };
    let picks_for_etcd = node.role.value == Role::ControlPlane && plan.cluster.control_plane.etcd.subnets.is_none();
    Settings {
        hostname: node.told_hostname(),
        links: links::of(plan, node),
        name_servers: node.name_servers.iter().map(text).collect(),
        search_domains: match plan.common_search_domains {
            Some(_) => Vec::new(),
            None => domains(&node.search_domains),
        },
        default_search: node.default_search,
        time: time_of(plan.cluster, node),
        host_dns: says_own_host_dns(plan.cluster)
            .then(|| plan.cluster.host_dns_of(node))
            .and_then(|dns| host_dns(plan, dns)),
        static_hosts: &node.static_hosts,
        disk: node.disk.as_ref(),
        image: node
            .image
            .as_ref()
            .and_then(image::installer)
            .map(|installer| installer.map(|installer| format!("{installer}:{}", super::release(&plan.version.value)))),
        kernel_arguments: node
            .image
            .as_ref()
            .map(|image| image::arguments(image, plan.talos).to_vec())
            .unwrap_or_default(),
        etcd_subnets: if picks_for_etcd { own_subnets.clone() } else { Vec::new() },
        node_subnets: node_subnets(plan, node, own_subnets),
        labels: &node.labels,
        annotations: &node.annotations,
        taints: &node.taints,
        firewall_rules: firewall::of_node(plan, node),
        machine: vec![&node.machine],
        kubelet: vec![&node.kubelet],
        ..Settings::default()
    }
}

/// The first version that has a resolver on the host. (siderolabs/talos, `pkg/machinery/config/contract.go`.)
const HOST_DNS: Minor = (1, 7);

/// What is told of the resolver on the host; nothing where Talos has none.
fn host_dns(plan: &Plan<'_>, dns: hnet_model::HostDns) -> Option<HostDns> {
    (plan.talos >= HOST_DNS).then_some(HostDns {
        enabled: dns.enabled,
        forward_kube_dns_to_host: dns.forward_kube_dns,
        resolve_member_names: dns.resolve_member_names,
    })
}

/// Whether some machine says itself what it is told of the resolver on the host: then each of them does.
fn says_own_host_dns(cluster: &Cluster) -> bool {
    cluster.nodes.iter().any(|node| node.host_dns != OwnHostDns::default())
}

/// Whether some machine has its own NTP servers: Talos would add them to those of all.
fn says_own_servers(cluster: &Cluster) -> bool {
    cluster.nodes.iter().any(|node| !node.time.servers.is_empty())
}

/// What all machines are told of the time.
fn common_time(cluster: &Cluster) -> TimeSettings {
    let servers = if says_own_servers(cluster) { Vec::new() } else { cluster.time.servers.clone() };
    TimeSettings { servers, ..cluster.time.clone() }
}

/// What one machine is told of the time besides.
fn time_of(cluster: &Cluster, node: &Node) -> TimeSettings {
    let mut time = node.time.clone();
    let of_cluster = &cluster.time;
    // Whoever has servers takes the time from them, whatever is said of the others.
    if let (Some(server), Some(off), None) = (time.servers.first(), of_cluster.enabled, time.enabled)
        && !off.value
    {
        time.enabled = Some(Traced::new(true, server.origin));
    }
    let is_off = time.enabled.is_some_and(|enabled| !enabled.value);
    if time.servers.is_empty() && says_own_servers(cluster) && !is_off {
        time.servers.clone_from(&of_cluster.servers);
    }
    time
}

fn domains(domains: &[Traced<HostName>]) -> Vec<Traced<String>> {
    domains.iter().map(|domain| domain.as_ref().map(ToString::to_string)).collect()
}

/// The CNI that Talos installs: what the source says, else none beside Cilium.
pub(super) fn cni(cluster: &Cluster) -> Option<Traced<BundledCni>> {
    cluster.control_plane.cni.or_else(|| {
        let cilium = cluster.cilium.as_ref()?;
        Some(Traced::derived(BundledCni::None, cilium.span, Reason::CiliumIsCni))
    })
}

/// Where pods ask for names, where it is another address than the one that Talos takes by itself.
fn own_dns_address(cluster: &Cluster) -> Option<Traced<String>> {
    let own = cluster.dns_address;
    let tenth = |prefix: &Traced<IpNet>| match prefix.value.network() {
        IpAddr::V4(network) => IpAddr::V4(Ipv4Addr::from_bits(network.to_bits().saturating_add(10))),
        IpAddr::V6(network) => IpAddr::V6(Ipv6Addr::from_bits(network.to_bits().saturating_add(10))),
    };
    (cluster.services_prefixes.first().map(tenth) != Some(own.value)).then(|| own.map(|address| address.to_string()))
}

/// Whether a machine says itself where its kubelet picks the address from. Then each is told alone, since lists append.
fn says_own_subnets(plan: &Plan<'_>) -> bool {
    plan.cluster.nodes.iter().any(|node| node.kubelet.node_subnets.is_some())
}

/// Where the kubelets of all machines pick the address from, where no machine says it itself.
fn common_node_subnets(plan: &Plan<'_>) -> Vec<Traced<String>> {
    let said = plan.cluster.kubelet.node_subnets.as_ref().map(|said| plan.said_subnets(said));
    said.or_else(|| plan.common_subnets.clone()).unwrap_or_default()
}

/// Where the kubelet of a machine picks the address from, as far as all are not told the same.
fn node_subnets(plan: &Plan<'_>, node: &Node, own: Vec<Traced<String>>) -> Vec<Traced<String>> {
    let of_cluster = &plan.cluster.kubelet.node_subnets;
    match (says_own_subnets(plan), of_cluster) {
        (true, _) => {
            let said = node.kubelet.node_subnets.as_ref().or(of_cluster.as_ref());
            said.map_or_else(|| plan.subnets(node), |said| plan.said_subnets(said))
        }
        (false, Some(_)) => Vec::new(),
        (false, None) => own,
    }
}
