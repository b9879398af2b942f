//! Names that external-dns publishes, in words: what comes back as it is, and what stays YAML as a whole.

mod common;

use common::built;
use hnet_import::{Imported, import};

fn imported(spec: &str) -> Imported {
    let object = format!(
        "apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {{name: edge, namespace: network}}\nspec:\n{spec}"
    );
    import(vec![("dnsendpoint.yaml".to_owned(), object)])
}

/// The statement of an import that builds.
fn said(spec: &str) -> String {
    let made = imported(spec);
    assert!(!built(&made.text).is_empty(), "it builds:\n{}", made.text);
    let start = made.text.find("  records").unwrap_or_else(|| panic!("it has words:\n{}", made.text));
    let end = made.text[start..].find("\n  >").map_or(made.text.len(), |at| start + at + 4);
    made.text[start..end].to_owned()
}

#[test]
fn records_have_words() {
    let spec = "
  endpoints:
    # The tunnel.
    - dnsName: external.${SECRET_DOMAIN}
      recordType: CNAME
      targets: [\"${TUNNEL}.cfargotunnel.com\"]
    - {dnsName: a.example.com, recordType: A, targets: [192.0.2.7], recordTTL: 60}
    - {dnsName: b.example.com, recordType: A, targets: [192.0.2.7], recordTTL: 60}
    - {dnsName: c.example.com, recordType: A, targets: [192.0.2.7]}
    - {dnsName: \"*.c.example.com\", recordType: AAAA, targets: [\"${VPS_IP6}\"]}
    - dnsName: _dmarc.example.com
      recordType: TXT
      targets: [\"v=DMARC1; p=reject\"]
    - dnsName: mc.example.com
      recordType: CNAME
      targets: [\"${EDGE}\"]
      providerSpecific: [{name: external-dns.alpha.kubernetes.io/cloudflare-proxied, value: \"false\"}]
    - {dnsName: sub.example.com, recordType: NS, targets: [ns1.example.com, ns2.example.com]}
";
    insta::assert_snapshot!(said(spec), @r#"
    records edge <
      namespace network;
      # The tunnel.
      record external.${SECRET_DOMAIN} to ${TUNNEL}.cfargotunnel.com;
      record a.example.com, b.example.com to 192.0.2.7 ttl 1m;
      record c.example.com to 192.0.2.7;
      record *.c.example.com to ${VPS_IP6} type AAAA;
      record _dmarc.example.com type TXT data "v=DMARC1; p=reject";
      record mc.example.com to ${EDGE} type CNAME property external-dns.alpha.kubernetes.io/cloudflare-proxied=false;
      record sub.example.com to ns1.example.com, ns2.example.com type NS;
    >
    "#);
}

#[test]
fn what_has_no_words_stays_yaml_as_a_whole() {
    for (endpoint, why) in [
        (
            "{dnsName: a.example.com, recordType: A, targets: [192.0.2.7], setIdentifier: one}",
            "`DNSEndpoint` edge: a record says what has no words",
        ),
        ("{dnsName: a.example.com, targets: [192.0.2.7]}", "`DNSEndpoint` edge: a record has no type"),
        ("{dnsName: a.example.com, recordType: A}", "`DNSEndpoint` edge: a record leads to nothing"),
    ] {
        let made = imported(&format!("  endpoints: [{endpoint}]\n"));
        assert!(made.text.contains("manifest \"\"\"") && !built(&made.text).is_empty(), "{}", made.text);
        let told: Vec<&str> = made.report.as_yaml.iter().map(|one| one.why.as_str()).collect();
        assert_eq!(told, [why]);
    }
}
