//! What several clusters of one repository get is built where it is, each cluster's by itself.

use crate::common::built;
use hnet_import::{Stays, import_in_place};

/// What leads Flux to a folder, as a cluster's own folder holds it.
fn flux(cluster: &str, path: &str) -> (String, String) {
    let text = format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: \
         flux-system}}\nspec:\n  path: ./{path}\n  sourceRef: {{kind: GitRepository, name: flux-system}}\n",
        name = path.replace('/', "-"),
    );
    (format!("clusters/{cluster}/{}.yaml", path.replace('/', "-")), text)
}

/// What makes a folder a cluster's.
fn root(cluster: &str) -> (String, String) {
    let text = format!(
        "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {{name: flux}}\nspec: {{sync: {{url: x, \
         path: clusters/{cluster}}}}}\n"
    );
    (format!("clusters/{cluster}/instance.yaml"), text)
}

fn gateway(path: &str, port: &str) -> (String, String) {
    let text = format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: internal, namespace: network}}\nspec:\n  \
         gatewayClassName: envoy\n  listeners:\n    - {{name: http, port: {port}, protocol: HTTP, allowedRoutes: \
         {{namespaces: {{from: All}}}}}}\n"
    );
    (path.to_owned(), text)
}

fn route(path: &str, name: &str) -> (String, String) {
    let text = format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}, namespace: media}}\nspec:\n  \
         hostnames: [{name}.example.org]\n  parentRefs: [{{name: internal, namespace: network}}]\n  rules: \
         [{{backendRefs: [{{name: {name}, port: 80}}]}}]\n"
    );
    (path.to_owned(), text)
}

#[test]
fn each_cluster_has_its_files_and_what_both_get_stays() {
    let files = vec![
        root("main"),
        root("test"),
        flux("main", "apps/main"),
        flux("main", "apps/base"),
        flux("test", "apps/test"),
        flux("test", "apps/base"),
        gateway("apps/main/gateway.yaml", "80"),
        gateway("apps/test/gateway.yaml", "8080"),
        route("apps/main/films.yaml", "films"),
        route("apps/base/music.yaml", "music"),
    ];
    let made = import_in_place(files);
    let (text, files) = made.in_place().expect("it can be built in place");
    let stays: Vec<(&str, bool)> =
        files.iter().map(|(path, stays)| (path.as_str(), matches!(stays, Stays::Built(_)))).collect();
    let expected = [
        ("apps/base/music.yaml", false),
        ("apps/main/films.yaml", true),
        ("apps/main/gateway.yaml", true),
        ("apps/test/gateway.yaml", true),
    ];
    assert_eq!(stays, expected, "{text}");
    let built = built(&text);
    let paths: Vec<&str> = built.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["apps/main/films.yaml", "apps/main/gateway.yaml", "apps/test/gateway.yaml"], "{text}");
    assert!(built[2].1.contains("port: 8080"), "{}", built[2].1);
}
