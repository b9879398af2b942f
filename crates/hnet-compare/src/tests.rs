//! What two documents are to each other, by example and by property.

mod lists;
mod policies;
mod properties;

use hnet_diagnostics::FileId;

use crate::{Comparison, Facts, Kind, Patch, Value, Verdict, compare, lay_over, normalised};

/// The kind and the document that a YAML text is.
fn read(text: &str) -> (Kind, Value) {
    let yaml = hnet_yaml::parse(FileId::default(), text);
    assert!(yaml.problems().is_empty(), "{:?}", yaml.problems());
    let value = yaml.root().expect("it holds something").value();
    let field = |key: &str| value.str_at(&[key]).unwrap_or_default().to_owned();
    let kind = match (field("apiVersion"), field("kind")) {
        (version, kind) if !kind.is_empty() => Kind::of(&version, &kind),
        _ if value.get("clusterName").is_some() => Kind::talconfig(),
        _ if value.get("machine").is_some() || value.get("cluster").is_some() => Kind::machine(),
        _ => Kind::values("cilium"),
    };
    let document = Value::of(&value, kind.reader());
    (kind, document)
}

/// Compares two documents both ways, and lays the patch of each way over the one to see that the other comes out.
#[track_caller]
fn compared(from: &str, to: &str) -> Comparison {
    let ((kind, from), (other, to)) = (read(from), read(to));
    assert_eq!(kind, other);
    let facts = Facts { links: ["bond0", "eth0", "eth1", "enp1s0"].map(str::to_owned).to_vec() };
    let there = compare(&kind, &from, &to, &facts);
    let back = compare(&kind, &to, &from, &facts);
    assert_eq!(there.is_same(), back.is_same(), "{there:#?}\n{back:#?}");
    for (comparison, one, other) in [(&there, &from, &to), (&back, &to, &from)] {
        let patched = match &comparison.patch {
            Patch::Nothing => one.clone(),
            Patch::Lay(patch) => lay_over(&kind, one, patch).expect("no patch deletes the document"),
            Patch::Unsayable => continue,
        };
        let left = compare(&kind, &patched, other, &facts);
        assert!(left.is_same(), "{:?}\nmakes {patched:#?}\nof which there is left {left:#?}", comparison.patch);
    }
    there
}

/// The fields that are not simply equal, a line each, and the patch.
fn shown(from: &str, to: &str) -> String {
    let comparison = compared(from, to);
    let side = |value: &Option<Value>| value.as_ref().map_or_else(|| "-".to_owned(), Value::line);
    let line = |field: &crate::Field| {
        let verdict = match field.verdict {
            Verdict::Equal => "equal".to_owned(),
            Verdict::ByDefault => "by default".to_owned(),
            Verdict::ByFact(fact) => format!("by fact: {fact}"),
            Verdict::Differs => "differs".to_owned(),
        };
        format!("{}: {} | {} {verdict}\n", field.path, side(&field.from), side(&field.to))
    };
    let patch = match &comparison.patch {
        Patch::Nothing => "same".to_owned(),
        Patch::Lay(patch) => patch.line(),
        Patch::Unsayable => "unsayable".to_owned(),
    };
    comparison.fields.iter().map(line).collect::<String>() + &patch
}

const ROUTE: &str = "
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: apps}
spec:
  hostnames: [a.example.com, b.example.com]
  parentRefs: [{name: internal, namespace: gateways, sectionName: https}]
  rules:
    - backendRefs: [{name: web, port: 80}]
";

