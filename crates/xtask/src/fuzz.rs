//! Fuzzing: the targets under `tests/fuzz`, one after the other.
//!
//! What cargo-fuzz finds and keeps lies there, too, and none of it is committed. Start at [`run`].

use std::path::Path;
use std::process::Command;

/// The targets, and how much of the time each has.
const TARGETS: [(&str, u64); 3] = [("syntax", 1), ("compile", 2), ("server", 1)];

/// Fuzzes all targets, for so many seconds together; for two minutes and from one and the same start where no time is
/// asked for, so that what is refused in CI is found again at home.
///
/// # Errors
/// When the seeds cannot be written, cargo-fuzz is not there, or a target found something.
pub fn run(seconds: Option<u64>) -> Result<(), String> {
    cargo(&["run", "--quiet", "--package", "hnet-testing", "--example", "seeds"], "the seeds could not be written")?;
    // cargo-fuzz itself takes no `--locked`.
    let locked = ["tree", "--locked", "--manifest-path", "tests/fuzz/Cargo.toml", "--depth", "0"];
    cargo(
        &locked,
        "tests/fuzz/Cargo.lock is not what the crates need: `cargo update --workspace` there, and commit it",
    )?;
    let shares: u64 = TARGETS.iter().map(|(_, share)| share).sum();
    for (target, share) in TARGETS {
        let time = format!("-max_total_time={}", (seconds.unwrap_or(120) * share / shares).max(1));
        // 0 is a start of the fuzzer's own choice.
        let start = format!("-seed={}", if seconds.is_none() { 1 } else { 0 });
        let fuzz = ["fuzz", "run", "--fuzz-dir", "tests/fuzz", "--sanitizer", "none", target, "--", &time, &start];
        let limits = ["-dict=tests/fuzz/vocabulary.dict", "-timeout=10", "-rss_limit_mb=4096", "-max_len=16384"];
        let failed = format!("`{target}` found something, or cargo-fuzz is missing: `cargo install cargo-fuzz`");
        cargo(&[fuzz.as_slice(), &limits].concat(), &failed)?;
    }
    Ok(())
}

fn cargo(arguments: &[&str], failed: &str) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let status = Command::new("cargo")
        // Instrumented code without a sanitizer: hnet has no unsafe code, so a stable compiler is enough.
        .env("RUSTC_BOOTSTRAP", "1")
        .args(arguments)
        .current_dir(root)
        .status()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    if status.success() { Ok(()) } else { Err(failed.to_owned()) }
}
