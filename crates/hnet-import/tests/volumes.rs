//! Volumes and disks of talconfigs and their patches, in words.

use crate::common::built;
use hnet_import::{Imported, import};

fn imported(version: &str, of_node: &str, patches: &str) -> Imported {
    let text = format!(
        "\
clusterName: home
talosVersion: {version}
endpoint: https://192.168.20.11:6443
nodes:
  - hostname: cp-1
    ipAddress: 192.168.20.11
    controlPlane: true
    installDisk: /dev/sda
    networkInterfaces: [{{interface: eth0, addresses: [192.168.20.11/24]}}]
{of_node}patches:
{patches}"
    );
    import(vec![("talos/talconfig.yaml".to_owned(), text)])
}

/// What stands in `machine` statements, without what is around it.
fn said(made: &Imported) -> Vec<String> {
    let lines = made.text.lines().map(str::trim);
    lines
        .skip_while(|line| !line.starts_with("machine <"))
        .take_while(|line| !line.starts_with("kubelet"))
        .map(str::to_owned)
        .collect()
}

const ENCRYPTED: &str = "\
  - |-
    machine:
      systemDiskEncryption:
        state: {provider: luks2, keys: [{slot: 0, tpm: {}}]}
        ephemeral:
          provider: luks2
          keys: [{slot: 0, nodeID: {}}, {slot: 1, static: {passphrase: \"${LUKS}\"}, lockToState: true}]
          cipher: aes-xts-plain64
          keySize: 256
          options: [no_read_workqueue]
";

#[test]
fn volumes_are_said_as_a_person_would_say_them() {
    let of_node = "    volumes:\n      - name: EPHEMERAL\n        provisioning: {diskSelector: {match: system_disk}, maxSize: 100GiB, grow: false}\n    machineDisks: [{device: /dev/sdb, partitions: [{mountpoint: /var/mnt/a, size: 10GB}, {mountpoint: /var/mnt/b}]}]\n";
    let made = imported("v1.13.9", of_node, ENCRYPTED);
    assert!(!made.text.contains("patch"), "{}", made.text);
    for line in [
        "volume EPHEMERAL < disk system_disk; max-size 100GiB; grow off; >",
        "disk /dev/sdb < partition /var/mnt/a < size 10GB; > partition /var/mnt/b; >",
        "key 1 < static ${LUKS}; lock-to-state; >",
        "options no_read_workqueue;",
    ] {
        let flat: String = made.text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(line), "{line}\n{}", made.text);
    }
    let files = built(&made.text);
    let talconfig = &files.iter().find(|(path, _)| path.ends_with("talconfig.yaml")).expect("it is written").1;
    assert!(talconfig.contains("kind: VolumeConfig") && !talconfig.contains("systemDiskEncryption"), "{talconfig}");
}

/// Talos refuses the field beside the document, in whichever order the keys of the one stand.
#[test]
fn what_words_say_of_encryption_is_not_said_by_the_field_as_well() {
    let turned = ENCRYPTED.replace("slot: 0, tpm: {}", "tpm: {}, slot: 0");
    let turned = turned.replace("slot: 0, nodeID: {}", "nodeID: {}, slot: 0");
    for version in ["v1.11.5", "v1.13.9"] {
        let made = imported(version, "", &turned);
        assert!(made.text.contains("volume STATE") && !made.text.contains("systemDiskEncryption"), "{}", made.text);
    }
}

#[test]
fn a_version_without_documents_for_it_gets_its_fields_back() {
    let made = imported("v1.10.8", "", &ENCRYPTED.replace(", lockToState: true", ""));
    let files = built(&made.text);
    let talconfig = &files.iter().find(|(path, _)| path.ends_with("talconfig.yaml")).expect("it is written").1;
    assert!(talconfig.contains("systemDiskEncryption") && !talconfig.contains("VolumeConfig"), "{talconfig}");
}

/// What words do not say, or may not, stays as it is, whole.
#[test]
fn what_no_word_says_stays_a_patch() {
    let own = |document: &str| imported("v1.14.0", "", &format!("  - |-\n    {}\n", document.replace('\n', "\n    ")));
    for document in [
        "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nprovisioning: {maxSize: 1GB}\ntrim: {enabled: true}",
        "apiVersion: v1alpha1\nkind: VolumeConfig\nname: EPHEMERAL\nencryption: {provider: luks2, keys: [{slot: 0}]}",
        "apiVersion: v1alpha1\nkind: RawVolumeConfig\nname: a_b\nprovisioning: {maxSize: 1GB}",
        "apiVersion: v1alpha1\nkind: UserVolumeConfig\nname: a\n$patch: delete",
        "machine: {disks: [{device: /dev/sdb, partitions: [{mountpoint: /var/a, size: lots}]}]}",
    ] {
        let made = own(document);
        assert_eq!(said(&made), Vec::<String>::new(), "{document}\n{}", made.text);
    }
    let said_twice = "apiVersion: v1alpha1\nkind: RawVolumeConfig\nname: a\nprovisioning: {diskSelector: {match: system_disk}, maxSize: 1GB}\n---\napiVersion: v1alpha1\nkind: RawVolumeConfig\nname: a\nprovisioning: {minSize: 1GB}";
    let flat = own(said_twice).text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("raw-volume a < disk system_disk; min-size 1GB; max-size 1GB; >"), "{flat}");
}

/// What Talos runs besides its own is said in words, but for what may be a secret.
#[test]
fn services_are_said_as_they_were() {
    let of_node = "    extensionServices:\n      - name: nut\n        configFiles: [{content: \"MONITOR ups\\n\", mountPath: /etc/upsmon.conf}]\n";
    let patches = "  - |-
    apiVersion: v1alpha1
    kind: WatchdogTimerConfig
    device: /dev/watchdog0
    timeout: 5m
  - |-
    machine:
      pods: [{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: a, image: b}]}}]
  - |-
    apiVersion: v1alpha1
    kind: ExtensionServiceConfig
    name: tailscale
    environment: [\"TS_AUTHKEY=${key}\"]
";
    let made = imported("v1.13.9", of_node, patches);
    assert!(!made.text.contains("patch"), "{}", made.text);
    let flat = made.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "extension-service nut < file /etc/upsmon.conf <",
        "extension-service tailscale < environment TS_AUTHKEY=${key}; >",
        "watchdog /dev/watchdog0 < timeout 5m; >",
        "static-pod \"\"\" apiVersion: v1 kind: Pod",
    ] {
        assert!(flat.contains(part), "{part}\n{}", made.text);
    }
    let key = format!("ghp_{}", "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX");
    let secret = format!(
        "  - |-\n    apiVersion: v1alpha1\n    kind: ExtensionServiceConfig\n    name: a\n    environment: [\"TOKEN={key}\"]\n"
    );
    let made = imported("v1.13.9", "", &secret);
    assert!(made.text.contains("TOKEN=${GITHUB_TOKEN}") && !made.text.contains(&key), "{}", made.text);
}

