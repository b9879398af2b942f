//! What exists, in the words of the language: documents to statements.
//!
//! A lift makes statements of the tree whose words carry the places of the YAML that they came from, so that names, rules
//! and messages need nothing new. It says as much as it can in words, and takes what it says out of the documents; what is
//! left of them goes to `patch` and `manifest`. The checker is asked, and what it refuses is said as YAML or is listed. So
//! a lift can be modest and loses nothing that is not listed.
//!
//! Knows no disk. One file stands for each emitter of `hnet-emit` and is called as it is, so that the two are read side by
//! side; [`LIFTS`] is their table. Start at [`import`].

mod assemble;
mod cilium;
pub mod facts;
mod files;
mod gateway;
mod kubernetes;
mod make;
mod manifests;
mod objects;
mod report;
mod say;
mod settle;
mod take;
mod talos;
mod wires;
mod write;

use std::collections::BTreeSet;

use hnet_diagnostics::Sources;
use hnet_syntax::tree::Tree;

use assemble::Draft;
use cilium::Release;
use files::Files;
use kubernetes::Content;
use objects::Object;
pub use report::{CommentCount, Fields, Report, Unread};
use talos::Talconfig;
use wires::Wires;

/// How an emitter's files are read back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lift {
    /// By statements of these words.
    Words(&'static [&'static str]),
    /// Not: why there is nothing to read.
    None(&'static str),
}

/// Why a part of the output that says the network in other words is not read back.
const TOLD: Lift = Lift::None("it tells people what the other files say");

/// Why a component with a workload is not read back.
const RUNS: Lift = Lift::None("what runs there already, from a chart, would be run a second time");

/// For each emitter and component of `hnet-emit`, by its name, how what it writes is read back.
#[rustfmt::skip]
pub const LIFTS: &[(&str, Lift)] = &[
    ("talos", Lift::Words(&["cluster", "node", "profile", "subnet", "router"])),
    ("namespaces", Lift::None("a namespace that exists is somebody's: hnet refers to it and owns none")),
    ("cilium", Lift::Words(&["cilium", "pool"])),
    ("coredns", RUNS),
    ("gateway", Lift::Words(&["gateway", "route", "certificate", "certificate-issuer"])),
    ("cloudflared", RUNS),
    ("manifests", Lift::Words(&["manifest"])),
    ("docs", TOLD),
    ("topology", TOLD),
    ("traffic", TOLD),
    ("addresses", TOLD),
    ("flow", TOLD),
    ("bootstrap", TOLD),
    ("networking", Lift::None("it lists the folders beside it")),
    ("argocd", Lift::None("it syncs the folders beside it, and the repository says its own")),
];

/// What the values of Cilium's chart are counted under.
const VALUES: &str = "Cilium values";

/// What exists, as a source.
#[derive(Debug)]
pub struct Imported {
    /// The files, by which the places in the tree and the report are named.
    pub sources: Sources,
    /// The statements, whose words carry the places of what they came from.
    pub tree: Tree,
    /// The source, formatted.
    pub text: String,
    /// What came of it.
    pub report: Report,
}

