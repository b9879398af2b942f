//! What a cluster's machines need: to exist, a control plane, an address, a disk, labels that are accepted, and a
//! Kubernetes that their Talos runs or their k3s is.

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_emit::Context;
use hnet_manifests::versions::node_labels::is_refused;
use hnet_manifests::versions::talos;
use hnet_model::{
    Cluster, Disk, Distribution, LinkRef, Network, Node, Part, RawYaml, Reason, Role, Taint, Traced, Version,
};
use indexmap::{IndexMap, IndexSet};

use crate::facts::Facts;
use crate::facts::versions::unknown_version;
use crate::facts::yaml_place::key_place;
use hnet_model::in_source_order;

/// Whether the source says the cluster, or it only follows from what stands in the network.
fn is_said(cluster: &Cluster, network: &Network) -> bool {
    cluster.span != network.span
}

/// Whether something is said of the cluster that needs no machine of it: what it serves.
fn serves(cluster: &Cluster) -> bool {
    !cluster.gateways.is_empty()
        || !cluster.routes.is_empty()
        || !cluster.pools.is_empty()
        || !cluster.certificates.is_empty()
        || !cluster.manifests.is_empty()
        || cluster.cilium.is_some()
}

/// A cluster has nodes, a control plane among them, and better an odd number of those.
pub(crate) fn members(facts: &Facts<'_>, out: &mut Diagnostics) {
    if facts.something_of_its_own_is_lost() {
        return;
    }
    for cluster in &facts.network.clusters {
        let name = &cluster.name.value;
        if cluster.nodes.is_empty() {
            // A source may speak of Kubernetes objects only, of one cluster or of several.
            if is_said(cluster, facts.network) && !serves(cluster) && facts.is_alone() && facts.whole(cluster.span) {
                out.report(
                    Diagnostic::new(&codes::CLUSTER_WITHOUT_NODES, format!("cluster `{name}` has no nodes"))
                        .label(cluster.span, "nothing runs it")
                        .help("declare its machines: `node cp-1 < … >`"),
                );
            }
            continue;
        }
        // What stands in the source and could not be read may be a node, or its role.
        let is_sure = |node: &Node| node.role.origin.reason == Reason::Written || facts.whole(node.span);
        if !(facts.is_alone() && facts.whole(cluster.span) && cluster.nodes.iter().all(is_sure)) {
            continue;
        }
        let nodes = in_source_order(&cluster.nodes, |node| node.span);
        let planes = nodes.iter().filter(|node| node.role.value == Role::ControlPlane);
        let planes: Vec<Span> = planes.map(|node| node.name.span()).collect();
        match planes.as_slice() {
            [] => {
                let finding = Diagnostic::new(
                    &codes::CLUSTER_WITHOUT_CONTROL_PLANE,
                    format!("cluster `{name}` has no control plane"),
                )
                .label(cluster.span, "nothing runs its API");
                let finding = match nodes.first() {
                    Some(node) => {
                        finding.label(node.role.span(), format!("`{}` is a worker, as all are", node.name.value))
                    }
                    None => finding,
                };
                out.report(finding.help("write `role control-plane` on one node, or better on three"));
            }
            // Servers with a datastore of their own have no members that must agree.
            [first, .., last] if planes.len().is_multiple_of(2) && cluster.datastore.is_none() => {
                let count = planes.len();
                let mut help = format!(
                    "have {} or {}: {count} survive no more failures than {} do",
                    count - 1,
                    count + 1,
                    count - 1
                );
                if cluster.talos().is_none() {
                    help.push_str("; or say by `datastore` where they keep their state, if it is not etcd");
                }
                out.report(
                    Diagnostic::new(
                        &codes::EVEN_CONTROL_PLANES,
                        format!("cluster `{name}` has {count} control planes"),
                    )
                    .label(*last, format!("etcd needs {} of {count} to agree", count / 2 + 1))
                    .label(*first, "the first of them")
                    .help(help),
                );
            }
            _ => {}
        }
    }
}

