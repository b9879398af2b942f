//! `hnet why`: the source text that decided a line of a written file.
//!
//! The manifest of the build, found above the file, names the source; that is compiled again, and
//! each of its lines knows where it comes from.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use hnet::Compilation;
use hnet_diagnostics::Origin;
use hnet_diagnostics::render::plain_line;

use crate::Outcome;
use crate::failure::{Failure, print, shorten, shown, tidy};
use crate::folder::manifest_text;
use crate::load::Project;
use crate::manifest::{self, Manifest};
use crate::report::{Report, as_seen_from_here};

/// Prints the place in the source, its line, and the reason where the value is derived.
pub(crate) fn run(place: &OsStr, report: &Report) -> Result<Outcome, Failure> {
    let (file, line) = file_and_line(place).ok_or_else(|| {
        Failure::new(format!("`{}` is no file with a line", shown(Path::new(place)))).help("write `FILE:LINE`")
    })?;
    let (folder, path) = built(&file)?;
    let shown_file = shown(&file);
    let text = manifest_text(&folder).map_err(|error| Failure::io("read", &folder.join(manifest::NAME), &error))?;
    let manifest = Manifest::parse(&text).map_err(|reason| {
        Failure::new(format!("the manifest `{}` is damaged: {reason}", shown(&folder.join(manifest::NAME))))
            .of(&folder.join(manifest::NAME))
    })?;
    if !manifest.files.contains_key(&path) {
        return Err(Failure::new(format!("`{shown_file}` was not written by hnet")).of(&file));
    }
    let project = Project::open(Some(&tidy(&folder.join(&manifest.source))))?;
    let compilation = hnet::compile(project.input, &report.options);
    let Some(outputs) = &compilation.outputs else {
        report.diagnostics(&compilation.diagnostics, &compilation.sources, &project.folder)?;
        return Ok(Outcome::Wrong);
    };
    let written = fs::read_to_string(&file).map_err(|error| Failure::io("read", &file, &error))?;
    let Some(shown) = written.lines().nth(line - 1) else {
        let count = written.lines().count();
        return Err(Failure::new(format!("`{shown_file}` has only {count} lines")).of(&file));
    };
    let now = outputs.files.get(&path);
    let origin = now.filter(|now| now.text().lines().nth(line - 1) == Some(shown)).and_then(|now| now.origin(line));
    let Some(origin) = origin else {
        return Err(Failure::new(format!("line {line} of `{shown_file}` is not what the source says now"))
            .of(&file)
            .help("build again, and ask then"));
    };
    print(io::stdout(), &answer(origin, &compilation, &project.folder))?;
    Ok(Outcome::Clean)
}

/// The file and the number of `FILE:LINE`. The name of a file need not be text, so it is cut and not read.
fn file_and_line(place: &OsStr) -> Option<(PathBuf, usize)> {
    let shown = place.to_string_lossy();
    let (_, digits) = shown.rsplit_once(':')?;
    let line = digits.parse().ok().filter(|line| *line > 0)?;
    // A number is text wherever it stands, so it is as long as it is shown.
    let file = without_end(place, ":".len() + digits.len())?;
    Some((file, line))
}

/// The path without its last bytes.
#[cfg(unix)]
fn without_end(path: &OsStr, bytes: usize) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt as _;

    let path = path.as_bytes();
    Some(PathBuf::from(OsStr::from_bytes(&path[..path.len().checked_sub(bytes)?])))
}

/// The path without its last bytes.
#[cfg(not(unix))]
fn without_end(path: &OsStr, bytes: usize) -> Option<PathBuf> {
    let path = path.to_str()?;
    Some(PathBuf::from(&path[..path.len().checked_sub(bytes)?]))
}

/// The folder of the build that the file lies in, and the file's path in it.
fn built(file: &Path) -> Result<(PathBuf, String), Failure> {
    let real = file.canonicalize().map_err(|error| Failure::io("read", file, &error))?;
    // The names above the file are the user's own as far as they reach, so that messages show them.
    let folder = real.ancestors().skip(1).find(|folder| folder.join(manifest::NAME).is_file()).ok_or_else(|| {
        Failure::new(format!("no build of hnet holds `{}`", shown(file)))
            .of(file)
            .help("`hnet build` leaves a manifest beside what it writes")
    })?;
    let path = real.strip_prefix(folder).map(|path| path.to_string_lossy().replace('\\', "/")).unwrap_or_default();
    Ok((shorten(folder), path))
}

/// `home.hnet:31:3: pool ways-in`, the line with what decided marked, and the reason.
fn answer(origin: Origin, compilation: &Compilation, folder: &Path) -> String {
    let sources = as_seen_from_here(&compilation.sources, folder);
    let source = sources.get(origin.span.file);
    let position = source.position(origin.span.start as usize);
    let range = source.line_range(position.line);
    let shown = source.shown(range.clone());
    let line = shown.trim_end();
    let before = &source.text()[range.start..origin.span.start as usize];
    let end = (origin.span.end as usize).min(range.start + line.len());
    let marked = source.text().get(origin.span.start as usize..end).unwrap_or("");
    let number = position.line.to_string();
    let margin = " ".repeat(number.len());
    let indent: String = plain_line(before).chars().map(|_| ' ').collect();
    let carets = "^".repeat(plain_line(marked).chars().count().max(1));
    let mut text = format!(
        "{}:{}:{}\n{margin} |\n{number} | {}\n{margin} | {indent}{carets}\n",
        crate::failure::shown(Path::new(source.path())),
        position.line,
        position.column,
        plain_line(line),
    );
    if let Some(sentence) = origin.reason.sentence() {
        text.push_str(&format!("{margin} = {sentence}\n"));
    }
    text
}
