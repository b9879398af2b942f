//! `hnet build`: write the files of a network, and no others.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Args;
use hnet_compare::files::{Documents, Harm, Meaning, What};
use hnet_diagnostics::render::plain;
use hnet_diagnostics::{Notice, Severity, Sources};
use hnet_emit::{OutputFile, Receiver};
use hnet_model::Network;

use super::diff;
use super::talos::OtherTalos;
use crate::Outcome;
use crate::compared::{self, Compared};
use crate::failure::{Failure, say, shown, tidy};
use crate::folder::{Changes, Conflict, Folder, Plan, Purpose};
use crate::folders::{absolute, canonical, relative};
use crate::load::Project;
use crate::manifest;
use crate::report::Report;
use crate::repository;
use crate::unwritten;

/// What to build and where.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The source [default: network.hnet, or the only .hnet file here]
    file: Option<PathBuf>,
    /// The folder to write to [default: the one that the source names]. Files that hnet did not write are left alone,
    /// unless they say the same, and so is a folder of another source's files
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Write nothing; end with status 1 if the folder differs
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Write nothing; say what would be written and removed
    #[arg(long)]
    dry_run: bool,
    /// Overwrite and remove files in the way: those that hnet did not write, that were edited since, or that another
    /// source's build wrote
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    on: OtherTalos,
}

impl Build {
    /// Builds, or says what building would change.
    pub(crate) fn run(&self, report: &Report) -> Result<Outcome, Failure> {
        let options = self.on.options(report)?;
        if let (Some(version), None, false) = (self.on.version(), &self.output, self.check || self.dry_run) {
            // What is there is what the source says.
            let what = format!("a build as if with Talos {version} does not go where the network's own files are");
            return Err(Failure::new(what).help("name a folder with `--output`, or see what would change: `--dry-run`"));
        }
        let project = Project::open(self.file.as_deref())?;
        let root = project.root();
        let read = project.input.files.iter().filter(|(path, _)| !project.input.observed.contains(path));
        let files: Vec<PathBuf> = read.map(|(path, _)| project.folder.join(path)).collect();
        let writes = !self.check && !self.dry_run;
        let small = project.is_small();
        // A small build is done before a second thread would have begun.
        let threads = if small { 1 } else { 2 };
        // The process ends with this command, so what the compiler made is left to the system as a
        // whole: to free its parts one by one would only take time.
        let mut compilation = ManuallyDrop::new(hnet::check(project.input, &options));
        unwritten::look(&mut compilation, &project.folder, self.output.as_deref(), &options);
        if small {
            // But where there are few of them, to fetch new pages for the files would take longer.
            compilation.trees = Vec::new();
        }
        report.diagnostics(&compilation.diagnostics, &compilation.sources, &project.folder)?;
        let Some(network) = &compilation.network else { return Ok(Outcome::Wrong) };
        let output = output_folder(self.output.as_deref(), network, &project.folder)?;
        let source = relative(&output, &root)?;
        let sources = files.iter().map(|file| relative(&output, file)).collect::<Result<_, _>>()?;
        if let Some(mut notice) = repository::misplaced(network, &canonical(&absolute(&output)?)) {
            notice.file = Some(output.display().to_string());
            report.warning(&notice)?;
        }
        let purpose = if writes { Purpose::Write } else { Purpose::Look };
        let folder = Folder::open(&output, self.force, purpose, sources)?;
        let compared = compare(network, &compilation.sources, &folder, threads)?;
        let mut plan = folder.plan(source, compared)?;
        let view = match output.is_dir() && !plan.is_settled() {
            true => View::of(network, &compilation.sources, &plan, &output)?,
            false => View::default(),
        };
        plan.judge(
            |path, known, held| view.meaning(path, known, held),
            |path| view.texts.get(path).map(String::as_str),
        )?;
        if !writes {
            self.say_changes(&plan, &view, &output, report)?;
            let wrong = if self.check { !plan.is_settled() } else { plan.refusal().is_some() };
            return Ok(Outcome::wrong_if(wrong));
        }
        if plan.refusal().is_none() {
            say(&lost(&plan));
            diff::harms(&view.harms, &output, report)?;
        }
        plan.apply()?;
        say(&summary(&plan, &output));
        Ok(Outcome::Clean)
    }

