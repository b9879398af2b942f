//! Folders of topf's, compared by what their machines get.

use hnet_manifests::talos::schematic::Schematic;

use super::said;

const TOPF: &str = "\
clusterName: home
clusterEndpoint: https://10.0.0.1:6443
talosVersion: 1.13.9
kubernetesVersion: 1.36.2
schematicId: '@schematic.yaml'
nodes:
- {host: a, ip: 10.0.0.1, role: control-plane}
- {host: b, role: worker, schematicId: abc, secureboot: true, platform: nocloud}
";

/// The same machines, told otherwise.
const FOLDER: [(&str, &str); 6] = [
    ("talos/topf.yaml", TOPF),
    ("talos/schematic.yaml", "customization: {extraKernelArgs: [x=y]}\n"),
    (
        "talos/all/00.yaml",
        "machine: {install: {disk: /dev/sda}, sysctls: {a: '1'}}\n---\nmachine: {sysctls: {b: '1'}}\n",
    ),
    ("talos/control-plane/00.yaml", "machine: {sysctls: {a: '2'}}\n"),
    ("talos/node/a/00.yaml", "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: first\n"),
    ("talos/node/a/01.yaml", "machine: {sysctls: {a: '3'}}\n"),
];

const TALCONFIG: &str = "\
clusterName: home
endpoint: https://10.0.0.1:6443
talosVersion: v1.13.9
kubernetesVersion: v1.36.2
nodes:
- hostname: first
  ipAddress: 10.0.0.1
  controlPlane: true
  installDisk: /dev/sda
  schematic: {customization: {extraKernelArgs: [x=y]}}
  patches: ['machine: {sysctls: {a: \"3\", b: \"1\"}}']
- hostname: b
  ipAddress: b
  installDisk: /dev/sda
  talosImageURL: factory.talos.dev/nocloud-installer-secureboot/abc
  patches: ['machine: {sysctls: {a: \"1\", b: \"1\"}}']
";

fn with<'f>(path: &'f str, text: &'f str) -> Vec<(&'f str, &'f str)> {
    FOLDER.iter().copied().filter(|(own, _)| *own != path).chain([(path, text)]).collect()
}

