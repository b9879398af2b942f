//! Kustomizations: patches, generators, names, and what leads to itself.

use std::collections::{BTreeMap, BTreeSet};

use super::{case, names, text};
use crate::{Change, ConfigKind, Holder, Step};

/// A kustomization with two objects, and further files.
fn built(kustomization: &str, more: &str) -> super::Case {
    case(&format!(
        "=== a/kustomization.yaml\nresources: [x.yaml]\n{kustomization}\n\
         === a/x.yaml\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: ext, labels: {{a: b}}}}\n\
         spec: {{addresses: [{{value: 10.0.0.1}}], listeners: [{{name: http}}, {{name: https}}]}}\n---\n\
         apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: dep}}\nspec: {{template: {{spec: {{containers: [{{name: c, image: i}}, {{name: d}}]}}}}}}\n\
         {more}"
    ))
}

#[test]
fn a_strategic_merge_replaces_lists_of_custom_kinds_and_merges_those_of_core_kinds() {
    let case = built(
        "patches:\n  - patch: |\n      apiVersion: gateway.networking.k8s.io/v1\n      kind: Gateway\n      metadata: {name: ext}\n      spec: {addresses: null, listeners: [{name: tls}]}\n  - path: dep.yaml\n",
        "=== a/dep.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: dep}\nspec: {template: {spec: {containers: [{name: c, tty: true}, {name: d, $patch: delete}]}}}\n",
    );
    let gateway = case.object("ext");
    assert!(gateway.value.at(&["spec", "addresses"]).is_none());
    let listeners = gateway.value.at(&["spec", "listeners"]).expect("they are there").items();
    assert_eq!((listeners.len(), text(&listeners[0], &["name"])), (1, "tls"));
    assert_eq!(case.under(listeners[0].get("name").expect("a name").span), "kustomization.yaml: tls");
    assert_eq!(
        gateway.because.iter().map(|because| &because.step).collect::<Vec<_>>(),
        [&Step::Resource, &Step::Patch]
    );
    let containers =
        case.object("dep").value.at(&["spec", "template", "spec", "containers"]).expect("they are there").items();
    assert_eq!((containers.len(), text(&containers[0], &["image"]), text(&containers[0], &["tty"])), (1, "i", "true"));
}

#[test]
fn a_json_patch_is_done_where_its_target_fits() {
    let case = built(
        "patches:\n  - target: {kind: Gateway, name: e.*}\n    patch: |\n      - {op: replace, path: /spec/addresses/0/value, value: 10.0.0.2}\n      - {op: add, path: /spec/listeners/-, value: {name: tls}}\n      - {op: add, path: /metadata/annotations, value: {a~b: c}}\n      - {op: remove, path: /metadata/labels/a}\n  - target: {kind: Gateway, labelSelector: 'a=c'}\n    patch: '[{\"op\": \"remove\", \"path\": \"/spec\"}]'\n",
        "",
    );
    let gateway = case.object("ext");
    let address =
        gateway.value.at(&["spec", "addresses"]).expect("they are there").items()[0].get("value").expect("a value");
    assert_eq!(
        (address.as_str(), case.under(address.span).as_str()),
        (Some("10.0.0.2"), "kustomization.yaml: 10.0.0.2")
    );
    assert_eq!(gateway.value.at(&["spec", "listeners"]).map(|list| list.items().len()), Some(3));
    assert!(gateway.value.at(&["metadata", "labels"]).is_some_and(|labels| labels.fields().count() == 0));
}

#[test]
fn a_json_patch_without_a_place_is_said() {
    let case = built("patches:\n  - target: {kind: Gateway}\n    patch: '[{op: remove, path: /spec/gone}]'\n", "");
    assert_eq!(case.notes(), ["what the patch changes is not there"]);
    assert_eq!(case.objects().len(), 2);
}

#[test]
fn a_patch_can_delete_and_a_target_keeps_names() {
    let case = built(
        "patches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: dep}\n      $patch: delete\n  - target: {kind: Gateway}\n    patch: |\n      kind: Other\n      metadata: {name: not-used, annotations: {x: y}}\n",
        "",
    );
    assert_eq!(case.objects(), ["Gateway /ext"]);
    assert_eq!(text(&case.object("ext").value, &["metadata", "annotations", "x"]), "y");
}