/// Makes a source of files, each with its path. It never fails: what cannot be read is listed.
#[must_use]
pub fn import(files: Vec<(String, String)>) -> Imported {
    let files = Files::new(files);
    let mut report = Report::default();
    for problem in files.iter().flat_map(|(.., yaml)| yaml.problems()).filter(|problem| problem.trouble.loses_text()) {
        report.unread(problem.span, problem.trouble.to_string());
    }
    let mut draft = Draft::default();
    let mut wires = Wires::default();
    let objects = objects::find(&files);
    let release = Release::find(&files, &objects);
    let talconfigs = Talconfig::find(&files);
    for talconfig in &talconfigs {
        let besides = talos::Besides { cilium: release.is_some() && talconfigs.len() == 1, dns: false };
        let cluster = talos::lift(talconfig, besides, &mut wires, &mut report);
        draft.clusters.push(cluster);
    }
    draft.wires = wires;
    if let Some(first) = draft.clusters.first() {
        draft.name = if draft.clusters.len() == 1 { first.name.clone() } else { "network".to_owned() };
        draft.span = first.span;
    }
    if draft.name.is_empty() {
        draft.name = "network".to_owned();
    }
    let release = release.filter(|_| draft.clusters.len() < 2);
    if draft.clusters.len() < 2 {
        draft.contents.extend(release.iter().map(|release| Content::helping(release.statement(), VALUES)));
        draft.contents.extend(kubernetes::contents(&objects, &draft.wires, &mut report));
    } else {
        for object in objects.iter().filter(|object| object.is_of_the_network()) {
            let kind = &object.kind;
            report.of(kind).unread += take::leaves(&object.value);
            report.unread(object.value.span, format!("`{kind}` {}: which of several clusters it is of", object.name));
        }
    }
    let mut tree = settle::settle(&mut draft, &objects, &files.sources, &mut report);
    if let Some(release) = &release
        && settle::lay_values(&mut draft, release, &tree)
    {
        tree = settle::settle(&mut draft, &objects, &files.sources, &mut report);
    }
    count_comments(&mut report, &files, &objects, &talconfigs);
    for piece in draft.pieces() {
        let count = report.of("talconfig");
        if piece.said.keyword.text == "patch" { count.raw += piece.fields } else { count.typed += piece.fields }
    }
    for content in &draft.contents {
        let count = report.of(&content.kind);
        count.raw += content.laid;
        if content.is_raw { count.raw += content.piece.fields } else { count.typed += content.piece.fields }
    }
    report.unread.sort_by_key(|unread| unread.span);
    let text = hnet_syntax::print(&tree);
    Imported { sources: files.sources, tree, text, report }
}

/// Counts the comments that nothing has kept.
fn count_comments(report: &mut Report, files: &Files, objects: &[Object], talconfigs: &[Talconfig<'_>]) {
    let of_objects = objects.iter().filter(|object| object.is_of_the_network()).map(|object| object.path.as_str());
    let read: BTreeSet<&str> = of_objects.chain(talconfigs.iter().map(Talconfig::path)).collect();
    let of_read = files.iter().filter(|(path, ..)| read.contains(path));
    let all: usize = of_read.map(|(.., yaml)| yaml.comments().len()).sum();
    let CommentCount { kept, moved, dropped } = report.in_patches;
    report.comments.dropped = all.saturating_sub(report.comments.kept) + dropped;
    report.comments.kept += kept;
    report.comments.moved += moved;
}

/// The files that a text names beside itself, by paths from its folder: the patches of a talconfig, and what talhelper
/// substitutes in it.
#[must_use]
pub fn named(text: &str) -> Vec<String> {
    let files = Files::new(vec![("talconfig.yaml".to_owned(), text.to_owned())]);
    let mut named = Vec::new();
    for talconfig in Talconfig::find(&files) {
        named.push("talenv.yaml".to_owned());
        talconfig.value.leaves(&mut |_, leaf| {
            let path = leaf.text().and_then(|text| text.strip_prefix('@'));
            named.extend(path.map(|path| path.strip_prefix("./").unwrap_or(path).to_owned()));
        });
    }
    named
}

#[cfg(test)]
mod tests {
    use hnet_check::VOCABULARY;

    use super::{LIFTS, Lift};

    /// Whoever adds an emitter says how what it writes is read back, or why it is not.
    #[test]
    fn each_emitter_has_a_lift_or_says_why_not() {
        let emitters = hnet_emit::EMITTERS.iter().map(|emitter| emitter.name);
        let mut written: Vec<&str> = emitters.chain(hnet_emit::component_folders()).collect();
        let mut lifted: Vec<&str> = LIFTS.iter().map(|(name, _)| *name).collect();
        written.sort_unstable();
        lifted.sort_unstable();
        assert_eq!(written, lifted);
        for (name, lift) in LIFTS {
            match lift {
                Lift::Words(words) => assert!(words.iter().all(|word| VOCABULARY.is_word(word)), "{name}"),
                Lift::None(why) => assert!(!why.is_empty(), "{name}"),
            }
        }
    }
}
