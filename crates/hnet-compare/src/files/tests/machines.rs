//! Machines that are on both sides, in whichever file: what goes of them, and what of their volumes no longer opens.

use super::said;

const HEAD: &str = "clusterName: c\ntalosVersion: v1.13.0\nendpoint: https://192.168.1.10:6443\nnodes:\n";

const VLAN: &str =
    "  networkInterfaces: [{interface: eth0, dhcp: true, vlans: [{vlanId: 20, addresses: [10.0.0.2/24]}]}]\n";

/// A machine of a talconfig, with what else is said of it.
fn machine(name: &str, rest: &str) -> String {
    format!("- hostname: {name}\n  ipAddress: {name}.lan\n  controlPlane: true\n  installDisk: /dev/sda\n{rest}")
}

/// A patch of a machine that says how a volume is encrypted.
fn encrypted(volume: &str, keys: &str) -> String {
    format!(
        "  patches: ['{{apiVersion: v1alpha1, kind: VolumeConfig, name: {volume}, encryption: {{provider: luks2, keys: [{keys}]}}}}']\n"
    )
}

/// What is said of machines that get these fields in place of those, in talconfigs at two places.
fn of(before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(|rest| format!("{HEAD}{}", machine("a", rest)));
    said(&[("others/talconfig.yaml", &before)], &[("talos/talconfig.yaml", &after)])
}

