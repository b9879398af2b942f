//! `volume` and its kin: what machines are told of their disks.

use hnet_diagnostics::{Diagnostic, Diagnostics, Origin, codes};
use hnet_language::{Flag, Head, List, One, Size, SizeOrShare, SystemPath, Text, statement};
use hnet_model::{DiskPartition, Encryption, PartedDisk, Tpm, Traced, Volume, VolumeKey, VolumeKind};

use super::node::each;
use crate::types::{
    BlockSize, CipherWord, DiskChoice, DiskOptionWord, FilesystemWord, FoundBy, KeySize, KeySlot, Passphrase, Pcr,
    SystemVolumeWord, VolumeName, VolumeTypeWord,
};

statement! {
    /// Where a volume is and how large, as all say it that Talos makes.
    PlaceStatement = "place" Unnamed () {
        /// The disk that it is on: its path, what it is, or a CEL expression.
        "disk" disk: One<DiskChoice>;
        /// How large it is at least.
        "min-size" min_size: One<Size>;
        /// How large it is at most.
        "max-size" max_size: One<SizeOrShare>;
        /// Whether it takes what is free on its disk.
        "grow" grow: Flag [default "Talos's own"];
        /// How it is encrypted.
        "encryption" encryption: Option<EncryptionStatement>;
    }
}

statement! {
    /// How a volume is mounted.
    MountingStatement = "mounting" Unnamed () {
        /// Whether its files know when they were read.
        "access-time" access_time: Flag [default "on"];
        /// Whether files on it lend no rights and are no devices.
        "secure" secure: Flag [default "on"];
    }
}

statement! {
    /// A volume of Talos's own: `volume EPHEMERAL < disk system_disk; max-size 100GiB; >`, `volume STATE < encryption <
    /// key 0 node-id; > >`. What a node says comes on top of what its cluster says of it.
    SystemVolumeStatement = "volume" Unnamed (
        /// Which.
        name: One<SystemVolumeWord> [required],
    ) [idle] {
        ..place: PlaceStatement;
        ..mounting: MountingStatement;
    }
}

statement! {
    /// A volume for files of users, at `/var/mnt/NAME`: `user-volume local-storage < disk "type nvme"; min-size 100GiB; >`
    UserVolumeStatement = "user-volume" Unnamed (
        /// What it is called.
        name: One<VolumeName<34>> [required],
    ) {
        /// What it is made of.
        "type" kind: One<VolumeTypeWord> [default "partition"];
        ..place: PlaceStatement;
        /// Its file system.
        "filesystem" filesystem: One<FilesystemWord> [default "xfs"];
        /// Whether its file system keeps quotas of projects.
        "project-quota" project_quota: Flag [default "off"];
        ..mounting: MountingStatement;
    }
}

statement! {
    /// A partition that Talos makes and leaves to others, with the label `r-NAME`: `raw-volume ceph < disk "type nvme";
    /// min-size 1TB; >`
    RawVolumeStatement = "raw-volume" Unnamed (
        /// What it is called.
        name: One<VolumeName<34>> [required],
    ) {
        ..place: PlaceStatement;
    }
}

statement! {
    /// A volume for memory that is swapped out: `swap-volume swap < disk system_disk; min-size 4GiB; max-size 4GiB; >`
    SwapVolumeStatement = "swap-volume" Unnamed (
        /// What it is called.
        name: One<VolumeName<34>> [required],
    ) {
        ..place: PlaceStatement;
    }
}

statement! {
    /// A volume that is there already, mounted at `/var/mnt/NAME`: `existing-volume media found-by "volume.partition_label ==
    /// \"media\"";`
    ExistingVolumeStatement = "existing-volume" Unnamed (
        /// What it is called.
        name: One<VolumeName<63>> [required],
    ) {
        /// The CEL expression that finds it.
        "found-by" found_by: One<FoundBy> [required];
        /// Whether nothing is written to it.
        "read-only" read_only: Flag [default "off"];
        ..mounting: MountingStatement;
    }
}

statement! {
    /// How a volume is encrypted, by LUKS2. Each of its keys opens it.
    EncryptionStatement = "encryption" Unnamed () {
        /// A key, by its slot.
        "key" key: Vec<KeyStatement>;
        /// The cipher.
        "cipher" cipher: One<CipherWord> [default "Talos's own"];
        /// How long the key of the cipher is, in bits.
        "key-size" key_size: One<KeySize> [default "Talos's own"];
        /// How large a sector is, in bytes.
        "block-size" block_size: One<BlockSize> [default "Talos's own"];
        /// What makes it faster.
        "options" options: List<DiskOptionWord>;
    }
}

