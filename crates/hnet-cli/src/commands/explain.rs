//! `hnet explain`: the page of a diagnostic, or the table of all.

use std::io;

use clap::Args;
use hnet_diagnostics::codes::{self, Code, LAYERS};
use serde_json::{Value, json};

use crate::Outcome;
use crate::failure::{Failure, print};

/// What to explain.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Its code, as in HN301 or 301, or its name [default: list all]
    code: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// Prints the page of a code, given by number or name, or one line for each code.
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let text = match (&self.code, self.json) {
            (None, false) => table(),
            (None, true) => pretty(&codes::ALL.iter().map(|row| entry(row)).collect()),
            (Some(code), false) => find(code)?.page(),
            (Some(code), true) => {
                let row = find(code)?;
                let mut entry = entry(row);
                entry["page"] = row.page().into();
                pretty(&entry)
            }
        };
        print(io::stdout(), &text)?;
        Ok(Outcome::Clean)
    }
}

fn find(code: &str) -> Result<&'static Code, Failure> {
    // A number alone is one of ours.
    let numbered = code.bytes().all(|byte| byte.is_ascii_digit()).then(|| format!("HN{code:0>3}"));
    hnet::levels::find(numbered.as_deref().unwrap_or(code)).ok_or_else(|| {
        let failure = Failure::new(format!("there is no diagnostic `{code}`"));
        match hnet::levels::meant(code) {
            Some(other) => failure.help(format!("did you mean `{other}`?")),
            None => failure.help("`hnet explain` lists all"),
        }
    })
}

/// All codes by their layers, in columns.
fn table() -> String {
    let mut text = String::new();
    for (_, layer) in LAYERS {
        let rows: Vec<&Code> = codes::ALL.iter().copied().filter(|row| row.layer() == *layer).collect();
        if rows.is_empty() {
            continue;
        }
        text.push_str(&format!("{}{layer}\n", if text.is_empty() { "" } else { "\n" }));
        let lines = rows.iter().map(|row| format!("  {}  {:<7}  {}\n", row.number, row.severity.word(), row.name));
        text.extend(lines);
    }
    text
}

fn entry(row: &Code) -> Value {
    json!({
        "number": row.number,
        "name": row.name,
        "severity": row.severity.word(),
        "layer": row.layer(),
    })
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("strings are always JSON") + "\n"
}
