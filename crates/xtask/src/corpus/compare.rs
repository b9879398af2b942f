//! Each whole repository imported, built beside what is there, and compared with it: what a person would read right after an
//! import, of which all must be so.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Instant;

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Fate, What, in_one_form};
use hnet_diagnostics::{Source, Sources};
use hnet_emit::Context;
use hnet_repository::{Change, Side};

use super::File;
use super::repositories::trees;

/// What is said of a repository, in the order in which it is counted.
const SAID: [(What, &str); 4] =
    [(What::Changed, "changed"), (What::Added, "new"), (What::Renamed, "renamed"), (What::Gone, "gone")];

/// Compares each repository with what is built of it, and prints what differs and what is said to hurt.
pub(crate) fn report(files: &[File], out: &mut String) {
    let (mut sums, mut fields, mut same, mut hurts, mut left) = ([0; SAID.len()], 0, 0, 0, 0);
    for (name, there) in trees(files) {
        let all = there.iter().map(|(_, source)| (source.path().to_owned(), source.text().to_owned())).collect();
        let made = hnet_import::import(all);
        let compiled = hnet::compile(Input::one("network.hnet", made.text), &Options::default());
        let (Some(outputs), Some(network)) = (&compiled.outputs, &compiled.network) else {
            let _ = writeln!(out, "   {name}: does not build");
            continue;
        };
        let context = Context { network, sources: &compiled.sources };
        let clusters: Vec<&str> = network.clusters.iter().map(|cluster| cluster.name.value.as_str()).collect();
        let written: BTreeMap<String, &str> =
            outputs.files.iter().map(|(path, file)| (path.clone(), file.text())).collect();
        let (removed, cluster_of) = (BTreeSet::new(), |path: &str| context.cluster_of(path));
        let change = |there| Change {
            there,
            folder: "",
            written: &written,
            removed: &removed,
            clusters: if clusters.is_empty() { &[""] } else { &clusters },
            cluster_of: &cluster_of,
        };
        let start = Instant::now();
        let (mut sides, _) = change(&there).sides();
        let fate = |path: &str| if written.contains_key(path) { Fate::Rewritten } else { Fate::Stays };
        let mut text = String::new();
        let (mut counts, mut own_fields, mut own_same) = ([0; SAID.len()], 0, 0);
        for side in &mut sides {
            in_one_form(&mut side.before, &mut side.after);
            let Side { before, after, harms, .. } = side;
            let difference = Difference::between(before, after, &fate, &Facts::default());
            for (count, (what, _)) in counts.iter_mut().zip(SAID) {
                *count += difference.changes.iter().filter(|change| change.what == what).count();
            }
            own_fields += difference.counts.differing;
            own_same += difference.same;
            hurts += difference.harms.len() + harms.len();
            // What is new has no field that could be said wrongly.
            let is_said = |what: What| !matches!(what, What::Same | What::Added);
            for change in difference.changes.iter().filter(|change| is_said(change.what)) {
                let _ = writeln!(text, "      {} {}", change.word(), change.headline());
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
                left += 1;
                let _ = writeln!(text, "      after the build: {} {}", change.word(), change.headline());
                text.extend(change.lines(false).iter().map(|line| format!("         {line}\n")));
            }
        }
        let words: Vec<String> = counts.iter().zip(SAID).map(|(count, (_, word))| format!("{count} {word}")).collect();
        let _ = writeln!(
            out,
            "   {name}: {} files in {took} ms: {}, {own_fields} fields, {own_same} the same",
            there.len(),
            words.join(", ")
        );
        out.push_str(&text);
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        (fields, same) = (fields + own_fields, same + own_same);
    }
    let words: Vec<String> = sums.iter().zip(SAID).map(|(count, (_, word))| format!("{count} {word}")).collect();
    let _ = writeln!(
        out,
        "   in all {}, {fields} fields, {same} the same, {hurts} warnings; {left} left after a build",
        words.join(", ")
    );
}
