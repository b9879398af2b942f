//! A text and where each part of it is written.

use std::ops::{Deref, Range};
use std::sync::Arc;

use hnet_diagnostics::{FileId, Span};
use smol_str::{SmolStr, SmolStrBuilder};

use crate::Yaml;
use crate::align::{Segment, align};
use crate::node::Style;

/// The text of a scalar after escapes, folding and indentation, and the places of its bytes in the file.
#[derive(Clone, Debug)]
pub struct Text {
    text: SmolStr,
    span: Span,
    /// Where the first byte of the text stands, if the text is written as it is.
    start: u32,
    /// Where its stretches stand, if it is written in another form. One that is empty knows only the whole.
    map: Option<Arc<[Segment]>>,
}

impl Text {
    /// A text that stands as a whole at a place, and is written there in some other form.
    #[must_use]
    pub fn at(text: impl Into<SmolStr>, span: Span) -> Text {
        Text { text: text.into(), span, start: span.start, map: Some(Arc::from([])) }
    }

    /// A text that is written in a file from byte `start`, as it is.
    #[must_use]
    pub fn verbatim(text: impl Into<SmolStr>, file: FileId, start: usize) -> Text {
        let text = text.into();
        let span = Span::new(file, start, start + text.len());
        Text { text, span, start: span.start, map: None }
    }

