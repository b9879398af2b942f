//! `hnet completions`: the words that a shell completes, as a script of that shell.

use std::io;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::failure::{Failure, print};
use crate::{Arguments, Outcome};

/// For which shell.
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell that reads it
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Arguments::command(), "hnet", &mut script);
        print(io::stdout(), &String::from_utf8_lossy(&script))?;
        Ok(Outcome::Clean)
    }
}
