//! The output folder: what a build would change in it, and changing it without leaving half a tree.
//!
//! Knows files and their contents, nothing of networks. [`Plan::new`] only reads; it finds every
//! file that hnet must not touch before anything is written. [`Plan::apply`] first writes all new
//! contents beside the tree and then renames them into it, so that whoever reads a file sees the
//! old or the new one, and a full disk leaves everything as it was.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::manifest::{self, Hash, Manifest};

/// The folder in which new contents wait to be renamed into place. An interrupted build leaves it
/// behind, the next one removes it.
const STAGE: &str = ".hnet-stage";

/// What a build would change.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    folder: PathBuf,
    before: Manifest,
    after: Manifest,
    manifest_differs: bool,
    /// Files that are not there yet.
    pub(crate) missing: Vec<&'a str>,
    /// Files that hold something else, written by hnet.
    pub(crate) different: Vec<&'a str>,
    /// Files that hold what they should.
    pub(crate) unchanged: usize,
    /// Files that hnet wrote and the source no longer asks for.
    pub(crate) stale: Vec<String>,
    /// Files in the way that are not hnet's to touch, each with what it is.
    pub(crate) conflicts: Vec<(String, Conflict)>,
    contents: BTreeMap<&'a str, &'a str>,
}

/// Why a file is not to be touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Conflict {
    /// It is none of hnet's.
    Foreign,
    /// hnet wrote it and somebody changed it.
    Edited,
    /// A folder or a device stands where a file should be, or a file where a folder should be.
    NotAFile,
    /// A symbolic link on the way, which might lead out of the folder.
    Link,
}

impl Conflict {
    /// What is said of the file.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Conflict::Foreign => "was not written by hnet",
            Conflict::Edited => "was edited since hnet wrote it",
            Conflict::NotAFile => "is in the way and is no file",
            Conflict::Link => "is a symbolic link, which hnet does not follow",
        }
    }

    /// Whether `--force` may overwrite it.
    fn forcible(self) -> bool {
        matches!(self, Conflict::Foreign | Conflict::Edited)
    }
}

impl<'a> Plan<'a> {
    /// Compares the folder with what it should hold. `source` is the root source relative to the
    /// folder. With `force`, files that hnet did not write count as different instead of in the way.
    ///
    /// # Errors
    /// When a path leads out of the folder, the manifest is damaged, or something cannot be read.
    pub(crate) fn new(
        folder: &Path,
        source: String,
        contents: BTreeMap<&'a str, &'a str>,
        force: bool,
    ) -> Result<Self, Failure> {
        if let Some(path) = contents.keys().find(|path| !manifest::is_normal(path) || path.starts_with(".hnet-")) {
            return Err(Failure::new(format!("the output `{path}` would not lie in its folder")));
        }
        let (before, old_text) = read_manifest(folder, force)?;
        let mut after = Manifest { source, files: BTreeMap::new() };
        for (path, text) in &contents {
            after.files.insert((*path).to_owned(), BTreeSet::from([Hash::of(text.as_bytes())]));
        }
        let manifest_differs = old_text.as_deref() != Some(after.text().as_str());
        let mut plan = Plan {
            folder: folder.to_owned(),
            before,
            after,
            manifest_differs,
            missing: Vec::new(),
            different: Vec::new(),
            unchanged: 0,
            stale: Vec::new(),
            conflicts: Vec::new(),
            contents,
        };
        plan.compare(force)?;
        Ok(plan)
    }

    /// Whether the folder holds what it should and nothing of hnet's besides, and its manifest, where
    /// it has one, says so.
    pub(crate) fn is_settled(&self) -> bool {
        !self.is_manifest_outdated()
            && self.missing.is_empty()
            && self.different.is_empty()
            && self.stale.is_empty()
            && self.conflicts.is_empty()
    }

    /// Whether there is a manifest that says something else than it should.
    pub(crate) fn is_manifest_outdated(&self) -> bool {
        self.manifest_differs && !self.before.files.is_empty()
    }

