//! How Cilium is set, where the network does not imply it: the words of its chart's values, as tables. (cilium/cilium,
//! `install/kubernetes/cilium/values.yaml` of 1.18 to 1.20.)
//!
//! What has no row is said by `values`. What the network implies has none either: who gives addresses to pods, where the
//! API server is, and what announces.

use crate::told::values::CLUSTER_NAME;
use crate::told::{Table, table};

/// The words of `cilium`.
#[must_use]
pub fn words() -> &'static Table {
    &CILIUM
}

/// The words of its `hubble`.
#[must_use]
pub fn hubble_words() -> &'static Table {
    &HUBBLE
}

table! {
    /// How Cilium is set.
    CILIUM = "cilium" () {
        /// What this cluster is called among those that are joined, and in Hubble. It cannot be changed while pods run.
        "cluster-name" "cluster.name" => One(Like(&CLUSTER_NAME)), default "default";
        /// Its number among those that are joined, at most 255 unless all have room for 511.
        "cluster-id" "cluster.id" => One(Number(0, 511)), default "0";
        /// The devices that carry the packets of pods: `netkit` takes less than `veth`, and wants Linux 6.8.
        "datapath" "bpf.datapathMode" => One(Words(
            &["veth", "netkit", "netkit-l2", "auto"], &["veth", "netkit", "netkit-l2", "auto"]
        )), default "veth";
        /// How a service is found for a connection. `maglev` finds the same on each node.
        "load-balancer-algorithm" "loadBalancer.algorithm" => One(Words(&["random", "maglev"], &["random", "maglev"])), default "random";
        /// Whether the network card's driver balances: `native` needs a driver with XDP on each device.
        "load-balancer-acceleration" "loadBalancer.acceleration" => One(Words(
            &["disabled", "native", "best-effort", "testing-only"], &["disabled", "native", "best-effort", "testing-only"]
        )), default "disabled";
        /// Whether services prefer endpoints of the same zone, where they ask for it.
        "service-topology" "loadBalancer.serviceTopology" => Flag, default "off";
        /// Whether services are found where a program connects, instead of at each packet.
        "socket-lb" "socketLB.enabled" => Flag, default "on, since Cilium replaces kube-proxy";
        /// Whether that is so for the machine's own programs alone, as service meshes and virtual machines need it.
        "socket-lb-host-only" "socketLB.hostNamespaceOnly" => Flag, default "off";
        /// Whether connections of a pod end that is gone.
        "socket-lb-terminate" "socketLB.terminatePodConnections" => Flag, default "on";
        /// Whether each pod has its own route on its node, instead of one route for all.
        "endpoint-routes" "endpointRoutes.enabled" => Flag, default "off";
        /// Whether nodes of other subnets are left out of direct routes, instead of being an error.
        "skip-unreachable-nodes" "directRoutingSkipUnreachable" => Flag, default "off";
        /// Whether packets of pods pass the routing of the machine, which is slower and hides less from its firewall.
        "host-legacy-routing" "bpf.hostLegacyRouting" => Flag, default "off";
        /// Whether proxies of policies see the real addresses of both sides.
        "tproxy" "bpf.tproxy" => Flag, default "off";
        /// The VLANs whose packets pass though Cilium's programs know nothing of them; 0 for all.
        "vlan-bypass" "bpf.vlanBypass" => List(Number(0, 4094));
        /// Whether the tables are made in full from the start: less delay for more memory.
        "preallocate-maps" "bpf.preallocateMaps" => Flag, default "off";
        /// Whether the tables for connections drop the oldest on each processor alone; it wants `preallocate-maps`.
        "distributed-lru" "bpf.distributedLRU.enabled" => Flag, default "off";
        /// How many connections of TCP are remembered.
        "tcp-connections" "bpf.ctTcpMax" => One(Number(1, 16_777_216));
        /// How many of everything else.
        "other-connections" "bpf.ctAnyMax" => One(Number(1, 16_777_216));
        /// Whether time is read by the kernel's cheaper clock, where it has one.
        "bpf-clock-probe" "bpfClockProbe" => Flag, default "off";
        /// Whether bandwidth annotations of pods are kept.
        "bandwidth-manager" "bandwidthManager.enabled" => Flag, default "off";
        /// Whether pods' TCP is paced by BBR; it wants `bandwidth-manager`.
        "bbr" "bandwidthManager.bbr" => Flag, default "off";
        /// Whether IPv4 packets between pods are joined beyond 64 kB; it wants Linux 6.3.
        "ipv4-big-tcp" "enableIPv4BIGTCP" => Flag, default "off";
        /// The same of IPv6; it wants Linux 5.19.
        "ipv6-big-tcp" "enableIPv6BIGTCP" => Flag, default "off";
        /// Whether pods find out what size of packets a path takes.
        "pmtu-discovery" "pmtuDiscovery.enabled" => Flag, default "off";
        /// The size of packets, where it is not that of the devices. 68 is the least of IPv4 (RFC 791).
        "mtu" "MTU" => One(Number(68, 65_535)), default "that of the devices";
        /// Whether IPv6 packets of pods leave with the node's address.
        "ipv6-masquerade" "enableIPv6Masquerade" => Flag, default "on";
        /// Whether Cilium keeps other networks' configurations off the nodes. Multus needs `off`.
        "cni-exclusive" "cni.exclusive" => Flag, default "on";
        /// Where load balancers ask whether the node serves services: `0.0.0.0:10256`.
        "health-check" "kubeProxyReplacementHealthzBindAddr" => One(Text), default "nowhere";
        /// Whether connections to a service can be led to a pod of the same node, as a DNS cache needs it.
        "local-redirect-policies" "localRedirectPolicies.enabled" => Flag, default "off";
        /// Whether packets leave the cluster from a node that policies choose.
        "egress-gateway" "egressGateway.enabled" => Flag, default "off";
        /// Whether policies hold for the machines themselves.
        "host-firewall" "hostFirewall.enabled" => Flag, default "off";
        /// Whether SCTP passes.
        "sctp" "sctp.enabled" => Flag, default "off";
        /// Whether a pod may be spoken with before any policy names it.
        "policy-enforcement" "policyEnforcementMode" => One(Words(
            &["default", "always", "never"], &["default", "always", "never"]
        )), default "default: until a policy names it";
        /// Whether policies of Kubernetes's own kind are kept.
        "kubernetes-policies" "k8sNetworkPolicy.enabled" => Flag, default "on";
        /// Whether traffic of the nodes themselves is encrypted, not that of pods alone.
        "encrypt-nodes" "encryption.nodeEncryption" => Flag, default "off";
        /// Whether HTTP is read by a DaemonSet of its own, instead of by a process of each agent.
        "envoy" "envoy.enabled" => Flag, default "on";
        /// Whether gateways speak HTTP/2 with those who offer it.
        "gateway-alpn" "gatewayAPI.enableAlpn" => Flag, default "on where there is a gateway of class `cilium`";
        /// Whether gateways heed the `appProtocol` of services.
        "gateway-app-protocol" "gatewayAPI.enableAppProtocol" => Flag, default "off";
        /// Whether gateways expect the PROXY protocol.
        "gateway-proxy-protocol" "gatewayAPI.enableProxyProtocol" => Flag, default "off";
        /// How many proxies stand before gateways, whose `X-Forwarded-For` is believed.
        "gateway-trusted-hops" "gatewayAPI.xffNumTrustedHops" => One(Number(0, 100)), default "0";
        /// Whether gateways listen on the machines, without a service.
        "gateway-host-network" "gatewayAPI.hostNetwork.enabled" => Flag, default "off";
        /// Whether requests may pass from the node that they reach to others.
        "gateway-external-traffic-policy" "gatewayAPI.externalTrafficPolicy" => One(Words(
            &["cluster", "local"], &["Cluster", "Local"]
        )), default "cluster";
        /// Whether objects of kind Ingress are served.
        "ingress-controller" "ingressController.enabled" => Flag, default "off";
        /// Whether Ingresses without a class are.
        "ingress-default" "ingressController.default" => Flag, default "off";
        /// Whether Ingresses share a service, or have one each.
        "ingress-load-balancer" "ingressController.loadbalancerMode" => One(Words(
            &["dedicated", "shared"], &["dedicated", "shared"]
        )), default "dedicated";
        /// How long a node may speak for an address, where it is announced by ARP and NDP.
        "l2-lease" "l2announcements" => Body(&L2_LEASE);
        /// How often agents may ask the API server.
        "client-rate-limit" "k8sClientRateLimit" => Body(&RATE_LIMIT);
        /// Whether nodes are annotated with what Cilium knows of them.
        "annotate-nodes" "annotateK8sNode" => Flag, default "off";
        /// Whether Grafana gets dashboards of the agents.
        "dashboards" "dashboards.enabled" => Flag, default "off";
        /// Annotations of their ConfigMap: `grafana_folder=Cilium`.
        "dashboard-annotations" "dashboards.annotations" => List(Pair);
        /// What agents are sure to get: `requests cpu=100m, memory=512Mi`.
        "requests" "resources.requests" => List(Resource);
        /// What they get at most.
        "limits" "resources.limits" => List(Resource);
        /// How important the agents are.
        "priority-class" "priorityClassName" => One(Name), default "system-node-critical";
        /// How the operator runs.
        "operator" "operator" => Body(&OPERATOR);
        /// Settings of the agents that the chart has no value for: `config bpf-lb-sock-terminate=true`.
        "config" "extraConfig" => List(Pair);
    }
}

