//! Volumes that Talos would refuse: what the version of a cluster has no place for, keys that nothing makes, and what is
//! said twice.
//!
//! (siderolabs/talos v1.14.0-rc.1, `pkg/machinery/config/types/block/`, and the JSON schemas of 1.11 to 1.14 for what each
//! version has.) Start at [`unsayable`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Span, claim, codes};
use hnet_manifests::versions::talos::{Minor, VOLUME_ENCRYPTION};
use hnet_model::{Cluster, Disk, MachineSettings, Node, RawYaml, Volume, VolumeDisk, VolumeKind, bytes_of};
use indexmap::IndexMap;

use super::machines::says_disk;
use crate::facts::Facts;
use crate::once::Once;

/// The kinds of volumes that have no document in every version, each with the first that has it.
const KINDS: [(VolumeKind, Minor); 4] = [
    (VolumeKind::User, (1, 10)),
    (VolumeKind::Raw, (1, 11)),
    (VolumeKind::Swap, (1, 11)),
    (VolumeKind::Existing, (1, 11)),
];

/// The volumes of Talos's own that can be said in every version; the image cache is said like these.
const OLD_VOLUMES: [&str; 3] = ["EPHEMERAL", "STATE", "IMAGECACHE"];

/// The first version in which folders of `EPHEMERAL` may be volumes of their own.
const OWN_FOLDERS: Minor = (1, 14);

/// What a cluster's machines are told, that of all before that of each.
fn told(cluster: &Cluster) -> impl Iterator<Item = &MachineSettings> {
    std::iter::once(&cluster.machine).chain(cluster.nodes.iter().map(|node| &node.machine))
}

/// What a volume says that not every version has a place for: its words, the first version, and where it stands.
fn needs(volume: &Volume) -> Vec<(String, Minor, Span)> {
    let name = volume.name.span();
    let mut all = Vec::new();
    let mut add = |what: &str, since: Minor, place: Option<Span>| {
        all.extend(place.map(|place| (what.to_owned(), since, place)));
    };
    if let Some((kind, since)) = KINDS.iter().find(|(kind, _)| *kind == volume.kind) {
        add(&format!("`{}`", kind.word()), *since, Some(name));
    }
    let is_system = volume.kind == VolumeKind::System;
    if is_system && !OLD_VOLUMES.contains(&volume.name.value.as_str()) {
        add(&format!("the volume `{}`", volume.name.value), OWN_FOLDERS, Some(name));
    }
    add("`type` of a volume", (1, 12), volume.made_of.map(|kind| kind.span()));
    let share = volume.max_size.as_ref().filter(|size| size.value.ends_with('%'));
    add("a share of a disk", (1, 12), share.map(|share| share.span()));
    let access_time = match volume.kind {
        VolumeKind::System => (1, 14),
        _ => (1, 13),
    };
    add("`access-time`", access_time, volume.access_time.map(|on| on.span()));
    add("`secure`", (1, 13), volume.secure.map(|on| on.span()));
    let btrfs = volume.filesystem.filter(|filesystem| filesystem.value == "btrfs");
    add("`btrfs`", (1, 14), btrfs.map(|btrfs| btrfs.span()));
    if let Some(encryption) = &volume.encryption {
        if is_system && volume.name.value == "IMAGECACHE" {
            add("the encryption of this volume", VOLUME_ENCRYPTION, Some(encryption.span));
        }
        for key in &encryption.keys {
            add("`lock-to-state`", VOLUME_ENCRYPTION, key.lock_to_state.map(|on| on.span()));
            let pcrs = key.tpm.as_ref().and_then(|tpm| tpm.value.pcrs.first());
            add("registers of a TPM", (1, 12), pcrs.map(|pcr| pcr.span()));
        }
    }
    all
}

/// What the version of a cluster has no place for.
pub(crate) fn unsayable(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let Some(version) = cluster.talos() else { continue };
        let talos = version.value.minor();
        for (what, (major, minor), place) in
            told(cluster).flat_map(|machine| &machine.volumes).flat_map(needs).filter(|(_, since, _)| talos < *since)
        {
            out.report(
                Diagnostic::new(&codes::NOT_IN_THIS_TALOS, format!("Talos {} has no place for {what}", version.value))
                    .label(place, "this is said of machines")
                    .label(version.span(), format!("{major}.{minor} is the first version that has one"))
                    .help(format!("leave it out, or take a newer version: `talos {major}.{minor}`")),
            );
        }
    }
}

/// Keys that nothing makes, and encryption without keys.
pub(crate) fn without_keys(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        for key in told(cluster).flat_map(|machine| &machine.volumes).flat_map(|volume| &volume.encryption) {
            let is_made = |key: &&hnet_model::VolumeKey| {
                key.node_id.is_some() || key.tpm.is_some() || key.kms.is_some() || key.passphrase.is_some()
            };
            for key in key.keys.iter().filter(|key| !is_made(key)) {
                out.report(
                    Diagnostic::new(&codes::MISSING_FIELD, format!("nothing makes the key {}", key.slot.value))
                        .label(key.slot.span(), "Talos refuses a key without one of its ways")
                        .help("write `tpm`, `node-id`, `kms URL` or `static ${PLACEHOLDER}`"),
                );
            }
        }
    }
}

