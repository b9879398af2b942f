//! The image that a machine is installed from.

use hnet_diagnostics::{Span, Traced};

/// Where images run, by Talos's names. (siderolabs/talos v1.14.0-alpha.2, `pkg/machinery/platforms/platforms.go`.)
pub const PLATFORMS: &[&str] = &[
    "metal",
    "akamai",
    "aws",
    "azure",
    "cloudstack",
    "digital-ocean",
    "equinixMetal",
    "exoscale",
    "gcp",
    "hcloud",
    "nocloud",
    "opennebula",
    "openstack",
    "oracle",
    "scaleway",
    "upcloud",
    "vmware",
    "vultr",
];

/// The processors that images are for.
pub const ARCHITECTURES: &[&str] = &["amd64", "arm64"];

/// How a machine boots the image that Talos is installed from. (talhelper 3.1, `pkg/config/validator.go`.)
pub const BOOT_METHODS: &[&str] = &["iso", "disk-image", "pxe"];

/// The image that a machine is installed from. What is none or empty is as Talos or talhelper has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// The installer without a tag, where it is written and not made of the other fields.
    pub written: Option<Traced<String>>,
    /// The registry of the image factory.
    pub factory: Option<Traced<String>>,
    /// Where the machine runs.
    pub platform: Option<Traced<&'static str>>,
    /// Its processor.
    pub arch: Option<Traced<&'static str>>,
    /// Whether it boots only what is signed.
    pub secure_boot: Option<Traced<bool>>,
    /// Whether it boots one file of UEFI's.
    pub uki: Option<Traced<bool>>,
    /// How it boots before Talos is installed.
    pub boot: Option<Traced<&'static str>>,
    /// The extensions of the system.
    pub extensions: Vec<Traced<String>>,
    /// Further arguments of the kernel.
    pub kernel_arguments: Vec<Traced<String>>,
    /// What its board needs besides.
    pub overlay: Option<ImageOverlay>,
    /// Values of the META partition by their keys.
    pub meta: Vec<(Traced<u8>, String)>,
    /// The statement.
    pub span: Span,
}

/// What a board needs in its image.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageOverlay {
    /// Its name.
    pub name: Traced<String>,
    /// The image that it is in.
    pub image: Traced<String>,
}

impl Image {
    /// Whether something is in it besides Talos.
    #[must_use]
    pub fn is_made(&self) -> bool {
        !self.extensions.is_empty()
            || !self.kernel_arguments.is_empty()
            || self.overlay.is_some()
            || !self.meta.is_empty()
    }

    /// This image of a machine over that of all machines: its own fields win, lists append. An installer that is written and
    /// what one is made of exclude each other, of which its own wins.
    #[must_use]
    pub fn over(self, all: &Image) -> Image {
        let all = all.clone();
        let (is_made, is_written) = (self.is_made() || self.factory.is_some(), self.written.is_some());
        let made = if is_written { Image { span: all.span, ..Image::default() } } else { all.clone() };
        let join = |mut first: Vec<Traced<String>>, own: Vec<Traced<String>>| {
            for one in own {
                if !first.iter().any(|other| other.value == one.value) {
                    first.push(one);
                }
            }
            first
        };
        let mut meta = made.meta;
        meta.retain(|(key, _)| !self.meta.iter().any(|(own, _)| own.value == key.value));
        meta.extend(self.meta);
        Image {
            written: self.written.or(all.written.filter(|_| !is_made)),
            factory: self.factory.or(made.factory),
            platform: self.platform.or(all.platform),
            arch: self.arch.or(all.arch),
            secure_boot: self.secure_boot.or(all.secure_boot),
            uki: self.uki.or(all.uki),
            boot: self.boot.or(all.boot),
            extensions: join(made.extensions, self.extensions),
            kernel_arguments: join(made.kernel_arguments, self.kernel_arguments),
            overlay: self.overlay.or(made.overlay),
            meta,
            span: self.span,
        }
    }
}
