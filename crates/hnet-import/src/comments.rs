//! What people wrote beside what was read: those comments that no lift has kept go to the statement that what they stand
//! at became, or to the one around it. Start at [`Written`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{FileId, Sources, Span};
use hnet_syntax::tree::{Comment, Statement, Tree, ValueKind};

use crate::assemble::Draft;
use crate::files::Files;
use crate::report::{CommentCount, Report, Unread};
use crate::say;
use crate::settle::at;
use crate::talos::Talconfig;

/// The comments of what was read.
pub(crate) struct Written {
    /// Those of files, in their order.
    all: Vec<(String, Span)>,
    /// Those that stand in patches and say something.
    of_patches: Vec<Unread>,
    /// Where the objects stand that were read, in their order.
    objects: Vec<Span>,
    /// Those that have a place. What is said once of what is shared keeps their texts.
    placed: BTreeSet<Span>,
}

impl Written {
    /// The comments of the files that were read, but for those which stand at what stays where it is.
    pub(crate) fn of(
        files: Files<'_>,
        draft: &Draft,
        talconfigs: &[Talconfig<'_>],
        of_patches: Vec<Unread>,
    ) -> Written {
        let objects = || draft.clusters.iter().flat_map(|cluster| &cluster.objects);
        let of_objects = objects().filter(|object| object.is_of_the_network()).map(|object| object.path.as_str());
        let read: BTreeSet<&str> = of_objects.chain(talconfigs.iter().map(Talconfig::path)).collect();
        // What stands above or in an object that stays where it is stays with it.
        let mut ends: BTreeMap<(FileId, u32), bool> = BTreeMap::new();
        for object in objects() {
            let Span { file, end, .. } = object.value.span;
            *ends.entry((file, end)).or_default() |= object.is_of_the_network();
        }
        let stays = |place: Span| {
            let around = ends.range((place.file, place.start)..).next();
            around.is_some_and(|((file, _), is_taken)| *file == place.file && !is_taken)
        };
        let taken = ends.iter().filter(|(_, is_taken)| **is_taken).map(|(end, _)| *end);
        let taken: BTreeSet<(FileId, u32)> = taken.collect();
        let mut spans: Vec<Span> = objects().map(|object| object.value.span).collect();
        spans.retain(|span| taken.contains(&(span.file, span.end)));
        spans.sort();
        let mut all = Vec::new();
        for (yaml, _) in read.into_iter().filter_map(|path| files.get(path)) {
            let own = yaml.comments().iter().filter(|comment| !stays(comment.span));
            all.extend(own.map(|comment| (comment.text.to_string(), comment.span)));
        }
        Written { all, of_patches, objects: spans, placed: BTreeSet::new() }
    }

    /// The comments that say something and that a tree does not hold.
    fn lost(&self, tree: &Tree) -> Vec<Unread> {
        let kept = self.kept(tree);
        let mut in_blocks: BTreeSet<String> = BTreeSet::new();
        comments_in_blocks(&tree.statements, &mut in_blocks);
        let others = self.all.iter().filter(|(_, span)| !kept.contains(span));
        let of_files = others.filter_map(|(text, span)| say::lost(text, *span));
        let of_patches = self.of_patches.iter().filter(|own| !kept.contains(&own.span)).cloned();
        let mut lost: Vec<Unread> = of_files.chain(of_patches).filter(|own| !in_blocks.contains(&own.why)).collect();
        lost.sort_by_key(|own| own.span);
        lost.dedup();
        lost
    }

    /// The places of the comments that a tree holds, or whose texts it holds where they were put.
    fn kept(&self, tree: &Tree) -> BTreeSet<Span> {
        let mut held: BTreeMap<Span, &str> = BTreeMap::new();
        comments_of(&tree.statements, &mut held);
        let texts: BTreeSet<&str> = held.values().copied().collect();
        let is_said = |(text, span): &&(String, Span)| {
            self.placed.contains(span) && texts.contains(text.trim_matches(['#', '=', ' ']))
        };
        let again = self.all.iter().filter(is_said).map(|(_, span)| *span);
        held.keys().copied().chain(again).collect()
    }

    /// Puts what no lift has kept to the statements that it is about.
    pub(crate) fn place(&mut self, tree: &mut Tree, sources: &Sources, counts: &mut CommentCount) {
        let mut places = Vec::new();
        collect(&tree.statements, &mut Vec::new(), &mut places);
        let mut found: Vec<(Vec<usize>, Comment)> = Vec::new();
        for lost in self.lost(tree) {
            let text = lost.why.trim_start_matches(['#', ' ']);
            if !say::is_prose(text) || !hnet_secrets::find(text).is_empty() || is_switched_off(sources, lost.span) {
                continue;
            }
            let around = around(lost.span, &places).or_else(|| self.of_object(lost.span, &places));
            let (way, count) = match (below(sources, lost.span, &places), around) {
                (Some(way), _) => (way, &mut counts.kept),
                (None, Some(way)) => (way, &mut counts.moved),
                (None, None) => continue,
            };
            *count += 1;
            found.push((way.clone(), Comment::new(text.trim_end_matches(['#', '=', ' ']), lost.span)));
        }
        for (way, comment) in found {
            let Some(statement) = at(&mut tree.statements, &way) else { continue };
            self.placed.insert(comment.span);
            if statement.leading.iter().all(|own| own.text != comment.text) {
                let is_before = |own: &Comment| own.span < comment.span;
                let order = statement.leading.iter().position(|own| !is_before(own)).unwrap_or(statement.leading.len());
                statement.leading.insert(order, comment);
            }
        }
        let mut held = BTreeMap::new();
        comments_of(&tree.statements, &mut held);
        self.placed.extend(held.into_keys());
    }

    /// The statement of the object that a comment stands in or above.
    fn of_object<'p>(&self, comment: Span, places: &'p [Place]) -> Option<&'p Vec<usize>> {
        let is_before = |object: &&Span| object.file == comment.file && object.end > comment.start;
        let object = self.objects.iter().find(is_before)?;
        let is_in =
            |place: &&Place| place.1.file == object.file && place.1.start >= object.start && place.1.end <= object.end;
        places.iter().filter(is_in).min_by_key(|(way, span)| (way.len(), span.start)).map(|(way, _)| way)
    }

    /// Counts the comments that nothing has kept, and lists those that say something.
    pub(crate) fn count(&self, tree: &Tree, report: &mut Report) {
        report.lost = self.lost(tree);
        let of_patches: BTreeSet<Span> = self.of_patches.iter().map(|own| own.span).collect();
        let of_files = report.lost.iter().filter(|own| !of_patches.contains(&own.span)).count();
        let kept = self.kept(tree);
        let mut in_blocks: BTreeSet<String> = BTreeSet::new();
        comments_in_blocks(&tree.statements, &mut in_blocks);
        let is_in_block = |(text, span): &&(String, Span)| {
            !kept.contains(span) && say::lost(text, *span).is_some_and(|own| in_blocks.contains(&own.why))
        };
        report.comments.kept += self.all.iter().filter(is_in_block).count();
        let CommentCount { kept, moved, dropped } = report.in_patches;
        let of_own = report.comments.kept + report.comments.moved;
        report.comments.dropped = self.all.len().saturating_sub(of_own).max(of_files) + dropped;
        report.comments.kept += kept;
        report.comments.moved += moved;
    }
}

