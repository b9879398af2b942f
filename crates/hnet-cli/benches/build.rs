//! How long a network takes to build and how much memory, at three sizes a factor of ten apart.
//!
//! `cargo bench --bench build` prints for each size the time of the compiler's phases, and of `hnet build` as a
//! whole process: into a folder that is not there yet, and once more where nothing has changed. Of several
//! runs the shortest and the middle one are said, the bytes in and out, and the most memory that a process of
//! its own held which compiled and kept all files; `hnet build` lets each go once it is written. The folders lie
//! where temporary files do: after a few thousand were removed there, ext4 is slow to create for five minutes,
//! for it leaves what was just freed alone. The line under the phases says how their time grows from size to size against the
//! input: 1.0 is linear. `--most-growth 2` fails where it grows faster than that from the second size to the
//! third; at the first one what every run costs outweighs it. For the largest network, what `hnet build` takes is
//! compared with what serde_yaml takes to write the same objects into memory, and nothing else. The budgets stand
//! in [`SMALL`], [`AGAINST_SERDE_YAML`] and [`MEMORY`], and are said beside what they bound; only a machine that does
//! nothing else can be held to them.
#![expect(clippy::disallowed_methods, reason = "the benchmark measures from outside, with a clock and a disk")]
#![expect(clippy::print_stdout, reason = "the table is what it is run for")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs};

use hnet::{Input, Options};
use hnet_diagnostics::{Diagnostics, Source, Sources};
use serde::Deserialize as _;

/// Nodes, routes, and how often each size is run.
const SIZES: [(usize, usize, usize); 3] = [(3, 10, 200), (100, 1_000, 20), (1_000, 10_000, 7)];

/// What the build of the smallest network may take as a whole process, in milliseconds.
const SMALL: f64 = 6.0;
/// How many times as long the build of the largest may take as serde_yaml alone for the same objects.
const AGAINST_SERDE_YAML: f64 = 1.3;
/// What the largest may hold in memory, in MiB.
const MEMORY: f64 = 150.0;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    let value = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1)?.parse::<f64>().ok()
    };
    if let Some(size) = value("--memory-of") {
        // A process of its own, whose memory nothing else has raised.
        let (nodes, routes, _) = SIZES[size as usize];
        drop(hnet::compile(Input::one("network.hnet", xtask::generate::network(nodes, routes)), &Options::default()));
        println!("{}", memory());
        return;
    }
    let folder = env::temp_dir().join(format!("hnet-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for temporary files");
    let mut before: Option<f64> = None;
    for (at, (nodes, routes, runs)) in SIZES.into_iter().enumerate() {
        let text = xtask::generate::network(nodes, routes);
        let phases = Phases::of(&text, runs);
        println!(
            "{nodes} nodes, {routes} routes: {} bytes in, {} out, {} files",
            text.len(),
            phases.bytes,
            phases.files
        );
        let mut compile = Duration::ZERO;
        for (name, times) in ["parse", "check", "emit"].into_iter().zip(&phases.times) {
            compile += shortest(times);
            row(name, times.clone());
        }
        let each = milliseconds(compile) / text.len() as f64;
        let growth = before.map_or(1.0, |before| each / before);
        println!("{:>10} {:>8.2} ms, {growth:.2} of linear", "together", milliseconds(compile));
        let (fresh, again) = processes(&text, runs, &folder.join(at.to_string()));
        let whole = milliseconds(shortest(&fresh));
        println!("{:>10} {:>8.2} MiB", "memory", memory_of(at));
        row("build", fresh);
        row("again", again);
        if at == 0 {
            println!("{:>10} {whole:>8.2} ms of {SMALL} for a build", "budget");
        }
        if at == 2 {
            let alone = milliseconds(shortest(&phases.written_by_serde_yaml(runs)));
            println!("{:>10} {alone:>8.2} ms", "serde_yaml");
            println!(
                "{:>10} {:>8.2} of {AGAINST_SERDE_YAML} times that for a build, {MEMORY} MiB",
                "budget",
                whole / alone
            );
        }
        println!();
        if let Some(most) = value("--most-growth") {
            assert!(at < 2 || growth <= most, "compile time grows {growth:.2} times as fast as the input");
        }
        before = Some(each);
    }
    // Only now: a file system that still forgets is slow to create.
    fs::remove_dir_all(&folder).expect("the folder was written just now");
}

