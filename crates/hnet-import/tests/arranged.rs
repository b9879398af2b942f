//! How an import arranges what it says: profiles for what machines share, and that the same is built all the same.

use std::fmt::Write as _;

use crate::common::built;
use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Documents, Fate, What, in_one_form};
use hnet_import::{Imported, import};
use proptest::prelude::*;

fn imported(talconfig: &str) -> Imported {
    import(vec![("talos/talconfig.yaml".to_owned(), talconfig.to_owned())])
}

/// The talconfig that a source builds, which nothing stops.
fn talconfig(text: &str) -> String {
    let mut files = built(text).into_iter();
    files.find(|(path, _)| path == "talos/talconfig.yaml").expect("there are machines").1
}

/// Fields that follow from the network, or that hnet says in other words.
const DERIVED: [&str; 4] = ["cluster.etcd: now", "machine.kubelet.nodeIP: now", "schematic: no", "install.image: now"];

/// What the machines of two talconfigs are told otherwise.
fn differences(before: &str, after: &str) -> Vec<String> {
    let read = |text| Documents::read([("talos/talconfig.yaml", text)]);
    let (mut old, mut new) = (read(before), read(after));
    in_one_form(&mut old, &mut new);
    let found = Difference::between(&old, &new, &|_| Fate::Rewritten, &Facts::default());
    let changed = found.changes.iter().filter(|change| change.what != What::Same);
    let lines = changed
        .flat_map(|change| change.lines(false).into_iter().map(move |line| format!("{} {line}", change.title())));
    lines.filter(|line| !DERIVED.iter().any(|derived| line.contains(derived))).collect()
}

/// The part of a source between its first profile or machine and what is said of its output.
fn machines(made: &Imported) -> &str {
    let text = made.text.as_str();
    let start = text.find("  profile").or_else(|| text.find("  node")).expect("there are machines");
    let end = text.find("  # What was not there").unwrap_or(text.len());
    text[start..end].trim_end()
}

const HEAD: &str = "\
clusterName: home
talosVersion: v1.13.9
kubernetesVersion: v1.36.2
endpoint: https://k8s.home.arpa:6443
nodes:
";

