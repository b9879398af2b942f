//! What machines are told of their disks, in the shape that a Talos version wants.

use hnet_manifests::talos::documents::{
    Document, ExistingVolumeConfig, RawVolumeConfig, SwapVolumeConfig, UserVolumeConfig, VolumeConfig,
};
use hnet_manifests::talos::volumes::{
    Discovery, DiskPartition, Encryption, EncryptionKey, Filesystem, Kms, MachineDisk, Mount, NodeId, Selector,
    StaticKey, Tpm, TpmOptions, Volume, VolumeProvisioning,
};
use hnet_manifests::versions::talos::VOLUME_ENCRYPTION;
use hnet_model::{MachineSettings, Origin, PartedDisk, Traced, VolumeDisk, VolumeKey, VolumeKind};
use indexmap::IndexMap;

use super::expressions;
use super::shape::Shaped;

impl Shaped {
    /// Volumes and disks of groups of machines, the smaller groups last.
    pub(super) fn volumes(&mut self, all: &[&MachineSettings]) {
        let mut volumes: IndexMap<(VolumeKind, &str), hnet_model::Volume> = IndexMap::new();
        for volume in all.iter().flat_map(|settings| &settings.volumes) {
            let key = (volume.kind, volume.name.value.as_str());
            let laid = volumes.shift_remove(&key).map_or_else(|| volume.clone(), |before| before.with(volume));
            volumes.insert(key, laid);
        }
        volumes.into_values().for_each(|volume| self.volume(volume));
        for PartedDisk { path, partitions, span } in all.iter().flat_map(|settings| &settings.disks) {
            let partitions = partitions.iter().map(|partition| {
                let own = DiskPartition { mountpoint: partition.path.clone(), size: partition.size.clone() };
                Traced::new(own, partition.path.origin)
            });
            let disk = MachineDisk { device: path.clone(), partitions: partitions.collect() };
            self.machine().disks.push(Traced::new(disk, Origin::written(*span)));
        }
    }

    fn volume(&mut self, volume: hnet_model::Volume) {
        let kind = volume.kind;
        let origin = Origin::written(volume.span);
        let mut own = said(volume);
        if !self.is_since(VOLUME_ENCRYPTION) && kind == VolumeKind::System {
            let encryption = own.encryption.take();
            let field = self.machine().system_disk_encryption.get_or_insert_default();
            match own.name.value.as_str() {
                "STATE" => field.state = encryption,
                "EPHEMERAL" => field.ephemeral = encryption,
                // Rules refuse that of others.
                _ => {}
            }
            if field.state.is_none() && field.ephemeral.is_none() {
                self.machine().system_disk_encryption = None;
            }
            if own.provisioning.is_none() && own.mount.is_none() {
                return;
            }
        }
        self.document(match kind {
            VolumeKind::System => Document::new(VolumeConfig(own), origin),
            VolumeKind::User => Document::new(UserVolumeConfig(own), origin),
            VolumeKind::Raw => Document::new(RawVolumeConfig(own), origin),
            VolumeKind::Swap => Document::new(SwapVolumeConfig(own), origin),
            VolumeKind::Existing => Document::new(ExistingVolumeConfig(own), origin),
        });
    }
}

/// A volume as its document says it.
fn said(volume: hnet_model::Volume) -> Volume {
    let hnet_model::Volume {
        kind: _,
        name,
        made_of,
        disk,
        found_by,
        min_size,
        max_size,
        grow,
        filesystem,
        project_quota,
        encryption,
        read_only,
        access_time,
        secure,
        span: _,
    } = volume;
    let disk_selector = disk.map(|disk| Selector {
        expression: disk.map(|disk| match disk {
            VolumeDisk::Disk(disk) => expressions::disk(&disk),
            VolumeDisk::Expression(expression) => expression,
        }),
    });
    let is_placed = disk_selector.is_some() || min_size.is_some() || max_size.is_some() || grow.is_some();
    let is_formatted = filesystem.is_some() || project_quota.is_some();
    let disable_access_time = access_time.map(|on| on.map(|on| !on));
    let is_mounted = read_only.is_some() || disable_access_time.is_some() || secure.is_some();
    Volume {
        name,
        volume_type: made_of,
        discovery: found_by.map(|expression| Discovery { volume_selector: Selector { expression } }),
        provisioning: is_placed.then_some(VolumeProvisioning { disk_selector, grow, min_size, max_size }),
        filesystem: is_formatted.then_some(Filesystem { kind: filesystem, project_quota_support: project_quota }),
        encryption: encryption.map(encrypted),
        mount: is_mounted.then_some(Mount { read_only, disable_access_time, secure }),
    }
}

fn encrypted(encryption: hnet_model::Encryption) -> Encryption {
    let hnet_model::Encryption { keys, cipher, key_size, block_size, options, span } = encryption;
    Encryption {
        provider: Traced::written("luks2", span),
        keys: keys.into_iter().map(key).collect(),
        cipher,
        key_size,
        block_size,
        options,
    }
}

fn key(key: VolumeKey) -> Traced<EncryptionKey> {
    let VolumeKey { slot, node_id, tpm, kms, passphrase, lock_to_state } = key;
    let origin = slot.origin;
    let tpm = tpm.map(|tpm| {
        tpm.map(|hnet_model::Tpm { check_secure_boot, pcrs }| Tpm {
            check_secureboot_status_on_enroll: check_secure_boot,
            options: (!pcrs.is_empty()).then_some(TpmOptions { pcrs }),
        })
    });
    let own = EncryptionKey {
        slot,
        passphrase: passphrase.map(|passphrase| StaticKey { passphrase }),
        node_id: node_id.map(|on| on.map(|_| NodeId {})),
        kms: kms.map(|endpoint| Kms { endpoint }),
        tpm,
        lock_to_state,
    };
    Traced::new(own, origin)
}
