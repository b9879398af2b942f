//! Two folders of documents, and what becomes of each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::both::Both;
use super::documents::{Document, Documents};
use super::hurt::{self, Harm};
use super::volumes;
use crate::Value;
use crate::canonical::normalised;
use crate::compare::{Comparison, Counts, compare};
use crate::kinds::Kind;
use crate::pair::Facts;

/// What becomes of a file of the first folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is written anew.
    Rewritten,
    /// It is removed.
    Removed,
    /// It is somebody else's, and stays.
    Stays,
}

/// What becomes of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is new.
    Added,
    /// It says something else.
    Changed,
    /// It goes.
    Gone,
    /// It gets another name, which makes another object of it.
    Renamed,
    /// It is the same, although not every field is written so.
    Same,
}

/// A document of one folder or of both.
#[derive(Clone, Debug, PartialEq)]
pub struct Change<'d> {
    /// What becomes of it.
    pub what: What,
    /// As it is.
    pub before: Option<&'d Document>,
    /// As it would be.
    pub after: Option<&'d Document>,
    /// Its fields, where it is in both.
    pub comparison: Option<Comparison>,
}

impl<'d> Change<'d> {
    /// The document as it would be, or as it is if it goes.
    #[must_use]
    pub fn document(&self) -> Option<&'d Document> {
        self.after.or(self.before)
    }
}

/// What two folders are to each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Difference<'d> {
    /// What becomes of each document, in the order of what would be, and then what goes. Of those that are the same,
    /// only those of which not all fields are written so.
    pub changes: Vec<Change<'d>>,
    /// How many documents mean the same.
    pub same: usize,
    /// How many documents are in files of others only, and stay.
    pub others: usize,
    /// The fields of documents that are in both.
    pub counts: Counts,
    /// The same by the kind of the documents.
    pub kinds: BTreeMap<&'d Kind, Counts>,
    /// The machines that are on both sides.
    pub machines: BTreeSet<&'d str>,
    /// What would hurt.
    pub harms: Vec<Harm>,
}

/// What a document is known by.
type Key<'d> = (&'d Kind, &'d str, &'d str);

fn key(document: &Document) -> Key<'_> {
    (&document.kind, &document.namespace, &document.name)
}

impl<'d> Difference<'d> {
    /// Compares what is with what would be; `fate` says what becomes of a file of the first.
    #[must_use]
    pub fn between(
        before: &'d Documents,
        after: &'d Documents,
        fate: &dyn Fn(&str) -> Fate,
        facts: &Facts,
    ) -> Difference<'d> {
        let mut difference = Difference::default();
        let pairs = Pairs::of(before, after, fate);
        let (mut added, mut twice, mut both) = (Vec::new(), Vec::new(), Both::default());
        for document in &after.all {
            let Some(old) = pairs.before.get(&key(document)).copied() else {
                added.push(document);
                continue;
            };
            both.add(old, document);
            let (from, to) = (in_namespace_of(old, document), in_namespace_of(document, old));
            let comparison = compare(&document.kind, &from, &to, facts);
            difference.counts += comparison.counts();
            *difference.kinds.entry(&document.kind).or_default() += comparison.counts();
            hurt::of_fields(old, document, &comparison, &mut difference.harms);
            match fate(&old.file) {
                Fate::Stays if hurt::is_elsewhere(old, document) => twice.push((old, document)),
                _ => hurt::of_place(old, document, &mut difference.harms),
            }
            let is_same = comparison.is_same();
            difference.same += usize::from(is_same);
            if is_same && comparison.fields.is_empty() {
                continue;
            }
            let what = if is_same { What::Same } else { What::Changed };
            difference.changes.push(Change {
                what,
                before: Some(old),
                after: Some(document),
                comparison: Some(comparison),
            });
        }
        hurt::of_two_places(&twice, &mut difference.harms);
        volumes::of_volumes(&both, before, after, &mut difference.harms);
        difference.machines = both.names();
        let stays = |document: &&Document| fate(&document.file) == Fate::Stays;
        let staying: BTreeSet<Key<'_>> = before.all.iter().filter(stays).map(key).collect();
        let mut gone = Vec::new();
        for document in &before.all {
            if pairs.taken.contains(&place(document)) {
                continue;
            }
            match fate(&document.file) {
                Fate::Stays if !both.owns(document) => difference.others += 1,
                Fate::Stays => gone.push(document),
                // Another file says it as well.
                _ if staying.contains(&key(document)) => {}
                Fate::Rewritten | Fate::Removed => gone.push(document),
            }
        }
        difference.tell_renamed(added, gone);
        difference
    }

    /// What is new and what goes, and of these those that say the same under another name.
    fn tell_renamed(&mut self, added: Vec<&'d Document>, gone: Vec<&'d Document>) {
        let mut by_content: BTreeMap<(&Kind, String), Vec<&'d Document>> = BTreeMap::new();
        for document in gone.iter().rev() {
            if let Some(content) = content(document) {
                by_content.entry((&document.kind, content)).or_default().push(document);
            }
        }
        let mut renamed = BTreeSet::new();
        for document in added {
            let same = content(document).and_then(|content| by_content.get_mut(&(&document.kind, content))?.pop());
            // Of several that leave their namespace to somebody who is not seen here, one is it.
            if let Some(old) = same.filter(|old| old.namespace.is_empty() && old.name == document.name) {
                renamed.insert(place(old));
                self.same += 1;
                continue;
            }
            let what = if same.is_some() { What::Renamed } else { What::Added };
            if let Some(old) = same {
                renamed.insert(place(old));
                self.harms.extend(hurt::of_name(old, document));
            }
            self.changes.push(Change { what, before: same, after: Some(document), comparison: None });
        }
        let gone: Vec<&Document> = gone.into_iter().filter(|document| !renamed.contains(&place(document))).collect();
        hurt::of_gone(&gone, &mut self.harms);
        let all = gone.into_iter();
        self.changes.extend(all.map(|old| Change {
            what: What::Gone,
            before: Some(old),
            after: None,
            comparison: None,
        }));
    }
}