table! {
    /// How long a node may speak for an address: `l2-lease < duration 15s; renew-deadline 5s; retry 2s; >`
    L2_LEASE = "l2-lease" () [idle] {
        /// After how long without it another node takes over.
        "duration" "leaseDuration" => One(Duration), default "15s";
        /// How long a node tries to renew before it gives up.
        "renew-deadline" "leaseRenewDeadline" => One(Duration), default "5s";
        /// How long it waits between tries.
        "retry" "leaseRetryPeriod" => One(Duration), default "2s";
    }
}

table! {
    /// How often agents may ask the API server: `client-rate-limit < qps 50; burst 100; >`
    RATE_LIMIT = "client-rate-limit" () [idle] {
        /// How often in a second.
        "qps" "qps" => One(Number(1, 100_000)), default "10, and one for every five addresses that are announced";
        /// How often at once.
        "burst" "burst" => One(Number(1, 100_000)), default "twice that";
    }
}

table! {
    /// How the operator runs: `operator < replicas 1; dashboards; >`
    OPERATOR = "operator" () [idle] {
        /// How many run.
        "replicas" "replicas" => One(Number(1, 100)), default "2, or 1 where there is one node";
        /// How important its pods are.
        "priority-class" "priorityClassName" => One(Name), default "system-cluster-critical";
        /// Labels of the nodes that it runs on.
        "node-labels" "nodeSelector" => List(Pair);
        /// What a pod is sure to get.
        "requests" "resources.requests" => List(Resource);
        /// What it gets at most.
        "limits" "resources.limits" => List(Resource);
        /// Whether Grafana gets a dashboard of it.
        "dashboards" "dashboards.enabled" => Flag, default "off";
        /// Annotations of its ConfigMap.
        "dashboard-annotations" "dashboards.annotations" => List(Pair);
    }
}

