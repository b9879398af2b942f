//! The rules of hnet over an existing repository: each finding at the file, line and column of the YAML.
//!
//! [`audit`] reads a repository, says what of each cluster is known as statements whose words carry the places of the
//! YAML, and lets the checker and the rules judge them. It is silent unless it is sure: a rule that needs facts which no
//! repository holds does not run, a finding that rests on something nobody wrote is dropped and counted, and what is not
//! known is counted by its cause. Pure: it knows no disk. Start at [`audit`]; which codes are told, and how loudly, is
//! `told.rs`.

mod allow;
mod announcements;
mod baseline;
mod broken;
mod checks;
mod groups;
mod handed;
mod machines;
mod names;
mod repository;
mod secrets;
mod slips;
mod summary;
mod talos;
mod told;
mod trees;

use std::collections::{BTreeMap, BTreeSet};

use hnet_diagnostics::{Diagnostic, Diagnostics, FileId, Severity, Source, Sources, Span, codes};
use hnet_import::facts::{Moved, NoGateway, NoSecret, NotThere};
use hnet_repository::{Document, Repository, What};
use hnet_rules::{Held, RULES, Rule};
use hnet_yaml::{Style, Value, ValueKind};

pub use baseline::{Baseline, Compared, NoBaseline};
pub use checks::Row;
pub use groups::together;
pub use summary::Summary;

use groups::Cause;

/// What was found in a repository.
#[derive(Debug)]
pub struct Audit {
    /// The files, by which the places in the findings are named.
    pub sources: Sources,
    /// The findings, in the order of the files, each by itself; [`together`] makes one of those that have one reason.
    pub findings: Vec<Finding>,
    /// What was read, what is not known, and what is not live.
    pub summary: Summary,
    /// Each rule and check, and whether it ran.
    pub rules: Vec<Row>,
}

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was found.
    pub diagnostic: Diagnostic,
    /// The object that it is of: its kind, namespace and name, or else the path of the file.
    pub object: String,
}

/// Whether a rule or check ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It did.
    Ran,
    /// It is about sources, or needs more than files can say.
    OfSources,
    /// The repository does not hold this.
    Lacks(hnet_rules::Need),
}

/// Reads a repository and says what is wrong with it. The paths of the sources count from its root; `disabled` lets what
/// is switched off count as if it were live.
#[must_use]
pub fn audit(mut sources: Sources, disabled: bool) -> Audit {
    let repository = hnet_repository::read(&sources);
    let unsaid = sources.add(Source::new("(not said)", "\n"));
    let place = Span::new(unsaid, 0, 1);
    let objects = Objects::of(&repository);
    let mut found = Found { unsaid, ..Found::default() };
    let mut held = BTreeSet::new();
    let mut summary = Summary::of(&repository, &sources);
    let mut not_there = NotThere::default();
    for tree in trees::all(&repository, &mut sources, place, disabled) {
        let mut out = Diagnostics::new();
        let trees = [tree.tree];
        let checked = hnet_check::check(&trees, &sources, &mut out);
        if let Some(network) = &checked.network {
            hnet_rules::apply_held(network, &checked.holes, &sources, tree.held, &mut out);
        }
        held.extend(hnet_rules::Need::ALL.into_iter().filter(|need| tree.held.has(*need)));
        summary.add(tree.counts, tree.nodes, tree.unknown, &sources);
        not_there.extend(tree.not_there);
        let keys = tree.unknown_keys.into_iter();
        found.findings.extend(keys.map(|(key, is_of_file)| talos::not_read(key, is_of_file, &sources)));
        let made = names::Made::of(&trees[0], &sources);
        found.take(out.into_sorted(), tree.moved.as_ref(), &made, &objects, &repository, &sources);
    }
    let held: Held = held.into_iter().collect();
    let mut findings = found.findings;
    findings.extend(not_there.gateways.iter().map(NoGateway::finding));
    // Of all at once: what two clusters name is named otherwise by neither.
    findings.extend(not_there.unfilled(&sources).into_iter().map(NoSecret::finding));
    findings.retain(|one| *one.code != codes::ENDPOINT_PORT || slips::is_shared(one, &repository, &sources));
    summary.guessed = found.guessed;
    for (why, place) in found.refused {
        summary.add_unknown(why, Some(place), &sources);
    }
    for note in &repository.notes {
        let is_beside = match &note.what {
            What::OtherCluster(_) | What::OtherRevision(_) => true,
            What::NotEvaluated(feature) => feature == "plugin",
            _ => false,
        };
        if is_beside {
            summary.add_unknown(note.what.to_string(), Some(note.span), &sources);
        }
    }
    let of_trees = findings.len();
    let mut unsure = Vec::new();
    findings.extend(repository::check(&repository, &sources, &mut unsure));
    for why in unsure {
        summary.add_unknown(why, None, &sources);
    }
    findings.extend(broken::check(&repository, &sources));
    findings.extend(talos::check(&repository, &sources));
    findings.extend(handed::check(&repository, &sources));
    let of_policies = announcements::check(&repository, &sources, &findings);
    findings.extend(of_policies);
    findings.extend(secrets::check(&repository, &sources));
    let foreign = findings.iter().skip(of_trees).find(|one| !checks::say(one.code));
    debug_assert!(foreign.is_none(), "a check says a code that no row has: {foreign:?}");
    let of_rules =
        RULES.iter().map(|rule| Row { name: rule.name, codes: rule.codes, ran: ran(rule, held), is_own: false });
    let rules: Vec<Row> = of_rules.chain(checks::rows(&repository)).collect();
    allow::silence(&mut findings, &repository, &sources, &rules);
    let mut findings = once(findings, &objects, &sources);
    hide(&mut findings, &repository, &mut sources);
    Audit { sources, findings, summary, rules }
}

