//! Commands, files, and archives whose bytes depend on what is in them alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

/// The root of the workspace.
pub(super) fn root() -> PathBuf {
    let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    above.unwrap_or(Path::new(".")).to_owned()
}

/// Runs a command; what it prints is shown.
pub(super) fn run(command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{} failed: {status}", shown(command))),
        Err(error) => Err(format!("`{}` cannot be started: {error}", command.get_program().display())),
    }
}

/// Runs a command; what it prints is the answer.
pub(super) fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    match command.output() {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(format!("{} failed: {}", shown(command), String::from_utf8_lossy(&output.stderr).trim())),
        Err(error) => Err(format!("`{}` cannot be started: {error}", command.get_program().display())),
    }
}

/// The same as text.
pub(super) fn text(command: &mut Command) -> Result<String, String> {
    Ok(String::from_utf8_lossy(&output(command)?).trim().to_owned())
}

fn shown(command: &Command) -> String {
    let words = command.get_args().take(4).map(|word| word.to_string_lossy().into_owned());
    format!("`{} {}`", command.get_program().display(), words.collect::<Vec<_>>().join(" "))
}

/// What a file holds.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

/// Writes a file, and its folder where it is not there.
pub(super) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), String> {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, content)).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

/// Copies a file with its rights.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let made = to.parent().map_or(Ok(()), fs::create_dir_all);
    let copied = made.and_then(|()| fs::copy(from, to));
    copied.map(|_| ()).map_err(|error| format!("cannot copy `{}` to `{}`: {error}", from.display(), to.display()))
}

/// An empty folder.
pub(super) fn empty(folder: &Path) -> Result<(), String> {
    let cleared = if folder.exists() { fs::remove_dir_all(folder) } else { Ok(()) };
    cleared
        .and_then(|()| fs::create_dir_all(folder))
        .map_err(|error| format!("cannot empty `{}`: {error}", folder.display()))
}

/// The files of a folder, by their names.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error| format!("cannot read `{}`: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut files =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(failed)?;
    files.retain(|path| path.is_file());
    files.sort();
    Ok(files)
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What lies in a folder as an archive, all of one time and of nobody.
pub(super) fn tar(folder: &Path, epoch: u64) -> Result<Vec<u8>, String> {
    let same = ["--sort=name", "--format=ustar", "--owner=0", "--group=0", "--numeric-owner", "--mode=go-w"];
    let mut command = Command::new("tar");
    command.args(same).arg(format!("--mtime=@{epoch}")).arg("-C").arg(folder);
    // Names are given, so that no archive has a member `./`.
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    output(command.arg("-cf").arg("-").args(names))
}

/// Packs a file; no name and no time go in.
pub(super) fn gzip(file: &Path) -> Result<Vec<u8>, String> {
    output(Command::new("gzip").args(["-n", "-9", "-c"]).arg(file))
}
