//! Flux: roots, Kustomizations, variables, liveness.

use hnet_yaml::Value;

use super::{case, names, text};
use crate::{Installer, Liveness, RootKind, Step};

/// A repository as people have them.
pub(super) const HOME: &str = "
=== kubernetes/apps/flux-system/flux-instance/app/helmrelease.yaml
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: flux-instance}
spec:
  values:
    instance:
      sync: {kind: GitRepository, url: https://github.com/x/y, path: kubernetes/flux/cluster}
=== kubernetes/flux/cluster/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cluster-apps, namespace: flux-system}
spec:
  path: ./kubernetes/apps
  patches:
    - patch: |
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: not-used}
        spec:
          postBuild:
            substituteFrom:
              - {kind: ConfigMap, name: cluster-settings}
              - {kind: Secret, name: cluster-secrets}
      target: {group: kustomize.toolkit.fluxcd.io, kind: Kustomization}
=== kubernetes/apps/network/kustomization.yaml
kind: Kustomization
namespace: network
components: [../../components/common]
resources:
  - echo/ks.yaml
  # - old/ks.yaml
=== kubernetes/components/common/kustomization.yaml
kind: Component
resources: [namespace.yaml, settings.yaml, secrets.sops.yaml]
=== kubernetes/components/common/namespace.yaml
apiVersion: v1
kind: Namespace
metadata: {name: not-used}
=== kubernetes/components/common/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: cluster-settings}
data: {CLUSTER_NAME: home, GATEWAY_IP: 10.0.0.9}
=== kubernetes/components/common/secrets.sops.yaml
apiVersion: v1
kind: Secret
metadata: {name: cluster-secrets}
stringData: {SECRET_DOMAIN: 'ENC[AES256_GCM,data:AAAA]'}
sops: {mac: AAAA}
=== kubernetes/apps/network/echo/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: &app echo}
spec:
  path: ./kubernetes/apps/network/echo/app
  targetNamespace: network
  postBuild:
    substitute: {APP: *app}
  sourceRef: {kind: GitRepository, name: flux-system}
=== kubernetes/apps/network/echo/app/kustomization.yaml
resources: [httproute.yaml, service.yaml]
=== kubernetes/apps/network/echo/app/httproute.yaml
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: '${APP}'}
spec: {hostnames: ['${APP}.${SECRET_DOMAIN}'], other: '${MISSING:=x}.${NOWHERE}'}
=== kubernetes/apps/network/echo/app/service.yaml
apiVersion: v1
kind: Service
metadata: {name: echo-lb, annotations: {lbipam.cilium.io/ips: '${GATEWAY_IP}'}}
=== kubernetes/apps/network/old/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: old}
spec: {path: ./kubernetes/apps/network/old/app}
=== kubernetes/apps/network/old/app/service.yaml
apiVersion: v1
kind: Service
metadata: {name: old}
=== kubernetes/apps/network/echo/app/forgotten.yaml
apiVersion: v1
kind: Service
metadata: {name: forgotten}
";

#[test]
fn a_root_leads_to_its_objects_and_the_rest_is_disabled_or_loose() {
    let case = case(HOME);
    let cluster = case.cluster();
    assert_eq!((cluster.root.kind, cluster.root.folder.as_str()), (RootKind::Flux, "kubernetes/flux/cluster"));
    assert_eq!(cluster.name, "home");
    assert_eq!(
        case.objects(),
        [
            "ConfigMap network/cluster-settings",
            "HTTPRoute network/echo",
            "HelmRelease /flux-instance",
            "Kustomization flux-system/cluster-apps",
            "Kustomization network/echo",
            "Namespace /network",
            "Secret network/cluster-secrets",
            "Service network/echo-lb",
        ]
    );
    assert_eq!(names(&case.repository.disabled), ["Kustomization /old", "Service /old"]);
    assert_eq!(names(&case.repository.loose), ["Service /forgotten"]);
    assert_eq!(case.liveness("kubernetes/apps/network/kustomization.yaml"), Liveness::Live);
    assert_eq!(case.liveness("kubernetes/apps/network/old/app/service.yaml"), Liveness::Disabled);
    assert_eq!(case.notes(), Vec::<String>::new());
}

