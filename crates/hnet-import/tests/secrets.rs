//! Secrets of machines: none comes into the source of an import, and what they stand in stays.

const MACHINE: &str = r#"version: v1alpha1
machine:
  type: controlplane
  install: {disk: /dev/sda, image: "ghcr.io/siderolabs/installer:v1.13.2"}
  network: {hostname: cp-1, interfaces: [{interface: eth0, addresses: [10.20.0.11/24], routes: [{network: 0.0.0.0/0, gateway: 10.20.0.1}]}]}
  logging: {destinations: [{endpoint: "udp://10.20.0.5:514", format: json_lines}]}
  registries: {config: {ghcr.io: {auth: {username: me, password: dragonfly9}}}}
  systemDiskEncryption: {ephemeral: {provider: luks2, keys: [{slot: 0, static: {passphrase: correcthorsebattery}}]}}
  files: [{path: /var/etc/nut.conf, permissions: 0o600, op: create, content: "password = Xy7upspass123\nmode = 1\n"}]
cluster:
  clusterName: home
  controlPlane: {endpoint: "https://10.20.0.11:6443"}
  externalCloudProvider: {enabled: true}
"#;

const SECRETS: [&str; 3] = ["dragonfly9", "correcthorsebattery", "Xy7upspass123"];

fn imported(path: &str, text: &str) -> hnet_import::Imported {
    hnet_import::import(vec![(path.to_owned(), text.to_owned())])
}

#[test]
fn of_a_machine_no_secret_is_written_and_the_rest_is() {
    let made = imported("talos/cp-1.yaml", MACHINE);
    for secret in SECRETS {
        assert!(!made.text.contains(secret), "{}", made.text);
    }
    for kept in
        ["logging", "username: me", "${PASSPHRASE}", "password = ${PASSWORD", "mode = 1", "externalCloudProvider"]
    {
        assert!(made.text.contains(kept), "{kept} in {}", made.text);
    }
    let said = made.report.unread.iter().filter(|one| one.why.contains("a secret is not written"));
    let lines: Vec<usize> =
        said.map(|one| made.sources.get(one.span.file).position(one.span.range().start).line).collect();
    assert_eq!(lines, [7, 8, 9], "each is told where it stands");
    let distinct = ["${PASSWORD}", "${PASSWORD_2}"].iter().all(|placeholder| made.text.contains(placeholder));
    assert!(distinct, "two secrets have two placeholders: {}", made.text);
}

#[test]
fn of_a_talconfig_and_its_files_neither() {
    let talconfig = "clusterName: home\nendpoint: https://10.20.0.11:6443\ntalosVersion: v1.13.2\nkubernetesVersion: v1.36.2\nnodes:\n  - hostname: cp-1\n    ipAddress: 10.20.0.11\n    controlPlane: true\n    installDisk: /dev/sda\n    patches:\n      - \"@./files.yaml\"\n      - |-\n        machine:\n          env: {PASSWORD: Gh56hunterXX}\n          logging: {destinations: [{endpoint: \"udp://10.20.0.5:514\", format: json_lines}]}\n";
    let files =
        "machine:\n  files: [{path: /var/a, op: create, permissions: 0o600, content: \"password = Xy7upspass123\"}]\n";
    let made = hnet_import::import(vec![
        ("talos/talconfig.yaml".to_owned(), talconfig.to_owned()),
        ("talos/files.yaml".to_owned(), files.to_owned()),
    ]);
    for secret in ["Gh56hunterXX", "Xy7upspass123"] {
        assert!(!made.text.contains(secret), "{}", made.text);
    }
    for kept in ["logging", "password = ${", "/var/a"] {
        assert!(made.text.contains(kept), "{kept} in {}", made.text);
    }
}

#[test]
fn what_somebody_fills_in_or_looks_up_stays_as_it_is() {
    let open =
        MACHINE.replace("dragonfly9", "\"${GHCR_TOKEN}\"").replace("correcthorsebattery", "\"ref+vault://disk#key\"");
    let made = imported("talos/cp-1.yaml", &open);
    assert!(made.text.contains("${GHCR_TOKEN}"), "{}", made.text);
    assert!(!made.text.contains("${PASSPHRASE}"), "{}", made.text);
}

/// A secret may be a word that others say as well, and a name may be taken.
#[test]
fn a_placeholder_stands_for_the_secret_alone() {
    let machine = MACHINE
        .replace("username: me, password: dragonfly9", "username: home, password: home")
        .replace("mode = 1", "mode = ${PASSPHRASE}");
    let made = imported("talos/cp-1.yaml", &machine);
    assert!(made.text.contains("cluster home") && made.text.contains("username: home"), "{}", made.text);
    assert!(made.text.contains("password: \"${PASSWORD}\""), "{}", made.text);
    assert!(
        made.text.contains("mode = ${PASSPHRASE}") && made.text.contains("static ${PASSPHRASE_2}"),
        "{}",
        made.text
    );
}
