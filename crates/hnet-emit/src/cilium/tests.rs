//! What the chart is told on each distribution, and which addresses load balancers have.

use hnet_model::{
    AddressRange, Announce, Announcer, Gateway, GatewayClass, LoadBalancerMode, Name, Network, RawYaml, Reason,
    RoutingMode,
};
use serde_yaml::Value;

use crate::samples::{Spans, emitted, homelab, ip, net, on_k3s};

const FOLDER: &str = "infrastructure/networking/cilium";

fn file(network: &Network, name: &str) -> Value {
    serde_yaml::from_str(emitted(network).files[&format!("{FOLDER}/{name}")].text()).unwrap()
}

fn values(network: &Network) -> Value {
    file(network, "values.yaml")
}

#[test]
fn talos_needs_what_its_page_on_cilium_says() {
    let values = values(&homelab());
    assert_eq!(values["k8sServiceHost"], "localhost");
    assert_eq!(values["k8sServicePort"], 7445);
    assert_eq!(values["ipam"]["mode"], "kubernetes");
    assert_eq!(values["kubeProxyReplacement"], true);
    assert_eq!(values["cgroup"]["autoMount"]["enabled"], false);
    let agent = values["securityContext"]["capabilities"]["ciliumAgent"].as_sequence().unwrap();
    assert!(!agent.contains(&"SYS_MODULE".into()), "Talos lets no pod load kernel modules");
}

#[test]
fn without_kube_prism_the_endpoint_is_asked() {
    let mut network = homelab();
    network.clusters[0].kube_prism = None;
    let values = values(&network);
    assert_eq!(values["k8sServiceHost"], "192.168.10.10");
    assert_eq!(values["k8sServicePort"], 6443);
}

#[test]
fn k3s_gives_its_servers_address_and_keeps_its_rights() {
    let values = values(&on_k3s());
    assert_eq!(values["k8sServiceHost"], "192.168.10.100");
    assert_eq!(values["k8sServicePort"], 6443);
    assert!(values.get("securityContext").is_none() && values.get("cgroup").is_none());
}

#[test]
fn native_routing_follows_the_pod_prefixes() {
    let mut network = homelab();
    network.clusters[0].pods.push(Spans::new().of(net("2001:db8:42::/56")));
    let values = values(&network);
    assert_eq!(values["routingMode"], "native");
    assert_eq!(values["ipv4NativeRoutingCIDR"], "10.42.0.0/16");
    assert_eq!(values["ipv6NativeRoutingCIDR"], "2001:db8:42::/56");
    assert_eq!(values["autoDirectNodeRoutes"], true);
    assert_eq!(values["ipv6"]["enabled"], true);
}

#[test]
fn direct_replies_through_a_tunnel_need_geneve() {
    let mut network = homelab();
    let cilium = network.clusters[0].cilium.as_mut().unwrap();
    cilium.routing.value = RoutingMode::Tunnel;
    let plain = values(&network);
    assert_eq!(plain["tunnelProtocol"], "vxlan");
    assert!(plain.get("ipv4NativeRoutingCIDR").is_none() && plain.get("autoDirectNodeRoutes").is_none());
    network.clusters[0].cilium.as_mut().unwrap().load_balancer.value = LoadBalancerMode::Dsr;
    let direct = values(&network);
    assert_eq!(direct["tunnelProtocol"], "geneve");
    assert_eq!(direct["loadBalancer"]["dsrDispatch"], "geneve");
}

#[test]
fn gateways_of_another_class_are_not_ciliums() {
    let mut network = homelab();
    assert_eq!(values(&network)["gatewayAPI"]["gatewayClass"]["create"], "true", "a text, since `auto` is one too");
    let other = |gateway: &mut Gateway| gateway.class.value = GatewayClass::Other(Name::new("envoy").unwrap());
    network.clusters[0].gateways.iter_mut().for_each(other);
    assert!(values(&network).get("gatewayAPI").is_none());
}

#[test]
fn the_rate_limit_grows_with_the_announced_addresses() {
    let mut network = homelab();
    assert_eq!(values(&network)["k8sClientRateLimit"]["qps"], 17, "32 addresses renew a lease every 5 seconds");
    let huge = AddressRange { first: ip("2001:db8::"), last: ip("2001:db8::ffff:ffff:ffff:ffff") };
    network.clusters[0].pools[0].ranges[0].value = huge;
    assert_eq!(values(&network)["k8sClientRateLimit"]["qps"], 60, "no cluster announces an IPv6 subnet");
    network.clusters[0].pools[0].announce = None;
    let values = values(&network);
    assert!(values.get("k8sClientRateLimit").is_none() && values.get("l2announcements").is_none());
}

