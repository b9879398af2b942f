//! What machines are told that is about no network: kernel, devices, files, certificates, the kubelet.

use hnet_diagnostics::{Span, Traced};

use crate::{ExtensionService, PartedDisk, RawYaml, RegistryMirror, Volume, Watchdog};

/// Settings of machines that are about no network. What is empty is left to Talos.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MachineSettings {
    /// Kernel parameters below `/proc/sys`, by key.
    pub sysctls: Vec<(Traced<String>, String)>,
    /// Kernel attributes below `/sys`, by key.
    pub sysfs: Vec<(Traced<String>, String)>,
    /// Kernel modules that are loaded.
    pub kernel_modules: Vec<KernelModule>,
    /// Rules of udev.
    pub udev_rules: Vec<Traced<String>>,
    /// Further names and addresses in the certificate of Talos's API.
    pub certificate_names: Vec<Traced<String>>,
    /// Files of the machine.
    pub files: Vec<MachineFile>,
    /// Volumes of its disks.
    pub volumes: Vec<Volume>,
    /// Disks that are parted by hand.
    pub disks: Vec<PartedDisk>,
    /// What services of extensions are told.
    pub extension_services: Vec<ExtensionService>,
    /// The timer that resets it where it hangs.
    pub watchdog: Option<Watchdog>,
    /// Where it asks for images.
    pub registry_mirrors: Vec<RegistryMirror>,
    /// Pods that the kubelet runs by itself.
    pub static_pods: Vec<RawYaml>,
}

/// A kernel module that is loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelModule {
    /// What it is called.
    pub name: Traced<String>,
    /// Its parameters.
    pub parameters: Vec<Traced<String>>,
}

/// A file of a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct MachineFile {
    /// Its absolute path.
    pub path: Traced<String>,
    /// What is done with it.
    pub operation: Traced<FileOperation>,
    /// Its permissions, where they are said.
    pub permissions: Option<Traced<u32>>,
    /// What it holds, or what is put at its end.
    pub content: Traced<String>,
    /// The statement.
    pub span: Span,
}

/// What is done with a file of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileOperation {
    /// It is made, and must not be there.
    Create,
    /// Something is put at the end of one that is there.
    Append,
    /// One that is there gets another content.
    Overwrite,
}

impl FileOperation {
    /// The word for it, which Talos and the language share.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            FileOperation::Create => "create",
            FileOperation::Append => "append",
            FileOperation::Overwrite => "overwrite",
        }
    }
}

/// What the kubelet of machines is told. What is none or empty is left to Talos.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KubeletSettings {
    /// Its arguments, by key.
    pub args: Vec<(Traced<String>, String)>,
    /// Parts of its configuration, each a mapping.
    pub configs: Vec<RawYaml>,
    /// What is mounted into its container.
    pub mounts: Vec<KubeletMount>,
    /// Where it picks the node's address from, in place of the subnet of the node; empty where that is left to Talos.
    pub node_subnets: Option<Vec<Traced<String>>>,
    /// Whether containers run under the profile of their runtime that restricts system calls.
    pub seccomp_profile: Option<Traced<bool>>,
    /// Whether it reads static pods from a folder.
    pub manifests_directory: Option<Traced<bool>>,
    /// Whether the node is called by all of its host name, and not by its first label.
    pub register_with_fqdn: Option<Traced<bool>>,
}

/// A mount in the container of the kubelet.
#[derive(Clone, Debug, PartialEq)]
pub struct KubeletMount {
    /// Where it is in the container.
    pub destination: Traced<String>,
    /// What it is on the machine; the same path where it is not said.
    pub source: Traced<String>,
    /// What kind of mount it is.
    pub kind: Traced<String>,
    /// Its options.
    pub options: Vec<Traced<String>>,
    /// The statement.
    pub span: Span,
}
