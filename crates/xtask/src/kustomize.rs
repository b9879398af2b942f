//! kubectl's kustomize, which builds every kustomization that hnet writes, with Helm for Cilium's chart. Start at
//! [`run`].
//!
//! The chart itself comes from its publisher, who is not asked here. In its place stands one with the same schema of
//! values and the same defaults, which the folder beside the repository keeps; Helm checks what is written by them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::consumers::{Place, copy, folders, has_go, read, runs, say, succeed, write, written};

/// The release of Helm that is built.
const HELM: &str = "helm.sh/helm/v3/cmd/helm@v3.22.0";

pub(crate) fn run(place: &Place) -> Result<(), String> {
    let schemas = place.shared.join("schemas/kubernetes/cilium");
    if !schemas.is_dir() {
        return place.without(&schemas.display().to_string()).map(drop);
    }
    if !has_go(place)? || !runs("kubectl", &["version", "--client"]) && !place.without("kubectl")? {
        return Ok(());
    }
    let helm = place.work.join("helm");
    if !helm.is_file() {
        succeed(Command::new("go").args(["install", HELM]).env("GOBIN", &place.work))?;
    }
    let folder = place.work.join("written");
    written(place, &folder, &[])?;
    let mut failed = Vec::new();
    let mut untried = BTreeSet::new();
    let mut built = 0;
    for out in folders(&folder)? {
        for path in kustomizations(&out)? {
            if let Some(version) = unknown_chart(&path, &schemas)? {
                untried.insert(version);
                continue;
            }
            if let Err(message) = build(&path, &helm, &schemas) {
                failed.push(format!("{}: {message}", path.display()));
            }
            built += 1;
        }
    }
    for version in untried {
        place.tell(format!(
            "no networks with Cilium {version} were built, since `{}` has no such chart",
            schemas.display()
        ));
    }
    say(&format!("{built} kustomizations, {} problems", failed.len()));
    match (failed.is_empty(), built) {
        (true, 0) => Err("there is no kustomization".to_owned()),
        (true, _) => Ok(()),
        (false, _) => Err(failed.join("\n")),
    }
}

/// The folders with a kustomization that no other one takes in.
fn kustomizations(folder: &Path) -> Result<Vec<PathBuf>, String> {
    if folder.join("kustomization.yaml").is_file() {
        return Ok(vec![folder.to_owned()]);
    }
    let mut found = Vec::new();
    for inner in folders(folder)? {
        found.extend(kustomizations(&inner)?);
    }
    Ok(found)
}

/// The version of Cilium whose chart a kustomization takes and nobody keeps here: cases have some that nobody runs.
fn unknown_chart(path: &Path, schemas: &Path) -> Result<Option<String>, String> {
    let cilium = path.join("cilium");
    if !cilium.join("values.yaml").is_file() {
        return Ok(None);
    }
    let version = version(&cilium)?;
    let is_kept = schemas.join(format!("values.schema-{version}.json")).is_file();
    Ok((!is_kept).then_some(version))
}

/// The version of the chart that a kustomization takes.
fn version(cilium: &Path) -> Result<String, String> {
    let kustomization = read(&cilium.join("kustomization.yaml"))?;
    let mut versions = kustomization.lines().filter_map(|line| line.trim().strip_prefix("version: "));
    Ok(versions.next().map(|version| version.trim_matches('"').to_owned()).unwrap_or_default())
}

fn build(path: &Path, helm: &Path, schemas: &Path) -> Result<(), String> {
    let cilium = path.join("cilium");
    if cilium.join("values.yaml").is_file() {
        chart(&cilium, schemas)?;
    }
    let mut kubectl = Command::new("kubectl");
    kubectl.args(["kustomize", "--enable-helm", "--helm-command"]).arg(helm).arg(path);
    let output = kubectl.stdin(Stdio::null()).output().map_err(|error| format!("cannot run {kubectl:?}: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    // A warning is as good as a refusal: all that is written is meant to be read without one.
    if output.status.success() && said.trim().is_empty() { Ok(()) } else { Err(said.trim().to_owned()) }
}

/// Lays a chart with the real one's schema and defaults where kustomize looks before it fetches one.
fn chart(cilium: &Path, schemas: &Path) -> Result<(), String> {
    let version = version(cilium)?;
    let schema = schemas.join(format!("values.schema-{version}.json"));
    let chart = cilium.join(format!("charts/cilium-{version}/cilium"));
    let templates = chart.join("templates");
    fs::create_dir_all(&templates).map_err(|error| format!("cannot make `{}`: {error}", templates.display()))?;
    write(&chart.join("Chart.yaml"), &format!("apiVersion: v2\nname: cilium\nversion: {version}\n"))?;
    copy(&schema, &chart.join("values.schema.json"))?;
    let defaults = schemas.join(format!("values-{version}.yaml"));
    if defaults.is_file() {
        copy(&defaults, &chart.join("values.yaml"))?;
    }
    let object =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: values\ndata:\n  values: {{ .Values | toJson | quote }}\n";
    write(&templates.join("values.yaml"), object)
}
