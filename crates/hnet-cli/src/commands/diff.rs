//! `hnet diff`: what a network would change in a folder of YAML, object by object and field by field.
//!
//! Compares by meaning, which is the work of `hnet-compare`; this reads the folder and says the result.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::Args;
use hnet_compare::files::{Change, Difference, Harm, What};
use hnet_diagnostics::render::plain_line;
use hnet_diagnostics::{Notice, Severity, counted};

use super::build::output_folder;
use super::talos::{OtherTalos, by_hand, not_compared};
use crate::Outcome;
use crate::compared::{self, Compared};
use crate::failure::{Failure, say, shown};
use crate::folder::manifest_text;
use crate::load::Project;
use crate::manifest::Manifest;
use crate::report::Report;
use crate::unwritten;

const AFTER_HELP: &str = "\
Fields that differ are said one by one. What is the same only by a default of its kind, or by a fact about networks, is
the same; `--explain` shows it. Objects in files that hnet does not write stay as they are.

Ends with status 0 where all means the same, 1 where something differs, and 2 where the network has errors or something
cannot be read.";

/// What to compare.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Diff {
    /// The source, which ends in `.hnet` [default: network.hnet, or the only .hnet file here]
    file: Option<PathBuf>,
    /// The folder that it is compared with [default: the one that the source names]
    dir: Option<PathBuf>,
    /// Say also what is the same by default and by fact
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    on: OtherTalos,
}

impl Diff {
    /// Compares, and says what differs.
    pub(crate) fn run(&self, report: &Report) -> Result<Outcome, Failure> {
        let (file, folder) = match (self.file.as_deref(), self.dir.as_deref()) {
            // A folder alone stands where a source would.
            (Some(only), None) if only.extension().is_none_or(|extension| extension != "hnet") => (None, Some(only)),
            both => both,
        };
        let project = Project::open(file)?;
        if let Some(folder) = folder {
            is_folder(folder)?;
        }
        let options = self.on.options(report)?;
        let mut compilation = hnet::compile(project.input, &options);
        unwritten::look(&mut compilation, &project.folder, folder, &options);
        report.diagnostics(&compilation.diagnostics, &compilation.sources, &project.folder)?;
        let (Some(outputs), Some(network)) = (&compilation.outputs, &compilation.network) else {
            return Err(Failure::new("the network has errors, so there is nothing to compare with"));
        };
        let folder = &output_folder(folder, network, &project.folder)?;
        is_folder(folder)?;
        let written: BTreeMap<String, &str> =
            outputs.files.iter().map(|(path, file)| (path.clone(), file.text())).collect();
        let removed = ours(folder).into_iter().filter(|path| !written.contains_key(path)).collect();
        let build = compared::Build { network, sources: &compilation.sources, written, removed };
        let compared = Compared::read(folder, build)?;
        let differences = compared.differences();
        self.say(&differences, folder, report)?;
        for unread in &compared.unread {
            report.warning(&Notice {
                severity: Severity::Warning,
                file: Some(folder.join(&unread.file).display().to_string()),
                message: format!("cannot read all of `{}`, line {}: {}", unread.file, unread.line, unread.why),
                help: None,
                at: None,
            })?;
        }
        if self.on.version().is_some() {
            not_compared(network, &compilation.sources).iter().try_for_each(|notice| report.warning(notice))?;
        }
        let notice = |step: &String| Notice {
            severity: Severity::Note,
            file: None,
            message: step.clone(),
            help: None,
            at: None,
        };
        let steps: Vec<_> =
            by_hand(&differences, network).iter().map(|step| (format!("do      {step}"), notice(step))).collect();
        report.notices(&steps)?;
        say(&summary(&differences, !compared.unread.is_empty()));
        if !compared.unread.is_empty() {
            return Ok(Outcome::Unread);
        }
        let is_other = |difference: &Difference<'_>| difference.changes.iter().any(|change| change.what != What::Same);
        Ok(Outcome::wrong_if(differences.iter().any(is_other)))
    }

    fn say(&self, differences: &[Difference<'_>], folder: &Path, report: &Report) -> Result<(), Failure> {
        let mut lines = Vec::new();
        let mut machines = Machines::of(differences);
        for change in differences.iter().flat_map(|difference| &difference.changes) {
            if change.what == What::Same && !self.explain {
                continue;
            }
            let Some(document) = change.document() else { continue };
            // Keys and names are whatever somebody else's YAML says.
            let fields = change.lines(self.explain).into_iter().map(|field| plain_line(&field).into_owned());
            let fields: Vec<String> = fields.collect();
            let details = fields.iter().map(|field| format!("\n        {field}")).collect::<String>();
            let Some(more) = machines.more(change) else { continue };
            let line = format!("{:<6}  {}{more}{details}", change.word(), plain_line(&change.headline()));
            let title = document.named();
            let message = match change.what {
                What::Added => format!("{title}{more} is not there yet"),
                What::Gone => format!("{title}{more} is no longer asked for"),
                What::Renamed if change.moves() => format!("{} moves to another namespace", change.title()),
                What::Renamed => {
                    format!("{} is called `{}`", change.before.map_or(title, |old| old.named()), document.name)
                }
                What::Changed => format!("{title} is not what the source says now: {}", fields.join("; ")),
                What::Same => format!("{title} is the same: {}", fields.join("; ")),
            };
            let file = Some(folder.join(&document.file).display().to_string());
            lines.push((line, Notice { severity: Severity::Note, file, message, help: None, at: None }));
        }
        report.notices(&lines)?;
        differences.iter().try_for_each(|difference| harms(&difference.harms, folder, report))
    }
}

/// Documents of machines that are new or go and of which one line says it: all of a machine that is new or goes as a whole,
/// and of others those of one kind and name.
struct Machines<'d> {
    /// The machines that stay.
    stay: BTreeSet<&'d str>,
    /// How many documents one line says; none once it is said.
    lines: BTreeMap<Line<'d>, Option<usize>>,
}