/// The volumes that a machine is told, each as all that is said of it.
fn laid(cluster: &Cluster, node: &Node) -> IndexMap<(VolumeKind, String), Volume> {
    let mut all: IndexMap<(VolumeKind, String), Volume> = IndexMap::new();
    for volume in cluster.machine.volumes.iter().chain(&node.machine.volumes) {
        let key = (volume.kind, volume.name.value.clone());
        let laid = all.get(&key).map_or_else(|| volume.clone(), |before| before.clone().with(volume));
        all.insert(key, laid);
    }
    all
}

/// Whether a patch may say something of a volume.
fn is_patched(cluster: &Cluster, node: &Node, volume: &Volume) -> bool {
    let kind = VolumeKind::WORDS.iter().find(|(kind, _)| *kind == volume.kind).map(|(_, document)| *document);
    cluster.patches.iter().chain(&node.patches).any(|patch| {
        let is_document = patch.text_at(&["kind"]) == kind;
        let is_of_it = is_document && patch.text_at(&["name"]) == Some(volume.name.value.as_str());
        // Another sort of patch may do anything.
        is_of_it || !patch.value.is_mapping() || patch.says("$patch") || says_encryption(patch)
    })
}

fn says_encryption(patch: &RawYaml) -> bool {
    patch.value.get("machine").is_some_and(|machine| machine.get("systemDiskEncryption").is_some())
}

/// What is wrong with a volume as a machine is told it, and where.
fn wrong(volume: &Volume) -> Vec<(Span, Diagnostic)> {
    let Volume { kind, name, made_of, disk, min_size, max_size, filesystem, project_quota, encryption, .. } = volume;
    let mut found = Vec::new();
    let made_of = made_of.map_or("partition", |kind| kind.value);
    let is_placed = matches!(kind, VolumeKind::User | VolumeKind::Raw | VolumeKind::Swap) && made_of != "directory";
    let mut missing = |what: &str, help: &str| {
        let title = format!("the {} `{}` says no {what}", kind.word(), name.value);
        let finding = Diagnostic::new(&codes::MISSING_FIELD, title)
            .label(name.span(), format!("Talos refuses one without a {what}"))
            .help(help);
        found.push((name.span(), finding));
    };
    if is_placed && disk.is_none() {
        missing("disk", "write `disk system_disk`, `disk /dev/nvme1n1`, or what the disk is: `disk \"type nvme\"`");
    }
    if is_placed && made_of == "partition" && min_size.is_none() && max_size.is_none() {
        missing("size", "write `min-size 10GiB`, `max-size 100GiB` or both");
    }
    if let (Some(least), Some(most)) = (min_size, max_size)
        && let (Some(least_bytes), Some(most_bytes)) = (bytes_of(&least.value), bytes_of(&most.value))
        && least_bytes > most_bytes
    {
        let title = format!("`{}` is more than `{}`", least.value, most.value);
        let finding = Diagnostic::new(&codes::NOT_A_SIZE, title)
            .label(least.span(), "so large it is at least")
            .label(most.span(), "and so large at most")
            .help("write the smaller one as `min-size`");
        found.push((least.span(), finding));
    }
    if let (Some(quota), Some(other)) = (project_quota, filesystem)
        && quota.value
        && other.value != "xfs"
    {
        let title = format!("`project-quota` has no effect on `{}`", other.value);
        let finding = Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, title)
            .label(quota.span(), "Talos refuses it: only `xfs` keeps quotas of projects")
            .help("leave it out, or write `filesystem xfs`");
        found.push((quota.span(), finding));
    }
    if let Some(encryption) = encryption.as_ref().filter(|encryption| encryption.keys.is_empty()) {
        let finding = Diagnostic::new(&codes::MISSING_FIELD, "the encryption has no key")
            .label(encryption.span, "Talos refuses it: nothing would open the volume")
            .help("write one, such as `key 0 < tpm; >` or `key 0 node-id;`");
        found.push((encryption.span, finding));
    }
    found
}

