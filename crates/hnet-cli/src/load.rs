//! Finding the root source, and loading it with all that it includes.
//!
//! A project is the folder of its root file and what lies below it. Nothing outside it is read. Start at [`Project::open`].

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use hnet::Input;
use hnet_diagnostics::FileId;
use hnet_syntax::NotText;

use crate::failure::Failure;
use crate::manifest::is_normal;

/// The largest source that is read, in bytes.
const LIMIT: u64 = hnet_syntax::SIZE_LIMIT as u64;

/// The bytes of source from which on a project is not small.
const SMALL: usize = 16 << 10;

/// A project with its sources.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder of the root file, as the user named it; empty for the current one.
    pub(crate) folder: PathBuf,
    /// The sources, by paths relative to the folder.
    pub(crate) input: Input,
}

impl Project {
    /// Loads the file, or the project in the folder, or without either the one in the current folder.
    ///
    /// # Errors
    /// When there is no project or a file cannot be read.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let root = root_file(file)?;
        let folder = root.parent().map(Path::to_owned).unwrap_or_default();
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut files = vec![(name, read_source(&root)?)];
        let mut next = 0;
        while let Some((path, text)) = files.get(next) {
            next += 1;
            for path in hnet::includes(path, text) {
                // A path that names nothing is a mistake of the source, which the checker reports
                // where it stands; one that is not normal cannot be a file of the project.
                if !is_normal(&path) || files.iter().any(|(known, _)| *known == path) {
                    continue;
                }
                if let Some(text) = read_included(&folder, &path)? {
                    files.push((path, text));
                }
            }
        }
        Ok(Project { folder, input: Input { files } })
    }

    /// Whether the sources are so short that to prepare for much work would take longer than the work.
    pub(crate) fn is_small(&self) -> bool {
        self.input.files.iter().map(|(_, text)| text.len()).sum::<usize>() < SMALL
    }

    /// The path of the root file, as the user would write it.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.join(self.input.files.first().map_or("", |(path, _)| path))
    }
}

/// The file itself, or in a folder `network.hnet` or the only `.hnet` file.
fn root_file(file: Option<&Path>) -> Result<PathBuf, Failure> {
    let folder = match file {
        Some(path) if path.is_dir() => path,
        Some(path) => return Ok(path.to_owned()),
        None => Path::new(""),
    };
    let usual = folder.join("network.hnet");
    if usual.is_file() {
        return Ok(usual);
    }
    let shown = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let failed = |error: io::Error| Failure::io("read", shown, &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(shown).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if Path::new(&name).extension().is_some_and(|extension| extension == "hnet") {
            found.push(folder.join(name));
        }
    }
    found.sort();
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Failure::new(format!("there is no `network.hnet` in `{}`", shown.display()))
            .help("name the source, or begin one with `hnet new`")),
        [first, second, ..] => Err(Failure::new(format!(
            "`{}` holds several sources, among them `{}` and `{}`",
            shown.display(),
            first.display(),
            second.display()
        ))
        .help("name the one that is meant")),
    }
}

/// The text of an included file; none where there is no such file.
fn read_included(folder: &Path, path: &str) -> Result<Option<String>, Failure> {
    let full = folder.join(path);
    let project = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let real = match full.canonicalize() {
        Ok(real) => real,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(Failure::io("read", &full, &error)),
    };
    let project = project.canonicalize().map_err(|error| Failure::io("read", project, &error))?;
    if !real.starts_with(&project) {
        return Err(Failure::new(format!("`{}` is a link that leaves the project", full.display())));
    }
    read_source(&full).map(Some)
}

/// The text of a source, refused before it is read where it is too large.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8.
pub(crate) fn read_source(path: &Path) -> Result<String, Failure> {
    let file = File::open(path).map_err(|error| Failure::io("read", path, &error))?;
    read_text(file, &path.display().to_string())
}

/// The text that a stream holds; `name` names it in messages.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8.
pub(crate) fn read_text(stream: impl Read, name: &str) -> Result<String, Failure> {
    // Most sources fit, and are read at once.
    let mut bytes = Vec::with_capacity(8 << 10);
    stream.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|error| Failure::io("read", Path::new(name), &error))?;
    if bytes.len() as u64 > LIMIT {
        return Err(Failure::new(format!("`{name}` is larger than 16 MiB, the most that a source may have"))
            .help("split it with `include`"));
    }
    hnet_syntax::decode(FileId::default(), bytes).map_err(|error| {
        let NotText { diagnostic, .. } = *error;
        let found = diagnostic.labels.first().map_or(&diagnostic.title, |label| &label.text);
        let failure = Failure::new(format!("cannot read `{name}`: {found}"));
        match diagnostic.help {
            Some(help) => failure.help(help),
            None => failure,
        }
    })
}
