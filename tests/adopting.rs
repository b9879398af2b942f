//! Guides against what happens: `docs/adopting.md`, whose commands run in small repositories, one of Flux and one of Argo CD, and
//! `docs/ten-minutes.md` and `docs/seen.md`, whose commands run in an empty folder.
//!
//! A block `console in=flux` runs in a copy of `tests/adopting/flux`, whose first commit it is, and a block with `file=PATH
//! in=flux` is written there. Each repository goes through the guide from its beginning to its end, so what a command says
//! follows from those before it. `HNET_BLESS=1` rewrites the output.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use hnet_testing::{blessing, difference, files, page, root};

/// What git asks for, and no settings of whoever runs the test.
const GIT: [(&str, &str); 8] = [
    ("GIT_CONFIG_GLOBAL", "/dev/null"),
    ("GIT_CONFIG_NOSYSTEM", "1"),
    ("GIT_AUTHOR_NAME", "me"),
    ("GIT_AUTHOR_EMAIL", "me@example.com"),
    ("GIT_COMMITTER_NAME", "me"),
    ("GIT_COMMITTER_EMAIL", "me@example.com"),
    ("GIT_PAGER", "cat"),
    ("LC_ALL", "C"),
];

fn run(command: &str, folder: &Path) -> String {
    crate::console::run(command, folder, Path::new(env!("CARGO_BIN_EXE_hnet")), &GIT)
}

/// A repository that holds the files of a folder, all in one commit.
fn repository(name: &str, folder: &Path) -> PathBuf {
    let fixture = root().join("tests/adopting").join(name);
    let repository = folder.join(name);
    for path in files(&fixture, "") {
        let copy = repository.join(path.strip_prefix(&fixture).expect("it was found below"));
        fs::create_dir_all(copy.parent().expect("a file has a folder")).expect("a temporary folder");
        fs::copy(&path, copy).expect("a temporary file");
    }
    let done =
        run("$ git init -q -b main && git add -A && git commit -qm 'As it is' && git status --short", &repository);
    assert_eq!(done.lines().count(), 1, "{done}");
    repository
}

/// Runs the commands of a guide, block by block, and writes its files. `folder` says where those of a name run, which is that
/// behind `in=`; the number of blocks that ran comes back.
fn follow(guide: &str, mut folder: impl FnMut(&str) -> PathBuf) -> usize {
    let path = root().join(guide);
    let text = fs::read_to_string(&path).expect("the guide is there");
    let (mut failures, mut changes, mut count) = (Vec::new(), Vec::new(), 0);
    for block in page::blocks(&text) {
        let name = block.value("in").unwrap_or_default();
        if let Some(file) = block.value("file") {
            fs::write(folder(name).join(file), &block.text).expect("a temporary file");
        } else if block.language == "console" {
            count += 1;
            let found = run(&block.text, &folder(name));
            let Some(difference) = difference(&block.text, &found) else { continue };
            if blessing() {
                changes.push((block.range.clone(), found));
            } else {
                failures.push(format!("{}:{} {}\n{difference}", path.display(), block.line, block.heading));
            }
        } else {
            assert!(name.is_empty(), "line {}", block.line);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    if blessing() && !changes.is_empty() {
        fs::write(&path, page::replace(&text, changes)).expect("the guide can be blessed");
    }
    count
}

#[test]
fn the_guide_says_what_happens() {
    let base = env::temp_dir().join(format!("hnet-adopting-{}", std::process::id()));
    let mut repositories: BTreeMap<String, PathBuf> = BTreeMap::new();
    let count = follow("docs/adopting.md", |name| {
        assert!(!name.is_empty(), "a command says where it runs");
        repositories.entry(name.to_owned()).or_insert_with(|| repository(name, &base)).clone()
    });
    fs::remove_dir_all(&base).expect("the temporary folder is still there");
    assert!(count > 0 && repositories.contains_key("flux") && repositories.contains_key("argocd"), "{count}");
}

#[test]
fn what_begins_with_nothing_says_what_happens() {
    for (guide, least) in [("docs/ten-minutes.md", 6), ("docs/seen.md", 3)] {
        let base = env::temp_dir().join(format!("hnet-guide-{}", std::process::id()));
        fs::create_dir_all(&base).expect("a temporary folder");
        let count = follow(guide, |_| base.clone());
        fs::remove_dir_all(&base).expect("the temporary folder is still there");
        assert!(count >= least, "{guide}: {count}");
    }
}