/// Talos is installed on a disk.
pub(crate) fn disks(facts: &Facts<'_>, out: &mut Diagnostics) {
    /// How many of the others are pointed at; the title counts them all.
    const SHOWN: usize = 3;
    // One of which something is lost may be no cluster of Talos.
    let context = Context { network: facts.network, sources: facts.sources };
    // Omni selects one by itself where none is said (docs.siderolabs.com/omni, "Select the install disk"), and what is
    // written nowhere is not read.
    let parts = [Part::Talconfig, Part::Machines, Part::Topf, Part::Tofu];
    let is_told = |cluster: &Cluster| parts.iter().any(|part| context.place(cluster, *part).is_some());
    let on_talos = |cluster: &&Cluster| cluster.talos().is_some() && facts.whole(cluster.span) && is_told(cluster);
    for cluster in facts.network.clusters.iter().filter(on_talos) {
        if cluster.patches.iter().any(says_disk) {
            continue;
        }
        let has_none = |node: &&Node| node.disk.is_none() && !node.patches.iter().any(says_disk);
        let mut nodes: Vec<&Node> =
            cluster.nodes.iter().filter(|node| has_none(node) && facts.whole(node.span)).collect();
        nodes.sort_by_key(|node| node.span);
        // A profile may have forgotten it for all of them, so it is one mistake.
        let Some((first, others)) = nodes.split_first() else { continue };
        let title = match others.len() {
            0 => format!("node `{}` has no disk", first.name.value),
            more => format!("{} nodes have no disk", more + 1),
        };
        let finding = Diagnostic::new(&codes::NODE_WITHOUT_DISK, title)
            .label(first.span, "Talos does not know where to install itself");
        let shown = others.iter().take(SHOWN);
        let finding = shown.fold(finding, |finding, node| finding.label(node.span, "nor here"));
        out.report(finding.help(match others {
            [] => "write `disk /dev/nvme0n1;`, or a selector such as `disk \"size >= 100GB\";`",
            _ => "write `disk \"size >= 100GB\";` in the profile that they share, or each node's own",
        }));
    }
}

/// Whether a patch says where Talos is installed.
pub(super) fn says_disk(patch: &RawYaml) -> bool {
    let install = patch.value.get("machine").and_then(|machine| machine.get("install"));
    let says = |key: &str| install.is_some_and(|install| install.get(key).is_some());
    let kind = patch.value.get("kind").and_then(serde_yaml::Value::as_str);
    kind == Some("UnattendedInstallConfig") || says("disk") || says("diskSelector")
}

/// Whether a patch says links, and with them perhaps addresses.
fn says_links(patch: &RawYaml) -> bool {
    let network = patch.value.get("machine").and_then(|machine| machine.get("network"));
    let kind = patch.value.get("kind").and_then(serde_yaml::Value::as_str);
    let of_links = ["LinkConfig", "VLANConfig", "BondConfig", "BridgeConfig", "DHCPv4Config", "DHCPv6Config"];
    kind.is_some_and(|kind| of_links.contains(&kind))
        || network.is_some_and(|network| network.get("interfaces").is_some())
}

/// A disk that is found by its serial number is in one machine.
pub(crate) fn disks_of_several(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut first: IndexMap<&str, (&Node, &Traced<Disk>)> = IndexMap::new();
    let mut reported: IndexSet<(Span, &str)> = IndexSet::new();
    for node in facts.nodes() {
        let Some(disk) = &node.disk else { continue };
        let Some(serial) = serial(&disk.value) else { continue };
        let Some((other, of_other)) = claim(&mut first, serial, (node, disk)) else { continue };
        // A profile says it once for all of its nodes.
        if !reported.insert((disk.span(), serial)) {
            continue;
        }
        let (name, other_name) = (&node.name.value, &other.name.value);
        let finding =
            Diagnostic::new(&codes::DISK_OF_SEVERAL_NODES, format!("`{other_name}` and `{name}` install on one disk"));
        let finding = if of_other.span() == disk.span() {
            finding
                .label(disk.span(), "one machine has the disk with this serial number")
                .label(node.name.span(), format!("`{name}` takes it"))
                .label(other.name.span(), format!("`{other_name}` takes it too"))
        } else {
            finding
                .label(disk.span(), "one machine has the disk with this serial number")
                .label(of_other.span(), format!("`{other_name}` has it already"))
        };
        out.report(finding.help("write each machine's own serial, or what finds a disk in all: `\"size >= 100GB\"`"));
    }
}

/// The number by which a disk is told from all others, where it is selected by one.
fn serial(disk: &Disk) -> Option<&str> {
    let serial = match disk {
        Disk::Serial(serial) => serial.as_str(),
        // Names by World Wide Name are one disk's alone; others under `by-id` may be of a kind of disk.
        Disk::Path(path) => path
            .strip_prefix("/dev/disk/by-id/")
            .filter(|name| ["wwn-", "nvme-eui.", "nvme-nvme."].into_iter().any(|start| name.starts_with(start)))?,
        Disk::All(parts) => return parts.iter().find_map(serial),
        Disk::Size(_)
        | Disk::Model(_)
        | Disk::Type(_)
        | Disk::Wwid(_)
        | Disk::Uuid(_)
        | Disk::BusPath(_)
        | Disk::Modalias(_) => return None,
    };
    (!serial.contains(['*', '$'])).then_some(serial)
}

