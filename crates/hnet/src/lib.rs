//! The pipeline as one function: the sources in, a [`Compilation`] out.
//!
//! Reads no file and writes none; the front ends bring the texts and take the outputs. Start at
//! [`compile`]; which diagnostics are heard is said in [`levels`]; the network with every derived
//! value is [`show()`], the edits that findings offer are made by [`mend()`].

mod assumed;
mod laid;
pub mod levels;
mod load;
mod mend;
mod observe;
mod parents;
mod secrets;
mod show;
mod sound;
mod theirs;
mod unwritten;

use std::collections::BTreeSet;

use hnet_check::Checked;
use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Fix, Refusal, Severity, Source, Sources, Span, codes};
use hnet_emit::Outputs;
use hnet_language::Names;
use hnet_model::Network;
use hnet_rules::Open;
use hnet_syntax::tree::Tree;

use assumed::Assumed;
pub use levels::{LevelError, Options};
pub use load::{Found, WHOLE, load};
pub use mend::{Made, Mended, mend};
pub use show::{Show, Shown, show};
pub use sound::sound;
use theirs::Theirs;
pub use unwritten::{Around, Unwritten, leaves_machines};

/// The sources of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    /// Path and text of each file. Paths are relative to the project, with `/`; the first file is
    /// the root, the others are those that it includes, and those that texts are taken from.
    pub files: Vec<(String, String)>,
    /// The paths of those that are no sources: texts in other languages that sources take.
    pub texts: BTreeSet<String>,
    /// The paths of those texts that are only observed, which a build may take over.
    pub observed: BTreeSet<String>,
    /// The paths of the folders that are observed and are there, empty ones too.
    pub folders: BTreeSet<String>,
    /// The paths of the files in them that hnet has written: nobody misses them.
    pub written: BTreeSet<String>,
    /// The files that are included, are there and were not read.
    pub refused: Vec<Refusal>,
}

impl Input {
    /// A project of one file.
    #[must_use]
    pub fn one(path: impl Into<String>, text: impl Into<String>) -> Self {
        Input { files: vec![(path.into(), text.into())], ..Input::default() }
    }
}

/// All that the compiler found out about a project.
#[derive(Debug)]
pub struct Compilation {
    /// The sources, in the order of the input.
    pub sources: Sources,
    /// Their trees, in the same order; those of texts in other languages are empty.
    pub trees: Vec<Tree>,
    /// What the names in them refer to.
    pub names: Names,
    /// Where secrets stand in the sources, in their order, and what each looks like: `a GitHub token`.
    pub secrets: Vec<(Span, &'static str)>,
    /// The findings in the order of the sources, their levels applied.
    pub diagnostics: Vec<Diagnostic>,
    /// The network, where nothing stops the build.
    pub network: Option<Network>,
    /// The files, where nothing stops the build and they were asked for.
    pub outputs: Option<Outputs>,
    /// Where the sources say another version than the one that was asked for.
    assumed: Assumed,
}

impl Compilation {
    /// Whether any finding stops the build: an error, or what is denied.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity.stops())
    }

    /// Adds findings that only who knows more than the sources can make, unless the sources or the flags allow them.
    pub fn add(&mut self, mut found: Vec<Diagnostic>, options: &Options) {
        found.retain(|finding| !self.assumed.asks_for(finding));
        let taken = load::taken(&self.trees, &self.sources);
        let heard = levels::silence_later(found, &self.trees, &taken);
        self.diagnostics.extend(options.apply(heard, &mut Vec::new()));
        if self.has_errors() {
            (self.network, self.outputs) = (None, None);
        }
    }
}

/// Checks a project and, where nothing stops the build, makes its files.
#[must_use]
pub fn compile(input: Input, options: &Options) -> Compilation {
    let mut compilation = check(input, options);
    compilation.outputs = compilation.network.as_ref().map(|network| hnet_emit::emit(network, &compilation.sources));
    compilation
}

/// How many findings are said. So many have few causes, and a source that is nothing but mistakes would
/// otherwise cost its square to show.
const MOST_FINDINGS: usize = 1000;

/// Checks a project and makes no files.
#[must_use]
pub fn check(input: Input, options: &Options) -> Compilation {
    let mut sources = Sources::new();
    sources.refuse(input.refused);
    sources.know_folders(input.folders);
    sources.know_written(input.written);
    let mut found = Diagnostics::new();
    let mut trees = Vec::new();
    for (path, text) in input.files {
        let is_source = !input.texts.contains(&path);
        let file = sources.add(Source::new(path, text));
        trees.push(match is_source {
            true => hnet_syntax::parse(file, sources.get(file).text(), &mut found).tree,
            false => Tree { file, ..Tree::default() },
        });
    }
    let assumed = options.talos.as_ref().map(|version| assumed::talos(&mut trees, version)).unwrap_or_default();
    let mut compilation = check_trees(sources, trees, found, options);
    assumed.say(&mut compilation.diagnostics);
    Compilation { assumed, ..compilation }
}

