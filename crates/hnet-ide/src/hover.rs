//! What a word says when it is pointed at, as Markdown.
//!
//! Keywords and fields say what the vocabulary says of them; names what they refer to; indexes and
//! prefixes what they come out as. Start at [`Project::hover`].

use std::fmt::Write as _;

use hnet_diagnostics::{FileId, Span};
use hnet_language::{Definition, Indexed};
use hnet_language::{Field, Kind, Shape};
use ipnet::IpNet;

use crate::Project;
use crate::cursor::Role;
use crate::reference::{form, one_line, takes};
use crate::topics;

/// What is said about a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The word that it is said of.
    pub span: Span,
    /// What is said, as Markdown.
    pub markdown: String,
}

impl Project {
    /// What is to be said about the word at an offset; none where there is nothing.
    #[must_use]
    pub fn hover(&self, file: FileId, offset: usize) -> Option<Hover> {
        let word = self.word_at(file, offset)?;
        let markdown = match word.role {
            Role::Keyword(kind) => keyword(kind),
            Role::Field(field) => about_field(field),
            Role::Name(kind) => match self.definition_of(word.span) {
                Some(definition) => self.declared(word.span, definition),
                None => format!("{} `{}`", kind.keyword, self.compilation.sources.text(word.span)),
            },
            Role::Value(field) => self.value(word.span, file, offset, field),
            Role::Unknown => return None,
        };
        Some(Hover { span: word.span, markdown })
    }

    /// A definition: what it is, its doc comment, what it resolves to.
    fn declared(&self, key: Span, definition: &Definition) -> String {
        let mut text = format!("{} `{}`", definition.keyword, definition.name);
        if let Some(owner) = definition.owner.and_then(|owner| self.definition_of(owner)) {
            let _ = write!(text, " of {} `{}`", owner.keyword, owner.name);
        }
        if let Some(declaration) = self.declaration(key) {
            if matches!(definition.keyword, "let" | "placeholder") {
                let values: Vec<&str> =
                    declaration.arguments.iter().skip(1).map(|one| one.value.text.as_str()).collect();
                let _ = write!(text, " = `{}`", values.join(", "));
            }
            if let Some(doc) = declaration.doc() {
                let _ = write!(text, "\n\n{doc}");
            }
        }
        for prefix in &definition.prefixes {
            let _ = write!(text, "\n\n{}", size(*prefix));
        }
        if !definition.addresses.is_empty() {
            let addresses: Vec<String> = definition.addresses.iter().map(|address| format!("`{address}`")).collect();
            let _ = write!(text, "\n\nhas {}", addresses.join(", "));
        }
        text
    }

    fn value(&self, span: Span, file: FileId, offset: usize, field: &Field) -> String {
        let mut parts = Vec::new();
        let written = self.compilation.sources.text(span);
        if let Some(indexed) = self.names().indexes.get(&span) {
            parts.push(index(written, indexed));
        }
        if let Some((key, definition)) =
            self.name_at(file, offset).and_then(|(_, key)| Some((key, self.definition_of(key)?)))
        {
            parts.push(self.declared(key, definition));
        } else if let Ok(prefix) = written.parse::<IpNet>() {
            parts.push(size(prefix));
        }
        parts.push(format!("`{}`: {}", field.keyword, takes(field.shape)));
        if let Shape::One(kind) | Shape::List(kind) = field.shape {
            parts.extend(topics::of_type(kind).map(|topic| topic.first_paragraph().to_owned()));
        }
        parts.join("\n\n")
    }
}

fn keyword(kind: &Kind) -> String {
    let mut text = format!("```hnet\n{}\n```\n\n{}", form(kind), one_line(kind.doc));
    if !kind.positional.is_empty() {
        text.push('\n');
    }
    for value in kind.positional {
        let _ = write!(text, "\n- *{}*: {} ({})", value.keyword, one_line(value.doc), takes(value.shape));
    }
    let required: Vec<String> =
        kind.fields.iter().filter(|field| field.required).map(|field| format!("`{}`", field.keyword)).collect();
    if !required.is_empty() {
        let _ = write!(text, "\n\nneeds {}", required.join(", "));
    }
    text
}

/// What a field says, takes, and is without being given.
pub(crate) fn about_field(field: &Field) -> String {
    let mut text = format!("{}\n\ntakes {}", one_line(field.doc), takes(field.shape));
    if field.required {
        text.push_str("; must be given");
    }
    if let Some(default) = field.default {
        let _ = write!(text, "; default: {default}");
    }
    text
}

/// `lan[11]` = `192.168.10.11`, in `192.168.10.0/24`.
fn index(written: &str, indexed: &Indexed) -> String {
    let Indexed { prefix, first, last } = indexed;
    match last {
        None => format!("`{written}` = `{first}`, in `{prefix}`"),
        Some(last) => format!("`{written}` = `{first}` to `{last}`{}, in `{prefix}`", count(*first, *last)),
    }
}

fn count(first: std::net::IpAddr, last: std::net::IpAddr) -> String {
    let number = |address| match address {
        std::net::IpAddr::V4(address) => u128::from(u32::from(address)),
        std::net::IpAddr::V6(address) => u128::from(address),
    };
    number(last)
        .checked_sub(number(first))
        .and_then(|more| more.checked_add(1))
        .map_or_else(String::new, |count| format!(", {count} address{}", if count == 1 { "" } else { "es" }))
}

/// A prefix with how many addresses it has, and which.
fn size(prefix: IpNet) -> String {
    let bits = prefix.max_prefix_len() - prefix.prefix_len();
    let addresses = match bits {
        0 => "1 address".to_owned(),
        1..=32 => format!("{} addresses", 1_u64 << bits),
        _ => format!("2^{bits} addresses"),
    };
    let (first, last) = (prefix.network(), prefix.broadcast());
    format!("`{prefix}`: {addresses}, `{first}` to `{last}`")
}
