//! Prose that stands elsewhere in the project: pages of the book with their links made to fit. Start at [`at_home`].

use std::path::{Component, Path, PathBuf};

use hnet_diagnostics::codes;
use hnet_ide::topics::TOPICS;
use hnet_testing::{files, root};

use super::{Book, Entry, PAGES, cell, read};

/// Documents that are pages: where they stand, and their paths in the book.
const DOCUMENTS: &[(&str, &str)] = &[
    ("README.md", "index"),
    ("docs/adopting.md", "adopting"),
    ("docs/audit.md", "audit"),
    ("docs/ci.md", "ci"),
    ("docs/editors.md", "editors"),
    ("docs/install.md", "install"),
    ("docs/seen.md", "seen"),
    ("docs/talos-rules.md", "talos-rules"),
    ("docs/ten-minutes.md", "ten-minutes"),
    ("docs/what.md", "what"),
    ("grammar/README.md", "language/shapes"),
    // Where what the book writes comes from, for documents that are read in the repository as well.
    ("crates/hnet-diagnostics/explain", "diagnostics/index"),
    ("crates/hnet-check/src/statements", "statements/index"),
    ("crates/hnet-check/src/statements/existing.rs", "statements/existing"),
    ("web/compiler/README.md", "compiler"),
    ("ARCHITECTURE.md", "design/architecture"),
    ("CONTRIBUTING.md", "design/contributing"),
    ("CHANGELOG.md", "design/changes"),
    ("tests/README.md", "design/tests"),
    ("web/README.md", "design/playground"),
    ("docs/decisions/README.md", "design/decisions/index"),
];

/// The path in the book of a file of the project.
fn path_of(file: &str) -> Option<String> {
    if let Some((_, path)) = DOCUMENTS.iter().find(|(own, _)| *own == file) {
        return Some((*path).to_owned());
    }
    if let Some(name) = file.strip_prefix("crates/hnet-ide/topics/").and_then(|name| name.strip_suffix(".md")) {
        return Some(topic(name));
    }
    let inside = |folder: &str, path: &str| Some(format!("{path}/{}", file.strip_prefix(folder)?.strip_suffix(".md")?));
    inside("docs/decisions/", "design/decisions").or_else(|| inside("crates/hnet-diagnostics/explain/", "diagnostics"))
}

/// The path of a topic's page.
pub(super) fn topic(name: &str) -> String {
    // The list of all has the other name.
    format!("language/{}", if name == "index" { "indexes" } else { name })
}

/// A text from a file of the project with its links as the book has them. What the book does not hold is named and not
/// linked, since where its repository is nobody knows yet.
///
/// # Errors
/// When a link leads to a file that is not there.
pub(super) fn at_home(text: &str, file: &str) -> Result<String, String> {
    let (mut shown, mut rest, mut is_code) = (String::new(), text, false);
    while !rest.is_empty() {
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let (line, after) = rest.split_at(end);
        rest = after;
        is_code ^= line.starts_with("```");
        shown.push_str(&if is_code { line.to_owned() } else { linked(line, file)? });
    }
    Ok(shown)
}

fn linked(line: &str, file: &str) -> Result<String, String> {
    let (mut shown, mut rest) = (String::new(), line);
    while let Some(at) = rest.find("](") {
        let Some(end) = rest[at..].find(')').map(|end| at + end) else { break };
        let target = &rest[at + 2..end];
        let is_elsewhere = target.starts_with('#') || target.starts_with('/') || target.contains("://");
        // The start of the words that are linked; an image begins with `!`.
        let Some(start) = rest[..at].rfind('[').filter(|_| !is_elsewhere) else {
            shown.push_str(&rest[..=end]);
            rest = &rest[end + 1..];
            continue;
        };
        let words = &rest[start + 1..at];
        let (path, anchor) = target.split_once('#').map_or((target, ""), |(path, anchor)| (path, anchor));
        let resolved = resolve(file, path);
        if !root().join(&resolved).exists() {
            return Err(format!("{file} links to `{target}`, which is not there"));
        }
        let is_image = rest[..start].ends_with('!');
        shown.push_str(if is_image { &rest[..start - 1] } else { &rest[..start] });
        match path_of(&resolved) {
            // Vite takes it from where it stands.
            _ if is_image => {
                let depth = PAGES.split('/').count() + path_of(file).unwrap_or_default().matches('/').count();
                shown.push_str(&format!("![{words}]({}{resolved})", "../".repeat(depth)));
            }
            Some(path) => {
                let anchor = if anchor.is_empty() { String::new() } else { format!("#{anchor}") };
                shown.push_str(&format!("[{words}](/{}{anchor})", path.trim_end_matches("index")));
            }
            None if words.contains(&resolved) || words.starts_with('`') => shown.push_str(words),
            None => shown.push_str(&format!("{words} (`{resolved}`)")),
        }
        rest = &rest[end + 1..];
    }
    shown.push_str(rest);
    Ok(shown)
}

