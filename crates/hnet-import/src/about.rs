//! What a comment of a file is about, and the statement that this became. Start at [`About::at`].

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use hnet_diagnostics::{FileId, Sources, Span};
use hnet_syntax::tree::Statement;

use crate::say;

/// The way to a statement, by the numbers of the statements around it and its own.
pub(crate) type Way = Vec<usize>;

/// The statements of a tree by the places of the YAML that they came from, and the lines of the files.
pub(crate) struct About<'s> {
    sources: &'s Sources,
    /// A statement or a word of one, and its place.
    places: Vec<(Way, Span)>,
    /// The numbers of places by where they begin, the outermost statement first.
    starts: Vec<usize>,
    /// The numbers of places, what is around others before them.
    nested: Vec<usize>,
    /// For each of those the one around it, by its number among them.
    around: Vec<Option<usize>>,
    lines: BTreeMap<FileId, Lines>,
    /// Where what begins on a line ends, as far as it was asked.
    ends: BTreeMap<(FileId, usize), usize>,
    /// How many comments of a run from a line on are prose, and how many are not, as far as it was asked.
    runs: BTreeMap<(FileId, usize), [usize; 2]>,
    /// The first statement of each object, as far as it was asked.
    of_objects: BTreeMap<Span, Option<usize>>,
}

/// What is known of the lines of a file.
struct Lines {
    /// For each line the first from it on that says something.
    next: Vec<Option<usize>>,
    /// For each line how many before it are `---`.
    rules: Vec<usize>,
}

