//! Links the unwinder, which in a release only says where a panic came from, into the program on Linux with
//! glibc.
//!
//! As a library of its own, `libgcc_s`, it is found, mapped and set up at every start: a tenth of the time
//! that `hnet --version` takes. Where the C compiler has no static one, all stays as it was. That of gcc 12 and
//! later asks for glibc 2.35 where the program is run.
#![expect(clippy::disallowed_methods, reason = "cargo tells a build script by its environment")]

use std::env;
use std::path::Path;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|set| set == value);
    // Another machine's compiler would name another machine's library.
    let at_home = env::var("HOST").is_ok() && env::var("HOST") == env::var("TARGET");
    if !at_home || !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ENV", "gnu") {
        return;
    }
    println!("cargo::rerun-if-env-changed=PATH");
    // One that only RUSTFLAGS name is not known here.
    let compiler = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let Ok(asked) = Command::new(compiler).arg("-print-file-name=libgcc_eh.a").output() else { return };
    let answer = String::from_utf8_lossy(&asked.stdout);
    // A compiler that has none answers with the bare name.
    let file = Path::new(answer.trim());
    if let (true, Some(folder)) = (file.is_absolute() && file.is_file(), file.parent()) {
        // Another version of the compiler has its own in another folder.
        println!("cargo::rerun-if-changed={}", file.display());
        println!("cargo::rustc-link-search=native={}", folder.display());
        println!("cargo::rustc-link-lib=static=gcc_eh");
    }
}
