//! What the image factory puts into an image, and the hash that it knows this by.
//!
//! The factory answers a schematic with the hash of its canonical text, so that the place of an installer follows from what is
//! in it, without asking. (siderolabs/image-factory v1.4.0, `pkg/schematic`: `Schematic.Marshal`, `Schematic.ID`; the texts
//! are those of go.yaml.in/yaml/v4.) Start at [`Schematic::id`].

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The factory that everybody may use.
pub const PUBLIC_FACTORY: &str = "factory.talos.dev";
/// The platform of a machine of which nothing else is said.
pub const METAL: &str = "metal";

/// What is in an image. What is none or empty is not in the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schematic {
    /// What boards need besides: the image that it is in, and its name.
    pub overlay: Option<(String, String)>,
    /// Further arguments of the kernel.
    pub kernel_arguments: Vec<String>,
    /// Values of the META partition by their keys.
    pub meta: Vec<(u8, String)>,
    /// The extensions of the system.
    pub extensions: Vec<String>,
}

impl Schematic {
    /// The text whose hash the factory knows it by; none where it holds a text of which [`scalar`] does not know how it is
    /// written.
    #[must_use]
    pub fn canonical(&self) -> Option<String> {
        let mut out = String::new();
        if let Some((image, name)) = &self.overlay {
            let _ = writeln!(out, "overlay:\n    image: {}\n    name: {}", scalar(image)?, scalar(name)?);
        }
        let mut inner = String::new();
        if !self.kernel_arguments.is_empty() {
            inner.push_str("    extraKernelArgs:\n");
            for argument in &self.kernel_arguments {
                let _ = writeln!(inner, "        - {}", scalar(argument)?);
            }
        }
        if !self.meta.is_empty() {
            inner.push_str("    meta:\n");
            for (key, value) in &self.meta {
                let _ = writeln!(inner, "        - key: {key}\n          value: {}", scalar(value)?);
            }
        }
        if !self.extensions.is_empty() {
            inner.push_str("    systemExtensions:\n        officialExtensions:\n");
            for name in &self.extensions {
                let _ = writeln!(inner, "            - {}", scalar(name)?);
            }
        }
        match inner.is_empty() {
            true => out.push_str("customization: {}\n"),
            false => _ = write!(out, "customization:\n{inner}"),
        }
        Some(out)
    }

    /// By what the factory knows it, where its text is known.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        let hash = Sha256::digest(self.canonical()?.as_bytes());
        Some(hash.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
}

/// The place of an installer without its tag.
#[must_use]
pub fn installer(factory: &str, platform: &str, is_secure: bool, id: &str) -> String {
    let secure = if is_secure { "-secureboot" } else { "" };
    format!("{factory}/{platform}-installer{secure}/{id}")
}

/// A text as the canonical text of a schematic has it: as it is, or in quotes. None where that is not known: it is not one
/// line of printable ASCII, or may be read as a number of a rarer form.
#[must_use]
pub fn scalar(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    if matches!(lower.as_str(), "" | "~" | "null" | "true" | "false") {
        return is_said_so(text).then(|| format!("\"{text}\""));
    }
    if matches!(lower.as_str(), "yes" | "no" | "on" | "off" | "y" | "n" | "<<") {
        return is_said_so(text).then(|| format!("'{text}'"));
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.len() < 19 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("\"{text}\""));
    }
    let mut bytes = text.bytes();
    let first = bytes.next()?;
    let second = bytes.next();
    let is_numeric = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'+');
    let may_be_number = is_numeric(first) || first == b'-' && second.is_some_and(is_numeric);
    let is_of_numbers = |byte: u8| byte.is_ascii_hexdigit() || b"_.+-:xXoOtTzZinfINFaA ".contains(&byte);
    if may_be_number && text.bytes().all(is_of_numbers) && text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let is_sign = match first {
        b'-' | b'?' | b':' => second.is_none_or(|next| next == b' '),
        first => b",[]{}#&*!|>'\"%@`".contains(&first),
    };
    let needs_quotes = is_sign
        || text.contains(": ")
        || text.contains(" #")
        || text.starts_with(' ')
        || text.ends_with([' ', ':'])
        || text.starts_with("---")
        || text.starts_with("...");
    Some(if needs_quotes { format!("'{}'", text.replace('\'', "''")) } else { text.to_owned() })
}

