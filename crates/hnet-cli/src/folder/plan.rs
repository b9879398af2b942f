//! What a build would change in its folder, and changing it.
//!
//! Start at [`Folder::plan`], which is asked when all files were compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use hnet_compare::files::Meaning;
use hnet_diagnostics::render::plain_line;

use super::stage::Stage;
use super::{Changes, Conflict, Folder, Found, is_absent};
use crate::failure::{Failure, shown, tidy};
use crate::manifest::{self, Manifest};

/// The most files that a message names.
const MOST_SHOWN: usize = 3;

/// What a build would change.
#[derive(Debug)]
pub(crate) struct Plan {
    folder: PathBuf,
    force: bool,
    before: Manifest,
    after: Manifest,
    /// The manifest after the build, as text.
    pub(crate) manifest: String,
    manifest_differs: bool,
    stage: Option<Stage>,
    /// Files that are not there yet.
    pub(crate) missing: Vec<String>,
    /// Files that hold something else, written by hnet.
    pub(crate) different: Vec<String>,
    /// Files that hold what they should.
    pub(crate) unchanged: usize,
    /// Files that hnet wrote and the source no longer asks for.
    pub(crate) stale: Vec<String>,
    /// Files in the way that are not hnet's to touch, each with what it is.
    pub(crate) conflicts: Vec<(String, Conflict)>,
    /// What files of others say against what they should.
    pub(crate) meanings: BTreeMap<String, Meaning>,
    /// Files that are overwritten although they are not hnet's to touch.
    pub(crate) forced: BTreeMap<String, Conflict>,
}

impl Folder {
    /// What making the folder hold exactly the compared files would change. `source` is the root
    /// source relative to the folder.
    ///
    /// # Errors
    /// When something cannot be read.
    pub(crate) fn plan(self, source: String, changes: Vec<Changes>) -> Result<Plan, Failure> {
        let mut all = Changes::default();
        let mut after = Manifest { source, files: BTreeMap::new() };
        for part in changes {
            after.files.extend(part.hashes.into_iter().map(|(path, hash)| (path, BTreeSet::from([hash]))));
            all.missing.extend(part.missing);
            all.different.extend(part.different);
            all.unchanged += part.unchanged;
            all.conflicts.extend(part.conflicts);
            all.meanings.extend(part.meanings);
            all.forced.extend(part.forced);
            all.ways.extend(part.ways);
        }
        let mut stale = Vec::new();
        for path in self.before.files.keys().filter(|path| !after.files.contains_key(path.as_str())) {
            // A way that is blocked by a link or a file means that the stale file is gone.
            if self.way(path, &mut all.ways)?.is_err() {
                continue;
            }
            match self.found(path)? {
                Found::Nothing | Found::Other(_) => {}
                // It may be a source by now.
                Found::File(_) if self.sources.contains(path) => {}
                Found::File(content) if self.force || self.before.owns(path, &content) => {
                    stale.push(path.clone());
                    if !self.before.owns(path, &content) {
                        all.forced.push((path.clone(), Conflict::Edited));
                    }
                }
                Found::File(_) => all.conflicts.push((path.clone(), Conflict::Edited)),
            }
        }
        let manifest = after.text();
        let manifest_differs = self.before_text.as_deref() != Some(manifest.as_str());
        all.missing.sort();
        all.different.sort();
        all.conflicts.sort_by(|a, b| a.0.cmp(&b.0));
        all.conflicts.dedup();
        Ok(Plan {
            folder: self.path,
            force: self.force,
            before: self.before,
            after,
            manifest,
            manifest_differs,
            stage: self.stage,
            missing: all.missing,
            different: all.different,
            unchanged: all.unchanged,
            stale,
            conflicts: all.conflicts,
            meanings: all.meanings.into_iter().collect(),
            forced: all.forced.into_iter().collect(),
        })
    }
}

impl Plan {
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

