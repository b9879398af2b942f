//! The programs that read what hnet writes, run over the examples. Start at [`run`].
//!
//! Those in Go come from the module proxy. The scripts for an API server lie in the folder beside the repository
//! that `.ci/run` takes schemas from.

#![expect(clippy::disallowed_methods, reason = "a front end reads its environment and starts programs")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::api_server;

/// A part of the command.
struct Part {
    name: &'static str,
    /// Whether it is quick enough for each run of CI.
    quick: bool,
    run: fn(&Place) -> Result<(), String>,
}

const PARTS: [Part; 4] = [
    Part { name: "readers", quick: true, run: readers },
    Part { name: "talos-ends", quick: true, run: talos_ends },
    Part { name: "talos", quick: false, run: talos_all },
    Part { name: "api-server", quick: false, run: api_server::run },
];

/// A version of Talos, the release of its machinery that is tried, and the newest Kubernetes that it runs
/// (siderolabs/talos, `pkg/machinery/compatibility`). Of 1.14 it must be
/// the first candidate, which is what the tables of hnet were read from: earlier ones lack documents.
struct Talos {
    minor: &'static str,
    machinery: &'static str,
    kubernetes: &'static str,
}

const TALOS: [Talos; 6] = [
    Talos { minor: "1.9", machinery: "1.9.5", kubernetes: "1.32.0" },
    Talos { minor: "1.10", machinery: "1.10.0", kubernetes: "1.33.0" },
    Talos { minor: "1.11", machinery: "1.11.6", kubernetes: "1.34.0" },
    Talos { minor: "1.12", machinery: "1.12.0", kubernetes: "1.35.0" },
    Talos { minor: "1.13", machinery: "1.13.9", kubernetes: "1.36.0" },
    Talos { minor: "1.14", machinery: "1.14.0-rc.1", kubernetes: "1.37.0" },
];

