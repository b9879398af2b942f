//! Folders of YAML, and what is said of their difference.

mod bases;
mod machines;
mod omni;
mod talconfig;
mod topf;
mod whole;

use super::{Difference, Documents, Fate, in_one_form};
use crate::Facts;

/// What is said of two folders, given as texts of files below their names; those under `others/` stay.
pub(super) fn said(before: &[(&str, &str)], after: &[(&str, &str)]) -> String {
    let (mut before, mut after) = (Documents::read(before.iter().copied()), Documents::read(after.iter().copied()));
    in_one_form(&mut before, &mut after);
    let is_written = |path: &str| after.all.iter().any(|document| document.file == path);
    let fate = |path: &str| match path {
        _ if path.starts_with("others/") => Fate::Stays,
        _ if is_written(path) => Fate::Rewritten,
        _ => Fate::Removed,
    };
    let difference = Difference::between(&before, &after, &fate, &Facts::default());
    let mut text = String::new();
    for change in &difference.changes {
        text += &format!("{} {}\n", change.word(), change.headline());
        text.extend(change.lines(true).iter().map(|line| format!("  {line}\n")));
    }
    text.extend(difference.harms.iter().map(|harm| format!("{}: {}\n", harm.file, harm.message)));
    text.extend(before.unread.iter().map(|unread| format!("{}:{}: {}\n", unread.file, unread.line, unread.why)));
    text + &format!("same {}, others {}", difference.same, difference.others)
}

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: dns, namespace: net}\nspec: {clusterIP: 10.43.0.10, ports: [{port: 53}]}\n";

#[test]
fn what_cannot_change_is_warned_of_and_what_is_left_to_the_server_is_not() {
    let workload = |kind: &str, spec: &str| {
        format!("apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: a, namespace: b}}\nspec: {spec}\n")
    };
    let old = workload(
        "StatefulSet",
        "{selector: {matchLabels: {a: b}}, serviceName: a, template: {}, volumeClaimTemplates: [{metadata: {name: x}}]}",
    );
    let new = workload("StatefulSet", "{selector: {matchLabels: {a: c}}, serviceName: a, template: {}}");
    insta::assert_snapshot!(said(&[("a.yaml", &old)], &[("a.yaml", &new)]), @r"
    change StatefulSet b/a (a.yaml:1)
      spec.selector.matchLabels.a: b → c
      spec.volumeClaimTemplates: no longer [{metadata: {name: x}}]
    a.yaml: `spec.selector` of StatefulSet `b/a` cannot change: the API server refuses it
    a.yaml: `spec.volumeClaimTemplates` of StatefulSet `b/a` cannot change: the API server refuses it
    same 0, others 0
    ");
    let unsaid = SERVICE.replace("clusterIP: 10.43.0.10, ", "");
    insta::assert_snapshot!(said(&[("a.yaml", SERVICE)], &[("a.yaml", &unsaid)]), @r#"
    change Service net/dns (a.yaml:1)
      spec.clusterIP: no longer "10.43.0.10"
    same 0, others 0
    "#);
    let other = SERVICE.replace("43.0.10", "43.0.11");
    insta::assert_snapshot!(said(&[("a.yaml", SERVICE)], &[("a.yaml", &other)]), @r#"
    change Service net/dns (a.yaml:1)
      spec.clusterIP: "10.43.0.10" → "10.43.0.11"
    a.yaml: `spec.clusterIP` of Service `net/dns` cannot change: the API server refuses it
    same 0, others 0
    "#);
    let secret = |text: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: a, namespace: b}}\n{text}\n");
    let (opaque, tls) =
        (secret("stringData: {password: one}"), secret("type: kubernetes.io/tls\nstringData: {password: two}"));
    insta::assert_snapshot!(said(&[("a.yaml", &opaque)], &[("a.yaml", &tls)]), @r"
    change Secret b/a (a.yaml:1)
      stringData.password: another secret
      type: Opaque → kubernetes.io/tls
    a.yaml: `type` of Secret `b/a` cannot change: the API server refuses it
    same 0, others 0
    ");
}

#[test]
fn what_a_name_gives_away_is_not_shown() {
    let pod = |containers: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: b}}\nspec: {{containers: [{containers}]}}\n"
        )
    };
    let one = |password: &str| {
        format!("{{name: app, env: [{{name: DB_PASSWORD, value: {password}}}, {{name: HOST, value: x}}]}}")
    };
    let added = "{name: more, env: [{name: DB_PASSWORD, value: hunter2x9}], password: hunter2x9, args: [hunter2x9]}";
    let (old, new) = (pod(&one("hunter2x7")), pod(&format!("{}, {added}", one("hunter2x8"))));
    insta::assert_snapshot!(said(&[("a.yaml", &old)], &[("a.yaml", &new)]), @r"
    change Pod b/a (a.yaml:1)
      spec.containers[name=app].env[name=DB_PASSWORD].value: another secret
      spec.containers[name=more]: now {name: more, env: [{name: DB_PASSWORD, value: *********}], password: *********, args: [*********]}
    same 0, others 0
    ");
    let map = |password: &str| {
        let text = format!("    - name: DB_PASSWORD\n      value: {password}\n");
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a, namespace: b}}\ndata:\n  a: |\n{text}")
    };
    insta::assert_snapshot!(said(&[("a.yaml", &map("hunter2x7"))], &[("a.yaml", &map("hunter2x8"))]), @r#"
    change ConfigMap b/a (a.yaml:1)
      data.a: line 2: "value: *********" → "value: *********"
    same 0, others 0
    "#);
}

