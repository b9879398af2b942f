//! `hnet fmt`: write sources in the one usual form.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use hnet_diagnostics::{Diagnostics, Notice, Severity, Source, Sources};

use crate::Outcome;
use crate::failure::{Failure, print, shown};
use crate::load::{Project, read_source, read_text};
use crate::replace;
use crate::report::Report;

/// What to format.
#[derive(Debug, Args)]
pub(crate) struct Fmt {
    /// The sources; `-` for standard input to standard output [default: the project here]
    files: Vec<PathBuf>,
    /// Write nothing; name the files that would change and end with status 1 if there are any
    #[arg(long)]
    check: bool,
}

impl Fmt {
    /// Formats each source that can be read whole; one with mistakes is left as it is.
    pub(crate) fn run(&self, report: &Report) -> Result<Outcome, Failure> {
        // Each with the folder that no link may lead out of.
        let files = if self.files.is_empty() {
            project_files()?
        } else {
            let folder = |path: &PathBuf| path.parent().map(Path::to_owned).unwrap_or_default();
            self.files.iter().map(|path| (path.clone(), folder(path))).collect()
        };
        let (mut wrong, mut changed) = (false, Vec::new());
        for (path, folder) in files {
            let (outcome, text) = self.format(&path, report)?;
            wrong |= outcome == Outcome::Wrong;
            changed.extend(text.map(|text| (path, folder, text)));
        }
        changed.iter().try_for_each(|(path, folder, _)| replace::inside(path, folder))?;
        changed.iter().try_for_each(|(path, _, text)| replace::one(path, text))?;
        Ok(Outcome::wrong_if(wrong))
    }

    /// Whether nothing is written, neither to files nor to standard output.
    pub(crate) fn only_checks(&self) -> bool {
        self.check
    }

    /// What comes of a source, and what is to be written to it.
    fn format(&self, path: &Path, report: &Report) -> Result<(Outcome, Option<String>), Failure> {
        let stdin = path == Path::new("-");
        let name = if stdin { "<stdin>".to_owned() } else { path.display().to_string() };
        let text = if stdin { read_text(io::stdin().lock(), Path::new(&name))? } else { read_source(path)? };
        let mut sources = Sources::new();
        let file = sources.add(Source::new(name.clone(), text.clone()));
        let mut found = Diagnostics::new();
        let parse = hnet_syntax::parse(file, &text, &mut found);
        if found.has_errors() {
            report.diagnostics(&found.into_sorted(), &sources, Path::new(""))?;
            return Ok((Outcome::Wrong, None));
        }
        let formatted = hnet_syntax::format(&parse.tree, &text);
        let differs = formatted != text;
        if self.check {
            if differs {
                let message = "the source is not in the usual form".to_owned();
                let help = Some("write it so with `hnet fmt`".to_owned());
                let notice = Notice { severity: Severity::Error, file: Some(name.clone()), message, help, at: None };
                report.notices(&[(shown(Path::new(&name)), notice)])?;
            }
            return Ok((Outcome::wrong_if(differs), None));
        }
        if stdin {
            print(io::stdout(), &formatted)?;
        }
        Ok((Outcome::Clean, (differs && !stdin).then_some(formatted)))
    }
}

/// The sources of the project in the current folder, each with that folder.
fn project_files() -> Result<Vec<(PathBuf, PathBuf)>, Failure> {
    let project = Project::open(None)?;
    let sources = project.input.files.iter().filter(|(path, _)| !project.input.texts.contains(path));
    Ok(sources.map(|(path, _)| (project.folder.join(path), project.folder.clone())).collect())
}
