//! `cargo xtask`: the project's own automation.
//!
//! `cargo xtask book` writes the pages of the book, for the site that `web/` makes of them;
//! `cargo xtask generate --nodes N --routes M [-o FILE]` writes a network of that size;
//! `cargo xtask consumers [--quick | PART…]` lets the programs that read what hnet writes read it;
//! `cargo xtask corpus FOLDER [PART…] [PATH…]` says what hnet makes of configurations that people run;
//! `cargo xtask editors [--check]` writes what editors know of the language, from the vocabulary and the grammar;
//! `cargo xtask fuzz [SECONDS]` fuzzes all targets, two minutes unless told;
//! `cargo xtask wasm` builds the compiler for the browser, and `cargo xtask playground` the page with
//! it, which it serves on this machine; `cargo xtask secrets FILE` takes the patterns of secrets anew from
//! the rules of gitleaks, and `cargo xtask schemas [--check] FOLDER` the tables of fields from the schemas of
//! those who read what hnet writes; `cargo xtask release [--quick]` makes everything that a release ships.
#![expect(clippy::disallowed_methods, reason = "a front end reads its command line and writes files")]

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

const USAGE: &str = "usage: cargo xtask book
       cargo xtask generate --nodes N --routes M [-o FILE]
       cargo xtask consumers [--quick | PART...]
       cargo xtask corpus FOLDER [PART...] [PATH...]
       cargo xtask editors [--check]
       cargo xtask fuzz [SECONDS]
       cargo xtask wasm
       cargo xtask playground
       cargo xtask secrets GITLEAKS.TOML
       cargo xtask schemas [--check] FOLDER
       cargo xtask release [--quick]";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(io::stderr(), "error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    match arguments.split_first().map(|(first, rest)| (first.as_str(), rest)) {
        Some(("book", [])) => xtask::book::run(),
        Some(("generate", rest)) => generate(rest),
        Some(("consumers", parts)) => xtask::consumers::run(parts),
        Some(("corpus", [folder, parts @ ..])) => {
            let (report, faults) = xtask::corpus::run(folder, parts)?;
            io::stdout().write_all(report.as_bytes()).map_err(|error| error.to_string())?;
            if faults == 0 { Ok(()) } else { Err(format!("{faults} of what must not be, see above")) }
        }
        Some(("editors", [])) => xtask::editors::run(false),
        Some(("editors", [flag])) if flag == "--check" => xtask::editors::run(true),
        Some(("fuzz", [])) => xtask::fuzz::run(None),
        Some(("fuzz", [seconds])) => {
            xtask::fuzz::run(Some(seconds.parse().map_err(|_| format!("`{seconds}` is no number of seconds"))?))
        }
        Some(("wasm", [])) => xtask::wasm::build(),
        Some(("bind", [name])) => xtask::wasm::bind(name),
        Some(("playground", [])) => xtask::wasm::playground(),
        Some(("secrets", [rules])) => secrets(rules),
        Some(("schemas", [folder])) => xtask::schemas::run(Path::new(folder), false),
        Some(("schemas", [flag, folder])) if flag == "--check" => xtask::schemas::run(Path::new(folder), true),
        Some(("release", [])) => xtask::release::run(false),
        Some(("release", [flag])) if flag == "--quick" => xtask::release::run(true),
        _ => Err(USAGE.to_owned()),
    }
}

fn secrets(rules: &str) -> Result<(), String> {
    let read = |path: &str| fs::read_to_string(path).map_err(|error| format!("cannot read `{path}`: {error}"));
    let table = xtask::secrets::TABLE;
    let derived = xtask::secrets::derive(&read(table)?, &read(rules)?)?;
    fs::write(table, derived).map_err(|error| format!("cannot write `{table}`: {error}"))
}

fn generate(rest: &[String]) -> Result<(), String> {
    let (mut nodes, mut routes, mut output) = (None, None, None);
    for pair in rest.chunks(2) {
        let [flag, value] = pair else { return Err(USAGE.to_owned()) };
        let number = || value.parse::<usize>().map_err(|_| format!("`{value}` is no number"));
        match flag.as_str() {
            "--nodes" => nodes = Some(number()?),
            "--routes" => routes = Some(number()?),
            "-o" => output = Some(value),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let (Some(nodes), Some(routes)) = (nodes, routes) else { return Err(USAGE.to_owned()) };
    let text = xtask::generate::network(nodes, routes);
    match output {
        Some(path) => fs::write(path, text).map_err(|error| format!("cannot write `{path}`: {error}")),
        None => io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string()),
    }
}
