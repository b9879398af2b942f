//! What a build changes, compared with what stands in a folder: both as the clusters get them.
//!
//! The folder may lie in a repository, in which others add namespaces, labels and variables to its files; so the whole
//! clone is read, as `hnet import` and `hnet audit` read it. Start at [`Compared::read`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hnet_compare::files::{Difference, Fate, Unread, in_one_form};
use hnet_diagnostics::{Source, Sources};
use hnet_emit::Context;
use hnet_model::Network;
use hnet_repository::{Change, Side, inner as within};

use crate::failure::Failure;
use crate::folder::STAGE;
use crate::folders::{self, ASIDE, clone_around};
use crate::load::read_source;

/// The largest file that is read and is no YAML, in bytes.
const LARGEST: u64 = 1 << 20;

/// What a build would write into a folder, by paths from it.
pub(crate) struct Build<'a> {
    /// The network.
    pub(crate) network: &'a Network,
    /// What it was read from.
    pub(crate) sources: &'a Sources,
    /// The files that it writes; of those that stay as they are, none need be here.
    pub(crate) written: BTreeMap<String, &'a str>,
    /// The files that it removes.
    pub(crate) removed: BTreeSet<String>,
}

/// Both sides of a comparison.
pub(crate) struct Compared {
    sides: Vec<Side>,
    written: BTreeSet<String>,
    removed: BTreeSet<String>,
    /// What of the folder could not be read.
    pub(crate) unread: Vec<Unread>,
}

impl Compared {
    /// Reads the folder with what it lies in, as it is and as the build would leave it.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub(crate) fn read(folder: &Path, build: Build<'_>) -> Result<Self, Failure> {
        let real = folder.canonicalize().map_err(|error| Failure::io("read", folder, &error))?;
        let root = clone_around(&real).unwrap_or(&real);
        let inner = real.strip_prefix(root).unwrap_or(Path::new("")).to_string_lossy().replace('\\', "/");
        let (there, mut unread) = files(root, &inner)?;
        let below = |path: &String| if inner.is_empty() { path.clone() } else { format!("{inner}/{path}") };
        let Build { network, sources, written, removed } = build;
        let context = Context { network, sources };
        let all: Vec<&str> = network.clusters.iter().map(|cluster| cluster.name.value.as_str()).collect();
        let owners = context.owners();
        let cluster_of = |path: &str| owners.cluster_of(within(path, &inner).unwrap_or(path));
        let change = Change {
            there: &there,
            folder: &inner,
            written: &written.iter().map(|(path, text)| (below(path), *text)).collect(),
            removed: &removed.iter().map(below).collect(),
            // What no cluster is said of is one all the same.
            clusters: if all.is_empty() { &[""] } else { &all },
            cluster_of: &cluster_of,
        };
        let (mut sides, more) = change.sides();
        unread.extend(more);
        for side in &mut sides {
            in_one_form(&mut side.before, &mut side.after);
            // What is laid on both sides is said once.
            let more = side.before.unread.drain(..).chain(side.after.unread.drain(..));
            for one in more {
                if !unread.contains(&one) {
                    unread.push(one);
                }
            }
        }
        Ok(Compared { sides, written: written.into_keys().collect(), removed, unread })
    }

    /// What each of the clusters would get that it does not get now.
    pub(crate) fn differences(&self) -> Vec<Difference<'_>> {
        self.sides.iter().filter_map(|side| side.told(&|path| self.fate(path))).collect()
    }

    /// Why files cannot be taken over: patches are for what stands in them as it is written.
    pub(crate) fn repatched(&self) -> BTreeMap<&str, Vec<String>> {
        let mut files: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for one in self.sides.iter().flat_map(|side| &side.repatched) {
            files.entry(&one.file).or_default().push(one.why.clone());
        }
        files
    }

    /// The files of which it is known what a cluster gets of them, and of how many documents.
    pub(crate) fn covered(&self) -> BTreeMap<String, usize> {
        let mut covered: BTreeMap<String, usize> = BTreeMap::new();
        for side in &self.sides {
            let mut own: BTreeMap<&str, usize> = BTreeMap::new();
            for document in &side.before.all {
                *own.entry(&document.file).or_default() += usize::from(document.kind.group != "helm");
            }
            for (file, count) in own {
                let most = covered.entry(file.to_owned()).or_default();
                *most = count.max(*most);
            }
        }
        covered
    }

    /// What a build would do with a file of the folder.
    fn fate(&self, path: &str) -> Fate {
        if self.written.contains(path) {
            Fate::Rewritten
        } else if self.removed.contains(path) {
            Fate::Removed
        } else {
            Fate::Stays
        }
    }
}

/// The files of a repository, in the order of their paths; and what of a folder in it could not be read. What is no text is
/// there without one.
pub(crate) fn files(root: &Path, folder: &str) -> Result<(Sources, Vec<Unread>), Failure> {
    let mut found = Found::default();
    below(root, "", &mut found);
    found.paths.sort();
    let (mut sources, mut unread) = (Sources::new(), Vec::new());
    // What nobody can read elsewhere in the clone is nothing to the folder.
    for (name, failure) in found.unread {
        match within(&name, folder) {
            Some("") => return Err(failure),
            Some(file) => unread.push(Unread { file: file.to_owned(), line: 1, why: failure.message().to_owned() }),
            None => {}
        }
    }
    for (name, path) in found.paths {
        let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
        let text = match is_yaml {
            true => read_source(&path),
            false => Ok(text(&path).unwrap_or_default()),
        };
        match text {
            Ok(text) => _ = sources.add(Source::new(name, text)),
            Err(failure) => {
                let why = failure.message().to_owned();
                unread.extend(within(&name, folder).map(|file| Unread { file: file.to_owned(), line: 1, why }));
            }
        }
    }
    Ok((sources, unread))
}

/// The text of a file, where it is a small one.
fn text(path: &Path) -> Option<String> {
    let is_small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= LARGEST);
    is_small.then(|| folders::text(path).ok()).flatten()?
}

/// What is in a folder, by paths from it.
#[derive(Default)]
struct Found {
    /// The files.
    paths: Vec<(String, PathBuf)>,
    /// The folders that cannot be read, each with why not.
    unread: Vec<(String, Failure)>,
}

/// The files of a folder and of those below it, by their paths from the first; links are not followed.
fn below(folder: &Path, name: &str, found: &mut Found) {
    if let Err(error) = entries(folder, name, found) {
        found.unread.push((name.to_owned(), Failure::io("read", folder, &error)));
    }
}

fn entries(folder: &Path, name: &str, found: &mut Found) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(own) = entry.file_name().to_str().map(str::to_owned) else { continue };
        let kind = entry.file_type()?;
        // What a build has staged is not there yet.
        if ASIDE.contains(&own.as_str()) || own.starts_with(STAGE) {
            continue;
        }
        let inner = if name.is_empty() { own } else { format!("{name}/{own}") };
        if kind.is_dir() {
            below(&entry.path(), &inner, found);
        } else if kind.is_file() {
            found.paths.push((inner, entry.path()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Found, below};

    #[test]
    fn a_folder_that_cannot_be_read_is_listed() {
        let mut found = Found::default();
        below(Path::new("/there/is/none"), "data", &mut found);
        let names: Vec<&str> = found.unread.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!((names.as_slice(), found.paths.len()), (&["data"][..], 0));
    }
}
