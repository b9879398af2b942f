//! `hnet check`: what is wrong with a network.

use std::mem::ManuallyDrop;
use std::path::Path;

use crate::Outcome;
use crate::failure::Failure;
use crate::load::Project;
use crate::report::Report;

/// Prints the findings about a network; errors make it wrong.
pub(crate) fn run(file: Option<&Path>, report: &Report) -> Result<Outcome, Failure> {
    let project = Project::open(file)?;
    // Left to the end of the process, as in `build`.
    let compilation = ManuallyDrop::new(hnet::check(project.input, &report.options));
    report.diagnostics(&compilation.diagnostics, &compilation.sources, &project.folder)?;
    Ok(Outcome::wrong_if(compilation.has_errors()))
}
