//! Whole machine configurations beside what is laid over generated ones.

use super::said;

pub(super) const WHOLE: &str = "\
version: v1alpha1
debug: false
persist: true
machine:
  type: controlplane
  token: a.b
  ca: {crt: Yw==, key: ZA==}
  certSANs: []
  kubelet: {image: 'ghcr.io/siderolabs/kubelet:v1.34.2', defaultRuntimeSeccompProfileEnabled: true, disableManifestsDirectory: true}
  network: {hostname: a}
  install: {disk: /dev/sda, image: 'ghcr.io/siderolabs/installer:v1.11.5', wipe: false}
  features: {rbac: true, apidCheckExtKeyUsage: true, diskQuotaSupport: true, hostDNS: {enabled: true, forwardKubeDNSToHost: true}}
  nodeLabels: {node.kubernetes.io/exclude-from-external-load-balancers: ''}
  sysctls: {x: '1'}
cluster:
  id: aWQ=
  secret: c2VjcmV0
  controlPlane: {endpoint: 'https://10.0.0.1:6443'}
  clusterName: home
  network: {dnsDomain: cluster.local, podSubnets: [10.244.0.0/16], serviceSubnets: [10.96.0.0/12]}
  apiServer:
    image: registry.k8s.io/kube-apiserver:v1.34.2
    certSANs: [10.0.0.1]
    disablePodSecurityPolicy: true
    admissionControl:
    - name: PodSecurity
      configuration:
        apiVersion: pod-security.admission.config.k8s.io/v1alpha1
        kind: PodSecurityConfiguration
        defaults: {audit: restricted, audit-version: latest, enforce: baseline, enforce-version: latest, warn: restricted, warn-version: latest}
        exemptions: {namespaces: [kube-system], runtimeClasses: [], usernames: []}
    auditPolicy: {apiVersion: audit.k8s.io/v1, kind: Policy, rules: [{level: Metadata}]}
  proxy: {image: 'registry.k8s.io/kube-proxy:v1.34.2'}
  discovery: {enabled: true, registries: {kubernetes: {disabled: true}, service: {}}}
";

const LAID: &str = "machine: {network: {hostname: a}, install: {disk: /dev/sda}, sysctls: {x: '1'}}\n";

/// What generators write is no difference, but for what this one lacks of it.
#[test]
fn only_what_somebody_says_differs() {
    let off = LAID.replace("sysctls", "features: {kubePrism: {enabled: false}}, sysctls");
    insta::assert_snapshot!(said(&[("talos/10.0.0.1.yaml", WHOLE)], &[("out/a.yaml", &off)]), @"same 1, others 0");
    insta::assert_snapshot!(said(&[("talos/a.yaml", WHOLE)], &[("out/a.yaml", &LAID.replace("'1'", "'2'"))]), @r#"
    change machine configuration a (out/a.yaml:1)
      machine.features.kubePrism.enabled: false → true
      machine.sysctls.x: "1" → "2"
    same 0, others 0
    "#);
}

/// A document says no more than its own part: the rest is off on both sides where nobody switches it on.
#[test]
fn a_document_speaks_for_its_part_alone() {
    let bare = WHOLE.replace("rbac: true, apidCheckExtKeyUsage: true, ", "");
    let typed = bare.replace("  network: {hostname: a}\n", "")
        + "---\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\nauto: 'off'\n---\napiVersion: v1alpha1\nkind: ResolverConfig\nnameservers: [{address: 10.0.0.1}]\n";
    let field = bare.replace("{hostname: a}", "{hostname: a, nameservers: [10.0.0.1]}");
    insta::assert_snapshot!(said(&[("talos/a.yaml", &field)], &[("out/a.yaml", &typed)]), @"same 12, others 0");
}

/// The secrets of both are the same, whatever form they have, and none is shown.
#[test]
fn documents_of_secrets_are_generated() {
    let whole = format!(
        "{}---\napiVersion: v1alpha1\nkind: DiscoveryIdentityConfig\nclusterSecret: c2VjcmV0\n",
        WHOLE.replace("  features: {", "  features: {kubePrism: {enabled: true, port: 7445}, ")
    );
    insta::assert_snapshot!(said(&[("talos/a.yaml", &whole)], &[("out/a.yaml", LAID)]), @"same 2, others 0");
}
