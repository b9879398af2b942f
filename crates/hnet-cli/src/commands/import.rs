//! `hnet import`: what exists, as a source.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use hnet_import::{Imported, Report as Came};

use crate::Outcome;
use crate::failure::{Failure, print, say, shown};
use crate::load::read_source;

/// What to import.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// Files, and folders whose YAML files are read
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write the source to this file, which must not be there yet [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// So many lines are said of what could not be read; the others are counted.
const MOST_LINES: usize = 200;

impl Import {
    /// Reads the files, and writes the source and what came of it.
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let imported = hnet_import::import(self.files()?);
        match &self.output {
            None => print(io::stdout(), &imported.text)?,
            Some(path) => {
                let failed = |error: io::Error| Failure::io("create", path, &error).help("hnet overwrites no source");
                let mut file = fs::File::create_new(path).map_err(failed)?;
                file.write_all(imported.text.as_bytes()).map_err(|error| Failure::io("write", path, &error))?;
            }
        }
        say(&told(&imported));
        Ok(Outcome::Clean)
    }

    /// The files with their texts, each once, in the order of their paths.
    fn files(&self) -> Result<Vec<(String, String)>, Failure> {
        let mut found = BTreeSet::new();
        for path in &self.paths {
            if path.is_dir() {
                below(path, &mut found)?;
            } else {
                named(path, &mut found)?;
            }
        }
        let mut files = Vec::new();
        for path in found {
            files.push((name(&path), read_source(&path)?));
        }
        Ok(files)
    }
}

/// A path as the import names it.
fn name(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    name.strip_prefix("./").unwrap_or(&name).to_owned()
}

/// The YAML files of a folder and of those below it. Hidden ones are of other programs, and links are not followed.
fn below(folder: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io("read", folder, &error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(failed)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
        if kind.is_dir() {
            below(&path, found)?;
        } else if kind.is_file() && is_yaml {
            found.insert(path);
        }
    }
    Ok(())
}

/// A file, and those that it names.
fn named(path: &Path, found: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let text = read_source(path)?;
    found.insert(path.to_owned());
    let folder = path.parent().unwrap_or(Path::new(""));
    let beside = hnet_import::named(&text).into_iter().map(|other| folder.join(other));
    found.extend(beside.filter(|other| other.is_file()));
    Ok(())
}

/// What came of an import, for people.
fn told(imported: &Imported) -> String {
    let Came { unread, fields, comments, .. } = &imported.report;
    let mut text = String::new();
    for one in unread.iter().take(MOST_LINES) {
        let source = imported.sources.get(one.span.file);
        let place = source.position(one.span.range().start);
        let path = shown(Path::new(source.path()));
        text.push_str(&format!("{path}:{}:{}: {}\n", place.line, place.column, one.why));
    }
    if let Some(more) = unread.len().checked_sub(MOST_LINES).filter(|more| *more > 0) {
        text.push_str(&format!("and {more} more\n"));
    }
    for (kind, fields) in fields {
        let hnet_import::Fields { typed, raw, unread } = fields;
        text.push_str(&format!("{kind}: {typed} fields in words, {raw} as YAML, {unread} not\n"));
    }
    let hnet_import::CommentCount { kept, moved, dropped } = comments;
    text.push_str(&format!("comments: {kept} kept, {moved} moved, {dropped} dropped\n"));
    text
}
