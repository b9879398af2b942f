//! A case: sources, the marks of what they must raise, and the blocks of what they come out as.

use std::fs;
use std::path::Path;

use hnet::{Compilation, Input, Options};
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Source, Sources, Span, render};

use crate::page::{self, Block};
use crate::{always, blessing, difference};

/// Runs all cases of a page and says what is wrong; with blessing it rewrites the expected blocks.
///
/// A block `hnet` begins a case, whose root is `network.hnet`; one with `file=PATH` behind it adds a
/// file. Blocks behind those say what is expected.
///
/// # Panics
/// When the page cannot be read or written.
#[must_use]
pub fn run_page(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the page was listed just now");
    let (mut failures, mut changes) = (Vec::new(), Vec::new());
    for case in cases(page::blocks(&text)) {
        let place = format!("{}:{} {}", path.display(), case.sources[0].line, case.sources[0].heading);
        for failure in case.run(&mut changes) {
            failures.push(format!("{place}\n{failure}"));
        }
    }
    if blessing() && !changes.is_empty() {
        fs::write(path, page::replace(&text, changes)).expect("a page can be blessed");
    }
    failures
}

/// Sources with the blocks that say what they must come out as.
struct Case {
    sources: Vec<Block>,
    expected: Vec<Block>,
}

fn cases(blocks: Vec<Block>) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for block in blocks {
        let belongs = |case: &Case| case.expected.is_empty() && case.sources[0].heading == block.heading;
        match cases.last_mut() {
            Some(case) if block.language == "hnet" && block.value("file").is_some() && belongs(case) => {
                case.sources.push(block);
            }
            _ if block.language == "hnet" => cases.push(Case { sources: vec![block], expected: Vec::new() }),
            Some(case) if case.sources[0].heading == block.heading => case.expected.push(block),
            _ => {}
        }
    }
    cases
}

impl Case {
    fn input(&self) -> Input {
        let file = |block: &Block| (block.value("file").unwrap_or("network.hnet").to_owned(), block.text.clone());
        Input { files: self.sources.iter().map(file).collect(), ..Input::default() }
    }

    fn run(&self, changes: &mut Vec<(std::ops::Range<usize>, String)>) -> Vec<String> {
        let mut failures: Vec<String> = self.sources.iter().flat_map(|block| always::text_holds(&block.text)).collect();
        // A fragment shows the shapes of the grammar; it is not a network.
        if self.sources[0].has("fragment") {
            let marks = self.marks();
            return failures.into_iter().chain(differing_marks(&marks, &fragment(&self.sources[0].text))).collect();
        }
        let compilation = hnet::compile(self.input(), &Options::default());
        failures.extend(always::compilation_holds(&self.input(), &Options::default(), &compilation));
        failures
            .extend(differing_marks(&self.marks(), &marks_of(compilation.diagnostics.iter(), &compilation.sources)));
        for block in &self.expected {
            let Some(found) = self.found(block, &compilation) else { continue };
            match found {
                Err(reason) => failures.push(format!("block at line {}: {reason}", block.line)),
                Ok(found) if block.has("has") => {
                    if !contains_lines(&found, &block.text) {
                        failures.push(format!("block at line {}: these lines are not in\n{found}", block.line));
                    }
                }
                Ok(found) => {
                    let Some(difference) = difference(&block.text, &found) else { continue };
                    if blessing() {
                        changes.push((block.range.clone(), found));
                    } else {
                        failures.push(format!("block at line {}: {difference}", block.line));
                    }
                }
            }
        }
        failures
    }

