//! The programs that read what hnet writes, run over the examples. Start at [`run`].
//!
//! Those in Go come from the module proxy. The scripts for an API server lie in the folder beside the repository
//! that `.ci/run` takes schemas from.

#![expect(clippy::disallowed_methods, reason = "a front end reads its environment and starts programs")]

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::{api_server, dns, kustomize, talos};

/// A part of the command.
struct Part {
    name: &'static str,
    /// Whether it is quick enough for each run of CI.
    quick: bool,
    run: fn(&Place) -> Result<(), String>,
}

const PARTS: [Part; 6] = [
    Part { name: "readers", quick: true, run: readers },
    Part { name: "talos-ends", quick: true, run: talos::ends },
    Part { name: "talos", quick: false, run: talos::all },
    Part { name: "dns", quick: false, run: dns::run },
    Part { name: "kustomize", quick: false, run: kustomize::run },
    Part { name: "api-server", quick: false, run: api_server::run },
];

/// Where things are.
pub(crate) struct Place {
    /// The repository.
    pub(crate) root: PathBuf,
    /// What is built, kept from run to run.
    pub(crate) work: PathBuf,
    /// The folder beside the repository.
    pub(crate) shared: PathBuf,
    /// What was not tried, or not as it should be, which is told at the end.
    untold: RefCell<Vec<String>>,
}

impl Place {
    /// Keeps something that is told at the end.
    pub(crate) fn tell(&self, what: String) {
        self.untold.borrow_mut().push(what);
    }

    /// Leaves out what needs something that is not here, which is an error where all must be.
    pub(crate) fn without(&self, what: &str) -> Result<bool, String> {
        if env::var("CI").is_ok_and(|ci| ci == "true") {
            return Err(format!("missing: {what}"));
        }
        self.tell(format!("left out, since it is not here: {what}"));
        Ok(false)
    }
}

/// Runs the parts that are named: all where none is, the quick ones for `--quick`.
///
/// # Errors
/// When a part is unknown, or a program does not take what hnet wrote. A program that is not here is an error with
/// `CI=true`; elsewhere its part is left out, and that is said.
pub fn run(wanted: &[String]) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let root = fs::canonicalize(&root).map_err(|error| format!("cannot find `{}`: {error}", root.display()))?;
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |target| root.join(target));
    let shared = env::var_os("HNET_SHARED").map_or_else(|| root.join("../shared"), |shared| root.join(shared));
    let place = Place { work: target.join("consumers"), shared, root, untold: RefCell::default() };
    let parts: Vec<&Part> = match wanted {
        [] => PARTS.iter().filter(|part| part.name != "talos-ends").collect(),
        [quick] if quick == "--quick" => PARTS.iter().filter(|part| part.quick).collect(),
        names => {
            let known = |name: &String| PARTS.iter().find(|part| part.name == *name).ok_or_else(|| unknown(name));
            names.iter().map(known).collect::<Result<_, _>>()?
        }
    };
    let mut failed = Vec::new();
    for part in parts {
        say(&format!("-- {}", part.name));
        if let Err(message) = (part.run)(&place) {
            failed.push(format!("{}: {message}", part.name));
        }
    }
    place.untold.borrow().iter().for_each(|what| say(what));
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
    format!("`{name}` is no part: say {}, or --quick", names.join(", "))
}

/// What is read with one version of each program: by talhelper, CoreDNS and kubectl.
fn readers(place: &Place) -> Result<(), String> {
    if !has_go(place)? {
        return Ok(());
    }
    let texts = place.work.join("texts");
    fs::create_dir_all(&texts).map_err(|error| format!("cannot make `{}`: {error}", texts.display()))?;
    let (yaml, json) = (texts.join("all.yaml"), texts.join("all.json"));
    let strings = built(place, ["--example", "strings"])?.join("examples/strings");
    succeed(Command::new(strings).arg("20000").args([&yaml, &json]))?;
    let mut go = Command::new("go");
    go.args(["run", "."]).args(outputs(place)?).arg(&yaml).current_dir(place.root.join(".ci/consumers"));
    succeed(&mut go)
}

/// Builds one of our own programs, and says where they lie. The whole workspace is named, so that what its tests have
/// built need not be built again.
fn built(place: &Place, what: [&str; 2]) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--workspace"]).args(what).current_dir(&place.root);
    succeed(&mut cargo)?;
    Ok(place.work.with_file_name("debug"))
}

/// Writes what the sound sources come out as, a folder each; with versions those that have Talos, at that version.
pub(crate) fn written(place: &Place, folder: &Path, versions: &[&str]) -> Result<(), String> {
    let program = built(place, ["--example", "written"])?.join("examples/written");
    succeed(Command::new(program).arg(folder).args(versions))
}

/// The folders in a folder.
pub(crate) fn folders(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    Ok(found)
}

/// What the examples are built to.
pub(crate) fn outputs(place: &Place) -> Result<Vec<PathBuf>, String> {
    let examples = folders(&place.root.join("examples"))?.into_iter();
    Ok(examples.filter(|example| example.join("network.hnet").is_file()).map(|example| example.join("out")).collect())
}

pub(crate) fn has_go(place: &Place) -> Result<bool, String> {
    Ok(runs("go", &["version"]) || place.without("go")?)
}

/// Whether a program is here and ends well.
pub(crate) fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy();
    if status.success() { Ok(()) } else { Err(format!("`{program}` failed")) }
}

/// The Python in which `.ci/run` puts what its scripts need, or else the machine's.
pub(crate) fn python(place: &Place) -> PathBuf {
    let own = place.work.with_file_name("ci-venv").join("bin/python");
    if own.is_file() { own } else { PathBuf::from("python3") }
}

#[expect(clippy::print_stdout, reason = "what is run is told as it is run")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

pub(crate) fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|error| format!("cannot copy `{}`: {error}", from.display()))
}
