//! What stays its owner's and is known all the same: tunnels, cluster DNS, services with addresses, hosts.

use crate::common::built;
use hnet_import::{Imported, import};

fn imported(files: &[(&str, &str)]) -> Imported {
    import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
}

/// What of a source stands in `existing`.
fn existing(made: &Imported) -> &str {
    let (_, rest) =
        made.text.split_once("\n  existing <\n").unwrap_or_else(|| panic!("{:#?}\n{}", reasons(made), made.text));
    let within = rest.split_once("\n  >\n").unwrap_or_else(|| panic!("{}", made.text)).0;
    // What is guessed of the gateway's certificate is none of this.
    within
        .split_once("namespace network; >\n")
        .filter(|(before, _)| before.contains("guessed"))
        .map_or(within, |own| own.1)
}

/// Why something stays YAML, without its place.
fn reasons(made: &Imported) -> Vec<&str> {
    made.report.as_yaml.iter().map(|one| one.why.as_str()).collect()
}

const KUSTOMIZATION: &str = "kind: Kustomization\nnamespace: network\nresources: [release.yaml, gateway.yaml]\n";

const GATEWAY: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: external}
spec:
  gatewayClassName: cilium
  listeners:
    - name: https
      port: 443
      protocol: HTTPS
      hostname: '*.example.net'
      tls: {certificateRefs: [{name: home-tls}]}
      allowedRoutes: {namespaces: {from: All}}
";

/// A release of app-template that runs a connector with these rules.
fn release(rules: &str) -> String {
    let rules: String = rules.lines().map(|line| format!("            {line}\n")).collect();
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: tunnel}}\nspec:\n  \
         chart: {{spec: {{chart: app-template, version: 4.1.1}}}}\n  values:\n    controllers:\n      main:\n        \
         replicas: 2\n        containers:\n          app:\n            image: {{repository: mirror.gcr.io/cloudflare/cloudflared, \
         tag: 2026.8.2@sha256:0aa2}}\n            env: {{TUNNEL_ID: '${{TUNNEL_ID}}'}}\n    configMaps:\n      config:\n        \
         data:\n          config.yaml: |-\n{rules}"
    )
}

fn with(rules: &str) -> Imported {
    imported(&[
        ("network/kustomization.yaml", KUSTOMIZATION),
        ("network/gateway.yaml", GATEWAY),
        ("network/release.yaml", &release(rules)),
    ])
}

/// A chart runs the connector and goes on to do so; what it publishes is known.
#[test]
fn a_tunnel_of_a_chart_is_known_and_not_run_again() {
    let made = with(
        "originRequest:\n  http2Origin: true\n  keepAliveTimeout: 3600s\ningress:\n  - hostname: ${DOMAIN}\n    \
         originRequest: {originServerName: 'external.${DOMAIN}'}\n    \
         service: &svc https://envoy-external.{{ .Release.Namespace }}.svc.cluster.local\n  - hostname: '*.${DOMAIN}'\n    \
         originRequest: {originServerName: 'external.${DOMAIN}'}\n    service: *svc\n  - hostname: '*.example.net'\n    \
         originRequest: {matchSNItoHost: true}\n    \
         service: https://cilium-gateway-external.network.svc.cluster.local:443\n  - hostname: plain.example.org\n    \
         service: http://web.apps:8080\n  - service: http_status:404\n",
    );
    assert_eq!(
        existing(&made),
        "    tunnel tunnel <\n      \
         id ${TUNNEL_ID};\n      \
         connector tunnel;\n      \
         namespace network;\n      \
         version 2026.8.2;\n      \
         replicas 2;\n      \
         publish ${DOMAIN}, *.${DOMAIN} to network/envoy-external:443 server-name external.${DOMAIN} http2 on;\n      \
         publish *.example.net to external/https;\n      \
         publish plain.example.org to apps/web:8080;\n    \
         >"
    );
    assert!(
        reasons(&made).contains(&"cloudflared's configuration: `keepAliveTimeout` has no word"),
        "{:?}",
        reasons(&made)
    );
    let count = made.report.fields["cloudflared"];
    assert_eq!((count.typed, count.raw, count.unread), (13, 0, 1));
    assert!(built(&made.text).iter().all(|(path, _)| !path.contains("cloudflared")));
}

