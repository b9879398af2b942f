//! What the commands that read whole repositories have in common, and the paths between folders.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

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

/// The clone of a repository that a folder lies in, or is.
pub(crate) fn clone_around(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(".git").exists())
}

/// The path from a folder, which need not exist yet, to a file, with `/`.
///
/// # Errors
/// When nobody knows where this is.
pub(crate) fn relative(folder: &Path, file: &Path) -> Result<String, Failure> {
    let real = |path: &Path| Ok::<_, Failure>(canonical(&absolute(path)?));
    let (folder, file) = (real(folder)?, real(file)?);
    let (mut up, mut down) = (folder.components().peekable(), file.components().peekable());
    while up.peek().is_some() && up.peek() == down.peek() {
        up.next();
        down.next();
    }
    let mut parts: Vec<String> = up.map(|_| "..".to_owned()).collect();
    parts.extend(down.map(|part| part.as_os_str().to_string_lossy().into_owned()));
    Ok(parts.join("/"))
}

/// A path from the root, whether or not something is there.
///
/// # Errors
/// When nobody knows where this is.
pub(crate) fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path).map_err(|error| Failure::io("find", path, &error))
}

/// The path with its links followed as far as it exists, and the rest of it written plainly.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.components().next_back()) {
        (Some(parent), Some(Component::ParentDir)) => {
            let mut real = canonical(parent);
            real.pop();
            real
        }
        (Some(parent), Some(last)) => canonical(parent).join(last),
        _ => path.to_owned(),
    }
}