/// Checks a tree that code has made of other texts, such as YAML, and makes no files. Its words carry the places of
/// these texts, so a finding is shown there; what the tree says is in its words alone.
#[must_use]
pub fn check_made(sources: Sources, tree: Tree, options: &Options) -> Compilation {
    check_trees(sources, vec![tree], Diagnostics::new(), options)
}

/// Checks trees that were read with these findings.
fn check_trees(mut sources: Sources, trees: Vec<Tree>, found: Diagnostics, options: &Options) -> Compilation {
    let (mut secret, mut meant, mut of_observed) = (Diagnostics::new(), Diagnostics::new(), Diagnostics::new());
    let observed = observe::read(&mut sources, &trees, &mut of_observed);
    let is_observed = |file| observed.as_ref().is_some_and(|observed| observed.holds(file));
    let (masks, secrets) = secrets::report(&mut sources, &trees, is_observed, &mut secret);
    let with_observed = observed.as_ref().map_or(&trees, |observed| &observed.trees);
    let Checked { mut network, names, holes } = hnet_check::check(with_observed, &sources, &mut meant);
    if let (Some(observed), Some(_)) = (&observed, &network) {
        observed.drop_unsaid(&mut meant);
    }
    let open = observed.as_ref().map_or_else(Open::default, |observed| observed.open);
    let none = BTreeSet::new();
    let theirs = Theirs::of(&trees, &sources, observed.as_ref().map_or(&none, |observed| &observed.files));
    if let Some(network) = &network {
        theirs.judge(network, &holes, open, &sources, &mut meant);
        let mut not_there = hnet_observe::NotThere::default();
        // Which cluster a manifest is of is not asked.
        if let (Some(observed), [_]) = (&observed, network.clusters.as_slice()) {
            not_there.extend(observed.not_there.clone());
        }
        if let Some(laid) = laid::read(with_observed, network, &meant, &mut sources) {
            meant = laid.judge(open, &theirs, &sources, meant);
            not_there.extend(laid.not_there);
        }
        if holes.is_empty() && observed.as_ref().is_none_or(|observed| observed.has_all_gateways) {
            parents::missing(network, &not_there.gateways).into_iter().for_each(|finding| {
                meant.report(finding);
            });
        }
        // What a secret that nothing fills covers is a hole by itself.
        let is_unsaid = |hole: &Span| observed.as_ref().is_some_and(|observed| hole.file == observed.unsaid);
        if holes.iter().all(is_unsaid) {
            parents::unfilled(network, &not_there, &sources).into_iter().for_each(|finding| {
                meant.report(finding);
            });
        }
    }
    if of_observed.iter().any(|finding| *finding.code == codes::OBSERVES_NO_CLUSTER) {
        // What nobody declares may be there.
        meant.retain(|finding| *finding.code != codes::UNKNOWN_NAME);
    }
    meant.append(of_observed);
    if let (Some(observed), Some(network)) = (&observed, &mut network) {
        observed.drop_unsaid(&mut meant);
        observed.drop_made_again(&mut meant);
        if !meant.has_errors() && !found.has_errors() {
            observed.made_again(network, &sources, &mut meant);
        }
        observed.leave_theirs(&mut meant);
    }
    theirs.lead_with_own(&mut meant);
    hnet_check::say_written_names(meant.since(0), &sources);
    if let Some(placeholders) = network.as_ref().map(|network| &network.placeholders).filter(|all| !all.is_empty()) {
        // An edit is made of values, and would write one in the place of its placeholder.
        let spares = |fix: &Fix| fix.edits.iter().all(|edit| !placeholders.touch(edit.span));
        meant.since(0).iter_mut().for_each(|finding| finding.fixes.retain(spares));
    }
    let mut found = without_consequences(found, meant, &sources);
    found.append(secret);
    let taken = if trees.len() > 1 { load::taken(&trees, &sources) } else { Vec::new() };
    let mut allowed = levels::silence(&mut found, &trees, &taken);
    let mut diagnostics = options.apply(found.into_sorted(), &mut allowed);
    secrets::only(&mut diagnostics);
    let sound = diagnostics.iter().all(|diagnostic| !diagnostic.severity.stops());
    allowed.sort();
    if let Some(more) = diagnostics.len().checked_sub(MOST_FINDINGS).filter(|more| *more > 0) {
        diagnostics.truncate(MOST_FINDINGS);
        let words = if more == 1 { "finding is" } else { "findings are" };
        diagnostics.push(
            Diagnostic::new(&codes::TOO_MANY_FINDINGS, format!("{more} more {words} not shown"))
                .help("mend the first ones, and check again"),
        );
    }
    masks.hide(&mut diagnostics);
    let network = network.filter(|_| sound).map(|network| Network { allowed, ..network });
    Compilation { sources, trees, names, secrets, diagnostics, network, outputs: None, assumed: Assumed::default() }
}

