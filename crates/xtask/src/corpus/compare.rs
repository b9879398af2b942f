//! Each repository, part of one and talconfig imported, built beside what is there, and compared with it: what a person would
//! read right after an import, of which all must be so. What differs and is not listed by the import must not be.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Instant;

use hnet::{Input, Options};
use hnet_compare::files::{Change as Differing, Difference, Document, Fate, What, in_one_form};
use hnet_compare::{Counts, Facts, Kind, Value, compare as compare_values};
use hnet_diagnostics::{Source, Sources};
use hnet_emit::Context;
use hnet_model::Network;
use hnet_model::placeholders::{Declared, filled};
use hnet_repository::{Change, Release, Repository, Side};
use hnet_yaml::Reader;

use super::listed::{Listed, is_of_talos};
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
    let start = Instant::now();
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
    let got: BTreeMap<String, Cow<'_, str>> =
        written.iter().map(|(path, text)| (path.clone(), got(network, cluster_of(path), path, text))).collect();
    let got: BTreeMap<String, &str> = got.iter().map(|(path, text)| (path.clone(), text.as_ref())).collect();
    let change = |there, written| Change {
        there,
        folder: "",
        written,
        removed: &removed,
        clusters: if clusters.is_empty() { &[""] } else { &clusters },
        cluster_of: &cluster_of,
    };
    let (mut sides, _) = change(there, &got).sides();
    let fate = |path: &str| if written.contains_key(path) { Fate::Rewritten } else { Fate::Stays };
    let (listed, repository) = (Listed::of(&made), hnet_repository::read(there));
    let mut text = String::new();
    for side in &mut sides {
        pair_talconfigs(side);
        pair_values(side, &repository, there);
        in_one_form(&mut side.before, &mut side.after);
        let Some(difference) = side.told(&fate) else { continue };
        for (count, (what, _)) in sums.documents.iter_mut().zip(SAID) {
            *count += difference.changes.iter().filter(|change| change.what == what).count();
        }
        for (kind, counts) in &difference.kinds {
            *sums.kinds.entry(kind.kind.clone()).or_default() += *counts;
        }
        sums.same += difference.same;
        sums.hurts += difference.harms.len();
        for change in difference.changes.iter().filter(|change| !matches!(change.what, What::Same | What::Added)) {
            sums.unlisted += usize::from(!say(change, listed.has(change), &mut text));
        }
        for harm in &difference.harms {
            let _ = writeln!(text, "      warns: {}: {}", harm.file, harm.message);
        }
        sums.unlisted += lost(side, &repository, &listed, &mut text);
    }
    // Once it is built, nothing is left to say.
    let mut built = Sources::new();
    let stays = there.iter().map(|(_, source)| source).filter(|source| !written.contains_key(source.path()));
    stays.cloned().for_each(|source| _ = built.add(source));
    written.iter().for_each(|(path, text)| _ = built.add(Source::new(path.as_str(), *text)));
    for side in &change(&built, &written).sides().0 {
        let difference = Difference::between(&side.before, &side.after, &fate, &Facts::default());
        for change in difference.changes.iter().filter(|change| change.what != What::Same) {
            sums.left += 1;
            let _ = writeln!(text, "      after the build: {} {}", change.word(), change.headline());
            text.extend(change.lines(false).iter().map(|line| format!("         {line}\n")));
        }
    }
    let (took, count, documents, same) = (start.elapsed().as_millis(), there.len(), sums.documents(), sums.same);
    let kinds = sums.kinds().join(", ");
    let _ = writeln!(out, "   {name}: {count} files in {took} ms: {documents}, {same} the same; {kinds}");
    out.push_str(&text);
    sums
}

/// Prints a change, and whether the import says so; the second is returned.
fn say(change: &Differing<'_>, is_listed: bool, text: &mut String) -> bool {
    let mark = if is_listed { "" } else { "NOT LISTED: " };
    let _ = writeln!(text, "      {mark}{} {}", change.word(), change.headline());
    text.extend(change.lines(false).iter().map(|line| format!("         {line}\n")));
    is_listed
}

