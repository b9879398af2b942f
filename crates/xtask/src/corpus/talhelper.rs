//! Each talconfig, and the one that is built of its import: what talhelper makes of both, with the same secrets, compared
//! machine by machine and document by document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Document, Documents, Fate, What, in_one_form};
use hnet_import::Imported;

use super::import::groups;
use super::listed::Listed;
use super::{File, survive};

/// How many of the fields that differ most often are printed.
const SHOWN: usize = 40;
/// How many of the talconfigs in which one differs are named.
const NAMED: usize = 3;

/// A talconfig and the one that is built of it, each in a folder.
struct Pair {
    name: String,
    folder: PathBuf,
    made: Imported,
    /// The path of the talconfig.
    path: String,
}

/// The folders of what is there, and of what is built of it.
fn sides(folder: &Path) -> [PathBuf; 2] {
    ["original", "rebuilt"].map(|side| folder.join(side))
}

/// Lets talhelper make the machines of all talconfigs and of their rebuilt ones, and prints in what they differ. How many of
/// the rebuilt are not there or refused, and how many documents differ that should not.
pub(crate) fn report(files: &[File], out: &mut String) -> Result<usize, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    judge(files, &root, &target.join("talhelper"), out)
}

fn judge(files: &[File], root: &Path, work: &Path, out: &mut String) -> Result<usize, String> {
    let failed = |error: io::Error| format!("`{}`: {error}", work.display());
    match fs::remove_dir_all(work.join("pairs")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => fs::create_dir_all(work).map_err(failed)?,
    }
    let work = fs::canonicalize(work).map_err(failed)?;
    let (mut pairs, mut sums) = (Vec::new(), Sums::default());
    for (name, files) in groups(files) {
        match survive(&name, out, |out| write(&name, files, &work.join("pairs"), out)) {
            Some(written) => match written.map_err(failed)? {
                Written::Pair(pair) => pairs.push(*pair),
                Written::NoTalconfig => {}
                Written::Unbuilt => sums.faults += 1,
            },
            None => sums.faults += 1,
        }
    }
    make(&root.join(".ci/consumers"), &work, &pairs)?;
    for pair in &pairs {
        match survive(&pair.name, out, |out| pair.compare(&mut sums, out)) {
            Some(done) => done.map_err(failed)?,
            None => sums.faults += 1,
        }
    }
    Ok(sums.say(out))
}

/// What came of all pairs.
#[derive(Default)]
struct Sums<'p> {
    /// Talconfigs, and those of which all machines are equal.
    configs: [usize; 2],
    /// Machines, those that are equal, and those that are equal but for what is known or listed.
    machines: [usize; 3],
    counts: hnet_compare::Counts,
    /// Where each field differs, and how it does in the first.
    differing: BTreeMap<String, (BTreeSet<&'p str>, String)>,
    /// What must not be.
    faults: usize,
}

impl Sums<'_> {
    /// Prints them; what must not be is returned.
    fn say(self, out: &mut String) -> usize {
        let Sums { configs: [configs, equal_configs], machines: [machines, equal, but_known], counts, .. } = self;
        let _ = writeln!(
            out,
            "   {equal_configs} of {configs} talconfigs, {equal} of {machines} machines, {} of {} fields equal; \
             {but_known} machines but for what is known or listed",
            counts.equal + counts.by_default + counts.by_fact,
            counts.equal + counts.by_default + counts.by_fact + counts.differing,
        );
        let mut differing: Vec<_> = self.differing.into_iter().collect();
        differing.sort_by_key(|(_, (of, _))| std::cmp::Reverse(of.len()));
        for (path, (of, line)) in differing.into_iter().take(SHOWN) {
            let names: Vec<&str> = of.iter().copied().take(NAMED).collect();
            let _ = writeln!(out, "   {} × {path}, as {line} ({})", of.len(), names.join(", "));
        }
        self.faults
    }
}

