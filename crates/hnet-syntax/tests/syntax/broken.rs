//! The half-written files in `tests/broken/`. A comment `#! HN001` in a file marks a line where a
//! finding starts, once for each finding there.

use crate::common::read;

macro_rules! files {
    ($($name:literal)+) => {
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../broken/", $name, ".hnet")))),+];
    };
}

files! {
    "block-string"
    "braces"
    "characters"
    "misleading-indentation"
    "missing-bracket"
    "missing-semicolon"
    "pasted-twice"
    "stray-brackets"
    "three-kinds"
    "typing-a-keyword"
    "typing-a-list"
    "unclosed-everything"
    "yaml-habits"
}

#[test]
fn each_mistake_is_one_finding_in_its_line() {
    for (name, text) in FILES {
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
            hnet_collections::sort(&mut list);
            list
        };
        assert_eq!(sorted(found), sorted(expected), "{name}");
    }
}
