//! `hnet explain`: the page of a diagnostic.

use std::io;

use hnet_diagnostics::codes;

use crate::Outcome;
use crate::failure::{Failure, print};

/// Prints the page of a code, given by number or name.
pub(crate) fn run(code: &str) -> Result<Outcome, Failure> {
    let row = hnet::levels::find(code).ok_or_else(|| {
        let failure = Failure::new(format!("there is no diagnostic `{code}`"));
        match hnet::levels::meant(code) {
            Some(other) => failure.help(format!("did you mean `{other}`?")),
            None => failure.help(format!("they go from {} to {}", codes::ALL[0].number, last().number)),
        }
    })?;
    print(io::stdout(), &row.page())?;
    Ok(Outcome::Clean)
}

fn last() -> &'static codes::Code {
    codes::ALL.last().expect("the table has rows")
}