#[test]
fn of_a_config_map_only_the_encrypted_fields_are_not_known() {
    let encrypted = HOME.replace("10.0.0.9}", "10.0.0.9, APP: 'ENC[AES256_GCM,data:AAAA]'}");
    let case = case(&encrypted.replace("    substitute: {APP: *app}\n", "    substitute: {}\n"));
    let address = case.object("echo-lb");
    assert_eq!(text(&address.value, &["metadata", "annotations", "lbipam.cilium.io/ips"]), "10.0.0.9");
    assert_eq!(case.cluster().variables["APP"].value, None);
    assert_eq!(case.cluster().variables["GATEWAY_IP"].value.as_deref(), Some("10.0.0.9"));
}

#[test]
fn variables_have_the_scope_of_their_kustomization_and_keep_their_places() {
    let case = case(HOME);
    let route = case.object("echo");
    let route = case.cluster().of_kind("gateway.networking.k8s.io", "HTTPRoute").next().unwrap_or(route);
    let host = route.value.at(&["spec", "hostnames"]).map(|hosts| &hosts.items()[0]).expect("a host");
    assert_eq!(host.as_str(), Some("echo.${SECRET_DOMAIN}"), "what is secret stays a symbol");
    let host = host.text().expect("a text");
    assert_eq!(case.under(host.part(0..4)), "httproute.yaml: ${APP}");
    assert_eq!(case.under(host.part(5..host.len())), "httproute.yaml: ${SECRET_DOMAIN}");
    assert_eq!(text(&route.value, &["spec", "other"]), "x.${NOWHERE}");
    let used: Vec<_> =
        route.variables.iter().map(|used| (used.name.as_str(), used.defined.map(|span| case.under(span)))).collect();
    assert_eq!(used, [("APP", Some("ks.yaml: echo".into())), ("APP", Some("ks.yaml: echo".into())), ("MISSING", None)]);
    let address = case.object("echo-lb");
    assert_eq!(text(&address.value, &["metadata", "annotations", "lbipam.cilium.io/ips"]), "10.0.0.9");
    assert_eq!(case.under(address.variables[0].defined.expect("it is defined")), "settings.yaml: 10.0.0.9");
    assert_eq!(case.cluster().unknown.keys().collect::<Vec<_>>(), ["NOWHERE"]);
    assert_eq!(case.cluster().variables["SECRET_DOMAIN"].value, None);
}

#[test]
fn an_object_says_by_which_way_it_is_there() {
    let case = case(HOME);
    let steps: Vec<_> =
        case.object("echo-lb").because.iter().map(|because| (&because.step, case.under(because.span))).collect();
    assert_eq!(
        steps,
        [
            (&Step::Resource, "kustomization.yaml: service.yaml".to_owned()),
            (&Step::Namespace, "ks.yaml: network".to_owned()),
            (&Step::Flux("echo".into()), "ks.yaml: &app echo".replace("&app ", "")),
        ]
    );
}

#[test]
fn substitution_can_be_switched_off_and_keys_are_filled() {
    let text = HOME.replace(
        "annotations: {lbipam",
        "labels: {kustomize.toolkit.fluxcd.io/substitute: disabled}, annotations: {lbipam",
    );
    let off = case(&text);
    assert_eq!(
        super::text(&off.object("echo-lb").value, &["metadata", "annotations", "lbipam.cilium.io/ips"]),
        "${GATEWAY_IP}"
    );
    let text = HOME.replace("lbipam.cilium.io/ips: '${GATEWAY_IP}'", "'${APP}-ip': '$${GATEWAY_IP}'");
    assert_eq!(
        super::text(&case(&text).object("echo-lb").value, &["metadata", "annotations", "echo-ip"]),
        "${GATEWAY_IP}"
    );
}

#[test]
fn a_folder_without_a_kustomization_is_all_its_files() {
    let text = HOME.replace(
        "=== kubernetes/apps/network/echo/app/kustomization.yaml\nresources: [httproute.yaml, service.yaml]\n",
        "",
    ) + "=== kubernetes/apps/network/echo/app/sub/kustomization.yml\nresources: [one.yaml]\n\
           === kubernetes/apps/network/echo/app/sub/one.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: one}\n\
           === kubernetes/apps/network/echo/app/sub/two.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: two}\n";
    let objects = case(&text).objects();
    for name in ["Service network/forgotten", "Service network/one"] {
        assert!(objects.iter().any(|object| object == name), "{name} in {objects:?}");
    }
    assert!(!objects.iter().any(|object| object.ends_with("/two")), "{objects:?}");
}

