//! Argo CD: Applications, ApplicationSets, and where their charts have their values.

use hnet_yaml::Value;

use super::{case, text};
use crate::{Installer, Liveness, RootKind};

/// A repository as people have them.
pub(super) const HOME: &str = "
=== apps/argocd/kustomization.yaml
namespace: argocd
resources: [set.yaml, cilium.yaml]
helmCharts:
  - {name: argo-cd, repo: https://argoproj.github.io, version: 10.4.0, releaseName: argocd, valuesFile: values.yaml, valuesInline: {b: 2}}
=== apps/argocd/values.yaml
a: 1
b: 1
=== apps/argocd/set.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: apps}
spec:
  goTemplate: true
  generators:
    - git:
        directories:
          - path: apps/*
          - {path: apps/off, exclude: true}
  template:
    metadata: {name: '{{ .path.basename }}'}
    spec:
      source: {repoURL: https://github.com/x/y, path: '{{.path.path}}'}
      destination: {namespace: '{{ index .path.segments 1 }}'}
=== apps/argocd/cilium.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cilium}
spec:
  sources:
    - {repoURL: https://helm.cilium.io, chart: cilium, targetRevision: 1.20.1, helm: {valueFiles: [$values/infra/cilium.yaml], valuesObject: {ipam: {mode: a}}, parameters: [{name: k.l, value: m}]}}
    - {repoURL: https://github.com/x/y, ref: values}
  destination: {namespace: kube-system}
=== infra/cilium.yaml
ipam: {mode: b, operator: {x: y}}
=== apps/web/service.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
=== apps/off/service.yaml
apiVersion: v1
kind: Service
metadata: {name: off}
=== apps/hull/Chart.yaml
name: hull
dependencies: [{name: coredns, version: 1.47.0, alias: dns}]
=== apps/hull/values.yaml
dns: {servers: [x]}
";

#[test]
fn an_application_set_makes_applications_of_folders() {
    let case = case(HOME);
    assert_eq!(case.cluster().root.kind, RootKind::Argo);
    let objects = case.objects();
    let of_apps: Vec<_> = objects.iter().filter(|object| !object.starts_with("Helm")).map(String::as_str).collect();
    assert_eq!(
        of_apps,
        [
            "Application /argocd",
            "Application /hull",
            "Application /web",
            "Application argocd/cilium",
            "ApplicationSet argocd/apps",
            "Service web/web",
        ]
    );
}

#[test]
fn values_are_found_wherever_they_stand() {
    let case = case(HOME);
    let release = |chart: &str| case.cluster().charts(chart).next().unwrap_or_else(|| panic!("no {chart}"));
    let cilium = release("cilium");
    assert_eq!((cilium.installer, cilium.namespace.as_deref()), (Installer::Argo, Some("kube-system")));
    assert_eq!(text(&cilium.values, &["ipam", "mode"]), "a");
    assert_eq!(text(&cilium.values, &["k", "l"]), "m");
    assert_eq!(case.under(cilium.values.at(&["ipam", "operator", "x"]).expect("it is there").span), "cilium.yaml: y");
    let argo = release("argo-cd");
    assert_eq!(
        (argo.installer, argo.namespace.as_deref(), argo.name.as_str()),
        (Installer::Kustomize, Some("argocd"), "argocd")
    );
    assert_eq!((text(&argo.values, &["a"]), text(&argo.values, &["b"])), ("1", "2"));
    let dns = release("coredns");
    assert_eq!(dns.values.items_of("servers").iter().filter_map(Value::as_str).collect::<Vec<_>>(), ["x"]);
    assert_eq!(dns.version.as_ref().map(|(version, _)| version.as_str()), Some("1.47.0"));
}

#[test]
fn files_of_a_generator_say_parameters() {
    let case = case(
        "=== set.yaml\napiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\n\
         spec:\n  generators: [{git: {files: [{path: '**/config.json'}]}}, {clusters: {}}]\n\
         \x20 template: {metadata: {name: '{{name}}'}, spec: {source: {path: '{{path}}/m'}, destination: {namespace: '{{ns.name}}'}}}\n\
         === a/config.json\n{\"name\": \"x\", \"ns\": {\"name\": \"y\"}}\n=== a/m/s.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: s}\n",
    );
    assert_eq!(case.objects(), ["Application /x", "ApplicationSet /s", "Service y/s"]);
    assert_eq!(case.notes(), ["what `clusters` makes is not known"]);
}