#[test]
fn what_another_talconfig_says_of_a_machine_goes_with_it() {
    let rest = format!("{VLAN}{}", encrypted("EPHEMERAL", "{slot: 0, tpm: {}}"));
    insta::assert_snapshot!(of(&rest, "  networkInterfaces: [{interface: eth0, dhcp: true}]\n"), @r"
    remove VLANConfig a of c/eth0.20 (others/talconfig.yaml:1)
    remove VolumeConfig a of c/EPHEMERAL (others/talconfig.yaml:1)
    talos/talconfig.yaml: `EPHEMERAL` of `a of c` would no longer be encrypted, and what is there is: it does not open until it is wiped
    same 12, others 0
    ");
    assert_eq!(of(&rest, &rest), "same 1, others 0");
    // A second file of the same cluster stays what it is, and so do patches that nobody names.
    let old = format!("{HEAD}{}", machine("a", &rest));
    let new = format!("{HEAD}{}", machine("a", VLAN));
    let patch = "apiVersion: v1alpha1\nkind: TimeSyncConfig\nenabled: false\n";
    let folder = [("others/a.yaml", patch), ("others/old.yaml", old.as_str()), ("talos/talconfig.yaml", new.as_str())];
    let found = said(&folder, &[("talos/talconfig.yaml", &new)]);
    assert!(found.ends_with("others 2") && !found.contains("remove"), "{found}");
}

#[test]
fn what_a_folder_of_topf_says_of_a_machine_goes_with_it() {
    let topf = "clusterName: c\nclusterEndpoint: https://192.168.1.10:6443\nnodes:\n- {host: a, role: worker}\n";
    let time = "apiVersion: v1alpha1\nkind: TimeSyncConfig\nenabled: false\n";
    let folder = [("others/topf.yaml", topf), ("others/all/time.yaml", time)];
    insta::assert_snapshot!(said(&folder, &[("talos/topf.yaml", topf)]), @r"
    remove TimeSyncConfig a of c (others/topf.yaml:1)
    same 8, others 0
    ");
}

#[test]
fn volumes_that_would_no_longer_open_are_warned_of() {
    let (tpm, node) = ("{slot: 0, tpm: {}}", "{slot: 0, nodeID: {}}");
    insta::assert_snapshot!(of("", &encrypted("EPHEMERAL", tpm)), @r"
    add VolumeConfig a of c/EPHEMERAL (talos/talconfig.yaml:1)
    talos/talconfig.yaml: `EPHEMERAL` of `a of c` would be encrypted and is not: Talos encrypts only what is empty, so it has to be wiped
    same 11, others 0
    ");
    insta::assert_snapshot!(of(&encrypted("STATE", tpm), ""), @r"
    remove VolumeConfig a of c/STATE (others/talconfig.yaml:1)
    talos/talconfig.yaml: `STATE` of `a of c` would no longer be encrypted, and what is there is: it does not open until it is wiped
    same 11, others 0
    ");
    insta::assert_snapshot!(of(&encrypted("STATE", tpm), &encrypted("STATE", node)), @r"
    change VolumeConfig a of c/STATE (talos/talconfig.yaml:1)
      encryption.keys[0].nodeID: now {}
      encryption.keys[0].tpm: no longer {}
    talos/talconfig.yaml: `STATE` of `a of c` would have other keys alone: what is there no longer opens
    same 2, others 0
    ");
    let silent = |before: &str, after: &str| {
        let found = of(before, after);
        assert!(!found.contains("talos/talconfig.yaml: "), "{found}");
    };
    // One of the keys opens it, a field says the same, and a new volume is empty.
    silent(&encrypted("STATE", tpm), &encrypted("STATE", &format!("{tpm}, {{slot: 1, nodeID: {{}}}}")));
    let field =
        "  patches: ['machine: {systemDiskEncryption: {state: {provider: luks2, keys: [{slot: 0, tpm: {}}]}}}']\n";
    silent(field, &encrypted("STATE", tpm));
    silent("", &encrypted("STATE", tpm).replace("VolumeConfig", "UserVolumeConfig"));
}

#[test]
fn a_volume_of_several_machines_is_warned_of_once() {
    let of = |rest: &str| format!("{HEAD}{}{}", machine("a", rest), machine("b", rest));
    let (old, new) = (of(""), of(&encrypted("EPHEMERAL", "{slot: 0, tpm: {}}")));
    let found = said(&[("talconfig.yaml", &old)], &[("talconfig.yaml", &new)]);
    let warned: Vec<&str> = found.lines().filter(|line| line.starts_with("talconfig.yaml: ")).collect();
    insta::assert_snapshot!(warned.join("\n"), @"talconfig.yaml: `EPHEMERAL` of `a of c` and 1 other machine would be encrypted and is not: Talos encrypts only what is empty, so it has to be wiped");
}

#[test]
fn long_values_that_begin_alike_are_shown_where_they_differ() {
    let of = |version: &str| {
        format!("machine: {{install: {{image: 'factory.talos.dev/metal-installer/{}:{version}'}}}}\n", "0".repeat(64))
    };
    insta::assert_snapshot!(said(&[("a.yaml", &of("v1.13.0"))], &[("a.yaml", &of("v1.14.1"))]), @r"
    change machine configuration a (a.yaml:1)
      machine.install.image: factory.talos.dev/me…000000000000000:v1.13.0 → factory.talos.dev/me…000000000000000:v1.14.1
    same 0, others 0
    ");
    let text = |last: &str| {
        format!("machine: {{files: [{{path: /a, content: \"x\\n{} {last}\\n\\n.\"}}]}}\n", "1 ".repeat(90))
    };
    insta::assert_snapshot!(said(&[("a.yaml", &text("a"))], &[("a.yaml", &text("b"))]), @r#"
    change machine configuration a (a.yaml:1)
      machine.files[0].content: line 2: "1 1 1 1 1 1 1 1 1 1… 1 1 1 1 1 1 1 1 1  a" → "1 1 1 1 1 1 1 1 1 1… 1 1 1 1 1 1 1 1 1  b"
    same 0, others 0
    "#);
}

#[test]
fn that_no_name_is_made_up_is_no_default_of_a_patch() {
    let file = |auto: &str| {
        let core =
            "machine: {install: {disk: /dev/sda}}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n";
        format!("{core}{auto}")
    };
    let off = file("auto: off\n");
    let said = |old: &str, new: &str| said(&[("a.yaml", old)], &[("a.yaml", new)]);
    insta::assert_snapshot!(said(&file(""), &off), @r#"
    change HostnameConfig a (a.yaml:3)
      auto: now "off"
    same 1, others 0
    "#);
    insta::assert_snapshot!(said(&off, &file("")), @r#"
    change HostnameConfig a (a.yaml:3)
      auto: no longer "off"
    same 1, others 0
    "#);
    insta::assert_snapshot!(said(&file("auto: offx\n"), &off), @r#"
    change HostnameConfig a (a.yaml:3)
      auto: offx → "off"
    same 1, others 0
    "#);
    // A field says a name in its own way, and a whole configuration has no other.
    let field = "machine: {install: {disk: /dev/sda}, network: {hostname: a}}\n";
    insta::assert_snapshot!(said(field, &off), @r"same 2, others 0");
    let whole = |auto: &str| file(auto).replace("machine: {", "version: v1alpha1\nmachine: {type: worker, ");
    insta::assert_snapshot!(said(&whole(""), &whole("auto: off\n")), @r"same 6, others 0");
}