/// A statement with the way to it and its place.
type Place = (Vec<usize>, Span);

fn collect(statements: &[Statement], way: &mut Vec<usize>, places: &mut Vec<Place>) {
    for (at, statement) in statements.iter().enumerate() {
        way.push(at);
        places.push((way.clone(), statement.span));
        places.extend(statement.arguments.iter().map(|argument| (way.clone(), argument.value.span)));
        collect(statement.statements(), way, places);
        way.pop();
    }
}

/// The first statement of what stands behind a comment on its line or below it.
fn below<'p>(sources: &Sources, comment: Span, places: &'p [Place]) -> Option<&'p Vec<usize>> {
    let range = below_of(sources, comment)?;
    let is_in = |place: &&Place| place.1.file == comment.file && range.contains(&place.1.range().start);
    let first = places.iter().filter(is_in).min_by_key(|(way, span)| (span.start, way.len()));
    first.map(|(way, _)| way)
}

/// What a comment is about: the rest of its own line, or the next line that says something with all that is below it.
fn below_of(sources: &Sources, comment: Span) -> Option<std::ops::Range<usize>> {
    let source = sources.get(comment.file);
    let text = source.text();
    let own = source.line(comment.range().start);
    let line = |at: usize| -> &str { &text[source.line_range(at)] };
    let start = source.line_range(own).start;
    if !text[start..comment.range().start].trim().is_empty() {
        return Some(start..comment.range().start);
    }
    let is_said = |at: &usize| !matches!(line(*at).trim(), "" | "---") && !line(*at).trim_start().starts_with('#');
    let lines = source.line_count();
    let first = (own + 1..lines).find(is_said)?;
    // A `---` ends what is said of the document before it.
    if (own + 1..first).any(|at| line(at).trim() == "---" && (0..own).any(|above| is_said(&above))) {
        return None;
    }
    let indent = |at: usize| line(at).len() - line(at).trim_start().len();
    let deep = indent(first);
    let is_item = |at: usize| line(at).trim_start().starts_with("- ") && !line(first).trim_start().starts_with("- ");
    let is_below = |at: &usize| !is_said(at) || indent(*at) > deep || indent(*at) == deep && is_item(*at);
    let last = (first + 1..lines).take_while(is_below).last().unwrap_or(first);
    Some(source.line_range(first).start..source.line_range(last).end)
}