table! {
    /// How Hubble is set.
    HUBBLE = "hubble" () {
        /// What it counts: `metrics dns, drop, httpV2:exemplars=true`.
        "metrics" "hubble.metrics.enabled" => List(Text), default "the usual where `monitoring` is on, else nothing";
        /// Whether metrics are in the form of OpenMetrics, with exemplars.
        "open-metrics" "hubble.metrics.enableOpenMetrics" => Flag, default "off";
        /// Whether Grafana gets dashboards of flows.
        "dashboards" "hubble.metrics.dashboards.enabled" => Flag, default "off";
        /// Annotations of their ConfigMap.
        "dashboard-annotations" "hubble.metrics.dashboards.annotations" => List(Pair);
    }
}

#[cfg(test)]
mod tests {
    use hnet_manifests::versions::cilium_values::{KEYS, Keys};

    use super::{hubble_words, words};
    use crate::told::{Row, Sort, Table};

    /// The rows of a table and of those below it that say a value, each with the whole path.
    fn paths(table: &'static Table, before: &str, found: &mut Vec<(String, &'static Row)>) {
        for row in table.positional.iter().chain(table.rows) {
            let path = format!("{before}{}", row.at);
            match row.sort {
                Sort::Body(table) | Sort::Bodies(table) => paths(table, &format!("{path}."), found),
                _ => found.push((path, row)),
            }
        }
    }

    #[test]
    fn every_word_is_a_value_that_each_chart_reads() {
        let mut all = Vec::new();
        paths(words(), "", &mut all);
        paths(hubble_words(), "", &mut all);
        assert!(all.len() > 60, "{}", all.len());
        for minor in 18..=20 {
            for (path, _) in &all {
                let mut keys: Keys = KEYS;
                let mut is_open = false;
                for key in path.split('.') {
                    if is_open {
                        break;
                    }
                    let found = keys.get(key).filter(|key| key.read_by((1, minor)));
                    let found = found.unwrap_or_else(|| panic!("{path} is not read by 1.{minor}"));
                    (keys, is_open) = (found.below, found.open);
                }
            }
        }
    }
}