/// The findings of both phases, without those about a text that could not be read in the first place:
/// whatever is wrong with a value of which a part is missing follows from that.
fn without_consequences(mut read: Diagnostics, meant: Diagnostics, sources: &Sources) -> Diagnostics {
    let mut unreadable: Vec<Span> =
        read.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).filter_map(Diagnostic::span).collect();
    unreadable.sort();
    // For each span the furthest end of those up to it in its file, so that one look decides.
    let mut furthest = Span::default();
    for span in &mut unreadable {
        furthest = if furthest.file == span.file { Span { start: span.start, ..furthest.to(*span) } } else { *span };
        *span = furthest;
    }
    // A word that is none of the language and ends nothing is one mistake: its `;` would not mend it.
    let unknown: BTreeSet<(FileId, u32)> = meant
        .iter()
        .filter(|diagnostic| *diagnostic.code == codes::UNKNOWN_KEYWORD)
        .filter_map(|diagnostic| diagnostic.span().map(|span| (span.file, span.end)))
        .collect();
    if !unknown.is_empty() {
        read.retain(|diagnostic| {
            let place = diagnostic.span().map(|span| (span.file, span.start));
            *diagnostic.code != codes::MISSING_SEMICOLON || place.is_none_or(|place| !unknown.contains(&place))
        });
    }
    // A value between brackets that belong to no statements is one mistake: as a keyword it would be another.
    let brackets = meant.iter().filter(|one| *one.code == codes::UNEXPECTED_BODY).filter_map(Diagnostic::span);
    let brackets: Vec<Span> = brackets.collect();
    if !brackets.is_empty() {
        let is_first_in = |place: Span, open: &Span| {
            open.file == place.file
                && sources
                    .get(place.file)
                    .text()
                    .get(open.end as usize..place.start as usize)
                    .is_some_and(|gap| gap.trim().is_empty())
        };
        read.retain(|diagnostic| {
            let is_first = |place: Span| brackets.iter().any(|open| is_first_in(place, open));
            *diagnostic.code != codes::QUOTED_KEYWORD || !diagnostic.span().is_some_and(is_first)
        });
    }
    for diagnostic in meant.into_sorted() {
        // Of a text that could not be read nobody can say that it declares nothing.
        let unread = *diagnostic.code == codes::NO_NETWORK && !unreadable.is_empty();
        let follows = unread
            || diagnostic.span().is_some_and(|span| {
                let before = unreadable.partition_point(|other| (other.file, other.start) < (span.file, span.end));
                let nearest = before.checked_sub(1).map(|at| unreadable[at]);
                nearest.is_some_and(|other| other.file == span.file && other.end > span.start)
            });
        if !follows {
            read.report(diagnostic);
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Source, Sources, Span};
    use hnet_syntax::tree::{Statement, Tree, Value};

    use super::{Input, MOST_FINDINGS, Options, check, check_made};

    #[test]
    fn a_text_that_could_not_be_read_is_one_mistake() {
        let source = "network home < ".to_owned() + &"a < ".repeat(70);
        let found = check(Input::one("network.hnet", source), &Options::default()).diagnostics;
        assert_eq!(found.iter().map(|one| one.code.number).collect::<Vec<_>>(), ["HN016"]);
    }

    /// A network that code has made of YAML is judged at the places of the YAML.
    #[test]
    fn what_is_made_of_another_text_is_judged_there() {
        let text = "hosts:\n  nas: 192.168.10.300\n  tv: |-\n    a: 1\n    a: 2\n";
        let mut sources = Sources::new();
        let file = sources.add(Source::new("hosts.yaml", text));
        let place = |part: &str| {
            let at = text.find(part).expect("it stands there");
            Span::new(file, at, at + part.len())
        };
        let address = place("192.168.10.300");
        let host = Statement::new("host", place("nas: 192.168.10.300"))
            .with(Value::said("nas", place("nas")))
            .holding([Statement::new("address", address).with(Value::said("192.168.10.300", address))]);
        let manifest =
            Statement::new("manifest", place("tv")).with(Value::lines("a: 1\na: 2", place("|-\n    a: 1\n    a: 2\n")));
        let network = Statement::new("network", place("hosts"))
            .with(Value::said("home", place("hosts")))
            .holding([host, manifest]);
        let tree = Tree { file, statements: vec![network], trailing: Vec::new() };
        let found = check_made(sources, tree, &Options::default());
        let said: Vec<(&str, &str)> = found
            .diagnostics
            .iter()
            .map(|one| (one.code.number, found.sources.text(one.span().expect("each has a place"))))
            .collect();
        assert_eq!(said, [("HN201", "300"), ("HN224", "a: 2")]);
    }

    #[test]
    fn the_dots_of_the_form_are_no_reason() {
        let source = "network home <\n# hnet: allow HN118 because …\nlet spare 192.168.10.9;\n>";
        let found = check(Input::one("network.hnet", source), &Options::default()).diagnostics;
        assert_eq!(found.iter().map(|one| one.code.number).collect::<Vec<_>>(), ["HN020", "HN118"]);
    }

    #[test]
    fn of_very_many_findings_the_first_are_said_and_the_rest_is_counted() {
        let source = format!("network home < {} >", "foo bar; ".repeat(MOST_FINDINGS + 7));
        let found = check(Input::one("network.hnet", source), &Options::default()).diagnostics;
        assert_eq!(found.len(), MOST_FINDINGS + 1);
        assert_eq!(found.last().map(|last| last.title.as_str()), Some("7 more findings are not shown"));
    }
}
