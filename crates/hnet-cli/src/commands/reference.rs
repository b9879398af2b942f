//! `hnet reference`: the vocabulary, from the declarations that the checker itself reads, and pages of what several
//! statements have in common.

use std::io;

use clap::Args;
use hnet_check::VOCABULARY;
use hnet_diagnostics::quoted;
use hnet_ide::reference::{FieldEntry, StatementEntry, statements};
use hnet_ide::topics::{self, TOPICS};
use serde_json::json;

use crate::Outcome;
use crate::failure::{Failure, print};

/// What to print.
#[derive(Debug, Args)]
pub(crate) struct Reference {
    /// A statement, a field, or a topic such as `address` or `lists` [default: all statements]
    word: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl Reference {
    /// Prints all statements with their fields, or what there is about a word, as Markdown or as JSON.
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let statements = statements();
        let text = match (&self.word, self.json) {
            (None, false) => statements.iter().fold(head(), |text, one| text + &page(one)) + &topics_in_lines(),
            (None, true) => pretty(&statements),
            (Some(word), as_json) => About::find(word, &statements)?.text(as_json),
        };
        print(io::stdout(), &text)?;
        Ok(Outcome::Clean)
    }
}

fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("strings and numbers are always JSON") + "\n"
}

/// What stands before the statements: the values that several of them take.
fn head() -> String {
    let index = topics::find("index").map_or("", topics::Topic::first_paragraph);
    format!("# The vocabulary of hnet\n\n{index}\n")
}

/// What stands behind the statements.
fn topics_in_lines() -> String {
    let lines = TOPICS.iter().map(|topic| format!("- `{}`: {}\n", topic.name, topic.about));
    format!("\n## Topics\n\n`hnet reference TOPIC` says more.\n\n{}", lines.collect::<String>())
}

/// The topics, as a list of words.
fn names() -> String {
    quoted(TOPICS.iter().map(|topic| topic.name), ", ")
}

/// What there is about a word.
struct About<'s> {
    word: &'s str,
    topic: Option<&'static topics::Topic>,
    statements: Vec<&'s StatementEntry>,
    /// Fields of single values that are called so, with the statements in which they are the same.
    fields: Vec<(&'s FieldEntry, Vec<&'static str>)>,
}

impl<'s> About<'s> {
    fn find(word: &'s str, statements: &'s [StatementEntry]) -> Result<Self, Failure> {
        if let Some((within, own)) = word.rsplit_once('/') {
            return About::within(within, own, statements).ok_or_else(|| unknown(word, statements));
        }
        let topic = topics::find(word);
        let mut fields: Vec<(&FieldEntry, Vec<&'static str>)> = Vec::new();
        for statement in statements {
            let here = statement.values.iter().chain(&statement.fields);
            for field in here.filter(|field| field.keyword == word && field.statement.is_none()) {
                match fields.iter_mut().find(|(known, _)| *known == field) {
                    Some((_, within)) if within.contains(&statement.keyword) => {}
                    Some((_, within)) => within.push(statement.keyword),
                    None => fields.push((field, vec![statement.keyword])),
                }
            }
        }
        let statements_of_word: Vec<&StatementEntry> = statements.iter().filter(|one| one.keyword == word).collect();
        if topic.is_none() && statements_of_word.is_empty() && fields.is_empty() {
            return Err(unknown(word, statements));
        }
        Ok(About { word, topic, statements: statements_of_word, fields })
    }

    /// What there is about a word in a statement: `route/to`.
    fn within(within: &'s str, word: &'s str, statements: &'s [StatementEntry]) -> Option<Self> {
        let outer: Vec<&str> = within.split('/').collect();
        let is_outer = |path: &[&str]| path.ends_with(&outer);
        let own: Vec<&StatementEntry> = statements
            .iter()
            .filter(|one| one.path.split_last().is_some_and(|(last, above)| *last == word && is_outer(above)))
            .collect();
        let holding = statements.iter().filter(|one| is_outer(&one.path));
        let fields =
            holding.flat_map(|one| one.values.iter().chain(&one.fields).map(move |field| (field, one.keyword)));
        let mut fields: Vec<_> = fields
            .filter(|(field, _)| field.keyword == word && field.statement.is_none())
            .map(|(field, keyword)| (field, vec![keyword]))
            .collect();
        // A statement that stands in several others is the same in all of them.
        fields.dedup();
        (!own.is_empty() || !fields.is_empty()).then_some(About { word, topic: None, statements: own, fields })
    }

    fn text(&self, as_json: bool) -> String {
        if as_json {
            let topic = self.topic.map(|topic| json!({ "name": topic.name, "about": topic.about, "page": topic.page }));
            let fields = self.fields.iter().map(|(field, within)| json!({ "field": field, "in": within }));
            let fields: Vec<_> = fields.collect();
            return pretty(&json!({ "topic": topic, "statements": self.statements, "fields": fields }));
        }
        let mut text = self.topic.map_or_else(String::new, |topic| topic.page.to_owned());
        self.statements.iter().for_each(|one| text.push_str(&page(one)));
        if !self.fields.is_empty() {
            text.push_str(&format!("\n## The field `{}`\n\n", self.word));
        }
        for (field, within) in &self.fields {
            text.push_str(&format!("- of {}: {}\n", quoted(within.iter().copied(), ", "), sentence(field)));
        }
        text.trim_start().to_owned()
    }
}

/// That there is nothing about a word: what was probably meant, or what stands in hnet for another tool's word.
fn unknown(word: &str, statements: &[StatementEntry]) -> Failure {
    let failure = Failure::new(format!("hnet has no word and no topic `{word}`"));
    let foreign = VOCABULARY.foreign.iter().find(|row| row.words.contains(&word));
    let words = statements.iter().flat_map(|one| one.fields.iter().map(|field| field.keyword).chain([one.keyword]));
    match (foreign, topics::meant(word, words)) {
        (Some(row), _) => failure.help(row.answer),
        (None, Some(near)) => failure.help(format!("did you mean `{near}`? The topics are {}", names())),
        (None, None) => failure.help(format!("the topics are {}; `hnet reference` prints all statements", names())),
    }
}

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
