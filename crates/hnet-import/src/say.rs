//! Statements of values: the smallest pieces of what an import writes.

use hnet_diagnostics::Span;
use hnet_syntax::tree::{Comment, Statement, Value};
use hnet_yaml::{Comments, Value as Yaml};

use crate::report::Unread;
use crate::take::Said;
use crate::write;

/// A statement of a source, and what it is as YAML where it cannot stay.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    /// In words.
    pub(crate) said: Statement,
    /// The same as a patch, where there is one; as several in a list.
    pub(crate) raw: Option<Yaml>,
    /// How many fields of the file it says.
    pub(crate) fields: usize,
    /// Whether it says what holds unsaid, and need not be said.
    pub(crate) is_default: bool,
}

impl Piece {
    /// A piece that says some fields and is nothing else.
    pub(crate) fn new(said: Statement, fields: usize) -> Piece {
        Piece { said, raw: None, fields, is_default: false }
    }

    /// With what it is as YAML.
    pub(crate) fn or(self, raw: Yaml) -> Piece {
        Piece { raw: Some(raw), ..self }
    }
}

/// A field with one value.
pub(crate) fn field(word: &str, text: &str, span: Span) -> Statement {
    Statement::new(word, span).with(Value::said(text, span))
}

/// A field with one value that was taken out, and its comments.
pub(crate) fn said(word: &str, value: &Said) -> Statement {
    field(word, &value.text, value.span).under(comments(value.comments.as_deref()))
}

/// A field that is on or off.
pub(crate) fn flag(word: &str, on: bool, span: Span) -> Statement {
    if on { Statement::new(word, span) } else { field(word, "off", span) }
}

/// A list, each value of which has its own place.
pub(crate) fn list(word: &str, span: Span, values: impl IntoIterator<Item = (String, Span)>) -> Statement {
    Statement::new(word, span).with_list(values.into_iter().map(|(text, span)| Value::said(&text, span)))
}

/// So many signs of fields read well behind their statement.
const MOST_BEHIND: usize = 90;

/// A statement with its fields: behind it, as people say it, or in its body where they are long.
pub(crate) fn behind(statement: Statement, fields: Vec<Statement>) -> Statement {
    let length = |field: &Statement| {
        let values = field.arguments.iter().map(|argument| argument.value.text.len() + 2);
        field.keyword.text.len() + values.sum::<usize>()
    };
    if fields.iter().map(length).sum::<usize>() > MOST_BEHIND {
        return statement.holding(fields);
    }
    fields.into_iter().fold(statement, |statement, field| {
        let word = Value::word(field.keyword.text.as_str(), field.keyword.span);
        statement.with(word).with_list(field.arguments.into_iter().map(|argument| argument.value))
    })
}

/// A block of YAML.
pub(crate) fn block(word: &str, value: &Yaml) -> Statement {
    lines(word, &write::yaml(value), value.span)
}

/// Blocks of YAML, one for each document of a list.
pub(crate) fn blocks(word: &str, value: &Yaml) -> Statement {
    match value.as_list() {
        Some(documents) => {
            let blocks = documents.iter().map(|document| Value::lines(&write::yaml(document), document.span));
            Statement::new(word, value.span).with_list(blocks)
        }
        None => block(word, value),
    }
}

/// A block of text.
pub(crate) fn lines(word: &str, text: &str, span: Span) -> Statement {
    Statement::new(word, span).with(Value::lines(text, span))
}

/// What people wrote about something.
pub(crate) fn comments(comments: Option<&Comments>) -> Vec<Comment> {
    let Some(Comments { above, behind }) = comments else { return Vec::new() };
    let prose = above.iter().chain(behind).filter(|comment| is_prose(&comment.text));
    prose.map(|comment| Comment::new(bare(&comment.text), comment.span)).collect()
}

/// A comment as a source has it: without more signs before it, and without the right edge of a box, which is no prose.
pub(crate) fn bare(text: &str) -> &str {
    text.trim_start_matches(['#', ' ']).trim_end_matches(['#', '=', ' '])
}

/// A comment of hnet's own.
pub(crate) fn note(text: &str, span: Span) -> Comment {
    Comment::new(text, span)
}

/// A comment that nothing has kept, where it says anything: no ruler, and nothing that only programs read.
pub(crate) fn lost(text: &str, span: Span) -> Option<Unread> {
    let text = text.trim_start_matches(['#', ' ']);
    let says_something = text.chars().filter(|c| c.is_alphanumeric()).count() > 1;
    (says_something && !is_for_tools(text)).then(|| Unread::new(span, format!("# {}", text.trim())))
}

/// So many words behind a key are a sentence and no value.
const SENTENCE: usize = 4;

/// Whether a comment says something to people: it is no line of YAML, no ruler, nothing for an editor, and nothing that
/// hnet would take for its own.
pub(crate) fn is_prose(text: &str) -> bool {
    let (key, value) = text.trim_start_matches(['#', '-', ' ']).split_once(':').unwrap_or((text, ""));
    let is_yaml = text.contains(": ") || text.ends_with(':');
    // A sentence may start with a word and a colon: `NOTE: it needs the newer one`.
    let is_sentence = !value.trim_start().starts_with(['"', '\'', '[', '{', '|', '>', '&', '*', '$'])
        && value.split(" #").next().unwrap_or_default().split_whitespace().count() >= SENTENCE;
    let is_of_key = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '"' | '\'' | '$' | '*' | '&');
    let is_key = is_yaml && !key.is_empty() && key.chars().all(is_of_key) && !is_sentence && !is_remark(key, value);
    let is_about_updates = text.starts_with("renovate:");
    let says_something = text.chars().filter(|c| c.is_alphanumeric()).count() > 1;
    let is_item = text.starts_with("- ") || text.starts_with("-\"") || text.starts_with('{') || text.starts_with('[');
    says_something && (is_about_updates || !(is_key || is_item)) && !is_for_tools(text)
}

/// Whether a word before a colon opens a remark: `See:`, or `NOTE:` before more than one word. Keys of YAML start with a
/// small letter, and names of variables have one value.
fn is_remark(word: &str, value: &str) -> bool {
    let is_word = |is_it: fn(&char) -> bool| word.chars().skip(1).all(|c| is_it(&c)) && word.len() > 1;
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && (is_word(char::is_ascii_lowercase)
            || is_word(char::is_ascii_uppercase) && value.split_whitespace().count() > 1)
}

/// Whether a comment is there for programs, or hnet's own.
fn is_for_tools(text: &str) -> bool {
    let tools = [
        "yaml-language-server",
        "vim:",
        "hnet:",
        "SPDX",
        "prettier-ignore",
        "yamllint",
        "Generated by",
        "Not to be edited",
    ];
    tools.iter().any(|tool| text.starts_with(tool))
}
