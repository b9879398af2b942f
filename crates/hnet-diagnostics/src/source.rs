//! Source texts and places in them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

/// A file of the project, by its position in [`Sources`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A stretch of a source: byte offsets, `start` included and `end` excluded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file that the offsets count in.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The stretch of `file` from byte `start` to before byte `end`.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file, start: clamp(start), end: clamp(end) }
    }

    /// The bytes as a range, to index the text with.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// A part of this span, by offsets from its start; cut off at its end.
    #[must_use]
    pub fn part(self, range: std::ops::Range<usize>) -> Self {
        let at = |offset: usize| self.end.min(self.start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)));
        Span { file: self.file, start: at(range.start), end: at(range.end) }
    }

    /// The empty span just behind this one, where something is missing.
    #[must_use]
    pub fn after(self) -> Self {
        Span { start: self.end, ..self }
    }

    /// The smallest span that holds both; they are in one file.
    #[must_use]
    pub fn to(self, other: Span) -> Self {
        Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether the byte offset lies in the span or just behind it.
    #[must_use]
    pub fn touches(self, offset: usize) -> bool {
        self.start as usize <= offset && offset <= self.end as usize
    }
}

/// A place as people and editors name it. All three count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in characters, as a person counts them: a byte order mark is none.
    pub column: usize,
    /// The column in UTF-16 code units, as editors count them, which count the mark if they send it.
    pub column_utf16: usize,
}

/// One source text with its path and the starts of its lines.
#[derive(Clone, Debug)]
pub struct Source {
    path: String,
    text: String,
    line_starts: Vec<u32>,
    /// How many characters and UTF-16 code units stand before each [`STRIDE`] bytes, so that a column is
    /// counted over one stride and not over a line, which may be the whole file.
    counts: Vec<(u32, u32)>,
    /// What no message shows, in order.
    hidden: Vec<Range<usize>>,
}

/// The bytes between two counts.
const STRIDE: usize = 1024;

impl Source {
    /// A text under the path by which messages name it: relative to the project, with `/`.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let mut line_starts = vec![0];
        line_starts.extend(text.match_indices('\n').map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        let mut counts = vec![(0, 0)];
        for stride in text.as_bytes().chunks(STRIDE) {
            let ((characters, units), here) = (counts[counts.len() - 1], count(stride));
            counts.push((characters + here.0, units + here.1));
        }
        Source { path: path.into(), text, line_starts, counts, hidden: Vec::new() }
    }

    /// The same source under another path.
    #[must_use]
    pub fn at(&self, path: impl Into<String>) -> Self {
        Source { path: path.into(), ..self.clone() }
    }

