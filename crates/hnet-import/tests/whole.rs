//! Whole machine configurations in words, in both shapes, with the patches that people lay over them, and what is listed.

use crate::common::built;
use hnet_import::{Imported, Stays, import, import_in_place};

/// What generators write for a control plane that nobody changed but for its network, without documents.
const CONTROL_PLANE: &str = "\
version: v1alpha1
debug: false
persist: true
machine:
  type: controlplane
  token: abcdef.0123456789abcdef
  ca: {crt: LS0tLS1CRUdJTg==, key: LS0tLS1CRUdJTk==}
  certSANs: []
  kubelet:
    image: ghcr.io/siderolabs/kubelet:v1.34.2
    defaultRuntimeSeccompProfileEnabled: true
    disableManifestsDirectory: true
  network: {hostname: cp-1, interfaces: [{interface: eth0, addresses: [192.168.20.11/24], routes: [{network: 0.0.0.0/0, gateway: 192.168.20.1}], vip: {ip: 192.168.20.10}}]}
  install: {disk: /dev/sda, image: 'ghcr.io/siderolabs/installer:v1.11.5', wipe: false}
  features:
    rbac: true
    apidCheckExtKeyUsage: true
    diskQuotaSupport: true
    kubePrism: {enabled: true, port: 7445}
    hostDNS: {enabled: true, forwardKubeDNSToHost: true}
  nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}
  # What the applications want.
  sysctls: {vm.max_map_count: '1'}
cluster:
  id: aWQ=
  secret: c2VjcmV0
  controlPlane: {endpoint: 'https://192.168.20.10:6443'}
  clusterName: home
  network: {dnsDomain: cluster.local, podSubnets: [10.244.0.0/16], serviceSubnets: [10.96.0.0/12]}
  token: abcdef.0123456789abcdef
  secretboxEncryptionSecret: c2VjcmV0Ym94
  ca: {crt: LS0tLS1CRUdJTg==, key: LS0tLS1CRUdJTk==}
  aggregatorCA: {crt: LS0tLS1CRUdJTg==, key: LS0tLS1CRUdJTk==}
  serviceAccount: {key: LS0tLS1CRUdJTg==}
  apiServer:
    image: registry.k8s.io/kube-apiserver:v1.34.2
    certSANs: [192.168.20.10]
    disablePodSecurityPolicy: true
    admissionControl:
      - name: PodSecurity
        configuration:
          apiVersion: pod-security.admission.config.k8s.io/v1alpha1
          kind: PodSecurityConfiguration
          defaults: {audit: restricted, audit-version: latest, enforce: baseline, enforce-version: latest, warn: restricted, warn-version: latest}
          exemptions: {namespaces: [kube-system], runtimeClasses: [], usernames: []}
    auditPolicy: {apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}
  controllerManager: {image: 'registry.k8s.io/kube-controller-manager:v1.34.2'}
  proxy: {image: 'registry.k8s.io/kube-proxy:v1.34.2'}
  scheduler: {image: 'registry.k8s.io/kube-scheduler:v1.34.2'}
  discovery: {enabled: true, registries: {kubernetes: {disabled: true}, service: {}}}
  etcd: {ca: {crt: LS0tLS1CRUdJTg==, key: LS0tLS1CRUdJTk==}}
  extraManifests: []
  inlineManifests: []
";

/// Secrets of these, which no source holds.
const SECRETS: [&str; 6] = ["abcdef.", "LS0tLS1", "aWQ=", "c2VjcmV0", "secretbox", "serviceAccount"];

fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

fn listed(made: &Imported) -> Vec<String> {
    made.report.unread.iter().map(|one| format!("{}: {}", made.sources.get(one.span.file).path(), one.why)).collect()
}

/// A worker beside the control plane.
fn worker() -> String {
    let end = CONTROL_PLANE.find("  apiServer:").expect("it is there");
    let worker = CONTROL_PLANE[..end].replace("controlplane", "worker").replace("cp-1", "w-1");
    let worker =
        worker.replace(", vip: {ip: 192.168.20.10}", "").replace("20.11", "20.21").replace("/dev/sda", "/dev/sdb");
    let label = "  nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}\n";
    worker.replace(label, "") + "  discovery: {enabled: true}\n"
}