/// A worker labels itself with the kubelet's rights, which NodeRestriction limits.
pub(crate) fn node_restriction(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for node in cluster.workers() {
            let said = node.labels.iter().map(|(key, _)| (key.value.clone(), key.span()));
            let of_patches = keys_of_patches(facts, node, &LABELS);
            for (key, place) in said.chain(of_patches).filter(|(key, _)| is_refused(key)) {
                out.report(
                    Diagnostic::new(&codes::NODE_RESTRICTION, format!("a worker may not set label `{key}`"))
                        .label(place, "the API server refuses it, and with it all other labels")
                        .label(node.role.span(), format!("`{}` is a worker", node.name.value))
                        .help("use a key of your own domain, or label the node with `kubectl` as an administrator"),
                );
            }
            let said = node.taints.iter().filter(|_| cluster.talos().is_some());
            let said = said.map(|taint| (taint.value.key.clone(), taint.span()));
            for (key, place) in said.chain(keys_of_patches(facts, node, &TAINTS)) {
                out.report(
                    Diagnostic::new(&codes::NODE_RESTRICTION, format!("a worker may not set taint `{key}`"))
                        .label(place, "the API server refuses it from the node itself")
                        .label(node.role.span(), format!("`{}` is a worker", node.name.value))
                        .help(
                            "taint the node with `kubectl`, or by `--register-with-taints` of its kubelet in a `patch`",
                        ),
                );
            }
        }
    }
}

/// Where Talos is told the labels of a node, and its taints: in the core document, and in one of 1.14.
const LABELS: [(Option<&str>, &[&str]); 2] =
    [(None, &["machine", "nodeLabels"]), (Some("KubeNodeConfig"), &["labels"])];
const TAINTS: [(Option<&str>, &[&str]); 2] =
    [(None, &["machine", "nodeTaints"]), (Some("KubeNodeConfig"), &["taints"])];

/// The labels or taints that patches of what exists say. In a source they stay what somebody wants in spite of it, since an
/// import has no other place for what was refused all along.
fn keys_of_patches(facts: &Facts<'_>, node: &Node, fields: &[(Option<&str>, &[&str])]) -> Vec<(String, Span)> {
    if facts.is_a_source() {
        return Vec::new();
    }
    let of_patch = |patch: &RawYaml| {
        let kind = patch.value.get("kind").and_then(serde_yaml::Value::as_str);
        let Some((_, path)) = fields.iter().find(|(document, _)| *document == kind) else { return Vec::new() };
        let said = path.iter().try_fold(&patch.value, |value, key| value.get(*key));
        let pairs = said.and_then(serde_yaml::Value::as_mapping).into_iter().flatten();
        let keys =
            pairs.filter(|(_, value)| !value.is_null() && !value.is_mapping()).filter_map(|(key, _)| key.as_str());
        let place = |key: &str| key_place(facts.sources, patch.span, path.iter().copied().chain([key]));
        keys.filter(|key| *key != "$patch").map(|key| (key.to_owned(), place(key))).collect()
    };
    node.patches.iter().flat_map(of_patch).collect()
}

/// A taint is told from others by its key and its effect; Talos keeps one for each key.
pub(crate) fn taints(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        for node in &cluster.nodes {
            let mut first: IndexMap<(&str, Option<&str>), &Traced<Taint>> = IndexMap::new();
            for taint in &node.taints {
                let Taint { key, value: _, effect } = &taint.value;
                let of_effect = cluster.talos().is_none().then_some(effect.as_str());
                let other = claim(&mut first, (key.as_str(), of_effect), taint);
                let Some(other) = other.filter(|other| other.value != taint.value) else { continue };
                let finding =
                    Diagnostic::new(&codes::KEY_REPEATED, format!("`{}` has two taints of `{key}`", node.name.value))
                        .label(taint.span(), "this says one thing")
                        .label(other.span(), "and this another");
                out.report(finding.help(match cluster.talos() {
                    Some(_) => "keep one of the two: the configuration of Talos has one taint for each key",
                    None => "keep one of the two: of one key and one effect there is one value",
                }));
            }
        }
    }
}