/// A path beside a file, from the root of the project.
fn resolve(file: &str, path: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for component in Path::new(file).parent().unwrap_or(Path::new("")).join(path).components() {
        match component {
            Component::ParentDir => _ = parts.pop(),
            Component::Normal(part) => parts.push(part.to_string_lossy().into_owned()),
            _ => {}
        }
    }
    parts.join("/")
}

/// Adds a document as it stands in the project.
fn document(book: &mut Book, file: &str) -> Result<Entry, String> {
    let text = read(&root().join(file))?;
    let path = path_of(file).ok_or_else(|| format!("`{file}` has no place in the book"))?;
    let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(file).replace('`', "");
    let shown = book.blocks.shown(&text)?;
    // What is one table takes the whole width.
    let front = if path == "talos-rules" { "---\naside: false\npageClass: wide\n---\n\n" } else { "" };
    book.page(&path, front.to_owned() + &at_home(&shown, file)?);
    Ok(Entry::page(title, path))
}

fn part(book: &mut Book, title: &str, documents: &[&str]) -> Result<(), String> {
    let entries = documents.iter().map(|file| document(book, file)).collect::<Result<Vec<_>, _>>()?;
    book.parts.push((title.to_owned(), entries));
    Ok(())
}

/// What hnet is, and how one begins.
pub(super) fn beginning(book: &mut Book) -> Result<(), String> {
    let start = read(&root().join("web/book/start.md"))?.replace("NUMBER", &codes::ALL.len().to_string());
    let start = book.blocks.shown(&start)?;
    book.page("index", start);
    part(book, "Begin", &["docs/what.md", "docs/ten-minutes.md", "docs/seen.md", "docs/install.md"])?;
    part(
        book,
        "Use",
        &["docs/adopting.md", "docs/audit.md", "docs/ci.md", "docs/editors.md", "web/compiler/README.md"],
    )?;
    document(book, "docs/talos-rules.md").map(drop)
}

/// The language: its shapes, and what statements have in common.
pub(super) fn language(book: &mut Book) -> Result<(), String> {
    let mut entries = vec![Entry::page("All subjects", "language/index"), document(book, "grammar/README.md")?];
    let mut list = "# The language\n\nWhat statements have in common. The words themselves stand in [statements](/statements/), the \
                    shapes in which they are written in [the shapes](/language/shapes). `hnet reference address` prints these \
                    pages.\n\n| | |\n|---|---|\n"
        .to_owned();
    for topic in TOPICS {
        let path = self::topic(topic.name);
        list.push_str(&format!("| [{}](/{path}) | {} |\n", topic.name, cell(topic.about)));
        let shown = book.blocks.shown(topic.page)?;
        book.page(&path, at_home(&shown, &format!("crates/hnet-ide/topics/{}.md", topic.name))?);
        entries.push(Entry::page(topic.name, path));
    }
    book.page("language/index", list);
    book.parts.push(("The language".to_owned(), entries));
    Ok(())
}

/// The design, for those who carry on.
pub(super) fn design(book: &mut Book) -> Result<(), String> {
    let documents = ["ARCHITECTURE.md", "CONTRIBUTING.md", "tests/README.md", "web/README.md", "CHANGELOG.md"];
    let mut entries = documents.iter().map(|file| document(book, file)).collect::<Result<Vec<_>, _>>()?;
    let mut decisions = Vec::new();
    let mut list = read(&root().join("docs/decisions/README.md"))? + "\n";
    let mut paths: Vec<PathBuf> = files(&root().join("docs/decisions"), ".md");
    paths.sort();
    for path in paths.iter().filter(|path| !path.ends_with("README.md")) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Entry::Page(title, path) = document(book, &format!("docs/decisions/{name}"))? else { continue };
        list.push_str(&format!("- [{title}](/{path})\n"));
        decisions.push(Entry::page(title, path));
    }
    book.page("design/decisions/index", list);
    entries.push(Entry::page("Decisions", "design/decisions/index"));
    entries.push(Entry::Folded("All decisions".to_owned(), decisions));
    book.parts.push(("Design".to_owned(), entries));
    Ok(())
}
