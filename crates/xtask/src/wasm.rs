//! `cargo xtask wasm` and `cargo xtask playground`: the compiler for the browser, and the page with it.
//!
//! What writes the JavaScript around the module is a library behind the feature `bindgen`, so that
//! the ordinary build does not carry it. Start at [`build`] and [`playground`].
#![expect(clippy::disallowed_methods, reason = "a front end reads its environment and the files that it built")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// The parts of the module by file, each with the bytes that it may have after brotli: what a page
/// waits for, and what it fetches while nobody waits.
const PARTS: [(&str, u64); 2] = [("hnet_wasm_bg.wasm", 350 * 1024), ("hnet_wasm_second.wasm", 176 * 1024)];

/// Where the module is cut. The entries are what a page does without until it shows its first
/// network: each is a function of its own (`#[inline(never)]`) that says so.
#[cfg(feature = "bindgen")]
const SEAM: crate::split::Seam<'_> = crate::split::Seam {
    entries: &[
        "hnet_lsp::Server::answer_later",
        "hnet_draw::traffic::draw",
        "hnet_draw::addresses::draw",
        "hnet_draw::flow::draw",
        "hnet_check::rules::interface_pattern::matching_expression",
        "hnet_check::types::texts::read_yaml",
        "hnet_check::types::references::unknown_listener",
        "hnet_check::scope::unknown::offer_let",
        "hnet_check::scope::unknown::unresolved",
        "hnet_check::scope::unknown::unresolved_prefix",
        "hnet_check::rules::inventory::a_statement_is_lost",
        "hnet_check::rules::cilium_values::Check::walk",
        "hnet_check::rules::talos_patches::Check::run",
        "hnet_check::rules::raw_manifests::check_manifest",
        "hnet_syntax::parse::brackets::mend",
        "hnet::levels::follow",
        "hnet::levels::read_order",
    ],
    owners: &["hnet_emit", "hnet_ide", "regex_lite", "serde_yaml", "unsafe_libyaml"],
    loader: "load_second_part",
};

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

/// Builds the module and the JavaScript around it into `web/wasm`.
///
/// # Errors
/// When something that it needs is missing, the build fails, or the module is too large.
pub fn build() -> Result<(), String> {
    require_target()?;
    let built = ["build", "--locked", "--package", "hnet-wasm", "--target", "wasm32-unknown-unknown"];
    run("building hnet-wasm", cargo().args(built).args(["--profile", "wasm"]))?;
    // This program may have been built without the feature; the one with it does the rest.
    let bind = ["run", "--quiet", "--locked", "--package", "xtask", "--features", "bindgen", "--", "bind"];
    run("binding hnet-wasm", cargo().args(bind))?;
    weigh()
}

/// Says how to get the target where it is missing.
fn require_target() -> Result<(), String> {
    let asked = ["--print", "target-libdir", "--target", "wasm32-unknown-unknown"];
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let answer = Command::new(rustc).args(asked).current_dir(root()).output();
    let folder = answer.map_err(|error| format!("`rustc` cannot be started: {error}"))?.stdout;
    let folder = PathBuf::from(String::from_utf8_lossy(&folder).trim());
    let is_library = |name: &str| name.starts_with("libstd-") && name.ends_with(".rlib");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    if entries.map(|entry| entry.file_name()).any(|name| is_library(&name.to_string_lossy())) {
        return Ok(());
    }
    Err("the target wasm32-unknown-unknown is missing\nhelp: rustup target add wasm32-unknown-unknown".to_owned())
}

/// Writes both parts of the module that was built, and the JavaScript around it.
///
/// # Errors
/// When there is no module, it cannot be cut, or this program was built without the feature `bindgen`.
#[cfg(feature = "bindgen")]
pub fn bind() -> Result<(), String> {
    let target = env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), PathBuf::from);
    let module = target.join("wasm32-unknown-unknown/wasm/hnet_wasm.wasm");
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    // The cut goes by the names that the compiler gave.
    bindgen.input_path(&module).typescript(true).demangle(false);
    let bound = bindgen.web(true).and_then(|bindgen| bindgen.generate(root().join("web/wasm")));
    bound.map_err(|error| format!("cannot bind `{}`: {error:#}", module.display()))?;
    let [(first, _), (second, _)] = PARTS;
    let whole = fs::read(part(first)).map_err(|error| format!("cannot read `{first}`: {error}"))?;
    let parts = crate::split::split(&whole, SEAM).map_err(|error| format!("cannot cut `{first}`: {error}"))?;
    for (name, bytes) in [(first, parts.first), (second, parts.second)] {
        fs::write(part(name), bytes).map_err(|error| format!("cannot write `{name}`: {error}"))?;
    }
    Ok(())
}

/// Says that this program cannot do it.
///
/// # Errors
/// Always: it was built without the feature `bindgen`.
#[cfg(not(feature = "bindgen"))]
pub fn bind() -> Result<(), String> {
    Err("built without the feature `bindgen`; `cargo xtask wasm` does it all".to_owned())
}

fn part(name: &str) -> PathBuf {
    root().join("web/wasm").join(name)
}

/// Says how large the parts are, compressed as a server sends them.
fn weigh() -> Result<(), String> {
    for (name, limit) in PARTS {
        let raw = fs::metadata(part(name)).map_err(|error| format!("`{name}`: {error}"))?.len();
        let script = "const z=require('zlib');const b=require('fs').readFileSync(process.argv[1]);\
                      process.stdout.write(String(z.brotliCompressSync(b).length))";
        let Ok(answer) = Command::new("node").arg("-e").arg(script).arg(part(name)).output() else {
            say(&format!("web/wasm/{name}: {raw} bytes; what brotli makes of it is not known without node"));
            continue;
        };
        let small = String::from_utf8_lossy(&answer.stdout).trim().parse::<u64>().map_err(|_| {
            format!("node could not compress `{name}`: {}", String::from_utf8_lossy(&answer.stderr).trim())
        })?;
        say(&format!("web/wasm/{name}: {raw} bytes, {small} of {limit} after brotli"));
        if small > limit {
            return Err(format!("`{name}` may have {limit} bytes after brotli at the most"));
        }
    }
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
    say("serving the playground; end with Ctrl-C");
    npm(&["exec", "vite", "preview"])
}