impl Audit {
    /// Keeps what has a place in lines that changed: those of each path, counted from 1.
    pub fn keep_changed(&mut self, changed: &BTreeMap<String, Vec<std::ops::RangeInclusive<usize>>>) {
        let sources = &self.sources;
        let is_changed = |span: Span| {
            let source = sources.get(span.file);
            let lines = source.position(span.start as usize).line..=source.position(span.end as usize).line;
            let ranges = changed.get(source.path()).map_or(&[][..], Vec::as_slice);
            ranges.iter().any(|range| range.start() <= lines.end() && lines.start() <= range.end())
        };
        self.findings.retain(|finding| finding.diagnostic.labels.iter().any(|label| is_changed(label.span)));
    }

    /// Whether what a code says was looked for: a rule that has it ran, or none has it and it is always looked for.
    #[must_use]
    pub fn looked_for(&self, number: &str) -> bool {
        let has_it = |row: &&Row| row.codes.iter().any(|code| code.number == number);
        let mut rows = self.rules.iter().filter(has_it).peekable();
        rows.peek().is_none() || rows.any(|row| row.ran == Ran::Ran)
    }

    /// Whether something is wrong, and not only odd.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.diagnostic.severity.stops())
    }
}

fn ran(rule: &Rule, held: Held) -> Ran {
    let lacks = rule.needs.iter().find(|need| !held.has(**need));
    match lacks {
        Some(hnet_rules::Need::Source) => Ran::OfSources,
        Some(need) => Ran::Lacks(*need),
        None if rule.codes.iter().all(|code| told::row(code).is_none()) => Ran::OfSources,
        None => Ran::Ran,
    }
}

/// Whether a place is what stands behind a key on its line.
fn is_behind(key: &str, place: Span, sources: &Sources) -> bool {
    let source = sources.get(place.file);
    let line = source.line_range(source.line(place.start as usize));
    source.text().get(line.start..place.start as usize).is_some_and(|before| before.trim_end().ends_with(key))
}

/// The findings of all trees.
#[derive(Default)]
struct Found {
    unsaid: FileId,
    findings: Vec<Diagnostic>,
    /// How many rested on what nobody wrote.
    guessed: usize,
    /// What the checker refuses and no row tells: what it says, and where.
    refused: Vec<(String, Span)>,
}

impl Found {
    /// Takes what an audit tells, at the places of the YAML.
    fn take(
        &mut self,
        all: Vec<Diagnostic>,
        moved: Option<&Moved>,
        made: &names::Made,
        objects: &Objects<'_>,
        repository: &Repository,
        sources: &Sources,
    ) {
        for mut diagnostic in all {
            // What is empty says nothing, and its readers take it so.
            let written = diagnostic.span().map_or("", |place| sources.text(place));
            if diagnostic.code.number < "HN3" && matches!(written, "\"\"" | "''") {
                continue;
            }
            let row = told::row(diagnostic.code)
                .filter(|row| *row.code != codes::UNKNOWN_NAME || diagnostic.title.contains("has no listener"));
            let Some(row) = row else {
                // What the checker refuses is not known to any rule.
                let is_checkers = diagnostic.severity == Severity::Error && diagnostic.code.number < "HN3";
                let place = diagnostic.span().filter(|place| is_checkers && place.file != self.unsaid);
                self.refused.extend(place.map(|place| (diagnostic.title, place)));
                continue;
            };
            for label in &mut diagnostic.labels {
                if let Some(moved) = moved.filter(|moved| moved.file == label.span.file) {
                    label.span = moved.origin(label.span).unwrap_or(Span::new(self.unsaid, 0, 0));
                }
            }
            // Where talhelper reaches a machine says nothing of the wire: DHCP brings the length of its prefix.
            if *diagnostic.code == codes::VIRTUAL_IP_OUTSIDE_LINK
                && diagnostic.labels.iter().any(|label| is_behind("ipAddress:", label.span, sources))
            {
                continue;
            }
            if diagnostic.labels.is_empty() || diagnostic.labels.iter().any(|label| label.span.file == self.unsaid) {
                self.guessed += 1;
                continue;
            }
            diagnostic.severity = row.severity;
            diagnostic.fixes.clear();
            if let told::Help::Is(help) = row.help
                && !groups::is_name_meant(&diagnostic)
            {
                diagnostic.help = Some(help.to_owned());
            }
            if *diagnostic.code == codes::UNKNOWN_HELM_VALUE && is_patched(&diagnostic, objects, repository) {
                let help = "let the patch leave this release out, or give it a value that the chart reads";
                diagnostic.help = diagnostic.help.filter(|help| help.starts_with("did")).or(Some(help.to_owned()));
            }
            made.undo(&mut diagnostic, sources);
            self.findings.push(diagnostic);
        }
    }
}