/// What becomes of it, where it stands, and of a machine that stays the kind of its document and the name of that.
type Line<'d> = (What, &'d str, Option<(&'d str, Option<&'d str>)>);

impl<'d> Machines<'d> {
    fn of(differences: &[Difference<'d>]) -> Self {
        let stay = differences.iter().flat_map(|difference| difference.machines.iter().copied()).collect();
        let mut machines = Machines { stay, lines: BTreeMap::new() };
        for change in differences.iter().flat_map(|difference| &difference.changes) {
            if let Some(line) = machines.line(change) {
                *machines.lines.entry(line).or_default().get_or_insert(0) += 1;
            }
        }
        machines
    }

    /// The line of a document of Talos that is new or goes.
    fn line(&self, change: &Change<'d>) -> Option<Line<'d>> {
        let document = change.document().filter(|_| matches!(change.what, What::Added | What::Gone))?;
        let name = document.machine()?;
        let own = document.name.split_once('/').map(|(_, own)| own);
        Some(match self.stay.contains(name) {
            true => (change.what, document.among(), Some((&document.kind.kind, own))),
            false => (change.what, &document.file, None),
        })
    }

    /// What is said behind the first document of such a line; none behind the others, which are not said.
    fn more(&mut self, change: &Change<'d>) -> Option<String> {
        let Some(line) = self.line(change) else { return Some(String::new()) };
        let others = self.lines.get_mut(&line)?.take()? - 1;
        Some(match line {
            _ if others == 0 => String::new(),
            (.., None) => format!(" and {} more", counted(others, "document")),
            (.., Some(_)) => format!(" and that of {}", counted(others, "other machine")),
        })
    }
}

/// Warns of what would hurt.
pub(super) fn harms(harms: &[Harm], folder: &Path, report: &Report) -> Result<(), Failure> {
    harms.iter().try_for_each(|harm| {
        report.warning(&Notice {
            severity: Severity::Warning,
            file: Some(folder.join(&harm.file).display().to_string()),
            message: harm.message.clone(),
            help: Some(harm.help.clone()),
            at: None,
        })
    })
}

/// How many objects there are of what.
fn summary(differences: &[Difference<'_>], is_unread: bool) -> String {
    let sum = |of: fn(&Difference<'_>) -> usize| differences.iter().map(of).sum::<usize>();
    let count =
        |what: What| differences.iter().flat_map(|one| &one.changes).filter(|change| change.what == what).count();
    let moved = differences.iter().flat_map(|one| &one.changes).filter(|change| change.moves()).count();
    let parts = [
        (count(What::Changed), "changed"),
        (count(What::Added), "new"),
        (count(What::Renamed) - moved, "renamed"),
        (moved, "moved"),
        (count(What::Gone), "gone"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let same = sum(|one| one.same);
    let mut text = match said.as_slice() {
        [] if is_unread => format!("no difference in what can be read: {} the same", counted(same, "document")),
        [] => format!("no difference: {} the same", counted(same, "document")),
        said => format!("{}, {same} the same", said.join(", ")),
    };
    let reasons = [(sum(|one| one.counts.by_default), "by default"), (sum(|one| one.counts.by_fact), "by fact")];
    let reasons: Vec<String> = reasons
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{} {why}", counted(*count, "field")))
        .collect();
    if !reasons.is_empty() {
        text.push_str(&format!(" ({})", reasons.join(", ")));
    }
    let others = sum(|one| one.others);
    if others > 0 {
        text.push_str(&format!("; {} of others left alone", counted(others, "document")));
    }
    text + "\n"
}

/// Refuses what is no folder.
fn is_folder(folder: &Path) -> Result<(), Failure> {
    if folder.is_dir() {
        return Ok(());
    }
    Err(Failure::new(format!("`{}` is no folder", shown(folder)))
        .of(folder)
        .help("name the folder of YAML that the network is compared with"))
}

/// The files of a folder that hnet wrote.
fn ours(folder: &Path) -> BTreeSet<String> {
    let manifest = manifest_text(folder).ok().and_then(|text| Manifest::parse(&text).ok());
    manifest.unwrap_or_default().files.into_keys().collect()
}
