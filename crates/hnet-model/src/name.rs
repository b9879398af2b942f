//! Names of things: RFC 1123 labels, since they become host, file and object names.

use std::fmt;

/// A name: 1 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends.
/// Only [`Name::new`] makes one, so a name is safe in paths, YAML, SVG and shell commands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// It has no characters.
    Empty,
    /// It is longer than 63 characters.
    TooLong,
    /// The character at this byte is none of `a-z`, `0-9`, `-`.
    Character(usize),
    /// It starts or ends with a hyphen, at this byte.
    Hyphen(usize),
}

impl Name {
    /// A text as a name.
    ///
    /// # Errors
    /// Says what keeps the text from being an RFC 1123 label.
    pub fn new(text: &str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if let Some(at) = text.bytes().position(|byte| !matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err(NameError::Character(at));
        }
        if text.starts_with('-') {
            return Err(NameError::Hyphen(0));
        }
        if text.ends_with('-') {
            return Err(NameError::Hyphen(text.len() - 1));
        }
        if text.len() > 63 {
            return Err(NameError::TooLong);
        }
        Ok(Name(text.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
