//! `cargo xtask corpus FOLDER [PART…]`: what hnet makes of configurations that people run.
//!
//! Each part is one row of [`PARTS`] and one file, and prints what it found; none may panic, whatever the files hold. The
//! program fails where a part finds what must not be: a crash, what stops a build, a difference that an import did not list.
//! The folder is read once, with paths from it, in their order.
#![expect(clippy::disallowed_methods, reason = "a front end reads files and has a clock")]

mod audit;
mod compare;
mod import;
mod reading;
mod repositories;
mod talhelper;

use std::fmt::Write as _;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::time::Instant;
use std::{fs, io};

/// A file of the corpus: its path from the folder, and its text.
pub(crate) type File = (String, String);

/// A part: its name, and what it prints of the files. It returns how much of that must not be.
type Part = (&'static str, fn(&[File], &mut String) -> usize);

const PARTS: [Part; 6] = [
    ("reading", reading::report),
    ("repositories", repositories::report),
    ("import", import::report),
    ("compare", compare::report),
    ("audit", audit::report),
    ("talhelper", talhelper::report),
];

/// Runs the parts that are named, or all: what they print, and how much of it must not be.
///
/// # Errors
/// When the folder cannot be read, or a part is not known.
pub fn run(folder: &str, parts: &[String]) -> Result<(String, usize), String> {
    if let Some(unknown) = parts.iter().find(|part| !PARTS.iter().any(|(name, _)| name == part)) {
        let known = PARTS.map(|(name, _)| name).join(", ");
        return Err(format!("`{unknown}` is no part of the corpus; there are {known}"));
    }
    let mut files = Vec::new();
    collect(Path::new(folder), Path::new(folder), &mut files)
        .map_err(|error| format!("cannot read `{folder}`: {error}"))?;
    files.sort();
    let (mut out, mut faults) = (String::new(), 0);
    for (name, report) in PARTS.iter().filter(|(name, _)| parts.is_empty() || parts.iter().any(|part| part == name)) {
        let _ = writeln!(out, "== {name}");
        let start = Instant::now();
        faults += report(&files, &mut out);
        let _ = writeln!(out, "   in {:.2} s", start.elapsed().as_secs_f64());
    }
    let _ = writeln!(out, "== {faults} of what must not be");
    Ok((out, faults))
}

/// Does what is to be done with one of many, so that one that crashes does not hide the others; none where it does.
pub(crate) fn survive<T>(name: &str, out: &mut String, run: impl FnOnce(&mut String) -> T) -> Option<T> {
    // What was printed until then stays.
    let done = panic::catch_unwind(AssertUnwindSafe(|| run(out))).ok();
    if done.is_none() {
        let _ = writeln!(out, "   {name}: CRASHES");
    }
    done
}

/// All files below a folder that are texts; links are not followed.
fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() {
            collect(root, &path, files)?;
        } else if kind.is_file()
            && let Ok(text) = String::from_utf8(fs::read(&path)?)
        {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((name, text));
        }
    }
    Ok(())
}