    /// The source whose build the folder holds, where that is another one than this and would lose something by it.
    /// One that is no longer there was renamed or moved, and its files go with it.
    pub(crate) fn other_source(&self) -> Option<PathBuf> {
        let loses = !(self.stale.is_empty() && self.different.is_empty());
        let is_other = !self.before.source.is_empty() && self.before.source != self.after.source;
        let other = (loses && is_other && !self.force).then(|| self.folder.join(&self.before.source))?;
        other.is_file().then_some(other)
    }

    /// That the folder is another source's.
    fn not_ours(&self, other: &Path) -> Failure {
        let title = format!("`{}` is what `{}` writes; nothing was written", shown(&self.folder), shown(&tidy(other)));
        let lost = self.stale.iter().map(|path| (path, "would be removed"));
        let lost = lost.chain(self.different.iter().map(|path| (path, "would be overwritten")));
        let failure = lost.take(MOST_SHOWN).fold(Failure::new(title), |failure, (path, sentence)| {
            failure.because_of(&self.folder.join(path), sentence)
        });
        failure.help(format!(
            "write to another folder; `--force` takes this one, of whose files {} go and {} change",
            self.stale.len(),
            self.different.len()
        ))
    }

    /// Why the build must not touch the folder; none where it may.
    pub(crate) fn refusal(&self) -> Option<Failure> {
        if let Some(other) = self.other_source() {
            return Some(self.not_ours(&other));
        }
        let count = match self.conflicts.as_slice() {
            [] => return None,
            [_] => "a file is".to_owned(),
            many => format!("{} files are", many.len()),
        };
        let failure = (self.conflicts.iter())
            .fold(Failure::new(format!("{count} in the way; nothing was written")), |failure, (path, conflict)| {
                failure.because_of(&self.folder.join(path), &self.sentence(path, *conflict))
            });
        let it = if self.conflicts.len() == 1 { "it" } else { "them" };
        if self.conflicts.iter().any(|(_, conflict)| *conflict == Conflict::Source) {
            return Some(failure.help("write elsewhere: `output` names the places of all parts"));
        }
        if self.conflicts.iter().any(|(_, conflict)| *conflict == Conflict::Patched) {
            return Some(
                failure.help("let the patch name the object as the build writes it, or leave the file to its owner"),
            );
        }
        if !self.conflicts.iter().all(|(_, conflict)| conflict.forcible()) {
            return Some(failure.help(format!("move {it} away")));
        }
        let is_removed = |(path, _): &(String, Conflict)| !self.after.files.contains_key(path);
        let removed = self.conflicts.iter().filter(|conflict| is_removed(conflict)).count();
        Some(match removed {
            0 => match self.gone() {
                Some(gone) => {
                    let files = if self.conflicts.len() == 1 { "the file" } else { "the files" };
                    failure.help(format!(
                        "say in the source what it lacks, or leave {files} out of `output`; `--force` overwrites {it} \
                         and drops {gone}"
                    ))
                }
                None => failure.help(format!("move {it} away, or overwrite {it} with `--force`")),
            },
            all if all == self.conflicts.len() => failure
                .help(format!("the source no longer asks for {it}: move {it} away, or remove {it} with `--force`")),
            _ => failure.help(format!(
                "move {it} away; `--force` overwrites those that the source asks for, and removes the others"
            )),
        })
    }

    /// What the files in the way hold that would go with them; none where that is nothing, or is not known.
    fn gone(&self) -> Option<String> {
        let differing = || {
            self.conflicts.iter().filter_map(|(path, _)| match self.meanings.get(path) {
                Some(Meaning::Differs(lines)) => Some(lines),
                _ => None,
            })
        };
        // Whole objects before fields, in whichever file.
        let objects = differing().flatten().filter_map(|line| removed(line));
        let mut all: Vec<String> = objects.map(|object| plain_line(object).into_owned()).collect();
        for lines in differing() {
            let mut of = "";
            for line in lines.iter().map(|line| line.trim()) {
                if let Some(object) = line.strip_prefix("change ") {
                    of = object;
                } else if let Some((field, _)) = line.split_once(": no longer ") {
                    let of = if of.is_empty() { String::new() } else { format!(" of {}", plain_line(of)) };
                    all.push(format!("`{}`{of}", plain_line(field)));
                }
            }
        }
        let more = all.len().saturating_sub(MOST_SHOWN);
        all.truncate(MOST_SHOWN);
        if more > 0 {
            all.push(format!("{more} more"));
        }
        let last = all.pop()?;
        Some(if all.is_empty() { last } else { format!("{} and {last}", all.join(", ")) })
    }

