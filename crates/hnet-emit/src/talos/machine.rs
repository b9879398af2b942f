//! What machines are told that is about no network, in the shape that a Talos version wants.

use hnet_manifests::object::Map;
use hnet_manifests::talos::Octal;
use hnet_manifests::talos::documents::{
    CRICustomizationConfig, Document, EtcFileConfig, KernelModuleConfig, SysctlConfig, SysfsConfig, UdevRulesConfig,
};
use hnet_manifests::talos::v1alpha1::{File, Kernel, KernelModule, Udev};
use hnet_manifests::versions::talos::Topic;
use hnet_model::{FileOperation, MachineFile, MachineSettings, Origin, Traced};

use super::shape::Shaped;

/// The one file of containerd that Talos lets others write, and what its document is called.
/// (siderolabs/talos v1.14, `types/cri/customization.go`.)
const CONTAINERD: (&str, &str) = ("/etc/cri/conf.d/20-customization.part", "customization");

/// Settings by their keys, those of smaller groups in the place of others, and where they begin.
fn by_key<'a>(
    all: &[&'a MachineSettings],
    of: impl Fn(&'a MachineSettings) -> &'a [(Traced<String>, String)],
) -> Option<(Map<Traced<String>>, Origin)> {
    let pairs: Vec<_> = all.iter().flat_map(|settings| of(settings)).collect();
    let (first, _) = pairs.first()?;
    let map = pairs.iter().map(|(key, value)| (key.value.clone(), Traced::new(value.clone(), key.origin)));
    Some((map.collect(), first.origin))
}

impl Shaped {
    /// What groups of machines are told, the smaller ones last.
    pub(super) fn machine_settings(&mut self, all: &[&MachineSettings]) {
        let lists = |of: fn(&MachineSettings) -> &[Traced<String>]| -> Vec<Traced<String>> {
            all.iter().flat_map(|settings| of(settings).to_vec()).collect()
        };
        let names = lists(|settings| &settings.certificate_names);
        if !names.is_empty() {
            self.machine().cert_sans = names;
        }
        if let Some((params, origin)) = by_key(all, |settings| &settings.sysctls) {
            match self.is_document(Topic::Sysctls) {
                true => self.document(Document::new(SysctlConfig { params }, origin)),
                false => self.machine().sysctls = params,
            }
        }
        if let Some((params, origin)) = by_key(all, |settings| &settings.sysfs) {
            match self.is_document(Topic::Sysfs) {
                true => self.document(Document::new(SysfsConfig { params }, origin)),
                false => self.machine().sysfs = params,
            }
        }
        let modules: Vec<_> = all.iter().flat_map(|settings| &settings.kernel_modules).cloned().collect();
        if self.is_document(Topic::KernelModules) {
            for hnet_model::KernelModule { name, parameters } in modules {
                let origin = name.origin;
                self.document(Document::new(KernelModuleConfig { name, parameters }, origin));
            }
        } else if !modules.is_empty() {
            let module = |hnet_model::KernelModule { name, parameters }| KernelModule { name, parameters };
            self.machine().kernel = Some(Kernel { modules: modules.into_iter().map(module).collect() });
        }
        let rules = lists(|settings| &settings.udev_rules);
        if let Some(origin) = rules.first().map(|rule| rule.origin) {
            match self.is_document(Topic::UdevRules) {
                true => self.document(Document::new(UdevRulesConfig { rules }, origin)),
                false => self.machine().udev = Some(Udev { rules }),
            }
        }
        all.iter().flat_map(|settings| &settings.files).for_each(|file| self.file(file));
    }

    fn file(&mut self, file: &MachineFile) {
        let MachineFile { path, operation, permissions, content, span } = file;
        let origin = Origin::written(*span);
        let permissions = permissions.map(|bits| bits.map(Octal));
        // The documents came with those of the kernel.
        let below_etc = path.value.strip_prefix("/etc/").filter(|_| self.is_document(Topic::Sysctls));
        let replaces = operation.value != FileOperation::Append;
        if let (Some(name), true) = (below_etc, replaces) {
            let (containerd, called) = CONTAINERD;
            if path.value == containerd {
                let name = Traced::new(called, path.origin);
                self.document(Document::new(CRICustomizationConfig { name, content: content.clone() }, origin));
                return;
            }
            if !name.starts_with("cri/") {
                let name = Traced::new(name.to_owned(), path.origin);
                let config = EtcFileConfig { name, mode: permissions, contents: content.clone() };
                self.document(Document::new(config, origin));
                return;
            }
        }
        let file =
            File { op: operation.map(FileOperation::word), path: path.clone(), permissions, content: content.clone() };
        self.machine().files.push(Traced::new(file, origin));
    }
}
