//! What else the clusters of a source get, by `observe`: seen and not believed.

use hnet_import::{Imported, NotObserving, Observing, import};

fn imported(files: &[(&str, &str)]) -> Imported {
    import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
}

fn observing(made: &Imported) -> Result<Observing, NotObserving> {
    made.observing(vec![("network.hnet".to_owned(), made.text.clone())])
}

const SYNC: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: 'https://example.com/home'}
";

const GATEWAY: &str = "\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: network}
spec:
  gatewayClassName: envoy
  listeners:
    - {name: http, port: 80, protocol: HTTP, hostname: '*.example.net', allowedRoutes: {namespaces: {from: All}}}
";

const SECURE: &str = "\
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: home, namespace: network}
spec: {dnsNames: ['*.example.net'], secretName: home-tls, issuerRef: {name: letsencrypt, kind: ClusterIssuer}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: web, namespace: network}
spec:
  gatewayClassName: envoy
  listeners:
    - name: https
      port: 443
      protocol: HTTPS
      tls: {certificateRefs: [{name: home-tls}]}
      allowedRoutes: {namespaces: {from: All}}
";

/// A release with a route in its values.
fn release(hostname: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: grafana, namespace: web}}\nspec:\n  \
         chart: {{spec: {{chart: app-template, version: 4.1.1}}}}\n  values:\n    route:\n      app:\n        annotations: \
         {{a: b}}\n        hostnames: ['{hostname}']\n        parentRefs: [{{name: web, namespace: network}}]\n"
    )
}

#[test]
fn the_routes_of_charts_are_observed_and_counted() {
    let release = release("{{ .Release.Name }}.example.net");
    let made = imported(&[("sync.yaml", SYNC), ("apps/gateway.yaml", GATEWAY), ("apps/grafana.yaml", &release)]);
    let observing = observing(&made).expect("nothing stops a build");
    assert!(observing.files[0].1.ends_with(
        "  # What else there is: known to rules and pictures, and written by others.\n  observe flux;\n>\n"
    ));
    assert_eq!(observing.allowed, []);
    let fields = made.report.fields["routes of charts"];
    assert_eq!((fields.typed, fields.raw, fields.observed, fields.unread), (0, 0, 3, 1), "the annotation is not known");
    let lines =
        |report: &hnet_import::Report| -> Vec<String> { report.unread.iter().map(|one| one.why.clone()).collect() };
    assert_eq!(lines(&made.report), Vec::<String>::new());
    let unobserved = made.report.clone().unobserved();
    assert_eq!(lines(&unobserved), ["`grafana` has a route in the values of its chart, which stay there"]);
    assert_eq!(unobserved.fields["routes of charts"].unread, 4);
}

#[test]
fn what_is_judged_of_both_together_is_allowed_with_its_place() {
    let release = release("grafana.example.com");
    let made = imported(&[("sync.yaml", SYNC), ("apps/gateway.yaml", SECURE), ("apps/grafana.yaml", &release)]);
    let observing = observing(&made).expect("a judgement can be allowed");
    let allowed: Vec<&str> = observing.allowed.iter().map(|one| one.why.as_str()).collect();
    assert_eq!(allowed, ["certificate `home` does not cover `grafana.example.com` (HN513)"]);
    let text = &observing.files[0].1;
    assert!(text.contains("# hnet: allow HN513 because apps/grafana.yaml:10 has it; not judged yet"), "{text}");
}

#[test]
fn what_would_stop_a_build_is_not_observed() {
    // Both files say the object, and one says it otherwise.
    let other = GATEWAY.replace("*.example.net", "*.example.com");
    let made = imported(&[("sync.yaml", SYNC), ("apps/gateway.yaml", GATEWAY)]);
    let text = made.text.clone();
    let made = imported(&[("sync.yaml", SYNC), ("apps/gateway.yaml", &other)]);
    let why = made.observing(vec![("network.hnet".to_owned(), text)]).expect_err("the gateway is another");
    assert_eq!((why.by, why.why.as_str()), ("flux", "Gateway `network/web` exists already (HN564)"));
}

#[test]
fn each_of_several_clusters_observes_its_own() {
    let sync = |name: &str| SYNC.replace("./apps", &format!("./clusters/{name}"));
    let (a, b) = (sync("alpha"), sync("beta"));
    let other = GATEWAY.replace("*.example.net", "*.example.com");
    let made = imported(&[
        ("clusters/alpha/flux-system/sync.yaml", &a),
        ("clusters/alpha/gateway.yaml", GATEWAY),
        ("clusters/beta/flux-system/sync.yaml", &b),
        ("clusters/beta/gateway.yaml", &other),
    ]);
    let observing = observing(&made).expect("each is compared with its own");
    let text = &observing.files[0].1;
    assert_eq!(text.matches("\n    observe flux;\n").count(), 2, "{text}");
}

#[test]
fn without_a_root_only_more_than_is_said_is_observed() {
    let made = imported(&[("gateway.yaml", GATEWAY)]);
    assert!(!observing(&made).expect("it is as it was").files[0].1.contains("observe"));
    let release = release("grafana.example.net");
    let made = imported(&[("gateway.yaml", GATEWAY), ("grafana.yaml", &release)]);
    assert!(observing(&made).expect("nothing stops a build").files[0].1.contains("observe \".\";"));
}

/// Records may be published from anywhere: a root that leads to nothing else is no cluster of its own.
#[test]
fn records_make_no_cluster() {
    let (a, b) = (SYNC.replace("./apps", "./clusters/alpha"), SYNC.replace("./apps", "./clusters/beta"));
    let records = "apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nmetadata: {name: edge, namespace: network}\n\
                   spec: {endpoints: [{dnsName: a.example.com, recordType: A, targets: [192.0.2.7]}]}\n";
    let made = imported(&[
        ("clusters/alpha/flux-system/sync.yaml", &a),
        ("clusters/alpha/gateway.yaml", GATEWAY),
        ("clusters/beta/flux-system/sync.yaml", &b),
        ("clusters/beta/records.yaml", records),
    ]);
    assert!(!made.text.contains("cluster beta") && made.text.contains("gateway web"), "{}", made.text);
}
