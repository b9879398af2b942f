//! Why a command could not do its work: wrong use, or a file that cannot be read or written.
//!
//! Findings about a network are not failures; they are diagnostics. Both are printed by [`crate::report`].

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use hnet_diagnostics::render::plain;
use hnet_diagnostics::{Notice, Severity};

/// Why; the command ends with status 2. Printed by [`crate::report::Report::failure`].
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    /// The file or folder that it is about.
    file: Option<String>,
    /// Where it is about several, each with what is said of it.
    files: Vec<(String, String)>,
    help: Option<String>,
}

impl Failure {
    /// A failure that says what is wrong, in lower case without a full stop.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), file: None, files: Vec::new(), help: None }
    }

    /// Says what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says which file or folder it is about.
    pub(crate) fn of(mut self, path: &Path) -> Self {
        self.file = Some(path.display().to_string());
        self
    }

    /// Names one of several files that it is about, and what is said of it.
    pub(crate) fn because_of(mut self, path: &Path, sentence: &str) -> Self {
        self.files.push((path.display().to_string(), sentence.to_owned()));
        self
    }

    /// Says more, in the same sentence.
    pub(crate) fn and(mut self, more: &str) -> Self {
        self.message.push_str(&format!("; {more}"));
        self
    }

    /// What the system said about a path: `cannot read nodes.hnet: No such file or directory`.
    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
        Failure::new(format!("cannot {verb} `{}`: {}", shown(path), reason(error))).of(path)
    }

    /// What is wrong, without what to do.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The same for machines, one for each file.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        let notice = |file: Option<String>, message: String| Notice {
            severity: Severity::Error,
            file,
            message,
            help: self.help.clone(),
            at: None,
        };
        if self.files.is_empty() {
            return vec![notice(self.file.clone(), self.message.clone())];
        }
        let each = self.files.iter().map(|(file, sentence)| {
            let message = format!("{}: `{}` {sentence}", self.message, shown(Path::new(file)));
            notice(Some(file.clone()), message)
        });
        each.collect()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", plain(&self.message))?;
        for (file, sentence) in &self.files {
            write!(f, "\n  {}: {sentence}", shown(Path::new(file)))?;
        }
        match &self.help {
            Some(help) => write!(f, "\n  = help: {}", plain(help)),
            None => Ok(()),
        }
    }
}

/// A path as it stands in a message: on one line, with nothing that a terminal obeys.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.display().to_string();
    let escaped = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    plain(&path.chars().map(escaped).collect::<String>()).into_owned()
}

/// The path from the current folder where it lies below it, otherwise the path as it is.
pub(crate) fn shorten(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).unwrap_or_default();
    path.strip_prefix(&here).map_or_else(|_| path.to_owned(), Path::to_owned)
}

/// The path without `name/..`, as far as it exists that way.
pub(crate) fn tidy(path: &Path) -> PathBuf {
    path.canonicalize().map_or_else(|_| path.to_owned(), |real| shorten(&real))
}

/// Says something beside a command's output, on standard error. Where that cannot be written there is nobody left
/// to tell.
pub(crate) fn say(text: &str) {
    let mut stream = io::stderr();
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}

/// Writes what the command was run for. A pipe that its reader closed is no mistake: they have what they wanted.
///
/// # Errors
/// When it cannot be written, for a full disk.
pub(crate) fn print(mut stream: impl io::Write, text: &str) -> Result<(), Failure> {
    written(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()))
}

/// What came of writing output.
///
/// # Errors
/// When it is another failure than a closed pipe.
pub(crate) fn written(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write the output: {}", reason(&error))))
        }
        _ => Ok(()),
    }
}

/// What the system says, without the number, which says nothing to a person and differs between systems.
pub(crate) fn reason(error: &io::Error) -> String {
    let reason = error.to_string();
    reason.split(" (os error").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::{self, ErrorKind};

    use super::print;

    /// A stream that takes nothing, or nothing until it is flushed.
    struct Refusing {
        kind: ErrorKind,
        late: bool,
    }

    impl io::Write for Refusing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.late { Ok(bytes.len()) } else { Err(self.kind.into()) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.kind.into())
        }
    }

    #[test]
    fn output_that_cannot_be_written_is_a_failure_unless_nobody_reads_on() {
        for late in [false, true] {
            assert!(print(Refusing { kind: ErrorKind::BrokenPipe, late }, "text").is_ok());
            let failure = print(Refusing { kind: ErrorKind::StorageFull, late }, "text").expect_err("it is full");
            assert_eq!(failure.to_string(), "error: cannot write the output: no storage space");
        }
    }
}
