//! What a front end says beside findings, about a file or about its own work: no row of the table.
//!
//! Its forms for machines stand beside those of findings in [`crate::forms`].

use crate::render::plain_line;
use crate::{Position, Severity};

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
    /// Where in the file, where it is about one place, without a byte order mark.
    pub at: Option<Position>,
}

impl Notice {
    /// `path:line:column: error: message`, as far as it has them, with its line end.
    #[must_use]
    pub fn short(&self) -> String {
        let at = self.at.map_or_else(String::new, |at| format!("{}:{}: ", at.line, at.column));
        let file = self.file.as_ref().map_or_else(String::new, |file| format!("{}:", plain_line(file)));
        let file = if file.is_empty() || !at.is_empty() { file + &at } else { file + " " };
        format!("{file}{}: {}\n", self.severity.word(), plain_line(&self.message))
    }
}
