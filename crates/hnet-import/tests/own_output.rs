//! What hnet wrote is read back: the source of its own files builds the same objects, with nothing raw where words exist.

use std::fmt::Write as _;

use crate::common::built;
use hnet::{Input, Options};
use hnet_import::{Imported, import};
use proptest::prelude::*;

/// The kinds that are said in words.
const KINDS: [&str; 30] = [
    "ApplicationSet",
    "Namespace",
    "Certificate",
    "CiliumL2AnnouncementPolicy",
    "CiliumLoadBalancerIPPool",
    "CiliumNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "NetworkPolicy",
    "BackendTLSPolicy",
    "Gateway",
    "HTTPRoute",
    "ReferenceGrant",
    "ConfigMap",
    "Deployment",
    "DaemonSet",
    "ExternalSecret",
    "PodDisruptionBudget",
    "Service",
    "EndpointSlice",
    "ServiceAccount",
    "ClusterRole",
    "ClusterRoleBinding",
    "GatewayClass",
    "EnvoyProxy",
    "ClientTrafficPolicy",
    "BackendTrafficPolicy",
    "SecurityPolicy",
    "EnvoyExtensionPolicy",
    "HTTPRouteFilter",
    "Backend",
];

/// The objects of those kinds, as an independent reader has them, in an order of their own.
fn objects(files: &[(String, String)]) -> Vec<String> {
    let mut all = Vec::new();
    for (_, text) in files.iter().filter(|(path, _)| path.contains("networking") && path.ends_with(".yaml")) {
        for document in serde_yaml::Deserializer::from_str(text) {
            let value = <serde_yaml::Value as serde::Deserialize>::deserialize(document).expect("hnet writes YAML");
            let is_of_k3s = value["metadata"]["name"].as_str() == Some("coredns-custom");
            if !is_of_k3s && value["kind"].as_str().is_some_and(|kind| KINDS.contains(&kind)) {
                all.push(serde_json::to_string(&value).expect("its keys are texts"));
            }
        }
    }
    all.sort();
    all
}

/// Imports the files of a source, and says what of it does not come back.
fn comes_back(source: &str) -> Imported {
    let files = built(source);
    let made = import(files.clone());
    // No file says which k3s a cluster is, so what its own CoreDNS reads besides has no words.
    let lacks: Vec<_> = made.report.as_yaml.iter().filter(|one| !one.why.contains("k3s's own")).collect();
    assert!(lacks.is_empty(), "{lacks:#?}\n{}", made.text);
    let (before, after) = (objects(&files), objects(&built(&made.text)));
    assert_eq!(before, after, "{source}\n{}", made.text);
    let raw: Vec<_> = KINDS
        .iter()
        .filter_map(|kind| Some((kind, made.report.fields.get(*kind)?.raw)))
        .filter(|(_, raw)| *raw > 0)
        .collect();
    assert!(raw.is_empty(), "{raw:?}\n{}", made.text);
    made
}

#[test]
fn the_examples_come_back_in_words() {
    for source in [
        include_str!("../../../examples/first/network.hnet"),
        include_str!("../../../examples/homelab/network.hnet"),
        include_str!("../../../examples/k3s/network.hnet"),
    ] {
        comes_back(source);
    }
}

/// The case that says all that there are words for.
#[test]
fn what_envoy_gateway_is_told_comes_back() {
    let page = include_str!("../../../tests/cases/ways-in/envoy.md");
    let source = page.split("```hnet\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the page has a case");
    assert!(source.contains("security-policy"));
    // What is derived stands last where it was not said, and the order is compared, too.
    comes_back(&source.replacen(
        "service-type load-balancer;",
        "service-type load-balancer; external-traffic-policy cluster;",
        1,
    ));
}

#[test]
fn policies_come_back() {
    comes_back(
        r#"network home <
          subnet lan 192.168.10.0/24;
          gateway external < listener http port 80; >
          route web < hostname web.example.com; through external; to web/web:80; >
          ## The pages.
          policy web <
            namespace web; pods app=web, "tier in (a, b)", !old;
            from gateway external port 8080;
            from namespace a, b pods app=c port 53/udp, 9100-9110, metrics;
            from pods *;
            from address 192.168.10.0/24 except 192.168.10.64/27 icmp EchoRequest/ipv6 port 22;
            to name api.github.com, *.ghcr.io port 443;
            to service web/web;
            to cidr-group partners;
            deny-to world port 25;
            labels team=web;
          >
          policy quiet < namespace web; default-deny ingress, egress; >
          policy dns < pods "dns!=own"; cluster-dns; default-deny none; >
          policy asks < namespace web; to pods k8s-app=kube-dns namespace kube-system port 53 dns *.example.com; to name *.example.com; >
          policy hosts < nodes kubernetes.io/os=linux; from cluster; deny-from world port 22; >
          policy plain < kind NetworkPolicy; namespace web; pods app=web; from namespace * port 80; to all; to pods a=b; >
          policy shut < kind NetworkPolicy; namespace web; default-deny ingress, egress; >
        >"#,
    );
}