/// What words would lead elsewhere is not said, and is listed.
#[test]
fn rules_without_words_are_listed() {
    let made = with(
        "ingress:\n  - hostname: '*.example.net'\n    service: http://web.apps:8080\n  - hostname: a.example.net\n    \
         service: http://other.apps:8080\n  - hostname: b.example.net\n    service: http://web.apps:8080\n  - hostname: ssh.example.org\n    \
         service: ssh://shell.apps:22\n  - hostname: nas.example.org\n    service: https://192.168.1.20:5001\n    \
         originRequest: {noTLSVerify: true}\n  - hostname: api.example.org\n    path: /v1\n    service: http://web.apps:8080\n  \
         - hostname: odd.example.org\n    service: https://web.apps:8443\n    originRequest: {noTLSVerify: true}\n  \
         - hostname: cam.example.org\n    service: https://admin:hunter2xyz@cam.lan\n  - service: http_status:503\n",
    );
    assert!(made.text.contains("publish *.example.net, b.example.net to apps/web:8080;"), "{}", made.text);
    assert_eq!(made.text.matches("publish").count(), 1, "{}", made.text);
    let wanted = [
        "`a.example.net` is never reached, since `*.example.net` stands before it",
        "`ssh.example.org`: `ssh` has no word",
        "`nas.example.org`: `192.168.1.20` is no service of the cluster",
        "`api.example.org`: `path` has no word",
        "`odd.example.org`: `noTLSVerify` has no word",
        "`cam.example.org`: a URL with a login has no word",
        "what no name takes is answered with `http_status:503`, and by hnet with `http_status:404`",
    ];
    for why in wanted {
        let why = format!("cloudflared's configuration: {why}");
        assert!(reasons(&made).contains(&why.as_str()), "{why}\n{:#?}", reasons(&made));
    }
    built(&made.text);
}

/// Without a word of a server name cloudflared asks for the host that it connects to, which hnet would not.
#[test]
fn a_server_name_that_is_not_said_is_the_hosts() {
    let made = with(
        "ingress:\n  - hostname: www.example.net\n    service: https://web.apps.svc.cluster.local\n  \
         - hostname: api.example.net\n    service: https://api.apps:8443\n    originRequest: {originServerName: api.example.net}\n  \
         - service: http_status:404\n",
    );
    assert!(
        made.text.contains("publish www.example.net to apps/web:443 server-name web.apps.svc.cluster.local;"),
        "{}",
        made.text
    );
    assert!(made.text.contains("publish api.example.net to apps/api:8443;"), "{}", made.text);
    built(&made.text);
}

/// A release of CoreDNS's chart with these blocks.
fn coredns(servers: &str) -> Imported {
    let servers: String = servers.lines().map(|line| format!("      {line}\n")).collect();
    let release = format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: coredns}}\nspec:\n  \
         chart: {{spec: {{chart: coredns, version: 1.39.0}}}}\n  values:\n    replicaCount: 2\n    servers:\n{servers}"
    );
    let kustomization = "kind: Kustomization\nnamespace: kube-system\nresources: [release.yaml, pool.yaml]\n";
    let pool = "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: lan}\n\
                spec: {blocks: [{start: 192.168.1.32, stop: 192.168.1.63}]}\n";
    imported(&[("dns/kustomization.yaml", kustomization), ("dns/release.yaml", &release), ("dns/pool.yaml", pool)])
}

