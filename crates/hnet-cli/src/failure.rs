//! Why a command could not do its work: wrong use, or a file that cannot be read or written.
//!
//! Findings about a network are not failures; they are diagnostics, and are printed by
//! [`crate::report`].

use std::fmt;
use std::io;
use std::path::Path;

use hnet_diagnostics::render::plain;

/// A message for standard error; the command ends with status 2.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    help: Option<String>,
}

impl Failure {
    /// A failure that says what is wrong, in lower case without a full stop.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), help: None }
    }

    /// Says what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// What the system said about a path: `cannot read nodes.hnet: No such file or directory`.
    pub(crate) fn io(verb: &str, path: &Path, error: &io::Error) -> Self {
        let reason = error.to_string();
        // The number of the error says nothing to a person and differs between systems.
        let reason = reason.split(" (os error").next().unwrap_or_default();
        Failure::new(format!("cannot {verb} `{}`: {reason}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", plain(&self.message))?;
        match &self.help {
            Some(help) => write!(f, "\n  = help: {}", plain(help)),
            None => Ok(()),
        }
    }
}

/// Where output cannot be written there is nobody left to tell; a closed pipe is no mistake.
pub(crate) fn say(mut stream: impl io::Write, text: &str) {
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}