#[test]
fn a_folder_is_the_same_as_what_makes_the_same_machines() {
    insta::assert_snapshot!(said(&FOLDER, &[("talos/talconfig.yaml", TALCONFIG)]), @r"
    remove document (talos/schematic.yaml:1)
    same 13, others 0
    ");
    insta::assert_snapshot!(said(&[("talos/talconfig.yaml", TALCONFIG)], &FOLDER), @r"
    add document (talos/schematic.yaml:1)
    same 13, others 0
    ");
    // A name may lead to any address.
    let reached = TALCONFIG.replace("ipAddress: b", "ipAddress: 10.0.0.9");
    let found = said(&FOLDER, &[("talos/talconfig.yaml", &reached)]);
    assert!(found.ends_with("same 13, others 0") && !found.contains("10.0.0.9"), "{found}");
    let otherwise: Vec<(&str, &str)> = vec![
        FOLDER[0],
        FOLDER[1],
        ("talos/all/01-install.yaml", "machine: {install: {disk: /dev/sda}}\n"),
        ("talos/all/02-kernel.yaml", "machine: {sysctls: {b: '1'}}\n"),
        ("talos/node/a/01-kernel.yaml", "machine: {network: {hostname: first}, sysctls: {a: '3'}}\n"),
        ("talos/node/b/01-kernel.yaml", "machine: {sysctls: {a: '1'}}\n"),
    ];
    insta::assert_snapshot!(said(&FOLDER, &otherwise), @"same 14, others 0");
}

#[test]
fn no_form_of_machines_hides_another() {
    let template = "kind: Cluster\nname: home\n---\nkind: ControlPlane\nmachines: [u-1]\n---\nkind: Workers\n---\nkind: Machine\nname: u-1\ninstall: {disk: /dev/sda}\n";
    let all = |talconfig, topf, template| -> Vec<(&str, &str)> {
        let rest = [("talos/schematic.yaml", FOLDER[1].1), ("omni/home.yaml", template)];
        let more = [("talos/all/00.yaml", "machine: {install: {disk: /dev/sda}}\n"), ("talos/topf.yaml", topf)];
        rest.into_iter().chain(more).chain([("talos/talconfig.yaml", talconfig)]).collect()
    };
    let built = all(TALCONFIG, TOPF, template);
    assert!(said(&built, &built).starts_with("same "));
    let talconfig = TALCONFIG.replacen("sda", "sdb", 1).replace("https://10.0.0.1", "https://10.0.0.9");
    insta::assert_snapshot!(said(&all(&talconfig, TOPF, template), &built), @r"
    change talconfig home (talos/talconfig.yaml:1)
      endpoint: https://10.0.0.9:6443 → https://10.0.0.1:6443
    change machine configuration first of home (talos/talconfig.yaml:1)
      machine.install.disk: /dev/sdb → /dev/sda
    talos/talconfig.yaml: another `machine.install.disk` of machine configuration `first of home` is wiped when Talos is installed on it
    same 4, others 0
    ");
    let topf = TOPF.replace("https://10.0.0.1", "https://10.0.0.9");
    insta::assert_snapshot!(said(&all(TALCONFIG, &topf, template), &built), @r"
    change talconfig home (topf) (talos/topf.yaml:1)
      endpoint: https://10.0.0.9:6443 → https://10.0.0.1:6443
    same 5, others 0
    ");
    let template = template.replace("sda", "sdb");
    insta::assert_snapshot!(said(&all(TALCONFIG, TOPF, &template), &built), @r"
    change machine configuration u-1 of home (Omni) (omni/home.yaml:1)
      machine.install.disk: /dev/sdb → /dev/sda
    omni/home.yaml: another `machine.install.disk` of machine configuration `u-1 of home (Omni)` is wiped when Talos is installed on it
    same 4, others 0
    ");
}

#[test]
fn a_second_file_of_one_form_is_another() {
    let written = [("talos/talconfig.yaml", TALCONFIG)];
    let copy = TALCONFIG.replacen("sda", "sdb", 1);
    let there = [("others/talconfig.yaml", copy.as_str()), written[0]];
    insta::assert_snapshot!(said(&there, &written), @"same 1, others 1");
}

#[test]
fn what_differs_of_a_machine_is_said_of_it() {
    insta::assert_snapshot!(said(&FOLDER, &with("talos/node/a/01.yaml", "machine: {sysctls: {a: '4'}}\n")), @r#"
    change machine configuration first of home (talos/topf.yaml:1)
      machine.sysctls.a: "3" → "4"
    same 4, others 0
    "#);
    insta::assert_snapshot!(said(&FOLDER, &with("talos/node/b/01.yaml", "machine: {install: {disk: /dev/sdb}}\n")), @r"
    change machine configuration b of home (talos/topf.yaml:1)
      machine.install.disk: /dev/sda → /dev/sdb
    talos/topf.yaml: another `machine.install.disk` of machine configuration `b of home` is wiped when Talos is installed on it
    same 4, others 0
    ");
    let other = TOPF.replace("abc", "def");
    insta::assert_snapshot!(said(&FOLDER, &with("talos/topf.yaml", &other)), @r"
    change machine configuration b of home (talos/topf.yaml:1)
      machine.install.image: factory.talos.dev/nocloud-installer-secureboot/abc → factory.talos.dev/nocloud-installer-secureboot/def
    same 4, others 0
    ");
    // An id of digits alone is one as well.
    let digits = TOPF.replace("abc", &"0".repeat(64));
    let quoted = digits.replace(&"0".repeat(64), &format!("'{}'", "0".repeat(64)));
    assert_eq!(said(&with("talos/topf.yaml", &digits), &with("talos/topf.yaml", &quoted)), "same 2, others 0");
    // An image that a patch says goes before.
    let image = "machine: {install: {image: 'factory.talos.dev/nocloud-installer-secureboot/abc:v1.13.9'}}\n";
    let mut both = with("talos/topf.yaml", &other);
    both.push(("talos/node/b/01.yaml", image));
    insta::assert_snapshot!(said(&FOLDER, &both), @"same 5, others 0");
}

#[test]
fn a_schematic_is_its_id_and_no_argument_of_the_machine() {
    let schematic = Schematic { kernel_arguments: vec!["x=y".to_owned()], ..Schematic::default() };
    let topf = TOPF.replace("1.13.9", "1.11.6");
    let by_id = topf.replace("'@schematic.yaml'", &schematic.id().expect("its text is known"));
    let (one, other) = (with("talos/topf.yaml", &topf), with("talos/topf.yaml", &by_id));
    assert_eq!(said(&one, &other), "same 2, others 0");
    let own_factory = |topf: &str| topf.replace("ip: 10.0.0.1,", "ip: 10.0.0.1, factory: factory.example.com,");
    let (topf, by_id) = (own_factory(&topf), own_factory(&by_id));
    let (one, other) = (with("talos/topf.yaml", &topf), with("talos/topf.yaml", &by_id));
    assert_eq!(said(&one, &other), "same 2, others 0");
}

#[test]
fn patches_lie_where_they_are_said_to() {
    let moved = |own: &str| {
        own.replace("talos/all", "talos/p/all")
            .replace("talos/node", "talos/p/node")
            .replace("talos/control", "talos/p/control")
    };
    let topf = TOPF.replace("nodes:", "patchesDir: ./p\nnodes:");
    let paths: Vec<(String, &str)> = FOLDER.iter().skip(1).map(|(path, text)| (moved(path), *text)).collect();
    let mut folder: Vec<(&str, &str)> = paths.iter().map(|(path, text)| (path.as_str(), *text)).collect();
    folder.push(("talos/topf.yaml", &topf));
    insta::assert_snapshot!(said(&FOLDER, &folder), @"same 2, others 0");
}
