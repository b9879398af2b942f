//! `hnet reference`: the vocabulary, from the declarations that the checker itself reads.

use std::io;

use hnet_ide::reference::{FieldEntry, StatementEntry, statements};

use crate::Outcome;
use crate::failure::{Failure, print};

/// Prints all statements with their fields, as Markdown or as JSON.
pub(crate) fn run(as_json: bool) -> Result<Outcome, Failure> {
    let statements = statements();
    let text = match as_json {
        true => serde_json::to_string_pretty(&statements).expect("strings and numbers are always JSON") + "\n",
        false => statements.iter().fold(String::from(HEAD), |text, one| text + &page(one)),
    };
    print(io::stdout(), &text)?;
    Ok(Outcome::Clean)
}

/// What stands before the statements: the values that several of them take.
const HEAD: &str = "# The vocabulary of hnet

Whatever names a prefix can be indexed: `lan[11]` is the network address + 11, `lan[-2]` counts from the end, and
`lan[32-63]` is a range, both ends included. A cluster's prefixes are `home.pods` and `home.services`. Of two families
the family is said: `lan.v4[11]`, `lan.v6[11]`. An index is decimal, also of IPv6, unless it starts with `0x`:
`lan.v6[10]` ends in `::a` and `lan.v6[0x10]` in `::10`.
";

fn page(entry: &StatementEntry) -> String {
    let StatementEntry { path, form, doc, values, fields, .. } = entry;
    let mut text = format!("\n## {}\n\n`{form}`\n\n{doc}\n", path.join(" / "));
    if !values.is_empty() || !fields.is_empty() {
        text.push('\n');
    }
    for value in values {
        text.push_str(&format!("- *{}*: {}\n", value.keyword, sentence(value)));
    }
    for field in fields {
        text.push_str(&format!("- `{}`: {}\n", field.keyword, sentence(field)));
    }
    text
}

/// What a field says, what it takes and what holds without it.
fn sentence(field: &FieldEntry) -> String {
    let mut text = format!("{} ({}", field.doc, field.takes);
    if field.required {
        text.push_str("; must be given");
    }
    if let Some(default) = field.default {
        text.push_str(&format!("; default: {default}"));
    }
    text.push(')');
    text
}