#[test]
fn what_goes_is_called_otherwise_or_moves_is_warned_of() {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: media}\n";
    let pool = "apiVersion: cilium.io/v2alpha1\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: old}\nspec: {blocks: [{cidr: 10.0.0.0/24}]}\n";
    let renamed = pool.replace("v2alpha1", "v2").replace("name: old", "name: new");
    insta::assert_snapshot!(
        said(
            &[("a.yaml", pool), ("b.yaml", namespace), ("gone/c.yaml", SERVICE), ("others/d.yaml", &namespace.replace("media", "books"))],
            &[("a.yaml", &renamed), ("b.yaml", "{}")]
        ),
        @r"
        rename CiliumLoadBalancerIPPool old to new (a.yaml:1)
        add document (b.yaml:1)
        remove Namespace media (b.yaml:1)
        remove Service net/dns (gone/c.yaml:1)
        a.yaml: CiliumLoadBalancerIPPool `old` would be called `new`: the addresses of services may move
        b.yaml: to prune Namespace `media` deletes all that is in it
        gone/c.yaml: Service `net/dns` would be pruned by whoever applies this folder
        same 0, others 1
        "
    );
    let elsewhere = SERVICE.replace("namespace: net", "namespace: web");
    let moved = said(&[("a.yaml", SERVICE)], &[("a.yaml", &elsewhere)]);
    insta::assert_snapshot!(moved, @r"
    move Service dns from namespace net to namespace web (a.yaml:1)
    a.yaml: Service `net/dns` would be in another namespace: its addresses may change
    same 0, others 0
    ");
    let twice = [("b.yaml", namespace), ("others/d.yaml", namespace)];
    assert_eq!(said(&twice, &[("b.yaml", SERVICE)]), "add Service net/dns (b.yaml:1)\nsame 0, others 1");
    insta::assert_snapshot!(said(&[("x/a.yaml", SERVICE)], &[("y/a.yaml", SERVICE)]), @r"
    x/a.yaml: Service `net/dns` would move from `x/a.yaml` to `y/a.yaml`
    same 1, others 0
    ");
    insta::assert_snapshot!(said(&[("others/a.yaml", SERVICE)], &[("y/a.yaml", SERVICE)]), @r"
    others/a.yaml: Service `net/dns` stands in `others/a.yaml`, which stays, and would stand in `y/a.yaml` too
    same 1, others 0
    ");
}

#[test]
fn a_namespace_may_be_said_by_the_kustomization_or_by_nobody() {
    let bare = SERVICE.replace(", namespace: net", "");
    let kustomization =
        "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: net\nresources: [./a.yaml]\n";
    let after = [("x/a.yaml", SERVICE), ("x/kustomization.yaml", kustomization)];
    insta::assert_snapshot!(said(&[("x/a.yaml", &bare), ("x/kustomization.yaml", kustomization)], &after), @"same 2, others 0");
    insta::assert_snapshot!(said(&[("x/a.yaml", &bare)], &after[..1]), @"same 1, others 0");
}

/// Of two clusters each has an object of the name, and whoever applies them says where each of them is.
#[test]
fn each_of_several_that_say_no_namespace_is_one_that_says_it() {
    let bare = SERVICE.replace(", namespace: net", "");
    let other = SERVICE.replace("namespace: net", "namespace: other");
    let before = [("a/dns.yaml", bare.as_str()), ("b/dns.yaml", bare.as_str())];
    insta::assert_snapshot!(said(&before, &[("a/dns.yaml", SERVICE), ("b/dns.yaml", &other)]), @"same 2, others 0");
}

#[test]
fn a_kustomization_in_another_folder_is_no_object_that_is_called_otherwise() {
    let kustomization = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [./a.yaml]\n";
    insta::assert_snapshot!(said(&[("x/kustomization.yaml", kustomization)], &[("x/app/kustomization.yaml", kustomization)]), @r"
    rename Kustomization to x/app/kustomization.yaml (x/app/kustomization.yaml:1)
    same 0, others 0
    ");
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_compared() {
    insta::assert_snapshot!(said(&[("others/a.yaml", &format!("{SERVICE}---\na: [b\n")), ("others/b.txt", "{")], &[]), @r"
    others/a.yaml:6: no YAML: unclosed bracket '['
    same 0, others 2
    ");
}

#[test]
fn a_machine_that_would_be_wiped_or_another_node_is_warned_of() {
    let machine = "machine:\n  type: worker\n  install: {disk: /dev/sda}\n  token: secret\n---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n";
    let other = machine
        .replace("worker", "controlplane")
        .replace("sda", "sdb")
        .replace("hostname: a", "hostname: b")
        .replace("secret", "other");
    insta::assert_snapshot!(said(&[("talos/machines/a.yaml", machine)], &[("talos/machines/a.yaml", &other)]), @r"
    change machine configuration a (talos/machines/a.yaml:1)
      machine.install.disk: /dev/sda → /dev/sdb
      machine.token: another secret
      machine.type: worker → controlplane
    change HostnameConfig a (talos/machines/a.yaml:6)
      hostname: a → b
    talos/machines/a.yaml: another `machine.install.disk` of machine configuration `a` is wiped when Talos is installed on it
    talos/machines/a.yaml: another `machine.type` of machine configuration `a` makes another kind of node of it, for which it is wiped and installed anew
    talos/machines/a.yaml: another `hostname` of HostnameConfig `a` makes another node of it: the old one stays registered, with its volumes
    same 0, others 0
    ");
    let config = "clusterName: home\nnodes:\n  - {hostname: a, ipAddress: 10.0.0.1, controlPlane: true, installDisk: /dev/sda}\n";
    let other = config.replace("hostname: a", "hostname: b");
    insta::assert_snapshot!(said(&[("talconfig.yaml", config)], &[("talconfig.yaml", &other)]), @r#"
    change talconfig home (talconfig.yaml:1)
      nodes[hostname=a]: no longer {hostname: a, ipAddress: "10.0.0.1", controlPlane: true, installDisk: /dev/sda}
      nodes[hostname=b]: now {hostname: b, ipAddress: "10.0.0.1", controlPlane: true, installDisk: /dev/sda}
    talconfig.yaml: the node `a` at 10.0.0.1 would be called `b`, which makes another node of it
    same 0, others 0
    "#);
    insta::assert_snapshot!(said(&[("talconfig.yaml", config)], &[("talconfig.yaml", &config.replace("sda", "sdb"))]), @r"
    change machine configuration a of home (talconfig.yaml:1)
      machine.install.disk: /dev/sda → /dev/sdb
    talconfig.yaml: another `machine.install.disk` of machine configuration `a of home` is wiped when Talos is installed on it
    same 1, others 0
    ");
}

#[test]
fn a_worker_is_one_whether_it_says_so_or_not() {
    let config = "clusterName: home\nnodes:\n  - {hostname: a, ipAddress: 10.0.0.1, controlPlane: true, installDiskSelector: {size: '< 1TB'}}\n  - {hostname: b, ipAddress: 10.0.0.2, installDisk: /dev/sda}\n";
    let silent = config.replace("0.2,", "0.2, controlPlane: false,");
    insta::assert_snapshot!(said(&[("talconfig.yaml", config)], &[("talconfig.yaml", &silent)]), @"same 3, others 0");
    let promoted = config.replace("0.2,", "0.2, controlPlane: true,").replace("1TB", "2TB");
    insta::assert_snapshot!(said(&[("talconfig.yaml", config)], &[("talconfig.yaml", &promoted)]), @r#"
    change machine configuration a of home (talconfig.yaml:1)
      machine.install.diskSelector.size: "< 1TB" → "< 2TB"
    change machine configuration b of home (talconfig.yaml:1)
      cluster.apiServer: now {admissionControl: [{configuration: {apiVersion: pod-security.admission.config.k8s.io/v1alpha1, defa…
      machine.nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ""} is the default
      machine.type: worker → controlplane
    talconfig.yaml: another `machine.install.diskSelector` of machine configuration `a of home` may choose another disk, which is wiped when Talos is installed on it
    talconfig.yaml: another `machine.type` of machine configuration `b of home` makes another kind of node of it, for which it is wiped and installed anew
    same 1, others 0
    "#);
    let renamed = config.replace("home", "house");
    insta::assert_snapshot!(said(&[("talconfig.yaml", config)], &[("talconfig.yaml", &renamed)]), @r"
    change talconfig house (talconfig.yaml:1)
      clusterName: home → house
    talconfig.yaml: another `clusterName` of talconfig `house` makes another cluster
    same 0, others 0
    ");
    // What Talos generates and nobody says is there on both sides.
    let generated = config
        .replace("nodes:", "patches:\n  - 'machine: {features: {kubePrism: {enabled: true, port: 7445}}}'\nnodes:");
    insta::assert_snapshot!(said(&[("talconfig.yaml", config)], &[("talconfig.yaml", &generated)]), @"same 3, others 0");
    let deleted =
        config.replace("nodes:", "patches:\n  - 'cluster: {apiServer: {admissionControl: {$$patch: delete}}}'\nnodes:");
    insta::assert_snapshot!(said(&[("talconfig.yaml", config)], &[("talconfig.yaml", &deleted)]), @r"
    remove KubeAdmissionControlConfig a of home/PodSecurity (talconfig.yaml:1)
    same 11, others 0
    ");
}

#[test]
fn what_is_immutable_or_decides_who_owns_an_object_is_warned_of() {
    let object = |version: &str, kind: &str, rest: &str| {
        format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a, namespace: b}}\n{rest}\n")
    };
    let harms = |old: &str, new: &str| {
        let text = said(&[("a.yaml", old)], &[("a.yaml", new)]);
        text.lines()
            .filter(|line| line.starts_with("a.yaml: "))
            .map(|line| line[8..].to_owned())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let changed = |version: &str, kind: &str, rest: &str, from: &str, to: &str| {
        let old = object(version, kind, rest);
        harms(&old, &old.replace(from, to))
    };
    let sealed = "immutable: true\ndata: {a: one}";
    insta::assert_snapshot!(changed("v1", "ConfigMap", sealed, "one", "two"), @"ConfigMap `b/a` is immutable: the API server refuses what changes in it");
    assert_eq!(changed("v1", "ConfigMap", &sealed.replace("true", "false"), "one", "two"), "");
    assert_eq!(changed("v1", "ConfigMap", sealed, "namespace: b", "namespace: b, labels: {x: y}"), "");
    let crd = "spec: {group: x.y, scope: Namespaced, names: {kind: A, plural: as, shortNames: [q]}}";
    insta::assert_snapshot!(changed("apiextensions.k8s.io/v1", "CustomResourceDefinition", crd, "Namespaced", "Cluster"), @"`spec.scope` of CustomResourceDefinition `a` cannot change: the API server refuses it");
    assert_eq!(changed("apiextensions.k8s.io/v1", "CustomResourceDefinition", crd, "[q]", "[r]"), "");
    let certificate = "spec: {secretName: one, issuerRef: {name: le, kind: ClusterIssuer}, dnsNames: [a.b]}";
    insta::assert_snapshot!(changed("cert-manager.io/v1", "Certificate", certificate, "one", "two"), @"another `spec.secretName` of Certificate `b/a` has it issued anew, into another secret");
    insta::assert_snapshot!(changed("cert-manager.io/v1", "Certificate", certificate, "ClusterIssuer", "Issuer"), @"another `spec.issuerRef` of Certificate `b/a` has it issued anew");
    let gateway = "spec: {gatewayClassName: cilium, listeners: [{name: a, port: 80, protocol: HTTP}]}";
    insta::assert_snapshot!(changed("gateway.networking.k8s.io/v1", "Gateway", gateway, "cilium", "envoy"), @"another `spec.gatewayClassName` of Gateway `b/a` gives it to another controller, and its address may change");
    let class = "spec: {controllerName: a.b/c}";
    insta::assert_snapshot!(changed("gateway.networking.k8s.io/v1", "GatewayClass", class, "b/c", "b/d"), @"`spec.controllerName` of GatewayClass `a` cannot change: the API server refuses it");
    let release = "spec: {targetNamespace: x, chart: {spec: {chart: c}}}";
    insta::assert_snapshot!(changed("helm.toolkit.fluxcd.io/v2", "HelmRelease", release, "e: x", "e: y"), @"another `spec.targetNamespace` of HelmRelease `b/a` uninstalls the release and installs another");
    let claim = "spec: {accessModes: [ReadWriteOnce], storageClassName: fast}";
    insta::assert_snapshot!(changed("v1", "PersistentVolumeClaim", claim, "Once", "Many"), @"`spec.accessModes` of PersistentVolumeClaim `b/a` cannot change: the API server refuses it");
    let binding = "roleRef: {kind: Role, name: r, apiGroup: rbac.authorization.k8s.io}\nsubjects: []";
    insta::assert_snapshot!(changed("rbac.authorization.k8s.io/v1", "RoleBinding", binding, "name: r", "name: s"), @"`roleRef` of RoleBinding `b/a` cannot change: the API server refuses it");
    let of_helm = object("v1", "Service", "spec: {ports: [{port: 80}]}")
        .replace("b}", "b, annotations: {meta.helm.sh/release-name: r}}");
    insta::assert_snapshot!(harms(&of_helm, &object("v1", "Service", "spec: {ports: [{port: 80}]}")), @"Service `b/a` would no longer be of its Helm release, which deletes it");
}

/// A machine of Talos 1.11 and the same one of 1.12 and later.
const CORE: &str = "machine:
  type: controlplane
  nodeLabels: {a: b}
  features: {stableHostname: true, kubePrism: {enabled: true}}
  network:
    hostname: cp-1
    nameservers: [10.0.0.1]
    disableSearchDomain: true
    extraHostEntries: [{ip: 10.0.0.9, aliases: [nas]}]
    interfaces:
      - deviceSelector: {hardwareAddr: 'AA:bb:cc:00:00:01'}
        addresses: [10.0.0.2/24]
        routes: [{network: 0.0.0.0/0, gateway: 10.0.0.1}]
        vip: {ip: 10.0.0.3}
        vlans: [{vlanId: 40, dhcp: true, mtu: 1400}]
  time: {servers: [pool.ntp.org], disabled: false}
cluster:
  allowSchedulingOnMasters: true
  proxy: {disabled: true}
";

const TYPED: &str = "machine: {type: controlplane, nodeLabels: {a: b}, features: {kubePrism: {enabled: true, port: 7445}}}
cluster: {allowSchedulingOnControlPlanes: true, proxy: {disabled: true}}
---
{apiVersion: v1alpha1, kind: HostnameConfig, auto: 'off', hostname: cp-1}
---
{apiVersion: v1alpha1, kind: ResolverConfig, nameservers: [{address: 10.0.0.1}], searchDomains: {disableDefault: true}}
---
{apiVersion: v1alpha1, kind: StaticHostConfig, name: 10.0.0.9, hostnames: [nas]}
---
{apiVersion: v1alpha1, kind: TimeSyncConfig, ntp: {servers: [pool.ntp.org]}}
---
{apiVersion: v1alpha1, kind: LinkAliasConfig, name: lan0, selector: {match: 'mac(link.permanent_addr) == \"aa:bb:cc:00:00:01\"'}}
---
{apiVersion: v1alpha1, kind: LinkConfig, name: lan0, up: true, addresses: [{address: 10.0.0.2/24}], routes: [{gateway: 10.0.0.1}]}
---
{apiVersion: v1alpha1, kind: Layer2VIPConfig, name: 10.0.0.3, link: lan0}
---
{apiVersion: v1alpha1, kind: VLANConfig, name: lan0.40, vlanID: 40, parent: lan0, mtu: 1400, up: true}
---
{apiVersion: v1alpha1, kind: DHCPv4Config, name: lan0.40}
";

/// Machines that are called by their addresses are told apart, and their documents among themselves.
#[test]
fn a_machine_is_known_by_its_address() {
    let link = |address: &str| {
        format!("apiVersion: v1alpha1\nkind: LinkConfig\nname: eth0\naddresses: [{{address: {address}/24}}]\n")
    };
    let (first, second) = (link("10.0.0.1"), link("10.0.0.2"));
    let (one, two) = ("talos/10.0.0.1.yaml", "talos/10.0.0.2.yaml");
    let before = [(one, first.as_str()), (two, second.as_str())];
    insta::assert_snapshot!(said(&before, &[(one, &first), (two, &second.replace("/24", "/16"))]), @r#"
    change LinkConfig 10.0.0.2/eth0 (talos/10.0.0.2.yaml:1)
      addresses[0]: now {address: "10.0.0.2/16"}
      addresses[0]: no longer {address: "10.0.0.2/24"}
    same 1, others 0
    "#);
    let core = "machine: {type: worker}\n";
    insta::assert_snapshot!(said(&[], &[("a/192.168.7.1.yaml", core), ("a/cp-1.lan.yaml", core)]), @r"
    add machine configuration 192.168.7.1 (a/192.168.7.1.yaml:1)
    add machine configuration cp-1 (a/cp-1.lan.yaml:1)
    same 0, others 0
    ");
}

#[test]
fn a_machine_is_the_same_in_fields_and_in_documents() {
    let file = "talos/machines/cp-1.yaml";
    let same = said(&[(file, CORE)], &[(file, TYPED)]);
    assert!(same.ends_with("same 12, others 0") && !same.contains("→"), "{same}");
    let other = TYPED.replace("mtu: 1400", "mtu: 1500").replace("10.0.0.3, link", "10.0.0.4, link");
    insta::assert_snapshot!(said(&[(file, CORE)], &[(file, &other)]), @r#"
    same LinkConfig cp-1/MAC aa:bb:cc:00:00:01 (talos/machines/cp-1.yaml:1)
      routes[0].destination: "0.0.0.0/0" is the default
      up: true is the default
    change VLANConfig cp-1/MAC aa:bb:cc:00:00:01.40 (talos/machines/cp-1.yaml:1)
      mtu: 1400 → 1500
      up: true is the default
    add Layer2VIPConfig cp-1/10.0.0.4 (talos/machines/cp-1.yaml:1)
    remove Layer2VIPConfig cp-1/10.0.0.3 (talos/machines/cp-1.yaml:1)
    same 10, others 0
    "#);
}

#[test]
fn documents_that_are_deleted_keep_their_names_and_vlans_all_that_is_said() {
    let file = "talos/machines/cp-1.yaml";
    let deleted = |name: &str| {
        format!("{CORE}---\n{{apiVersion: v1alpha1, kind: NetworkRuleConfig, name: {name}, $patch: delete}}\n")
    };
    let changes = |before: &str, after: &str| {
        let said = said(&[(file, before)], &[(file, after)]);
        said.lines().filter(|line| line.starts_with("add ") || line.contains('→')).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(changes(&deleted("ssh"), &deleted("ssh")), "");
    insta::assert_snapshot!(changes(&deleted("ssh"), &deleted("http")), @"add NetworkRuleConfig cp-1/http (talos/machines/cp-1.yaml:1)");
    let with_mode = CORE.replace("vlanId: 40", "vlanId: 40, mode: strict");
    assert_ne!(with_mode, CORE);
    let of_vlan = said(&[(file, &with_mode)], &[(file, TYPED)]);
    assert!(of_vlan.contains("mode: no longer strict"), "{of_vlan}");
}

#[test]
fn a_talconfig_is_the_same_if_its_machines_are() {
    let head = "clusterName: home\ntalosVersion: v1.11.0\n";
    let fields = format!(
        "{head}nodes:\n  - hostname: cp-1\n    ipAddress: 10.0.0.2\n    controlPlane: true\n    installDisk: /dev/sda\n    nameservers: [10.0.0.1]\n    networkInterfaces: [{{interface: eth0, addresses: [10.0.0.2/24]}}]\ncontrolPlane:\n  nodeLabels: {{a: b}}\n  patches:\n    - '@./patches/sysctl.yaml'\n"
    );
    let patches = format!(
        "{head}nodes:\n  - hostname: cp-1\n    ipAddress: 10.0.0.2\n    controlPlane: true\n    installDisk: /dev/sda\n    patches:\n      - |\n        machine: {{nodeLabels: {{a: b}}, network: {{nameservers: [10.0.0.1]}}}}\npatches:\n  - |\n    machine: {{sysctls: {{x: \"1\"}}, network: {{interfaces: [{{interface: eth0, addresses: [10.0.0.2/24]}}]}}}}\n"
    );
    let sysctl = ("talos/patches/sysctl.yaml", "machine: {sysctls: {x: \"1\"}}\n");
    let stays = |text: &str| {
        let (mut before, mut after) = (
            Documents::read([("talos/talconfig.yaml", fields.as_str()), sysctl]),
            Documents::read([("talos/talconfig.yaml", text)]),
        );
        in_one_form(&mut before, &mut after);
        let fate = |path: &str| if path.contains("/patches/") { Fate::Stays } else { Fate::Rewritten };
        let difference = Difference::between(&before, &after, &fate, &Facts::default());
        let changes = difference.changes.iter().filter(|change| change.what != super::What::Same);
        changes
            .flat_map(|change| [vec![change.headline()], change.lines(false)].concat())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(stays(&patches), "");
    insta::assert_snapshot!(stays(&patches.replace("x: \"1\"", "x: \"2\"").replace("[10.0.0.1]", "[10.0.0.254]")), @r#"
    machine configuration cp-1 of home (talos/talconfig.yaml:1)
    machine.network.nameservers[0]: "10.0.0.1" → "10.0.0.254"
    machine.sysctls.x: "1" → "2"
    "#);
}

#[test]
fn a_schematic_is_the_installer_that_talhelper_makes_of_it() {
    let head = "clusterName: home\ntalosVersion: v1.13.0\nnodes:\n  - hostname: cp-1\n    controlPlane: true\n    installDisk: /dev/sda\n";
    let schematic = format!(
        "{head}    schematic: {{customization: {{systemExtensions: {{officialExtensions: [siderolabs/qemu-guest-agent]}}}}}}\n    machineSpec: {{secureboot: true}}\n"
    );
    let image = |id: &str| format!("{head}    talosImageURL: factory.talos.dev/metal-installer-secureboot/{id}\n");
    let id = "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515";
    insta::assert_snapshot!(said(&[("talconfig.yaml", &schematic)], &[("talconfig.yaml", &image(id))]), @"same 2, others 0");
    let other = said(&[("talconfig.yaml", &schematic)], &[("talconfig.yaml", &image("0"))]);
    assert!(other.contains("machine.install.image: factory.talos.dev/metal-installer-secureboot/"), "{other}");
    // What is not known whole stays what it is.
    let unknown = schematic.replace("customization", "owner: me, customization");
    let unknown = said(&[("talconfig.yaml", &unknown)], &[("talconfig.yaml", &image(id))]);
    assert!(unknown.contains(".schematic: no longer {owner: me"), "{unknown}");
}
