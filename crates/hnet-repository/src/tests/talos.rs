//! The forms in which people keep what they say of Talos.

use super::case;
use crate::{Installer, TalosForm};

fn forms(text: &str) -> Vec<(TalosForm, String, bool)> {
    let case = case(text);
    case.repository.talos.iter().map(|source| (source.form, source.path.clone(), source.is_preferred)).collect()
}

#[test]
fn each_form_is_known_by_what_it_says() {
    let found = forms(
        "=== talos/talconfig.yaml\nclusterName: home\ntalosVersion: v1.13.2\nnodes: []\n\
         === talos/patches/kubelet.yaml\nmachine: {kubelet: {}}\n\
         === talos/patches/host.yaml\napiVersion: v1alpha1\nkind: HostnameConfig\nhostname: a\n\
         === talos/talsecret.sops.yaml\ncluster: {id: AAAA}\n=== talos/talenv.yaml\nA: b\n\
         === other/settings.yaml\nmachine: {name: x}\n=== other/kind.yaml\nkind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nname: x\n",
    );
    assert_eq!(
        found,
        [
            (TalosForm::Patch, "talos/patches/host.yaml".into(), true),
            (TalosForm::Patch, "talos/patches/kubelet.yaml".into(), true),
            (TalosForm::Talhelper, "talos/talconfig.yaml".into(), true),
            (TalosForm::Environment, "talos/talenv.yaml".into(), true),
            (TalosForm::Secrets, "talos/talsecret.sops.yaml".into(), true),
        ]
    );
}

#[test]
fn the_form_that_the_tasks_apply_is_preferred_and_else_the_newer() {
    let files = "=== talos/talconfig.yaml\nclusterName: home\ntalosVersion: v1.12.0\nnodes: []\n\
                 === talos/machineconfig.yaml.j2\nversion: v1alpha1\nmachine: {type: {{ ENV.TYPE }}, install: {image: 'factory.talos.dev/x:v1.13.1'}}\n";
    let newer = forms(files);
    assert_eq!(
        newer.iter().map(|(form, _, is)| (*form, *is)).collect::<Vec<_>>(),
        [(TalosForm::Jinja, true), (TalosForm::Talhelper, false)]
    );
    let applied = forms(&format!("{files}=== justfile\napply:\n  talhelper genconfig\n"));
    assert_eq!(
        applied.iter().map(|(form, _, is)| (*form, *is)).collect::<Vec<_>>(),
        [(TalosForm::Jinja, false), (TalosForm::Talhelper, true)]
    );
}

#[test]
fn omni_topf_and_opentofu_are_known() {
    let found = forms(
        "=== talos/home.yaml\nkind: Cluster\nname: home\ntalos: {version: v1.13.0}\n---\nkind: Machine\nname: 0300\n=== main.tf\nresource \"talos_machine_configuration_apply\" \"x\" {}\n\
         === topf/topf.yaml\nclusterName: x\nnodes: []\n=== topf/node/a/patch.yaml\nmachine: {network: {}}\n",
    );
    let kinds: Vec<_> = found.iter().map(|(form, ..)| *form).collect();
    assert_eq!(kinds, [TalosForm::Omni, TalosForm::Omni, TalosForm::Topf, TalosForm::Topf, TalosForm::OpenTofu]);
}

#[test]
fn a_cluster_knows_what_is_said_of_its_machines() {
    let case = case(
        "=== talos/talconfig.yaml\nclusterName: home\nnodes: []\n=== apps/x.yaml\napiVersion: v1\nkind: Service\nmetadata: {name: x}\n",
    );
    let cluster = case.cluster();
    assert_eq!((cluster.name.as_str(), cluster.talos.iter().next().map(String::as_str)), ("home", Some("talos")));
}

#[test]
fn a_helmfile_installs_charts_before_gitops() {
    let case = case(
        "=== bootstrap/helmfile.yaml\nreleases:\n  - {name: cilium, namespace: kube-system, chart: 'oci://quay.io/cilium/charts/cilium', version: 1.20.1, values: [../values.yaml, {b: 2}, x.yaml.gotmpl]}\n=== values.yaml\na: 1\nb: 1\n",
    );
    let release = &case.repository.bootstrap[0];
    assert_eq!((release.installer, release.chart.as_str()), (Installer::Helmfile, "cilium"));
    assert_eq!((super::text(&release.values, &["a"]), super::text(&release.values, &["b"])), ("1", "2"));
    assert!(release.has_unknown_values);
}

#[test]
fn charts_of_k3s_take_the_values_of_their_config() {
    let case = case(
        "=== charts.yaml\napiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: cilium, namespace: kube-system}\nspec:\n  chart: cilium\n  version: 1.20.1\n  valuesContent: |\n    a: 1\n    b: 1\n\
         ---\napiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: cilium, namespace: kube-system}\nspec: {valuesContent: 'b: 2'}\n\
         ---\napiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: traefik, namespace: kube-system}\nspec: {valuesContent: 'c: 3'}\n",
    );
    let releases = &case.cluster().releases;
    let read: Vec<_> = releases.iter().map(|release| (release.installer, release.chart.as_str())).collect();
    assert_eq!(read, [(Installer::K3s, "cilium"), (Installer::K3s, "traefik")]);
    assert_eq!((super::text(&releases[0].values, &["a"]), super::text(&releases[0].values, &["b"])), ("1", "2"));
}
