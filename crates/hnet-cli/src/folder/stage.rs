//! The stage: a tree in which new contents wait to be renamed into place, and old ones until all is done.
//!
//! It lies in the output folder, since a rename does not leave its file system. Where there is no output
//! folder yet it lies beside its place, and becomes it with one rename. A build makes its stage before it looks
//! at anything and holds a lock on it, where the system can lock folders, so that of two builds one is refused;
//! what an interrupted one left in it goes. Start at [`Stage::put`].

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::failure::{Failure, shown};
use crate::manifest;
use crate::replace::has_several_names;

/// The stage's name in the output folder; beside its place the folder's name follows.
pub(crate) const NAME: &str = ".hnet-stage";

/// The folder of the stage with what stood in the output folder before. No output has a path like that.
const OLD: &str = ".hnet-old";

/// The file by which a folder is known for a stage of hnet's. No output has a path like that.
const MARK: &str = ".hnet-stage";

/// How often a stage is made that others remove meanwhile, before that is taken for a build under way.
const TRIES: usize = 16;

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
    /// The lock on it, or why it could not be made: no matter before there is something to write.
    held: io::Result<Held>,
}

/// A stage that was made, locked where the system can lock folders.
#[derive(Debug)]
struct Held {
    /// Locked as long as it is open.
    _lock: Option<File>,
}

