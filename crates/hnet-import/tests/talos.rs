//! Talconfigs in words: what they are said by, and that what hnet wrote itself comes back.

use crate::common::built;
use hnet::{Input, Options};
use hnet_import::{Imported, Stays, import, import_in_place};
use proptest::prelude::*;

fn imported(talconfig: &str, beside: &[(&str, &str)]) -> Imported {
    let files = [("talos/talconfig.yaml", talconfig)].into_iter().chain(beside.iter().copied());
    import(files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect())
}

fn file(files: &[(String, String)], path: &str) -> serde_yaml::Value {
    let text = &files.iter().find(|(own, _)| own == path).expect("it is written").1;
    serde_yaml::from_str(text).expect("it is YAML")
}

const SMALL: &str = "\
# yaml-language-server: $schema=https://example.com/talconfig.json
clusterName: home
# renovate: datasource=docker depName=ghcr.io/siderolabs/installer
talosVersion: v1.13.9
kubernetesVersion: v1.36.2
endpoint: https://192.168.20.10:6443
clusterPodNets: [10.42.0.0/16]
clusterSvcNets: [10.43.0.0/16]
nodes:
  - hostname: cp-1 # the old one
    ipAddress: 192.168.20.11
    controlPlane: true
    installDiskSelector: {serial: S4EVNX0M}
    schematic: {customization: {extraKernelArgs: [net.ifnames=0]}}
    networkInterfaces:
      - deviceSelector: {hardwareAddr: \"02:00:5e:00:10:64\"}
        addresses: [192.168.20.11/24]
        routes: [{network: 0.0.0.0/0, gateway: 192.168.20.1}]
        vip: {ip: 192.168.20.10}
        vlans:
          - {vlanId: 40, addresses: [10.40.0.11/24], mtu: 1500}
  - hostname: w-1
    ipAddress: 192.168.20.21
    installDisk: /dev/sda
    networkInterfaces:
      - interface: eth0
        dhcp: true
      - interface: eth1
        dhcp: true
        dhcpOptions: {routeMetric: 2048}
patches:
  - |-
    machine:
      sysctls: {net.core.somaxconn: \"8192\"}
      time: {servers: [192.168.20.1, time.cloudflare.com]}
      kubelet: {nodeIP: {validSubnets: [192.168.20.0/24]}}
  - \"@./patches/all.yaml\"
  - \"@./patches/missing.yaml\"
controlPlane:
  patches:
    - |-
      cluster: {apiServer: {extraArgs: {profiling: \"$${X}\"}}}
";

#[test]
fn a_talconfig_is_said_as_a_person_would_say_it() {
    let beside = [("talos/patches/all.yaml", "---\n# why\nmachine:\n  network:\n    disableSearchDomain: true\n")];
    let made = imported(SMALL, &beside);
    assert_eq!(
        made.text,
        r#"network home <
  router router < address lan[1]; >

  subnet lan 192.168.20.0/24 < router router; >

  subnet vlan40 10.40.0.0/24 < vlan 40; >

  cluster home <
    # renovate: datasource=docker depName=ghcr.io/siderolabs/installer
    talos 1.13.9;
    kubernetes 1.36.2;
    endpoint lan[10];
    pods 10.42.0.0/16;
    services 10.43.0.0/16;
    ntp router, time.cloudflare.com;
    # why
    default-search off;
    api-server < args profiling=$${X}; >
    etcd < subnets off; >
    machine < sysctls net.core.somaxconn=8192; >
    kubelet <
      # As it was. Without this the kubelet takes what hnet derives: the subnet, no virtual IP.
      node-subnets 192.168.20.0/24;
    >
  >

  # the old one
  node cp-1 <
    role control-plane;
    disk "serial S4EVNX0M";
    image < kernel-arguments net.ifnames=0; >
    interface lan0 <
      mac 02:00:5e:00:10:64;
      address lan[11];
      vlan 40 < address vlan40[11]; mtu 1500; >
    >
  >
  node w-1 <
    role worker;
    disk /dev/sda;
    interface eth0 < reserved lan[21]; >
    interface eth1 < dhcp-metric 2048; >
  >

  # What was not there is not written.
  output < machines off; bootstrap off; >
>
"#
    );
    let unread: Vec<&str> = made.report.unread.iter().map(|unread| unread.why.as_str()).collect();
    assert_eq!(unread, ["`./patches/missing.yaml` is not among the files"]);
    let talconfig = file(&built(&made.text), "talos/talconfig.yaml");
    let device = &talconfig["nodes"][0]["networkInterfaces"][0];
    assert_eq!(device["vip"]["ip"], "192.168.20.10");
    assert_eq!(device["routes"][0]["gateway"], "192.168.20.1");
    assert_eq!(device["vlans"][0]["addresses"][0], "10.40.0.11/24");
}

/// The words carry the places of the YAML, so a finding about one is shown there.
#[test]
fn a_finding_stands_in_the_yaml() {
    let made = imported(
        &SMALL.replace("dhcp: true\n        dhcpOptions: {routeMetric: 2048}", "routes: [{gateway: 192.168.20.2}]"),
        &[],
    );
    let found = hnet::check_made(made.sources, made.tree, &Options::default());
    let places: Vec<(&str, &str)> =
        found.diagnostics.iter().filter_map(|one| Some((one.code.number, found.sources.text(one.span()?)))).collect();
    assert!(places.contains(&("HN311", "192.168.20.2")), "{places:?}");
}

/// A key that the reader does not know, a machine without a disk, a version behind a placeholder: a source all the same,
/// and each of them is listed.
#[test]
fn what_is_missing_is_listed_and_never_invented() {
    let text = SMALL
        .replace("v1.13.9", "${talosVersion}")
        .replace("    installDisk: /dev/sda\n", "")
        .replace("hostname: w-1", "hostname: W.1\n    wipe: true");
    let made = imported(&text, &[]);
    built(&made.text);
    let unread: Vec<&str> = made.report.unread.iter().map(|unread| unread.why.as_str()).collect();
    for why in [
        "`talosVersion` ${talosVersion}: hnet must know the version",
        "`W.1` ends with a number (HN207)",
        "`W.1` has no disk to install Talos on",
        "`wipe` of `w` is no key of talhelper's",
    ] {
        assert!(unread.contains(&why), "{why}: {unread:#?}");
    }
    assert!(made.text.contains("# guessed: `talosVersion` is ${talosVersion}\n    talos 1.13;"), "{}", made.text);
}

/// A disk that one patch alone says is said as one: of a machine, of a role, of all. Where two say it, both stay.
#[test]
fn a_disk_of_a_patch_is_said_in_words() {
    let text = SMALL.replace("    installDisk: /dev/sda\n", "");
    let told = |disk: &str| format!("patches: ['machine: {{install: {{{disk}}}}}']\n");
    let own = |text: &str| {
        let own = told("diskSelector: {type: ssd, size: <= 600GB}");
        text.replace("hostname: w-1\n", &format!("hostname: w-1\n    {own}"))
    };
    let of_role = |text: &str| format!("{text}worker:\n  {}", told("disk: /dev/vda"));
    let of_all = |text: &str| text.replace("\npatches:\n", "\npatches:\n  - 'machine: {install: {disk: /dev/vda}}'\n");
    let without = text.replace("    installDiskSelector: {serial: S4EVNX0M}\n", "");
    let no_disk = |made: &Imported| made.report.unread.iter().any(|unread| unread.why.contains("has no disk"));
    let selector = "disk \"type ssd, size <= 600GB\";";
    for (text, said, times) in [
        (own(&text), selector, 1),
        (of_role(&text), "disk /dev/vda;", 1),
        (of_all(&without), "disk /dev/vda;", 2),
        (own(&of_all(&without)), "disk: /dev/vda", 1),
        (own(&of_role(&text)), "disk: /dev/vda", 1),
        (of_all(&text), "disk: /dev/vda", 1),
    ] {
        let made = imported(&text, &[]);
        built(&made.text);
        let is_patch = said.contains(':');
        assert_eq!(made.text.matches(said).count(), times, "{said}: {}", made.text);
        assert_eq!((no_disk(&made), made.text.contains("install:")), (is_patch, is_patch), "{}", made.text);
    }
}

/// A version that cannot be read is guessed, and what an older one would read and the guessed one does not is listed.
#[test]
fn what_a_guessed_version_leaves_out_is_listed() {
    let bond = "interface: eth1\n        bond: {interfaces: [a, b], mode: active-backup, primary: a}\n";
    let text = SMALL.replace("interface: eth1\n", bond);
    let of = |version: &str| {
        let unread = imported(&text.replace("v1.13.9", version), &[]).report.unread;
        unread.into_iter().map(|one| one.why).filter(|why| why.contains("up to Talos 1.11")).collect::<Vec<_>>()
    };
    assert_eq!(of("v1.13.9"), [""; 0]);
    insta::assert_snapshot!(of("${talosVersion}").join("\n"), @r"
    `extraKernelArgs`, which talhelper writes up to Talos 1.11: the version is not known
    `primary`, which talhelper writes up to Talos 1.11: the version is not known
    ");
}

/// Where talosctl reaches a machine comes back as it was, whatever its links say; and what is in quotes is no truth value,
/// but never makes a worker of a control plane.
#[test]
fn a_machine_is_reached_where_it_was_and_stays_what_it_was() {
    let text = SMALL
        .replace("controlPlane: true", "controlPlane: \"true\"")
        .replace("ipAddress: 192.168.20.11", "ipAddress: cp-1.home.arpa, 192.168.20.11")
        .replace("      - interface: eth0\n        dhcp: true\n", "")
        .replace("interface: eth1\n        dhcp: true", "interface: eth1\n        dhcp: \"true\"");
    let made = imported(&text, &[]);
    let talconfig = file(&built(&made.text), "talos/talconfig.yaml");
    assert_eq!(talconfig["nodes"][0]["controlPlane"], true, "{}", made.text);
    assert_eq!(talconfig["nodes"][0]["ipAddress"], "cp-1.home.arpa, 192.168.20.11", "{}", made.text);
    assert_eq!(talconfig["nodes"][1]["ipAddress"], "192.168.20.21", "{}", made.text);
    assert!(made.text.contains("    reached-at lan[21];\n"), "{}", made.text);
    assert!(made.text.contains("dhcp: \"true\""), "{}", made.text);
    let why =
        "`controlPlane` of `cp-1` is a text, and talhelper wants `true` or `false`; the node is a control plane here";
    assert!(made.report.unread.iter().any(|unread| unread.why == why), "{:#?}", made.report.unread);
}

/// What hnet wrote itself comes back: the same machines with the same links, in words.
#[test]
fn the_talconfigs_of_the_examples_come_back() {
    for (name, text) in [
        ("homelab", include_str!("../../../examples/homelab/out/talos/talconfig.yaml")),
        ("first", include_str!("../../../examples/first/out/talos/talconfig.yaml")),
    ] {
        let made = imported(text, &[]);
        assert!(made.report.unread.is_empty(), "{name}: {:?}", made.report.unread);
        let (before, after): (serde_yaml::Value, _) =
            (serde_yaml::from_str(text).expect("it is YAML"), file(&built(&made.text), "talos/talconfig.yaml"));
        for key in ["clusterName", "talosVersion", "kubernetesVersion", "endpoint", "clusterPodNets", "clusterSvcNets"]
        {
            assert_eq!(before[key], after[key], "{name}: {key}");
        }
        let without_patches = |talconfig: &serde_yaml::Value| {
            let mut nodes = talconfig["nodes"].as_sequence().expect("there are nodes").clone();
            nodes.iter_mut().for_each(|node| drop(node.as_mapping_mut().expect("a node").remove("patches")));
            nodes
        };
        assert_eq!(without_patches(&before), without_patches(&after), "{name}");
    }
}

/// 500 texts are tried, or as many as `PROPTEST_CASES` says.
fn cases() -> ProptestConfig {
    let said = ProptestConfig::default();
    let cases = if said.cases == 256 { 500 } else { said.cases };
    ProptestConfig { cases, failure_persistence: None, ..said }
}

proptest! {
    #![proptest_config(cases())]

    /// Whatever is left of a talconfig, or stands where something else should: a source that builds, unless no machine is
    /// left, which is listed.
    #[test]
    fn what_is_left_of_a_talconfig_is_a_source_that_builds(
        gone in prop::collection::vec(4_usize..40, 0..4),
        odd in prop::collection::vec((4_usize..40, prop::sample::select(vec![
            "${X}", "[]", "{}", "null", "-1", "10.0.0.0/8", "\"a b\"", "|\n      x", "fd00::1", "true", "*", "name with < and ;",
        ])), 0..3),
    ) {
        let lines = SMALL.lines().enumerate().filter(|(at, _)| !gone.contains(at)).map(|(at, line)| {
            match (odd.iter().find(|(odd, _)| *odd == at), line.split_once(": ")) {
                (Some((_, odd)), Some((key, _))) => format!("{key}: {odd}"),
                _ => line.to_owned(),
            }
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        let made = imported(&text, &[]);
        let found = hnet::check(Input::one("network.hnet", made.text.clone()), &Options::default());
        let is_listed = |number: &str| number == "HN401" && !made.report.unread.is_empty();
        let stops: Vec<_> =
            found.diagnostics.iter().filter(|one| one.severity.stops() && !is_listed(one.code.number)).collect();
        prop_assert!(stops.is_empty(), "{}\n{}\n{:#?}", text, made.text, stops);
    }
}

/// What runs stays: neither the virtual IP that hnet leaves out of subnets nor subnets that nobody asked for are written.
#[test]
fn a_rebuilt_talconfig_changes_no_machine() {
    let talconfig = "\
clusterName: home
talosVersion: v1.11.5
kubernetesVersion: v1.34.1
endpoint: https://192.168.20.10:6443
clusterPodNets: [10.42.0.0/16]
clusterSvcNets: [10.43.0.0/16]
nodes:
  - hostname: cp-1.home.arpa
    ipAddress: 192.168.20.11
    controlPlane: true
    installDisk: /dev/sda
    networkInterfaces:
      - interface: eth0
        addresses: [192.168.20.11/24]
        vip: {ip: 192.168.20.10}
  - hostname: w-1
    ipAddress: 192.168.20.21
    installDisk: /dev/sda
    networkInterfaces:
      - interface: eth0
        addresses: [192.168.20.21/24]
controlPlane:
  patches:
    - |-
      cluster:
        etcd:
          advertisedSubnets: [192.168.20.0/24]
    - |-
      machine:
        network:
          extraHostEntries:
            - {ip: 192.168.20.31, aliases: [nas.home.arpa]}
            - {ip: 192.168.20.32, aliases: [nas.home.arpa]}
        files:
          - path: /etc/motd
            op: create
            content: |
              hello
";
    let made = imported(talconfig, &[]);
    let files = built(&made.text);
    let patches = |value: &serde_yaml::Value| -> Vec<serde_yaml::Value> {
        let texts = value.get("patches").and_then(serde_yaml::Value::as_sequence).cloned().unwrap_or_default();
        texts
            .iter()
            .map(|text| serde_yaml::from_str(&text.as_str().expect("a text").replace("$$", "$")).expect("YAML"))
            .collect()
    };
    let built = file(&files, "talos/talconfig.yaml");
    let at = |value: &serde_yaml::Value, path: &[&str]| {
        path.iter().try_fold(value.clone(), |value, key| value.get(*key).cloned())
    };
    // The order in which talhelper lays them: of the group, of the machine, of all.
    let of = |group: &str, node: usize| {
        let all = [&built[group], &built["nodes"][node], &built].map(patches);
        all.concat()
    };
    for (group, node) in [("controlPlane", 0), ("worker", 1)] {
        let of_kubelet: Vec<_> =
            of(group, node).iter().filter_map(|patch| at(patch, &["machine", "kubelet", "nodeIP"])).collect();
        assert!(of_kubelet.is_empty() && made.text.contains("node-subnets off;"), "{}", made.text);
    }
    let of_etcd: Vec<_> =
        of("controlPlane", 0).iter().filter_map(|patch| at(patch, &["cluster", "etcd", "advertisedSubnets"])).collect();
    let [list] = of_etcd.as_slice() else { panic!("{}", made.text) };
    assert_eq!(list, &serde_yaml::from_str::<serde_yaml::Value>("[192.168.20.0/24]").expect("YAML"));
    assert!(of("worker", 1).iter().all(|patch| at(patch, &["cluster", "etcd"]).is_none()), "{}", made.text);
    assert_eq!(built["nodes"][0]["hostname"], "cp-1.home.arpa");
    // A block that ends with the text of its patch has no line end.
    let contents: Vec<_> = of("controlPlane", 0).iter().filter_map(|patch| at(patch, &["machine", "files"])).collect();
    assert_eq!(contents[0][0]["content"], "hello");
}

/// Two lines of a profile that begin alike are two.
#[test]
fn what_a_profile_says_twice_is_said_twice() {
    let source = "\
network home <
  subnet lan 192.168.20.0/24;
  cluster home < talos 1.13.9; endpoint lan[10]; >
  profile machine < static-host nas.home.arpa < address lan[31]; > static-host nas.home.arpa < address lan[32]; > >
  node cp-1 like machine < role control-plane; disk /dev/sda; interface eth0 < address lan[11]; > >
>
";
    let files = built(source);
    let text = &files.iter().find(|(path, _)| path == "talos/talconfig.yaml").expect("it is written").1;
    assert!(
        ["192.168.20.31", "192.168.20.32"].iter().all(|address| text.contains(&format!("name: \"{address}\""))),
        "{text}"
    );
}

/// A talconfig is built where it is if its machines get the same of it, however it says that.
#[test]
fn a_talconfig_is_compared_by_what_its_machines_get() {
    let plain = "clusterName: home\ntalosVersion: v1.13.9\nkubernetesVersion: v1.36.2\n\
                 endpoint: https://192.168.20.11:6443\ncniConfig: {name: none}\n\
                 patches: ['cluster: {proxy: {disabled: true}}']\nnodes:\n  - {hostname: cp-1, ipAddress: \
                 192.168.20.11, controlPlane: true, installDisk: /dev/sda, networkInterfaces: [{interface: eth0, \
                 addresses: [192.168.20.11/24]}]}\n";
    let made = import_in_place(vec![("talos/talconfig.yaml".to_owned(), plain.to_owned())]);
    let (text, files) = made.in_place().expect("it can be built in place");
    let [(path, stays)] = files.as_slice() else { panic!("{files:?}") };
    assert!(path == "talos/talconfig.yaml" && matches!(stays, Stays::Built(_)), "{files:?}\n{text}");
    assert!(text.contains("talconfig talos/talconfig.yaml;"), "{text}");
    // It is one no more where it says to a machine what hnet does not write.
    let other = plain.replace("installDisk", "noSchematicValidate: true, installDisk");
    let made = import_in_place(vec![("talos/talconfig.yaml".to_owned(), other)]);
    let (text, files) = made.in_place().expect("it can be built in place");
    let [(_, Stays::Differing(meaning))] = files.as_slice() else { panic!("{files:?}\n{text}") };
    assert!(meaning.details().contains("noSchematicValidate"), "{files:?}");
}

/// Patches that a talconfig names no more after a build are told, but not those that another one still reads; what nobody
/// says of a placeholder keeps no file from being built.
#[test]
fn patches_that_nothing_reads_any_more_are_told() {
    let talconfig = |more: &str| {
        format!(
            "clusterName: home\ntalosVersion: v1.13.9\nkubernetesVersion: v1.36.2\nendpoint: https://192.168.20.11:6443\n\
             cniConfig: {{name: none}}\npatches: ['cluster: {{proxy: {{disabled: true}}}}', '@../ntp.yaml', '@./env.yaml']\n\
             nodes:\n  - {{hostname: cp-1, ipAddress: 192.168.20.11, controlPlane: true, installDisk: /dev/sda, {more}\
             networkInterfaces: [{{interface: eth0, addresses: [192.168.20.11/24]}}]}}\n"
        )
    };
    let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
    let first = [
        file("a/talconfig.yaml", &talconfig("")),
        file("ntp.yaml", "machine: {time: {servers: [192.168.20.1]}}\n"),
        file("a/env.yaml", "machine: {env: {A: '${SECRET}'}}\n"),
        file("a/other.yaml", "machine: {}\n"),
    ];
    let told = |files: Vec<(String, String)>| {
        let (text, files) = import_in_place(files).in_place().expect("it can be built in place");
        let told = |(path, stays): &(String, Stays)| match stays {
            Stays::Built(_) => format!("{path}: built"),
            Stays::Differing(_) => format!("{path}: differs"),
            Stays::Holding(why) => format!("{path}: {why}"),
        };
        (text, files.iter().map(told).collect::<Vec<_>>())
    };
    let gone = "no talconfig names it after the build, since the source says what it says";
    let (text, files) = told(first.to_vec());
    assert!(text.contains("${SECRET}"), "{text}");
    assert_eq!(
        files,
        [format!("a/env.yaml: {gone}"), "a/talconfig.yaml: built".to_owned(), format!("ntp.yaml: {gone}")]
    );
    let second = talconfig("noSchematicValidate: true, ").replace("home", "lab").replace(".20.", ".30.");
    let (_, files) = told(
        [&first[..], &[file("b/talconfig.yaml", &second), file("b/env.yaml", "machine: {env: {A: b}}\n")]].concat(),
    );
    assert_eq!(
        files,
        [format!("a/env.yaml: {gone}"), "a/talconfig.yaml: built".to_owned(), "b/talconfig.yaml: differs".to_owned()]
    );
}

/// An operation that takes the place of a map in which Talos writes by itself has no patch that says the same.
#[test]
fn a_map_that_is_replaced_as_a_whole_is_listed() {
    let operations = "[{op: add, path: /machine/features, value: {rbac: true}}, \
                      {op: add, path: /machine/kubelet/extraArgs, value: {v: '2'}}]";
    let text = SMALL.replace("hostname: w-1\n", &format!("hostname: w-1\n    patches:\n    - \"{operations}\"\n"));
    let made = imported(&text, &[]);
    let whole: Vec<&str> =
        made.report.unread.iter().map(|one| one.why.as_str()).filter(|why| why.contains("whole")).collect();
    assert_eq!(
        whole,
        ["takes the place of the whole `/machine/features`; in a patch what Talos writes there by itself stays"],
        "{}",
        made.text
    );
}

/// A patch says what it said: a block within it ends with a line, one at its end as its patch does.
#[test]
fn blocks_in_patches_keep_their_line_ends() {
    let patches = [
        "|-\n      machine:\n        files:\n          - content: |\n              hello\n            path: /etc/motd",
        "|-\n      machine:\n        files:\n          - content: |\n              a: |\n            op: create\n            path: >\n              /etc/motd",
        "|-\n      machine:\n        files:\n          - content: |+\n              hello",
        "|+\n      machine:\n        files:\n          - content: |+\n              hello\n\n",
        "|-\n      machine:\n        files:\n          - content: |2-\n               hello",
        "|-\n      machine:\n        files:\n          - content: |2 # indented\n               hello",
    ];
    let of = |talconfig: &str| {
        let value: serde_yaml::Value = serde_yaml::from_str(talconfig).expect("it is YAML");
        let texts = value["nodes"][1]["patches"].as_sequence().cloned().unwrap_or_default();
        let read = |text: &serde_yaml::Value| serde_yaml::from_str::<serde_yaml::Value>(text.as_str()?).ok();
        texts.iter().filter_map(read).map(|patch| patch["machine"]["files"].clone()).find(|files| !files.is_null())
    };
    for patch in patches {
        let text = SMALL.replace("hostname: w-1\n", &format!("hostname: w-1\n    patches:\n    - {patch}\n"));
        let before = of(&text);
        assert!(before.is_some(), "{patch}");
        let made = imported(&text, &[]);
        let files = built(&made.text);
        let after = &files.iter().find(|(path, _)| path == "talos/talconfig.yaml").expect("it is built").1;
        assert_eq!(of(after), before, "{patch}\n{}", made.text);
    }
}
