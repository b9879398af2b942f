//! The output folder: what stands in it against what should, and changing it without leaving half a tree.
//!
//! Knows files and their contents, nothing of networks. [`Folder::compare`] finds every file that hnet
//! must not touch, and puts what would change into the [`stage`], a tree of its own beside what people
//! read; several threads may compare at once. Only [`Plan::apply`], in `plan.rs`, changes a file: it renames
//! what is staged into place, so that whoever reads a file sees the old or the new one, and takes that
//! back where it cannot go on, so that a full disk or a folder that refuses leaves everything as it was.

mod plan;
mod stage;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hnet_compare::files::Meaning;
use hnet_diagnostics::render::plain_line;

use self::stage::Stage;
use crate::failure::{Failure, shown};
use crate::manifest::{self, Hash, Manifest};

pub(crate) use self::plan::Plan;
pub(crate) use self::stage::NAME as STAGE;

/// What a folder is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To say what a build would change.
    Look,
    /// To change it.
    Write,
}

/// An output folder as a build finds it.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Whether files that hnet did not write count as different instead of in the way.
    force: bool,
    /// The files of the folder that the network is read from.
    sources: BTreeSet<String>,
    before: Manifest,
    /// The manifest as it is written; none where there is none.
    before_text: Option<String>,
    /// Where new contents wait; none where nothing is to be written.
    stage: Option<Stage>,
}

/// How files differ from those of a folder.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Files that are not there yet.
    missing: Vec<String>,
    /// Files that hold something else, written by hnet.
    different: Vec<String>,
    /// Files that hold what they should.
    unchanged: usize,
    /// Files that are not hnet's to touch, each with what it is.
    conflicts: Vec<(String, Conflict)>,
    /// What files of others say against what they should.
    meanings: Vec<(String, Meaning)>,
    /// Files that are overwritten although they are not hnet's to touch.
    forced: Vec<(String, Conflict)>,
    /// What each file should hold.
    pub(crate) hashes: Vec<(String, Hash)>,
    /// The folders on the way to them, each looked at once.
    ways: BTreeMap<String, Way>,
}

/// A folder on the way to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// It is there.
    Sound,
    /// It is not there, and so nothing is that would lie in it.
    Absent,
    /// Something else is there.
    Blocked(Conflict),
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
    /// The network itself is read from it.
    Source,
    /// A kustomization knows what stands in it as it is written.
    Patched,
}

impl Conflict {
    /// What is said of the file.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Conflict::Foreign => "was not written by hnet",
            Conflict::Edited => "was edited since hnet wrote it",
            Conflict::NotAFile => "is in the way and is no file",
            Conflict::Link => "is a symbolic link, which hnet does not follow",
            Conflict::Source => "is what the network is read from",
            Conflict::Patched => "is known to a kustomization as it is written",
        }
    }

    /// Whether `--force` may overwrite it.
    fn forcible(self) -> bool {
        matches!(self, Conflict::Foreign | Conflict::Edited | Conflict::Patched)
    }
}

impl Folder {
    /// Opens a folder, which need not be there yet. To write to it removes what an interrupted build left.
    ///
    /// # Errors
    /// When the manifest is damaged, or something cannot be read or removed.
    pub(crate) fn open(path: &Path, force: bool, purpose: Purpose, sources: BTreeSet<String>) -> Result<Self, Failure> {
        if fs::metadata(path).is_ok_and(|there| !there.is_dir()) {
            return Err(Failure::new(format!("`{}` is a file, and the output wants a folder", shown(path))).of(path));
        }
        // Before all else, so that nothing that is looked at belongs to another build.
        let stage = match purpose {
            Purpose::Look => None,
            Purpose::Write => Some(Stage::of(path)?),
        };
        let (before, before_text) = read_manifest(path, force)?;
        Ok(Folder { path: path.to_owned(), force, sources, before, before_text, stage })
    }

    /// Compares a file with what the folder holds, and stages it where it differs.
    ///
    /// # Errors
    /// When its path leads out of the folder or is hidden, or something cannot be read or staged.
    pub(crate) fn compare(&self, path: &str, text: &str, into: &mut Changes) -> Result<(), Failure> {
        if !manifest::is_output(path) {
            let path = plain_line(path);
            return Err(Failure::new(format!("the output `{path}` would not lie in its folder")));
        }
        into.hashes.push((path.to_owned(), Hash::of(text.as_bytes())));
        let found = if self.stage.as_ref().is_some_and(Stage::is_whole) {
            Found::Nothing
        } else {
            match self.way(path, &mut into.ways)? {
                Ok(Way::Absent) => Found::Nothing,
                Ok(_) => self.found(path)?,
                Err(conflict) => {
                    into.conflicts.push(conflict);
                    return Ok(());
                }
            }
        };
        let conflict = match found {
            Found::File(_) if self.sources.contains(path) => Some(Conflict::Source),
            Found::File(content)
                if manifest::with_plain_ends(&content) == manifest::with_plain_ends(text.as_bytes()) =>
            {
                into.unchanged += 1;
                return Ok(());
            }
            Found::Nothing => {
                into.missing.push(path.to_owned());
                None
            }
            Found::File(content) if self.before.owns(path, &content) => {
                into.different.push(path.to_owned());
                None
            }
            Found::File(content) => self.of_others(path, content, text, into),
            Found::Other(conflict) => Some(conflict),
        };
        match (conflict, &self.stage) {
            (Some(conflict), _) => into.conflicts.push((path.to_owned(), conflict)),
            (None, Some(stage)) => stage.put(path, text)?,
            (None, None) => {}
        }
        Ok(())
    }