#[test]
fn records_come_back() {
    comes_back(
        r#"network home <
          ## Where public names come in.
          records edge <
            namespace network;
            labels example.com/published=yes;
            record external.example.com to 6ff42ae2-765d-4adf-8112-31c55c1551ef.cfargotunnel.com;
            record a.example.com, *.b.example.com < to 192.0.2.7, 2001:db8::7; ttl 1h; >
            record c.example.com < type A; to ${EDGE}; property "example.com/proxied=false"; >
            record _dmarc.example.com type TXT data "v=DMARC1; p=reject";
            record sub.example.com < type NS; to ns1.example.com, ns2.example.com; >
          >
          records none;
        >"#,
    );
}

/// What is said of a gateway.
#[derive(Clone, Debug)]
struct Way {
    class: Option<&'static str>,
    namespace: Option<&'static str>,
    address: Option<u8>,
    listeners: Vec<(u16, bool, u8)>,
    labels: bool,
}

/// What is said of a route.
#[derive(Clone, Debug)]
struct Route {
    gateway: usize,
    namespace: Option<&'static str>,
    backends: Vec<(usize, u16, u8)>,
    path: Option<&'static str>,
    method: bool,
    header: bool,
    redirect: bool,
    rewrite: bool,
    timeout: bool,
    more: bool,
}

fn way() -> impl Strategy<Value = Way> {
    let class = prop::sample::select(vec![None, Some("envoy"), Some("eg"), Some("istio")]);
    let namespace = prop::sample::select(vec![None, Some("network"), Some("ways")]);
    // Two listeners of one port would have to differ in their names.
    let listeners = (prop::sample::subsequence(vec![80, 443, 8443], 1..3), any::<bool>(), 0_u8..2)
        .prop_map(|(ports, tls, allow)| ports.into_iter().map(|port| (port, tls && port != 80, allow)).collect());
    (class, namespace, prop::option::of(32_u8..60), listeners, any::<bool>())
        .prop_map(|(class, namespace, address, listeners, labels)| Way { class, namespace, address, listeners, labels })
}

fn route() -> impl Strategy<Value = Route> {
    let namespace = prop::sample::select(vec![None, Some("network"), Some("web")]);
    let backends = prop::collection::vec((0_usize..3, prop::sample::select(vec![80, 8080, 3000]), 1_u8..4), 0..3);
    let path = prop::sample::select(vec![None, Some("/api"), Some("/a/b")]);
    (0_usize..3, namespace, backends, path, any::<[bool; 6]>()).prop_map(
        |(gateway, namespace, backends, path, [method, header, redirect, rewrite, timeout, more])| Route {
            gateway,
            namespace,
            backends,
            path,
            method,
            header,
            redirect,
            rewrite,
            timeout,
            more,
        },
    )
}

/// A source with these gateways and routes; where it is not sound, that is none of this test's.
fn source(ways: &[Way], routes: &[Route]) -> Option<String> {
    let mut text = String::from("network generated <\n  subnet lan 192.168.10.0/24;\n");
    let mut out = || -> std::fmt::Result {
        writeln!(text, "  certificate-issuer letsencrypt;")?;
        writeln!(
            text,
            "  certificate home < names *.example.com, example.com; issuer letsencrypt; namespace certs; >"
        )?;
        writeln!(text, "  pool ways < addresses lan[32-63]; announce l2; >")?;
        for (at, way) in ways.iter().enumerate() {
            writeln!(text, "  gateway way-{at} <")?;
            way.class.iter().try_for_each(|class| writeln!(text, "    class {class};"))?;
            way.namespace.iter().try_for_each(|namespace| writeln!(text, "    namespace {namespace};"))?;
            let address = way.address.map(|address| usize::from(address) + at);
            address.iter().try_for_each(|address| writeln!(text, "    address lan[{address}];"))?;
            for (number, (port, tls, allow)) in way.listeners.iter().enumerate() {
                let tls = if *tls || *port == 443 { " tls home; hostname *.example.com;" } else { "" };
                let allow = ["", " allow all;"][usize::from(*allow)];
                writeln!(text, "    listener l{number} < port {port};{tls}{allow} >")?;
            }
            if way.labels {
                writeln!(text, "    labels a=b; annotations c/d=\"e f\"; service-labels g=h;")?;
            }
            writeln!(text, "  >")?;
        }
        for (at, route) in routes.iter().enumerate() {
            writeln!(text, "  route r{at} <\n    hostname r{at}.example.com;")?;
            route.namespace.iter().try_for_each(|namespace| writeln!(text, "    namespace {namespace};"))?;
            writeln!(text, "    through way-{};", route.gateway % ways.len())?;
            let rule = |text: &mut String| -> std::fmt::Result {
                route.path.iter().try_for_each(|path| writeln!(text, "    path {path};"))?;
                if route.method {
                    writeln!(text, "    method GET;")?;
                }
                if route.header {
                    writeln!(text, "    header \"X-A: b\"; set-header \"X-C: d\";")?;
                }
                if route.redirect || route.backends.is_empty() {
                    writeln!(text, "    redirect https;")?;
                } else {
                    if route.rewrite && route.path.is_some() {
                        writeln!(text, "    rewrite-path /;")?;
                    }
                    for (service, port, weight) in &route.backends {
                        let weight = if *weight == 1 { String::new() } else { format!(" < weight {weight}; >") };
                        writeln!(text, "    to n{service}/s{service}:{port}{weight};")?;
                    }
                }
                if route.timeout {
                    writeln!(text, "    timeout 30s;")?;
                }
                Ok(())
            };
            rule(&mut text)?;
            if route.more {
                writeln!(text, "    rule < exact-path /x; to n0/s0:80; >")?;
            }
            writeln!(text, "  >")?;
        }
        writeln!(text, ">")
    };
    out().ok()?;
    let text = text.replace(" >;\n", " >\n");
    let found = hnet::check(Input::one("network.hnet", text.clone()), &Options::default());
    found.diagnostics.iter().all(|one| !one.severity.stops()).then_some(text)
}

