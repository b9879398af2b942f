//! Writing files, so that none is left half written.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, shown};

/// Replaces a file in one step, so that it is never half written. Its permissions stay, and where
/// it is a link, what it leads to is replaced. One that has several names is written as it stands: in one step only one
/// of the names would lead to the new text.
pub(crate) fn one(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("write", path, &error);
    let real = path.canonicalize().map_err(failed)?;
    if has_several_names(&real) {
        return fs::write(&real, text).map_err(failed);
    }
    let mut name = real.file_name().map(std::ffi::OsStr::to_owned).unwrap_or_default();
    name.push(format!(".hnet-{}", std::process::id()));
    let staged = real.with_file_name(name);
    let written = fs::write(&staged, text)
        .and_then(|()| fs::set_permissions(&staged, fs::metadata(&real)?.permissions()))
        .and_then(|()| fs::rename(&staged, &real));
    if written.is_err() {
        // The message is about the failure itself; a leftover that cannot be removed adds nothing.
        let _ = fs::remove_file(&staged);
    }
    written.map_err(failed)
}

/// Whether there are hard links to a file.
pub(crate) fn has_several_names(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata(path).is_ok_and(|metadata| metadata.nlink() > 1)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Writes a file in one step, whether it is there or not. Its permissions stay; a link is replaced, not followed.
pub(crate) fn itself(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("write", path, &error);
    let mut name = path.file_name().map(std::ffi::OsStr::to_owned).unwrap_or_default();
    name.push(format!(".hnet-{}", std::process::id()));
    let staged = path.with_file_name(name);
    // Nothing is written through what somebody else has put there.
    let mut file = fs::File::options().write(true).create_new(true).open(&staged).map_err(failed)?;
    let permissions = || match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => fs::set_permissions(&staged, metadata.permissions()),
        _ => Ok(()),
    };
    let written = file.write_all(text.as_bytes()).and_then(|()| permissions()).and_then(|()| fs::rename(&staged, path));
    if written.is_err() {
        // The message is about the failure itself; a leftover that cannot be removed adds nothing.
        let _ = fs::remove_file(&staged);
    }
    written.map_err(failed)
}

/// Writes a file that is not there yet. Where it cannot be written whole, as on a full disk, none is left: it would be
/// in the way of the next try.
pub(crate) fn new(path: &Path, text: &str) -> Result<(), Failure> {
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::io("create", path, &error).help("hnet overwrites no source"),
        _ => Failure::io("create", path, &error),
    };
    let mut file = fs::File::create_new(path).map_err(refused)?;
    let written = file.write_all(text.as_bytes());
    if written.is_err() {
        // The message is about the failure itself; a leftover that cannot be removed adds nothing.
        let _ = fs::remove_file(path);
    }
    written.map_err(|error| Failure::io("write", path, &error))
}

/// Refuses a link that leads out of the folder.
pub(crate) fn inside(path: &Path, folder: &Path) -> Result<(), Failure> {
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let real = folder.canonicalize().map_err(|error| Failure::io("read", folder, &error))?;
    let target = path.canonicalize().map_err(|error| Failure::io("write", path, &error))?;
    if target.starts_with(&real) {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` is a link that leads outside its folder", shown(path)))
        .of(path)
        .help("name the file that it leads to; nothing was changed"))
}

/// Replaces files of a folder. Where a link leads out of the folder none of them is.
pub(crate) fn all(files: &[(PathBuf, &str)], folder: &Path) -> Result<(), Failure> {
    files.iter().try_for_each(|(path, _)| inside(path, folder))?;
    files.iter().try_for_each(|(path, text)| one(path, text))
}
