//! The Helm values that the rest of the network implies.
//!
//! Sources: docs.cilium.io and Talos's page on Cilium; each value's reason is its [`Reason`].

use std::net::IpAddr;

use hnet_diagnostics::{Origin, Reason, Traced};
use hnet_manifests::cilium_values::{
    AutomaticTls, Bpf, Capabilities, Cgroup, CiliumValues, Enabled, Encryption, Envoy, FlowMetrics, GatewayApi,
    GatewayClass, Hubble, HubbleTls, Ipam, LoadBalancer, Metrics, Operator, Plain, RateLimit, Rolled, SecurityContext,
    ServiceMonitor,
};
use hnet_model::{
    Cilium, Cluster, Distribution, EndpointHost, GatewayClass as Class, LoadBalancerMode, Monitoring, RoutingMode,
};

use hnet_manifests::versions::cilium::UNDERLAY_FOUND_OUT;

use crate::kubernetes::{monitor_interval, monitor_labels};

/// The chart's capabilities without `SYS_MODULE`, since Talos lets no pod load kernel modules.
const TALOS_AGENT: &[&str] = &[
    "CHOWN",
    "KILL",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "SYS_ADMIN",
    "SYS_RESOURCE",
    "DAC_OVERRIDE",
    "FOWNER",
    "SETGID",
    "SETUID",
];
const TALOS_CLEAN_STATE: &[&str] = &["NET_ADMIN", "SYS_ADMIN", "SYS_RESOURCE"];

/// What Hubble counts: what a person looks for when something does not answer.
const FLOWS: &[&str] = &["dns", "drop", "tcp", "flow", "port-distribution", "icmp", "httpV2"];

/// How many requests a second the chart allows an agent for all else than leases.
const REQUESTS: u64 = 10;
/// The seconds after which a lease is renewed, as the chart has it.
const LEASE_RENEWAL: u128 = 5;
/// The most services that one cluster announces: a guard against pools as large as an IPv6 subnet.
const MOST_SERVICES: u128 = 250;

/// The port at which a k3s server answers.
const K3S_PORT: u16 = 6443;

/// The values of a cluster's Cilium, without the user's.
pub(super) fn derive(cluster: &Cluster, cilium: &Cilium) -> CiliumValues {
    let Cilium {
        version: _,
        hubble,
        encryption,
        routing,
        load_balancer,
        devices,
        bpf_masquerade,
        settings: _,
        values: _,
        owner: _,
        span,
    } = cilium;
    let on_talos = cluster.talos().is_some();
    let platform = if on_talos { Reason::CiliumOnTalos } else { Reason::CiliumOnK3s };
    let says_platform = match &cluster.distribution {
        Distribution::Talos(version) => version.span(),
        Distribution::K3s(version) => version.as_ref().map_or(cluster.span, Traced::span),
    };
    let needs = Origin::derived(says_platform, platform);
    let (host, port) = api_server(cluster);
    let native = routing.value == RoutingMode::Native;
    let direct_return = load_balancer.value != LoadBalancerMode::Snat;
    let monitoring = cluster.monitoring.as_ref();
    CiliumValues {
        ipam: Ipam { mode: Traced::new("kubernetes", needs) },
        kube_proxy_replacement: Traced::derived(true, *span, Reason::CiliumReplacesKubeProxy),
        k8s_service_host: host,
        k8s_service_port: port,
        security_context: on_talos.then(|| {
            let capabilities = Capabilities { cilium_agent: TALOS_AGENT, clean_cilium_state: TALOS_CLEAN_STATE };
            Traced::new(SecurityContext { capabilities }, needs)
        }),
        cgroup: on_talos
            .then(|| Traced::new(Cgroup { auto_mount: Plain { enabled: false }, host_root: "/sys/fs/cgroup" }, needs)),
        ipv4: family(cluster, |pods| pods.is_ipv4()),
        ipv6: family(cluster, |pods| pods.is_ipv6()),
        routing_mode: routing.map(|mode| match mode {
            RoutingMode::Native => "native",
            RoutingMode::Tunnel => "tunnel",
        }),
        // Direct replies need the client's address, which only Geneve can carry.
        tunnel_protocol: (!native).then(|| routing.map(|_| if direct_return { "geneve" } else { "vxlan" })),
        underlay_protocol: underlay_protocol(cluster, cilium).filter(|_| !native),
        ipv4_native_routing_cidr: native.then(|| pod_prefix(cluster, |pods| pods.is_ipv4())).flatten(),
        ipv6_native_routing_cidr: native.then(|| pod_prefix(cluster, |pods| pods.is_ipv6())).flatten(),
        auto_direct_node_routes: native.then(|| routing.map(|_| true)),
        bpf: Bpf { masquerade: *bpf_masquerade },
        devices: devices.clone(),
        load_balancer: LoadBalancer {
            mode: load_balancer.map(|mode| match mode {
                LoadBalancerMode::Snat => "snat",
                LoadBalancerMode::Dsr => "dsr",
                LoadBalancerMode::Hybrid => "hybrid",
            }),
            dsr_dispatch: (!native && direct_return).then(|| load_balancer.map(|_| "geneve")),
        },
        encryption: encryption.value.then(|| encryption.map(|_| Encryption { enabled: true, kind: "wireguard" })),
        gateway_api: gateway_api(cluster),
        l2announcements: announcement(cluster)
            .map(|origin| Traced::new(Enabled { enabled: Traced::new(true, origin) }, origin)),
        bgp_control_plane: cluster
            .speaks_bgp()
            .map(|origin| Traced::new(Enabled { enabled: Traced::new(true, origin) }, origin)),
        k8s_client_rate_limit: rate_limit(cluster),
        hubble: match hubble {
            Some(hubble) => observed(hubble, monitoring),
            None => Hubble {
                enabled: Traced::derived(false, *span, Reason::Default),
                tls: None,
                relay: None,
                ui: None,
                metrics: None,
            },
        },
        operator: Operator {
            replicas: Traced::derived(if cluster.nodes.len() > 1 { 2 } else { 1 }, cluster.span, Reason::NodeCount),
            roll_out_pods: true,
            prometheus: monitoring.map(|monitoring| metrics(monitoring, false)),
        },
        roll_out_cilium_pods: true,
        envoy: Envoy { roll_out_pods: true, prometheus: monitoring.map(|monitoring| metrics(monitoring, false)) },
        prometheus: monitoring.map(|monitoring| metrics(monitoring, true)),
    }
}

