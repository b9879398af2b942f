//! Folders of topf's in words: what is laid over what, which templates are filled in, and what is listed.

use crate::common::built;
use hnet_import::{Imported, Stays, import, import_in_place};

/// A folder as people who begin with topf have it.
const FOLDER: [(&str, &str); 9] = [
    (
        "talos/topf.yaml",
        "\
clusterName: kubernetes
clusterEndpoint: https://192.168.20.10:6443
# renovate: datasource=docker depName=ghcr.io/siderolabs/kubelet
kubernetesVersion: 1.36.2
talosVersion: 1.13.9
data:
  gateway: 192.168.20.1
nodes:
  - host: cp-1
    ip: 192.168.20.11
    role: control-plane
    schematicId: 376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba
    data: {mac: '02:00:5e:00:10:64'}
  - host: w-1
    ip: 192.168.20.21
    role: worker
    schematicId: '@schematic.yaml'
    data: {mac: '02:00:5e:00:10:65'}
",
    ),
    ("talos/schematic.yaml", "customization: {systemExtensions: {officialExtensions: [siderolabs/i915]}}\n"),
    ("talos/secrets.yaml", "cluster: {id: ref+op://kubernetes/talos/CLUSTER_ID}\n"),
    ("talos/all/00-install.yaml", "machine: {install: {disk: /dev/sda, wipe: false}}\n"),
    (
        "talos/all/01-hostname.yaml.tpl",
        "apiVersion: v1alpha1\nkind: HostnameConfig\nauto: \"off\"\nhostname: {{ .Node.Host }}\n",
    ),
    (
        "talos/all/02-network.yaml.tpl",
        "\
---
apiVersion: v1alpha1
kind: LinkAliasConfig
name: lan0
selector: {match: 'mac(link.permanent_addr) == \"{{ .Node.Data.mac }}\"'}
---
apiVersion: v1alpha1
kind: LinkConfig
name: lan0
addresses: [{address: {{ .Node.IP }}/24}]
routes: [{gateway: {{ .Data.gateway }}}]
",
    ),
    (
        "talos/all/03-sysctls.yaml",
        "# What the applications want.\nmachine: {sysctls: {vm.max_map_count: '1', kernel.panic: '10'}}\n",
    ),
    (
        "talos/control-plane/01-vip.yaml",
        "apiVersion: v1alpha1\nkind: Layer2VIPConfig\nname: 192.168.20.10\nlink: lan0\n",
    ),
    ("talos/node/w-1/01-sysctls.yaml", "machine: {install: {disk: /dev/sdb}, sysctls: {vm.max_map_count: '2'}}\n"),
];