impl Pair {
    /// Compares what talhelper made of both.
    fn compare<'p>(&'p self, sums: &mut Sums<'p>, out: &mut String) -> io::Result<()> {
        let [original, rebuilt] = sides(&self.folder);
        let error = |side: &Path| fs::read_to_string(side.join("error.txt")).ok();
        if let Some(error) = error(&original) {
            let _ = writeln!(out, "   {}: talhelper does not take the original: {}", self.name, error.trim());
            return Ok(());
        }
        sums.configs[0] += 1;
        if let Some(error) = error(&rebuilt) {
            let _ = writeln!(out, "   {}: talhelper does not take what is rebuilt: {}", self.name, error.trim());
            sums.faults += usize::from(!is_newer(&error));
            return Ok(());
        }
        let [before, after] = [read(&original)?, read(&rebuilt)?];
        let [mut before, mut after] = [&before, &after]
            .map(|files| Documents::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))));
        in_one_form(&mut before, &mut after);
        let difference = Difference::between(&before, &after, &|_| Fate::Rewritten, &Facts::default());
        let all: BTreeSet<&str> = before.all.iter().map(|document| document.file.as_str()).collect();
        let (mut wrong, mut unknown): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
        let listed = Listed::of(&self.made);
        for change in difference.changes.iter().filter(|change| change.what != What::Same) {
            let Some(document) = change.document() else { continue };
            let talconfig = Document { file: self.path.clone(), ..document.clone() };
            let is_expected = |field: &hnet_compare::Field| is_known(field) || listed.has_field(&talconfig, field);
            let is_known = change.comparison.as_ref().is_some_and(|found| found.differing().all(is_expected));
            let files = [change.before, change.after].into_iter().flatten().map(|document| document.file.as_str());
            wrong.extend(files.clone());
            unknown.extend(files.filter(|_| !is_known));
            if !is_known {
                let _ = writeln!(out, "   {}: NOT LISTED: {} {}", self.name, change.word(), change.headline());
                out.extend(change.lines(false).iter().map(|line| format!("      {line}\n")));
                sums.faults += 1;
            }
            let kind = &document.kind.kind;
            let mut note = |path: String, line: &str| {
                let slot = sums.differing.entry(path).or_insert_with(|| (BTreeSet::new(), line.to_owned()));
                slot.0.insert(self.name.as_str());
            };
            match &change.comparison {
                None => note(format!("{} {kind}", change.what.word()), &document.title()),
                Some(comparison) => {
                    for (field, line) in comparison.differing().zip(change.lines(false)) {
                        note(format!("{kind} {}", field.path.keys().join(".")), &line);
                    }
                }
            }
        }
        sums.counts += difference.counts;
        let without = |files: &BTreeSet<&str>| all.iter().filter(|file| !files.contains(*file)).count();
        let (same, but_known) = (without(&wrong), without(&unknown));
        sums.machines.iter_mut().zip([all.len(), same, but_known]).for_each(|(sum, count)| *sum += count);
        sums.configs[1] += usize::from(wrong.is_empty());
        if !wrong.is_empty() {
            let _ = writeln!(out, "   {}: {same} of {} machines equal", self.name, all.len());
        }
        Ok(())
    }
}

/// Whether what is built is of a version of Talos that talhelper does not know yet.
fn is_newer(error: &str) -> bool {
    error.trim_end().ends_with("not registered")
}

/// Whether a field differs on purpose: hnet keeps the virtual IP out of the addresses that kubelet and etcd may take.
fn is_known(field: &hnet_compare::Field) -> bool {
    let is_added = |prefix: &str| {
        field.from.is_none()
            && field.to.as_ref().and_then(hnet_compare::Value::as_str).is_some_and(|to| to.starts_with(prefix))
    };
    match field.path.keys().as_slice() {
        [.., "nodeIP", "validSubnets"] | ["cluster", "etcd", "advertisedSubnets"] => is_added("!"),
        _ => false,
    }
}

/// What is written of a group.
enum Written {
    Pair(Box<Pair>),
    NoTalconfig,
    /// It has a talconfig, of which none is built.
    Unbuilt,
}

/// Writes the talconfig of a group with what lies beside it, and the one that is built of its import.
fn write(name: &str, files: Vec<File>, work: &Path, out: &mut String) -> io::Result<Written> {
    let is_talconfig = |path: &str| path.rsplit('/').next() == Some("talconfig.yaml");
    let Some((path, _)) = files.iter().find(|(path, _)| is_talconfig(path)) else {
        return Ok(Written::NoTalconfig);
    };
    let path = path.clone();
    let above = path.trim_end_matches("talconfig.yaml").to_owned();
    let made = hnet_import::import(files.clone());
    let found = hnet::compile(Input::one("network.hnet", made.text.clone()), &Options::default());
    let built = found.outputs.as_ref().and_then(|outputs| outputs.files.iter().find(|(path, _)| is_talconfig(path)));
    let Some((_, rebuilt)) = built else {
        let _ = writeln!(out, "   {name}: nothing is built of it");
        return Ok(Written::Unbuilt);
    };
    let folder = work.join(name.replace('/', "__"));
    let [original, other] = sides(&folder);
    for (path, text) in files.iter().filter_map(|(path, text)| Some((path.strip_prefix(&above)?, text))) {
        let path = original.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&original))?;
        fs::write(path, text)?;
    }
    fs::create_dir_all(&other)?;
    for (_, text) in files.iter().filter(|(path, _)| path.strip_prefix(&above) == Some("talenv.yaml")) {
        fs::write(other.join("talenv.yaml"), text)?;
    }
    fs::write(other.join("talconfig.yaml"), rebuilt.text())?;
    fs::write(folder.join("network.hnet"), &made.text)?;
    Ok(Written::Pair(Box::new(Pair { name: name.to_owned(), folder, made, path })))
}

/// Lets talhelper make the machines.
fn make(module: &Path, work: &Path, pairs: &[Pair]) -> Result<(), String> {
    let program = work.join("machines");
    let run = |command: &mut Command| {
        let status = command.stdout(Stdio::null()).status().map_err(|error| format!("{command:?}: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{:?} failed", command.get_program())) }
    };
    run(Command::new("go").args(["build", "-o"]).arg(&program).arg("./machines").current_dir(module))?;
    let folders = pairs.iter().flat_map(|pair| sides(&pair.folder));
    run(Command::new(&program).arg(work.join("secrets.yaml")).args(folders))
}

/// The machines of one side, named as they are on the other.
fn read(side: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(side.join("machines"))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".yaml") {
            files.push((name, fs::read_to_string(entry.path())?));
        }
    }
    files.sort();
    Ok(files)
}
