//! Objects of Kubernetes in words: what comes back as it is, and what stays YAML.

use crate::common::built;
use hnet_import::{Imported, import};

fn imported(files: &[(&str, &str)]) -> Imported {
    import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
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
metadata: {name: patient}
spec:
  parentRefs: [{name: internal, namespace: network}]
  rules:
    - retry: {attempts: 3}
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
spec: {loadBalancerIPs: true, interfaces: ['^bond[0-9]+']}
---
apiVersion: cilium.io/v2alpha1
kind: CiliumLoadBalancerIPPool
metadata: {name: others}
spec: {blocks: [{cidr: 10.9.0.0/24}], serviceSelector: {matchLabels: {pool: others}}}
";

/// A repository that Flux applies.
const REPOSITORY: &[(&str, &str)] = &[
    (
        "flux/cluster.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: cluster-apps}\n\
         spec: {path: ./apps}\n",
    ),
    ("apps/kustomization.yaml", "kind: Kustomization\nresources: [monitoring/ks.yaml, network, kube-system]\n"),
    (
        "apps/monitoring/ks.yaml",
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: grafana}\n\
         spec: {path: ./apps/monitoring/grafana, targetNamespace: monitoring, \
         postBuild: {substitute: {APP: grafana}}}\n",
    ),
    ("apps/monitoring/grafana/routes.yaml", ROUTES),
    (
        "apps/network/kustomization.yaml",
        "kind: Kustomization\nnamespace: network\nresources: [namespace.yaml, gateway.yaml]\n",
    ),
    ("apps/network/gateway.yaml", GATEWAY),
    ("apps/kube-system/kustomization.yaml", "kind: Kustomization\nresources: [pools.yaml, deployment.yaml]\n"),
    ("apps/network/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: network}\n"),
    ("apps/kube-system/pools.yaml", POOLS),
    ("apps/kube-system/deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n"),
    ("apps/old/gateway.yaml", GATEWAY),
];

#[test]
fn objects_are_said_in_words_or_stay_as_they_are() {
    let made = imported(REPOSITORY);
    assert_eq!(
        made.text,
        r#"network apps <
  certificate-issuer letsencrypt;

  certificate home < names *.${SECRET_DOMAIN}; issuer letsencrypt; secret home-tls; >

  pool lan <
    addresses 192.168.20.32-192.168.20.63;
    announce l2 < interfaces "^bond[0-9]+"; >
  >

  pool others <
    addresses 10.9.0.0/24;
    first-and-last;
    patch """
      spec:
        serviceSelector:
          matchLabels:
            pool: others
    """;
  >

  # What the house sees.
  gateway internal <
    namespace network;
    class envoy;
    address 192.168.20.40;
    listener http < port 80; allow same; >
    listener https < port 443; tls home; allow all; >
  >

  service grafana monitoring/grafana:80;

  route grafana <
    hostname grafana.${SECRET_DOMAIN};
    through internal/https;
    labels team=watch;
    to grafana;
    rule <
      method GET;
      path /api;
      set-header "X-From: api";
      to monitoring/api:8080 < weight 3; >
      to monitoring/old:8080;
    >
  >
  route patient <
    through internal;
    to grafana;
    patch """
      spec:
        rules:
          - retry:
              attempts: 3
            backendRefs:
              - name: grafana
                port: 80
    """;
  >

  # What was not there is not written.
  output < namespaces off; bootstrap off; >
>
"#
    );
    assert!(built(&made.text).iter().all(|(_, text)| !text.contains("kind: Namespace")), "{}", made.text);
    assert!(!made.text.contains("Deployment"), "{}", made.text);
    built(&made.text);
}

