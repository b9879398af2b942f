//! Cluster templates of Omni, compared by what their machines get.

use super::said;

const TEMPLATE: &str = "\
kind: Cluster
name: home
kubernetes: {version: v1.36.2}
talos: {version: v1.13.9}
features: {diskEncryption: true}
patches:
- name: all
  inline: {machine: {sysctls: {a: '1', b: '1'}}}
---
kind: ControlPlane
machines: [u-1]
---
kind: Workers
machines: [u-2]
---
kind: Machine
name: u-1
locked: true
install: {disk: /dev/sda}
patches:
- file: patches/a.yaml
- name: own
  inline: {machine: {sysctls: {a: '2'}}}
---
kind: Machine
name: u-2
install: {disk: /dev/sda}
systemExtensions: [siderolabs/i915]
";

/// The same but for what Omni alone reads, with other names and in another folder.
const OTHER: &str = "\
kind: Cluster
name: home
kubernetes: {version: v1.36.2}
talos: {version: v1.13.9}
---
kind: ControlPlane
machines: [u-1]
patches:
- name: sysctls
  inline: {machine: {sysctls: {a: '2', b: '1'}}}
- name: HostnameConfig
  inline: {apiVersion: v1alpha1, kind: HostnameConfig, hostname: a, auto: 'off'}
---
kind: Workers
machines: [u-2]
patches:
- name: sysctls
  inline: {machine: {sysctls: {a: '1', b: '1'}}}
---
kind: Machine
name: u-1
install: {disk: /dev/sda}
---
kind: Machine
name: u-2
install: {disk: /dev/sda}
systemExtensions: [siderolabs/i915]
";

const HOSTNAME: &str = "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\nauto: 'off'\n";

const FOLDER: [(&str, &str); 2] = [("talos/home.yaml", TEMPLATE), ("talos/patches/a.yaml", HOSTNAME)];

#[test]
fn a_template_is_what_its_machines_get_and_what_omni_alone_reads() {
    insta::assert_snapshot!(said(&FOLDER, &[("omni/cluster-template.yaml", OTHER)]), @r"
    change talconfig home (omni/cluster-template.yaml:1)
      features: no longer {diskEncryption: true}
      nodes[hostname=a].locked: no longer true
    same 3, others 0
    ");
}

#[test]
fn what_a_machine_gets_otherwise_is_said_of_it() {
    let other = OTHER
        .replace("{a: '2', b: '1'}", "{a: '3', b: '1'}")
        .replace("disk: /dev/sda}\nsystem", "disk: /dev/sdb}\nsystem");
    insta::assert_snapshot!(said(&FOLDER, &[("omni/cluster-template.yaml", &other)]), @r#"
    change talconfig home (omni/cluster-template.yaml:1)
      features: no longer {diskEncryption: true}
      nodes[hostname=a].locked: no longer true
    change machine configuration a of home (omni/cluster-template.yaml:1)
      machine.sysctls.a: "2" → "3"
    change machine configuration u-2 of home (omni/cluster-template.yaml:1)
      machine.install.disk: /dev/sda → /dev/sdb
    omni/cluster-template.yaml: another `machine.install.disk` of machine configuration `u-2 of home` is wiped when Talos is installed on it
    same 1, others 0
    "#);
}

#[test]
fn a_talconfig_is_compared_with_it() {
    let talconfig = "\
clusterName: home
endpoint: https://10.0.0.1:6443
talosVersion: v1.13.9
kubernetesVersion: v1.36.2
nodes:
- {hostname: a, ipAddress: 10.0.0.1, controlPlane: true, installDisk: /dev/sda, patches: ['machine: {sysctls: {a: \"2\", b: \"1\"}}']}
- {hostname: u-2, ipAddress: 10.0.0.2, installDisk: /dev/sda, patches: ['machine: {sysctls: {a: \"1\", b: \"5\"}}']}
";
    insta::assert_snapshot!(said(&FOLDER, &[("talos/talconfig.yaml", talconfig)]), @r#"
    change talconfig home (talos/talconfig.yaml:1)
      features: no longer {diskEncryption: true}
      nodes[hostname=a].ipAddress: now "10.0.0.1"
      nodes[hostname=a].locked: no longer true
      nodes[hostname=a].uuid: no longer u-1
      nodes[hostname=u-2].ipAddress: now "10.0.0.2"
      nodes[hostname=u-2].uuid: no longer u-2
    change machine configuration u-2 of home (talos/talconfig.yaml:1)
      machine.install.image: factory.talos.dev/metal-installer/dc8730aa8cc7bfa5ef7e2b3284248f2631135b2faf4ae11aa997a0c1987b0eee → factory.talos.dev/metal-installer/376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba
      machine.sysctls.b: "1" → "5"
    same 11, others 0
    "#);
}