/// How much of what was taken over is written nowhere, and how much is written that should have been compared with what is
/// there and was not.
fn lost(side: &Side, repository: &Repository, listed: &Listed<'_>, text: &mut String) -> usize {
    if side.other.is_some() {
        return 0;
    }
    // An import writes beside what is there, whose files stay; so what is gone shows only where they do not.
    let difference = Difference::between(&side.before, &side.after, &|_| Fate::Rewritten, &Facts::default());
    let mut count = 0;
    for change in &difference.changes {
        let is_lost = match (change.what, change.before, change.after) {
            (What::Gone, Some(old), _) => listed.is_taken(old) && !listed.has_document(old),
            (What::Renamed, Some(old), _) => !listed.has_document(old),
            (What::Added, _, Some(new)) => is_there(new, side, repository) && !listed.has_new(new),
            _ => false,
        };
        if is_lost {
            count += 1;
            say(change, false, text);
        }
    }
    count
}

/// Whether something of the kind of a document that was paired with none is there: a talconfig or a machine, or the values of
/// a chart.
fn is_there(new: &Document, side: &Side, repository: &Repository) -> bool {
    match new.kind.group.as_str() {
        "helm" => releases(repository).any(|release| release.chart == new.kind.kind.as_str()),
        _ => is_of_talos(&new.kind) && side.before.all.iter().any(|old| is_of_talos(&old.kind)),
    }
}

fn releases(repository: &Repository) -> impl Iterator<Item = &Release> {
    repository.clusters.iter().flat_map(|cluster| &cluster.releases).chain(&repository.bootstrap)
}

/// Puts the values that a cluster's charts get beside those that are written for them, to which nothing leads yet.
fn pair_values(side: &mut Side, repository: &Repository, there: &Sources) {
    for new in side.after.all.iter().filter(|new| new.kind.group == "helm") {
        let own = releases(repository).filter(|release| release.chart == new.kind.kind.as_str());
        // Of those of several clusters it is the nearest.
        let values = own.map(|release| (release, Value::of(&release.values, Reader::Helm)));
        let differing = |(_, value): &(&Release, Value)| {
            compare_values(&new.kind, value, &new.value, &Facts::default()).counts().differing
        };
        let Some((release, value)) = values.min_by_key(differing) else { continue };
        let files: Vec<&str> = release.places.iter().map(|place| there.get(place.file).path()).collect();
        side.before.all.retain(|old| old.kind != new.kind || !files.contains(&old.file.as_str()));
        if side.before.all.iter().any(|old| old.kind == new.kind && old.name == new.name) {
            continue;
        }
        let place = release.place();
        let source = there.get(place.file);
        let (file, line) = (source.path().to_owned(), source.line(place.range().start));
        side.before.all.push(Document { file, line, value, ..new.clone() });
    }
}

/// Gives the talconfig of one side the name of the other's where both have but one: a cluster may be called otherwise, which
/// is a difference like others.
fn pair_talconfigs(side: &mut Side) {
    let talconfig = Kind::talconfig();
    let mut all = [&mut side.before, &mut side.after]
        .map(|documents| documents.all.iter_mut().filter(|document| document.kind == talconfig).collect::<Vec<_>>());
    if let [[old], [new]] = all.each_mut().map(Vec::as_mut_slice) {
        old.name.clone_from(&new.name);
        pair_nodes(&mut old.value, &new.value);
    }
}

/// Calls the nodes of a talconfig as those of another at the same address that are called otherwise, so that they are compared
/// as well. What they call themselves stays, which an import lays over their new names.
fn pair_nodes(old: &mut Value, new: &Value) {
    fn text<'v>(node: &'v Value, key: &str) -> &'v str {
        node.get(key).and_then(Value::as_str).unwrap_or_default()
    }
    let all = |value: &Value| value.get("nodes").map(|nodes| nodes.items().to_vec()).unwrap_or_default();
    let [were, are] = [all(old), all(new)];
    let is_only_in =
        |node: &Value, others: &[Value]| others.iter().all(|other| text(other, "hostname") != text(node, "hostname"));
    for node in nodes_of(old).iter_mut().filter(|node| is_only_in(node, &are)) {
        let same = |other: &&Value| text(other, "ipAddress") == text(node, "ipAddress") && is_only_in(other, &were);
        let (Some(other), was) = (are.iter().find(same), text(node, "hostname").to_owned()) else { continue };
        let patch = Value::Text(format!("machine: {{network: {{hostname: \"{was}\"}}}}"));
        let patches = node.get("patches").map(|own| own.items().to_vec()).unwrap_or_default();
        let Value::Map(entries) = node else { continue };
        entries.retain(|(key, _)| key != "patches" && key != "hostname");
        entries.push(("hostname".to_owned(), Value::Text(text(other, "hostname").to_owned())));
        entries.push(("patches".to_owned(), Value::List([patches, vec![patch]].concat())));
    }
}