/// What one root leads to is one cluster, and what nothing leads to is none.
#[test]
fn each_root_is_a_cluster() {
    let sync = |name: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: flux-system}}\n\
             spec: {{path: ./clusters/{name}, postBuild: {{substitute: {{IP: 192.168.20.4{}}}}}}}\n",
            name.len()
        )
    };
    let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: internal, namespace: network}\n\
                   spec:\n  gatewayClassName: cilium\n  addresses: [{value: \"${IP}\"}]\n  \
                   listeners: [{name: http, port: 80, protocol: HTTP}]\n";
    let (one, two) = (sync("main"), sync("other"));
    let made = imported(&[
        ("clusters/main/flux-system/gotk-sync.yaml", &one),
        ("clusters/main/gateway.yaml", gateway),
        ("clusters/other/flux-system/gotk-sync.yaml", &two),
        ("clusters/other/gateway.yaml", gateway),
        ("old/gateway.yaml", gateway),
    ]);
    assert_eq!(
        made.text,
        "network <\n  \
         cluster main <\n    placeholder IP 192.168.20.44;\n\n    \
         gateway internal <\n      namespace network;\n      address ${IP};\n      \
         listener http < port 80; allow same; >\n    >\n  \
         >\n\n  \
         cluster other <\n    placeholder IP 192.168.20.45;\n\n    \
         gateway internal <\n      namespace network;\n      address ${IP};\n      \
         listener http < port 80; allow same; >\n    >\n  \
         >\n\n  \
         # What was not there is not written.\n  output < namespaces off; bootstrap off; >\n>\n"
    );
    built(&made.text);
}

/// A build of what was imported writes nothing that nobody had: no release of a chart that is installed, no monitors, no
/// grants by names of hnet's own, no versions of machines that are not said.
#[test]
fn nothing_is_written_that_was_not_there() {
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cilium, namespace: kube-system}\n\
                   spec:\n  chart: {spec: {chart: cilium, version: 1.19.6, sourceRef: {kind: HelmRepository, name: cilium}}}\n  \
                   values:\n    ipv4NativeRoutingCIDR: 10.42.0.0/16\n    prometheus: {enabled: true, serviceMonitor: {enabled: true}}\n    \
                   operator: {prometheus: {enabled: true, serviceMonitor: {enabled: true}}}\n";
    let route = "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: app, namespace: kube-system}\n\
                 spec:\n  parentRefs: [{name: internal, namespace: network}]\n  \
                 rules: [{backendRefs: [{name: app, namespace: media, port: 80}]}]\n";
    let grant = "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: mine, namespace: media}\n\
                 spec:\n  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: kube-system}]\n  \
                 to: [{group: \"\", kind: Service, name: app}]\n";
    let gateway = GATEWAY.replace("{name: internal}", "{name: internal, namespace: network}");
    let made = imported(&[
        ("cilium/release.yaml", release),
        ("network/gateway.yaml", gateway.split("---").next().expect("it has a first document")),
        ("media/route.yaml", route),
        ("media/grant.yaml", grant),
    ]);
    let files = built(&made.text);
    let has = |text: &str| files.iter().any(|(_, file)| file.contains(text));
    assert!(has("kind: HTTPRoute") && has("kind: Gateway"), "{}", made.text);
    assert!(has("name: mine\n"), "{}", made.text);
    for new in
        ["helmCharts:", "kind: ServiceMonitor", "name: routes-of-kube-system", "kind: Namespace", "Talos", "[::]"]
    {
        assert!(!has(new), "{new}\n{}", made.text);
    }
    assert!(files.iter().all(|(path, _)| !path.contains("bootstrap")), "{}", made.text);
    assert!(made.text.contains("reference-grants off;"), "{}", made.text);
}

/// What is of the network and has no words stays where it is and is listed, and so is what was judged and what was lost.
#[test]
fn what_stays_elsewhere_or_is_lost_is_listed() {
    let set = "# Who calls whom.\napiVersion: gateway.networking.k8s.io/v1\nkind: ListenerSet\nmetadata: {name: calls, namespace: web}\n";
    let ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: old, namespace: web}\nspec: {defaultBackend: {service: {name: a, port: {number: 80}}}}\n";
    let peer = "apiVersion: cilium.io/v2\nkind: CiliumBGPNodeConfigOverride\nmetadata: {name: tor}\nspec: {bgpInstances: [{name: a, routerID: 10.0.0.1}]}\n";
    let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: grafana, namespace: web}\n\
                   spec:\n  chart: {spec: {chart: app-template, version: 4.1.1, sourceRef: {kind: HelmRepository, name: x}}}\n  \
                   values:\n    route:\n      off: {enabled: false, parentRefs: [{name: a}]}\n      app:\n        \
                   hostnames: [a.example.com]\n        parentRefs: [{name: internal, namespace: network}]\n";
    let pool = "# What the house has.\n# yaml-language-server: $schema=x\napiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\n\
                metadata: {name: lan}\nspec:\n  # old: {cidr: 10.8.0.0/24}\n  blocks: [{cidr: 10.9.0.0/24}]\n";
    let made = imported(&[
        ("calls.yaml", set),
        ("peer.yaml", peer),
        ("ingress.yaml", ingress),
        ("pool.yaml", pool),
        ("release.yaml", release),
    ]);
    let unread: Vec<&str> = made.report.unread.iter().map(|unread| unread.why.as_str()).collect();
    assert_eq!(
        unread,
        [
            "`ListenerSet` calls: hnet has no words for it, so it stays where it is",
            "`CiliumBGPNodeConfigOverride` tor: hnet has no words for it, so it stays where it is",
            "`Ingress` old: hnet has no words for it, so it stays where it is",
            "`grafana` has a route in the values of its chart, which stay there",
        ]
    );
    let lost: Vec<&str> = made.report.lost.iter().map(|lost| lost.why.as_str()).collect();
    assert_eq!(lost, ["# old: {cidr: 10.8.0.0/24}"], "{}", made.text);
    assert!(made.text.contains("# What the house has.") && made.text.starts_with("network <\n"), "{}", made.text);
}

