//! Places of the protocol and byte offsets of sources, in both directions.
//!
//! Every place that the server says is made here, and lies at the boundary of a character: one in the middle of a
//! character counts as its start. Start at [`range`] and [`offset`].

use hnet_diagnostics::{Source, Sources, Span};
use lsp_types::{Location, Position, Range, Uri};

use crate::documents::Compiled;

fn position(source: &Source, offset: usize) -> Position {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let place = source.position(offset);
    Position { line: number(place.line - 1), character: number(place.column_utf16 - 1) }
}

/// The range of a span.
pub(crate) fn range(sources: &Sources, span: Span) -> Range {
    let source = sources.get(span.file);
    Range { start: position(source, span.start as usize), end: position(source, span.end.max(span.start) as usize) }
}

/// The ranges of a span on each of its lines, without line ends.
pub(crate) fn lines(source: &Source, span: Span) -> impl Iterator<Item = Range> {
    let (start, end) = (span.start as usize, span.end.max(span.start) as usize);
    (source.line(start)..=source.line(end)).map(move |line| {
        let whole = source.line_range(line);
        let text = source.text().get(whole.clone()).unwrap_or_default();
        let bare = whole.start + text.trim_end_matches(['\r', '\n']).len();
        let from = start.max(whole.start);
        Range { start: position(source, from), end: position(source, end.min(bare).max(from)) }
    })
}

/// The byte offset of a position; one behind the end of its line is that end.
pub(crate) fn offset(source: &Source, position: Position) -> usize {
    if position.line as usize >= source.line_count() {
        return source.text().len();
    }
    source.offset_utf16(position.line as usize, position.character as usize)
}

/// A span with its document.
pub(crate) fn location(compiled: &Compiled, span: Span) -> Location {
    let uri = Uri::from(compiled.uri(span.file));
    Location { uri, range: range(&compiled.project.compilation.sources, span) }
}

/// A text with a range of it replaced.
pub(crate) fn replaced(text: String, range: Range, by: &str) -> String {
    let source = Source::new("", text);
    let start = offset(&source, range.start);
    let end = offset(&source, range.end).max(start);
    let text = source.text();
    [&text[..start], by, &text[end..]].concat()
}