#[test]
fn one_root_is_one_cluster_and_a_base_may_be_in_two() {
    let mut text = String::new();
    for name in ["main", "test"] {
        text.push_str(&format!(
            "=== clusters/{name}/instance.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {{name: flux}}\nspec: {{sync: {{url: x, path: clusters/{name}}}}}\n\
             === clusters/{name}/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps}}\n\
             spec: {{path: ./base, postBuild: {{substitute: {{CLUSTER: {name}, IP: '10.0.0.{}'}}}}}}\n", name.len()
        ));
    }
    text.push_str(
        "=== base/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: 'x-${CLUSTER}'}\nspec: {ip: '${IP}'}\n",
    );
    let case = case(&text);
    let clusters = &case.repository.clusters;
    assert_eq!(clusters.iter().map(|cluster| cluster.name.as_str()).collect::<Vec<_>>(), ["main", "test"]);
    let service =
        |at: usize| clusters[at].documents.iter().find(|document| document.kind() == "Service").expect("a service");
    assert_eq!((service(0).name(), service(1).name()), ("x-main", "x-test"));
    assert_eq!(service(0).value.span, service(1).value.span);
}

#[test]
fn without_an_instance_the_kustomization_that_is_named_as_the_whole_is_the_root() {
    let case = case(
        "=== flux/system/gotk-sync.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: flux-system}\nspec: {path: ./flux}\n\
         === flux/cluster.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: cluster}\nspec: {path: ./apps}\n\
         === apps/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n",
    );
    assert_eq!(case.objects(), ["Kustomization /cluster", "Kustomization /flux-system", "Service /x"]);
}

#[test]
fn a_path_of_a_source_that_is_built_from_a_folder_is_found_there() {
    let text = HOME
        .replace("path: kubernetes/flux/cluster", "path: ./flux/cluster")
        .replace("path: ./kubernetes/", "path: ./");
    assert_eq!(case(&text).objects(), case(HOME).objects());
}

#[test]
fn a_path_that_is_not_there_is_said() {
    let case =
        case(&HOME.replace("path: ./kubernetes/apps/network/echo/app", "path: ./kubernetes/apps/network/ecko/app"));
    assert_eq!(case.notes(), ["`./kubernetes/apps/network/ecko/app` is not in the repository"]);
    assert_eq!(case.under(case.repository.notes[0].span), "ks.yaml: ./kubernetes/apps/network/ecko/app");
}

#[test]
fn the_values_of_a_release_are_joined_and_the_later_win() {
    let text = HOME.replace("resources: [httproute.yaml, service.yaml]", "resources: [cilium.yaml]\nconfigMapGenerator:\n  - name: cilium-values\n    files: [values.yaml=./helm-values.yaml]")
        + "=== kubernetes/apps/network/echo/app/helm-values.yaml\nipam: {mode: kubernetes, cidr: a}\nlist: [a, b]\nhubble: {relay: true}\n\
           === kubernetes/apps/network/echo/app/cilium.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cilium}\n\
           spec:\n  chartRef: {kind: OCIRepository, name: cilium}\n  valuesFrom: [{kind: ConfigMap, name: cilium-values}, {kind: Secret, name: more}]\n\
           \x20 values: {ipam: {mode: cluster-pool}, list: [c], hubble: null, domain: '${SECRET_DOMAIN}'}\n\
           ---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {name: cilium}\nspec: {url: 'oci://quay.io/cilium/charts/cilium', ref: {tag: 1.20.1}}\n";
    let case = case(&text);
    let release = case.cluster().charts("cilium").next().expect("a release");
    assert_eq!((release.installer, release.namespace.as_deref()), (Installer::Flux, Some("network")));
    assert_eq!(
        release.version.as_ref().map(|(version, span)| (version.as_str(), case.under(*span))),
        Some(("1.20.1", "cilium.yaml: 1.20.1".into()))
    );
    assert_eq!(self::text(&release.values, &["ipam", "mode"]), "cluster-pool");
    let cidr = release.values.at(&["ipam", "cidr"]).expect("it is there");
    assert_eq!(case.under(cidr.span), "helm-values.yaml: a");
    assert_eq!(release.values.items_of("list").iter().filter_map(Value::as_str).collect::<Vec<_>>(), ["c"]);
    assert!(release.values.get("hubble").is_none() && release.has_unknown_values);
    let hidden: Vec<_> =
        release.hidden.iter().map(|(loser, winner)| (case.under(*loser), case.under(*winner))).collect();
    assert_eq!(hidden[0], ("helm-values.yaml: kubernetes".into(), "cilium.yaml: cluster-pool".into()));
    assert_eq!(case.liveness("kubernetes/apps/network/echo/app/helm-values.yaml"), Liveness::Live);
}

