//! `machine`: what machines are told that is about no network.

use crate::types::{FileWord, NameOrAddress};
use hnet_diagnostics::{Diagnostic, Diagnostics, Reported, codes};
use hnet_language::{Flag, List, One, Permissions, Scope, Setting, SystemPath, Text, Type, ValueType, statement};
use hnet_model::{FileOperation, KernelModule, MachineFile, MachineSettings, RawYaml, Reason, Traced, Volume};
use hnet_syntax::tree::{Value, ValueKind};

use super::extension_service::{ExtensionServiceStatement, RegistryMirrorStatement, WatchdogStatement};
use super::node::{each, pairs};
use super::volume::{
    ExistingVolumeStatement, PartedDiskStatement, RawVolumeStatement, SwapVolumeStatement, SystemVolumeStatement,
    UserVolumeStatement,
};

statement! {
    /// What machines are told that is about no network. What a node says comes on top of what its cluster says: lists
    /// append, and of two settings of one key the node's wins.
    MachineStatement = "machine" Unnamed () [idle] {
        /// Kernel parameters: `sysctls net.core.rmem_max=67108864, "net.ipv4.ping_group_range=0 2147483647";`
        "sysctls" sysctls: List<Setting>;
        /// Kernel attributes below `/sys`: `sysfs devices.system.cpu.cpu0.cpufreq.scaling_governor=performance;`
        "sysfs" sysfs: List<Setting>;
        /// Kernel modules that are loaded.
        "kernel-modules" kernel_modules: Vec<KernelModulesStatement>;
        /// Rules of udev, one a value.
        "udev-rules" udev_rules: List<Text>;
        /// Further names and addresses in the certificate of Talos's API.
        "certificate-names" certificate_names: List<NameOrAddress>;
        /// A file of the machine.
        "file" file: Vec<FileStatement>;
        /// A volume of Talos's own.
        "volume" volume: Vec<SystemVolumeStatement>;
        /// A volume for files of users, below `/var/mnt`.
        "user-volume" user_volume: Vec<UserVolumeStatement>;
        /// A partition that Talos makes and leaves to others.
        "raw-volume" raw_volume: Vec<RawVolumeStatement>;
        /// A volume for memory that is swapped out.
        "swap-volume" swap_volume: Vec<SwapVolumeStatement>;
        /// A volume that is there already.
        "existing-volume" existing_volume: Vec<ExistingVolumeStatement>;
        /// A disk that is parted by hand, where it is empty.
        "disk" disk: Vec<PartedDiskStatement>;
        /// What a service of an extension is told.
        "extension-service" extension_service: Vec<ExtensionServiceStatement>;
        /// The timer that resets a machine which hangs.
        "watchdog" watchdog: Option<WatchdogStatement>;
        /// Where images of a registry are asked for first.
        "registry-mirror" registry_mirror: Vec<RegistryMirrorStatement>;
        /// A pod that the kubelet runs by itself, as YAML with its name.
        "static-pod" static_pod: List<RawYaml>;
    }
}

statement! {
    /// Kernel modules that are loaded: `kernel-modules nvme_tcp, zfs;`, `kernel-modules drbd parameters usermode_helper=disabled;`
    KernelModulesStatement = "kernel-modules" Unnamed (
        /// What they are called.
        names: List<Text> [required],
    ) {
        /// Parameters of each of them.
        "parameters" parameters: List<Text>;
    }
}

statement! {
    /// A file of the machine, by its path. Talos makes new ones below `/var` only.
    FileStatement = "file" Unnamed (
        /// Its path.
        path: One<SystemPath> [required],
    ) {
        /// What is done: `create` makes a file that is not there, `append` and `overwrite` change one that is.
        "op" op: One<FileWord> [default "create"];
        /// Who may read and write it, in octal: `permissions 0o644;`
        "permissions" permissions: One<Permissions> [default "Talos's own"];
        /// What it holds, as lines between `\"\"\"` and `\"\"\"`, or a text in quotes as it is.
        "content" content: One<FileContent> [required];
        /// Whether there is a line end behind the last of those lines.
        "final-newline" final_newline: Flag [default "on"];
    }
}

/// What a file holds: lines, behind the last of which there is no line end yet, or a text as it is.
pub(crate) struct FileContent {
    text: String,
    is_lines: bool,
}

impl FileContent {
    /// What a file holds, with a line end behind its last line where it is to have one.
    pub(super) fn with_end(self, final_newline: Flag) -> String {
        let FileContent { mut text, is_lines } = self;
        if is_lines && final_newline.0.is_none_or(|said| said.value) {
            text.push('\n');
        }
        text
    }
}