/// A machine with a disk, an address and some patches.
fn machine(name: &str, role: &str, address: u8, rest: &str) -> String {
    format!(
        "  - hostname: {name}
    ipAddress: 192.168.20.{address}
    controlPlane: {}
    installDisk: /dev/sda
    networkInterfaces:
      - deviceSelector: {{hardwareAddr: \"02:00:5e:00:10:{address:02}\"}}
        addresses: [192.168.20.{address}/24]
        mtu: 9000
        routes: [{{network: 0.0.0.0/0, gateway: 192.168.20.1}}]
        vlans: [{{vlanId: 40, dhcp: true}}]
{rest}",
        role == "control-plane"
    )
}

/// What those of a role share is said once, and so is what the roles share; a part of a link as well, where that is shorter.
#[test]
fn what_machines_share_is_said_once() {
    let schematic = "    schematic: {customization: {systemExtensions: {officialExtensions: [siderolabs/i915]}}}\n";
    let mut text = HEAD.to_owned();
    for (name, role, address) in
        [("cp-1", "control-plane", 11), ("cp-2", "control-plane", 12), ("w-1", "worker", 21), ("w-2", "worker", 22)]
    {
        let labels = if role == "worker" { "    nodeLabels: {disks: many}\n" } else { "" };
        text.push_str(&machine(name, role, address, &format!("{schematic}{labels}")));
    }
    let made = imported(&text);
    insta::assert_snapshot!(machines(&made), @r#"
    profile machine <
      disk /dev/sda;
      image < extensions siderolabs/i915; >
      interface lan0 <
        mtu 9000;
        route default < gateway lan[1]; >
        vlan 40;
      >
    >

    profile control-plane like machine < role control-plane; >

    profile worker like machine < role worker; labels disks=many; >

    node cp-1 like control-plane <
      interface lan0 < mac 02:00:5e:00:10:11; address lan[11]; >
    >
    node cp-2 like control-plane <
      interface lan0 < mac 02:00:5e:00:10:12; address lan[12]; >
    >
    node w-1 like worker <
      interface lan0 < mac 02:00:5e:00:10:21; address lan[21]; >
    >
    node w-2 like worker <
      interface lan0 < mac 02:00:5e:00:10:22; address lan[22]; >
    >
    "#);
    assert_eq!(differences(&text, &talconfig(&made.text)), [""; 0]);
}

/// Some of a role that share more get a profile of their own, called by what their names start with.
#[test]
fn a_group_of_a_role_is_called_by_its_names() {
    let gpu = "    schematic: {customization: {extraKernelArgs: [net.ifnames=0]}}
    patches:
      - |-
        machine:
          logging:
            destinations:
              - endpoint: tcp://logs.home.arpa:514/
                format: json_lines
";
    let mut text = HEAD.to_owned();
    text.push_str(&machine("cp-1", "control-plane", 11, ""));
    for (name, address, rest) in [("w-1", 21, ""), ("w-2", 22, ""), ("gpu-1", 31, gpu), ("gpu-2", 32, gpu)] {
        text.push_str(&machine(name, "worker", address, rest));
    }
    let made = imported(&text);
    insta::assert_snapshot!(machines(&made), @r#"
    profile machine <
      disk /dev/sda;
      interface lan0 <
        mtu 9000;
        route default < gateway lan[1]; >
        vlan 40;
      >
    >

    profile worker like machine < role worker; >

    profile gpu like worker <
      image < kernel-arguments net.ifnames=0; >
      patch """
        machine:
          logging:
            destinations:
              - endpoint: tcp://logs.home.arpa:514/
                format: json_lines
      """;
    >

    node cp-1 like machine <
      role control-plane;
      interface lan0 < mac 02:00:5e:00:10:11; address lan[11]; >
    >
    node w-1 like worker <
      interface lan0 < mac 02:00:5e:00:10:21; address lan[21]; >
    >
    node w-2 like worker <
      interface lan0 < mac 02:00:5e:00:10:22; address lan[22]; >
    >
    node gpu-1 like gpu <
      interface lan0 < mac 02:00:5e:00:10:31; address lan[31]; >
    >
    node gpu-2 like gpu <
      interface lan0 < mac 02:00:5e:00:10:32; address lan[32]; >
    >
    "#);
    assert_eq!(differences(&text, &talconfig(&made.text)), [""; 0]);
}

/// Two machines that share two short fields are shorter without a profile.
#[test]
fn little_is_not_worth_a_profile() {
    let machine =
        |name: &str| format!("  - {{hostname: {name}, ipAddress: {name}.home.arpa, installDisk: /dev/sda}}\n");
    let text = format!("{HEAD}{}{}", machine("w-1"), machine("w-2"));
    assert!(!imported(&text).text.contains("profile"), "{}", imported(&text).text);
}

/// Comments that differ keep what they are about apart; one that stands at one machine is not lost.
#[test]
fn what_is_said_about_a_field_goes_with_it() {
    let mut text = HEAD.to_owned();
    for (name, address, note) in [("w-1", 21, " # the NVMe is for Ceph"), ("w-2", 22, ""), ("w-3", 23, "")] {
        let own = machine(name, "worker", address, "");
        text.push_str(&own.replace("installDisk: /dev/sda", &format!("installDisk: /dev/sda{note}")));
    }
    let made = imported(&text);
    assert!(made.text.contains("    # the NVMe is for Ceph\n    disk /dev/sda;\n"), "{}", made.text);
    assert_eq!(made.text.matches("disk /dev/sda").count(), 1, "{}", made.text);
    let made = imported(&text.replacen("installDisk: /dev/sda\n", "installDisk: /dev/sda # slow\n", 1));
    assert!(made.text.contains("# slow") && made.text.contains("# the NVMe is for Ceph"), "{}", made.text);
}

/// Of two patches that say one field the later one wins, so a shared one does not come before it.
#[test]
fn a_shared_patch_stays_behind_what_it_overrules() {
    let patches = |own: &str| {
        let kernel = |value: &str| {
            format!("      - 'machine: {{sysctls: {{kernel.panic: \"{value}\", vm.swappiness: \"{value}\"}}}}'\n")
        };
        format!("    patches:\n{}{}", kernel(own), kernel("9"))
    };
    let mut text = HEAD.to_owned();
    for (name, address) in [("w-1", 21), ("w-2", 22), ("w-3", 23)] {
        text.push_str(&machine(name, "worker", address, &patches(&address.to_string())));
    }
    let made = imported(&text);
    assert!(made.text.contains("profile worker"), "{}", made.text);
    assert_eq!(differences(&text, &talconfig(&made.text)), [""; 0], "{}", made.text);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever machines share, in whatever order: they are told what they were told.
    #[test]
    fn machines_are_told_what_they_were_told(
        nodes in prop::collection::vec((any::<bool>(), prop::collection::vec(0_usize..6, 0..4), 0_u8..3), 1..6),
    ) {
        const PATCHES: [&str; 6] = [
            "machine: {sysctls: {vm.swappiness: \"1\", kernel.panic: \"10\"}}",
            "machine: {sysctls: {vm.swappiness: \"2\"}}",
            "machine: {kernel: {modules: [{name: nbd}]}}",
            "machine: {kernel: {modules: [{name: drbd, parameters: [usermode_helper=disabled]}]}}",
            "machine: {nodeLabels: {a: b, c: d}}",
            "{apiVersion: v1alpha1, kind: WatchdogTimerConfig, device: /dev/watchdog0, timeout: 5m}",
        ];
        let mut text = HEAD.to_owned();
        for (at, (is_worker, patches, disk)) in nodes.iter().enumerate() {
            let mut rest = format!("    nodeLabels: {{disk: d{disk}}}\n");
            if !patches.is_empty() {
                rest.push_str("    patches:\n");
                patches.iter().for_each(|patch| _ = writeln!(rest, "      - '{}'", PATCHES[*patch]));
            }
            let role = if *is_worker && at > 0 { "worker" } else { "control-plane" };
            let at = u8::try_from(at).expect("there are few");
            text.push_str(&machine(&format!("n-{at}"), role, 20 + at, &rest));
        }
        let made = imported(&text);
        prop_assert_eq!(differences(&text, &talconfig(&made.text)), [""; 0], "{}\n{}", text, made.text);
    }
}

/// An installer that several profiles or machines say gets a name; what stands twice, or is short, stays as it is.
#[test]
fn what_repeats_and_nobody_reads_gets_a_name() {
    let image = |hash: &str| format!("    talosImageURL: factory.talos.dev/metal-installer/{hash}\n");
    let (own, other) = (image(&"ce4c98".repeat(8)), image(&"914b38".repeat(8)));
    let mut text = HEAD.to_owned();
    for (name, role, address, rest) in [
        ("a", "control-plane", 11, &own),
        ("b", "worker", 21, &own),
        ("c", "worker", 22, &own),
        ("d", "worker", 23, &other),
        ("e", "worker", 24, &other),
    ] {
        text.push_str(&machine(name, role, address, rest));
    }
    let made = imported(&text);
    let say = |word: &str| made.text.lines().filter(|line| line.contains(word)).map(str::trim).collect::<Vec<_>>();
    insta::assert_snapshot!(say("installer").join("\n"), @r#"
    let installer factory.talos.dev/metal-installer/ce4c98ce4c98ce4c98ce4c98ce4c98ce4c98ce4c98ce4c98;
    image installer;
    image installer;
    image installer;
    image factory.talos.dev/metal-installer/914b38914b38914b38914b38914b38914b38914b38914b38;
    image factory.talos.dev/metal-installer/914b38914b38914b38914b38914b38914b38914b38914b38;
    "#);
    assert_eq!(differences(&text, &talconfig(&made.text)), [""; 0]);
}

/// What is cut into files builds what the whole does; what reads as one file stays one.
#[test]
fn a_large_source_is_cut_where_it_says_the_same() {
    let mut text = HEAD.to_owned();
    for at in 0..70_u8 {
        let patches = format!(
            "    patches: ['machine: {{logging: {{destinations: [{{endpoint: \"tcp://logs.home.arpa:{at}/\"}}]}}}}']\n"
        );
        text.push_str(&machine(&format!("n-{at}"), "worker", 20 + at, &patches));
    }
    let made = imported(&text);
    let files = hnet_import::cut(&made.text);
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["network.hnet", "network/machines.hnet"], "{}", made.text.lines().count());
    assert!(files.iter().all(|(_, text)| !text.contains("profile") || !text.contains("cluster")), "{files:#?}");
    let built_of = |files: Vec<(String, String)>| {
        let outputs = hnet::compile(Input { files, ..Input::default() }, &Options::default()).outputs;
        outputs.expect("nothing stops the build").files["talos/talconfig.yaml"].text().to_owned()
    };
    assert_eq!(built_of(files), talconfig(&made.text));
    let small = "network home < subnet lan 192.168.20.0/24; >\n";
    assert_eq!(hnet_import::cut(small), [("network.hnet".to_owned(), small.to_owned())]);
}

/// What does not build may say something else in several files, which nobody sees: it stays one, with all its machines.
#[test]
fn a_large_source_that_does_not_build_is_not_cut() {
    let role = |at, from| if at == from { "control-plane" } else { "worker" };
    let node = |at, from| {
        let role = role(at, from);
        format!("node n-{at} <\nrole {role};\ndisk /dev/sda;\ninterface eth0 < address lan[{at}]; >\n>\n")
    };
    let cluster = |from: usize| {
        let nodes: String = (from..from + 60).map(|at| node(at, from)).collect();
        format!("cluster home < talos 1.13.9; endpoint lan[{from}];\n{nodes}>\n")
    };
    let text = format!("network home <\nsubnet lan 192.168.20.0/24;\n{}{}>\n", cluster(20), cluster(100));
    assert!(text.lines().count() > 400, "it is large");
    let builds =
        |text: &str| hnet::compile(hnet::Input::one("network.hnet", text), &hnet::Options::default()).outputs.is_some();
    assert!(!builds(&text), "two clusters have one name");
    let sound = text.replacen("cluster home", "cluster away", 1);
    assert!(builds(&sound) && hnet_import::cut(&sound).len() > 1, "what builds is cut");
    let files = hnet_import::cut(&text);
    assert_eq!(files.len(), 1, "{:?}", files.iter().map(|(path, _)| path).collect::<Vec<_>>());
}