    fn compare(&mut self, force: bool) -> Result<(), Failure> {
        let mut ways = Ways { folder: self.folder.clone(), seen: BTreeMap::new() };
        let contents: Vec<(&'a str, &'a str)> = self.contents.iter().map(|(path, text)| (*path, *text)).collect();
        for (path, text) in contents {
            if let Some((parent, conflict)) = ways.conflict(path)? {
                self.conflicts.push((parent, conflict));
                continue;
            }
            match self.found(path)? {
                Found::Nothing => self.missing.push(path),
                Found::File(content) if content == text.as_bytes() => self.unchanged += 1,
                Found::File(content) if force || self.before.owns(path, &content) => self.different.push(path),
                Found::File(_) if self.before.files.contains_key(path) => {
                    self.conflicts.push((path.to_owned(), Conflict::Edited));
                }
                Found::File(_) => self.conflicts.push((path.to_owned(), Conflict::Foreign)),
                Found::Other(conflict) => self.conflicts.push((path.to_owned(), conflict)),
            }
        }
        let stale: Vec<String> =
            self.before.files.keys().filter(|path| !self.contents.contains_key(path.as_str())).cloned().collect();
        for path in stale {
            // A way that is blocked by a link or a file means that the stale file is gone.
            if ways.conflict(&path)?.is_some() {
                continue;
            }
            match self.found(&path)? {
                Found::Nothing | Found::Other(_) => {}
                Found::File(content) if force || self.before.owns(&path, &content) => self.stale.push(path),
                Found::File(_) => self.conflicts.push((path, Conflict::Edited)),
            }
        }
        self.conflicts.sort_by(|a, b| a.0.cmp(&b.0));
        self.conflicts.dedup();
        Ok(())
    }

    /// What stands at a path whose folders are known to be sound.
    fn found(&self, path: &str) -> Result<Found, Failure> {
        let full = self.folder.join(path);
        let kind = match fs::symlink_metadata(&full) {
            Ok(metadata) => metadata.file_type(),
            Err(error) if is_absent(&error) => return Ok(Found::Nothing),
            Err(error) => return Err(Failure::io("read", &full, &error)),
        };
        if kind.is_symlink() {
            return Ok(Found::Other(Conflict::Link));
        }
        if !kind.is_file() {
            return Ok(Found::Other(Conflict::NotAFile));
        }
        fs::read(&full).map(Found::File).map_err(|error| Failure::io("read", &full, &error))
    }

    /// Why the build must not touch the folder; none where it may.
    pub(crate) fn refusal(&self) -> Option<Failure> {
        let count = match self.conflicts.as_slice() {
            [] => return None,
            [_] => "a file is".to_owned(),
            many => format!("{} files are", many.len()),
        };
        let mut message = format!("{count} in the way; nothing was written");
        for (path, conflict) in &self.conflicts {
            message.push_str(&format!("\n  {}: {}", self.folder.join(path).display(), conflict.sentence()));
        }
        let failure = Failure::new(message);
        let it = if self.conflicts.len() == 1 { "it" } else { "them" };
        Some(match self.conflicts.iter().all(|(_, conflict)| conflict.forcible()) {
            true => failure.help(format!("move {it} away, or overwrite {it} with `--force`")),
            false => failure.help(format!("move {it} away")),
        })
    }

    /// Makes the folder hold what it should.
    ///
    /// # Errors
    /// When something is in the way, or cannot be written.
    pub(crate) fn apply(&self) -> Result<(), Failure> {
        if let Some(refusal) = self.refusal() {
            return Err(refusal);
        }
        let changed: Vec<&str> = self.missing.iter().chain(&self.different).copied().collect();
        let stage = self.folder.join(STAGE);
        let leftover = fs::symlink_metadata(&stage).is_ok();
        if changed.is_empty() && self.stale.is_empty() && !self.manifest_differs && !leftover {
            return Ok(());
        }
        fs::create_dir_all(&self.folder).map_err(|error| Failure::io("create", &self.folder, &error))?;
        if leftover {
            remove_stage(&stage)?;
        }
        fs::create_dir(&stage).map_err(|error| Failure::io("create", &stage, &error))?;
        let done = self.write_and_rename(&stage, &changed);
        let cleared = remove_stage(&stage);
        done.and(cleared)
    }

