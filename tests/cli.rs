//! The command line against pages that show it: what is typed, what comes back, with which status.
//!
//! In a page `tests/cli/*.md` each heading has a folder of its own, in which blocks with `file=PATH`
//! are written. In a `console` block a line `$ …` is a command for the shell; its output follows,
//! both streams together, and then `[1]` where the status is not 0. `HNET_BLESS=1` rewrites it.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use hnet_testing::{blessing, difference, files, page, root, run_all};

#[test]
fn the_command_line_does_what_the_pages_show() {
    let pages = files(&root().join("tests/cli"), ".md");
    run_all(&pages, |page| run_page(page, Path::new(env!("CARGO_BIN_EXE_hnet"))));
}

/// A full disk, which only Linux has as a file. Whatever a command was run for is not there then, so it failed.
#[test]
#[cfg(target_os = "linux")]
fn output_that_cannot_be_written_is_a_failure() {
    let folder = env::temp_dir().join(format!("hnet-full-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let source = "network home <\n  subnet lan 10.0.0.0/24 < router edge; >\n  router edge < address lan[1]; >\n>\n";
    fs::write(folder.join("network.hnet"), source).expect("a temporary file");
    let wrong = source.replace("edge; >", "egde; >");
    fs::write(folder.join("wrong.hnet"), wrong).expect("a temporary file");
    let full = || fs::File::create("/dev/full").expect("Linux has it");
    let run = |line: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hnet"));
        command.args(line.split(' ')).current_dir(&folder);
        command.stdin(fs::File::open(folder.join("network.hnet")).expect("written just now"));
        command
    };
    let to_output = [
        "fmt -",
        "show",
        "show --json",
        "draw",
        "draw --format mermaid",
        "reference",
        "reference --json",
        "explain HN301",
        "build -o out --dry-run",
        "check --message-format sarif",
        "check wrong.hnet --message-format json",
        "check wrong.hnet --message-format github",
        "--version",
        "--help",
        "check --help",
    ];
    for line in to_output {
        let done = run(line).stdout(full()).output().expect("it runs");
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{line}: {said}");
        assert_eq!(said, "error: cannot write the output: No space left on device\n", "{line}");
    }
    assert!(run("build -o out").status().expect("it runs").success());
    let why = run("why out/docs/topology.svg:1").stdout(full()).output().expect("it runs");
    assert_eq!(why.status.code(), Some(2), "{}", String::from_utf8_lossy(&why.stderr));
    for line in ["check wrong.hnet", "check wrong.hnet --message-format short"] {
        assert_eq!(run(line).stderr(full()).status().expect("it runs").code(), Some(2), "{line}");
    }
    fs::remove_dir_all(&folder).expect("the temporary folder is still there");
}

/// A folder that refuses to be written to, which leaves the whole tree as it was. Nobody is refused who is root, so
/// root builds as somebody else.
#[test]
#[cfg(unix)]
fn a_folder_that_refuses_leaves_the_whole_tree_as_it_was() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
    use std::os::unix::process::CommandExt as _;

    const NOBODY: u32 = 65534;
    let folder = env::temp_dir().join(format!("hnet-refused-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let is_root = fs::metadata(&folder).expect("it was made just now").uid() == 0;
    // Where the program lies not everybody may look. Copied by this process it could not run as long as a process that
    // another test has just begun holds the copy open for writing.
    let program = folder.join("hnet");
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_hnet")).arg(&program).status();
    assert!(copied.expect("it runs").success());
    let build = |source: &str| {
        fs::write(folder.join("network.hnet"), source).expect("a source");
        let mut command = Command::new(&program);
        command.args(["build", "-o", "out"]).current_dir(&folder);
        if is_root {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("root may give a folder away");
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().expect("it runs")
    };
    let held = || {
        let files = files(&folder.join("out"), "").into_iter();
        files.map(|path| (path.clone(), fs::read(path).expect("a file"))).collect::<Vec<_>>()
    };
    let source = xtask::generate::network(3, 10);
    assert!(build(&source).status.success());
    let before = held();
    // Every path comes before it or behind it, so that some were written when it refuses, and some were not.
    let other = source.replace("10.0.0.0/24", "10.0.7.0/24").replace("app-1", "other-1");
    for refusing in ["talos/machines", "infrastructure/networking/gateway", "docs", "bootstrap"] {
        let place = folder.join("out").join(refusing);
        let permit = |mode| fs::set_permissions(&place, fs::Permissions::from_mode(mode)).expect("a folder of ours");
        permit(0o555);
        let done = build(&other);
        permit(0o755);
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{refusing}: {said}");
        assert!(said.contains(refusing) && said.contains("Permission denied; nothing was changed"), "{said}");
        assert!(held() == before, "{refusing}");
    }
    assert!(build(&other).status.success());
    assert!(held() != before);
    fs::remove_dir_all(&folder).expect("the temporary folder is still there");
}

fn run_page(path: &Path, program: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).expect("the page was listed just now");
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let base = env::temp_dir().join(format!("hnet-console-{}-{name}", std::process::id()));
    let (mut failures, mut changes) = (Vec::new(), Vec::new());
    let (mut heading, mut number) = (None, 0);
    for block in page::blocks(&text) {
        if heading.as_ref() != Some(&block.heading) {
            heading = Some(block.heading.clone());
            number += 1;
        }
        let folder = base.join(number.to_string());
        fs::create_dir_all(&folder).expect("a temporary folder");
        if let Some(file) = block.value("file") {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().expect("a file has a folder")).expect("a temporary folder");
            fs::write(file, &block.text).expect("a temporary file");
        } else if block.language == "console" {
            let found = crate::console::run(&block.text, &folder, program, &[]);
            let Some(difference) = difference(&block.text, &found) else { continue };
            if blessing() {
                changes.push((block.range.clone(), found));
            } else {
                failures.push(format!("{}:{} {}\n{difference}", path.display(), block.line, block.heading));
            }
        }
    }
    fs::remove_dir_all(&base).expect("the temporary folder is still there");
    if blessing() && !changes.is_empty() {
        fs::write(path, page::replace(&text, changes)).expect("a page can be blessed");
    }
    failures
}
