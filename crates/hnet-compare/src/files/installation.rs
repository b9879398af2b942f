//! How a machine is installed, in the core document's words: `UnattendedInstallConfig` says the disk by an expression, and
//! the core document by a path or a selector. Start at [`to_core`].

use super::machines::{Machine, map, put, take};
use crate::Value;

/// The document that says it from Talos 1.14.
const KIND: &str = "UnattendedInstallConfig";

/// What an expression calls a property of a disk, and what a selector calls it. (siderolabs/talos,
/// `pkg/machinery/config/types/v1alpha1`, InstallDiskSelector; `api/resource/definitions/block`, DiskSpec.)
const PROPERTIES: [(&str, &str); 7] = [
    ("disk.serial", "serial"),
    ("disk.model", "model"),
    ("disk.modalias", "modalias"),
    ("disk.uuid", "uuid"),
    ("disk.wwid", "wwid"),
    ("disk.bus_path", "busPath"),
    ("disk.transport", "type"),
];

/// Conditions that are a type of disks. (siderolabs/talos v1.13.9, `types/v1alpha1`, `DiskMatchExpression`.)
const TYPES: [(&str, &str); 3] =
    [("!disk.rotational", "ssd"), ("disk.rotational", "hdd"), ("disk.transport == \"mmc\"", "sd")];

/// Moves what the document says into the core document, where its words say the same.
pub(super) fn to_core(machine: &mut Machine) {
    let key = (KIND.to_owned(), String::new());
    let Some(document) = machine.documents.get_mut(&key) else { return };
    let expression = document.at(&["provisioning", "diskSelector", "match"]).and_then(Value::as_str);
    let disk = expression.and_then(disk_of_expression);
    if let Some((field, disk)) = disk {
        take(document, &["provisioning", "diskSelector", "match"]);
        put(&mut machine.core, &["machine", "install", field], disk);
    }
    if let Some(image) = take(document, &["installer", "image"]) {
        put(&mut machine.core, &["machine", "install", "image"], image);
    }
    if document.entries().is_empty() {
        machine.documents.remove(&key);
    }
}

/// The field of `machine.install` that selects what an expression selects, with its value; none where none does.
#[must_use]
pub fn disk_of_expression(expression: &str) -> Option<(&'static str, Value)> {
    let text = |text: &str| Value::Text(text.to_owned());
    let expression = expression.trim();
    if let Some(path) = expression.strip_prefix("disk.dev_path == ").and_then(unquoted) {
        return Some(("disk", text(&path)));
    }
    if let Some(path) = expression.strip_suffix(" in disk.symlinks").and_then(unquoted) {
        return Some(("disk", text(&path)));
    }
    let property = |condition: &str| {
        let condition = condition.trim();
        if let Some((_, kind)) = TYPES.iter().find(|(own, _)| *own == condition) {
            return Some(("type", (*kind).to_owned()));
        }
        if let Some(size) = condition.strip_prefix("disk.size ") {
            return Some(("size", size_of(size)?));
        }
        let (subject, value) = match condition.strip_prefix("glob(").and_then(|inner| inner.strip_suffix(')')) {
            Some(inner) => {
                let (pattern, subject) = inner.rsplit_once(", ")?;
                (subject, unquoted(pattern)?)
            }
            None => {
                let (subject, value) = condition.split_once(" == ")?;
                (subject, unquoted(value)?)
            }
        };
        let (_, field) = PROPERTIES.iter().find(|(known, _)| *known == subject)?;
        Some((*field, value))
    };
    let all: Vec<(&str, String)> = expression.split("&&").map(property).collect::<Option<_>>()?;
    Some(("diskSelector", map(all.iter().map(|(field, value)| (*field, text(value))))))
}

/// A text in quotes without them.
fn unquoted(text: &str) -> Option<String> {
    let inner = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    Some(inner.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// A size as a selector says it: `>= 100u * GB` is `>= 100GB`.
fn size_of(text: &str) -> Option<String> {
    let (operator, size) = text.split_once(' ')?;
    let (number, unit) = size.split_once(" * ").unwrap_or((size, ""));
    let number = number.strip_suffix('u').filter(|number| number.bytes().all(|byte| byte.is_ascii_digit()))?;
    let known = matches!(unit, "" | "kB" | "MB" | "GB" | "TB" | "KiB" | "MiB" | "GiB" | "TiB");
    known.then(|| format!("{operator} {number}{unit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_fields_where_one_says_the_same() {
        let said = |expression: &str| {
            disk_of_expression(expression).map(|(field, value)| format!("{field}: {}", value.line()))
        };
        assert_eq!(said(r#"disk.dev_path == "/dev/sda""#).as_deref(), Some("disk: /dev/sda"));
        assert_eq!(said(r#""/dev/disk/by-id/x" in disk.symlinks"#).as_deref(), Some("disk: /dev/disk/by-id/x"));
        assert_eq!(said(r#"disk.serial == "a\"b""#).as_deref(), Some(r#"diskSelector: {serial: "a\"b"}"#));
        assert_eq!(
            said(r#"glob("Samsung*", disk.model) && disk.size >= 100u * GB"#).as_deref(),
            Some("diskSelector: {model: Samsung*, size: \">= 100GB\"}")
        );
        assert_eq!(
            said(r#"!disk.rotational && disk.wwid == "eui.1""#).as_deref(),
            Some("diskSelector: {type: ssd, wwid: eui.1}")
        );
        for expression in ["!system_disk", "disk.size >= 15u * TB / 10u", "disk.readonly"] {
            assert_eq!(said(expression), None, "{expression}");
        }
    }
}