    /// The text of a scalar that is written as `raw` in some style, from byte `start` of what holds it.
    pub(crate) fn scalar(text: &str, style: Style, raw: &str, start: usize, base: &Base) -> Text {
        let span = base.span(start..start + raw.len());
        let lead = usize::from(matches!(style, Style::Single | Style::Double));
        let as_written = |text: &str| raw.get(lead..lead + text.len()) == Some(text) && !text.contains('\n');
        if as_written(text) && !style.is_block() {
            return match &base.within {
                None => Text { text: text.into(), span, start: span.start + lead as u32, map: None },
                Some(_) => {
                    let whole = Segment {
                        inner: (0, text.len() as u32),
                        outer: ((start + lead) as u32, (start + lead + text.len()) as u32),
                    };
                    Text { text: text.into(), span, start: span.start, map: Some(base.lay(vec![whole])) }
                }
            };
        }
        let mut segments = align(raw, style, text).unwrap_or_default();
        for segment in &mut segments {
            segment.outer = (segment.outer.0 + start as u32, segment.outer.1 + start as u32);
        }
        Text { text: text.into(), span, start: span.start, map: Some(base.lay(segments)) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, to keep.
    #[must_use]
    pub fn to_smol(&self) -> SmolStr {
        self.text.clone()
    }

    /// Where the whole is written, with its quotes; of a block, its lines.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Where a part of the text is written; the whole where the part's place is not known.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Span {
        let (from, to) = (range.start as u32, range.end.max(range.start) as u32);
        let Some(map) = &self.map else {
            return Span { file: self.span.file, start: self.start + from, end: self.start + to };
        };
        if map.is_empty() {
            return self.span;
        }
        let start = start_of(map, from);
        Span { file: self.span.file, start, end: end_of(map, to).max(start) }
    }

    /// This text with some of its parts replaced, in order and without overlap: each part stands where it stood, and
    /// the words between them too.
    #[must_use]
    pub fn replaced(&self, parts: &[(Range<usize>, SmolStr)]) -> Text {
        let mut out = SmolStrBuilder::new();
        let (mut segments, mut length, mut at) = (Vec::new(), 0_u32, 0);
        let mut copy = |range: Range<usize>, with: &str, is_new: bool| {
            if !with.is_empty() {
                if is_new {
                    let span = self.part(range);
                    let inner = (length, length + with.len() as u32);
                    segments.push(Segment { inner, outer: (span.start, span.end) });
                } else {
                    segments.extend(self.stretches(range).into_iter().map(|(from, segment)| {
                        let inner = (length + from, length + from + (segment.inner.1 - segment.inner.0));
                        Segment { inner, outer: segment.outer }
                    }));
                }
                out.push_str(with);
                length += with.len() as u32;
            }
        };
        for (range, with) in parts {
            copy(at..range.start, self.text.get(at..range.start).unwrap_or_default(), false);
            copy(range.clone(), with, true);
            at = range.end;
        }
        copy(at..self.text.len(), self.text.get(at..).unwrap_or_default(), false);
        Text { text: out.finish(), span: self.span, start: self.start, map: Some(segments.into()) }
    }

    /// The stretches of a part of the text, each with its offset from the start of the part.
    fn stretches(&self, range: Range<usize>) -> Vec<(u32, Segment)> {
        let (from, to) = (range.start as u32, range.end as u32);
        let Some(map) = self.map.as_ref().filter(|map| !map.is_empty()) else {
            let span = self.part(range);
            return vec![(0, Segment { inner: (from, to), outer: (span.start, span.end) })];
        };
        let first = map.partition_point(|segment| segment.inner.1 <= from);
        map[first..]
            .iter()
            .take_while(|segment| segment.inner.0 < to)
            .map(|segment| {
                let inner = (segment.inner.0.max(from), segment.inner.1.min(to));
                let outer = (start_of(map, inner.0), end_of(map, inner.1));
                (inner.0 - from, Segment { inner, outer })
            })
            .collect()
    }

    /// The text as a file of YAML whose spans are those of the file that the text stands in.
    #[must_use]
    pub fn yaml(&self) -> Yaml {
        crate::compose::compose(&self.text, &Base { file: self.span.file, within: Some(self.clone()) })
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// Texts are the same if they say the same, wherever they stand.
impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.text == other.text
    }
}

impl Eq for Text {}

/// What the offsets of a text that is parsed count in: a file, or a text within one.
pub(crate) struct Base {
    pub(crate) file: FileId,
    pub(crate) within: Option<Text>,
}

impl Base {
    /// The place in the file of a stretch of the text that is parsed.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        match &self.within {
            None => Span::new(self.file, range.start, range.end),
            Some(text) => text.part(range),
        }
    }

    /// Stretches whose outer offsets count in the text that is parsed, as stretches of the file.
    fn lay(&self, segments: Vec<Segment>) -> Arc<[Segment]> {
        let Some(text) = &self.within else { return segments.into() };
        let place = |segment: Segment| {
            let (from, to) = (segment.outer.0 as usize, segment.outer.1 as usize);
            let is_plain = segment.is_plain();
            text.stretches(from..to).into_iter().map(move |(at, part)| {
                let length = part.inner.1 - part.inner.0;
                let inner =
                    if is_plain { (segment.inner.0 + at, segment.inner.0 + at + length) } else { segment.inner };
                Segment { inner, outer: part.outer }
            })
        };
        segments.into_iter().flat_map(place).collect()
    }
}

/// Where the byte at an offset stands. Between two stretches, just behind the first.
fn start_of(map: &[Segment], offset: u32) -> u32 {
    let next = map.partition_point(|segment| segment.inner.1 <= offset);
    match map.get(next) {
        Some(segment) if segment.inner.0 <= offset && segment.is_plain() => {
            segment.outer.0 + (offset - segment.inner.0)
        }
        Some(segment) if segment.inner.0 <= offset || next == 0 => segment.outer.0,
        _ => map.get(next.wrapping_sub(1)).map_or(0, |before| before.outer.1),
    }
}

/// Where the byte before an offset ends.
fn end_of(map: &[Segment], offset: u32) -> u32 {
    let next = map.partition_point(|segment| segment.inner.0 < offset);
    let Some(segment) = map.get(next.wrapping_sub(1)) else {
        return map.first().map_or(0, |first| first.outer.0);
    };
    if segment.is_plain() && offset < segment.inner.1 {
        segment.outer.0 + (offset - segment.inner.0)
    } else {
        segment.outer.1
    }
}
