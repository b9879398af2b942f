//! What a source says and a build does not write, compared with the repository that the source lies in.
//!
//! The comparison is that of `hnet`; this finds the repository and reads it, which is done only where something is said
//! and not written. Start at [`look`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use hnet::{Around, Compilation, Options, Unwritten};

use crate::compared;
use crate::folder::manifest_text;
use crate::folders::{clone_around, relative};
use crate::manifest::Manifest;

/// Adds to what is found in a project of a folder where it says something else than what is live. `output` is the folder
/// that is asked for, instead of the one that the source names.
pub(crate) fn look(compilation: &mut Compilation, project: &Path, output: Option<&Path>, options: &Options) {
    let Some(network) = &compilation.network else { return };
    let Some(unwritten) = Unwritten::of(network, &compilation.sources) else { return };
    let said = network.output.folder.as_ref().map(|folder| project.join(&folder.value));
    let output = output.map(Path::to_owned).or(said);
    let Some((root, inner)) = repository(output.as_deref(), project) else {
        let found = unwritten.slips();
        return compilation.add(found, options);
    };
    // What cannot be read is not known, and so nothing is said of it here.
    let Ok((files, _)) = compared::files(&root, "") else { return };
    let ours: BTreeSet<String> = inner.iter().flat_map(|inner| ours(&root, inner)).collect();
    let folder = if project.as_os_str().is_empty() { Path::new(".") } else { project };
    let called = |path: &str| relative(folder, &root.join(path)).unwrap_or_else(|_| path.to_owned());
    let around = Around { files: &files, ours: &ours, called: &called };
    let found = unwritten.findings(&around, &mut compilation.sources);
    compilation.add(found, options);
}

/// The clone that the output lies in, or else the source, with the path of the output in it; an output in no clone is by
/// itself.
fn repository(output: Option<&Path>, project: &Path) -> Option<(PathBuf, Option<String>)> {
    let real = |path: &Path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        path.canonicalize().ok().filter(|path| path.is_dir())
    };
    let clone = |path: &Path| clone_around(path).map(Path::to_owned);
    let output = output.and_then(real);
    let project = real(project);
    let root = output.as_deref().and_then(clone).or_else(|| project.as_deref().and_then(clone)).or(output.clone())?;
    let inner = output.as_ref().and_then(|output| output.strip_prefix(&root).ok());
    let inner = inner.map(|inner| inner.to_string_lossy().replace('\\', "/"));
    Some((root, inner))
}

/// The files that hnet wrote into a folder, by paths from the root.
fn ours(root: &Path, inner: &str) -> Vec<String> {
    let manifest = manifest_text(&root.join(inner)).ok().and_then(|text| Manifest::parse(&text).ok());
    let below = |path: String| if inner.is_empty() { path } else { format!("{inner}/{path}") };
    manifest.unwrap_or_default().files.into_keys().map(below).collect()
}