/// The innermost statement around a comment.
fn around(comment: Span, places: &[Place]) -> Option<&Vec<usize>> {
    let holds =
        |place: &&Place| place.1.file == comment.file && place.1.start <= comment.start && comment.end <= place.1.end;
    let innermost = places.iter().filter(holds).min_by_key(|(way, span)| (span.end - span.start, way.len()));
    innermost.map(|(way, _)| way)
}

/// Whether a comment stands in a run of comments above lines that are switched off: it is about these.
fn is_switched_off(sources: &Sources, comment: Span) -> bool {
    let source = sources.get(comment.file);
    let line = |at: usize| source.text()[source.line_range(at)].trim();
    let own = source.line(comment.range().start);
    if !line(own).starts_with('#') {
        return false;
    }
    let run = (own..source.line_count()).map(line).take_while(|line| line.starts_with('#'));
    let texts = run.map(|line| line.trim_start_matches(['#', ' ']));
    let says_something = |text: &&str| text.chars().any(char::is_alphanumeric);
    let (prose, lines): (Vec<&str>, Vec<&str>) = texts.filter(says_something).partition(|text| say::is_prose(text));
    lines.len() >= prose.len()
}

/// The comments of statements, by their places.
fn comments_of<'t>(statements: &'t [Statement], held: &mut BTreeMap<Span, &'t str>) {
    for statement in statements {
        held.extend(statement.leading.iter().map(|comment| (comment.span, comment.text.as_str())));
        comments_of(statement.statements(), held);
    }
}

/// What is said in the comments of blocks of YAML.
fn comments_in_blocks(statements: &[Statement], texts: &mut BTreeSet<String>) {
    for statement in statements {
        let blocks = statement.arguments.iter().filter(|argument| argument.value.kind == ValueKind::Block);
        for line in blocks.flat_map(|block| block.value.text.lines()) {
            let lost = |(at, _)| say::lost(&line[at..], statement.span);
            texts.extend(line.match_indices('#').filter_map(lost).map(|own| own.why));
        }
        comments_in_blocks(statement.statements(), texts);
    }
}
