//! Where the installer of a machine comes from: talhelper makes its place from the schematic, which the image factory knows
//! by the hash of its canonical text. (talhelper 3.1, `GetInstallerURL`; image-factory 1.4, `schematic.ID`.)
//!
//! Start at [`Factory::installer`].

use hnet_manifests::talos::schematic::{METAL, PUBLIC_FACTORY, Schematic};

use super::machines::take;
use crate::Value;

/// How talhelper makes the place of an installer, where nothing is said.
const TEMPLATE: &str = "{{.RegistryURL}}/{{.Mode}}-installer{{if .Secureboot}}-secureboot{{end}}/{{.ID}}:{{.Version}}";

/// Where images come from, and what talhelper makes of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factory {
    registry: String,
    template: String,
}

impl Default for Factory {
    fn default() -> Self {
        Factory { registry: PUBLIC_FACTORY.to_owned(), template: TEMPLATE.to_owned() }
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
        let schematic = match schematic {
            Some(schematic) => schematic_of(schematic)?,
            None => Schematic::default(),
        };
        self.place(&schematic.id()?, mode.unwrap_or(METAL), is_secure)
    }

    /// The registry, where images are named as talhelper names them by itself.
    #[must_use]
    pub fn usual(&self) -> Option<&str> {
        (self.template == TEMPLATE).then_some(&self.registry)
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

/// A schematic of a talconfig; none where it says more than this knows.
#[must_use]
pub fn schematic_of(schematic: &Value) -> Option<Schematic> {
    let mut rest = schematic.clone();
    if let Value::Map(entries) = &mut rest {
        entries.retain(|(key, _)| OF_SCHEMATIC.contains(&key.as_str()));
    }
    let [image, name] = ["image", "name"].map(|key| take(&mut rest, &["overlay", key]).filter(|text| !is_empty(text)));
    let overlay = match (image, name) {
        (None, None) => None,
        // One of them alone makes no image.
        (image, name) => Some((image?.as_str()?.to_owned(), name?.as_str()?.to_owned())),
    };
    let kernel_arguments = texts(&mut rest, &["customization", "extraKernelArgs"])?;
    let extensions = texts(&mut rest, &["customization", "systemExtensions", "officialExtensions"])?;
    let meta = match take(&mut rest, &["customization", "meta"]) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::List(items)) => items.into_iter().map(meta_of).collect::<Option<_>>()?,
        Some(_) => return None,
    };
    is_empty(&rest).then_some(Schematic { overlay, kernel_arguments, meta, extensions })
}

/// A value of the META partition.
fn meta_of(mut item: Value) -> Option<(u8, String)> {
    let [key, value] = ["key", "value"].map(|key| take(&mut item, &[key]));
    let Value::Number(key) = key? else { return None };
    is_empty(&item).then_some((key.parse().ok()?, value?.as_str()?.to_owned()))
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

/// A list of texts, taken out; none where it is another.
fn texts(value: &mut Value, path: &[&str]) -> Option<Vec<String>> {
    match take(value, path) {
        None | Some(Value::Null) => Some(Vec::new()),
        Some(Value::List(items)) => items.iter().map(|item| Some(item.as_str()?.to_owned())).collect(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::FileId;
    use hnet_yaml::Reader;

    use super::schematic_of;
    use crate::Value;

    fn known_by(text: &str) -> Option<String> {
        let value = hnet_yaml::parse(FileId(0), text).root().expect("it is YAML").value();
        schematic_of(&Value::of(&value, Reader::Talos))?.id()
    }

    /// Pairs of schematics and images that people run.
    #[test]
    fn schematics_are_known_by_the_ids_that_people_run() {
        let known = [
            ("{}", "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"),
            (
                "customization: {systemExtensions: {officialExtensions: [siderolabs/qemu-guest-agent]}}",
                "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515",
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
            "customization: {extraKernelArgs: ['1.5']}",
            "overlay: {name: x, image: y, options: {a: b}}",
            "overlay: {name: x}",
            "customization: {meta: [{key: 10, value: a, more: b}]}",
        ] {
            assert_eq!(known_by(text), None, "{text}");
        }
    }
}
