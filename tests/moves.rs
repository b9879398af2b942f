//! One source, every version of Talos: what its machines are told means the same in the shape of each.
//!
//! The sources are those of the cases and of the examples that are sound on the version.

use std::collections::BTreeMap;
use std::fs;

use hnet::{Input, Options};
use hnet_compare::Facts;
use hnet_compare::files::{Difference, Documents, Fate, What, in_one_form};
use hnet_manifests::versions::talos::known;
use hnet_testing::{files, projects, root, run_all};

/// What hnet writes of machines for a version; none where that version refuses something of the source.
fn machines(input: &Input, (major, minor): (u32, u32)) -> Option<BTreeMap<String, String>> {
    let mut options = Options::default();
    options.set_talos(&format!("{major}.{minor}")).expect("it is a version");
    let outputs = hnet::compile(input.clone(), &options).outputs?;
    let is_of_machines = |path: &str| path.contains("/machines/") || path.ends_with("talconfig.yaml");
    let files = outputs.files.iter().filter(|(path, _)| is_of_machines(path));
    Some(files.map(|(path, file)| (path.clone(), without_tags(file.text()))).collect())
}

/// A text without the tags of installers, which are the version's.
fn without_tags(text: &str) -> String {
    let line = |line: &str| match line.rsplit_once(":v").filter(|_| line.contains("image: ")) {
        Some((image, _)) => format!("{image}\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

/// What differs between two versions and should not.
fn differing(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> Vec<String> {
    let read = |files: &BTreeMap<String, String>| {
        Documents::read(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
    };
    let (mut before, mut after) = (read(old), read(new));
    in_one_form(&mut before, &mut after);
    let difference = Difference::between(&before, &after, &|_| Fate::Rewritten, &Facts::default());
    let mut found = Vec::new();
    for change in difference.changes.iter().filter(|change| change.what != What::Same) {
        // The arguments of an image stand beside it until 1.11.
        let is_version = |line: &String| {
            ["talosVersion:", "kubernetesVersion:", "machine.install.extraKernelArgs"]
                .iter()
                .any(|own| line.starts_with(own))
        };
        let lines: Vec<String> = change.lines(false).into_iter().filter(|line| !is_version(line)).collect();
        if change.what != What::Changed || !lines.is_empty() {
            found.push(format!("{} {}: {}", change.word(), change.headline(), lines.join("; ")));
        }
    }
    found
}

#[test]
fn machines_are_told_the_same_whatever_talos_they_run() {
    let mut pages = files(&root().join("tests/cases"), ".md");
    pages.extend(files(&root().join("examples"), ".hnet"));
    run_all(&pages, |path| {
        let text = fs::read_to_string(path).expect("the page was listed just now");
        let all = match path.extension().is_some_and(|extension| extension == "md") {
            true => projects(&text),
            false => vec![(1, Input::one("network.hnet", text))],
        };
        let mut found = Vec::new();
        for (line, input) in all {
            let mut earlier: Option<((u32, u32), BTreeMap<String, String>)> = None;
            for version in known() {
                let Some(told) = machines(&input, version).filter(|told| !told.is_empty()) else { continue };
                if let Some((other, old)) = &earlier {
                    let place = format!("{}:{line}, Talos {other:?} and {version:?}", path.display());
                    found.extend(differing(old, &told).into_iter().map(|fault| format!("{place}: {fault}")));
                }
                earlier = Some((version, told));
            }
        }
        found
    });
}