/// Where things are.
pub(crate) struct Place {
    /// The repository.
    pub(crate) root: PathBuf,
    /// What is built, kept from run to run.
    pub(crate) work: PathBuf,
    /// The folder beside the repository.
    pub(crate) shared: PathBuf,
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
    let place = Place { work: target.join("consumers"), shared, root };
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
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn unknown(name: &str) -> String {
    let names: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
    format!("`{name}` is no part: say {}, or --quick", names.join(", "))
}

/// What is read with one version of each program: by talhelper, CoreDNS and kubectl.
fn readers(place: &Place) -> Result<(), String> {
    if !has_go()? {
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

/// The oldest and the newest version that is released.
fn talos_ends(place: &Place) -> Result<(), String> {
    let released = || TALOS.iter().filter(|version| !version.machinery.contains('-'));
    talos(place, released().take(1).chain(released().next_back()))
}

fn talos_all(place: &Place) -> Result<(), String> {
    talos(place, &TALOS)
}

/// Builds the examples for each version, and lets that version's own machinery make and validate all machines.
fn talos<'t>(place: &Place, versions: impl IntoIterator<Item = &'t Talos>) -> Result<(), String> {
    if !has_go()? {
        return Ok(());
    }
    let mut failed = Vec::new();
    for version in versions {
        let work = place.work.join(format!("talos-{}", version.machinery));
        if let Err(message) = talos_version(place, version, &work) {
            failed.push(format!("Talos {}: {message}", version.machinery));
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn talos_version(place: &Place, version: &Talos, work: &Path) -> Result<(), String> {
    let program = work.join("talos");
    fs::create_dir_all(work).map_err(|error| format!("cannot make `{}`: {error}", work.display()))?;
    copy(&place.root.join(".ci/talos/main.go"), &work.join("main.go"))?;
    let module = format!(
        "module hnet/talos\n\ngo 1.24\n\nrequire github.com/siderolabs/talos/pkg/machinery v{}\n",
        version.machinery
    );
    // `go mod tidy` adds to it, and takes a while.
    if !work.join("go.sum").is_file() {
        write(&work.join("go.mod"), &module)?;
        succeed(Command::new("go").args(["mod", "tidy"]).current_dir(work))?;
    }
    succeed(Command::new("go").args(["build", "-o"]).arg(&program).arg(".").current_dir(work))?;
    let hnet = built(place, ["--bin", "hnet"])?.join("hnet");
    let mut outs = Vec::new();
    for example in examples(place)? {
        let Some(name) = example.file_name() else { continue };
        let source = read(&example.join("network.hnet"))?;
        let Some(source) = with_versions(&source, version) else { continue };
        let folder = work.join(name);
        fs::create_dir_all(&folder).map_err(|error| format!("cannot make `{}`: {error}", folder.display()))?;
        let (path, out) = (folder.join("network.hnet"), folder.join("out"));
        write(&path, &source)?;
        succeed(Command::new(&hnet).arg("build").arg(&path).arg("-o").arg(&out))?;
        outs.push(out);
    }
    say(&format!("Talos {}", version.machinery));
    succeed(Command::new(&program).args(outs))
}

/// Builds one of our own programs, and says where they lie. The whole workspace is named, so that what its tests have
/// built need not be built again.
fn built(place: &Place, what: [&str; 2]) -> Result<PathBuf, String> {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--workspace"]).args(what).current_dir(&place.root);
    succeed(&mut cargo)?;
    Ok(place.work.with_file_name("debug"))
}

/// A source for another version of Talos, and the Kubernetes that goes with it; none where it has no Talos.
fn with_versions(source: &str, version: &Talos) -> Option<String> {
    let mut any = false;
    let lines = source.lines().map(|line| {
        let word = line.trim_start();
        if word.starts_with("talos ") {
            any = true;
            format!("talos {};\n", version.minor)
        } else if word.starts_with("kubernetes ") {
            format!("kubernetes {};\n", version.kubernetes)
        } else {
            format!("{line}\n")
        }
    });
    let text = lines.collect();
    any.then_some(text)
}

fn examples(place: &Place) -> Result<Vec<PathBuf>, String> {
    let folder = place.root.join("examples");
    let entries = fs::read_dir(&folder).map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    found.retain(|path| path.join("network.hnet").is_file());
    found.sort();
    Ok(found)
}

/// What the examples are built to.
pub(crate) fn outputs(place: &Place) -> Result<Vec<PathBuf>, String> {
    Ok(examples(place)?.into_iter().map(|example| example.join("out")).collect())
}

pub(crate) fn has_go() -> Result<bool, String> {
    let found = Command::new("go").arg("version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if found { Ok(true) } else { without("go") }
}

/// Says that something is not here, which is an error where all must be.
pub(crate) fn without(what: &str) -> Result<bool, String> {
    if env::var("CI").is_ok_and(|ci| ci == "true") {
        return Err(format!("missing: {what}"));
    }
    say(&format!("left out, since it is not here: {what}"));
    Ok(false)
}

pub(crate) fn succeed(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| format!("cannot run {command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} failed")) }
}

#[expect(clippy::print_stdout, reason = "what is run is told as it is run")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

pub(crate) fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write `{}`: {error}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|error| format!("cannot copy `{}`: {error}", from.display()))
}

#[cfg(test)]
mod tests {
    use super::{TALOS, with_versions};

    #[test]
    fn a_source_is_taken_to_another_version() {
        let source = "network n <\n  cluster c <\n    talos 1.13;\n    kubernetes 1.36.2;\n  >\n>\n";
        let found = with_versions(source, &TALOS[0]).unwrap();
        assert_eq!(found, "network n <\n  cluster c <\ntalos 1.9;\nkubernetes 1.32.0;\n  >\n>\n");
        assert_eq!(with_versions("network n <\n  cluster c < k3s 1.36; >\n>\n", &TALOS[0]), None);
    }
}
