//! `hnet check`: what is wrong with networks, and with `--fix` the edits that findings offer.

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::Args;
use hnet::{Compilation, Made, Mended};
use hnet_diagnostics::render::{plain, plain_line};
use hnet_diagnostics::{Notice, Severity};
use hnet_secrets::masked;
use similar::TextDiff;

use super::talos::OtherTalos;
use crate::Outcome;
use crate::failure::{Failure, say, shown};
use crate::load::Project;
use crate::replace;
use crate::report::Report;
use crate::unwritten;

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The sources; `-` for standard input [default: network.hnet, or the only .hnet file here]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Make the edits that are offered where there is one sensible way, and say each
    #[arg(long)]
    fix: bool,
    /// Change nothing; show what `--fix` would change, and end with status 1 if it would
    #[arg(long, requires = "fix")]
    dry_run: bool,
    /// Say nothing of what is sound
    #[arg(short, long)]
    quiet: bool,
    #[command(flatten)]
    on: OtherTalos,
}

impl Check {
    /// Prints the findings about each network; errors make it wrong.
    pub(crate) fn run(&self, report: &Report) -> Result<Outcome, Failure> {
        let mut found = Vec::new();
        let mut outcome = Outcome::Clean;
        let mut sound = String::new();
        let projects = self.projects()?;
        let options = self.on.options(report)?;
        for project in &projects {
            let (compilation, changes) = match self.fix {
                true => self.mend(project, &shared(project, &projects), report)?,
                // Left to the end of the process, as in `build`.
                false => {
                    let mut compilation = hnet::check(project.input.clone(), &options);
                    unwritten::look(&mut compilation, &project.folder, None, &options);
                    (compilation, false)
                }
            };
            let compilation = ManuallyDrop::new(compilation);
            report.findings(&compilation.diagnostics, &compilation.sources, &project.folder)?;
            found.extend(compilation.diagnostics.iter().map(|diagnostic| diagnostic.severity));
            if compilation.has_errors() || changes && self.dry_run {
                outcome = Outcome::Wrong;
            }
            if let Some(network) = &compilation.network {
                let sound_as = if changes && self.dry_run { "would be sound" } else { "sound" };
                sound.push_str(&format!("{}: {sound_as}: {}\n", shown(&project.root()), hnet::sound(network)));
            }
        }
        report.count(&found)?;
        if !self.quiet && report.is_for_people() {
            say(&sound);
        }
        Ok(outcome)
    }

    /// The projects of the files, each once. A file that belongs to the project of another is checked there: by itself it
    /// is no network.
    fn projects(&self) -> Result<Vec<Project>, Failure> {
        if self.files.is_empty() {
            return Ok(vec![Project::open(None)?]);
        }
        let mut projects: Vec<Project> = Vec::new();
        for file in &self.files {
            if file != Path::new("-") {
                projects.push(Project::open(Some(file))?);
            } else if self.fix && !self.dry_run {
                return Err(Failure::new("`--fix` cannot change what comes from standard input")
                    .help("name the file, or see what it would change with `--dry-run`"));
            } else if !projects.iter().any(Project::is_stdin) {
                projects.push(Project::stdin()?);
            }
        }
        let files: Vec<BTreeSet<PathBuf>> = projects.iter().map(Project::real_files).collect();
        let roots: Vec<Option<PathBuf>> = projects.iter().map(Project::real_root).collect();
        let belongs = |one: usize, to: usize| one != to && roots[one].as_ref().is_some_and(|it| files[to].contains(it));
        // Of one that is named twice the first is checked. Two that include each other are both wrong.
        let is_checked = |one: usize| {
            let again = |other: usize| roots[other] == roots[one] && other < one;
            !(0..projects.len()).any(|other| belongs(one, other) && (again(other) || !belongs(other, one)))
        };
        let checked: Vec<bool> = (0..projects.len()).map(is_checked).collect();
        Ok(projects.into_iter().zip(checked).filter(|(_, checked)| *checked).map(|(project, _)| project).collect())
    }

    /// Makes the edits that are offered, or shows them; what is found then, and whether there are any.
    fn mend(
        &self,
        project: &Project,
        shared: &BTreeSet<String>,
        report: &Report,
    ) -> Result<(Compilation, bool), Failure> {
        let Mended { texts, made, compilation } = hnet::mend(
            &report.options,
            shared,
            |changed| project.with(changed),
            |compilation| {
                unwritten::look(compilation, &project.folder, None, &report.options);
            },
        );
        let changes = !texts.is_empty();
        if self.dry_run {
            let lines: Vec<_> = texts.iter().map(|(path, text)| difference(project, path, text, &made)).collect();
            report.notices(&lines)?;
            return Ok((compilation, changes));
        }
        let texts = texts.iter().map(|(path, text)| (project.folder.join(path), text.as_str()));
        replace::all(&texts.collect::<Vec<_>>(), &project.folder)?;
        let lines: Vec<_> = made.iter().map(|made| done(project, made)).collect();
        report.notices(&lines)?;
        Ok((compilation, changes))
    }
}

/// The files of a project that are of another one, too. What mends them for one may break them for the other, so they are
/// left to a person.
fn shared(project: &Project, all: &[Project]) -> BTreeSet<String> {
    let others = all.iter().filter(|other| !std::ptr::eq(*other, project));
    let others: BTreeSet<PathBuf> = others.flat_map(Project::real_files).collect();
    let is_shared = |path: &&String| {
        let real = project.folder.join(path.as_str()).canonicalize();
        real.is_ok_and(|real| others.contains(&real))
    };
    project.input.files.iter().map(|(path, _)| path).filter(is_shared).cloned().collect()
}

/// That an edit was made.
fn done(project: &Project, made: &Made) -> (String, Notice) {
    let Made { number, title, path, line, column } = made;
    let file = project.folder.join(path);
    let text = plain_line(&format!("{}:{line}:{column}: {title} ({number})", shown(&file))).into_owned();
    let message = format!("line {line} was mended: {title} ({number})");
    (text, notice(&file, message))
}

/// What would change in a file, as a unified diff.
fn difference(project: &Project, path: &str, text: &str, made: &[Made]) -> (String, Notice) {
    let file = project.folder.join(path);
    let before = project.text(path);
    let (before, after) = (masked(&before), masked(text));
    let diff = TextDiff::from_lines(before.as_ref(), after.as_ref());
    let name = shown(&file);
    let shown = plain(&diff.unified_diff().header(&name, &name).to_string()).trim_end().to_owned();
    let edits = made.iter().filter(|made| made.path == path);
    let edits: Vec<String> = edits.map(|made| format!("{} in line {}", made.title, made.line)).collect();
    (shown, notice(&file, format!("it would be mended: {}", edits.join("; "))))
}

fn notice(file: &Path, message: String) -> Notice {
    Notice { severity: Severity::Note, file: Some(file.display().to_string()), message, help: None, at: None }
}
