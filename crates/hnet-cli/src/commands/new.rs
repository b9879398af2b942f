//! `hnet new`: a commented starting point.

use std::fs;
use std::path::Path;

use crate::Outcome;
use crate::failure::{Failure, say, shown};
use crate::replace;

/// The source that a new network begins with. It is clean, which a test keeps.
const SOURCE: &str = include_str!("new/network.hnet");
const README: &str = include_str!("new/README.md");

/// Writes the starting point; files that are there already are not touched.
pub(crate) fn run(folder: Option<&Path>) -> Result<Outcome, Failure> {
    let folder = folder.unwrap_or(Path::new("."));
    // Where a source is, no other is begun: it is written last.
    let files = [("README.md", README), ("network.hnet", SOURCE)];
    let taken = |name: &str| fs::symlink_metadata(folder.join(name)).is_ok();
    if taken("network.hnet") {
        let path = folder.join("network.hnet");
        return Err(Failure::new(format!("`{}` is there already", shown(&path)))
            .of(&path)
            .help("begin in another folder"));
    }
    fs::create_dir_all(folder).map_err(|error| Failure::io("create", folder, &error))?;
    // A README of somebody's own says more about the folder than this one would.
    for (name, text) in files.into_iter().filter(|(name, _)| !taken(name)) {
        let path = folder.join(name);
        replace::new(&path, text)?;
        say(&format!("wrote {}\n", shown(&path)));
    }
    say("next: edit network.hnet, then `hnet check` and `hnet build -o out`\n");
    Ok(Outcome::Clean)
}
