//! The document says what the network is, and nothing breaks it.

use hnet_model::Role;
use proptest::prelude::*;

use crate::samples::{Spans, emitted, homelab, node, on_k3s};

fn document(network: &hnet_model::Network) -> String {
    let outputs = emitted(network);
    let file = &outputs.files["docs/network.md"];
    assert_eq!(file.text().lines().count(), file.origins().len());
    file.text().to_owned()
}

#[test]
fn the_real_names_stand_in_the_commands() {
    let text = document(&homelab());
    for command in [
        "kubectl describe gateway -n gateway-system external-gateway",
        "kubectl describe httproute -n monitoring grafana",
        "kubectl port-forward -n cloudflared svc/cloudflared 8080:2000",
        "kubectl get service -n gateway-system cilium-gateway-external-gateway",
        "talosctl health --nodes 192.168.10.100",
    ] {
        assert!(text.lines().any(|line| line == command), "{command} is missing in\n{text}");
    }
}

#[test]
fn the_address_plan_is_sorted_and_whole() {
    let text = document(&homelab());
    let rows: Vec<&str> = text
        .lines()
        .skip_while(|line| !line.starts_with("### Subnet lan"))
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('`').nth(1).unwrap())
        .take_while(|range| range.starts_with("192.168.10."))
        .collect();
    let expected = ["1", "10", "20", "32-192.168.10.63", "49", "50", "100", "101", "102", "128-192.168.10.199"];
    assert_eq!(rows, expected.map(|last| format!("192.168.10.{last}")));
}

#[test]
fn k3s_is_not_called_talos() {
    let text = document(&on_k3s());
    assert!(!text.to_lowercase().contains("talos"), "{text}");
    assert!(text.contains("coredns-custom"));
}

#[test]
fn many_machines_are_one_box() {
    let mut network = homelab();
    let spans = Spans::new();
    for at in 0..100_u8 {
        let address = format!("192.168.10.{}/24", 128 + at);
        network.clusters[0].nodes.push(node(&spans, &format!("worker-{at}"), Role::Worker, at, &address));
    }
    let text = document(&network);
    assert!(text.contains("[\"103 nodes<br/>node-01 to worker-99\"]"), "{text}");
}

fn fences_are_balanced(text: &str) -> bool {
    let mut open: Option<String> = None;
    for line in text.lines() {
        let fence: String = line.chars().take_while(|character| *character == '`').collect();
        match &open {
            Some(opened) if line == opened => open = None,
            None if fence.len() >= 3 && !line[fence.len()..].contains('`') => open = Some(fence),
            _ => {}
        }
    }
    open.is_none()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Doc comments are the only free text; whatever they say, the document keeps its shape.
    #[test]
    fn doc_comments_break_nothing(doc in r"([|`\\<>#*_\[\]~\-+=!0-9. \n\ta-c]|```|-->|\PC){0,40}") {
        let mut network = homelab();
        let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
        let tables = |text: &str| text.lines().filter(|line| line.starts_with("|---")).count();
        let plain = document(&network);
        network.doc = Some(doc.clone());
        network.hosts[0].doc = Some(doc.clone());
        network.subnets[0].doc = Some(doc.clone());
        let cluster = &mut network.clusters[0];
        cluster.doc = Some(doc.clone());
        cluster.gateways[0].doc = Some(doc.clone());
        cluster.routes[0].doc = Some(doc.clone());
        cluster.nodes[0].doc = Some(doc.clone());
        cluster.tunnels[0].doc = Some(doc);
        let text = document(&network);
        // Lines that start with a number sign are headings and the notes between commands.
        prop_assert_eq!(headings(&text), headings(&plain), "{}", text);
        prop_assert_eq!(tables(&text), tables(&plain));
        prop_assert!(fences_are_balanced(&text), "{}", text);
    }
}

/// The way from outside is drawn for a name that a route takes, not for the first that is published.
#[test]
fn the_way_in_is_a_real_one() {
    let mut network = homelab();
    let spans = Spans::new();
    let tunnel = &mut network.clusters[0].tunnels[0];
    let mut apex = tunnel.publish[0].clone();
    apex.hostname = spans.of(hnet_model::HostName::checked("example.com"));
    tunnel.publish.insert(0, apex);
    let text = document(&network);
    assert!(text.contains("Somebody asks for `grafana.example.com`."), "{text}");
}
