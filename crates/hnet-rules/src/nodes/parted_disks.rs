//! Disks that are parted by hand, and would not come out as they are said: Talos refuses them, or what is mounted where has
//! two owners.
//!
//! (siderolabs/talos v1.9.5 to v1.14.0-alpha.2, `v1alpha1_validation.go` for sizes, `user_disk_config.go` and
//! `volumeconfig/user_volumes.go` for what is mounted where, and the JSON schemas of 1.11 to 1.14 for `/var`.) Start at
//! [`refused`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_model::{Cluster, Disk, Node, PartedDisk, RawYaml, VolumeKind, bytes_of};
use indexmap::IndexMap;
use serde_yaml::Value;

use super::machines::says_disk;
use crate::facts::Facts;
use crate::once::Once;

/// Where volumes of users are mounted, each by its name.
const VOLUMES: &str = "/var/mnt/";

/// What would not come out as it is said of disks that are parted by hand.
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        if cluster.talos().is_none() {
            continue;
        }
        // What a cluster says is said of each of its machines, and wrong once.
        let mut once = Once::default();
        let mut tell = |place: Span, finding: Diagnostic| once.tell(place, finding, out);
        cluster.machine.disks.iter().for_each(|disk| alone(disk, &mut tell));
        for node in cluster.nodes.iter().filter(|node| facts.whole(node.span)) {
            node.machine.disks.iter().for_each(|disk| alone(disk, &mut tell));
            let disks: Vec<&PartedDisk> = cluster.machine.disks.iter().chain(&node.machine.disks).collect();
            taken(cluster, node, &disks, &mut tell);
            mounted_twice(cluster, node, &disks, &mut tell);
        }
    }
}

/// What is wrong with a disk by itself.
fn alone(disk: &PartedDisk, tell: &mut impl FnMut(Span, Diagnostic)) {
    let PartedDisk { path, partitions, span } = disk;
    if partitions.is_empty() {
        let finding = Diagnostic::new(&codes::MISSING_FIELD, format!("the disk `{}` has no partition", path.value))
            .label(*span, "nothing is made of it")
            .help("write one, such as `partition /var/mnt/storage`, or leave the disk out");
        tell(*span, finding);
    }
    for partition in partitions.iter().rev().skip(1) {
        let place = partition.size.as_ref().unwrap_or(&partition.path).span();
        if partition.size.as_ref().is_some_and(|size| bytes_of(&size.value) != Some(0)) {
            continue;
        }
        let title =
            format!("the partition `{}` takes what is left of its disk, and is not the last", partition.path.value);
        let finding = Diagnostic::new(&codes::MISSING_FIELD, title)
            .label(place, "Talos refuses it: nothing would be left for the next")
            .help("say its `size`, or write it last");
        tell(place, finding);
    }
    let is_outside =
        |path: &&hnet_model::Traced<String>| !path.value.starts_with("/var/") && !path.value.contains("${");
    for path in partitions.iter().map(|partition| &partition.path).filter(is_outside) {
        let finding = Diagnostic::new(&codes::NOT_IN_THIS_TALOS, format!("Talos mounts nothing at `{}`", path.value))
            .label(path.span(), "disks are mounted below `/var` alone: the rest cannot be written to")
            .help("take a path below `/var`: `/var/mnt/storage`");
        tell(path.span(), finding);
    }
}

/// Disks that something else has: Talos itself, or another statement, whose partitions would take the places of these.
fn taken(cluster: &Cluster, node: &Node, disks: &[&PartedDisk], tell: &mut impl FnMut(Span, Diagnostic)) {
    let is_patched = cluster.patches.iter().chain(&node.patches).any(says_disk);
    let installed = node.disk.as_ref().filter(|_| !is_patched);
    let mut first: IndexMap<&str, Span> = IndexMap::new();
    for PartedDisk { path, .. } in disks.iter().copied().filter(|disk| !disk.path.value.contains("${")) {
        let title = |what: &str| format!("the disk `{}` {what}", path.value);
        if let Some(installed) = installed.filter(|disk| matches!(&disk.value, Disk::Path(own) if *own == path.value)) {
            let finding = Diagnostic::new(&codes::DISK_TAKEN, title("is the one that Talos is installed on"))
                .label(path.span(), "Talos parts it by itself")
                .label(installed.span(), "it is installed here")
                .help("part another disk, or take what is left of this one: `user-volume storage < disk system_disk; min-size …; >`");
            tell(path.span(), finding);
        }
        let other = claim(&mut first, path.value.as_str(), path.span()).copied();
        if let Some(other) = other.or_else(|| patched(cluster, node, &path.value)) {
            let finding = Diagnostic::new(&codes::DISK_TAKEN, title("is parted twice"))
                .label(path.span(), "these partitions")
                .label(other, "and these are counted from one on each")
                .help("write all partitions in one of the two");
            tell(path.span(), finding);
        }
    }
}

/// Where patches of a machine part a disk.
fn patched(cluster: &Cluster, node: &Node, device: &str) -> Option<Span> {
    let parts = |patch: &&RawYaml| {
        let disks = patch.value.get("machine").and_then(|machine| machine.get("disks")?.as_sequence());
        disks.into_iter().flatten().any(|disk| disk.get("device").and_then(Value::as_str) == Some(device))
    };
    cluster.patches.iter().chain(&node.patches).find(parts).map(|patch| patch.span)
}

/// Paths that have two owners: partitions, volumes of users and files.
fn mounted_twice(cluster: &Cluster, node: &Node, disks: &[&PartedDisk], tell: &mut impl FnMut(Span, Diagnostic)) {
    let machines = [&cluster.machine, &node.machine];
    let is_mounted = |kind: VolumeKind| matches!(kind, VolumeKind::User | VolumeKind::Existing);
    let volumes = machines.iter().flat_map(|machine| &machine.volumes).filter(|volume| is_mounted(volume.kind));
    let volumes =
        volumes.map(|volume| (Some(volume.kind), format!("{VOLUMES}{}", volume.name.value), volume.name.span()));
    let partitions = disks.iter().flat_map(|disk| &disk.partitions).map(|partition| &partition.path);
    let files = machines.iter().flat_map(|machine| &machine.files).map(|file| &file.path);
    let mut first: IndexMap<String, (Option<VolumeKind>, Span)> = IndexMap::new();
    let mut all: Vec<(Option<VolumeKind>, String, Span)> = volumes.collect();
    all.extend(partitions.map(|path| (None, path.value.clone(), path.span())));
    for (kind, path, place) in all {
        // What a node says of a volume comes on top of what its cluster says of it.
        if let Some((known, other)) = claim(&mut first, path.clone(), (kind, place))
            && (kind.is_none() || *known != kind)
        {
            let finding = Diagnostic::new(&codes::KEY_REPEATED, format!("two things are mounted at `{path}`"))
                .label(place, "this is one")
                .label(*other, "and this the other")
                .help("mount one of the two elsewhere");
            tell(place, finding);
        }
    }
    for file in files {
        if let Some((_, mounted)) = first.get(&file.value) {
            let finding = Diagnostic::new(&codes::KEY_REPEATED, format!("`{}` is a file and a folder", file.value))
                .label(file.span(), "here it is a file")
                .label(*mounted, "and here something is mounted")
                .help("take another path for one of the two");
            tell(file.span(), finding);
        }
    }
}
