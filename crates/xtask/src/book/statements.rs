//! A page for each statement, with those that stand in it as its parts, from the vocabulary that the checker reads.

use std::collections::BTreeMap;

use hnet_ide::reference::{self, FieldEntry, StatementEntry};
use hnet_ide::topics::TOPICS;

use super::examples::{Example, Examples};
use super::{Book, Entry, cell, prose};

/// Adds the pages.
pub(super) fn write(book: &mut Book, examples: &Examples) -> Result<(), String> {
    let entries = reference::statements();
    // Those of a network and of a cluster are the pages; deeper ones are their parts.
    let mut pages: Vec<(&StatementEntry, Vec<&StatementEntry>)> = Vec::new();
    for entry in &entries {
        let is_group = entry.keyword == "network or cluster" && entry.path.len() == 1;
        match (entry.path.len(), pages.last_mut()) {
            _ if is_group => {}
            (0..=2, _) => pages.push((entry, Vec::new())),
            (_, Some((_, parts))) => parts.push(entry),
            (_, None) => return Err(format!("`{}` stands in no statement", entry.keyword)),
        }
    }
    let mut list = "# Statements\n\nA statement is a word, often a name, and fields in `<` and `>`. This is the vocabulary that the \
                    compiler itself reads; `hnet reference` prints it. Each example was compiled, and below it stands what \
                    came out of it.\n"
        .to_owned();
    let mut beside = vec![Entry::page("All statements", "statements/index")];
    let mut written: BTreeMap<String, (String, String)> = BTreeMap::new();
    let mut group = "";
    for (entry, parts) in &pages {
        let first = if entry.path.len() == 1 { "" } else { entry.path[0] };
        if first != group || list.ends_with(".\n") {
            group = first;
            let title = match first {
                "" if entry.keyword == "network" => "The network",
                "" => "At the top of a file",
                "network" => "In a network",
                _ => "In a network, or in a cluster where there are several",
            };
            list.push_str(&format!("\n## {title}\n\n| | |\n|---|---|\n"));
        }
        let path = path(entry);
        list.push_str(&format!("| [`{}`](/{path}) | {} |\n", entry.keyword, cell(&entry.doc)));
        beside.push(Entry::page(entry.keyword, &path));
        let text = page(book, examples, entry, parts, &path, &mut written);
        book.page(&path, text);
    }
    book.page("statements/index", list);
    book.parts.push(("Statements".to_owned(), beside));
    Ok(())
}

fn path(entry: &StatementEntry) -> String {
    format!("statements/{}", entry.keyword)
}

/// What says whether two statements are the same wherever they stand.
fn likeness(entry: &StatementEntry) -> String {
    format!("{} {} {:?} {:?}", entry.form, entry.doc, entry.values, entry.fields)
}

fn page(
    book: &mut Book,
    examples: &Examples,
    entry: &StatementEntry,
    parts: &[&StatementEntry],
    path: &str,
    written: &mut BTreeMap<String, (String, String)>,
) -> String {
    let mut text = format!("---\noutline: 2\n---\n\n# {}\n\n", entry.keyword);
    let example = examples.of(entry);
    begin(book, &mut text, entry, example.as_ref());
    let names = [entry.keyword.to_owned(), format!("{}s", entry.keyword)];
    if let Some(topic) = TOPICS.iter().find(|topic| names.iter().any(|name| name == topic.name)) {
        text.push_str(&format!("\nMore about it: [{}](/{}).\n", topic.about, prose::topic(topic.name)));
    }
    describe(&mut text, entry, path, "");
    come(&mut text, example.as_ref(), "\n## What comes of the example\n");
    let mut elsewhere: Option<Vec<&str>> = None;
    for part in parts {
        // What stands in a part that is described on another page is described there, too.
        if elsewhere.as_ref().is_some_and(|above| part.path.len() > above.len() && part.path.starts_with(above)) {
            continue;
        }
        let below = &part.path[entry.path.len()..];
        let (title, anchor) = (below.join(" / "), below.join("-"));
        text.push_str(&format!("\n## {title} {{#{anchor}}}\n\n"));
        if let Some((other, place)) = written.get(&likeness(part)) {
            text.push_str(&format!("{}\n\nThe same as [{other}]({place}).\n", part.doc));
            elsewhere = Some(part.path.clone());
            continue;
        }
        let name = format!("`{}`", [&[entry.keyword], below].concat().join(" / "));
        written.insert(likeness(part), (name, format!("/{path}#{anchor}")));
        let example = examples.of(part);
        begin(book, &mut text, part, example.as_ref());
        describe(&mut text, part, path, &anchor);
        come(&mut text, example.as_ref(), "\nWhat comes of the example:\n");
    }
    text
}