    /// One line for each file that a build would touch or that stands in its way, or a notice of it.
    fn say_changes(&self, plan: &Plan, view: &View, output: &Path, report: &Report) -> Result<(), Failure> {
        let severity = if self.check { Severity::Error } else { Severity::Note };
        // The manifest of another source is refused as a whole.
        let is_outdated = plan.is_manifest_outdated() && plan.other_source().is_none();
        let outdated = is_outdated.then(|| manifest::NAME.to_owned());
        let different: Vec<String> = plan.different.iter().cloned().chain(outdated).collect();
        let all = [
            ("add", "is missing", &plan.missing),
            ("change", "is not what the source says now", &different),
            ("remove", "is no longer asked for", &plan.stale),
        ];
        let mut lines: Vec<(String, Notice)> = Vec::new();
        let mut add = |line: String, path: &str, severity: Severity, sentence: &str| {
            let file = output.join(path).display().to_string();
            let message = format!("`{path}` {sentence}");
            lines.push((line, Notice { severity, file: Some(file), message, help: None, at: None }));
        };
        for (verb, sentence, paths) in all {
            for path in paths {
                // Of files that are new or go, all is.
                let is_changed = verb == "change";
                let details = view.details.get(path).filter(|_| is_changed).map_or("", String::as_str);
                match (plan.meanings.get(path), plan.forced.get(path)) {
                    (_, Some(conflict)) => {
                        let sentence = format!("{sentence}, and {}", conflict.sentence());
                        add(format!("{verb:<6}  {path}: {}{details}", conflict.sentence()), path, severity, &sentence);
                    }
                    (Some(meaning), None) => {
                        let sentence = format!("is taken over: {}", meaning.sentence());
                        add(format!("take    {path}: {}", meaning.sentence()), path, severity, &sentence);
                    }
                    (None, None) => add(format!("{verb:<6}  {path}{details}"), path, severity, sentence),
                }
            }
        }
        for (path, conflict) in &plan.conflicts {
            let details = plan.meanings.get(path).map(Meaning::details).unwrap_or_default();
            let line = format!("refuse  {path}: {}{details}", conflict.sentence());
            add(line, path, Severity::Error, &plan.sentence(path, *conflict));
        }
        if let Some(other) = plan.other_source() {
            let sentence = format!("`{}` wrote the files of this folder", shown(&tidy(&other)));
            add(format!("refuse  {}: {sentence}", manifest::NAME), manifest::NAME, Severity::Error, &sentence);
        }
        if lines.is_empty() && self.dry_run {
            say("nothing would change\n");
        }
        lines.sort_by(|(_, a), (_, b)| a.file.cmp(&b.file));
        report.notices(&lines)?;
        diff::harms(&view.harms, output, report)
    }
}

/// What a build means to those who get its files.
#[derive(Default)]
struct View {
    /// What changes in files, as lines below the name of each.
    details: BTreeMap<String, String>,
    /// The same for those who read it on one line.
    lines: BTreeMap<String, Vec<String>>,
    /// The texts of what is written.
    texts: BTreeMap<String, String>,
    /// The files of which it is known what a cluster gets of them, and of how many documents.
    covered: BTreeMap<String, usize>,
    /// How many fields of a file say the same by default or by a fact.
    by_default: BTreeMap<String, usize>,
    /// Why files cannot be taken over, although they say the same.
    repatched: BTreeMap<String, Vec<String>>,
    /// What would hurt.
    harms: Vec<Harm>,
}

impl View {
    fn of(network: &Network, sources: &Sources, plan: &Plan, output: &Path) -> Result<Self, Failure> {
        let outputs = hnet_emit::emit(network, sources);
        let written = outputs.files.iter().map(|(path, file)| (path.clone(), file.text())).collect();
        let removed = plan.stale.iter().cloned().collect();
        let compared = Compared::read(output, compared::Build { network, sources, written, removed })?;
        let repatched = compared.repatched().into_iter().map(|(file, whys)| (file.to_owned(), whys)).collect();
        let mut view = View { covered: compared.covered(), repatched, ..View::default() };
        for difference in compared.differences() {
            for change in &difference.changes {
                let Some(document) = change.document() else { continue };
                if change.what == What::Same {
                    let count = change.comparison.as_ref().map_or(0, |comparison| comparison.fields.len());
                    *view.by_default.entry(document.file.clone()).or_default() += count;
                    continue;
                }
                let told = change.told();
                let details = view.details.entry(document.file.clone()).or_default();
                details.extend(told.iter().map(|line| format!("\n        {line}")));
                view.lines.entry(document.file.clone()).or_default().extend(told);
            }
            // Of a file that is refused for it, it is said once.
            let is_refused = |harm: &Harm| {
                let whys = view.repatched.get(&harm.file).filter(|_| plan.meanings.contains_key(&harm.file));
                whys.is_some_and(|whys| whys.contains(&harm.message))
            };
            let harms: Vec<Harm> = difference.harms.into_iter().filter(|harm| !is_refused(harm)).collect();
            view.harms.extend(harms);
        }
        view.put_below_patches(plan);
        view.texts = outputs.files.into_iter().map(|(path, file)| (path, file.text().to_owned())).collect();
        Ok(view)
    }

