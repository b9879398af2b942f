//! What machines are told that is about no network, in the shape that a Talos version wants.

use hnet_manifests::object::Map;
use hnet_manifests::talos::Octal;
use hnet_manifests::talos::documents::{
    Document, EtcFileConfig, KernelModuleConfig, SysctlConfig, SysfsConfig, UdevRulesConfig,
};
use hnet_manifests::talos::v1alpha1::{File, Kernel, KernelModule, Udev};
use hnet_manifests::versions::etc_files::has_document;
use hnet_manifests::versions::talos::Topic;
use hnet_model::{FileOperation, MachineFile, MachineSettings, Origin, Traced};
use indexmap::IndexMap;

use super::shape::Shaped;

/// Entries, those of smaller groups in the place of others with their key. Those without a key all stay.
pub(super) fn latest<'a, T>(all: impl Iterator<Item = &'a T>, key: impl Fn(&'a T) -> Option<&'a String>) -> Vec<&'a T> {
    let keyed = all.enumerate().map(|(at, entry)| (key(entry).ok_or(at), entry));
    keyed.collect::<IndexMap<_, _>>().into_values().collect()
}

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
        let modules = all.iter().flat_map(|settings| &settings.kernel_modules);
        let modules: Vec<_> = latest(modules, |module| Some(&module.name.value)).into_iter().cloned().collect();
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
        let files = all.iter().flat_map(|settings| &settings.files);
        let replaces = |file: &MachineFile| file.operation.value != FileOperation::Append;
        let files = latest(files, |file| replaces(file).then_some(&file.path.value));
        files.into_iter().for_each(|file| self.file(file));
        self.volumes(all);
        self.services(all);
    }

    fn file(&mut self, file: &MachineFile) {
        let MachineFile { path, operation, permissions, content, span } = file;
        let origin = Origin::written(*span);
        let permissions = permissions.map(|bits| bits.map(Octal));
        // The documents came with those of the kernel.
        let below_etc = path.value.strip_prefix("/etc/").filter(|_| self.is_document(Topic::Sysctls));
        let has_document = operation.value != FileOperation::Append && below_etc.is_some_and(has_document);
        if let (Some(name), true) = (below_etc, has_document) {
            let name = Traced::new(name.to_owned(), path.origin);
            let config = EtcFileConfig { name, mode: permissions, contents: content.clone() };
            self.document(Document::new(config, origin));
            return;
        }
        let file =
            File { op: operation.map(FileOperation::word), path: path.clone(), permissions, content: content.clone() };
        self.machine().files.push(Traced::new(file, origin));
    }
}
