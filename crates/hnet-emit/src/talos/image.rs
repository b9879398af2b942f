//! The image of a machine: talhelper's keys for it, and the place of its installer for all others.
//!
//! talhelper reads a schematic as it is, asks the image factory for its id and makes the installer's place of it ([`keys`]).
//! Who reads machine configurations is told the place ([`installer`]), whose id [`schematic`] knows without asking.

use hnet_manifests::talos::schematic::{self, METAL, PUBLIC_FACTORY};
use hnet_manifests::talos::talhelper::{
    Customization, ImageFactory, MachineSpec, MetaValue, Overlay, Schematic, SystemExtensions,
};
use hnet_manifests::versions::talos::{Minor, UKI_ARGUMENTS};
use hnet_model::{Image, Node, Traced};

/// What is in an image, as the image factory takes it: [`schematic::Schematic::canonical`] is its text in YAML, which is one
/// that the factory's page and other tools take as well, and [`schematic::Schematic::id`] what the factory knows it by. Empty
/// where an installer is written ([`Image::written`]): nobody knows what is in that one.
pub(super) fn schematic(image: &Image) -> schematic::Schematic {
    let texts = |texts: &[Traced<String>]| texts.iter().map(|text| text.value.clone()).collect();
    schematic::Schematic {
        overlay: image.overlay.as_ref().map(|overlay| (overlay.image.value.clone(), overlay.name.value.clone())),
        kernel_arguments: texts(&image.kernel_arguments),
        meta: image.meta.iter().map(|(key, value)| (key.value, value.clone())).collect(),
        extensions: texts(&image.extensions),
    }
}

/// The place of the installer without its tag; none where it is Talos's own.
pub(super) fn installer(image: &Image) -> Option<Traced<String>> {
    if let Some(written) = &image.written {
        return Some(written.clone());
    }
    let is_secure = image.secure_boot.filter(|secure| secure.value);
    let platform = image.platform.filter(|platform| platform.value != METAL);
    let factory = image.factory.as_ref();
    let parts = [
        image.extensions.first().map(|one| one.origin),
        image.kernel_arguments.first().map(|one| one.origin),
        image.overlay.as_ref().map(|overlay| overlay.name.origin),
        image.meta.first().map(|(key, _)| key.origin),
        factory.map(|factory| factory.origin),
        platform.map(|platform| platform.origin),
        is_secure.map(|secure| secure.origin),
    ];
    let origin = parts.into_iter().flatten().next()?;
    let place = schematic::installer(
        factory.map_or(PUBLIC_FACTORY, |factory| &factory.value),
        platform.map_or(METAL, |platform| platform.value),
        is_secure.is_some(),
        &schematic(image).id()?,
    );
    Some(Traced::new(place, origin))
}

/// The arguments of an image's kernel that the machine's own configuration says as well: until 1.11 an upgrade takes them
/// from there, but where they are a part of a unified kernel image. talhelper writes them by itself.
pub(super) fn arguments(image: &Image, talos: Minor) -> &[Traced<String>] {
    let is_in_image = talos >= UKI_ARGUMENTS || image.uki.is_some_and(|uki| uki.value);
    if is_in_image { &[] } else { &image.kernel_arguments }
}

/// The factory of all machines of a talconfig whose installer is not written, where it is one and not the public one.
pub(super) fn factory_of_all(nodes: &[Node]) -> Option<ImageFactory> {
    let made = nodes.iter().filter(|node| node.image.as_ref().is_none_or(|image| image.written.is_none()));
    let mut factories = made.map(|node| node.image.as_ref().and_then(|image| image.factory.as_ref()));
    let first = factories.next()??;
    let is_same = factories.all(|other| other.is_some_and(|other| other.value == first.value));
    (is_same && first.value != PUBLIC_FACTORY).then(|| ImageFactory { registry_url: first.clone() })
}

/// What is in an image, with the place of each part.
pub(super) fn of_talhelper(image: &Image) -> Schematic {
    let overlay = image.overlay.as_ref();
    Schematic {
        overlay: overlay.map(|overlay| Overlay { image: overlay.image.clone(), name: overlay.name.clone() }),
        customization: Customization {
            extra_kernel_args: image.kernel_arguments.clone(),
            meta: image.meta.iter().map(|(key, value)| MetaValue { key: *key, value: value.clone() }).collect(),
            system_extensions: (!image.extensions.is_empty())
                .then(|| SystemExtensions { official_extensions: image.extensions.clone() }),
        },
    }
}

/// talhelper's keys of a machine.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) installer: Option<Traced<String>>,
    pub(super) schematic: Option<Schematic>,
    pub(super) unchecked: Option<Traced<bool>>,
    pub(super) spec: Option<MachineSpec>,
}

/// The keys of a machine in a talconfig with this factory.
pub(super) fn keys(image: &Image, factory: Option<&ImageFactory>) -> Keys {
    let of_all = factory.map_or(PUBLIC_FACTORY, |factory| factory.registry_url.value.as_str());
    let own = image.factory.as_ref().map_or(PUBLIC_FACTORY, |factory| factory.value.as_str());
    let is_elsewhere = image.written.is_none() && own != of_all;
    let spec = MachineSpec {
        mode: image.platform,
        arch: image.arch,
        secureboot: image.secure_boot,
        use_uki: image.uki,
        boot_method: image.boot,
    };
    let is_made = image.is_made() && image.written.is_none() && !is_elsewhere;
    // talhelper knows the extensions of one factory alone, and refuses all others.
    let foreign = image.extensions.iter().find(|name| !name.value.starts_with("siderolabs/"));
    Keys {
        installer: if is_elsewhere { installer(image) } else { image.written.clone() },
        schematic: is_made.then(|| of_talhelper(image)),
        unchecked: foreign.filter(|_| is_made).map(|name| Traced::new(true, name.origin)),
        spec: (spec != MachineSpec::default()).then_some(spec),
    }
}
