//! What is somebody else's, by its places: what stands in `existing`, and the files that are observed.
//!
//! A rule that finds something wrong there alone says nothing that concerns the source; what it finds wrong between the
//! two is said at the statement of the source. What `existing` leaves unsaid has its place at the head of the statement,
//! and is not known, so nothing rests on it. Start at [`Theirs::judge`].

use std::cell::OnceCell;
use std::collections::BTreeSet;

use hnet_check::{EXISTING, holds_contents};
use hnet_diagnostics::{Code, Diagnostic, Diagnostics, FileId, Sources, Span, codes};
use hnet_model::Network;
use hnet_rules::Open;
use hnet_syntax::tree::{Statement, Tree};
use indexmap::IndexSet;

/// The places of what is somebody else's.
#[derive(Debug, Default)]
pub(crate) struct Theirs {
    /// Files that hold nothing else.
    files: BTreeSet<FileId>,
    /// The files of those that are observed, of which also the checker's findings are left out.
    observed: BTreeSet<FileId>,
    /// Statements in `existing`, in order; none is in another.
    statements: Vec<Span>,
    /// Where their values stand that they do not say.
    unsaid: BTreeSet<Span>,
}

/// The word behind which the files stand whose statements are meant in its place.
const INCLUDE: &str = "include";

/// What is told by a code, a place and a title.
type Key = (&'static str, Option<Span>, String);

fn key(finding: &Diagnostic) -> Key {
    (finding.code.number, finding.span(), finding.title.clone())
}

/// What says of the source that it is so, wherever that follows from.
static OF_THE_SOURCE: [&Code; 1] = [&codes::CILIUM_IMPLIED];

/// What says that nothing uses a thing, at its name.
static OF_UNUSED: [&Code; 2] = [&codes::UNUSED, &codes::GATEWAY_WITHOUT_ROUTE];

impl Theirs {
    /// What stands in the `existing` of the sources, and in the files that are observed.
    pub(crate) fn of(trees: &[Tree], sources: &Sources, observed: &BTreeSet<FileId>) -> Theirs {
        let mut theirs = Theirs { files: observed.clone(), observed: observed.clone(), ..Theirs::default() };
        trees.iter().for_each(|tree| theirs.note(&tree.statements, trees, sources));
        theirs.statements.sort();
        theirs
    }

    /// Notes what a body says of others.
    fn note(&mut self, statements: &[Statement], trees: &[Tree], sources: &Sources) {
        for statement in statements {
            let word = statement.keyword.text.as_str();
            if word == EXISTING {
                statement.statements().iter().for_each(|nested| self.take(nested, trees, sources));
            } else if holds_contents(word) {
                self.note(statement.statements(), trees, sources);
            }
        }
    }

    fn take(&mut self, statement: &Statement, trees: &[Tree], sources: &Sources) {
        self.statements.push(statement.span);
        self.note_heads(statement);
        if statement.keyword.text != INCLUDE {
            return;
        }
        for path in &statement.arguments {
            let from = sources.get(path.value.span.file).path();
            let file = hnet_language::include::resolve(from, &path.value.text).and_then(|path| sources.find(&path));
            let Some(file) = file.filter(|file| self.files.insert(*file)) else { continue };
            for tree in trees.iter().filter(|tree| tree.file == file) {
                tree.statements.iter().for_each(|nested| self.take(nested, trees, sources));
            }
        }
    }

    fn note_heads(&mut self, statement: &Statement) {
        let name = statement.arguments.first().map_or(statement.keyword.span, |name| name.value.span);
        self.unsaid.extend([statement.keyword.span, statement.keyword.span.to(name)]);
        statement.statements().iter().for_each(|nested| self.note_heads(nested));
    }

    /// Whether a place is somebody else's.
    fn holds(&self, place: Span) -> bool {
        let before = self.statements.partition_point(|own| (own.file, own.start) <= (place.file, place.start));
        let nearest = before.checked_sub(1).map(|at| self.statements[at]);
        self.files.contains(&place.file) || nearest.is_some_and(|own| own.file == place.file && place.end <= own.end)
    }

    /// Reports what rules find, as far as it concerns the source.
    /// `open` says what they have besides.
    pub(crate) fn judge(
        &self,
        network: &Network,
        holes: &IndexSet<Span>,
        open: Open,
        sources: &Sources,
        out: &mut Diagnostics,
    ) {
        let read: BTreeSet<Key> = out.iter().map(key).collect();
        hnet_rules::apply(network, holes, open, sources, out);
        // What holds because the source says nothing has its place where the network or a cluster begins.
        let heads: Vec<Span> = network.clusters.iter().map(|cluster| cluster.span).chain([network.span]).collect();
        let is_about = |finding: &Diagnostic| finding.labels.iter().any(|label| self.holds(label.span));
        let is_theirs = |finding: &Diagnostic| {
            finding.labels.iter().all(|label| self.holds(label.span) || heads.contains(&label.span))
        };
        let rests_on_unsaid =
            |finding: &Diagnostic| finding.labels.iter().any(|label| self.unsaid.contains(&label.span));
        let is_of_files =
            |finding: &Diagnostic| finding.labels.iter().any(|label| self.observed.contains(&label.span.file));
        let words = OnceCell::new();
        let is_named = |finding: &Diagnostic| {
            let words: &BTreeSet<&str> = words.get_or_init(|| {
                let texts = self.observed.iter().map(|file| sources.get(*file).text());
                texts.flat_map(hnet_rules::words).collect()
            });
            finding.span().is_some_and(|place| words.contains(sources.text(place)))
        };
        out.retain(|finding| {
            // What somebody else names is used.
            if OF_UNUSED.contains(&finding.code) && is_named(finding) {
                return false;
            }
            let is_read = read.contains(&key(finding)) && !is_of_files(finding);
            is_read
                || OF_THE_SOURCE.contains(&finding.code)
                || !is_about(finding)
                || !is_theirs(finding) && !rests_on_unsaid(finding)
        });
    }

    /// Puts the place in the source first, where a finding has one.
    pub(crate) fn lead_with_own(&self, out: &mut Diagnostics) {
        for finding in out.since(0) {
            let is_own = |span: Span| !self.holds(span);
            if finding.labels.first().is_none_or(|first| is_own(first.span)) {
                continue;
            }
            if let Some(at) = finding.labels.iter().position(|label| is_own(label.span)) {
                finding.labels[..=at].rotate_right(1);
            }
        }
    }
}
