//! Who issues certificates, in words: what comes back as it is, and what stays YAML.

use crate::common::built;
use hnet_import::import;

/// The source of an import of issuers that builds, and that says of them what is there.
fn said(text: &str) -> String {
    let made = import(vec![("issuers.yaml".to_owned(), text.to_owned())]);
    assert!(!built(&made.text).is_empty(), "it builds:\n{}", made.text);
    made.text
}

/// What is built of an import holds each of the lines.
fn is_built(source: &str, lines: &[&str]) {
    let files = built(source);
    let text: String =
        files.iter().filter(|(path, _)| path.ends_with("issuers.yaml")).map(|(_, text)| &**text).collect();
    for line in lines {
        assert!(text.lines().any(|own| own.trim() == *line), "{line} in\n{text}\nof\n{source}");
    }
}

#[test]
fn issuers_have_words() {
    let source = said(
        "apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: letsencrypt-production}
spec:
  acme:
    profile: shortlived
    email: ${SECRET_ACME_EMAIL}
    server: https://acme-v02.api.letsencrypt.org/directory
    privateKeySecretRef: {name: letsencrypt-production}
    solvers:
      - dns01: {cloudflare: {apiTokenSecretRef: {name: cert-manager-secret, key: api-token}}}
        selector: {dnsZones: ['${SECRET_DOMAIN}']}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: hubble-ca, namespace: kube-system}
spec: {ca: {secretName: cilium-hubble-ca}}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: selfsigned}
spec: {selfSigned: {}}
",
    );
    for word in [
        "acme letsencrypt <",
        "email ${SECRET_ACME_EMAIL};",
        "account letsencrypt-production;",
        "zones ${SECRET_DOMAIN};",
        "token cert-manager-secret/api-token;",
        "namespace kube-system;",
        "ca cilium-hubble-ca;",
        "self-signed;",
    ] {
        assert!(source.contains(word), "{word} in\n{source}");
    }
    assert!(!source.contains("manifest") && !source.contains("patch"), "{source}");
    is_built(&source, &["server: https://acme-v02.api.letsencrypt.org/directory", "kind: Issuer", "selfSigned: {}"]);
}

#[test]
fn what_an_issuer_says_beside_its_words_is_laid_over_them_or_stays_whole() {
    let source = said(
        "apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: vault}
spec: {vault: {server: 'https://vault.example.com', path: pki/sign/home, auth: {tokenSecretRef: {name: vault, key: token}}}}
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: own}
spec:
  acme:
    server: https://acme.example.com/directory
    caBundle: Zm9v
    privateKeySecretRef: {name: own}
    solvers: [{http01: {ingress: {ingressClassName: nginx}}}]
",
    );
    assert!(source.contains("manifest") && source.contains("vault"), "{source}");
    assert!(source.contains("acme https://acme.example.com/directory") && source.contains("caBundle"), "{source}");
    is_built(&source, &["caBundle: Zm9v", "ingressClassName: nginx"]);
}

#[test]
fn of_issuers_of_one_name_the_first_has_words() {
    let one = |namespace: &str| {
        format!(
            "apiVersion: cert-manager.io/v1\nkind: Issuer\nmetadata: {{name: ca, namespace: {namespace}}}\nspec: {{selfSigned: {{}}}}\n---\n\
             apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: {namespace}, namespace: {namespace}}}\n\
             spec: {{secretName: {namespace}, dnsNames: [{namespace}.example.com], issuerRef: {{name: ca, kind: Issuer}}}}\n---\n"
        )
    };
    let source = said(&(one("alpha") + &one("beta")));
    assert_eq!(source.matches("certificate-issuer ca").count(), 1, "{source}");
    assert!(source.contains("manifest"), "{source}");
    assert_eq!(source.matches("  certificate ").count(), 2, "{source}");
}

#[test]
fn certificates_keep_what_their_objects_are_called() {
    let one = |namespace: &str, name: &str, secret: &str| {
        format!(
            "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {{name: \"{name}\", namespace: {namespace}}}\n\
             spec: {{secretName: \"{secret}\", dnsNames: [\"${{DOMAIN}}\"], issuerRef: {{name: ca, kind: ClusterIssuer}}}}\n---\n"
        )
    };
    let all = [
        one("network", "${DOMAIN/./-}-production", "${DOMAIN/./-}-production-tls"),
        one("network", "production", "a.production.tls"),
        one("media", "production", "production"),
    ];
    let gateway = "apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: external, namespace: network}
spec:
  gatewayClassName: cilium
  listeners:
    - name: https
      port: 443
      protocol: HTTPS
      tls: {mode: Terminate, certificateRefs: [{group: '', kind: Secret, name: '${DOMAIN/./-}-production-tls'}]}
      allowedRoutes: {namespaces: {from: Same}}
";
    let source = said(&(all.concat() + gateway));
    assert!(!source.contains("manifest") && !source.contains("patch"), "{source}");
    for word in [
        "certificate production <",
        "certificate network-production <",
        "certificate media-production <",
        "object-name ${DOMAIN/./-}-production;",
        "object-name production;",
        "secret a.production.tls;",
        "tls network-production;",
    ] {
        assert!(source.contains(word), "{word} in\n{source}");
    }
}
