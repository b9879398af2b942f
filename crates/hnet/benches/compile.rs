//! How long a network takes to compile and how much memory, at three sizes a factor of ten apart.
//!
//! `cargo bench` prints for each size the shortest of several runs by phase, the bytes in and out,
//! and the most memory that a process of its own held. The last column says how time grows from
//! size to size against the input: 1.0 is linear. `--most-growth 2` fails where it grows faster
//! than that from the second size to the third; at the first one what every run costs outweighs it.
#![expect(clippy::disallowed_methods, reason = "the benchmark measures from outside, with a clock and a disk")]
#![expect(clippy::print_stdout, reason = "the table is what it is run for")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use hnet::{Input, Options};
use hnet_diagnostics::{Diagnostics, Source, Sources};

const SIZES: [(usize, usize); 3] = [(3, 10), (100, 1_000), (1_000, 10_000)];
const PHASES: [&str; 5] = ["parse", "check", "emit", "write", "rebuild"];

/// What compiling one network took.
struct Measured {
    bytes_in: usize,
    bytes_out: usize,
    files: usize,
    phases: [Duration; 5],
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1)?.parse::<f64>().ok()
    };
    if let Some(size) = value("--memory-of") {
        // A process of its own, whose memory nothing else has raised.
        let (nodes, routes) = SIZES[size as usize];
        drop(hnet::compile(Input::one("network.hnet", xtask::generate::network(nodes, routes)), &Options::default()));
        println!("{}", memory());
        return;
    }
    println!("{:>14} {:>10} {:>10} {:>6}", "nodes, routes", "in", "out", "files");
    let mut before: Option<f64> = None;
    for (at, (nodes, routes)) in SIZES.into_iter().enumerate() {
        let text = xtask::generate::network(nodes, routes);
        let runs = [200, 20, 7][at];
        let Measured { bytes_in, bytes_out, files, phases } = best(&text, runs);
        println!("{:>14} {bytes_in:>10} {bytes_out:>10} {files:>6}", format!("{nodes}, {routes}"));
        let compile: Duration = phases[..3].iter().sum();
        for (phase, duration) in PHASES.iter().zip(phases) {
            println!("{phase:>14} {:>9.2} ms", milliseconds(duration));
        }
        let each = milliseconds(compile) / bytes_in as f64;
        let growth = before.map_or(1.0, |before| each / before);
        println!("{:>14} {:>9.2} ms, {growth:.2} of linear", "compile", milliseconds(compile));
        println!("{:>14} {:>9.2} MiB\n", "memory", memory_of(at));
        if let Some(most) = value("--most-growth") {
            assert!(at < 2 || growth <= most, "compile time grows {growth:.2} times as fast as the input");
        }
        before = Some(each);
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn best(text: &str, runs: usize) -> Measured {
    let folder = env::temp_dir().join(format!("hnet-bench-{}", std::process::id()));
    let mut measured: Option<Measured> = None;
    for _ in 0..runs {
        let one = once(text, &folder);
        measured = Some(match measured {
            None => one,
            Some(before) => {
                let mut phases = before.phases;
                for (best, new) in phases.iter_mut().zip(one.phases) {
                    *best = new.min(*best);
                }
                Measured { phases, ..one }
            }
        });
        fs::remove_dir_all(&folder).expect("the folder was written just now");
    }
    measured.expect("there is at least one run")
}

fn once(text: &str, folder: &Path) -> Measured {
    let mut phases = [Duration::ZERO; 5];
    let timed = |phase: &mut Duration, start: Instant| *phase = start.elapsed();

    let mut sources = Sources::new();
    let file = sources.add(Source::new("network.hnet", text));
    let mut found = Diagnostics::new();
    let start = Instant::now();
    let trees = [hnet_syntax::parse(file, text, &mut found).tree];
    timed(&mut phases[0], start);

    let start = Instant::now();
    let checked = hnet_check::check(&trees, &sources, &mut found);
    timed(&mut phases[1], start);
    let found = found.into_sorted();
    assert!(found.is_empty(), "the generated network is clean: {}", found[0].title);

    let network = checked.network.expect("a network without errors");
    let start = Instant::now();
    let outputs = hnet_emit::emit(&network, &sources);
    timed(&mut phases[2], start);

    for phase in &mut phases[3..] {
        let start = Instant::now();
        for (path, file) in &outputs.files {
            let path = folder.join(path);
            // As `hnet build` does: what is right already is only read.
            if fs::read(&path).is_ok_and(|found| found == file.text().as_bytes()) {
                continue;
            }
            fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
            fs::write(path, file.text()).expect("a file");
        }
        timed(phase, start);
    }
    let bytes_out = outputs.files.values().map(|file| file.text().len()).sum();
    Measured { bytes_in: text.len(), bytes_out, files: outputs.files.len(), phases }
}

/// The most memory that a process of its own holds while it compiles, in MiB.
fn memory_of(size: usize) -> f64 {
    let program = env::current_exe().expect("this program");
    let output = Command::new(program).args(["--memory-of", &size.to_string()]).output().expect("this program runs");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::NAN)
}

/// The most memory that this process held so far, in MiB; not a number where the system does not say.
fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse::<f64>().map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
}