    /// What the case comes out as, for an expected block; none where the block is no expectation.
    fn found(&self, block: &Block, compilation: &Compilation) -> Option<Result<String, String>> {
        let sources = &compilation.sources;
        let messages = |form: &dyn Fn(&Diagnostic) -> String| {
            let text: String = compilation.diagnostics.iter().map(form).collect();
            text.trim_end().to_owned() + "\n"
        };
        match (block.language.as_str(), block.value("file")) {
            ("text", None) if block.has("messages") => {
                Some(Ok(messages(&|diagnostic| render::human(diagnostic, sources, false))))
            }
            ("text", None) if block.has("short") => {
                Some(Ok(messages(&|diagnostic| render::short(diagnostic, sources))))
            }
            ("text", None) if block.has("show") => {
                let shown = compilation.network.as_ref().map(|network| hnet::show(network).text(sources));
                Some(shown.ok_or_else(|| "the network has errors".to_owned()))
            }
            ("fmt", None) => Some(Ok(hnet_syntax::format(&compilation.trees[0], &self.sources[0].text))),
            (_, Some(path)) => {
                let file = compilation.outputs.as_ref().and_then(|outputs| outputs.files.get(path));
                Some(file.map(|file| file.text().to_owned()).ok_or_else(|| format!("there is no output `{path}`")))
            }
            _ => None,
        }
    }

    /// The marks `#! HN301 "title"` at line ends, as file, line, code and title.
    fn marks(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (path, text) in self.input().files {
            for (at, line) in text.lines().enumerate() {
                let Some((_, mark)) = line.rsplit_once("#! ") else { continue };
                let (codes, title) = mark
                    .split_once('"')
                    .map_or((mark, None), |(codes, title)| (codes, title.trim_end().strip_suffix('"')));
                for code in codes.split_whitespace() {
                    marks.push(Mark {
                        place: format!("{path}:{}", at + 1),
                        code: code.to_owned(),
                        title: title.map(str::to_owned),
                    });
                }
            }
        }
        marks.sort();
        marks
    }
}

/// A diagnostic that starts on a line; in an expectation the title may be left open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    place: String,
    code: String,
    title: Option<String>,
}

fn fragment(text: &str) -> Vec<Mark> {
    let mut sources = Sources::new();
    let file = sources.add(Source::new("network.hnet", text));
    let mut found = Diagnostics::new();
    hnet_syntax::parse(file, text, &mut found);
    marks_of(found.into_sorted().iter(), &sources)
}

fn marks_of<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>, sources: &Sources) -> Vec<Mark> {
    let mut marks: Vec<Mark> = diagnostics
        .map(|diagnostic| {
            let span = diagnostic.span().unwrap_or(Span::new(FileId::default(), 0, 0));
            let source = sources.get(span.file);
            Mark {
                place: format!("{}:{}", source.path(), source.line(span.start as usize)),
                code: diagnostic.code.number.to_owned(),
                title: Some(diagnostic.title.clone()),
            }
        })
        .collect();
    marks.sort();
    marks
}

fn differing_marks(expected: &[Mark], found: &[Mark]) -> Vec<String> {
    let show = |mark: &Mark| format!("{} {} {}", mark.place, mark.code, mark.title.as_deref().unwrap_or_default());
    let mut left: Vec<&Mark> = found.iter().collect();
    let mut failures = Vec::new();
    for mark in expected {
        let is_it = |other: &&&Mark| {
            other.place == mark.place
                && other.code == mark.code
                && mark.title.as_ref().is_none_or(|title| other.title.as_ref() == Some(title))
        };
        match left.iter().position(|other| is_it(&other)) {
            Some(at) => {
                left.remove(at);
            }
            None => failures.push(format!("not raised: {}", show(mark))),
        }
    }
    failures.extend(left.into_iter().map(|mark| format!("raised without a mark: {}", show(mark))));
    failures
}

/// Whether the lines stand in the text one after the other, at any common indentation.
fn contains_lines(text: &str, wanted: &str) -> bool {
    let wanted: Vec<&str> = wanted.lines().collect();
    let lines: Vec<&str> = text.lines().collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    lines.windows(wanted.len().max(1)).any(|run| {
        let shift = indent(run[0]).checked_sub(wanted.first().map_or(0, |line| indent(line)));
        shift.is_some_and(|shift| {
            run.iter().zip(&wanted).all(|(line, wanted)| {
                line.trim_end() == wanted.trim_end()
                    || line
                        .get(shift..)
                        .is_some_and(|rest| line[..shift].trim().is_empty() && rest.trim_end() == wanted.trim_end())
            })
        })
    })
}
