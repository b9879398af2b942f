//! Whether Argo CD or Flux looks where the files lie.
//!
//! A source says in which folder of which repository the output lies, and a build knows where it writes to. Where that
//! is a clone of the very repository, the two can be compared; otherwise nothing is said. Start at [`misplaced`].

use std::fs;
use std::path::{Path, PathBuf};

use hnet_diagnostics::{Notice, Severity};
use hnet_model::Network;

use crate::folders::clone_around;

/// What is to be said where Argo CD or Flux would look elsewhere.
pub(crate) fn misplaced(network: &Network, output: &Path) -> Option<Notice> {
    let gitops = network.clusters.iter().find_map(|cluster| cluster.gitops.as_ref())?;
    let clone = clone_around(output)?;
    let config = fs::read_to_string(git_folder(clone)?.join("config")).ok()?;
    let mut urls = config.lines().filter_map(|line| line.trim().strip_prefix("url")?.trim_start().strip_prefix('='));
    let wanted = place(&gitops.repository()?.value);
    urls.find(|url| place(url) == wanted)?;
    let here = output.strip_prefix(clone).ok()?.to_str()?.replace('\\', "/");
    let said = gitops.path.value.trim_matches('/');
    if here == said {
        return None;
    }
    let called = |path: &str| if path.is_empty() { "the root".to_owned() } else { format!("`{path}`") };
    Some(Notice {
        severity: Severity::Warning,
        file: None,
        at: None,
        message: format!(
            "{} looks in {} of its repository, and the files lie in {}",
            gitops.called(),
            called(said),
            called(&here)
        ),
        help: Some(match here.as_str() {
            "" => "leave out the `path` of `gitops`, or build to that folder".to_owned(),
            path => format!("write `path {path};` in `gitops`, or build to the other folder"),
        }),
    })
}

/// The folder in which git keeps what it knows of a clone. In a further worktree a file leads to it.
fn git_folder(clone: &Path) -> Option<PathBuf> {
    let git = clone.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let file = fs::read_to_string(git).ok()?;
    let own = clone.join(file.strip_prefix("gitdir:")?.trim());
    let common = fs::read_to_string(own.join("commondir")).ok()?;
    Some(own.join(common.trim()))
}

/// The host and the path of a repository's URL, by whatever protocol and as whoever it is reached.
fn place(url: &str) -> String {
    let url = url.trim();
    let without_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, path) = without_scheme.split_once(['/', ':']).unwrap_or((without_scheme, ""));
    // A user may have a password, which a colon stands before.
    let (host, path) = match (host.contains('@'), path.split_once('@')) {
        (false, Some((password, rest))) if !password.contains('/') => rest.split_once(['/', ':']).unwrap_or((rest, "")),
        _ => (host.rsplit('@').next().unwrap_or(host), path),
    };
    let path = path.trim_matches('/');
    format!("{}/{}", host.to_ascii_lowercase(), path.strip_suffix(".git").unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_repository_is_known_by_each_of_its_urls() {
        for url in [
            "https://github.com/me/home-ops.git",
            " https://github.com/me/home-ops",
            "https://token@GitHub.com/me/home-ops/",
            "https://me:token@github.com/me/home-ops.git",
            "ssh://git@github.com/me/home-ops.git",
            "git@github.com:me/home-ops.git",
        ] {
            assert_eq!(place(url), "github.com/me/home-ops", "{url}");
        }
        assert_ne!(place("https://github.com/me/other"), place("https://github.com/me/home-ops"));
        assert_ne!(place("https://git.example.com/me/home-ops"), place("https://github.com/me/home-ops"));
    }
}
