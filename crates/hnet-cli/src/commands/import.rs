//! `hnet import`: what exists, as a source.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use hnet_diagnostics::render::{plain, plain_line};
use hnet_diagnostics::{Notice, Severity};
use hnet_import::{Imported, NotInPlace, NotObserving, Report as Came, Stays, Unread};

use crate::Outcome;
use crate::failure::{Failure, print, say, shorten, shown};
use crate::folders::{self, ASIDE, absolute, canonical};
use crate::load::read_source;
use crate::manifest::is_normal;
use crate::replace;
use crate::report::Report;

/// What to import.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// The root of a repository, or some of its files and folders
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write the source to this file, which must not be there yet, or to `network.hnet` in this folder, beside which a large
    /// one gets files that it includes [default: standard output]
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// Say in the source where each file stands, so that it is built there, and what a build would make of each
    #[arg(long)]
    in_place: bool,
}

/// A file: its path from the root, and its text.
type Read = (String, String);

/// The largest file that is read and is no YAML, in bytes.
const LARGEST: u64 = 1 << 20;

/// So many lines are said of what could not be read; the others are counted.
const MOST_LINES: usize = 200;

impl Import {
    /// Reads the files, and writes the source and what came of it.
    pub(crate) fn run(&self, report: &Report) -> Result<Outcome, Failure> {
        let root = self.root()?;
        let (files, unread) = self.files(&root)?;
        let imported = match self.in_place {
            true => hnet_import::import_in_place(files),
            false => hnet_import::import(files),
        };
        if imported.tree.statements.first().is_none_or(|network| network.statements().is_empty()) {
            tell(report, &unread, usize::MAX, "")?;
            let own = imported.report.clone().unobserved();
            tell(report, &came(&imported, &own, &root), MOST_LINES, &counts(&own))?;
            return Err(Failure::new("nothing of a network was found, so nothing is written")
                .help("name the folder that holds what the roots lead to, or the whole repository"));
        }
        let (text, placed) = match self.in_place {
            true => self.placed(&imported, &root)?,
            false => (imported.text.clone(), Vec::new()),
        };
        let is_folder = self.output.as_ref().is_some_and(|output| output.is_dir());
        let name = self.output.as_ref().filter(|_| !is_folder).and_then(|path| path.file_name());
        let files = match name {
            _ if is_folder => hnet_import::cut(&text),
            name => vec![(name.map_or("network.hnet".to_owned(), |name| name.to_string_lossy().into_owned()), text)],
        };
        // What is observed lies beside the source and below, and was read if all of the folder was.
        let is_whole = self.paths.iter().any(|path| path.canonicalize().is_ok_and(|path| path == root));
        let observing = match is_whole && self.place()? == root {
            true => imported.observing(files.clone()).map_err(Some),
            false => Err(None),
        };
        let mut own = imported.report.clone();
        let mut left_out = Vec::new();
        let files = match observing {
            Ok(observing) => {
                own.allowed.extend(observing.allowed);
                observing.files
            }
            Err(why) => {
                own = own.unobserved();
                left_out.extend(why.as_ref().map(not_observing));
                files
            }
        };
        let mut written = String::new();
        match &self.output {
            None => print(io::stdout(), &files[0].1)?,
            Some(folder) if is_folder => written = in_files(folder, &files)?,
            Some(path) => replace::new(path, &files[0].1)?,
        }
        tell(report, &unread, usize::MAX, "")?;
        tell(report, &left_out, usize::MAX, "")?;
        tell(report, &came(&imported, &own, &root), MOST_LINES, &counts(&own))?;
        tell(report, &placed, usize::MAX, "")?;
        if report.is_for_people() || report.is_short() {
            say(&written);
        }
        Ok(Outcome::Clean)
    }

    /// The source that is built in place, and what a build would make of each file.
    fn placed(&self, imported: &Imported, root: &Path) -> Result<(String, Vec<Notice>), Failure> {
        // What a source says of its output starts at its own folder.
        if let Some(output) = &self.output
            && self.place()? != root
        {
            let here = shorten(root);
            let here = if here.as_os_str().is_empty() { Path::new(".") } else { &here };
            return Err(Failure::new(format!("a source that is built in place lies in `{}`", shown(here)))
                .of(output)
                .help("write it to that folder, from which the paths of all files count"));
        }
        let (text, files) = imported.in_place().map_err(|why| match why {
            NotInPlace::DoesNotBuild => {
                Failure::new("what is imported does not build as it is, so nothing has a place")
                    .help("leave out `--in-place`, and see what `hnet check` says of the source")
            }
        })?;
        let line = |(path, stays): &(String, Stays)| {
            let said = match stays {
                Stays::Built(meaning) => meaning.sentence(),
                Stays::Differing(meaning) => {
                    format!("stays as it is, since it {}{}", meaning.sentence(), meaning.details())
                }
                Stays::Holding(why) => format!("stays as it is: {why}"),
            };
            let file = Some(shorten(&root.join(path)).display().to_string());
            Notice { severity: Severity::Note, file, message: said, help: None, at: None }
        };
        Ok((text, files.iter().map(line).collect()))
    }

