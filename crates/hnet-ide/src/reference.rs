//! The vocabulary as data and in words, from the declarations that the checker itself reads.
//!
//! Start at [`statements`]; hover and completion speak of fields with the same words.

use hnet_check::VOCABULARY;
use hnet_language::{Field, Kind, Naming, Shape};
use serde::Serialize;

/// A statement of the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatementEntry {
    /// The keywords that lead to it, its own last.
    pub path: Vec<&'static str>,
    /// The first word.
    pub keyword: &'static str,
    /// How it begins: `subnet NAME PREFIX`.
    pub form: String,
    /// What it says, as Markdown on one line.
    pub doc: String,
    /// Whether a name follows the keyword: `no`, `yes`, `optional`.
    pub named: &'static str,
    /// The values behind the name.
    pub values: Vec<FieldEntry>,
    /// What may stand in its body.
    pub fields: Vec<FieldEntry>,
}

/// A field of a statement, or a value behind its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldEntry {
    /// The word.
    pub keyword: &'static str,
    /// What it says, as Markdown on one line.
    pub doc: String,
    /// What it takes, in words.
    pub takes: String,
    /// The keyword of the nested statement, where the field is one.
    pub statement: Option<&'static str>,
    /// Whether it may hold several.
    pub list: bool,
    /// Whether it must be given.
    pub required: bool,
    /// What holds when it is not given.
    pub default: Option<&'static str>,
}

/// All statements, each below what it stands in.
#[must_use]
pub fn statements() -> Vec<StatementEntry> {
    let mut entries = Vec::new();
    for word in VOCABULARY.kinds() {
        word.walk(&mut |path, kind| {
            entries.push(StatementEntry {
                path: path.to_vec(),
                keyword: kind.keyword,
                form: form(kind),
                doc: one_line(kind.doc),
                named: match kind.naming {
                    Naming::Unnamed => "no",
                    Naming::Named => "yes",
                    Naming::MayBeNamed => "optional",
                },
                values: kind.positional.iter().map(field).collect(),
                fields: kind.fields.iter().map(field).collect(),
            });
        });
    }
    entries
}

fn field(field: &'static Field) -> FieldEntry {
    FieldEntry {
        keyword: field.keyword,
        doc: one_line(field.doc),
        takes: takes(field.shape),
        statement: field.shape.kind().map(|kind| kind.keyword),
        list: matches!(field.shape, Shape::List(_) | Shape::Statements(_)),
        required: field.required,
        default: field.default,
    }
}

/// How a statement begins: keyword, name, values.
pub(crate) fn form(kind: &Kind) -> String {
    let mut form = kind.keyword.to_owned();
    form.push_str(match kind.naming {
        Naming::Unnamed => "",
        Naming::Named => " NAME",
        Naming::MayBeNamed => " [NAME]",
    });
    for value in kind.positional {
        let word = value.keyword.to_ascii_uppercase();
        form.push_str(&if value.required { format!(" {word}") } else { format!(" [{word}]") });
    }
    form
}

/// What a field takes, in words.
pub(crate) fn takes(shape: Shape) -> String {
    match shape {
        Shape::One(kind) => kind.described(),
        Shape::List(kind) => format!("list, each {}", kind.described()),
        Shape::Flag => "`on` or `off`".to_owned(),
        Shape::Statement(_) => "a statement".to_owned(),
        Shape::Statements(_) => "statements".to_owned(),
    }
}

/// A documentation text without its line ends.
pub(crate) fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}
