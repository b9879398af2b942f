//! The program for each kind of machine, and what lies beside it in an archive: its pages, what shells complete, licences.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::table::{Release, Target};
use super::work::{self, root};

/// How a program is built: as it is shipped, or quickly, to see that the rest works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Profile {
    Release,
    Quick,
}

impl Profile {
    /// Its name, the folder of what it builds, and what rustc is told beside.
    fn told(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Profile::Release => ("release", "release", ""),
            // What runs while it is built is there from the tests.
            Profile::Quick => ("dev", "debug", "-C strip=symbols"),
        }
    }
}

/// The folder that cargo builds in.
pub(super) fn built() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The folders of this machine from which code comes, each with its name in a program.
fn elsewhere() -> Result<[(PathBuf, String); 3], String> {
    let home = || Some(PathBuf::from(env::var_os("HOME")?).join(".cargo"));
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home).ok_or("there is no home of cargo")?;
    let asked = |arguments: &[&str]| work::text(Command::new("rustc").args(arguments).current_dir(root()));
    let library = PathBuf::from(asked(&["--print", "sysroot"])?).join("lib/rustlib/src/rust");
    let version = asked(&["--version", "--verbose"])?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
    // The standard library's are called as they are where its sources are not installed.
    Ok([(root(), "/hnet".to_owned()), (cargo, "/cargo".to_owned()), (library, format!("/rustc/{commit}"))])
}

/// Builds the program for a kind of machine; where it lies then. No path of this machine is in it.
pub(super) fn build(target: &Target, profile: Profile) -> Result<PathBuf, String> {
    let names = elsewhere()?.into_iter();
    let names = names.map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()));
    let (name, folder, told) = profile.told();
    let flags: Vec<String> = names.chain([target.flags.to_owned(), told.to_owned()]).collect();
    let mut command = Command::new("cargo");
    command.arg(if target.by_zig { "zigbuild" } else { "build" });
    command.args(["--locked", "--package", "hnet-cli", "--profile", name, "--target", target.triple]);
    command.env("RUSTFLAGS", flags.join(" ").trim()).current_dir(root());
    work::run(&mut command).map_err(|error| match target.by_zig {
        true => format!("{error}\nhelp: rustup target add {}; pip install cargo-zigbuild ziglang", target.triple),
        false => error,
    })?;
    Ok(built().join(target.triple).join(folder).join(target.program()))
}

/// Writes what shells complete and the pages for `man` into a folder, by a program that runs here. The pages are written by
/// a test, since only the program itself knows its commands.
pub(super) fn described(program: &Path, folder: &Path) -> Result<(), String> {
    for (shell, file) in [
        ("bash", "hnet.bash"),
        ("zsh", "_hnet"),
        ("fish", "hnet.fish"),
        ("elvish", "hnet.elv"),
        ("powershell", "_hnet.ps1"),
    ] {
        let script = work::output(Command::new(program).args(["completions", shell]))?;
        work::write(&folder.join("completions").join(file), script)?;
    }
    let man = folder.join("man");
    work::empty(&man)?;
    // As CI's tests are built, so that nothing is built again.
    let mut command = Command::new("cargo");
    command.args(["test", "--quiet", "--workspace", "--locked", "--bin", "hnet", "--", "--ignored", "--exact", PAGES]);
    work::output(command.env("HNET_MAN", &man).current_dir(root()))?;
    match work::files(&man)?.len() {
        0..5 => Err(format!("the test `{PAGES}` wrote no pages")),
        _ => Ok(()),
    }
}

/// The test that writes the pages.
const PAGES: &str = "tests::the_pages_for_man";

/// Lays the content of an archive into a folder.
pub(super) fn lay(
    program: &Path,
    target: &Target,
    described: &Path,
    licences: &str,
    folder: &Path,
) -> Result<(), String> {
    work::empty(folder)?;
    work::copy(program, &folder.join(target.program()))?;
    for file in ["README.md", "CHANGELOG.md", "LICENSE", "LICENSE-MIT", "LICENSE-APACHE"] {
        work::copy(&root().join(file), &folder.join(file))?;
    }
    work::write(&folder.join("THIRD-PARTY.md"), licences)?;
    for part in ["completions", "man"] {
        for file in work::files(&described.join(part))? {
            let name = file.file_name().unwrap_or_default();
            work::copy(&file, &folder.join(part).join(name))?;
        }
    }
    Ok(())
}

/// Writes a wheel that holds the program of an archive's content.
pub(super) fn wheel(release: &Release, target: &Target, content: &Path, wheel: &Path) -> Result<(), String> {
    let name = release.wheel(target);
    let tag = name.trim_end_matches(".whl").splitn(3, '-').nth(2).unwrap_or_default();
    let mut command = Command::new("python3");
    command.args(["-c", include_str!("wheel.py")]).arg(wheel.join(&name));
    command.args([super::table::PYPI, &release.version, tag, super::table::SUMMARY, super::table::LICENCE]);
    command.arg(content.join(target.program())).arg(content.join("README.md")).arg(release.epoch.to_string());
    work::run(command.args(["LICENSE-MIT", "LICENSE-APACHE", "THIRD-PARTY.md"].map(|file| content.join(file))))
}
