//! `hnet diff`: what a network would change in a folder of YAML, object by object and field by field.
//!
//! Compares by meaning, which is the work of `hnet-compare`; this reads the folder and says the result.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Documents, Fate, Harm, What, in_one_form};
use hnet_diagnostics::render::plain_line;
use hnet_diagnostics::{Notice, Severity, counted};
use hnet_emit::Outputs;

use super::build::output_folder;
use crate::Outcome;
use crate::failure::{Failure, say, shown};
use crate::folder::manifest_text;
use crate::load::{Project, read_source};
use crate::manifest::Manifest;
use crate::report::Report;

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
        let found = folder.map(Found::below).transpose()?;
        let compilation = hnet::compile(project.input, &report.options);
        report.diagnostics(&compilation.diagnostics, &compilation.sources, &project.folder)?;
        let (Some(outputs), Some(network)) = (&compilation.outputs, &compilation.network) else {
            return Err(Failure::new("the network has errors, so there is nothing to compare with"));
        };
        let folder = &output_folder(folder, network, &project.folder)?;
        let found = found.map_or_else(|| Found::below(folder), Ok)?;
        let mut before = Documents::read(found.texts.iter().map(|(path, text)| (path.as_str(), text.as_str())));
        let mut after = Documents::read(outputs.files.iter().map(|(path, file)| (path.as_str(), file.text())));
        in_one_form(&mut before, &mut after);
        let fate = |path: &str| found.fate(path, outputs);
        let difference = Difference::between(&before, &after, &fate, &Facts::default());
        self.say(&difference, folder, report)?;
        for unread in &before.unread {
            report.warning(&Notice {
                severity: Severity::Warning,
                file: Some(folder.join(&unread.file).display().to_string()),
                message: format!("cannot read all of `{}`, line {}: {}", unread.file, unread.line, unread.why),
                help: None,
            })?;
        }
        say(&summary(&difference));
        Ok(Outcome::wrong_if(difference.changes.iter().any(|change| change.what != What::Same)))
    }

    fn say(&self, difference: &Difference<'_>, folder: &Path, report: &Report) -> Result<(), Failure> {
        let mut lines = Vec::new();
        for change in &difference.changes {
            if change.what == What::Same && !self.explain {
                continue;
            }
            let Some(document) = change.document() else { continue };
            // Keys and names are whatever somebody else's YAML says.
            let fields = change.lines(self.explain).into_iter().map(|field| plain_line(&field).into_owned());
            let fields: Vec<String> = fields.collect();
            let details = fields.iter().map(|field| format!("\n        {field}")).collect::<String>();
            let line = format!("{:<6}  {}{details}", change.what.word(), plain_line(&change.headline()));
            let title = document.named();
            let message = match change.what {
                What::Added => format!("{title} is not there yet"),
                What::Gone => format!("{title} is no longer asked for"),
                What::Renamed => {
                    format!("{} is called `{}`", change.before.map_or(title, |old| old.named()), document.name)
                }
                What::Changed => format!("{title} is not what the source says now: {}", fields.join("; ")),
                What::Same => format!("{title} is the same: {}", fields.join("; ")),
            };
            let file = Some(folder.join(&document.file).display().to_string());
            lines.push((line, Notice { severity: Severity::Note, file, message, help: None }));
        }
        report.notices(&lines)?;
        harms(&difference.harms, folder, report)
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
        })
    })
}

/// How many objects there are of what.
fn summary(difference: &Difference<'_>) -> String {
    let count = |what: What| difference.changes.iter().filter(|change| change.what == what).count();
    let parts = [
        (count(What::Changed), "changed"),
        (count(What::Added), "new"),
        (count(What::Renamed), "renamed"),
        (count(What::Gone), "gone"),
    ];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    let same = counted(difference.same, "document");
    let mut text = match said.as_slice() {
        [] => format!("no difference: {same} the same"),
        said => format!("{}, {} the same", said.join(", "), difference.same),
    };
    let (by_default, by_fact) = (difference.counts.by_default, difference.counts.by_fact);
    let reasons = [(by_default, "by default"), (by_fact, "by fact")];
    let reasons: Vec<String> = reasons
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{} {why}", counted(*count, "field")))
        .collect();
    if !reasons.is_empty() {
        text.push_str(&format!(" ({})", reasons.join(", ")));
    }
    if difference.others > 0 {
        text.push_str(&format!("; {} of others left alone", counted(difference.others, "document")));
    }
    text + "\n"
}

/// The YAML that a folder holds.
struct Found {
    /// The texts of its files, by their paths from the folder.
    texts: Vec<(String, String)>,
    /// The files that hnet wrote.
    ours: BTreeSet<String>,
}

impl Found {
    /// Reads all YAML below a folder. Hidden folders are none of its, and links are not followed.
    fn below(folder: &Path) -> Result<Self, Failure> {
        if !folder.is_dir() {
            return Err(Failure::new(format!("`{}` is no folder", shown(folder)))
                .of(folder)
                .help("name the folder of YAML that the network is compared with"));
        }
        let mut texts = Vec::new();
        let mut open = vec![(folder.to_owned(), String::new())];
        while let Some((path, name)) = open.pop() {
            let entries = fs::read_dir(&path).map_err(|error| Failure::io("read", &path, &error))?;
            for entry in entries {
                let entry = entry.map_err(|error| Failure::io("read", &path, &error))?;
                let Some(own) = entry.file_name().to_str().map(str::to_owned) else { continue };
                let kind = entry.file_type().map_err(|error| Failure::io("read", &entry.path(), &error))?;
                let full = if name.is_empty() { own.clone() } else { format!("{name}/{own}") };
                if kind.is_dir() && !own.starts_with('.') {
                    open.push((entry.path(), full));
                } else if kind.is_file() && (own.ends_with(".yaml") || own.ends_with(".yml")) {
                    texts.push((full, read_source(&entry.path())?));
                }
            }
        }
        texts.sort();
        let ours = match manifest_text(folder) {
            Ok(text) => Manifest::parse(&text).unwrap_or_default().files.into_keys().collect(),
            Err(_) => BTreeSet::new(),
        };
        Ok(Found { texts, ours })
    }

    /// What a build would do with a file of the folder.
    fn fate(&self, path: &str, outputs: &Outputs) -> Fate {
        if outputs.files.contains_key(path) {
            Fate::Rewritten
        } else if self.ours.contains(path) {
            Fate::Removed
        } else {
            Fate::Stays
        }
    }
}
