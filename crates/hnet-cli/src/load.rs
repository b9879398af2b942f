//! Finding the root source, and loading it with all that it includes.
//!
//! A project is the folder of its root file and what lies below it. Nothing outside it is read, whether for a
//! command or for an editor. Start at [`Project::open`]; the language server asks [`Folders`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use hnet::{Found, Input};
use hnet_diagnostics::{FileId, Refusal};
use hnet_syntax::NotText;

use crate::failure::{Failure, reason, shown};
use crate::folder::manifest_text;
use crate::manifest::{Manifest, is_normal};

/// The largest source that is read, in bytes.
const LIMIT: u64 = hnet_syntax::SIZE_LIMIT as u64;

/// How messages name what standard input holds.
const STDIN: &str = "<stdin>";

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
    /// When there is no project or its root cannot be read.
    pub(crate) fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let root = root_file(file)?;
        let folder = root.parent().map(Path::to_owned).unwrap_or_default();
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let text = read_source(&root)?;
        let input = hnet::load(name, text, |path| find(&folder, path));
        Ok(Project { folder, input })
    }

    /// What standard input holds, as the root of a project in the current folder.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn stdin() -> Result<Self, Failure> {
        let text = read_text(io::stdin().lock(), Path::new(STDIN))?;
        let folder = PathBuf::new();
        let input = hnet::load(STDIN, text, |path| find(&folder, path));
        Ok(Project { folder, input })
    }

    /// Whether its root is what standard input holds.
    pub(crate) fn is_stdin(&self) -> bool {
        self.input.files.first().is_some_and(|(path, _)| path == STDIN)
    }

    /// The project with other texts in place of those that its files hold.
    pub(crate) fn with(&self, texts: &BTreeMap<String, String>) -> Input {
        let Some((root, text)) = self.input.files.first() else { return Input::default() };
        let text = texts.get(root).unwrap_or(text).clone();
        hnet::load(root.clone(), text, |path| match texts.get(path) {
            Some(text) => Found::Text(text.clone()),
            None => find(&self.folder, path),
        })
    }

    /// The text of a file of the project; nothing where it has none.
    pub(crate) fn text(&self, path: &str) -> String {
        let known = self.input.files.iter().find(|(known, _)| known == path);
        match known.map(|(_, text)| text.clone()).map_or_else(|| find(&self.folder, path), Found::Text) {
            Found::Text(text) => text,
            Found::Nothing | Found::Folder { .. } | Found::Refused(_) => String::new(),
        }
    }

    /// Where the root file really lies; none of standard input.
    pub(crate) fn real_root(&self) -> Option<PathBuf> {
        self.root().canonicalize().ok()
    }

    /// Where its files really lie.
    pub(crate) fn real_files(&self) -> BTreeSet<PathBuf> {
        self.input.files.iter().filter_map(|(path, _)| self.folder.join(path).canonicalize().ok()).collect()
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

/// The folders of this machine, as the language server asks for them.
#[derive(Debug)]
pub(crate) struct Folders;

impl hnet_lsp::Disk for Folders {
    fn find(&self, folder: &str, path: &str) -> Found {
        find(Path::new(folder), path)
    }

    fn sources(&self, folder: &str) -> Vec<String> {
        let found = sources(Path::new(folder)).unwrap_or_default();
        found.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())).collect()
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
    let project = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let found = sources(folder).map_err(|error| Failure::io("read", project, &error))?;
    match found.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Failure::new(format!("there is no `network.hnet` in `{}`", shown(project)))
            .of(project)
            .help("name the source, or begin one with `hnet new`")),
        [first, second, ..] => Err(Failure::new(format!(
            "`{}` holds several sources, among them `{}` and `{}`",
            shown(project),
            shown(first),
            shown(second)
        ))
        .of(project)
        .help("name the one that is meant")),
    }
}

/// The `.hnet` files of a folder, in order. What is no file, such as a pipe, is no source.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })? {
        let path = folder.join(entry?.file_name());
        if path.extension().is_some_and(|extension| extension == "hnet") && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What stands under a path of a project. A path that is not normal cannot be a file of it; a link may lead to
