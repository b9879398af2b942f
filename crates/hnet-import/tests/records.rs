//! Names that external-dns publishes, in words: what comes back as it is, and what stays YAML as a whole.

use crate::common::built;
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
        (
            "{dnsName: a.example.com, recordType: A, targets: [192.0.2.7, 192.0.2.7]}",
            "`DNSEndpoint` edge: a record says one thing twice",
        ),
    ] {
        let made = imported(&format!("  endpoints: [{endpoint}]\n"));
        assert!(made.text.contains("manifest \"\"\"") && !built(&made.text).is_empty(), "{}", made.text);
        let told: Vec<&str> = made.report.as_yaml.iter().map(|one| one.why.as_str()).collect();
        assert_eq!(told, [why]);
    }
}

/// What charts run is known and not taken over. What an argument may leave out is not said to be read.
#[test]
fn who_publishes_is_known() {
    let release = |name: &str, values: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: network}}\nspec:\n  \
             chart: {{spec: {{chart: external-dns, version: 1.21.1, sourceRef: {{kind: HelmRepository, name: external-dns}}}}}}\n  \
             values:\n{values}"
        )
    };
    let public = release(
        "cloudflare-dns",
        "    provider: cloudflare
    policy: sync
    sources: [crd, gateway-httproute]
    domainFilters: [\"${SECRET_DOMAIN}\"]
    txtOwnerId: default
    txtPrefix: k8s.
    extraArgs:
      - --cloudflare-dns-records-per-page=1000
      - --cloudflare-proxied
      - --gateway-name=external
      - --annotation-filter=example.com/internal notin (true,yes),!hidden
",
    );
    let lan = release(
        "unifi-dns",
        "    image: {tag: v0.22.0@sha256:00}
    provider: {name: webhook, webhook: {image: {repository: ghcr.io/home-operations/external-dns-unifi-webhook}}}
    annotationPrefix: external-dns.alpha.kubernetes.io/
    policy: upsert-only
    registry: noop
    sources: [service]
    extraArgs: {gateway-namespace: network}
",
    );
    let records = "apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: edge, namespace: network}\n\
                   spec: {endpoints: [{dnsName: a.example.com, recordType: CNAME, targets: [b.example.com], \
                   providerSpecific: [{name: external-dns.alpha.kubernetes.io/cloudflare-proxied, value: \"false\"}]}]}\n";
    let files = [("a.yaml", public.as_str()), ("b.yaml", lan.as_str()), ("c.yaml", records)];
    let made = import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect());
    assert!(!built(&made.text).is_empty(), "it builds:\n{}", made.text);
    insta::assert_snapshot!(made.text, @r#"
    network <
      records edge < namespace network; record a.example.com to b.example.com proxied off; >

      external-dns cloudflare-dns <
        version 0.21;
        provider cloudflare;
        proxied;
        sources crd, gateway-httproute;
        domains ${SECRET_DOMAIN};
        gateway external;
        annotation-filter "example.com/internal notin (true,yes)", !hidden;
        policy sync;
        owner-id default;
        txt-prefix k8s.;
      >

      external-dns unifi-dns <
        version 0.22.0;
        annotation-prefix external-dns.alpha.kubernetes.io/;
        provider unifi;
        policy upsert-only;
        registry noop;
      >

      # What was not there is not written.
      output < bootstrap off; >
    >
    "#);
}

/// The prefix of properties is that of who publishes at Cloudflare, as where it is written.
#[test]
fn the_prefix_is_chosen_as_it_is_written() {
    let release = |name: &str, values: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {name}, namespace: network}}\nspec:\n  \
             chart: {{spec: {{chart: external-dns, version: 1.21.1, sourceRef: {{kind: HelmRepository, name: external-dns}}}}}}\n  \
             values: {values}\n"
        )
    };
    let lan = release("a-lan", "{provider: pihole, sources: [crd], image: {tag: v0.22.0}}");
    let public = release("b-public", "{provider: cloudflare, sources: [crd]}");
    let records = "apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: edge, namespace: network}\n\
                   spec: {endpoints: [{dnsName: a.example.com, recordType: CNAME, targets: [b.example.com], \
                   providerSpecific: [{name: external-dns.alpha.kubernetes.io/cloudflare-proxied, value: \"false\"}]}]}\n";
    let files = [("a.yaml", lan.as_str()), ("b.yaml", public.as_str()), ("c.yaml", records)];
    let made = import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect());
    assert!(made.text.contains("to b.example.com proxied off;"), "{}", made.text);
    let files = built(&made.text);
    let is_same = |(_, text): &(String, String)| text.contains("external-dns.alpha.kubernetes.io/cloudflare-proxied");
    assert!(files.iter().any(is_same), "{}", made.text);
}

/// Of one that a Deployment runs it is known that it is there, so that no records are said to be read by nobody.
#[test]
fn a_deployment_publishes_as_well() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: lan, namespace: network}\nspec:\n  \
                   chart: {spec: {chart: external-dns, version: 1.21.1, sourceRef: {kind: HelmRepository, name: external-dns}}}\n  \
                   values: {provider: pihole, sources: [service]}\n";
    let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: public, namespace: network}\nspec:\n  \
                      template: {spec: {containers: [{name: main, image: \"registry.k8s.io/external-dns/external-dns:v0.21.0\", \
                      args: [--source=crd, --provider=cloudflare]}]}}\n";
    let records = "apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: edge, namespace: network}\n\
                   spec: {endpoints: [{dnsName: a.example.com, recordType: CNAME, targets: [b.example.com]}]}\n";
    let files = [("a.yaml", release), ("b.yaml", deployment), ("c.yaml", records)];
    let made = import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect());
    assert!(made.text.contains("external-dns public;"), "{}", made.text);
    assert!(!made.text.contains("HN593") && !built(&made.text).is_empty(), "{}", made.text);
}

/// Authorities of a Backend may be in Secrets or in ConfigMaps.
#[test]
fn authorities_keep_their_kind() {
    let object = "apiVersion: gateway.envoyproxy.io/v1alpha1\nkind: Backend\nmetadata: {name: nas, namespace: network}\nspec:\n  \
                  endpoints: [{fqdn: {hostname: nas.example.com, port: 443}}]\n  \
                  tls: {caCertificateRefs: [{group: \"\", kind: KIND, name: nas-ca}]}\n";
    for (kind, word) in [("Secret", "secret-authorities nas-ca"), ("ConfigMap", " authorities nas-ca")] {
        let made = import(vec![("backend.yaml".to_owned(), object.replace("KIND", kind))]);
        assert!(made.text.contains(word) && !made.text.contains("patch"), "{}", made.text);
        let files = built(&made.text);
        assert!(files.iter().any(|(_, text)| text.contains(&format!("kind: {kind}\n"))), "{}", made.text);
    }
}
