//! What an import leaves is listed, each form once.

use hnet_import::import;

/// What is listed of some files, each with its path.
fn listed(files: &[(&str, &str)]) -> Vec<String> {
    let made = import(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect());
    let line = |one: &hnet_import::Unread| format!("{}: {}", made.sources.get(one.span.file).path(), one.why);
    made.report.unread.iter().map(line).collect()
}

#[test]
fn what_is_no_talconfig_and_no_object_is_listed() {
    assert_eq!(
        listed(&[
            (
                "route.yaml",
                "kind: HTTPRoute\napiVersion: gateway.networking.k8s.io/v1\nmetadata: [x]\nspec: {rules: 3}\n"
            ),
            ("talos/talconfig.yaml", "clusterName: 3\nnodes: hello\nendpoint: [x]\n"),
        ]),
        [
            "route.yaml: `HTTPRoute` without a name",
            "talos/talconfig.yaml: a talconfig of which no node has a `hostname` is not read"
        ]
    );
}

#[test]
fn files_of_a_form_of_talos_are_named_or_their_folder_is() {
    let machine = "version: v1alpha1\nmachine: {type: worker, network: {hostname: w}}\n";
    let why = "Talos, as a machine configuration of which nothing says a host name and an endpoint, which is not read";
    assert_eq!(
        listed(&[("talos/a/w-1.yaml", machine), ("talos/b/w-2.yaml", machine)]),
        [format!("talos/a/w-1.yaml: {why}"), format!("talos/b/w-2.yaml: {why}")]
    );
    let paths: Vec<String> = (0..6).map(|at| format!("talos/{}/w-{at}.yaml", ["a", "ab"][at % 2])).collect();
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), machine)).collect();
    assert_eq!(listed(&files), [format!("talos/a/w-0.yaml: {why}, in 6 files below `talos`")]);
}

#[test]
fn patches_alone_and_playbooks_are_mentioned_once() {
    let patch = "machine: {sysctls: {net.core.somaxconn: '8192'}}\n";
    let of_patches =
        "talos/a.yaml: Talos, as patches alone, which are not read: nothing says of which machines they are";
    let play = "- hosts: all\n  roles: [k3s]\n";
    assert_eq!(listed(&[("talos/a.yaml", patch), ("ansible/site.yml", play)]), [of_patches]);
    let inventory = "all: {children: {k3s: {hosts: {n1: {ansible_host: 10.0.0.1}}}}}\n";
    let why = "k3s, as Ansible's inventory and playbooks, which are not read";
    assert_eq!(
        listed(&[("ansible/hosts.yml", inventory), ("ansible/site.yml", play), ("values.yaml", "all: {hosts: [a]}\n")]),
        [format!("ansible/hosts.yml: {why}"), format!("ansible/site.yml: {why}")]
    );
}
