//! What machines and their kubelets are told, and the Talos version of their cluster has no place for; and what they are
//! told twice.
//!
//! Start at [`unsayable`].

use std::iter::once;

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::versions::etc_files::has_document;
use hnet_manifests::versions::talos::{Minor, REGISTRIES, Shape, Topic};
use hnet_model::{
    AdmissionControl, Cluster, ETCD_PORTS, ExtensionFile, FileOperation, KUBELET_PORT, KUBERNETES_API_PORT,
    KernelModule, KubeletMount, KubeletSettings, MachineFile, MachineSettings, RawYaml, RegistryMirror, TALOS_API_PORT,
    TRUSTD_PORT, Traced, Version,
};
use indexmap::IndexMap;

use super::virtual_ips::listens_elsewhere;
use crate::facts::Facts;

/// The fields of a `KubeletConfiguration` that Talos writes itself, with how they are said where there is a word.
/// (siderolabs/talos, `pkg/machinery/kubelet/kubelet.go`, from v1.9 to v1.14 the same.)
static FIELDS_OF_TALOS: [(&str, Option<&str>); 13] = [
    ("apiVersion", None),
    ("authentication", None),
    ("authorization", None),
    ("cgroupRoot", None),
    ("kind", None),
    ("kubeletCgroups", None),
    ("port", None),
    ("protectKernelDefaults", None),
    ("resolvConf", None),
    ("rotateCertificates", None),
    ("seccompDefault", Some("seccomp-profile")),
    ("staticPodPath", Some("manifests-directory")),
    ("systemCgroups", None),
];

/// The kubelet's document has no field for mounts and static pods, and Talos refuses the core document's beside it.
pub(crate) fn unsayable(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let Some(version) = cluster.talos() else { continue };
        mirrors(cluster, version, out);
        let is_document = |topic: Topic| topic.shape(version.value.minor()) == Shape::Document;
        let refuse = |what: &str, place: Span, help: &str, out: &mut Diagnostics| {
            out.report(
                Diagnostic::new(&codes::NOT_IN_THIS_TALOS, format!("Talos {} has no place for {what}", version.value))
                    .label(place, "this is said of machines")
                    .label(version.span(), "there it has a document from 1.14 on, which has no such field")
                    .help(help.to_owned()),
            );
        };
        let nodes = || cluster.nodes.iter();
        for config in once(&cluster.kubelet).chain(nodes().map(|node| &node.kubelet)).flat_map(|said| &said.configs) {
            for (field, word) in FIELDS_OF_TALOS.iter().filter(|(field, _)| config.value.get(field).is_some()) {
                let title = format!("Talos lets nobody say `{field}` in the kubelet's configuration");
                let finding = Diagnostic::new(&codes::NOT_IN_THIS_TALOS, title)
                    .label(config.span, "it writes the field itself, and refuses the machine's configuration");
                out.report(finding.help(match word {
                    Some(word) => format!("leave it out, and write `{word}`"),
                    None => "leave it out".to_owned(),
                }));
            }
        }
        let settings = || once(&cluster.machine).chain(nodes().map(|node| &node.machine));
        for file in
            settings().flat_map(|settings| &settings.files).filter(|file| is_nowhere(file, version.value.minor()))
        {
            let title = format!("Talos makes no file `{}`", file.path.value);
            out.report(
                Diagnostic::new(&codes::NOT_IN_THIS_TALOS, title)
                    .label(file.path.span(), "new ones are made below `/var` alone")
                    .help("take a path below `/var`, or change one that is there: `op overwrite`"),
            );
        }
        if is_document(Topic::Discovery)
            && let Some(on) = cluster.discovery.kubernetes.filter(|on| on.value)
        {
            refuse(
                "discovery by Kubernetes",
                on.span(),
                "leave it out: members find each other by a service there",
                out,
            );
        }
        if is_document(Topic::Kubelet) {
            for kubelet in once(&cluster.kubelet).chain(nodes().map(|node| &node.kubelet)) {
                for mount in &kubelet.mounts {
                    // (docs.siderolabs.com, "User volumes": they are mounted into the kubelet as well.)
                    let help = "say a `user-volume` or an `existing-volume`, which Talos mounts below `/var/mnt` for the kubelet \
                                as well, or take an older version: `talos 1.13`";
                    refuse("a mount of the kubelet", mount.destination.span(), help, out);
                }
                if let Some(said) = kubelet.manifests_directory.filter(|said| said.value) {
                    let help = "leave it out: the kubelet reads no static pods from a folder there";
                    refuse("`manifests-directory on`", said.span(), help, out);
                }
            }
        }
    }
}

