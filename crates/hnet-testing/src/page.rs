//! A Markdown page as headings with their code blocks, and writing blocks back into it.

use std::ops::Range;

/// A code block of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The heading that it stands under; empty before the first.
    pub heading: String,
    /// The word behind the fence: `hnet`, `yaml`.
    pub language: String,
    /// The words behind that: `file=nodes.hnet`, `has`.
    pub words: Vec<String>,
    /// The text between the fences.
    pub text: String,
    /// The line of the opening fence, counted from 1.
    pub line: usize,
    /// Where the text stands in the page.
    pub range: Range<usize>,
}

impl Block {
    /// The value of a word `key=value`.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<&str> {
        self.words.iter().find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }

    /// Whether a word stands behind the fence.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }
}

/// The code blocks of a page in order.
#[must_use]
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open: Option<(String, Block)> = None;
    let (mut heading, mut offset) = (String::new(), 0);
    for (at, line) in page.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        let next = offset + line.len();
        match &mut open {
            Some((fence, block)) if bare == fence.as_str() => {
                block.range.end = offset;
                block.text = page[block.range.clone()].to_owned();
                blocks.extend(open.take().map(|(_, block)| block));
            }
            Some(_) => {}
            None if bare.starts_with("```") => {
                let ticks = bare.len() - bare.trim_start_matches('`').len();
                let mut words = bare[ticks..].split_whitespace().map(str::to_owned);
                let language = words.next().unwrap_or_default();
                let block = Block {
                    heading: heading.clone(),
                    language,
                    words: words.collect(),
                    text: String::new(),
                    line: at + 1,
                    range: next..next,
                };
                open = Some((bare[..ticks].to_owned(), block));
            }
            None if bare.starts_with('#') => heading = bare.trim_start_matches('#').trim().to_owned(),
            None => {}
        }
        offset = next;
    }
    blocks
}

/// The page with the texts of some blocks replaced.
#[must_use]
pub fn replace(page: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(range, _)| range.start);
    let mut text = page.to_owned();
    for (range, new) in changes.into_iter().rev() {
        text.replace_range(range, &new);
    }
    text
}
