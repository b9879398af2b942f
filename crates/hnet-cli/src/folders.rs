//! What the commands that read whole repositories have in common.

use std::fs;
use std::io;
use std::path::Path;

use crate::failure::Failure;

/// What is no part of a repository's own files.
pub(crate) const ASIDE: [&str; 3] = [".git", "node_modules", ".terraform"];

/// The text of a file, where it is one.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn text(path: &Path) -> Result<Option<String>, Failure> {
    let bytes = fs::read(path).map_err(|error: io::Error| Failure::io("read", path, &error))?;
    Ok(String::from_utf8(bytes).ok().filter(|text| !text.contains('\0')))
}