#[test]
fn configurations_are_said_as_a_person_would_say_them() {
    let made = import(files(&[("talos/cp-1.yaml", CONTROL_PLANE), ("talos/w-1.yaml", &worker())]));
    assert_eq!(listed(&made), [""; 0]);
    assert!(SECRETS.iter().all(|secret| !made.text.contains(secret)), "{}", made.text);
    assert_eq!(
        made.text,
        "network home <
  router router < address lan[1]; >

  subnet lan 192.168.20.0/24 < router router; >

  cluster home <
    talos 1.11.5;
    kubernetes 1.34.2;
    endpoint lan[10];
    etcd < subnets off; >
    # What the applications want.
    machine < sysctls vm.max_map_count=1; >
    kubelet <
      # As it was. Without this the kubelet takes addresses of the subnet alone.
      node-subnets off;
    >
  >

  node cp-1 <
    role control-plane;
    disk /dev/sda;
    interface eth0 < address lan[11]; >
  >
  node w-1 <
    role worker;
    disk /dev/sdb;
    interface eth0 < address lan[21]; >
  >

  # What was not there is not written.
  output < talconfig off; bootstrap off; >
>
"
    );
    built(&made.text);
}

/// What generators would write and these do not have is off for their machines, and stays so.
#[test]
fn what_generators_would_add_is_said_to_be_off() {
    let own = CONTROL_PLANE
        .replace("    kubePrism: {enabled: true, port: 7445}\n", "")
        .replace(", forwardKubeDNSToHost: true", "")
        .replace("  nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}\n", "");
    let made = import(files(&[("talos/cp-1.yaml", &own)]));
    for said in ["kube-prism off;", "forward-kube-dns off;", "$patch: delete"] {
        assert!(made.text.contains(said), "{said}\n{}", made.text);
    }
    for said in ["discovery", "host-dns", "admission-control"] {
        assert!(!made.text.contains(said), "{said}\n{}", made.text);
    }
}

/// What the core document says of a node and a typed one is generated with are the node's both.
#[test]
fn labels_beside_a_generated_document_are_words_alone() {
    let own = CONTROL_PLANE
        .replace("v1.11.5", "v1.14.0")
        .replace("nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}", "nodeLabels: {a: b}");
    let made = import(files(&[("talos/cp-1.yaml", &own)]));
    assert!(made.text.contains("labels a=b;") && !made.text.contains("KubeNodeConfig"), "{}", made.text);
    let files = built(&made.text);
    let text = &files.iter().find(|(path, _)| path == "talos/machines/cp-1.yaml").expect("it is built").1;
    assert!(text.contains("labels:\n  a: b\n"), "{text}");
}

/// What a machine says over what generators write stays, also where a patch says what they would.
#[test]
fn a_default_over_something_else_stays() {
    let base =
        CONTROL_PLANE.replace("hostname: cp-1, ", "").replace("hostDNS: {enabled: true", "hostDNS: {enabled: false");
    let node = "machine: {network: {hostname: cp-1}, features: {hostDNS: {enabled: true}}}\n";
    let made = import(files(&[("talos/controlplane.yaml", &base), ("talos/nodes/cp-1.yaml", node)]));
    let files = built(&made.text);
    let text = &files.iter().find(|(path, _)| path == "talos/machines/cp-1.yaml").expect("it is built").1;
    assert!(text.contains("    hostDNS:\n      enabled: true\n"), "{text}");
}