/// A cluster configuration of BGP is one statement with its sessions' settings and what it tells; the pools that no policy
/// announces are told to routers. Settings that two share stay YAML.
#[test]
fn sessions_of_bgp_are_one_statement() {
    let cluster = "apiVersion: cilium.io/v2\nkind: CiliumBGPClusterConfig\nmetadata: {name: main}\nspec:\n  nodeSelector: {matchLabels: {kubernetes.io/os: linux}}\n  bgpInstances:\n    - name: cilium\n      localASN: 64514\n      peers:\n        - {name: unifi, peerASN: 64513, peerAddress: 192.168.1.1, peerConfigRef: {name: l3}}\n";
    let peer = "apiVersion: cilium.io/v2\nkind: CiliumBGPPeerConfig\nmetadata: {name: l3}\nspec:\n  timers: {holdTimeSeconds: 9, keepAliveTimeSeconds: 3}\n  gracefulRestart: {enabled: true, restartTimeSeconds: 15}\n  families:\n    - {afi: ipv4, safi: unicast, advertisements: {matchLabels: {advertise: bgp}}}\n";
    let told = "apiVersion: cilium.io/v2\nkind: CiliumBGPAdvertisement\nmetadata: {name: told, labels: {advertise: bgp}}\nspec:\n  advertisements:\n    - advertisementType: PodCIDR\n    - advertisementType: Service\n      service: {addresses: [LoadBalancerIP]}\n      selector: {matchExpressions: [{key: somekey, operator: NotIn, values: [never-used-value]}]}\n";
    let pool = "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: lan}\nspec:\n  allowFirstLastIPs: \"No\"\n  blocks: [{cidr: 10.9.0.0/24}]\n";
    let files = [("a.yaml", cluster), ("b.yaml", peer), ("c.yaml", told), ("d.yaml", pool)];
    let made = imported(&files);
    insta::assert_snapshot!(made.text, @"
    network <
      pool lan < addresses 10.9.0.0/24; announce bgp; >

      bgp main <
        as 64514;
        instance cilium;
        peer unifi <
          as 64513;
          address 192.168.1.1;
          hold-time 9s;
          keepalive 3s;
          graceful-restart 15s;
          settings l3;
        >
        advertisement told;
        label advertise=bgp;
        advertise pods;
        advertise services;
      >

      # What was not there is not written.
      output < bootstrap off; >
    >
    ");
    let second = cluster.replace("name: main", "name: second");
    let made = imported(&[files.as_slice(), &[("e.yaml", &second)]].concat());
    assert!(
        made.text.contains("manifest \"\"\"") && made.text.contains("kind: CiliumBGPClusterConfig"),
        "{}",
        made.text
    );
}

/// Of two objects of one name that say something else one is taken, and the other is listed with both places.
#[test]
fn of_two_objects_of_one_name_the_second_is_listed() {
    let pool = |addresses: &str| {
        format!(
            "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {{name: lan}}\n\
             spec: {{blocks: [{{cidr: {addresses}}}]}}\n"
        )
    };
    let (one, two) = (pool("10.9.0.0/24"), pool("10.9.1.0/24"));
    let listed = |files: &[(&str, &str)]| -> Vec<String> {
        imported(files).report.unread.into_iter().map(|unread| unread.why).collect()
    };
    assert_eq!(
        listed(&[("a.yaml", &one), ("b.yaml", &two)]),
        ["`CiliumLoadBalancerIPPool` lan is there twice; the one in a.yaml:1 is taken"]
    );
    assert_eq!(listed(&[("a.yaml", &one), ("b.yaml", &one.replace("cilium.io/v2", "cilium.io/v2alpha1"))]), [""; 0]);
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
    let words = "\n  cilium 1.20.0 <\n    hubble;\n    gateway-alpn;\n    client-rate-limit < qps 17; burst 34; >\n    values \"\"\"\n";
    assert!(made.text.contains(words), "{}", made.text);
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
        ("network/kustomization.yaml", "kind: Kustomization\nnamespace: network\nresources: [gateway.yaml]\n"),
        ("network/gateway.yaml", &text),
    ]);
    assert!(
        made.text.contains("service-annotations \"lbipam.cilium.io/ips=192.168.20.40, fd09::28\";"),
        "{}",
        made.text
    );
    let files = built(&made.text);
    let is_it = |text: &str| text.contains("name: internal") && text.contains("192.168.20.40, fd09::28");
    assert!(files.iter().any(|(_, text)| is_it(text)), "{}", made.text);
}

