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
        let files = if self.files.is_empty() { project_files()? } else { self.files.clone() };
        let mut wrong = false;
        for path in files {
            wrong |= self.format(&path, report)? == Outcome::Wrong;
        }
        Ok(Outcome::wrong_if(wrong))
    }

    /// Whether nothing is written, neither to files nor to standard output.
    pub(crate) fn only_checks(&self) -> bool {
        self.check
    }

    fn format(&self, path: &Path, report: &Report) -> Result<Outcome, Failure> {
        let stdin = path == Path::new("-");
        let name = if stdin { "<stdin>".to_owned() } else { path.display().to_string() };
        let text = if stdin { read_text(io::stdin().lock(), Path::new(&name))? } else { read_source(path)? };
        let mut sources = Sources::new();
        let file = sources.add(Source::new(name.clone(), text.clone()));
        let mut found = Diagnostics::new();
        let parse = hnet_syntax::parse(file, &text, &mut found);
        if found.has_errors() {
            report.diagnostics(&found.into_sorted(), &sources, Path::new(""))?;
            return Ok(Outcome::Wrong);
        }
        let formatted = hnet_syntax::format(&parse.tree, &text);
        let differs = formatted != text;
        if self.check {
            if differs {
                let message = "the source is not in the usual form".to_owned();
                let help = Some("write it so with `hnet fmt`".to_owned());
                let notice = Notice { severity: Severity::Error, file: Some(name.clone()), message, help };
                report.notices(&[(shown(Path::new(&name)), notice)])?;
            }
            return Ok(Outcome::wrong_if(differs));
        }
        if stdin {
            print(io::stdout(), &formatted)?;
        } else if differs {
            replace::one(path, &formatted)?;
        }
        Ok(Outcome::Clean)
    }
}

/// The sources of the project in the current folder.
fn project_files() -> Result<Vec<PathBuf>, Failure> {
    let project = Project::open(None)?;
    let sources = project.input.files.iter().filter(|(path, _)| !project.input.texts.contains(path));
    Ok(sources.map(|(path, _)| project.folder.join(path)).collect())
}
