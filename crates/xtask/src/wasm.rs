//! `cargo xtask wasm` and `cargo xtask playground`: the compiler for the browser, and the page with it.
//!
//! What writes the JavaScript around the module is a library behind the feature `bindgen`, so that
//! the ordinary build does not carry it. Start at [`build`] and [`playground`].
#![expect(clippy::disallowed_methods, reason = "a front end reads its environment and the files that it built")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

const TARGET: &str = "wasm32-unknown-unknown";

/// The modules by their names, each with the feature of `hnet-wasm` that it is: the page's own, and the one that it fetches
/// when somebody imports.
const MODULES: [(&str, &str); 2] = [("hnet_wasm", "server"), ("hnet_import", "import")];

/// A standard library that is built with the modules, for size: the one that comes with the compiler is built for speed.
const OWN_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// A panic ends an instance without a word. What would be said of each place is 28 kB; the page says that the compiler
/// was started again, and where it stopped the command line says of the same text.
const SILENT_PANICS: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/// The root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn say(line: &str) {
    // Where standard output is closed there is nobody to tell.
    let _ = writeln!(io::stdout(), "{line}");
}

fn cargo() -> Command {
    let mut command = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(root());
    command
}

fn run(what: &str, command: &mut Command) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{what} failed: {status}")),
        Err(error) => Err(format!("{what} cannot be started: {error}")),
    }
}

/// Builds the modules and the JavaScript around them into `web/wasm`, where it can with a standard library of their own.
///
/// # Errors
/// When something that it needs is missing, or the build fails.
pub fn build() -> Result<(), String> {
    require_target()?;
    let with_own_std = can_build_std();
    if !with_own_std {
        say(
            "without the sources of the standard library the modules are a tenth larger: rustup component add rust-src",
        );
    }
    for (name, feature) in MODULES {
        let built = ["build", "--locked", "--package", "hnet-wasm", "--target", TARGET];
        let kind = ["--profile", "wasm", "--no-default-features", "--features", feature];
        let mut command = cargo();
        command.args(built).args(kind);
        if with_own_std {
            let asked = env::var("RUSTFLAGS").unwrap_or_default();
            let flags = asked.split_whitespace().chain(SILENT_PANICS).collect::<Vec<_>>().join(" ");
            command.args(OWN_STD).env("RUSTFLAGS", flags).env("RUSTC_BOOTSTRAP", "1");
        }
        run(&format!("building {name}"), &mut command)?;
        // This program may have been built without the feature; the one with it does the rest.
        let bind = ["run", "--quiet", "--locked", "--package", "xtask", "--features", "bindgen", "--", "bind", name];
        run(&format!("binding {name}"), cargo().args(bind))?;
        weigh(name)?;
    }
    Ok(())
}

fn rustc() -> Command {
    let mut command = Command::new(env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()));
    command.current_dir(root());
    command
}

/// Whether the sources of the standard library are there, and the compiler is one that can leave words about panics out.
fn can_build_std() -> bool {
    let Ok(answer) = rustc().args(["--print", "sysroot"]).output() else { return false };
    let sysroot = PathBuf::from(String::from_utf8_lossy(&answer.stdout).trim());
    let mut asked = rustc();
    asked.args(SILENT_PANICS).args(["--print", "cfg", "--target", TARGET]).env("RUSTC_BOOTSTRAP", "1");
    sysroot.join("lib/rustlib/src/rust/library/Cargo.lock").is_file()
        && asked.output().is_ok_and(|answer| answer.status.success())
}

/// Says how to get the target where it is missing.
fn require_target() -> Result<(), String> {
    let answer = rustc().args(["--print", "target-libdir", "--target", TARGET]).output();
    let folder = answer.map_err(|error| format!("`rustc` cannot be started: {error}"))?.stdout;
    let folder = PathBuf::from(String::from_utf8_lossy(&folder).trim());
    let is_library = |name: &str| name.starts_with("libstd-") && name.ends_with(".rlib");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    if entries.map(|entry| entry.file_name()).any(|name| is_library(&name.to_string_lossy())) {
        return Ok(());
    }
    Err(format!("the target {TARGET} is missing\nhelp: rustup target add {TARGET}"))
}

/// Writes the module that was built last and the JavaScript around it, under a name.
///
/// # Errors
/// When there is no module, or this program was built without the feature `bindgen`.
#[cfg(feature = "bindgen")]
pub fn bind(name: &str) -> Result<(), String> {
    let target = env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), PathBuf::from);
    let module = target.join(TARGET).join("wasm/hnet_wasm.wasm");
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    // The names of functions are a fifth of the module.
    bindgen
        .input_path(&module)
        .out_name(name)
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true);
    let bound = bindgen.web(true).and_then(|bindgen| bindgen.generate(root().join("web/wasm")));
    bound.map_err(|error| format!("cannot bind `{}`: {error:#}", module.display()))
}

/// Says that this program cannot do it.
///
/// # Errors
/// Always: it was built without the feature `bindgen`.
#[cfg(not(feature = "bindgen"))]
pub fn bind(_name: &str) -> Result<(), String> {
    Err("built without the feature `bindgen`; `cargo xtask wasm` does it all".to_owned())
}

/// Says how large a module is, compressed as a server sends it; the page's tests weigh it with the rest.
fn weigh(name: &str) -> Result<(), String> {
    let module = format!("web/wasm/{name}_bg.wasm");
    let path = root().join(&module);
    let raw = fs::metadata(&path).map_err(|error| format!("`{module}`: {error}"))?.len();
    let script = "const z=require('zlib');const b=require('fs').readFileSync(process.argv[1]);\
                  process.stdout.write(String(z.brotliCompressSync(b).length))";
    let small = match Command::new("node").arg("-e").arg(script).arg(&path).output() {
        Ok(answer) if answer.status.success() => String::from_utf8_lossy(&answer.stdout).into_owned(),
        Ok(answer) => return Err(format!("node failed: {}", String::from_utf8_lossy(&answer.stderr).trim())),
        Err(_) => "not known, without node,".to_owned(),
    };
    say(&format!("{module}: {raw} bytes, {small} after brotli"));
    Ok(())
}

/// Builds the module and the page, and serves the page on this machine.
///
/// # Errors
/// When something that it needs is missing, or a step fails.
pub fn playground() -> Result<(), String> {
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok_and(|asked| asked.status.success());
    if !has("node") || !has("npm") {
        return Err("node and npm are missing\nhelp: install Node.js 20 or newer, https://nodejs.org".to_owned());
    }
    require_target()?;
    let npm = |arguments: &[&str]| {
        run(
            &format!("npm {}", arguments.join(" ")),
            Command::new("npm").args(arguments).current_dir(root().join("web")),
        )
    };
    npm(&["ci", "--no-audit", "--no-fund"])?;
    build()?;
    npm(&["run", "build"])?;
    crate::book::run()?;
    npm(&["run", "book"])?;
    say("serving the playground, and the book at /docs/; end with Ctrl-C");
    npm(&["exec", "vite", "preview"])
}