#[test]
fn the_objects_of_a_resource_set_are_there() {
    let text = HOME.replace("resources: [httproute.yaml, service.yaml]", "resources: [set.yaml]")
        + "=== kubernetes/apps/network/echo/app/set.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {name: set}\n\
           spec:\n  resources:\n    - {apiVersion: v1, kind: Service, metadata: {name: in-set, namespace: a}}\n    - {apiVersion: v1, kind: Service, metadata: {name: '<< inputs.x >>'}}\n";
    let objects = case(&text).objects();
    assert!(
        objects.iter().any(|object| object == "Service a/in-set")
            && !objects.iter().any(|object| object.contains("<<"))
    );
}

/// A root that reads `./cluster` of `me/home`, and what is in `files` beside it.
fn with(kustomizations: &str, files: &str) -> super::Case {
    case(&format!(
        "=== cluster/flux.yaml\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {{name: flux-system, namespace: flux-system}}\n\
         spec: {{url: 'ssh://git@github.com/me/home.git'}}\n---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: flux-system, namespace: flux-system}}\nspec: {{path: ./cluster, sourceRef: {{kind: GitRepository, name: flux-system}}}}\n\
         === cluster/more.yaml\n{kustomizations}\n{files}"
    ))
}

fn kustomization(name: &str, path: &str, source: &str) -> String {
    format!(
        "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: flux-system}}\n\
         spec: {{path: '{path}', sourceRef: {source}}}\n"
    )
}

fn source(kind: &str, name: &str, url: &str) -> String {
    format!(
        "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: flux-system}}\nspec: {{url: '{url}'}}\n"
    )
}

const APP: &str = "=== apps/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: x}\n";

#[test]
fn what_another_repository_has_under_an_equal_path_is_not_read() {
    let apps = |source: &str| kustomization("apps", "./apps", source);
    let taken = |text: &str| with(text, APP).objects().iter().any(|name| name == "Service x/x");
    let git = |url: &str| apps("{kind: GitRepository, name: it}") + &source("GitRepository", "it", url);
    assert!(taken(&git("https://github.com/me/home")));
    assert!(!taken(&git("https://github.com/me/other")));
    assert!(!taken(&git("https://github.com/you/home")));
    // A copy of this one may lie elsewhere under its name: what it holds is not known.
    let copy = with(&git("https://git.example.net/copies/home"), APP);
    assert!(!copy.objects().contains(&"Service x/x".to_owned()));
    assert_eq!(super::names(&copy.cluster().beside), ["Service x/x"]);
    // A bundle of this repository may lie anywhere, and one of all of it says nothing by its path.
    let bundle = |path: &str, url: &str| {
        kustomization("apps", path, "{kind: OCIRepository, name: it}") + &source("OCIRepository", "it", url)
    };
    assert!(taken(&bundle("./apps", "oci://registry.example.net/all/of-it")));
    assert!(!taken(&bundle("./", "oci://ghcr.io/fluxcd/flux-manifests")));
    assert!(taken(&bundle("./", "oci://ghcr.io/me/manifests")));
}

#[test]
fn what_the_source_ignores_is_not_there() {
    let own = "{kind: GitRepository, name: flux-system}";
    let files = "=== apps/kustomization.yaml\nresources: [x.yaml, test]\n=== apps/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x, namespace: x}\n\
        === apps/test/kustomization.yaml\nresources: [y.yaml]\n=== apps/test/y.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: y, namespace: x}\n\
        === plain/.sops.yaml\ncreation_rules: [a: b: c]\n=== plain/z.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: z, namespace: x}\n\
        === plain/test/w.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: w, namespace: x}\n";
    let text = kustomization("apps", "./apps", own) + &kustomization("plain", "./plain", own);
    let services = |case: &super::Case| {
        let objects = case.objects();
        objects.into_iter().filter(|name| name.starts_with("Service")).collect::<Vec<_>>()
    };
    let all = with(&text, files);
    assert_eq!(services(&all), ["Service x/w", "Service x/x", "Service x/y", "Service x/z"]);
    assert!(all.repository.notes.iter().all(|note| !matches!(note.what, crate::What::Broken(_))));
    let listed = with(&text, &format!("{files}=== .sourceignore\ntest/\n"));
    assert_eq!(services(&listed), ["Service x/x", "Service x/z"]);
    let said = with(&text, files).sources;
    let said = said.iter().map(|(_, source)| format!("=== {}\n{}", source.path(), source.text())).collect::<String>();
    let said = said.replace("home.git'}", "home.git', ignore: \"/*\\n!/cluster\\n!/apps\\n/apps/test\"}");
    assert_eq!(services(&case(&said)), ["Service x/x"]);
}