/// Whether a value comes from a patch, which other releases may get too: one of a kustomization or of a Kustomization of
/// Flux, or a file of its own that is no object.
fn is_patched(finding: &Diagnostic, objects: &Objects<'_>, repository: &Repository) -> bool {
    let Some(place) = finding.span() else { return false };
    let holds = |value: &&Value| {
        let span = value.span;
        span.file == place.file && span.start <= place.start && place.end <= span.end
    };
    let file = repository.files.iter().find(|file| file.id == place.file);
    let Some(document) = file.and_then(|file| file.documents.iter().find(holds)) else { return false };
    let mut patches = PATCHES.iter().filter_map(|way| document.at(way));
    // A file of values is neither a list nor of a kind, and a patch is no object.
    let is_release = document.str_at(&["kind"]) == Some("HelmRelease");
    let is_aside = is_release && !objects.holds(document.span);
    patches.any(|patches| holds(&patches)) || document.as_list().is_some() || is_aside
}

/// Where a kustomization and a Kustomization of Flux say patches.
const PATCHES: [&[&str]; 6] = [
    &["patches"],
    &["patchesStrategicMerge"],
    &["patchesJson6902"],
    &["spec", "patches"],
    &["spec", "patchesStrategicMerge"],
    &["spec", "patchesJson6902"],
];

/// What is refused, or two that exclude each other.
fn error(finding: Diagnostic) -> Diagnostic {
    Diagnostic { severity: Severity::Error, ..finding }
}

/// The objects of a repository by where they stand.
struct Objects<'r> {
    /// By file and start.
    places: BTreeMap<(FileId, u32), (u32, &'r Document)>,
}

