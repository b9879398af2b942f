//! What machines are told that is about no network: kernel, devices, files, certificates.

use hnet_diagnostics::{Span, Traced};

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
