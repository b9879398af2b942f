//! Two talconfigs, and what is said of the machines that they make.

use super::said;

const ONE: &str = "clusterName: home\nendpoint: https://k8s.home.ARPA:6443\ntalosVersion: v1.11.0\nnodes:\n  - hostname: cp-1\n    controlPlane: true\n    installDisk: /dev/sda\n";

/// What is said of two talconfigs that begin alike.
fn of_talconfigs(before: &str, after: &str, beside: &[(&str, &str)]) -> String {
    let [before, after] = [before, after].map(|rest| format!("{ONE}{rest}"));
    let with = |talconfig| [[("talconfig.yaml", talconfig)].as_slice(), beside].concat();
    said(&with(before.as_str()), &with(after.as_str()))
}

#[test]
fn operations_on_a_machine_are_what_they_do() {
    let operations = "    patches: ['[{op: remove, path: /cluster/apiServer/admissionControl}, {op: add, path: /machine/sysctls/a~1b, value: c}]']\n";
    let patch =
        "    patches: ['{cluster: {apiServer: {admissionControl: {$patch: delete}}}, machine: {sysctls: {a/b: c}}}']\n";
    assert_eq!(of_talconfigs(operations, patch, &[]), "same 2, others 0");
    // What is about a member of a list is not known.
    let member = "    patches: ['[{op: add, path: /machine/certSANs/-, value: c}]']\n";
    let found = of_talconfigs(member, "", &[]);
    assert!(found.contains("patches: no longer"), "{found}");
    // What takes away what is not known to be there may do so.
    let gone = "    patches: ['[{op: remove, path: /machine/kubelet/image}, {op: remove, path: /machine/ca}]']\n";
    let found = of_talconfigs(gone, "", &[]);
    assert!(found.contains("patches: no longer"), "{found}");
}

#[test]
fn kernel_arguments_of_a_schematic_are_passed_on_as_talhelper_does() {
    let schematic = "    schematic: {customization: {extraKernelArgs: [net.ifnames=0]}}\n";
    let found = of_talconfigs(schematic, "", &[]);
    assert!(found.contains("machine.install.extraKernelArgs: no longer [\"net.ifnames=0\"]"), "{found}");
    let found = of_talconfigs(&format!("{schematic}    machineSpec: {{useUKI: true}}\n"), "", &[]);
    assert!(!found.contains("extraKernelArgs"), "{found}");
    let of = |version: &str, inner: &str| {
        let known = "    talosImageURL: factory.talos.dev/metal-installer/0\n";
        let found = said(
            &[("talconfig.yaml", &format!("{}{inner}", ONE.replace("v1.11.0", version)))],
            &[("talconfig.yaml", &format!("{}{known}", ONE.replace("v1.11.0", version)))],
        );
        found.contains("machine.install.extraKernelArgs: no longer")
    };
    // A version that is not known may be any.
    assert_eq!(["v1.11.0", "v1.13.0", "${TALOS}"].map(|version| of(version, schematic)), [true, false, true]);
}

#[test]
fn a_patch_of_what_a_talconfig_says_of_the_whole_is_compared_with_that() {
    let of = |name: &str| format!("    patches: ['{{cluster: {{clusterName: {name}}}}}']\n");
    assert_eq!(of_talconfigs("", &of("home"), &[]), "same 2, others 0");
    insta::assert_snapshot!(of_talconfigs("", &of("other"), &[]), @r"
    change machine configuration cp-1 of home (talconfig.yaml:1)
      cluster.clusterName: home → other
    same 1, others 0
    ");
}

#[test]
fn lists_of_a_group_come_beside_those_of_its_machines() {
    let beside = [("watchdog.yaml", "apiVersion: v1alpha1\nkind: WatchdogTimerConfig\ndevice: /dev/watchdog0\n")];
    let apart = "    certSANs: [a]\ncontrolPlane: {certSANs: [b], extraManifests: [watchdog.yaml]}\n";
    let joined = "    certSANs: [a, b]\n    patches: ['@watchdog.yaml']\n";
    let found = of_talconfigs(apart, joined, &beside);
    assert!(found.starts_with("same 4"), "{found}");
    let alone = "    certSANs: [a]\n    overrideMachineCertSANs: true\ncontrolPlane: {certSANs: [b], extraManifests: [watchdog.yaml]}\n";
    let found = of_talconfigs(alone, joined, &beside);
    assert!(found.contains("machine.certSANs"), "{found}");
    // Which of them are taken is said by the lists.
    let own = "    certSANs: [a]\n    extraManifests: [watchdog.yaml]\n";
    let alone = format!(
        "{own}    overrideMachineCertSANs: true\n    overrideExtraManifests: true\ncontrolPlane: {{certSANs: [b], extraManifests: [other.yaml]}}\n"
    );
    let found = of_talconfigs(&alone, own, &beside);
    assert!(found.starts_with("same 4"), "{found}");
    let found = of_talconfigs("    extraManifests: [other.yaml]\n", "", &beside);
    assert!(found.contains("extraManifests: no longer"), "{found}");
}

#[test]
fn a_host_is_the_same_in_capitals() {
    let lower = ONE.replace("ARPA", "arpa");
    assert_eq!(said(&[("talconfig.yaml", ONE)], &[("talconfig.yaml", &lower)]), "same 2, others 0");
}

#[test]
fn talhelper_writes_no_primary_link_of_a_bond_in_documents() {
    let of = |version: &str, primary: &str| {
        let said = if version.is_empty() { String::new() } else { format!("talosVersion: {version}\n") };
        let head = ONE.replace("talosVersion: v1.11.0\n", &said);
        format!(
            "{head}    networkInterfaces: [{{interface: bond0, bond: {{interfaces: [a, b], mode: active-backup{primary}}}}}]\n"
        )
    };
    let both = |version: &str| {
        said(&[("talconfig.yaml", &of(version, ", primary: a"))], &[("talconfig.yaml", &of(version, ""))])
    };
    assert!(both("v1.13.0").starts_with("same"), "{}", both("v1.13.0"));
    assert!(both("v1.11.0").contains("primary: no longer a"), "{}", both("v1.11.0"));
    // Where no version is said the newest is taken; one that cannot be read may be any.
    assert!(both("").starts_with("same"), "{}", both(""));
    assert!(both("${TALOS}").contains("primary: no longer a"), "{}", both("${TALOS}"));
}

#[test]
fn keys_that_talhelper_does_not_read_are_in_no_schematic() {
    let unknown = "    schematic: {extraKernelArgs: [a=b], customization: {extraKernelArgs: [c=d]}}\n";
    let plain = unknown.replace("extraKernelArgs: [a=b], ", "");
    assert_eq!(of_talconfigs(unknown, &plain, &[]), "same 2, others 0");
}
