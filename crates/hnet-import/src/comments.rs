//! What people wrote beside what was read: those comments that no lift has kept go to the statement that what they stand
//! at became, or to the one around it. Start at [`Written`].

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{FileId, Sources, Span};
use hnet_syntax::tree::{Comment, Statement, Tree, ValueKind};

use crate::about::{About, Way};
use crate::assemble::Draft;
use crate::files::Files;
use crate::report::{Report, Unread};
use crate::say;
use crate::settle::at;
use crate::talos::Talconfig;

/// The comments of what was read.
pub(crate) struct Written {
    /// Those of files and of patches, by their places.
    all: BTreeMap<Span, String>,
    /// Where the objects stand that were read, in their order.
    objects: Vec<Span>,
    /// Those that have a place. What is said once of what is shared keeps their texts.
    placed: BTreeSet<Span>,
    /// Those that stand at a statement around the one that they are about.
    moved: BTreeSet<Span>,
}

impl Written {
    /// The comments of the files that were read, but for those which stand at what stays where it is.
    pub(crate) fn of(
        files: Files<'_>,
        draft: &Draft,
        talconfigs: &[Talconfig<'_>],
        of_patches: BTreeMap<Span, String>,
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
        let mut all = of_patches;
        for (yaml, _) in read.into_iter().filter_map(|path| files.get(path)) {
            let own = yaml.comments().iter().filter(|comment| !stays(comment.span));
            all.extend(own.map(|comment| (comment.span, comment.text.to_string())));
        }
        Written { all, objects: spans, placed: BTreeSet::new(), moved: BTreeSet::new() }
    }

    /// The comments that say something and that a tree does not hold.
    fn lost(&self, tree: &Tree) -> Vec<Unread> {
        let kept = self.kept(tree);
        let mut in_blocks: BTreeSet<String> = BTreeSet::new();
        comments_in_blocks(&tree.statements, &mut in_blocks);
        let others = self.all.iter().filter(|(span, _)| !kept.contains(span));
        let lost = others.filter_map(|(span, text)| say::lost(text, *span));
        lost.filter(|own| !in_blocks.contains(&own.why)).collect()
    }

    /// The places of the comments that a tree holds, or whose texts it holds where they were put.
    fn kept(&self, tree: &Tree) -> BTreeSet<Span> {
        let mut held: BTreeMap<Span, &str> = BTreeMap::new();
        comments_of(&tree.statements, &mut held);
        let texts: BTreeSet<&str> = held.values().copied().collect();
        let is_said = |(span, text): &(&Span, &String)| self.placed.contains(span) && texts.contains(say::bare(text));
        let again = self.all.iter().filter(is_said).map(|(span, _)| *span);
        held.keys().copied().chain(again).collect()
    }

    /// Puts what no lift has kept to the statements that it is about.
    pub(crate) fn place(&mut self, tree: &mut Tree, sources: &Sources) {
        let mut about = About::of(&tree.statements, sources);
        let mut found: Vec<(Way, Comment)> = Vec::new();
        for lost in self.lost(tree) {
            let text = say::bare(&lost.why);
            if !say::is_prose(text) || !hnet_secrets::find(text).is_empty() {
                continue;
            }
            let Some((way, is_about)) = about.at(lost.span, &self.objects) else { continue };
            if !is_about {
                self.moved.insert(lost.span);
            }
            found.push((way, Comment::new(text, lost.span)));
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

    /// Counts what became of each comment, and lists those that nothing has kept and that say something.
    pub(crate) fn count(&self, tree: &Tree, report: &mut Report) {
        report.lost = self.lost(tree);
        let kept = self.kept(tree);
        let mut in_blocks: BTreeSet<String> = BTreeSet::new();
        comments_in_blocks(&tree.statements, &mut in_blocks);
        let counts = &mut report.comments;
        for (span, text) in &self.all {
            let is_in_block = || say::lost(text, *span).is_some_and(|own| in_blocks.contains(&own.why));
            *match kept.contains(span) {
                true if self.moved.contains(span) => &mut counts.moved,
                true => &mut counts.kept,
                false if is_in_block() => &mut counts.kept,
                false => &mut counts.dropped,
            } += 1;
        }
    }
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
