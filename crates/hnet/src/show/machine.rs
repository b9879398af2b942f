//! What machines are told that is about no network.

use hnet_model::{
    Image, ImageOverlay, KernelModule, KubeletMount, KubeletSettings, MachineFile, MachineSettings, PartedDisk,
    RegistryMirror, Traced, Volume, VolumeDisk,
};

use super::Show;
use super::overlay::{pairs, raw};

/// The settings of a cluster's machines, or of one.
pub(super) fn settings(settings: &MachineSettings, shown: &mut Show) {
    let MachineSettings {
        sysctls,
        sysfs,
        kernel_modules,
        udev_rules,
        certificate_names,
        files,
        volumes,
        disks,
        extension_services,
        watchdog,
        registry_mirrors,
        static_pods,
    } = settings;
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
    shown.texts("volumes", volumes.iter().map(|one| (volume(one), one.name.origin)).collect());
    let disks = disks.iter().map(|PartedDisk { path, partitions, span: _ }| {
        let parts: Vec<&str> = partitions.iter().map(|partition| partition.path.value.as_str()).collect();
        (format!("{} parted for {}", path.value, parts.join(", ")), path.origin)
    });
    shown.texts("disks", disks.collect());
    // What services are told is the source's own text, too, and may be a secret.
    let services = extension_services.iter().map(|service| (service.name.value.clone(), service.name.origin));
    shown.texts("extension services", services.collect());
    shown.maybe("watchdog", watchdog.as_ref().map(|watchdog| &watchdog.device));
    let mirrors = registry_mirrors.iter().map(|RegistryMirror { name, endpoints, .. }| {
        let urls: Vec<&str> = endpoints.iter().map(|url| url.value.as_str()).collect();
        (format!("{} at {}", name.value, urls.join(", ")), name.origin)
    });
    shown.texts("registry mirrors", mirrors.collect());
    raw("static pod", static_pods, shown);
}

/// A volume, where it is and whether it is encrypted.
fn volume(volume: &Volume) -> String {
    let Volume { kind, name, disk, min_size, max_size, encryption, .. } = volume;
    let disk = disk.as_ref().map(|disk| match &disk.value {
        VolumeDisk::Disk(disk) => format!(" on {disk:?}"),
        VolumeDisk::Expression(expression) => format!(" on {expression}"),
    });
    let size = |what: &str, size: &Option<Traced<String>>| {
        size.as_ref().map(|size| format!(" {what} {}", size.value)).unwrap_or_default()
    };
    let sizes = [size("from", min_size), size("to", max_size)].concat();
    let encrypted = if encryption.is_some() { ", encrypted" } else { "" };
    format!("{} {}{}{sizes}{encrypted}", kind.word(), name.value, disk.unwrap_or_default())
}

/// What the kubelet of a cluster's machines is told, or that of one.
pub(super) fn kubelet(settings: &KubeletSettings, shown: &mut Show) {
    let KubeletSettings {
        args,
        configs,
        mounts,
        node_subnets,
        seccomp_profile,
        manifests_directory,
        register_with_fqdn,
    } = settings;
    pairs("kubelet args", args, shown);
    raw("kubelet config", configs, shown);
    let mounts = mounts.iter().map(|KubeletMount { destination, source, kind, options, span: _ }| {
        let options: Vec<&str> = options.iter().map(|option| option.value.as_str()).collect();
        (
            format!("{} at {} ({} {})", source.value, destination.value, kind.value, options.join(",")),
            destination.origin,
        )
    });
    shown.texts("kubelet mounts", mounts.collect());
    shown.list("kubelet node subnets", node_subnets.as_deref().unwrap_or_default());
    for (name, flag) in [
        ("kubelet seccomp profile", seccomp_profile),
        ("kubelet manifests directory", manifests_directory),
        ("node called by its whole host name", register_with_fqdn),
    ] {
        flag.iter().for_each(|flag| shown.flag(name, flag));
    }
}

/// What a machine is installed from.
pub(super) fn image(image: &Image, shown: &mut Show) {
    let Image {
        written,
        factory,
        platform,
        arch,
        secure_boot,
        uki,
        boot,
        extensions,
        kernel_arguments,
        overlay,
        meta,
        span: _,
    } = image;
    shown.maybe("image", written.as_ref());
    shown.maybe("image factory", factory.as_ref());
    shown.maybe("platform", platform.as_ref());
    shown.maybe("arch", arch.as_ref());
    for (name, flag) in [("secure boot", secure_boot), ("uki", uki)] {
        flag.iter().for_each(|flag| shown.flag(name, flag));
    }
    shown.maybe("boots from", boot.as_ref());
    shown.list("extensions", extensions);
    shown.list("kernel arguments", kernel_arguments);
    if let Some(ImageOverlay { name, image }) = overlay {
        shown.texts("image overlay", vec![(format!("{} of {}", name.value, image.value), name.origin)]);
    }
    pairs(
        "meta",
        &meta.iter().map(|(key, value)| (key.as_ref().map(u8::to_string), value.clone())).collect::<Vec<_>>(),
        shown,
    );
}