/// Each Talos runs a window of Kubernetes versions.
pub(crate) fn kubernetes_version(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in &facts.network.clusters {
        let kubernetes = &cluster.kubernetes;
        let version = match &cluster.distribution {
            Distribution::Talos(version) => version,
            Distribution::K3s(version) => {
                version.iter().for_each(|version| k3s_version(version, kubernetes, out));
                continue;
            }
        };
        // An image's tag has no plus sign.
        if let Some(release) = kubernetes.value.to_string().split_once('+').map(|(release, _)| release.to_owned()) {
            out.report(
                Diagnostic::new(&codes::NOT_A_VERSION, format!("`{}` is no release of Kubernetes", kubernetes.value))
                    .label(kubernetes.span(), "there is no image with this tag for Talos to run")
                    .help("what stands behind the plus sign is another distribution's")
                    .fix(format!("write `{release}`"), kubernetes.span(), release),
            );
            continue;
        }
        let Some((oldest, newest)) = talos::kubernetes_window(version.value.minor()) else {
            out.report(unknown_version("Talos", version, &talos::known().collect::<Vec<_>>()));
            continue;
        };
        if talos::is_in_development(version.value.minor()) {
            out.report(
                Diagnostic::new(&codes::VERSION_UNKNOWN, format!("Talos {} is not released", version.value))
                    .label(version.span(), "what it accepts is checked as far as it was known in August 2026")
                    .help(format!("the newest release that hnet knows is {}.{}", talos::newest().0, talos::newest().1)),
            );
        }
        if oldest <= kubernetes.value.minor() && kubernetes.value.minor() <= newest {
            continue;
        }
        let mut help = format!("write Kubernetes {}.{} to {}.{}", oldest.0, oldest.1, newest.0, newest.1);
        if let Some((major, minor)) = talos::newest_for_kubernetes(kubernetes.value.minor()) {
            help = format!("{help}, or Talos {major}.{minor}");
        }
        out.report(
            Diagnostic::new(
                &codes::KUBERNETES_OUTSIDE_TALOS_WINDOW,
                format!("Talos {} does not run Kubernetes {}", version.value, kubernetes.value),
            )
            .label(kubernetes.span(), "outside what this Talos supports")
            .label(version.span(), format!("it runs {}.{} to {}.{}", oldest.0, oldest.1, newest.0, newest.1))
            .help(help),
        );
    }
}

/// A version of k3s is a version of Kubernetes.
fn k3s_version(k3s: &Traced<Version>, kubernetes: &Traced<Version>, out: &mut Diagnostics) {
    let minor = k3s.value.minor();
    if kubernetes.value.minor() != minor {
        let same = format!("{}.{}", minor.0, minor.1);
        out.report(
            Diagnostic::new(
                &codes::KUBERNETES_OF_K3S,
                format!("k3s {} is not Kubernetes {}", k3s.value, kubernetes.value),
            )
            .label(kubernetes.span(), "k3s brings its own")
            .label(k3s.span(), format!("this one is Kubernetes {same}"))
            .help("leave `kubernetes` out"),
        );
        return;
    }
    let known = talos::known().filter_map(talos::kubernetes_window);
    let range = known.reduce(|(oldest, newest), (from, to)| (oldest.min(from), newest.max(to)));
    let Some((oldest, newest)) = range.filter(|(oldest, newest)| minor < *oldest || *newest < minor) else { return };
    let known: Vec<_> = (oldest.1..=newest.1).map(|minor| (oldest.0, minor)).collect();
    out.report(unknown_version("k3s", k3s, &known));
}

/// Whether a node says its interfaces, and no address of them.
pub(crate) fn has_no_address(node: &Node) -> bool {
    let has_address = |link: LinkRef<'_>| link.dhcp() || !link.addresses().is_empty();
    !node.interfaces.is_empty() && !node.links().any(has_address)
}

/// Each node has an address or asks for one, and some node carries pods.
pub(crate) fn reachable_and_useful(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let is_said = cluster.patches.iter().any(says_links);
        for node in cluster.nodes.iter().filter(|node| facts.whole(node.span)) {
            let is_said = is_said || node.patches.iter().any(says_links);
            if !is_said && has_no_address(node) && node.interfaces.iter().all(|interface| facts.whole(interface.span)) {
                out.report(
                    Diagnostic::new(&codes::NODE_WITHOUT_ADDRESS, format!("node `{}` has no address", node.name.value))
                        .label(node.span, "nothing reaches it")
                        .help("give an interface an `address`, or let it ask: `dhcp;`"),
                );
            }
        }
        let scheduling = &cluster.schedule_on_control_planes;
        let only_control_planes = cluster.nodes.iter().all(|node| node.role.value == Role::ControlPlane);
        let is_whole = cluster.nodes.iter().all(|node| facts.whole(node.span)) && facts.is_alone();
        if cluster.talos().is_some()
            && !scheduling.value
            && only_control_planes
            && is_whole
            && let Some(node) = in_source_order(&cluster.nodes, |node| node.span).first()
        {
            out.report(
                Diagnostic::new(
                    &codes::NOTHING_CARRIES_PODS,
                    format!("no node of cluster `{}` carries pods", cluster.name.value),
                )
                .label(scheduling.span(), "control planes do not")
                .label(node.name.span(), "and there are no others")
                .help("leave this out, or add a node with `role worker`"),
            );
        }
    }
}
