//! Large repositories of many shapes: an import is linear in each. What counts is the time of this thread on a processor,
//! as in `tests/shapes.rs` of the whole.

use std::time::Duration;

use cpu_time::ThreadTime;
use hnet_import::import;

/// How much larger the larger of two sizes is.
const TIMES: usize = 4;
/// How much longer it may take: linear work with colder caches, and half of the 16 of a square.
const LONGER: u32 = 8;
/// Below this nothing can be told.
const LEAST: Duration = Duration::from_millis(50);

type Files = Vec<(String, String)>;

/// What a shape is called, its smaller size, and its files at a size.
type Shape = (&'static str, usize, fn(usize) -> Files);

fn flux(name: &str, path: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}}}\n\
         spec: {{path: {path}{more}}}\n"
    )
}

/// A root, with so many Kustomizations of Flux below it.
fn kustomizations(count: usize, one: impl Fn(usize) -> String) -> Files {
    let root = ("flux/cluster.yaml".to_owned(), flux("cluster", "./apps", ""));
    let each = (0..count).map(|at| (format!("apps/k{at}.yaml"), one(at)));
    std::iter::once(root).chain(each).collect()
}

const SHAPES: &[Shape] = &[
    ("Kustomizations on one folder", 100, |n| {
        let mut files =
            kustomizations(n, |at| flux(&format!("k{at}"), "./shared", &format!(", targetNamespace: n{at}")));
        files.push((
            "shared/route.yaml".to_owned(),
            "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: app}\n\
             spec: {hostnames: [a.example.com], parentRefs: [{name: internal, namespace: network}]}\n"
                .to_owned(),
        ));
        files
    }),
    ("Kustomizations on their own folder", 100, |n| kustomizations(n, |at| flux(&format!("k{at}"), "./apps", ""))),
    ("Kustomizations with variables on one folder of as many files", 100, |n| {
        let mut files = kustomizations(n, |at| {
            flux(&format!("k{at}"), "./shared", &format!(", postBuild: {{substitute: {{APP: a{at}}}}}"))
        });
        files.extend((0..n).map(|at| {
            let object = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: 'c{at}-${{APP}}'}}\n");
            (format!("shared/c{at}.yaml"), object)
        }));
        files
    }),
    ("gateways", 100, |n| {
        let gateway = |at| {
            format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: g{at}, namespace: network}}\n\
                 spec:\n  gatewayClassName: envoy\n  listeners: [{{name: http, port: 80, protocol: HTTP}}]\n"
            )
        };
        (0..n).map(|at| (format!("g{at}.yaml"), gateway(at))).collect()
    }),
    ("comments in one run", 1000, |n| {
        let comments = "  # It is said again, and again.\n  # a: b\n  # What else is there to say?\n".repeat(n);
        let gateway = format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: g, namespace: network}}\n\
             spec:\n  gatewayClassName: envoy\n{comments}  listeners: [{{name: http, port: 80, protocol: HTTP}}]\n"
        );
        vec![("g.yaml".to_owned(), gateway)]
    }),
    ("files of aliases", 30, |n| {
        let ten = |name: &str| vec![format!("*{name}"); 10].join(", ");
        let text =
            format!("a: &a [{}]\nb: &b [{}]\nc: &c [{}]\nd: [{}]\n", "x, ".repeat(10), ten("a"), ten("b"), ten("c"));
        (0..n).map(|at| (format!("a{at}.yaml"), text.clone())).collect()
    }),
    ("sysctls of machines", 1000, |n| {
        let all: String = (0..n).map(|at| format!("\n        net.a{at}.b: '{at}'")).collect();
        vec![("talconfig.yaml".to_owned(), format!("{TALCONFIG}patches:\n  - |-\n    machine:\n      sysctls:{all}\n"))]
    }),
    ("documents of static hosts", 250, |n| {
        let one = |at| {
            let address = format!("10.0.{}.{}", at / 250, at % 250);
            format!(
                "  - |-\n    apiVersion: v1alpha1\n    kind: StaticHostConfig\n    name: {address}\n    hostnames: [h{at}.example.com]\n"
            )
        };
        let all: String = (0..n).map(one).collect();
        vec![("talconfig.yaml".to_owned(), format!("{TALCONFIG}patches:\n{all}"))]
    }),
];

/// A machine.
const TALCONFIG: &str = "
clusterName: home
talosVersion: v1.13.2
endpoint: https://192.168.10.11:6443
nodes:
  - hostname: cp-1
    ipAddress: 192.168.10.11
    controlPlane: true
    installDisk: /dev/sda
    networkInterfaces: [{interface: eth0, addresses: [192.168.10.11/24]}]
";

/// The least time that the thread needed for an import, of a few.
fn time(files: &Files, runs: usize) -> Duration {
    let times = (0..runs).map(|_| {
        let files = files.clone();
        let start = ThreadTime::now();
        let _ = import(files);
        start.elapsed()
    });
    times.min().unwrap_or_default()
}

#[test]
fn an_import_is_linear_in_every_shape() {
    let mut failures = Vec::new();
    for (name, size, shape) in SHAPES {
        let (small, large) = (shape(*size), shape(size * TIMES));
        // Nearly always one run of each tells it.
        let holds = [1, 3].into_iter().any(|runs| time(&large, runs) <= time(&small, runs).max(LEAST) * LONGER);
        if !holds {
            let (small, large) = (time(&small, 2), time(&large, 1));
            failures.push(format!("{name}: {small:?} at {size}, {large:?} at {}", size * TIMES));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
