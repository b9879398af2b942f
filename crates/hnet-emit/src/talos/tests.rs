//! What machines are told, in both forms and over the Talos versions.

use std::collections::{BTreeMap, BTreeSet};

use hnet_manifests::versions::talos::{Shape, Topic};
use hnet_model::{InterfaceAddress, Network, RawYaml, Role, SubnetId, Version};
use serde_yaml::Value;

use crate::samples::{Spans, emitted, homelab, ip, net, node, on_k3s, on_talos, vlan};

fn documents(text: &str) -> Vec<Value> {
    use serde::Deserialize;
    serde_yaml::Deserializer::from_str(text).map(|document| Value::deserialize(document).unwrap()).collect()
}

fn read(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

fn machine(network: &Network, node: &str) -> Vec<Value> {
    documents(emitted(network).files[&format!("talos/machines/{node}.yaml")].text())
}

fn talconfig(network: &Network) -> Value {
    read(emitted(network).files["talos/talconfig.yaml"].text())
}

fn kinds(documents: &[Value]) -> Vec<&str> {
    documents.iter().map(|document| document["kind"].as_str().unwrap_or("v1alpha1")).collect()
}

fn of_kind<'a>(documents: &'a [Value], kind: &str) -> &'a Value {
    let mut found = documents.iter().filter(|document| document["kind"].as_str() == Some(kind));
    let first = found.next().unwrap_or_else(|| panic!("no {kind} in {:?}", kinds(documents)));
    assert!(found.next().is_none(), "{kind} stands twice");
    first
}

fn core(documents: &[Value]) -> &Value {
    documents.iter().find(|document| document.get("kind").is_none()).expect("a core document")
}

#[test]
fn the_node_of_the_seed_document() {
    let talconfig = talconfig(&homelab());
    let node = &talconfig["nodes"][0];
    let expected = read(
        "hostname: node-01
networkInterfaces:
  - deviceSelector: {hardwareAddr: '02:00:5e:00:00:11'}
    dhcp: false
    addresses: [192.168.10.100/24]
    routes: [{network: 0.0.0.0/0, gateway: 192.168.10.1}]
    vip: {ip: 192.168.10.10}
",
    );
    assert_eq!(node["hostname"], expected["hostname"]);
    assert_eq!(node["networkInterfaces"], expected["networkInterfaces"]);
    assert_eq!(node["ipAddress"], "192.168.10.100");
    assert_eq!(node["controlPlane"], true);
    assert_eq!(node["installDisk"], "/dev/nvme0n1");
    assert_eq!(talconfig["talosVersion"], "v1.13.9");
    assert_eq!(talconfig["kubernetesVersion"], "v1.36.2");
    assert_eq!(talconfig["endpoint"], "https://192.168.10.10:6443");
    assert_eq!(talconfig["cniConfig"]["name"], "none");
}

#[test]
fn a_machine_of_talos_1_13() {
    let documents = machine(&homelab(), "node-01");
    assert_eq!(
        kinds(&documents),
        [
            "v1alpha1",
            "HostnameConfig",
            "TimeSyncConfig",
            "LinkAliasConfig",
            "LinkConfig",
            "Layer2VIPConfig",
            "ResolverConfig"
        ]
    );
    let expected = read(
        r#"
machine:
  features:
    hostDNS: {enabled: true, forwardKubeDNSToHost: false}
    kubePrism: {enabled: true, port: 7445}
  install: {disk: /dev/nvme0n1}
  kubelet: {nodeIP: {validSubnets: [192.168.10.0/24, "!192.168.10.10/32"]}}
cluster:
  allowSchedulingOnControlPlanes: true
  apiServer: {certSANs: [k8s.example.com]}
  coreDNS: {disabled: true}
  etcd: {advertisedSubnets: [192.168.10.0/24, "!192.168.10.10/32"]}
  network: {cni: {name: none}, dnsDomain: cluster.local, podSubnets: [10.42.0.0/16], serviceSubnets: [10.43.0.0/16]}
  proxy: {disabled: true}
"#,
    );
    assert_eq!(core(&documents), &expected);
    let link = of_kind(&documents, "LinkConfig");
    assert_eq!(link["name"], "lan0");
    assert_eq!(link["up"], true);
    assert_eq!(link["addresses"], read("[{address: 192.168.10.100/24, routePriority: 1024}]"));
    assert_eq!(link["routes"], read("[{gateway: 192.168.10.1}]"), "a destination of 0.0.0.0/0 is refused");
}

