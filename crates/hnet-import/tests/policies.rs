//! Network policies in words: what comes back as it is, and what stays YAML as a whole.

use crate::common::built;
use hnet_import::{Imported, import};

fn imported(text: &str) -> Imported {
    import(vec![("policies.yaml".to_owned(), text.to_owned())])
}

/// The statements of an import, without the line of the network and its end.
fn said(text: &str) -> String {
    let made = imported(text);
    let built = built(&made.text);
    assert!(!built.is_empty(), "it builds:\n{}", made.text);
    let (start, end) = (made.text.find('\n').unwrap_or(0) + 1, made.text.rfind('>').unwrap_or(made.text.len()));
    let said = made.text[start..end].trim_end();
    said.strip_suffix("\n\n  # What was not there is not written.\n  output < bootstrap off; >")
        .unwrap_or(said)
        .to_owned()
}

fn cilium(spec: &str) -> String {
    format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: web, namespace: apps}}\nspec: {spec}\n"
    )
}

#[test]
fn the_idioms_of_policies_have_words() {
    let spec = "
  description: What web may do.
  endpointSelector: {matchLabels: {app: web}, matchExpressions: [{key: tier, operator: NotIn, values: [old]}]}
  ingress:
    # From the gateway.
    - fromEntities: [ingress]
      toPorts: [{ports: [{port: '8080', protocol: TCP}]}]
    - fromEndpoints:
        - matchLabels: {io.kubernetes.pod.namespace: monitoring, app: prometheus}
        - {}
        - matchExpressions: [{key: io.kubernetes.pod.namespace, operator: Exists}]
    - fromCIDRSet: [{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}, {cidrGroupRef: partners}]
    - icmps: [{fields: [{type: 8}, {type: EchoRequest, family: IPv6}]}]
  egress:
    - toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}]
      toPorts: [{ports: [{port: '53'}], rules: {dns: [{matchPattern: '*'}]}}]
    - toFQDNs: [{matchName: api.github.com}, {matchPattern: '*.ghcr.io'}]
      toPorts: [{ports: [{port: '443', protocol: TCP}, {port: '9000', endPort: 9010, protocol: UDP}]}]
    - toServices: [{k8sService: {namespace: db, serviceName: main}}]
    - toCIDR: [192.0.2.7]
  egressDeny:
    - toEntities: [world]
      toPorts: [{ports: [{port: '25'}]}]
";
    assert_eq!(
        said(&cilium(spec)),
        r#"  ## What web may do.
  policy web <
    namespace apps;
    pods app=web, tier!=old;
    # From the gateway.
    from ingress port 8080;
    from pods app=prometheus namespace monitoring;
    from pods *;
    from namespace *;
    from address 10.0.0.0/8 except 10.1.0.0/16 cidr-group partners;
    from icmp 8, EchoRequest/ipv6;
    to name api.github.com, *.ghcr.io port 443, 9000-9010/udp;
    to service db/main;
    to address 192.0.2.7;
    deny-to world port 25/any;
  >"#
    );
}

#[test]
fn what_is_derived_is_said_where_it_was_not_there() {
    let names = "{endpointSelector: {}, egress: [{toFQDNs: [{matchName: example.com}]}]}";
    assert_eq!(said(&cilium(names)), "  policy web < namespace apps; cluster-dns off; to name example.com; >");
    let dns = "{endpointSelector: {}, egress: [{toEndpoints: [{matchLabels: {io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}}], toPorts: [{ports: [{port: '53', protocol: ANY}]}]}]}";
    assert_eq!(said(&cilium(dns)), "  policy web < namespace apps; cluster-dns; >");
}

#[test]
fn what_is_denied_by_default_is_said_where_it_does_not_follow() {
    for (spec, words) in [
        ("{endpointSelector: {}, ingress: [{}]}", "default-deny ingress;"),
        ("{endpointSelector: {}, ingress: [{}], egress: [{}]}", "default-deny ingress, egress;"),
        (
            "{endpointSelector: {}, enableDefaultDeny: {ingress: false}, ingress: [{fromEntities: [all]}]}",
            "default-deny none; from all;",
        ),
        (
            "{endpointSelector: {}, enableDefaultDeny: {ingress: true}, egress: [{toEntities: [all]}]}",
            "default-deny ingress, egress; to all;",
        ),
    ] {
        assert_eq!(said(&cilium(spec)), format!("  policy web < namespace apps; {words} >"));
    }
}

#[test]
fn those_of_kubernetes_and_of_the_cluster_have_words() {
    let network = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: apps}\nspec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
    - from: [{podSelector: {}}, {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: watch}}}]
      ports: [{port: 80, protocol: TCP}]
    - {}
  egress:
    - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
      ports: [{port: 53, protocol: UDP}]
";
    assert_eq!(
        said(network),
        "  policy web <
    kind NetworkPolicy;
    namespace apps;
    pods app=web;
    from pods * port 80;
    from namespace watch port 80;
    from all;
    to address 0.0.0.0/0 except 10.0.0.0/8 port 53/udp;
  >"
    );
    let of_cluster = "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: hosts}\nspec: {nodeSelector: {matchLabels: {a: b}}, ingress: [{fromEntities: [cluster]}]}\n";
    assert_eq!(said(of_cluster), "  policy hosts < nodes a=b; from cluster; >");
}

/// Half of who may talk to whom is not what anybody meant.
#[test]
fn a_rule_without_words_keeps_the_whole_as_yaml() {
    let of = |rule: &str| cilium(&format!("{{endpointSelector: {{}}, ingress: [{{fromEntities: [all]}}, {rule}]}}"));
    for rule in [
        "{toPorts: [{ports: [{port: '80', protocol: TCP}], rules: {http: [{method: GET}]}}]}",
        "{fromEntities: [all], authentication: {mode: required}}",
        "{fromEndpoints: []}",
        "{fromEndpoints: [{}], fromEntities: [all]}",
        "{icmps: [{}]}",
        "{fromCIDRSet: [{cidrGroupSelector: {matchLabels: {a: b}}}]}",
    ] {
        let made = imported(&of(rule));
        assert!(made.text.contains("manifest \"\"\""), "{rule}\n{}", made.text);
        assert!(!made.text.contains("policy web"), "{rule}\n{}", made.text);
        assert_eq!(made.report.as_yaml.len(), 1, "{rule}");
    }
    // Without a rule Cilium refuses it, and no words say that.
    assert!(imported(&cilium("{endpointSelector: {}, ingress: []}")).text.contains("manifest"));
}