statement! {
    /// A key of a volume, by its slot: `key 0 < tpm; >`, `key 1 < node-id; lock-to-state; >`
    KeyStatement = "key" Unnamed (
        /// Its slot.
        slot: One<KeySlot> [required],
    ) {
        /// Whether it is made of the machine's own number and the volume's name.
        "node-id" node_id: Flag [default "off"];
        /// That the machine's TPM seals it.
        "tpm" tpm: Option<TpmStatement>;
        /// The URL of the server that seals it.
        "kms" kms: One<Text>;
        /// The placeholder of its passphrase; the passphrase itself is a secret and stands in no source.
        "static" passphrase: One<Passphrase>;
        /// Whether it needs what is on `STATE` as well.
        "lock-to-state" lock_to_state: Flag [default "off"];
    }
}

statement! {
    /// How the machine's TPM seals a key.
    TpmStatement = "tpm" Unnamed () {
        /// Whether it does so only where the machine boots nothing but what is signed.
        "check-secure-boot" check_secure_boot: Flag [default "off"];
        /// The registers of measurements that the key is bound to.
        "pcrs" pcrs: List<Pcr> [default "7"];
    }
}

statement! {
    /// A disk that is parted by hand, where it is empty; for new ones a `user-volume` is the way: `disk /dev/sdb <
    /// partition /var/mnt/storage; >`
    PartedDiskStatement = "disk" Unnamed (
        /// Its path.
        path: One<SystemPath> [required],
    ) {
        /// A partition, by where it is mounted.
        "partition" partition: Vec<PartitionStatement>;
    }
}

statement! {
    /// A partition of a disk: `partition /var/mnt/storage size 100GB;`
    PartitionStatement = "partition" Unnamed (
        /// Where it is mounted.
        path: One<SystemPath> [required],
    ) {
        /// How large it is.
        "size" size: One<Size> [default "what is left of the disk"];
    }
}

/// A volume of which nothing is said yet.
fn volume(kind: VolumeKind, name: Traced<String>, head: &Head) -> Volume {
    Volume {
        kind,
        name,
        made_of: None,
        disk: None,
        found_by: None,
        min_size: None,
        max_size: None,
        grow: None,
        filesystem: None,
        project_quota: None,
        encryption: None,
        read_only: None,
        access_time: None,
        secure: None,
        span: head.span,
    }
}

impl PlaceStatement {
    fn lower(self, volume: &mut Volume) {
        let Self { head: _, disk, min_size, max_size, grow, encryption } = self;
        volume.disk = disk.map(|disk| disk.map(|DiskChoice(disk)| disk));
        volume.min_size = min_size.map(|size| size.map(|Size(size)| size));
        volume.max_size = max_size.map(|size| size.map(|SizeOrShare(size)| size));
        volume.grow = grow.0;
        volume.encryption = encryption.map(EncryptionStatement::lower);
    }
}

impl MountingStatement {
    fn lower(self, volume: &mut Volume) {
        let Self { head: _, access_time, secure } = self;
        volume.access_time = access_time.0;
        volume.secure = secure.0;
    }
}