#[test]
fn a_machine_of_talos_1_14_says_in_the_core_document_only_what_has_no_other() {
    let documents = machine(&on_talos(14), "node-01");
    assert_eq!(
        core(&documents),
        &read(r#"{cluster: {etcd: {advertisedSubnets: [192.168.10.0/24, "!192.168.10.10/32"]}}}"#)
    );
    assert_eq!(of_kind(&documents, "KubeFlannelCNIConfig")["$patch"], "delete");
    assert_eq!(of_kind(&documents, "KubeProxyConfig")["enabled"], false);
    assert_eq!(of_kind(&documents, "ResolverConfig")["hostDNS"]["forwardKubeDNSToHost"], false);
    let node = of_kind(&documents, "KubeNodeConfig");
    assert_eq!(node["taints"]["node-role.kubernetes.io/control-plane"]["$patch"], "delete");
}

/// The two shapes of one topic exclude each other, in every version.
#[test]
fn no_topic_has_two_shapes() {
    for minor in 10..=14 {
        for document in machine(&on_talos(minor), "node-01") {
            if let Some(kind) = document["kind"].as_str() {
                let since = Topic::ALL.iter().filter_map(|topic| topic.document()).filter(|(name, _)| *name == kind);
                let least = since.map(|(_, since)| since).min();
                assert!(least.is_none_or(|least| least <= (1, minor)), "{kind} is too new for 1.{minor}");
                continue;
            }
            for topic in Topic::ALL.iter().filter(|topic| topic.shape((1, minor)) == Shape::Document) {
                let found = topic.field().split('.').try_fold(&document, |value, key| value.get(key));
                assert!(found.is_none(), "{} has a document in 1.{minor}", topic.field());
            }
        }
    }
}

#[test]
fn only_control_planes_carry_the_virtual_ip_and_what_is_theirs() {
    for minor in [11, 13, 14] {
        let mut network = on_talos(minor);
        let spans = Spans::new();
        let mut worker = node(&spans, "worker-1", Role::Worker, 0x21, "192.168.10.110/24");
        worker.interfaces[0].virtual_ips.push(spans.address("192.168.10.10"));
        network.clusters[0].nodes.push(worker);
        let documents = machine(&network, "worker-1");
        let text = serde_yaml::to_string(&documents).unwrap();
        for forbidden in [
            "Layer2VIPConfig",
            "vip:",
            "etcd",
            "KubeProxyConfig",
            "KubeFlannelCNIConfig",
            "KubeCoreDNSConfig",
            "apiServer",
        ] {
            assert!(!text.contains(forbidden), "{forbidden} on a worker of 1.{minor}:\n{text}");
        }
        assert!(text.contains("!192.168.10.10/32"), "the virtual IP is excluded everywhere");
    }
}

#[test]
fn the_virtual_ip_stands_on_the_link_that_carries_its_subnet() {
    let mut network = homelab();
    let spans = Spans::new();
    let virtual_ip = ip("10.9.0.5");
    network.clusters[0].virtual_ip = Some(spans.of(virtual_ip));
    for node in &mut network.clusters[0].nodes {
        node.interfaces[0].vlans.push(vlan(&spans, 90, "10.9.0.11/24"));
        let carrier = node.carrier(virtual_ip, &network.subnets).expect("the VLAN is in its subnet");
        assert_eq!(carrier.vlan.map(|vlan| vlan.id.value), Some(90));
        node.interfaces[0].virtual_ips.clear();
        node.interfaces[0].vlans[0].virtual_ips.push(spans.address("10.9.0.5"));
    }
    let documents = machine(&network, "node-01");
    assert_eq!(of_kind(&documents, "Layer2VIPConfig")["link"], "lan0.90");
    let talconfig = talconfig(&network);
    let device = &talconfig["nodes"][0]["networkInterfaces"][0];
    assert!(device.get("vip").is_none());
    assert_eq!(device["vlans"][0]["vip"]["ip"], "10.9.0.5");
}

/// Talos leaves a link down that no document names, and talhelper forgets the parent of bare VLANs.
#[test]
fn the_parent_of_a_vlan_is_brought_up() {
    let mut network = homelab();
    let spans = Spans::new();
    let interface = &mut network.clusters[0].nodes[0].interfaces[0];
    interface.addresses.clear();
    interface.routes.clear();
    interface.subnet = None;
    interface.vlans.push(vlan(&spans, 10, "192.168.10.100/24"));
    let documents = machine(&network, "node-01");
    assert_eq!(of_kind(&documents, "LinkConfig")["up"], true);
    assert_eq!(of_kind(&documents, "VLANConfig")["parent"], "lan0");
    let talconfig = talconfig(&network);
    assert!(talconfig["nodes"][0].get("networkInterfaces").is_none());
    let patches: Vec<Value> = talconfig["nodes"][0]["patches"]
        .as_sequence()
        .unwrap()
        .iter()
        .map(|patch| read(patch.as_str().unwrap()))
        .collect();
    assert_eq!(of_kind(&patches, "LinkConfig")["up"], true);
}

#[test]
fn machines_in_different_subnets_are_pinned_each_to_its_own() {
    let mut network = homelab();
    let spans = Spans::new();
    let mut far = node(&spans, "far", Role::Worker, 0x31, "10.8.0.2/24");
    far.interfaces[0].subnet = Some(SubnetId(0));
    network.clusters[0].nodes.push(far);
    let subnets = |name: &str| core(&machine(&network, name))["machine"]["kubelet"]["nodeIP"]["validSubnets"].clone();
    assert_eq!(subnets("far"), read("[10.8.0.0/24]"));
    assert_eq!(subnets("node-02"), read(r#"[192.168.10.0/24, "!192.168.10.10/32"]"#));
    let talconfig = talconfig(&network);
    let shared = serde_yaml::to_string(&talconfig["patches"]).unwrap();
    assert!(!shared.contains("validSubnets"), "{shared}");
}

#[test]
fn two_families_give_two_subnets_with_exclusions_last() {
    let mut network = homelab();
    let spans = Spans::new();
    network.clusters[0].pods.push(spans.of(net("2001:db8:42::/56")));
    for (at, node) in (1..).zip(&mut network.clusters[0].nodes) {
        let address = net(&format!("2001:db8::{at}/64"));
        node.interfaces[0].addresses.push(spans.of(InterfaceAddress::Known(address)));
    }
    let documents = machine(&network, "node-01");
    assert_eq!(
        core(&documents)["machine"]["kubelet"]["nodeIP"]["validSubnets"],
        read(r#"[192.168.10.0/24, "2001:db8::/64", "!192.168.10.10/32"]"#)
    );
}

#[test]
fn the_address_of_a_machine_may_stand_in_a_patch() {
    let address = |patch: &str| {
        let (mut network, spans) = (homelab(), Spans::new());
        let node = &mut network.clusters[0].nodes[0];
        (node.address, node.patches) =
            (None, vec![RawYaml { value: read(patch), span: spans.next(), ..RawYaml::default() }]);
        talconfig(&network)["nodes"][0]["ipAddress"].clone()
    };
    let interfaces = |list: &str| format!("machine: {{network: {{interfaces: [{list}]}}}}");
    let only = interfaces("{interface: br0, addresses: [10.9.0.7/24]}");
    assert_eq!(address(&only), "10.9.0.7");
    // Of several the one beside the endpoint.
    let several = interfaces(
        "{interface: br0, addresses: [10.9.0.7/24]}, {interface: eth1, vlans: [{vlanId: 9, addresses: [192.168.10.77/24]}]}",
    );
    assert_eq!(address(&several), "192.168.10.77");
    let neither = interfaces("{interface: br0, addresses: [10.9.0.7/24, 10.8.0.7/24]}");
    assert_eq!(address(&neither), "node-01");
}

#[test]
fn patches_of_the_user_come_last_and_no_document_twice() {
    let mut network = homelab();
    let spans = Spans::new();
    let raw = |text: &str| RawYaml { value: read(text), span: spans.next(), ..RawYaml::default() };
    let nodes = &mut network.clusters[0].nodes;
    nodes[0].patches = vec![
        raw("{machine: {sysctls: {vm.nr_hugepages: '1024'}, kubelet: {nodeIP: {validSubnets: [10.0.0.0/8]}}}}"),
        raw("{apiVersion: v1alpha1, kind: LinkConfig, name: lan0, mtu: 9000}"),
        raw("{apiVersion: v1alpha1, kind: ResolverConfig, $patch: delete}"),
        raw("{apiVersion: v1alpha1, kind: WatchdogTimerConfig, device: /dev/watchdog0}"),
    ];
    let documents = machine(&network, "node-01");
    let identities: Vec<_> = documents.iter().map(|document| (document.get("kind"), document.get("name"))).collect();
    assert_eq!(
        identities.iter().map(|identity| format!("{identity:?}")).collect::<BTreeSet<_>>().len(),
        identities.len()
    );
    assert_eq!(core(&documents)["machine"]["sysctls"]["vm.nr_hugepages"], "1024");
    assert_eq!(core(&documents)["machine"]["kubelet"]["nodeIP"]["validSubnets"][2], "10.0.0.0/8", "lists append");
    assert_eq!(of_kind(&documents, "LinkConfig")["mtu"], 9000);
    assert_eq!(
        of_kind(&documents, "ResolverConfig"),
        &read("{apiVersion: v1alpha1, kind: ResolverConfig, $patch: delete}")
    );
    assert_eq!(of_kind(&documents, "WatchdogTimerConfig")["device"], "/dev/watchdog0");

    let talconfig = talconfig(&network);
    let patches = talconfig["nodes"][0]["patches"].as_sequence().unwrap();
    let deletion = patches.iter().map(|patch| patch.as_str().unwrap()).find(|patch| patch.contains("ResolverConfig"));
    assert!(deletion.unwrap().contains("$$patch"), "talhelper substitutes what has one dollar sign");
}

#[test]
fn placeholders_stay_for_the_tools_that_fill_them_in() {
    let mut network = homelab();
    let spans = Spans::new();
    network.clusters[0].nodes[0].labels = vec![
        (spans.of("example.com/rack".to_owned()), "${RACK}".to_owned()),
        (spans.of("price".to_owned()), "5$".to_owned()),
        (spans.of("literal".to_owned()), "$${RACK}".to_owned()),
    ];
    let labels = &talconfig(&network)["nodes"][0]["nodeLabels"];
    assert_eq!(labels["example.com/rack"], "${RACK}");
    assert_eq!(labels["price"], "5$$");
    assert_eq!(labels["literal"], "$${RACK}", "talhelper takes one dollar sign away");
    let name = &network.clusters[0].nodes[0].name.value;
    let machine = &emitted(&network).files[&format!("talos/machines/{name}.yaml")];
    assert_eq!(machine.text().matches("${RACK}").count(), 2, "{}", machine.text());
    assert!(!machine.text().contains("$${RACK}"), "nobody takes one away here");
}

#[test]
fn discovery_and_kube_prism_can_be_off() {
    let off = |minor| {
        let mut network = on_talos(minor);
        let spans = Spans::new();
        network.clusters[0].discovery.enabled = Some(spans.of(false));
        network.clusters[0].kube_prism = None;
        machine(&network, "node-01")
    };
    let fields = off(13);
    assert_eq!(core(&fields)["cluster"]["discovery"]["enabled"], false);
    assert_eq!(core(&fields)["machine"]["features"]["kubePrism"], read("{enabled: false}"));
    let documents = off(14);
    let discovery = of_kind(&documents, "DiscoveryServiceConfig");
    assert_eq!((&discovery["name"], &discovery["$patch"]), (&"default".into(), &"delete".into()));
    assert_eq!(of_kind(&documents, "KubePrismConfig")["$patch"], "delete");
}

#[test]
fn a_version_without_a_patch_is_the_newest_known_release() {
    assert_eq!(super::release(&Version::of(1, 12)), "v1.12.11");
    assert_eq!(super::release(&Version { patch: Some(3), ..Version::of(1, 12) }), "v1.12.3");
    assert_eq!(super::release(&Version::of(1, 99)), "v1.99.0");
}

#[test]
fn names_of_long_vlans_fit_the_kernel() {
    let mut network = homelab();
    let spans = Spans::new();
    let interface = &mut network.clusters[0].nodes[0].interfaces[0];
    interface.name = spans.name("thunderbolt-left");
    interface.vlans.push(vlan(&spans, 4000, "10.9.0.11/24"));
    assert_eq!(of_kind(&machine(&network, "node-01"), "VLANConfig")["name"], "vlan4000");
}

#[test]
fn k3s_has_no_talos_folder() {
    assert!(emitted(&on_k3s()).files.keys().all(|path| !path.starts_with("talos/")));
}

/// A line comes from the text that decided it: the address of each node from that node's own.
#[test]
fn lines_know_their_origin() {
    let network = homelab();
    let outputs = emitted(&network);
    let mut spans = BTreeMap::new();
    for node in &network.clusters[0].nodes {
        let file = &outputs.files[&format!("talos/machines/{}.yaml", node.name.value)];
        let at = file.text().lines().position(|line| line.contains("- address: \"192.168.10.10")).unwrap();
        spans.insert(file.origin(at + 1).unwrap().span, node.interfaces[0].addresses[0].span());
    }
    assert_eq!(spans.len(), 3);
    assert!(spans.iter().all(|(line, source)| line == source));

    let file = &outputs.files["talos/talconfig.yaml"];
    let at = file.text().lines().position(|line| line.contains("validSubnets")).unwrap();
    let subnet = file.origin(at + 2).unwrap();
    assert_eq!(subnet.reason, hnet_model::Reason::NodeSubnet);
    assert_eq!(subnet.span, network.clusters[0].nodes[0].interfaces[0].addresses[0].span());
}

#[test]
fn what_all_machines_have_is_said_once() {
    let mut network = homelab();
    let spans = Spans::new();
    for node in &mut network.clusters[0].nodes {
        node.search_domains = vec![spans.of(hnet_model::HostName::checked("home.arpa"))];
    }
    let talconfig = talconfig(&network);
    assert!(talconfig["nodes"][0].get("patches").is_none());
    let shared = serde_yaml::to_string(&talconfig["patches"]).unwrap();
    assert_eq!(shared.matches("home.arpa").count(), 1, "{shared}");
    let documents = machine(&network, "node-03");
    assert_eq!(of_kind(&documents, "ResolverConfig")["searchDomains"], read("{domains: [home.arpa]}"));
}

/// Talos itself takes the tenth address of the first prefix, in IPv6 as in IPv4.
#[test]
fn the_address_of_cluster_dns_is_said_where_it_is_another() {
    for (prefix, usual, other) in [("10.43.0.0/16", "10.43.0.10", "10.43.0.11"), ("fd43::/112", "fd43::a", "fd43::9")] {
        let mut network = homelab();
        network.clusters[0].services_prefixes[0].value = net(prefix);
        network.clusters[0].dns_address.value = ip(usual);
        assert!(core(&machine(&network, "node-01"))["machine"]["kubelet"].get("clusterDNS").is_none());
        network.clusters[0].dns_address.value = ip(other);
        let said = core(&machine(&network, "node-01"))["machine"]["kubelet"]["clusterDNS"].clone();
        assert_eq!(said, read(&format!("['{other}']")));
    }
}