/// A configuration for all, one for workers, and what each machine is told besides.
#[test]
fn patches_lie_over_the_configuration_of_their_role() {
    let base = CONTROL_PLANE.replace("hostname: cp-1, ", "").replace("interfaces: [", "interfaces_: [");
    let base = base.lines().filter(|line| !line.contains("interfaces_")).collect::<Vec<_>>().join("\n");
    let of_workers = worker().lines().filter(|line| !line.contains("interfaces")).collect::<Vec<_>>().join("\n");
    let node = |name: &str, at: u8| {
        format!(
            "---\n# The {name}.\nmachine: {{sysctls: {{kernel.panic: '{at}'}}}}\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: {name}\nauto: 'off'\n---\napiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\naddresses: [{{address: 192.168.20.{at}/24}}]\nroutes: [{{gateway: 192.168.20.1}}]\n"
        )
    };
    let all = files(&[
        ("talos/controlplane.yaml", &base.replace("v1.11.5", "v1.12.3")),
        ("talos/worker.yaml", &of_workers.replace("v1.11.5", "v1.12.3")),
        ("talos/nodes/controlplane/192.168.20.11.yaml", &node("cp-1", 11)),
        ("talos/nodes/worker/w-1.yaml", &node("w-1", 21)),
        ("talos/nodes/worker/w-2.yaml", &node("w-2", 22)),
        ("talos/more.yaml", "machine: {sysctls: {net.core.somaxconn: '8192'}}\n"),
        ("talos/other/worker.yaml", "machine: {type: worker, sysctls: {net.core.somaxconn: '16'}}\n"),
    ]);
    let made = import(all.clone());
    assert_eq!(listed(&made), ["talos/more.yaml: a patch of machines, of which nothing says whose it is"]);
    assert_eq!(
        made.text,
        "network home <
  router router < address lan[1]; >

  subnet lan 192.168.20.0/24 < router router; >

  # No machine carries it: the API is balanced by something else.
  host api < address lan[10]; >

  cluster home <
    talos 1.12.3;
    kubernetes 1.34.2;
    endpoint lan[10];
    etcd < subnets off; >
    # What the applications want.
    machine < sysctls vm.max_map_count=1; >
    kubelet <
      # As it was. Without this the kubelet takes addresses of the subnet alone.
      node-subnets off;
    >
  >

  profile worker <
    role worker;
    disk /dev/sdb;
    machine < sysctls net.core.somaxconn=16; >
  >

  node cp-1 <
    role control-plane;
    disk /dev/sda;
    interface eth0 < address lan[11]; >
    # The cp-1.
    machine < sysctls kernel.panic=11; >
  >
  node w-1 like worker <
    interface eth0 < address lan[21]; >
    # The w-1.
    machine < sysctls kernel.panic=21; >
  >
  node w-2 like worker <
    interface eth0 < address lan[22]; >
    # The w-2.
    machine < sysctls kernel.panic=22; >
  >

  # What was not there is not written.
  output < talconfig off; bootstrap off; >
>
"
    );
    built(&made.text);
    let made = import_in_place(all);
    let (_, files) = made.in_place().expect("it builds");
    let (path, stays) = files.first().expect("it stays");
    assert_eq!(path, "talos/controlplane.yaml");
    assert!(matches!(stays, Stays::Holding(why) if why.contains("no whole machine configuration")), "{stays:?}");
}

/// What hnet writes for `talosctl` comes back as it is, laid over what that generates.
#[test]
fn what_is_laid_over_generated_ones_comes_back() {
    let source = "network home <
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
    disk /dev/sda;
    interface lan0 < mac 02:00:5e:00:10:64; address lan[11]; >
  >
  node w-1 <
    role worker;
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
  output < talconfig off; bootstrap off; >
>
";
    let written = built(source).into_iter().filter(|(path, _)| path.starts_with("talos/machines/"));
    let no_name = |text: &str| {
        let lines = text.lines().filter(|line| !line.contains("interfaces:"));
        lines.map(|line| format!("{}\n", line.replace("v1.11.5", "v1.13.9"))).collect::<String>()
    };
    let generated = [("talos/controlplane.yaml", no_name(CONTROL_PLANE)), ("talos/worker.yaml", no_name(&worker()))];
    let all = written.chain(generated.map(|(path, text)| (path.to_owned(), text))).collect();
    let made = import(all);
    let why = "taken for a worker, since it says nothing that only control planes are told and no role";
    assert_eq!(listed(&made), [format!("talos/machines/w-1.yaml: {why}")]);
    assert_eq!(made.text, source);
}

/// Templates that hold nothing but names are read with placeholders.
#[test]
fn names_of_templates_become_placeholders() {
    let base = CONTROL_PLANE
        .replace("hostname: cp-1, ", "")
        .replace("vm.max_map_count: '1'", "vm.max_map_count: '{{ ENV.COUNT }}'");
    let base = base.replace("certSANs: []", "certSANs: [{{ vip }}, x.example.com]");
    let node = "machine: {network: {hostname: cp-1}}\n";
    let made = import(files(&[("talos/machineconfig.yaml.j2", &base), ("talos/nodes/cp-1.yaml.j2", node)]));
    assert_eq!(listed(&made), [""; 0]);
    assert!(made.text.contains("vm.max_map_count=${COUNT}"), "{}", made.text);
    assert!(made.text.contains("certificate-names ${vip}, x.example.com;"), "{}", made.text);
    built(&made.text);
}

