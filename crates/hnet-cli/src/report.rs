//! Printing diagnostics, and what else is wrong, in the form that was asked for.
//!
//! People's forms go to standard error. The forms for machines are what `check` and `build` are
//! run for, so there they go to standard output. Start at [`Report::diagnostics`].

use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::path::Path;

use clap::ValueEnum;
use hnet::Options;
use hnet_diagnostics::forms::{self, Log};
use hnet_diagnostics::{Diagnostic, Notice, Severity, Sources, counted, render};

use crate::failure::{Failure, print, say, shorten};

/// The form of diagnostics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MessageFormat {
    /// With excerpts, for people
    Human,
    /// One line each
    Short,
    /// One JSON object a line
    Json,
    /// A SARIF 2.1.0 log
    Sarif,
    /// GitHub workflow commands
    Github,
    /// A report for GitLab's Code Quality
    Gitlab,
}

impl MessageFormat {
    /// Where the form is one text for a whole run, what keeps it.
    fn log(self) -> Option<Box<dyn Log>> {
        match self {
            MessageFormat::Sarif => Some(Box::<forms::Sarif>::default()),
            MessageFormat::Gitlab => Some(Box::<forms::Gitlab>::default()),
            MessageFormat::Human | MessageFormat::Short | MessageFormat::Json | MessageFormat::Github => None,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// Where standard error is a terminal and NO_COLOR is not set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How a run speaks.
#[derive(Debug)]
pub(crate) struct Report {
    /// The form of diagnostics.
    format: MessageFormat,
    /// Whether people's forms are coloured.
    color: bool,
    /// Which diagnostics are heard.
    pub(crate) options: Options,
    /// Whether standard output holds something else, so that no diagnostics may go there.
    output_is_taken: bool,
    /// What was said so far, in the form that is one text for a whole run.
    log: RefCell<Option<Box<dyn Log>>>,
}

impl Color {
    /// Whether to colour standard error.
    pub(crate) fn wanted(self) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                io::stderr().is_terminal() && !refused
            }
        }
    }
}

impl Report {
    /// A run of which nothing was said yet, in which all diagnostics are heard.
    pub(crate) fn new(format: MessageFormat, color: bool, output_is_taken: bool) -> Self {
        Report { format, color, options: Options::default(), output_is_taken, log: RefCell::default() }
    }

