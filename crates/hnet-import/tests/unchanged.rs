//! Talconfigs whose import must change no machine that runs, or say what a build would change.

use crate::common::built;
use hnet_import::{Imported, import};

fn imported(talconfig: &str, beside: &[(&str, &str)]) -> Imported {
    let files = [("talos/talconfig.yaml", talconfig)].into_iter().chain(beside.iter().copied());
    import(files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
}

const PLAIN: &str = "clusterName: home\nendpoint: https://10.0.0.2:6443\ntalosVersion: v1.13.0\nkubernetesVersion: v1.36.0\nnodes:\n  - hostname: cp-1\n    ipAddress: 10.0.0.2\n    controlPlane: true\n    installDisk: /dev/sda\n";

fn listed(made: &Imported) -> String {
    made.report.unread.iter().map(|one| one.why.clone() + "\n").collect()
}

#[test]
fn another_name_of_the_cluster_and_an_endpoint_that_is_none_are_listed() {
    assert_eq!(listed(&imported(PLAIN, &[])), "");
    let renamed = PLAIN.replace("clusterName: home", "clusterName: ${clusterName}");
    assert_eq!(
        listed(&imported(&renamed, &[])),
        "`clusterName` `${clusterName}` is no name of the language; the cluster is called `clustername`\n"
    );
    let bare = PLAIN.replace("10.0.0.2:6443", "fd00::2:6443");
    assert!(listed(&imported(&bare, &[])).starts_with("`endpoint` has an IPv6 address without brackets"));
    let bracketed = PLAIN.replace("10.0.0.2:6443", "[fd00::2]:6443");
    assert_eq!(listed(&imported(&bracketed, &[])), "");
}

#[test]
fn extra_manifests_are_files_also_of_a_group() {
    let own = format!("{PLAIN}    extraManifests: [./own.yaml, '@there-is-none.yaml']\n");
    let text = format!("{own}controlPlane: {{extraManifests: [group.yaml]}}\n");
    let document = |device: &str| format!("apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: {device}\n");
    let [one, other] = ["/dev/one", "/dev/other"].map(document);
    let beside = [("talos/own.yaml", one.as_str()), ("talos/group.yaml", other.as_str())];
    let made = imported(&text, &beside);
    assert_eq!(listed(&made), "`there-is-none.yaml` is not among the files\n");
    assert!(made.text.contains("/dev/one") && made.text.contains("/dev/other"), "{}", made.text);
    let alone = text.replace("extraManifests: [./", "overrideExtraManifests: true\n    extraManifests: [./");
    let made = imported(&alone, &beside);
    assert!(made.text.contains("/dev/one") && !made.text.contains("/dev/other"), "{}", made.text);
}

#[test]
fn what_talhelper_does_not_fill_in_stays_so() {
    let patch = "    patches: ['machine: {sysctls: {a: \"$${B}\", c: \"${D}\", e: $$F}}']\n";
    let made = imported(&format!("{PLAIN}{patch}"), &[]);
    assert!(made.text.contains("sysctls a=$${B}, c=${D}, e=$F;"), "{}", made.text);
    let files = built(&made.text);
    let text = &files.iter().find(|(path, _)| path == "talos/talconfig.yaml").unwrap().1;
    assert!(["$${B}", " ${D}", "$$F"].iter().all(|part| text.replace('"', " ").contains(part)), "{text}");
    assert!(!text.contains("$$${"), "{text}");
}

#[test]
fn an_endpoint_that_no_machine_carries_is_a_host() {
    let links = "    networkInterfaces: [{interface: eth0, addresses: [10.0.0.2/24]}]\n";
    let own = format!("{PLAIN}{links}");
    let elsewhere = own.replace("endpoint: https://10.0.0.2", "endpoint: https://10.0.0.9");
    let vips = |text: &str| {
        let made = imported(text, &[]);
        let files = built(&made.text);
        let talconfig = files.iter().find(|(path, _)| path == "talos/talconfig.yaml").unwrap().1.clone();
        (made.text.contains("host api < address lan[9]; >"), talconfig.contains("vip"), listed(&made))
    };
    assert_eq!(vips(&own), (false, false, String::new()));
    assert_eq!(vips(&elsewhere), (true, false, String::new()));
    let carried = elsewhere.replace("[10.0.0.2/24]", "[10.0.0.2/24], vip: {ip: 10.0.0.9}");
    assert_eq!(vips(&carried), (false, true, String::new()));
    let (is_host, _, listed) = vips(&format!("{elsewhere}patches: ['@unknown.yaml']\n"));
    assert!(!is_host && listed.contains("`endpoint`: a build lets control planes share `10.0.0.9`"), "{listed}");
}

#[test]
fn name_servers_of_a_group_stand_where_talos_takes_them() {
    let group = "controlPlane: {patches: ['machine: {network: {nameservers: [10.0.0.1], disableSearchDomain: true}}']}\nworker: {}\n";
    let worker = "  - {hostname: w-1, ipAddress: 10.0.0.3, controlPlane: false, installDisk: /dev/sda}\n";
    let made = imported(&format!("{PLAIN}{worker}{group}"), &[]);
    assert_eq!(listed(&made), "");
    assert!(made.text.contains("- address: \"10.0.0.1\""), "{}", made.text);
}

#[test]
fn what_the_only_machine_of_a_role_is_told_alone_comes_last() {
    let own = "    patches: ['machine: {sysctls: {a: own}}']\n";
    let group = "controlPlane: {patches: ['machine: {sysctls: {a: group}}']}\n";
    let made = imported(&format!("{PLAIN}{own}{group}"), &[]);
    assert!(made.text.contains("machine < sysctls a=own; >") && !made.text.contains("group"), "{}", made.text);
    let text = &built(&made.text).into_iter().find(|(path, _)| path == "talos/talconfig.yaml").unwrap().1;
    assert!(text.contains("a: own"), "{text}");
    let log =
        |to: &str| format!("patches: ['machine: {{logging: {{destinations: [{{endpoint: \"udp://{to}:1/\"}}]}}}}']");
    let (own, group) = (format!("    {}\n", log("own")), format!("controlPlane: {{{}}}\n", log("group")));
    let made = imported(&format!("{PLAIN}{own}{group}"), &[]);
    let at = |text: &str| made.text.find(text).expect("it is said");
    assert!(at("group") < at("own"), "{}", made.text);
}

/// The address of an endpoint is a machine's wherever that says so, also as text of another form, or a router's.
#[test]
fn an_endpoint_that_somebody_carries_is_no_host() {
    let talconfig = |endpoint: &str, version: &str, more: &str| {
        format!(
            "clusterName: home\nendpoint: https://{endpoint}:6443\ntalosVersion: {version}\nkubernetesVersion: v1.32.0\nnodes:\n  \
             - hostname: cp-1\n    ipAddress: 10.0.0.2\n    controlPlane: true\n    installDisk: /dev/sda\n    \
             networkInterfaces:\n      - interface: eth0\n        addresses: [10.0.0.2/24, 'fd00::2/64']\n{more}"
        )
    };
    let is_host = |text: &str| imported(text, &[]).text.contains("host api");
    assert!(is_host(&talconfig("10.0.0.9", "v1.13.0", "")), "nobody carries it");
    let link = "    patches:\n      - |-\n        apiVersion: v1alpha1\n        kind: LinkConfig\n        name: eth1\n        \
                addresses: [{address: 10.0.0.9/24}]\n";
    let device = "    patches: ['machine: {network: {interfaces: [{interface: eth1, addresses: [10.0.0.9/24]}]}}']\n";
    let operation = "    patches: ['[{op: add, path: /machine/network/interfaces/0/vip, value: {ip: 10.0.0.9}}]']\n";
    let router = "        routes: [{network: 0.0.0.0/0, gateway: 10.0.0.9}]\n";
    for text in [
        talconfig("[FD00::2]", "v1.13.0", ""),
        talconfig("[fd00:0::2]", "v1.13.0", ""),
        talconfig("10.0.0.9", "v1.13.0", link),
        talconfig("10.0.0.9", "v1.11.0", device),
        talconfig("10.0.0.9", "v1.11.0", operation),
        talconfig("10.0.0.9", "v1.13.0", router),
    ] {
        assert!(!is_host(&text), "{text}");
    }
}