/// What looks like a secret in words does not get into the source as YAML, where it may look like none.
#[test]
fn a_secret_is_left_out_however_it_is_said() {
    for (name, value) in [
        ("Authorization", "Basic YWRtaW46UzNjcjN0UGFzcyE="),
        ("Authorization", "Bearer 8fK2xQz91LmN0pRtVw3yZb7d"),
        ("X-Api-Key", "8fK2xQz91LmN0pRtVw3yZb7d"),
        ("Cookie", "session=8fK2xQz91LmN0pRtVw3yZb7d"),
    ] {
        for header in [format!("{{name: {name}, value: {value}}}"), format!("{{value: {value}, name: {name}}}")] {
            let filter = "{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-From, value: api}]}}";
            let with_secret = ROUTES.replace("{name: X-From, value: api}", &header);
            assert!(ROUTES.contains(filter) && with_secret.contains(&header));
            let imported = imported(&[("gateway.yaml", GATEWAY), ("routes.yaml", &with_secret)]);
            let secret = value.rsplit([' ', '=']).find(|part| !part.is_empty()).expect("a part");
            assert!(!imported.text.contains(secret), "{header}:\n{}", imported.text);
            let unread = &imported.report.unread;
            assert!(unread.iter().any(|one| one.why.contains("(HN222)")), "{header}: {unread:?}");
        }
    }
}

/// A null takes back what a chart says by default, so it stays.
#[test]
fn what_is_null_stays_null() {
    let release = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cilium, namespace: kube-system}
spec:
  chart: {spec: {chart: cilium, version: 1.19.6}}
  values:
    k8sClientRateLimit: {qps: null, burst: ~}
    hubble: {enabled: true, metrics: {enabled: null}}
";
    let made = import(vec![("cilium.yaml".to_owned(), release.to_owned())]);
    for said in ["qps: null", "burst: ~", "enabled: null"] {
        assert!(made.text.contains(said), "{said}\n{}", made.text);
    }
}

/// cert-manager issues a certificate anew where its usages are others than before, if only by being left out.
#[test]
fn the_usages_of_a_certificate_come_back_as_they_are() {
    for usages in ["digital signature", "digital signature, key encipherment"] {
        let kustomization = "kind: Kustomization\nnamespace: network\nresources: [gateway.yaml]\n";
        let text = GATEWAY.replace("  secretName", &format!("  usages: [{usages}]\n  secretName"));
        let made = imported(&[("network/kustomization.yaml", kustomization), ("network/gateway.yaml", &text)]);
        assert!(made.text.contains("certificate home"), "{}", made.text);
        let written = built(&made.text).into_iter().find(|(_, text)| text.contains("kind: Certificate\n"));
        let (_, written) = written.expect("it is written");
        let listed: Vec<String> = usages.split(", ").map(|usage| format!("- {usage}\n")).collect();
        assert!(listed.iter().all(|usage| written.contains(usage)), "{written}");
        assert_eq!(written.matches("\n    - ").count(), 1 + listed.len(), "{written}");
    }
}