#[test]
fn what_depends_on_more_is_listed() {
    let base = CONTROL_PLANE.replace("hostname: cp-1, ", "").replace("  token:", "  {% if a %}\n  token:");
    let node = "machine: {network: {hostname: cp-1}}\n";
    let made = import(files(&[("talos/machineconfig.yaml.j2", &base), ("talos/nodes/cp-1.yaml", node)]));
    let why = "Talos, as templates of machine configurations with statements, which are not evaluated";
    assert_eq!(listed(&made), [format!("talos/machineconfig.yaml.j2: {why}")]);
    let made = import(files(&[("talos/controlplane.yaml", &CONTROL_PLANE.replace("hostname: cp-1, ", ""))]));
    let why = "Talos, as a machine configuration of which nothing says a host name and an endpoint, which is not read";
    assert_eq!(listed(&made), [format!("talos/controlplane.yaml: {why}")]);
}

/// Of an encrypted file what is in the clear is read, and the rest listed.
#[test]
fn what_is_encrypted_is_listed() {
    let own = CONTROL_PLANE
        .replace("token: abcdef.0123456789abcdef", "token: ENC[AES256_GCM,data:AAAA,type:str]")
        .replace("vm.max_map_count: '1'", "vm.max_map_count: 'ENC[AES256_GCM,data:AAAA,type:str]', kernel.panic: '10'");
    let made = import(files(&[("talos/cp-1.sops.yaml", &format!("{own}sops: {{version: 3.9.0}}\n"))]));
    assert_eq!(listed(&made), ["talos/cp-1.sops.yaml: an encrypted value, which is not read"]);
    assert!(made.text.contains("kernel.panic=10") && !made.text.contains("ENC["), "{}", made.text);
}

/// Until Talos 1.14 a `ResolverConfig` says nothing of the host's own name server, so that a machine without the field has none.
#[test]
fn a_document_of_name_servers_turns_no_host_dns_on() {
    let machine = "version: v1alpha1\nmachine:\n  type: controlplane\n  install: {disk: /dev/sda, image: \"ghcr.io/siderolabs/installer:v1.13.2\"}\n  network: {hostname: cp-1}\n  features: {rbac: true}\ncluster:\n  clusterName: a\n  controlPlane: {endpoint: \"https://10.20.0.10:6443\"}\n---\napiVersion: v1alpha1\nkind: ResolverConfig\nnameservers: [{address: 10.20.0.1}]\n";
    let made = hnet_import::import(vec![("talos/cp-1.yaml".to_owned(), machine.to_owned())]);
    assert!(made.text.contains("host-dns off"), "{}", made.text);
}

/// What Talos refuses in a patch goes by itself, and is named with all that it says.
#[test]
fn one_refused_part_takes_nothing_else_with_it() {
    let machine = "version: v1alpha1\nmachine:\n  type: controlplane\n  install: {disk: /dev/sda, image: \"ghcr.io/siderolabs/installer:v1.14.0\"}\n  network: {hostname: cp-1, interfaces: [{interface: eth0, addresses: [10.20.0.11/24]}]}\n  kubelet: {extraArgs: {v: \"4\"}, credentialProviderConfig: {kind: a}}\n  logging: {destinations: [{endpoint: \"udp://10.20.0.5:514\", format: json_lines}]}\ncluster:\n  clusterName: a\n  controlPlane: {endpoint: \"https://10.20.0.11:6443\"}\n";
    let made = hnet_import::import(vec![("talos/cp-1.yaml".to_owned(), machine.to_owned())]);
    assert!(made.text.contains("logging:"), "{}", made.text);
    let said: Vec<&str> = made.report.unread.iter().map(|one| one.why.as_str()).collect();
    let is_it =
        |why: &&&str| why.contains("`machine.kubelet` is left out with") && why.contains("credentialProviderConfig");
    assert!(said.iter().any(|why| is_it(&why)), "{said:#?}\n{}", made.text);
}