/// Where the agents reach the API server while there are no services yet.
fn api_server(cluster: &Cluster) -> (Traced<String>, Traced<u16>) {
    let endpoint = &cluster.endpoint;
    let at_endpoint = || {
        let host = endpoint.as_ref().map(|endpoint| match &endpoint.host {
            EndpointHost::Address(address) => address.to_string(),
            EndpointHost::Name(name) => name.to_string(),
        });
        (host, endpoint.as_ref().map(|endpoint| endpoint.port))
    };
    match (&cluster.distribution, cluster.kube_prism) {
        (Distribution::Talos(_), Some(port)) => {
            let origin = port.origin.because(Reason::KubePrismPort);
            (Traced::new("localhost".to_owned(), origin), Traced::new(port.value, origin))
        }
        (Distribution::Talos(_), None) => at_endpoint(),
        (Distribution::K3s(_), _) => match cluster.control_planes().find_map(|node| node.address.as_ref()) {
            Some(address) => {
                let own = address.value.address();
                // What stands before the servers may come later than Cilium, and may have another port.
                let (reason, port) = match &endpoint.value.host {
                    EndpointHost::Address(address) if *address == own => {
                        (Reason::ControlPlaneAddress, endpoint.as_ref().map(|endpoint| endpoint.port))
                    }
                    _ => (Reason::FirstServer, Traced::new(K3S_PORT, address.origin.because(Reason::FirstServer))),
                };
                (Traced::new(own.to_string(), address.origin.because(reason)), port)
            }
            None => at_endpoint(),
        },
    }
}

/// Between nodes without IPv4 addresses a tunnel goes over IPv6, which releases before 1.20 do not find out.
fn underlay_protocol(cluster: &Cluster, cilium: &Cilium) -> Option<Traced<&'static str>> {
    let first = cluster.pods.first()?;
    let only = cluster.pods.iter().all(|prefix| prefix.value.addr().is_ipv6());
    let told = only && cilium.version.value.minor() < UNDERLAY_FOUND_OUT;
    told.then(|| Traced::new("ipv6", first.origin.because(Reason::PodPrefix)))
}