/// A volume that takes a whole disk finds it empty, or waits for ever.
fn whole_disks(cluster: &Cluster, node: &Node, volumes: &[&Volume], tell: &mut impl FnMut(Span, Diagnostic)) {
    let is_patched = cluster.patches.iter().chain(&node.patches).any(says_disk);
    let installed = node.disk.as_ref().filter(|_| !is_patched);
    let parted = || cluster.machine.disks.iter().chain(&node.machine.disks).map(|disk| &disk.path);
    let mut first: IndexMap<&str, Span> = IndexMap::new();
    // Those that take all of it come last, so that each is held against what else is there.
    let (whole, others): (Vec<&Volume>, Vec<&Volume>) = volumes.iter().copied().partition(|volume| takes_all(volume));
    for volume in others.into_iter().chain(whole) {
        let Some(disk) = volume.disk.as_ref().filter(|_| volume.made_of.is_none_or(|kind| kind.value != "directory"))
        else {
            continue;
        };
        let is_installed = match &disk.value {
            VolumeDisk::Expression(expression) => expression.trim() == "system_disk",
            VolumeDisk::Disk(disk) => {
                matches!(disk, Disk::Path(_)) && installed.is_some_and(|installed| installed.value == *disk)
            }
        };
        let path = match &disk.value {
            VolumeDisk::Disk(Disk::Path(path)) if !path.contains("${") => Some(path.as_str()),
            _ => None,
        };
        let other = path.and_then(|path| {
            let parted = parted().find(|parted| parted.value == path).map(|parted| parted.span());
            claim(&mut first, path, disk.span()).copied().or(parted)
        });
        if !takes_all(volume) {
            continue;
        }
        let title =
            |what: &str| format!("the {} `{}` takes a whole disk {what}", volume.kind.word(), volume.name.value);
        let finding = if is_installed {
            let finding = Diagnostic::new(&codes::DISK_TAKEN, title("that Talos is installed on"))
                .label(disk.span(), "the disk is not empty: the volume is never made");
            match installed.filter(|installed| installed.span() != disk.span()) {
                Some(installed) => finding.label(installed.span(), "it is installed here"),
                None => finding,
            }
        } else if let Some(other) = other {
            Diagnostic::new(&codes::DISK_TAKEN, title("that is another's as well"))
                .label(disk.span(), "it takes all of an empty disk")
                .label(other, "and this is on it as well")
        } else {
            continue;
        };
        tell(disk.span(), finding.help("take another disk, or a part of this one: `type partition; min-size …;`"));
    }
}

fn takes_all(volume: &Volume) -> bool {
    volume.made_of.is_some_and(|kind| kind.value == "disk")
}

/// What Talos refuses of a volume as a machine is told it, and what it never makes. (siderolabs/talos v1.9.5 to v1.14.0-alpha.2, `Validate` in
/// `types/block/`.)
pub(crate) fn refused(facts: &Facts<'_>, out: &mut Diagnostics) {
    for cluster in facts.network.clusters.iter().filter(|cluster| facts.whole(cluster.span)) {
        let mut once = Once::default();
        let mut tell = |place: Span, finding: Diagnostic| once.tell(place, finding, out);
        for node in cluster.nodes.iter().filter(|node| facts.whole(node.span)) {
            let volumes = laid(cluster, node);
            let is_whole = |volume: &Volume| {
                let said = cluster.machine.volumes.iter().chain(&node.machine.volumes);
                said.filter(|one| one.kind == volume.kind && one.name.value == volume.name.value)
                    .all(|one| facts.whole(one.span))
            };
            let known = |volume: &&Volume| is_whole(volume) && !is_patched(cluster, node, volume);
            let volumes: Vec<&Volume> = volumes.values().filter(known).collect();
            volumes.iter().flat_map(|volume| wrong(volume)).for_each(|(place, finding)| tell(place, finding));
            if cluster.talos().is_some() {
                whole_disks(cluster, node, &volumes, &mut tell);
            }
        }
    }
}

/// A volume that a cluster says twice, and slots of keys that a machine is told twice: lists of keys append.
pub(crate) fn twice(facts: &Facts<'_>, out: &mut Diagnostics) {
    let mut repeated = |what: String, place: Span, other: Span| {
        out.report(
            Diagnostic::new(&codes::KEY_REPEATED, format!("{what} is said twice"))
                .label(place, "this says one thing")
                .label(other, "and this another")
                .help("keep one of the two"),
        );
    };
    for cluster in &facts.network.clusters {
        let mut first: IndexMap<(VolumeKind, &str), Span> = IndexMap::new();
        for volume in &cluster.machine.volumes {
            let key = (volume.kind, volume.name.value.as_str());
            if let Some(other) = claim(&mut first, key, volume.name.span()) {
                let what = format!("the {} `{}`", volume.kind.word(), volume.name.value);
                repeated(what, volume.name.span(), *other);
            }
        }
        let mut seen: Vec<Span> = Vec::new();
        for node in &cluster.nodes {
            let mut slots: IndexMap<(VolumeKind, &str, u32), Span> = IndexMap::new();
            for volume in cluster.machine.volumes.iter().chain(&node.machine.volumes) {
                for key in volume.encryption.iter().flat_map(|encryption| &encryption.keys) {
                    let place = key.slot.span();
                    let own = (volume.kind, volume.name.value.as_str(), key.slot.value);
                    if let Some(other) = claim(&mut slots, own, place)
                        && !seen.contains(&place)
                    {
                        seen.push(place);
                        repeated(format!("the slot {} of keys", key.slot.value), place, *other);
                    }
                }
            }
        }
    }
}