impl<'r> Objects<'r> {
    fn of(repository: &'r Repository) -> Objects<'r> {
        let live = repository.clusters.iter().flat_map(|cluster| &cluster.documents);
        let mut places = BTreeMap::new();
        for document in live.chain(&repository.disabled) {
            let span = document.value.span;
            places.entry((span.file, span.start)).or_insert((span.end, document));
        }
        Objects { places }
    }

    /// Whether one stands at a place as a whole.
    fn holds(&self, place: Span) -> bool {
        self.places.contains_key(&(place.file, place.start))
    }

    /// What a place is of.
    fn name(&self, place: Span, sources: &Sources) -> String {
        let before = self.places.range(..=(place.file, place.start)).next_back();
        match before {
            Some(((file, _), (end, document))) if *file == place.file && place.end <= *end => document.called(),
            _ => sources.get(place.file).path().to_owned(),
        }
    }
}

/// Each finding once, with its object, in the order of the files.
fn once(mut findings: Vec<Diagnostic>, objects: &Objects<'_>, sources: &Sources) -> Vec<Finding> {
    let key = |one: &Diagnostic| one.span().map(|span| (sources.get(span.file).path(), span.start));
    findings.sort_by(|one, other| key(one).cmp(&key(other)).then_with(|| one.code.number.cmp(other.code.number)));
    let mut seen: BTreeSet<(&str, Cause, Option<Span>)> = BTreeSet::new();
    findings.retain(|one| seen.insert((one.code.number, Cause::of(one), one.span())));
    let own = |diagnostic: Diagnostic| {
        let object = diagnostic.span().map(|place| objects.name(place, sources)).unwrap_or_default();
        Finding { diagnostic, object }
    };
    findings.into_iter().map(own).collect()
}

/// The places of what is not read.
struct Unread {
    keys: BTreeSet<Span>,
    /// Those of a whole text, where it is not known on which line of it a key stands.
    texts: BTreeSet<Span>,
}

impl Unread {
    /// Notes what may be a secret behind the keys, and anything in the texts: in a value, or in the YAML that a text in it is.
    fn hide(&self, value: &Value, found: &mut Vec<Span>) {
        match &value.kind {
            ValueKind::Map(map) => map.values().for_each(|field| match self.keys.contains(&field.key.span()) {
                true if is_no_secret(&field.value) => {}
                true => found.push(field.value.written()),
                false => self.hide(&field.value, found),
            }),
            ValueKind::List(items) => items.iter().for_each(|item| self.hide(item, found)),
            ValueKind::Scalar(text, _) => {
                let place = value.written();
                let holds = |whole: Span, part: Span| {
                    whole.file == part.file && whole.start <= part.start && part.end <= whole.end
                };
                let from = Span { end: place.start, ..place };
                let before = self.texts.range(..=Span { end: u32::MAX, ..from }).next_back();
                if before.is_some_and(|whole| *whole != place && holds(*whole, place)) {
                    found.extend(Some(place).filter(|_| !is_no_secret(value)));
                    return;
                }
                let mut within = [&self.keys, &self.texts].into_iter().filter_map(|places| places.range(from..).next());
                if within.any(|part| holds(place, *part)) {
                    let yaml = text.yaml();
                    let roots = yaml.documents().filter_map(|document| document.root);
                    let holding = roots.filter(|root| root.is_map() || root.is_list());
                    holding.for_each(|root| self.hide(&root.value(), found));
                }
            }
        }
    }
}

/// Whether a value is plainly none of a secret, all the way down.
fn is_no_secret(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Map(map) => map.values().all(|field| is_no_secret(&field.value)),
        ValueKind::List(items) => items.iter().all(is_no_secret),
        ValueKind::Scalar(text, style) => {
            let is_short_number = text.len() < 6 && text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty();
            *style == Style::Plain && (is_short_number || matches!(text.as_str(), "true" | "false"))
        }
    }
}

/// Hides what looks like a secret in the files that findings show.
fn hide(findings: &mut [Finding], repository: &Repository, sources: &mut Sources) {
    let files: BTreeSet<FileId> =
        findings.iter().flat_map(|finding| &finding.diagnostic.labels).map(|label| label.span.file).collect();
    let mut secrets: BTreeSet<String> = BTreeSet::new();
    for file in files {
        let text = sources.get(file).text();
        let places = hnet_secrets::hidden(text);
        let found = hnet_secrets::find(text).into_iter();
        secrets.extend(found.map(|secret| secret.place).map(|place| text[place].to_owned()));
        places.into_iter().for_each(|place| sources.hide(Span::new(file, place.start, place.end)));
    }
    // A key that nobody reads may be meant for one of a secret.
    let unread = findings.iter().map(|finding| &finding.diagnostic);
    let unread = unread.filter(|it| *it.code == codes::UNKNOWN_TALOS_KEY && !talos::knows_what_is_meant(it));
    let places = unread.flat_map(|finding| &finding.labels).map(|label| label.span);
    let (texts, keys): (BTreeSet<Span>, BTreeSet<Span>) = places.partition(|place| sources.text(*place).contains(':'));
    let of_keys: BTreeSet<FileId> = keys.iter().chain(&texts).map(|key| key.file).collect();
    let unread = Unread { keys, texts };
    let mut found = Vec::new();
    let files = repository.files.iter().filter(|file| of_keys.contains(&file.id));
    files.flat_map(|file| &file.documents).for_each(|document| unread.hide(document, &mut found));
    // Only there: what else is called so may be shown.
    found.into_iter().for_each(|place| sources.hide(place));
    // Of two that start at one place the longer is meant.
    let lengths: BTreeSet<usize> = secrets.iter().map(String::len).filter(|length| *length > 0).collect();
    let masked = |text: &mut String| {
        let secret_at = |at: usize| {
            let ends = lengths.iter().rev().map(|length| at + length);
            ends.into_iter().find(|end| text.get(at..*end).is_some_and(|part| secrets.contains(part)))
        };
        let (mut out, mut at) = (String::new(), 0);
        while let Some(character) = text[at..].chars().next() {
            let end = secret_at(at);
            out.push(if end.is_some() { '…' } else { character });
            at = end.unwrap_or(at + character.len_utf8());
        }
        *text = out;
    };
    for finding in findings {
        let Diagnostic { title, labels, help, .. } = &mut finding.diagnostic;
        masked(title);
        labels.iter_mut().for_each(|label| masked(&mut label.text));
        help.iter_mut().for_each(masked);
    }
}