fn with(more: &[(&str, &str)]) -> Vec<(String, String)> {
    let kept = FOLDER.iter().filter(|(path, _)| more.iter().all(|(other, _)| other != path));
    kept.chain(more).map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn listed(made: &Imported) -> Vec<String> {
    made.report.unread.iter().map(|one| format!("{}: {}", made.sources.get(one.span.file).path(), one.why)).collect()
}

#[test]
fn a_folder_is_said_as_a_person_would_say_it() {
    let made = import(with(&[]));
    assert_eq!(listed(&made), [""; 0]);
    assert_eq!(
        made.text,
        r#"network kubernetes <
  router router < address lan[1]; >

  subnet lan 192.168.20.0/24 < router router; >

  cluster kubernetes <
    talos 1.13.9;
    # renovate: datasource=docker depName=ghcr.io/siderolabs/kubelet
    kubernetes 1.36.2;
    endpoint lan[10];
    etcd < subnets off; >
    # What the applications want.
    machine < sysctls vm.max_map_count=1, kernel.panic=10; >
    kubelet <
      # As it was. Without this the kubelet takes addresses of the subnet alone.
      node-subnets off;
    >
    patch """
      machine:
        install:
          wipe: false
    """;
  >

  node cp-1 <
    role control-plane;
    disk /dev/sda;
    image factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba;
    interface lan0 < mac 02:00:5e:00:10:64; address lan[11]; >
  >
  node w-1 <
    role worker;
    disk /dev/sdb;
    image < extensions siderolabs/i915; >
    interface lan0 < mac 02:00:5e:00:10:65; address lan[21]; >
    machine < sysctls vm.max_map_count=2; >
  >

  # What was not there is not written.
  output < machines off; bootstrap off; >
>
"#
    );
    let files = built(&made.text);
    let talconfig = &files.iter().find(|(path, _)| path == "talos/talconfig.yaml").expect("it is built").1;
    assert!(talconfig.contains("vm.max_map_count: \"2\""), "{talconfig}");
}

/// What more than `topf.yaml` decides is listed and stays.
#[test]
fn a_template_that_is_more_than_names_is_listed() {
    let why = "a template with more than what `topf.yaml` says, which is not filled in";
    let of_host = "no patch that could be read says the host name of `cp-1`, which a build makes `cp-1`";
    let made = import(with(&[(
        "talos/all/01-hostname.yaml.tpl",
        "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: {{ .Node.Host | upper }}\n",
    )]));
    let found = listed(&made);
    assert!(found.contains(&format!("talos/all/01-hostname.yaml.tpl: {why}")), "{found:#?}");
    assert!(found.contains(&format!("talos/topf.yaml: {of_host}")), "{found:#?}");
    let other = "{{ if eq .Node.Role \"worker\" }}\nmachine: {sysctls: {x: y}}\n{{ end }}\n";
    let made = import(with(&[("talos/all/04-more.yaml.tpl", other)]));
    assert_eq!(listed(&made), [format!("talos/all/04-more.yaml.tpl: {why}")]);
    assert!(!made.text.contains("x=y"), "{}", made.text);
}

#[test]
fn what_topf_looks_up_refuses_or_does_not_lay_is_listed() {
    let made = import(with(&[
        ("talos/all/04-key.yaml", "machine: {sysctls: {key: ref+op://vault/item/key}}\n"),
        ("talos/all/05-list.yaml", "- op: add\n  path: /machine/sysctls\n  value: {x: y}\n"),
        ("talos/all/06-secret.sops.yaml", "machine: {sysctls: {key: 'ENC[AES256_GCM,data:x]'}}\nsops: {version: 3}\n"),
        ("talos/node/gone/01.yaml", "machine: {sysctls: {x: y}}\n"),
        ("talos/all/07-empty.yaml", "# nothing yet\n"),
    ]));
    assert_eq!(
        listed(&made),
        [
            "talos/all/04-key.yaml: a value that topf looks up by `ref+`, which `output < topf …; >` alone keeps",
            "talos/all/05-list.yaml: a patch of a list, which topf refuses",
            "talos/all/06-secret.sops.yaml: an encrypted patch, which is not read",
            "talos/node/gone/01.yaml: Talos, in a folder of topf's, of which topf makes nothing for any machine",
        ]
    );
    let provided = FOLDER[0].1.replace("nodes:\n", "nodesProvider: ./more\nnodes:\n");
    let made = import(with(&[("talos/topf.yaml", &provided)]));
    assert_eq!(listed(&made), ["talos/topf.yaml: `nodesProvider`: the machines that a program adds are not known"]);
}

/// A machine is called as topf calls it, whatever its host name is; one that no patch names has one of Talos's own.
#[test]
fn a_host_is_no_host_name() {
    let named = "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: {{ .Node.Host }}.example.com\n";
    let made = import(with(&[("talos/all/01-hostname.yaml.tpl", named)]));
    assert!(made.text.contains("node cp-1 <") && made.text.contains("hostname cp-1.example.com;"), "{}", made.text);
    let made = import(with(&[("talos/all/01-hostname.yaml.tpl", "")]));
    assert_eq!(made.text.matches("hostname off;").count(), 2, "{}", made.text);
}

#[test]
fn patches_lie_where_topf_is_told() {
    let topf = FOLDER[0].1.replace("data:\n  gateway", "patchesDir: ./patches\ndata:\n  gateway");
    let moved = |(path, text): (String, String)| match path.as_str() {
        "talos/topf.yaml" => (path, topf.clone()),
        "talos/schematic.yaml" | "talos/secrets.yaml" => (path, text),
        _ => (path.replacen("talos/", "talos/patches/", 1), text),
    };
    let made = import(with(&[]).into_iter().map(moved).collect());
    assert_eq!(made.text, import(with(&[])).text);
}

/// An image that a patch says goes before what `topf.yaml` says of it.
#[test]
fn an_image_is_the_one_that_the_last_patch_says() {
    let image = |tag: &str| format!("machine: {{install: {{image: 'example.com/installer:{tag}'}}}}\n");
    let made = import(with(&[("talos/node/w-1/02-image.yaml", &image("v1.13.9"))]));
    assert!(made.text.contains("image example.com/installer;"), "{}", made.text);
    assert_eq!(listed(&made), [""; 0]);
    let made = import(with(&[("talos/node/w-1/02-image.yaml", &image("v1.13.1"))]));
    assert_eq!(
        listed(&made),
        [
            "talos/node/w-1/02-image.yaml: an image of another version than `talosVersion`, of which a build writes that one"
        ]
    );
}

/// What a template says of each machine stays under what lies over it.
#[test]
fn what_lies_over_a_template_stays_over_it() {
    let made = import(with(&[
        ("talos/all/04-log.yaml.tpl", "machine: {env: {a: '{{ .Node.Host }}'}}\n"),
        ("talos/control-plane/02-log.yaml", "machine: {env: {a: b}}\n"),
    ]));
    let node =
        &made.text[made.text.find("node cp-1").expect("it is there")..made.text.find("node w-1").expect("it is there")];
    assert!(node.find("a: 'cp-1'").or(node.find("a: \"cp-1\"")) < node.find("a: b"), "{node}");
    assert!(node.contains("a: b"), "{node}");
}

#[test]
fn files_for_topf_stay_where_they_are() {
    let (text, files) = import_in_place(with(&[])).in_place().expect("it builds");
    assert!(!text.contains("talconfig "), "{text}");
    let Some((_, Stays::Holding(why))) = files.iter().find(|(path, _)| path == "talos/topf.yaml") else {
        panic!("{files:#?}")
    };
    assert!(why.contains("output < topf FOLDER; >"), "{why}");
}

#[test]
fn what_is_broken_breaks_nothing() {
    for topf in [
        "clusterName: x\nnodes: 3\n",
        "nodes: [{host: a, role: worker}]\n",
        "clusterName: [x]\nnodes: [{host: a, role: {}}, 3, {role: worker}, {host: [b], role: worker}]\n",
    ] {
        for patch in [
            "machine: 3\n",
            "machine: [",
            "\u{feff}- - -",
            "kind: 3\nmachine: {install: {disk: {}, diskSelector: 3, image: []}}\n",
            "{{ .Node.Data }}",
        ] {
            let made = import(with(&[
                ("talos/topf.yaml", topf),
                ("talos/all/00-install.yaml", patch),
                ("talos/all/x.yml.tpl", patch),
            ]));
            assert!(!made.report.unread.is_empty(), "{topf} {patch} {}", made.text);
        }
    }
}

/// A card that asks DHCP needs no document of its own, names are given to addresses by documents, and what machines have among
/// themselves is no wire.
#[test]
fn documents_of_links_and_names_are_words() {
    let made = import(with(&[
        (
            "talos/all/02-network.yaml.tpl",
            "\
---
apiVersion: v1alpha1
kind: LinkAliasConfig
name: lan0
selector: {match: 'mac(link.permanent_addr) == \"{{ .Node.Data.mac }}\"'}
---
apiVersion: v1alpha1
kind: DHCPv4Config
name: lan0
routeMetric: 512
",
        ),
        (
            "talos/all/04-names.yaml",
            "\
---
apiVersion: v1alpha1
kind: ResolverConfig
nameservers: [{address: 192.168.20.1}, {address: 9.9.9.9}]
---
# Where backups go.
apiVersion: v1alpha1
kind: StaticHostConfig
name: 192.168.20.9
hostnames: [nas, nas.home.arpa]
",
        ),
        (
            "talos/node/w-1/02-network.yaml",
            "\
---
apiVersion: v1alpha1
kind: DHCPv6Config
name: eth1
---
apiVersion: v1alpha1
kind: WireguardConfig
name: wg0
privateKey: ref+sops://secrets.yaml#wg0
listenPort: 51820
addresses: [{address: 10.9.0.1/24}]
---
apiVersion: v1alpha1
kind: ResolverConfig
nameservers: [{address: 192.168.20.2, protocol: DoT, tlsServerName: dns.home.arpa}]
",
        ),
    ]));
    let text = &made.text;
    for part in [
        "name-servers lan[1], 9.9.9.9;",
        "static-host nas, nas.home.arpa < address lan[9]; >",
        "mac 02:00:5e:00:10:64;",
        "dhcp-metric 512;",
        "interface eth1 < dhcp-families ipv6; >",
        "# guessed: the smallest prefix that holds all machines\n  subnet lan 192.168.20.0/24;",
        "subnet wg0 10.9.0.0/24;",
        "address wg0[1];",
        "protocol: DoT",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    for gone in ["kind: DHCPv4Config", "kind: DHCPv6Config", "kind: LinkAliasConfig", "kind: StaticHostConfig"] {
        assert!(!text.contains(gone), "{gone} in\n{text}");
    }
    assert_eq!(text.matches("kind: ResolverConfig").count(), 1, "{text}");
}

/// What documents of Talos 1.14 say of the API server is words, as its fields are; a plugin that is configured stays.
#[test]
fn documents_of_the_api_server_are_words() {
    let folder = |plugin: &str| {
        let topf = FOLDER[0].1.replace("1.13.9", "1.14.0");
        let files = format!(
            "apiVersion: v1alpha1\nkind: KubeAPIServerConfig\ncertExtraSANs: [192.168.20.10, api.example.com]\n---\n\
             apiVersion: v1alpha1\nkind: KubeAdmissionControlConfig\nname: PodSecurity\n{plugin}"
        );
        let made = import(with(&[
            ("talos/topf.yaml", &topf),
            ("talos/all/00-install.yaml", "machine: {install: {disk: /dev/sda}}\n"),
            ("talos/control-plane/02-api.yaml", &files),
        ]));
        assert_eq!(listed(&made), [""; 0]);
        made.text
    };
    let text = folder("$patch: delete\n");
    assert!(text.contains("certificate-names lan[10], api.example.com;"), "{text}");
    assert!(text.contains("api-server < admission-control off; >"), "{text}");
    assert!(!text.contains("KubeA"), "{text}");
    let files = built(&text);
    let (_, talconfig) = files.iter().find(|(path, _)| path == "talos/talconfig.yaml").expect("it is written");
    assert!(talconfig.contains("KubeAdmissionControlConfig") && talconfig.contains("api.example.com"), "{talconfig}");
    let text = folder("configuration: {exemptions: {namespaces: [rook]}}\n");
    assert!(text.contains("kind: KubeAdmissionControlConfig") && !text.contains("admission-control off"), "{text}");
}
