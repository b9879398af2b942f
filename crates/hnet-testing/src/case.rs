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
/// file, as do those of other languages with `source`. Blocks behind those say what is expected.
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

/// The cases of a page that are whole projects, with the line that each begins at.
#[must_use]
pub fn projects(page: &str) -> Vec<(usize, Input)> {
    let whole = cases(page::blocks(page)).into_iter().filter(|case| !case.sources[0].has("fragment"));
    whole.map(|case| (case.sources[0].line, case.input())).collect()
}

/// Sources with the blocks that say what they must come out as.
struct Case {
    sources: Vec<Block>,
    expected: Vec<Block>,
}

fn cases(blocks: Vec<Block>) -> Vec<Case> {
    let is_file = |block: &Block| block.value("file").is_some() && (block.language == "hnet" || block.has("source"));
    let mut cases: Vec<Case> = Vec::new();
    for block in blocks.into_iter().filter(|block| !block.has("around")) {
        let belongs = |case: &Case| case.expected.is_empty() && case.sources[0].heading == block.heading;
        match cases.last_mut() {
            Some(case) if is_file(&block) && belongs(case) => case.sources.push(block),
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
        let texts = self.sources.iter().filter(|block| block.has("source")).map(|block| file(block).0).collect();
        Input { files: self.sources.iter().map(file).collect(), texts, ..Input::default() }
    }

    fn run(&self, changes: &mut Vec<(std::ops::Range<usize>, String)>) -> Vec<String> {
        let mut failures: Vec<String> = self.sources.iter().flat_map(|block| always::text_holds(&block.text)).collect();
        // A fragment shows the shapes of the grammar; it is not a network.
        if self.sources[0].has("fragment") {
            failures.extend(differing_marks(&self.marks(), &fragment(&self.sources[0].text)));
            return failures;
        }
        let compilation = hnet::compile(self.input(), &Options::default());
        failures.extend(always::compilation_holds(&self.input(), &Options::default(), &compilation));
        failures
            .extend(differing_marks(&self.marks(), &marks_of(compilation.diagnostics.iter(), &compilation.sources)));
        for block in &self.expected {
            let Some(found) = self.found(block, &compilation) else { continue };
            match found {
                Err(reason) => failures.push(format!("block at line {}: {reason}", block.line)),
                Ok(found) if block.has("has") && contains_lines(&found, &block.text) => {}
                Ok(found) if block.has("has") => {
                    failures.push(format!("block at line {}: these lines are not in\n{found}", block.line));
                }
                Ok(found) if blessing() && found != block.text => changes.push((block.range.clone(), found)),
                Ok(found) => {
                    let found = difference(&block.text, &found);
                    failures.extend(found.map(|difference| format!("block at line {}: {difference}", block.line)));
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
            (_, Some(path)) if !block.has("audit") => {
                let file = compilation.outputs.as_ref().and_then(|outputs| outputs.files.get(path));
                Some(file.map(|file| file.text().to_owned()).ok_or_else(|| format!("there is no output `{path}`")))
            }
            _ => None,
        }
    }

    /// The marks `#! HN301 "title"` at line ends, and behind those `#+ HN301` of further labels.
    fn marks(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (path, text) in self.input().files {
            for (at, line) in text.lines().enumerate() {
                for (sign, prefix) in [("#! ", ""), ("#+ ", "+")] {
                    let Some((_, mark)) = line.rsplit_once(sign) else { continue };
                    let mark = mark.split(" #+ ").next().unwrap_or_default();
                    let (codes, title) = mark.split_once('"').unwrap_or((mark, ""));
                    let title = title.trim_end().strip_suffix('"').map(str::to_owned);
                    let place = format!("{path}:{}", at + 1);
                    let codes = codes.split_whitespace().map(|code| format!("{prefix}{code}"));
                    marks.extend(codes.map(|code| Mark { place: place.clone(), code, title: title.clone() }));
                }
            }
        }
        marks
    }
}

/// A diagnostic that starts on a line, or with `+` before its code a further label; in an expectation the title, or
/// the text of the label, may be left open.
#[derive(Clone, Debug)]
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
    let mut marks = Vec::new();
    for diagnostic in diagnostics {
        let main = (diagnostic.span().unwrap_or(Span::new(FileId::default(), 0, 0)), "", &diagnostic.title);
        let further = diagnostic.labels.iter().skip(1).map(|label| (label.span, "+", &label.text));
        for (span, prefix, title) in std::iter::once(main).chain(further) {
            let place =
                format!("{}:{}", sources.get(span.file).path(), sources.get(span.file).line(span.start as usize));
            let code = format!("{prefix}{}", diagnostic.code.number);
            marks.push(Mark { place, code, title: Some(title.clone()) });
        }
    }
    marks
}

/// What is not found, or not expected. Of a code that no further label is marked of none is expected to be.
fn differing_marks(expected: &[Mark], found: &[Mark]) -> Vec<String> {
    let show = |mark: &Mark| format!("{} {} {}", mark.place, mark.code, mark.title.as_deref().unwrap_or_default());
    let is_open = |mark: &&Mark| !mark.code.starts_with('+') || expected.iter().any(|other| other.code == mark.code);
    let (mut left, mut failures): (Vec<&Mark>, _) = (found.iter().filter(is_open).collect(), Vec::new());
    for mark in expected {
        let is_it = |other: &&Mark| {
            (&other.place, &other.code) == (&mark.place, &mark.code)
                && mark.title.as_ref().is_none_or(|title| other.title.as_ref() == Some(title))
        };
        match left.iter().position(is_it) {
            Some(at) => drop(left.remove(at)),
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
                let rest = line.get(shift..).filter(|_| line[..shift].trim().is_empty()).unwrap_or(line);
                rest.trim_end() == wanted.trim_end()
            })
        })
    })
}
