//! A firewall and a mesh that patches say of all machines are words, and change no machine.

use crate::common::built;
use hnet_import::{Stays, import, import_in_place};

const HEAD: &str = "\
clusterName: home
talosVersion: v1.13.9
kubernetesVersion: v1.36.2
endpoint: https://192.168.20.11:6443
nodes:
  - hostname: cp-1
    ipAddress: 192.168.20.11
    controlPlane: true
    installDisk: /dev/sda
    networkInterfaces:
      - interface: eth0
        addresses: [192.168.20.11/24]
";

fn text(patches: &str) -> String {
    let talconfig = format!("{HEAD}patches:\n{patches}");
    import(vec![("talos/talconfig.yaml".to_owned(), talconfig)]).text
}

#[test]
fn a_firewall_is_said_as_it_was() {
    let text = text(
        "\
  - |-
    apiVersion: v1alpha1
    kind: NetworkDefaultActionConfig
    ingress: block
    ---
    apiVersion: v1alpha1
    kind: NetworkRuleConfig
    name: all
    portSelector: {ports: [80, 1000-65535], protocol: udp}
    ingress: [{subnet: 192.168.20.0/24, except: 192.168.20.1/32}, {subnet: fd00::/64}]
",
    );
    assert!(text.contains("firewall <"), "{text}");
    assert!(text.contains("cluster-rules off;"), "{text}");
    for part in ["ports 80, 1000-65535;", "protocol udp;", "sources 192.168.20.0/24, fd00::/64;", "except lan[1];"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let files = built(&text);
    let (_, talconfig) = files.iter().find(|(path, _)| path == "talos/talconfig.yaml").expect("it is written");
    for part in ["ingress: block", "1000-65535", "except: \"192.168.20.1/32\"", "subnet: \"fd00::/64\""] {
        assert!(talconfig.contains(part), "{part} in\n{talconfig}");
    }
    assert!(!talconfig.contains("kubelet-ingress"), "nothing is derived:\n{talconfig}");
}

/// Rules of one role stand in its profile or machine, but not one that changes a rule of all.
#[test]
fn rules_of_a_role_are_words_beside_those_of_all() {
    let rule = |name: &str, port: u16| {
        format!(
            "    ---\n    apiVersion: v1alpha1\n    kind: NetworkRuleConfig\n    name: {name}\n    portSelector: {{ports: [{port}], \
             protocol: tcp}}\n    ingress: [{{subnet: 192.168.20.0/24}}]\n"
        )
    };
    let action = "  - |-\n    apiVersion: v1alpha1\n    kind: NetworkDefaultActionConfig\n    ingress: block\n";
    let all = format!("{action}{}", rule("kubelet", 10250));
    let of_role = |rules: &str| text(&format!("{all}controlPlane:\n  patches:\n  - |-\n{rules}"));
    let said = of_role(&(rule("etcd", 2379) + &rule("api", 6443)));
    assert!(said.contains("rule etcd < ports 2379; sources 192.168.20.0/24; >"), "{said}");
    assert!(!said.contains("NetworkRuleConfig"), "{said}");
    let files = built(&said);
    let (_, talconfig) = files.iter().find(|(path, _)| path == "talos/talconfig.yaml").expect("it is written");
    assert_eq!(talconfig.matches("portSelector").count(), 3, "{talconfig}");
    for rules in [rule("kubelet", 2379), rule("etcd", 2379) + &rule("etcd", 2380)] {
        assert!(of_role(&rules).contains("NetworkRuleConfig"), "{}", of_role(&rules));
    }
    let alone = text(&format!("  - |-\n    machine: {{}}\ncontrolPlane:\n  patches:\n  - |-\n{}", rule("etcd", 2379)));
    assert!(alone.contains("NetworkRuleConfig") && !alone.contains("firewall <"), "{alone}");
}

/// What talhelper says in keys of its own are the documents that a build says.
#[test]
fn a_firewall_of_talhelpers_own_keys_is_built_in_place() {
    let firewall = "    ingressFirewall:\n      defaultAction: block\n      rules:\n        - {name: api, portSelector: {ports: [6443, \
                    50000-50001], protocol: tcp}, ingress: [{subnet: 192.168.20.0/24, except: 192.168.20.9/32}]}\n";
    let talconfig =
        format!("{HEAD}{firewall}cniConfig: {{name: none}}\npatches: ['cluster: {{proxy: {{disabled: true}}}}']\n");
    let made = import_in_place(vec![("talos/talconfig.yaml".to_owned(), talconfig)]);
    let (text, files) = made.in_place().expect("it can be built in place");
    assert!(text.contains("NetworkRuleConfig"), "{text}");
    assert!(matches!(files.as_slice(), [(_, Stays::Built(_))]), "{files:?}\n{text}");
}

#[test]
fn what_words_do_not_say_stays() {
    for rule in [
        "name: a b\n    portSelector: {ports: [80], protocol: tcp}\n    ingress: [{subnet: 192.168.20.0/24}]",
        "name: ping\n    portSelector: {ports: [80], protocol: icmp}\n    ingress: [{subnet: 192.168.20.0/24}]",
        "name: own\n    portSelector: {ports: [80], protocol: tcp}\n    ingress: [{subnet: \"${NET}\"}]",
    ] {
        let text = text(&format!(
            "  - |-\n    apiVersion: v1alpha1\n    kind: NetworkDefaultActionConfig\n    ingress: block\n    ---\n    \
             apiVersion: v1alpha1\n    kind: NetworkRuleConfig\n    {rule}\n"
        ));
        assert!(!text.contains("firewall"), "{text}");
        assert!(text.contains("ingress: block") && text.contains("kind: NetworkRuleConfig"), "{text}");
    }
}

#[test]
fn a_mesh_is_said() {
    let text = text(
        "  - |-\n    machine: {network: {kubespan: {enabled: true, mtu: 1370, filters: {endpoints: [0.0.0.0/0, \"!10.0.0.0/8\"]}}}}\n",
    );
    let own = text.lines().find(|line| line.contains("kube-span")).unwrap_or_default();
    assert_eq!(own.trim(), "kube-span < mtu 1370; endpoints 0.0.0.0/0, !10.0.0.0/8; >", "{text}");
}