    /// What patches of topf's change in machines is said of the file that lists those. Where that stays as it is, it stands
    /// below the first of them that does not.
    fn put_below_patches(&mut self, plan: &Plan) {
        let is_it = |path: &&String| path.ends_with("topf.yaml") && !plan.different.contains(*path);
        let unsaid: Vec<String> = self.details.keys().filter(is_it).cloned().collect();
        for path in unsaid {
            let folder = path.trim_end_matches("topf.yaml");
            let patch = plan.different.iter().filter(|patch| patch.starts_with(folder)).min().cloned();
            if let (Some(patch), Some(details)) = (patch, self.details.remove(&path)) {
                self.details.entry(patch).or_default().push_str(&details);
            }
        }
    }

    /// What a file of somebody else means as its cluster gets it, where that is another thing than what is written in it.
    fn meaning(&self, path: &str, known: &Meaning, held: &str) -> Option<(Meaning, Conflict)> {
        if let Some(whys) = self.repatched.get(path) {
            return Some((Meaning::Differs(whys.clone()), Conflict::Patched));
        }
        // What says the same as it is written may be another thing with what others add to it.
        if let Meaning::Same { .. } = known {
            return self.lines.get(path).map(|lines| (Meaning::Differs(lines.clone()), Conflict::Foreign));
        }
        // A document that no cluster gets, since a patch deletes it, would go with the file all the same.
        let held_documents = Documents::read([(path, held)]);
        let count = held_documents.all.iter().filter(|document| document.kind.group != "helm").count();
        if !known.may_be_got_otherwise() || self.covered.get(path).is_none_or(|covered| *covered < count) {
            return None;
        }
        let meaning = match self.lines.get(path) {
            Some(lines) => Meaning::Differs(lines.clone()),
            None => Meaning::got(held, self.by_default.get(path).copied().unwrap_or_default()),
        };
        Some((meaning, Conflict::Foreign))
    }
}

/// Compares each file with that of the folder as it comes, and lets it go, so that one is held at a time.
struct Comparison<'a> {
    folder: &'a Folder,
    /// What differs so far, or the first failure.
    found: Result<Changes, Failure>,
}

impl<'a> Comparison<'a> {
    fn with(folder: &'a Folder) -> Self {
        Comparison { folder, found: Ok(Changes::default()) }
    }
}

impl Receiver for Comparison<'_> {
    fn insert(&mut self, path: String, file: OutputFile) {
        if let Ok(changes) = &mut self.found
            && let Err(failure) = self.folder.compare(&path, file.text(), changes)
        {
            self.found = Err(failure);
        }
    }
}

/// Makes the files and compares them with those of the folder. Threads share the work, for one of
/// them often waits for the disk.
fn compare(network: &Network, sources: &Sources, folder: &Folder, threads: usize) -> Result<Vec<Changes>, Failure> {
    let jobs = hnet_emit::jobs(network, sources);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut comparison = Comparison::with(folder);
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            job.run(&mut comparison);
        }
        comparison.found
    };
    let done: Vec<Result<Changes, Failure>> = thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = vec![work()];
        for other in others {
            done.push(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.into_iter().collect()
}

/// The folder that is written to: the one that was asked for, or else the one that the source names.
pub(super) fn output_folder(asked: Option<&Path>, network: &Network, project: &Path) -> Result<PathBuf, Failure> {
    match (asked, &network.output.folder) {
        (Some(asked), _) => Ok(asked.to_owned()),
        (None, Some(said)) => {
            let folder = project.join(&said.value);
            Ok(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder })
        }
        (None, None) => Err(Failure::new("nothing says where the files go")
            .help("name a folder with `-o`, or in the source: `output folder generated;`")),
    }
}

/// What a build takes away, before it does: files that go, and files of others that it writes over.
fn lost(plan: &Plan) -> String {
    let mut lines: BTreeMap<&str, String> = BTreeMap::new();
    for (path, meaning) in &plan.meanings {
        if !plan.forced.contains_key(path) {
            lines.insert(path, format!("take    {path}: {}\n", meaning.sentence()));
        }
    }
    for path in &plan.stale {
        lines.insert(path, format!("remove  {path}\n"));
    }
    for (path, conflict) in &plan.forced {
        let verb = if plan.stale.contains(path) { "remove" } else { "change" };
        let details = plan.meanings.get(path).map(Meaning::details).unwrap_or_default();
        lines.insert(path, format!("{verb}  {path}: {}{details}\n", conflict.sentence()));
    }
    plain(&lines.into_values().collect::<String>()).into_owned()
}

fn summary(plan: &Plan, output: &Path) -> String {
    let written = plan.missing.len() + plan.different.len();
    let total = written + plan.unchanged;
    let files = if total == 1 { "file" } else { "files" };
    let removed = match plan.stale.len() {
        0 => String::new(),
        count => format!(", {count} removed"),
    };
    format!("{total} {files} in {}: {written} written, {} unchanged{removed}\n", shown(output), plan.unchanged)
}
