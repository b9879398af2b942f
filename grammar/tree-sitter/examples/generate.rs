//! Makes the parser from `src/grammar.json` in a folder that is named; `cargo xtask editors` runs it.

use std::path::Path;
use std::{env, process};

use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

/// What Neovim 0.7 reads as well as the newest.
const INTERFACE: usize = 14;

fn main() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let grammar = here.join("src/grammar.json");
    let folder = env::args().nth(1).expect("the folder to write to is named");
    let optimizations = OptLevel::default();
    let made =
        generate_parser_in_directory(here, Some(folder), Some(grammar), INTERFACE, None, None, true, optimizations);
    if let Err(error) = made {
        eprintln!("error: {error}");
        process::exit(1);
    }
}