    /// The folder that the source is written to: the current one where it goes to standard output.
    fn place(&self) -> Result<PathBuf, Failure> {
        let output = match &self.output {
            Some(output) => canonical(&absolute(output)?),
            None => return Ok(canonical(&absolute(Path::new("."))?)),
        };
        Ok(if output.is_dir() { output } else { output.parent().map(Path::to_owned).unwrap_or_default() })
    }

    /// The folder that the paths of the repository count from: the clone that holds all that is named, or else the folder
    /// that does.
    fn root(&self) -> Result<PathBuf, Failure> {
        let mut root: Option<PathBuf> = None;
        for path in &self.paths {
            let real = path.canonicalize().map_err(|error| Failure::io("read", path, &error))?;
            let folder = if real.is_dir() { real } else { real.parent().map(Path::to_owned).unwrap_or_default() };
            let own = folders::clone_around(&folder).map(Path::to_owned).unwrap_or(folder);
            root = Some(match root {
                Some(known) => known.ancestors().find(|one| own.starts_with(one)).unwrap_or(&known).to_owned(),
                None => own,
            });
        }
        Ok(root.unwrap_or_default())
    }

    /// The files with their texts, each once, in the order of their paths from the root; and what YAML could not be read.
    fn files(&self, root: &Path) -> Result<(Vec<Read>, Vec<Notice>), Failure> {
        let mut found = BTreeSet::new();
        for path in &self.paths {
            let path = path.canonicalize().map_err(|error| Failure::io("read", path, &error))?;
            if path.is_dir() {
                below(&path, &mut found)?;
            } else if path.is_file() {
                named(&path, root, &mut found)?;
            } else {
                // To open a pipe would wait for whoever writes to it.
                return Err(Failure::new(format!("`{}` is no file that holds text", shown(&shorten(&path)))).of(&path));
            }
        }
        let (mut files, mut unread) = (Vec::new(), Vec::new());
        for path in found {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            if !is_yaml(&path) {
                // What is no text is there all the same: something may name it.
                files.push((name, text(&path)?.unwrap_or_default()));
                continue;
            }
            match read_source(&shorten(&path)) {
                Ok(text) => files.push((name, text)),
                // Whoever names it is told that it is missing, instead of taking it for empty.
                Err(failure) => unread.push(failure),
            }
        }
        if files.is_empty() && !unread.is_empty() {
            return Err(unread.swap_remove(0));
        }
        let all = unread.iter().flat_map(Failure::notices);
        // The path stands in what is said.
        Ok((files, all.map(|notice| Notice { severity: Severity::Warning, ..notice }).collect()))
    }
}

/// Writes a source and the files that it includes, none of which is there yet, into a folder. Where one cannot be written
/// none is left. Says for people which there are, where there is more than one.
fn in_files(folder: &Path, files: &[(String, String)]) -> Result<String, Failure> {
    let paths: Vec<PathBuf> = files.iter().map(|(path, _)| folder.join(path)).collect();
    let written = || -> Result<(), Failure> {
        for (at, (path, (_, text))) in paths.iter().zip(files).enumerate() {
            let around = path.parent().unwrap_or(folder);
            let made = fs::create_dir_all(around).map_err(|error| Failure::io("create", around, &error));
            if let Err(failure) = made.and_then(|()| replace::new(path, text)) {
                paths[..at].iter().for_each(|own| _ = fs::remove_file(own));
                return Err(failure);
            }
        }
        Ok(())
    };
    written()?;
    if files.len() < 2 {
        return Ok(String::new());
    }
    let names: Vec<String> = paths.iter().map(|path| shown(path).to_string()).collect();
    Ok(format!("{} files: {}\n", names.len(), names.join(", ")))
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The text of a file, where it is one.
fn text(path: &Path) -> Result<Option<String>, Failure> {
    let failed = |error: io::Error| Failure::io("read", path, &error);
    if fs::metadata(path).map_err(failed)?.len() > LARGEST {
        return Ok(None);
    }
    folders::text(path)
}

/// The files of a folder and of those below it; links are not followed.
fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("read", folder, &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let kind = entry.file_type().map_err(failed)?;
        if ASIDE.iter().any(|aside| entry.file_name() == *aside) {
            continue;
        }
        if kind.is_dir() {
            below(&entry.path(), found)?;
        } else if kind.is_file() {
            found.insert(entry.path());
        }
    }
    Ok(())
}

