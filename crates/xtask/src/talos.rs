//! The machinery of each version of Talos, which makes and validates all machines that hnet writes. Start at [`all`].
#![expect(clippy::disallowed_methods, reason = "a front end reads the files that it had written")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use crate::consumers::{Place, copy, folders, has_go, python, say, succeed, write, written};

/// A version of Talos, the releases of its machinery that may be tried, the best first, and the newest Kubernetes
/// that it runs (siderolabs/talos, `pkg/machinery/compatibility`).
struct Talos {
    minor: &'static str,
    /// The first that the module proxy gives out is taken.
    machinery: &'static [&'static str],
    /// The kinds of documents, and of a kind the keys, that hnet writes and all but the best of these releases lack.
    /// They are taken out before such a one is asked, so that it can say what it thinks of the rest.
    newer: &'static [&'static str],
    kubernetes: &'static str,
    /// The release whose schema there is.
    schema: Option<&'static str>,
}

const TALOS: [Talos; 6] = [
    Talos { minor: "1.9", machinery: &["1.9.6", "1.9.5"], newer: &[], kubernetes: "1.32.0", schema: None },
    Talos { minor: "1.10", machinery: &["1.10.9", "1.10.6"], newer: &[], kubernetes: "1.33.0", schema: None },
    Talos { minor: "1.11", machinery: &["1.11.6"], newer: &[], kubernetes: "1.34.0", schema: Some("1.11") },
    Talos { minor: "1.12", machinery: &["1.12.11", "1.12.7"], newer: &[], kubernetes: "1.35.0", schema: Some("1.12") },
    Talos { minor: "1.13", machinery: &["1.13.9"], newer: &[], kubernetes: "1.36.0", schema: Some("1.13") },
    // The tables of hnet were read from the first candidate.
    Talos {
        minor: "1.14",
        machinery: &["1.14.0-rc.1", "1.14.0-alpha.2"],
        newer: &[
            "DHCPv4Config.ignoreRoutes",
            "EtcFileConfig",
            "KernelModuleConfig",
            "KubeCoreDNSConfig",
            "KubeNodeConfig",
            "KubePrismConfig",
            "KubeStaticPodConfig",
            "KubeTalosAPIAccessConfig",
            "KubeletConfig",
            "UdevRulesConfig",
            "UnattendedInstallConfig",
        ],
        kubernetes: "1.37.0",
        schema: Some("1.14"),
    },
];

/// The oldest and the newest version that is released.
pub(crate) fn ends(place: &Place) -> Result<(), String> {
    let released = || TALOS.iter().filter(|version| !version.machinery[0].contains('-'));
    each(place, released().take(1).chain(released().next_back()))
}

pub(crate) fn all(place: &Place) -> Result<(), String> {
    each(place, &TALOS)
}

fn each<'t>(place: &Place, versions: impl IntoIterator<Item = &'t Talos>) -> Result<(), String> {
    if !has_go(place)? {
        return Ok(());
    }
    let mut failed = Vec::new();
    for version in versions {
        if let Err(message) = one(place, version) {
            failed.push(format!("Talos {}: {message}", version.minor));
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n")) }
}

fn one(place: &Place, version: &Talos) -> Result<(), String> {
    let Some((release, program)) = program(place, version)? else {
        return place.without(&format!("the machinery of Talos {}", version.machinery.join(", "))).map(drop);
    };
    let is_earlier = release != version.machinery[0];
    let newer = if is_earlier { version.newer } else { &[] };
    if is_earlier {
        let best = version.machinery[0];
        let without = if newer.is_empty() { String::new() } else { format!(", without {}", newer.join(", ")) };
        place.tell(format!("Talos {release} was tried in the place of {best}{without}"));
    }
    let folder = place.work.join(format!("written-{}", version.minor));
    written(place, &folder, &[version.minor, version.kubernetes])?;
    // A source may put its machines elsewhere, where the program does not look.
    let is_read = |out: &PathBuf| {
        let is_machines = out.join("talos/talconfig.yaml").is_file() && out.join("talos/machines").is_dir();
        is_machines || out.join("talos/topf.yaml").is_file()
    };
    let all: Vec<PathBuf> = folders(&folder)?.into_iter().filter(is_read).collect();
    let filled = filled(all.clone())?;
    say(&format!("Talos {release}, {} of {} networks", filled.len(), all.len()));
    for out in all.iter().filter(|out| !filled.contains(out)) {
        say(&format!("left out, since its machines wait for what placeholders stand for: {}", out.display()));
    }
    let whole = place.work.join(format!("whole-{}", version.minor));
    emptied(&whole).map_err(|error| format!("cannot make `{}`: {error}", whole.display()))?;
    let mut whole_to = std::ffi::OsString::from("-whole=");
    whole_to.push(&whole);
    succeed(Command::new(&program).arg(format!("-without={}", newer.join(","))).arg(whole_to).args(filled))?;
    match version.schema {
        // What such a release generates is not yet what the schema describes.
        Some(release) if !newer.is_empty() => by_schema(place, "--patches", release, &folder),
        Some(release) => by_schema(place, "--whole", release, &whole),
        None => Ok(()),
    }
}

/// Makes a folder that holds nothing.
fn emptied(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs::create_dir_all(folder)
}

/// What the schema of a version says of whole configurations, or of what is laid over generated ones.
fn by_schema(place: &Place, mode: &str, release: &str, folder: &Path) -> Result<(), String> {
    let (python, schemas) = (python(place), place.shared.join("schemas/talos"));
    let mut has = Command::new(&python);
    has.args(["-c", "import jsonschema, yaml"]).stdout(Stdio::null()).stderr(Stdio::null());
    if !has.status().is_ok_and(|status| status.success()) {
        return place.without("Python's jsonschema and PyYAML").map(drop);
    }
    if !schemas.is_dir() {
        return place.without(&schemas.display().to_string()).map(drop);
    }
    let script = place.root.join(".ci/talos_schema.py");
    succeed(Command::new(python).arg(script).arg(mode).arg(schemas).arg(release).arg(folder))
}

/// The outputs whose machines are as Talos gets them: nothing in them waits for whoever fills placeholders in.
fn filled(outs: Vec<PathBuf>) -> Result<Vec<PathBuf>, String> {
    let mut filled = Vec::new();
    for out in outs {
        if !waits(&out).map_err(|error| format!("cannot read the machines of `{}`: {error}", out.display()))? {
            filled.push(out);
        }
    }
    match filled.as_slice() {
        [] => Err("no network is left whose machines Talos could read".to_owned()),
        _ => Ok(filled),
    }
}

/// Whether a text has a placeholder. Those of secrets the program fills in itself.
fn has_placeholder(text: &str) -> bool {
    let is_secret = |line: &str| {
        let field = line.trim_start().trim_start_matches("- ");
        ["privateKey: ", "presharedKey: ", "passphrase: "].into_iter().any(|key| field.starts_with(key))
    };
    text.lines().any(|line| line.contains("${") && !is_secret(line))
}

/// Whether a machine of an output has a placeholder.
fn waits(out: &Path) -> io::Result<bool> {
    fn waits_in(folder: &Path) -> io::Result<bool> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if if path.is_dir() { waits_in(&path)? } else { has_placeholder(&fs::read_to_string(&path)?) } {
                return Ok(true);
            }
        }
        Ok(false)
    }
    // talhelper fills them in itself, so in its file they wait for nobody else; what is for topf and holds some is a template,
    // which the program fills in.
    let folders = ["machines", "all", "control-plane", "worker", "node"].map(|name| out.join("talos").join(name));
    if !folders.iter().any(|folder| folder.is_dir()) {
        return Err(io::ErrorKind::NotFound.into());
    }
    let [machines, ..] = &folders;
    Ok(machines.is_dir() && waits_in(machines)?)
}