fn row(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let middle = milliseconds(times[times.len() / 2]);
    println!("{name:>10} {:>8.2} ms, {middle:.2} in the middle", milliseconds(shortest(&times)));
}

fn shortest(times: &[Duration]) -> Duration {
    times.iter().copied().min().unwrap_or_default()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The compiler's phases in this process, run by run.
struct Phases {
    times: [Vec<Duration>; 3],
    bytes: usize,
    files: usize,
    /// The objects of all YAML files, as plain values.
    objects: Vec<serde_yaml::Value>,
}

impl Phases {
    fn of(text: &str, runs: usize) -> Phases {
        let mut phases = Phases { times: Default::default(), bytes: 0, files: 0, objects: Vec::new() };
        (0..runs).for_each(|_| phases.run(text));
        phases
    }

    fn run(&mut self, text: &str) {
        let [parse, check, emit] = &mut self.times;
        let mut sources = Sources::new();
        let file = sources.add(Source::new("network.hnet", text));
        let mut found = Diagnostics::new();
        let start = Instant::now();
        let trees = [hnet_syntax::parse(file, text, &mut found).tree];
        parse.push(start.elapsed());

        let start = Instant::now();
        let checked = hnet_check::check(&trees, &sources, &mut found);
        let network = checked.network.expect("a network without errors");
        hnet_rules::apply(&network, &checked.holes, hnet_rules::Open::default(), &sources, &mut found);
        check.push(start.elapsed());
        let found = found.into_sorted();
        assert!(found.is_empty(), "the generated network is clean: {}", found[0].title);

        let start = Instant::now();
        let outputs = hnet_emit::emit(&network, &sources);
        emit.push(start.elapsed());
        self.bytes = outputs.files.values().map(|file| file.text().len()).sum();
        self.files = outputs.files.len();
        if self.objects.is_empty() {
            let manifests = outputs.files.iter().filter(|(path, _)| path.ends_with(".yaml"));
            let read = |text| serde_yaml::Deserializer::from_str(text).map(serde_yaml::Value::deserialize);
            let objects = manifests.flat_map(|(_, file)| read(file.text()));
            self.objects = objects.collect::<Result<_, _>>().expect("what is written is YAML");
        }
    }

    /// How long serde_yaml takes to write the objects, run by run.
    fn written_by_serde_yaml(&self, runs: usize) -> Vec<Duration> {
        let write = |_| {
            let start = Instant::now();
            let texts: Vec<String> =
                self.objects.iter().map(|object| serde_yaml::to_string(object).expect("plain values")).collect();
            let time = start.elapsed();
            assert_eq!(texts.len(), self.objects.len());
            time
        };
        (0..runs).map(write).collect()
    }
}

/// Whole processes of `hnet build`, from their start to their end: each into a folder of its own that is not there
/// yet, and each of those once more.
fn processes(text: &str, runs: usize, folder: &Path) -> (Vec<Duration>, Vec<Duration>) {
    fs::create_dir(folder).expect("a folder of its own");
    let source = folder.join("network.hnet");
    fs::write(&source, text).expect("a source");
    let outputs: Vec<PathBuf> = (0..runs).map(|run| folder.join(format!("out-{run}"))).collect();
    let build = |output: &PathBuf| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hnet"));
        command.arg("build").arg(&source).arg("-o").arg(output);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status().expect("the program runs");
        let time = start.elapsed();
        assert!(status.success(), "the generated network is clean");
        time
    };
    (outputs.iter().map(build).collect(), outputs.iter().map(build).collect())
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
