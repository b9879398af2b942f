//! Each repository, part of one and talconfig imported, built beside what is there, and compared with it: what a person would
//! read right after an import, of which all must be so. What differs and is not listed by the import must not be.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Instant;

use hnet::{Input, Options};
use hnet_compare::files::{Difference, Fate, What, in_one_form};
use hnet_compare::{Counts, Facts};
use hnet_diagnostics::{Source, Sources};
use hnet_emit::Context;
use hnet_import::{Imported, Unread};
use hnet_repository::{Change, Side};

use super::repositories::all;
use super::{File, survive};

/// What is said of a repository, in the order in which it is counted.
const SAID: [(What, &str); 4] =
    [(What::Changed, "changed"), (What::Added, "new"), (What::Renamed, "renamed"), (What::Gone, "gone")];

/// What came of a comparison, or of all.
#[derive(Default)]
struct Sums {
    /// By [`SAID`].
    documents: [usize; SAID.len()],
    /// Documents that mean the same.
    same: usize,
    /// Warnings of what would hurt.
    hurts: usize,
    /// What is still to be said once it is built.
    left: usize,
    /// Documents that differ or go of which the import says nothing.
    unlisted: usize,
    /// What does not build, and what crashes.
    stops: usize,
    /// The fields by the kind of their documents.
    kinds: BTreeMap<String, Counts>,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.documents.iter_mut().zip(other.documents).for_each(|(sum, count)| *sum += count);
        self.same += other.same;
        self.hurts += other.hurts;
        self.left += other.left;
        self.unlisted += other.unlisted;
        self.stops += other.stops;
        for (kind, counts) in other.kinds {
            *self.kinds.entry(kind).or_default() += counts;
        }
    }

    fn documents(&self) -> String {
        let words = self.documents.iter().zip(SAID).map(|(count, (_, word))| format!("{count} {word}"));
        words.collect::<Vec<_>>().join(", ")
    }

    /// Each kind with its fields that are equal, by default, by fact, and different.
    fn kinds(&self) -> Vec<String> {
        let line = |(kind, counts): (&String, &Counts)| {
            let Counts { equal, by_default, by_fact, differing } = counts;
            format!("{kind} {equal}/{by_default}/{by_fact}/{differing}")
        };
        self.kinds.iter().map(line).collect()
    }
}

/// Compares each with what is built of it, and prints what differs and what is said to hurt.
pub(crate) fn report(files: &[File], out: &mut String) -> usize {
    let mut sums = Sums::default();
    for (name, there) in all(files) {
        match survive(&name, out, |out| compare(&name, &there, out)) {
            Some(own) => sums.add(own),
            None => sums.stops += 1,
        }
    }
    let Sums { same, hurts, left, unlisted, stops, .. } = &sums;
    let _ = writeln!(
        out,
        "   in all {}, {same} the same, {hurts} warnings, {unlisted} not listed, {stops} not built; {left} left after a build; \
         fields equal/by default/by fact/different:",
        sums.documents()
    );
    for line in sums.kinds() {
        let _ = writeln!(out, "   {line}");
    }
    unlisted + stops + left
}

/// Compares one with what is built of it.
fn compare(name: &str, there: &Sources, out: &mut String) -> Sums {
    let mut sums = Sums::default();
    let files = there.iter().map(|(_, source)| (source.path().to_owned(), source.text().to_owned())).collect();
    let made = hnet_import::import(files);
    let compiled = hnet::compile(Input::one("network.hnet", made.text.clone()), &Options::default());
    let (Some(outputs), Some(network)) = (&compiled.outputs, &compiled.network) else {
        let _ = writeln!(out, "   {name}: does not build");
        sums.stops = 1;
        return sums;
    };
    let context = Context { network, sources: &compiled.sources };
    let clusters: Vec<&str> = network.clusters.iter().map(|cluster| cluster.name.value.as_str()).collect();
    let written: BTreeMap<String, &str> =
        outputs.files.iter().map(|(path, file)| (path.clone(), file.text())).collect();
    let (removed, owners) = (BTreeSet::new(), context.owners());
    let cluster_of = |path: &str| owners.cluster_of(path);
    let change = |there| Change {
        there,
        folder: "",
        written: &written,
        removed: &removed,
        clusters: if clusters.is_empty() { &[""] } else { &clusters },
        cluster_of: &cluster_of,
    };
    let start = Instant::now();
    let (mut sides, _) = change(there).sides();
    let fate = |path: &str| if written.contains_key(path) { Fate::Rewritten } else { Fate::Stays };
    let mut text = String::new();
    for side in &mut sides {
        in_one_form(&mut side.before, &mut side.after);
        let Side { before, after, harms, .. } = side;
        let difference = Difference::between(before, after, &fate, &Facts::default());
        for (count, (what, _)) in sums.documents.iter_mut().zip(SAID) {
            *count += difference.changes.iter().filter(|change| change.what == what).count();
        }
        for (kind, counts) in &difference.kinds {
            *sums.kinds.entry(kind.kind.clone()).or_default() += *counts;
        }
        sums.same += difference.same;
        sums.hurts += difference.harms.len() + harms.len();
        // What is new has no field that could be said wrongly.
        let is_said = |what: What| !matches!(what, What::Same | What::Added);
        for change in difference.changes.iter().filter(|change| is_said(change.what)) {
            let is_listed = change.before.is_some_and(|own| is_listed(&made, &own.file, &own.name));
            sums.unlisted += usize::from(!is_listed);
            let mark = if is_listed { "" } else { "NOT LISTED: " };
            let _ = writeln!(text, "      {mark}{} {}", change.word(), change.headline());
            text.extend(change.lines(false).iter().map(|line| format!("         {line}\n")));
        }
        for harm in difference.harms.iter().chain(&*harms) {
            let _ = writeln!(text, "      warns: {}: {}", harm.file, harm.message);
        }
    }
    let took = start.elapsed().as_millis();
    // Once it is built, nothing is left to say.
    let mut built = Sources::new();
    let stays = there.iter().map(|(_, source)| source).filter(|source| !written.contains_key(source.path()));
    stays.cloned().for_each(|source| _ = built.add(source));
    written.iter().for_each(|(path, text)| _ = built.add(Source::new(path.as_str(), *text)));
    for side in &change(&built).sides().0 {
        let difference = Difference::between(&side.before, &side.after, &fate, &Facts::default());
        for change in difference.changes.iter().filter(|change| change.what != What::Same) {
            sums.left += 1;
            let _ = writeln!(text, "      after the build: {} {}", change.word(), change.headline());
            text.extend(change.lines(false).iter().map(|line| format!("         {line}\n")));
        }
    }
    let (count, documents, same) = (there.len(), sums.documents(), sums.same);
    let kinds = sums.kinds().join(", ");
    let _ = writeln!(out, "   {name}: {count} files in {took} ms: {documents}, {same} the same; {kinds}");
    out.push_str(&text);
    sums
}

/// Whether an import says something of a document: at its file, or by its name.
fn is_listed(made: &Imported, file: &str, name: &str) -> bool {
    let hnet_import::Report { unread, as_yaml, allowed, .. } = &made.report;
    let named = format!(" {name}:");
    let is_it = |one: &Unread| one.why.contains(&named) || made.sources.get(one.span.file).path() == file;
    [unread, as_yaml, allowed].into_iter().flatten().any(is_it)
}