#[test]
fn names_and_namespaces_are_given() {
    let case = built(
        "namespace: n\nnamePrefix: p-\nnameSuffix: -s\ncommonAnnotations: {k: v}\nlabels: [{pairs: {l: m}}]\n",
        "",
    );
    assert_eq!(case.objects(), ["Deployment n/p-dep-s", "Gateway n/p-ext-s"]);
    let labels = case.object("p-ext-s").value.at(&["metadata", "labels"]).expect("they are there");
    assert_eq!((text(labels, &["a"]), text(labels, &["l"])), ("b", "m"));
}

#[test]
fn config_maps_are_generated_with_the_places_of_their_files() {
    let case = built(
        "configMapGenerator:\n  - name: cfg\n    files: [config.yaml=c.yaml]\n    literals: [A=b]\n    envs: [e.env]\n  - name: cfg\n    behavior: merge\n    literals: [A=c]\nsecretGenerator:\n  - name: sec\n    literals: [TOKEN=shown]\n",
        "=== a/c.yaml\ningress: [{service: http_status:404}]\n=== a/e.env\n# no\nX=y\n",
    );
    let data = case.object("cfg").value.get("data").expect("it has some");
    assert_eq!((text(data, &["A"]), text(data, &["X"])), ("c", "y"));
    let inner = data.get("config.yaml").and_then(hnet_yaml::Value::text).expect("a text").yaml();
    let service = inner
        .root()
        .and_then(|root| root.get("ingress"))
        .and_then(|list| list.items().next())
        .and_then(|item| item.get("service"));
    assert_eq!(service.map(|service| case.under(service.span())).as_deref(), Some("c.yaml: http_status:404"));
    assert!(
        case.object("sec").value.at(&["data", "TOKEN"]).is_some_and(|token| token.as_str().is_none()),
        "no secret is read"
    );
}

#[test]
fn a_replacement_of_a_whole_field_is_done_and_of_a_part_is_not_known() {
    let replacement = |options: &str| {
        built(
            "replacements: [{path: r.yaml}]",
            &format!(
                "=== a/r.yaml\nsource: {{kind: Deployment, fieldPath: metadata.name}}\ntargets:\n  - select: {{kind: Gateway}}\n    fieldPaths: [metadata.annotations.a\\.b/c]\n    options: {{create: true{options}}}\n"
            ),
        )
    };
    let whole = replacement("");
    assert_eq!(text(&whole.object("ext").value, &["metadata", "annotations", "a.b/c"]), "dep");
    let part = replacement(", delimiter: '-', index: 1");
    assert!(part.object("ext").is_replaced);
    assert_eq!(part.notes(), ["what `replacements` makes is not known"]);
}

#[test]
fn what_is_elsewhere_or_not_there_or_no_yaml_is_said() {
    let case = built(
        "bases: ['https://github.com/x/y//z?ref=v1', ../gone, broken.yaml, '../../out']\ntransformers: [t.yaml]",
        "=== a/broken.yaml\na: [\n",
    );
    assert_eq!(
        case.notes(),
        [
            "`https://github.com/x/y//z?ref=v1` is not read, since it is elsewhere",
            "`../gone` is not in the repository",
            "`a/broken.yaml` is no YAML",
            "`../../out` is not in the repository",
            "what `transformers` makes is not known",
        ]
    );
}

#[test]
fn what_leads_to_itself_ends() {
    let case = case(
        "=== a/kustomization.yaml\nresources: [../b, x.yaml]\n=== b/kustomization.yaml\nresources: [../a]\n=== a/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n=== c/kustomization.yaml\nresources: [../a]\n",
    );
    assert_eq!(case.objects(), ["Service /x"]);
    assert_eq!(case.notes(), ["`a` leads to itself"]);
}

#[test]
fn a_base_that_is_taken_again_and_again_is_bounded() {
    let mut text = "=== k0/kustomization.yaml\nresources: [x.yaml]\n=== k0/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        text.push_str(&format!("=== k{level}/kustomization.yaml\nresources: [../k{below}, ../k{below}]\n"));
    }
    let case = case(&text);
    assert!(case.cluster().documents.len() < 20_000, "{}", case.cluster().documents.len());
}

#[test]
fn lists_are_their_items() {
    let case = built(
        "resources: [list.yaml]",
        "=== a/list.yaml\napiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: Service, metadata: {name: in-list}}\n",
    );
    assert_eq!(names(&case.cluster().documents), ["Service /in-list"]);
}

