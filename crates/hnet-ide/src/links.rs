//! How source, pictures and written files point at each other.
//!
//! A statement leads to the objects that it declares and the lines that its text decided; a line
//! leads to its origin. Start at [`Project::links`].

use hnet_diagnostics::{FileId, Origin, Span};
use hnet_draw::View;
use hnet_syntax::tree::Statement;

use crate::Project;

/// A line of a written file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// The path of the file.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// What a place in a source comes out as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The innermost statement around the place that comes out as anything.
    pub span: Option<Span>,
    /// The objects of a picture.
    pub objects: Vec<String>,
    /// The lines, by path and then by number.
    pub lines: Vec<Line>,
}

/// The lines of all files by the text that decided them.
#[derive(Debug)]
pub(crate) struct LineIndex {
    paths: Vec<String>,
    /// Origin, position in `paths`, line; in order.
    lines: Vec<(Span, usize, usize)>,
}

impl Project {
    /// What the statement at an offset comes out as. The innermost one that comes out as lines
    /// decides about lines, the innermost that is drawn about objects.
    #[must_use]
    pub fn links(&self, file: FileId, offset: usize, view: View) -> Links {
        let mut links = Links::default();
        for statement in self.statements_at(file, offset).into_iter().rev() {
            let Some(part) = linked_part(statement, offset) else { break };
            if links.lines.is_empty() {
                links.lines = self.lines_of(part);
                links.span = links.span.or((!links.lines.is_empty()).then_some(statement.span));
            }
            if links.objects.is_empty() {
                links.objects = self.objects_of(part, statement, view);
                links.span = links.span.or((!links.objects.is_empty()).then_some(statement.span));
            }
        }
        links
    }

    /// What a line of a written file comes from; the line counts from 1.
    #[must_use]
    pub fn line_origin(&self, path: &str, line: usize) -> Option<Origin> {
        self.outputs()?.files.get(path)?.origin(line)
    }

    fn line_index(&self) -> Option<&LineIndex> {
        let outputs = self.outputs()?;
        Some(self.lines.get_or_init(|| {
            let mut lines = Vec::new();
            for (at, file) in outputs.files.values().enumerate() {
                lines.extend(file.origins().iter().enumerate().map(|(line, origin)| (origin.span, at, line + 1)));
            }
            lines.sort();
            LineIndex { paths: outputs.files.keys().cloned().collect(), lines }
        }))
    }

    fn lines_of(&self, part: Span) -> Vec<Line> {
        let Some(LineIndex { paths, lines }) = self.line_index() else { return Vec::new() };
        let first = lines.partition_point(|(span, _, _)| (span.file, span.start) < (part.file, part.start));
        let inside = lines[first..].iter().take_while(|(span, _, _)| span.file == part.file && span.start < part.end);
        let mut found: Vec<Line> = inside
            .filter(|(span, _, _)| span.end <= part.end)
            .map(|(_, path, line)| Line { path: paths[*path].clone(), line: *line })
            .collect();
        found.sort();
        found
    }

    fn objects_of(&self, part: Span, statement: &Statement, view: View) -> Vec<String> {
        let Some(picture) = self.picture(view) else { return Vec::new() };
        let ids = |wanted: &dyn Fn(Span) -> bool| -> Vec<String> {
            let objects = picture.objects.iter().filter(|object| object.span.is_some_and(wanted));
            objects.map(|object| object.id.clone()).collect()
        };
        // Its own object says more than those of what stands in it.
        let own = ids(&|span| span.file == part.file && span.start == statement.span.start);
        match own.is_empty() {
            true => ids(&|span| span.file == part.file && part.start <= span.start && span.end <= part.end),
            false => own,
        }
    }
}

/// The part of a statement that the links of a place in it are about: a network and a cluster hold
/// nearly everything, so only their heads count; none where the place is in their body.
fn linked_part(statement: &Statement, offset: usize) -> Option<Span> {
    match statement.keyword.text.as_str() {
        "network" | "cluster" => Some(statement.head()).filter(|head| head.touches(offset)),
        _ => Some(statement.span),
    }
}
