//! Each talconfig, and the one that is built of its import: what talhelper makes of both, with the same secrets, compared
//! machine by machine and document by document.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Documents, Fate, What, in_one_form};

use super::File;
use super::import::groups;

/// How many of the fields that differ most often are printed.
const SHOWN: usize = 40;
/// How many of the talconfigs in which one differs are named.
const NAMED: usize = 3;

/// A talconfig and the one that is built of it, each in a folder.
struct Pair {
    name: String,
    folder: PathBuf,
}

impl Pair {
    fn sides(&self) -> [PathBuf; 2] {
        ["original", "rebuilt"].map(|side| self.folder.join(side))
    }
}

/// Lets talhelper make the machines of all talconfigs and of their rebuilt ones, and prints in what they differ.
pub(crate) fn report(files: &[File], out: &mut String) -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    if let Err(message) = judge(files, &root, &target.join("talhelper"), out) {
        let _ = writeln!(out, "   not judged: {message}");
    }
    0
}

fn judge(files: &[File], root: &Path, work: &Path, out: &mut String) -> Result<(), String> {
    let failed = |error: io::Error| format!("`{}`: {error}", work.display());
    match fs::remove_dir_all(work.join("pairs")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => fs::create_dir_all(work).map_err(failed)?,
    }
    let work = fs::canonicalize(work).map_err(failed)?;
    let mut pairs = Vec::new();
    for (name, files) in groups(files) {
        if let Some(pair) = write(&name, files, &work.join("pairs"), out).map_err(failed)? {
            pairs.push(pair);
        }
    }
    make(&root.join(".ci/consumers"), &work, &pairs)?;
    let (mut machines, mut equal, mut configs, mut equal_configs) = (0, 0, 0, 0);
    let mut counts = hnet_compare::Counts::default();
    let mut but_known = 0;
    let mut differing: BTreeMap<String, (BTreeSet<&str>, String)> = BTreeMap::new();
    for pair in &pairs {
        let [original, rebuilt] = pair.sides();
        let error = |side: &Path| fs::read_to_string(side.join("error.txt")).ok();
        if let Some(error) = error(&original) {
            let _ = writeln!(out, "   {}: talhelper does not take the original: {}", pair.name, error.trim());
            continue;
        }
        configs += 1;
        if let Some(error) = error(&rebuilt) {
            let _ = writeln!(out, "   {}: talhelper does not take what is rebuilt: {}", pair.name, error.trim());
            continue;
        }
        let [before, after] = [read(&original).map_err(failed)?, read(&rebuilt).map_err(failed)?];
        let [mut before, mut after] = [&before, &after]
            .map(|files| Documents::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))));
        in_one_form(&mut before, &mut after);
        let difference = Difference::between(&before, &after, &|_| Fate::Rewritten, &Facts::default());
        let all: BTreeSet<&str> = before.all.iter().map(|document| document.file.as_str()).collect();
        let (mut wrong, mut unknown): (BTreeSet<&str>, BTreeSet<&str>) = Default::default();
        for change in difference.changes.iter().filter(|change| change.what != What::Same) {
            let documents = [change.before, change.after].into_iter().flatten();
            wrong.extend(documents.clone().map(|document| document.file.as_str()));
            let is_known = change.comparison.as_ref().is_some_and(|found| found.differing().all(is_known));
            unknown.extend(documents.clone().map(|document| document.file.as_str()).filter(|_| !is_known));
            let Some(document) = documents.last() else { continue };
            let kind = &document.kind.kind;
            let mut note = |path: String, line: &str| {
                let slot = differing.entry(path).or_insert_with(|| (BTreeSet::new(), line.to_owned()));
                slot.0.insert(pair.name.as_str());
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
        counts += difference.counts;
        machines += all.len();
        let same = all.iter().filter(|file| !wrong.contains(*file)).count();
        equal += same;
        but_known += all.iter().filter(|file| !unknown.contains(*file)).count();
        equal_configs += usize::from(wrong.is_empty());
        if !wrong.is_empty() {
            let _ = writeln!(out, "   {}: {same} of {} machines equal", pair.name, all.len());
        }
    }
    let _ = writeln!(
        out,
        "   {equal_configs} of {configs} talconfigs, {equal} of {machines} machines, {} of {} fields equal; \
         {but_known} machines but for what is known",
        counts.equal + counts.by_default + counts.by_fact,
        counts.equal + counts.by_default + counts.by_fact + counts.differing,
    );
    let mut differing: Vec<_> = differing.into_iter().collect();
    differing.sort_by_key(|(_, (of, _))| std::cmp::Reverse(of.len()));
    for (path, (of, line)) in differing.into_iter().take(SHOWN) {
        let names: Vec<&str> = of.iter().copied().take(NAMED).collect();
        let _ = writeln!(out, "   {} × {path}, as {line} ({})", of.len(), names.join(", "));
    }
    Ok(())
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

/// Writes the talconfig of a group with what lies beside it, and the one that is built of its import.
fn write(name: &str, files: Vec<File>, work: &Path, out: &mut String) -> io::Result<Option<Pair>> {
    let is_talconfig = |path: &str| path.rsplit('/').next() == Some("talconfig.yaml");
    let Some((path, _)) = files.iter().find(|(path, _)| is_talconfig(path)) else { return Ok(None) };
    let above = path.trim_end_matches("talconfig.yaml").to_owned();
    let made = hnet_import::import(files.clone());
    let found = hnet::compile(Input::one("network.hnet", made.text.clone()), &Options::default());
    let built = found.outputs.as_ref().and_then(|outputs| outputs.files.iter().find(|(path, _)| is_talconfig(path)));
    let Some((_, rebuilt)) = built else {
        let _ = writeln!(out, "   {name}: nothing is built of it");
        return Ok(None);
    };
    let pair = Pair { name: name.to_owned(), folder: work.join(name.replace('/', "__")) };
    let [original, other] = pair.sides();
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
    fs::write(pair.folder.join("network.hnet"), made.text)?;
    Ok(Some(pair))
}

/// Lets talhelper make the machines.
fn make(module: &Path, work: &Path, pairs: &[Pair]) -> Result<(), String> {
    let program = work.join("machines");
    let run = |command: &mut Command| {
        let status = command.stdout(Stdio::null()).status().map_err(|error| format!("{command:?}: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("{:?} failed", command.get_program())) }
    };
    run(Command::new("go").args(["build", "-o"]).arg(&program).arg("./machines").current_dir(module))?;
    let folders = pairs.iter().flat_map(Pair::sides);
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
