//! The parser for tree-sitter, from its grammar.
//!
//! The generator is an example of the grammar's own package: one of its dependencies changes how serde_json orders keys
//! in everything that is built with it. `parser.c` begins with a stamp of the grammar that it was made from, so that a
//! test without the generator sees whether it is current.
#![expect(clippy::disallowed_methods, reason = "a front end knows where temporary files go and reads them")]

use std::fmt::Write as _;
use std::process::Command;
use std::{env, fs, process};

use sha2::{Digest, Sha256};

/// The grammar, from the root of the project.
pub const GRAMMAR: &str = "grammar/tree-sitter/src/grammar.json";

/// The parser, from the root of the project.
pub const PARSER: &str = "grammar/tree-sitter/src/parser.c";

/// What the generator makes.
const MADE: &[&str] =
    &["parser.c", "node-types.json", "tree_sitter/parser.h", "tree_sitter/alloc.h", "tree_sitter/array.h"];

/// The first line of the parser that a grammar comes out as.
#[must_use]
pub fn stamp(grammar: &str) -> String {
    let mut hash = String::new();
    for byte in Sha256::digest(grammar) {
        // Writing into a text never fails.
        let _ = write!(hash, "{byte:02x}");
    }
    format!("/* Made by `cargo xtask editors` from the grammar.json with SHA-256 {hash}. */\n")
}

/// The parser and what it includes: paths from the root of the project, and texts.
pub(super) fn files() -> Result<Vec<(String, String)>, String> {
    let read = |path: &std::path::Path| {
        fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
    };
    let stamp = stamp(&read(&super::root().join(GRAMMAR))?);
    let made = env::temp_dir().join(format!("hnet-parser-{}", process::id()));
    let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.args(["run", "--quiet", "--locked", "--manifest-path", "grammar/tree-sitter/Cargo.toml"]);
    command.args(["--example", "generate", "--"]).arg(&made).current_dir(super::root());
    match command.status() {
        Ok(status) if status.success() => {}
        Ok(_) => return Err(format!("no parser can be made from `{GRAMMAR}`")),
        Err(error) => return Err(format!("cannot run cargo: {error}")),
    }
    let mut files = Vec::new();
    for name in MADE {
        let text = read(&made.join(name))?;
        let text = if *name == "parser.c" { format!("{stamp}{text}") } else { text };
        files.push((format!("grammar/tree-sitter/src/{name}"), text));
    }
    // What is left behind in the folder for such files does no harm.
    let _ = fs::remove_dir_all(&made);
    Ok(files)
}