/// another file of it, and to nothing else.
fn find(folder: &Path, path: &str) -> Found {
    if path == hnet::WHOLE {
        return yaml_below(folder, Path::new(""));
    }
    if !is_normal(path) {
        return Found::Nothing;
    }
    let refused = |outside: bool, why: &str, help: Option<String>| {
        Found::Refused(Refusal { path: path.to_owned(), outside, why: why.to_owned(), help })
    };
    let failed = |error: &io::Error| refused(false, &reason(error), None);
    let project = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let real = match folder.join(path).canonicalize() {
        Ok(real) => real,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Found::Nothing;
        }
        Err(error) => return failed(&error),
    };
    match project.canonicalize() {
        Ok(project) if real.starts_with(&project) => {}
        Ok(_) => {
            let help = "name only files in the main file's folder or below";
            return refused(true, "a link that leads outside the folder of the main file", Some(help.to_owned()));
        }
        Err(error) => return failed(&error),
    }
    // To open a pipe would wait for whoever writes to it.
    match real.metadata() {
        Ok(metadata) if metadata.is_file() => {}
        Ok(metadata) if metadata.is_dir() => return yaml_below(folder, Path::new(path)),
        Ok(_) => return refused(false, "this is no file that holds text", None),
        Err(error) => return failed(&error),
    }
    match File::open(&real).map_err(Unread::Failed).and_then(text) {
        Ok(text) => Found::Text(text),
        Err(Unread::Failed(error)) => failed(&error),
        Err(Unread::TooLarge) => refused(false, &format!("it is {TOO_LARGE}"), Some(SPLIT.to_owned())),
        Err(Unread::NotText { why, help }) => refused(false, &why, help),
    }
}

/// The most files of a folder that are observed: more are no repository of a network.
const MOST_OBSERVED: usize = 20_000;

/// The files with YAML in a folder of a project and below it, by their paths in the project and in their order. Hidden
/// folders and links are left out.
fn yaml_below(project: &Path, folder: &Path) -> Found {
    let (mut found, mut written) = (Vec::new(), BTreeSet::new());
    // An output's manifest may lie above what is observed.
    folder.ancestors().skip(1).for_each(|above| add_written(project, above, &mut written));
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let absolute = here(project.join(&folder));
        add_written(project, &folder, &mut written);
        for entry in fs::read_dir(&absolute).into_iter().flatten().flatten() {
            let (name, kind) = (entry.file_name(), entry.file_type());
            let path = folder.join(&name);
            let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
            match kind {
                Ok(kind) if kind.is_dir() && !name.as_encoded_bytes().starts_with(b".") => open.push(path),
                Ok(kind) if kind.is_file() && is_yaml && found.len() < MOST_OBSERVED => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    let joined = |path: &PathBuf| Some(path.iter().map(|part| part.to_str()).collect::<Option<Vec<_>>>()?.join("/"));
    let (own, others): (Vec<PathBuf>, Vec<PathBuf>) = found.into_iter().partition(|path| written.contains(path));
    Found::Folder {
        files: others.iter().filter_map(joined).collect(),
        written: own.iter().filter_map(joined).collect(),
    }
}

/// Adds the files that hnet has written, as the manifest of a folder lists them.
fn add_written(project: &Path, folder: &Path, written: &mut BTreeSet<PathBuf>) {
    let text = manifest_text(&here(project.join(folder)));
    if let Some(manifest) = text.ok().and_then(|text| Manifest::parse(&text).ok()) {
        written.extend(manifest.files.keys().map(|path| folder.join(path)));
    }
}

/// A folder's path, that of this one in words.
fn here(path: PathBuf) -> PathBuf {
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path }
}

/// Why a source could not be read.
enum Unread {
    Failed(io::Error),
    TooLarge,
    NotText { why: String, help: Option<String> },
}

const TOO_LARGE: &str = "larger than 16 MiB, the most that a source may have";
const SPLIT: &str = "split it with `include`";

/// The text of a source, refused before it is read where it is too large.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8.
pub(crate) fn read_source(path: &Path) -> Result<String, Failure> {
    let file = File::open(path).map_err(|error| Failure::io("read", path, &error))?;
    read_text(file, path)
}

/// The text that a stream holds; `name` names it in messages.
///
/// # Errors
/// When it cannot be read, is too large or is not UTF-8.
pub(crate) fn read_text(stream: impl Read, name: &Path) -> Result<String, Failure> {
    text(stream).map_err(|unread| match unread {
        Unread::Failed(error) => Failure::io("read", name, &error),
        Unread::TooLarge => Failure::new(format!("`{}` is {TOO_LARGE}", shown(name))).of(name).help(SPLIT),
        Unread::NotText { why, help } => {
            let failure = Failure::new(format!("cannot read `{}`: {why}", shown(name))).of(name);
            match help {
                Some(help) => failure.help(help),
                None => failure,
            }
        }
    })
}

fn text(stream: impl Read) -> Result<String, Unread> {
    // Most sources fit, and are read at once.
    let mut bytes = Vec::with_capacity(8 << 10);
    stream.take(LIMIT + 1).read_to_end(&mut bytes).map_err(Unread::Failed)?;
    if bytes.len() as u64 > LIMIT {
        return Err(Unread::TooLarge);
    }
    hnet_syntax::decode(FileId::default(), bytes).map_err(|error| {
        let NotText { diagnostic, .. } = *error;
        let found = diagnostic.labels.first().map_or(&diagnostic.title, |label| &label.text);
        Unread::NotText { why: found.clone(), help: diagnostic.help }
    })
}
