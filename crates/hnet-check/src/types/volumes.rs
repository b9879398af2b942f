//! What machines are told of their disks, and names of registries.

use hnet_diagnostics::{Code, Diagnostic, Diagnostics, Reported, codes};
use hnet_language::values;
use hnet_language::{Scope, Type, ValueType};
use hnet_manifests::versions::selectors;
use hnet_model::VolumeDisk;
use hnet_syntax::tree::Value;

use super::disk::{begins_as_selectors, by_selectors};

/// The name of a volume, of at most so many characters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct VolumeName<const LONGEST: usize>(pub(crate) String);

impl<const LONGEST: usize> ValueType for VolumeName<LONGEST> {
    const TYPE: Type = Type::Plain { called: "the name of a volume", examples: "`local-storage`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let label = if text.is_empty() {
            "a name is wanted here".to_owned()
        } else if text.len() > LONGEST {
            format!("it has {} characters, and {LONGEST} are the most: it becomes a label on the disk", text.len())
        } else if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            "such a name has letters, digits and hyphens".to_owned()
        } else {
            return Ok(VolumeName(text.to_owned()));
        };
        Err(refused(&codes::NOT_A_NAME, value, "no name of a volume", &label, "write one such as `local-storage`", out))
    }
}

fn refused(code: &'static Code, value: &Value, what: &str, label: &str, help: &str, out: &mut Diagnostics) -> Reported {
    let title = format!("`{}` is {what}", value.text.escape_debug());
    out.report(Diagnostic::new(code, title).label(value.span, label).help(help))
}

/// A registry of images, or `*` for all others.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RegistryName(pub(crate) String);

impl ValueType for RegistryName {
    const TYPE: Type =
        Type::Plain { called: "a registry, or `*` for all others", examples: "`docker.io`, `registry.home.arpa:5000`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]${}".contains(&byte);
        if text == "*" || !text.is_empty() && text.bytes().all(is_of_host) {
            return Ok(RegistryName(text.to_owned()));
        }
        let label = "the host of a registry is wanted here, without a scheme and a path";
        Err(refused(&codes::NOT_A_HOST_NAME, value, "no registry", label, "write one such as `docker.io`", out))
    }
}

/// The disk of a volume.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DiskChoice(pub(crate) VolumeDisk);

impl ValueType for DiskChoice {
    const TYPE: Type = Type::Plain {
        called: "a disk, or an expression that finds it",
        examples: "`/dev/nvme1n1`, `\"type nvme, size >= 100GB\"`, `system_disk`, `\"disk.transport == \\\"nvme\\\" && !system_disk\"`",
    };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        if text.trim().is_empty() {
            let help = "write a path such as `/dev/nvme1n1`, a selector or an expression";
            return Err(refused(&codes::NOT_A_DISK, value, "no disk", "it says nothing", help, out));
        }
        if let Some(device) = text.strip_prefix('/') {
            return match device.strip_prefix("dev/").is_some_and(|device| !device.is_empty()) {
                true => Ok(DiskChoice(VolumeDisk::Disk(hnet_model::Disk::Path(text.to_owned())))),
                false => {
                    let help = "write a path such as `/dev/nvme1n1`";
                    Err(refused(&codes::NOT_A_DISK, value, "no disk", "devices stand under `/dev/`", help, out))
                }
            };
        }
        match by_selectors(text) {
            Ok(disk) => Ok(DiskChoice(VolumeDisk::Disk(disk))),
            Err(label) if begins_as_selectors(text) => {
                let help = "write a selector such as `type nvme` or `size >= 100GB`";
                Err(refused(&codes::NOT_A_DISK, value, "no disk", label, help, out))
            }
            Err(_) => match selectors::refused(text, false) {
                None => Ok(DiskChoice(VolumeDisk::Expression(text.to_owned()))),
                Some(wrong) => {
                    // What stands there alone is perhaps a device, or what kind of disk it is.
                    let help = match hnet_model::Disk::TYPES.contains(&text) {
                        true => format!("write `\"type {text}\"`"),
                        false if is_device(text) => format!("write `/dev/{text}`"),
                        false => wrong.help,
                    };
                    Err(refused(&codes::NOT_A_DISK, value, "no disk", &wrong.label, &help, out))
                }
            },
        }
    }
}

/// Whether a text is called as Linux calls disks.
fn is_device(text: &str) -> bool {
    ["sd", "vd", "xvd", "nvme", "mmcblk"]
        .iter()
        .any(|kind| text.strip_prefix(kind).is_some_and(|rest| !rest.is_empty()))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The CEL expression that finds a volume.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FoundBy(pub(crate) String);

impl ValueType for FoundBy {
    const TYPE: Type = Type::Plain {
        called: "an expression that finds a volume",
        examples: "`\"volume.partition_label == \\\"media\\\"\"`",
    };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        match selectors::refused(&value.text, true) {
            None => Ok(FoundBy(value.text.to_string())),
            Some(wrong) => Err(refused(&codes::NOT_A_DISK, value, "no volume", &wrong.label, &wrong.help, out)),
        }
    }
}

/// The placeholder of a passphrase: the passphrase itself is a secret.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Passphrase(pub(crate) String);

impl ValueType for Passphrase {
    const TYPE: Type = Type::Plain { called: "the placeholder of a passphrase", examples: "`${LUKS_PASSPHRASE}`" };

    fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
        let text = value.text.as_str();
        let is_placeholder = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        if is_placeholder.is_some_and(|name| !name.is_empty() && !name.contains(['{', '}', ':', '-', '='])) {
            return Ok(Passphrase(text.to_owned()));
        }
        // The text itself is shown nowhere.
        Err(out.report(
            Diagnostic::new(&codes::CREDENTIAL, "a passphrase stands in the source")
                .label(value.span, "everybody who reads the source can open the disk")
                .help("write a placeholder, which is filled in behind hnet: `static ${LUKS_PASSPHRASE};`"),
        ))
    }
}

/// A whole number in a range.
macro_rules! numbers {
    ($($(#[doc = $doc:literal])+ $name:ident = $called:literal, $examples:literal, $range:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) struct $name(pub(crate) u32);

        impl ValueType for $name {
            const TYPE: Type = Type::Plain { called: $called, examples: $examples };

            fn read(value: &Value, _: &Scope<'_>, out: &mut Diagnostics) -> Result<Self, Reported> {
                let number = values::integer(&value.text, $range).map_err(|wrong| values::refuse(wrong, value, out))?;
                Ok($name(u32::try_from(number).unwrap_or(u32::MAX)))
            }
        }
    )+};
}

numbers! {
    /// A slot of LUKS2.
    KeySlot = "a slot of keys, 0 to 31", "`0`, `1`", 0..=31;
    /// A register of measurements of a TPM.
    Pcr = "a register of a TPM, 0 to 23", "`7`, `11`", 0..=23;
    /// The bits of a key.
    KeySize = "a length in bits", "`256`, `512`", 1..=65_536;
    /// The bytes of a sector.
    BlockSize = "a size in bytes", "`512`, `4096`", 512..=65_536;
}