/// The file by which containerd is configured, which Talos reads and does not write.
/// (siderolabs/talos, `pkg/machinery/constants`, `CRICustomizationConfigPart`.)
const OF_CONTAINERD: &str = "/etc/cri/conf.d/20-customization.part";

/// Whether Talos refuses to make a file: it makes new ones below `/var`, and those that have documents.
/// (siderolabs/talos, `v1alpha1_sequencer_tasks.go`, `WriteUserFiles`.)
fn is_nowhere(file: &MachineFile, talos: Minor) -> bool {
    let path = file.path.value.as_str();
    let is_document = Topic::Sysctls.shape(talos) == Shape::Document;
    let has_document = is_document && path.strip_prefix("/etc/").is_some_and(has_document);
    file.operation.value == FileOperation::Create
        && !path.starts_with("/var/")
        && !path.starts_with("${")
        && path != OF_CONTAINERD
        && !has_document
}

/// What listens on every machine, or on control planes, at which port. (siderolabs/talos, `pkg/machinery/constants`;
/// kubernetes/kubernetes, `pkg/cluster/ports`.)
const LISTENING: [(u16, &str); 9] = [
    (TALOS_API_PORT, "Talos's API"),
    (TRUSTD_PORT, "Talos's certificates"),
    (KUBERNETES_API_PORT, "the Kubernetes API"),
    (KUBELET_PORT, "the kubelet"),
    (10248, "the kubelet's health"),
    (ETCD_PORTS[0], "etcd"),
    (ETCD_PORTS[1], "etcd"),
    (10257, "the controller manager"),
    (10259, "the scheduler"),
];

/// KubePrism has a port of its own: where something listens already, it never starts.
pub(crate) fn kube_prism(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let Some(port) = cluster.kube_prism.filter(|_| cluster.talos().is_some()) else { continue };
        let taken = LISTENING.iter().find(|(number, _)| *number == port.value);
        let Some((number, what)) = taken.filter(|_| !listens_elsewhere(cluster)) else { continue };
        out.report(
            Diagnostic::new(&codes::NOT_A_PORT, format!("port {number} of machines is taken, by {what}"))
                .label(port.span(), "KubePrism could not listen there")
                .help("take another port, or leave it out: 7445 is free"),
        );
    }
}

/// Before there are documents of registries, all endpoints of one are asked in one way.
fn mirrors(cluster: &Cluster, version: &Traced<Version>, out: &mut Diagnostics) {
    if version.value.minor() >= REGISTRIES {
        return;
    }
    let says_it = |mirror: &RegistryMirror| mirror.override_path.is_some_and(|on| on.value);
    for own in cluster.nodes.iter().flat_map(|node| &node.machine.registry_mirrors) {
        let mut others = cluster.machine.registry_mirrors.iter().filter(|other| other.name.value == own.name.value);
        if others.all(|other| says_it(other) == says_it(own)) {
            continue;
        }
        let title = format!("Talos {} has no place for endpoints with paths of their own", version.value);
        out.report(
            Diagnostic::new(&codes::NOT_IN_THIS_TALOS, title)
                .label(own.name.span(), "its cluster says otherwise of `override-path`")
                .label(version.span(), "until 1.11 all endpoints of a registry are asked in one way")
                .help("say the same of both, or take a newer version: `talos 1.12`"),
        );
    }
}