#[test]
fn a_path_that_is_not_there_is_missing_where_most_are() {
    let own = "{kind: GitRepository, name: flux-system}";
    let missing = |text: &str| {
        let notes = with(text, APP).repository.notes;
        notes.iter().any(|note| matches!(note.what, crate::What::NoFolder(_)))
    };
    assert!(missing(&kustomization("a", "./app", own)));
    // The paths count from somewhere else.
    let several = ["b", "c", "d"].map(|name| kustomization(name, &format!("./home/{name}"), own)).concat();
    assert!(!missing(&several));
    assert!(missing(&(several + &kustomization("e", "./apps", own) + &kustomization("f", "./", own))));
    assert!(!missing(&kustomization("a", "./app", "{kind: OCIRepository, name: flux-system}")));
    assert!(!missing(&kustomization("a", "./app", "{kind: GitRepository, name: other}")));
    assert!(!missing(&kustomization("a", "./app", own).replace("spec: {", "spec: {suspend: true, ")));
}

#[test]
fn a_component_that_may_be_missing_is_not_surely_missed() {
    let missed = |more: &str| {
        let own = format!(
            "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps, namespace: flux-system}}\n\
             spec: {{path: ./apps, components: [../gone], sourceRef: {{kind: GitRepository, name: flux-system}}{more}}}\n"
        );
        let case = with(&own, APP);
        let of_component = |note: &&crate::Note| note.what.to_string().contains("gone");
        case.repository.notes.iter().find(of_component).map(|note| note.what.clone())
    };
    assert_eq!(missed(""), Some(crate::What::Missing("../gone".into())));
    assert_eq!(missed(", ignoreMissingComponents: true"), Some(crate::What::Absent("../gone".into())));
}

/// A root with what stands behind it.
fn beside(text: &str) -> String {
    format!(
        "=== flux/cluster.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: cluster, namespace: flux-system}}\n\
         spec: {{path: ./apps, sourceRef: {{kind: GitRepository, name: flux-system}}}}\n{text}"
    )
}

#[test]
fn what_is_switched_off_is_not_live() {
    let case = case(&beside(
        "=== apps/kustomization.yaml\nresources: [a.yaml, left.yaml, ignored.yaml, made-once.yaml]\n\
         === apps/a.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\n\
         spec: {path: ./a, suspend: true, sourceRef: {kind: GitRepository, name: flux-system}}\n\
         === a/s.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: suspended}\n\
         === apps/left.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: left, annotations: {kustomize.toolkit.fluxcd.io/reconcile: disabled}}\n\
         === apps/ignored.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: ignored, labels: {kustomize.toolkit.fluxcd.io/ssa: Ignore}}\n\
         === apps/made-once.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: once, labels: {kustomize.toolkit.fluxcd.io/ssa: IfNotPresent}}\n",
    ));
    assert_eq!(case.objects(), ["Kustomization /a", "Kustomization flux-system/cluster", "Service /once"]);
    assert_eq!(names(&case.repository.disabled), ["Service /ignored", "Service /left", "Service /suspended"]);
    assert_eq!(case.liveness("apps/a.yaml"), Liveness::Live);
    assert_eq!(case.liveness("a/s.yaml"), Liveness::Disabled);
    assert_eq!(case.liveness("apps/left.yaml"), Liveness::Disabled);
    assert!(case.cluster().may_hold_more("", "Service"));
    assert!(!case.cluster().may_hold_more("cilium.io", "CiliumLoadBalancerIPPool"));
}

