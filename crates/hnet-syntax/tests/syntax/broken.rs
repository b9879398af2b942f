//! The half-written files in `tests/broken/`. A comment `#! HN001` in a file marks a line where a
//! finding starts, once for each finding there.

use crate::common::read;

/// The files, each with its name.
#[expect(clippy::disallowed_methods, reason = "a test may read its files")]
fn files() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/broken");
    let entries = std::fs::read_dir(folder).expect("the folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a text"))).collect()
}

#[test]
fn each_mistake_is_one_finding_in_its_line() {
    let files = files();
    assert!(!files.is_empty());
    for (name, text) in &files {
        let found: Vec<(usize, &str)> = read(text)
            .1
            .iter()
            .map(|finding| {
                let place = finding.labels[0].span.range().start;
                (text[..place].matches('\n').count() + 1, finding.code.number)
            })
            .collect();
        let expected: Vec<(usize, &str)> = text
            .lines()
            .enumerate()
            .flat_map(|(line, text)| {
                text.split_once("#! ")
                    .into_iter()
                    .flat_map(|(_, codes)| codes.split(' '))
                    .map(move |code| (line + 1, code))
            })
            .collect();
        let sorted = |mut list: Vec<_>| {
            list.sort();
            list
        };
        assert_eq!(sorted(found), sorted(expected), "{name}");
    }
}

/// Where what is mended still does not close, reading ends at once: each body was read twice, and forty in each other took
/// longer than anybody waits.
#[test]
fn bodies_that_never_close_are_answered() {
    let text = "a <\n".repeat(40)
        + "ho r - {name:: 13}\n  \"    \r - {ndefau}\"\"\"lt-te ame: settings, port\n  \"\"\" ;02&\n, namaredirect-h\n>";
    let (_, found) = read(&text);
    assert!(!found.is_empty());
}
