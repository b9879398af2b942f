//! Places of the protocol and byte offsets of sources, in both directions.
//!
//! Start at [`range`] and [`offset`].

use hnet_diagnostics::{Source, Sources, Span};

use crate::documents::Compiled;
use crate::protocol::{Location, Position, Range};

fn position(source: &Source, offset: u32) -> Position {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let place = source.position(offset as usize);
    Position { line: number(place.line - 1), character: number(place.column_utf16 - 1) }
}

/// The range of a span.
pub(crate) fn range(sources: &Sources, span: Span) -> Range {
    let source = sources.get(span.file);
    Range { start: position(source, span.start), end: position(source, span.end) }
}

/// The byte offset of a position; one behind the end of its line is that end.
pub(crate) fn offset(source: &Source, position: Position) -> usize {
    if position.line as usize >= source.line_count() {
        return source.text().len();
    }
    source.offset_utf16(position.line as usize, position.character as usize)
}

/// A span with its document.
pub(crate) fn location(compiled: &Compiled, span: Span) -> Location<'_> {
    Location { uri: compiled.uri(span.file), range: range(&compiled.project.compilation.sources, span) }
}

/// A text with a range of it replaced.
pub(crate) fn replaced(text: String, range: Range, by: &str) -> String {
    let source = Source::new("", text);
    let start = offset(&source, range.start);
    let end = offset(&source, range.end).max(start);
    let text = source.text();
    [&text[..start], by, &text[end..]].concat()
}
