//! `cargo xtask corpus FOLDER [PART…] [PATH…]`: what hnet makes of configurations that people run, or of those whose paths in
//! the folder begin so: `trees/`, `talos/one__home.yaml`.
//!
//! Each part is one row of [`PARTS`] and one file, and prints what it found; none may panic, whatever the files hold. The
//! program fails where a part finds what must not be: a crash, what stops a build, a difference that an import did not list.
//! A crash is survived, and takes nothing from what is said of the others, but with `--release`: there a panic ends the
//! program. The folder is read once, with paths from it, in their order.
#![expect(clippy::disallowed_methods, reason = "a front end reads files and has a clock")]

mod audit;
mod compare;
mod import;
mod left;
mod listed;
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

/// A part: its name, and what it prints of the files.
type Part = (&'static str, Report);

/// What prints something of the files, and returns how much of that must not be.
#[derive(Clone, Copy)]
enum Report {
    /// By itself.
    Alone(fn(&[File], &mut String) -> usize),
    /// With programs that may not be here; then it returns why nothing is judged, which must not be where somebody asked
    /// for this part.
    With(fn(&[File], &mut String) -> Result<usize, String>),
}

const PARTS: [Part; 6] = [
    ("reading", Report::Alone(reading::report)),
    ("repositories", Report::Alone(repositories::report)),
    ("import", Report::Alone(import::report)),
    ("compare", Report::Alone(compare::report)),
    ("audit", Report::Alone(audit::report)),
    ("talhelper", Report::With(talhelper::report)),
];

/// Where the patches of talconfigs lie that stand alone.
const PATCHES: &str = "talos/raw/";

/// Runs the parts that are named, or all, of the paths that are named, or all: what they print, and how much of it must not
/// be.
///
/// # Errors
/// When the folder cannot be read, a part is not known, or nothing has such a path.
pub fn run(folder: &str, named: &[String]) -> Result<(String, usize), String> {
    let (paths, parts): (Vec<String>, Vec<String>) = named.iter().cloned().partition(|name| name.contains('/'));
    if let Some(unknown) = parts.iter().find(|part| !PARTS.iter().any(|(name, _)| name == part)) {
        let known = PARTS.map(|(name, _)| name).join(", ");
        return Err(format!("`{unknown}` is no part of the corpus; there are {known}"));
    }
    let mut files = Vec::new();
    collect(Path::new(folder), Path::new(folder), &mut files)
        .map_err(|error| format!("cannot read `{folder}`: {error}"))?;
    files.sort();
    if let Some(path) = paths.iter().find(|path| !files.iter().any(|(file, _)| file.starts_with(*path))) {
        return Err(format!("nothing in `{folder}` has a path that begins with `{path}`"));
    }
    let is_asked = |file: &str| file.starts_with(PATCHES) || paths.iter().any(|path| file.starts_with(path));
    files.retain(|(file, _)| paths.is_empty() || is_asked(file));
    Ok(run_parts(&PARTS, &parts, &files))
}

/// Runs those of the parts that are asked for, or all.
fn run_parts(parts: &[Part], asked: &[String], files: &[File]) -> (String, usize) {
    let (mut out, mut faults) = (String::new(), 0);
    for (name, report) in parts.iter().filter(|(name, _)| asked.is_empty() || asked.iter().any(|part| part == name)) {
        let _ = writeln!(out, "== {name}");
        let start = Instant::now();
        let found = survive("this part", &mut out, |out| match report {
            Report::Alone(report) => report(files, out),
            Report::With(report) => report(files, out).unwrap_or_else(|why| {
                let _ = writeln!(out, "   not judged: {why}");
                usize::from(!asked.is_empty())
            }),
        });
        faults += found.unwrap_or(1);
        let _ = writeln!(out, "   in {:.2} s", start.elapsed().as_secs_f64());
    }
    let _ = writeln!(out, "== {faults} of what must not be");
    (out, faults)
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

#[cfg(test)]
mod tests {
    use super::{Part, Report, run_parts};

    /// What is printed but for the times, and the faults.
    fn run(parts: &[Part], asked: &[&str]) -> (Vec<String>, usize) {
        let asked: Vec<String> = asked.iter().map(|part| (*part).to_owned()).collect();
        let (out, faults) = run_parts(parts, &asked, &[]);
        (out.lines().filter(|line| !line.starts_with("   in ")).map(str::to_owned).collect(), faults)
    }

    #[test]
    fn a_part_that_crashes_takes_nothing_from_the_others() {
        let crashes = Report::Alone(|_, out| {
            out.push_str("   said before\n");
            panic!("on purpose")
        });
        let two = Report::Alone(|_, _| 2);
        let (out, faults) = run(&[("one", crashes), ("other", two)], &[]);
        let lines = ["== one", "   said before", "   this part: CRASHES", "== other", "== 3 of what must not be"];
        assert_eq!((out, faults), (lines.map(str::to_owned).to_vec(), 3));
    }

    #[test]
    fn what_is_not_judged_is_a_fault_where_somebody_asked_for_it() {
        let parts = [("with", Report::With(|_, _| Err("no program".to_owned())))];
        assert_eq!(run(&parts, &[]).1, 0);
        let (out, faults) = run(&parts, &["with"]);
        assert!(faults == 1 && out.iter().any(|line| line == "   not judged: no program"), "{out:?}");
    }
}
