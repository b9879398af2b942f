//! What a front end says beside findings, about a file or about its own work: no row of the table and no place in a source.
//!
//! Its forms for machines stand beside those of findings in [`crate::forms`].

use crate::Severity;
use crate::render::plain_line;

/// A file that differs, or why a command could not do its work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// The path of the file that it is about.
    pub file: Option<String>,
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Notice {
    /// `path: error: message`, with its line end.
    #[must_use]
    pub fn short(&self) -> String {
        let file = self.file.as_ref().map_or_else(String::new, |file| format!("{}: ", plain_line(file)));
        format!("{file}{}: {}\n", self.severity.word(), plain_line(&self.message))
    }
}
