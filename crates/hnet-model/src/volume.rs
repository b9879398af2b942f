//! What machines are told of their disks: volumes of Talos's own and of users, how they are encrypted, and disks that are
//! parted by hand.

use hnet_diagnostics::{Span, Traced};

use crate::Disk;

/// A volume. What is none or empty is left to Talos.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Whose it is.
    pub kind: VolumeKind,
    /// What it is called.
    pub name: Traced<String>,
    /// What it is made of.
    pub made_of: Option<Traced<&'static str>>,
    /// The disk that it is on.
    pub disk: Option<Traced<VolumeDisk>>,
    /// The expression that finds it, where it is there already.
    pub found_by: Option<Traced<String>>,
    /// How large it is at least.
    pub min_size: Option<Traced<String>>,
    /// How large it is at most.
    pub max_size: Option<Traced<String>>,
    /// Whether it takes what is free on its disk.
    pub grow: Option<Traced<bool>>,
    /// Its file system.
    pub filesystem: Option<Traced<&'static str>>,
    /// Whether its file system keeps quotas of projects.
    pub project_quota: Option<Traced<bool>>,
    /// How it is encrypted.
    pub encryption: Option<Encryption>,
    /// Whether nothing is written to it.
    pub read_only: Option<Traced<bool>>,
    /// Whether its files know when they were read.
    pub access_time: Option<Traced<bool>>,
    /// Whether files on it lend no rights and are no devices.
    pub secure: Option<Traced<bool>>,
    /// The statement.
    pub span: Span,
}

/// Whose a volume is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VolumeKind {
    /// Talos's own.
    System,
    /// For files of users, below `/var/mnt`.
    User,
    /// A partition that nothing is written to.
    Raw,
    /// For memory that is swapped out.
    Swap,
    /// One that is there already.
    Existing,
}

impl VolumeKind {
    /// The word of the language for one.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            VolumeKind::System => "volume",
            VolumeKind::User => "user-volume",
            VolumeKind::Raw => "raw-volume",
            VolumeKind::Swap => "swap-volume",
            VolumeKind::Existing => "existing-volume",
        }
    }

    /// The words of all kinds, each with the kind of document that it comes out as.
    pub const WORDS: [(VolumeKind, &'static str); 5] = [
        (VolumeKind::System, "VolumeConfig"),
        (VolumeKind::User, "UserVolumeConfig"),
        (VolumeKind::Raw, "RawVolumeConfig"),
        (VolumeKind::Swap, "SwapVolumeConfig"),
        (VolumeKind::Existing, "ExistingVolumeConfig"),
    ];
}

/// The disk of a volume.
#[derive(Clone, Debug, PartialEq)]
pub enum VolumeDisk {
    /// By its path, or by what it is.
    Disk(Disk),
    /// The first that an expression fits.
    Expression(String),
}

/// How a volume is encrypted, by LUKS2.
#[derive(Clone, Debug, PartialEq)]
pub struct Encryption {
    /// Its keys, each of which opens it.
    pub keys: Vec<VolumeKey>,
    /// The cipher.
    pub cipher: Option<Traced<&'static str>>,
    /// How long its key is, in bits.
    pub key_size: Option<Traced<u32>>,
    /// How large a sector is, in bytes.
    pub block_size: Option<Traced<u32>>,
    /// What makes it faster.
    pub options: Vec<Traced<&'static str>>,
    /// The statement.
    pub span: Span,
}

/// A key of a volume.
#[derive(Clone, Debug, PartialEq)]
pub struct VolumeKey {
    /// The slot of LUKS2 that it is in.
    pub slot: Traced<u32>,
    /// Whether it is made of the machine's own number.
    pub node_id: Option<Traced<bool>>,
    /// Whether the machine's TPM seals it, and how.
    pub tpm: Option<Traced<Tpm>>,
    /// The server that seals it.
    pub kms: Option<Traced<String>>,
    /// The placeholder of its passphrase.
    pub passphrase: Option<Traced<String>>,
    /// Whether it needs what is on `STATE` as well.
    pub lock_to_state: Option<Traced<bool>>,
}

/// How a TPM seals a key.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tpm {
    /// Whether it does so only where the machine boots nothing but what is signed.
    pub check_secure_boot: Option<Traced<bool>>,
    /// The registers of measurements that it is bound to.
    pub pcrs: Vec<Traced<u32>>,
}

/// A disk that is parted once, where it is empty.
#[derive(Clone, Debug, PartialEq)]
pub struct PartedDisk {
    /// Its path.
    pub path: Traced<String>,
    /// Its partitions.
    pub partitions: Vec<DiskPartition>,
    /// The statement.
    pub span: Span,
}

/// A partition of such a disk.
#[derive(Clone, Debug, PartialEq)]
pub struct DiskPartition {
    /// Where it is mounted.
    pub path: Traced<String>,
    /// How large it is; all that is left where that is not said.
    pub size: Option<Traced<String>>,
}

impl Volume {
    /// This volume with what another one of its name says laid over it: lists append.
    #[must_use]
    pub fn with(self, other: &Volume) -> Volume {
        let other = other.clone();
        let encryption = match (self.encryption, other.encryption) {
            (Some(own), Some(other)) => Some(Encryption {
                keys: [own.keys, other.keys].concat(),
                cipher: other.cipher.or(own.cipher),
                key_size: other.key_size.or(own.key_size),
                block_size: other.block_size.or(own.block_size),
                options: [own.options, other.options].concat(),
                span: own.span,
            }),
            (own, other) => other.or(own),
        };
        Volume {
            kind: self.kind,
            name: self.name,
            made_of: other.made_of.or(self.made_of),
            disk: other.disk.or(self.disk),
            found_by: other.found_by.or(self.found_by),
            min_size: other.min_size.or(self.min_size),
            max_size: other.max_size.or(self.max_size),
            grow: other.grow.or(self.grow),
            filesystem: other.filesystem.or(self.filesystem),
            project_quota: other.project_quota.or(self.project_quota),
            encryption,
            read_only: other.read_only.or(self.read_only),
            access_time: other.access_time.or(self.access_time),
            secure: other.secure.or(self.secure),
            span: self.span,
        }
    }
}
