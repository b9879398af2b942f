//! Links the program with all of its libraries in it on Linux with glibc, as far as the machine has them so.
//!
//! To find, map and bind shared ones at every start takes a quarter of the time that `hnet --version` takes; and
//! what is whole runs on any Linux. Where the C compiler has no such library, the program is linked as any other.
//!
//! Rust's own way to ask for it, `-C target-feature=+crt-static`, would be asked of the macros too, which cannot be
//! linked so; and what Rust asks the linker for is shared. So the linker is shown a folder first in which each
//! library has one form only.
#![expect(clippy::disallowed_methods, reason = "cargo tells a build script by its environment")]

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Rust's standard library links with, and the archives that hold the same. The C library and the
/// compiler's need each other.
const LIBRARIES: [(&str, &[&str]); 7] = [
    ("libc.a", &["libc.a", "libgcc.a", "libgcc_eh.a"]),
    ("libdl.a", &["libdl.a"]),
    ("libgcc_s.a", &["libgcc_eh.a"]),
    ("libm.a", &["libm.a"]),
    ("libpthread.a", &["libpthread.a"]),
    ("librt.a", &["librt.a"]),
    ("libutil.a", &["libutil.a"]),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|set| set == value);
    // Another machine's compiler would name another machine's libraries.
    let at_home = env::var("HOST").is_ok() && env::var("HOST") == env::var("TARGET");
    if !at_home || !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    println!("cargo::rerun-if-env-changed=PATH");
    // One that only RUSTFLAGS name is not known here.
    let compiler = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    match lay_out(&compiler) {
        Ok(Some(folder)) => {
            println!("cargo::rustc-link-arg-bins=-L{}", folder.display());
            println!("cargo::rustc-link-arg-bins=-static-pie");
        }
        Ok(None) => {}
        Err(error) => println!("cargo::warning=the program is linked with shared libraries: {error}"),
    }
}

/// The folder in which each library that is asked for leads to its archives; none where one is missing.
fn lay_out(compiler: &str) -> io::Result<Option<PathBuf>> {
    let folder = Path::new(&env::var_os("OUT_DIR").unwrap_or_default()).join("archives");
    fs::create_dir_all(&folder)?;
    // How such a program starts.
    if find(compiler, "rcrt1.o").is_none() {
        return Ok(None);
    }
    for (library, archives) in LIBRARIES {
        let mut script = "GROUP(".to_owned();
        for archive in archives {
            let Some(file) = find(compiler, archive) else { return Ok(None) };
            // Another version of the compiler has its own in another folder.
            println!("cargo::rerun-if-changed={}", file.display());
            script.push_str(&format!(" \"{}\"", file.display()));
        }
        script.push_str(" )\n");
        fs::write(folder.join(library), script)?;
    }
    Ok(Some(folder))
}

/// The file that a C compiler would link with.
fn find(compiler: &str, name: &str) -> Option<PathBuf> {
    let asked = Command::new(compiler).arg(format!("-print-file-name={name}")).output().ok()?;
    // A compiler that has none answers with the bare name.
    let file = PathBuf::from(String::from_utf8(asked.stdout).ok()?.trim());
    (file.is_absolute() && file.is_file()).then_some(file)
}