    /// Judges the files of others by what they mean to those who get them: one that means the same is taken over.
    ///
    /// # Errors
    /// When something cannot be staged.
    pub(crate) fn judge<'t>(
        &mut self,
        meaning: impl Fn(&str, &Meaning, &str) -> Option<(Meaning, Conflict)>,
        text: impl Fn(&str) -> Option<&'t str>,
    ) -> Result<(), Failure> {
        for (path, known) in &mut self.meanings {
            // What was hnet's and was changed is for its owner to look at.
            if self.before.files.contains_key(path) {
                continue;
            }
            let Ok(held) = fs::read_to_string(self.folder.join(path)) else { continue };
            let Some((found, conflict)) = meaning(path, known, &held) else { continue };
            let was_same = matches!(known, Meaning::Same { .. });
            *known = found;
            if matches!(known, Meaning::Differs(_)) {
                if self.force {
                    self.forced.insert(path.clone(), conflict);
                    continue;
                }
                if was_same {
                    self.different.retain(|other| other != path);
                }
                self.conflicts.retain(|(other, _)| other != path);
                self.conflicts.push((path.clone(), conflict));
                continue;
            }
            self.forced.remove(path);
            let waiting = self.conflicts.len();
            self.conflicts.retain(|(other, _)| other != path);
            if self.conflicts.len() == waiting {
                continue;
            }
            self.different.push(path.clone());
            if let (Some(stage), Some(text)) = (&self.stage, text(path)) {
                stage.put(path, text)?;
            }
        }
        self.different.sort();
        self.conflicts.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(())
    }

    /// What is said of a file that is in the way, on one line.
    pub(crate) fn sentence(&self, path: &str, conflict: Conflict) -> String {
        let Some(Meaning::Differs(lines)) = self.meanings.get(path) else { return conflict.sentence().to_owned() };
        if conflict == Conflict::Patched {
            return format!("{}: {}", conflict.sentence(), plain_line(&lines.join("; ")));
        }
        // What goes is named whatever else there is.
        let is_gone = |line: &&String| removed(line).is_some();
        let gone = lines.iter().filter(is_gone).count();
        let others = lines.iter().filter(|line| !is_gone(line)).take(MOST_SHOWN.saturating_sub(gone));
        let shown = lines.iter().filter(is_gone).chain(others).map(|line| plain_line(line.trim()).into_owned());
        let shown: Vec<String> = shown.collect();
        let said = shown.join("; ");
        let more = match lines.len().saturating_sub(shown.len()) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        format!("{}, and differs: {said}{more}", conflict.sentence())
    }

    /// Makes the folder hold what it should, if it was opened to be written to. What fails on the way is
    /// taken back, so that the folder holds either all of what it should or what it held.
    ///
    /// # Errors
    /// When something is in the way, or cannot be written.
    pub(crate) fn apply(&self) -> Result<(), Failure> {
        if let Some(refusal) = self.refusal() {
            return Err(refusal);
        }
        let Some(stage) = &self.stage else { return Ok(()) };
        let changed = self.missing.len() + self.different.len() + self.stale.len();
        if changed == 0 && !self.manifest_differs {
            return stage.clear();
        }
        if stage.is_whole() {
            stage.put(manifest::NAME, &self.manifest)?;
            return stage.release_whole();
        }
        let mut steps = Steps { stage, done: Vec::new() };
        if let Err(failure) = self.take(&mut steps) {
            return Err(match steps.take_back() {
                Ok(()) => failure.and("nothing was changed"),
                Err(further) => {
                    failure.and(&format!("what was changed before could not be taken back: {}", further.message()))
                }
            });
        }
        self.stale.iter().for_each(|path| self.remove_empty_parents(path));
        stage.clear()
    }

    /// Takes all steps from what the folder holds to what it should.
    fn take<'a>(&'a self, steps: &mut Steps<'a>) -> Result<(), Failure> {
        // From here on a file may be the old or the new one. Both are hnet's own, also for the
        // next build if this one is interrupted.
        let mut both = self.after.clone();
        for (path, hashes) in &self.before.files {
            both.files.entry(path.clone()).or_default().extend(hashes);
        }
        let interim = both.text();
        steps.stage.put(manifest::NAME, &interim)?;
        if self.folder.join(manifest::NAME).is_file() {
            steps.replace(manifest::NAME)?;
        } else {
            steps.appear(manifest::NAME)?;
        }
        self.release_files(steps)?;
        for path in &self.stale {
            steps.remove(path)?;
        }
        if interim != self.manifest {
            // The last step, so nothing is left that could fail.
            steps.stage.put(manifest::NAME, &self.manifest)?;
            steps.stage.release(manifest::NAME)?;
        }
        Ok(())
    }

    /// Renames what is staged into place: where a folder is not there yet, that whole folder at once.
    fn release_files<'a>(&'a self, steps: &mut Steps<'a>) -> Result<(), Failure> {
        let mut there: BTreeSet<&str> = BTreeSet::new();
        let mut released = String::new();
        for path in &self.missing {
            if !released.is_empty() && path.starts_with(&released) {
                continue;
            }
            let mut unit = path.as_str();
            for (end, _) in path.match_indices('/') {
                let parent = &path[..end];
                if there.contains(parent) {
                    continue;
                }
                if matches!(fs::symlink_metadata(self.folder.join(parent)), Err(error) if is_absent(&error)) {
                    unit = parent;
                    break;
                }
                there.insert(parent);
            }
            steps.appear(unit)?;
            if unit.len() < path.len() {
                released = format!("{unit}/");
            }
        }
        self.different.iter().try_for_each(|path| steps.replace(path))
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