#[test]
fn a_route_is_the_same_however_its_defaults_are_written() {
    let full = "
apiVersion: gateway.networking.k8s.io/v1beta1
kind: HTTPRoute
metadata:
  name: web
  namespace: apps
  labels: {}
  creationTimestamp: null
spec:
  hostnames: [b.example.com, A.example.com.]
  parentRefs:
    - {group: gateway.networking.k8s.io, kind: Gateway, name: internal, namespace: gateways, sectionName: https}
  rules:
    - matches: [{path: {type: PathPrefix, value: /}}]
      backendRefs: [{group: '', kind: Service, name: web, namespace: apps, port: 80, weight: 1}]
status: {parents: []}
";
    insta::assert_snapshot!(shown(ROUTE, full), @r#"
    apiVersion: gateway.networking.k8s.io/v1 | gateway.networking.k8s.io/v1beta1 by fact: the API server stores both versions as one
    metadata.labels: - | {} by default
    spec.parentRefs[namespace=gateways, name=internal, sectionName=https].group: - | gateway.networking.k8s.io by default
    spec.parentRefs[namespace=gateways, name=internal, sectionName=https].kind: - | Gateway by default
    spec.rules[0].backendRefs[0].group: - | "" by default
    spec.rules[0].backendRefs[0].kind: - | Service by default
    spec.rules[0].backendRefs[0].namespace: - | apps by default
    spec.rules[0].backendRefs[0].weight: - | 1 by default
    spec.rules[0].matches[0].path.type: - | PathPrefix by default
    spec.rules[0].matches[0].path.value: - | / by default
    same
    "#);
}

#[test]
fn what_differs_becomes_the_smallest_patch() {
    let other = ROUTE.replace("sectionName: https", "sectionName: http").replace("port: 80", "port: 8080");
    let other = other.replace("name: web, namespace: apps}", "name: web, namespace: apps, labels: {a.b/c: d}}");
    insta::assert_snapshot!(shown(ROUTE, &other), @r"
    metadata.labels: - | {a.b/c: d} differs
    spec.parentRefs[namespace=gateways, name=internal, sectionName=http]: - | {name: internal, namespace: gateways, sectionName: http} differs
    spec.parentRefs[namespace=gateways, name=internal, sectionName=https]: {name: internal, namespace: gateways, sectionName: https} | - differs
    spec.rules[0].backendRefs[0].port: 80 | 8080 differs
    {metadata: {labels: {a.b/c: d}}, spec: {parentRefs: [{name: internal, namespace: gateways, sectionName: http}], rules: [{backendRefs: [{name: web, port: 8080}]}]}}
    ");
    insta::assert_snapshot!(shown(&other, ROUTE), @r"
    metadata.labels: {a.b/c: d} | - differs
    spec.parentRefs[namespace=gateways, name=internal, sectionName=http]: {name: internal, namespace: gateways, sectionName: http} | - differs
    spec.parentRefs[namespace=gateways, name=internal, sectionName=https]: - | {name: internal, namespace: gateways, sectionName: https} differs
    spec.rules[0].backendRefs[0].port: 8080 | 80 differs
    {metadata: {labels: null}, spec: {parentRefs: [{name: internal, namespace: gateways, sectionName: https}], rules: [{backendRefs: [{name: web, port: 80}]}]}}
    ");
}

#[test]
fn members_of_a_list_by_keys_are_patched_one_by_one() {
    let gateway = "
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: internal, namespace: gateways}
spec:
  gatewayClassName: cilium
  listeners:
    - {name: http, port: 80, protocol: HTTP}
    - {name: https, port: 443, protocol: HTTPS, hostname: '*.example.com', tls: {certificateRefs: [{name: wild}]}}
    - {name: dns, port: 53, protocol: TCP}
";
    let other = gateway.replace("    - {name: dns, port: 53, protocol: TCP}\n", "").replace("443", "8443");
    insta::assert_snapshot!(shown(gateway, &other), @r#"
    spec.listeners[name=dns]: {name: dns, port: 53, protocol: TCP} | - differs
    spec.listeners[name=https].port: 443 | 8443 differs
    {spec: {listeners: [{name: https, port: 8443}, {name: dns, "$patch": delete}]}}
    "#);
    insta::assert_snapshot!(shown(&other, gateway), @r"
    spec.listeners[name=dns]: - | {name: dns, port: 53, protocol: TCP} differs
    spec.listeners[name=https].port: 8443 | 443 differs
    {spec: {listeners: [{name: https, port: 443}, {name: dns, port: 53, protocol: TCP}]}}
    ");
}

#[test]
fn pools_are_the_same_if_their_addresses_are() {
    let pool = |spec: &str| {
        format!("apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {{name: lb}}\nspec: {spec}\n")
    };
    let prefix = pool("{blocks: [{cidr: 10.0.0.0/30}], allowFirstLastIPs: 'No'}");
    insta::assert_snapshot!(shown(&prefix, &pool("{blocks: [{start: 10.0.0.1, stop: 10.0.0.2}], disabled: false}")), @r#"
    spec.allowFirstLastIPs: No | - by fact: both hold the same addresses
    spec.blocks: [{cidr: "10.0.0.0/30"}] | [{start: "10.0.0.1", stop: "10.0.0.2"}] by fact: both hold the same addresses
    spec.disabled: - | false by default
    same
    "#);
    insta::assert_snapshot!(shown(&pool("{blocks: [{cidr: 10.0.0.0/25}, {cidr: 10.0.0.128/25}]}"), &pool("{blocks: [{cidr: 10.0.0.7/24}]}")), @r#"
    spec.blocks: [{cidr: "10.0.0.0/25"}, {cidr: "10.0.0.128/25"}] | [{cidr: "10.0.0.7/24"}] by fact: both hold the same addresses
    same
    "#);
    insta::assert_snapshot!(shown(&prefix, &pool("{blocks: [{cidr: 10.0.0.0/30}]}")), @r"
    spec.allowFirstLastIPs: No | - differs
    {spec: {allowFirstLastIPs: null}}
    ");
    insta::assert_snapshot!(shown(&prefix, &pool("{blocks: [{start: 10.0.0.1, stop: 10.0.0.3}], disabled: true}")), @r#"
    spec.allowFirstLastIPs: No | - differs
    spec.blocks[0]: {cidr: "10.0.0.0/30"} | - differs
    spec.blocks[0]: - | {start: "10.0.0.1", stop: "10.0.0.3"} differs
    spec.disabled: false | true differs
    {spec: {allowFirstLastIPs: null, blocks: [{start: "10.0.0.1", stop: "10.0.0.3"}], disabled: true}}
    "#);
}

#[test]
fn the_laws_of_kinds_are_facts() {
    let l2 = |spec: &str| {
        format!(
            "apiVersion: cilium.io/v2alpha1\nkind: CiliumL2AnnouncementPolicy\nmetadata: {{name: l2}}\nspec: {spec}\n"
        )
    };
    insta::assert_snapshot!(
        shown(
            &l2("{interfaces: ['^eth.+'], nodeSelector: {matchLabels: {kubernetes.io/os: linux}}, loadBalancerIPs: true}"),
            &l2("{interfaces: ['^eth[0-9]$'], loadBalancerIPs: true, externalIPs: false}"),
        ),
        @r#"
        spec.externalIPs: - | false by default
        spec.interfaces: ["^eth.+"] | ["^eth[0-9]$"] by fact: both match the same links of all nodes
        spec.nodeSelector: {matchLabels: {kubernetes.io/os: linux}} | - by fact: all nodes run Linux
        same
        "#
    );
    insta::assert_snapshot!(
        shown(&l2("{interfaces: ['^eth.+'], loadBalancerIPs: true}"), &l2("{interfaces: ['^bond.+'], loadBalancerIPs: true}")),
        @r#"
        spec.interfaces["^bond.+"]: - | "^bond.+" differs
        spec.interfaces["^eth.+"]: "^eth.+" | - differs
        {spec: {interfaces: ["^bond.+"]}}
        "#
    );
    let certificate = |spec: &str| {
        format!(
            "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: a, namespace: b}}\nspec: {spec}\n"
        )
    };
    insta::assert_snapshot!(
        shown(
            &certificate("{secretName: a, commonName: a.example, dnsNames: [a.example, b.example], issuerRef: {name: x}, duration: 90d}"),
            &certificate("{secretName: a, dnsNames: [b.example, A.example], issuerRef: {name: x, kind: Issuer}, privateKey: {size: 2048}, duration: 2160h0m0s}"),
        ),
        @r"
        spec.commonName: a.example | - differs
        spec.issuerRef.kind: - | Issuer by fact: cert-manager takes it by itself; before 1.19.1 it issues the certificate anew where that changes
        spec.privateKey.size: - | 2048 by default
        {spec: {commonName: null}}
        "
    );
    let corefile = |text: &str| {
        let text = text.replace('\n', "\n    ");
        format!(
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: coredns, namespace: dns}}\ndata:\n  Corefile: |\n    {text}\n"
        )
    };
    let one =
        corefile(".:53 {\n  errors\n  forward . 1.1.1.1 9.9.9.9 {\n    policy sequential\n  }\n  cache 30 # short\n}");
    let other = corefile(".:53 {\n\tcache 30\n\tforward .  1.1.1.1 9.9.9.9 {\n\t\tpolicy sequential\n\t}\n\terrors\n}");
    insta::assert_snapshot!(shown(&one, &other), @"same");
    insta::assert_snapshot!(shown(&one, &other.replace("1.1.1.1 9.9.9.9", "9.9.9.9 1.1.1.1")), @r#"
    data.Corefile.".:53".forward[0][0]: ". 1.1.1.1 9.9.9.9" | ". 9.9.9.9 1.1.1.1" differs
    {data: {Corefile: ".:53 {\n\tcache 30\n\tforward .  9.9.9.9 1.1.1.1 {\n\t\tpolicy sequential\n\t}\n\terrors\n}\n"}}
    "#);
}

/// Of a field that says nothing its default holds, and what depends on that as well.
#[test]
fn an_empty_field_is_nothing_to_what_depends_on_it() {
    let (kind, document) = read(
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: a, namespace: b}\n\
         spec: {privateKey: {algorithm: \"\"}}\n",
    );
    let once = normalised(&kind, &document);
    assert_eq!(normalised(&kind, &once), once);
}

#[test]
fn core_kinds_have_their_defaults() {
    let service = "
apiVersion: v1
kind: Service
metadata: {name: a, namespace: b}
spec:
  type: LoadBalancer
  ports: [{port: 80, name: http}, {port: 53, protocol: UDP, name: dns}]
";
    let full = "
apiVersion: v1
kind: Service
metadata: {name: a, namespace: b}
spec:
  type: LoadBalancer
  sessionAffinity: None
  externalTrafficPolicy: Cluster
  allocateLoadBalancerNodePorts: true
  ports: [{port: 53, protocol: UDP, name: dns, targetPort: 53}, {port: 80, name: http, protocol: TCP, targetPort: '80'}]
";
    insta::assert_snapshot!(shown(service, full), @r#"
    spec.allocateLoadBalancerNodePorts: - | true by default
    spec.externalTrafficPolicy: - | Cluster by default
    spec.ports[port=53, protocol=UDP].targetPort: - | 53 by default
    spec.ports[port=80].protocol: - | TCP by default
    spec.ports[port=80].targetPort: - | "80" by fact: a number may be written as a text here
    spec.sessionAffinity: - | None by default
    same
    "#);
    let workload = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: b}
spec:
  selector: {matchLabels: {app: a}}
  template:
    metadata: {labels: {app: a}}
    spec:
      containers:
        - {name: a, image: 'docker.io/a:1', resources: {limits: {memory: 1Gi}}, readinessProbe: {httpGet: {port: 80}}}
";
    let full = workload
        .replace("1Gi", "1024Mi")
        .replace("port: 80", "port: 80, path: /, scheme: HTTP")
        .replace("image: ", "imagePullPolicy: IfNotPresent, env: [], image: ")
        .replace("selector:", "replicas: 1\n  strategy: {rollingUpdate: {maxSurge: 25%}}\n  selector:");
    insta::assert_snapshot!(shown(workload, &full), @r#"
    spec.replicas: - | 1 by default
    spec.strategy.rollingUpdate.maxSurge: - | "25%" by default
    spec.template.spec.containers[name=a].env: - | [] by default
    spec.template.spec.containers[name=a].imagePullPolicy: - | IfNotPresent by default
    spec.template.spec.containers[name=a].readinessProbe.httpGet.path: - | / by default
    spec.template.spec.containers[name=a].readinessProbe.httpGet.scheme: - | HTTP by default
    same
    "#);
}

#[test]
fn values_of_a_chart_know_its_defaults_and_that_null_deletes_one() {
    insta::assert_snapshot!(shown("MTU: 0\nhubble: {enabled: true}\ndevices: [eth0, eth1]\n", "devices: [eth1, eth0]\nhubble: {relay: {enabled: true}}\n"), @r"
    MTU: 0 | - by default
    devices[0]: eth0 | eth1 differs
    devices[1]: eth1 | eth0 differs
    hubble.enabled: true | - by default
    hubble.relay.enabled: false | true differs
    {devices: [eth1, eth0], hubble: {relay: {enabled: true}}}
    ");
    insta::assert_snapshot!(shown("MTU: null\n", "debug: {enabled: false}\n"), @r#"
    MTU: null | 0 differs
    debug.enabled: - | false by default
    {MTU: {"$patch": delete}}
    "#);
}

#[test]
fn null_in_values_says_nothing_where_the_chart_has_no_default() {
    let nulls = "k8sClientRateLimit: {qps: null, burst: null}\nbpf: {masquerade: null}\ndevices: [bond+, eth0]\n";
    insta::assert_snapshot!(shown(nulls, "devices: bond+  eth0\n"), @r#"
    devices: ["bond+", eth0] | "bond+  eth0" by fact: the chart joins a list with spaces
    k8sClientRateLimit: {qps: null, burst: null} | - by default
    same
    "#);
    insta::assert_snapshot!(shown("devices: [bond+, eth0]\n", "devices: eth0 bond+\n"), @r#"
    devices: ["bond+", eth0] | "eth0 bond+" differs
    {devices: "eth0 bond+"}
    "#);
    insta::assert_snapshot!(shown("bpf: {datapathMode: null}\n", "bpf: {}\n"), @r#"
    bpf.datapathMode: null | veth differs
    {bpf: {datapathMode: {"$patch": delete}}}
    "#);
}

#[test]
fn a_talconfig_says_the_defaults_of_talhelper_or_not() {
    let short = "clusterName: home\nendpoint: https://10.0.0.1:6443\nnodes:\n  - {hostname: a, ipAddress: 10.0.0.1}\n";
    let long = format!(
        "{}domain: cluster.local\nclusterPodNets: [10.244.0.0/16]\nclusterSvcNets: [10.96.0.0/12]\nimageFactory: {{registryURL: factory.talos.dev}}\n",
        short.replace("10.0.0.1}", "10.0.0.1, controlPlane: false, machineSpec: {mode: metal, secureboot: false}}")
    );
    insta::assert_snapshot!(shown(short, &long), @r#"
    clusterPodNets[0]: - | "10.244.0.0/16" by default
    clusterSvcNets[0]: - | "10.96.0.0/12" by default
    domain: - | cluster.local by default
    imageFactory.registryURL: - | factory.talos.dev by default
    nodes[hostname=a].controlPlane: - | false by default
    nodes[hostname=a].machineSpec.mode: - | metal by default
    nodes[hostname=a].machineSpec.secureboot: - | false by default
    same
    "#);
    let other = long.replace("[10.244", "[10.42").replace("Plane: false", "Plane: true").replace("metal", "nocloud");
    insta::assert_snapshot!(shown(short, &other), @r#"
    clusterPodNets[0]: "10.244.0.0/16" | "10.42.0.0/16" differs
    clusterSvcNets[0]: - | "10.96.0.0/12" by default
    domain: - | cluster.local by default
    imageFactory.registryURL: - | factory.talos.dev by default
    nodes[hostname=a].controlPlane: false | true differs
    nodes[hostname=a].machineSpec.mode: metal | nocloud differs
    nodes[hostname=a].machineSpec.secureboot: - | false by default
    {clusterPodNets: ["10.42.0.0/16"], nodes: [{hostname: a, ipAddress: "10.0.0.1", controlPlane: true, machineSpec: {mode: nocloud, secureboot: false}}]}
    "#);
}

#[test]
fn a_patch_of_talos_adds_to_lists_and_takes_nothing_away() {
    let machine = "machine: {certSANs: [a, b], kubelet: {nodeIP: {validSubnets: [10.0.0.0/24]}}, network: {interfaces: [{interface: eth0, addresses: [10.0.0.2/24], routes: [{network: 0.0.0.0/0, gateway: 10.0.0.1}]}]}}\n";
    let more = machine
        .replace("[a, b]", "[b, c, a]")
        .replace("network: 0.0.0.0/0, ", "")
        .replace("10.0.0.2/24", "10.0.0.2/24, 10.0.0.3/24");
    insta::assert_snapshot!(shown(machine, &more), @r#"
    machine.certSANs[c]: - | c differs
    machine.network.interfaces[interface=eth0].addresses["10.0.0.3/24"]: - | "10.0.0.3/24" differs
    machine.network.interfaces[interface=eth0].routes[0].network: "0.0.0.0/0" | - by default
    {machine: {certSANs: [c], network: {interfaces: [{interface: eth0, addresses: ["10.0.0.3/24"]}]}}}
    "#);
    let less = machine.replace("[10.0.0.0/24]", "[10.0.1.0/24]");
    insta::assert_snapshot!(shown(machine, &less), @r#"
    machine.kubelet.nodeIP.validSubnets["10.0.0.0/24"]: "10.0.0.0/24" | - differs
    machine.kubelet.nodeIP.validSubnets["10.0.1.0/24"]: - | "10.0.1.0/24" differs
    {machine: {kubelet: {nodeIP: {"$patch": replace, validSubnets: ["10.0.1.0/24"]}}}}
    "#);
    insta::assert_snapshot!(shown(machine, &machine.replace("eth0", "eth1")), @r#"
    machine.network.interfaces[interface=eth0]: {interface: eth0, addresses: ["10.0.0.2/24"], routes: [{network: "0.0.0.0/0", gateway: "10.0.0.1"}]} | - differs
    machine.network.interfaces[interface=eth1]: - | {interface: eth1, addresses: ["10.0.0.2/24"], routes: [{network: "0.0.0.0/0", gateway: "10.0.0.1"}]} differs
    {machine: {network: {interfaces: [{interface: eth0, "$patch": delete}, {interface: eth1, addresses: ["10.0.0.2/24"], routes: [{network: "0.0.0.0/0", gateway: "10.0.0.1"}]}]}}}
    "#);
}

#[test]
fn patches_of_a_talconfig_are_what_they_say() {
    let config = |patch: &str| {
        let node = "  - {hostname: a, ipAddress: 10.0.0.1, patches: ['@a.yaml']}\n";
        format!("clusterName: home\nendpoint: https://10.0.0.1:6443\nnodes:\n{node}patches:\n  - |\n    {patch}\n")
    };
    let one = config("machine: {kubelet: {extraArgs: {a: b}}, sysctls: {x: '1'}}");
    let same = config(
        "machine:\n      # said otherwise\n      sysctls: {\"x\": \"1\"}\n      kubelet:\n        extraArgs: {a: b}",
    );
    insta::assert_snapshot!(shown(&one, &same), @"same");
    insta::assert_snapshot!(shown(&one, &same.replace("a: b", "a: c")), @r#"
    patches[0][0].machine.kubelet.extraArgs.a: b | c differs
    {patches: ["machine:\n  # said otherwise\n  sysctls: {\"x\": \"1\"}\n  kubelet:\n    extraArgs: {a: c}\n"]}
    "#);
}

/// A patch over an object, both as YAML.
fn laid(kind: &Kind, document: &str, patch: &str) -> String {
    lay_over(kind, &read(document).1, &read(patch).1).map_or_else(String::new, |laid| laid.line())
}

#[test]
fn lists_merge_as_the_api_says_of_them() {
    let service = Kind::new("core", "Service");
    let ports = "spec: {ports: [{port: 53, protocol: UDP, name: a}, {port: 53, name: b}]}";
    // What says no protocol is about TCP where that is there, and else about the one that is.
    assert_eq!(
        laid(&service, ports, "spec: {ports: [{port: 53, nodePort: 1}]}"),
        "{spec: {ports: [{port: 53, protocol: UDP, name: a}, {port: 53, name: b, nodePort: 1}]}}"
    );
    assert_eq!(
        laid(&service, "spec: {ports: [{port: 53, protocol: UDP}]}", "spec: {ports: [{port: 53, nodePort: 1}]}"),
        "{spec: {ports: [{port: 53, protocol: UDP, nodePort: 1}]}}"
    );
    assert_eq!(
        laid(&service, ports, "spec: {ports: [{port: 53, protocol: TCP, $patch: delete}, {port: 80}]}"),
        "{spec: {ports: [{port: 53, protocol: UDP, name: a}, {port: 80}]}}"
    );
    assert_eq!(
        laid(&service, "spec: {externalIPs: [10.0.0.1]}", "spec: {externalIPs: [10.0.0.2]}"),
        "{spec: {externalIPs: [\"10.0.0.2\"]}}"
    );
    let route = Kind::new("gateway.networking.k8s.io", "HTTPRoute");
    assert_eq!(
        laid(&route, "metadata: {finalizers: [a, b]}", "metadata: {finalizers: [b, c]}"),
        "{metadata: {finalizers: [a, b, c]}}"
    );
    let deployment = Kind::new("apps", "Deployment");
    let pod = |spec: &str| format!("spec: {{template: {{spec: {spec}}}}}");
    let both = |base: &str, over: &str| laid(&deployment, &pod(base), &pod(over));
    // They run one after the other, so where they stand says something; a patch finds each by its name.
    assert_eq!(
        both("{initContainers: [{name: a}, {name: b}]}", "{initContainers: [{name: a, image: x}]}"),
        "{spec: {template: {spec: {initContainers: [{name: a, image: x}, {name: b}]}}}}"
    );
    assert_eq!(
        both(
            "{containers: [{name: c, env: [{name: A, value: x}, {name: B, value: $(A)}]}]}",
            "{containers: [{name: c, env: [{name: A, value: z}]}]}"
        ),
        "{spec: {template: {spec: {containers: [{name: c, env: [{name: A, value: z}, {name: B, value: \"$(A)\"}]}]}}}}"
    );
    assert_eq!(
        both("{tolerations: [{key: a}]}", "{tolerations: [{key: b}]}"),
        "{spec: {template: {spec: {tolerations: [{key: b}]}}}}"
    );
    let slice = Kind::new("discovery.k8s.io", "EndpointSlice");
    assert_eq!(laid(&slice, "ports: [{name: a, port: 1}]", "ports: [{name: a}]"), "{ports: [{name: a}]}");
}

#[test]
fn lists_of_talos_merge_as_its_types_say() {
    let machine = Kind::machine();
    let network = |base: &str, over: &str| {
        laid(&machine, &format!("machine: {{network: {base}}}"), &format!("machine: {{network: {over}}}"))
    };
    assert_eq!(
        network("{interfaces: [{interface: a, mtu: 1}]}", "{interfaces: [{interface: a, dhcp: true}, {interface: b}]}"),
        "{machine: {network: {interfaces: [{interface: a, mtu: 1, dhcp: true}, {interface: b}]}}}"
    );
    assert_eq!(
        network("{extraHostEntries: [{ip: a, aliases: [x]}]}", "{extraHostEntries: [{ip: a, aliases: [z]}]}"),
        "{machine: {network: {extraHostEntries: [{ip: a, aliases: [x]}, {ip: a, aliases: [z]}]}}}"
    );
    assert_eq!(
        laid(&machine, "cluster: {network: {podSubnets: [a]}}", "cluster: {network: {podSubnets: [b]}}"),
        "{cluster: {network: {podSubnets: [b]}}}"
    );
}
