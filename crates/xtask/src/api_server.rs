//! A real API server on loopback, to which the examples are applied twice. Start at [`run`].

#![expect(clippy::disallowed_methods, reason = "a front end reads its environment and starts programs")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::consumers::{Place, has_go, outputs, python, read, runs, say, succeed};

/// What the examples say for services; the server must give out addresses of the same range.
const SERVICES: &str = "10.43.0.0/16";

/// Builds etcd and the API server once, starts them, applies what the examples come out as as Argo CD does, and
/// stops them. The second time must change nothing.
pub(crate) fn run(place: &Place) -> Result<(), String> {
    let tools = place.shared.join("tools/api-server");
    if !tools.join("up.sh").is_file() {
        return place.without(&tools.display().to_string()).map(drop);
    }
    if !has_go(place)? || !runs("kubectl", &["version", "--client"]) && !place.without("kubectl")? {
        return Ok(());
    }
    let python = python(place);
    if !runs(&python.to_string_lossy(), &["-c", "import yaml"]) && !place.without("PyYAML")? {
        return Ok(());
    }
    let (binaries, state) = (place.work.join("api-server"), place.work.join("api-server-state"));
    succeed(Command::new(tools.join("build.sh")).arg(&binaries))?;
    let started = succeed(Command::new(tools.join("up.sh")).arg(&state).arg(SERVICES).env("BIN", &binaries));
    let applied = started.and_then(|()| apply(place, &tools, &python, &state));
    let stopped = succeed(Command::new(tools.join("down.sh")).arg(&state));
    applied.and(stopped)
}

fn apply(place: &Place, tools: &Path, python: &Path, state: &Path) -> Result<(), String> {
    let configuration = state.join("kubeconfig");
    let kinds = state.join("kinds.yaml");
    let file = File::create(&kinds).map_err(|error| format!("cannot write `{}`: {error}", kinds.display()))?;
    succeed(Command::new(python).arg(tools.join("crds.py")).stdout(file))?;
    let kubectl = || {
        let mut command = Command::new("kubectl");
        command.arg("--kubeconfig").arg(&configuration).stdout(Stdio::null());
        command
    };
    succeed(kubectl().args(["apply", "--server-side", "-f"]).arg(&kinds))?;
    succeed(kubectl().args(["wait", "--for=condition=Established", "--timeout=60s", "crd", "--all"]))?;
    let outs = outputs(place)?;
    // Those of applications are not hnet's, so that they are there before.
    let mut namespaces = BTreeSet::new();
    outs.iter().try_for_each(|out| find_namespaces(out, &mut namespaces))?;
    for name in &namespaces {
        let found = kubectl().args(["get", "namespace", name]).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            succeed(kubectl().args(["create", "namespace", name]))?;
        }
    }
    // The definition of gateways has a status that the server stores with the second write, so what changes nothing
    // is known only once all of it was written twice.
    let mut twice = Command::new(python);
    twice.arg(tools.join("apply_twice.py")).arg(&configuration).args(&outs).stderr(Stdio::inherit());
    for is_settled in [false, true] {
        let output = twice.output().map_err(|error| format!("cannot run {twice:?}: {error}"))?;
        let text = String::from_utf8_lossy(&output.stdout);
        say(text.trim_end());
        if !output.status.success() {
            return Err(format!("{twice:?} failed"));
        }
        judge(&text, outs.len(), is_settled)?;
    }
    Ok(())
}

/// The namespaces that objects of a folder name.
fn find_namespaces(folder: &Path, found: &mut BTreeSet<String>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read `{}`: {error}", folder.display()))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.is_dir() {
            find_namespaces(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = read(&path)?;
            let names = text.lines().filter_map(|line| line.trim_start().strip_prefix("namespace: "));
            found.extend(names.map(|name| name.trim_matches('"').to_owned()));
        }
    }
    Ok(())
}

/// What `apply_twice.py` says of so many folders: nothing refused or warned of, no difference, and once all is settled
/// nothing that the second time wrote, but for gateways before that.
fn judge(text: &str, folders: usize, is_settled: bool) -> Result<(), String> {
    let is_bad = |line: &&str| {
        let line = line.trim_start();
        let refused = line.starts_with('!') || line.starts_with("NOT LIVE") || line.contains(" NS ");
        let applied = line.split_once("apply rc ").is_some_and(|(_, status)| !status.starts_with('0'));
        let changed = written_again(line).any(|object| is_settled || !object.starts_with("'Gateway'"));
        let differs = line.split_once("--server-side rc ").is_some_and(|(_, rest)| rest.trim() != "0");
        refused || applied || changed || differs
    };
    let bad: Vec<&str> = text.lines().filter(is_bad).collect();
    let done = text.lines().filter(|line| line.contains("second apply rc 0 changed: [")).count();
    if !bad.is_empty() {
        return Err(bad.join("\n"));
    }
    if done == folders { Ok(()) } else { Err(format!("{done} of {folders} folders were applied twice")) }
}

/// The objects that a line says were written the second time, as `'Kind', 'namespace', 'name'`.
fn written_again(line: &str) -> impl Iterator<Item = &str> {
    let list = line.split_once("changed: [").map_or("", |(_, list)| list);
    list.split('(').skip(1)
}

#[cfg(test)]
mod tests {
    use super::judge;

    #[test]
    fn only_what_changes_nothing_is_well() {
        let well = "out objects 3 apply rc 0\n   second apply rc 0 changed: []\n   kubectl diff --server-side rc 0  \n";
        assert_eq!(judge(well, 1, true), Ok(()));
        let count = "1 of 2 folders were applied twice".to_owned();
        assert_eq!(judge(well, 2, true), Err(count));
        for (from, to) in [
            ("objects 3 apply rc 0", "objects 3 apply rc 1"),
            ("second apply rc 0 changed", "second apply rc 1 changed"),
            ("changed: []", "changed: [('Service', 'a', 'b')]"),
            ("--server-side rc 0", "--server-side rc 1"),
            ("   second", "   ! Warning: deprecated\n   second"),
            ("   second", "   NOT LIVE ('Service', 'a', 'b')\n   second"),
        ] {
            assert!(judge(&well.replace(from, to), 1, true).is_err(), "{to}");
        }
        let again = |objects| judge(&well.replace("changed: []", objects), 1, false);
        assert_eq!(again("changed: [('Gateway', 'a', 'b'), ('Gateway', 'a', 'c')]"), Ok(()));
        assert!(again("changed: [('Gateway', 'a', 'b'), ('Service', 'a', 'c')]").is_err());
    }
}
