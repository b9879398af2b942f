//! The stage: a tree in which new contents wait to be renamed into place.
//!
//! It lies in the output folder, since a rename does not leave its file system. Where there is no output
//! folder yet it lies beside its place, and becomes it with one rename. A build holds a lock on its stage
//! where the system can lock folders; an interrupted one leaves it behind, and the next one removes it.
//! Start at [`Stage::put`].

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

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
    /// The stage, locked, once it is made.
    lock: OnceLock<File>,
}

impl Stage {
    /// The stage of a folder, without what an interrupted build left there.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        // Without a dot at its end, which no rename takes.
        let folder: PathBuf = folder.components().collect();
        let within = folder.join(NAME);
        if folder.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(NAME.as_bytes())) {
            return Err(Failure::new(format!(
                "`{}` is the name of a folder that hnet makes and removes",
                folder.display()
            )));
        }
        // A path that ends with `..` has no place beside it.
        let beside = folder.file_name().map(|name| {
            let mut own = OsString::from(NAME);
            own.extend([OsStr::new("-"), name]);
            folder.with_file_name(own)
        });
        let found = fs::symlink_metadata(&folder);
        let absent = found.is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        if let Some(beside) = &beside {
            // Where there is an output folder, nothing is to be put beside it.
            let cleared = clear_away(beside);
            if absent {
                cleared?;
            }
        }
        clear_away(&within)?;
        let beside = beside.filter(|_| absent);
        let whole = beside.is_some();
        let path = beside.unwrap_or(within);
        Ok(Stage { folder, path, made: Mutex::default(), whole, lock: OnceLock::new() })
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
        for end in std::iter::once(0).chain(path.match_indices('/').map(|(end, _)| end)) {
            let parent = &path[..end];
            if !made.contains(parent) {
                let full = if parent.is_empty() { self.path.clone() } else { self.path.join(parent) };
                // The stage itself is made once: where it is gone, it is another build's to make.
                let create = if parent.is_empty() { make(&full) } else { fs::create_dir(&full) };
                create.map_err(|error| Failure::io("create", &full, &error))?;
                if parent.is_empty() {
                    self.lock(&full)?;
                }
                made.insert(parent.to_owned());
            }
        }
        Ok(())
    }

    /// Locks the stage that was just made, where the system can.
    fn lock(&self, stage: &Path) -> Result<(), Failure> {
        let Ok(opened) = File::open(stage) else { return Ok(()) };
        if let Err(TryLockError::WouldBlock) = opened.try_lock() {
            return Err(another_build(stage));
        }
        // A stage is made once.
        let _ = self.lock.set(opened);
        Ok(())
    }

    /// Renames what waits under a path, a file or a whole folder, to its place.
    pub(super) fn release(&self, path: &str) -> Result<(), Failure> {
        let to = self.folder.join(path);
        fs::rename(self.path.join(path), &to).map_err(|error| Failure::io("write", &to, &error))
    }

    /// Renames the whole stage to the place of the output folder. Where somebody has put something there
    /// meanwhile, that stays; an empty folder gives way.
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

/// Makes a folder that is not there, and where they are missing those around it.
fn make(folder: &Path) -> io::Result<()> {
    match (fs::create_dir(folder), folder.parent()) {
        (Err(error), Some(around)) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(around)?;
            fs::create_dir(folder)
        }
        (made, _) => made,
    }
}

/// Removes the stage that an interrupted build left; one that a build works on is an error.
fn clear_away(stage: &Path) -> Result<(), Failure> {
    match fs::symlink_metadata(stage) {
        Ok(metadata) if metadata.is_dir() => {
            let locked = File::open(stage).map(|opened| opened.try_lock());
            if let Ok(Err(TryLockError::WouldBlock)) = locked {
                return Err(another_build(stage));
            }
            fs::remove_dir_all(stage).map_err(|error| Failure::io("remove", stage, &error))
        }
        Ok(_) => Err(Failure::new(format!("`{}` is in the way and is not hnet's", stage.display()))),
        Err(_) => Ok(()),
    }
}

fn another_build(stage: &Path) -> Failure {
    Failure::new(format!("another build is under way in `{}`", stage.display()))
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Where a build failed, that is what is said; what cannot be removed is left to the next one.
        let _ = self.clear();
    }
}