fn nodes_of(talconfig: &mut Value) -> &mut [Value] {
    let Value::Map(entries) = talconfig else { return &mut [] };
    match entries.iter_mut().find(|(key, _)| key == "nodes") {
        Some((_, Value::List(nodes))) => nodes,
        _ => &mut [],
    }
}

/// A file as its cluster gets it: with what placeholders stand for, since nothing leads to it where it is written here.
/// talhelper's are left, as they are in what is there.
fn got<'t>(network: &Network, cluster: Option<usize>, path: &str, text: &'t str) -> Cow<'t, str> {
    if path.ends_with("talconfig.yaml") {
        return Cow::Borrowed(text);
    }
    let is_its = |own: &&Declared| own.clusters.is_empty() || cluster.is_some_and(|at| own.clusters.contains(&at));
    let declared: Vec<&Declared> = network.placeholders.declared().filter(is_its).collect();
    let known = |name: &str| declared.iter().find(|own| own.name == name).map(|own| own.value.as_str());
    filled(text, known).map_or(Cow::Borrowed(text), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use hnet_compare::files::Documents;
    use hnet_diagnostics::{Source, Sources};
    use hnet_repository::Side;

    use super::{Listed, compare, lost, pair_talconfigs, pair_values};

    const TALCONFIG: &str = "clusterName: home\nendpoint: https://10.0.0.2:6443\ntalosVersion: v1.13.0\nkubernetesVersion: v1.36.0\nnodes:\n  - hostname: cp-1\n    ipAddress: 10.0.0.2\n    controlPlane: true\n    installDisk: /dev/sda\n";
    const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cilium, namespace: kube-system}\nspec:\n  chart: {spec: {chart: cilium, version: 1.18.0, sourceRef: {kind: HelmRepository, name: cilium}}}\n  values: {ipam: {mode: kubernetes}}\n";

    fn sources(files: &[(&str, &str)]) -> Sources {
        let mut sources = Sources::new();
        files.iter().for_each(|(path, text)| _ = sources.add(Source::new(*path, *text)));
        sources
    }

    /// How much of one side is lost, by the files before and after.
    fn lost_of(before: &[(&str, &str)], after: &[(&str, &str)]) -> usize {
        let there = sources(before);
        let files = before.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let made = hnet_import::import(files);
        let repository = hnet_repository::read(&there);
        let mut side = Side {
            before: Documents::read(before.iter().copied()),
            after: Documents::read(after.iter().copied()),
            ..Side::default()
        };
        pair_talconfigs(&mut side);
        pair_values(&mut side, &repository, &there);
        lost(&side, &repository, &Listed::of(&made), &mut String::new())
    }

    #[test]
    fn a_talconfig_that_is_compared_with_none_of_those_that_are_there_is_a_fault() {
        let [one, other, third] = ["one", "other", "third"].map(|name| TALCONFIG.replace("home", name));
        let new = [("talos/talconfig.yaml", third.as_str())];
        assert_eq!(lost_of(&[("a/talconfig.yaml", &one), ("b/talconfig.yaml", &other)], &new), 3);
        assert_eq!(lost_of(&[("a/talconfig.yaml", &one)], &new), 0);
        assert_eq!(lost_of(&[], &new), 0);
    }

    #[test]
    fn values_are_compared_with_those_of_whatever_installs_the_chart() {
        let new = [("infrastructure/networking/cilium/values.yaml", "ipam: {mode: kubernetes}\n")];
        assert_eq!(lost_of(&[("cilium.yaml", RELEASE)], &new), 0);
    }

    #[test]
    fn a_talconfig_is_the_same_once_it_is_built() {
        let faults = |text: &str| {
            let sums = compare("one", &sources(&[("talos/talconfig.yaml", text)]), &mut String::new());
            sums.unlisted + sums.documents.iter().sum::<usize>()
        };
        assert_eq!(faults(TALCONFIG), 0);
        let schematic = "    schematic: {customization: {extraKernelArgs: [net.ifnames=0]}}\n";
        assert_eq!(faults(&format!("{TALCONFIG}{schematic}")), 0);
    }
}