#[test]
fn the_users_values_win() {
    let mut network = homelab();
    let value = serde_yaml::from_str("{operator: {replicas: 1}, bandwidthManager: {enabled: true}}").unwrap();
    let span = Spans::new().next();
    network.clusters[0].cilium.as_mut().unwrap().values = vec![RawYaml { value, span, ..RawYaml::default() }];
    let values = values(&network);
    assert_eq!(values["operator"]["replicas"], 1);
    assert_eq!(values["operator"]["rollOutPods"], true);
    assert_eq!(values["bandwidthManager"]["enabled"], true);
    let file = &emitted(&network).files[&format!("{FOLDER}/values.yaml")];
    let line = file.text().lines().position(|line| line == "  replicas: 1").unwrap() + 1;
    assert_eq!(file.origin(line).unwrap().span, span);
}

#[test]
fn derived_values_say_why() {
    let network = homelab();
    let file = &emitted(&network).files[&format!("{FOLDER}/values.yaml")];
    let origin =
        |line: &str| file.origin(file.text().lines().position(|text| text.trim() == line).expect(line) + 1).unwrap();
    let cluster = &network.clusters[0];
    let port = origin("k8sServicePort: 7445");
    assert_eq!((port.span, port.reason), (cluster.kube_prism.unwrap().span(), Reason::KubePrismPort));
    let prefix = origin("ipv4NativeRoutingCIDR: \"10.42.0.0/16\"");
    assert_eq!((prefix.span, prefix.reason), (cluster.pods[0].span(), Reason::PodPrefix));
    assert_eq!(origin("create: \"true\"").reason, Reason::RenderedOffline);
    assert_eq!(origin("mode: snat").reason, Reason::Written);
}

#[test]
fn a_pool_is_announced_by_the_nodes_that_may() {
    let spans = Spans::new();
    let mut network = homelab();
    let pool = &mut network.clusters[0].pools[0];
    pool.namespaces = vec![spans.name("gateway-system")];
    pool.announce = Some(
        spans.of(Announce::Layer2(hnet_model::Layer2 {
            interfaces: ["eth0", "^enp.*", "^bond0$", "eno1|eno2", "^(a|b)[0-9]$", "p[0-9]", "^a|^b"]
                .map(|name| spans.of(name.to_owned()))
                .into(),
            nodes: vec![spans.of(Announcer::Workers)],
        })),
    );
    let pool = file(&network, "ip-pool.yaml");
    assert_eq!(pool["apiVersion"], "cilium.io/v2");
    assert_eq!(pool["spec"]["blocks"][0]["start"], "192.168.10.32");
    assert_eq!(pool["spec"]["blocks"][0]["stop"], "192.168.10.63");
    let policy = file(&network, "l2-policy.yaml");
    assert_eq!(policy["apiVersion"], "cilium.io/v2alpha1");
    assert_eq!(policy["spec"]["loadBalancerIPs"], true);
    let interfaces: Vec<&str> =
        policy["spec"]["interfaces"].as_sequence().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(interfaces, ["^eth0$", "^enp.*", "^bond0$", "^(eno1|eno2)$", "^(a|b)[0-9]$", "^p[0-9]$", "^a|^b"]);
    assert_eq!(policy["spec"]["nodeSelector"]["matchExpressions"][0]["operator"], "DoesNotExist");
    assert_eq!(policy["spec"]["serviceSelector"], pool["spec"]["serviceSelector"]);
    assert!(policy["metadata"].get("namespace").is_none(), "the kind has no namespaces");
}

#[test]
fn the_kustomization_renders_the_declared_chart() {
    let kustomization = file(&homelab(), "kustomization.yaml");
    let chart = &kustomization["helmCharts"][0];
    assert_eq!((&chart["name"], &chart["version"]), (&"cilium".into(), &"1.20.0".into()));
    assert_eq!(chart["valuesFile"], "values.yaml");
    assert_eq!(kustomization["resources"].as_sequence().unwrap().len(), 3);
}