/// Refuses what Talos refuses of such a volume.
fn refuse(said: &[(&str, Option<Origin>)], title: &str, label: &str, out: &mut Diagnostics) {
    for (word, origin) in said.iter().filter_map(|(word, origin)| Some((word, (*origin)?))) {
        out.report(
            Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{word}` has no effect on {title}"))
                .label(origin.span, label)
                .help("leave it out"),
        );
    }
}

/// Where a volume says where it is, and how large.
fn places(volume: &Volume) -> [(&'static str, Option<Origin>); 4] {
    [
        ("disk", volume.disk.as_ref().map(|disk| disk.origin)),
        ("min-size", volume.min_size.as_ref().map(|size| size.origin)),
        ("max-size", volume.max_size.as_ref().map(|size| size.origin)),
        ("grow", volume.grow.map(|grow| grow.origin)),
    ]
}

impl SystemVolumeStatement {
    pub(crate) fn lower(self, out: &mut Diagnostics) -> Option<Volume> {
        let Self { head, name, place, mounting } = self;
        let name = name?;
        let mut volume = volume(VolumeKind::System, name.map(|name| name.word().to_owned()), &head);
        place.lower(&mut volume);
        mounting.lower(&mut volume);
        if name.value == SystemVolumeWord::State {
            let mounts = [
                ("access-time", volume.access_time.map(|on| on.origin)),
                ("secure", volume.secure.map(|on| on.origin)),
            ];
            let keys = volume.encryption.iter().flat_map(|encryption| &encryption.keys);
            let locked = keys.filter_map(|key| key.lock_to_state.filter(|on| on.value));
            let locked = locked.map(|on| ("lock-to-state", Some(on.origin)));
            let said: Vec<_> = places(&volume).into_iter().chain(mounts).chain(locked).collect();
            refuse(&said, "`STATE`", "Talos makes this volume by itself, and refuses it", out);
        }
        Some(volume)
    }
}

impl UserVolumeStatement {
    pub(crate) fn lower(self, out: &mut Diagnostics) -> Option<Volume> {
        let Self { head, name, kind, place, filesystem, project_quota, mounting } = self;
        let mut volume = volume(VolumeKind::User, name?.map(|VolumeName(name)| name), &head);
        place.lower(&mut volume);
        mounting.lower(&mut volume);
        volume.made_of = kind.map(|kind| kind.map(VolumeTypeWord::word));
        volume.filesystem = filesystem.map(|filesystem| filesystem.map(FilesystemWord::word));
        volume.project_quota = project_quota.0;
        let [disk, sizes @ ..] = places(&volume);
        match kind.map(|kind| kind.value) {
            Some(VolumeTypeWord::Directory) => {
                let others = [
                    disk,
                    ("encryption", volume.encryption.as_ref().map(|own| Origin::written(own.span))),
                    ("filesystem", volume.filesystem.map(|own| own.origin)),
                    ("project-quota", volume.project_quota.map(|own| own.origin)),
                    ("access-time", volume.access_time.map(|own| own.origin)),
                ];
                let said: Vec<_> = others.into_iter().chain(sizes).collect();
                refuse(&said, "a directory", "Talos refuses it: a directory is a part of `EPHEMERAL`", out);
            }
            Some(VolumeTypeWord::Disk) => {
                refuse(&sizes, "a whole disk", "Talos refuses it: this volume is as large as its disk", out);
            }
            Some(VolumeTypeWord::Partition) | None => {}
        }
        Some(volume)
    }
}

impl RawVolumeStatement {
    pub(crate) fn lower(self) -> Option<Volume> {
        let Self { head, name, place } = self;
        let mut volume = volume(VolumeKind::Raw, name?.map(|VolumeName(name)| name), &head);
        place.lower(&mut volume);
        Some(volume)
    }
}

impl SwapVolumeStatement {
    pub(crate) fn lower(self) -> Option<Volume> {
        let Self { head, name, place } = self;
        let mut volume = volume(VolumeKind::Swap, name?.map(|VolumeName(name)| name), &head);
        place.lower(&mut volume);
        Some(volume)
    }
}

impl ExistingVolumeStatement {
    pub(crate) fn lower(self) -> Option<Volume> {
        let Self { head, name, found_by, read_only, mounting } = self;
        let mut volume = volume(VolumeKind::Existing, name?.map(|VolumeName(name)| name), &head);
        mounting.lower(&mut volume);
        volume.found_by = found_by.map(|found_by| found_by.map(|FoundBy(text)| text));
        volume.read_only = read_only.0;
        Some(volume)
    }
}

impl EncryptionStatement {
    fn lower(self) -> Encryption {
        let Self { head, key, cipher, key_size, block_size, options } = self;
        Encryption {
            keys: key.into_iter().filter_map(KeyStatement::lower).collect(),
            cipher: cipher.map(|cipher| cipher.map(CipherWord::word)),
            key_size: key_size.map(|size| size.map(|KeySize(bits)| bits)),
            block_size: block_size.map(|size| size.map(|BlockSize(bytes)| bytes)),
            options: each(options.0, |option| vec![option.word()]),
            span: head.span,
        }
    }
}

impl KeyStatement {
    fn lower(self) -> Option<VolumeKey> {
        let Self { head: _, slot, node_id, tpm, kms, passphrase, lock_to_state } = self;
        Some(VolumeKey {
            slot: slot?.map(|KeySlot(slot)| slot),
            node_id: node_id.0.filter(|on| on.value),
            tpm: tpm.map(|TpmStatement { head, check_secure_boot, pcrs }| {
                let tpm = Tpm { check_secure_boot: check_secure_boot.0, pcrs: each(pcrs.0, |Pcr(pcr)| vec![pcr]) };
                Traced::written(tpm, head.span)
            }),
            kms: kms.map(|kms| kms.map(|Text(url)| url)),
            passphrase: passphrase.map(|passphrase| passphrase.map(|Passphrase(placeholder)| placeholder)),
            lock_to_state: lock_to_state.0,
        })
    }
}

impl PartedDiskStatement {
    pub(crate) fn lower(self) -> Option<PartedDisk> {
        let Self { head, path, partition } = self;
        let partitions = partition.into_iter().filter_map(|PartitionStatement { head: _, path, size }| {
            let size = size.map(|size| size.map(|Size(size)| size));
            Some(DiskPartition { path: path?.map(|SystemPath(path)| path), size })
        });
        Some(PartedDisk { path: path?.map(|SystemPath(path)| path), partitions: partitions.collect(), span: head.span })
    }
}
