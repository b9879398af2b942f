//! Printing diagnostics in the form that was asked for.
//!
//! People's forms go to standard error. The forms for machines are what `check` and `build` are
//! run for, so there they go to standard output. Start at [`Report::diagnostics`].

use std::io::{self, IsTerminal};
use std::path::Path;

use clap::ValueEnum;
use hnet::Options;
use hnet_diagnostics::{Diagnostic, Severity, Sources, forms, render};

use crate::failure::{Failure, print};

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
    pub(crate) format: MessageFormat,
    /// Whether people's forms are coloured.
    pub(crate) color: bool,
    /// Which diagnostics are heard.
    pub(crate) options: Options,
    /// Whether standard output holds something else, so that no diagnostics may go there.
    pub(crate) output_is_taken: bool,
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
        let text = match (self.format, diagnostics) {
            (MessageFormat::Sarif, []) => forms::sarif(&[], sources),
            (_, []) => return Ok(()),
            (format, _) => self.form(format, diagnostics, &as_seen_from_here(sources, folder)),
        };
        match self.format {
            MessageFormat::Human | MessageFormat::Short => print(io::stderr(), &text),
            _ if self.output_is_taken => print(io::stderr(), &text),
            _ => print(io::stdout(), &text),
        }
    }

    fn form(&self, format: MessageFormat, diagnostics: &[Diagnostic], sources: &Sources) -> String {
        let each = |form: &dyn Fn(&Diagnostic) -> String| diagnostics.iter().map(form).collect::<String>();
        match format {
            MessageFormat::Human => {
                each(&|diagnostic| render::human(diagnostic, sources, self.color)) + &count(diagnostics) + "\n"
            }
            MessageFormat::Short => each(&|diagnostic| render::short(diagnostic, sources)),
            MessageFormat::Json => each(&|diagnostic| forms::json(diagnostic, sources)),
            MessageFormat::Sarif => forms::sarif(diagnostics, sources),
            MessageFormat::Github => each(&|diagnostic| forms::github(diagnostic, sources)),
        }
    }
}

/// `2 errors, 1 warning`.
fn count(diagnostics: &[Diagnostic]) -> String {
    let of = |severity: Severity| {
        let count = diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
        let plural = if count == 1 || severity == Severity::Denied { "" } else { "s" };
        (count > 0).then(|| format!("{count} {}{plural}", severity.word()))
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
        seen.add(source.at(folder.join(source.path()).display().to_string()));
    }
    seen
}
