//! What stays its owner's and is known all the same: tunnels.

use hnet::{Input, Options};
use hnet_import::{Imported, import};

fn imported(files: &[(&str, &str)]) -> Imported {
    import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
}

/// The files that a source builds, which nothing stops.
fn built(text: &str) -> Vec<String> {
    let found = hnet::compile(Input::one("network.hnet", text), &Options::default());
    let stops: Vec<_> = found.diagnostics.iter().filter(|one| one.severity.stops()).map(|one| &one.title).collect();
    assert!(stops.is_empty(), "{stops:#?}\n{text}");
    found.outputs.expect("nothing stops the build").files.into_keys().collect()
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
    let (_, existing) = made.text.split_once("\n  existing <\n").unwrap_or_else(|| panic!("{:#?}\n{}", made.report.as_yaml, made.text));
    assert_eq!(
        existing.split("\n  #").next().unwrap_or_default(),
        "    tunnel tunnel <\n      \
         id ${TUNNEL_ID};\n      \
         connector tunnel;\n      \
         namespace network;\n      \
         version 2026.8.2;\n      \
         replicas 2;\n      \
         publish ${DOMAIN}, *.${DOMAIN} to network/envoy-external:443 server-name external.${DOMAIN} http2 on;\n      \
         publish *.example.net to external/https;\n      \
         publish plain.example.org to apps/web:8080;\n    \
         >\n  >\n>\n"
    );
    assert!(
        reasons(&made).contains(&"cloudflared's configuration: `keepAliveTimeout` has no word"),
        "{:?}",
        reasons(&made)
    );
    let count = made.report.fields["cloudflared"];
    assert_eq!((count.typed, count.raw, count.unread), (13, 1, 0));
    assert!(built(&made.text).iter().all(|path| !path.contains("cloudflared")));
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
         - service: http_status:503\n",
    );
    assert!(made.text.contains("publish *.example.net, b.example.net to apps/web:8080;"), "{}", made.text);
    assert_eq!(made.text.matches("publish").count(), 1, "{}", made.text);
    let wanted = [
        "`a.example.net` is never reached, since `*.example.net` stands before it",
        "`ssh.example.org`: `ssh` has no word",
        "`nas.example.org`: `192.168.1.20` is no service of the cluster",
        "`api.example.org`: `path` has no word",
        "`odd.example.org`: `noTLSVerify` has no word",
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
