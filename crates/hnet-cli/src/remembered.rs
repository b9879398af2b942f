//! What the last clean build of a folder came from, so that a build that would change nothing ends at once.
//!
//! The compiler is a function, so the same sources through the same program are the same files; what is
//! left to ask is whether the folder still holds them. Kept outside of the folder, in the user's cache: what
//! it says is true of one machine only. Losing it costs one whole compile. Start at [`Remembered::of`].

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use hnet::{Input, Options};

use crate::manifest::{self, Hash, Manifest};

/// The memory of one folder and what would be built into it.
#[derive(Debug)]
pub(crate) struct Remembered {
    /// Where it is kept.
    path: PathBuf,
    /// What the build comes from: the program, the options, the folder, the sources and the way to them.
    said: String,
}

impl Remembered {
    /// The memory of a folder for a build; none where there is no place for one. `source` is the way to the
    /// source as the folder's manifest says it.
    pub(crate) fn of(output: &Path, source: &str, input: &Input, options: &Options) -> Option<Self> {
        let program = env::current_exe().ok()?;
        let stamp = fs::metadata(&program).ok()?;
        let folder = std::path::absolute(output).ok()?;
        let mut said = format!("{}\n{}\n{:?}\n{options:?}\n", program.display(), stamp.len(), stamp.modified().ok()?);
        said.push_str(&format!("{folder:?}\n{source}\n"));
        for (path, text) in &input.files {
            said.push_str(&format!("{}  {path}  {}\n", text.len(), Hash::of(text.as_bytes())));
        }
        let mut name = Hash::of(folder.as_os_str().as_encoded_bytes()).to_string();
        // So many memories are enough, also where each build has a folder of its own. Of two folders that
        // share one, the later is remembered: which one it was is part of the hash.
        name.truncate(3);
        Some(Remembered { path: cache()?.join("hnet").join(name), said })
    }

    /// How many files the folder holds, if it holds exactly what this build would write.
    pub(crate) fn holds(&self, output: &Path) -> Option<usize> {
        let manifest = fs::read_to_string(output.join(manifest::NAME)).ok()?;
        let kept = fs::read_to_string(&self.path).ok()?;
        if kept != self.text(&manifest) {
            return None;
        }
        let manifest = Manifest::parse(&manifest).ok()?;
        let untouched = |path: &String| fs::read(output.join(path)).is_ok_and(|content| manifest.owns(path, &content));
        manifest.files.keys().all(untouched).then_some(manifest.files.len())
    }

    /// Keeps that the folder holds what this build wrote, with this manifest. Nothing is said where that
    /// is not possible.
    pub(crate) fn keep(&self, manifest: &str) {
        let text = self.text(manifest);
        // All memories are of one length, so one is written over the other: to empty a file and fill it again
        // takes a file system ten times as long. One that was half written is none, since it is one hash.
        let write =
            || OpenOptions::new().write(true).create(true).truncate(false).open(&self.path)?.write_all(text.as_bytes());
        if write().is_err() {
            let _ = self.path.parent().map(fs::create_dir_all);
            let _ = write();
        }
    }

    fn text(&self, manifest: &str) -> String {
        format!("{}\n", Hash::of([&self.said, manifest].concat().as_bytes()))
    }
}

/// The folder for what may be lost: that of the XDG base directories, or of Windows.
fn cache() -> Option<PathBuf> {
    let set = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    set("XDG_CACHE_HOME").or_else(|| set("LOCALAPPDATA")).or_else(|| set("HOME").map(|home| home.join(".cache")))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use hnet::{Input, Options};

    use super::Remembered;
    use crate::folder::{Changes, Folder, Purpose};
    use crate::manifest::Hash;

    #[test]
    fn only_the_same_build_of_an_untouched_folder_is_remembered() {
        let folder = std::env::temp_dir().join(format!("hnet-remembered-{}", std::process::id()));
        let output = folder.join("out");
        let source = Input::one("network.hnet", "network x < >");
        let way = "../network.hnet";
        let build = |input: &Input| {
            let build = || {
                let folder = Folder::open(&output, false, Purpose::Write)?;
                let mut changes = Changes::default();
                folder.compare("a.yaml", "a: 1\n", &mut changes)?;
                let plan = folder.plan(way.to_owned(), vec![changes])?;
                plan.apply().map(|()| plan.manifest.clone())
            };
            let manifest = build().expect("written");
            let mut remembered = Remembered::of(&output, way, input, &Options::default()).expect("a cache folder");
            remembered.path = folder.join("memory").join(Hash::of(b"x").to_string());
            (remembered, manifest)
        };
        let (first, manifest) = build(&source);
        assert_eq!(first.holds(&output), None, "nothing is kept yet");
        first.keep(&manifest);
        assert_eq!(first.holds(&output), Some(1));
        let (second, _) = build(&Input::one("network.hnet", "network y < >"));
        assert_eq!(second.holds(&output), None, "another source");
        second.keep(&manifest);
        assert_eq!((first.holds(&output), second.holds(&output)), (None, Some(1)), "the later one is remembered");
        first.keep(&manifest);
        let other = |folder: &Path, way: &str| {
            let of = Remembered::of(folder, way, &source, &Options::default()).expect("a cache folder");
            Remembered { path: first.path.clone(), ..of }.holds(&output)
        };
        assert_eq!(other(&output, way), Some(1), "the same again");
        assert_eq!(other(&output, "../../network.hnet"), None, "another way to the source, which the manifest says");
        assert_eq!(other(&folder.join("copy"), way), None, "a copy of the folder");
        fs::write(output.join("a.yaml"), "a: 2\n").expect("the file is edited");
        assert_eq!(first.holds(&output), None, "an edited file");
        fs::remove_file(output.join("a.yaml")).expect("the file is removed");
        assert_eq!(first.holds(&output), None, "a missing file");
        fs::remove_dir_all(&folder).expect("the folder is removed");
    }
}
