//! What a list that is written is to one that is a default, and what else of a Certificate is only nearly one.

use super::{compared, shown};

/// A document of a Certificate.
fn certificate(spec: &str) -> String {
    let fixed = "secretName: a, dnsNames: [a.example], issuerRef: {name: x}";
    format!(
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: a, namespace: b}}\nspec: {{{fixed}{spec}}}\n"
    )
}

/// To cert-manager a list of usages is another than none, whatever it issues for them.
#[test]
fn usages_of_a_certificate_are_as_they_are_written() {
    let none = certificate("");
    insta::assert_snapshot!(shown(&certificate(", usages: [digital signature]"), &none), @r#"
    spec.usages: ["digital signature"] | - differs
    {spec: {usages: null}}
    "#);
    insta::assert_snapshot!(shown(&certificate(", usages: [digital signature, key encipherment]"), &none), @r#"
    spec.usages: ["digital signature", "key encipherment"] | - differs
    {spec: {usages: null}}
    "#);
    insta::assert_snapshot!(shown(&certificate(", usages: []"), &none), @r"
    spec.usages: [] | - by default
    same
    ");
}

#[test]
fn a_part_of_a_default_list_is_another_list() {
    let none = "certgen: {generateCA: true}\nauthentication: {enabled: false}\n";
    let is_default = |tolerations: &str| {
        let agent = format!("{{mutual: {{spire: {{install: {{agent: {{tolerations: [{tolerations}]}}}}}}}}}}");
        compared(&format!("certgen: {{generateCA: true}}\nauthentication: {agent}\n"), none).is_same()
    };
    let not_ready = "{key: node.kubernetes.io/not-ready, effect: NoSchedule}";
    assert!(!is_default(not_ready));
    assert!(!is_default(""));
    // All of it is the default, in any order.
    let others = "{key: CriticalAddonsOnly, operator: Exists}, {key: node.cloudprovider.kubernetes.io/uninitialized, \
                  effect: NoSchedule, value: 'true'}, {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}, \
                  {key: node-role.kubernetes.io/master, effect: NoSchedule}";
    assert!(!is_default(others));
    assert!(is_default(&format!("{others}, {not_ready}")));
}

/// Versions of cert-manager compare the reference as it is written.
#[test]
fn what_an_issuer_is_by_default_is_a_fact_of_a_version() {
    let with_group = certificate("").replace("{name: x}", "{name: x, group: cert-manager.io}");
    insta::assert_snapshot!(shown(&with_group, &certificate("")), @"
    spec.issuerRef.group: cert-manager.io | - by fact: cert-manager takes it by itself; before 1.19.1 it issues the certificate anew where that changes
    same
    ");
    insta::assert_snapshot!(shown(&with_group, &with_group), @"same");
}