    /// A part of the text as messages show it: each byte of what is hidden is a `*`, and line ends stay. A part that
    /// is none of the text is empty.
    #[must_use]
    pub fn shown(&self, range: Range<usize>) -> Cow<'_, str> {
        let Some(text) = self.text.get(range.clone()) else { return Cow::Borrowed("") };
        let first = self.hidden.partition_point(|hidden| hidden.end <= range.start);
        let mut hidden = self.hidden[first..].iter().take_while(|hidden| hidden.start < range.end).peekable();
        if hidden.peek().is_none() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        for (at, character) in text.char_indices().map(|(at, character)| (range.start + at, character)) {
            while hidden.next_if(|hidden| hidden.end <= at).is_some() {}
            if hidden.peek().is_some_and(|hidden| hidden.start <= at) && !matches!(character, '\n' | '\r') {
                (0..character.len_utf8()).for_each(|_| out.push('*'));
            } else {
                out.push(character);
            }
        }
        Cow::Owned(out)
    }

    /// How many characters and UTF-16 code units stand before a byte.
    fn counted(&self, offset: usize) -> (usize, usize) {
        let stride = offset / STRIDE;
        let before = self.counts.get(stride).copied().unwrap_or_default();
        let bytes = self.text.as_bytes().get(stride * STRIDE..offset).unwrap_or_default();
        // As many characters as bytes in a whole stride: each is one byte and one unit.
        let plain = self.counts.get(stride + 1).is_some_and(|after| after.0 - before.0 == STRIDE as u32);
        let here = if plain { (bytes.len() as u32, bytes.len() as u32) } else { count(bytes) };
        ((before.0 + here.0) as usize, (before.1 + here.1) as usize)
    }

    /// The path by which messages name this source.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many lines the text has; an empty text has one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// The line of a byte offset, counted from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start as usize <= offset).max(1)
    }

    /// The bytes of a line counted from 1, its line end included.
    #[must_use]
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let at = |index: usize| self.line_starts.get(index).map_or(self.text.len(), |start| *start as usize);
        at(line.saturating_sub(1))..at(line)
    }

    /// The place of a byte offset; an offset inside a character counts as its start.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_char_boundary(&self.text, offset);
        let line = self.line(offset);
        let (start, here) = (self.counted(self.line_range(line).start), self.counted(offset));
        Position { line, column: here.0 - start.0 + 1 - self.mark_before(offset), column_utf16: here.1 - start.1 + 1 }
    }

    /// The same for programs that count columns of a line without the mark, which belongs to no line.
    #[must_use]
    pub fn position_without_mark(&self, offset: usize) -> Position {
        let position = self.position(offset);
        Position { column_utf16: position.column_utf16 - self.mark_before(offset), ..position }
    }

    /// How many byte order marks stand before a byte on its line: one behind the start of the text, if it has one.
    fn mark_before(&self, offset: usize) -> usize {
        usize::from(offset > 0 && self.text.starts_with('\u{feff}') && self.line(offset) == 1)
    }

    /// The byte offset of a line and a UTF-16 column, both counted from 0 as editors do.
    #[must_use]
    pub fn offset_utf16(&self, line: usize, column: usize) -> usize {
        let range = self.line_range(line + 1);
        let mut units = 0;
        for (at, character) in self.text[range.clone()].char_indices() {
            if units >= column || character == '\n' {
                return range.start + at;
            }
            units += character.len_utf16();
        }
        range.end
    }
}

/// How many characters start in a stretch of a text, and how many UTF-16 code units those of them have.
fn count(bytes: &[u8]) -> (u32, u32) {
    let number = |counts: fn(u8) -> bool| bytes.iter().map(|byte| u32::from(counts(*byte))).sum::<u32>();
    // The first byte of a character counts it; one of four bytes is two units.
    let characters = number(|byte| byte & 0xc0 != 0x80);
    (characters, characters + number(|byte| byte >= 0xf0))
}

/// The nearest offset at or before `offset` that splits no character.
pub(crate) fn floor_char_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// A file of the project that is there and was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its path, relative to the project.
    pub path: String,
    /// Whether it lies outside the project, where a link led.
    pub outside: bool,
    /// Why, as the text of a label.
    pub why: String,
    /// What to do.
    pub help: Option<String>,
}

/// All sources of a project. The first is the one that was asked for, the others are included.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    refused: Vec<Refusal>,
    folders: BTreeSet<String>,
    written: BTreeSet<String>,
}

impl Sources {
    /// No sources yet.
    #[must_use]
    pub fn new() -> Self {
        Sources::default()
    }

