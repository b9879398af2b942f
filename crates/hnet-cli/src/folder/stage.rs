//! The stage: a tree in which new contents wait to be renamed into place.
//!
//! It lies in the output folder, since a rename does not leave its file system. Where there is no output
//! folder yet it lies beside its place, and becomes it with one rename. An interrupted build leaves it
//! behind, and the next one removes it. Start at [`Stage::put`].

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::failure::Failure;

/// The stage's name in the output folder; beside its place the folder's name follows.
pub(super) const NAME: &str = ".hnet-stage";

/// Contents that wait. Dropped, it removes what still does.
#[derive(Debug)]
pub(super) struct Stage {
    /// The output folder.
    folder: PathBuf,
    /// The stage.
    path: PathBuf,
    /// Its folders, made with their first file; the empty path is the stage itself.
    made: Mutex<BTreeSet<String>>,
    /// Whether it becomes the output folder, since there is none yet.
    whole: bool,
}

impl Stage {
    /// The stage of a folder, without what an interrupted build left there.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        // Without a dot at its end, which no rename takes.
        let folder: PathBuf = folder.components().collect();
        let within = folder.join(NAME);
        // A path that ends with `..` has no place beside it.
        let beside = folder.file_name().map(|name| {
            let mut own = OsString::from(NAME);
            own.extend([OsStr::new("-"), name]);
            folder.with_file_name(own)
        });
        for path in std::iter::once(&within).chain(&beside) {
            match fs::symlink_metadata(path) {
                Ok(metadata) if metadata.is_dir() => {
                    fs::remove_dir_all(path).map_err(|error| Failure::io("remove", path, &error))?;
                }
                Ok(_) => return Err(Failure::new(format!("`{}` is in the way and is not hnet's", path.display()))),
                Err(_) => {}
            }
        }
        let found = fs::symlink_metadata(&folder);
        let beside = beside.filter(|_| found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound));
        let whole = beside.is_some();
        Ok(Stage { folder, path: beside.unwrap_or(within), made: Mutex::default(), whole })
    }

    /// Whether the stage becomes the output folder, of which nothing is there yet.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Lets a content wait.
    pub(super) fn put(&self, path: &str, text: &str) -> Result<(), Failure> {
        self.make_way(path)?;
        let full = self.path.join(path);
        fs::write(&full, text).map_err(|error| Failure::io("write", &full, &error))
    }

    /// Makes the folders on the way to a file, each once.
    fn make_way(&self, path: &str) -> Result<(), Failure> {
        let mut made = self.made();
        if let (true, Some(around)) = (made.is_empty(), self.path.parent()) {
            fs::create_dir_all(around).map_err(|error| Failure::io("create", around, &error))?;
        }
        for end in std::iter::once(0).chain(path.match_indices('/').map(|(end, _)| end)) {
            let parent = &path[..end];
            if !made.contains(parent) {
                let full = self.path.join(parent);
                fs::create_dir(&full).map_err(|error| Failure::io("create", &full, &error))?;
                made.insert(parent.to_owned());
            }
        }
        Ok(())
    }

    /// Renames what waits under a path, a file or a whole folder, to its place.
    pub(super) fn release(&self, path: &str) -> Result<(), Failure> {
        let to = self.folder.join(path);
        fs::rename(self.path.join(path), &to).map_err(|error| Failure::io("write", &to, &error))
    }

    /// Renames the whole stage to the place of the output folder. Where somebody has put something there
    /// meanwhile, that stays.
    pub(super) fn release_whole(&self) -> Result<(), Failure> {
        fs::rename(&self.path, &self.folder).map_err(|error| Failure::io("write", &self.folder, &error))?;
        self.made().clear();
        Ok(())
    }

    /// Removes the stage.
    pub(super) fn clear(&self) -> Result<(), Failure> {
        if std::mem::take(&mut *self.made()).is_empty() {
            return Ok(());
        }
        fs::remove_dir_all(&self.path).map_err(|error| Failure::io("remove", &self.path, &error))
    }

    fn made(&self) -> MutexGuard<'_, BTreeSet<String>> {
        // What stands there is whole at any time, also after a panic of another thread.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Where a build failed, that is what is said; what cannot be removed is left to the next one.
        let _ = self.clear();
    }
}