/// Whether a word of YAML is written in one of the three ways in which it is one.
fn is_said_so(text: &str) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    let is_lower = |text: &str| text.bytes().all(|byte| !byte.is_ascii_uppercase());
    is_lower(text) || is_lower(rest) || text.bytes().all(|byte| !byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Schematic, scalar};

    /// What go.yaml.in/yaml/v4 writes, as the image factory's own package does.
    #[test]
    fn texts_are_written_as_the_factory_writes_them() {
        let own =
            ["net.ifnames=0", "-console", "console=ttyS0,115200", "it's", "a{b}", "a, b", "x\"y", "x\\y", ":a", "="];
        for text in own {
            assert_eq!(scalar(text).as_deref(), Some(text));
        }
        let double = ["1", "-1", "true", "~", "null"];
        for text in double {
            assert_eq!(scalar(text), Some(format!("\"{text}\"")));
        }
        let single = [
            "yes",
            "y",
            "N",
            "off",
            "a: b",
            "a #b",
            "a:",
            "-",
            "- x",
            "?",
            "? x",
            "{a}",
            "@x",
            "`x",
            "%x",
            "*x",
            "|x",
            ",a",
            "#a",
            "---",
            "--- a",
            "...",
            " lead",
            "trail ",
            "<<",
            "\"quoted\"",
        ];
        for text in single {
            assert_eq!(scalar(text), Some(format!("'{text}'")));
        }
        assert_eq!(scalar("'single'").as_deref(), Some("'''single'''"));
        for text in ["1.5", "0x10", "1e3", ".5", "2020-01-01", "1_000", "1:20", "a\tb", "é", "a\nb"] {
            assert_eq!(scalar(text), None, "{text}");
        }
    }

    /// The ids of the image factory's own tests, that of the image which its page offers first, and some that people run.
    #[test]
    fn schematics_are_known_by_the_factorys_ids() {
        let texts = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
        let known = [
            (Schematic::default(), "376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"),
            (
                Schematic { kernel_arguments: texts(&["noapic", "nolapic"]), ..Schematic::default() },
                "9cba8e32753f91a16c1837ab8abf356af021706ef284aef07380780177d9a06c",
            ),
            (
                Schematic {
                    overlay: Some(("siderolabs/sbc-raspberrypi".to_owned(), "rpi_generic".to_owned())),
                    ..Schematic::default()
                },
                "ee21ef4a5ef808a9b7484cc0dda0f25075021691c8c09a276591eedb638ea1f9",
            ),
            (
                Schematic { extensions: texts(&["siderolabs/qemu-guest-agent"]), ..Schematic::default() },
                "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515",
            ),
            (
                Schematic {
                    kernel_arguments: texts(&[
                        "talos.platform=metal",
                        "apparmor=0",
                        "init_on_alloc=0",
                        "init_on_free=0",
                        "talos.auditd.disabled=1",
                        "talos.dashboard.disabled=1",
                        "-selinux",
                        "amd_pstate=active",
                        "mitigations=off",
                        "security=none",
                    ]),
                    extensions: texts(&["siderolabs/amdgpu", "siderolabs/amd-ucode", "siderolabs/nfsrahead"]),
                    ..Schematic::default()
                },
                "1fd419f5873a6e96fcd35ad1f849c02b53578eb39922041b24ab475fccd99780",
            ),
        ];
        for (schematic, id) in known {
            assert_eq!(schematic.id().as_deref(), Some(id), "{schematic:?}");
        }
    }
}
