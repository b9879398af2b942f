//! Objects of Kubernetes in words: what comes back as it is, and what stays YAML.

use hnet::{Input, Options};
use hnet_import::{Imported, import};

fn imported(files: &[(&str, &str)]) -> Imported {
    import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
}

/// The files of a source; what stops a build is wrong in an import whatever it came from.
fn built(text: &str) -> Vec<(String, String)> {
    let found = hnet::compile(Input::one("network.hnet", text), &Options::default());
    let stops: Vec<_> = found.diagnostics.iter().filter(|one| one.severity.stops()).map(|one| &one.title).collect();
    assert!(stops.is_empty(), "{stops:#?}\n{text}");
    let files = found.outputs.expect("nothing stops the build").files;
    files.into_iter().map(|(path, file)| (path, file.text().to_owned())).collect()
}

const ROUTES: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata:
  name: grafana
  labels: {team: watch}
spec:
  hostnames: [\"grafana.${SECRET_DOMAIN}\"]
  parentRefs: [{name: internal, namespace: network, sectionName: https}]
  rules:
    - matches: [{path: {type: PathPrefix, value: /}}]
      backendRefs: [{name: grafana, port: 80}]
    - matches: [{path: {value: /api}, method: GET}]
      filters:
        - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-From, value: api}]}}
      backendRefs: [{name: api, port: 8080, weight: 3}, {name: old, port: 8080}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: mirrored}
spec:
  parentRefs: [{name: internal, namespace: network}]
  rules:
    - filters: [{type: RequestMirror, requestMirror: {backendRef: {name: other, port: 80}}}]
      backendRefs: [{name: grafana, port: 80}]
";

const GATEWAY: &str = "\
# What the house sees.
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: internal}
spec:
  gatewayClassName: envoy
  infrastructure: {annotations: {lbipam.cilium.io/ips: 192.168.20.40}}
  listeners:
    - {name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Same}}}
    - name: https
      port: 443
      protocol: HTTPS
      tls: {certificateRefs: [{kind: Secret, name: home-tls}]}
      allowedRoutes: {namespaces: {from: All}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: home}
