//! The documents of volumes, and what the core document says of disks.
//!
//! (siderolabs/talos v1.14.0-rc.1, `pkg/machinery/config/types/block/`; the fields of the core document are not in the JSON
//! schemas from 1.11 on, and are read by every version.)

use hnet_diagnostics::Traced;
use serde::Serialize;

/// A volume, as the documents of all kinds of volumes say it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Volume {
    /// What it is called.
    pub name: Traced<String>,
    /// What it is made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<Traced<&'static str>>,
    /// How it is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery: Option<Discovery>,
    /// Where it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning: Option<VolumeProvisioning>,
    /// Its file system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filesystem: Option<Filesystem>,
    /// How it is encrypted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// How it is mounted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mount: Option<Mount>,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub Volume);
    )+};
}

kinds! {
    /// A volume of Talos's own.
    VolumeConfig;
    /// A volume for files of users; from 1.10.
    UserVolumeConfig;
    /// A partition that is left to others; from 1.11.
    RawVolumeConfig;
    /// A volume for memory that is swapped out; from 1.11.
    SwapVolumeConfig;
    /// A volume that is there already; from 1.11.
    ExistingVolumeConfig;
}

/// What an expression fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Selector {
    /// The expression.
    #[serde(rename = "match")]
    pub expression: Traced<String>,
}

/// How a volume is found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Discovery {
    /// By an expression.
    pub volume_selector: Selector,
}

/// Where a volume is made, and how large.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct VolumeProvisioning {
    /// The disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disk_selector: Option<Selector>,
    /// Whether it takes what is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grow: Option<Traced<bool>>,
    /// How large it is at least.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_size: Option<Traced<String>>,
    /// How large it is at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_size: Option<Traced<String>>,
}

/// A file system.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Filesystem {
    /// Which.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<Traced<&'static str>>,
    /// Whether it keeps quotas of projects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_quota_support: Option<Traced<bool>>,
}

/// How a volume is mounted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Mount {
    /// Whether nothing is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_only: Option<Traced<bool>>,
    /// Whether files do not know when they were read; from 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disable_access_time: Option<Traced<bool>>,
    /// Whether files lend no rights and are no devices; from 1.13.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secure: Option<Traced<bool>>,
}

/// How a volume is encrypted; of `machine.systemDiskEncryption` the same.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Encryption {
    /// By what: `luks2`.
    pub provider: Traced<&'static str>,
    /// Its keys.
    pub keys: Vec<Traced<EncryptionKey>>,
    /// The cipher.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cipher: Option<Traced<&'static str>>,
    /// How long its key is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_size: Option<Traced<u32>>,
    /// How large a sector is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block_size: Option<Traced<u32>>,
    /// What makes it faster.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Traced<&'static str>>,
}

/// A key of a volume.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EncryptionKey {
    /// Its slot.
    pub slot: Traced<u32>,
    /// By a passphrase.
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    pub passphrase: Option<StaticKey>,
    /// By the machine's own number.
    #[serde(rename = "nodeID", skip_serializing_if = "Option::is_none")]
    pub node_id: Option<Traced<NodeId>>,
    /// By a server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kms: Option<Kms>,
    /// By the machine's TPM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tpm: Option<Traced<Tpm>>,
    /// Whether it needs what is on `STATE` as well; from 1.11.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock_to_state: Option<Traced<bool>>,
}

/// A key by a passphrase.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StaticKey {
    /// The placeholder of it.
    pub passphrase: Traced<String>,
}

/// A key by the machine's own number, of which nothing is said.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NodeId {}

/// A key by a server.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Kms {
    /// Its URL.
    pub endpoint: Traced<String>,
}

/// A key by the machine's TPM.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tpm {
    /// Whether the machine must boot nothing but what is signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check_secureboot_status_on_enroll: Option<Traced<bool>>,
    /// What it is bound to; from 1.12.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<TpmOptions>,
}

/// What a key by a TPM is bound to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TpmOptions {
    /// Registers of measurements.
    pub pcrs: Vec<Traced<u32>>,
}

/// `machine.systemDiskEncryption`; until 1.10.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SystemDiskEncryption {
    /// That of `STATE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Encryption>,
    /// That of `EPHEMERAL`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral: Option<Encryption>,
}

/// `machine.disks[]`; in every version.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MachineDisk {
    /// The path of its device.
    pub device: Traced<String>,
    /// Its partitions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub partitions: Vec<Traced<DiskPartition>>,
}

/// A partition of such a disk.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DiskPartition {
    /// Where it is mounted.
    pub mountpoint: Traced<String>,
    /// How large it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Traced<String>>,
}