    /// Adds a source and says by what number it is known.
    pub fn add(&mut self, source: Source) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(source);
        id
    }

    /// Notes the files that were not read.
    pub fn refuse(&mut self, refused: Vec<Refusal>) {
        self.refused.extend(refused);
    }

    /// Notes the folders that were read, whether or not a file of theirs is a source.
    pub fn know_folders(&mut self, folders: BTreeSet<String>) {
        self.folders.extend(folders);
    }

    /// Notes the files that are there and are not read, since hnet has written them.
    pub fn know_written(&mut self, files: BTreeSet<String>) {
        self.written.extend(files);
    }

    /// Whether a file is there that hnet has written.
    #[must_use]
    pub fn has_written(&self, path: &str) -> bool {
        self.written.contains(path)
    }

    /// Whether a folder was read, or a source lies below it.
    #[must_use]
    pub fn has_folder(&self, path: &str) -> bool {
        let is_below = |file: &str| file.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        self.folders.contains(path) || self.files.iter().any(|file| is_below(file.path()))
    }

    /// Why the file under a path was not read.
    #[must_use]
    pub fn refusal(&self, path: &str) -> Option<&Refusal> {
        self.refused.iter().find(|refusal| refusal.path == path)
    }

    /// The source of a number. Numbers come from [`Sources::add`]; one of another project is the first file.
    #[must_use]
    pub fn get(&self, id: FileId) -> &Source {
        self.files.get(id.0 as usize).unwrap_or(&self.files[0])
    }

    /// Hides a stretch of a source, a secret, in what is shown of it.
    pub fn hide(&mut self, span: Span) {
        let Some(source) = self.files.get_mut(span.file.0 as usize) else { return };
        let at = source.hidden.partition_point(|hidden| hidden.start < span.range().start);
        // What is hidden already stays so, what lies within goes with it, and the ends stay in order.
        if source.hidden[..at].last().is_none_or(|before| before.end < span.range().end) {
            let within = source.hidden[at..].partition_point(|hidden| hidden.end <= span.range().end);
            source.hidden.splice(at..at + within, [span.range()]);
        }
    }

    /// The number of the source under a path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        self.iter().find(|(_, source)| source.path() == path).map(|(id, _)| id)
    }

    /// All sources with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(at, source)| (FileId(u32::try_from(at).unwrap_or(u32::MAX)), source))
    }

    /// How many sources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The text under a span; empty where the span is not of this project.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.files.get(span.file.0 as usize).and_then(|source| source.text().get(span.range())).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop, prop_assert_eq, proptest};

    use super::{Position, Source, Sources, Span};

    #[test]
    fn what_is_hidden_twice_is_hidden_whole() {
        let mut sources = Sources::new();
        let file = sources.add(Source::new("x", "0123456789\n0123456789\n0123456789"));
        for (start, end) in [(2, 3), (4, 6), (12, 14), (1, 20), (15, 17), (30, 32)] {
            sources.hide(Span::new(file, start, end));
        }
        let shown = |start: usize| sources.get(file).shown(start..start + 10).into_owned();
        assert_eq!([shown(0), shown(11), shown(22)], ["0*********", "*********9", "01234567**"]);
    }

    #[test]
    fn a_byte_order_mark_is_no_column_for_people() {
        let source = Source::new("x", "\u{feff}ab\nc");
        let columns = [0, 3, 4, 5, 6].map(|offset| source.position(offset).column);
        assert_eq!(columns, [1, 1, 2, 3, 1]);
        assert_eq!(source.position(3).column_utf16, 2, "an editor that sends it counts it");
        assert_eq!(source.position_without_mark(3).column_utf16, 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        /// Lines longer than a stride and characters of every length, against counting from the start.
        #[test]
        fn places_are_what_counting_from_the_start_says(
            pieces in prop::collection::vec(prop::sample::select(vec!["a", "é", "→", "🌐", "\n", "\r\n", "0123456789abcdef"]), 0..400),
        ) {
            let text = pieces.concat();
            let source = Source::new("x", text.as_str());
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]).step_by(7) {
                let line = text[..offset].rsplit('\n').next().unwrap_or_default();
                let expected = Position {
                    line: text[..offset].matches('\n').count() + 1,
                    column: line.chars().count() + 1,
                    column_utf16: line.encode_utf16().count() + 1,
                };
                prop_assert_eq!(source.position(offset), expected);
                prop_assert_eq!(source.offset_utf16(expected.line - 1, expected.column_utf16 - 1), offset);
            }
        }
    }
}