/// What a statement says, how it begins, and an example of it.
fn begin(book: &mut Book, text: &mut String, entry: &StatementEntry, example: Option<&Example>) {
    text.push_str(&format!("{}\n\n```hnet form\n{}\n```\n", entry.doc, entry.form));
    if let Some(example) = example {
        let files = vec![("network.hnet".to_owned(), example.source.clone())];
        text.push('\n');
        text.push_str(&book.blocks.source(&example.shown, "", files));
    }
}

/// The fields of a statement.
fn describe(text: &mut String, entry: &StatementEntry, path: &str, anchor: &str) {
    if entry.values.is_empty() && entry.fields.is_empty() {
        return;
    }
    text.push_str("\n| field | says | takes |\n|---|---|---|\n");
    for value in &entry.values {
        text.push_str(&format!("| *{}* | {} |\n", value.keyword.to_uppercase(), row(value)));
    }
    for field in &entry.fields {
        let word = match field.statement {
            Some(_) if entry.path.len() == 1 => format!("[`{0}`](/statements/{0})", field.keyword),
            Some(inner) => {
                let inner = if anchor.is_empty() { inner.to_owned() } else { format!("{anchor}-{inner}") };
                format!("[`{}`](/{path}#{inner})", field.keyword)
            }
            None => format!("`{}`", field.keyword),
        };
        text.push_str(&format!("| {word} | {} |\n", row(field)));
    }
}

fn row(field: &FieldEntry) -> String {
    let mut takes = takes(&field.takes);
    if field.required {
        takes.push_str("; must be given");
    }
    if let Some(default) = field.default {
        takes.push_str(&format!("; otherwise {default}"));
    }
    format!("{} | {}", cell(&field.doc), cell(&takes))
}

/// What a field takes, with a link to what is said of such values.
fn takes(takes: &str) -> String {
    let (list, one) = takes.strip_prefix("list, each ").map_or(("", takes), |one| ("list, each ", one));
    let types = TOPICS.iter().flat_map(|topic| topic.types.iter().map(move |kind| (topic.name, *kind)));
    let of_it = types.filter(|(_, kind)| one.starts_with(kind)).max_by_key(|(_, kind)| kind.len());
    match of_it {
        Some((topic, kind)) => format!("{list}[{kind}](/{}){}", prose::topic(topic), &one[kind.len()..]),
        None => takes.to_owned(),
    }
}

/// What an example comes out as.
fn come(text: &mut String, example: Option<&Example>, title: &str) {
    let Some(example) = example.filter(|example| !example.files.is_empty()) else { return };
    text.push_str(title);
    for file in &example.files {
        let language = file.path.rsplit_once('.').map_or("text", |(_, ending)| match ending {
            "yaml" | "yml" => "yaml",
            "md" => "md",
            "tf" => "hcl",
            _ => "text",
        });
        // Where all of it comes from the statement there is nothing to tell apart.
        let is_all = file.marked.len() == file.text.lines().count();
        let lines: Vec<String> = file.marked.iter().map(ToString::to_string).collect();
        let lines = if is_all { String::new() } else { format!(" lines={}", lines.join(",")) };
        // A document may hold blocks itself.
        let fence = if file.text.contains("```") { "````" } else { "```" };
        let shown = file.text.trim_end();
        text.push_str(&format!("\n{fence}{language} file={}{lines}\n{shown}\n{fence}\n", file.path));
    }
}
