//! Puts the unwinder of GCC into the program instead of loading it as a library of its own, which would be a
//! twentieth of the time of a small build.
#![expect(clippy::disallowed_methods, reason = "a build script is told about its target in the environment")]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-lib=static:-bundle=gcc_eh");
    }
}