impl<'s> About<'s> {
    /// The statements of a tree.
    pub(crate) fn of(statements: &[Statement], sources: &'s Sources) -> About<'s> {
        let mut places = Vec::new();
        collect(statements, &mut Vec::new(), &mut places);
        let place = |at: &usize| -> &(Way, Span) { &places[*at] };
        let mut starts: Vec<usize> = (0..places.len()).collect();
        starts.sort_by_key(|at| {
            let (way, span) = place(at);
            (span.file, span.start, way.len())
        });
        let mut nested: Vec<usize> = (0..places.len()).collect();
        nested.sort_by_key(|at| {
            let (way, span) = place(at);
            (span.file, span.start, Reverse(span.end), Reverse(way.len()), Reverse(*at))
        });
        let mut around = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for at in 0..nested.len() {
            let span = |at: usize| place(&nested[at]).1;
            let is_over = |top: &usize| span(*top).file != span(at).file || span(*top).end <= span(at).start;
            while open.last().is_some_and(is_over) {
                open.pop();
            }
            around.push(open.last().copied());
            open.push(at);
        }
        About {
            sources,
            places,
            starts,
            nested,
            around,
            lines: BTreeMap::new(),
            ends: BTreeMap::new(),
            runs: BTreeMap::new(),
            of_objects: BTreeMap::new(),
        }
    }

    /// The statement that a comment belongs to, and whether it is the one that it is about, or one around it; `objects` are
    /// those that were read, in their order. None where it belongs to none, or is about lines that are switched off.
    pub(crate) fn at(&mut self, comment: Span, objects: &[Span]) -> Option<(Way, bool)> {
        if self.is_switched_off(comment) {
            return None;
        }
        let below = self.below(comment);
        let is_about = below.is_some();
        let at = below.or_else(|| self.around(comment)).or_else(|| self.of_object(comment, objects))?;
        Some((self.places[at].0.clone(), is_about))
    }

    /// The first statement of what stands behind a comment on its line or below it.
    fn below(&mut self, comment: Span) -> Option<usize> {
        let range = self.part(comment)?;
        let first = *self.starts.get(self.first_from(comment.file, range.start))?;
        let (_, span) = self.places[first];
        (span.file == comment.file && range.contains(&span.range().start)).then_some(first)
    }

    /// The number among the starts of the first that begins at a place or behind it.
    fn first_from(&self, file: FileId, start: usize) -> usize {
        self.starts.partition_point(|at| {
            let (_, span) = &self.places[*at];
            (span.file, span.range().start) < (file, start)
        })
    }

    /// The innermost statement around a comment.
    fn around(&self, comment: Span) -> Option<usize> {
        let place = |at: usize| self.places[self.nested[at]].1;
        let before = self.nested.partition_point(|at| {
            let (_, span) = &self.places[*at];
            (span.file, span.start) <= (comment.file, comment.start)
        });
        let mut next = before.checked_sub(1);
        while let Some(at) = next.filter(|at| place(*at).file == comment.file) {
            if comment.end <= place(at).end {
                return Some(self.nested[at]);
            }
            next = self.around[at];
        }
        None
    }

    /// The statement of the object that a comment stands in or above.
    fn of_object(&mut self, comment: Span, objects: &[Span]) -> Option<usize> {
        let at = objects.partition_point(|object| (object.file, object.end) <= (comment.file, comment.start));
        let object = *objects.get(at).filter(|object| object.file == comment.file)?;
        if let Some(known) = self.of_objects.get(&object) {
            return *known;
        }
        let from = self.starts[self.first_from(object.file, object.range().start)..].iter();
        let within = from.take_while(|at| {
            let (_, span) = &self.places[**at];
            span.file == object.file && span.start <= object.end
        });
        let within = within.filter(|at| self.places[**at].1.end <= object.end);
        let first = within.min_by_key(|at| (self.places[**at].0.len(), self.places[**at].1.start)).copied();
        self.of_objects.insert(object, first);
        first
    }

    /// What a comment is about: the rest of its own line, or the next line that says something with all that is below it.
    fn part(&mut self, comment: Span) -> Option<Range<usize>> {
        let source = self.sources.get(comment.file);
        let text = source.text();
        let line = |at: usize| -> &str { &text[source.line_range(at)] };
        let own = source.line(comment.range().start);
        let start = source.line_range(own).start;
        if !text[start..comment.range().start].trim().is_empty() {
            return Some(start..comment.range().start);
        }
        let lines = self.lines.entry(comment.file).or_insert_with(|| Lines::of((0..source.line_count()).map(line)));
        let first = lines.next.get(own + 1).copied().flatten()?;
        // A `---` ends what is said of the document before it.
        let is_ended = lines.rules[first] > lines.rules[own + 1];
        if is_ended && lines.next[0].is_some_and(|said| said < own) {
            return None;
        }
        let last = *self.ends.entry((comment.file, first)).or_insert_with(|| {
            let indent = |at: usize| line(at).len() - line(at).trim_start().len();
            let deep = indent(first);
            let is_item =
                |at: usize| line(at).trim_start().starts_with("- ") && !line(first).trim_start().starts_with("- ");
            let is_below =
                |at: &usize| !is_said(line(*at)) || indent(*at) > deep || indent(*at) == deep && is_item(*at);
            (first + 1..source.line_count()).take_while(is_below).last().unwrap_or(first)
        });
        Some(source.line_range(first).start..source.line_range(last).end)
    }

    /// Whether a comment stands in a run of comments above lines that are switched off: it is about these.
    fn is_switched_off(&mut self, comment: Span) -> bool {
        let source = self.sources.get(comment.file);
        let line = |at: usize| source.text()[source.line_range(at)].trim();
        let own = source.line(comment.range().start);
        if !line(own).starts_with('#') {
            return false;
        }
        let is_known = |at: usize| self.runs.contains_key(&(comment.file, at));
        let mut end = own;
        while !is_known(end) && end < source.line_count() && line(end).starts_with('#') {
            end += 1;
        }
        let mut counts = self.runs.get(&(comment.file, end)).copied().unwrap_or_default();
        for at in (own..end).rev() {
            let text = line(at).trim_start_matches(['#', ' ']);
            if text.chars().any(char::is_alphanumeric) {
                counts[usize::from(!say::is_prose(text))] += 1;
            }
            self.runs.insert((comment.file, at), counts);
        }
        let [prose, lines] = counts;
        lines >= prose
    }
}

impl Lines {
    fn of<'t>(lines: impl DoubleEndedIterator<Item = &'t str> + Clone) -> Lines {
        let mut rules = vec![0];
        for line in lines.clone() {
            rules.push(rules.last().copied().unwrap_or_default() + usize::from(line.trim() == "---"));
        }
        let mut next = vec![None; rules.len()];
        for (at, line) in lines.enumerate().collect::<Vec<_>>().into_iter().rev() {
            next[at] = if is_said(line) { Some(at) } else { next[at + 1] };
        }
        Lines { next, rules }
    }
}

/// Whether a line says something: it is no comment, and separates nothing.
fn is_said(line: &str) -> bool {
    let line = line.trim();
    !matches!(line, "" | "---") && !line.starts_with('#')
}

fn collect(statements: &[Statement], way: &mut Way, places: &mut Vec<(Way, Span)>) {
    for (at, statement) in statements.iter().enumerate() {
        way.push(at);
        places.push((way.clone(), statement.span));
        places.extend(statement.arguments.iter().map(|argument| (way.clone(), argument.value.span)));
        collect(statement.statements(), way, places);
        way.pop();
    }
}