    /// Prints the findings about the sources of a folder, and how many there are.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn diagnostics(
        &self,
        diagnostics: &[Diagnostic],
        sources: &Sources,
        folder: &Path,
    ) -> Result<(), Failure> {
        self.findings(diagnostics, sources, folder)?;
        self.count(&diagnostics.iter().map(|diagnostic| diagnostic.severity).collect::<Vec<_>>())
    }

    /// Prints the findings about the sources of a folder.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn findings(&self, diagnostics: &[Diagnostic], sources: &Sources, folder: &Path) -> Result<(), Failure> {
        if let Some(empty) = self.format.log() {
            self.log.borrow_mut().get_or_insert(empty).add(diagnostics, &below_here(sources, folder));
            return Ok(());
        }
        if diagnostics.is_empty() {
            return Ok(());
        }
        let sources = as_seen_from_here(sources, folder);
        let each = |form: &dyn Fn(&Diagnostic) -> String| diagnostics.iter().map(form).collect::<String>();
        self.print(&match self.format {
            MessageFormat::Human => each(&|diagnostic| render::human(diagnostic, &sources, self.color)),
            MessageFormat::Short => each(&|diagnostic| render::short(diagnostic, &sources)),
            MessageFormat::Github => each(&|diagnostic| forms::github(diagnostic, &sources)),
            // What is left is JSON: the others are kept.
            _ => each(&|diagnostic| forms::json(diagnostic, &sources)),
        })
    }

    /// Says to people how many findings there are, where there are some.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn count(&self, found: &[Severity]) -> Result<(), Failure> {
        match self.is_for_people() && !found.is_empty() {
            true => self.print(&(count(found) + "\n")),
            false => Ok(()),
        }
    }

    /// Whether each finding is a line.
    pub(crate) fn is_short(&self) -> bool {
        self.format == MessageFormat::Short
    }

    /// Whether the messages are commands to GitHub, each of one place.
    pub(crate) fn is_for_github(&self) -> bool {
        self.format == MessageFormat::Github
    }

    /// Whether people read the messages, and no other program.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == MessageFormat::Human
    }

    /// Prints the findings that stop the build, and how many others `hnet check` prints, for a command that is run for
    /// something else.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(crate) fn stopping(&self, diagnostics: &[Diagnostic], sources: &Sources, folder: &Path) -> Result<(), Failure> {
        let (stopping, others): (Vec<Diagnostic>, Vec<Diagnostic>) =
            diagnostics.iter().cloned().partition(|diagnostic| diagnostic.severity.stops());
        self.diagnostics(&stopping, sources, folder)?;
        match self.format {
            MessageFormat::Human | MessageFormat::Short if !others.is_empty() => {
                let others: Vec<Severity> = others.iter().map(|other| other.severity).collect();
                self.print(&format!("{}: `hnet check` says more\n", count(&others)))
            }
            _ => Ok(()),
        }
    }

    /// Prints what was found out about files, each beside the line that says it to people, which is what the
    /// command was run for.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn notices(&self, notices: &[(String, Notice)]) -> Result<(), Failure> {
        let all = || notices.iter().map(|(_, notice)| notice);
        match self.format {
            MessageFormat::Human => {
                print(io::stdout(), &notices.iter().map(|(line, _)| format!("{line}\n")).collect::<String>())
            }
            MessageFormat::Short => self.print(&all().map(Notice::short).collect::<String>()),
            MessageFormat::Json => self.print(&all().map(forms::json_notice).collect::<String>()),
            MessageFormat::Github => self.print(&all().map(forms::github_notice).collect::<String>()),
            MessageFormat::Sarif | MessageFormat::Gitlab => {
                let mut log = self.log.borrow_mut();
                if let Some(log) = self.format.log().map(|empty| log.get_or_insert(empty)) {
                    all().for_each(|notice| log.notice(&file_below_here(notice)));
                }
                Ok(())
            }
        }
    }

    /// Prints what is odd about files and stops nothing.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn warning(&self, notice: &Notice) -> Result<(), Failure> {
        let help = notice.help.iter().map(|help| format!("  = help: {}\n", render::plain(help))).collect::<String>();
        let text = format!("{}: {}\n{help}", notice.severity.word(), render::plain(&notice.message));
        match self.format {
            MessageFormat::Human => print(io::stderr(), &text),
            _ => self.notices(&[(text, notice.clone())]),
        }
    }

    /// Prints why the command could not do its work, and ends the run.
    pub(crate) fn failure(&self, failure: &Failure) {
        let each = |form: fn(&Notice) -> String| failure.notices().iter().map(form).collect::<String>();
        let said = match self.format {
            MessageFormat::Human => print(io::stderr(), &format!("{failure}\n")),
            MessageFormat::Short => self.print(&each(Notice::short)),
            MessageFormat::Json => self.print(&each(forms::json_notice)),
            MessageFormat::Github => self.print(&each(forms::github_notice)),
            MessageFormat::Sarif | MessageFormat::Gitlab => match self.log.take().or_else(|| self.format.log()) {
                Some(mut log) => {
                    failure.notices().iter().for_each(|notice| log.failure(&file_below_here(notice)));
                    self.print(&log.text())
                }
                None => Ok(()),
            },
        };
        if said.is_err() {
            // Who reads the form learns nothing, so somebody else should.
            say(&format!("{failure}\n"));
        }
    }

    /// Ends a run in which nothing failed.
    ///
    /// # Errors
    /// When what was said cannot be written.
    pub(crate) fn finish(&self) -> Result<(), Failure> {
        self.log.take().map_or(Ok(()), |log| self.print(&log.text()))
    }

    /// Prints text to where the form belongs.
    fn print(&self, text: &str) -> Result<(), Failure> {
        match self.format {
            MessageFormat::Human | MessageFormat::Short => print(io::stderr(), text),
            _ if self.output_is_taken => print(io::stderr(), text),
            _ => print(io::stdout(), text),
        }
    }
}

/// `2 errors, 1 warning`.
fn count(found: &[Severity]) -> String {
    let of = |severity: Severity| {
        let count = found.iter().filter(|one| **one == severity).count();
        (count > 0).then(|| match severity {
            Severity::Denied => format!("{count} denied"),
            Severity::Error | Severity::Warning | Severity::Note => counted(count, severity.word()),
        })
    };
    let severities = [Severity::Error, Severity::Denied, Severity::Warning, Severity::Note];
    let counts: Vec<String> = severities.into_iter().filter_map(of).collect();
    counts.join(", ")
}

/// The same sources under paths that lead to them from the current folder, as an editor or a
/// terminal wants to open them. The compiler itself knows paths of the project only.
pub(crate) fn as_seen_from_here(sources: &Sources, folder: &Path) -> Sources {
    let mut seen = Sources::new();
    for (_, source) in sources.iter() {
        // `.` says no more than nothing does.
        let path: std::path::PathBuf = folder.join(source.path()).components().collect();
        let path = path.strip_prefix(".").unwrap_or(&path);
        seen.add(source.at(path.display().to_string()));
    }
    seen
}

/// The same for services, which know files by their paths in the repository: a whole path below the current folder is
/// one from there.
fn below_here(sources: &Sources, folder: &Path) -> Sources {
    match folder.is_absolute() {
        true => as_seen_from_here(sources, &shorten(folder)),
        false => as_seen_from_here(sources, folder),
    }
}

/// What is said of a file, likewise.
fn file_below_here(notice: &Notice) -> Notice {
    let file = notice.file.as_ref().map(|file| shorten(Path::new(file)).display().to_string());
    Notice { file, ..notice.clone() }
}