spec:
  secretName: home-tls
  issuerRef: {name: letsencrypt, kind: ClusterIssuer}
  dnsNames: [\"*.${SECRET_DOMAIN}\"]
";

const POOLS: &str = "\
apiVersion: cilium.io/v2alpha1
kind: CiliumLoadBalancerIPPool
metadata: {name: lan}
spec: {blocks: [{start: 192.168.20.32, stop: 192.168.20.63}]}
---
apiVersion: cilium.io/v2alpha1
kind: CiliumL2AnnouncementPolicy
metadata: {name: lan}
spec: {loadBalancerIPs: true, interfaces: [^bond0$]}
---
apiVersion: cilium.io/v2alpha1
kind: CiliumLoadBalancerIPPool
metadata: {name: others}
spec: {blocks: [{cidr: 10.9.0.0/24}], serviceSelector: {matchLabels: {pool: others}}}
";

#[test]
fn objects_are_said_in_words_or_stay_as_they_are() {
    let made = imported(&[
        (
            "apps/monitoring/ks.yaml",
            "kind: Kustomization\nspec: {path: ./apps/monitoring/grafana, targetNamespace: monitoring}\n",
        ),
        ("apps/monitoring/grafana/routes.yaml", ROUTES),
        ("apps/network/kustomization.yaml", "kind: Kustomization\nnamespace: network\nresources: [gateway.yaml]\n"),
        ("apps/network/gateway.yaml", GATEWAY),
        ("apps/kube-system/pools.yaml", POOLS),
        ("apps/kube-system/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n"),
    ]);
    let (words, raw) = made.text.split_once("\n  manifest").expect("some objects have no words");
    assert_eq!(
        words,
        r#"network network <
  certificate-issuer letsencrypt < kind ClusterIssuer; >

  certificate home-tls < names *.${SECRET_DOMAIN}; namespace network; >

  pool lan <
    addresses 192.168.20.32-192.168.20.63;
    announce l2 < interfaces "^bond0$"; >
  >

  # What the house sees.
  gateway internal <
    namespace network;
    class envoy;
    address 192.168.20.40;
    listener http < port 80; allow same; >
    listener https < port 443; tls home-tls; allow all; >
  >

  route grafana <
    namespace monitoring;
    hostname grafana.${SECRET_DOMAIN};
    through internal/https;
    labels team=watch;
    to monitoring/grafana:80;
    rule <
      method GET;
      path /api;
      set-header "X-From: api";
      to monitoring/api:8080 < weight 3; >
      to monitoring/old:8080;
    >
  >
"#
    );
    for name in ["mirrored", "others", "home"] {
        assert!(raw.contains(&format!("name: {name}\n")), "{raw}");
    }
    assert!(!made.text.contains("Deployment"), "{}", made.text);
    built(&made.text);
}

/// The gateways, routes and certificates that hnet wrote are written again, byte for byte.
#[test]
fn what_hnet_wrote_is_written_again() {
    let folder = "infrastructure/networking/gateway";
    let own = [
        (
            "certificates.yaml",
            include_str!("../../../examples/homelab/out/infrastructure/networking/gateway/certificates.yaml"),
        ),
        (
            "gateways.yaml",
            include_str!("../../../examples/homelab/out/infrastructure/networking/gateway/gateways.yaml"),
        ),
        ("routes.yaml", include_str!("../../../examples/homelab/out/infrastructure/networking/gateway/routes.yaml")),
    ];
    let made = imported(&own);
    assert!(!made.text.contains("manifest"), "{}", made.text);
    let files = built(&made.text);
    for (name, text) in own {
        let path = format!("{folder}/{name}");
        let written = files.iter().find(|(path_of, _)| *path_of == path).expect("it is written");
        assert_eq!(written.1, text, "{name}");
    }
}

/// Of Cilium's values those are laid over that hnet does not derive, and the whole is what it was.
#[test]
fn the_values_of_cilium_come_back_whole() {
    let values = include_str!("../../../examples/homelab/out/infrastructure/networking/cilium/values.yaml");
    let charts = include_str!("../../../examples/homelab/out/infrastructure/networking/cilium/kustomization.yaml");
    let talconfig = include_str!("../../../examples/homelab/out/talos/talconfig.yaml");
    let made = imported(&[
        ("talos/talconfig.yaml", talconfig),
        ("cilium/kustomization.yaml", charts),
        ("cilium/values.yaml", values),
    ]);
    assert!(made.text.contains("\n  cilium 1.20.0 <\n    hubble;\n    values \"\"\"\n"), "{}", made.text);
    let files = built(&made.text);
    let (_, written) = files.iter().find(|(path, _)| path.ends_with("cilium/values.yaml")).expect("it is written");
    let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text).expect("it is YAML");
    assert_eq!(read(written), read(values));
    // Cilium takes the place of kube-proxy and the CNI, so that the patches need not say it.
    assert!(!made.text.contains("proxy:") && !made.text.contains("cni:"), "{}", made.text);
}

/// Words that would write something else are not taken: of this annotation hnet would write the list without a blank.
#[test]
fn what_would_come_back_otherwise_stays_as_it_is() {
    let text = GATEWAY.replace("192.168.20.40}", "\"192.168.20.40, fd09::28\"}");
    let made = imported(&[
        ("network/kustomization.yaml", "kind: Kustomization\nnamespace: network\n"),
        ("network/gateway.yaml", &text),
    ]);
    assert!(!made.text.contains("gateway internal"), "{}", made.text);
    let files = built(&made.text);
    let is_it = |text: &str| text.contains("name: internal") && text.contains("192.168.20.40, fd09::28");
    assert!(files.iter().any(|(_, text)| is_it(text)), "{}", made.text);
}