/// An Application of Argo CD of a folder by its name, with what else it says of itself and in its source.
fn application(name: &str, metadata: &str, spec: &str) -> String {
    format!(
        "=== argocd/{name}.yaml\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: {name}{metadata}}}\n\
         spec: {{{spec}}}\n=== {name}/s.yaml\napiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: n}}\n"
    )
}

#[test]
fn what_is_switched_off_is_not_live() {
    let source = |name: &str| format!("source: {{repoURL: https://github.com/x/y, path: {name}}}");
    let case = case(
        &[
            application("on", "", &source("on")),
            application("skipped", ", annotations: {argocd.argoproj.io/skip-reconcile: \"true\"}", &source("skipped")),
            "=== on/h.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: hook, annotations: {argocd.argoproj.io/hook: Skip}}\n"
                .to_owned(),
            "=== on/j.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: job, namespace: n, annotations: {argocd.argoproj.io/hook: PostSync}}\n"
                .to_owned(),
        ]
        .concat(),
    );
    assert_eq!(case.objects(), ["Application /on", "Application /skipped", "Service n/job", "Service n/on"]);
    assert_eq!(super::names(&case.repository.disabled), ["Service /hook", "Service n/skipped"]);
    assert_eq!(case.liveness("on/h.yaml"), Liveness::Disabled);
}

#[test]
fn what_a_plugin_a_tag_or_another_cluster_makes_is_not_of_the_cluster() {
    let spec = |name: &str, source: &str, destination: &str| {
        application(
            name,
            "",
            &format!(
                "source: {{repoURL: https://github.com/x/y, path: {name}{source}}}, destination: {{{destination}}}"
            ),
        )
    };
    let own = "server: https://kubernetes.default.svc";
    let case = case(
        &[
            spec("branch", ", targetRevision: main", own),
            spec("head", ", targetRevision: HEAD", "name: in-cluster"),
            spec("plugin", ", plugin: {name: vault}", own),
            spec("tag", ", targetRevision: v1.2.3", own),
            spec("commit", ", targetRevision: 0a1b2c3", own),
            spec("other", "", "server: https://1.2.3.4:6443"),
        ]
        .concat(),
    );
    let services = |documents: &[crate::Document]| {
        super::names(documents).into_iter().filter(|name| name.starts_with("Service")).collect::<Vec<_>>()
    };
    assert_eq!(services(&case.cluster().documents), ["Service n/branch", "Service n/head"]);
    let beside = ["Service n/commit", "Service n/other", "Service n/plugin", "Service n/tag"];
    assert_eq!(services(&case.cluster().beside), beside);
    assert_eq!(
        case.notes(),
        [
            "what `plugin` makes is not known",
            "what the repository holds at `v1.2.3` is not known",
            "what the repository holds at `0a1b2c3` is not known",
            "what `other` makes is in another cluster",
        ]
    );
}

#[test]
fn the_cluster_is_the_one_that_most_applications_fill() {
    let to = |name: &str, destination: &str| {
        let spec = format!("source: {{repoURL: https://github.com/x/y, path: {name}}}, destination: {{{destination}}}");
        application(name, "", &spec)
    };
    let case = case(&[to("a", "name: home"), to("b", "name: home"), to("c", "name: in-cluster")].concat());
    assert_eq!(case.objects(), ["Application /a", "Application /b", "Application /c", "Service n/a", "Service n/b"]);
}
