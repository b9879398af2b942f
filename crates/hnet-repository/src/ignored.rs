//! What Flux leaves out of a repository: what its source ignores by itself, what `.sourceignore` files name, and what the
//! `ignore` of a GitRepository does. A later line wins over an earlier one. Start at [`Ignored::holds`].

use crate::files::Files;
use crate::paths;

/// The name of a file whose lines say what of its folder is ignored.
const FILE: &str = ".sourceignore";

/// What the source controller ignores unless it is told otherwise.
const ALWAYS: [&str; 24] = [
    ".git/",
    ".gitignore",
    ".gitmodules",
    ".gitattributes",
    "*.jpg",
    "*.jpeg",
    "*.gif",
    "*.png",
    "*.wmv",
    "*.flv",
    "*.tar.gz",
    "*.zip",
    ".github/",
    ".circleci/",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    "**/.goreleaser.yml",
    "**/.sops.yaml",
    "**/.flux.yaml",
];

/// The files of a repository that a source of Flux leaves out.
#[derive(Debug)]
pub(crate) struct Ignored(Vec<Pattern>);

/// A line that says what is ignored, or is not after all.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// The folder that it is about.
    folder: String,
    way: String,
    /// Whether it is a way from the folder; else it is of a name at any depth.
    is_way: bool,
    /// Whether it is of folders only.
    is_folder: bool,
    pub(crate) is_negated: bool,
}

impl Ignored {
    /// What a source ignores that says so of itself; none where a line is not read here.
    pub(crate) fn of(files: &Files<'_>, said: Option<&str>) -> Option<Ignored> {
        let mut patterns: Vec<Pattern> = ALWAYS.iter().filter_map(|line| Pattern::of("", line)).collect();
        let mut listed: Vec<&str> = files.paths().filter(|path| paths::name(path) == FILE).collect();
        listed.sort_by_key(|path| path.matches('/').count());
        let texts = listed.into_iter().filter_map(|path| Some((paths::folder(path), files.text(path)?.1)));
        for (folder, text) in texts.chain(said.map(|text| ("", text))) {
            if text.lines().any(|line| !line.starts_with('#') && !is_read(line)) {
                return None;
            }
            patterns.extend(text.lines().filter_map(|line| Pattern::of(folder, line)));
        }
        Some(Ignored(patterns))
    }

    /// Whether a file is left out.
    pub(crate) fn holds(&self, path: &str) -> bool {
        self.0.iter().rev().find(|pattern| pattern.is_of(path, true)).is_some_and(|pattern| !pattern.is_negated)
    }
}

impl Pattern {
    pub(crate) fn of(folder: &str, line: &str) -> Option<Pattern> {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let bare = line.strip_prefix('!').unwrap_or(line);
        let way = bare.strip_suffix('/').unwrap_or(bare);
        Some(Pattern {
            folder: folder.to_owned(),
            way: way.trim_start_matches('/').to_owned(),
            is_way: way.contains('/'),
            is_folder: bare.ends_with('/'),
            is_negated: line.starts_with('!'),
        })
    }

    /// Whether it is of a path, or of a folder on the way to it. `is_file` says that the path is no folder.
    pub(crate) fn is_of(&self, path: &str, is_file: bool) -> bool {
        let Some(inner) = paths::inner(path, &self.folder).filter(|inner| !inner.is_empty()) else { return false };
        // A pattern of folders is none of the file itself.
        let ways = std::iter::successors(Some(inner), |way| way.rsplit_once('/').map(|(folder, _)| folder));
        let mut ways = ways.skip(usize::from(self.is_folder && is_file));
        match self.is_way {
            true => ways.any(|way| paths::matches(&self.way, way)),
            false if self.way.contains(['*', '?']) => ways.any(|way| paths::matches(&self.way, paths::name(way))),
            false => ways.any(|way| paths::name(way) == self.way),
        }
    }
}

/// Whether a pattern is one that is read here: classes of letters, what is escaped and more than a few `**` are rare.
fn is_read(line: &str) -> bool {
    !line.contains(['[', '\\']) && line.split('/').filter(|part| part.trim_end() == "**").count() <= paths::DEEP
}

#[cfg(test)]
mod tests {
    use hnet_diagnostics::{Source, Sources};

    use super::Ignored;
    use crate::files::Files;

    #[test]
    fn later_lines_win_over_earlier_ones() {
        let mut sources = Sources::new();
        sources.add(Source::new(".sourceignore", "# tests\ntest/\n/docs\n!docs/kept.yaml\n*.txt\n"));
        sources.add(Source::new("apps/.sourceignore", "/off/*.yaml\n!*.txt\n"));
        let files = Files::read(&sources, &|_| true);
        let ignored = Ignored::of(&files, None).expect("it is read");
        for path in ["a/test/x.yaml", "docs/x/y.yaml", "a.txt", "apps/off/x.yaml", "a/.sops.yaml", ".github/x.yaml"] {
            assert!(ignored.holds(path), "{path}");
        }
        for path in ["test", "a/docs/x.yaml", "docs/kept.yaml", "apps/a.txt", "off/x.yaml", "apps/off/a/x.yml"] {
            assert!(!ignored.holds(path), "{path}");
        }
        let all = Ignored::of(&files, Some("# all\n/*\n# but\n!/kubernetes\n")).expect("it is read");
        assert!(all.holds("talos/x.yaml") && all.holds("x.yaml"));
        assert!(!all.holds("kubernetes/test/x.yaml"));
        assert!(Ignored::of(&files, Some("[ab].yaml\n")).is_none());
        assert!(Ignored::of(&files, Some("a/**/b/**/c/**/d.yaml\n")).is_some());
        assert!(Ignored::of(&files, Some("**/a/**/b/**/c/**/d.yaml\n")).is_none());
    }
}
