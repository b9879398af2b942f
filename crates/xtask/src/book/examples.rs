//! Examples for the pages of statements: what the project's own sources say, and what the compiler makes of it.
//!
//! Nothing is typed for the book. Each sound source of one file in the pages of diagnostics, the topics, the cases and the
//! examples is a candidate; the one that says most about a statement in the fewest lines is shown, with the lines of the
//! output that come from it. Start at [`Examples::read`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use hnet::{Compilation, Input, Options};
use hnet_diagnostics::{Diagnostics, FileId};
use hnet_emit::Outputs;
use hnet_ide::reference::StatementEntry;
use hnet_syntax::tree::Statement;
use hnet_testing::{files, projects, root};

use super::blocks::unmarked;
use super::read;

/// How many candidates are compiled for a statement at most before one that comes out as nothing is taken.
const TRIED: usize = 24;
/// How many lines of a source or a file are shown.
const SHOWN: usize = 44;
/// How many files are shown of what a statement comes out as.
const FILES: usize = 3;

/// All sources that may be shown.
pub(super) struct Examples {
    sources: Vec<String>,
    /// By the keywords that lead to a statement, those of a cluster as if they stood in the network.
    places: BTreeMap<Vec<String>, Vec<Place>>,
}

/// A statement in a source.
struct Place {
    source: usize,
    span: Range<usize>,
    words: BTreeSet<String>,
}

/// What is shown of a statement.
pub(super) struct Example {
    /// The whole source, which is what the playground opens.
    pub source: String,
    /// The statement alone, or the whole source where that is short.
    pub shown: String,
    /// Files that it comes out as.
    pub files: Vec<Excerpt>,
}

/// A part of a file.
pub(super) struct Excerpt {
    pub path: String,
    pub text: String,
    /// The lines that come from the statement, counted from 1 within the text.
    pub marked: Vec<usize>,
}

impl Examples {
    pub(super) fn read() -> Result<Examples, String> {
        let root = root();
        let mut sources = Vec::new();
        for path in files(&root.join("examples"), ".hnet") {
            sources.push(read(&path)?);
        }
        sources.push(read(&root.join("tests/fields.hnet"))?);
        for folder in ["crates/hnet-diagnostics/explain", "crates/hnet-ide/topics", "tests/cases"] {
            for path in files(&root.join(folder), ".md") {
                let projects = projects(&read(&path)?).into_iter().map(|(_, input)| input);
                let alone = projects.filter(|input| input.files.len() == 1).flat_map(|input| input.files);
                sources.extend(alone.map(|(_, text)| unmarked(&text)));
            }
        }
        let mut examples = Examples { sources, places: BTreeMap::new() };
        for source in 0..examples.sources.len() {
            let tree = hnet_syntax::parse(FileId::default(), &examples.sources[source], &mut Diagnostics::new()).tree;
            for statement in &tree.statements {
                examples.enter(source, statement, &mut Vec::new());
            }
        }
        Ok(examples)
    }

    fn enter(&mut self, source: usize, statement: &Statement, path: &mut Vec<String>) {
        let keyword = statement.keyword.text.to_string();
        path.push(keyword);
        let inner = statement.statements().iter().map(|inner| inner.keyword.text.to_string());
        let words = statement.arguments.iter().map(|argument| argument.value.text.to_string()).chain(inner).collect();
        let place = Place { source, span: statement.span.range(), words };
        self.places.entry(path.clone()).or_default().push(place);
        for inner in statement.statements() {
            self.enter(source, inner, path);
        }
        path.pop();
    }

    /// What is shown of a statement; none where no source has it.
    pub(super) fn of(&self, entry: &StatementEntry) -> Option<Example> {
        let mut paths: Vec<Vec<String>> = Vec::new();
        match entry.path.split_first()? {
            (&"network or cluster", rest) => {
                for before in [&["network"][..], &["network", "cluster"]] {
                    paths.push(before.iter().chain(rest).map(|word| (*word).to_owned()).collect());
                }
            }
            // What may stand at the top of a file mostly stands in its network.
            (first, []) if *first != "network" => {
                paths.extend([vec![(*first).to_owned()], vec!["network".to_owned(), (*first).to_owned()]]);
            }
            _ => paths.push(entry.path.iter().map(|word| (*word).to_owned()).collect()),
        }
        let fields: BTreeSet<&str> = entry.fields.iter().map(|field| field.keyword).collect();
        let mut found: Vec<(i64, &Place)> = paths
            .iter()
            .flat_map(|path| self.places.get(path).into_iter().flatten())
            .map(|place| (self.worth(place, &fields), place))
            .collect();
        found.sort_by_key(|(worth, place)| (-worth, place.source, place.span.start));
        // First what raises nothing and comes out as something, then what raises nothing, then what is compiled at all.
        let (mut warned, mut silent) = (None, None);
        for (_, place) in found.into_iter().take(TRIED) {
            let source = &self.sources[place.source];
            let compilation = hnet::compile(Input::one("network.hnet", source), &Options::default());
            if compilation.network.is_none() {
                continue;
            }
            let files = written(&compilation, &place.span, entry.path.len() <= 2);
            let example = Example { source: source.clone(), shown: shown(source, &place.span), files };
            match (compilation.diagnostics.is_empty(), example.files.is_empty()) {
                (true, false) => return Some(example),
                (true, true) => _ = silent.get_or_insert(example),
                (false, _) => _ = warned.get_or_insert(example),
            }
        }
        silent.or(warned)
    }

