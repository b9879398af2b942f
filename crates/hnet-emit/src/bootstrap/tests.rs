//! What stands before GitOps.

use hnet_model::{Monitoring, Overlay, Role};
use serde_yaml::Value;

use crate::samples::{Spans, emitted, homelab, net, node, on_k3s};

fn config(network: &hnet_model::Network, node: &str) -> Value {
    serde_yaml::from_str(emitted(network).files[&format!("bootstrap/k3s/{node}.yaml")].text()).unwrap()
}

#[test]
fn a_first_server_of_k3s() {
    let expected: Value = serde_yaml::from_str(
        "node-name: node-01
node-ip: 192.168.10.100
cluster-init: true
tls-san: [192.168.10.100, k8s.example.com]
cluster-cidr: 10.42.0.0/16
service-cidr: 10.43.0.0/16
cluster-dns: 10.43.0.10
cluster-domain: cluster.local
flannel-backend: none
disable-network-policy: true
disable-kube-proxy: true
disable: [servicelb, traefik]
",
    )
    .unwrap();
    assert_eq!(config(&on_k3s(), "node-01"), expected);
    let second = config(&on_k3s(), "node-02");
    assert_eq!(second["server"], "https://192.168.10.100:6443");
    assert!(second.get("cluster-init").is_none());
}

#[test]
fn agents_are_told_nothing_of_servers() {
    let mut network = on_k3s();
    let spans = Spans::new();
    network.clusters[0].nodes.push(node(&spans, "worker-1", Role::Worker, 0x21, "192.168.10.110/24"));
    let agent = config(&network, "worker-1");
    let keys: Vec<&str> = agent.as_mapping().unwrap().keys().map(|key| key.as_str().unwrap()).collect();
    assert_eq!(keys, ["node-name", "node-ip", "server"]);
}

#[test]
fn two_families_stand_with_commas() {
    let mut network = on_k3s();
    let spans = Spans::new();
    let cluster = &mut network.clusters[0];
    cluster.pods.push(spans.of(net("2001:db8:42::/56")));
    let address = hnet_model::InterfaceAddress::Known(net("2001:db8::1/64"));
    cluster.nodes[0].interfaces[0].addresses.push(spans.of(address));
    let first = config(&network, "node-01");
    assert_eq!(first["node-ip"], "192.168.10.100,2001:db8::1");
    assert_eq!(first["cluster-cidr"], "10.42.0.0/16,2001:db8:42::/56");
}

#[test]
fn namespaces_of_others_are_expected() {
    let text = readme(&homelab());
    let expected = "- the namespace, which hnet does not own: `monitoring`";
    assert!(text.lines().any(|line| line == expected), "{expected} is missing in\n{text}");
}

#[test]
fn the_steps_stand_in_their_order() {
    let text = |network: &hnet_model::Network| emitted(network).files["bootstrap/README.md"].text().to_owned();
    let in_order = |text: &str, parts: &[&str]| {
        let mut rest = text;
        for part in parts {
            let at = rest.find(part).unwrap_or_else(|| panic!("{part} is missing or too early in\n{text}"));
            rest = &rest[at..];
        }
    };
    in_order(
        &text(&homelab()),
        &[
            "talosctl machineconfig patch clusterconfig/controlplane.yaml --patch @talos/machines/node-01.yaml",
            "talosctl bootstrap --nodes 192.168.10.100",
            "gateway-api/releases/download/v1.6.0/standard-install.yaml",
            "kubectl apply --server-side -f infrastructure/networking/gateway/namespace.yaml",
            "kubectl apply --server-side -f infrastructure/networking/cloudflared/namespace.yaml",
            "--version 1.20.0 --namespace kube-system --values infrastructure/networking/cilium/values.yaml",
            "kubectl apply --server-side -k infrastructure/networking/coredns",
            "kubectl apply -f argocd/networking.yaml",
        ],
    );
    let k3s = text(&on_k3s());
    in_order(
        &k3s,
        &[
            "scp bootstrap/k3s/node-01.yaml",
            "INSTALL_K3S_CHANNEL=v1.36 sh -s - server",
            "standard-install.yaml",
            "cilium/values.yaml",
        ],
    );
    assert!(!k3s.contains("talos"), "{k3s}");
}

#[test]
fn a_part_that_is_left_out_is_not_written() {
    let mut network = on_k3s();
    leave_out(&mut network, hnet_model::Part::Bootstrap);
    assert!(emitted(&network).files.keys().all(|path| !path.starts_with("bootstrap")));
}

fn leave_out(network: &mut hnet_model::Network, part: hnet_model::Part) {
    network.output.places.insert(part, Spans::new().of(hnet_model::Place::Off));
}

fn readme(network: &hnet_model::Network) -> String {
    emitted(network).files["bootstrap/README.md"].text().to_owned()
}

#[test]
fn what_is_not_there_is_not_named() {
    let mut network = homelab();
    let cluster = &mut network.clusters[0];
    (cluster.cilium, cluster.dns, cluster.gitops, cluster.monitoring) = (None, None, None, None);
    cluster.virtual_ip = None;
    cluster.endpoint = on_k3s().clusters[0].endpoint.clone();
    let text = readme(&network);
    for absent in ["Argo CD", "Cilium is a Helm chart", "Before Cilium", "The virtual IP", "--enable-helm"] {
        assert!(!text.contains(absent), "{absent} stands in\n{text}");
    }
    let cluster = &mut network.clusters[0];
    cluster.routes.clear();
    cluster.pools.clear();
    cluster.policies.clear();
    cluster.gateways.clear();
    cluster.envoy.clear();
    cluster.certificates.clear();
    cluster.issuers.clear();
    cluster.services.clear();
    cluster.tunnels.clear();
    let text = readme(&network);
    assert!(!text.contains("infrastructure"), "{text}");
    assert!(!text.contains("These files expect"), "{text}");
}

#[test]
fn the_kinds_of_monitors_stand_before_all_monitors() {
    let mut network = homelab();
    let spans = Spans::new();
    network.clusters[0].monitoring =
        Some(Monitoring { labels: Vec::new(), interval: None, overlay: Overlay::default(), span: spans.next() });
    let text = readme(&network);
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part} is missing in\n{text}"));
    for kind in ["_servicemonitors.yaml", "_podmonitors.yaml"] {
        for user in ["helm upgrade --install cilium", "infrastructure/networking/coredns", "argocd/networking.yaml"] {
            assert!(at(kind) < at(user), "{kind} comes after {user} in\n{text}");
        }
    }
    network.clusters[0].monitoring = None;
    assert!(!readme(&network).contains("monitoring.coreos.com"));
    leave_out(&mut network, hnet_model::Part::Infrastructure);
    network.clusters[0].monitoring =
        Some(Monitoring { labels: Vec::new(), interval: None, overlay: Overlay::default(), span: spans.next() });
    assert!(!readme(&network).contains("monitoring.coreos.com"), "nothing that is written needs them");
}

#[test]
fn talosctl_knows_its_endpoints() {
    let text = readme(&homelab());
    let wanted = [
        "talosctl config endpoint 192.168.10.100 192.168.10.101 192.168.10.102 --talosconfig clusterconfig/talosconfig",
        "talosctl config node 192.168.10.100 --talosconfig clusterconfig/talosconfig",
    ];
    for wanted in wanted {
        assert!(text.lines().any(|line| line == wanted), "{wanted} is missing in\n{text}");
    }
}
