//! GitHub's workflow commands, each of which annotates a line of a pull request. Start at [`github`].

use super::Place;
use crate::render::plain;
use crate::{Diagnostic, Notice, Severity, Sources};

/// A workflow command that annotates a line of a pull request, with its line end.
#[must_use]
pub fn github(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let command = github_command(diagnostic.severity);
    let mut properties = Vec::new();
    let place = Place::new(diagnostic.span(), sources);
    if let Place { file: Some(file), line: Some(line), column: Some(column), end_line, end_column } = place {
        properties.push(format!("file={}", github_property(file)));
        properties.push(format!("line={line},col={column}"));
        properties.extend(end_line.map(|line| format!("endLine={line}")));
        // An empty stretch has no end for GitHub, which counts the last column in.
        properties.extend(end_column.map(|end| format!("endColumn={}", end.saturating_sub(1).max(1))));
    }
    let title = format!("{} {}", diagnostic.code.number, diagnostic.code.name);
    properties.push(format!("title={}", github_property(&title)));
    let mut message = diagnostic.title.clone();
    if let Some(label) = diagnostic.labels.first().filter(|label| !label.text.is_empty()) {
        message.push_str(&format!(": {}", label.text));
    }
    if let Some(help) = &diagnostic.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    format!("::{command} {}::{}\n", properties.join(","), github_data(&message))
}

/// The same of a notice.
#[must_use]
pub fn github_notice(notice: &Notice) -> String {
    let Notice { severity, file, message, help, at } = notice;
    let at = at.map_or_else(String::new, |at| format!(",line={},col={}", at.line, at.column));
    let file = file.as_ref().map_or_else(String::new, |file| format!(" file={}{at}", github_property(file)));
    let text = help.iter().fold(message.clone(), |text, help| format!("{text}\nhelp: {help}"));
    format!("::{}{file}::{}\n", github_command(*severity), github_data(&text))
}

fn github_command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error | Severity::Denied => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

fn github_data(text: &str) -> String {
    plain(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}