/// 64 networks are tried, or as many as `PROPTEST_CASES` says.
fn cases() -> ProptestConfig {
    let said = ProptestConfig::default();
    let cases = if said.cases == 256 { 64 } else { said.cases };
    // Most of what is generated is not sound.
    ProptestConfig { cases, max_global_rejects: 1_000_000, failure_persistence: None, ..said }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn generated_networks_come_back_in_words(
        ways in prop::collection::vec(way(), 1..4),
        routes in prop::collection::vec(route(), 0..6),
    ) {
        let text = source(&ways, &routes);
        prop_assume!(text.is_some());
        comes_back(&text.unwrap_or_default());
    }
}

/// That Talos runs no DNS of its own follows from `dns`, and the waves of Argo CD from `gitops`.
#[test]
fn what_follows_is_not_said_again() {
    let made = import(built(include_str!("../../../examples/first/network.hnet")));
    assert!(made.text.contains("\n  dns "), "{}", made.text);
    assert!(!made.text.contains("coreDNS:") && !made.text.contains("sync-wave"), "{}", made.text);
    assert!(made.report.allowed.is_empty(), "{:#?}", made.report.allowed);
    assert_eq!(made.report.fields["talconfig"].raw, 0);
    let unread: Vec<&str> = made.report.unread.iter().map(|one| one.why.as_str()).collect();
    assert_eq!(unread, <[&str; 0]>::default());
}

/// What Argo CD is told comes back with all that is said of it, under whatever name and folder; what would come out
/// otherwise is listed.
#[test]
fn what_argo_cd_is_told_comes_back() {
    let cluster = |name: &str, path: &str, output: &str| {
        format!(
            "  cluster {name} <\n  cilium 1.20.0;\n  gateway-api 1.6;\n  pool lan < addresses lan[32-63]; announce l2; >\n  \
             gateway web < listener http port 80; >\n  route a < hostname a.example.com; through web; to web/web:80; >\n  \
             gitops argocd <\n    repository https://github.com/me/home.git; revision v1; path {path}; project net; \
             namespace argo;\n  >\n{output}  >\n"
        )
    };
    let network = |clusters: &str| format!("network home <\n  subnet lan 192.168.10.0/24;\n{clusters}>\n");
    let listed = |files: Vec<(String, String)>| -> Vec<String> {
        let listed = import(files).report.unread.into_iter().map(|one| one.why);
        listed.filter(|why| why.starts_with('`')).collect()
    };
    for path in ["clusters/home", "home", "gitops"] {
        let source = network(&cluster("home", path, ""));
        let said = format!(
            "gitops argocd <\n    repository https://github.com/me/home.git;\n    revision v1;\n    path {path};\n    \
             project net;\n    namespace argo;\n  >"
        );
        let made = comes_back(&source);
        assert!(made.text.contains(&said), "{}", made.text);
        assert_eq!(listed(built(&source)), <[&str; 0]>::default());
    }
    let elsewhere = built(&network(&cluster("home", "home", "  output < gateways \"ways-in\"; >\n")));
    let source = network(&cluster("home", "home", ""));
    let edited = built(&source).into_iter().map(|(path, text)| (path, text.replace("prune: true", "prune: false")));
    for files in [elsewhere, edited.collect()] {
        let listed = listed(files);
        let [set, namespace] = listed.as_slice() else { panic!("{listed:#?}") };
        assert!(set.starts_with("`ApplicationSet` networking is hnet's, and is not read back"), "{set}");
        assert!(namespace.starts_with("`Namespace` gateway-system: what Argo CD is told of it goes"), "{namespace}");
    }
}