/// A file, and those that it names, or of topf's the folder: plain files below its folder, to which no link leads out of the root.
fn named(path: &Path, root: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    found.insert(path.to_owned());
    // What topf lays for its machines lies around it, and nothing names it.
    if path.file_name().is_some_and(|name| name == "topf.yaml") {
        return below(path.parent().unwrap_or(Path::new("")), found);
    }
    let text = match read_source(path) {
        // It is listed with the others.
        Err(_) if is_yaml(path) => return Ok(()),
        text => text?,
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let others = hnet_import::named(&text).into_iter().filter(|other| is_normal(other));
    let is_within = |other: &PathBuf| other.canonicalize().is_ok_and(|real| real.starts_with(root) && real.is_file());
    found.extend(others.map(|other| folder.join(other)).filter(is_within));
    Ok(())
}

/// Says lines of an import: to people so many of them, and how much came over; to programs all, each with its place.
fn tell(report: &Report, notices: &[Notice], most: usize, counts: &str) -> Result<(), Failure> {
    if !report.is_for_people() && !report.is_short() {
        return report.notices(&notices.iter().map(|notice| (String::new(), notice.clone())).collect::<Vec<_>>());
    }
    let mut text: String = notices.iter().take(most).map(line).collect();
    if let Some(more) = notices.len().checked_sub(most).filter(|more| *more > 0) {
        text.push_str(&format!("and {more} more\n"));
    }
    text.push_str(counts);
    say(&text);
    Ok(())
}

/// A notice as people read it.
fn line(Notice { severity, file, message, at, .. }: &Notice) -> String {
    let message = plain(message);
    match file {
        // What the system said of a file names it.
        Some(file) if *severity == Severity::Note => {
            let at = at.map_or_else(String::new, |at| format!(":{}:{}", at.line, at.column));
            format!("{}{at}: {message}\n", shown(Path::new(file)))
        }
        _ => format!("{message}\n"),
    }
}

/// What was not taken over in words, each with its place.
fn came(imported: &Imported, report: &Came, root: &Path) -> Vec<Notice> {
    let notice = |one: &Unread, what: &str| {
        let source = imported.sources.get(one.span.file);
        Notice {
            severity: Severity::Note,
            file: Some(shorten(&root.join(source.path())).display().to_string()),
            message: format!("{what}{}", plain_line(&hnet_secrets::masked(&one.why))),
            help: None,
            at: Some(source.position_without_mark(one.span.range().start)),
        }
    };
    let lists = [
        (&report.unread, ""),
        (&report.as_yaml, "stays YAML: "),
        (&report.allowed, "allowed until it is judged: "),
        (&report.lost, "this comment goes: "),
    ];
    lists.iter().flat_map(|(list, what)| list.iter().map(|one| notice(one, what))).collect()
}

/// Why what else there is is not observed.
fn not_observing(NotObserving { by, why }: &NotObserving) -> Notice {
    let message = format!("`observe {by}` is left out: with it, {}", plain_line(&hnet_secrets::masked(why)));
    Notice { severity: Severity::Note, file: None, message, help: None, at: None }
}

/// How much came over, and how, for people.
fn counts(Came { fields, comments, .. }: &Came) -> String {
    let mut text = String::new();
    for (kind, fields) in fields {
        let hnet_import::Fields { typed, raw, unread, observed } = fields;
        if typed + raw + unread + observed == 0 {
            continue;
        }
        let observed = if *observed > 0 { format!(", {observed} observed") } else { String::new() };
        let kind = plain_line(kind);
        text.push_str(&format!("{kind}: {typed} fields in words, {raw} as YAML{observed}, {unread} not\n"));
    }
    let hnet_import::CommentCount { kept, moved, dropped } = comments;
    text.push_str(&format!("comments: {kept} kept, {moved} moved, {dropped} dropped\n"));
    text
}
