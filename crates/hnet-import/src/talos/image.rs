//! The installer of a machine, where a talconfig says what is in it: talhelper makes its place from the schematic, which
//! the image factory knows by the hash of its canonical text. (talhelper 3.1, `GetInstallerURL`; image-factory 1.4,
//! `schematic.ID`.)
//!
//! Start at [`lift`].

use std::fmt::Write as _;

use hnet_diagnostics::Span;
use hnet_syntax::tree::Comment;
use hnet_yaml::{Reader, Value};
use sha2::{Digest, Sha256};

use crate::make::nested;
use crate::report::Report;
use crate::say::{self, Piece};
use crate::take::{leaves, take, take_text};

/// Where images come from, and what talhelper makes of that.
#[derive(Clone, Debug)]
pub(crate) struct Factory {
    registry: String,
    template: String,
    is_default: bool,
}

impl Default for Factory {
    fn default() -> Self {
        Factory {
            registry: "factory.talos.dev".to_owned(),
            template: "{{.RegistryURL}}/{{.Mode}}-installer{{if .Secureboot}}-secureboot{{end}}/{{.ID}}:{{.Version}}"
                .to_owned(),
            is_default: true,
        }
    }
}

impl Factory {
    /// The factory that a talconfig names; what decides an installer's place is taken out.
    pub(crate) fn take(talconfig: &mut Value, report: &mut Report) -> Factory {
        let mut factory = Factory::default();
        for (key, into) in [("registryURL", &mut factory.registry), ("installerURLTmpl", &mut factory.template)] {
            if let Some(text) = take_text(talconfig, &["imageFactory", key]).filter(|text| !text.text.is_empty()) {
                *into = text.text;
                factory.is_default = false;
                report.of("talconfig").typed += 1;
            }
        }
        factory
    }

    /// The place of an installer without its tag; none where the template does more than this knows.
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

/// The installer of a machine that says a schematic or how it boots, and no image of its own. What is said is taken out.
pub(crate) fn lift(machine: &mut Value, factory: &Factory, has_documents: bool, report: &mut Report) -> Vec<Piece> {
    leave_out_unknown(machine, report);
    let schematic = machine.get("schematic").cloned();
    // Talos up to 1.11 passes kernel arguments on from its own configuration, where talhelper writes them as well.
    let boots_uki = machine.at(&["machineSpec", "useUKI"]).and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let arguments = schematic.as_ref().and_then(|own| own.at(&["customization", "extraKernelArgs"]));
    let arguments = arguments.filter(|list| !has_documents && !boots_uki && !list.items().is_empty());
    let arguments = arguments.map(|list| nested(&["machine", "install", "extraKernelArgs"], list.clone()));
    let Some(found) = installer(machine, factory, report) else { return Vec::new() };
    let patch = arguments.map(|raw| Piece { fields: 0, ..super::settings::raw_only(raw) });
    found.into_iter().chain(patch).collect()
}

/// Lists what stands in a schematic and talhelper does not read.
fn leave_out_unknown(machine: &mut Value, report: &mut Report) {
    let Some(schematic) = machine.get_mut("schematic").and_then(Value::as_map_mut) else { return };
    let is_known = |key: &str| matches!(key, "owner" | "overlay" | "customization");
    let unknown: Vec<String> = schematic.keys().filter(|key| !is_known(key)).map(ToString::to_string).collect();
    for key in unknown {
        if let Some(field) = schematic.shift_remove(key.as_str()) {
            report.of("talconfig").unread += leaves(&field.value).max(1);
            report.unread(field.key.span(), format!("`{key}` is no key of a schematic"));
        }
    }
}

/// The installer as a field, where it is not the one that talhelper takes by itself; none where it is not known.
fn installer(machine: &mut Value, factory: &Factory, report: &mut Report) -> Option<Option<Piece>> {
    let schematic = machine.get("schematic").cloned();
    let place = schematic.as_ref().or_else(|| machine.get("machineSpec")).map_or(machine.span, |own| own.span);
    let text = match &schematic {
        Some(schematic) => canonical(schematic)?,
        None => EMPTY.to_owned(),
    };
    let mode = machine.str_at(&["machineSpec", "mode"]).unwrap_or("metal").to_owned();
    let is_secure = machine.at(&["machineSpec", "secureboot"]).and_then(|on| on.as_bool(Reader::Talos)) == Some(true);
    let image = factory.place(&id(&text), &mode, is_secure)?;
    let mut fields = 0;
    for path in [["schematic", ""].as_slice(), &["machineSpec", "mode"], &["machineSpec", "secureboot"]] {
        let path: Vec<&str> = path.iter().copied().filter(|key| !key.is_empty()).collect();
        fields += take(machine, &path).map_or(0, |field| leaves(&field.value).max(1));
    }
    if text == EMPTY && factory.is_default && mode == "metal" && !is_secure {
        // It is what talhelper takes where nothing is said.
        report.of("talconfig").typed += fields;
        return Some(None);
    }
    let comments = schematic.as_ref().map(|schematic| notes(schematic, place)).unwrap_or_default();
    Some(Some(Piece::new(say::field("image", &image, place).under(comments), fields)))
}

/// What is in an image, for those who read only its hash.
fn notes(schematic: &Value, place: Span) -> Vec<Comment> {
    let of = |path: &[&str], called: &str| {
        let items = schematic.at(path).map(Value::items).unwrap_or_default();
        let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
        (!texts.is_empty()).then(|| say::note(&format!("{called}: {}", texts.join(", ")), place))
    };
    let overlay = schematic.str_at(&["overlay", "name"]);
    let overlay = overlay.map(|name| say::note(&format!("overlay: {name}"), place));
    let lists = [
        of(&["customization", "systemExtensions", "officialExtensions"], "extensions"),
        of(&["customization", "extraKernelArgs"], "kernel arguments"),
        overlay,
    ];
    lists.into_iter().flatten().collect()
}

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
    for key in ["image", "name"] {
        if let Some(text) = take_text(&mut rest, &["overlay", key]) {
            if out.is_empty() {
                out.push_str("overlay:\n");
            }
            let _ = writeln!(out, "    {key}: {}", plain(&text.text)?);
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
    let mut is_all = true;
    rest.leaves(&mut |_, leaf| is_all &= crate::take::is_empty(leaf));
    if !is_all {
        return None;
    }
    out.push_str(&if inner.is_empty() { EMPTY.to_owned() } else { format!("customization:\n{inner}") });
    Some(out)
}

/// A list of texts, taken out; none where one of them would be written in quotes.
fn texts(value: &mut Value, path: &[&str]) -> Option<Vec<String>> {
    let Some(field) = take(value, path) else { return Some(Vec::new()) };
    field.value.items().iter().map(|item| plain(item.as_str()?)).collect()
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

    use super::{canonical, id};

    fn known_by(text: &str) -> Option<String> {
        let value = hnet_yaml::parse(FileId(0), text).root().expect("it is YAML").value();
        canonical(&value).map(|text| id(&text))
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
