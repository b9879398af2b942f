//! CEL expressions by which Talos finds links and disks.
//!
//! The names are those of the protobuf descriptors (`permanent_addr`, `bus_path`, `dev_path`), not
//! those of `talosctl get … -o yaml`. (siderolabs/talos, `talos/v1.14/…/disk-management/common`.)

use hnet_diagnostics::double_quoted;
use hnet_model::{Disk, LinkSelector, Mac};

/// That `field` is the text, in which `*` stands for any text.
fn is(field: &str, text: &str) -> String {
    if text.contains('*') {
        format!("glob({}, {field})", double_quoted(text))
    } else {
        format!("{field} == {}", double_quoted(text))
    }
}

/// The expression for a physical link; none where the kernel's own name needs none.
pub(super) fn link(selector: &LinkSelector) -> Option<String> {
    match selector {
        // The permanent address stays when the link becomes a bond's member.
        LinkSelector::Mac(mac) | LinkSelector::PermanentMac(mac) => match mac {
            Mac::Known(_) | Mac::Glob(_) | Mac::Placeholder(_) => {
                Some(is("mac(link.permanent_addr)", &mac.to_string()))
            }
        },
        LinkSelector::Driver(driver) => Some(is("link.driver", driver)),
        LinkSelector::BusPath(path) => Some(is("link.bus_path", path)),
        LinkSelector::PciId(id) => Some(is("link.pciid", id)),
        LinkSelector::Physical(is_card) => Some(format!("link.type {} 1", if *is_card { "==" } else { "!=" })),
        LinkSelector::KernelName(_) => None,
        LinkSelector::All(parts) => {
            let parts: Vec<String> = parts.iter().filter_map(|part| link(&part.value)).collect();
            (!parts.is_empty()).then(|| parts.join(" && "))
        }
    }
}

/// The expression for a disk.
pub(super) fn disk(disk: &Disk) -> String {
    match disk {
        // Links under /dev/disk are known to Talos as further names of the device.
        Disk::Path(path) if path.starts_with("/dev/disk/") => format!("{} in disk.symlinks", double_quoted(path)),
        Disk::Path(path) => format!("disk.dev_path == {}", double_quoted(path)),
        Disk::Serial(serial) => is("disk.serial", serial),
        Disk::Model(model) => is("disk.model", model),
        Disk::Size(size) => disk_size(size),
        Disk::Wwid(wwid) => is("disk.wwid", wwid),
        Disk::Uuid(uuid) => is("disk.uuid", uuid),
        Disk::BusPath(path) => is("disk.bus_path", path),
        Disk::Modalias(modalias) => is("disk.modalias", modalias),
        // (siderolabs/talos v1.13.9, `types/v1alpha1`, `DiskMatchExpression`.)
        Disk::Type(kind) => match kind.as_str() {
            "ssd" => "!disk.rotational".to_owned(),
            "hdd" => "disk.rotational".to_owned(),
            "sd" => is("disk.transport", "mmc"),
            kind => is("disk.transport", kind),
        },
        Disk::All(parts) => parts.iter().map(self::disk).collect::<Vec<_>>().join(" && "),
    }
}

/// `>= 1.5TB` as `disk.size >= 15u * TB / 10u`: sizes are unsigned there, and units are constants.
fn disk_size(text: &str) -> String {
    let text = text.trim();
    let number_at = text.find(|character: char| !matches!(character, '<' | '>' | '=')).unwrap_or(text.len());
    let (operator, rest) = text.split_at(number_at);
    let operator = if matches!(operator, "" | "=") { "==" } else { operator };
    let rest = rest.trim();
    let unit_at = rest.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(rest.len());
    let (number, unit) = (&rest[..unit_at], rest[unit_at..].trim());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => "",
        "kb" | "k" => " * kB",
        "mb" | "m" => " * MB",
        "gb" | "g" => " * GB",
        "tb" | "t" => " * TB",
        "pb" | "p" => " * PB",
        "eb" | "e" => " * EB",
        "kib" | "ki" => " * KiB",
        "mib" | "mi" => " * MiB",
        "gib" | "gi" => " * GiB",
        "tib" | "ti" => " * TiB",
        "pib" | "pi" => " * PiB",
        "eib" | "ei" => " * EiB",
        // A placeholder: what fills it in has to say it as CEL does.
        _ => return format!("disk.size {operator} {rest}"),
    };
    let digits = if digits.is_empty() { "0" } else { digits };
    let divisor = if fraction.is_empty() { String::new() } else { format!(" / 1{}u", "0".repeat(fraction.len())) };
    format!("disk.size {operator} {digits}u{unit}{divisor}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links() {
        let mac = Mac::Known([2, 0, 0x5e, 0, 0, 0x11]);
        assert_eq!(
            link(&LinkSelector::Mac(mac)).as_deref(),
            Some(r#"mac(link.permanent_addr) == "02:00:5e:00:00:11""#)
        );
        assert_eq!(
            link(&LinkSelector::Mac(Mac::Glob("02:00:5e:*".into()))).as_deref(),
            Some(r#"glob("02:00:5e:*", mac(link.permanent_addr))"#)
        );
        assert_eq!(link(&LinkSelector::Driver("e1000".into())).as_deref(), Some(r#"link.driver == "e1000""#));
        assert_eq!(link(&LinkSelector::KernelName("eth0".into())), None);
    }

    #[test]
    fn disks() {
        let size = |text: &str| disk(&Disk::Size(text.into()));
        assert_eq!(disk(&Disk::Path("/dev/sda".into())), r#"disk.dev_path == "/dev/sda""#);
        assert_eq!(disk(&Disk::Path("/dev/disk/by-id/x".into())), r#""/dev/disk/by-id/x" in disk.symlinks"#);
        assert_eq!(disk(&Disk::Serial(r#"a"b\"#.into())), r#"disk.serial == "a\"b\\""#);
        assert_eq!(disk(&Disk::Model("Samsung*".into())), r#"glob("Samsung*", disk.model)"#);
        assert_eq!(size(">= 100GB"), "disk.size >= 100u * GB");
        assert_eq!(size("<2TB"), "disk.size < 2u * TB");
        assert_eq!(size("1.5TB"), "disk.size == 15u * TB / 10u");
        assert_eq!(size("4096"), "disk.size == 4096u");
        assert_eq!(size("<= 2 tib"), "disk.size <= 2u * TiB");
        assert_eq!(size(">= ${SIZE}"), "disk.size >= ${SIZE}");
    }
}
