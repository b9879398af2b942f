//! The Helm values of Cilium that hnet derives, as the chart's `values.yaml` names them.
//!
//! What the chart reads beyond these stands in `versions/cilium_values.rs`.

use hnet_diagnostics::Traced;
use serde::Serialize;

use crate::object::Map;

/// Whether something is on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Enabled {
    /// Whether it is.
    pub enabled: Traced<bool>,
}

/// The values.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CiliumValues {
    /// Who gives addresses to pods.
    pub ipam: Ipam,
    /// Whether Cilium does kube-proxy's work.
    pub kube_proxy_replacement: Traced<bool>,
    /// Where the agents reach the API server, before there are services.
    pub k8s_service_host: Traced<String>,
    /// The port there.
    pub k8s_service_port: Traced<u16>,
    /// What the agents may do to the machine, where the chart's list is too long for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_context: Option<Traced<SecurityContext>>,
    /// Who mounts the cgroup file system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cgroup: Option<Traced<Cgroup>>,
    /// Whether there is IPv4.
    pub ipv4: Enabled,
    /// Whether there is IPv6.
    pub ipv6: Enabled,
    /// `native` or `tunnel`.
    pub routing_mode: Traced<&'static str>,
    /// `vxlan` or `geneve`, where packets are wrapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tunnel_protocol: Option<Traced<&'static str>>,
    /// The family between nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub underlay_protocol: Option<Traced<&'static str>>,
    /// What is routed without hiding the source.
    #[serde(rename = "ipv4NativeRoutingCIDR", skip_serializing_if = "Option::is_none")]
    pub ipv4_native_routing_cidr: Option<Traced<String>>,
    /// The same for IPv6.
    #[serde(rename = "ipv6NativeRoutingCIDR", skip_serializing_if = "Option::is_none")]
    pub ipv6_native_routing_cidr: Option<Traced<String>>,
    /// Whether nodes of one wire route to each other's pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_direct_node_routes: Option<Traced<bool>>,
    /// What eBPF does.
    pub bpf: Bpf,
    /// The interfaces that Cilium attaches to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Traced<String>>,
    /// How replies travel.
    pub load_balancer: LoadBalancer,
    /// Encryption between nodes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Traced<Encryption>>,
    /// Gateways.
    #[serde(rename = "gatewayAPI", skip_serializing_if = "Option::is_none")]
    pub gateway_api: Option<Traced<GatewayApi>>,
    /// Announcements by ARP and NDP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l2announcements: Option<Traced<Enabled>>,
    /// Sessions of BGP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bgp_control_plane: Option<Traced<Enabled>>,
    /// How often the agents may ask the API server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k8s_client_rate_limit: Option<Traced<RateLimit>>,
    /// Flow observation.
    pub hubble: Hubble,
    /// The operator.
    pub operator: Operator,
    /// Whether agents restart when their configuration changes.
    pub roll_out_cilium_pods: bool,
    /// Envoy.
    pub envoy: Envoy,
    /// The agents' metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prometheus: Option<Traced<Metrics>>,
}

/// Who gives addresses to pods.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ipam {
    /// `kubernetes`: from the prefix that Kubernetes gives each node.
    pub mode: Traced<&'static str>,
}

/// What the agents may do to the machine.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SecurityContext {
    /// Linux capabilities.
    pub capabilities: Capabilities,
}

/// Linux capabilities, by container.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// Those of the agent.
    pub cilium_agent: &'static [&'static str],
    /// Those of the container that removes old state.
    pub clean_cilium_state: &'static [&'static str],
}

/// Who mounts the cgroup file system.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cgroup {
    /// Whether Cilium does.
    pub auto_mount: Plain,
    /// Where it is mounted.
    pub host_root: &'static str,
}

/// Whether a fixed part of the values is on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Plain {
    /// Whether it is.
    pub enabled: bool,
}

/// What eBPF does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bpf {
    /// Whether it hides pods behind the node's address.
    pub masquerade: Traced<bool>,
}

/// How replies of load-balanced connections travel.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LoadBalancer {
    /// `snat`, `dsr` or `hybrid`.
    pub mode: Traced<&'static str>,
    /// How the client's address travels to the node that replies, where packets are wrapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dsr_dispatch: Option<Traced<&'static str>>,
}

/// Encryption between nodes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Encryption {
    /// Whether it is on.
    pub enabled: bool,
    /// `wireguard`.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Gateways.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayApi {
    /// Whether Cilium implements them.
    pub enabled: bool,
    /// Whether HTTP/2 is offered to clients and to the tunnel; this heeds a service's `appProtocol` too.
    pub enable_alpn: bool,
    /// The GatewayClass object.
    pub gateway_class: GatewayClass,
}

/// The GatewayClass object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GatewayClass {
    /// Whether the chart makes it: a text, since `auto` is possible too.
    pub create: Traced<&'static str>,
}

/// How often something may ask the API server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RateLimit {
    /// Requests a second.
    pub qps: u64,
    /// Requests at once.
    pub burst: u64,
}

/// Flow observation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hubble {
    /// Whether it is on.
    pub enabled: Traced<bool>,
    /// How its certificates are made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Traced<HubbleTls>>,
    /// The relay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relay: Option<Rolled>,
    /// The user interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ui: Option<Rolled>,
    /// Metrics made from flows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics: Option<Traced<FlowMetrics>>,
}

/// How Hubble's certificates are made.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HubbleTls {
    /// Without the user.
    pub auto: AutomaticTls,
}

/// How certificates are made without the user.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AutomaticTls {
    /// `cronJob`: in the cluster, so that rendering the chart twice gives the same.
    pub method: &'static str,
}

/// A Deployment of the chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rolled {
    /// Whether it runs.
    pub enabled: Traced<bool>,
    /// Whether its pods restart when their configuration changes.
    pub roll_out_pods: bool,
}

/// Metrics made from flows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FlowMetrics {
    /// Which.
    pub enabled: &'static [&'static str],
    /// Who scrapes them.
    pub service_monitor: ServiceMonitor,
}

/// The operator.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Operator {
    /// How many.
    pub replicas: Traced<u32>,
    /// Whether they restart when their configuration changes.
    pub roll_out_pods: bool,
    /// Their metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prometheus: Option<Traced<Metrics>>,
}

/// Envoy.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Envoy {
    /// Whether it restarts when its configuration changes.
    pub roll_out_pods: bool,
    /// Its metrics.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prometheus: Option<Traced<Metrics>>,
}

/// Metrics of a part of Cilium.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Metrics {
    /// Whether they are offered.
    pub enabled: bool,
    /// Who scrapes them.
    pub service_monitor: ServiceMonitor,
}

/// A ServiceMonitor that the chart makes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServiceMonitor {
    /// Whether it makes one.
    pub enabled: bool,
    /// Whether it does so without asking the cluster for the kind; only the agents' has the key.
    #[serde(skip_serializing_if = "Option::is_none", rename = "trustCRDsExist")]
    pub trust_crds_exist: Option<Traced<bool>>,
    /// How often it is scraped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<Traced<String>>,
    /// Labels by which Prometheus selects it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub labels: Map<Traced<String>>,
}
