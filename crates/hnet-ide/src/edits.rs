//! Edits of a source: the way it should be written, and the fixes of what is wrong.
//!
//! Start at [`Project::formatting`] and [`Project::fixes`].

use hnet_diagnostics::{Diagnostic, Diagnostics, Edit, FileId, Fix, Span};

use crate::Project;

impl Project {
    /// The edits that bring a source into its form: none where it has it, or where it cannot be read.
    #[must_use]
    pub fn formatting(&self, file: FileId) -> Vec<Edit> {
        let text = self.source(file).text();
        let mut found = Diagnostics::new();
        let tree = hnet_syntax::parse(file, text, &mut found).tree;
        if found.has_errors() {
            return Vec::new();
        }
        difference(file, text, &hnet_syntax::format(&tree, text))
    }

    /// The fixes of the findings that touch a stretch of a source, each with what it mends.
    #[must_use]
    pub fn fixes(&self, touching: Span) -> Vec<(&Diagnostic, &Fix)> {
        let touches = |diagnostic: &&Diagnostic| {
            diagnostic.span().is_some_and(|span| {
                span.file == touching.file && span.start <= touching.end && touching.start <= span.end
            })
        };
        let found = self.compilation.diagnostics.iter().filter(touches);
        found.flat_map(|diagnostic| diagnostic.fixes.iter().map(move |fix| (diagnostic, fix))).collect()
    }
}

/// The lines that differ between the first and the last that do, as one edit: what stands before and
/// behind keeps its place, and the editor its caret.
fn difference(file: FileId, old: &str, new: &str) -> Vec<Edit> {
    if old == new {
        return Vec::new();
    }
    let same = |mut pairs: Box<dyn Iterator<Item = (&str, &str)> + '_>| -> usize {
        let mut bytes = 0;
        while let Some((old, new)) = pairs.next()
            && old == new
        {
            bytes += old.len();
        }
        bytes
    };
    let start = same(Box::new(old.split_inclusive('\n').zip(new.split_inclusive('\n'))));
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let lines = |text: &'_ str| -> Vec<String> { text.split_inclusive('\n').rev().map(str::to_owned).collect() };
    let (old_lines, new_lines) = (lines(old_rest), lines(new_rest));
    let end = same(Box::new(old_lines.iter().map(String::as_str).zip(new_lines.iter().map(String::as_str))));
    let text = new_rest[..new_rest.len() - end].to_owned();
    vec![Edit { span: Span::new(file, start, old.len() - end), text }]
}