/// Whether pods have addresses of a family.
fn family(cluster: &Cluster, is: impl Fn(&IpAddr) -> bool) -> Enabled {
    let of_family = cluster.pods.iter().find(|prefix| is(&prefix.value.addr()));
    let origin = of_family
        .or(cluster.pods.first())
        .map_or(Origin::derived(cluster.span, Reason::PodPrefix), |prefix| prefix.origin.because(Reason::PodPrefix));
    Enabled { enabled: Traced::new(of_family.is_some(), origin) }
}

/// The prefix of pods of a family.
fn pod_prefix(cluster: &Cluster, is: impl Fn(&IpAddr) -> bool) -> Option<Traced<String>> {
    let prefix = cluster.pods.iter().find(|prefix| is(&prefix.value.addr()))?;
    Some(Traced::new(prefix.value.to_string(), prefix.origin.because(Reason::PodPrefix)))
}

/// What gateways of class `cilium` need.
fn gateway_api(cluster: &Cluster) -> Option<Traced<GatewayApi>> {
    let gateway = cluster.gateways.iter().find(|gateway| gateway.class.value == Class::Cilium)?;
    let origin = Origin::derived(gateway.span, Reason::GatewayApiInCilium);
    let create = Traced::new("true", origin.because(Reason::RenderedOffline));
    let gateway_class = GatewayClass { create };
    Some(Traced::new(GatewayApi { enabled: true, enable_alpn: true, gateway_class }, origin))
}

/// The first announcement of a pool's addresses by ARP and NDP.
fn announcement(cluster: &Cluster) -> Option<Origin> {
    let by_arp = cluster.pools.iter().filter(|pool| pool.layer2().is_some());
    Some(by_arp.filter_map(|pool| pool.announce.as_ref()).next()?.origin)
}

/// Every announced service renews a lease, and a pool has as many services as addresses when it is full.
/// (docs.cilium.io, "Sizing client rate limit".)
fn rate_limit(cluster: &Cluster) -> Option<Traced<RateLimit>> {
    let origin = announcement(cluster)?.because(Reason::LeaseRenewals);
    let announced = cluster.pools.iter().filter(|pool| pool.layer2().is_some());
    let addresses =
        announced.flat_map(|pool| &pool.ranges).fold(0_u128, |sum, range| sum.saturating_add(range.value.count()));
    let renewals = u64::try_from(addresses.min(MOST_SERVICES).div_ceil(LEASE_RENEWAL)).unwrap_or(0);
    let qps = REQUESTS + renewals;
    Some(Traced::new(RateLimit { qps, burst: 2 * qps }, origin))
}

fn observed(hubble: &hnet_model::Hubble, monitoring: Option<&Monitoring>) -> Hubble {
    let hnet_model::Hubble { relay, ui, span } = *hubble;
    let origin = Origin::written(span);
    let rolled = |enabled: Traced<bool>| Rolled { enabled, roll_out_pods: enabled.value };
    // A chart that is rendered anew makes new certificates each time, unless the cluster makes them.
    let tls = HubbleTls { auto: AutomaticTls { method: "cronJob" } };
    Hubble {
        enabled: Traced::new(true, origin),
        tls: Some(Traced::new(tls, origin.because(Reason::RenderedOffline))),
        relay: Some(rolled(relay)),
        ui: Some(rolled(ui)),
        metrics: monitoring.map(|monitoring| {
            let metrics = FlowMetrics { enabled: FLOWS, service_monitor: service_monitor(monitoring, false) };
            Traced::new(metrics, Origin::written(monitoring.span))
        }),
    }
}

/// Metrics of a part of Cilium. `decides` is the one ServiceMonitor whose word counts for whether the kind exists.
fn metrics(monitoring: &Monitoring, decides: bool) -> Traced<Metrics> {
    let metrics = Metrics { enabled: true, service_monitor: service_monitor(monitoring, decides) };
    Traced::new(metrics, Origin::written(monitoring.span))
}

fn service_monitor(monitoring: &Monitoring, decides: bool) -> ServiceMonitor {
    ServiceMonitor {
        enabled: true,
        trust_crds_exist: decides.then(|| Traced::derived(true, monitoring.span, Reason::RenderedOffline)),
        interval: monitor_interval(monitoring),
        labels: monitor_labels(monitoring),
    }
}
