//! Where the installer of a machine comes from: talhelper makes its place from the schematic, which the image factory knows
//! by the hash of its canonical text. (talhelper 3.1, `GetInstallerURL`; image-factory 1.4, `schematic.ID`.)
//!
//! Start at [`Factory::installer`].

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::machines::take;
use crate::Value;

/// Where images come from, and what talhelper makes of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factory {
    registry: String,
    template: String,
}

impl Default for Factory {
    fn default() -> Self {
        Factory {
            registry: "factory.talos.dev".to_owned(),
            template: "{{.RegistryURL}}/{{.Mode}}-installer{{if .Secureboot}}-secureboot{{end}}/{{.ID}}:{{.Version}}"
                .to_owned(),
        }
    }
}

impl Factory {
    /// The factory that a talconfig names, by the fields of `imageFactory`; what is empty says nothing.
    #[must_use]
    pub fn named(registry: Option<&str>, template: Option<&str>) -> Factory {
        let Factory { registry: usual, template: shape } = Factory::default();
        let or = |said: Option<&str>, usual: String| said.filter(|said| !said.is_empty()).map_or(usual, str::to_owned);
        Factory { registry: or(registry, usual), template: or(template, shape) }
    }

    /// The place of an installer without its tag, of a schematic that may not be said. None where the schematic says more than
    /// this knows, or the template does more.
    #[must_use]
    pub fn installer(&self, schematic: Option<&Value>, mode: Option<&str>, is_secure: bool) -> Option<String> {
        let text = match schematic {
            Some(schematic) => canonical(schematic)?,
            None => EMPTY.to_owned(),
        };
        self.place(&id(&text), mode.unwrap_or("metal"), is_secure)
    }

    fn place(&self, id: &str, mode: &str, is_secure: bool) -> Option<String> {
        let secure = if is_secure { "-secureboot" } else { "" };
        let parts = [
            ("{{.RegistryURL}}", self.registry.as_str()),
            ("{{.Mode}}", mode),
            ("{{.ID}}", id),
            ("{{if .Secureboot}}-secureboot{{end}}", secure),
        ];
        let place =
            parts.iter().fold(self.template.replace("{{ ", "{{").replace(" }}", "}}"), |place, (part, text)| {
                place.replace(part, text)
            });
        let place = place.strip_suffix(":{{.Version}}")?;
        (!place.contains("{{")).then(|| place.to_owned())
    }
}

/// The keys of a schematic; talhelper reads no others.
pub const OF_SCHEMATIC: [&str; 3] = ["owner", "overlay", "customization"];

/// The canonical text of a schematic that says nothing.
const EMPTY: &str = "customization: {}\n";

/// By what the image factory knows a schematic.
fn id(canonical: &str) -> String {
    Sha256::digest(canonical.as_bytes()).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The text whose hash a schematic is known by: its fields in their order, without those that say nothing. None where it
/// says more than this knows, or a text that YAML would write otherwise than as it is.
fn canonical(schematic: &Value) -> Option<String> {
    let mut out = String::new();
    let mut rest = schematic.clone();
    if let Value::Map(entries) = &mut rest {
        entries.retain(|(key, _)| OF_SCHEMATIC.contains(&key.as_str()));
    }
    for key in ["image", "name"] {
        if let Some(text) = take(&mut rest, &["overlay", key]).filter(|text| !is_empty(text)) {
            if out.is_empty() {
                out.push_str("overlay:\n");
            }
            let _ = writeln!(out, "    {key}: {}", plain(text.as_str()?)?);
        }
    }
    let mut inner = String::new();
    let args = texts(&mut rest, &["customization", "extraKernelArgs"])?;
    if !args.is_empty() {
        inner.push_str("    extraKernelArgs:\n");
        args.iter().for_each(|arg| _ = writeln!(inner, "        - {arg}"));
    }
    let extensions = texts(&mut rest, &["customization", "systemExtensions", "officialExtensions"])?;
    if !extensions.is_empty() {
        inner.push_str("    systemExtensions:\n        officialExtensions:\n");
        extensions.iter().for_each(|name| _ = writeln!(inner, "            - {name}"));
    }
    if !is_empty(&rest) {
        return None;
    }
    out.push_str(&if inner.is_empty() { EMPTY.to_owned() } else { format!("customization:\n{inner}") });
    Some(out)
}

/// Whether nothing is said.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::List(items) => items.iter().all(is_empty),
        Value::Map(entries) => entries.iter().all(|(_, value)| is_empty(value)),
        _ => false,
    }
}

/// A list of texts, taken out; none where one of them would be written in quotes.
fn texts(value: &mut Value, path: &[&str]) -> Option<Vec<String>> {
    match take(value, path) {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::List(items)) => items.iter().map(|item| plain(item.as_str()?)).collect(),
        Some(_) => None,
    }
}

/// A text that YAML writes as it is.
fn plain(text: &str) -> Option<String> {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._/=,:+-@%".contains(&byte);
    let mut bytes = text.bytes();
    let first = bytes.next()?;
    let starts =
        first.is_ascii_alphabetic() || first == b'-' && bytes.next().is_some_and(|next| next.is_ascii_alphabetic());
    let is_word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str());
    (starts && !is_word && !text.ends_with(':') && text.bytes().all(is_safe)).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::FileId;
    use hnet_yaml::Reader;

    use super::{canonical, id};
    use crate::Value;

    fn known_by(text: &str) -> Option<String> {
        let value = hnet_yaml::parse(FileId(0), text).root().expect("it is YAML").value();
        canonical(&Value::of(&value, Reader::Talos)).map(|text| id(&text))
    }

    /// The ids of the image factory's own tests, and that of the image which its page offers first.
    #[test]
    fn schematics_are_known_by_the_factorys_ids() {
        let known = [
            ("{}", "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"),
            (
                "customization: {extraKernelArgs: [noapic, nolapic], systemExtensions: {}}",
                "9cba8e32753f91a16c1837ab8abf356af021706ef284aef07380780177d9a06c",
            ),
            (
                "overlay: {name: rpi_generic, image: siderolabs/sbc-raspberrypi}",
                "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9",
            ),
        ];
        for (text, id) in known {
            assert_eq!(known_by(text).as_deref(), Some(id), "{text}");
        }
    }

    /// What is not known whole has no id.
    #[test]
    fn what_is_not_known_has_no_id() {
        for text in [
            "customization: {secureboot: {includeWellKnownCertificates: true}}",
            "customization: {extraKernelArgs: ['a: b']}",
            "customization: {extraKernelArgs: ['1']}",
            "overlay: {name: x, image: y, options: {a: b}}",
        ] {
            assert_eq!(known_by(text), None, "{text}");
        }
    }
}
