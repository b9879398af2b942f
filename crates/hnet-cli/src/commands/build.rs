//! `hnet build`: write the files of a network, and no others.

use std::io;
use std::mem::ManuallyDrop;
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use clap::Args;
use hnet_diagnostics::Sources;
use hnet_emit::{OutputFile, Receiver};
use hnet_model::Network;

use crate::Outcome;
use crate::failure::{Failure, print, say};
use crate::folder::{Changes, Folder, Plan, Purpose};
use crate::load::Project;
use crate::manifest;
use crate::remembered::Remembered;
use crate::report::Report;

/// What to build and where.
#[derive(Debug, Args)]
pub(crate) struct Build {
    /// The source [default: network.hnet, or the only .hnet file here]
    file: Option<PathBuf>,
    /// The folder to write to. Files that hnet did not write are left alone
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Write nothing; end with status 1 if the folder differs
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,
    /// Write nothing; say what would be written and removed
    #[arg(long)]
    dry_run: bool,
    /// Overwrite and remove files in the way that hnet did not write or that were edited since
    #[arg(long)]
    force: bool,
}

impl Build {
    /// Builds, or says what building would change.
    pub(crate) fn run(&self, report: &Report) -> Result<Outcome, Failure> {
        let project = Project::open(self.file.as_deref())?;
        let source = relative(&self.output, &project.root())?;
        let remembered = Remembered::of(&self.output, &source, &project.input, &report.options);
        // What only looks is asked to look, so it compiles.
        let writes = !self.check && !self.dry_run;
        if let (true, Some(files)) = (writes, remembered.as_ref().and_then(|it| it.holds(&self.output))) {
            say(&counts(files, 0, files, 0, &self.output));
            return Ok(Outcome::Clean);
        }
        let small = project.is_small();
        // A small build is done before a second thread would have begun.
        let threads = if small { 1 } else { 2 };
        // The process ends with this command, so what the compiler made is left to the system as a
        // whole: to free its parts one by one would only take time.
        let mut compilation = ManuallyDrop::new(hnet::check(project.input, &report.options));
        if small {
            // But where there are few of them, to fetch new pages for the files would take longer.
            compilation.trees = Vec::new();
        }
        report.diagnostics(&compilation.diagnostics, &compilation.sources, &project.folder)?;
        let Some(network) = &compilation.network else { return Ok(Outcome::Wrong) };
        let folder = Folder::open(&self.output, self.force, if writes { Purpose::Write } else { Purpose::Look })?;
        let compared = compare(network, &compilation.sources, &folder, threads)?;
        let plan = folder.plan(source, compared)?;
        if !writes {
            print(io::stdout(), &changes(&plan))?;
            let wrong = if self.check { !plan.is_settled() } else { !plan.conflicts.is_empty() };
            return Ok(Outcome::wrong_if(wrong));
        }
        plan.apply()?;
        if let (true, Some(remembered)) = (compilation.diagnostics.is_empty(), remembered) {
            remembered.keep(&plan.manifest);
        }
        say(&summary(&plan, &self.output));
        Ok(Outcome::Clean)
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

/// One line for each file that a build would touch or that stands in its way.
fn changes(plan: &Plan) -> String {
    let mut lines: Vec<(&str, String)> = Vec::new();
    lines.extend(plan.missing.iter().map(|path| (path.as_str(), format!("add     {path}"))));
    lines.extend(plan.different.iter().map(|path| (path.as_str(), format!("change  {path}"))));
    lines.extend(plan.stale.iter().map(|path| (path.as_str(), format!("remove  {path}"))));
    lines.extend(
        plan.conflicts
            .iter()
            .map(|(path, conflict)| (path.as_str(), format!("refuse  {path}: {}", conflict.sentence()))),
    );
    lines.extend(plan.is_manifest_outdated().then(|| (manifest::NAME, format!("change  {}", manifest::NAME))));
    lines.sort();
    lines.into_iter().map(|(_, line)| line + "\n").collect()
}

fn summary(plan: &Plan, output: &Path) -> String {
    let written = plan.missing.len() + plan.different.len();
    counts(written + plan.unchanged, written, plan.unchanged, plan.stale.len(), output)
}

fn counts(total: usize, written: usize, unchanged: usize, removed: usize, output: &Path) -> String {
    let files = if total == 1 { "file" } else { "files" };
    let removed = match removed {
        0 => String::new(),
        count => format!(", {count} removed"),
    };
    format!("{total} {files} in {}: {written} written, {unchanged} unchanged{removed}\n", output.display())
}

/// The path from a folder, which need not exist yet, to a file, with `/`.
fn relative(folder: &Path, file: &Path) -> Result<String, Failure> {
    let real = |path: &Path| {
        let path = std::path::absolute(path).map_err(|error| Failure::io("find", path, &error))?;
        Ok::<_, Failure>(canonical(&path))
    };
    let (folder, file) = (real(folder)?, real(file)?);
    let (mut up, mut down) = (folder.components().peekable(), file.components().peekable());
    while up.peek().is_some() && up.peek() == down.peek() {
        up.next();
        down.next();
    }
    let mut parts: Vec<String> = up.map(|_| "..".to_owned()).collect();
    parts.extend(down.map(|part| part.as_os_str().to_string_lossy().into_owned()));
    Ok(parts.join("/"))
}

/// The path with its links followed as far as it exists, and the rest of it written plainly.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    match (path.parent(), path.components().next_back()) {
        (Some(parent), Some(Component::ParentDir)) => {
            let mut real = canonical(parent);
            real.pop();
            real
        }
        (Some(parent), Some(last)) => canonical(parent).join(last),
        _ => path.to_owned(),
    }
}
