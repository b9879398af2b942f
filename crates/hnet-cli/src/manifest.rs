//! The manifest of a build, `DIR/.hnet-manifest`: which files of the folder are hnet's own, what
//! they held when they were written, and which source they came from.
//!
//! Knows the text form only, no disk. A path may stand with several hashes while a build is under
//! way, so that an interrupted one is recognised. Start at [`Manifest::parse`].

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

/// The manifest's name in the output folder.
pub(crate) const NAME: &str = ".hnet-manifest";

const HEAD: &str = "# hnet wrote the files below; it changes and removes no others. Not to be edited.";

/// Which files hnet wrote, and from what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The root source, relative to the folder, with `/`.
    pub(crate) source: String,
    /// For each file what it may hold if nobody else touched it.
    pub(crate) files: BTreeMap<String, BTreeSet<Hash>>,
}

/// The XXH3 hash of a file, of 64 bits. It tells an edited file from an untouched one; it is no seal
/// against somebody who wants to deceive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Hash(u64);

impl Hash {
    /// The hash of a text.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Hash(xxhash_rust::xxh3::xxh3_64(bytes))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Manifest {
    /// Reads a manifest; the error says which line is wrong.
    ///
    /// # Errors
    /// When a line has another form, or names what is no output: a file outside the folder, or a hidden one.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut manifest = Manifest::default();
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            let wrong = || format!("line {} is not a line of a manifest", at + 1);
            let (first, path) = line.split_once("  ").ok_or_else(wrong)?;
            if first == "source" {
                manifest.source = match path.starts_with('"') {
                    true => serde_json::from_str(path).map_err(|_| wrong())?,
                    false => path.to_owned(),
                };
                continue;
            }
            let hash = u64::from_str_radix(first, 16).map_err(|_| wrong())?;
            if first.len() != 16 || !is_output(path) {
                return Err(wrong());
            }
            manifest.files.entry(path.to_owned()).or_default().insert(Hash(hash));
        }
        Ok(manifest)
    }

    /// The manifest as text, its files in order.
    pub(crate) fn text(&self) -> String {
        // A folder's name may hold line ends. What would not read back as it stands is a string of JSON.
        let source = match self.source.starts_with('"') || self.source.chars().any(char::is_control) {
            true => &serde_json::Value::from(self.source.as_str()).to_string(),
            false => &self.source,
        };
        let mut text = format!("{HEAD}\nsource  {source}\n");
        for (path, hashes) in &self.files {
            for hash in hashes {
                writeln!(text, "{hash}  {path}").expect("a string takes whatever is written");
            }
        }
        text
    }

    /// Whether the file holds what hnet wrote, whatever the ends of its lines.
    pub(crate) fn owns(&self, path: &str, content: &[u8]) -> bool {
        self.files.get(path).is_some_and(|hashes| {
            hashes.contains(&Hash::of(content)) || hashes.contains(&Hash::of(&with_plain_ends(content)))
        })
    }
}

/// A text with the line ends that hnet writes: Git may give a file others when it is checked out.
pub(crate) fn with_plain_ends(content: &[u8]) -> Cow<'_, [u8]> {
    if !content.windows(2).any(|two| two == b"\r\n") {
        return Cow::Borrowed(content);
    }
    let ends = content.iter().zip(content.iter().skip(1).chain([&0]));
    Cow::Owned(ends.filter(|two| *two != (&b'\r', &b'\n')).map(|(sign, _)| *sign).collect())
}

/// Whether a path is relative, leads nowhere up, and is written in the one usual way.
pub(crate) fn is_normal(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', ':'])
        && !path.chars().any(char::is_control)
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// Whether a path may be that of an output: a normal one of which no part is hidden.
pub(crate) fn is_output(path: &str) -> bool {
    is_normal(path) && path.split('/').all(|part| !part.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{Hash, Manifest, is_normal};

    #[test]
    fn a_manifest_reads_back() {
        let mut manifest = Manifest { source: "../network.hnet".to_owned(), ..Manifest::default() };
        manifest.files.entry("docs/a b.md".to_owned()).or_default().insert(Hash::of(b"one"));
        manifest.files.entry("docs/a b.md".to_owned()).or_default().insert(Hash::of(b"two"));
        manifest.files.entry("x.yaml".to_owned()).or_default().insert(Hash::of(b""));
        assert_eq!(Manifest::parse(&manifest.text()), Ok(manifest.clone()));
        assert!(manifest.owns("docs/a b.md", b"two"));
        assert!(!manifest.owns("docs/a b.md", b"three"));
        assert!(!manifest.owns("other", b"two"));
    }

    #[test]
    fn a_source_reads_back_whatever_the_folders_on_the_way_are_called() {
        for source in
            ["../a b.hnet", "a\nb/x.hnet", "\"a\"/x.hnet", "a\\b.hnet", "a\r", "\"\u{85}\n0000000000000001  x"]
        {
            let manifest = Manifest { source: source.to_owned(), ..Manifest::default() };
            assert_eq!(manifest.text().lines().count(), 2, "{source:?}");
            assert_eq!(Manifest::parse(&manifest.text()), Ok(manifest), "{source:?}");
        }
        assert!(Manifest::parse("source  \"no string\n").is_err());
    }

    #[test]
    fn a_manifest_names_no_file_outside_its_folder() {
        for path in ["../x", "/etc/passwd", "a//b", "a/../../b", "", "."] {
            assert!(Manifest::parse(&format!("{:016x}  {path}\n", 1)).is_err(), "{path}");
            assert!(!is_normal(path), "{path}");
        }
        assert!(Manifest::parse("no manifest\n").is_err());
        assert!(is_normal("a/b.yaml") && is_normal(".github/x"));
    }

    #[test]
    fn a_manifest_names_no_hidden_file() {
        for path in [".git/config", ".hnet-manifest", "a/.b/c", "a/.b", "..."] {
            assert!(Manifest::parse(&format!("{:016x}  {path}\n", 1)).is_err(), "{path}");
        }
        assert!(Manifest::parse(&format!("{:016x}  a.b/c.\n", 1)).is_ok());
    }

    /// The values of the reference implementation, so that a manifest outlives a release of the library.
    #[test]
    fn the_hash_is_xxh3() {
        assert_eq!(Hash::of(b""), Hash(0x2d06_8005_38d3_94c2));
        assert_eq!(Hash::of(b"foobar"), Hash(0xd78f_da63_144c_5c84));
        assert_eq!(Hash::of("# hnet\n".repeat(100).as_bytes()), Hash(0xe2d9_9689_cc85_e58b));
    }
}
