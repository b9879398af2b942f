//! Network policies whose rules are put together in other ways.

use super::compared;

fn cilium(spec: &str) -> String {
    format!(
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: web, namespace: web}}\nspec: {spec}\n"
    )
}

fn network(spec: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: web, namespace: web}}\nspec: {spec}\n"
    )
}

#[test]
fn rules_of_one_end_each_are_those_of_several() {
    let a = "{matchLabels: {app: a}}";
    let b = "{matchLabels: {app: b}}";
    let ports = "toPorts: [{ports: [{port: '80', protocol: TCP}, {port: '81'}]}]";
    let apart = "toPorts: [{ports: [{port: '81', protocol: ANY}]}, {ports: [{port: '80', protocol: TCP}]}]";
    let of = |rules: &str| cilium(&format!("{{endpointSelector: {{}}, ingress: [{rules}]}}"));
    let together = of(&format!("{{fromEndpoints: [{a}, {b}], {ports}}}"));
    let same = [
        of(&format!("{{fromEndpoints: [{a}], {ports}}}, {{fromEndpoints: [{b}], {ports}}}")),
        of(&format!("{{fromEndpoints: [{b}], {ports}}}, {{fromEndpoints: [{a}], {apart}}}")),
        of(&format!("{{fromEndpoints: [{b}, {a}], {apart}}}, {{}}")),
    ];
    for other in &same {
        assert!(compared(&together, other).is_same(), "{other}");
    }
    let others = [
        of(&format!("{{fromEndpoints: [{a}], {ports}}}")),
        of(&format!("{{fromEndpoints: [{a}], {ports}}}, {{fromEndpoints: [{b}]}}")),
        of(&format!("{{fromEndpoints: [{a}, {b}], {ports}}}, {{fromEntities: [world]}}")),
        cilium(&format!("{{endpointSelector: {{}}, ingressDeny: [{{fromEndpoints: [{a}, {b}], {ports}}}]}}")),
        cilium(&format!(
            "{{endpointSelector: {{}}, enableDefaultDeny: {{ingress: false}}, ingress: [{{fromEndpoints: [{a}, {b}], {ports}}}]}}"
        )),
    ];
    for other in &others {
        assert!(!compared(&together, other).is_same(), "{other}");
    }
}

#[test]
fn a_rule_without_anything_denies() {
    let said = cilium("{endpointSelector: {}, enableDefaultDeny: {ingress: true}, egress: [{toEntities: [world]}]}");
    let empty = cilium("{endpointSelector: {}, ingress: [{}], egress: [{toEntities: [world]}]}");
    assert!(compared(&said, &empty).is_same());
    let open = cilium("{endpointSelector: {}, egress: [{toEntities: [world]}]}");
    assert!(!compared(&open, &empty).is_same());
    // A list without rules is refused, and keeps nothing.
    let none = cilium("{endpointSelector: {}, ingress: []}");
    assert!(!compared(&none, &cilium("{endpointSelector: {}, ingress: [{}]}")).is_same());
}

#[test]
fn a_prefix_is_one_without_parts_left_out() {
    let of = |rule: &str| cilium(&format!("{{endpointSelector: {{}}, egress: [{rule}]}}"));
    let set = of("{toCIDRSet: [{cidr: 10.0.0.1/32}, {cidr: 10.1.0.0/16}]}");
    assert!(compared(&of("{toCIDR: [10.1.0.0/16, 10.0.0.1]}"), &set).is_same());
    assert!(!compared(&of("{toCIDR: [10.1.0.0/16]}"), &set).is_same());
}

#[test]
fn one_policy_in_a_list_is_the_policy() {
    let spec = |rules: &str| format!("{{endpointSelector: {{}}, egress: [{rules}]}}");
    let (a, b) = (
        "{toFQDNs: [{matchName: a.example.com}, {matchName: b.example.com}]}",
        "{toFQDNs: [{matchName: b.example.com}]}, {toFQDNs: [{matchName: a.example.com}]}",
    );
    let list = cilium(&spec(a)).replace("spec: ", "specs: [").trim_end().to_owned() + "]\n";
    assert!(compared(&list, &cilium(&spec(b))).is_same());
    assert!(!compared(&list, &cilium(&spec(b).replace("{}", "{matchLabels: {app: web}}"))).is_same());
}

#[test]
fn the_same_holds_for_those_of_kubernetes() {
    let of = |rules: &str| network(&format!("{{podSelector: {{}}, policyTypes: [Ingress], ingress: [{rules}]}}"));
    let (a, b) = ("{podSelector: {}}", "{ipBlock: {cidr: 10.0.0.0/8}}");
    let together = of(&format!("{{from: [{a}, {b}], ports: [{{port: 80}}]}}"));
    let apart = of(&format!("{{from: [{b}], ports: [{{port: 80}}]}}, {{from: [{a}], ports: [{{port: 80}}]}}"));
    assert!(compared(&together, &apart).is_same());
    // There a rule without anything lets all pass.
    assert!(!compared(&together, &of(&format!("{{from: [{a}, {b}], ports: [{{port: 80}}]}}, {{}}"))).is_same());
}
