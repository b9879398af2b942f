//! The code blocks of pages as the book shows them: without the marks of tests, with what the compiler says of mistakes, and
//! with what the playground opens. Start at [`Blocks::shown`].

use std::collections::BTreeMap;

use hnet::{Input, Options};
use hnet_diagnostics::{Source, Sources, render};
use hnet_draw::View;
use hnet_testing::page::{self, Block};
use hnet_testing::projects;

/// What the playground opens, by the word `open=N` of a block: paths and texts, the root first.
#[derive(Default)]
pub(super) struct Blocks {
    pub open: BTreeMap<String, Vec<(String, String)>>,
    /// Pictures by their names, as vector graphics.
    pub pictures: BTreeMap<String, String>,
}

impl Blocks {
    /// A block of the language that opens these sources, which may be more than it shows.
    pub(super) fn source(&mut self, shown: &str, words: &str, files: Vec<(String, String)>) -> String {
        let number = self.open.len().to_string();
        self.open.insert(number.clone(), files);
        format!("```hnet{words} open={number}\n{}\n```\n", shown.trim_end())
    }

    /// Draws the topology of sources.
    ///
    /// # Errors
    /// When they are no sound network.
    pub(super) fn picture(&mut self, name: &str, input: &Input) -> Result<(), String> {
        let compilation = hnet::check(input.clone(), &Options::default());
        let network =
            compilation.network.as_ref().ok_or_else(|| format!("the picture `{name}` is of no sound network"))?;
        let picture = hnet_draw::draw(network, View::Topology).svg();
        self.pictures.insert(format!("{name}.svg"), picture);
        Ok(())
    }

    /// A page with its blocks as the book shows them.
    ///
    /// # Errors
    /// When a picture is asked for of what is no sound network.
    pub(super) fn shown(&mut self, text: &str) -> Result<String, String> {
        let blocks = page::blocks(text);
        let projects: BTreeMap<usize, Input> = projects(text).into_iter().collect();
        let mut changes = Vec::new();
        // The messages of a project stand behind its last file.
        let mut messages: BTreeMap<usize, String> = BTreeMap::new();
        for (at, block) in blocks.iter().enumerate() {
            let whole = fence(text, block);
            let mut shown = match projects.get(&block.line) {
                Some(input) if block.language == "hnet" => {
                    let files: Vec<(String, String)> =
                        input.files.iter().map(|(path, text)| (path.clone(), unmarked(text))).collect();
                    let is_wrong = input.files.iter().any(|(_, text)| text.contains("#! "));
                    if is_wrong {
                        let last = at + files.len() - 1;
                        messages.insert(last, said(&files, input));
                    }
                    let words = words(block, is_wrong);
                    // The playground has sources alone.
                    match input.texts.is_empty() && input.files.iter().all(|(path, _)| path.ends_with(".hnet")) {
                        true => self.source(&unmarked(&block.text), &words, files),
                        false => format!("```hnet{words}\n{}```\n", unmarked(&block.text)),
                    }
                }
                _ if block.language == "hnet" || block.has("audit") || block.has("around") || block.has("source") => {
                    let words = words(block, block.text.contains("#! "));
                    format!("```{}{words}\n{}```\n", block.language, unmarked(&block.text))
                }
                _ => text[whole.clone()].to_owned(),
            };
            if block.has("audit") && blocks[at + 1..].iter().all(|other| other.heading != block.heading) {
                let files = blocks.iter().filter(|other| other.heading == block.heading && other.has("audit"));
                messages.insert(at, audited(files));
            }
            // The picture of a source stands behind it, unless the page shows it itself under another name.
            if let (Some(input), Some(name)) = (projects.get(&block.line), block.value("draw")) {
                self.picture(name, input)?;
                if name != "start" {
                    shown.push_str(&format!("\n![The topology of this network](/{name}.svg)\n"));
                }
            }
            if let Some(said) = messages.get(&at).filter(|said| !said.is_empty()) {
                shown.push_str(&format!("\n```text messages\n{}\n```\n", said.trim_end()));
            }
            changes.push((whole, shown));
        }
        Ok(page::replace(text, changes))
    }
}

/// Where a block stands with its fences.
fn fence(text: &str, block: &Block) -> std::ops::Range<usize> {
    let before = text[..block.range.start].trim_end_matches('\n');
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = text[block.range.end..].find('\n').map_or(text.len(), |at| block.range.end + at + 1);
    start..end
}

/// The words behind the language: the file, whether it is a wrong example, and which lines.
fn words(block: &Block, is_wrong: bool) -> String {
    let mut words = String::new();
    if let Some(file) = block.value("file") {
        words.push_str(&format!(" file={file}"));
    }
    if is_wrong {
        let lines = block.text.lines().enumerate().filter(|(_, line)| line.contains("#! "));
        let lines: Vec<String> = lines.map(|(at, _)| (at + 1).to_string()).collect();
        words.push_str(" wrong");
        if !lines.is_empty() {
            words.push_str(&format!(" lines={}", lines.join(",")));
        }
    }
    words
}

/// A text without the marks that tests read.
pub(super) fn unmarked(text: &str) -> String {
    let bare = |line: &str| {
        let end = line.find("#! HN").into_iter().chain(line.find("#+ HN")).min();
        end.map_or(line, |end| line[..end].trim_end()).to_owned() + "\n"
    };
    text.lines().map(bare).collect()
}

/// What the compiler says of sources.
fn said(files: &[(String, String)], input: &Input) -> String {
    let input = Input { files: files.to_vec(), ..input.clone() };
    let compilation = hnet::compile(input, &Options::default());
    let texts = compilation.diagnostics.iter().map(|one| render::human(one, &compilation.sources, false));
    texts.collect::<Vec<_>>().join("")
}

/// What an audit says of a repository.
fn audited<'b>(blocks: impl Iterator<Item = &'b Block>) -> String {
    let mut sources = Sources::new();
    for block in blocks {
        sources.add(Source::new(block.value("file").unwrap_or("file.yaml"), unmarked(&block.text)));
    }
    let audit = hnet_audit::audit(sources, false);
    let found = hnet_audit::together(&audit.findings);
    found.iter().map(|finding| render::human(&finding.diagnostic, &audit.sources, false)).collect()
}