/// Where a document stands, which is its own alone.
fn place(document: &Document) -> (&str, usize, &str, &Kind) {
    (&document.file, document.line, &document.name, &document.kind)
}

/// What a document says, in the namespace that somebody else puts it in where it says none: the other's, if that one
/// says it.
fn in_namespace_of<'d>(document: &'d Document, other: &Document) -> Cow<'d, Value> {
    let namespace = if document.namespace.is_empty() { &other.namespace } else { &document.namespace };
    let is_said = document.value.at(&["metadata", "namespace"]).is_some();
    if namespace.is_empty() || is_said || !document.kind.is_object() {
        return Cow::Borrowed(&document.value);
    }
    let mut value = document.value.clone();
    if let Value::Map(entries) = &mut value
        && let Some((_, Value::Map(metadata))) = entries.iter_mut().find(|(key, _)| key == "metadata")
    {
        metadata.push(("namespace".to_owned(), Value::Text(namespace.clone())));
    }
    Cow::Owned(value)
}

/// What an object says beside its name, as one text; none where that is too little to know it again by.
fn content(document: &Document) -> Option<String> {
    if !document.kind.is_object() {
        return None;
    }
    let Value::Map(entries) = normalised(&document.kind, &document.value) else { return None };
    let said = entries.into_iter().filter(|(key, _)| !matches!(key.as_str(), "apiVersion" | "kind" | "metadata"));
    let said: Vec<(String, Value)> = said.collect();
    (!said.is_empty()).then(|| Value::Map(said).line())
}

/// Which document of the first folder is which of the second.
struct Pairs<'d> {
    /// What each document of the second folder is in the first.
    before: BTreeMap<Key<'d>, &'d Document>,
    /// Those of the first that are in the second as well.
    taken: BTreeSet<(&'d str, usize, &'d str, &'d Kind)>,
}

impl<'d> Pairs<'d> {
    fn of(before: &'d Documents, after: &'d Documents, fate: &dyn Fn(&str) -> Fate) -> Self {
        let mut known: BTreeMap<Key<'_>, Vec<&'d Document>> = BTreeMap::new();
        let mut nameless: BTreeMap<(&Kind, &str), Vec<&'d Document>> = BTreeMap::new();
        for document in &before.all {
            known.entry(key(document)).or_default().push(document);
            nameless.entry((&document.kind, &document.name)).or_default().push(document);
        }
        let of_talhelper = before.all.iter().filter(|document| document.kind == Kind::talconfig());
        let talconfigs: Vec<&'d Document> = of_talhelper.collect();
        let mut pairs = Pairs { before: BTreeMap::new(), taken: BTreeSet::new() };
        for document in &after.all {
            let same = known.get(&key(document)).cloned().unwrap_or_default();
            // Where one of them leaves its namespace to somebody who is not seen here.
            let guessed = match nameless.get(&(&document.kind, document.name.as_str())).map(Vec::as_slice) {
                Some([only]) if only.namespace.is_empty() || document.namespace.is_empty() => vec![*only],
                _ => Vec::new(),
            };
            // A talconfig has the name of its cluster, which may become another.
            let named_otherwise = || {
                let mut others = talconfigs.iter().filter(|old| old.file == document.file);
                others.next().filter(|_| document.kind == Kind::talconfig()).copied().into_iter().collect()
            };
            let mut candidates = if same.is_empty() { guessed } else { same };
            if candidates.is_empty() {
                candidates = named_otherwise();
            }
            let is_here = |old: &&Document| old.file == document.file;
            let is_ours = |old: &&Document| fate(&old.file) != Fate::Stays;
            let mut ways = candidates.iter().copied();
            let found = ways.clone().find(is_here).or_else(|| ways.clone().find(is_ours)).or_else(|| ways.next());
            if let Some(found) = found {
                pairs.before.insert(key(document), found);
                pairs.taken.extend(candidates.into_iter().map(place));
            }
        }
        pairs
    }
}
