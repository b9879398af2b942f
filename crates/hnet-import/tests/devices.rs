//! Links that patches say are links in words, in both shapes, and what cannot be said surely stays a patch.

use crate::common::built;
use hnet_import::import;

fn head(talos: &str, links: &str) -> String {
    format!(
        "clusterName: home\ntalosVersion: {talos}\nkubernetesVersion: v1.34.1\nendpoint: https://192.168.20.10:6443\n\
         nodes:\n  - hostname: cp-1\n    ipAddress: 192.168.20.11\n    controlPlane: true\n    installDisk: /dev/sda\n{links}"
    )
}

fn text(talconfig: String) -> String {
    let text = import(vec![("talos/talconfig.yaml".to_owned(), talconfig)]).text;
    built(&text);
    text
}

/// The lines of a node, in one line.
fn node(text: &str) -> String {
    let from = text.find("node cp-1 <").expect("the node is said");
    text[from..].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_device_of_a_patch_is_an_interface() {
    let text = text(head(
        "v1.11.5",
        "    patches:\n      - |-\n        machine:\n          network:\n            interfaces:\n              - interface: eth0\n                \
         addresses: [192.168.20.11/24]\n                routes: [{network: 0.0.0.0/0, gateway: 192.168.20.1}]\n                \
         vip: {ip: 192.168.20.10}\n                vlans: [{vlanId: 40, addresses: [10.40.0.11/24]}]\n",
    ));
    assert!(!text.contains("interfaces:"), "{text}");
    let node = node(&text);
    assert!(node.contains("interface eth0 < address lan[11]; vlan 40 < address vlan40[11]; > >"), "{node}");
}

#[test]
fn a_patch_of_a_device_lies_over_the_talconfigs_own() {
    let text = text(head(
        "v1.11.5",
        "    networkInterfaces:\n      - interface: eth0\n        addresses: [192.168.20.11/24]\n    patches:\n      - |-\n        \
         machine: {network: {interfaces: [{interface: eth0, mtu: 9000, addresses: [10.9.9.1/32]}]}}\n",
    ));
    assert!(!text.contains("interfaces:"), "{text}");
    let node = node(&text);
    assert!(node.contains("address lan[11], 10.9.9.1/32; mtu 9000;"), "{node}");
}

#[test]
fn documents_of_links_are_links() {
    let text = text(head(
        "v1.12.1",
        "    patches:\n      - |-\n        apiVersion: v1alpha1\n        kind: BondConfig\n        name: bond0\n        \
         links: [eth0, eth1]\n        bondMode: active-backup\n        addresses: [{address: 192.168.20.11/24}]\n        \
         routes: [{gateway: 192.168.20.1}]\n        ---\n        apiVersion: v1alpha1\n        kind: VLANConfig\n        \
         name: bond0.40\n        vlanID: 40\n        parent: bond0\n        addresses: [{address: 10.40.0.11/24}]\n        ---\n        \
         apiVersion: v1alpha1\n        kind: Layer2VIPConfig\n        name: 192.168.20.10\n        link: bond0\n",
    ));
    for kind in ["BondConfig", "VLANConfig", "Layer2VIPConfig"] {
        assert!(!text.contains(kind), "{kind} in\n{text}");
    }
    let node = node(&text);
    assert!(node.contains("bond bond0 <") && node.contains("members eth0, eth1;"), "{node}");
    assert!(node.contains("vlan 40"), "{node}");
}

#[test]
fn a_device_that_is_told_to_go_stays_a_patch() {
    let text = text(head(
        "v1.11.5",
        "    networkInterfaces:\n      - interface: eth0\n        addresses: [192.168.20.11/24]\n    patches:\n      - |-\n        \
         machine: {network: {interfaces: [{interface: eth1, $patch: delete}]}}\n",
    ));
    assert!(text.contains("$patch"), "{text}");
}

#[test]
fn a_machine_without_a_way_out_gets_none() {
    let text = text(head(
        "v1.13.9",
        "    networkInterfaces:\n      - interface: eth0\n        addresses: [192.168.20.11/24]\n        routes: [{network: 0.0.0.0/0, \
         gateway: 192.168.20.1}]\n  - hostname: w-1\n    ipAddress: 192.168.20.21\n    installDisk: /dev/sda\n    \
         networkInterfaces:\n      - interface: eth0\n        addresses: [192.168.20.21/24]\n",
    ));
    assert!(text.contains("interface eth0 < address lan[21]; default-route off; >"), "{text}");
    assert!(text.contains("interface eth0 < address lan[11]; >"), "{text}");
}

/// A key of nobody's.
const KEY: &str = "GA1E1VB+g41Dl0+UH2TMW9C5953y+moVg6JIIqkJbmw=";

#[test]
fn a_tunnel_is_one_and_its_keys_are_not_written() {
    let peer = "{publicKey: 735jkJdcVDninU5PzLJ/S+bfN6Q3QOk6svWrVLMJQAk=, endpoint: '203.0.113.7:51820', \
                persistentKeepaliveInterval: 25s, allowedIPs: [10.9.0.0/24]";
    let of_device = format!(
        "    networkInterfaces:\n      - interface: eth0\n        addresses: [192.168.20.11/24]\n      - interface: wg0\n        \
         addresses: [10.9.0.2/24]\n        wireguard:\n          privateKey: {KEY}\n          listenPort: 51820\n          \
         peers: [{peer}}}]\n"
    );
    let of_document = format!(
        "    networkInterfaces:\n      - interface: eth0\n        addresses: [192.168.20.11/24]\n    patches:\n      - |-\n        \
         apiVersion: v1alpha1\n        kind: WireguardConfig\n        name: wg0\n        privateKey: {KEY}\n        \
         listenPort: 51820\n        peers: [{peer}, presharedKey: {KEY}}}]\n        addresses: [{{address: 10.9.0.2/24}}]\n"
    );
    for (talos, links, shared) in [
        ("v1.11.5", &of_device, false),
        ("v1.13.9", &of_device, false),
        ("v1.13.9", &of_document, true),
        ("v1.14.0", &of_document, true),
    ] {
        let text = text(head(talos, links));
        assert!(!text.contains(KEY) && !text.contains("patch"), "{text}");
        let node = node(&text);
        assert!(node.contains("private-key ${WG_CP_1_WG0_PRIVATE_KEY}; listen-port 51820;"), "{node}");
        assert!(node.contains("endpoint 203.0.113.7:51820; allowed-ips 10.9.0.0/24; keepalive 25s;"), "{node}");
        assert_eq!(node.contains("preshared-key ${WG_CP_1_WG0_PEER_1_PRESHARED_KEY};"), shared, "{node}");
        // What is a placeholder stays what it is.
        let node = self::node(&self::text(head(talos, &links.replace(KEY, "${KEY}"))));
        assert!(node.contains("private-key ${KEY}; listen-port 51820;"), "{node}");
    }
}

#[test]
fn a_tunnel_that_asks_dhcp_is_left_as_it_is() {
    let text = text(head(
        "v1.11.5",
        "    networkInterfaces:\n      - interface: wg0\n        dhcp: true\n        wireguard: {privateKey: '${KEY}'}\n",
    ));
    assert!(!text.contains("wireguard wg0") && text.contains("wireguard:"), "{text}");
}
