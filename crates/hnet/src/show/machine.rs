//! What machines are told that is about no network.

use hnet_model::{KernelModule, MachineFile, MachineSettings};

use super::Show;
use super::overlay::pairs;

/// The settings of a cluster's machines, or of one.
pub(super) fn settings(settings: &MachineSettings, shown: &mut Show) {
    let MachineSettings { sysctls, sysfs, kernel_modules, udev_rules, certificate_names, files } = settings;
    pairs("sysctls", sysctls, shown);
    pairs("sysfs", sysfs, shown);
    let modules = kernel_modules.iter().map(|KernelModule { name, parameters }| {
        let words: Vec<&str> = [name].into_iter().chain(parameters).map(|word| word.value.as_str()).collect();
        (words.join(" "), name.origin)
    });
    shown.texts("kernel modules", modules.collect());
    shown.list("udev rules", udev_rules);
    shown.list("names in the machine certificate", certificate_names);
    // What files hold is the source's own text.
    let files = files.iter().map(|MachineFile { path, operation, permissions, content: _, span: _ }| {
        let permissions = permissions.map(|bits| format!(" {:03o}", bits.value)).unwrap_or_default();
        (format!("{} {}{permissions}", operation.value.word(), path.value), path.origin)
    });
    shown.texts("files", files.collect());
}
