//! How much of the corpus is YAML, and what is wrong with the rest.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hnet_diagnostics::{FileId, Source};
use hnet_yaml::{Trouble, parse};

use super::File;

/// Reads each file as YAML, whatever its name says.
pub(crate) fn report(files: &[File], out: &mut String) -> usize {
    let (mut documents, mut nodes, mut bytes, mut values) = (0, 0, 0, 0);
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut troubles: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unread = String::new();
    for (path, text) in files {
        let yaml = parse(FileId(0), text);
        bytes += text.len();
        nodes += yaml.len();
        for document in yaml.documents() {
            documents += 1;
            if let Some(root) = document.root {
                root.value().leaves(&mut |_, _| values += 1);
            }
        }
        let is_read = !yaml.problems().iter().any(|problem| problem.trouble.loses_text());
        let name = path.rsplit_once('.').map_or("", |(_, end)| end);
        let kind = kinds.entry(if name.contains('/') { "" } else { name }.to_owned()).or_default();
        kind.0 += 1;
        kind.1 += usize::from(is_read);
        for problem in yaml.problems() {
            *troubles.entry(label(&problem.trouble)).or_default() += 1;
        }
        let first = yaml.problems().iter().find(|problem| problem.trouble.loses_text());
        if let (true, Some(problem)) = (matches!(name, "yaml" | "yml"), first) {
            let place = Source::new(path.as_str(), text.as_str()).position(problem.span.range().start);
            let _ = writeln!(unread, "   {path}:{}:{}: {}", place.line, place.column, problem.trouble);
        }
    }
    let _ =
        writeln!(out, "   {} files, {bytes} bytes, {documents} documents, {nodes} nodes, {values} leaves", files.len());
    for (kind, (all, read)) in kinds {
        let _ = writeln!(out, "   {read:6} of {all:6} .{kind}");
    }
    for (trouble, count) in troubles {
        let _ = writeln!(out, "   {count:6} {trouble}");
    }
    out.push_str(&unread);
    0
}

fn label(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::Syntax(_) => "no YAML",
        Trouble::DuplicateKey(_) => "a key that is there twice",
        Trouble::UnknownAlias(_) => "an alias of nothing",
        Trouble::AliasOfItself(_) => "an alias of itself",
        Trouble::AliasTooLarge(_) => "an alias of too much",
        Trouble::MergeOfNoMap => "a merge of no map",
        Trouble::KeyIsNoText => "a key that is no text",
        Trouble::TooLarge => "a file that is too large",
    }
}