/// The program that is built with the first release of a version that can be had; none where there is none.
fn program<'t>(place: &Place, version: &'t Talos) -> Result<Option<(&'t str, PathBuf)>, String> {
    let main = place.root.join(".ci/talos/main.go");
    for release in version.machinery {
        let work = place.work.join(format!("talos-{release}"));
        fs::create_dir_all(&work).map_err(|error| format!("cannot make `{}`: {error}", work.display()))?;
        // `go mod tidy` adds to it, and takes a while.
        if !work.join("go.sum").is_file() {
            if !is_served(&work, release) {
                continue;
            }
            copy(&main, &work.join("main.go"))?;
            let module = format!(
                "module hnet/talos\n\ngo 1.24\n\nrequire github.com/siderolabs/talos/pkg/machinery v{release}\n"
            );
            write(&work.join("go.mod"), &module)?;
            succeed(Command::new("go").args(["mod", "tidy"]).current_dir(&work))?;
        }
        copy(&main, &work.join("main.go"))?;
        let program = work.join("talos");
        succeed(Command::new("go").args(["build", "-o"]).arg(&program).arg(".").current_dir(&work))?;
        return Ok(Some((release, program)));
    }
    Ok(None)
}

/// Whether the module proxy has a release, with its checksum.
fn is_served(folder: &Path, release: &str) -> bool {
    let module = format!("github.com/siderolabs/talos/pkg/machinery@v{release}");
    let mut go = Command::new("go");
    go.args(["mod", "download", &module]).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
    go.status().is_ok_and(|status| status.success())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::{env, fs, process};

    use super::filled;

    /// Outputs of one machine each, by what it says; removed when the test ends.
    struct Outputs {
        root: PathBuf,
        all: Vec<PathBuf>,
    }

    impl Outputs {
        fn new(name: &str, machines: &[&str]) -> Self {
            let root = env::temp_dir().join(format!("hnet-xtask-{name}-{}", process::id()));
            let out = |(at, text): (usize, &&str)| {
                let out = root.join(at.to_string());
                fs::create_dir_all(out.join("talos/machines")).unwrap();
                fs::write(out.join("talos/machines/cp-1.yaml"), text).unwrap();
                out
            };
            let all = machines.iter().enumerate().map(out).collect();
            Outputs { root, all }
        }
    }

    impl Drop for Outputs {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.root);
        }
    }

    #[test]
    fn only_what_waits_for_a_placeholder_is_left_out() {
        let outputs = Outputs::new("some", &["a: ${B}\n", "a: b\n"]);
        assert!(!super::has_placeholder("  privateKey: ${KEY}\n"));
        assert_eq!(filled(outputs.all.clone()), Ok(vec![outputs.all[1].clone()]));
    }

    #[test]
    fn nothing_to_read_is_a_fault() {
        assert!(filled(Outputs::new("none", &["a: ${B}\n"]).all.clone()).is_err());
        assert!(filled(Vec::new()).is_err());
    }

    #[test]
    fn what_cannot_be_read_is_a_fault() {
        assert!(filled(vec![PathBuf::from("/there/is/none")]).is_err());
    }
}
