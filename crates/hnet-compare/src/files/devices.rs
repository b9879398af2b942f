//! What devices of machines are called, by whatever selects them. Start at [`nic`].

use crate::Value;

/// What a device is called by what selects it.
pub(super) fn nic(selector: &Value) -> String {
    let mut parts: Vec<String> = selector
        .entries()
        .iter()
        .map(|(key, value)| {
            let value = value.as_str().map_or_else(|| value.line(), str::to_owned);
            match key.as_str() {
                "hardwareAddr" | "permanentAddr" => format!("MAC {}", value.to_ascii_lowercase()),
                "busPath" => format!("bus {value}"),
                key => format!("{key} {value}"),
            }
        })
        .collect();
    parts.sort();
    parts.join(", ")
}

/// What a device is called by the expression that selects it: as [`nic`] does where it says no more than that.
pub(super) fn of_match(expression: &str) -> String {
    let name = |subject: &str| {
        let subject = subject.trim();
        let subject = subject.strip_prefix("mac(").and_then(|inner| inner.strip_suffix(')')).unwrap_or(subject);
        Some(match subject {
            "link.hardware_addr" | "link.permanent_addr" => "MAC",
            "link.bus_path" => "bus",
            "link.driver" => "driver",
            "link.pciid" => "pciID",
            _ => return None,
        })
    };
    let value = |text: &str| Some(text.trim().strip_prefix('"')?.strip_suffix('"')?.to_owned());
    let part = |condition: &str| -> Option<String> {
        let condition = condition.trim();
        match condition {
            "link.type == 1" | "link.physical" => return Some("physical true".to_owned()),
            "link.type != 1" | "!link.physical" => return Some("physical false".to_owned()),
            _ => {}
        }
        let (subject, value) = match condition.strip_prefix("glob(").and_then(|inner| inner.strip_suffix(')')) {
            Some(inner) => {
                let (pattern, subject) = inner.split_once(", ")?;
                (name(subject)?, value(pattern)?)
            }
            None => {
                let (subject, text) = condition.split_once(" == ")?;
                (name(subject)?, value(text)?)
            }
        };
        Some(format!("{subject} {}", if subject == "MAC" { value.to_ascii_lowercase() } else { value }))
    };
    match expression.split("&&").map(part).collect::<Option<Vec<_>>>() {
        Some(mut parts) => {
            parts.sort();
            parts.join(", ")
        }
        None => expression.to_owned(),
    }
}
