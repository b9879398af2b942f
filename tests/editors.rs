//! What editors know of the language without the compiler is what the compiler knows: the files with its words are
//! current, and the grammar for tree-sitter reads what it reads, in the same colours.

use std::fs;
use std::path::Path;

use hnet::Input;
use hnet_diagnostics::{Diagnostics, FileId};
use hnet_ide::{Project, TokenType};
use hnet_testing::{difference, files, page, root};
use tree_sitter::{Language, Parser, Query, QueryCursor, StreamingIterator as _, Tree};

fn language() -> Language {
    tree_sitter_hnet::LANGUAGE.into()
}

fn parsed(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&language()).expect("the interface is one that the library reads");
    parser.parse(text, None).expect("nothing stops the parser")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("the file was listed just now")
}

/// Every source of the project: those of the examples, and each block of cases, lessons, explanations and documents.
fn sources() -> Vec<(String, String)> {
    let root = root();
    let called = |path: &Path| path.strip_prefix(&root).expect("it was found below").display().to_string();
    let mut sources = Vec::new();
    for folder in ["examples", "tests", "web", "crates", "docs", "grammar"] {
        for path in files(&root.join(folder), ".hnet").iter().chain(&files(&root.join(folder), ".md")) {
            if path.components().any(|part| part.as_os_str() == "node_modules" || part.as_os_str() == "target") {
                continue;
            }
            let text = read(path);
            if path.extension().is_some_and(|ending| ending == "hnet") {
                sources.push((called(path), text));
                continue;
            }
            let blocks = page::blocks(&text).into_iter().filter(|block| block.language == "hnet");
            sources.extend(blocks.map(|block| (format!("{}:{}", called(path), block.line), block.text)));
        }
    }
    sources
}

/// The queries, of the grammar and of each editor.
fn queries() -> Vec<std::path::PathBuf> {
    let both = [root().join("grammar/tree-sitter/queries"), root().join("web/editors")];
    both.iter().flat_map(|folder| files(folder, ".scm")).collect()
}

#[test]
fn files_with_the_words_of_the_vocabulary_are_current() {
    let mut failures = Vec::new();
    for (path, text) in xtask::editors::files() {
        let there = fs::read_to_string(root().join(path)).unwrap_or_default();
        failures.extend(difference(&text, &there).map(|found| format!("{path}: {found}")));
        if text.contains("{FIELDS}") || !text.contains("cargo xtask editors") {
            failures.push(format!("{path} does not say what it is made of"));
        }
    }
    assert!(failures.is_empty(), "run `cargo xtask editors`\n{}", failures.join("\n"));
}

#[test]
fn the_parser_is_made_from_the_grammar() {
    let stamp = xtask::editors::stamp(&read(&root().join(xtask::editors::GRAMMAR)));
    let parser = read(&root().join(xtask::editors::PARSER));
    assert!(parser.starts_with(&stamp), "run `cargo xtask editors`");
}

#[test]
fn the_grammar_reads_what_the_compiler_reads() {
    let (mut failures, mut count) = (Vec::new(), 0);
    for (name, text) in sources() {
        let mut found = Diagnostics::new();
        hnet_syntax::parse(FileId(0), &text, &mut found);
        // What the compiler mends, such as a missing `;`, tree-sitter mends in its own way.
        if found.iter().next().is_some() {
            continue;
        }
        count += 1;
        let tree = parsed(&text);
        if tree.root_node().has_error() {
            failures.push(format!("{name}\n{}", tree.root_node().to_sexp()));
        }
    }
    assert!(count > 1500, "only {count} sources were found");
    assert!(failures.is_empty(), "{} of {count}\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn queries_are_of_the_grammar() {
    let mut failures = Vec::new();
    let queries = queries();
    assert!(queries.len() > 1, "the queries were not found");
    for path in queries {
        if let Err(error) = Query::new(&language(), &read(&path)) {
            failures.push(format!("{}: {error}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The colour that the compiler gives, as the queries call it.
fn called(kind: TokenType) -> &'static str {
    match kind {
        TokenType::Keyword => "keyword",
        TokenType::Property => "property",
        TokenType::Class => "type",
        TokenType::EnumMember => "constant",
        TokenType::Number => "number",
        TokenType::String => "string",
        TokenType::Comment => "comment",
        TokenType::Operator => "punctuation",
    }
}

/// Without the compiler 98 of 100 keywords, fields and declared names of all sources have the colour that they have with it:
/// a query cannot see what is around a statement without keeping more open than editors allow.
#[test]
fn colours_without_the_compiler_are_those_with_it() {
    let query = Query::new(&language(), &read(&root().join("grammar/tree-sitter/queries/highlights.scm")));
    let query = query.expect("the query was looked at in another test");
    let mut failures = Vec::new();
    let mut compared = 0;
    for (name, text) in sources() {
        let project = Project::new(Input::one("network.hnet", &text));
        if project.compilation.network.is_none() {
            continue;
        }
        let tree = parsed(&text);
        let mut captures = Vec::new();
        let mut cursor = QueryCursor::new();
        // As many as Zed and Neovim keep open; what is beyond has no colour there.
        cursor.set_match_limit(64);
        let mut found = cursor.captures(&query, tree.root_node(), text.as_bytes());
        while let Some((matched, index)) = found.next() {
            let capture = matched.captures[*index];
            captures.push((capture.node.byte_range(), query.capture_names()[capture.index as usize]));
        }
        assert!(!cursor.did_exceed_match_limit(), "{name} has more open than editors keep");
        captures.retain(|(_, name)| !name.starts_with('_'));
        for piece in project.coloured(FileId(0)) {
            let expected = called(piece.kind);
            let is_told = matches!(piece.kind, TokenType::Keyword | TokenType::Property) || piece.declaration;
            if !is_told {
                continue;
            }
            compared += 1;
            let range = piece.span.start as usize..piece.span.end as usize;
            let names: Vec<&str> = captures.iter().filter(|(at, _)| *at == range).map(|(_, name)| *name).collect();
            if names != [expected] {
                failures.push(format!("{}: `{}` is {expected}, not {names:?}", name, &text[range]));
            }
        }
    }
    assert!(compared > 10_000, "only {compared} words were compared");
    assert!(failures.len() * 50 <= compared, "{} of {compared}\n{}", failures.len(), failures.join("\n"));
}
