//! Cluster templates of Omni in words: what is laid over what, what Omni alone reads, and that hnet's own come back.

use crate::common::built;
use hnet_import::{Imported, Stays, import, import_in_place, named};

const CP: &str = "27c16241-96bf-4f17-9579-ea3a6c4a3ca8";
const W1: &str = "27c16241-96bf-4f17-9579-ea3a6c4a3ca9";
const W2: &str = "27c16241-96bf-4f17-9579-ea3a6c4a3caa";

fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn listed(made: &Imported) -> Vec<String> {
    made.report.unread.iter().map(|one| format!("{}: {}", made.sources.get(one.span.file).path(), one.why)).collect()
}

/// A template as people write it, with patches in files and in place.
fn template() -> String {
    format!(
        "\
kind: Cluster
name: home
labels: {{place: cellar}}
kubernetes: {{version: v1.34.2}}
talos: {{version: v1.11.5}}
features: {{diskEncryption: true}}
systemExtensions: [siderolabs/iscsi-tools]
patches:
  - name: common
    # What the applications want.
    inline: {{machine: {{sysctls: {{vm.max_map_count: '1'}}}}}}
  - file: patches/cni.yaml
---
kind: ControlPlane
machines: [{CP}]
patches:
  - name: vip
    inline: {{machine: {{network: {{interfaces: [{{interface: eth0, vip: {{ip: 192.168.20.10}}}}]}}}}}}
---
kind: Workers
machines: [{W1}]
patches:
  - name: label
    inline: {{machine: {{nodeLabels: {{gpu: 'true'}}}}}}
---
kind: Workers
name: others
machineClass: {{name: vms, size: 3}}
---
kind: Workers
name: more
machines: [{W2}]
---
kind: Machine
name: {CP}
locked: true
install: {{disk: /dev/sda}}
patches:
  - name: own
    inline: {{machine: {{network: {{hostname: cp-1, interfaces: [{{interface: eth0, addresses: [192.168.20.11/24], routes: [{{network: 0.0.0.0/0, gateway: 192.168.20.1}}]}}]}}}}}}
---
kind: Machine
name: {W1}
install: {{disk: /dev/sda}}
systemExtensions: [siderolabs/i915]
patches:
  - file: missing.yaml
  - name: own
    inline: {{machine: {{files: [{{op: create, path: /var/a, permissions: 0o644, content: 'a ${{B}}'}}], network: {{hostname: w-1, interfaces: [{{interface: eth0, dhcp: true}}]}}}}}}
---
kind: Machine
name: {W2}
install: {{disk: /dev/sda}}
"
    )
}

const CNI: &str = "# Cilium comes later.\ncluster: {network: {cni: {name: none}}, proxy: {disabled: true}}\n";

#[test]
fn a_template_is_said_as_a_person_would_say_it() {
    let made = import(files(&[("talos/home.yaml", &template()), ("talos/patches/cni.yaml", CNI)]));
    let alone =
        |what: &str| format!("talos/home.yaml: {what} is Omni's alone, and `output < omni …; >` does not write it");
    let set = |name: &str| {
        format!(
            "talos/home.yaml: `{name}` is a set of its own, and a source has one set of workers: no template is written in its \
             place, since Omni would take the set away"
        )
    };
    assert_eq!(
        listed(&made),
        [
            alone("`labels` of `Cluster`"),
            alone("`features` of `Cluster`"),
            set("others"),
            "talos/home.yaml: `machineClass`: which machines Omni takes of a class is not known, so that no template is written \
             in place of this"
                .to_owned(),
            set("more"),
            alone("`locked` of `Machine`"),
            "talos/home.yaml: `missing.yaml` is not among the files".to_owned(),
        ]
    );
    assert_eq!(
        made.text,
        r#"network home <
  router router < address lan[1]; >

  subnet lan 192.168.20.0/24 < router router; >

  cluster home <
    talos 1.11.5;
    kubernetes 1.34.2;
    endpoint lan[10];
    # Cilium comes later.
    cni none;
    kube-proxy off;
    etcd < subnets off; >
    # What the applications want.
    machine < sysctls vm.max_map_count=1; >
  >

  profile worker < role worker; disk /dev/sda; >

  node cp-1 <
    role control-plane;
    uuid 27c16241-96bf-4f17-9579-ea3a6c4a3ca8;
    disk /dev/sda;
    image < extensions siderolabs/iscsi-tools; >
    interface eth0 < address lan[11]; >
    kubelet <
      # As it was. Without this the kubelet takes addresses of the subnet alone.
      node-subnets off;
    >
  >
  node w-1 like worker <
    uuid 27c16241-96bf-4f17-9579-ea3a6c4a3ca9;
    image < extensions siderolabs/i915; >
    interface eth0;
    labels gpu=true;
    machine <
      file /var/a <
        permissions 0o644;
        content """
          a $${B}
        """;
        final-newline off;
      >
    >
  >
  node 27c16241-96bf-4f17-9579-ea3a6c4a3caa like worker <
    hostname off;
    uuid 27c16241-96bf-4f17-9579-ea3a6c4a3caa;
    image < extensions siderolabs/iscsi-tools; >
  >

  # What was not there is not written.
  output < machines off; bootstrap off; >
>
"#
    );
    built(&made.text);
    // Where what is lost may say it, nobody knows whether a machine has a name.
    let made = import(files(&[("talos/home.yaml", &template().replace("hostname: w-1, ", ""))]));
    let why = "no patch that could be read says the host name of";
    assert!(listed(&made).contains(&format!("talos/home.yaml: {why} `{W1}`, which a build makes `{W1}`")), "{made:#?}");
}