    fn write_and_rename(&self, stage: &Path, changed: &[&str]) -> Result<(), Failure> {
        let staged = |number: usize| stage.join(number.to_string());
        let write = |path: &Path, text: &str| fs::write(path, text).map_err(|error| Failure::io("write", path, &error));
        for (number, path) in changed.iter().enumerate() {
            write(&staged(number), self.contents[path])?;
        }
        // From here on a file may be the old or the new one. Both are hnet's own, also for the
        // next build if this one is interrupted.
        let mut both = self.after.clone();
        for (path, hashes) in &self.before.files {
            both.files.entry(path.clone()).or_default().extend(hashes);
        }
        let (interim, last) = (staged(changed.len()), staged(changed.len() + 1));
        write(&interim, &both.text())?;
        write(&last, &self.after.text())?;
        let rename = |from: &Path, path: &str| {
            let to = self.folder.join(path);
            fs::rename(from, &to).map_err(|error| Failure::io("write", &to, &error))
        };
        rename(&interim, manifest::NAME)?;
        let parents: BTreeSet<&str> = changed.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
        for parent in parents {
            let parent = self.folder.join(parent);
            fs::create_dir_all(&parent).map_err(|error| Failure::io("create", &parent, &error))?;
        }
        for (number, path) in changed.iter().enumerate() {
            rename(&staged(number), path)?;
        }
        for path in &self.stale {
            let full = self.folder.join(path);
            fs::remove_file(&full).map_err(|error| Failure::io("remove", &full, &error))?;
            self.remove_empty_parents(path);
        }
        rename(&last, manifest::NAME)
    }

    /// Removes the folders that a removed file leaves empty. One that is not empty stays.
    fn remove_empty_parents(&self, path: &str) {
        let mut rest = path;
        while let Some((parent, _)) = rest.rsplit_once('/') {
            if fs::remove_dir(self.folder.join(parent)).is_err() {
                return;
            }
            rest = parent;
        }
    }
}

/// What stands where a file should be.
enum Found {
    Nothing,
    File(Vec<u8>),
    Other(Conflict),
}

/// The folders on the way to files, each looked at once.
struct Ways {
    folder: PathBuf,
    seen: BTreeMap<String, Option<Conflict>>,
}

impl Ways {
    /// The first folder on the way to a file that is none, or that leads elsewhere.
    fn conflict(&mut self, path: &str) -> Result<Option<(String, Conflict)>, Failure> {
        for (end, _) in path.match_indices('/') {
            let parent = &path[..end];
            let conflict = match self.seen.get(parent) {
                Some(known) => *known,
                None => {
                    let conflict = self.look(parent)?;
                    self.seen.insert(parent.to_owned(), conflict);
                    conflict
                }
            };
            if let Some(conflict) = conflict {
                return Ok(Some((parent.to_owned(), conflict)));
            }
        }
        Ok(None)
    }

    fn look(&self, parent: &str) -> Result<Option<Conflict>, Failure> {
        let full = self.folder.join(parent);
        match fs::symlink_metadata(&full) {
            Ok(metadata) if metadata.is_symlink() => Ok(Some(Conflict::Link)),
            Ok(metadata) if !metadata.is_dir() => Ok(Some(Conflict::NotAFile)),
            Ok(_) => Ok(None),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(Failure::io("read", &full, &error)),
        }
    }
}

/// Whether nothing stands at a path, also because a part of it is no folder.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The manifest of a folder and its text; an empty one where there is none. With `force` a damaged
/// one counts as none.
fn read_manifest(folder: &Path, force: bool) -> Result<(Manifest, Option<String>), Failure> {
    let path = folder.join(manifest::NAME);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if is_absent(&error) => return Ok((Manifest::default(), None)),
        Err(error) => return Err(Failure::io("read", &path, &error)),
    };
    match Manifest::parse(&text) {
        Ok(manifest) => Ok((manifest, Some(text))),
        Err(_) if force => Ok((Manifest::default(), None)),
        Err(reason) => Err(Failure::new(format!("the manifest `{}` is damaged: {reason}", path.display()))
            .help("build with `--force` to write it anew")),
    }
}

/// Removes what an interrupted build left: numbered files and nothing else.
fn remove_stage(stage: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("remove", stage, &error);
    if !fs::symlink_metadata(stage).map_err(failed)?.is_dir() {
        return Err(Failure::new(format!("`{}` is in the way and is not hnet's", stage.display())));
    }
    for entry in fs::read_dir(stage).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_name().to_string_lossy().bytes().all(|byte| byte.is_ascii_digit()) {
            fs::remove_file(entry.path()).map_err(failed)?;
        }
    }
    fs::remove_dir(stage).map_err(failed)
}

#[cfg(test)]
mod tests;
