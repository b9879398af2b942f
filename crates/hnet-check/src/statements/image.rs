//! `image`: what a machine is installed from.

use hnet_diagnostics::{Diagnostic, Diagnostics, codes};
use hnet_language::{Flag, List, One, Text, statement};
use hnet_model::{Image, ImageOverlay, Traced};

use crate::types::{ArchitectureWord, BootWord, ExtensionName, ImageText, KernelArgument, MetaValue, PlatformWord};

statement! {
    /// The image that machines are installed from: an installer, or what the image factory puts into one. What a node says
    /// comes on top of what its cluster says: `image extensions siderolabs/iscsi-tools, siderolabs/util-linux-tools;`
    ImageStatement = "image" Unnamed (
        /// The installer without its tag, in place of what it is made of.
        installer: One<Text>,
    ) [idle] {
        /// The registry of the image factory.
        "factory" factory: One<Text> [default "factory.talos.dev"];
        /// Where the machine runs.
        "platform" platform: One<PlatformWord> [default "metal"];
        /// Its processor, of the image that it boots from.
        "arch" arch: One<ArchitectureWord> [default "amd64"];
        /// Whether it boots only what is signed.
        "secure-boot" secure_boot: Flag [default "off"];
        /// Whether it boots a unified kernel image. Such a one has its arguments of the kernel in it.
        "uki" uki: Flag [default "off"];
        /// How it boots before Talos is installed.
        "boot" boot: One<BootWord> [default "iso"];
        /// The extensions of the system that are in it.
        "extensions" extensions: List<ExtensionName>;
        /// Further arguments of the kernel; with `-` before it, one of Talos's own that goes.
        "kernel-arguments" kernel_arguments: List<KernelArgument>;
        /// What a board needs besides.
        "overlay" overlay: Option<ImageOverlayStatement>;
        /// Values of the META partition by their keys.
        "meta" meta: List<MetaValue>;
    }
}

statement! {
    /// What a board needs besides, by its name: `overlay rpi_generic image siderolabs/sbc-raspberrypi;`
    ImageOverlayStatement = "overlay" Unnamed (
        /// Its name.
        name: One<ImageText> [required],
    ) {
        /// The image that it is in.
        "image" image: One<ImageText> [required];
    }
}

impl ImageStatement {
    pub(crate) fn lower(self, out: &mut Diagnostics) -> Image {
        let Self {
            head,
            installer,
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
        } = self;
        let mut image = Image {
            written: installer.map(|installer| installer.map(|Text(text)| text)),
            factory: factory.map(|factory| factory.map(|Text(text)| text)),
            platform: platform.map(|platform| platform.map(|PlatformWord(word)| word)),
            arch: arch.map(|arch| arch.map(|ArchitectureWord(word)| word)),
            secure_boot: secure_boot.0,
            uki: uki.0,
            boot: boot.map(|boot| boot.map(|BootWord(word)| word)),
            extensions: once(extensions, |ExtensionName(name)| name),
            kernel_arguments: once(kernel_arguments, |KernelArgument(argument)| argument),
            overlay: overlay.and_then(|overlay| {
                let ImageOverlayStatement { head: _, name, image } = overlay;
                let text = |text: Traced<ImageText>| text.map(|ImageText(text)| text);
                Some(ImageOverlay { name: text(name?), image: text(image?) })
            }),
            meta: meta.0.into_iter().map(|meta| (Traced::new(meta.value.0.0, meta.origin), meta.value.0.1)).collect(),
            span: head.span,
        };
        if let Some(written) = &image.written {
            let made = [
                ("factory", image.factory.as_ref().map(|factory| factory.origin)),
                ("extensions", image.extensions.first().map(|one| one.origin)),
                ("kernel-arguments", image.kernel_arguments.first().map(|one| one.origin)),
                ("overlay", image.overlay.as_ref().map(|overlay| overlay.name.origin)),
                ("meta", image.meta.first().map(|(key, _)| key.origin)),
            ];
            for (field, origin) in made.iter().filter_map(|(field, origin)| Some((field, (*origin)?))) {
                out.report(
                    Diagnostic::new(&codes::FIELD_WITHOUT_EFFECT, format!("`{field}` has no effect on this image"))
                        .label(origin.span, "this is what an image is made of")
                        .label(written.span(), "an installer is said, whatever is in it")
                        .help("leave out one of the two"),
                );
            }
        }
        if image.written.is_some() {
            image = Image {
                factory: None,
                extensions: Vec::new(),
                kernel_arguments: Vec::new(),
                overlay: None,
                meta: Vec::new(),
                ..image
            };
        }
        image
    }
}

/// Each value once, in its first place.
fn once<T>(list: List<T>, open: fn(T) -> String) -> Vec<Traced<String>> {
    let mut seen = indexmap::IndexSet::new();
    let all = list.0.into_iter().map(|value| value.map(open));
    all.filter(|value| seen.insert(value.value.clone())).collect()
}
