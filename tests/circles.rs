//! No circle between files of different folders: a reader who follows what a file uses comes to an end.
//!
//! Read from the sources: the paths that a file names, `crate::…`, `super::…`, and in a `mod.rs` or `lib.rs` those of
//! its own modules. A macro's `$crate` names nothing here. Start at [`Files::uses`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use hnet_testing::{files, root};

/// The files of a crate by the modules that they are, as `names::scope`; the root is the empty path.
struct Files {
    of_module: BTreeMap<Vec<String>, String>,
    texts: BTreeMap<Vec<String>, String>,
}

impl Files {
    fn of(name: &str) -> Self {
        let source = root().join("crates").join(name).join("src");
        let mut read = Files { of_module: BTreeMap::new(), texts: BTreeMap::new() };
        for path in files(&source, ".rs") {
            let relative = path.strip_prefix(&source).expect("it was found below").to_string_lossy().into_owned();
            let mut module: Vec<String> = relative.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
            if ["mod", "lib", "main"].contains(&module.last().expect("a file has a name").as_str()) {
                module.pop();
            }
            let text = fs::read_to_string(&path).expect("the source was listed just now");
            // What only tests use makes no circle that a reader meets.
            let text = text.split("\n#[cfg(test)]\nmod").next().unwrap_or_default().to_owned();
            if !relative.ends_with("tests.rs") {
                read.texts.insert(module.clone(), text);
                read.of_module.insert(module, relative);
            }
        }
        read
    }

    /// The module of which a path names something: the longest part of the path that is one.
    fn named(&self, mut path: Vec<String>) -> Vec<String> {
        while !self.of_module.contains_key(&path) {
            path.pop();
        }
        path
    }

    /// The modules of which a module uses something.
    fn uses(&self, module: &[String]) -> BTreeSet<Vec<String>> {
        let mut used = BTreeSet::new();
        for line in self.texts[module].lines() {
            let code = line.split("//").next().unwrap_or_default();
            let mut rest = code;
            while let Some(at) = ["crate::", "super::"].iter().filter_map(|word| rest.find(word)).min() {
                let before = rest[..at].chars().next_back();
                let mut path = module.to_vec();
                let mut tail = &rest[at..];
                if let Some(behind) = tail.strip_prefix("crate::") {
                    (path, tail) = (Vec::new(), behind);
                }
                while let Some(behind) = tail.strip_prefix("super::") {
                    path.pop();
                    tail = behind;
                }
                path.extend(segments(tail));
                if !before.is_some_and(|sign| sign == '$' || sign.is_alphanumeric() || sign == '_') {
                    used.insert(self.named(path));
                }
                rest = tail;
            }
            // A parent names its modules without `crate::`.
            let own = code.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            if let Some(path) = own.strip_prefix("use ") {
                let path: Vec<String> = module.iter().cloned().chain(segments(path)).collect();
                let found = self.named(path);
                if found.len() > module.len() {
                    used.insert(found);
                }
            }
        }
        used.remove(module);
        used
    }
}

fn segments(path: &str) -> Vec<String> {
    let is_name = |text: &&str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit())
    };
    path.split("::").map(|part| part.trim_end_matches([';', ',', ' '])).take_while(is_name).map(str::to_owned).collect()
}

/// All modules that one leads to.
fn reached(from: &[String], uses: &BTreeMap<Vec<String>, BTreeSet<Vec<String>>>) -> BTreeSet<Vec<String>> {
    let mut open = vec![from.to_vec()];
    let mut seen = BTreeSet::new();
    while let Some(module) = open.pop() {
        for next in &uses[&module] {
            if seen.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    seen
}

fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The pairs of files of different folders that lead to each other.
fn circles(name: &str) -> Vec<String> {
    let files = Files::of(name);
    let uses: BTreeMap<_, _> = files.texts.keys().map(|module| (module.clone(), files.uses(module))).collect();
    let reach: BTreeMap<_, _> = uses.keys().map(|module| (module, reached(module, &uses))).collect();
    let mut found = Vec::new();
    for (one, used) in &uses {
        for other in used {
            let (here, there) = (&files.of_module[one], &files.of_module[other]);
            if folder(here) != folder(there) && reach[other].contains(one) {
                found.push(format!("{name}: {here} uses {there}, which leads back to it"));
            }
        }
    }
    found
}

#[test]
fn no_circle_leads_through_several_folders() {
    let crates = root().join("crates");
    let names = fs::read_dir(crates).expect("the crates").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    let found: Vec<String> = names.iter().flat_map(|name| circles(name)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