impl Stage {
    /// The stage of a folder, without what an interrupted build left there.
    pub(super) fn of(folder: &Path) -> Result<Self, Failure> {
        // Without a dot at its end, which no rename takes.
        let folder: PathBuf = folder.components().collect();
        if folder.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(NAME.as_bytes())) {
            return Err(Failure::new(format!(
                "`{}` is the name of a folder that hnet makes and removes",
                shown(&folder)
            ))
            .of(&folder));
        }
        let absent = || fs::symlink_metadata(&folder).is_err_and(|error| error.kind() == io::ErrorKind::NotFound);
        // A path that ends with `..` has no place beside it.
        let beside = folder.file_name().map(|name| {
            let mut own = OsString::from(NAME);
            own.extend([OsStr::new("-"), name]);
            folder.with_file_name(own)
        });
        if let Some(beside) = beside.filter(|beside| absent() || fs::symlink_metadata(beside).is_ok()) {
            let held = Stage::hold(&folder, beside, true);
            // Asked again, since another build may have put the folder in its place just before. What was left beside
            // a folder that is there goes; what is in use or is not hnet's does no harm.
            if absent() {
                return held;
            }
        }
        let within = folder.join(NAME);
        Stage::hold(&folder, within, false)
    }

    fn hold(folder: &Path, path: PathBuf, whole: bool) -> Result<Self, Failure> {
        let held = hold(&path)?;
        let made = held.is_ok().then(String::new).into_iter().collect();
        Ok(Stage { folder: folder.to_owned(), path, made: Mutex::new(made), whole, held })
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
        if let Err(error) = &self.held {
            return Err(Failure::io("create", &self.path, error));
        }
        let mut made = self.made();
        for (end, _) in path.match_indices('/') {
            let parent = &path[..end];
            if !made.contains(parent) {
                let full = self.path.join(parent);
                fs::create_dir(&full).map_err(|error| Failure::io("create", &full, &error))?;
                made.insert(parent.to_owned());
            }
        }
        Ok(())
    }

    /// Renames what waits under a path, a file or a whole folder, to its place. The permissions of a file that is there
    /// stay.
    pub(super) fn release(&self, path: &str) -> Result<(), Failure> {
        let (from, to) = (self.path.join(path), self.folder.join(path));
        let permitted = match fs::symlink_metadata(&to) {
            Ok(there) if there.is_file() => fs::set_permissions(&from, there.permissions()),
            _ => Ok(()),
        };
        permitted.and_then(|()| fs::rename(from, &to)).map_err(|error| Failure::io("write", &to, &error))
    }

    /// Takes back what was released.
    pub(super) fn take_back(&self, path: &str) -> Result<(), Failure> {
        let from = self.folder.join(path);
        fs::rename(&from, self.path.join(path)).map_err(|error| Failure::io("remove", &from, &error))
    }

    /// Puts what waits in the place of a file, and keeps what that holds. One with several names is written as it
    /// stands: in one step only one of the names would lead to the new text.
    pub(super) fn replace(&self, path: &str) -> Result<(), Failure> {
        let (place, kept) = self.old(path)?;
        let has_several_names = has_several_names(&place);
        // Not all file systems can give a file a second name.
        let second_name = if has_several_names { Err(()) } else { fs::hard_link(&place, &kept).map_err(drop) };
        let done = second_name.or_else(|()| fs::copy(&place, &kept).map(drop));
        done.map_err(|error| Failure::io("read", &place, &error))?;
        if !has_several_names {
            return self.release(path);
        }
        let written = fs::read(self.path.join(path)).and_then(|text| fs::write(&place, text));
        written.map_err(|error| match fs::copy(&kept, &place) {
            Ok(_) => Failure::io("write", &place, &error),
            Err(further) => Failure::io("write", &place, &error).and(&format!("what it held is lost: {further}")),
        })
    }

    /// Takes a file out of the output folder, and keeps it.
    pub(super) fn set_aside(&self, path: &str) -> Result<(), Failure> {
        let (from, to) = self.old(path)?;
        fs::rename(&from, to).map_err(|error| Failure::io("remove", &from, &error))
    }

    /// Puts back what was kept.
    pub(super) fn put_back(&self, path: &str) -> Result<(), Failure> {
        let (to, from) = self.old(path)?;
        let done = if has_several_names(&to) { fs::copy(from, &to).map(drop) } else { fs::rename(from, &to) };
        done.map_err(|error| Failure::io("write", &to, &error))
    }

    /// The place of a file in the output folder, and the place where it is kept.
    fn old(&self, path: &str) -> Result<(PathBuf, PathBuf), Failure> {
        let kept = format!("{OLD}/{path}");
        self.make_way(&kept)?;
        Ok((self.folder.join(path), self.path.join(kept)))
    }

    /// Renames the whole stage to the place of the output folder. Where somebody has put something there
    /// meanwhile, that stays; an empty folder gives way.
    pub(super) fn release_whole(&self) -> Result<(), Failure> {
        // With the manifest in it, it is known for hnet's also if this is the last that is done.
        let renamed = fs::remove_file(self.path.join(MARK)).and_then(|()| fs::rename(&self.path, &self.folder));
        renamed.map_err(|error| Failure::io("write", &self.folder, &error))?;
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

/// Makes a stage, or takes over the one that an interrupted build left, and locks it; the inner error is why it
/// cannot be made.
fn hold(stage: &Path) -> Result<io::Result<Held>, Failure> {
    for _ in 0..TRIES {
        if let Err(error) = make(stage) {
            if error.kind() != io::ErrorKind::AlreadyExists {
                return Ok(Err(error));
            }
            match fs::symlink_metadata(stage) {
                Ok(there) if there.is_dir() => {}
                Ok(_) => {
                    return Err(not_ours(stage));
                }
                // Its build has just ended.
                Err(_) => continue,
            }
        }
        let lock = match File::open(stage) {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            // Not every system opens folders.
            Err(_) => return take_over(stage).map(|()| Ok(Held { _lock: None })),
        };
        if let Err(TryLockError::WouldBlock) = lock.try_lock() {
            return Err(another_build(stage));
        }
        // A build removes its stage before it lets go of the lock, so this may be the lock on one that is gone.
        if is_at(&lock, stage) {
            return take_over(stage).map(|()| Ok(Held { _lock: Some(lock) }));
        }
    }
    Err(another_build(stage))
}

/// Whether an open folder is the one that stands at a path.
#[cfg(unix)]
fn is_at(opened: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let id = |of: io::Result<fs::Metadata>| of.ok().map(|of| (of.dev(), of.ino()));
    id(opened.metadata()).is_some_and(|own| Some(own) == id(fs::symlink_metadata(path)))
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}

fn not_ours(stage: &Path) -> Failure {
    Failure::new(format!("`{}` is in the way and is not hnet's", shown(stage)))
        .of(stage)
        .help("move it away: hnet makes a folder of that name and removes it")
}

/// Removes all that an interrupted build left in its stage, and marks it. What is not marked is somebody else's, unless
/// nothing is in it, or a build was interrupted when all was done but for the stage's new name.
fn take_over(stage: &Path) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("empty", stage, &error);
    let mark = stage.join(MARK);
    let is_there = |path: &Path| fs::symlink_metadata(path).is_ok();
    if !is_there(&mark)
        && !is_there(&stage.join(manifest::NAME))
        && fs::read_dir(stage).map_err(failed)?.next().is_some()
    {
        return Err(not_ours(stage));
    }
    let take = || {
        fs::write(&mark, "")?;
        for entry in fs::read_dir(stage)? {
            let entry = entry?;
            if entry.file_name() == MARK {
                continue;
            }
            if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }?;
        }
        Ok(())
    };
    take().map_err(failed)
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

fn another_build(stage: &Path) -> Failure {
    Failure::new(format!("another build is under way in `{}`", shown(stage))).of(stage)
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Where a build failed, that is what is said; what cannot be removed is left to the next one.
        let _ = self.clear();
    }
}