/// hnet's own template comes back as the source that it is of.
#[test]
fn what_hnet_writes_comes_back() {
    let source = format!(
        "network home <
  router router < address lan[1]; >

  subnet lan 192.168.20.0/24 < router router; >

  cluster home <
    talos 1.13.9;
    kubernetes 1.34.2;
    endpoint lan[10];
    ntp router;
    cni none;
    kube-proxy off;
    machine < sysctls vm.max_map_count=1; >
  >

  node cp-1 <
    role control-plane;
    uuid {CP};
    disk /dev/sda;
    image < extensions siderolabs/i915; >
    interface lan0 < mac 02:00:5e:00:10:64; address lan[11]; >
  >
  node w-1 <
    role worker;
    uuid {W1};
    disk \"type nvme\";
    bond bond0 <
      members eth0, eth1;
      mode active-backup;
      address lan[21];
      mtu 9000;
    >
    labels gpu=true;
  >

  # What was not there is not written.
  output <
    talconfig off;
    machines off;
    omni omni;
    bootstrap off;
  >
>
"
    );
    let written = built(&source).into_iter().filter(|(path, _)| path.starts_with("omni/")).collect();
    let made = import(written);
    assert_eq!(listed(&made), [""; 0]);
    assert_eq!(made.text, source);
}

#[test]
fn a_template_that_names_no_machine_is_listed() {
    let template = "kind: Cluster\nname: home\nkubernetes: {version: v1.34.2}\ntalos: {version: v1.11.5}\n---\nkind: ControlPlane\nmachineClass: {name: vms, size: 3}\n";
    let made = import(files(&[("talos/home.yaml", template)]));
    let why = "Talos, as a cluster template of Omni that names no machine, which is not read";
    assert_eq!(listed(&made), [format!("talos/home.yaml: {why}")]);
}

/// Its files are read with it, and it is not built where it is.
#[test]
fn its_files_are_known_and_it_stays_where_it_is() {
    assert_eq!(named(&template()), ["patches/cni.yaml", "missing.yaml", "talenv.yaml"]);
    let made = import_in_place(files(&[("talos/home.yaml", &template()), ("talos/patches/cni.yaml", CNI)]));
    let (_, files) = made.in_place().expect("it builds");
    let (path, stays) = files.first().expect("it stays");
    assert_eq!(path, "talos/home.yaml");
    assert!(matches!(stays, Stays::Holding(why) if why.contains("output < omni FOLDER; >")), "{stays:?}");
}

/// A set of workers with a name of its own would be another to Omni, and one of a class is of machines that nobody knows.
#[test]
fn a_template_with_sets_that_no_source_says_stays_as_it_is() {
    let one = |set: &str| {
        let text = format!(
            "kind: Cluster\nname: home\nkubernetes: {{version: v1.34.2}}\ntalos: {{version: v1.11.5}}\n---\nkind: ControlPlane\nmachines: [{CP}]\n---\n{set}---\nkind: Machine\nname: {CP}\ninstall: {{disk: /dev/sda}}\npatches: [{{name: a, inline: {{machine: {{network: {{interfaces: [{{interface: eth0, vip: {{ip: 192.168.20.10}}}}]}}}}}}}}]\n---\nkind: Machine\nname: {W1}\ninstall: {{disk: /dev/sda}}\n"
        );
        import(files(&[("omni.yaml", &text)]))
    };
    let plain = one(&format!("kind: Workers\nmachines: [{W1}]\n"));
    assert!(plain.text.contains("omni omni"), "{}", plain.text);
    let named = one(&format!("kind: Workers\nname: gpu\nmachines: [{W1}]\n"));
    assert!(!named.text.contains("omni omni"), "{}", named.text);
    assert!(listed(&named).iter().any(|said| said.contains("`gpu` is a set of its own")), "{:?}", listed(&named));
    let class = "kind: Workers\nmachineClass: {name: vms, size: 3}\nsystemExtensions: [siderolabs/nvidia]\n";
    let of_class = one(class);
    assert!(!of_class.text.contains("omni omni"), "{}", of_class.text);
    assert!(
        listed(&of_class).iter().any(|said| said.contains("the extensions are of machines")),
        "{:?}",
        listed(&of_class)
    );
}

/// Omni selects a disk where none is said, so its own form has no placeholder for one.
#[test]
fn a_machine_without_a_disk_stays_one() {
    let text = format!(
        "kind: Cluster\nname: home\nkubernetes: {{version: v1.34.2}}\ntalos: {{version: v1.11.5}}\n---\nkind: ControlPlane\nmachines: [{CP}]\n---\nkind: Machine\nname: {CP}\npatches: [{{name: a, inline: {{machine: {{network: {{interfaces: [{{interface: eth0, vip: {{ip: 192.168.20.10}}}}]}}}}}}}}]\n"
    );
    for made in [import(files(&[("omni.yaml", &text)])), import_in_place(files(&[("omni.yaml", &text)]))] {
        assert!(!made.text.contains("disk"), "{}", made.text);
        assert!(!listed(&made).iter().any(|said| said.contains("disk")), "{:?}", listed(&made));
        built(&made.text);
    }
    assert!(import(files(&[("omni.yaml", &text)])).text.contains("omni omni"));
}