/// A module, a file, a mount or a pod that is said twice. What a node says takes the place of what its cluster and its profiles
/// say; of modules both stand beside each other here, so that of those of nodes nothing is said.
pub(crate) fn twice(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        told_twice(&cluster.machine.kernel_modules, &cluster.machine, &cluster.kubelet, out);
        let mut told: Vec<(Span, Span)> = Vec::new();
        for node in &cluster.nodes {
            told_twice(&[], &node.machine, &node.kubelet, out);
            pods_twice(cluster, &node.machine, &mut told, out);
        }
        if cluster.nodes.is_empty() {
            pods_twice(cluster, &MachineSettings::default(), &mut told, out);
        }
        if let Some(AdmissionControl::Plugins(plugins)) = &cluster.control_plane.api_server.admission_control {
            plugins_twice(plugins, out);
        }
    }
}

/// A plugin has one configuration: of two the API server refuses the second, and so does Talos where each has a document.
fn plugins_twice(plugins: &RawYaml, out: &mut Diagnostics) {
    let mut seen: Vec<&str> = Vec::new();
    for name in plugins.value.as_sequence().into_iter().flatten().filter_map(|plugin| plugin.get("name")?.as_str()) {
        if seen.contains(&name) {
            out.report(
                Diagnostic::new(&codes::KEY_REPEATED, format!("the admission plugin `{name}` is said twice"))
                    .label(plugins.span, "both stand here")
                    .help("keep one of the two"),
            );
        }
        seen.push(name);
    }
}

/// The kubelet knows a pod by its name, and so does the document that says it. No pod takes the place of another.
fn pods_twice(cluster: &Cluster, node: &MachineSettings, told: &mut Vec<(Span, Span)>, out: &mut Diagnostics) {
    let mut first: IndexMap<(&str, &str), Span> = IndexMap::new();
    for pod in cluster.machine.static_pods.iter().chain(&node.static_pods) {
        let name = pod.text_at(&["metadata", "name"]).unwrap_or_default();
        let namespace = pod.text_at(&["metadata", "namespace"]).unwrap_or("default");
        let Some(other) = claim(&mut first, (namespace, name), pod.span).copied() else { continue };
        // What a cluster says of its machines is wrong once.
        if name.contains("${") || told.contains(&(pod.span, other)) {
            continue;
        }
        told.push((pod.span, other));
        report_twice("static pod", name, pod.span, other, out);
    }
}

fn report_twice(what: &str, name: &str, place: Span, other: Span, out: &mut Diagnostics) {
    out.report(
        Diagnostic::new(&codes::KEY_REPEATED, format!("the {what} `{name}` is said twice"))
            .label(place, "this says one thing")
            .label(other, "and this another")
            .help("keep one of the two"),
    );
}

/// What is told of one thing, its parts in order.
fn told_twice(modules: &[KernelModule], machine: &MachineSettings, kubelet: &KubeletSettings, out: &mut Diagnostics) {
    let parameters = |module: &KernelModule| module.parameters.iter().map(|said| said.value.clone()).collect();
    let modules = modules.iter().map(|module| ("kernel module", &module.name, parameters(module)));
    // What is put at the end of a file may be so more than once.
    let files = machine.files.iter().filter(|file| file.operation.value != FileOperation::Append);
    let files = files.map(|file| ("file", &file.path, vec![file.content.value.clone()]));
    let source = |mount: &KubeletMount| vec![mount.source.value.clone(), mount.kind.value.clone()];
    let options = |mount: &KubeletMount| mount.options.iter().map(|option| option.value.clone()).collect::<Vec<_>>();
    let mounts = kubelet.mounts.iter();
    let mounts = mounts.map(|mount| ("mount", &mount.destination, [source(mount), options(mount)].concat()));
    let mut first: IndexMap<(&str, &str), (Span, Vec<String>)> = IndexMap::new();
    for (what, name, said) in modules.chain(files).chain(mounts) {
        let entry = (name.span(), said.clone());
        let Some((other, known)) = claim(&mut first, (what, name.value.as_str()), entry) else { continue };
        if *known == said {
            continue;
        }
        report_twice(what, &name.value, name.span(), *other, out);
    }
    for service in &machine.extension_services {
        let mut first: IndexMap<&str, &ExtensionFile> = IndexMap::new();
        for file in &service.files {
            let Some(other) = claim(&mut first, file.path.value.as_str(), file) else { continue };
            if other.content.value != file.content.value {
                report_twice("file", &file.path.value, file.path.span(), other.path.span(), out);
            }
        }
    }
}