/// A static pod is said in words from its document as well, where that is called like the pod.
#[test]
fn static_pods_are_said_as_they_were() {
    let pod = |name: &str, own: &str| {
        format!(
            "  - |-\n    apiVersion: v1alpha1\n    kind: KubeStaticPodConfig\n    name: {name}\n    pod: {{apiVersion: v1, kind: Pod, metadata: {{name: {own}}}}}\n"
        )
    };
    let made = imported("v1.14.0", "", &pod("a", "a"));
    let flat = made.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("static-pod \"\"\" apiVersion: v1 kind: Pod"), "{}", made.text);
    assert!(!flat.contains("patch"), "{}", made.text);
    let made = imported("v1.14.0", "", &pod("a", "b"));
    assert!(!made.text.contains("static-pod") && made.text.contains("KubeStaticPodConfig"), "{}", made.text);
    let of_core = "  - \"machine: {pods: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]}\"\n";
    let made = imported("v1.14.0", "", of_core);
    assert!(made.text.contains("static-pod") && !made.text.contains("patch"), "{}", made.text);
    let nameless = "  - \"machine: {pods: [{apiVersion: v1, kind: Pod}]}\"\n";
    assert!(!imported("v1.13.0", "", nameless).text.contains("static-pod"));
}

/// What holds anyhow, and what workers do not read, is not laid over the words again.
#[test]
fn what_says_nothing_is_not_restored() {
    let worker = "  - hostname: w-1\n    ipAddress: 192.168.20.21\n    installDisk: /dev/sda\n    networkInterfaces: [{interface: eth0, addresses: [192.168.20.21/24]}]\n    patches: [\"cluster: {proxy: {disabled: true}}\"]\nworker: {patches: [\"cluster: {coreDNS: {disabled: true}}\"]}\n";
    let patches = "  - \"cluster: {discovery: {enabled: true, registries: {kubernetes: {disabled: true}, service: {disabled: false}}}}\"\n";
    let made = imported("v1.13.9", worker, patches);
    assert!(!made.text.contains("patch"), "{}", made.text);
}

/// Mirrors are said alike whichever form they had; what says who may ask stays where it is.
#[test]
fn mirrors_are_said_as_they_were() {
    let patches = "  - |-
    machine:
      registries:
        mirrors:
          docker.io: {endpoints: [\"https://mirror.gcr.io\"], overridePath: true}
          quay.io: {endpoints: [\"https://me:pw@example.com\"]}
  - |-
    machine:
      registries:
        config: {mirror.gcr.io: {tls: {insecureSkipVerify: true}}}
  - |-
    apiVersion: v1alpha1
    kind: RegistryMirrorConfig
    name: ghcr.io
    endpoints: [{url: \"https://a.example.com\", overridePath: true}, {url: \"https://b.example.com\", overridePath: true}]
    skipFallback: true
  - |-
    apiVersion: v1alpha1
    kind: RegistryMirrorConfig
    name: mixed.io
    endpoints: [{url: \"https://a.example.com\", overridePath: true}, {url: \"https://b.example.com\"}]
";
    let made = imported("v1.13.9", "", patches);
    let flat = made.text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "registry-mirror docker.io < endpoints \"https://mirror.gcr.io\"; override-path; >",
        "registry-mirror ghcr.io < endpoints \"https://a.example.com\", \"https://b.example.com\"; override-path; skip-fallback; >",
    ] {
        let part = part.replace('"', "");
        assert!(flat.replace('"', "").contains(&part), "{part}\n{}", made.text);
    }
    assert!(!flat.contains("registry-mirror quay.io") && !flat.contains("registry-mirror mixed.io"), "{}", made.text);
    assert!(flat.contains("insecureSkipVerify") && flat.contains("name: mixed.io"), "{}", made.text);
    let files = built(&made.text);
    let talconfig = &files.iter().find(|(path, _)| path.ends_with("talconfig.yaml")).expect("it is written").1;
    // It is laid over nothing again.
    assert_eq!(talconfig.matches("mirror.gcr.io").count(), 2, "{talconfig}");
}