const REST: &str = "\
- zones: [{zone: ., scheme: dns://, use_tcp: true}]
  port: 53
  plugins:
    - {name: errors}
    - name: kubernetes
      parameters: cluster.local in-addr.arpa ip6.arpa
      configBlock: |-
        pods verified
        fallthrough in-addr.arpa ip6.arpa
    - {name: prometheus, parameters: 0.0.0.0:9153}
    - {name: forward, parameters: \". 192.168.1.1 1.1.1.1\", configBlock: policy sequential}
    - {name: loop}
";

/// Who answers is known, and zones of which words say all that they answer.
#[test]
fn cluster_dns_of_a_chart_is_known() {
    let zones = "\
- zones: [{zone: home.arpa.}]
  port: 53
  plugins:
    - {name: errors}
    - {name: forward, parameters: . 192.168.1.1}
    - {name: cache, parameters: 30}
- zones: [{zone: internal}]
  plugins:
    - {name: errors}
    - name: hosts
      configBlock: |-
        192.168.1.40 nas.internal
        ttl 30
        fallthrough
    - {name: forward, parameters: . dns://192.168.1.2}
- zones: [{zone: example.net}]
  plugins:
    - {name: rewrite, parameters: name a b}
    - {name: forward, parameters: . 192.168.1.1}
";
    let made = coredns(&format!("{REST}{zones}"));
    assert_eq!(
        existing(&made),
        "    dns <\n      \
         replicas 2;\n      \
         forward 192.168.1.1, 1.1.1.1;\n      \
         zone home.arpa < forward 192.168.1.1; cache 30s; >\n      \
         zone internal < forward 192.168.1.2; record nas.internal address 192.168.1.40; >\n    \
         >"
    );
    let wanted = [
        "CoreDNS: `example.net` has `rewrite`, which has no words",
        "CoreDNS: `kubernetes`, `forward` of `.` have no words, or say more than those",
    ];
    for why in wanted {
        assert!(reasons(&made).contains(&why), "{why}\n{:#?}", reasons(&made));
    }
    assert!(built(&made.text).iter().all(|(path, _)| !path.contains("coredns")));
}

/// Where words do not say who answers the rest, nothing is said: it would be taken for the node's own resolvers.
#[test]
fn cluster_dns_that_asks_over_tls_has_no_words() {
    let made = coredns(&REST.replace("1.1.1.1", "tls://1.1.1.1"));
    assert!(!made.text.contains("existing"), "{}", made.text);
    assert!(
        reasons(&made).contains(&"CoreDNS: `.` asks `tls://1.1.1.1`, which is no address"),
        "{:#?}",
        reasons(&made)
    );
    let count = made.report.fields["CoreDNS"];
    assert!(count.typed == 0 && count.raw == 0 && count.unread > 5, "{count:?}");
}

/// Records that words would say with another answer are not taken: hnet keeps the answers of `hosts` for 30 seconds.
#[test]
fn what_would_answer_otherwise_is_not_said() {
    let zone = "\
- zones: [{zone: internal}]
  plugins:
    - name: hosts
      configBlock: |-
        192.168.1.40 nas.internal
        ttl 90
    - {name: forward, parameters: . 192.168.1.2}
";
    let made = coredns(&format!("{REST}{zone}"));
    assert!(!made.text.contains("existing"), "{}", made.text);
    assert!(reasons(&made).contains(&"`dns`: `hosts` of `internal` would be another one"), "{:#?}", reasons(&made));
}

const PINNED: &str = "\
apiVersion: v1
kind: Service
metadata: {name: postgres, annotations: {lbipam.cilium.io/ips: 192.168.1.40, lbipam.cilium.io/sharing-key: db, note: x}}
spec: {type: LoadBalancer, selector: {app: postgres}, ports: [{port: 5432}]}
---
apiVersion: v1
kind: Service
metadata: {name: plain}
spec: {selector: {app: plain}, ports: [{port: 80}]}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: mosquitto}
spec:
  chart: {spec: {chart: app-template, version: 4.1.1}}
  values:
    service:
      main:
        type: LoadBalancer
        annotations: {io.cilium/lb-ipam-ips: '${MQTT_IP}'}
        ports: {mqtt: {port: 1883}, tls: {port: 8883}}
";

/// Nothing else may have the addresses that services ask for, wherever they stand.
#[test]
fn services_with_addresses_are_known() {
    let made = imported(&[
        ("apps/kustomization.yaml", "kind: Kustomization\nnamespace: apps\nresources: [services.yaml, pool.yaml]\n"),
        ("apps/services.yaml", PINNED),
        (
            "apps/pool.yaml",
            "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: lan}\n\
             spec: {blocks: [{start: 192.168.1.32, stop: 192.168.1.63}]}\n",
        ),
    ]);
    assert_eq!(
        existing(&made),
        "    service postgres apps/postgres < addresses 192.168.1.40; annotations lbipam.cilium.io/sharing-key=db; ports 5432; >\n    \
         service mosquitto apps/mosquitto < addresses ${MQTT_IP}; ports 1883, 8883; >"
    );
    assert!(built(&made.text).iter().all(|(path, _)| !path.contains("service")));
}

const BEHIND: &str = "\
apiVersion: v1
kind: Service
metadata: {name: nas}
spec: {ports: [{name: https, port: 443}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: nas, labels: {kubernetes.io/service-name: nas}}
addressType: IPv4
endpoints: [{addresses: [192.168.1.20]}]
ports: [{name: https, port: 443}]
---
apiVersion: v1
kind: Service
metadata: {name: nas-metrics}
spec: {clusterIP: None, ports: [{port: 9100}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: nas-metrics}
subsets: [{addresses: [{ip: 192.168.1.20}], ports: [{port: 9100}]}]
---
apiVersion: v1
kind: Service
metadata: {name: printer}
spec: {ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: printer, labels: {kubernetes.io/service-name: printer}}
addressType: FQDN
endpoints: [{addresses: [printer.internal]}]
ports: [{port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: nas}
spec:
  hostnames: [nas.example.net]
  parentRefs: [{name: external, namespace: network}]
  rules: [{backendRefs: [{name: nas, port: 443}]}]
";

/// What stands behind a service without pods is a host, and routes lead to it by name.
#[test]
fn hosts_behind_services_are_known() {
    let made = imported(&[
        (
            "network/kustomization.yaml",
            "kind: Kustomization\nnamespace: network\nresources: [behind.yaml, gateway.yaml]\n",
        ),
        ("network/gateway.yaml", GATEWAY),
        ("network/behind.yaml", BEHIND),
    ]);
    assert!(made.text.contains("\n  host nas < address 192.168.1.20; >\n"), "{}", made.text);
    assert_eq!(made.text.matches("host nas < address").count(), 1, "{}", made.text);
    assert!(made.text.contains("route nas < hostname nas.example.net; through external; to nas; >"), "{}", made.text);
    assert_eq!(
        existing(&made),
        "    service nas <\n      host nas;\n      port 443;\n      namespace network;\n      protocol http;\n    >\n    \
         service nas-metrics < host nas; port 9100; namespace network; >"
    );
    let wanted = [
        "`Service` printer: `printer.internal` stands behind it, and a host has addresses",
        "`Service` nas: its EndpointSlice is called otherwise than hnet calls it, or says more",
        "`Service` nas-metrics: `Endpoints` say where it leads, and hnet writes EndpointSlices",
    ];
    for why in wanted {
        assert!(reasons(&made).contains(&why), "{why}\n{:#?}", reasons(&made));
    }
    assert!(built(&made.text).iter().all(|(path, _)| !path.contains("services.yaml")));
}