    /// How much a place shows: the fields that are set, against the lines that must be read.
    fn worth(&self, place: &Place, fields: &BTreeSet<&str>) -> i64 {
        let text = &self.sources[place.source];
        let lines = |text: &str| i64::try_from(text.lines().count()).unwrap_or(i64::MAX / 4);
        let set = place.words.iter().filter(|word| fields.contains(word.as_str())).count().min(8);
        let set = i64::try_from(set).unwrap_or(0);
        24 * set - 4 * lines(&text[place.span.clone()]) - lines(text).min(200)
    }
}

/// The whole source where it is short, otherwise the statement without its indentation.
fn shown(source: &str, span: &Range<usize>) -> String {
    if source.lines().count() <= 24 {
        return source.trim_end().to_owned();
    }
    let start = source[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let indent = span.start - start;
    let lines: Vec<&str> = source[span.clone()].lines().collect();
    let bare = |line: &&str| line.get(indent.min(line.len() - line.trim_start().len())..).unwrap_or(line).to_owned();
    let mut shown: Vec<String> = lines.iter().take(SHOWN).map(bare).collect();
    if lines.len() > SHOWN {
        shown.push(format!("# … and {} lines more", lines.len() - SHOWN));
    }
    shown.join("\n")
}

/// What comes out of a part of the source: the files with most lines of it first.
fn written(compilation: &Compilation, span: &Range<usize>, is_page: bool) -> Vec<Excerpt> {
    let Some(outputs) = &compilation.outputs else { return Vec::new() };
    // What no program is told stands in the document that people read.
    let is_read = |path: &str| path.starts_with("docs/") || path.ends_with(".md") || path.starts_with('.');
    let found = excerpts(outputs, span, |path| !is_read(path));
    if found.is_empty() && is_page { excerpts(outputs, span, |path| path == "docs/network.md") } else { found }
}

fn excerpts(outputs: &Outputs, span: &Range<usize>, is_shown: impl Fn(&str) -> bool) -> Vec<Excerpt> {
    let mut found: Vec<(usize, Excerpt)> = Vec::new();
    for (path, file) in outputs.files.iter().filter(|(path, _)| is_shown(path)) {
        let lines: Vec<&str> = file.text().lines().collect();
        let is_prose = path.ends_with(".md");
        let comes = |at: &usize| {
            let origin = file.origins()[*at].span;
            origin.file == FileId::default() && span.contains(&(origin.start as usize)) && !lines[*at].starts_with('#')
                // The rows of its tables.
                && (!is_prose || lines[*at].starts_with('|'))
        };
        let marked: Vec<usize> = (0..lines.len().min(file.origins().len())).filter(comes).collect();
        let Some(first) = marked.first() else { continue };
        // From the document that the first of them stands in, or a little before it where that is long.
        let parts = |line: &&str| *line == "---" || line.starts_with('#');
        let begin = lines[..*first].iter().rposition(parts).map_or(0, |at| at + usize::from(!is_prose));
        let begin = if first - begin > SHOWN / 2 { first - 6 } else { begin };
        let ends = |line: &&str| *line == "---" || is_prose && line.starts_with('#');
        let end = lines[*first..].iter().position(ends).map_or(lines.len(), |at| first + at);
        // To a little behind the last of them, or to the end where that is near.
        let last = marked.iter().filter(|at| **at < end).max().copied().unwrap_or(*first);
        let end = if end - begin > SHOWN / 2 { end.min(last + 4) } else { end }.min(begin + SHOWN);
        let is_begun = begin > 0 && !is_prose && !lines[begin - 1].starts_with('#') && lines[begin - 1] != "---";
        let mut text = lines[begin..end].join("\n");
        if is_begun {
            text = format!("# …\n{text}");
        }
        if end < lines.len() && !is_prose && lines[end] != "---" {
            text.push_str("\n# …");
        }
        let shift = usize::from(is_begun);
        let marked: Vec<usize> = marked.iter().filter(|at| **at < end).map(|at| at - begin + 1 + shift).collect();
        found.push((marked.len(), Excerpt { path: path.clone(), text, marked }));
    }
    found.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.path.cmp(&other.path)));
    found.into_iter().take(FILES).map(|(_, excerpt)| excerpt).collect()
}