/// The object that goes as a whole, as a line of what differs says it.
fn removed(line: &str) -> Option<&str> {
    line.strip_prefix("remove ")
}

/// The steps that were taken in a folder, so that they can be taken back.
struct Steps<'a> {
    stage: &'a Stage,
    done: Vec<Step<'a>>,
}

/// A path of the folder, and what became of what stands there.
enum Step<'a> {
    /// A file or a whole folder that was not there.
    Appeared(String),
    /// A file that holds something else than before.
    Replaced(&'a str),
    /// A file that is gone.
    Removed(&'a str),
}

impl<'a> Steps<'a> {
    fn appear(&mut self, path: &str) -> Result<(), Failure> {
        self.stage.release(path)?;
        self.done.push(Step::Appeared(path.to_owned()));
        Ok(())
    }

    fn replace(&mut self, path: &'a str) -> Result<(), Failure> {
        self.stage.replace(path)?;
        self.done.push(Step::Replaced(path));
        Ok(())
    }

    fn remove(&mut self, path: &'a str) -> Result<(), Failure> {
        self.stage.set_aside(path)?;
        self.done.push(Step::Removed(path));
        Ok(())
    }

    /// Takes all steps back, the last first; also those behind one that cannot be.
    fn take_back(self) -> Result<(), Failure> {
        let mut outcome = Ok(());
        for step in self.done.into_iter().rev() {
            let taken_back = match step {
                Step::Appeared(path) => self.stage.take_back(&path),
                Step::Replaced(path) | Step::Removed(path) => self.stage.put_back(path),
            };
            outcome = outcome.and(taken_back);
        }
        outcome
    }
}
