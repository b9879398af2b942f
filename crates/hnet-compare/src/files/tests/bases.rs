//! Machines over a base: one whole configuration, with a patch for each machine.

use super::said;
use super::whole::WHOLE;
use crate::files::bases::{Part, clusters};

/// A whole configuration of no machine.
fn base() -> String {
    let base = WHOLE
        .replace("  network: {hostname: a}\n", "")
        .replace("hostDNS: {", "kubePrism: {enabled: true, port: 7445}, hostDNS: {");
    base + "---\napiVersion: v1alpha1\nkind: TimeSyncConfig\nntp: {servers: [10.0.0.1]}\n"
}

fn patch(name: &str) -> String {
    format!(
        "machine: {{install: {{disk: /dev/{name}}}, kubelet: {{extraArgs: {{v: '2'}}}}}}\n---\n\
         apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: {name}\n---\n\
         apiVersion: v1alpha1\nkind: TimeSyncConfig\nbootTimeout: 1m0s\n"
    )
}

/// What is built for a machine, all of it over what is generated.
fn built(name: &str) -> String {
    format!(
        "machine: {{install: {{disk: /dev/{name}}}, kubelet: {{extraArgs: {{v: '2'}}}}, sysctls: {{x: '1'}}}}\n---\n\
         apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: {name}\nauto: 'off'\n---\n\
         apiVersion: v1alpha1\nkind: TimeSyncConfig\nbootTimeout: 1m0s\nntp: {{servers: [10.0.0.1]}}\n"
    )
}

#[test]
fn each_machine_is_its_patch_over_the_base() {
    let (base, a, b) = (base(), patch("a"), patch("b"));
    let there = [
        ("others/controlplane.yaml", base.as_str()),
        ("others/patches/first.yaml", &a),
        ("others/patches/second.yaml", &b),
    ];
    let (of_a, of_b) = (built("a"), built("b"));
    let after = [("talos/machines/a.yaml", of_a.as_str()), ("talos/machines/b.yaml", &of_b)];
    insta::assert_snapshot!(said(&there, &after), @"same 26, others 0");
    let other = of_b.replace("x: '1'", "x: '2'").replace("10.0.0.1]", "10.0.0.2]");
    insta::assert_snapshot!(said(&there, &[after[0], ("talos/machines/b.yaml", &other)]), @r#"
    change SysctlConfig b (talos/machines/b.yaml:1)
      params.x: "1" → "2"
    change TimeSyncConfig b (talos/machines/b.yaml:1)
      ntp.servers[0]: "10.0.0.1" → "10.0.0.2"
    same 24, others 0
    "#);
    // Once they are built, what is there is what was built.
    let edited = of_a.replace("/dev/a", "/dev/b");
    let both = [there.as_slice(), &after].concat();
    insta::assert_snapshot!(said(&both, &[("talos/machines/a.yaml", &edited), after[1]]), @r"
    change machine configuration a (talos/machines/a.yaml:1)
      machine.install.disk: /dev/a → /dev/b
    talos/machines/a.yaml: another `machine.install.disk` of machine configuration `a` is wiped when Talos is installed on it
    same 5, others 8
    ");
}

#[test]
fn a_template_of_jinja_is_a_base_as_well() {
    let base = base().replace("sysctls: {x: '1'}", "sysctls:\n    x: {{ vip }}");
    let there = [("others/cluster.yaml.j2", base.as_str()), ("others/nodes/a.yaml.j2", &patch("a"))];
    let after = built("a").replace("x: '1'", "x: '${vip}'").replace("v: '2'", "v: '3'");
    insta::assert_snapshot!(said(&there, &[("talos/machines/a.yaml", &after)]), @r#"
    change KubeletConfig a (talos/machines/a.yaml:1)
      extraArgs.v: "2" → "3"
    same 12, others 0
    "#);
    // With statements nobody knows what there is.
    let there = [("others/cluster.yaml.j2", format!("{{% if a %}}\n{base}{{% endif %}}\n"))];
    let there = there.each_ref().map(|(path, text)| (*path, text.as_str()));
    insta::assert_snapshot!(said(&there, &[("talos/machines/a.yaml", &after)]), @r"
    add machine configuration a (talos/machines/a.yaml:1)
    add HostnameConfig a (talos/machines/a.yaml:3)
    add TimeSyncConfig a (talos/machines/a.yaml:8)
    same 0, others 0
    ");
}

#[test]
fn names_and_places_say_whose_a_file_is() {
    let part = |path: &str, text: &str| {
        let yaml = hnet_yaml::parse(hnet_diagnostics::FileId::default(), text);
        let documents: Vec<_> = yaml
            .documents()
            .filter_map(|one| Some(crate::Value::of(&one.root?.value(), hnet_yaml::Reader::Talos)))
            .collect();
        Part::of(path, text.contains("version: v1alpha1\n"), &documents)
    };
    let (base, worker) = (base(), base().replace("type: controlplane", "type: worker"));
    let parts = [
        part("t/cp.yaml", &base),
        part("t/worker.yaml", &worker),
        part("t/workers/all.yaml", "machine: {sysctls: {a: b}}"),
        part("t/workers/w.yaml", &patch("w")),
        part("t/c.yaml", "machine: {type: init, network: {hostname: c}}"),
        part("t/x.yaml", &patch("x")),
        part("t/loose.yaml", "machine: {sysctls: {a: b}}"),
        part("elsewhere/y.yaml", &patch("y")),
    ];
    let found = clusters(&parts);
    let [cluster] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((cluster.heads.as_slice(), cluster.patches.as_slice()), ([0, 1].as_slice(), [2, 3, 4, 5, 6].as_slice()));
    let machines: Vec<_> = cluster.machines.iter().map(|one| (one.role, one.files.as_slice())).collect();
    assert_eq!(machines, [(1, [1, 2, 3].as_slice()), (0, &[0, 4]), (1, &[1, 2, 5])]);
    insta::assert_debug_snapshot!(cluster.notes, @r#"
    [
        (
            5,
            "taken for a worker, since it says nothing that only control planes are told and no role",
        ),
        (
            6,
            "a patch of machines, of which nothing says whose it is",
        ),
    ]
    "#);
}
