//! `hnet reference`: the vocabulary, from the declarations that the checker itself reads.

use std::io;

use hnet_check::vocabulary::{Field, Kind, Naming, Shape, Type};
use serde_json::{Value, json};

use crate::Outcome;
use crate::failure::{Failure, say};

/// Prints all statements with their fields, as Markdown or as JSON.
pub(crate) fn run(as_json: bool) -> Result<Outcome, Failure> {
    let mut pages = Vec::new();
    let mut text = String::from("# The vocabulary of hnet\n");
    for word in hnet_check::VOCABULARY {
        word.walk(&mut |path, kind| {
            if as_json {
                pages.push(entry(path, kind));
            } else {
                text.push_str(&page(path, kind));
            }
        });
    }
    if as_json {
        text = serde_json::to_string_pretty(&pages).expect("strings and numbers are always JSON") + "\n";
    }
    say(io::stdout(), &text);
    Ok(Outcome::Clean)
}

fn page(path: &[&str], kind: &Kind) -> String {
    let mut text = format!("\n## {}\n\n`{}`\n\n{}\n", path.join(" / "), form(kind), plain(kind.doc));
    if !kind.positional.is_empty() || !kind.fields.is_empty() {
        text.push('\n');
    }
    for field in kind.positional {
        text.push_str(&format!("- *{}*: {}\n", field.keyword, sentence(field)));
    }
    for field in kind.fields {
        text.push_str(&format!("- `{}`: {}\n", field.keyword, sentence(field)));
    }
    text
}

/// How the statement begins: keyword, name, values.
fn form(kind: &Kind) -> String {
    let mut form = kind.keyword.to_owned();
    form.push_str(match kind.naming {
        Naming::Unnamed => "",
        Naming::Named => " NAME",
        Naming::MayBeNamed => " [NAME]",
    });
    for value in kind.positional {
        let word = value.keyword.to_uppercase();
        form.push_str(&if value.required { format!(" {word}") } else { format!(" [{word}]") });
    }
    form
}

/// A documentation comment without the line breaks of the Rust source that it stands in.
fn plain(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a field says, what it takes and what holds without it.
fn sentence(field: &Field) -> String {
    let mut text = format!("{} ({}", plain(field.doc), takes(field.shape));
    if field.required {
        text.push_str("; must be given");
    }
    if let Some(default) = field.default {
        text.push_str(&format!("; default: {default}"));
    }
    text.push(')');
    text
}

fn takes(shape: Shape) -> String {
    match shape {
        Shape::One(kind) => one(kind),
        Shape::List(kind) => format!("list, each {}", one(kind)),
        Shape::Flag => "`on` or `off`".to_owned(),
        Shape::Statement(_) => "a statement".to_owned(),
        Shape::Statements(_) => "statements".to_owned(),
    }
}

fn one(kind: Type) -> String {
    match kind {
        Type::Plain { called, examples } if !examples.is_empty() => format!("{called}, as in {examples}"),
        other => other.called(),
    }
}

fn entry(path: &[&str], kind: &Kind) -> Value {
    json!({
        "path": path,
        "keyword": kind.keyword,
        "form": form(kind),
        "doc": plain(kind.doc),
        "named": match kind.naming {
            Naming::Unnamed => "no",
            Naming::Named => "yes",
            Naming::MayBeNamed => "optional",
        },
        "values": kind.positional.iter().map(field_entry).collect::<Vec<_>>(),
        "fields": kind.fields.iter().map(field_entry).collect::<Vec<_>>(),
    })
}

fn field_entry(field: &Field) -> Value {
    json!({
        "keyword": field.keyword,
        "doc": plain(field.doc),
        "takes": takes(field.shape),
        "statement": field.shape.kind().map(|kind| kind.keyword),
        "list": matches!(field.shape, Shape::List(_) | Shape::Statements(_)),
        "required": field.required,
        "default": field.default,
    })
}