#[test]
fn a_default_is_not_taken_where_a_secret_that_is_not_here_may_say_more() {
    let names = |from: &str, more: &str| {
        let case = case(&beside(&format!(
            "=== apps/a.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: a}}\n\
             spec: {{path: ./a, sourceRef: {{kind: GitRepository, name: flux-system}}, postBuild: {{substitute: {{Y: z}}, substituteFrom: [{from}]}}}}\n\
             === a/s.yaml\napiVersion: v1\nkind: Service\nmetadata: {{name: '${{X:=none}}.${{Y:=none}}'}}\n{more}"
        )));
        names(&case.cluster().documents).pop().unwrap_or_default()
    };
    assert_eq!(names("", ""), "Service /none.z");
    assert_eq!(names("{kind: Secret, name: s}", ""), "Service /${X:=none}.z");
    let secret = "=== s.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {Z: a}\n";
    assert_eq!(names("{kind: Secret, name: s}", secret), "Service /none.z");
    let external = |how: &str| {
        format!(
            "=== s.yaml\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {{name: s}}\nspec: {{{how}}}\n"
        )
    };
    assert_eq!(names("{kind: Secret, name: s}", &external("dataFrom: [{extract: {key: a}}]")), "Service /${X:=none}.z");
    assert_eq!(names("{kind: Secret, name: s}", &external("data: [{secretKey: Z}]")), "Service /none.z");
}

#[test]
fn what_a_source_that_nobody_defines_or_another_state_or_cluster_holds_is_not_known() {
    let apps =
        |more: &str, source: &str| kustomization("apps", "./apps", source).replace("path:", &format!("{more}path:"));
    let taken = |text: &str| with(text, APP).objects().iter().any(|name| name == "Service x/x");
    let it = "{kind: GitRepository, name: it}";
    assert!(!taken(&apps("", it)));
    let defined = |reference: &str| {
        source("GitRepository", "it", "https://github.com/me/home").replace("url:", &format!("{reference}url:"))
    };
    assert!(taken(&(apps("", it) + &defined("ref: {branch: main}, "))));
    assert!(!taken(&(apps("", it) + &defined("ref: {tag: v1}, "))));
    let own = "{kind: GitRepository, name: flux-system}";
    assert!(taken(&apps("", own)));
    let other = with(&apps("kubeConfig: {secretRef: {name: other}}, ", own), APP);
    assert_eq!(names(&other.cluster().beside), ["Service x/x"]);
    assert_eq!(other.notes(), ["what `apps` makes is in another cluster"]);
    assert!(!other.objects().contains(&"Service x/x".to_owned()));
}

/// Objects that two files of one folder without a kustomization hold, behind a folder that has one.
#[test]
fn a_folder_that_is_built_says_nothing_of_the_files_behind_it() {
    let pool = "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: lan}\n";
    let case = case(&format!(
        "=== flux/flux-system/gotk-sync.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: flux-system, namespace: flux-system}}\n\
         spec: {{path: ./flux, sourceRef: {{kind: GitRepository, name: flux-system}}}}\n\
         === flux/built/kustomization.yaml\nresources: [map.yaml]\n\
         === flux/built/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\n\
         === flux/one.yaml\n{pool}=== flux/two.yaml\n{pool}"
    ));
    assert_eq!(case.notes(), ["`CiliumLoadBalancerIPPool lan` is there twice"]);
}

/// What one Flux Kustomization changes in a way that is not computed says nothing of the next one.
#[test]
fn what_is_called_otherwise_in_one_build_is_not_in_the_next() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: b}\n";
    let kustomization = |name: &str| {
        format!(
            "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
             metadata: {{name: {name}, namespace: flux-system}}\n\
             spec: {{path: ./{name}, sourceRef: {{kind: GitRepository, name: flux-system}}}}\n"
        )
    };
    let (first, second) = (kustomization("first"), kustomization("second"));
    let case = case(&format!(
        "=== flux/flux-system/gotk-sync.yaml\n{}=== flux/all.yaml\n{first}---\n{second}\
         === first/kustomization.yaml\nresources: [a.yaml]\ntransformers: [t.yaml]\n=== first/a.yaml\n{map}\
         === first/t.yaml\nkind: T\n=== second/kustomization.yaml\nresources: [b.yaml, c.yaml]\n\
         === second/b.yaml\n{map}=== second/c.yaml\n{map}",
        kustomization("flux").replace("{name: flux,", "{name: flux-system,")
    ));
    assert!(case.notes().contains(&"`ConfigMap b/a` is there twice".to_owned()), "{:?}", case.notes());
}