#[test]
fn configurations_of_other_programs_are_found_where_they_stand() {
    let case = built(
        "configMapGenerator: [{name: tunnel, files: [config.yaml=c.yaml]}, {name: app, literals: ['x=ingress http_status:']}]\nresources: [x.yaml, dns.yaml, release.yaml]\n",
        "=== a/c.yaml\ningress:\n  - {hostname: a.b, service: http://c}\n  - service: http_status:404\n\
         === a/dns.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\ndata:\n  Corefile: |\n    .:53 {\n    }\n\
         ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: coredns, namespace: own}\ndata: {Corefile: x}\n\
         === a/release.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cloudflared}\nspec:\n  chart: {spec: {chart: app-template}}\n  values:\n    configMaps:\n      config:\n        data:\n          config.yaml: |\n            ingress:\n              - service: http_status:404\n",
    );
    let found: Vec<_> = case.cluster().configs.iter().map(|config| (config.kind, config.holder)).collect();
    let object =
        |name: &str| case.cluster().documents.iter().position(|document| document.name() == name).expect("it is there");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.contains(&(ConfigKind::Cloudflared, Holder::Document(object("tunnel")))));
    assert!(found.contains(&(ConfigKind::Corefile, Holder::Document(object("coredns")))));
    assert!(found.contains(&(ConfigKind::Cloudflared, Holder::Release(0))));
    let corefile =
        case.cluster().configs.iter().find(|config| config.kind == ConfigKind::Corefile).expect("it is there");
    assert_eq!(case.under(corefile.text.part(0..4)), "dns.yaml: .:53");
}

/// A patch that names its object is for one of its version, in the namespace that its file says or that it gets.
#[test]
fn a_patch_is_for_the_object_that_it_names_as_a_whole() {
    let hostnames = |route: &str, patch: &str| {
        let case = case(&format!(
            "=== a/kustomization.yaml\nnamespace: media\nresources: [x.yaml]\npatches:\n  - patch: |\n      {patch}\n      kind: HTTPRoute\n      spec: {{hostnames: [b]}}\n\
             === a/x.yaml\n{route}\nkind: HTTPRoute\nspec: {{hostnames: [a]}}\n"
        ));
        let hostnames = case.object("x").value.at(&["spec", "hostnames"]).expect("they are there").items();
        hostnames[0].as_str().unwrap_or_default().to_owned()
    };
    let (v1, beta) = ("apiVersion: gateway.networking.k8s.io/v1", "apiVersion: gateway.networking.k8s.io/v1beta1");
    let named =
        |version: &str, metadata: &str, indent: &str| format!("{version}\n{indent}metadata: {{name: x{metadata}}}");
    let found = |route: (&str, &str), patch: (&str, &str)| {
        hostnames(&named(route.0, route.1, ""), &named(patch.0, patch.1, "      ")) == "b"
    };
    assert!(found((v1, ""), (v1, "")));
    assert!(!found((beta, ""), (v1, "")));
    assert!(!found((v1, ", namespace: media"), (v1, "")));
    assert!(found((v1, ", namespace: media"), (v1, ", namespace: media")));
    assert!(!found((v1, ""), (v1, ", namespace: other")));
}

/// A patch in the second of two folders that take one base, and that another takes together.
#[test]
fn a_patch_that_no_longer_fits_is_found_in_whichever_folder_takes_the_base() {
    let route = |version: &str| {
        format!(
            "apiVersion: gateway.networking.k8s.io/{version}\nkind: HTTPRoute\nmetadata: {{name: r, namespace: x}}\n"
        )
    };
    let patch = "patches: [{target: {kind: HTTPRoute, version: v1beta1}, patch: 'spec: {hostnames: [a.example.com]}'}]";
    let case = case(&format!(
        "=== flux/flux-system/gotk-sync.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n\
         metadata: {{name: flux-system, namespace: flux-system}}\nspec: {{path: ./flux}}\n\
         === all/kustomization.yaml\nresources: [../one, ../two]\n=== base/kustomization.yaml\nresources: [r.yaml]\n\
         === base/r.yaml\n{}=== one/kustomization.yaml\nresources: [../base]\nnamespace: one\n\
         === two/kustomization.yaml\nresources: [../base]\nnamespace: two\n{patch}\n",
        route("v1beta1")
    ));
    let new = route("v1");
    let change = Change {
        there: &case.sources,
        folder: "",
        written: &BTreeMap::from([("base/r.yaml".to_owned(), new.as_str())]),
        removed: &BTreeSet::new(),
        clusters: &["n"],
        cluster_of: &|_| None,
    };
    let (sides, _) = change.sides();
    let found: Vec<&str> = sides.iter().flat_map(|side| &side.repatched).map(|one| one.why.as_str()).collect();
    assert_eq!(
        found,
        [
            "`two/kustomization.yaml`, line 3, would no longer find HTTPRoute `r`, whose version or namespace would be another"
        ]
    );
}
