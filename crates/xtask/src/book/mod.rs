//! `cargo xtask book`: the pages of the book, for VitePress (`web/book`), which makes a site of them.
//!
//! Prose is copied from where it stands (`docs/`, the topics, the decisions, this project's own documents), with links made
//! to fit; statements come from the vocabulary, diagnostics from their pages, commands from the program, rules from the
//! sources. What an example comes out as is computed here. Nothing of it is committed. Start at [`run`].
#![expect(clippy::disallowed_methods, reason = "a front end reads and writes the files of the project")]

mod blocks;
mod commands;
mod diagnostics;
mod examples;
mod prose;
mod rules;
mod statements;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hnet_testing::root;
use serde_json::{Value, json};

use self::blocks::Blocks;
use self::examples::Examples;

/// Where the pages go, from the root of the project.
const PAGES: &str = "web/book/pages";

/// The pages so far.
#[derive(Default)]
struct Book {
    /// The text of each by its path without an ending: `diagnostics/HN103`.
    pages: BTreeMap<String, String>,
    /// The parts of the list beside each page, in order: their titles and entries.
    parts: Vec<(String, Vec<Entry>)>,
    blocks: Blocks,
}

/// An entry of the list beside the pages.
enum Entry {
    /// A page: what it is called there, and its path.
    Page(String, String),
    /// Several under a title, folded.
    Folded(String, Vec<Entry>),
}

impl Entry {
    fn page(text: impl Into<String>, path: impl Into<String>) -> Entry {
        Entry::Page(text.into(), path.into())
    }

    fn value(&self) -> Value {
        match self {
            Entry::Page(text, path) => json!({ "text": text, "link": format!("/{}", path.trim_end_matches("index")) }),
            Entry::Folded(text, entries) => {
                let items: Vec<Value> = entries.iter().map(Entry::value).collect();
                json!({ "text": text, "collapsed": true, "items": items })
            }
        }
    }
}

impl Book {
    /// Adds a page.
    fn page(&mut self, path: &str, text: String) {
        self.pages.insert(path.to_owned(), text);
    }
}

/// Writes all pages, in the place of those that are there.
///
/// # Errors
/// When a source cannot be read, a link leads nowhere, or a page cannot be written.
pub fn run() -> Result<(), String> {
    let mut book = Book::default();
    prose::beginning(&mut book)?;
    let examples = Examples::read()?;
    prose::language(&mut book)?;
    statements::write(&mut book, &examples)?;
    diagnostics::write(&mut book)?;
    rules::write(&mut book)?;
    commands::write(&mut book)?;
    prose::design(&mut book)?;

    let folder = root().join(PAGES);
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(|error| format!("cannot empty `{PAGES}`: {error}"))?;
    }
    for (path, text) in &book.pages {
        write(&folder.join(format!("{path}.md")), text)?;
    }
    for (name, picture) in &book.blocks.pictures {
        write(&folder.join("public").join(name), picture)?;
    }
    let parts: Vec<Value> = book.parts.iter().map(part).collect();
    let data = json!({ "parts": parts, "open": book.blocks.open });
    write(&folder.join("book.json"), &data.to_string())
}

fn part((title, entries): &(String, Vec<Entry>)) -> Value {
    let items: Vec<Value> = entries.iter().map(Entry::value).collect();
    json!({ "text": title, "items": items })
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

fn write(path: &PathBuf, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

/// A text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
