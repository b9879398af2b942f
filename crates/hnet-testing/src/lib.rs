//! The case runner: Markdown pages whose code blocks are sources, what they must raise and what
//! they must come out as.
//!
//! At most 500 lines, ever: what it cannot say in them is said by a plain test. The form of the
//! pages is described in `tests/README.md`. Start at [`run_page`]; what holds for every source,
//! asked or not, is in [`always`].
#![expect(clippy::disallowed_methods, reason = "the runner reads cases and blesses them")]

pub mod always;
mod case;
pub mod page;

use std::path::{Path, PathBuf};
use std::{env, fs};

pub use case::{projects, run_page};

/// Whether expected blocks are rewritten (`HNET_BLESS=1`) instead of compared.
#[must_use]
pub fn blessing() -> bool {
    env::var("HNET_BLESS").is_ok_and(|value| value == "1")
}

/// The root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the workspace is where it was built")
}

/// All files below a folder whose name ends so, in order; none where there is no such folder.
#[must_use]
pub fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for path in fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Runs something on each page and fails with all that went wrong, so that one run shows it all.
///
/// # Panics
/// When a page fails, or there is none: a folder that moved would otherwise be a test that cannot fail.
pub fn run_all(pages: &[PathBuf], run: impl Fn(&Path) -> Vec<String>) {
    assert!(!pages.is_empty(), "there is nothing to run");
    let failures: Vec<String> = pages.iter().flat_map(|page| run(page)).collect();
    assert!(failures.is_empty(), "{} failures\n\n{}", failures.len(), failures.join("\n\n"));
}

/// The first line that differs, with both sides; none where the texts are equal.
#[must_use]
pub fn difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let shown = |side: Option<&str>| side.map_or_else(|| "(the end)".to_owned(), |text| format!("{text:?}"));
    let (mut left, mut right) = (expected.split_inclusive('\n'), found.split_inclusive('\n'));
    (1..)
        .map(|line| (line, left.next(), right.next()))
        .find(|(_, a, b)| a != b)
        .map(|(line, a, b)| format!("line {line}\n  expected {}\n  found    {}", shown(a), shown(b)))
}