    /// What becomes of a file that somebody else wrote or changed.
    fn of_others(&self, path: &str, content: Vec<u8>, text: &str, into: &mut Changes) -> Option<Conflict> {
        let is_edited = self.before.files.contains_key(path);
        let conflict = if is_edited { Conflict::Edited } else { Conflict::Foreign };
        let held = String::from_utf8(content).ok().filter(|_| is_yaml(path));
        let meaning = held.map(|held| Meaning::of(path, &held, text));
        // What was hnet's and was changed is for its owner to look at, also where it says the same.
        let is_taken = !is_edited && matches!(meaning, Some(Meaning::Same { .. }));
        into.meanings.extend(meaning.map(|meaning| (path.to_owned(), meaning)));
        if !is_taken && !self.force {
            return Some(conflict);
        }
        if !is_taken {
            into.forced.push((path.to_owned(), conflict));
        }
        into.different.push(path.to_owned());
        None
    }

    /// Whether the way to a file is there, or the first folder on it that is none, or that leads elsewhere.
    fn way(&self, path: &str, ways: &mut BTreeMap<String, Way>) -> Result<Result<Way, (String, Conflict)>, Failure> {
        for (end, _) in path.match_indices('/') {
            let parent = &path[..end];
            let way = match ways.get(parent) {
                Some(known) => *known,
                None => {
                    let way = look(&self.path.join(parent))?;
                    ways.insert(parent.to_owned(), way);
                    way
                }
            };
            match way {
                Way::Sound => {}
                Way::Absent => return Ok(Ok(Way::Absent)),
                Way::Blocked(conflict) => return Ok(Err((parent.to_owned(), conflict))),
            }
        }
        Ok(Ok(Way::Sound))
    }

    /// What stands at a path whose folders are known to be sound.
    fn found(&self, path: &str) -> Result<Found, Failure> {
        let full = self.path.join(path);
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
}

/// Whether a file holds YAML by its name.
pub(crate) fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

/// What stands where a file should be.
enum Found {
    Nothing,
    File(Vec<u8>),
    Other(Conflict),
}

fn look(folder: &Path) -> Result<Way, Failure> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_symlink() => Ok(Way::Blocked(Conflict::Link)),
        Ok(metadata) if !metadata.is_dir() => Ok(Way::Blocked(Conflict::NotAFile)),
        Ok(_) => Ok(Way::Sound),
        Err(error) if is_absent(&error) => Ok(Way::Absent),
        Err(error) => Err(Failure::io("read", folder, &error)),
    }
}

/// Whether nothing stands at a path, also because a part of it is no folder.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// The text of a folder's manifest. What is no plain file is not opened: a pipe would wait for whoever writes to it, and a
/// link might lead out of the folder.
pub(crate) fn manifest_text(folder: &Path) -> io::Result<String> {
    let path = folder.join(manifest::NAME);
    match fs::symlink_metadata(&path)?.is_file() {
        true => fs::read_to_string(&path),
        false => Err(io::Error::other("it is no plain file")),
    }
}

/// The manifest of a folder and its text; an empty one where there is none. With `force` a damaged
/// one counts as none.
fn read_manifest(folder: &Path, force: bool) -> Result<(Manifest, Option<String>), Failure> {
    let path = folder.join(manifest::NAME);
    let text = match manifest_text(folder) {
        Ok(text) => text,
        Err(error) if is_absent(&error) => return Ok((Manifest::default(), None)),
        Err(error) => return Err(Failure::io("read", &path, &error)),
    };
    match Manifest::parse(&text) {
        Ok(manifest) => Ok((manifest, Some(text))),
        Err(_) if force => Ok((Manifest::default(), None)),
        Err(reason) => Err(Failure::new(format!("the manifest `{}` is damaged: {reason}", shown(&path)))
            .of(&path)
            .help("get it back from version control; `--force` writes it anew, and overwrites files that were edited since")),
    }
}

#[cfg(test)]
mod tests;
