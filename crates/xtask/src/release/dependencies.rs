//! What a program of the workspace is made of: the crates that it is linked from, as `cargo metadata` knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::work;

/// A crate of somebody's.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Crate {
    pub(super) name: String,
    pub(super) version: String,
    /// What it says about its licence, as an expression of SPDX.
    pub(super) licence: String,
    pub(super) authors: Vec<String>,
    /// Where its sources lie.
    pub(super) folder: PathBuf,
    /// Its hash in the registry, in hexadecimal digits; none of a crate of the workspace.
    pub(super) sha256: Option<String>,
    /// The names and versions of those that it uses.
    pub(super) uses: Vec<(String, String)>,
}

/// The crates that a crate of the workspace is linked from on any system, itself among them, by name and version. What is
/// only used to build or to test it is left out.
pub(super) fn of(root: &str) -> Result<Vec<Crate>, String> {
    let mut command = Command::new("cargo");
    command.args(["metadata", "--locked", "--format-version", "1"]).current_dir(work::root());
    let metadata: Value = serde_json::from_slice(&work::output(&mut command)?).map_err(|error| error.to_string())?;
    let hashes = hashes()?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let packages: BTreeMap<String, Value> =
        list(&metadata["packages"]).into_iter().map(|package| (text(&package["id"]), package)).collect();
    let is_linked = |used: &Value| list(&used["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
    let nodes: BTreeMap<String, Vec<String>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| {
            let used = list(&node["deps"]).into_iter().filter(|used| is_linked(used));
            (text(&node["id"]), used.map(|used| text(&used["pkg"])).collect())
        })
        .collect();
    let start = packages.iter().find(|(_, package)| package["name"] == root).map(|(id, _)| id.clone());
    let mut open = vec![start.ok_or_else(|| format!("there is no crate `{root}`"))?];
    let mut seen: BTreeSet<String> = open.iter().cloned().collect();
    while let Some(id) = open.pop() {
        let new = nodes.get(&id).into_iter().flatten().filter(|used| seen.insert((*used).clone()));
        open.extend(new.cloned());
    }
    let named = |id: &String| (text(&packages[id]["name"]), text(&packages[id]["version"]));
    let mut crates: Vec<Crate> = seen
        .iter()
        .map(|id| {
            let package = &packages[id];
            let (name, version) = named(id);
            let manifest = PathBuf::from(text(&package["manifest_path"]));
            Crate {
                sha256: hashes.get(&(name.clone(), version.clone())).cloned(),
                // What the registry took before there were expressions.
                licence: text(&package["license"]).replace('/', " OR "),
                authors: list(&package["authors"]).iter().map(text).collect(),
                folder: manifest.parent().map(PathBuf::from).unwrap_or_default(),
                uses: nodes.get(id).into_iter().flatten().map(named).collect(),
                name,
                version,
            }
        })
        .collect();
    crates.sort();
    Ok(crates)
}

/// The hashes of `Cargo.lock`, by name and version.
fn hashes() -> Result<BTreeMap<(String, String), String>, String> {
    #[derive(serde::Deserialize)]
    struct Lock {
        package: Vec<Locked>,
    }
    #[derive(serde::Deserialize)]
    struct Locked {
        name: String,
        version: String,
        checksum: Option<String>,
    }
    let text = work::read(&work::root().join("Cargo.lock"))?;
    let lock: Lock = basic_toml::from_slice(&text).map_err(|error| format!("Cargo.lock: {error}"))?;
    let hashed = lock.package.into_iter().filter_map(|one| Some(((one.name, one.version), one.checksum?)));
    Ok(hashed.collect())
}