impl ValueType for FileContent {
    const TYPE: Type =
        Type::Plain { called: "a text", examples: "`\"\"\"…\"\"\"`, `\"net.core.somaxconn = 1024\\n\"`" };

    fn read(value: &Value, _: &Scope<'_>, _: &mut Diagnostics) -> Result<Self, Reported> {
        Ok(FileContent { text: value.text.to_string(), is_lines: value.kind == ValueKind::Block })
    }
}

impl MachineStatement {
    pub(crate) fn lower(self, out: &mut Diagnostics) -> MachineSettings {
        let Self {
            head: _,
            sysctls,
            sysfs,
            kernel_modules,
            udev_rules,
            certificate_names,
            file,
            volume,
            user_volume,
            raw_volume,
            swap_volume,
            existing_volume,
            disk,
            extension_service,
            watchdog,
            registry_mirror,
            static_pod,
        } = self;
        let mut volumes: Vec<Volume> = volume.into_iter().filter_map(|volume| volume.lower(out)).collect();
        volumes.extend(user_volume.into_iter().filter_map(|volume| volume.lower(out)));
        volumes.extend(raw_volume.into_iter().filter_map(RawVolumeStatement::lower));
        volumes.extend(swap_volume.into_iter().filter_map(SwapVolumeStatement::lower));
        volumes.extend(existing_volume.into_iter().filter_map(ExistingVolumeStatement::lower));
        let texts = |list: List<Text>| each(list.0, |Text(text)| vec![text]);
        let modules = kernel_modules.into_iter().flat_map(|said| {
            let parameters = texts(said.parameters);
            texts(said.names).into_iter().map(move |name| KernelModule { name, parameters: parameters.clone() })
        });
        MachineSettings {
            sysctls: latest(pairs(sysctls.0, |Setting(pair)| pair)),
            sysfs: latest(pairs(sysfs.0, |Setting(pair)| pair)),
            kernel_modules: modules.collect(),
            udev_rules: texts(udev_rules),
            certificate_names: each(certificate_names.0, NameOrAddress::all),
            files: file.into_iter().filter_map(FileStatement::lower).collect(),
            volumes,
            disks: disk.into_iter().filter_map(PartedDiskStatement::lower).collect(),
            extension_services: extension_service.into_iter().filter_map(|service| service.lower(out)).collect(),
            watchdog: watchdog.and_then(|watchdog| watchdog.lower(out)),
            registry_mirrors: registry_mirror.into_iter().filter_map(RegistryMirrorStatement::lower).collect(),
            static_pods: static_pod.0.into_iter().map(|pod| pod.value).filter(|pod| is_pod(pod, out)).collect(),
        }
    }
}

/// Whether YAML is a pod with a name, by which the kubelet knows it.
fn is_pod(pod: &RawYaml, out: &mut Diagnostics) -> bool {
    let (what, wanted, help) = if pod.text_at(&["kind"]) != Some("Pod") {
        ("is no pod", "`kind: Pod` is wanted here", "write what is no pod as a `manifest` of the cluster")
    } else if pod.text_at(&["metadata", "name"]).is_none_or(str::is_empty) {
        ("has no name", "`metadata.name` is wanted here", "write `metadata:` and below it `name: …`")
    } else {
        return true;
    };
    out.report(Diagnostic::new(&codes::NOT_YAML, format!("the static pod {what}")).label(pod.span, wanted).help(help));
    false
}

/// Of settings of one key the last: a node's stand behind those of its profiles.
pub(super) fn latest(settings: Vec<(Traced<String>, String)>) -> Vec<(Traced<String>, String)> {
    let mut kept: indexmap::IndexMap<String, (Traced<String>, String)> = indexmap::IndexMap::new();
    for (key, value) in settings {
        kept.insert(key.value.clone(), (key, value));
    }
    kept.into_values().collect()
}

impl FileStatement {
    fn lower(self) -> Option<MachineFile> {
        let Self { head, path, op, permissions, content, final_newline } = self;
        let operation = op.map(|op| {
            op.map(|word| match word {
                FileWord::Create => FileOperation::Create,
                FileWord::Append => FileOperation::Append,
                FileWord::Overwrite => FileOperation::Overwrite,
            })
        });
        Some(MachineFile {
            path: path?.map(|SystemPath(path)| path),
            operation: operation.unwrap_or(Traced::derived(FileOperation::Create, head.span, Reason::Default)),
            permissions: permissions.map(|bits| bits.map(|Permissions(bits)| bits)),
            content: content?.map(|content| content.with_end(final_newline)),
            span: head.span,
        })
    }
}
