//! Writes what fuzzing starts from: all sources of the project as seeds, and the vocabulary as a dictionary.
//!
//! `cargo run --package hnet-testing --example seeds`; `cargo xtask fuzz` runs it.
#![expect(clippy::disallowed_methods, reason = "a program that reads the project's own sources and writes files")]

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use hnet_check::VOCABULARY;
use hnet_testing::{files, page, root};

fn main() -> io::Result<()> {
    let folder = root().join("tests/fuzz");
    let seeds = seeds();
    for target in ["syntax", "compile", "server"] {
        write_seeds(&folder.join("corpus").join(target), target, &seeds)?;
    }
    fs::write(folder.join("vocabulary.dict"), dictionary())
}

/// All sources: the examples, the cases, the pages of the diagnostics, what is broken on purpose.
fn seeds() -> BTreeSet<String> {
    let root = root();
    let mut seeds = BTreeSet::new();
    for folder in ["examples", "tests", "web/lessons"] {
        seeds.extend(files(&root.join(folder), ".hnet").iter().filter_map(|path| fs::read_to_string(path).ok()));
    }
    for folder in ["tests/cases", "crates/hnet-diagnostics/explain", "grammar"] {
        for text in files(&root.join(folder), ".md").iter().filter_map(|path| fs::read_to_string(path).ok()) {
            let blocks = page::blocks(&text).into_iter().filter(|block| block.language == "hnet");
            seeds.extend(blocks.map(|block| block.text));
        }
    }
    seeds
}

fn write_seeds(folder: &Path, target: &str, seeds: &BTreeSet<String>) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    for (at, seed) in seeds.iter().enumerate() {
        let mut bytes = seed.clone().into_bytes();
        if target == "server" {
            // Each method once, at places all over the text.
            bytes.push(0);
            bytes.extend((0..16_u8).flat_map(|method| [method, method * 2, method * 3]));
        }
        fs::write(folder.join(format!("seed-{at}")), bytes)?;
    }
    Ok(())
}

/// The words of the vocabulary and of its closed lists, and the brackets, in the form that libFuzzer reads.
fn dictionary() -> String {
    let mut words: BTreeSet<String> =
        ["<", ">", ";", ",", "\\\"\\\"\\\"", "${X}", "lan[1]", "lan[1-9]", "10.0.0.0/24"].map(str::to_owned).into();
    for kind in VOCABULARY.kinds() {
        kind.walk(&mut |_, kind| {
            words.insert(kind.keyword.to_owned());
            words.extend(kind.fields.iter().map(|field| field.keyword.to_owned()));
        });
    }
    words.iter().map(|word| format!("\"{word} \"\n")).collect()
}
